"""Citation chasing through Semantic Scholar: whom the included papers cite, and who cites them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote

from assignee.claims import Paper

from .asks_database import AsksDatabase
from .chased import CITATIONS, REFERENCES, Chased, unknown
from .database_records import Records
from .http_client import Garbled
from .http_errors import NotThere
from .identifiers import arxiv_version
from .json_answer import items, parsed, word
from .patient_client import Patient
from .source import Found
from .source_semantic_scholar import FIELDS, PREFIXES, SemanticScholar, record_of
from .until import last_day

__all__ = ["ChaseSemanticScholar", "Edges", "read_edges"]

_MOST = 200  # papers read of each list
_NAMES_TRIED = 2  # of one paper, where the database does not know the first
_SIDES = {REFERENCES: "citedPaper", CITATIONS: "citingPaper"}


@dataclass(frozen=True, slots=True)
class Edges:
    """One page: the papers at the other end, whether there are more, and whether the publisher withholds the list."""

    papers: Sequence[Mapping[str, Any]]
    more: bool = False
    withheld: bool = False


class ChaseSemanticScholar(AsksDatabase):
    """One page of references and one of citations (the newest) for each paper.

    Three requests a paper at most. It gives a list of papers only where the publisher allows it.
    """

    name = "semantic_scholar"
    database = SemanticScholar

    def chase(self, papers: Sequence[Paper], *, limit: int, until: str | None) -> Found:
        """As `Chaser.chase` says. `hits` are paths with the number of papers that were read of each."""
        with self.patient() as patient:
            walk = _Walk(patient, Chased(papers, record_of), until)
            for paper in papers:
                walk.paper(paper)
        failed = walk.patient.settled()
        records = Records(self._toolbox, self.name)
        return Found(
            papers=walk.chased.taken(records, limit, until),
            hits=tuple(walk.hits),
            problems=(*failed, *unknown(self.name, walk.missing), *walk.told(self.name), *records.problems()),
            left_out=records.left_out,
        )


class _Walk:
    """One batch of papers, one after another."""

    def __init__(self, patient: Patient, chased: Chased, until: str | None) -> None:
        self.patient, self.chased = patient, chased
        self.hits: list[tuple[str, int]] = []
        self.missing: list[Paper] = []
        self._until = until
        self._withheld = self._cut = 0

    def paper(self, paper: Paper) -> None:
        """Its references and citations, by the first of its names that is known."""
        for name in _names(paper)[:_NAMES_TRIED]:
            try:
                self._side(paper, name, REFERENCES)
                self._side(paper, name, CITATIONS)
            except NotThere:
                continue
            return
        self.missing.append(paper)

    def told(self, name: str) -> list[str]:
        """Lines about lists that were not read to their end."""
        lines = {
            f"{name}: the publishers of {self._withheld} of the papers withhold their references": self._withheld,
            f"{name}: {self._cut} lists of references or citations are longer than the {_MOST} papers read": self._cut,
        }
        return [line for line, count in lines.items() if count]

    def _side(self, paper: Paper, name: str, how: str) -> None:
        path, params = f"/paper/{quote(name, safe='/:()')}/{how}", [("fields", FIELDS), ("limit", str(_MOST))]
        dated = f":{last_day(self._until)}" if self._until and how == CITATIONS else ""
        if dated:
            params.append(("publicationDateOrYear", dated))
        edges = self.patient.get(path, params, partial(read_edges, _SIDES[how]), named=True)
        if edges is None:
            return
        self.hits.append((path + (f"?publicationDateOrYear={dated}" if dated else ""), len(edges.papers)))
        self._withheld += edges.withheld and how == REFERENCES
        self._cut += edges.more
        for found in edges.papers:
            # One that is only named has no id: its title keeps it apart, and it is counted as left out.
            self.chased.add(word(found, "paperId") or word(found, "title"), found, how, [paper.id])


def read_edges(side: str, body: bytes) -> Edges:
    """A page of references (`side` is "citedPaper") or citations ("citingPaper"). Raises Garbled for anything else."""
    answer = parsed(body)
    data = answer.get("data")
    if data is None and "data" in answer:
        return Edges((), withheld=True)
    if not isinstance(data, list):
        raise Garbled("it holds no references or citations")
    papers = [found for edge in items(answer, "data") if isinstance(found := edge.get(side), Mapping)]
    return Edges(papers, more=isinstance(answer.get("next"), int))


def _names(paper: Paper) -> list[str]:
    ids = dict(paper.ids)
    if "arxiv" in ids:
        ids["arxiv"] = arxiv_version(ids["arxiv"])[0]
    return [prefix + ids[kind] for kind, prefix in PREFIXES.items() if ids.get(kind)]
