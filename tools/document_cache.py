"""What slow formats were read to, by content: the second run over a folder of PDFs reads no PDF."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Sequence
from pathlib import Path

from .source import Document, Problem
from .sqlite_file import SqliteFile

__all__ = ["DocumentCache"]

_SCHEMA = "CREATE TABLE IF NOT EXISTS documents (key TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID"


class DocumentCache:
    """A SQLite file. The key is the hash of the file, its name (ids come from it), the format and its version."""

    def __init__(self, path: Path) -> None:
        self._file = SqliteFile(path, _SCHEMA)

    def get(self, key: str) -> list[Document | Problem] | None:
        """What was put under the key, None where nothing was or where it cannot be read back."""
        with self._file.reading() as connection:
            row = connection.execute("SELECT body FROM documents WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        try:
            return [_load(item) for item in json.loads(zlib.decompress(row[0]))]
        except (zlib.error, ValueError, KeyError, TypeError):
            return None

    def put(self, key: str, items: Sequence[Document | Problem]) -> None:
        """Keep what a file was read to."""
        body = zlib.compress(json.dumps([_dump(item) for item in items], ensure_ascii=False).encode())
        with self._file.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO documents VALUES (?, ?)", (key, sqlite3.Binary(body)))

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _dump(item: Document | Problem) -> dict[str, object]:
    if isinstance(item, Document):
        return item.to_dict()
    return {"problem": item.what, "line": item.line, "malformed": item.malformed}


def _load(data: dict[str, object]) -> Document | Problem:
    if "problem" in data:
        return Problem(str(data["problem"]), data["line"], bool(data["malformed"]))  # type: ignore[arg-type]
    return Document.from_dict(data)
