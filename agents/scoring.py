"""How a checklist's faults become a review, a review one mark, and lost points with caps a score."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from assignee.claims import Review

__all__ = [
    "GRAVE", "SERIOUS", "SLIGHT", "TRACE", "Fault", "bounded", "dimension_score", "mark_of", "marked", "mean_of",
    "offset_of",
]  # fmt: skip

# The share of a dimension's points that a fault takes; the second takes the same share of what is left. So one
# serious fault is the anchor 5 of the rubric, two are 2.5, and a further fault always shows.
GRAVE, SERIOUS, SLIGHT, TRACE = 0.75, 0.5, 0.25, 0.02
_SHOWN = 6
_OFFSETS = Path(__file__).parent / "weights" / "reviewer_offsets.json"


class Fault(NamedTuple):
    """One thing wrong: how grave (0..1), and what, with its ground quoted."""

    level: float
    text: str


def dimension_score(faults: Sequence[Fault]) -> float:
    """10 for no fault, times (1 − level) for each. Never rises with a further fault, never reaches below 0."""
    score = 10.0
    for fault in faults:
        score *= 1.0 - fault.level
    return round(score, 3)


def marked(reviewer: str, mandate: str, found: Mapping[str, Sequence[Fault]]) -> Review:
    """A review from `{dimension: faults}`.

    Every fault is counted, the gravest are printed first; of many the first six and the number of the rest.
    """
    scores = {name: dimension_score(faults) for name, faults in found.items()}
    comments: list[str] = []
    for name, faults in found.items():
        told = sorted(faults, key=lambda fault: -fault.level)
        comments += [f"{name}: {fault.text}" for fault in told[:_SHOWN]]
        if len(told) > _SHOWN:
            comments.append(f"{name}: and {len(told) - _SHOWN} more of this kind")
    return Review(reviewer=reviewer, mandate=mandate, scores=scores, comments=tuple(comments))


def mean_of(review: Review) -> float | None:
    """The mean of a review's scores (0..10), None where it gave none."""
    return sum(review.scores.values()) / len(review.scores) if review.scores else None


def mark_of(review: Review) -> float | None:
    """What a review is worth (0..10): half its mean, half its worst score, plus the reviewer's offset.

    The worst score counts because one broken thing is not made good by five that are whole. None where it gave none.
    """
    mean = mean_of(review)
    if mean is None:
        return None
    return max(0.0, 0.5 * mean + 0.5 * min(review.scores.values()) + offset_of(review.reviewer))


def offset_of(reviewer: str) -> float:
    """What is taken off a reviewer's marks (0 or less), as fitted on the damage suite; 0 for one never fitted.

    A reviewer who gives sound reports more than the strictest colleague does is brought down by the difference.
    """
    return min(0.0, _offsets().get(reviewer, 0.0))


@cache
def _offsets() -> dict[str, float]:
    data = json.loads(_OFFSETS.read_text(encoding="utf-8"))
    return {name: float(item["offset"]) for name, item in data["reviewers"].items()}


def bounded(lacking: float, broken: float, ceiling: float) -> float:
    """The score (0..10) of a report that loses `lacking` points for thin evidence and `broken` for its own faults.

    A cap is a ceiling for a report without faults; what is broken lowers the ceiling by its share of ten points. So a
    capped report that is damaged still falls. Never rises with any argument but `ceiling`, and never passes that.
    """
    return max(0.0, min(10.0 - lacking - broken, ceiling * (1.0 - min(1.0, broken / 10.0))))
