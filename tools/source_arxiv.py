"""arXiv: its Atom feed of preprints. No key; one request in three seconds and one connection for all processes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from .database import Database, Page, Request
from .database_query import Asked
from .http_client import Garbled
from .http_errors import Refused
from .identifiers import arxiv_version
from .latex_text import plain
from .safe_xml import parse_xml
from .text import stored
from .until import last_day

__all__ = ["Arxiv", "record_of"]

_NAMES = {
    "atom": "http://www.w3.org/2005/Atom",
    "arxiv": "http://arxiv.org/schemas/atom",
    "search": "http://a9.com/-/spec/opensearch/1.1/",
}
_WITHDRAWN = re.compile(
    r"\b(?:paper|article|manuscript|submission|preprint|work)\s+(?:has been|have been|had been|is|was|is being)"
    r"\s+(?:\w+ly\s+)?(?:withdrawn|retracted)\b(?!\s+from)|^\W*(?:withdrawn|retracted)\b(?!\s+from)",
    re.I,
)


class Arxiv(Database):
    """Papers of arXiv, the newest version of each, with its abstract. Withdrawn ones are marked as retracted."""

    name = "arxiv"
    interval = 3.1
    page_size = 100
    alone = True

    def request(self, asked: Asked, until: str | None, size: int, place: str | None) -> Request | None:
        """By id, else a phrase or groups of phrases in title or abstract, else any of the words, best first."""
        start = place or "0"
        if asked.ids:
            known = asked.id("arxiv")
            if known is None or place:
                return None
            return Request("/query", (("id_list", known), ("max_results", "1")), f"id_list={known}")
        if not asked.words:
            return None
        if asked.groups:
            query = " AND ".join(f"({' OR '.join(map(_fielded, group))})" for group in asked.groups)
        elif asked.phrase:
            query = _fielded(" ".join(asked.words))
        else:
            query = " OR ".join(f"all:{word}" for word in asked.words)
        if until:
            query = f"({query}) AND submittedDate:[199101010000 TO {last_day(until).replace('-', '')}2359]"
        order = (("sortBy", "relevance"), ("sortOrder", "descending"))
        paging = (("start", start), ("max_results", str(size)))
        return Request("/query", (("search_query", query), *order, *paging), query)

    def read(self, body: bytes) -> Page:
        """A feed. An entry titled "Error" raises Refused; a page that lacks the entries it announces, Garbled."""
        try:
            feed = parse_xml(body)
        except ValueError as error:
            raise Garbled(str(error)) from None
        if feed.tag != f"{{{_NAMES['atom']}}}feed":
            raise Garbled("it is no Atom feed")
        entries = feed.findall("atom:entry", _NAMES)
        for entry in entries:
            if "/api/errors" in _text(entry, "atom:id"):
                raise Refused(f"it refuses the query: {_text(entry, 'atom:summary') or 'no reason given'}")
        total, start = _number(feed, "search:totalResults"), _number(feed, "search:startIndex")
        # An id that is not there comes as an entry without a title, or not at all.
        records = [record_of(entry) for entry in entries if _text(entry, "atom:title")]
        if not entries and total > start:
            raise Garbled("an empty page, though it announces records")
        end = start + len(entries)
        return Page(records, total, str(end) if entries and end < total else None)


def _fielded(phrase: str) -> str:
    return f'ti:"{phrase}" OR abs:"{phrase}"'


def record_of(entry: Element) -> Mapping[str, Any]:
    """An entry of the feed in the form that `record.document` takes."""
    url = _text(entry, "atom:id")
    name = re.sub(r"^.*?/abs/", "", url)
    version = arxiv_version(name)[1]
    comment, abstract = _text(entry, "arxiv:comment"), _text(entry, "atom:summary")
    names = (_text(author, "atom:name") for author in entry.findall("atom:author", _NAMES))
    return {
        "id": f"arXiv:{name}",
        "arxiv": name,
        "title": plain(_text(entry, "atom:title")),
        "abstract": abstract,
        "authors": [plain(who) for who in names if who and who != ":"],
        "date": _text(entry, "atom:published"),
        "revised": _text(entry, "atom:updated"),
        "venue": _text(entry, "arxiv:journal_ref") or "arXiv",
        "doi": _text(entry, "arxiv:doi"),
        "url": f"https://arxiv.org/abs/{name}",
        "version": f"v{version}" if version else None,
        "retracted": bool(_WITHDRAWN.search(comment) or _WITHDRAWN.search(abstract[:120])),
    }


def _text(element: Element, path: str) -> str:
    return stored("".join(found.itertext())) if (found := element.find(path, _NAMES)) is not None else ""


def _number(element: Element, path: str) -> int:
    text = _text(element, path)
    return int(text) if text.isdecimal() and len(text) < 12 else 0
