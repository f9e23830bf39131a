"""An item of CSL-JSON (Zotero's and Mendeley's JSON export, csl-data 1.0) under the names that our records have."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

__all__ = ["is_csl", "record_of"]

# Formatting that CSL allows in values, and the JATS that databases leave in abstracts.
_TAG = re.compile(r"</?(?:jats:)?[a-zA-Z][a-zA-Z-]{0,19}(?:\s[^<>]{0,300})?/?>")
_ONLY_CSL = ("issued", "container-title", "citation-key", "title-short", "container-title-short")
_LINE = re.compile(r"^[ \t]{0,9}(arXiv|PMID)[ \t]{0,9}:[ \t]{0,9}(\S{1,99})", re.M | re.I)


def is_csl(item: Mapping[str, Any]) -> bool:
    """Whether a JSON record is one of CSL: by a field that only CSL has."""
    return any(key in item for key in _ONLY_CSL)


def record_of(item: Mapping[str, Any]) -> dict[str, Any]:
    """The item as a record for `record.document`: tags out of title and abstract, names whole, an ISO date."""
    note = _text(item.get("note"))
    named = {match.group(1).lower(): match.group(2) for match in _LINE.finditer(note)}
    number = next((text for key in ("number", "archive_location") if (text := _text(item.get(key)))), "")
    if number.lower().startswith("arxiv"):
        named.setdefault("arxiv", number)
    venue = item.get("container-title")
    return {
        "id": item.get("id"),
        "title": _untagged(_text(item.get("title"))),
        "authors": _names(item.get("author")),
        "abstract": _untagged(_text(item.get("abstract"))),
        "date": _date(item.get("issued")),
        "venue": _untagged(_text(venue[0] if isinstance(venue, list) and venue else venue)),
        "doi": item.get("DOI"),
        "url": item.get("URL"),
        "arxiv": named.get("arxiv"),
        "pmid": item.get("PMID") or named.get("pmid"),
        "retracted": note.lower().startswith("retracted"),
    }


def _names(value: Any) -> list[str]:
    found = []
    for person in value if isinstance(value, list) else []:
        if isinstance(person, Mapping):
            parts = ("given", "dropping-particle", "non-dropping-particle", "family", "suffix")
            name = _text(person.get("literal")) or " ".join(
                filter(None, (_text(person.get(p)) for p in parts))
            )
            if name:
                found.append(name)
    return found


def _date(issued: Any) -> str:
    """ISO of {"date-parts": [[2020, 5, 1]]} (numbers or strings), of {"raw": "2020-05"} or of a plain string."""
    if not isinstance(issued, Mapping):
        return _text(issued)
    parts = issued.get("date-parts")
    first = parts[0] if isinstance(parts, list) and parts else None
    if isinstance(first, list) and first:
        texts = [_text(part) for part in first[:3]]
        numbers = [text for text in texts if text.isascii() and text.isdigit() and len(text) <= 4]
        return "-".join(f"{int(number):02d}" for number in numbers)
    return _text(issued.get("raw") or issued.get("literal"))


def _untagged(text: str) -> str:
    """Block tags part words, inline ones do not; entities that a web service escaped twice are read."""
    text = re.sub(r"</?(?:jats:)?(?:p|sec|title|div|br|list|list-item)(?:\s[^<>]{0,300})?/?>", " ", text)
    return html.unescape(_TAG.sub("", text))


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return ""
    return value if isinstance(value, str) else str(value) if abs(value) < 10**12 else ""
