"""What all databases of papers have in common: queries in, pages of records out, ranked, dated, stored.

A database is one file: a subclass of `Database` that writes its query syntax and reads its answers, and one line
in the registry group "sources".
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from .asker import Asker, Line
from .database_query import Asked, asked_for
from .database_records import Records
from .http_client import Client, Params
from .http_errors import NoAnswer, NotThere, Refused
from .record import iso_date
from .source import Document, Found
from .until import published_by

if TYPE_CHECKING:
    pass

__all__ = ["Database", "Page", "Request"]

_PAGES = 4  # of one query, at most
_RANK = 60  # reciprocal rank fusion (Cormack, Clarke and Büttcher, 2009)


@dataclass(frozen=True, slots=True)
class Request:
    """One request of one query: `shown` is the query in the database's own syntax, byte for byte as sent."""

    path: str
    params: Params
    shown: str


@dataclass(frozen=True, slots=True)
class Page:
    """Records in the form that `record.document` takes, best first; `total` hits; `next` is where the next page is."""

    records: Sequence[Mapping[str, Any]]
    total: int
    next: str | None = None


class Database(Asker, ABC):
    """One database of papers, asked over HTTP. `search` keeps no state: what it asked is in the cache of the home."""

    name: ClassVar[str]
    interval: ClassVar[float]
    """Seconds between the beginnings of two requests, over all processes."""
    page_size: ClassVar[int] = 50
    alone: ClassVar[bool] = False
    """Whether one connection is all that the database allows."""

    @abstractmethod
    def request(self, asked: Asked, until: str | None, size: int, place: str | None) -> Request | None:
        """The request for a page of `size` records from `place` (None: the first); None where it cannot be asked."""

    @abstractmethod
    def read(self, body: bytes) -> Page:
        """The page. Raises Garbled for what is no answer of this database."""

    def headers(self) -> dict[str, str]:
        """Headers of its own, such as a key."""
        return {}

    def secret_params(self) -> Params:
        """Parameters that are no part of the query: a key, a mail address."""
        return ()

    def search(self, queries: Sequence[str], *, limit: int, until: str | None) -> Found:
        """At most `limit` papers for the queries, fused by reciprocal rank (`Asked.weight`), their abstracts stored.

        `hits` names the queries as they were sent. Records without an abstract are left out (`Records`), save
        retracted ones. Raises NoAnswer when nothing was answered at all; when only some queries were, `problems` says so.
        """
        with self.opened() as client:
            return self._search(client, queries, limit, until)

    @contextmanager
    def opened(self) -> Iterator[Client]:
        """A client of this database, in its line and with its cache, closed at the end."""
        line = Line(self.name, self.interval, self.alone)
        url = self._settings.urls[self.name]
        with self.client(url, line, headers=self.headers(), secret_params=self.secret_params()) as client:
            yield client

    def _search(self, client: Client, queries: Sequence[str], limit: int, until: str | None) -> Found:
        hits: list[tuple[str, int]] = []
        failed: list[str] = []
        given = Records(self._toolbox, self.name)
        unknown: set[str] = set()
        newer: set[str] = set()
        scores: dict[str, float] = {}
        found: dict[str, Document] = {}
        for query in queries:
            asked = asked_for(query)
            request = self.request(asked, until, min(limit, self.page_size), None)
            if request is None or request.shown in dict(hits):
                continue
            try:
                total, records = self._pages(client, asked, until, limit, request)
            except NotThere:
                total, records = 0, []
            except NoAnswer as error:
                failed.append(str(error))
                if not isinstance(error, Refused) and (not hits or len(failed) > 1):
                    break  # it is down: one dead database costs seconds, not the run
                continue
            hits.append((request.shown, total))
            if asked.ids and not records:
                unknown.add(query)
            for rank, record in enumerate(records):
                item = given.document(record)
                if item is None or not published_by(item.paper, until):
                    continue
                revised = replace(item.paper, date=iso_date(str(record.get("revised", ""))))
                if revised.date and not published_by(revised, until):
                    newer.add(item.paper.id)
                found.setdefault(item.paper.id, item)
                first = 1.0 if asked.ids else 0.0  # asked for by name
                scores[item.paper.id] = scores.get(item.paper.id, 0.0) + first + asked.weight / (_RANK + rank)
        if failed and not hits:
            raise NoAnswer(failed[-1])
        ranked = sorted(found, key=lambda name: (-scores[name], name))[:limit]
        problems = [f"{self.name} did not answer all queries: {failed[-1]}"] if failed else []
        problems += given.problems()
        if newer:
            problems.append(f"{self.name}: {len(newer)} of its papers read in a version newer than --until")
        problems += [f"{self.name} has no paper {query}" for query in sorted(unknown)]
        return Found(
            papers=tuple(given.stored(found[name]) for name in ranked),
            hits=tuple(hits),
            problems=tuple(problems),
            left_out=given.left_out,
        )

    def _pages(
        self, client: Client, asked: Asked, until: str | None, limit: int, request: Request
    ) -> tuple[int, list[Mapping[str, Any]]]:
        records: list[Mapping[str, Any]] = []
        total = 0
        for _ in range(_PAGES):
            page = client.get(request.path, request.params, self.read)
            records += page.records
            total = max(total, page.total)
            if page.next is None or not page.records or len(records) >= limit:
                break
            following = self.request(asked, until, min(limit, self.page_size), page.next)
            if following is None:
                break
            request = following
        return total, records[:limit]
