"""What references and citations of the included papers brought: each record once, those named most often first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assignee.claims import Paper

from .database_records import Records
from .identifiers import KINDS, identifiers
from .paper_ids import marks
from .record import iso_date, year_of
from .until import published_by

__all__ = ["CITATIONS", "REFERENCES", "Chased", "unknown"]

REFERENCES, CITATIONS = "references", "citations"
"""The two ways to be found, as in `Paper.found_by`."""


@dataclass(slots=True)
class _Candidate:
    record: Mapping[str, Any]
    how: str
    by: set[str] = field(default_factory=set)


class Chased:
    """The candidates of one batch. `papers` are those that were chased: they are not found again.

    `record_of` turns what the database gives into the form that `record.document` takes.
    """

    def __init__(
        self, papers: Sequence[Paper], record_of: Callable[[Mapping[str, Any]], Mapping[str, Any]]
    ) -> None:
        self._record_of = record_of
        self._known = frozenset().union(*(marks(paper.ids) for paper in papers))
        self._found: dict[str, _Candidate] = {}

    def add(self, key: str, given: Mapping[str, Any], how: str, by: Iterable[str]) -> None:
        """What the papers `by` cite (`how` is REFERENCES) or are cited by.

        `key` is the same for the same thing. One found both ways counts as found by references.
        """
        known = self._found.get(key)
        if known is None:
            known = self._found[key] = _Candidate(self._record_of(given), how)
        known.by.update(by)
        if how == REFERENCES:
            known.how = how

    def taken(self, records: Records, limit: int, until: str | None) -> tuple[Paper, ...]:
        """At most `limit` papers, stored: those that most of the chased papers name first.

        Of equals, references and citations take turns, the newer first. Records that lack what is needed are counted
        by `records` only where they would have been taken.
        """
        papers: list[Paper] = []
        for candidate in self._ranked():
            if len(papers) == limit:
                break
            ids = {kind: value for kind in KINDS if isinstance(value := candidate.record.get(kind), str)}
            if marks(identifiers((), **ids)) & self._known:
                continue
            item = records.document(candidate.record)
            if item is not None and published_by(item.paper, until):
                papers.append(records.stored(item, found_by=candidate.how))
        return tuple(papers)

    def _ranked(self) -> list[_Candidate]:
        keys = sorted(self._found, key=lambda key: (-_year(self._found[key].record), key))
        place: Counter[tuple[int, str]] = Counter()
        ranked = []
        for key in keys:
            candidate = self._found[key]
            named = len(candidate.by)
            ranked.append((-named, place[named, candidate.how], candidate.how != REFERENCES, key))
            place[named, candidate.how] += 1
        return [self._found[key] for *_, key in sorted(ranked)]


def unknown(name: str, papers: Sequence[Paper]) -> list[str]:
    """The line that names the papers whose references and citations could not be asked for."""
    if not papers:
        return []
    return [f"{name} knows no references or citations of {', '.join(paper.id for paper in papers)}"]


def _year(record: Mapping[str, Any]) -> int:
    return year_of(record.get("year")) or year_of(iso_date(str(record.get("date") or ""))) or 0
