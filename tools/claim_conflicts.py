"""What a claim says that its evidence gives otherwise, or not at all: numbers, units, names, quantifiers, directions.

`conflicts` compares one claim with the sentences it is held against and names each difference it is sure of, by rules.
Each has a stance: "REFUTE" where the evidence gives something else for the same thing, "NEI" where the claim names what
the evidence does not name (another benchmark, a number from elsewhere), so that it cannot be supported by it. Entailment
models hardly see these: one digit or one letter of a name leaves nearly all words of the sentence standing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from assignee.claims import Quantity

from .number_conflicts import names
from .quantities import quantities, same_value
from .statement_check import alterations
from .text import content_stems, stem, words

__all__ = ["KINDS", "Difference", "conflicts"]

Stance = Literal["REFUTE", "NEI"]
KINDS = (
    "number",
    "unit",
    "count",
    "bound",
    "missing",
    "name",
    "version",
    "quantifier",
    "negation",
    "direction",
)
# Share of the claim's other words that the evidence must hold: else it is about something else.
_COVERED = 0.6
# Share that one sentence must hold for its negation or direction to be set against the claim's.
_NEARLY_SAME = 0.75


class Difference(NamedTuple):
    """One difference: its kind, what it makes of the claim, what the claim has and what stands in the evidence.

    `sentence` is the index of the evidence sentence meant, -1 where it is none in particular; `there` may be "".
    """

    kind: str
    stance: Stance
    here: str
    there: str
    sentence: int


def conflicts(claim: str, evidence: Sequence[str]) -> tuple[Difference, ...]:
    """The differences found, () where none is sure. Stored text; evidence sentences in document order."""
    if not evidence:
        return ()
    claim = claim.replace("·", ".")
    evidence = [sentence.replace("·", ".") for sentence in evidence]
    own = _roots(claim) - _named(claim)
    held = [_roots(sentence) for sentence in evidence]
    shares = [len(own & roots) / max(1, len(own)) for roots in held]
    best = shares.index(max(shares))
    found = list(_numbers(claim, evidence, best))
    if len(own & frozenset().union(*held)) >= _COVERED * len(own):
        found += _quantifiers(claim, evidence, shares, best)
        found += [
            item for item in _names(claim, evidence, best) if item.kind != "name" or shares[best] >= _COVERED
        ]
    if shares[best] >= _NEARLY_SAME:
        found += _turned(claim, evidence[best], best)
    return tuple(found)


@lru_cache(maxsize=16384)
def _roots(text: str) -> frozenset[str]:
    """Content stems cut to six letters, so that "translated" and "translation" meet."""
    return frozenset(item[:6] for item in content_stems(text) if not item.isdigit())


@lru_cache(maxsize=16384)
def _named(text: str) -> frozenset[str]:
    return frozenset(root for name in names(text) for root in _roots(name))


_DENIES = re.compile(
    r"\b(?:no|not|none|never|neither|nor|without|cannot|hardly|rarely|nothing|fails?|failed|lack\w*|absen\w+|spares?|"
    r"un(?:necessary|able|affected|related|changed|likely)|in(?:effective|significant|sufficient)|prevent\w*|avoid\w*|free)\b"
    r"|n['’]t\b",
    re.I,
)
_COMPARED = re.compile(
    r"\bthan\b|\b(?:out|under)perform\w*|\b(?:beat|trail|surpass|exceed|lag)\w*|\bversus\b", re.I
)


def _turned(claim: str, there: str, at: int) -> Iterator[Difference]:
    """The one denies what the other says, or its direction is turned, while nearly all else is said by both."""
    told = alterations(claim, there)
    denied = [item for item in told if "negates" in item]
    if denied and bool(_DENIES.search(claim)) != bool(_DENIES.search(there)):
        yield Difference("negation", "REFUTE", denied[0], "", at)
    turned = [item for item in told if "direction" in item]
    if turned and not _COMPARED.search(claim) and not _COMPARED.search(there):
        yield Difference("direction", "REFUTE", turned[0], "", at)


# --- numbers ---------------------------------------------------------------------------------------------------------

_LOWER = re.compile(
    r"\b(?:more|greater|higher|larger|longer) than\s+$|\b(?:over|at least|above|exceed\w*)\s+$", re.I
)
_UPPER = re.compile(r"\b(?:less|fewer|lower|smaller|shorter) than\s+$|\b(?:under|at most|below)\s+$", re.I)
_ROUGH = re.compile(
    r"\b(?:about|around|some|nearly|almost|approximately|roughly|close to|circa|over|more than)\s+$|~\s?$",
    re.I,
)
_FRACTION = re.compile(r"[\s-](?:half|halves|thirds?|quarters?|fifths?|tenths?|(?:in|out of)\s\d)\b")
_OUT_OF = re.compile(r"\b(?:\d[\d.]*|one|two|three|four|five) (?:in|out of)\s$|(?<=\d)/$|\bT[\w-]*[ -]$")
_NOUN = re.compile(r"\s+((?:[\w-]+\s+){0,3}?)([a-z][\w-]*s)\b")
_RATES = frozenset({"points", "%"})
_TIMES = frozenset({"ms", "second", "minute", "hour", "day", "week", "month", "year"})
_YEAR = re.compile(r"(?:19|20)\d\d")


@lru_cache(maxsize=16384)
def _told(text: str) -> tuple[Quantity, ...]:
    return tuple(
        item
        for item in quantities(text)
        if item.role not in {"spread", "year"} and item.unit != "p" and not _FRACTION.match(text, item.end)
    )


def _telling(text: str, item: Quantity) -> bool:
    """Whether a number says something that can be missed: a share, a dose, a decimal, a count of named things.

    Ages, weeks of a schedule and numbers in names are told in too many ways.
    """
    if _OUT_OF.search(text[: item.start]) or _YEAR.fullmatch(text[item.start : item.end]):
        return False
    if item.unit:
        return item.unit not in _TIMES
    return bool(item.value % 1) or item.value >= 1000 or bool(_noun(text, item))


def _numbers(claim: str, evidence: Sequence[str], best: int) -> Iterator[Difference]:
    everywhere = [(at, item) for at, sentence in enumerate(evidence) for item in _told(sentence)]
    for own in _told(claim):
        here = claim[own.start : own.end]
        equal = [(at, item) for at, item in everywhere if _equal(claim, own, item)]
        alike = [(at, item) for at, item in equal if "" in (own.unit, item.unit) or _same_unit(own, item)]
        if alike:
            yield from _bounds(claim, own, evidence, alike)
            yield from _counted(claim, own, evidence, everywhere)
        elif equal:
            at, item = equal[0]
            yield Difference("unit", "REFUTE", here, evidence[at][item.start : item.end], at)
        elif _telling(claim, own):
            yield _missing(claim, own, evidence, best)


def _missing(claim: str, own: Quantity, evidence: Sequence[str], best: int) -> Difference:
    """A number that the evidence does not give; refuted where the nearest sentence gives another for its like."""
    noun = _noun(claim, own)
    here = claim[own.start : own.end]
    for item in _told(evidence[best]):
        if _same_unit(own, item) and (own.unit or noun == _noun(evidence[best], item)):
            return Difference("number", "REFUTE", here, evidence[best][item.start : item.end], best)
    return Difference("missing", "NEI", here, "", -1)


def _equal(claim: str, own: Quantity, other: Quantity) -> bool:
    """Equal, or rounded: 122,000 for 122,300, "almost 25,000" for 24,693."""
    one, two = abs(own.value), abs(other.value)
    if same_value(one, two):
        return True
    far = abs(one - two) / max(one, two)
    if _ROUGH.search(claim[: own.start]):
        return far <= 0.1
    return far <= 0.01 and (
        (one % 100 == 0 and one >= 1000) or (round(one) == round(two) and 0 in (one % 1, two % 1))
    )


def _same_unit(one: Quantity, two: Quantity) -> bool:
    return one.unit == two.unit or {one.unit, two.unit} <= _RATES


def _bounds(
    claim: str, own: Quantity, evidence: Sequence[str], alike: Sequence[tuple[int, Quantity]]
) -> Iterator[Difference]:
    """ "More than 20" against "less than 20"."""
    mine = _bound(claim, own)
    theirs = {_bound(evidence[at], item) for at, item in alike}
    if mine and -mine in theirs and mine not in theirs:
        at, item = alike[0]
        yield Difference("bound", "REFUTE", claim[: own.end][-40:], evidence[at][: item.end][-40:], at)


def _bound(text: str, item: Quantity) -> int:
    before = text[: item.start]
    return 1 if _LOWER.search(before) else -1 if _UPPER.search(before) else 0


def _counted(
    claim: str, own: Quantity, evidence: Sequence[str], everywhere: Sequence[tuple[int, Quantity]]
) -> Iterator[Difference]:
    """ "Ten languages and 50 tasks" against "50 languages and ten tasks": the thing counted has another number."""
    noun = _noun(claim, own)
    if not noun:
        return
    same = [(at, item) for at, item in everywhere if _noun(evidence[at], item) == noun]
    if same and not any(same_value(item.value, own.value) for _, item in same):
        others = {_noun(evidence[at], item) for at, item in everywhere if same_value(item.value, own.value)}
        if others - {""}:
            at, item = same[0]
            yield Difference(
                "count", "REFUTE", claim[own.start : own.end], evidence[at][item.start : item.end], at
            )


def _noun(text: str, item: Quantity) -> str:
    if item.unit:
        return ""
    found = _NOUN.match(text, item.end)
    return stem(found[2])[:6] if found else ""


# --- names -----------------------------------------------------------------------------------------------------------

_VERSION = re.compile(r"\b([A-Z][\w-]*[A-Z][\w-]*)(?:\s+v?|-)(\d+(?:\.\d+)?)(?![\w%-]|\.\d)")
_SPELT_OUT = re.compile(r"\([^()]*\)")
# One thing under several names.
_ALIKE = (frozenset({"covid-19", "covid", "sars-cov-2", "2019-ncov", "coronavirus", "coronaviruses"}),)


def _names(claim: str, evidence: Sequence[str], best: int) -> Iterator[Difference]:
    text = " ".join(evidence)
    held = _held(text)
    for version in _VERSION.finditer(claim):
        known = re.search(rf"{re.escape(version[1])}[\s-]+v?(?:20)?{re.escape(version[2])}(?!\d)", text)
        if version[1].casefold() in held and not known:
            yield Difference("version", "NEI", version.group(), version[1], best)
    plain, low = _SPELT_OUT.sub(" ", claim), claim.casefold()
    capitals = sum(word[0].isupper() for word in plain.split())
    for name in sorted(names(plain)):
        if name[0].isdigit() or len(name) < 3:
            continue
        if 2 * capitals > len(plain.split()) and name.isalpha():
            continue  # a claim in title case names nothing by its capitals
        if not _known(name, text, held):
            near = next((other for other in sorted(names(text)) if _variant(name, other)), "")
            # What stands in its place: without a rival, the evidence may only say it in other words.
            rival = near or next((other for other in sorted(names(evidence[best])) if other not in low), "")
            if rival:
                yield Difference("version" if near else "name", "NEI", name, rival, best)


@lru_cache(maxsize=4096)
def _held(text: str) -> frozenset[str]:
    found: set[str] = set()
    for word in words(text):
        low = word.casefold()
        found |= {low, stem(low), low.removesuffix("'s").removesuffix("’s")}
        parts = [part for part in re.split(r"[-/]", low) if part]
        if len(parts) > 1 and all(len(part) > 2 for part in parts):
            found.update(parts)
    return frozenset(found)


def _known(name: str, text: str, held: frozenset[str]) -> bool:
    """Whether the evidence has the name, its parts, what it is short for, or what is short for it."""
    low = name.removesuffix("'s").removesuffix("’s")
    if low in held or stem(low) in held or re.sub(r"-(\d\d)$", r"-20\1", low) in held:
        return True
    if any(low in group and group & held for group in _ALIKE):
        return True
    if any(_variant(low, other) for other in held):
        return False
    if len(low) > 3 and re.sub(r"\W", "", low) in re.sub(r"\W", "", text).casefold():
        return True
    parts = [part for part in re.split(r"[-/]", low) if part]
    if len(parts) > 1:
        return all(
            part in held or stem(part) in held or _derived(part, held) for part in parts if len(part) > 2
        )
    if low.startswith("m") and low[1:] in held and "multilingual" in held:
        return True
    return _derived(low, held) or (low.isalpha() and 2 <= len(low) <= 6 and _initials(low, text))


def _derived(word: str, held: frozenset[str]) -> bool:
    """China and Chinese, Neanderthals and Neandertal."""
    return len(word) >= 5 and word.isalpha() and any(other[:4] == word[:4] for other in held)


def _initials(short: str, text: str) -> bool:
    """Whether consecutive words of the text begin with the letters of the short form."""
    letters = "".join(part[0] for word in words(text) for part in re.split(r"[-/]", word) if part).casefold()
    return short.rstrip("s") in letters


def _variant(one: str, two: str) -> bool:
    """XTREME and XTREME-R, T5-Large and T5-11B: one name with something else behind its hyphen."""
    left, right = one.rsplit("-", 1), two.rsplit("-", 1)
    if len(left) == len(right) == 2:
        return (
            left[0] == right[0]
            and left[1] != right[1]
            and len(left[0]) > 1
            and _suffix(left[1])
            and _suffix(right[1])
        )
    longer, shorter = (left, two) if len(left) == 2 else (right, one)
    return len(longer) == 2 and longer[0] == shorter and len(shorter) > 3 and _suffix(longer[1])


def _suffix(text: str) -> bool:
    return (
        len(text) <= 2
        or text[0].isdigit()
        or text in {"base", "large", "small", "xl", "xxl", "it", "de", "es", "fr"}
    )


# --- quantifiers -----------------------------------------------------------------------------------------------------

_ALL = re.compile(r"\b(?:all|always|every|each|entirely|invariably|without exception)\b", re.I)
_NONE = re.compile(
    r"\b(?:none|never|no one|nobody|hardly any|no(?= (?:\w+ )?\w+s\b)(?! (?:more|less|longer|better|worse|difference)))\b",
    re.I,
)
_STRONG = re.compile(
    r"\b(?:all|always|every|each|both|entirely|invariably|consistently|any|whole|throughout|universal\w*|100\s*%|general\w*)\b",
    re.I,
)
_WEAK = re.compile(
    r"\b(?:some|often|several|many|most|usually|typically|frequently|partly|sometimes|mostly|few)\b", re.I
)
_NEGATIVE = re.compile(
    r"\b(?:no|not|none|never|neither|nor|without|fail\w*|lack\w*|un\w+|absen\w+|hardly|rarely|nothing|cannot)\b|n['’]t\b",
    re.I,
)


def _quantifiers(
    claim: str, evidence: Sequence[str], shares: Sequence[float], best: int
) -> Iterator[Difference]:
    """A universal that no sentence on the matter states."""
    near = [sentence for sentence, share in zip(evidence, shares, strict=True) if share >= 0.6 * shares[best]]
    for pattern, stated in ((_ALL, _STRONG), (_NONE, _NEGATIVE)):
        own = pattern.search(claim)
        if own and not any(stated.search(sentence) for sentence in near):
            weak = _WEAK.search(evidence[best])
            yield Difference("quantifier", "NEI", own.group(), weak.group() if weak else "", best)
