"""What is known of a paper beside its reference: how it was found and judged, who marks it, where its records differ."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assignee.claims import Paper

from .labels import FOUND_BY, spoken
from .links import arxiv_id, link_of, safe_url
from .loose import maps, words

__all__ = ["Conflict", "Listed", "OpenCopy"]

_HASH = re.compile(r"[0-9a-f]{32,}")
_HASH_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field in which the records of one paper differ: (source, value) for each, and a remark or ""."""

    field: str
    values: tuple[tuple[str, str], ...]
    note: str


@dataclass(frozen=True, slots=True)
class OpenCopy:
    """Where an open copy lies that was not read; `url` is None where the address is no web address."""

    url: str | None
    told: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A paper as lists print it. Texts are as the records give them: whoever prints escapes."""

    paper: Paper

    @property
    def who(self) -> str:
        """Authors and year."""
        return f"{', '.join(self.paper.authors) or 'Unknown author'} ({self.paper.year or 'n.d.'})."

    @property
    def link(self) -> str | None:
        return link_of(self.paper)

    @property
    def label(self) -> str:
        """arXiv id with version, DOI or id: what a reader can search for."""
        arxiv, doi = arxiv_id(self.paper), self.paper.ids.get("doi")
        return f"arXiv:{arxiv}" if arxiv else f"doi:{doi}" if doi else self.paper.id

    @property
    def found(self) -> str:
        """How it came in where that is no query: "found in the references of an included paper"; else ""."""
        return FOUND_BY.get(self.paper.found_by, "")

    @property
    def badges(self) -> tuple[str, ...]:
        """Preprint or published, how found, and that screening was unsure."""
        unsure = "screening unsure" if self.paper.screening == "unsure" else ""
        return tuple(part for part in (self.paper.publication, self.found, unsure) if part)

    @property
    def folded(self) -> tuple[str, ...]:
        """The other versions of the work, whose records were folded into this one."""
        return tuple(name for name in self.paper.versions if name != self.paper.id)

    @property
    def sources(self) -> str:
        """The sources that returned it, in words."""
        return ", ".join(map(spoken, self.paper.sources))

    @property
    def marks(self) -> tuple[str, ...]:
        """What a list of papers can be narrowed to: published, preprint, chased, unsure."""
        chased = "chased" if self.paper.found_by in ("references", "citations") else ""
        unsure = "unsure" if self.paper.screening == "unsure" else ""
        return tuple(mark for mark in (self.paper.publication, chased, unsure) if mark)

    @property
    def reason(self) -> str:
        return self.paper.reason or "none recorded"

    @property
    def decision(self) -> str:
        """What screening judged, and what was done where that is something else: "unsure; then included"."""
        done = "include" if self.paper.included else "exclude"
        judged = self.paper.screening or done
        return judged if judged == done else f"{judged}; then {done}d"

    @property
    def notices(self) -> tuple[str, ...]:
        """Who marks it as retracted or corrected; for a retracted paper at least that nobody is named."""
        told = tuple(dict.fromkeys(line for line in self.paper.notices if line.strip()))
        return told or (("who retracted it was not recorded",) if self.paper.retracted else ())

    @property
    def came_from(self) -> tuple[tuple[str, str], ...]:
        """(source, fields whose value is from it), sources and fields in their order of name."""
        by_source: dict[str, list[str]] = {}
        for field, source in sorted(self.paper.given_by.items()):
            by_source.setdefault(spoken(source), []).append(spoken(field))
        return tuple((source, ", ".join(fields)) for source, fields in sorted(by_source.items()))

    @property
    def merged(self) -> tuple[str, ...]:
        """The same in lines where the paper was put together from several sources, else ()."""
        rows = self.came_from
        return tuple(f"From {source}: {fields}." for source, fields in rows) if len(rows) > 1 else ()

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """Where the records folded into this paper differ."""
        found = []
        for entry in maps(self.paper.conflicts):
            values = tuple(
                (spoken(words(value.get("source"))) or "unknown source", _value(value.get("value")))
                for value in maps(entry.get("values"))
            )
            if values:
                field = spoken(words(entry.get("field"))) or "a field"
                found.append(Conflict(field, values, words(entry.get("note"))))
        return tuple(found)

    @property
    def open_copies(self) -> tuple[OpenCopy, ...]:
        """Open copies that were not read."""
        found = []
        for entry in self.paper.where_open:
            url = entry.get("url", "")
            told = [spoken(entry.get("source", "")), entry.get("note", ""), "" if safe_url(url) else url]
            found.append(OpenCopy(safe_url(url), "; ".join(part for part in told if part) or "no details"))
        return tuple(found)

    @property
    def has_record(self) -> bool:
        """Whether there is more to show than screening says of every paper."""
        return bool(self.came_from or self.conflicts or self.open_copies or self.paper.screening)


def _value(given: object) -> str:
    """A value in quotation marks; the hash of a text by its first twelve signs."""
    told = words(given)
    return f"text {told[:_HASH_SHOWN]}" if _HASH.fullmatch(told) else f"“{told}”" if told else "none"
