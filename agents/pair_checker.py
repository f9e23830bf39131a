"""Does evidence support a claim, contradict it, or neither? Independent seats, calibrated and pooled.

    checker = PairChecker("stance")
    [judgement] = checker.judge([Pair("Aspirin lowers the risk.", ("In the trial, aspirin lowered the risk.",))])
    judgement.probs      # SUPPORT, REFUTE, NEI

`stance` asks whether the evidence supports or contradicts the claim, `grounding` whether the cited paper says it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assignee import registry
from assignee.errors import UserError

from ..tools.language import is_english
from .pair_pool import Pool
from .pair_reading import cleaned, read
from .pair_seat import LABELS, Pair, PairSeat, Probs, Task

__all__ = ["LABELS", "Judgement", "Pair", "PairChecker"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the seats say of one pair.

    `probs` is the pooled panel's, calibrated; None where the pair was not adjudicated (no evidence, no claim, another
    language, every seat abstained). `seats` holds each seat's own, None where it abstained. `rationale` lists indexes
    into the pair's evidence, best first, at most 3. `like` says whether the claim's topic is like those calibrated on;
    where it is not, `probs` were drawn towards even chances by as much as a set never seen was measured to need.
    """

    probs: Probs | None
    seats: dict[str, Probs | None]
    rationale: tuple[int, ...]
    like: bool = True


class PairChecker:
    """The panel of one task. `verifiers` names the seats; () takes all that ship for the task.

    `weights` sum to one over `seats`; a seat that did not help, or was never calibrated, has 0 beside others: its
    word is shown and not counted. `calibrated_on` is None where no seat that counts was calibrated.
    """

    def __init__(self, task: Task, verifiers: Sequence[str] = ()) -> None:
        if task not in ("stance", "grounding"):
            raise UserError(f"unknown task {task!r}; known: stance, grounding")
        self.task: Task = task
        self._pool = Pool.of(task)
        self.seats: tuple[str, ...] = tuple(dict.fromkeys(verifiers)) or tuple(self._pool.seats)
        self._seats: list[PairSeat] = [registry.load("pair_seats", name)() for name in self.seats]
        self.weights: dict[str, float] = self._pool.chosen(self.seats)
        counted = [name for name in self.seats if self.weights[name] and name in self._pool.seats]
        self.calibrated_on: str | None = self._pool.calibrated_on if counted else None

    @property
    def measured(self) -> dict[str, Any]:
        """What the weights file says was measured, by set and seat."""
        return self._pool.measured

    def judge(self, pairs: Sequence[Pair]) -> list[Judgement]:
        """One judgement per pair, in order; the same for a pair whatever stands beside it."""
        readable = [at for at, pair in enumerate(pairs) if _readable(pair)]
        readings = read([pairs[at] for at in readable])
        said = {seat.name: seat.judge(self.task, readings) for seat in self._seats}
        found = [Judgement(None, dict.fromkeys(self.seats), ()) for _ in pairs]
        for row, (at, reading) in enumerate(zip(readable, readings, strict=True)):
            seats = {name: _rounded(said[name][row]) for name in self.seats}
            like = self._pool.like(reading.vector)
            probs = self._pool.pooled(seats, self.weights, like=like)
            found[at] = Judgement(probs, seats, reading.rationale(), like)
        return found


def _rounded(probs: Probs | None) -> Probs | None:
    """To 6 places: the last bits of a product may change with the size of the batch."""
    return probs and (round(probs[0], 6), round(probs[1], 6), round(probs[2], 6))


def _readable(pair: Pair) -> bool:
    return any(text.strip() for text in pair.evidence) and is_english(cleaned(pair.claim))
