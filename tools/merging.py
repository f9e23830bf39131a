"""One record out of the records of one work, field by field; who gave each value is kept, and where they differ.

- id, text, basis, version and link are those of the record that is read: full text before abstract before digest, among
  those the published version first, then the newest.
- The title is one that does not call itself a retraction, of the published version first, then the longest.
- The authors are the published version's, in the spelling of the record that gives the same people the fullest names.
- Year and venue are the published version's; the date is of the record that gives the year, or of the same year.
- The DOI is the published version's, a preprint server's only where there is no other; the other ids are those of
  the record that is read, then of the others in that order.
- The licence is of the record that is read, or of one with the same text or DOI: it belongs to a version, not to a work.

So no text ever comes with another version's offsets, version, page or licence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from assignee.claims import Basis, Paper

from .identifiers import arxiv_version
from .person_names import fullness, one_person, people_of
from .publication import preprint_doi, publication, standing
from .record_conflicts import conflicts_of, plain_words, source_of
from .title_words import RETRACTION

__all__ = ["merged"]

_WAYS = ("search", "named", "references", "citations")
_STATES = ("published", "preprint", "")


def merged(group: Sequence[Paper], texts: Callable[[str], str] | None = None) -> Paper:
    """The records of one work as one. Does not depend on their order; one record alone gets `given_by`, no more.

    `texts` gives a stored text by its hash, to compare abstracts.
    """
    read, *others = ranked = sorted(group, key=_preference)
    best = sorted(ranked, key=lambda paper: (standing(paper), _preference(paper)))
    titled = min(
        (paper for paper in best if paper.title),
        key=lambda paper: (
            bool(RETRACTION.search(paper.title)),
            standing(paper),
            -len(plain_words(paper.title)),
        ),
        default=read,
    )
    named = _named(best)
    dated = _first(best, "year")
    day = dated if dated.date else next((paper for paper in best if _of_year(paper, dated.year)), dated)
    placed, linked = _first(best, "venue"), _first(ranked, "url")
    licensed = next((paper for paper in ranked if paper.licence and _same_text(paper, read)), read)
    doi = min(
        (paper for paper in best if "doi" in paper.ids),
        key=lambda paper: preprint_doi(paper.ids["doi"]),
        default=read,
    )
    ids = {name: value for paper in reversed(ranked) for name, value in paper.ids.items()}
    if "doi" in doi.ids:
        ids["doi"] = doi.ids["doi"]
    text = "text" if read.basis is Basis.FULL_TEXT else "abstract"
    sources = {
        "title": (titled, titled.title),
        "authors": (named, named.authors),
        "year": (dated, dated.year),
        "date": (day, day.date),
        "venue": (placed, placed.venue),
        "url": (linked, linked.url),
        "licence": (licensed, licensed.licence),
        "doi": (doi, doi.ids.get("doi")),
        text: (read, read.text_hash),
    }
    kept = {name: source_of(paper, name) for name, (paper, value) in sources.items() if value}
    versions = {version for paper in group for version in (paper.id, *paper.versions)} - {read.id}
    return replace(
        read,
        title=titled.title,
        authors=named.authors,
        year=dated.year,
        date=day.date,
        venue=placed.venue,
        url=linked.url,
        licence=licensed.licence,
        ids={name: ids[name] for name in sorted(ids)},
        retracted=any(paper.retracted for paper in group),
        sources=tuple(sorted({source for paper in group for source in paper.sources})),
        versions=tuple(sorted(versions)),
        work_id=read.id,
        publication=min(map(publication, group), key=_STATES.index),
        found_by=min((paper.found_by for paper in group), key=_way),
        notices=tuple(sorted({notice for paper in group for notice in paper.notices})),
        where_open=_places(group),
        given_by={name: kept[name] for name in sorted(kept) if kept[name]},
        conflicts=conflicts_of(group, texts) if others else read.conflicts,
    )


def _named(best: Sequence[Paper]) -> Paper:
    """The first record with authors, or the one that spells the same people more fully."""
    first = next((paper for paper in best if paper.authors), best[0])
    people = people_of(first.authors) if len(best) > 1 else ()
    if not people:
        return first
    alike = [first]
    for paper in best:
        theirs = people_of(paper.authors)
        if len(theirs) == len(people) and all(map(one_person, people, theirs)):
            alike.append(paper)
    return max(alike, key=lambda paper: fullness(paper.authors))


def _first(papers: Sequence[Paper], name: str) -> Paper:
    return next((paper for paper in papers if getattr(paper, name)), papers[0])


def _of_year(paper: Paper, year: int | None) -> bool:
    return bool(paper.date) and (year is None or str(paper.date).startswith(str(year)))


def _same_text(one: Paper, other: Paper) -> bool:
    """Whether two records are of one version, so that the licence of one is the other's, too."""
    if one is other or (one.text_hash and one.text_hash == other.text_hash and one.basis is other.basis):
        return True
    return one.basis is other.basis and "doi" in one.ids and one.ids["doi"] == other.ids.get("doi")


def _places(group: Sequence[Paper]) -> tuple[dict[str, Any], ...]:
    found = {tuple(sorted(place.items())) for paper in group for place in paper.where_open}
    return tuple(dict(place) for place in sorted(found))


def _way(found_by: str) -> int:
    return _WAYS.index(found_by) if found_by in _WAYS else len(_WAYS)


def _preference(paper: Paper) -> tuple[object, ...]:
    """Sorts the version to read first; ends in everything that tells two records apart, so that order cannot."""
    basis = (Basis.FULL_TEXT, Basis.ABSTRACT, Basis.DIGEST).index(paper.basis)
    version = arxiv_version(paper.ids.get("arxiv", ""))[1] or 0
    if paper.version and (number := re.search(r"\d+", paper.version)):
        version = max(version, int(number.group()))
    return (
        basis,
        standing(paper),
        -(paper.year or 0),
        tuple(-ord(char) for char in (paper.date or "").ljust(10, "0")),
        -version,
        paper.id,
        paper.title,
        paper.text_hash,
        repr(paper),
    )
