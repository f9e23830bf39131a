"""Semantic Scholar: its graph of papers. Without a key it mostly answers 429; with one, one request a second."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from .database import Database, Page, Request
from .database_query import Asked
from .http_client import Garbled
from .identifiers import arxiv_version
from .json_answer import inner, items, number, parsed, word
from .markup_text import title_text, unmarked
from .until import last_day

__all__ = ["FIELDS", "PREFIXES", "SemanticScholar", "record_of"]

FIELDS = "paperId,externalIds,title,abstract,authors,year,publicationDate,venue"
PREFIXES = {"s2": "", "arxiv": "ARXIV:", "doi": "DOI:", "pmid": "PMID:", "acl": "ACL:"}
_DEEPEST = 1000  # offset and limit together may not pass it


class SemanticScholar(Database):
    """Papers of Semantic Scholar. It does not say what was retracted; some publishers' abstracts are null."""

    name = "semantic_scholar"
    interval = 1.1
    page_size = 100

    def request(self, asked: Asked, until: str | None, size: int, place: str | None) -> Request | None:
        """By id, else the words: its search by relevance knows no syntax, and hyphens find nothing.

        Of a boolean query these are the words of the first term of each group. (Its bulk search knows operators and ranks
        nothing.)
        """
        if asked.ids:
            ids = ((kind, asked.id(kind) or "") for kind in PREFIXES)
            kind, value = next((found for found in ids if found[1]), ("", ""))
            if not kind or place or "/.." in value:
                return None
            value = PREFIXES[kind] + (arxiv_version(value)[0] if kind == "arxiv" else value)
            return Request(f"/paper/{quote(value, safe='/:();')}", (("fields", FIELDS),), value)
        if not asked.words or int(place or 0) + size > _DEEPEST:
            return None
        query = " ".join(asked.words)
        dated = (("publicationDateOrYear", f":{last_day(until)}"),) if until else ()
        paging = (("offset", place or "0"), ("limit", str(size)))
        shown = query + (f" publicationDateOrYear=:{last_day(until)}" if until else "")
        return Request("/paper/search", (("query", query), *dated, ("fields", FIELDS), *paging), shown)

    def read(self, body: bytes) -> Page:
        """A page of papers, or the one that was asked for by id. No hit is an answer without data."""
        answer = parsed(body)
        if word(answer, "paperId"):
            return Page([record_of(answer)], 1)
        if "total" not in answer and not isinstance(answer.get("data"), list):
            raise Garbled("it holds no papers")
        following = inner(answer, "next")
        papers = items(answer, "data")
        return Page(
            [record_of(paper) for paper in papers],
            number(answer, "total"),
            str(following) if isinstance(following, int) and papers else None,
        )

    def headers(self) -> dict[str, str]:
        """The key."""
        key = self._settings.keys.get(self.name)
        return {"x-api-key": key.reveal()} if key else {}


def record_of(paper: Mapping[str, Any]) -> Mapping[str, Any]:
    """A paper in the form that `record.document` takes."""
    name = word(paper, "paperId")
    return {
        "id": f"S2:{name}" if name else "",
        "s2": name,
        "doi": word(paper, "externalIds", "DOI"),
        "arxiv": word(paper, "externalIds", "ArXiv"),
        "acl": word(paper, "externalIds", "ACL"),
        "pmid": word(paper, "externalIds", "PubMed"),
        "pmcid": word(paper, "externalIds", "PubMedCentral"),
        "title": title_text(word(paper, "title")),
        "abstract": unmarked(word(paper, "abstract")),
        "authors": [word(who, "name") for who in items(paper, "authors")],
        "year": paper.get("year"),
        "date": word(paper, "publicationDate"),
        "venue": word(paper, "venue"),
    }
