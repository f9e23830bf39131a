"""What a service tells of a paper, as one line: a notice of retraction or correction, a place where a copy lies open."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from .finding_more import Location
from .text import stored

__all__ = ["location", "notice", "places"]

_LONGEST = 2000  # characters of an address
_MOST = 20  # places of one paper
_WORD = re.compile(
    r"[A-Za-z][\w .+/-]{0,59}"
)  # "publishedVersion", "cc-by-4.0"; not whatever a service may say


def notice(what: str, who: str, *details: str | None) -> str:
    """ "retracted (Crossref, 10.1000/notice, 2021-03-04)"; details that are missing are left out."""
    return f"{what} ({', '.join([who, *(detail for detail in details if detail)])})"


def location(url: str, kind: str, source: str, *, version: str = "", licence: str = "") -> Location | None:
    """The place, None for what is no web address. Nothing is asked there."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username
    except ValueError:
        good = False
    if not good or len(url) > _LONGEST or not url.isprintable() or " " in url:
        return None
    return Location(url, kind, source, _word(version), _word(licence))


def _word(text: str) -> str:
    text = stored(text)
    return text if _WORD.fullmatch(text) else ""


def places(found: Iterable[Location | None]) -> tuple[Location, ...]:
    """Each address once, in their order, so many at most that a report can name them."""
    unique: dict[str, Location] = {}
    for place in found:
        if place is not None:
            unique.setdefault(place.url, place)
    return tuple(unique.values())[:_MOST]
