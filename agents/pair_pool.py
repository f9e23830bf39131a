"""Seats to one answer: each calibrated on held-out pairs, then stacked log-odds, shrunk by how many votes they are worth.

`weights/pair_panel.json` holds, for each task, what `evals/train/fit_pairs.py` fitted and measured. Temperature
scaling (Guo et al., 2017) maps log-probabilities z to softmax(scale * z). k seats whose errors correlate by r on average
are worth n_eff = k / (1 + (k - 1) r) votes, so the weighted mean of their log-probabilities counts n_eff times.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .pair_seat import Probs, Task

__all__ = ["Pool", "scaled"]

_FILE = Path(__file__).parent / "weights" / "pair_panel.json"
_FLOOR = 1e-4

Array = NDArray[np.float64]


def scaled(scale: float, logs: Array) -> Array:
    """Log-probabilities (3,) after temperature scaling: one over the temperature is the scale."""
    scores = scale * logs
    scores = scores - scores.max()
    result: Array = scores - np.log(np.exp(scores).sum())
    return result


@dataclass(frozen=True, slots=True)
class Pool:
    """What was fitted for one task. `seats` holds the scale of each, `last` the panel's, `unlike` that of other topics;
    `weights` are those of the whole panel; a seat that did not help has 0."""

    calibrated_on: str
    seats: dict[str, float]
    weights: dict[str, float]
    n_eff: float
    last: float
    unlike: float
    centroids: tuple[tuple[float, ...], ...]
    least_cosine: float
    measured: dict[str, Any]

    @classmethod
    def of(cls, task: Task) -> Pool:
        """The shipped pool of a task."""
        return _pools()[task]

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Pool:
        """From its JSON form."""
        seats = data["seats"]
        return cls(
            calibrated_on=str(data["calibrated_on"]),
            seats={name: float(seat["scale"]) for name, seat in seats.items()},
            weights={name: float(seat["weight"]) for name, seat in seats.items()},
            n_eff=float(data["n_eff"]),
            last=float(data["last"]["scale"]),
            unlike=float(data["unlike"]["scale"]),
            centroids=tuple(tuple(row) for row in data["topic"]["centroids"]),
            least_cosine=float(data["topic"]["least_cosine"]),
            measured=dict(data["measured"]),
        )

    def chosen(self, names: tuple[str, ...]) -> dict[str, float]:
        """The weights of some seats, summing to one. Seats that were never calibrated get 0 unless there is no other."""
        raw = {name: self.weights.get(name, 0.0) for name in names}
        if not any(raw.values()):
            raw = {name: float(name in self.seats) for name in names}
        if not any(raw.values()):
            raw = dict.fromkeys(names, 1.0)
        total = sum(raw.values())
        return {name: weight / total for name, weight in raw.items()}

    def like(self, vector: NDArray[np.float32]) -> bool:
        """Whether a claim's vector lies as near to the claims calibrated on as those lie to each other."""
        return any(float(vector @ np.asarray(row, np.float32)) >= self.least_cosine for row in self.centroids)

    def pooled(
        self, seats: Mapping[str, Probs | None], weights: Mapping[str, float], *, like: bool
    ) -> Probs | None:
        """The panel's probabilities to 6 places; None where no seat that counts has spoken.

        A seat that abstains moves nothing. One calibrated seat alone is its own panel. Where the topic is `unlike`,
        the scores shrink.
        """
        spoke = {name: probs for name, probs in seats.items() if probs is not None and weights[name] > 0}
        if not spoke:
            return None
        mean = np.zeros(3)
        for name in sorted(spoke):
            logs = np.log(np.maximum(spoke[name], _FLOOR))
            mean += weights[name] * scaled(self.seats.get(name, 1.0), logs)
        alone = sum(1 for weight in weights.values() if weight > 0) < 2
        scores = mean if alone else scaled(self.last, self.n_eff * mean)
        if not like:
            scores = scaled(self.unlike, scores)
        chances = np.exp(scores - scores.max())
        chances /= chances.sum()
        return round(float(chances[0]), 6), round(float(chances[1]), 6), round(float(chances[2]), 6)


@cache
def _pools() -> dict[str, Pool]:
    data = json.loads(_FILE.read_text(encoding="utf-8"))
    return {task: Pool.from_data(data[task]) for task in ("stance", "grounding")}
