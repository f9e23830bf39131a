"""Jobs and their events in one SQLite file: written through, so that a killed server forgets nothing."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from assignee.errors import UserError
from assignee.json_form import Record

__all__ = ["ENDED", "Job", "JobEvent", "JobsStore", "State"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    question TEXT NOT NULL,
    state TEXT NOT NULL,
    created TEXT NOT NULL,
    error TEXT NOT NULL DEFAULT '',
    request TEXT NOT NULL,
    result TEXT NOT NULL DEFAULT '{}'
);
CREATE TABLE IF NOT EXISTS events (
    job TEXT NOT NULL,
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (job, number)
) WITHOUT ROWID;
"""
_COLUMNS = "id, question, state, created, error, request, result"


class State(StrEnum):
    """Where a job stands. `partial` is a report that something is missing from; the last four have ended."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    PARTIAL = "partial"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED = (State.DONE, State.PARTIAL, State.FAILED, State.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(Record):
    """One review as a job. `id` is the run's. `error` is one line, empty unless failed.

    `request` is `assignee.request.to_dict`'s form (it holds paths of this machine). `result` is {} before a report is
    there, then what `assignee.jobs.result_of` takes from it: status, title, answer, direction, score, decision, grade,
    counts.
    """

    id: str
    question: str
    state: State
    created: str
    error: str = ""
    request: dict[str, Any] = field(default_factory=dict)
    result: dict[str, Any] = field(default_factory=dict)

    @property
    def ended(self) -> bool:
        """Whether nothing more happens unless it is resumed."""
        return self.state in ENDED


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEvent(Record):
    """Something that happened in a job; `number` counts from 1 within it. `data` is plain JSON. By `kind`:

    stage: {"stage", "phase": started|finished|failed, "round", "counts", "note"}
    papers: {"round", "papers": [{"id", "title", "cite", "year", "included", "reason"}]}, after screening
    claim: {"round", "id", "text", "quote", "paper_id", "cite", "mark", "outcome", "confidence", "why"}; `mark` and
      `outcome` are "" until the claim is judged; a later one of the same id replaces it
    done: the job's result; failed: {"error"}; cancelled: {"papers", "claims"} counts kept; resumed: {}
    """

    number: int
    kind: str
    data: dict[str, Any]


class JobsStore:
    """Safe across threads of one process. Raises UserError when the file cannot be opened."""

    def __init__(self, path: Path | str) -> None:
        try:
            if isinstance(path, Path):
                path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=10)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.executescript(_SCHEMA)
        except (OSError, sqlite3.Error) as error:
            raise UserError(
                f"the jobs in {path} cannot be opened: {error}; mend or move that file"
            ) from error
        self._lock = threading.Lock()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def add(self, job: Job) -> bool:
        """Keep a new job; False when one of that id is there already."""
        row = (
            job.id,
            job.question,
            str(job.state),
            job.created,
            job.error,
            json.dumps(job.request, ensure_ascii=False),
            json.dumps(job.result, ensure_ascii=False),
        )
        sql = f"INSERT INTO jobs ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING"
        with self._lock:
            return self._db.execute(sql, row).rowcount == 1

    def get(self, id: str) -> Job | None:
        """The job of that id."""
        with self._lock:
            row = self._db.execute(f"SELECT {_COLUMNS} FROM jobs WHERE id = ?", (id,)).fetchone()
        return _job(row) if row else None

    def beginning(self, start: str) -> list[Job]:
        """Up to two jobs whose id begins so (hexadecimal digits only)."""
        sql = f"SELECT {_COLUMNS} FROM jobs WHERE substr(id, 1, ?) = ? LIMIT 2"
        with self._lock:
            rows = self._db.execute(sql, (len(start), start)).fetchall()
        return [_job(row) for row in rows]

    def newest(self, limit: int) -> list[Job]:
        """The jobs asked last, newest first."""
        sql = f"SELECT {_COLUMNS} FROM jobs ORDER BY created DESC, place DESC LIMIT ?"
        with self._lock:
            rows = self._db.execute(sql, (limit,)).fetchall()
        return [_job(row) for row in rows]

    def ids(self) -> set[str]:
        """Every id."""
        with self._lock:
            return {row[0] for row in self._db.execute("SELECT id FROM jobs")}

    def in_state(self, *states: State) -> list[Job]:
        """Jobs in one of the states, the first asked first."""
        marks = ", ".join("?" * len(states))
        sql = f"SELECT {_COLUMNS} FROM jobs WHERE state IN ({marks}) ORDER BY place"
        with self._lock:
            rows = self._db.execute(sql, [str(state) for state in states]).fetchall()
        return [_job(row) for row in rows]

    def move(
        self,
        id: str,
        state: State,
        *,
        only: Sequence[State],
        error: str = "",
        result: dict[str, Any] | None = None,
    ) -> bool:
        """Change the state if it is one of `only`; says whether it was. `result` stays as it is when None."""
        marks = ", ".join("?" * len(only))
        sql = f"UPDATE jobs SET state = ?, error = ?, result = coalesce(?, result) WHERE id = ? AND state IN ({marks})"
        told = None if result is None else json.dumps(result, ensure_ascii=False)
        with self._lock:
            given = (str(state), error, told, id, *(str(item) for item in only))
            return self._db.execute(sql, given).rowcount == 1

    def tell(self, id: str, events: Iterable[tuple[str, dict[str, Any]]]) -> None:
        """Append (kind, data) events to a job, numbered on."""
        with self._lock:
            sql = "SELECT coalesce(max(number), 0) FROM events WHERE job = ?"
            last = self._db.execute(sql, (id,)).fetchone()[0]
            rows = [
                (id, number, kind, json.dumps(data, ensure_ascii=False))
                for number, (kind, data) in enumerate(events, last + 1)
            ]
            self._db.execute("BEGIN")
            self._db.executemany("INSERT INTO events (job, number, kind, data) VALUES (?, ?, ?, ?)", rows)
            self._db.execute("COMMIT")

    def events(self, id: str, after: int = 0, kind: str = "", limit: int = -1) -> list[JobEvent]:
        """The events of a job with a number above `after`, in order; of one kind where one is given."""
        sql = "SELECT number, kind, data FROM events WHERE job = ? AND number > ?"
        given: list[Any] = [id, after]
        if kind:
            sql, given = sql + " AND kind = ?", [*given, kind]
        with self._lock:
            rows = self._db.execute(sql + " ORDER BY number LIMIT ?", (*given, limit)).fetchall()
        return [JobEvent(number=number, kind=what, data=json.loads(data)) for number, what, data in rows]


def _job(row: Sequence[str]) -> Job:
    id, question, state, created, error, request, result = row
    return Job(
        id=id,
        question=question,
        state=State(state),
        created=created,
        error=error,
        request=json.loads(request),
        result=json.loads(result),
    )
