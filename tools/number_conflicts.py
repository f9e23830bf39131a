"""Whether two sentences give the same number, or another number, for the same measured thing.

Precision before recall. Two numbers are about the same thing only when unit, role and bound ("up to", "over") agree,
the clauses around them share most of their content words, name the same things, and do not differ in direction.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from assignee.claims import Quantity

from .polarity import read
from .quantities import quantities, same_value
from .text import content_stems, stem, words

__all__ = ["Clause", "Conflict", "clauses", "conflicts", "names", "restated"]

_BREAK = re.compile(
    r"[;:]\s|,\s(?=(?:and|but|while|whereas|with|which|where|though|although)\b)|\s(?:while|whereas|but)\s"
)
_BOUND = re.compile(
    r"\b(up to|as (?:much|many|high) as|more than|over|at least|at most|less than|fewer than|under|nearly|almost|about|"
    r"around|approximately|roughly|only|average|averaged?|mean|median|maximum|minimum|total|another|other|additional|"
    r"remaining|further|relative|absolute|between|from|to)\W+(?:\w+\W+){0,2}$",
    re.IGNORECASE,
)
_NAME = re.compile(r"^(?=.*[A-Z0-9])[\w&./+-]*$")
# Words of change that two wordings of one result need not share.
_LOOSE = frozenset(
    stem(word)
    for word in (
        "improve improvement increase decrease gain boost outperform reduce reduction drop achieve obtain yield show "
        "result experiment find demonstrate observe report significantly average point percent percentage absolute "
        "relative over model method approach propose respectively compare baseline performance experimental"
    ).split()
)


class Clause(NamedTuple):
    """A quantity with what the clause around it says: content stems, names, direction, and its bound."""

    quantity: Quantity
    stems: frozenset[str]
    names: frozenset[str]
    direction: str
    bound: str


class Conflict(NamedTuple):
    """A number of the claim and the differing one of the evidence; `about` are the words both clauses share."""

    claim: Quantity
    evidence: Quantity
    about: tuple[str, ...]


def clauses(sentence: str) -> tuple[Clause, ...]:
    """Every comparable quantity of a sentence (no years, spreads or p-values) with its clause."""
    spans = list(_clause_spans(sentence))
    found = []
    for item in quantities(sentence):
        if item.role in {"year", "spread"} or item.unit == "p":
            continue
        start, end = next(((a, b) for a, b in spans if a <= item.start < b), (0, len(sentence)))
        text = sentence[start:end]
        digits = {stem(part) for part in re.findall(r"\w+", sentence[item.start : item.end])}
        bound = _BOUND.search(sentence[max(start, item.start - 40) : item.start])
        found.append(
            Clause(
                item,
                frozenset(
                    s for s in content_stems(text) if s not in _LOOSE and s not in digits and not s.isdigit()
                ),
                names(text),
                read(text).direction,
                bound.group(1).lower() if bound else "",
            )
        )
    return tuple(found)


def names(text: str) -> frozenset[str]:
    """Names in a text: words with an inner capital or a digit, and capitalised words that do not open a sentence."""
    found = set()
    opening = True
    for match in re.finditer(r"\S+", text):
        for word in words(match.group()):
            plain = not _NAME.match(word) or word.replace(",", "").replace(".", "").isdigit()
            inner = any(char.isupper() for char in word[1:]) or (
                any(char.isdigit() for char in word) and any(char.isalpha() for char in word)
            )
            if not plain and (inner or not opening):
                found.add(word.casefold())
            opening = False
        opening = match.group()[-1] in ".!?:"
    return frozenset(found)


def conflicts(claim: str, evidence: str) -> tuple[Conflict, ...]:
    """Numbers of the claim that the evidence gives differently for the same measured thing; () when unsure."""
    found = []
    others = clauses(evidence)
    for own in clauses(claim):
        alike = [other for other in others if _same_thing(own, other)]
        if alike and not any(_same_number(own.quantity, other.quantity) for other in others):
            nearest = max(alike, key=lambda other: (len(own.stems & other.stems), -other.quantity.start))
            found.append(Conflict(own.quantity, nearest.quantity, tuple(sorted(own.stems & nearest.stems))))
    return tuple(found)


def restated(claim: str, evidence: str) -> bool:
    """Whether the evidence restates every number of the claim that has a unit or decimals, for the same thing.

    False when the claim has no such number, or when the two sentences differ in direction.
    """
    own = [clause for clause in clauses(claim) if clause.quantity.unit or clause.quantity.value % 1]
    others = clauses(evidence)
    ways = {read(claim).direction, read(evidence).direction} - {"unknown", "mixed"}
    if not own or len(ways) > 1:
        return False
    return all(
        any(_same_number(one.quantity, two.quantity) and _related(one, two) for two in others) for one in own
    )


def _clause_spans(sentence: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _BREAK.finditer(sentence):
        yield start, match.end()
        start = match.end()
    yield start, len(sentence)


def _same_number(one: Quantity, two: Quantity) -> bool:
    return one.unit == two.unit and same_value(one.value, two.value)


def _same_thing(one: Clause, two: Clause) -> bool:
    if (one.quantity.unit, one.quantity.role, one.bound) != (two.quantity.unit, two.quantity.role, two.bound):
        return False
    if one.names != two.names or {one.direction, two.direction} in (
        {"up", "down"},
        {"up", "none"},
        {"down", "none"},
    ):
        return False
    shared = len(one.stems & two.stems)
    return shared >= 3 and shared >= 0.75 * len(one.stems) and shared >= 0.75 * len(two.stems)


def _related(one: Clause, two: Clause) -> bool:
    """Enough in common for an equal number to be the same number: two content words, and a shared name if both name."""
    if one.names and two.names and not one.names & two.names:
        return False
    return len(one.stems & two.stems) >= 2
