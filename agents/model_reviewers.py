"""Reviewers that a language model fills: three mandates, and a chair where they differ.

Each sees the draft and nothing of the others. A mark counts only when the words it points to stand in the draft.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from assignee.claims import Report, Review

from .model_calls import ModelCalls
from .model_draft import quoted_in, shown
from .reviewer import Texts

if TYPE_CHECKING:
    from ..prompts.answers import Marks

__all__ = ["DIMENSIONS", "MANDATES", "SPREAD", "ModelReviewer", "chair", "disputed"]

SPREAD = 3.0  # levels between the highest and the lowest mark of a dimension, from which the chair is asked

DIMENSIONS = {
    "challenger": ("evidence_strength", "uncertainty_disclosure", "question_answered"),
    "evidence_auditor": ("citation_grounding", "numerical_consistency", "evidence_strength"),
    "readers_advocate": ("question_answered", "readability", "coverage"),
}
MANDATES = {
    "challenger": "Model: does the draft claim more, or more surely, than its evidence carries?",
    "evidence_auditor": "Model: does every claim follow from its quote, with its numbers, units, population and direction?",
    "readers_advocate": "Model: is a reader served who asked the question and knows the field a little?",
    "chair": "Model: settles the dimensions in which the reviewers differ",
}


class ModelReviewer:
    """One mandate, one call."""

    patience: float | None = None  # the gateway bounds the call

    def __init__(self, name: str, calls: Callable[[], ModelCalls]) -> None:
        self.name, self.mandate = name, MANDATES[name]
        self._calls = calls

    def review(self, draft: Report, texts: Texts) -> Review:
        """Levels 0..10 by dimension. Raises what the gateway raises."""
        if not draft.claims:
            return Review(
                reviewer=self.name, mandate=self.mandate, scores={}, comments=("nothing to judge: no claims",)
            )
        calls, lines = self._calls(), shown(draft)
        answer = calls.run(lambda: self.ask(calls, lines))
        return _review(self.name, DIMENSIONS[self.name], answer, lines)

    async def ask(self, calls: ModelCalls, lines: dict[str, str]) -> Marks:
        """The model's marks for a draft's lines."""
        from ..prompts.answers import Marks

        return await calls.ask(self.name, self.name, Marks, {"draft": lines})


def disputed(reviews: Sequence[Review]) -> list[str]:
    """The dimensions in which two reviewers are `SPREAD` levels or more apart, in order of first mention."""
    marks: dict[str, list[float]] = {}
    for review in reviews:
        for name, level in review.scores.items():
            marks.setdefault(name, []).append(level)
    return [name for name, levels in marks.items() if max(levels) - min(levels) >= SPREAD]


def chair(calls: ModelCalls, draft: Report, reviews: Sequence[Review]) -> Review | None:
    """The chair's marks in the dimensions in dispute; None where there is none. Raises what the gateway raises."""
    from ..prompts.answers import Marks

    names = disputed(reviews)
    if not names:
        return None
    lines = shown(draft)
    data = {
        "draft": lines,
        "dimensions": {f"d{at}": name for at, name in enumerate(names, start=1)},
        "reviews": {
            f"{review.reviewer} on {name}": f"{review.scores[name]:g}; "
            + " ".join(text for text in review.comments if text.startswith(f"{name}: "))
            for name in names
            for review in reviews
            if name in review.scores
        },
    }
    answer = calls.run(lambda: calls.ask("chair", "chair", Marks, data))
    found = _review("chair", names, answer, lines)
    return found if found.scores else None


def _review(name: str, dimensions: Sequence[str], answer: Marks, lines: dict[str, str]) -> Review:
    scores: dict[str, float] = {}
    comments: list[str] = []
    lost = 0
    for mark in answer.marks:
        if mark.dimension not in dimensions or mark.dimension in scores or not quoted_in(mark.quote, lines):
            lost += 1
            continue
        scores[mark.dimension] = float(mark.level)
        said = " ".join(mark.objection.split())
        if said and mark.level < 10:
            comments.append(f"{mark.dimension}: “{' '.join(mark.quote.split())}”: {said}")
    if lost:
        comments.append(f"{lost} of {len(answer.marks)} marks were not used: no words of the draft bear them")
    return Review(reviewer=name, mandate=MANDATES[name], scores=scores, comments=tuple(comments))
