"""What the nodes share inside one process: the engine, the open stores, the corpus, and a limit on work in flight."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import json
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

from assignee.claims import Paper, Report
from assignee.registry import load, names
from assignee.settings import Settings

from ..agents.engine import Engine
from ..tools.source import Source

if TYPE_CHECKING:
    from ..tools.checkpoints import Checkpoints
    from ..tools.corpus import Corpus
    from ..tools.toolbox import Toolbox

__all__ = ["Services", "Slot", "Workbench"]

_LONGEST_WRITE = 10.0  # seconds
_WAITING = 16  # databases asked at once

Services = Mapping[str, Mapping[str, Any]]
"""Chasers, look-ups and full texts: {registry group: {name: object}}."""

T = TypeVar("T")


class Workbench:
    """Nothing in here is state: a process that resumes a run rebuilds all of it from the checkpoint and the stores.

    `toolbox` is opened at first use when none is given. `sources` adds to the registered sources or replaces them by
    name; of `services`, a group that is given takes the place of the whole registered one.
    With `checkpoints`, side-by-side work waits until what came before is safely written (`Slot.until_saved`).
    """

    def __init__(
        self,
        settings: Settings,
        engine: Engine,
        toolbox: Toolbox | None = None,
        sources: Mapping[str, Source] | None = None,
        checkpoints: Checkpoints | None = None,
        services: Services | None = None,
    ) -> None:
        self.settings = settings
        self.engine = engine
        self._toolbox = toolbox
        self._sources = dict(sources or {})
        self._services = dict(services or {})
        self._checkpoints = checkpoints
        self._built: dict[str, Corpus] = {}
        self._lock = threading.RLock()
        self._places: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[bool, asyncio.Semaphore]] = (
            WeakKeyDictionary()
        )

    @property
    def toolbox(self) -> Toolbox:
        """The open stores. Opening imports the vector store, so call it in a thread."""
        with self._lock:
            if self._toolbox is None:
                from ..tools.toolbox import Toolbox

                self._toolbox = Toolbox.open(self.settings)
            return self._toolbox

    def source(self, name: str, library: tuple[Path, ...]) -> Source:
        """The source of that name, over the request's library. Raises UserError for an unknown one.

        A source handed in that has `bound(toolbox)` is asked for one that works with our stores.
        """
        if name in self._sources:
            given = self._sources[name]
            bound: Callable[[Toolbox], Source] | None = getattr(given, "bound", None)
            return bound(self.toolbox) if bound is not None else given
        made: Source = load("sources", name)(self.toolbox, library)
        return made

    @property
    def given_sources(self) -> tuple[str, ...]:
        """The names of the sources that were handed in."""
        return tuple(self._sources)

    def services(self, group: str) -> tuple[str, ...]:
        """The names of the "chasers", "look_ups" or "full_texts" that may be asked, in their order."""
        if group in self._services:
            return tuple(self._services[group])
        return names(group)

    def service(self, group: str, name: str) -> Any:
        """One of `services(group)`, made with the toolbox."""
        if group in self._services:
            return self._services[group][name]
        return load(group, name)(self.toolbox)

    def keep_corpus(self, papers: list[Paper]) -> str:
        """Store the list of included papers; returns the hash that `corpus` takes, in this process or another."""
        included = [paper.to_dict() for paper in papers if paper.included]
        return self.toolbox.texts.put(json.dumps(included, ensure_ascii=True, separators=(",", ":")))

    def corpus(self, key: str) -> Corpus:
        """The corpus behind a hash from `keep_corpus`, its sentences embedded. The last one built is kept."""
        with self._lock:
            if key not in self._built:
                from ..tools.corpus import Corpus

                papers = [Paper.from_dict(item) for item in json.loads(self.toolbox.texts.get(key))]
                corpus = Corpus(papers, self.toolbox)
                if corpus.passages:
                    corpus.vectors  # noqa: B018 - embeds once here, not in every seat at the same time
                self._built = {key: corpus}
            return self._built[key]

    def texts(self, report: Report) -> Callable[[str], str]:
        """The stored text of a paper of the report by its id. What is returned raises KeyError."""
        hashes = {paper.id: paper.text_hash for paper in report.papers}
        return lambda paper_id: self.toolbox.texts.get(hashes[paper_id])

    async def run(self, function: Callable[[], T], limit: float | None = None) -> T:
        """`Slot.run` in a slot of its own."""
        async with self.slot() as slot:
            return await slot.run(function, limit)

    @asynccontextmanager
    async def slot(self, *, waiting: bool = False) -> AsyncIterator[Slot]:
        """One of the `settings.concurrency` places for work in flight, free again at the end or as `Slot` says.

        Work that mostly waits for other machines (`waiting`) has places of its own, so that all databases are
        asked at once, however few the cores.

        LangGraph's own `max_concurrency` costs time quadratic in the number of tasks, hence a semaphore of ours.
        """
        loop = asyncio.get_running_loop()
        both = self._places.setdefault(loop, {})
        size = _WAITING if waiting else self.settings.concurrency
        places = both.setdefault(waiting, asyncio.Semaphore(size))
        await places.acquire()
        slot = Slot()
        try:
            yield slot
        except BaseException:
            places.release()
            raise
        if slot.value is None or self._checkpoints is None:
            places.release()
            return
        # Free it once, when the value is on disk; should nobody ever tell, then after a while.
        late = loop.call_later(_LONGEST_WRITE, places.release)

        def saved() -> None:
            if not late.cancelled() and late.when() > loop.time():
                late.cancel()
                places.release()

        self._checkpoints.when_saved(slot.value, saved)


class Slot:
    """A place for work in flight."""

    def __init__(self) -> None:
        self.value: Any = None

    def until_saved(self, value: T) -> T:
        """Keep the place until `value`, what the node returns for a channel, is in the checkpoint.

        So the next batch begins only when this one can no longer be lost.
        """
        self.value = value
        return value

    async def run(self, function: Callable[[], T], limit: float | None = None) -> T:
        """Run a function in a thread. Raises what it raises, or TimeoutError after `limit` seconds.

        The thread is a daemon: a hung checker or Ctrl-C never keeps the process from ending.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        context = contextvars.copy_context()

        def settle(result: Any, error: BaseException | None) -> None:
            if future.done():
                return
            if error is None:
                future.set_result(result)
            else:
                future.set_exception(error)

        def work() -> None:
            result: Any = None
            problem: BaseException | None = None
            try:
                result = context.run(function)
            except StopIteration as error:  # a future refuses to carry one
                problem = RuntimeError(f"StopIteration: {error}")
            except BaseException as error:
                problem = error
            with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile: nobody waits any more
                loop.call_soon_threadsafe(settle, result, problem)

        threading.Thread(target=work, daemon=True, name="assignee-work").start()
        return await asyncio.wait_for(future, limit)
