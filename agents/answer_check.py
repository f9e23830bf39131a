"""Whether the answer answers: what was asked, from the claims it names, with the direction and strength they give."""

from __future__ import annotations

import re
from collections import Counter
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from assignee.claims import AnswerStrength, Direction, Outcome, Report

from ..tools.text import content_stems, fold, sentences
from .direction_check import sign
from .question import parse
from .readings import read
from .record_checks import included, independent_works, key_claims
from .reviewer import Texts
from .scoring import GRAVE, SERIOUS, SLIGHT, Fault
from .wording import own_words

if TYPE_CHECKING:
    from ..tools.corpus import Corpus

__all__ = ["answer_faults", "strength_faults"]

_OPEN = re.compile(
    r"\b(?:undetermin\w*|no included|none of|not (?:be )?(?:answer|compar|determin|settl|decid|enough|establish|possible|"
    r"directly)\w*|cannot|can't|open|unclear|unresolved|insufficient|unsettled|inconclusive)\b",
    re.IGNORECASE,
)
# Words that give a direction; what stands in an answer must fit the direction recorded.
_GIVES: dict[Direction, re.Pattern[str]] = {
    Direction.YES: re.compile(r"^\W*yes\b|\banswer is [“\"]?yes\b", re.I),
    Direction.NO: re.compile(
        r"^\W*no\b(?! (?:included|paper|work|study|record|consistent|difference|single|one))|\banswer is [“\"]?no\b(?! )",
        re.I,
    ),
    Direction.MIXED: re.compile(
        r"\b(?:works|papers|studies|findings|results) (?:\w+ )?disagree\b|\banswer is [“\"]?mixed\b", re.I
    ),
    Direction.NO_DIFFERENCE: re.compile(r"\bno (?:consistent |clear |significant )?difference\b", re.I),
    Direction.FIRST: re.compile(r"\banswer is [“\"]?first\b|\bthe first does better\b", re.I),
    Direction.SECOND: re.compile(r"\banswer is [“\"]?second\b|\bthe second does better\b", re.I),
    Direction.UNDETERMINED: re.compile(r"\bundetermined\b", re.I),
}  # fmt: skip
_EVASIVE = re.compile(
    r"\b(?:more|further|additional|future) (?:research|work|stud(?:y|ies)|investigation) (?:is|are|will be|would be|may be)? ?"
    r"(?:needed|required|necessary|warranted)|\b(?:a )?complex (?:topic|issue|question|matter)|\bit depends\b|"
    r"\b(?:various|many|numerous|several) (?:studies|authors|papers|works|researchers) have\b|\bhas been (?:widely )?studied\b|"
    r"\b(?:is|remains) an? (?:important|active|interesting|promising) (?:topic|area|field|question|direction)\b|"
    r"\bthere (?:is|are) (?:a )?(?:growing|large|vast|rich|extensive|considerable)\b",
    re.IGNORECASE,
)
_WAY = re.compile(
    r"\b(?:does|do) (?:not )?(?:better|worse|help|hurt|improve|differ|matter|so)\b|\bdisagree|"
    r"\bmixed\b|\bagree\b|\bno (?:gain|effect|benefit)\b|"
    r"\b(?:outperform|beat|surpass|exceed|improve|reduce|increase|raise|lower|hurt|help)(?:s|ed|es)?\b|"
    r"\b(?:better|worse|higher|lower) than\b",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"\bdisagree\w*|\bcontradict\w*|\bcontested\b", re.IGNORECASE)
_STRENGTH = {AnswerStrength.NONE: (0, 0), AnswerStrength.SINGLE_WORK: (1, 1)}


def answer_faults(report: Report, texts: Texts) -> list[Fault]:
    """What keeps the answer's text from answering; each fault quotes it."""
    answer, said = report.answer, report.answer.text
    if not said.strip():
        return [Fault(GRAVE, "there is no answer"), Fault(SERIOUS, "the question is left without a word")]
    found = []
    asked = frozenset(content_stems(report.question))
    shared = asked & frozenset(content_stems(said))
    if len(shared) < min(2, len(asked)):
        found.append(Fault(SERIOUS, f"the answer does not speak of what was asked: “{said}”"))
    if evasive := _EVASIVE.search(said):
        found.append(Fault(SERIOUS, f"the answer evades (“{evasive.group()}”): “{said}”"))
    undetermined = answer.direction is Direction.UNDETERMINED
    if undetermined and not _OPEN.search(said):
        found.append(
            Fault(SERIOUS, f"the direction is undetermined and the answer does not say so: “{said}”")
        )
    if not undetermined and not answer.claim_ids:
        found.append(
            Fault(SERIOUS, f"the answer gives a direction ({answer.direction.value}) and rests on no claim")
        )
    if answer.claim_ids and not _names_claims(report):
        found.append(Fault(SERIOUS, f"the answer names no work and no claim that it rests on: “{said}”"))
    if not undetermined and not _says_which_way(report):
        told = answer.direction.value.replace("_", " ")
        found.append(
            Fault(
                SERIOUS, f"the direction recorded is {told}, and the answer does not say which way: “{said}”"
            )
        )
    found += _told_directions(report)
    found += _turned_sentences(report)
    found += _readings(report, texts)
    return found


def strength_faults(report: Report) -> list[Fault]:
    """Strength and number of independent works against the claims that the answer rests on."""
    answer, found = report.answer, []
    most = independent_works(key_claims(report), report)
    if answer.independent_works > most:
        found.append(
            Fault(
                SERIOUS,
                f"the answer says {answer.independent_works} independent works, its claims come from {most}",
            )
        )
    low, high = _STRENGTH.get(answer.strength, (2, 10**6))
    if not low <= answer.independent_works <= high:
        told = answer.strength.value.replace("_", " ")
        found.append(
            Fault(
                SERIOUS,
                f"the answer's strength is “{told}” with {answer.independent_works} independent works",
            )
        )
    return found


