"""A stand-in for the services that a run asks after screening, one server for all, by the first part of the path.

It plays the rules that matter (filters, paging, 404) over works made by hand:

    a cites r1, r2 and q; b cites r2, r3 and r4; c (on arXiv only) cites r1 and r2; d is known to nobody
    x1 cites a and b; x2 (2024) and x3 cite a
    r3 has no abstract; r4 has none either and is retracted; q is the paper b itself, included too
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from stand_in_database import Reply, feed

from assignee.claims import Paper
from assignee.settings import Settings
from assignee.tools.database_settings import DATABASES, SERVICES, DatabaseSettings
from assignee.tools.identifiers import identifiers
from assignee.tools.model_secret import Secret
from assignee.tools.toolbox import Toolbox

__all__ = ["ARXIV_ONLY", "INCLUDED", "NAMES", "abstract_index", "paper", "services", "settings", "toolbox"]

NAMES = ("openalex", "semantic_scholar", "crossref", "arxiv", "unpaywall")
_YEARS = {"r1": 2015, "r2": 2012, "r3": 2017, "r4": 2016, "x1": 2021, "x2": 2024, "x3": 2022}
_CITES = {
    "a": ["r1", "r2", "b"],
    "b": ["r2", "r3", "r4"],
    "c": ["r1", "r2"],
    "x1": ["a", "b"],
    "x2": ["a"],
    "x3": ["a"],
}
_ALL = ("a", "b", "c", *_YEARS)
_NO_ABSTRACT = ("r3", "r4")


def paper(name: str, **ids: str) -> Paper:
    """An included paper of the world (or of none) with those ids."""
    return Paper(id=name, title=f"On {name}", ids=identifiers((), **ids), included=True)


INCLUDED = (
    paper("a", openalex="W100001", doi="10.1000/a"),
    paper("b", doi="10.1000/B", arxiv="2005.00002v2"),
    paper("c", doi="10.48550/arXiv.2005.00003", arxiv="2005.00003v1"),
    paper("d", doi="10.1000/none", pmid="4711"),
)
ARXIV_ONLY = INCLUDED[2]


def settings(url: str, *, contact: str = "", key: str = "") -> DatabaseSettings:
    """All services at one server."""
    urls = {**DATABASES, **SERVICES, **{name: f"{url}/{name}" for name in NAMES}}
    keys = {name: Secret(key) for name in ("openalex", "semantic_scholar")} if key else {}
    return DatabaseSettings(contact=contact, urls=urls, keys=keys)


def toolbox(home: Path) -> Toolbox:
    return Toolbox.open(Settings(home=home))


def services(path: str, params: dict[str, str]) -> Reply:
    """The answer of whichever service the path names."""
    _, name, *rest = unquote(path).split("/")
    answer = {"openalex": _openalex, "semantic_scholar": _scholar, "crossref": _crossref, "arxiv": _arxiv}
    return answer.get(name, _unpaywall)("/".join(rest), params)


def abstract_index(text: str) -> dict[str, list[int]]:
    """An abstract as OpenAlex gives it."""
    index: dict[str, list[int]] = {}
    for at, word in enumerate(text.split()):
        index.setdefault(word, []).append(at)
    return index


def _doi(name: str) -> str:
    return "10.48550/arxiv.2005.00003" if name == "c" else f"10.1000/{name}"


def _abstract(name: str) -> str | None:
    return None if name in _NO_ABSTRACT else f"Work {name} trains models and reports what helps."


def _work(name: str) -> dict[str, Any]:
    text = _abstract(name)
    return {
        "id": f"https://openalex.org/W{100001 + _ALL.index(name)}",
        "doi": f"https://doi.org/{_doi(name)}",
        "ids": {"doi": f"https://doi.org/{_doi(name)}"},
        "display_name": f"On {name}",
        "publication_year": _YEARS.get(name, 2020),
        "publication_date": f"{_YEARS.get(name, 2020)}-03-01",
        "authorships": [{"author": {"display_name": f"Ada {name.upper()}"}}],
        "is_retracted": name == "r4",
        "abstract_inverted_index": abstract_index(text) if text else None,
        "cited_by_count": sum(name in cited for cited in _CITES.values()),
        "referenced_works": [
            f"https://openalex.org/W{100001 + _ALL.index(one)}" for one in _CITES.get(name, ())
        ],
        "locations": [
            {
                "is_oa": True,
                "pdf_url": f"https://repository.example/{name}.pdf",
                "license": "cc-by",
                "version": "acceptedVersion",
            },
            {"is_oa": False, "pdf_url": "https://publisher.example/closed.pdf"},
        ],
    }


def _openalex(path: str, params: dict[str, str]) -> Reply:
    assert path == "works"
    kind, _, rest = params["filter"].partition(":")
    values, _, until = rest.partition(",to_publication_date:")
    works = [_work(name) for name in _ALL]
    asked = {value.lower() for value in values.split("|")}
    ids = {
        "openalex_id": lambda work: {work["id"].rsplit("/", 1)[1].lower()},
        "doi": lambda work: {work["doi"].removeprefix("https://doi.org/")},
        "pmid": lambda work: set(),
        "cites": lambda work: {one.rsplit("/", 1)[1].lower() for one in work["referenced_works"]},
    }
    found = [
        work for work in works if ids[kind](work) & asked and (not until or work["publication_date"] <= until)
    ]
    size, page = int(params["per_page"]), int(params.get("page", 1))
    shown = found[(page - 1) * size : page * size]
    return Reply({"meta": {"count": len(found), "page": page, "per_page": size}, "results": shown})


def _scholar(path: str, params: dict[str, str]) -> Reply:
    _, *name_parts, side = path.split("/")
    known = {f"DOI:{_doi(name)}": name for name in _ALL} | {"ARXIV:2005.00002": "b", "ARXIV:2005.00003": "c"}
    known |= {_scholar_id(name): name for name in _ALL}
    name = known.get("/".join(name_parts))
    if name is None or (name == "b" and name_parts[0].startswith("ARXIV")):  # it knows b by its DOI only
        return Reply({"error": "Paper not found"}, 404)
    if name == "c" and side == "references":
        return Reply(
            {"data": None, "citingPaperInfo": {"openAccessPdf": {"disclaimer": "elided by the publisher"}}}
        )
    others = (
        _CITES.get(name, [])
        if side == "references"
        else [who for who, cited in _CITES.items() if name in cited]
    )
    until = params.get("publicationDateOrYear", ":9999")[1:]
    key = "citedPaper" if side == "references" else "citingPaper"
    data = [{key: _scholar_paper(one)} for one in others if f"{_YEARS.get(one, 2020)}-03-01" <= until]
    if name == "a" and side == "references":
        data.append({key: {"paperId": None, "title": "A report that nobody indexed", "authors": []}})
    return Reply({"offset": 0, "data": data})


def _scholar_id(name: str) -> str:
    return f"{_ALL.index(name) + 1:040x}"


def _scholar_paper(name: str) -> dict[str, Any]:
    return {
        "paperId": _scholar_id(name),
        "externalIds": {"DOI": _doi(name)},
        "title": f"On {name}",
        "abstract": _abstract(name),
        "authors": [{"name": f"Ada {name.upper()}"}],
        "year": _YEARS.get(name, 2020),
        "publicationDate": f"{_YEARS.get(name, 2020)}-03-01",
        "venue": "",
    }


def _note(kind: str, doi: str, source: str, day: str) -> dict[str, Any]:
    return {
        "type": kind,
        "DOI": doi,
        "source": source,
        "label": kind.title(),
        "updated": {"date-time": f"{day}T00:00:00Z"},
    }


def _crossref(path: str, params: dict[str, str]) -> Reply:
    """a is retracted, says Retraction Watch, and was corrected before; b is updated by a notice that only names it."""
    works: dict[str, dict[str, Any]] = {
        "10.1000/a": {
            "DOI": "10.1000/A",
            "updated-by": [
                _note("retraction", "10.1000/a.retraction", "retraction-watch", "2021-03-04"),
                _note("correction", "10.1000/a.correction", "publisher", "2020-01-02"),
            ],
        },
        "10.1000/b": {"DOI": "10.1000/b"},
    }
    if path != "works":
        return Reply("Resource not found.", 404)
    kind = params["filter"].partition(":")[0]
    asked = {part.partition(":")[2] for part in params["filter"].split(",")}
    items = [work for doi, work in works.items() if doi in asked] if kind == "doi" else []
    if kind == "updates" and "10.1000/b" in asked:
        concern = _note("expression_of_concern", "10.1000/B", "publisher", "2022-02-03")
        items = [{"DOI": "10.1000/b.concern", "update-to": [concern]}]
    return Reply({"status": "ok", "message": {"total-results": len(items), "items": items}})


def _arxiv(path: str, params: dict[str, str]) -> Reply:
    """2005.00003 was withdrawn in its second version, 2005.00002 was not; old names come without their subject class."""
    entries = []
    for name in params["id_list"].split(","):
        bare = name.replace("math.GT/", "math/")
        comment = "This paper has been withdrawn by the authors" if name == "2005.00003" else "8 pages"
        if name in ("2005.00002", "2005.00003", "math.GT/0309136"):
            entries.append(
                f"<entry><id>http://arxiv.org/abs/{bare}v2</id><title>On tests</title><summary>Tests.</summary>"
                f"<published>2020-05-01T00:00:00Z</published><updated>2020-06-01T00:00:00Z</updated>"
                f"<arxiv:comment>{comment}</arxiv:comment></entry>"
            )
    return Reply(feed(*entries))


def _unpaywall(path: str, params: dict[str, str]) -> Reply:
    if "@" not in params.get("email", ""):
        return Reply({"error": True, "message": "Please use your own email address"}, 422)
    if path not in ("10.1000/a", "10.1000/b"):
        return Reply({"error": True, "message": "not in our data"}, 404)
    closed = {
        "is_best": False,
        "url_for_pdf": None,
        "url_for_landing_page": "https://archive.example/a",
        "url": "https://archive.example/a",
    }
    green = {
        "is_best": False,
        "url_for_pdf": "https://archive.example/a.pdf",
        "version": "submittedVersion",
        "license": None,
    }
    best = {
        "is_best": True,
        "url_for_pdf": "https://publisher.example/a.pdf",
        "version": "publishedVersion",
        "license": "cc-by",
    }
    places = [closed, green, best] if path == "10.1000/a" else []
    return Reply(json.dumps({"doi": path, "is_oa": bool(places), "oa_locations": places}))
