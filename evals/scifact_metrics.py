"""The official SciFact metrics (Wadden et al., 2020), as the task's two public evaluators compute them.

Micro-averaged over all claims. An abstract is right when it is among the claim's evidence with the same label; right
with rationale when besides one whole gold rationale lies within the first three listed sentences. A predicted
sentence is right when the gold rationale that holds it was predicted whole; with label, when the abstract's label is
right too. Odd cases, as the evaluators do them: a sentence listed twice counts twice as retrieved and once as right; an
empty gold rationale is contained in everything; nothing retrieved gives 0 (where one of the two divides by zero). Both
stop at a predicted sentence that stands in two gold rationales; here it is right when either was predicted whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

__all__ = ["MAX_SENTENCES", "METRICS", "GoldAbstract", "Named", "claim_counts", "f1_measure", "scores"]

MAX_SENTENCES = 3
METRICS = ("abstract_label_only", "abstract_rationalized", "sentence_selection", "sentence_label")
_COUNTS = (
    "abstracts",
    "abstracts_named",
    "abstract_label_only",
    "abstract_rationalized",
    "sentences",
    "sentences_named",
    "sentence_selection",
    "sentence_label",
)


@dataclass(frozen=True, slots=True)
class GoldAbstract:
    """A gold abstract of a claim: its label and its rationales, each some sentence numbers."""

    label: str
    rationales: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Named:
    """An abstract that the system names as evidence: label and sentence numbers, the surest first."""

    label: str
    sentences: Sequence[int] = field(default_factory=tuple)


def claim_counts(gold: Mapping[str, GoldAbstract], named: Mapping[str, Named]) -> npt.NDArray[np.int64]:
    """The eight counts of one claim, in the order of `_COUNTS`; keys are document ids as text."""
    found = dict.fromkeys(_COUNTS, 0)
    found["abstracts"] = len(gold)
    found["sentences"] = sum(len(part) for held in gold.values() for part in held.rationales)
    found["abstracts_named"] = len(named)
    for doc, said in named.items():
        found["sentences_named"] += len(said.sentences)
        held = gold.get(doc)
        if held is None:
            continue
        wanted = [set(part) for part in held.rationales]
        predicted = set(said.sentences)
        right = sum(any(at in part and part <= predicted for part in wanted) for at in predicted)
        found["sentence_selection"] += right
        if said.label == held.label:
            found["abstract_label_only"] += 1
            first = set(said.sentences[:MAX_SENTENCES])
            found["abstract_rationalized"] += any(part <= first for part in wanted)
            found["sentence_label"] += right
    return np.array([found[name] for name in _COUNTS], np.int64)


def scores(counts: npt.NDArray[np.int64]) -> dict[str, dict[str, float]]:
    """Precision, recall and F1 of each of METRICS from counts summed over claims, unrounded."""
    held = dict(zip(_COUNTS, counts.tolist(), strict=True))
    found = {}
    for name in METRICS:
        kind = "abstracts" if name.startswith("abstract") else "sentences"
        precision = _divide(held[name], held[f"{kind}_named"])
        recall = _divide(held[name], held[kind])
        found[name] = {
            "precision": precision,
            "recall": recall,
            "f1": _divide(2 * precision * recall, precision + recall),
        }
    return found


def f1_measure(
    counts: npt.NDArray[np.int64],
) -> Callable[[npt.NDArray[np.float64]], dict[str, npt.NDArray[np.float64]]]:
    """For the bootstrap: F1 of each metric for weightings (draws, claims) of the claims' counts (claims, 8)."""

    def measure(weights: npt.NDArray[np.float64]) -> dict[str, npt.NDArray[np.float64]]:
        totals = weights @ counts
        at = {name: totals[:, place] for place, name in enumerate(_COUNTS)}
        found = {}
        for name in METRICS:
            kind = "abstracts" if name.startswith("abstract") else "sentences"
            whole = at[kind] + at[f"{kind}_named"]
            found[name] = np.where(whole > 0, 2 * at[name] / np.maximum(whole, 1), 0.0)
        return found

    return measure


def _divide(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
