"""How often one client may ask: a bucket of tokens for each, filled as time passes."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable

__all__ = ["Rate"]

_CLIENTS = 10_000  # remembered at the same time


class Rate:
    """`minute` requests a minute and client. `clock` counts seconds."""

    def __init__(self, minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = float(minute)
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str) -> int:
        """Seconds until this client may ask, 0 for now. Takes nothing."""
        left = self._now(client)
        return 0 if left >= 1 else max(1, math.ceil((1 - left) * 60 / self._most))

    def take(self, client: str) -> int:
        """Count one request; returns the seconds to wait when it is one too many (then it is not counted)."""
        wait = self.wait(client)
        if not wait:
            self._left[client] = (self._now(client) - 1, self._clock())
            self._left.move_to_end(client)
            while len(self._left) > _CLIENTS:
                self._left.popitem(last=False)
        return wait

    def _now(self, client: str) -> float:
        left, then = self._left.get(client, (self._most, self._clock()))
        return min(self._most, left + (self._clock() - then) * self._most / 60)
