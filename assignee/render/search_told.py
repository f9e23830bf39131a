"""How the search went: what was asked of whom, what each batch brought, which sources found the same works.

Lists that the schema leaves open are read without trust: an entry that is none of ours is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assignee.claims import Report

from .labels import plural, spoken
from .loose import Query, count, dropped, items, maps, queries, words
from .names import one_line

__all__ = ["Asked", "Batch", "Overlap", "SharedBy", "asked", "batches", "batches_told", "overlap", "silent"]

_PURPOSES = {"chase": "references and citations", "look_up": "looked up: notices, identifiers, open copies"}
_DROPPED = "for a revision whose draft was not kept"
_WHAT = {
    "queries": "queries",
    "acronyms": "queries with acronyms expanded",
    "chase": "references and citations",
}


_NO_PROOF = (
    "This is no proof that the search is complete: databases take records from one another, so that two of them are not "
    "two independent looks, and a work that none of them holds under these words is not in the table."
)
_USED_UP = (
    "A batch that brings nothing relevant says that this search, with these words and from these papers, is used up{but}. It "
    "says nothing of works that use other words, or that no included paper cites or is cited by."
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One source with its queries in their order; `purpose` is "" for a search, else what else it was asked for."""

    source: str
    purpose: str
    queries: tuple[Query, ...]

    @property
    def told(self) -> str:
        """ "4 queries, 120 hits"; without the hits where none was counted."""
        counted = [query.hits for query in self.queries if query.hits is not None]
        hits = f", {plural(sum(counted), 'hit')}" if counted else ""
        return f"{plural(len(self.queries), 'query', 'queries')}{hits}"


@dataclass(frozen=True, slots=True)
class Batch:
    """One step of the search: records that came, works not seen before, and the relevant among these.

    `revision` is "" for the first draft's, else "revision 1" or "revision 1, its draft not kept".
    """

    number: str
    revision: str
    what: str
    records: int
    new: int
    relevant: int


@dataclass(frozen=True, slots=True)
class SharedBy:
    """Works that these sources returned and no other did; `marks` has one bool for each column."""

    sources: tuple[str, ...]
    marks: tuple[bool, ...]
    works: int
    included: int


@dataclass(frozen=True, slots=True)
class Overlap:
    """Which sources returned the same works. `totals` are (source, works, works of no other source)."""

    columns: tuple[str, ...]
    rows: tuple[SharedBy, ...]
    totals: tuple[tuple[str, int, int], ...]

    @property
    def works(self) -> int:
        return sum(row.works for row in self.rows)

    @property
    def told(self) -> str:
        """What the counts say and what they do not."""
        alone = sum(row.works for row in self.rows if len(row.sources) == 1)
        return (
            f"Of {plural(self.works, 'work')} that the searches returned and screening kept or was unsure of, {alone} came "
            f"from one source only and {self.works - alone} from several; what only citations brought is not among them. "
            f"{_NO_PROOF}"
        )


def asked(report: Report) -> tuple[Asked, ...]:
    """The queries by source, sources in the order in which they were first asked; searches first, look-ups last."""
    found: dict[tuple[str, str], list[Query]] = {}
    for query in queries(report):
        purpose = _DROPPED if query.dropped else _PURPOSES.get(query.what, "")
        found.setdefault((purpose, spoken(query.source)), []).append(query)
    order = ("", *_PURPOSES.values(), _DROPPED)
    return tuple(
        Asked(source, purpose, tuple(held))
        for (purpose, source), held in sorted(found.items(), key=lambda item: order.index(item[0][0]))
    )


def batches(report: Report) -> tuple[Batch, ...]:
    """The batches in their order; one without counts is left out."""
    found = []
    for entry in maps(report.manifest.batches):
        records, new, relevant = (count(entry.get(name)) for name in ("records", "new", "relevant"))
        if records is None or new is None or relevant is None:
            continue
        what = one_line(words(entry.get("what")))
        found.append(
            Batch(
                one_line(words(entry.get("batch"))), _revision(entry, report), _WHAT.get(what, what),
                records, new, relevant,
            )
        )  # fmt: skip
    return tuple(found)


def _revision(entry: Mapping[str, Any], report: Report) -> str:
    round = one_line(words(entry.get("round")))
    if round in ("", "0"):
        return ""
    return f"revision {round}, its draft not kept" if dropped(entry, report) else f"revision {round}"


def batches_told(report: Report) -> str:
    """What the batches say and what they do not."""
    return _USED_UP.format(but=", as far as those asked answered: some did not" if silent(report) else "")


def overlap(report: Report) -> Overlap | None:
    """The overlap of two sources or more, most works first; None where there is nothing to compare."""
    works: Counter[tuple[str, ...]] = Counter()
    included: Counter[tuple[str, ...]] = Counter()
    for entry in maps(report.manifest.overlap):
        held = count(entry.get("works"))
        sources = tuple(
            sorted({spoken(one_line(words(name))) for name in items(entry.get("sources"))} - {""})
        )
        if sources and held:
            works[sources] += held
            included[sources] += count(entry.get("included")) or 0
    columns = tuple(sorted({name for sources in works for name in sources}))
    if len(columns) < 2:
        return None
    order = sorted(works, key=lambda sources: (-works[sources], len(sources), sources))
    rows = tuple(
        SharedBy(sources, tuple(name in sources for name in columns), works[sources], included[sources])
        for sources in order
    )
    totals = tuple(
        (name, sum(row.works for row in rows if name in row.sources), works[(name,)]) for name in columns
    )
    return Overlap(columns, rows, totals)


def silent(report: Report) -> tuple[str, ...]:
    """The sources and services that did not answer, each once."""
    return tuple(
        dict.fromkeys(name for given in report.manifest.not_answered if (name := spoken(one_line(given))))
    )
