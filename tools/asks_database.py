"""What chasers and look-ups share that ask a database for something else than a search."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import ClassVar

from .asker import Asker
from .database import Database
from .patient_client import Patient

__all__ = ["AsksDatabase"]


class AsksDatabase(Asker):
    """Asks in the line of `database`, with its address, key and cache."""

    name: ClassVar[str]
    database: ClassVar[type[Database]]

    @cached_property
    def _database(self) -> Database:
        return self.database(
            self._toolbox,
            settings=self._settings,
            clock=self._clock,
            transport=self._transport,
            rng=self._rng,
        )

    @contextmanager
    def patient(self) -> Iterator[Patient]:
        """A client for a number of requests, closed at the end."""
        with self._database.opened() as client:
            yield Patient(client, self.name)
