"""What all databases of papers have in common: queries in, pages of records out, ranked, dated, stored.

A database is one file: a subclass of `Database` that writes its query syntax and reads its answers, and one line
in the registry group "sources".
"""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from assignee import __version__
from assignee.claims import Paper

from .database_query import Asked, asked_for
from .database_settings import DatabaseSettings
from .http_cache import HttpCache
from .http_client import Client, Params
from .http_clock import WallClock, WallTime
from .http_errors import NoAnswer, NotThere, Refused
from .http_turns import Turns
from .record import NO_ABSTRACT, document, iso_date
from .source import Document, Found
from .toolbox import Toolbox
from .until import published_by

if TYPE_CHECKING:
    import httpx2

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


class Database(ABC):
    """One database of papers, asked over HTTP. `search` keeps no state: what it asked is in the cache of the home.

    `settings` defaults to the environment; `clock`, `transport` and `rng` are for tests. Raises UserError for
    settings that cannot be used.
    """

    name: ClassVar[str]
    interval: ClassVar[float]
    """Seconds between the beginnings of two requests, over all processes."""
    page_size: ClassVar[int] = 50
    alone: ClassVar[bool] = False
    """Whether one connection is all that the database allows."""

    def __init__(
        self,
        toolbox: Toolbox,
        library: Sequence[Path] = (),
        *,
        settings: DatabaseSettings | None = None,
        clock: WallClock | None = None,
        transport: httpx2.BaseTransport | None = None,
        rng: random.Random | None = None,
    ) -> None:
        self._toolbox = toolbox
        self._settings = DatabaseSettings.from_env() if settings is None else settings
        self._clock: WallClock = clock or WallTime()
        self._transport, self._rng = transport, rng

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
        """At most `limit` papers for the queries, fused by reciprocal rank, their abstracts stored.

        `hits` names the queries as they were sent. Records without an abstract are left out and counted in
        `problems`, save retracted ones, which no other database's copy may outlive. Raises NoAnswer when nothing
        was answered at all; when only some queries were, `problems` says so.
        """
        home = self._toolbox.settings.home / "http"
        cache = HttpCache(home / "answers.db", self._clock)
        client = Client(
            self._settings.urls[self.name],
            Turns(home / f"{self.name}.json", self.interval, self._clock, alone=self.alone),
            self._clock,
            cache=cache,
            headers={"User-Agent": self._settings.user_agent(__version__), **self.headers()},
            secret_params=self.secret_params(),
            keep_alive=not self.alone,
            transport=self._transport,
            rng=self._rng,
        )
        try:
            return self._search(client, queries, limit, until)
        finally:
            client.close()
            cache.close()

    def _search(self, client: Client, queries: Sequence[str], limit: int, until: str | None) -> Found:
        hits: list[tuple[str, int]] = []
        failed: list[str] = []
        told: defaultdict[str, set[str]] = defaultdict(set)
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
                told[f"{self.name} has no paper {query}"].clear()
            for rank, record in enumerate(records):
                item = self._document(record, told)
                if item is None or not published_by(item.paper, until):
                    continue
                revised = replace(item.paper, date=iso_date(str(record.get("revised", ""))))
                if revised.date and not published_by(revised, until):
                    told["of its papers read in a version newer than --until"].add(item.paper.id)
                found.setdefault(item.paper.id, item)
                first = 1.0 if asked.ids else 0.0  # asked for by name
                scores[item.paper.id] = scores.get(item.paper.id, 0.0) + first + 1 / (_RANK + rank)
        if failed and not hits:
            raise NoAnswer(failed[-1])
        ranked = sorted(found, key=lambda name: (-scores[name], name))[:limit]
        problems = [f"{self.name} did not answer all queries: {failed[-1]}"] if failed else []
        problems += [
            f"{self.name}: {len(which)} {what}" if which else what for what, which in sorted(told.items())
        ]
        return Found(
            papers=tuple(self._stored(found[name]) for name in ranked),
            hits=tuple(hits),
            problems=tuple(problems),
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

    def _document(self, record: Mapping[str, Any], told: defaultdict[str, set[str]]) -> Document | None:
        got = document(record, "")
        if isinstance(got, Document):
            return got if got.paper.id else None
        if got.what == NO_ABSTRACT and record.get("retracted") is True:
            bare = document({**record, "abstract": "none"}, "")
            if isinstance(bare, Document) and bare.paper.id:
                return replace(bare, text="")
        same = told[f"of its records left out, {got.what}"]
        same.add(str(record.get("id") or record.get("title") or len(same)))
        return None

    def _stored(self, item: Document) -> Paper:
        key = self._toolbox.texts.put(item.text, item.sections)
        return replace(item.paper, text_hash=key, sources=(self.name,))