def _says_which_way(report: Report) -> bool:
    """Whether the answer's own words, the question's apart, give a direction."""
    said = report.answer.text
    if any(pattern.search(said) for way, pattern in _GIVES.items() if way is not Direction.UNDETERMINED):
        return True
    lines = [own_words(said[start:end]) for start, end in sentences(said)]
    asked = re.sub(r"\W+", " ", fold(report.question)).strip()
    return any(
        sign(line) is not None or _WAY.search(line)
        for line in lines
        if asked[4:] not in re.sub(r"\W+", " ", fold(line))
        and not line.casefold().startswith(("the question", "this review"))
    )


def _names_claims(report: Report) -> bool:
    """Whether the answer names a claim, an author of an included paper, or speaks of the included works."""
    said = fold(report.answer.text)
    names = [item.claim.id for item in report.claims]
    for paper in included(report).values():
        names += [paper.id, *paper.authors]
    words = {fold(name).split(",")[0].split()[-1] for name in names if name.strip()}
    tokens = frozenset(re.findall(r"[^\W_]+(?:[-'’][^\W_]+)*", said))
    return "included" in tokens or any(word in tokens or ("-" in word and word in said) for word in words)


def _told_directions(report: Report) -> list[Fault]:
    """Directions that answer or abstract tell in words, against the one recorded."""
    found = []
    direction = report.answer.direction
    effect = parse(report.question).form in ("effect", "open")
    for where, text in (("the answer", report.answer.text), ("the abstract", report.abstract)):
        own = text.replace(report.question, " ")
        told = [way for way, pattern in _GIVES.items() if pattern.search(own)]
        fits = direction in told or (direction is Direction.MIXED and bool(told))
        if told and not fits and not (effect and Direction.UNDETERMINED in told) and _differ(direction, told):
            names = ", ".join(way.value.replace("_", " ") for way in told)
            found.append(
                Fault(
                    SERIOUS,
                    f"{where} says “{names}”, the direction recorded is {direction.value}: “{own.strip()}”",
                )
            )
    return found


def _differ(direction: Direction, told: list[Direction]) -> bool:
    """A "no difference" told beside another direction is a finding, not the answer."""
    return not (told == [Direction.NO_DIFFERENCE] and direction in (Direction.UNDETERMINED, Direction.NO))


def _turned_sentences(report: Report) -> list[Fault]:
    """Sentences that name claims and go the other way than all of those that can be read."""
    by_id = {item.claim.id: item.claim for item in report.claims}
    found = []
    for where, text in (("the answer", report.answer.text), ("the abstract", report.abstract)):
        for start, end in sentences(text):
            line = text[start:end]
            if _OPEN.search(line) or _GIVES[Direction.MIXED].search(line):
                continue  # it says that the matter is open, not which way it goes
            named = [by_id[name] for name in re.findall(r"\bc\d+\b", line) if name in by_id]
            ours = sign(re.sub(r"\[[^\]]*\]", " ", own_words(line)))
            theirs = Counter(way for claim in named if (way := sign(claim.statement)))
            if (
                ours in ("up", "down")
                and theirs
                and not theirs[ours]
                and theirs["down" if ours == "up" else "up"]
            ):
                found.append(Fault(SERIOUS, f"{where} goes the other way than the claims it names: “{line}”"))
    return found


def _readings(report: Report, texts: Texts) -> list[Fault]:
    """Directions that the claims give on the question, by the rules that the embedded engine answers by."""
    papers = included(report)
    held = {}
    for name in {item.claim.paper_id for item in report.claims}:
        try:
            held[name] = texts(name)
        except KeyError:
            return []
    if not held.keys() <= papers.keys():
        return []
    corpus = cast("Corpus", SimpleNamespace(papers=papers, text=held.__getitem__))
    readings = read(parse(report.question), report.claims, corpus)
    voices = [item for item in readings if item.direction is not None]
    ways = Counter(item.direction for item in voices)
    direction, said = report.answer.direction, report.answer.independent_works
    most = independent_works([item.checked for item in readings], report)
    if direction is Direction.UNDETERMINED and said > most and report.engine == "embedded":
        told = f"the answer says {said} independent works, claims of {most} name both sides of the question"
        return [Fault(SERIOUS, told)]
    split = any(item.outcome in (Outcome.CONTESTED, Outcome.REFUTED) for item in report.claims)
    if _SPLIT.search(own_words(report.answer.text)) and not split and len(ways) < 2:
        told = f"the answer tells of a disagreement that no record shows: “{report.answer.text}”"
        return [Fault(SERIOUS, told)]
    if direction is Direction.UNDETERMINED or not voices:
        return []
    if direction is Direction.MIXED:
        return []
    if direction not in ways:
        told = ", ".join(f"{item.checked.claim.id} reads as {item.direction}" for item in voices[:4])
        return [Fault(SERIOUS, f"the direction is {direction.value}, and no claim goes that way ({told})")]
    other = next((item for item in voices if item.direction is not direction), None)
    if other is not None:
        told = f"the direction is {direction.value}, and {other.checked.claim.id} reads as {other.direction}"
        return [
            Fault(
                SERIOUS if report.engine == "embedded" else SLIGHT, f"{told}: “{other.checked.claim.quote}”"
            )
        ]
    return []
