"""A paper as reference managers see it: its kind, where it appeared, its identifiers. One place for all formats."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from assignee.authors import surname
from assignee.claims import Paper

from .labels import sentence
from .links import arxiv_id, link_of
from .names import Name, name_of, one_line

__all__ = ["Entry", "entries"]

_MEETING = re.compile(r"proceedings|conference|workshop|meeting|findings|symposium", re.I)
_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
_SKIPPED = frozenset(
    {"a", "an", "the", "on", "of", "in", "for", "and", "to", "does", "do", "is", "are", "when", "how"}
)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a reference says of a paper. Texts stand on one line; nothing else is escaped.

    `key` is ASCII and unique in its list; `kind` tells a meeting's proceedings from a journal from neither.
    What is no DOI or PubMed id by its form is left out. `note` says that it was retracted and who marks it, on one line,
    or names other notices; "" without any. `date` is (year), (year, month) or (year, month, day).
    """

    key: str
    kind: Literal["meeting", "journal", "other"]
    title: str
    authors: tuple[Name, ...]
    year: int | None
    date: tuple[int, ...]
    venue: str
    doi: str
    arxiv: str
    pmid: str
    url: str
    note: str


def entries(papers: tuple[Paper, ...]) -> list[Entry]:
    """The included papers in the order of the references."""
    taken: set[str] = set()
    return [_entry(paper, _key(paper, taken)) for paper in papers if paper.included]


def _entry(paper: Paper, key: str) -> Entry:
    venue = one_line(paper.venue or "")
    doi = one_line(paper.ids.get("doi", "")).removeprefix("https://doi.org/")
    pmid = one_line(paper.ids.get("pmid", ""))
    return Entry(
        key=key,
        kind="meeting" if _MEETING.search(venue) else "journal" if venue else "other",
        title=one_line(paper.title),
        authors=tuple(name for author in paper.authors if (name := name_of(author)) != Name()),
        year=paper.year,
        date=_date(paper),
        venue=venue,
        doi=doi if doi.startswith("10.") else "",
        arxiv=one_line(arxiv_id(paper) or ""),
        pmid=pmid if pmid.isdecimal() else "",
        url=link_of(paper) or "",
        note=_note(paper),
    )


def _note(paper: Paper) -> str:
    notices = one_line("; ".join(paper.notices))
    told = [
        part
        for part in ("Retracted." if paper.retracted else "", sentence(notices) if notices else "")
        if part
    ]
    return " ".join(told)


def _date(paper: Paper) -> tuple[int, ...]:
    match = _DATE.fullmatch(paper.date or "")
    parts = tuple(int(part) for part in match.groups() if part) if match else ()
    if parts and parts[0] == paper.year:
        return parts
    return () if paper.year is None else (paper.year,)


def _key(paper: Paper, taken: set[str]) -> str:
    who = _ascii(surname(paper.authors[0])) if paper.authors else ""
    word = next(
        (found for item in paper.title.split() if (found := _ascii(item)) and found not in _SKIPPED), ""
    )
    base = f"{who or 'anon'}{paper.year if paper.year is not None else 'nd'}{word}"
    key, at = base, 1
    while key in taken:
        at += 1
        key = f"{base}-{at}"
    taken.add(key)
    return key


def _ascii(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", folded.casefold())[:40]
