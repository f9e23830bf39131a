"""What a run has spent, on disk, so that a run that was killed and resumed keeps to its limits as a whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .sqlite_file import SqliteFile

__all__ = ["Ledger"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS spent (
    id INTEGER PRIMARY KEY CHECK (id = 1), tokens INTEGER NOT NULL, cost INTEGER NOT NULL, calls INTEGER NOT NULL
);
INSERT OR IGNORE INTO spent VALUES (1, 0, 0, 0);
CREATE TABLE IF NOT EXISTS held (id INTEGER PRIMARY KEY, tokens INTEGER NOT NULL, cost INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS roles (role TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
"""


class Ledger:
    """A SQLite file of one run; one process at a time uses it. Money is in billionths of a dollar.

    An attempt is written down before it is sent. If the process dies before it hears the answer, what the attempt
    could have cost at most counts as spent from then on.
    """

    def __init__(self, path: Path) -> None:
        """Open or create the file. Raises UserError where it cannot be written."""
        self._file = SqliteFile(path, _SCHEMA)

    def open(self) -> tuple[int, int, int]:
        """(tokens, cost, requests) spent by earlier processes, with what they died waiting for at its worst."""
        with self._file.writing() as connection:
            connection.execute(
                "UPDATE spent SET tokens = tokens + (SELECT COALESCE(SUM(tokens), 0) FROM held), "
                "cost = cost + (SELECT COALESCE(SUM(cost), 0) FROM held), "
                "calls = calls + (SELECT COUNT(*) FROM held)"
            )
            connection.execute("DELETE FROM held")
            row = connection.execute("SELECT tokens, cost, calls FROM spent").fetchone()
        return int(row[0]), int(row[1]), int(row[2])

    def hold(self, tokens: int, cost: int | None) -> int:
        """Write down the worst case of an attempt that is about to be sent; returns its mark."""
        with self._file.writing() as connection:
            cursor = connection.execute("INSERT INTO held (tokens, cost) VALUES (?, ?)", (tokens, cost or 0))
            return int(cursor.lastrowid or 0)

    def settle(self, mark: int, tokens: int, cost: int | None, calls: int) -> None:
        """Put what an attempt really cost in the place of its worst case."""
        with self._file.writing() as connection:
            connection.execute("DELETE FROM held WHERE id = ?", (mark,))
            connection.execute(
                "UPDATE spent SET tokens = tokens + ?, cost = cost + ?, calls = calls + ?",
                (tokens, cost or 0, calls),
            )

    def roles(self) -> dict[str, dict[str, Any]]:
        """What `keep` wrote, by role."""
        with self._file.reading() as connection:
            rows = connection.execute("SELECT role, body FROM roles").fetchall()
        return {role: json.loads(body) for role, body in rows}

    def keep(self, role: str, body: dict[str, Any]) -> None:
        """Write down the usage of one role so far."""
        with self._file.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO roles VALUES (?, ?)", (role, json.dumps(body)))

    def close(self) -> None:
        """Close the file."""
        self._file.close()
