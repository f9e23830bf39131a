"""Seat of the pair checker: the packaged cross-encoder, which reads claim and evidence together. One head per task."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ..tools.nli_encoder import CrossEncoder as Model
from .pair_seat import Probs, Reading, Task

__all__ = ["VIEWS", "CrossEncoder", "probabilities"]

_HEADS = {"stance": 0, "grounding": 3}
VIEWS = (3, 2)  # sentences most like the claim, in document order


class CrossEncoder:
    """MiniLM, int8, over the claim and the sentences most like it: three of them, then two, and the mean of both.

    Its card lies beside its weights.
    """

    name = "cross_encoder"

    def judge(self, task: Task, readings: Sequence[Reading]) -> list[Probs | None]:
        """Probabilities of each reading, in order."""
        return [(p[0], p[1], p[2]) for p in probabilities(_model(), task, readings).tolist()]


def probabilities(model: Model, task: Task, readings: Sequence[Reading]) -> NDArray[np.float64]:
    """What a model says of each reading, (n, 3): the geometric mean over the views, normalised."""
    shown = [
        (reading.claim, premise)
        for reading in readings
        for premise in dict.fromkeys(reading.premise(count) for count in VIEWS)
    ]
    ends = np.cumsum([len(dict.fromkeys(reading.premise(count) for count in VIEWS)) for reading in readings])
    head = _HEADS[task]
    logs = [_bearing(windows[:, head : head + 3]) for windows in model.logits(shown)]
    found = np.zeros((len(readings), 3))
    start = 0
    for at, end in enumerate(ends.tolist()):
        mean = np.mean(logs[start:end], axis=0)
        found[at] = np.exp(mean) / np.exp(mean).sum()
        start = end
    return found


def _bearing(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log-probabilities (3,) of the window that bears most on the claim: the one least likely NEI."""
    scores = logits - logits.max(axis=1, keepdims=True)
    scores = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    row: NDArray[np.float64] = scores[int(scores[:, 2].argmin())]
    return row


@cache
def _model() -> Model:
    return Model()
