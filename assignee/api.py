"""The Python face: `review`, `areview`, `build_graph`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assignee.claims import Report
from assignee.errors import UserError
from assignee.registry import load
from assignee.registry import names as registered
from assignee.request import ALL
from assignee.service import Watch, run_sync, start
from assignee.settings import ReviewRequest, Settings

if TYPE_CHECKING:
    from assignee.agents.engine import Engine
    from assignee.graphs.events import Progress
    from assignee.graphs.review import Graph
    from assignee.tools.source import Source

__all__ = ["areview", "build_graph", "review"]

PathArgument = str | PathLike[str]

_NAME = re.compile(r"[\w.-]{1,60}")


def review(
    question: str,
    library: PathArgument | Iterable[PathArgument] = (),
    *,
    sources: Iterable[str | Source] = (),
    engine: Engine | str = "auto",
    seed_paper: str | None = None,
    max_papers: int = 20,
    until: str | None = None,
    date: str = "",
    include: Iterable[PathArgument] = (),
    exclude: Iterable[PathArgument] = (),
    chase: int = 2,
    full_text: bool = True,
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

    `sources` takes names and objects: anything with a `name` and a `search` (`assignee.tools.source.Source`). `include`
    and `exclude` take ids, and files with one id a line. Files are written only when `out` is given. Works inside a
    running event loop (a notebook) too.
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
            include=include,
            exclude=exclude,
            chase=chase,
            full_text=full_text,
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
    sources: Iterable[str | Source] = (),
    engine: Engine | str = "auto",
    seed_paper: str | None = None,
    max_papers: int = 20,
    until: str | None = None,
    date: str = "",
    include: Iterable[PathArgument] = (),
    exclude: Iterable[PathArgument] = (),
    chase: int = 2,
    full_text: bool = True,
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
    from assignee.agents.overrides import read_lines

    paths = [library] if isinstance(library, (str, PathLike)) else list(library)
    names, given = _sources(sources)
    request = ReviewRequest(
        question=question,
        library=tuple(_path(path) for path in paths),
        sources=names,
        engine=engine if isinstance(engine, str) else "auto",
        seed_paper=seed_paper,
        max_papers=max_papers,
        until=until,
        date=date,
        include=read_lines(str(value) for value in _several(include)),
        exclude=read_lines(str(value) for value in _several(exclude)),
        chase=chase,
        full_text=full_text,
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
        sources=given or None,
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


def _sources(given: Iterable[str | Source]) -> tuple[tuple[str, ...], dict[str, Source]]:
    """The names in their order, and the objects by name. Raises UserError for what is no source, or hides one."""
    order: list[str] = []
    objects: dict[str, Source] = {}
    for item in _several(given):
        if isinstance(item, str):
            order.append(item)
            continue
        name = getattr(item, "name", None)
        if isinstance(item, type) or not callable(getattr(item, "search", None)):
            raise UserError(f"the source {item!r} cannot be asked: it has no search(queries, limit=, until=)")
        if not isinstance(name, str) or not _NAME.fullmatch(name) or name == ALL:
            raise UserError(
                f"the source {item!r} needs a name of letters, digits, '_', '-' or '.', not {name!r}"
            )
        if name in registered("sources") and type(item) is not load("sources", name):
            raise UserError(
                f"{name!r} is the name of a registered source; give your {type(item).__name__} another"
            )
        objects[name] = item
        order.append(name)
    twice = [name for name in objects if order.count(name) > 1]
    if twice:
        raise UserError(f"two sources are called {twice[0]!r}; give each a name of its own")
    return tuple(order), objects


def _several(given: Any) -> list[Any]:
    """A single value is a list of one."""
    return [given] if isinstance(given, (str, PathLike)) or not isinstance(given, Iterable) else list(given)


def _path(given: PathArgument) -> Path:
    return Path(given).expanduser()
