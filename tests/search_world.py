"""Five stand-ins for databases of papers, one server for all, by the first part of the path. Works are made by hand.

Each answers in its database's form: arXiv an Atom feed, OpenAlex inverted indexes, Crossref JATS, and so on. A search brings
every work; an identifier brings the work that bears it, or what the real service says where there is none: arXiv drops it
silently, Semantic Scholar answers 404, the others an empty list.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote
from xml.sax.saxutils import escape

from stand_in_database import Reply, feed

from assignee.tools.database import Database
from assignee.tools.database_settings import DATABASES, DatabaseSettings
from assignee.tools.model_secret import Secret
from assignee.tools.source_arxiv import Arxiv
from assignee.tools.source_crossref import Crossref
from assignee.tools.source_europe_pmc import EuropePmc
from assignee.tools.source_openalex import OpenAlex
from assignee.tools.source_semantic_scholar import SemanticScholar

__all__ = ["ALL", "WORKS", "Work", "body", "services", "settings"]

ALL: dict[str, type[Database]] = {
    kind.name: kind for kind in (Arxiv, OpenAlex, SemanticScholar, Crossref, EuropePmc)
}


@dataclass(frozen=True)
class Work:
    """One work. `title` and `abstract` are as the database gives them, `abstract` None where it has none."""

    number: int
    title: str
    abstract: str | None
    retracted: bool = False

    @property
    def doi(self) -> str:
        return f"10.1000/t.{self.number}"


WORKS = (
    Work(1, "Mutation testing of parsers", "Mutants show which tests find faults."),
    Work(2, "Flaky tests and their causes", "A flaky test passes and fails on the same code."),
    Work(3, "A note without an abstract", None),
    Work(4, "Retracted: tests that never fail", None, retracted=True),
)


def settings(url: str, *, contact: str = "", key: str = "") -> DatabaseSettings:
    """All five at one server."""
    keys = {name: Secret(key) for name in ("openalex", "semantic_scholar")} if key else {}
    return DatabaseSettings(contact=contact, urls={name: f"{url}/{name}" for name in DATABASES}, keys=keys)


def body(name: str, works: Sequence[Work]) -> str:
    """The answer of a database that holds those works, on one page."""
    if name == "arxiv":
        return feed(*map(_entry, works))
    return json.dumps(_JSON[name](works))


def services(path: str, params: dict[str, str]) -> Reply:
    """The answer of whichever database the path names."""
    _, name, *rest = unquote(path).split("/", 3)
    if name == "semantic_scholar" and rest[1] != "search":
        found = [work for work in WORKS if rest[1] == f"DOI:{work.doi}"]
        return Reply(_scholar_paper(found[0])) if found else Reply({"error": "Paper not found"}, 404)
    asked = params.get("id_list") or params.get("filter", "") + params.get("query", "")
    by_id = "id_list" in params or (name != "semantic_scholar" and "doi:" in asked.casefold())
    return Reply(body(name, [work for work in WORKS if not by_id or work.doi in asked]))


def _entry(work: Work) -> str:
    comment = "<arxiv:comment>This paper has been withdrawn</arxiv:comment>" if work.retracted else ""
    return (
        f"<entry><id>http://arxiv.org/abs/2005.{work.number:05}v1</id><title>{escape(work.title)}</title>"
        f"<summary>{escape(work.abstract or '')}</summary><published>2020-05-06T07:08:09Z</published>"
        f"<updated>2020-05-06T07:08:09Z</updated><author><name>Ada Poe</name></author>"
        f"<arxiv:doi>{work.doi}</arxiv:doi>{comment}</entry>"
    )


def _openalex(works: Sequence[Work]) -> dict[str, Any]:
    def index(text: str) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for at, word in enumerate(text.split()):
            places.setdefault(word, []).append(at)
        return places

    results = [
        {
            "id": f"https://openalex.org/W{10_000 + work.number}",
            "doi": f"https://doi.org/{work.doi}",
            "display_name": work.title,
            "publication_date": "2020-05-06",
            "is_retracted": work.retracted,
            "authorships": [{"author": {"display_name": "Ada Poe"}}],
            "abstract_inverted_index": None if work.abstract is None else index(work.abstract),
        }
        for work in works
    ]
    return {"meta": {"count": len(results), "page": 1, "per_page": 50}, "results": results}


def _scholar_paper(work: Work) -> dict[str, Any]:
    return {
        "paperId": f"{work.number:040x}",
        "externalIds": {"DOI": work.doi},
        "title": work.title,
        "abstract": work.abstract,
        "authors": [{"name": "Ada Poe"}],
        "publicationDate": "2020-05-06",
        "year": 2020,
    }


def _scholar(works: Sequence[Work]) -> dict[str, Any]:
    return {"total": len(works), "offset": 0, "data": [_scholar_paper(work) for work in works]}


def _crossref(works: Sequence[Work]) -> dict[str, Any]:
    listed = [
        {
            "DOI": work.doi.upper(),
            "title": [work.title],
            "author": [{"given": "Ada", "family": "Poe"}],
            "issued": {"date-parts": [[2020, 5, 6]]},
            **({} if work.abstract is None else {"abstract": f"<jats:p>{work.abstract}</jats:p>"}),
            **({"updated-by": [{"type": "retraction"}]} if work.retracted else {}),
        }
        for work in works
    ]
    message = {"total-results": len(listed), "items": listed, "query": {"start-index": 0}}
    return {"status": "ok", "message-type": "work-list", "message": message}


def _europe_pmc(works: Sequence[Work]) -> dict[str, Any]:
    results = [
        {
            "id": str(work.number),
            "source": "MED",
            "doi": work.doi,
            "title": f"{work.title}.",
            "abstractText": work.abstract,
            "authorList": {"author": [{"firstName": "Ada", "lastName": "Poe"}]},
            "firstPublicationDate": "2020-05-06",
            "pubTypeList": {"pubType": ["Retracted Publication" if work.retracted else "Journal Article"]},
        }
        for work in works
    ]
    return {
        "hitCount": len(results),
        "nextCursorMark": "*",
        "request": {"cursorMark": "*"},
        "resultList": {"result": results},
    }


_JSON: dict[str, Callable[[Sequence[Work]], dict[str, Any]]] = {
    "openalex": _openalex,
    "semantic_scholar": _scholar,
    "crossref": _crossref,
    "europe_pmc": _europe_pmc,
}
