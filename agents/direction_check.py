"""Whether an answer's direction can be read from the claims it rests on: a checklist of cue words.

It reads polarity cues (`tools.polarity`), not the frames that the answer was made from: a check that shared the
maker's reading would share its faults. What it cannot read it does not object to.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Literal

from assignee.claims import CheckedClaim, Direction, Outcome, Report

from ..tools.polarity import read
from ..tools.text import content_stems
from .question import Question, parse
from .record_checks import independent_works, key_claims

__all__ = ["direction_faults", "sign", "winner"]

_SIGNS: dict[str, Literal["up", "down", "flat"]] = {"up": "up", "down": "down", "none": "flat"}
_BEATS = re.compile(
    r"\b(?P<up>outperform(?:s|ed|ing)?|surpass(?:es|ed)?|exceed(?:s|ed)?|beats?|superior to|"
    r"(?:better|higher|more effective|larger gains) than|(?:improv\w+|gains?) over)\b"
    r"|\b(?P<down>underperform(?:s|ed)?|inferior to|(?:worse|lower|less effective) than)\b",
    re.IGNORECASE,
)
_NEGATED = re.compile(
    r"\b(?:not|never|neither|nor|no|cannot|hardly|rarely|fails? to|failed to)\b|n['’]t\b", re.I
)
_OPENS_WITH = {
    Direction.YES: re.compile(r"^\W*yes\s*[,:;.]", re.IGNORECASE),
    Direction.NO: re.compile(r"^\W*no\s*[,:;.]", re.IGNORECASE),
}


def sign(text: str) -> Literal["up", "down", "flat"] | None:
    """Which way a sentence says its measure goes, up being better; None where that cannot be read."""
    return _SIGNS.get(read(text).quality)


def winner(text: str, question: Question) -> Literal["first", "second", "no_difference"] | None:
    """Which of the two things a question compares comes out ahead in a sentence, by the words beside its verb."""
    match = _BEATS.search(text)
    if not match:
        return "no_difference" if sign(text) == "flat" else None
    if _NEGATED.search(text[max(0, match.start() - 30) : match.start()]):
        return "no_difference"
    left = frozenset(content_stems(text[: match.start()]))
    right = frozenset(content_stems(text[match.end() :]))
    lead = len(left & question.first_only) - len(left & question.second_only)
    lead -= len(right & question.first_only) - len(right & question.second_only)
    if not lead:
        return None
    return "first" if (lead > 0) == bool(match.group("up")) else "second"


def direction_faults(report: Report) -> list[str]:
    """Why the direction printed cannot be given on the claims that the answer rests on; empty where it can."""
    answer, keys = report.answer, key_claims(report)
    for said, pattern in _OPENS_WITH.items():
        if pattern.search(answer.text) and answer.direction is not said:
            opening = answer.text.split(".")[0]
            return [f"the answer begins “{opening}” and its direction is {answer.direction.value}"]
    if answer.direction is Direction.UNDETERMINED:
        return []
    works = independent_works(keys, report)
    if works < 2:
        ground = f"the claims it rests on come from {works} independent work(s), two are needed"
        return [f"direction {answer.direction.value}: {ground}"]
    readings = _readings(keys, parse(report.question))
    fault = _against(answer.direction, readings, keys) if readings else None
    return [f"direction {answer.direction.value}: {fault}"] if fault else []


def _readings(keys: Sequence[CheckedClaim], question: Question) -> Counter[str]:
    """How many key claims read as each direction; those that cannot be read are left out."""
    if question.form == "comparison":
        return Counter(ahead for item in keys if (ahead := winner(item.claim.statement, question)))
    # A question that asks whether something hurts is answered yes by "down".
    asked = "down" if sign(question.text) == "down" else "up"
    signs = [found for item in keys if (found := sign(item.claim.statement))]
    return Counter("yes" if found == asked else "no" for found in signs)


def _against(direction: Direction, read_as: Counter[str], keys: Sequence[CheckedClaim]) -> str | None:
    tally = ", ".join(f"{count} read as {name}" for name, count in sorted(read_as.items()))
    if direction is Direction.MIXED:
        split = any(item.outcome in (Outcome.CONTESTED, Outcome.REFUTED) for item in keys)
        agree = len(read_as) == 1 and read_as.total() == len(keys)
        return f"the claims it rests on agree ({tally})" if agree and not split else None
    if 2 * read_as[direction.value] >= read_as.total():
        return None
    return f"the claims it rests on say otherwise ({tally})"
