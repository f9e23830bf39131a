"""Stored texts by content hash. Graph state carries the hash; whoever needs the text looks it up here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from .sqlite_file import SqliteFile
from .text import content_hash

__all__ = ["Section", "TextStore"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS texts (
  hash TEXT PRIMARY KEY, text TEXT NOT NULL, sections TEXT NOT NULL
) WITHOUT ROWID
"""


class Section(NamedTuple):
    """A named stretch `[start, end)` of a stored text, in code points; `page` counts from 1."""

    name: str
    start: int
    end: int
    page: int | None


class TextStore:
    """A SQLite file of texts, safe across threads and processes. Raises what `SqliteFile` raises."""

    def __init__(self, path: Path) -> None:
        self._file = SqliteFile(path, _SCHEMA)

    def put(self, text: str, sections: Sequence[Section] = ()) -> str:
        """Keep a text and return its hash. Put again, it stays; sections given replace earlier ones."""
        key = content_hash(text)
        plain = json.dumps([list(section) for section in sections], ensure_ascii=False)
        with self._file.reading() as connection:
            row = connection.execute("SELECT sections FROM texts WHERE hash = ?", (key,)).fetchone()
        if row is None or (sections and row[0] != plain):
            with self._file.writing() as connection:
                connection.execute(
                    "INSERT INTO texts VALUES (?, ?, ?)"
                    " ON CONFLICT (hash) DO UPDATE SET sections = excluded.sections",
                    (key, text, plain),
                )
        return key

    def get(self, text_hash: str) -> str:
        """The text of that hash. Raises KeyError."""
        return str(self._row(text_hash)[0])

    def sections(self, text_hash: str) -> list[Section]:
        """The sections put with the text, in order; an empty list where it has none. Raises KeyError."""
        return [Section(*item) for item in json.loads(self._row(text_hash)[1])]

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _row(self, text_hash: str) -> tuple[str, str]:
        with self._file.reading() as connection:
            row = connection.execute(
                "SELECT text, sections FROM texts WHERE hash = ?", (text_hash,)
            ).fetchone()
        if row is None:
            raise KeyError(text_hash)
        return row[0], row[1]
