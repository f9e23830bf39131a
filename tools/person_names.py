"""Names of authors as records spell them: "Jane Q. Doe", "Doe, J.", "Doe JQ", "DOE, Jane" may be one person."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from assignee.authors import surname

from .latex_text import plain
from .text import fold, stored

__all__ = ["LETTERS", "Person", "fullness", "is_group", "one_person", "people_of", "person"]

_GROUP = re.compile(
    r"\b(?:consorti(?:um|a)|collaborations?|collaborators|groups?|teams?|network|initiative|investigators|committee|"
    r"society|association|task force|working party|project|institute|organi[sz]ation|alliance|council)\b",
    re.I,
)
_OTHERS = re.compile(r"^\W*(?:et\.? al\.?|and others|others|\.\.\.|…)\W*$", re.I)
_TRAILING = re.compile(r",?\s*\b(?:et\.? al\.?|and others)\W*$", re.I)
_SUFFIX = re.compile(r",?\s+(?:jr|sr|ii|iii|iv|ph\.?d|md)\.?$", re.I)
_BEHIND = re.compile(r"^(?P<family>.*[^\W\d_]{2}.*?)\s+(?P<given>(?:[^\W\d_]\.?){1,2})$")
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])['’‘`´](?=[^\W\d_])")
_PIECES = re.compile(r"[^\W\d_]+")
LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
_UMLAUT = re.compile(r"(?<=[aou])e(?![aeiouy])")


_LONGEST = 200  # characters of a name that are read: what is longer is no name


class Person(NamedTuple):
    """The last part of the family name, then given names and the family name's other parts; folded, or an initial."""

    family: str
    given: tuple[str, ...]

    @property
    def names(self) -> frozenset[str]:
        """What may be the family name: of "Zhang Wei" either."""
        return frozenset((self.family, *(piece for piece in self.given[:1] if len(piece) > 1)))


def is_group(name: str) -> bool:
    """Whether the author is a group ("The Harbour Study Collaboration") and no person."""
    return bool(_GROUP.search(name[:_LONGEST])) and "," not in name


def people_of(authors: Iterable[str]) -> tuple[Person, ...]:
    """The persons among the authors, in order; groups, "et al." and empty names give none."""
    found = (person(name) for name in authors if not is_group(name))
    return tuple(dict.fromkeys(who for who in found if who is not None))


@lru_cache(maxsize=65536)
def person(name: str) -> Person | None:
    """One person of a name in either order, also with initials behind ("Doe JQ"); None for no name."""
    text = _TRAILING.sub("", stored(_APOSTROPHE.sub("", plain(name[:_LONGEST]))))
    if not text or _OTHERS.match(text):
        return None
    text = _SUFFIX.sub("", text)
    if "," in text:
        family, given = (part.strip() for part in text.split(",", 1))
    elif (behind := _BEHIND.match(text)) and behind["given"].isupper() and not text.isupper():
        family, given = behind["family"], " ".join(char for char in behind["given"] if char.isalpha())
    else:
        family = surname(text)
        given = text.removesuffix(family).strip()
    pieces = _PIECES.findall(family)
    if not pieces:
        return None
    return Person(_spread(pieces[-1]), tuple(map(_spread, (*_apart(given), *pieces[:-1]))))


def one_person(one: Person, other: Person) -> bool:
    """Whether two spellings may be of one person: initials fit, middle names may be missing, the order may be turned."""
    if one.family == other.family:
        return not one.given or not other.given or _fit(one.given, other.given)
    return len(one.given) > 0 and sorted((one.family, *one.given)) == sorted((other.family, *other.given))


def fullness(authors: Sequence[str]) -> tuple[int, int, int]:
    """Orders spellings of one list of authors: letters of given names, letters with accents, names not all in capitals."""
    known = [who for name in authors if (who := person(name)) is not None]
    return (
        sum(len(piece) for who in known for piece in who.given),
        sum(not char.isascii() for name in authors for char in name),
        sum(not name.isupper() for name in authors),
    )


def _fit(one: Sequence[str], other: Sequence[str]) -> bool:
    short, long = sorted((one, other), key=len)
    at = 0
    for piece in short:
        if at == 0 and not _same(piece, long[0]):
            return "".join(one) == "".join(other)
        while at < len(long) and not _same(piece, long[at]):
            at += 1
        if at == len(long):
            return False
        at += 1
    return True


def _same(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return (
        one == other
        or (len(short) == 1 and one[0] == other[0])
        or (len(short) > 2 and long.startswith(short))
    )


def _apart(given: str) -> list[str]:
    """Given names; capitals written together are initials ("JQ", "J.-P.")."""
    return [
        piece
        for word in _PIECES.findall(given)
        for piece in (list(word) if word.isupper() and len(word) <= 3 and len(given) <= 6 else [word])
    ]


def _spread(piece: str) -> str:
    """Folded, with the letters that have no accent to lose, and "ue", "oe", "ae" as the umlaut they may stand for."""
    low = piece.casefold()
    return _UMLAUT.sub("", low if low.isascii() else fold(low.translate(LETTERS)))
