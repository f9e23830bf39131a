"""Which records are one work.

Two records are one work when they share a DOI, arXiv id (any version), ACL, Semantic Scholar, OpenAlex or PubMed id,
unless both title and authors say otherwise (a wrong identifier on a real paper); or when their titles say the same,
the authors agree and the years are at most two apart. How titles are compared is in `title_words`, authors in
`person_names`. A translation is a version of the work where its title gives the other title, too, or says that it is one.
Errata, replies and data sets are works of their own, a retraction notice belongs to what it retracts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import combinations

from assignee.claims import Paper

from .identifiers import KINDS, arxiv_version
from .merging import merged
from .person_names import one_person, people_of
from .publication import preprint_doi, standing
from .title_words import (
    Title,
    marks,
    misprinted,
    named,
    reordered,
    respelled,
    same_words,
    similarity,
    subtitled,
    title,
)

__all__ = ["Alike", "graded", "same_works", "strictly"]

_SERIES = re.compile(
    r"^\W*(?:findings|overview|proceedings|report|results|summary|editorial|preface|foreword|introduction|guest|message|"
    r"book review|obituary|in this issue|letter|abstracts|chairs?|workshop)\b",
    re.I,
)
_EVENT = re.compile(r"\b(?:challenge|shared task|track|competition|evaluation campaign|tutorial)\b", re.I)
_THESIS = re.compile(r"\bthesis\b|\bdissertation\b|\bhabilitation", re.I)
Alike = Callable[[Title, Title, Callable[[], bool]], bool]
"""(title, title, whether all authors are the same) to whether both may be of one work."""


def strictly(one: Title, other: Title, same_people: Callable[[], bool]) -> bool:
    """Whether two titles of the same people differ by a subtitle or a misprint."""
    return (subtitled(one, other) or misprinted(one, other)) and same_people()


def graded(least: float) -> Alike:
    """Titles that are the same but for spelling, or of the same people: with a name before the colon, or this similar.

    Measured (`assignee eval duplicates`; docs/evaluation.md): below 1, works of the same people on one subject are folded.
    """

    def alike(one: Title, other: Title, same_people: Callable[[], bool]) -> bool:
        if respelled(one, other):
            return True
        near = (
            (similarity(one, other) >= least if least < 1 else reordered(one, other))
            or subtitled(one, other)
            or misprinted(one, other)
            or named(one, other)
        )
        return near and same_people()

    return alike


_SHIPPED = graded(1.0)


def same_works(papers: Sequence[Paper], alike: Alike = _SHIPPED) -> list[list[int]]:
    """Indices of the records of each work, works in order of first appearance.

    `alike` says which titles that are not word for word the same may name one work of the same people.
    """
    groups = [[at] for at in range(len(papers))]
    keys = [_Key(paper, alike) for paper in papers]
    while True:
        joined = _alike(keys)
        if len(joined) == len(groups):
            return groups
        # What was folded knows more than its records did, so more may agree with it: until nothing changes.
        folded = sorted((sorted(at for place in places for at in groups[place]), places) for places in joined)
        keys = [
            keys[places[0]] if len(places) == 1 else _Key(merged([papers[at] for at in group]), alike)
            for group, places in folded
        ]
        groups = [group for group, _ in folded]


def _alike(keys: Sequence[_Key]) -> list[list[int]]:
    union = _Union(len(keys))
    for name in KINDS:
        for group in _grouped((value, at) for at, key in enumerate(keys) if (value := key.ids.get(name))):
            for one, other in combinations(group, 2):
                if not keys[one].contradicts(keys[other]):
                    union.join(one, other)
    whole = [at for at, key in enumerate(keys) if key.families and key.year is not None]
    for group in _grouped((mark, at) for at in whole for mark in keys[at].marks):
        for one, other in combinations(group, 2):
            if not keys[one].names.isdisjoint(keys[other].names) and keys[one].agrees(keys[other]):
                union.join(one, other)
    _attach(keys, union)
    return union.groups()


def _attach(keys: Sequence[_Key], union: _Union) -> None:
    """A record that lacks authors or year joins a work of its title, if only one work there could be its own."""
    before = [union.root(at) for at in range(len(keys))]
    claims = []
    for members in _grouped((key.title.words, at) for at, key in enumerate(keys) if key.title.words):
        for at in members:
            key = keys[at]
            if (key.families and key.year is not None) or (len(key.title.words) < 4 and not key.families):
                continue
            works = {
                before[other]
                for other in members
                if before[other] != before[at] and not key.elsewhere(keys[other]) and key.agrees(keys[other])
            }
            if len(works) == 1:
                claims.append((at, works.pop()))
    for at, root in claims:
        union.join(at, root)


class _Key:
    """What of a record decides which work it belongs to."""

    def __init__(self, paper: Paper, alike: Alike) -> None:
        self.ids = {name: value.lower() for name, value in paper.ids.items()}
        if "arxiv" in self.ids:
            self.ids["arxiv"] = arxiv_version(self.ids["arxiv"])[0]
        self.title = title(paper.title)
        self.people = people_of(paper.authors)
        self.families = tuple(dict.fromkeys(who.family for who in self.people))
        self.names = frozenset(name for who in self.people for name in who.names)
        self.marks = marks(self.title)
        self.year = paper.year
        self.series = bool(_SERIES.match(paper.title)) or len(self.title.words) < 3
        self.event = bool(_EVENT.search(paper.title)) and standing(paper) == 0
        self.thesis = bool(_THESIS.search(f"{paper.venue or ''} {paper.title}"))
        self._alike = alike

    def agrees(self, other: _Key) -> bool:
        """Whether title, authors and year say that the two are one work."""
        if self.year is not None and other.year is not None and abs(self.year - other.year) > 2:
            return False
        known = bool(self.people and other.people)
        if known and self.names.isdisjoint(other.names):
            return False
        if not same_words(self.title, other.title) and not self._alike(
            self.title, other.title, lambda: known and self._same_people(other)
        ):
            return False
        if not self.title.words or self.thesis != other.thesis or (known and not self._same_group(other)):
            return False
        return self._one_issue(other)

    def contradicts(self, other: _Key) -> bool:
        """Whether neither title nor authors have enough in common for an identifier to be believed."""
        mine, theirs = set(self.title.words), set(other.title.words)
        alike = len(mine & theirs) >= 0.5 * len(mine | theirs) if mine and theirs else True
        return not alike and bool(self.people and other.people) and not self._shared(other)

    def elsewhere(self, other: _Key) -> bool:
        """Whether publishers gave the two a DOI each: of records without authors, too much to be one work."""
        mine, theirs = self.ids.get("doi", ""), other.ids.get("doi", "")
        return bool(mine and theirs) and mine != theirs and not (preprint_doi(mine) or preprint_doi(theirs))

    def _same_group(self, other: _Key) -> bool:
        """Whether the first author is the same, or half of all."""
        if one_person(self.people[0], other.people[0]):
            return True
        return 2 * self._shared(other) >= max(len(self.people), len(other.people))

    def _shared(self, other: _Key) -> int:
        return sum(any(one_person(one, two) for two in other.people) for one in self.people)

    def _same_people(self, other: _Key) -> bool:
        if len(self.people) != len(other.people):
            return False
        left = list(other.people)
        for who in self.people:
            match = next((at for at, them in enumerate(left) if one_person(who, them)), None)
            if match is None:
                return False
            left.pop(match)
        return True

    def _one_issue(self, other: _Key) -> bool:
        """Whether what comes out each year under one title is of the same people and the same year."""
        if self.series and other.series:
            return set(self.families) == set(other.families) and self.year == other.year
        return self.year == other.year or not (self.event and other.event)


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
