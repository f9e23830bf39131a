"""Chasers, look-ups and full texts without a network, and an engine that asks further queries.

`hook` is called with the node's name when a service is asked, as in `fake_engine`. `problem` is raised instead of an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from fake_engine import AUTHORS, FakeEngine, nothing

from assignee.claims import Basis, Paper
from assignee.settings import ReviewRequest
from assignee.tools.finding_more import Learned, Location
from assignee.tools.source import Document, Found
from assignee.tools.text import stored
from assignee.tools.text_store import TextStore

__all__ = ["NO_SERVICES", "FakeChaser", "FakeFullTexts", "FakeLookUp", "FurtherEngine"]

NO_SERVICES: dict[str, dict[str, Any]] = {"chasers": {}, "look_ups": {}, "full_texts": {}}
"""For a run that names a database and is to ask nobody else."""


class FurtherEngine(FakeEngine):
    """A `FakeEngine` that has one further query for each source, `further`."""

    further = "transfer learning accuracy"

    def more_queries(
        self, request: ReviewRequest, papers: Sequence[Paper], toolbox: Any, asked: Sequence[str]
    ) -> tuple[dict[str, Any], ...]:
        self._note("expand")
        return tuple({"source": source, "query": self.further} for source in request.sources)


class FakeChaser:
    """`brings` maps the id of a paper to {id: text} of those that it cites. `asked` lists the ids of each call."""

    def __init__(
        self,
        store: TextStore,
        brings: Mapping[str, Mapping[str, str]],
        *,
        name: str = "openalex",
        problem: Exception | None = None,
        hook: Callable[[str], None] = nothing,
    ) -> None:
        self.name = name
        self.asked: list[list[str]] = []
        self._store, self._brings, self._problem, self._hook = store, brings, problem, hook

    def chase(self, papers: Sequence[Paper], *, limit: int, until: str | None) -> Found:
        self._hook("chase")
        self.asked.append([paper.id for paper in papers])
        if self._problem:
            raise self._problem
        found = {id: text for paper in papers for id, text in self._brings.get(paper.id, {}).items()}
        return Found(
            tuple(self._paper(id, text) for id, text in list(found.items())[:limit]),
            tuple((f"cites:{paper.id}", len(self._brings.get(paper.id, {}))) for paper in papers),
        )

    def _paper(self, id: str, text: str) -> Paper:
        return Paper(
            id=id,
            title=f"Paper {id}",
            authors=(AUTHORS.get(id, f"Author {id}"),),
            year=2020,
            sources=(self.name,),
            text_hash=self._store.put(stored(text)),
            found_by="references",
        )


class FakeLookUp:
    """Tells that the papers `retracted` are, and where copies of `open_at` lie."""

    def __init__(
        self,
        *,
        name: str = "crossref",
        retracted: Sequence[str] = (),
        open_at: Mapping[str, str] | None = None,
        problem: Exception | None = None,
        hook: Callable[[str], None] = nothing,
    ) -> None:
        self.name = name
        self.asked: list[list[str]] = []
        self._retracted, self._open_at = retracted, open_at or {}
        self._problem, self._hook = problem, hook

    def look_up(self, papers: Sequence[Paper]) -> tuple[list[Learned], list[str]]:
        self._hook("look_up")
        self.asked.append([paper.id for paper in papers])
        if self._problem:
            raise self._problem
        return [self._learned(paper) for paper in papers], []

    def _learned(self, paper: Paper) -> Learned:
        gone, url = paper.id in self._retracted, self._open_at.get(paper.id)
        return Learned(
            paper.id,
            retracted=gone,
            notices=(f"retracted ({self.name}, 10.1000/notice, 2021-03-04)",) if gone else (),
            locations=(Location(url, "pdf", self.name, licence="cc-by"),) if url else (),
        )


class FakeFullTexts:
    """Has the `texts` by id. `problems` are raised by id; with `only_located` it wants to be told where a copy lies."""

    def __init__(
        self,
        texts: Mapping[str, str],
        *,
        name: str = "arxiv",
        problems: Mapping[str, Exception] | None = None,
        only_located: bool = False,
        hook: Callable[[str], None] = nothing,
    ) -> None:
        self.name = name
        self.asked: list[str] = []
        self._texts, self._problems = texts, problems or {}
        self._only_located, self._hook = only_located, hook

    def offers(self, paper: Paper, locations: Sequence[Location]) -> bool:
        return bool(locations) or not self._only_located

    def fetch(self, paper: Paper, locations: Sequence[Location]) -> Document | None:
        self._hook("fetch")
        self.asked.append(paper.id)
        if paper.id in self._problems:
            raise self._problems[paper.id]
        if paper.id not in self._texts:
            return None
        read = replace(paper, basis=Basis.FULL_TEXT, version="v2", licence="cc-by-4.0")
        return Document(read, stored(self._texts[paper.id]))
