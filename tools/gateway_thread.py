"""Model calls for code that runs in threads: one event loop in one thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar

from .gateway import Gateway

__all__ = ["GatewayThread"]

T = TypeVar("T")


class GatewayThread:
    """Runs coroutines that use `gateway`, for any number of calling threads at once. Close it, or use `with`."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="gateway", daemon=True)
        self._thread.start()

    def call(self, start: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Run one coroutine and wait for it. An interrupt of the waiting thread cancels it."""
        future = asyncio.run_coroutine_threadsafe(start(), self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def gather(
        self,
        starts: Sequence[Callable[[], Coroutine[Any, Any, T]]],
        keep: tuple[type[Exception], ...] = (),
    ) -> list[T | Exception]:
        """Run all at once; results in the order given.

        An exception of a kind in `keep` stands in its result's place. Any other is raised, the first in order,
        after all have ended, so that what was paid for is in the cache.
        """

        async def together() -> list[T | BaseException]:
            return await asyncio.gather(*(start() for start in starts), return_exceptions=True)

        found: list[T | Exception] = []
        for item in self.call(together):
            if isinstance(item, BaseException):
                if not isinstance(item, keep):
                    raise item
                assert isinstance(item, Exception)
            found.append(item)
        return found

    def close(self) -> None:
        """Close the gateway and end the thread. Calling it twice is fine."""
        if self._loop.is_closed():
            return
        self.call(self.gateway.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
