"""Where the records of one work differ: two titles, author spellings, years, venues, DOIs, two abstracts.

A conflict is {"field", "values": [{"source", "value"}], "note"}, each value once, sorted. What differs only in case,
punctuation or markup is none. An abstract's value is the hash of its stored text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from itertools import combinations
from typing import Any

from assignee.claims import Basis, Paper

from .latex_text import plain
from .markup_text import unmarked
from .person_names import Person, one_person, people_of
from .publication import preprint_doi, standing
from .text import content_hash, fold

__all__ = ["FIELDS", "Given", "conflicts_of", "given", "plain_words", "source_of"]

FIELDS = ("title", "authors", "year", "venue", "doi", "abstract")
Given = tuple[str, str]
"""(source, value as text)."""

_NOTHING = content_hash("")
_MEETING = frozenset(
    "proceedings proc annual international conference workshop the of on in and for th st nd rd".split()
)


def conflicts_of(
    group: Sequence[Paper], texts: Callable[[str], str] | None = None
) -> tuple[dict[str, Any], ...]:
    """The conflicts of the records folded together, in the order of FIELDS. `texts` gives a stored text by its hash.

    Without `texts`, two abstracts are told apart by their hashes alone. A record that was folded before brings
    the values of its own conflicts.
    """
    found = []
    for name in FIELDS:
        values = sorted({value for paper in group for value in given(paper, name)})
        note, kept = _JUDGES[name](values, group, texts)
        if note:
            shown = [{"source": source, "value": value} for source, value in kept]
            found.append({"field": name, "values": shown, "note": note})
    return tuple(found)


def given(paper: Paper, name: str) -> tuple[Given, ...]:
    """What a record gives for a field, with who gives it; of a folded work, all that its conflict lists."""
    for conflict in paper.conflicts:
        if conflict["field"] == name:
            return tuple((value["source"], value["value"]) for value in conflict["values"])
    value = {
        "title": paper.title,
        "authors": "; ".join(paper.authors),
        "year": "" if paper.year is None else str(paper.year),
        "venue": paper.venue or "",
        "doi": paper.ids.get("doi", ""),
        "abstract": paper.text_hash
        if paper.basis is not Basis.FULL_TEXT and paper.text_hash != _NOTHING
        else "",
    }[name]
    return ((source_of(paper, name), value),) if value else ()


def source_of(paper: Paper, name: str) -> str:
    """Which source gave a field of a record or of a folded work; "" where none is named."""
    return paper.given_by.get(name, "") if paper.work_id else ", ".join(paper.sources)


def plain_words(text: str) -> tuple[str, ...]:
    """The words of a title or an abstract without case, accents, punctuation and markup."""
    return tuple(re.findall(r"[^\W_]+", fold(unmarked(plain(text)))))


_Judged = tuple[str, Sequence[Given]]
_Texts = Callable[[str], str] | None


def _differing(values: Iterable[Given], key: Callable[[str], object]) -> tuple[list[Given], list[str]]:
    """Every source's value, once for each that is not the same to `key`, and the values that differ; else nothing."""
    shown: dict[tuple[str, object], Given] = {}
    differ: dict[object, str] = {}
    for source, value in values:
        shown.setdefault((source, key(value)), (source, value))
        differ.setdefault(key(value), value)
    return (list(shown.values()), list(differ.values())) if len(differ) > 1 else ([], [])


def _titles(values: Sequence[Given], group: Sequence[Paper], texts: _Texts) -> _Judged:
    shown, titles = _differing(values, lambda title: "".join(plain_words(title)))
    return _shared([plain_words(title) for title in titles], "titles"), shown


def _authors(values: Sequence[Given], group: Sequence[Paper], texts: _Texts) -> _Judged:
    shown, lists = _differing(values, lambda names: tuple(map(plain_words, names.split(";"))))
    people = [people_of(names.split(";")) for names in lists]
    notes = {_compared(one, other) for one, other in combinations(people, 2)}
    return next((note for note in (_COUNT, _PEOPLE, _ORDER, _SPELLING) if note in notes), ""), shown


