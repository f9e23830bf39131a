"""Parts of a report that its schema leaves open, read without trust: what is not of the right kind is not there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assignee.claims import Report

__all__ = ["Library", "Query", "items", "libraries", "maps", "queries", "words"]


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


@dataclass(frozen=True, slots=True)
class Query:
    """What was asked of a database; `hits` is None where it was not counted."""

    source: str
    text: str
    hits: int | None


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
            _count(query.get("hits")),
        )
        for query in maps(report.manifest.queries)
    )


def libraries(report: Report) -> tuple[Library, ...]:
    """The libraries in their order."""
    return tuple(
        Library(
            words(item.get("path")) or "unknown library",
            _count(item.get("documents")),
            _count(item.get("unreadable")),
            words(item.get("sha256")),
        )
        for item in maps(report.manifest.library)
    )


def _count(given: object) -> int | None:
    return given if isinstance(given, int) and not isinstance(given, bool) else None
