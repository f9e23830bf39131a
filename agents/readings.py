"""What single claims say on the question: which of them name both its sides, and which way they go."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assignee.claims import CheckedClaim, Direction, Outcome

from ..tools.corpus import Corpus
from ..tools.text import content_stems
from .finding import Frame, frames
from .question import Question
from .question_words import specific_stems
from .relevance import covers, names_it

__all__ = ["USABLE", "Reading", "read"]

# Outcomes that a claim may have and still speak on the question.
USABLE = frozenset({Outcome.CORROBORATED, Outcome.GROUNDED, Outcome.QUOTED, Outcome.CONTESTED})
_PLACE = re.compile(r"\b(?:in|for|on|among|across|within|at|during|with|under|when)\b", re.I)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one claim says on the question: `direction` is None where it names both things but not which way."""

    checked: CheckedClaim
    direction: Direction | None


def read(question: Question, checked: Sequence[CheckedClaim], corpus: Corpus) -> list[Reading]:
    """The claims that name both sides of the question, each with what it says."""
    found = []
    for item in checked:
        if item.outcome not in USABLE:
            continue
        sentence = item.claim.quote
        if question.form == "comparison":
            reading = _comparison(question, sentence)
        elif question.form in {"polar", "effect"} and question.outcome:
            reading = _effect(question, sentence, _whole(item.claim.paper_id, corpus))
        else:
            reading = None
        if reading is not None:
            found.append(Reading(item, reading[0]))
    return found


def _whole(paper_id: str, corpus: Corpus) -> str:
    return f"{corpus.papers[paper_id].title}. {corpus.text(paper_id)}"


def _comparison(question: Question, sentence: str) -> tuple[Direction | None] | None:
    stems = frozenset(content_stems(sentence))
    first, second = specific_stems(question.first), specific_stems(question.second)
    if not _names_side(first - second, stems) or not _names_side(second - first, stems):
        return None
    core = first & second
    if core and 2 * len(core & stems) < len(core):
        return None
    subject = [phrase for phrase in question.phrases if phrase in question.subject]
    if subject and not covers(subject[0], stems, sentence):
        return None
    for frame in frames(sentence):
        if frame.own:
            continue
        told = _which(question, frame, first, second)
        if told is not None:
            return (told,)
    return (None,)


def _names_side(only: frozenset[str], stems: frozenset[str]) -> bool:
    return bool(only) and len(only & stems) >= max(1, (len(only) + 1) // 2)


def _which(
    question: Question, frame: Frame, first: frozenset[str], second: frozenset[str]
) -> Direction | None:
    agent, other = frozenset(content_stems(frame.agent)), frozenset(content_stems(frame.comparator))
    only_first, only_second = first - second, second - first

    def side(stems: frozenset[str]) -> str:
        mine, theirs = len(stems & only_first) / len(only_first), len(stems & only_second) / len(only_second)
        return "first" if mine > theirs else "second" if theirs > mine else ""

    sides = side(agent), side(other)
    if not all(sides) or sides[0] == sides[1]:
        return None
    if frame.direction == 0:
        return Direction.NO_DIFFERENCE
    winner = sides[0] if frame.direction > 0 else sides[1]
    return Direction.FIRST if winner == "first" else Direction.SECOND


def _effect(question: Question, sentence: str, paper: str) -> tuple[Direction | None] | None:
    """Subject and outcome must stand in the sentence, where it holds ("in older adults") somewhere in the paper."""
    stems = frozenset(content_stems(sentence))
    subject = [phrase for phrase in question.phrases if phrase in question.subject] or [question.subject]
    core, where = _split_outcome(question)
    if not all(names_it(phrase, stems, sentence) for phrase in (*subject, *core)):
        return None
    if not all(names_it(phrase, frozenset(content_stems(paper)), paper) for phrase in where):
        return None
    asked = _asked(question)
    for frame in frames(sentence):
        agent = frozenset(content_stems(frame.agent))
        if frame.own or not all(names_it(phrase, agent, frame.agent) for phrase in subject):
            continue
        if frame.direction == 0:
            return (Direction.NO,)
        return (Direction.YES if frame.direction == asked else Direction.NO,)
    return (None,)


def _split_outcome(question: Question) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The phrases of the outcome itself, and those of where it is asked for."""
    core = _PLACE.split(question.outcome, maxsplit=1)[0]
    held = [phrase for phrase in question.phrases if phrase in question.outcome]
    inside = tuple(phrase for phrase in held if phrase in core) or (question.outcome_head,)
    return inside, tuple(phrase for phrase in held if phrase not in inside)


def _asked(question: Question) -> int:
    """Which way the question's own verb goes: +1 where it asks for a benefit, also of an effect in general."""
    told = (
        frames(f"{question.subject} {question.text.split(question.subject, 1)[-1]}")
        if question.form == "polar"
        else ()
    )
    return told[0].direction if told and told[0].direction else 1
