"""Start and resume runs: the one path that the command line, the Python API and every front-end take."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Collection, Coroutine, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from assignee.claims import Report, Status
from assignee.errors import UserError
from assignee.outputs import check_target, disk_error, place
from assignee.registry import names
from assignee.request import checked, from_dict, to_dict
from assignee.run_id import run_id
from assignee.run_record import Clock, run_record
from assignee.runs import RunFolder, find_run, json_text
from assignee.settings import ReviewRequest, Settings

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig

    from assignee.agents.engine import Engine
    from assignee.graphs.events import Progress
    from assignee.graphs.review import Graph
    from assignee.graphs.state import ReviewInput
    from assignee.graphs.workbench import Services
    from assignee.tools.source import Source
    from assignee.tools.toolbox import Toolbox

__all__ = ["Finished", "Watch", "identify", "resume", "run_sync", "start"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A run that has ended with a report. `out` is the folder of its files, None when none was asked for."""

    run_id: str
    report: Report
    out: Path | None
    seconds: float

    @property
    def exit_code(self) -> int:
        """0 when the report rests on evidence, 1 when it says that there is none."""
        return 1 if self.report.status in (Status.NO_EVIDENCE, Status.FAILED) else 0


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is told what: `begun` gets the run id once the run can be resumed, `event` every progress event.

    `update` gets a node's name and what it changed of the graph's state (`graphs.state.ReviewState`), once a node.
    """

    begun: Callable[[str], None] = lambda run: None
    event: Callable[[Progress], None] = lambda event: None
    update: Callable[[str, Mapping[str, Any]], None] | None = None


def identify(
    request: ReviewRequest, engine: Engine | None = None, known: Collection[str] = ()
) -> tuple[ReviewRequest, Engine, str]:
    """The request with its defaults, the engine that carries it out, and the run's id. Reads the library's bytes.

    `known` names the sources that are handed in beside the registered ones. Raises UserError for a request or an
    engine that cannot be carried out as given; nothing is written.
    """
    from assignee import __version__
    from assignee.agents.overrides import Overrides
    from assignee.graphs import engine_extras
    from assignee.graphs.engine_choice import choose_engine
    from assignee.tools.database_settings import DatabaseSettings, online

    request = checked(request, known)
    Overrides.of(request)  # what cannot be carried out is misuse
    if online(request.sources):
        DatabaseSettings.from_env()  # an address or key that cannot be used is misuse, said before anything is written
    engine = engine or choose_engine(request.engine)
    engine_extras.check(engine)
    return request, engine, run_id(request, engine.name, __version__, engine_extras.makers(engine))


async def start(
    request: ReviewRequest,
    settings: Settings,
    *,
    out: Path | None = None,
    force: bool = False,
    files: bool = True,
    engine: Engine | None = None,
    sources: Mapping[str, Source] | None = None,
    services: Services | None = None,
    watch: Watch | None = None,
    toolbox: Toolbox | None = None,
    trace: bool = False,
) -> Finished:
    """Carry out a review from the beginning, also when the same one was carried out before (caches make it cheap).

    With `files`, the report goes to `out`, by default `assignee-report-` and the first eight digits of the run id,
    in the current folder. `engine` and `sources` replace what the request names, and a source may have a name that is
    not registered; `services` are as in `graphs.review.build`; `toolbox` is one already open.
    Raises UserError before anything is written, RunLocked, or RunError with the run kept for `resume`.
    """
    request, chosen, id = await asyncio.to_thread(identify, request, engine, tuple(sources or ()))
    run = RunFolder(settings.runs / id)
    if files:
        out = out or Path(f"assignee-report-{run.id[:8]}")
        check_target(out, force=force)
    target = str(out.absolute()) if files and out else None
    fresh = not run.path.exists()
    _writable(settings)
    with run.locked():
        with _kept(run):
            run.begin(
                {
                    "request": to_dict(request),
                    "engine": chosen.name,
                    "out": target,
                    "force": force,
                    "created": datetime.now(UTC).isoformat(timespec="seconds"),
                }
            )
        return await _execute(
            run,
            request,
            settings,
            chosen,
            {"sources": sources, "services": services},
            watch or Watch(),
            toolbox,
            trace,
            fresh=fresh,
        )


async def resume(
    name: str,
    settings: Settings,
    *,
    limits: Mapping[str, Any] | None = None,
    engine: Engine | None = None,
    sources: Mapping[str, Source] | None = None,
    services: Services | None = None,
    watch: Watch | None = None,
    toolbox: Toolbox | None = None,
    trace: bool = False,
) -> Finished:
    """Continue a run where it stopped; only work in flight at that moment is repeated.

    `name` is a run id or its beginning. A finished run is not repeated: its files are put in place again. One that
    ended partial because its budget was spent or its endpoint lost goes through its steps again, with the answers that
    it has paid for; `limits` ({"max_cost": …} and so on) replace those it had. A run that began with source objects
    needs them again, as `sources`. Raises UserError when the run is unknown, or the library, the models or our version
    are others than when it began.
    """
    from assignee.graphs.engine_choice import choose_engine

    run = find_run(settings, name)
    with run.locked():
        asked = run.asked()
        given = replace(from_dict(asked["request"]), **(limits or {}))
        _handed_in(run, given, tuple(sources or ()))
        request, chosen, id = identify(given, engine or choose_engine(asked["engine"]), tuple(sources or ()))
        if id != run.id:
            raise UserError(
                f"the library, the models or assignee have changed since run {run.id} began; start the review again"
            )
        if asked["out"]:
            check_target(Path(asked["out"]), force=asked["force"], run=run.id)
        record = run.record()
        if limits or (record is not None and record.get("stopped")):
            asked["request"] = to_dict(request)
            if record is not None and record.get("stopped"):
                run.begin(asked, again=True)
            else:
                run.ask(asked)
        parts = {"sources": sources, "services": services}
        return await _execute(run, request, settings, chosen, parts, watch or Watch(), toolbox, trace)


def run_sync(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine to its end, also where an event loop is already running (a notebook): then in a thread."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work())
    box: dict[str, Any] = {}

    def body() -> None:
        try:
            box["result"] = asyncio.run(work())
        except BaseException as error:
            box["error"] = error

    thread = threading.Thread(target=body, daemon=True)
    thread.start()
    thread.join()
    if "error" in box:
        raise box["error"]
    result: T = box["result"]
    return result


async def _execute(
    run: RunFolder,
    request: ReviewRequest,
    settings: Settings,
    engine: Engine,
    parts: Mapping[str, Any],
    watch: Watch,
    given: Toolbox | None,
    trace: bool,
    *,
    fresh: bool = False,
) -> Finished:
    """Drive the graph from its last checkpoint to its end, render, put the files in place."""
    from assignee.graphs import engine_extras
    from assignee.graphs.review import build
    from assignee.render.files import report_files
    from assignee.tools.toolbox import Toolbox

    clock = Clock()
    with _kept(run), nullcontext(given) if given else Toolbox.open(settings) as toolbox:
        watch.begun(run.id)
        graph = partial(build, settings, engine, toolbox=toolbox, trace=trace, **parts)
        try:
            engine_extras.prepare(engine, request, settings, run.path)
            report = await _drive(run, request, graph, clock, watch)
            usage = engine_extras.usage(engine)
        except UserError:
            if fresh:  # the library could not be read, or no model answered: nothing is worth keeping
                run.remove()
            raise
        finally:
            await asyncio.to_thread(engine_extras.close, engine)
        asked = run.asked()
        texts = _texts(report, toolbox)
        rendered = report_files(report, texts)
        record = run_record(run.id, asked, report, clock, usage)
        out = Path(asked["out"]) if asked["out"] else None
        run.finish(record, rendered["report.json"])
        if out is not None:  # last: should it fail, `resume` needs to do no more than this
            place(out, rendered | {"run.json": json_text(record)})
    return Finished(run_id=run.id, report=report, out=out, seconds=clock.seconds())


async def _drive(
    run: RunFolder, request: ReviewRequest, graph: Callable[..., Graph], clock: Clock, watch: Watch
) -> Report:
    from assignee.tools.checkpoints import Checkpoints

    async with Checkpoints.open(run.checkpoints) as saver:
        compiled = graph(checkpointer=saver)
        config: RunnableConfig = {"configurable": {"thread_id": run.id}}
        before = await compiled.aget_state(config)
        # Not `before.next`: it leaves out tasks that had written when the process stopped, and their step is not over.
        if before.tasks or not before.values:
            given: ReviewInput | None = None if before.values else {"request": to_dict(request)}
            modes: Any = ["custom", "updates"] if watch.update else ["custom"]
            sent: Any  # (mode, what it sent): `Progress` of a node, or what nodes changed of the state
            async for sent in compiled.astream(given, config, stream_mode=modes, durability="sync"):
                mode, event = sent
                if mode == "custom":
                    clock.note(event)
                    watch.event(event)
                elif watch.update:
                    for node, update in event.items():
                        watch.update(node, update or {})
        after = await compiled.aget_state(config)
    return Report.from_dict(after.values["report"])


def _texts(report: Report, toolbox: Toolbox) -> Callable[[str], str]:
    """The stored text of a paper of the report by its id. What is returned raises KeyError."""
    hashes = {paper.id: paper.text_hash for paper in report.papers}
    return lambda paper_id: toolbox.texts.get(hashes[paper_id])


def _handed_in(run: RunFolder, request: ReviewRequest, given: Collection[str]) -> None:
    """Raises UserError where a source of the run is neither registered nor handed in again."""
    for name in request.sources:
        if name not in (*names("sources"), *given):
            raise UserError(
                f"run {run.id} asks the source {name!r}, an object of a Python program; resume it there: "
                f"assignee.service.resume({run.id!r}, settings, sources={{{name!r}: ...}})"
            )


def _writable(settings: Settings) -> None:
    """Raises UserError when the home folder cannot be made or written."""
    try:
        settings.runs.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.runs):
            pass
    except OSError as error:
        raise UserError(
            f"the home folder {settings.home} cannot be written: {error.strerror}; set ASSIGNEE_HOME to one that can"
        ) from error


@contextmanager
def _kept(run: RunFolder) -> Iterator[None]:
    """Turn a failure to write into one line that names the run, which is kept."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        told = disk_error(error, run.id)
        if told is None:
            raise
        raise told from error
