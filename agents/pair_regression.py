"""Seat of the pair checker: the linear model over interpretable features, one head per task."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..tools.entailment_features import FEATURES, features
from ..tools.linear_model import LinearModel
from .pair_reading import idf
from .pair_seat import Probs, Reading, Task

__all__ = ["Regression"]

_FILE = Path(__file__).parent / "weights" / "pair_regression.json"


class Regression:
    """Coverage, closeness and six kinds of conflict between claim and evidence (`tools/entailment_features.py`)."""

    name = "regression"

    def judge(self, task: Task, readings: Sequence[Reading]) -> list[Probs | None]:
        """Probabilities of each reading, in order."""
        if not readings:
            return []
        model = LinearModel.load(_FILE, task)
        model.check_features(FEATURES)
        rows = np.array([features(r.claim, r.sentences, r.cosines, idf) for r in readings])
        return [(float(p[0]), float(p[1]), float(p[2])) for p in model.probabilities(rows)]
