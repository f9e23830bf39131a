"""Which records are versions of one work, and which version is read.

Two records are one work when they share a DOI, arXiv id (any version), ACL, Semantic Scholar, OpenAlex or PubMed id,
unless both title and authors say otherwise (a wrong identifier on a real paper); or when their titles say the same,
the authors agree and the years are at most two apart. Titles say the same when their words do, in order and without
accents, case, punctuation and articles; when one adds a subtitle to the other; or when they differ by one misprint.
A differing word, number or numeral ("English" and "Multilingual", "Part I" and "Part II") makes another work.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from itertools import combinations

from assignee.authors import surname
from assignee.claims import Basis, Paper

from .identifiers import arxiv_version
from .text import fold, stored

__all__ = ["fold_versions", "same_works"]

_PREFIX = re.compile(
    r"^\W*(?:retracted(?:\s+article)?|retraction(?:\s+(?:note|notice))?(?:\s+(?:to|of|for))?|withdrawn)"
    r"\s*[:.\-–—]\s*",
    re.I,
)
_EDITION = re.compile(
    r"\s*[(\[](?:extended|full|short|preprint|technical report|author'?s)[^)\]]*[)\]]\s*$|"
    r"\s*[:–—-]\s*extended (?:abstract|version)\s*$",
    re.I,
)
_WORDS = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_SMALL = frozenset("a an the of for on in to and with via by from at as is are".split())
_OTHER_PART = re.compile(
    r"\d|^(?:[ivx]+|part|revisited|follow|supplement|erratum|corrigendum|reply|comment|response|correction|new|more)$"
)
_SUBTITLE = re.compile(r":\s|\s[–—-]\s|\?\s")
_PREPRINT = re.compile(r"arxiv|preprint|corr\b|biorxiv|medrxiv|ssrn|openreview|techrxiv", re.I)
_ID_KEYS = ("doi", "arxiv", "acl", "s2", "openalex", "pmid")


def fold_versions(papers: Sequence[Paper]) -> tuple[list[Paper], int]:
    """One paper a work, in the order in which the works first appear, and how many records were folded away.

    Kept is the full text before an abstract before a digest; among those the published version before a preprint,
    then the newest. It takes over the others' identifiers, sources and, where it has none, authors, year, venue and
    link; one retracted version retracts the work. `versions` lists the ids of the others. The result does not
    depend on the order of the records, save for the order of the works, and folding it again changes nothing.
    """
    groups = same_works(papers)
    return [_merged([papers[at] for at in group]) for group in groups], len(papers) - len(groups)


def same_works(papers: Sequence[Paper]) -> list[list[int]]:
    """Indices of the records of each work, works in order of first appearance."""
    groups = [[at] for at in range(len(papers))]
    keys = [_Key(paper) for paper in papers]
    while True:
        joined = _alike(keys)
        if len(joined) == len(groups):
            return groups
        # What was folded knows more than its records did, so more may agree with it: until nothing changes.
        folded = sorted((sorted(at for place in places for at in groups[place]), places) for places in joined)
        keys = [
            keys[places[0]] if len(places) == 1 else _Key(_merged([papers[at] for at in group]))
            for group, places in folded
        ]
        groups = [group for group, _ in folded]


def _alike(keys: Sequence[_Key]) -> list[list[int]]:
    union = _Union(len(keys))
    for name in _ID_KEYS:
        for group in _grouped((value, at) for at, key in enumerate(keys) if (value := key.ids.get(name))):
            for one, other in combinations(group, 2):
                if not keys[one].contradicts(keys[other]):
                    union.join(one, other)
    whole = [at for at, key in enumerate(keys) if key.people and key.year is not None]
    for group in _grouped((name, at) for at in whole for name in keys[at].people):
        for one, other in _near(group, keys):
            if keys[one].agrees(keys[other]):
                union.join(one, other)
    _attach(keys, union)
    return union.groups()


def _attach(keys: Sequence[_Key], union: _Union) -> None:
    """A record that lacks authors or year joins a work of its title, if only one work there could be its own."""
    before = [union.root(at) for at in range(len(keys))]
    claims = []
    for members in _grouped((key.title, at) for at, key in enumerate(keys) if key.title):
        for at in members:
            key = keys[at]
            if (key.people and key.year is not None) or (len(key.title) < 4 and not key.people):
                continue
            works = {
                before[other] for other in members if before[other] != before[at] and key.agrees(keys[other])
            }
            if len(works) == 1:
                claims.append((at, works.pop()))
    for at, root in claims:
        union.join(at, root)


class _Key:
    """What of a record decides which work it belongs to."""

    def __init__(self, paper: Paper) -> None:
        self.ids = {name: value.lower() for name, value in paper.ids.items()}
        if "arxiv" in self.ids:
            self.ids["arxiv"] = arxiv_version(self.ids["arxiv"])[0]
        title = _EDITION.sub("", _PREFIX.sub("", stored(paper.title)))
        self.title = _title_words(title)
        head = _SUBTITLE.split(title, maxsplit=1)[0]
        self.head = _title_words(head) if head != title else ()
        self.people = tuple(dict.fromkeys(_person(name) for name in paper.authors if name.strip()))
        self.year = paper.year

    def agrees(self, other: _Key) -> bool:
        """Whether title, authors and year say that the two are one work."""
        if self.year is not None and other.year is not None and abs(self.year - other.year) > 2:
            return False
        mine, theirs = set(self.people), set(other.people)
        if mine and theirs:
            shared = len(mine & theirs)
            first = self.people[0] == other.people[0]
            if not shared or not (first or 2 * shared >= max(len(mine), len(theirs))):
                return False
            if min(len(self.title), len(other.title)) < 3 and mine != theirs:
                return False
        if self.title == other.title:
            return bool(self.title)
        if not mine or mine != theirs:
            return False
        return self._subtitled(other) or other._subtitled(self) or _misprint(self.title, other.title)

    def contradicts(self, other: _Key) -> bool:
        """Whether neither title nor authors have enough in common for an identifier to be believed."""
        mine, theirs = set(self.title), set(other.title)
        alike = len(mine & theirs) >= 0.3 * len(mine | theirs) if mine and theirs else True
        strangers = bool(self.people and other.people) and not set(self.people) & set(other.people)
        return strangers and not alike

    def _subtitled(self, other: _Key) -> bool:
        """Whether the other is this title without its subtitle."""
        rest = self.title[len(other.title) :]
        return (
            len(other.title) >= 4
            and self.head == other.title
            and not any(_OTHER_PART.search(word) for word in rest)
        )


def _near(group: Sequence[int], keys: Sequence[_Key]) -> Iterable[tuple[int, int]]:
    """Pairs of one author's records whose titles have their first or last words in common."""
    seen: set[tuple[int, int]] = set()
    ends: defaultdict[Hashable, list[int]] = defaultdict(list)
    for at in group:
        title = keys[at].title
        if title:
            ends["first", title[0]].append(at)
            ends["last", title[-1]].append(at)
    for members in ends.values():
        for pair in combinations(sorted(members), 2):
            if pair not in seen:
                seen.add(pair)
                yield pair


