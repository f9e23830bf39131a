"""What each seat is worth beside the panel, and how far the seats' errors go together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from ..agents.pair_checker import Judgement
from .gold_rows import LABELS
from .metrics import Answers, figures, value

__all__ = ["answers_of", "panel_figures"]

_NEI = LABELS.index("NEI")


def answers_of(truth: Sequence[int], probs: Sequence[Sequence[float] | None]) -> Answers:
    """Answers from probabilities, None where there are none."""
    rows = [(np.nan,) * len(LABELS) if each is None else tuple(each) for each in probs]
    return Answers(truth, np.array(rows, np.float64).reshape(-1, len(LABELS)))


def panel_figures(
    truth: Sequence[int], judgements: Sequence[Judgement], weights: Mapping[str, float]
) -> dict[str, Any]:
    """`seats`, `best_seat`, `error_correlation`, `n_eff`.

    A seat's abstention counts as NEI in its accuracy and macro_f1; its ece is over the rows it spoke on. `best_seat`
    has the largest macro_f1 of the seats that count (weight above 0). `error_correlation` is the mean correlation
    (phi) of "was wrong" over the pairs of those seats, None where no pair has one. `n_eff` = k / (1 + (k - 1) r),
    with r at least 0: how many independent seats the k are worth (Kish, 1965).
    """
    seats: dict[str, dict[str, Any]] = {}
    wrong: dict[str, np.ndarray] = {}
    for name in judgements[0].seats if judgements else ():
        spoken = [judgement.seats.get(name) for judgement in judgements]
        voted = answers_of(truth, [(0.0, 0.0, 1.0) if each is None else each for each in spoken])
        own = figures(voted)
        seats[name] = {
            "accuracy": value(own["accuracy"][0]),
            "macro_f1": value(own["macro_f1"][0]),
            "ece": value(figures(answers_of(truth, spoken))["ece"][0]),
            "abstained": sum(each is None for each in spoken),
            "weight": weights.get(name, 0.0),
        }
        wrong[name] = ~voted.right
    counted = [name for name in seats if seats[name]["weight"] > 0]
    found = []
    for one, other in combinations(counted, 2):
        if wrong[one].any() and wrong[other].any() and not (wrong[one].all() or wrong[other].all()):
            found.append(float(np.corrcoef(wrong[one], wrong[other])[0, 1]))
    mean = float(np.mean(found)) if found else None
    k = len(counted)
    best = max(counted, key=lambda name: seats[name]["macro_f1"] or 0.0, default=None)
    return {
        "seats": seats,
        "best_seat": best,
        "error_correlation": None if mean is None else round(mean, 6),
        "n_eff": round(k / (1 + (k - 1) * max(0.0, mean)), 6) if mean is not None else float(min(k, 1)),
    }
