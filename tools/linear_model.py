"""A linear classifier kept as JSON data: standardise, multiply, divide by the temperature, softmax."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Array", "LinearModel"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LinearModel:
    """Logistic regression over named features; fitted by a script in `evals/train`, read from a JSON file.

    `coefficients` is (classes, features) over standardised features, `intercepts` (classes,). `thresholds` and
    `measured` are what the script chose and measured; reports print `measured`, nobody types it. A threshold of None
    means that no line was good enough: never take that stance.
    """

    features: tuple[str, ...]
    classes: tuple[str, ...]
    mean: Array
    scale: Array
    coefficients: Array
    intercepts: Array
    temperature: float
    thresholds: dict[str, float | None]
    measured: dict[str, Any]

    @classmethod
    @lru_cache(maxsize=8)
    def load(cls, path: Path, part: str) -> LinearModel:
        """Read one model of a weights file. Raises OSError, KeyError or ValueError when the file is not whole."""
        data = json.loads(path.read_text(encoding="utf-8"))[part]
        model = cls(
            features=tuple(data["features"]),
            classes=tuple(data["classes"]),
            mean=np.array(data["mean"], np.float64),
            scale=np.array(data["scale"], np.float64),
            coefficients=np.array(data["coefficients"], np.float64),
            intercepts=np.array(data["intercepts"], np.float64),
            temperature=float(data["temperature"]),
            thresholds=dict(data["thresholds"]),
            measured=dict(data["measured"]),
        )
        wide, tall = len(model.features), len(model.classes)
        shapes = [model.mean.shape, model.scale.shape, model.coefficients.shape, model.intercepts.shape]
        if shapes != [(wide,), (wide,), (tall, wide), (tall,)]:
            raise ValueError(
                f"{path.name}: the shapes of {part!r} do not agree with its features and classes"
            )
        return model

    def logits(self, rows: Array) -> Array:
        """Scores (n, classes) of feature rows (n, features), before the temperature."""
        standard = (rows - self.mean) / self.scale
        result: Array = standard @ self.coefficients.T + self.intercepts
        return result

    def probabilities(self, rows: Array) -> Array:
        """Probabilities (n, classes) of feature rows (n, features); rows sum to one. (0, features) gives (0, classes)."""
        scores = self.logits(rows) / self.temperature
        powers = np.exp(scores - scores.max(axis=1, keepdims=True, initial=-np.inf))
        result: Array = powers / powers.sum(axis=1, keepdims=True)
        return result

    def check_features(self, names: Sequence[str]) -> None:
        """Raise ValueError unless the code computes exactly the features that were fitted, in their order."""
        if tuple(names) != self.features:
            raise ValueError("the weights were fitted on other features; run the script in evals/train again")
