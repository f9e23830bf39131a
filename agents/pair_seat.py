"""What a seat of the pair checker is: it reads a claim beside evidence and says support, refute or neither."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["LABELS", "Pair", "PairSeat", "Probs", "Reading", "Task"]

LABELS = ("SUPPORT", "REFUTE", "NEI")

Task = Literal["stance", "grounding"]
Probs = tuple[float, float, float]
"""Probabilities of SUPPORT, REFUTE and NEI; they sum to one."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim and what is held against it: sentences or longer passages, in document order."""

    claim: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A pair taken apart: `sentences` in document order, `owners` the evidence item of each, `cosines` to the claim,
    `order` the indexes of the sentences, the one most like the claim first. `vector` is the claim's, (384,), of unit length.
    """

    claim: str
    sentences: tuple[str, ...]
    owners: tuple[int, ...]
    cosines: tuple[float, ...]
    order: tuple[int, ...]
    vector: NDArray[np.float32]

    def rationale(self, most: int = 3) -> tuple[int, ...]:
        """Indexes of the evidence items whose sentences are most like the claim, best first, at most `most`."""
        return tuple(dict.fromkeys(self.owners[at] for at in self.order))[:most]

    def premise(self, most: int = 3) -> tuple[str, ...]:
        """The sentences most like the claim, at most `most`, in document order."""
        return tuple(self.sentences[at] for at in sorted(self.order[:most]))


class PairSeat(Protocol):
    """One checker. A new one is one file and one line in the registry (group `pair_seats`)."""

    name: str

    def judge(self, task: Task, readings: Sequence[Reading]) -> list[Probs | None]:
        """The seat's own probabilities, one per reading, in order; None where it abstains.

        Pure: what is said of a pair does not depend on the pairs beside it. Evidence is never empty.
        Raises an error of `assignee.errors` when the seat cannot work at all.
        """
        ...
