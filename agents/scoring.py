"""How a checklist's findings become a review, and a review one mark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assignee.claims import Review

__all__ = ["mark_of", "marked", "mean_of"]

_SHOWN = 6


def marked(reviewer: str, mandate: str, found: Mapping[str, tuple[float, Sequence[str]]]) -> Review:
    """A review from `{dimension: (points each fault costs, faults)}`: 10 less the cost of each fault, at least 0.

    Every fault is counted; a dimension with many prints the first six and the number of the rest.
    """
    scores = {name: round(max(0.0, 10.0 - cost * len(faults)), 3) for name, (cost, faults) in found.items()}
    comments: list[str] = []
    for name, (_, faults) in found.items():
        comments += [f"{name}: {fault}" for fault in faults[:_SHOWN]]
        if len(faults) > _SHOWN:
            comments.append(f"{name}: and {len(faults) - _SHOWN} more of this kind")
    return Review(reviewer=reviewer, mandate=mandate, scores=scores, comments=tuple(comments))


def mean_of(review: Review) -> float | None:
    """The mean of a review's scores (0..10), None where it gave none."""
    return sum(review.scores.values()) / len(review.scores) if review.scores else None


def mark_of(review: Review) -> float | None:
    """What a review is worth (0..10): half its mean, half its worst score. None where it gave none.

    The worst score counts because one broken thing is not made good by five that are whole.
    """
    mean = mean_of(review)
    return None if mean is None else 0.5 * mean + 0.5 * min(review.scores.values())
