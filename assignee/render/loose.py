"""Parts of a report that its schema leaves open, read without trust: what is not of the right kind is not there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assignee.claims import Report

__all__ = ["Library", "Query", "count", "dropped", "items", "libraries", "maps", "queries", "words"]


def items(given: object) -> list[Any]:
    """A list's items; [] for anything else."""
    return list(given) if isinstance(given, (list, tuple)) else []


def maps(given: object) -> list[Mapping[str, Any]]:
    """The maps among a list's items."""
    return [item for item in items(given) if isinstance(item, Mapping)]


def words(given: object) -> str:
    """A text as it is, "" for None, any other value as it prints; lists by commas."""
    if isinstance(given, (list, tuple)):
        return ", ".join(map(str, given))
    return "" if given is None else str(given)


def count(given: object) -> int | None:
    """A count below 10^12; None for anything that is none."""
    return given if isinstance(given, int) and not isinstance(given, bool) and 0 <= given < 10**12 else None


@dataclass(frozen=True, slots=True)
class Query:
    """What was asked of a database; `hits` is None where it was not counted, "" what was not recorded.

    `dropped`: it was asked for a revision whose draft was not kept, so what it brought is not in the report.
    """

    source: str
    text: str
    hits: int | None
    date: str = ""
    round: str = ""
    batch: str = ""
    what: str = ""
    dropped: bool = False

    @property
    def searches(self) -> bool:
        """Whether the report's papers were looked for with it, by words or ids; it followed no citations, looked nothing up."""
        return self.what not in ("chase", "look_up") and not self.dropped


@dataclass(frozen=True, slots=True)
class Library:
    """A library given by the user; counts are None where they were not kept."""

    path: str
    documents: int | None
    unreadable: int | None
    sha256: str


def queries(report: Report) -> tuple[Query, ...]:
    """The queries in their order."""
    return tuple(
        Query(
            words(query.get("source")) or "unknown source",
            words(query.get("query")),
            count(query.get("hits")),
            words(query.get("date")) or report.manifest.date,
            words(query.get("round")),
            words(query.get("batch")),
            words(query.get("what")),
            dropped(query, report),
        )
        for query in maps(report.manifest.queries)
    )


def dropped(entry: Mapping[str, Any], report: Report) -> bool:
    """Whether a query or a batch belongs to a revision whose draft was not kept."""
    kept, round = count(report.manifest.settings.get("kept_round")), count(entry.get("round"))
    return kept is not None and round is not None and round > kept


def libraries(report: Report) -> tuple[Library, ...]:
    """The libraries in their order."""
    return tuple(
        Library(
            words(item.get("path")) or "unknown library",
            count(item.get("documents")),
            count(item.get("unreadable")),
            words(item.get("sha256")),
        )
        for item in maps(report.manifest.library)
    )