_COUNT, _PEOPLE = "another number of authors", "other authors"
_ORDER, _SPELLING = "another order of authors", "spellings of the same names"


def _compared(one: Sequence[Person], other: Sequence[Person]) -> str:
    if len(one) != len(other):
        return _COUNT
    if all(one_person(a, b) for a, b in zip(one, other, strict=True)):
        return _SPELLING
    left = list(other)
    for who in one:
        match = next((at for at, them in enumerate(left) if one_person(who, them)), None)
        if match is None:
            return _PEOPLE
        left.pop(match)
    return _ORDER


def _years(values: Sequence[Given], group: Sequence[Paper], texts: _Texts) -> _Judged:
    shown, years = _differing(values, str)
    if not shown:
        return "", ()
    apart = max(map(int, years)) - min(map(int, years))
    kinds = {standing(paper) for paper in group}
    note = f"{apart} year{'s' * (apart > 1)} apart"
    return f"{note}; a preprint is among them" if 2 in kinds and kinds & {0, 1} else note, shown


def _venues(values: Sequence[Given], group: Sequence[Paper], texts: _Texts) -> _Judged:
    own = [pair for pair in values if standing(Paper(id="", title="", venue=pair[1])) == 0]
    shown, venues = _differing(own, lambda venue: "".join(plain_words(venue)))
    if all(_one_venue(one, other) for one, other in combinations(venues, 2)):
        return "", ()
    return "published in two places, or one place under two names", shown


def _one_venue(one: str, other: str) -> bool:
    """Whether one name has all the words of the other, or is its abbreviation ("Proc. ACL", "Assoc. Comput. …")."""
    short, long = sorted((_names(one), _names(other)), key=lambda item: (len(item), item))
    if not short or set(short) <= set(long):
        return True
    whole = [word for venue in (one, other) if _names(venue) == long for word in plain_words(venue)]
    initials = iter([word[0] for word in whole])
    if len(short) == 1 and 2 < len(short[0]) <= len(whole):
        return all(char in initials for char in short[0])
    rest = iter(long)
    return all(any(word.startswith(part) for word in rest) for part in short)


def _names(venue: str) -> list[str]:
    return [word for word in plain_words(venue) if word not in _MEETING and not word[0].isdigit()]


def _dois(values: Sequence[Given], group: Sequence[Paper], texts: _Texts) -> _Judged:
    shown, dois = _differing(values, str.lower)
    published = [doi for doi in dois if not preprint_doi(doi)]
    if len(published) == 1 and shown:
        return "of the published version and of a preprint", shown
    return ("two publishers' DOIs" if published else "two preprints' DOIs") if shown else "", shown


def _abstracts(values: Sequence[Given], group: Sequence[Paper], texts: _Texts) -> _Judged:
    if texts is None:
        shown, _ = _differing(values, str)
        return "not compared beyond their hashes" if shown else "", shown
    read = {}
    for _, key in values:
        with suppress(KeyError):  # not in the store: nothing to compare
            read[key] = plain_words(texts(key))
    shown, keys = _differing([pair for pair in values if read.get(pair[1])], lambda key: "".join(read[key]))
    return _shared([read[key] for key in keys], "abstracts"), shown


def _shared(lists: Sequence[Sequence[str]], what: str) -> str:
    """ "7 of 9 words are in all titles"; "" for nothing to compare."""
    sets = [set(words) for words in lists]
    if not sets:
        return ""
    return f"{len(set.intersection(*sets))} of {len(set.union(*sets))} words are in all {what}"


_JUDGES: dict[str, Callable[[Sequence[Given], Sequence[Paper], _Texts], _Judged]] = {
    "title": _titles,
    "authors": _authors,
    "year": _years,
    "venue": _venues,
    "doi": _dois,
    "abstract": _abstracts,
}
