"""Europe PMC: life sciences, PubMed and preprints among them. No key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .database import Database, Page, Request
from .database_query import Asked
from .http_client import Garbled
from .json_answer import inner, items, number, parsed, word
from .markup_text import title_text, unmarked
from .until import last_day

__all__ = ["EuropePmc", "record_of"]

_RETRACTING = ("retraction in", "retraction of", "partial retraction in", "withdrawal in")


class EuropePmc(Database):
    """Articles of Europe PMC with their abstracts. Retractions are marked by publication type and by notices."""

    name = "europe_pmc"
    interval = 0.2

    def request(self, asked: Asked, until: str | None, size: int, place: str | None) -> Request | None:
        """By DOI or PubMed id, else a phrase, groups of phrases or any of the words in title or abstract."""
        if asked.ids:
            doi, pmid = asked.id("doi"), asked.id("pmid")
            known = (
                f'DOI:"{doi}"' if doi and '"' not in doi else f"EXT_ID:{pmid} AND SRC:MED" if pmid else None
            )
            if known is None:
                return None
            query = known
        elif asked.groups:
            found = (" OR ".join(f'TITLE_ABS:"{term}"' for term in group) for group in asked.groups)
            query = " AND ".join(f"({terms})" for terms in found)
        elif asked.phrase:
            query = f'TITLE_ABS:"{" ".join(asked.words)}"'
        elif asked.words:
            query = f"({' OR '.join(f'TITLE_ABS:{word}' for word in asked.words)})"
        else:
            return None
        if until:
            query += f" AND FIRST_PDATE:[1500-01-01 TO {last_day(until)}]"
        form = (("format", "json"), ("resultType", "core"))
        paging = (("pageSize", str(size)), ("cursorMark", place or "*"))
        return Request("/search", (("query", query), *form, *paging), query)

    def read(self, body: bytes) -> Page:
        """A list of articles."""
        answer = parsed(body)
        if not isinstance(inner(answer, "resultList", "result"), list):
            raise Garbled("it holds no list of results")
        articles = items(answer, "resultList", "result")
        mark = word(answer, "nextCursorMark")
        same = mark == word(answer, "request", "cursorMark")
        return Page(
            [record_of(article) for article in articles],
            number(answer, "hitCount"),
            mark if articles and mark and not same else None,
        )


def record_of(article: Mapping[str, Any]) -> Mapping[str, Any]:
    """An article in the form that `record.document` takes."""
    source, name = word(article, "source"), word(article, "id")
    kinds = inner(article, "pubTypeList", "pubType")
    types = [str(kind).casefold() for kind in kinds] if isinstance(kinds, list) else []
    notes = items(article, "commentCorrectionList", "commentCorrection")
    return {
        "id": f"EPMC:{source}/{name}" if source and name else "",
        "pmid": word(article, "pmid"),
        "pmcid": word(article, "pmcid"),
        "doi": word(article, "doi"),
        "title": title_text(word(article, "title")).removesuffix("."),
        "abstract": unmarked(word(article, "abstractText")),
        "authors": _authors(article),
        "year": word(article, "pubYear"),
        "date": word(article, "firstPublicationDate"),
        "venue": word(article, "journalInfo", "journal", "title")
        or word(article, "bookOrReportDetails", "publisher"),
        "licence": word(article, "license"),
        "url": f"https://europepmc.org/article/{source}/{name}" if source and name else "",
        "retracted": any(kind.startswith("retract") for kind in types)
        or any(word(note, "type").casefold().startswith(_RETRACTING) for note in notes),
    }


def _authors(article: Mapping[str, Any]) -> list[str]:
    """ "First Last" where both are given, else the name as it stands (a group, or "Last F")."""
    found = []
    for who in items(article, "authorList", "author"):
        first, last = word(who, "firstName"), word(who, "lastName")
        name = f"{first} {last}" if first and last else word(who, "collectiveName") or word(who, "fullName")
        found.append(name)
    return [name for name in found if name]
