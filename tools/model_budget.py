"""Hard limits on money, tokens and requests, which parallel calls cannot overrun.

Before a request is sent its worst case is reserved: all of its prompt and the whole token limit of its answer.
After it, what it really cost takes the place of the reservation. What is spent and what is reserved together
never pass a limit, so that no order of events can, as long as the server keeps to the token limit it was sent
and counts as it should.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from assignee.errors import UserError

from .gateway_errors import BudgetSpent
from .model_ledger import Ledger
from .model_prices import NANO

__all__ = ["Budget", "Reservation"]


@dataclass(slots=True, eq=False)
class Reservation:
    """What one attempt may cost at most. `cost` is in billionths of a dollar, None where no price is known."""

    tokens: int
    cost: int | None
    mark: int = 0


class Budget:
    """Limits for one run; None means no limit. `max_cost` in US dollars. Used from one event loop."""

    def __init__(
        self, *, max_cost: float | None = None, max_tokens: int | None = None, max_calls: int | None = None
    ) -> None:
        """Raises UserError on a limit that is not above 0."""
        for name, value in (("max-cost", max_cost), ("max-tokens", max_tokens), ("max-calls", max_calls)):
            if value is not None and not value > 0:
                raise UserError(f"--{name} must be above 0")
        self.max_cost = None if max_cost is None else int(max_cost * NANO)
        self.max_tokens = max_tokens
        self.max_calls = max_calls
        self.tokens = 0
        self.cost = 0
        self.calls = 0
        self._held: set[Reservation] = set()
        self._changed: asyncio.Event = asyncio.Event()
        self._ledger: Ledger | None = None

    def keep_in(self, ledger: Ledger) -> None:
        """Count what earlier processes of the same run have spent, and write down what this one spends."""
        self._ledger = ledger
        tokens, cost, calls = ledger.open()
        self.add(tokens=tokens, cost=cost, calls=calls)

    def add(self, *, tokens: int = 0, cost: int = 0, calls: int = 0) -> None:
        """Count what was spent before. `cost` in billionths of a dollar."""
        self.tokens += tokens
        self.cost += cost
        self.calls += calls

    async def reserve(self, tokens: int, cost: int | None) -> Reservation:
        """Set the worst case of one attempt aside; waits while only other reservations stand in the way.

        Raises BudgetSpent where what is spent already leaves no room for it, whatever the others turn out to cost.
        """
        if self.max_cost is not None and cost is None:
            raise UserError(
                "no price is known for this model"
            )  # the gateway says which, before it comes here
        wanted = Reservation(tokens, cost)
        while True:
            self._refuse(wanted)
            if self._fits(wanted):
                self._held.add(wanted)
                if self._ledger is not None:
                    wanted.mark = self._ledger.hold(tokens, cost)
                return wanted
            self._changed.clear()
            await self._changed.wait()

    def settle(self, held: Reservation, tokens: int, cost: int | None, calls: int = 1) -> None:
        """Put what it really cost in the place of the reservation. A reservation settled before counts no more."""
        if held not in self._held:
            return
        self._held.remove(held)
        self.tokens += tokens
        self.cost += cost or 0
        self.calls += calls
        if self._ledger is not None:
            self._ledger.settle(held.mark, tokens, cost, calls)
        self._changed.set()

    def left(self) -> dict[str, float]:
        """What is left under each limit that is set, reservations not counted, never below 0."""
        found: dict[str, float] = {}
        if self.max_cost is not None:
            found["cost"] = max(0, self.max_cost - self.cost) / NANO
        if self.max_tokens is not None:
            found["tokens"] = max(0, self.max_tokens - self.tokens)
        if self.max_calls is not None:
            found["calls"] = max(0, self.max_calls - self.calls)
        return found

    def _fits(self, wanted: Reservation) -> bool:
        cost = self.cost + sum(item.cost or 0 for item in self._held) + (wanted.cost or 0)
        tokens = self.tokens + sum(item.tokens for item in self._held) + wanted.tokens
        calls = self.calls + len(self._held) + 1
        return (
            (self.max_cost is None or cost <= self.max_cost)
            and (self.max_tokens is None or tokens <= self.max_tokens)
            and (self.max_calls is None or calls <= self.max_calls)
        )

    def _refuse(self, wanted: Reservation) -> None:
        if self.max_calls is not None and self.calls + 1 > self.max_calls:
            raise BudgetSpent(f"all {self.max_calls} requests of --max-calls are made; raise it to go on")
        if self.max_tokens is not None and self.tokens + wanted.tokens > self.max_tokens:
            raise BudgetSpent(
                f"--max-tokens {self.max_tokens} has {max(0, self.max_tokens - self.tokens)} tokens left and the "
                f"next request could take {wanted.tokens}; raise it to go on"
            )
        if self.max_cost is not None and self.cost + (wanted.cost or 0) > self.max_cost:
            left = max(0, self.max_cost - self.cost) / NANO
            raise BudgetSpent(
                f"--max-cost has ${left:.4f} left and the next request could cost "
                f"${(wanted.cost or 0) / NANO:.4f}; raise it to go on"
            )
