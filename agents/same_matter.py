"""Whether two findings are about the same matter when their words stand in other places.

`comparability` matches role with role: what acts, what is measured, against what, where. "Biochar increases maize yield
on acidic soils" and "on acidic soils the yield of maize rose after biochar was added" have their words in other roles,
and are lost to it. Here all words of a finding are one bag. Two bags are the same matter when one holds the other, but
for words that tell nothing: a word that only one has is a specialisation, words that each has alone are a substitution,
and then the findings are not comparable. Only findings without a second thing compared are read so: in "A beats B", the
order is the finding.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ..tools.text import stem, words
from .finding import Frame
from .finding_cues import COMPARATIVE_VERBS, VERBS
from .question_words import MEASURES
from .role_match import ACTS, DULL, PLAIN, Role, alternatives, apart, opposite, pair, role

__all__ = ["same_matter", "told_apart"]

_SHARED = 3  # telling words and names that both must hold
# Words that carry a finding and tell nothing of its matter.
_FILLERS = frozenset(
    stem(word)[:7]
    for word in """take took taken taking give given giving get becom become became carry apply applied include included
    involve follow followed received use used adding added adopt supply supplied offer people person individual user
    subject system systems technique strategy change affect effect influence impact make made put case way part find
    found see seen saw observe observed confirm report grow occur remain stay leave left keep kept turn turned result
    come due account thanks employ exhibit obtain achieve need require want look let allow cause produce far yet scheme
    usage presence present provide perform performance time times conclude markedly clearly consistently less more most
    whichever whole own once then when while after before compared relative able enough step steps run help able""".split()
)
_VERBAL = frozenset(item[:7] for item in (*VERBS, *COMPARATIVE_VERBS)) - {stem("strength")[:7]}
# One of these in one finding only turns over what acted.
_TURNING = re.compile(
    r"\b(?:without|less|fewer|small\w*|shrink\w*|remov\w*|dropp\w*|omit\w*|withh\w*|stop\w*|lack\w*|absen\w*|exclud\w*|no|"
    r"reduc(?:ing|tion)|cut\w*|low|instead|rather|replac\w*|unseen|except|only|un(?:like|able)|than)\b",
    re.I,
)
_SIZE = re.compile(r"\b\d+(?:\.\d+)?[BM]\b")
_SPEED = re.compile(
    r"\b(?:speed\w*|sped|accelerat\w*|slow\w*|fast\w*|quick\w*|sooner|converge\w*|latency|time|steps|duration|length|shorten\w*|prolong\w*)\b",
    re.I,
)
_ABOVE = re.compile(r"\b(?:above|beyond|larger than|older than)\b", re.I)
_BELOW = re.compile(r"\b(?:below|smaller than|younger than)\b", re.I)
_LASTS = re.compile(r"\b(?:shorten|prolong|length|duration)\w*\b", re.I)
_FASTER = re.compile(r"\b(?:fast|quick|slow|soon)(?:er|ly)?\b", re.I)
_WAY = re.compile(r"\b(into|to|from)\s+([A-Z]\w+)", re.I)
# Little data and much of it are two settings.
_LITTLE = re.compile(r"\b(?:few|little|small|limited|scarce|hundreds?|low-resource|short)\b", re.I)
_PLENTY = re.compile(r"\b(?:full|large|plent\w+|abundant|thousands?|high-resource|long)\b", re.I)


def same_matter(left: Frame, right: Frame) -> float:
    """How far two findings are the same matter, 0..1; 0 where they differ, or where words do not tell."""
    if left.own or right.own or _compared(left) or _compared(right):
        return 0.0
    one, other = _bag(left), _bag(right)
    texts = _text(left), _text(right)
    if bool(_TURNING.search(texts[0])) != bool(_TURNING.search(texts[1])):
        return 0.0
    if alternatives(one.terms, other.terms) or opposite(one, other) or apart(one.numbers, other.numbers):
        return 0.0
    mine, theirs = _telling(one), _telling(other)
    only, others = _unmatched(mine, theirs), _unmatched(theirs, mine)
    names = one.names - other.names, other.names - one.names
    if not mine or not theirs or ((only or names[0]) and (others or names[1])):
        return 0.0
    if min(len(mine) - len(only), len(theirs) - len(others)) + len(one.names & other.names) < _SHARED:
        return 0.0
    both = len(mine) + len(theirs) - len(only) - len(others) + 2 * len(one.names & other.names)
    return round(both / (len(mine) + len(theirs) + len(one.names) + len(other.names)), 3)


def told_apart(left: Frame, right: Frame) -> str:
    """What tells two findings apart although their words may match, in words; "" where nothing does."""
    one, other = _text(left), _text(right)
    if any(
        _LITTLE.search(a) and _PLENTY.search(b) and not _LITTLE.search(b)
        for a, b in ((one, other), (other, one))
    ):
        return "little against much data"
    if any(_ABOVE.search(a) and _BELOW.search(b) for a, b in ((one, other), (other, one))):
        return "above against below a bound"
    if apart(frozenset(_SIZE.findall(one)), frozenset(_SIZE.findall(other))):
        return "models of different size"
    if bool(_SPEED.search(one)) != bool(_SPEED.search(other)):
        return "speed against quality"
    if any(_LASTS.search(a) and _FASTER.search(b) for a, b in ((one, other), (other, one))):
        return "a duration against a speed"
    named = role(one).names, role(other).names
    if named[0] - named[1] and named[1] - named[0]:
        return f"different names ({pair(named[0] - named[1], named[1] - named[0])})"
    ways = [
        frozenset(f"{way.casefold()} {name}" for way, name in _WAY.findall(text)) for text in (one, other)
    ]
    if apart(*ways) and {way.split()[1] for way in ways[0]} & {way.split()[1] for way in ways[1]}:
        return "translation into and from a language"
    if _other_measure(left, other, right) or _other_measure(right, one, left):
        return "different measures"
    return ""


def _other_measure(frame: Frame, there: str, other: Frame) -> bool:
    """Calibration against accuracy: an outcome that the other does not name, where the other names a measure."""
    mine = role(frame.outcome).specific - role(there).terms
    theirs = {word.casefold() for word in words(other.outcome)} & MEASURES
    return bool(mine) and bool(theirs - {word.casefold() for word in words(_text(frame))})


def _compared(frame: Frame) -> bool:
    told = role(frame.comparator)
    rest = told.terms - role(frame.agent).terms - PLAIN - DULL
    return bool(told.names - role(frame.agent).names or any(not term.startswith("un") for term in rest))


def _text(frame: Frame) -> str:
    return " ".join((frame.agent, frame.clause, frame.place, frame.circumstance))


def _bag(frame: Frame) -> Role:
    return role(_text(frame))


def _telling(bag: Role) -> frozenset[str]:
    told = (bag.terms - DULL) | (bag.terms & ACTS)
    return frozenset(term for term in told if term not in _FILLERS and term not in _VERBAL)


@lru_cache(maxsize=4096)
def _unmatched(mine: frozenset[str], theirs: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(term for term in mine if not any(_same(term, other) for other in theirs)))


def _same(one: str, two: str) -> bool:
    """Equal, or forms of one word: "detecto(r)" and "detecti(on)", "clos(e)" and "closure"."""
    shorter = min(len(one), len(two))
    return one == two or (shorter >= 4 and one[: max(4, shorter - 1)] == two[: max(4, shorter - 1)])
