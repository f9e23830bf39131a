"""Rows that stand beside a checker's figures, to show what it would get without reading.

- majority: the commonest gold label, always.
- zero_shot_overlap: no training at all: SUPPORT where one evidence sentence holds at least half of the claim's content
  stems, REFUTE where that sentence negates and the claim does not (or the reverse), else NEI.
- shuffled_evidence: the checker, each claim beside the evidence of another row; how often it still says SUPPORT.
- claim_only: the checker, each claim beside one sentence that says nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..agents.pair_checker import Judgement, Pair
from ..tools.polarity import negations
from ..tools.text import content_stems, sentences
from .gold_rows import LABELS, GoldRow
from .metrics import Answers, figures, value
from .seat_figures import answers_of

__all__ = ["BLANK", "LARGEST", "baselines", "controls", "shuffled"]

BLANK = "No abstract is available for this paper."
LARGEST = 500  # rows of a control: enough for ± 4 points, and a bounded price
_COVERED = 0.5


def controls(
    rows: Sequence[GoldRow], judge: Callable[..., list[Judgement]], macro_f1: float | None, seed: int
) -> dict[str, dict[str, Any]]:
    """`shuffled_evidence` and `claim_only` over at most LARGEST rows, drawn with the seed."""
    chosen = list(rows)
    if len(chosen) > LARGEST:
        at = np.random.default_rng(seed).choice(len(chosen), LARGEST, replace=False)
        chosen = [chosen[int(each)] for each in sorted(at)]
    moved = shuffled(chosen, seed)
    found: dict[str, dict[str, Any]] = {}
    called = judge([pair for pair in moved if pair is not None], "control: shuffled evidence")
    said = [max(range(3), key=lambda c: j.probs[c]) for j in called if j.probs is not None]  # type: ignore[index]
    found["shuffled_evidence"] = {
        "n": len(called),
        "called_support": _share(sum(c == 0 for c in said), len(called)),
        "called_refute": _share(sum(c == 1 for c in said), len(called)),
        "not_adjudicated": len(called) - len(said),
    }
    blank = judge([Pair(row.claim, (BLANK,)) for row in chosen], "control: claim only")
    answers = answers_of([LABELS.index(row.label) for row in chosen], [each.probs for each in blank])
    own = figures(answers)
    alone = value(own["macro_f1"][0])
    found["claim_only"] = {
        "n": len(chosen),
        "accuracy": value(own["accuracy"][0]),
        "macro_f1": alone,
        "macro_f1_lower_by": None if None in (alone, macro_f1) else round((macro_f1 or 0) - (alone or 0), 6),
        "called_support": _share(int((answers.said == 0).sum()), len(chosen)),
    }
    return found


def shuffled(rows: Sequence[GoldRow], seed: int) -> list[Pair | None]:
    """Each claim with the evidence of another row whose claim and evidence differ; None where there is no such row."""
    order = np.random.default_rng(seed).permutation(len(rows))
    found: list[Pair | None] = []
    for at, row in enumerate(rows):
        place = int(np.flatnonzero(order == at)[0])
        others = (rows[int(order[(place + step) % len(rows)])] for step in range(1, len(rows)))
        other = next((o for o in others if o.claim != row.claim and o.evidence != row.evidence), None)
        found.append(None if other is None else Pair(row.claim, other.evidence))
    return found


def baselines(rows: Sequence[GoldRow]) -> dict[str, dict[str, Any]]:
    """Accuracy, macro_f1 and false_support_rate of `majority` and `zero_shot_overlap`."""
    truth = [LABELS.index(row.label) for row in rows]
    counts = Counter(truth)
    commonest = min(counts, key=lambda label: (-counts[label], label))
    said = {
        "majority": [commonest] * len(rows),
        "zero_shot_overlap": [_overlap(row) for row in rows],
    }
    found: dict[str, dict[str, Any]] = {}
    for name, labels in said.items():
        own = figures(Answers(truth, np.eye(len(LABELS))[labels]))
        found[name] = {key: value(own[key][0]) for key in ("accuracy", "macro_f1", "false_support_rate")}
    found["majority"]["label"] = LABELS[commonest]
    return found


def _overlap(row: GoldRow) -> int:
    claim = set(content_stems(row.claim))
    parts = [text[start:end] for text in row.evidence for start, end in sentences(text)]
    cover = [len(claim & set(content_stems(part))) / max(1, len(claim)) for part in parts]
    best = max(range(len(parts)), key=lambda at: (cover[at], -at), default=None)
    if best is None or cover[best] < _COVERED:
        return LABELS.index("NEI")
    turned = bool(negations(row.claim)) != bool(negations(parts[best]))
    return LABELS.index("REFUTE" if turned else "SUPPORT")


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None
