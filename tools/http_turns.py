"""Whose turn it is to ask a database: one line for all processes of this home, kept in a small file under a lock.

The file holds when the last request began, how many failed since the last answer, and until when the database is
left alone (the circuit breaker: after several failures in a row, or because it said so with Retry-After).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from assignee.errors import UserError

from .http_clock import WallClock
from .http_errors import NoAnswer

__all__ = ["REST_CAP_S", "Turns"]

REST_CAP_S = 3600.0
"""A database is left alone no longer than this at a stretch, whatever its Retry-After says (one says 15 hours)."""

_FAILURES = 5  # in a row, over all processes, until it is left alone
_REST_S = 60.0
_PATIENCE_S = 120.0  # how long to stand in line behind other processes


@dataclass(slots=True)
class _State:
    began: float = 0.0
    failures: int = 0
    rests_until: float = 0.0


class Turns:
    """The turns at one database: at most one request begins in `interval` seconds, over all processes.

    `alone`: a turn lasts as long as its request, so that never two are under way. Safe across threads.
    """

    def __init__(self, path: Path, interval: float, clock: WallClock, *, alone: bool = False) -> None:
        self._path, self._interval, self._clock, self._alone = path, interval, clock, alone

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn. Raises NoAnswer while the database is left alone or the line does not move."""
        with self._locked():
            state = self._read()
            now = self._clock.now()
            if now < state.rests_until <= now + REST_CAP_S:
                raise NoAnswer("it failed or asked to be left alone a short while ago; try again later")
            # A stamp from the future that the interval does not explain: the clock was set back meanwhile.
            ahead = state.began - now
            if ahead > _PATIENCE_S:
                ahead = -self._interval
            wait = max(0.0, ahead + self._interval)
            if wait > _PATIENCE_S:
                raise NoAnswer("too many requests stand in line before this one")
            if self._alone:
                self._clock.sleep(wait)
                state.began = self._clock.now()
                self._write(state)
                yield
                return
            state.began = now + wait
            self._write(state)
        self._clock.sleep(wait)
        yield

    def answered(self) -> None:
        """The database answered: what failed before is forgotten."""
        with self._locked():
            state = self._read()
            if state.failures or state.rests_until:
                self._write(_State(began=state.began))

    def failed(self, rest: float = 0.0) -> None:
        """A request was given up; `rest` is what the database asked for, in seconds."""
        with self._locked():
            state = self._read()
            state.failures += 1
            if state.failures >= _FAILURES:
                rest = max(rest, _REST_S)
            if rest:
                state.rests_until = self._clock.now() + min(rest, REST_CAP_S)
                state.failures = 0
            self._write(state)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        lock = FileLock(self._path.with_suffix(".lock"), timeout=_PATIENCE_S)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except Timeout:
            raise NoAnswer("other processes on this machine are asking it; try again later") from None
        except OSError as error:
            raise UserError(
                f"cannot write in {self._path.parent} ({error.strerror}); set ASSIGNEE_HOME to a folder that you can write in"
            ) from error
        try:
            yield
        finally:
            lock.release()

    def _read(self) -> _State:
        try:
            return _State(**{name: value + 0 for name, value in json.loads(self._path.read_bytes()).items()})
        except (OSError, ValueError, TypeError, AttributeError):
            return _State()

    def _write(self, state: _State) -> None:
        self._path.write_text(json.dumps(asdict(state)), encoding="utf-8")