def _misprint(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two titles differ by one letter inside one long word."""
    if len(one) != len(other) or len(one) < 4:
        return False
    differing = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    if len(differing) != 1:
        return False
    short, long = sorted(differing[0], key=len)
    if len(short) < 6 or len(long) - len(short) > 1 or not (short + long).isalpha():
        return False
    if short[0] != long[0] or short[-1] != long[-1]:
        return False
    if len(short) == len(long):
        at = next(place for place in range(len(short)) if short[place] != long[place])
        swapped = short[:at] + short[at + 1 : at + 2] + short[at] + short[at + 2 :]
        return swapped == long
    return any(long[:at] + long[at + 1 :] == short for at in range(1, len(long) - 1))


def _title_words(title: str) -> tuple[str, ...]:
    words = (word.replace("'", "").replace("’", "") for word in _WORDS.findall(fold(title)))
    return tuple(word for word in words if word not in _SMALL)


def _person(name: str) -> str:
    return "".join(char for char in fold(surname(name)) if char.isalpha())


def _grouped(pairs: Iterable[tuple[Hashable, int]]) -> list[list[int]]:
    found: defaultdict[Hashable, list[int]] = defaultdict(list)
    for key, at in pairs:
        found[key].append(at)
    return [members for members in found.values() if len(members) > 1]


class _Union:
    def __init__(self, size: int) -> None:
        self._parent = list(range(size))

    def root(self, at: int) -> int:
        while self._parent[at] != at:
            self._parent[at] = self._parent[self._parent[at]]
            at = self._parent[at]
        return at

    def join(self, one: int, other: int) -> None:
        low, high = sorted((self.root(one), self.root(other)))
        self._parent[high] = low

    def groups(self) -> list[list[int]]:
        found: defaultdict[int, list[int]] = defaultdict(list)
        for at in range(len(self._parent)):
            found[self.root(at)].append(at)
        return list(found.values())


def _merged(group: Sequence[Paper]) -> Paper:
    ranked = sorted(group, key=_preference)
    kept = ranked[0]
    ids: dict[str, str] = {}
    for paper in ranked:
        for name, value in paper.ids.items():
            ids.setdefault(name, value)
    versions = {version for paper in group for version in (paper.id, *paper.versions)} - {kept.id}
    given = next((paper for paper in ranked if paper.authors), kept)
    dated = next((paper for paper in ranked if paper.year is not None), kept)
    return replace(
        kept,
        authors=kept.authors or given.authors,
        year=kept.year if kept.year is not None else dated.year,
        date=kept.date or (dated.date if kept.year is None else None),
        venue=kept.venue or next((paper.venue for paper in ranked if paper.venue), None),
        url=kept.url or next((paper.url for paper in ranked if paper.url), None),
        licence=kept.licence,
        ids={name: ids[name] for name in sorted(ids)},
        retracted=any(paper.retracted for paper in group),
        sources=tuple(sorted({source for paper in group for source in paper.sources})),
        versions=tuple(sorted(versions)),
        work_id=kept.id,
    )


def _preference(paper: Paper) -> tuple[object, ...]:
    """Sorts the version to read first; ends in everything that tells two records apart, so that order cannot."""
    basis = (Basis.FULL_TEXT, Basis.ABSTRACT, Basis.DIGEST).index(paper.basis)
    published = bool(paper.venue and not _PREPRINT.search(paper.venue)) or "acl" in paper.ids
    if not published and "doi" in paper.ids:
        published = not paper.ids["doi"].startswith(("10.48550/", "10.1101/", "10.2139/", "10.21203/"))
    version = arxiv_version(paper.ids.get("arxiv", ""))[1] or 0
    if paper.version and (number := re.search(r"\d+", paper.version)):
        version = max(version, int(number.group()))
    date = paper.date or ""
    return (
        basis,
        not published,
        -(paper.year or 0),
        tuple(-ord(char) for char in date.ljust(10, "0")),
        -version,
        paper.id,
        paper.title,
        paper.text_hash,
        repr(paper),
    )
