"""The Python face: `review`, `areview`, `build_graph`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from assignee.claims import Report
from assignee.service import Watch, run_sync, start
from assignee.settings import ReviewRequest, Settings

if TYPE_CHECKING:
    from assignee.agents.engine import Engine
    from assignee.graphs.events import Progress
    from assignee.graphs.review import Graph

__all__ = ["areview", "build_graph", "review"]

PathArgument = str | PathLike[str]


def review(
    question: str,
    library: PathArgument | Iterable[PathArgument] = (),
    *,
    sources: Iterable[str] = (),
    engine: Engine | str = "auto",
    seed_paper: str | None = None,
    max_papers: int = 20,
    until: str | None = None,
    date: str = "",
    max_cost: float | None = None,
    max_tokens: int | None = None,
    max_calls: int | None = None,
    no_cache: bool = False,
    out: PathArgument | None = None,
    force: bool = False,
    settings: Settings | None = None,
    on_event: Callable[[Progress], None] | None = None,
    trace: bool = False,
) -> Report:
    """Carry out a review and return its report; the options are those of the command line.

    Files are written only when `out` is given. Works inside a running event loop (a notebook) too.
    Raises UserError for a request that cannot be carried out and RunError when the run fails.
    """
    return run_sync(
        lambda: areview(
            question,
            library,
            sources=sources,
            engine=engine,
            seed_paper=seed_paper,
            max_papers=max_papers,
            until=until,
            date=date,
            max_cost=max_cost,
            max_tokens=max_tokens,
            max_calls=max_calls,
            no_cache=no_cache,
            out=out,
            force=force,
            settings=settings,
            on_event=on_event,
            trace=trace,
        )
    )


async def areview(
    question: str,
    library: PathArgument | Iterable[PathArgument] = (),
    *,
    sources: Iterable[str] = (),
    engine: Engine | str = "auto",
    seed_paper: str | None = None,
    max_papers: int = 20,
    until: str | None = None,
    date: str = "",
    max_cost: float | None = None,
    max_tokens: int | None = None,
    max_calls: int | None = None,
    no_cache: bool = False,
    out: PathArgument | None = None,
    force: bool = False,
    settings: Settings | None = None,
    on_event: Callable[[Progress], None] | None = None,
    trace: bool = False,
) -> Report:
    """`review` for a running event loop."""
    paths = [library] if isinstance(library, (str, PathLike)) else list(library)
    request = ReviewRequest(
        question=question,
        library=tuple(_path(path) for path in paths),
        sources=tuple(sources),
        engine=engine if isinstance(engine, str) else "auto",
        seed_paper=seed_paper,
        max_papers=max_papers,
        until=until,
        date=date,
        max_cost=max_cost,
        max_tokens=max_tokens,
        max_calls=max_calls,
        no_cache=no_cache,
    )
    finished = await start(
        request,
        settings or Settings.from_env(),
        out=_path(out) if out is not None else None,
        files=out is not None,
        force=force,
        engine=None if isinstance(engine, str) else engine,
        watch=Watch(event=on_event) if on_event else None,
        trace=trace,
    )
    return finished.report


def build_graph(
    settings: Settings | None = None, engine: Engine | str | None = None, *, trace: bool = False
) -> Graph:
    """The compiled LangGraph graph, to `ainvoke` or `astream` with {"request": {"question": ..., "library": [...]}}.

    Progress comes as `assignee.graphs.events.Progress` with `stream_mode="custom"`; "report" of the result is
    `Report.to_dict()`. Without a checkpointer: pass the graph's own config where you want one.
    """
    from assignee.graphs.review import build

    return build(settings, engine, trace=trace)


def _path(given: PathArgument) -> Path:
    return Path(given).expanduser()
