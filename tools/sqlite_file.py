"""A SQLite file that processes and threads share, with its failures told in one line."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from assignee.errors import RunError, UserError

__all__ = ["SqliteFile"]

_PATIENCE_S = 30.0


class SqliteFile:
    """One connection in write-ahead mode behind a lock.

    `schema` makes the tables and may be run any number of times. Raises UserError when the file cannot be
    written or the disk is full, RunError when it is damaged or another process holds it for more than 30 s.
    """

    def __init__(self, path: Path, schema: str) -> None:
        self.path = path
        self._lock = threading.RLock()
        with self._told():
            path.parent.mkdir(parents=True, exist_ok=True)
        # SQLite does not wait its turn while the journal mode changes, so openings queue here.
        with self._told(), FileLock(path.with_name(f"{path.name}.lock"), timeout=_PATIENCE_S):
            self._connection = sqlite3.connect(
                path, timeout=_PATIENCE_S, isolation_level=None, check_same_thread=False
            )
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=NORMAL")
            self._connection.executescript(schema)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection, for this thread alone, one snapshot of the file for the whole block."""
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """The connection inside one write transaction: all of the block or nothing of it."""
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    def close(self) -> None:
        """Close the file. Calling it twice is fine."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        with self._lock, self._told():
            self._connection.execute(begin)
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:  # a full disk has rolled back already
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except Timeout as error:
            raise RunError(f"{self.path} is held by another process; try again when it has ended") from error
        except OSError as error:
            raise UserError(_unwritable(self.path.parent, error.strerror or str(error))) from error
        except sqlite3.Error as error:
            why = str(error)
            if "disk is full" in why or "disk I/O" in why:
                raise UserError(
                    f"the disk that holds {self.path.parent} is full or failing ({why})"
                ) from error
            if "unable to open" in why or "readonly" in why:
                raise UserError(_unwritable(self.path.parent, why)) from error
            if "locked" in why:
                raise RunError(
                    f"{self.path} is held by another process; try again when it has ended"
                ) from error
            if "malformed" in why or "not a database" in why:
                raise RunError(
                    f"{self.path} is damaged; delete it and run again, it is built anew"
                ) from error
            raise


def _unwritable(folder: Path, why: str) -> str:
    return f"cannot write in {folder} ({why}); set ASSIGNEE_HOME to a folder that you can write in"
