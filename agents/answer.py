"""The answer to the question, from adjudicated claims only; open wherever the evidence leaves it open.

A direction needs two independent works whose claims name both things compared (or the intervention and the
outcome), about the population and benchmark asked for. Votes are not counted: works that disagree give "mixed".
"""

from __future__ import annotations

from collections.abc import Sequence

from assignee.claims import Answer, AnswerStrength, CheckedClaim, Direction

from ..tools.corpus import Corpus
from ..tools.text import content_stems
from .coverage import Gap, gaps
from .independence import works as count_works
from .prose import counted, opened
from .question import Question
from .readings import USABLE, Reading, read
from .relevance import covers

__all__ = ["answer"]

_NEAREST = 3  # claims shown when none answers directly


def answer(question: Question, checked: Sequence[CheckedClaim], corpus: Corpus) -> Answer:
    """Direction, strength, gaps and a text: one plain sentence, then what is not covered, then who says what."""
    missing = gaps(question, corpus)
    readings = read(question, checked, corpus)
    voices = [item for item in readings if item.direction is not None]
    directions = {item.direction for item in voices}
    voiced = count_works(corpus.papers[item.checked.claim.paper_id] for item in voices)
    direction = Direction.UNDETERMINED
    if not missing and voiced >= 2:
        direction = Direction.MIXED if len(directions) > 1 else voices[0].direction or Direction.UNDETERMINED
        readings = voices  # who gives no direction is no support for one
    agreed = direction
    if question.form == "effect" and direction is not Direction.MIXED:
        direction = Direction.UNDETERMINED  # "what is the effect" has no yes or no; the text says which way
    works = count_works(corpus.papers[item.checked.claim.paper_id] for item in readings)
    if works == 0:
        strength = AnswerStrength.NONE
    elif works == 1:
        strength = AnswerStrength.SINGLE_WORK
    else:
        consistent = len(directions) == 1 and voiced >= 2
        strength = AnswerStrength.SEVERAL_CONSISTENT if consistent else AnswerStrength.SEVERAL_INCONSISTENT
    resting = [item.checked for item in readings]
    nearest = _nearest(question, [item for item in checked if item.outcome in USABLE and item not in resting])
    shown = resting or nearest[:_NEAREST]
    text = _text(question, missing, readings, nearest, works, agreed, corpus)
    return Answer(
        text=text,
        direction=direction,
        strength=strength,
        independent_works=works,
        not_covered=tuple(gap.phrase for gap in missing),
        claim_ids=tuple(item.claim.id for item in shown),
    )


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
    """The answer in one sentence, what is not covered, and who says it. The quotes stand with the claims."""

    def cited(items: Sequence[CheckedClaim]) -> str:
        held: dict[str, list[str]] = {}
        for item in items:
            held.setdefault(item.claim.paper_id, []).append(f"[{item.claim.id}]")
        return ", ".join(f"{corpus.papers[name].cite} {' '.join(ids)}" for name, ids in held.items())

    parts: list[str] = []
    head = question.outcome_head
    sides = (question.first, question.second) if question.form == "comparison" else (question.subject, head)
    both = f"both {sides[0]} and {sides[1]}" if all(sides) else "both sides of the question"
    about = (
        f"how {sides[0]} compares with {sides[1]}"
        if question.form == "comparison"
        else f"what {sides[0]} does to {sides[1]}"
    )
    if not all(sides):
        about = "the answer to the question"
    open_still = f"{opened(about)} stays undetermined"
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
        parts.append(f"The included works disagree on {about}.")
        parts += [f"By side, {told}.", f"{opened(who)}."]
    elif question.form == "effect" and direction is not Direction.UNDETERMINED:
        does = "improves" if direction is Direction.YES else "does not improve"
        parts.append(f"The included works that name both agree that {sides[0]} {does} {sides[1]}.")
        parts.append(
            f"{opened(who)}: {cited(resting)}. The direction stays undetermined, as the question has no yes or no."
        )
    elif direction is not Direction.UNDETERMINED:
        better = question.first if direction is Direction.FIRST else question.second
        says = _SAYS.get(direction) or f"{opened(better)} is reported to do better"
        parts.append(f"{says}: {who} and agree: {cited(resting)}.")
    elif question.form == "open":
        parts.append(
            "The answer stays undetermined: the question has no yes or no; below is what the included papers report on it."
        )
    elif not resting and (question.form == "comparison" or not missing):
        lack = (
            "compares them directly"
            if question.form == "comparison"
            else f"reports a result that names {both}"
        )
        parts.append(f"{open_still}: no included paper {lack}.")
    else:
        why = "the works that name both do not say which way"
        if missing:
            why = "what is asked about lies partly outside the included papers"
        elif works == 1:
            why = "one independent work cannot settle it"
        elif any(item.direction for item in readings):
            why = "fewer than two independent works say which way"
        parts.append(f"{open_still}: {why}.")
        if resting:
            parts.append(f"{opened(who)}: {cited(resting)}.")
    parts[1:1] = [gap.sentence for gap in missing]
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
