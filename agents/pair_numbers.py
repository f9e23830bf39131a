"""Seat of the pair checker: what a claim says otherwise than its evidence in numbers, units, names and quantifiers.

Speaks only where `tools.claim_conflicts` finds a difference, and then with the labels that such a difference had on
training rows (`weights/pair_numbers.json`). Where it finds none it abstains: that no number differs supports nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from ..tools.claim_conflicts import conflicts
from .pair_seat import Probs, Reading, Task

__all__ = ["PairNumbers"]

_WEIGHTS = Path(__file__).parent / "weights" / "pair_numbers.json"


@cache
def _shares() -> dict[str, dict[str, Probs]]:
    data = json.loads(_WEIGHTS.read_text(encoding="utf-8"))
    return {
        task: {kind: (p[0], p[1], p[2]) for kind, p in kinds.items()}
        for task, kinds in data["shares"].items()
    }


class PairNumbers:
    """Numbers, units, counts, bounds, names of benchmarks, quantifiers, negation and direction, by rules."""

    name = "numbers"

    def judge(self, task: Task, readings: Sequence[Reading]) -> list[Probs | None]:
        """The probabilities of the most telling difference of each reading, in order; None where there is none."""
        known = _shares()[task]
        found = []
        for reading in readings:
            kinds = {item.kind for item in conflicts(reading.claim, reading.sentences)} & set(known)
            found.append(min((known[kind] for kind in sorted(kinds)), key=lambda p: p[0], default=None))
        return found
