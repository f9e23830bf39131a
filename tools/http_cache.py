"""Answers of databases, kept for a while: a search that is asked again the same day asks nobody."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Sequence
from pathlib import Path

from .http_clock import WallClock
from .sqlite_file import SqliteFile

__all__ = ["EXPIRY_S", "HttpCache"]

EXPIRY_S = 24 * 3600.0

_SCHEMA = """
CREATE TABLE IF NOT EXISTS answers (
  key TEXT PRIMARY KEY, kept REAL NOT NULL, body BLOB NOT NULL
) WITHOUT ROWID
"""


class HttpCache:
    """A SQLite file that processes share. It holds hashes of requests and bodies: no keys, no contact, no headers.

    Raises what `SqliteFile` raises.
    """

    def __init__(self, path: Path, clock: WallClock, expiry: float = EXPIRY_S) -> None:
        self._clock, self._expiry = clock, expiry
        self._file = SqliteFile(path, _SCHEMA)
        with self._file.writing() as connection:
            connection.execute("DELETE FROM answers WHERE kept <= ?", (clock.now() - expiry,))

    def get(self, url: str, params: Sequence[tuple[str, str]]) -> bytes | None:
        """The body of an answer that is not too old, else None."""
        with self._file.reading() as connection:
            row = connection.execute(
                "SELECT kept, body FROM answers WHERE key = ?", (_key(url, params),)
            ).fetchone()
        if row is None or not 0 <= self._clock.now() - row[0] < self._expiry:
            return None
        try:
            return zlib.decompress(row[1])
        except zlib.error:
            return None

    def put(self, url: str, params: Sequence[tuple[str, str]], body: bytes) -> None:
        """Keep an answer, in place of an older one. `params` hold no key."""
        with self._file.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO answers VALUES (?, ?, ?)",
                (_key(url, params), self._clock.now(), zlib.compress(body)),
            )

    def drop(self, url: str, params: Sequence[tuple[str, str]]) -> None:
        """Forget an answer that turned out to be none."""
        with self._file.writing() as connection:
            connection.execute("DELETE FROM answers WHERE key = ?", (_key(url, params),))

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _key(url: str, params: Sequence[tuple[str, str]]) -> str:
    return hashlib.sha256(json.dumps([url, *map(list, params)]).encode()).hexdigest()
