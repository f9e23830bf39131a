"""What an evaluation prints and writes: tables on standard output, JSON into a file, progress on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from assignee.errors import UserError
from assignee.outputs import write_atomic

__all__ = [
    "Progress",
    "ProgressLine",
    "Table",
    "check_out",
    "print_tables",
    "shown",
    "write_json",
    "write_rows",
]

_WIDE = 140  # columns where nobody watches a terminal
Progress = Callable[[int, int, str], None]  # done, of how many, of what


class Table(NamedTuple):
    """One table: None prints as a dash, floats to three places, [low, high] as an interval."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[object, ...]]


def shown(cell: object) -> str:
    """A cell as it is printed."""
    if cell is None:
        return "–"
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return f"{cell:.3f}"
    if isinstance(cell, int):
        return f"{cell:,}"
    if isinstance(cell, (list, tuple)):
        return "–".join(shown(part) for part in cell)
    return str(cell)


def print_tables(tables: Iterable[Table], notes: Sequence[str] = ()) -> None:
    """Print tables and then notes, one a line. Wide enough for its content where nobody watches a terminal."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table as Drawn

    console = Console(highlight=False, width=None if sys.stdout.isatty() else _WIDE)
    for table in tables:
        drawn = Drawn(title=table.title, title_justify="left", title_style="bold", box=SIMPLE_HEAD)
        for at, column in enumerate(table.columns):
            drawn.add_column(column, justify="right" if at else "left", overflow="fold")
        for row in table.rows:
            drawn.add_row(*(shown(cell) for cell in row))
        console.print(drawn, markup=False)
    for note in notes:
        console.print(note, markup=False, soft_wrap=True)


def check_out(out: Path | None, inputs: Iterable[Path] = ()) -> None:
    """See before the work that `out` can be written and is no input. Raises UserError."""
    if out is None:
        return
    if out.is_dir():
        raise UserError(f"{out} is a folder; name a file to write")
    if any(path.exists() and out.exists() and out.samefile(path) for path in inputs):
        raise UserError(f"{out} is read by this command; name another file to write")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{out} cannot be written: {error.strerror}") from error


def write_json(out: Path | None, body: Mapping[str, Any]) -> None:
    """Write the body, replacing what was there, whole or not at all; nothing without `out`. Raises UserError."""
    _write(out, json.dumps(body, indent=2, ensure_ascii=False) + "\n")


def write_rows(out: Path | None, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write one JSON object a line, as `write_json` does."""
    _write(out, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def _write(out: Path | None, text: str) -> None:
    if out is None:
        return
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(out, text)
    except OSError as error:
        raise UserError(f"{out} cannot be written: {error.strerror}") from error


class ProgressLine:
    """Call it with (done, total, what): a line that moves on a terminal, a line at every tenth when piped."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._told: dict[str, int] = {}

    def __call__(self, done: int, total: int, what: str) -> None:
        if self._live:
            end = "\n" if done >= total else ""
            print(f"\r\x1b[K{what}: {done:,} of {total:,}", end=end, file=sys.stderr, flush=True)
            return
        tenth = 10 * done // max(1, total)
        if self._told.get(what) != tenth:
            self._told[what] = tenth
            print(f"{what}: {done:,} of {total:,}", file=sys.stderr, flush=True)
