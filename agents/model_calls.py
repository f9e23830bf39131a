"""What the agents of a model engine ask through: a prompt and its data in, a checked answer out, each asked once.

All work runs on the event loop of the gateway's thread, so that nothing here needs a lock. The same prompt with the
same data is one call, whoever asks and however often: work may be begun early (`begin`) and asked for again later.
"""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections.abc import Callable, Coroutine, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from ..prompts.loader import load_prompt
from .engine import Told

if TYPE_CHECKING:
    from ..prompts.answers import Answer
    from ..tools.gateway_thread import GatewayThread

__all__ = ["ModelCalls", "why"]

T = TypeVar("T")
A = TypeVar("A", bound="Answer")


class ModelCalls:
    """Prompts asked through one gateway."""

    def __init__(self, thread: GatewayThread) -> None:
        self._thread = thread
        self._tasks: dict[str, asyncio.Task[Any]] = {}
        self._background: set[asyncio.Task[Any]] = set()
        self._told: dict[str, Told] = {}
        self._lock = threading.Lock()

    def run(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Carry out a coroutine on the gateway's loop and wait for it, from any other thread."""
        return self._thread.call(work)

    async def ask(self, role: str, name: str, answer: type[A], data: Mapping[str, Any]) -> A:
        """The answer of the role's model to the prompt of that name. On the loop only.

        Raises what the gateway raises: ModelSetupError, EndpointLost, BudgetSpent, BadAnswer.
        """
        found = await asyncio.shield(self._task(role, name, data))
        assert isinstance(found, answer), f"prompt {name} answers with {type(found).__name__}"
        return found

    def begin(self, work: Coroutine[Any, Any, Any]) -> None:
        """Carry out a coroutine for what it asks, now, without waiting; what it raises is raised to who asks again."""
        task = asyncio.ensure_future(work)
        self._background.add(task)
        task.add_done_callback(self._forget)

    def tell(
        self, stage: str, *, failure: str = "", fact: tuple[str, str] | None = None, **dropped: int
    ) -> None:
        """Note something for `told`."""
        with self._lock:
            told = self._told.setdefault(stage, Told())
            if failure and failure not in told.failures:
                told.failures.append(failure)
            if fact:
                told.facts[fact[0]] = fact[1]
            told.dropped.update({name: count for name, count in dropped.items() if count})

    def told(self, stage: str) -> Told:
        """What was noted for a stage since this was last asked."""
        with self._lock:
            return self._told.pop(stage, Told())

    def close(self) -> None:
        """Stop what was begun and nobody waits for any more, then close the gateway."""

        async def stop() -> None:
            pending = [task for task in (*self._background, *self._tasks.values()) if not task.done()]
            for task in pending:
                task.cancel()
            await asyncio.gather(*pending, return_exceptions=True)
            # A thread that ended after its loop was closed would complain about it.
            await asyncio.get_running_loop().shutdown_default_executor()

        self._thread.call(stop)
        self._thread.close()

    def _task(self, role: str, name: str, data: Mapping[str, Any]) -> asyncio.Task[Any]:
        from ..tools.gateway import Message, PromptRef

        prompt = load_prompt(name)
        rendered = prompt.render(data)
        key = hashlib.sha256("\0".join((role, prompt.hash, *rendered)).encode()).hexdigest()
        if key not in self._tasks:
            messages = [Message("system", rendered.system), Message("user", rendered.user)]
            reference = PromptRef(prompt.name, prompt.version, prompt.hash)
            task = asyncio.ensure_future(
                self._thread.gateway.complete(role, messages, prompt.schema, reference, limit=prompt.limit)
            )
            task.add_done_callback(_seen)
            self._tasks[key] = task
        return self._tasks[key]

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._background.discard(task)
        _seen(task)


def why(error: Exception) -> str:
    """An error of the gateway in words for a report: no host, no clock time."""
    from ..tools.gateway_errors import BadAnswer, BudgetSpent, EndpointLost

    if isinstance(error, BudgetSpent):
        return "the budget of the run is spent"
    if isinstance(error, EndpointLost):
        return "the model's endpoint was lost"
    if isinstance(error, BadAnswer):
        return "the model gave no valid answer"
    return f"{type(error).__name__}: {error}"


def _seen(task: asyncio.Task[Any]) -> None:
    """Take note of a task's error, so that asyncio does not complain about one that nobody came back for."""
    if not task.cancelled():
        task.exception()
