"""What a claim checker is worth on gold rows, with every term defined here.

Arrays: `truth` (n,) and `said` (n,) are indexes into LABELS (SUPPORT, REFUTE, NEI), `said` is -1 for a row that was not
adjudicated; `probs` (n, 3) is NaN in such a row. Every figure is computed for weighted rows, many weightings at once, so
that the bootstrap and the figure itself are one piece of code: `weights` (draws, n) says how often a row was drawn.

- accuracy: rows with the right label / all rows. A row not adjudicated is wrong.
- macro_f1: mean F1 of the labels that occur in the gold. F1 = 2 TP / (2 TP + FP + FN).
- false_support_rate: of the rows whose gold label is not SUPPORT, the share called SUPPORT.
- false_support_at_recall_60: the same where SUPPORT is called from a threshold on P(SUPPORT): the highest threshold at
  which at least 60 % of the SUPPORT rows are called. Undefined where that is never reached.
- ece: expected calibration error of the top label in 10 bins of equal width, (0, .1], …, (.9, 1]; rows with
  probabilities only (Guo et al., 2017).
- brier: mean over rows with probabilities of the squared distance to the gold label over three labels; 0 to 2.
- coverage_at_precision_90: the largest share of all rows that can be answered, the surest first, with at least 90 % of
  the answers right. Rows of equal probability go together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from .gold_rows import LABELS

__all__ = [
    "DRAWS",
    "FIGURES",
    "Answers",
    "bootstrap",
    "calibrated_ece",
    "figures",
    "intervals",
    "mean_measure",
    "per_class",
    "scored_measure",
    "value",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

DRAWS = 1000
BINS = 10
_SUPPORT = LABELS.index("SUPPORT")
_CELLS = 2_000_000  # weights held at once


class Answers:
    """Gold labels and what was said about them. `said` follows from the probabilities: the first largest."""

    def __init__(self, truth: Sequence[int] | Ints, probs: Floats) -> None:
        self.truth: Ints = np.asarray(truth, np.int64)
        self.probs: Floats = np.asarray(probs, np.float64).reshape(-1, len(LABELS))
        if len(self.truth) != len(self.probs):
            raise ValueError("one row of probabilities for each gold label")
        self.known: npt.NDArray[np.bool_] = np.asarray(np.isfinite(self.probs).all(axis=1), np.bool_)
        filled = np.where(self.known[:, None], self.probs, 0.0)
        self.said: Ints = np.where(self.known, filled.argmax(axis=1), -1).astype(np.int64)
        self.top: Floats = filled.max(axis=1, initial=0.0)
        self.right: npt.NDArray[np.bool_] = np.asarray(self.said == self.truth, np.bool_)

    def __len__(self) -> int:
        return len(self.truth)


def figures(answers: Answers, weights: Floats | None = None) -> dict[str, Floats]:
    """Every figure for every weighting, each (draws,); NaN where it is undefined. Without weights: one, all ones."""
    given = np.ones((1, len(answers))) if weights is None else weights
    with np.errstate(invalid="ignore", divide="ignore"):
        return {name: measure(answers, given) for name, measure in FIGURES.items()}


def value(number: float | np.floating[Any]) -> float | None:
    """A figure for JSON: rounded to 6 places, None where it is undefined."""
    return None if np.isnan(number) else round(float(number), 6)


def per_class(answers: Answers) -> dict[str, dict[str, float | int | None]]:
    """Precision, recall, F1 and gold count of each label; None where a share has no rows."""
    found: dict[str, dict[str, float | int | None]] = {}
    for at, label in enumerate(LABELS):
        gold, called = answers.truth == at, answers.said == at
        hit = int((gold & called).sum())
        found[label] = {
            "precision": _share(hit, int(called.sum())),
            "recall": _share(hit, int(gold.sum())),
            "f1": _share(2 * hit, int(called.sum() + gold.sum())),
            "support": int(gold.sum()),
            "called": int(called.sum()),
        }
    return found


def bootstrap(
    measure: Callable[[Floats], Mapping[str, Floats]],
    groups: Sequence[object],
    draws: int = DRAWS,
    seed: int = 0,
) -> dict[str, Floats]:
    """Figures of `draws` resamplings of whole groups (rows that share a claim move together), seeded.

    `groups` names the group of each row; `measure` gets weights (part, n) and gives one value a weighting.
    """
    names = {name: at for at, name in enumerate(dict.fromkeys(groups))}
    member = np.array([names[name] for name in groups], np.int64)
    random, count = np.random.default_rng(seed), len(names)
    step = max(1, _CELLS // max(1, len(member)))
    parts: list[Mapping[str, Floats]] = []
    for start in range(0, draws, step):
        size = min(step, draws - start)
        drawn = np.zeros((size, count))
        for row in drawn:
            row += np.bincount(random.integers(0, count, count), minlength=count)
        parts.append(measure(drawn[:, member]))
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def mean_measure(rows: Sequence[Mapping[str, float]]) -> Callable[[Floats], dict[str, Floats]]:
    """For `bootstrap`: weighted means of figures that every row has."""
    table = {name: np.array([row[name] for row in rows], np.float64) for name in (rows[0] if rows else ())}

    def measure(weights: Floats) -> dict[str, Floats]:
        return {name: weights @ column / weights.sum(axis=1) for name, column in table.items()}

    return measure


def scored_measure(
    truth: npt.NDArray[np.bool_], scores: Floats, called: npt.NDArray[np.bool_]
) -> Callable[[Floats], dict[str, Floats]]:
    """For `bootstrap`: precision, recall, F1 of `called` and AP of `scores`, for weightings (draws, n)."""
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    ends = np.append(np.flatnonzero(np.diff(ranked)), len(ranked) - 1)

    def compute(weights: Floats) -> dict[str, Floats]:
        with np.errstate(invalid="ignore", divide="ignore"):
            hit, said, held = weights @ (truth & called), weights @ called, weights @ truth
            right = np.cumsum(weights[:, order] * truth[order], axis=1)[:, ends]
            seen = np.cumsum(weights[:, order], axis=1)[:, ends]
            steps = np.diff(right, axis=1, prepend=0.0)
            precision = np.where(seen > 0, right / seen, 0.0)
            return {
                "precision": hit / said,
                "recall": hit / held,
                "f1": 2 * hit / (said + held),
                "ap": (steps * precision).sum(axis=1) / held,
            }

    return compute


def intervals(drawn: Mapping[str, Floats]) -> dict[str, list[float] | None]:
    """The 2.5th and 97.5th percentile of each figure; None where it was undefined in more than half of the draws."""
    found: dict[str, list[float] | None] = {}
    for name, values in drawn.items():
        kept = values[~np.isnan(values)]
        if len(kept) * 2 < len(values) or not len(kept):
            found[name] = None
        else:
            low, high = np.percentile(kept, [2.5, 97.5])
            found[name] = [round(float(low), 6), round(float(high), 6)]
    return found


def calibrated_ece(answers: Answers, seed: int = 0, draws: int = 200) -> float | None:
    """The mean ECE of a checker with these probabilities that is right exactly that often: the floor at this n."""
    top = answers.top[answers.known]
    if not len(top):
        return None
    right = np.random.default_rng(seed).random((draws, len(top))) < top
    return round(float(_binned(top, right - top).mean() / len(top)), 6)


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None


def _accuracy(answers: Answers, weights: Floats) -> Floats:
    return np.asarray(weights @ answers.right / weights.sum(axis=1))


def _macro_f1(answers: Answers, weights: Floats) -> Floats:
    total, labels = np.zeros(len(weights)), np.zeros(len(weights))
    for at in range(len(LABELS)):
        gold, called = answers.truth == at, answers.said == at
        held, said, hit = weights @ gold, weights @ called, weights @ (gold & called)
        total += np.where(held > 0, 2 * hit / (held + said), 0.0)
        labels += held > 0
    return np.asarray(total / labels)


def _false_support(answers: Answers, weights: Floats) -> Floats:
    other = answers.truth != _SUPPORT
    return np.asarray(weights @ (other & (answers.said == _SUPPORT)) / (weights @ other))


def _false_support_at_recall(answers: Answers, weights: Floats, recall: float = 0.6) -> Floats:
    kept = np.flatnonzero(answers.known)
    order = kept[np.argsort(-answers.probs[kept, _SUPPORT], kind="stable")]
    gold = answers.truth == _SUPPORT
    wanted, others = weights @ gold, weights @ ~gold
    if not len(order):
        return np.full(len(weights), np.nan)
    ends = _ends(answers.probs[order, _SUPPORT])
    hits = np.cumsum(weights[:, order] * gold[order], axis=1)[:, ends]
    false = np.cumsum(weights[:, order] * ~gold[order], axis=1)[:, ends]
    enough = (hits >= recall * wanted[:, None] - 1e-9) & (wanted > 0)[:, None]
    first = enough.argmax(axis=1)
    rate = false[np.arange(len(weights)), first] / others
    return np.where(enough.any(axis=1), rate, np.nan)


def _ece(answers: Answers, weights: Floats) -> Floats:
    kept = np.flatnonzero(answers.known)
    mass = weights[:, kept]
    excess = mass * (answers.right[kept] - answers.top[kept])
    return np.asarray(_binned(answers.top[kept], excess) / mass.sum(axis=1))


def _binned(top: Floats, excess: Floats) -> Floats:
    """Sum over the bins of |excess| in the bin; `excess` is right minus probability, (draws, n)."""
    bins = np.searchsorted(np.linspace(0.0, 1.0, BINS + 1)[1:], top, side="left").clip(0, BINS - 1)
    gaps = [np.abs(excess[:, bins == number].sum(axis=1)) for number in range(BINS)]
    return np.asarray(np.sum(gaps, axis=0))


def _brier(answers: Answers, weights: Floats) -> Floats:
    kept = np.flatnonzero(answers.known)
    distance = ((answers.probs[kept] - np.eye(len(LABELS))[answers.truth[kept]]) ** 2).sum(axis=1)
    return np.asarray(weights[:, kept] @ distance / weights[:, kept].sum(axis=1))


def _coverage(answers: Answers, weights: Floats, precision: float = 0.9) -> Floats:
    kept = np.flatnonzero(answers.known)
    order = kept[np.argsort(-answers.top[kept], kind="stable")]
    if not len(order):
        return np.zeros(len(weights))
    ends = _ends(answers.top[order])
    answered = np.cumsum(weights[:, order], axis=1)[:, ends]
    right = np.cumsum(weights[:, order] * answers.right[order], axis=1)[:, ends]
    good = np.where(right >= precision * answered - 1e-9, answered, 0.0)
    return np.asarray(good.max(axis=1) / weights.sum(axis=1))


def _ends(ordered: Floats) -> Ints:
    """Where runs of equal values end, in a sorted array."""
    return np.append(np.flatnonzero(np.diff(ordered)), len(ordered) - 1).astype(np.int64)


FIGURES: dict[str, Callable[[Answers, Floats], Floats]] = {
    "accuracy": _accuracy,
    "macro_f1": _macro_f1,
    "false_support_rate": _false_support,
    "false_support_at_recall_60": _false_support_at_recall,
    "ece": _ece,
    "brier": _brier,
    "coverage_at_precision_90": _coverage,
}
