"""One piece of work in a thread with an event loop of its own, so that its blocking steps hold up nobody else."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

__all__ = ["Work"]

T = TypeVar("T")


class Work(Generic[T]):
    """Started at once, from a running loop. The thread is a daemon: a hung step never keeps the process alive."""

    def __init__(self, make: Callable[[], Coroutine[Any, Any, T]], name: str) -> None:
        self._make = make
        self._home = asyncio.get_running_loop()
        self._lock = threading.Lock()
        self._inner: tuple[asyncio.AbstractEventLoop, asyncio.Task[T]] | None = None
        self.stopped = False
        self.ended: asyncio.Future[T] = self._home.create_future()
        self.ended.add_done_callback(lambda future: future.cancelled() or future.exception())
        threading.Thread(target=self._body, name=name, daemon=True).start()

    def stop(self) -> None:
        """Cancel it. `stopped` holds from now on; `ended` comes when its current blocking step lets go."""
        with self._lock:
            self.stopped = True
            if self._inner is not None:
                loop, task = self._inner
                loop.call_soon_threadsafe(task.cancel)

    def _body(self) -> None:
        result: T | None = None
        problem: BaseException | None = None
        try:
            result = asyncio.run(self._main())
        except BaseException as error:
            problem = error
        try:
            self._home.call_soon_threadsafe(self._settle, result, problem)
        except RuntimeError:  # the loop that asked has closed: nobody waits any more
            return

    async def _main(self) -> T:
        task: asyncio.Task[T] = asyncio.ensure_future(self._make())
        with self._lock:
            self._inner = (asyncio.get_running_loop(), task)
            if self.stopped:
                task.cancel()
        try:
            return await task
        finally:
            with self._lock:
                self._inner = None

    def _settle(self, result: Any, problem: BaseException | None) -> None:
        if self.ended.done():
            return
        if problem is None:
            self.ended.set_result(result)
        elif isinstance(problem, asyncio.CancelledError):
            self.ended.cancel()
        else:
            self.ended.set_exception(problem)
