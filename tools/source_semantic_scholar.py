"""Semantic Scholar: its graph of papers. Without a key it mostly answers 429; with one, one request a second."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .database import Database, Page, Request
from .database_query import Asked
from .http_client import Garbled
from .json_answer import inner, items, number, parsed, word
from .markup_text import unmarked
from .until import last_day

__all__ = ["SemanticScholar"]

_FIELDS = "paperId,externalIds,title,abstract,authors,year,publicationDate,venue"
_NAMES = {"s2": "", "arxiv": "ARXIV:", "doi": "DOI:", "pmid": "PMID:", "acl": "ACL:"}
_DEEPEST = 1000  # offset and limit together may not pass it


class SemanticScholar(Database):
    """Papers of Semantic Scholar. It does not say what was retracted; some publishers' abstracts are null."""

    name = "semantic_scholar"
    interval = 1.1
    page_size = 100

    def request(self, asked: Asked, until: str | None, size: int, place: str | None) -> Request | None:
        """By id, else the words: its search knows no syntax, and hyphens find nothing."""
        if asked.ids:
            known = next(((kind, asked.id(kind)) for kind in _NAMES if asked.id(kind)), None)
            if known is None or place:
                return None
            value = str(known[1]).split("v")[0] if known[0] == "arxiv" else str(known[1])
            return Request(
                f"/paper/{_NAMES[known[0]]}{value}", (("fields", _FIELDS),), _NAMES[known[0]] + value
            )
        if not asked.words or int(place or 0) + size > _DEEPEST:
            return None
        query = " ".join(asked.words)
        dated = (("publicationDateOrYear", f":{last_day(until)}"),) if until else ()
        paging = (("offset", place or "0"), ("limit", str(size)))
        shown = query + (f" publicationDateOrYear=:{last_day(until)}" if until else "")
        return Request("/paper/search", (("query", query), *dated, ("fields", _FIELDS), *paging), shown)

    def read(self, body: bytes) -> Page:
        """A page of papers, or the one that was asked for by id. No hit is an answer without data."""
        answer = parsed(body)
        if word(answer, "paperId"):
            return Page([_record(answer)], 1)
        if "total" not in answer and not isinstance(answer.get("data"), list):
            raise Garbled("it holds no papers")
        following = inner(answer, "next")
        papers = items(answer, "data")
        return Page(
            [_record(paper) for paper in papers],
            number(answer, "total"),
            str(following) if isinstance(following, int) and papers else None,
        )

    def headers(self) -> dict[str, str]:
        """The key."""
        key = self._settings.keys.get(self.name)
        return {"x-api-key": key.reveal()} if key else {}


def _record(paper: Mapping[str, Any]) -> Mapping[str, Any]:
    name = word(paper, "paperId")
    return {
        "id": f"S2:{name}" if name else "",
        "s2": name,
        "doi": word(paper, "externalIds", "DOI"),
        "arxiv": word(paper, "externalIds", "ArXiv"),
        "acl": word(paper, "externalIds", "ACL"),
        "pmid": word(paper, "externalIds", "PubMed"),
        "title": unmarked(word(paper, "title")),
        "abstract": unmarked(word(paper, "abstract")),
        "authors": [word(who, "name") for who in items(paper, "authors")],
        "year": paper.get("year"),
        "date": word(paper, "publicationDate"),
        "venue": word(paper, "venue"),
    }
