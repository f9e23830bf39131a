"""The clock of the HTTP layer: wall time, because processes compare theirs. Injected, so that tests wait for nothing."""

from __future__ import annotations

import time
from typing import Protocol

__all__ = ["WallClock", "WallTime"]


class WallClock(Protocol):
    """Seconds since 1970, the same for all processes of a machine, and a way to let some pass."""

    def now(self) -> float:
        """Seconds since 1970."""
        ...

    def sleep(self, seconds: float) -> None:
        """Let `seconds` pass."""
        ...


class WallTime:
    """The machine's own."""

    def now(self) -> float:
        """`time.time()`."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """`time.sleep`."""
        time.sleep(seconds)
