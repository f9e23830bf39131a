"""An event loop whose time passes only when nobody has anything to do: real concurrency, no waiting, same order."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

__all__ = ["LoopClock", "run"]

T = TypeVar("T")


class _Selector(selectors.SelectSelector):
    """Instead of waiting for the next timer, moves the clock to it."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready:
            if timeout is None:
                raise RuntimeError("everybody waits for ever")
            self.now += timeout
        return ready


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._watched = _Selector()
        super().__init__(self._watched)

    def time(self) -> float:
        return self._watched.now

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> asyncio.Future[Any]:
        """At once: what runs in a thread would be overtaken by a time that does not pass."""
        done = self.create_future()
        done.set_result(func(*args))
        return done


class LoopClock:
    """The gateway's clock on such a loop."""

    def now(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def run(main: Coroutine[Any, Any, T]) -> T:
    """Like `asyncio.run`. Raises RuntimeError where all tasks wait for each other."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(main)
