"""Crossref: what publishers register with a DOI, retractions among it. No key; who gives a contact is served better."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .database import Database, Page, Request
from .database_query import Asked
from .http_client import Garbled, Params
from .json_answer import inner, items, number, parsed, word
from .markup_text import title_text, unmarked
from .until import last_day

__all__ = ["GONE", "Crossref", "record_of"]

GONE = frozenset({"retraction", "withdrawal", "removal", "partial_retraction"})


class Crossref(Database):
    """Works with an abstract in Crossref. Its search knows no phrases and no operators: any word counts, best first."""

    name = "crossref"
    interval = 0.2

    def request(self, asked: Asked, until: str | None, size: int, place: str | None) -> Request | None:
        """By DOI, else the words among title, authors and venue; of a boolean query the first term of each group."""
        if asked.ids:
            doi = asked.id("doi")
            if doi is None or place or "," in doi:
                return None
            return Request("/works", (("filter", f"doi:{doi}"), ("rows", "1")), f"filter=doi:{doi}")
        if not asked.words:
            return None
        words = " ".join(asked.words)
        limits = "has-abstract:true" + (f",until-pub-date:{last_day(until)}" if until else "")
        paging = (("rows", str(size)), ("offset", place or "0"))
        return Request(
            "/works",
            (("query.bibliographic", words), ("filter", limits), *paging),
            f"query.bibliographic={words} filter={limits}",
        )

    def read(self, body: bytes) -> Page:
        """A list of works."""
        answer = parsed(body)
        message = inner(answer, "message")
        if not isinstance(inner(message, "items"), list):
            raise Garbled("it holds no list of works")
        works = items(message, "items")
        total = number(message, "total-results")
        end = number(message, "query", "start-index") + len(works)
        return Page([record_of(work) for work in works], total, str(end) if works and end < total else None)

    def secret_params(self) -> Params:
        """The contact, where it is an address."""
        return [("mailto", self._settings.mail)] if self._settings.mail else []


def record_of(work: Mapping[str, Any]) -> Mapping[str, Any]:
    """A work in the form that `record.document` takes."""
    doi = word(work, "DOI").lower()
    title, more = title_text(word(work, "title")), title_text(word(work, "subtitle"))
    notes = [*items(work, "updated-by"), *items(work, "update-to")]
    return {
        "id": f"DOI:{doi}" if doi else "",
        "doi": doi,
        "title": f"{title}: {more}" if more and more.casefold() not in title.casefold() else title,
        "abstract": unmarked(word(work, "abstract")),
        "authors": [dict(who) for who in items(work, "author")],
        "date": _date(work),
        "venue": unmarked(word(work, "container-title")),
        "url": f"https://doi.org/{doi}" if doi else "",
        # What retracts others is no evidence either.
        "retracted": any(word(note, "type").lower() in GONE for note in notes),
    }


def _date(work: Mapping[str, Any]) -> str:
    """The earliest date given, to the precision given."""
    for key in ("issued", "published", "posted"):
        parts = inner(work, key, "date-parts")
        first = parts[0] if isinstance(parts, list) and parts else None
        if isinstance(first, list) and first and all(isinstance(part, int) for part in first):
            return "-".join(f"{part:02}" for part in first[:3])
    return ""
