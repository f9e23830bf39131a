"""The answer to the question, from adjudicated claims only; open wherever the evidence leaves it open.

A direction needs two independent works whose claims name both things compared (or the intervention and the
outcome), about the population and benchmark asked for. Votes are not counted: works that disagree give "mixed".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assignee.claims import Answer, AnswerStrength, CheckedClaim, Direction, Outcome

from ..tools.corpus import Corpus
from ..tools.text import content_stems
from .coverage import Gap, gaps
from .finding import Frame, frames
from .independence import works as count_works
from .prose import counted, opened
from .question import Question
from .question_words import specific_stems
from .relevance import covers, names_it

__all__ = ["Reading", "answer", "read"]

_NEAREST = 3  # claims shown when none answers directly
_USABLE = frozenset({Outcome.CORROBORATED, Outcome.GROUNDED, Outcome.QUOTED, Outcome.CONTESTED})


@dataclass(frozen=True, slots=True)
class Reading:
    """What one claim says on the question: `direction` is None where it names both things but not which way."""

    checked: CheckedClaim
    direction: Direction | None


def read(question: Question, checked: Sequence[CheckedClaim]) -> list[Reading]:
    """The claims that name both sides of the question, each with what it says."""
    found = []
    for item in checked:
        if item.outcome not in _USABLE:
            continue
        sentence = item.claim.quote
        if question.form == "comparison":
            reading = _comparison(question, sentence)
        elif question.form in {"polar", "effect"} and question.outcome:
            reading = _effect(question, sentence)
        else:
            reading = None
        if reading is not None:
            found.append(Reading(item, reading[0]))
    return found


def answer(question: Question, checked: Sequence[CheckedClaim], corpus: Corpus) -> Answer:
    """Direction, strength, gaps and a text that leads with what is not covered."""
    missing = gaps(question, corpus)
    readings = read(question, checked)
    works = count_works([corpus.papers[item.checked.claim.paper_id] for item in readings])
    directions = {item.direction for item in readings if item.direction is not None}
    voiced = count_works(
        [corpus.papers[item.checked.claim.paper_id] for item in readings if item.direction is not None]
    )
    direction = Direction.UNDETERMINED
    if not missing and voiced >= 2:
        direction = next(iter(directions)) if len(directions) == 1 else Direction.MIXED
    if works == 0:
        strength = AnswerStrength.NONE
    elif works == 1:
        strength = AnswerStrength.SINGLE_WORK
    else:
        consistent = len(directions) == 1 and voiced >= 2
        strength = AnswerStrength.SEVERAL_CONSISTENT if consistent else AnswerStrength.SEVERAL_INCONSISTENT
    resting = [item.checked for item in readings]
    nearest = _nearest(
        question, [item for item in checked if item.outcome in _USABLE and item not in resting]
    )
    shown = resting or nearest[:_NEAREST]
    text = _text(question, missing, readings, nearest, works, direction, corpus)
    return Answer(
        text=text,
        direction=direction,
        strength=strength,
        independent_works=works,
        not_covered=tuple(gap.phrase for gap in missing),
        claim_ids=tuple(item.claim.id for item in shown),
    )


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


def _effect(question: Question, sentence: str) -> tuple[Direction | None] | None:
    stems = frozenset(content_stems(sentence))
    subject = [phrase for phrase in question.phrases if phrase in question.subject] or [question.subject]
    outcome = [question.outcome_head]
    if not all(names_it(phrase, stems, sentence) for phrase in subject + outcome):
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


def _asked(question: Question) -> int:
    """Which way the question's own verb goes: +1 where it asks for a benefit, also of an effect in general."""
    told = (
        frames(f"{question.subject} {question.text.split(question.subject, 1)[-1]}")
        if question.form == "polar"
        else ()
    )
    return told[0].direction if told and told[0].direction else 1


def _nearest(question: Question, checked: Sequence[CheckedClaim]) -> list[CheckedClaim]:
    """Claims by how many of the question's phrases their quote mentions, what acts counting three times."""

    def told(item: CheckedClaim) -> int:
        stems = frozenset(content_stems(item.claim.quote))
        found = [phrase for phrase in question.phrases if covers(phrase, stems, item.claim.quote)]
        return len(found) + 2 * sum(
            phrase in question.subject or phrase in question.first for phrase in found
        )

    return sorted(checked, key=lambda item: -told(item))


def _text(
    question: Question,
    missing: Sequence[Gap],
    readings: Sequence[Reading],
    nearest: Sequence[CheckedClaim],
    works: int,
    direction: Direction,
    corpus: Corpus,
) -> str:
    """What is not covered, then the direction and who says it. The quotes stand with the claims."""

    def cited(items: Sequence[CheckedClaim]) -> str:
        return ", ".join(f"{corpus.papers[item.claim.paper_id].cite} [{item.claim.id}]" for item in items)

    parts = [gap.sentence for gap in missing]
    head = question.outcome_head
    sides = (question.first, question.second) if question.form == "comparison" else (question.subject, head)
    both = f"both {sides[0]} and {sides[1]}"
    about = (
        f"{sides[0]} against {sides[1]}"
        if question.form == "comparison"
        else f"what {sides[0]} does to {sides[1]}"
    )
    resting = [item.checked for item in readings]
    papers = len({item.claim.paper_id for item in resting})
    who = f"{counted(papers, 'included work')} {'names' if papers == 1 else 'name'} {both}"
    if papers != works:
        who += f", from {counted(works, 'independent group')} of authors"
    if direction is Direction.MIXED:
        camps: dict[Direction, list[CheckedClaim]] = {}
        for item in readings:
            if item.direction is not None:
                camps.setdefault(item.direction, []).append(item.checked)
        told = "; ".join(f"{_SIDES[camp]}: {cited(items)}" for camp, items in camps.items())
        parts.append(f"The included works disagree on {about}. {opened(told)}. {opened(who)}.")
    elif direction is not Direction.UNDETERMINED:
        better = question.first if direction is Direction.FIRST else question.second
        says = _SAYS.get(direction) or f"{opened(better)} is reported to do better"
        parts.append(f"{says}: {who} and agree: {cited(resting)}.")
    elif question.form == "open":
        parts.append(
            "Undetermined: the question has no yes or no; below is what the included papers report on it."
        )
    elif not resting:
        lack = (
            "compares them directly"
            if question.form == "comparison"
            else f"reports a result that names {both}"
        )
        parts.append(f"Undetermined: no included paper {lack}.")
    else:
        why = "they do not say which way"
        if works == 1:
            why = "one independent work cannot settle it"
        elif missing:
            why = "what is asked about lies partly outside them"
        elif any(item.direction for item in readings):
            why = "fewer than two independent ones say which way"
        parts.append(f"Undetermined: {who}, and {why}: {cited(resting)}.")
    if not resting and nearest:
        parts.append(f"Nearest to it: {cited(nearest[:_NEAREST])}.")
    return " ".join(parts)


_SAYS = {
    Direction.YES: "Yes",
    Direction.NO: "No",
    Direction.NO_DIFFERENCE: "No consistent difference is reported",
}
_SIDES = {
    Direction.YES: "“yes”",
    Direction.NO: "“no”",
    Direction.FIRST: "the first does better",
    Direction.SECOND: "the second does better",
    Direction.NO_DIFFERENCE: "no difference",
}
