"""What was asked in Slack and how far it got, in one SQLite file: written before a request is acknowledged.

So nothing that was acknowledged is forgotten by a killed server, and nothing that comes twice is done twice.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from assignee.errors import UserError

__all__ = ["Asked", "SlackStore"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS seen (key TEXT PRIMARY KEY, at REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS requests (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL, user TEXT NOT NULL, channel TEXT NOT NULL, thread TEXT NOT NULL, text TEXT NOT NULL,
    source TEXT NOT NULL, reply_url TEXT NOT NULL, parent INTEGER NOT NULL, job TEXT NOT NULL, place TEXT NOT NULL,
    message TEXT NOT NULL, state TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS threads (
    channel TEXT NOT NULL, ts TEXT NOT NULL, request INTEGER NOT NULL, PRIMARY KEY (channel, ts)
) WITHOUT ROWID;
"""
_KEPT = 8 * 24 * 3600.0  # seconds that the key of a delivery is remembered; Slack repeats for some hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request of a person. `number` is 0 until it is kept.

    `kind` is "review" or "follow_up" (then `parent` is the number of the review). `channel` and `thread` are where
    it was asked; `place` and `message` are the channel and the ts of our one message about it, "" until posted.
    `source` is the ts of the message that asked, "" for a command. `state` is "open", then "told" once the result
    stands in the message (files may still be missing), then "done".
    """

    kind: str
    user: str
    channel: str
    thread: str
    text: str
    source: str = ""
    reply_url: str = ""
    parent: int = 0
    job: str = ""
    place: str = ""
    message: str = ""
    state: str = "open"
    number: int = 0


_NAMES = tuple(item.name for item in fields(Asked))


class SlackStore:
    """Safe across threads of one process. `time` gives seconds since 1970. Raises UserError when it cannot open."""

    def __init__(self, path: Path, time: Callable[[], float]) -> None:
        self._time = time
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=10)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.executescript(_SCHEMA)
            self._db.execute("DELETE FROM seen WHERE at < ?", (time() - _KEPT,))
        except (OSError, sqlite3.Error) as error:
            raise UserError(
                f"what was asked in Slack cannot be kept in {path}: {error}; mend or move that file"
            ) from error

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def first(self, *keys: str) -> bool:
        """Note the keys of a delivery; False when one of them was noted before."""
        with self._lock:
            return self._first(keys)

    def take(self, keys: Sequence[str], asked: Asked) -> Asked | None:
        """Keep a request, with its number; None when it was delivered before. A key without an id tells nothing."""
        keys = [key for key in keys if not key.endswith(":")]
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                kept = self._insert(asked) if self._first(keys) else None
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")
        return kept

    def change(self, asked: Asked, **changes: Any) -> Asked:
        """Keep changed fields of a request; returns it with them."""
        made = replace(asked, **changes)
        sets = ", ".join(f"{name} = ?" for name in changes)
        with self._lock:
            self._db.execute(
                f"UPDATE requests SET {sets} WHERE number = ?", (*changes.values(), asked.number)
            )
        return made

    def get(self, number: int) -> Asked | None:
        """The request of that number."""
        found = self._select("number = ?", number)
        return found[0] if found else None

    def unfinished(self) -> list[Asked]:
        """The requests that still wait for something, the first asked first."""
        return self._select("state != 'done'")

    def waiting_for(self, job: str) -> list[Asked]:
        """The reviews without a result yet that wait for one job."""
        return self._select("job = ? AND kind = 'review' AND state = 'open'", job)

    def thread(self, channel: str, ts: str, asked: Asked) -> None:
        """Remember that replies under a message are about a review."""
        with self._lock:
            self._db.execute("INSERT OR REPLACE INTO threads VALUES (?, ?, ?)", (channel, ts, asked.number))

    def review_of(self, channel: str, ts: str) -> Asked | None:
        """The review that a thread is about."""
        with self._lock:
            row = self._db.execute(
                "SELECT request FROM threads WHERE channel = ? AND ts = ?", (channel, ts)
            ).fetchone()
        return self.get(row[0]) if row else None

    def _first(self, keys: Sequence[str]) -> bool:
        marks = ", ".join("?" * len(keys))
        if self._db.execute(f"SELECT 1 FROM seen WHERE key IN ({marks}) LIMIT 1", keys).fetchone():
            return False
        self._db.executemany(
            "INSERT OR IGNORE INTO seen VALUES (?, ?)", [(key, self._time()) for key in keys]
        )
        return True

    def _insert(self, asked: Asked) -> Asked:
        names = [name for name in _NAMES if name != "number"]
        sql = f"INSERT INTO requests ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
        cursor = self._db.execute(sql, [getattr(asked, name) for name in names])
        return replace(asked, number=cursor.lastrowid or 0)

    def _select(self, where: str, *given: Any) -> list[Asked]:
        sql = f"SELECT {', '.join(_NAMES)} FROM requests WHERE {where} ORDER BY number"
        with self._lock:
            rows = self._db.execute(sql, given).fetchall()
        return [Asked(**dict(zip(_NAMES, row, strict=True))) for row in rows]
