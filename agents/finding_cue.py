"""Where a clause says which way something went: its main cue."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from ..tools.text import stem, words
from .finding_cues import (
    AUXILIARIES,
    CARRIERS,
    CHANGE_NOUNS,
    COMPARATIVE_VERBS,
    COMPARATIVES,
    EQUALITY,
    NEGATIONS,
    VERBS,
)

__all__ = ["Cue", "Token", "locate", "tokens"]

_TOKEN = re.compile(r"[^\W_]+(?:[-'’.&/+][^\W_]+)*")
# "negatively affects": the adverb tells the direction.
_ADVERBS = {"negatively": -1, "adversely": -1, "positively": 1, "favourably": 1, "favorably": 1}
_AFFECT = frozenset({"affect", "impact", "influenc"})
# Before these a verb form is a noun or an adjective ("a significant increase").
_NOMINAL = frozenset("the a an of large significant further consistent no small in and with".split())
# Forms that are nouns as often as verbs.
_AMBIGUOUS = frozenset(
    "lower benefits benefit increase decrease drop drops cut boost boosts help harm damage gain".split()
)
# "Translation gains 1.3 BLEU from A", but "the gains over A".
_GAIN = frozenset({"gain", "gains", "gained"})
_GAINED = frozenset({"from", "more", "bleu", "f1", "accuracy", "several"})
_RELATIVE = frozenset("more less larger smaller greater higher lower fewer".split())
_INTENSIFIERS = frozenset({"significantly", "substantially", "much"})
_SUPERLATIVE = frozenset("effective useful helpful beneficial best highest lowest".split())
_FREQUENCY = frozenset("frequent likely common often prevalent".split())
_COPULA = frozenset("is are was were be significantly".split())
_OBJECT = frozenset("the a an its their our by performance on in".split())

Kind = Literal["verb", "comparative_verb", "comparative", "noun", "equality"]


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a clause with its stem and place."""

    text: str
    start: int
    end: int

    @property
    def low(self) -> str:
        """Lower case."""
        return self.text.casefold()

    @property
    def stem(self) -> str:
        """Stem, for the lexicons."""
        return stem(self.text)


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue at `[start, end)` of a clause. `direction` is +1, -1 or 0 (equality); `negated` as in "does not improve"."""

    kind: Kind
    direction: int
    start: int
    end: int
    negated: bool


def tokens(text: str) -> list[Token]:
    """The words of a text, hyphenated compounds whole."""
    return [Token(match.group(), match.start(), match.end()) for match in _TOKEN.finditer(text)]


def locate(clause: str) -> Cue | None:
    """The first cue of a clause, None where there is none."""
    found = tokens(clause)
    told = _adverb(found) or next(
        (cue for at in range(len(found)) if (cue := _at(found, at, clause)) is not None), None
    )
    if told is None:
        return None
    kind, direction, start, end = told
    return Cue(kind, direction, start, end, kind != "equality" and _negated(clause, start))


_Told = tuple[Kind, int, int, int]


def _adverb(found: list[Token]) -> _Told | None:
    for at, token in enumerate(found):
        if token.low in _ADVERBS:
            for other in found[max(0, at - 2) : at + 3]:
                if other.stem in _AFFECT:
                    return (
                        "verb",
                        _ADVERBS[token.low],
                        min(token.start, other.start),
                        max(token.end, other.end),
                    )
    return None


def _at(found: list[Token], at: int, clause: str) -> _Told | None:
    token = found[at]
    if token.stem in COMPARATIVE_VERBS and at:
        return "comparative_verb", COMPARATIVE_VERBS[token.stem], token.start, token.end
    if _verbal(found, at):
        return "verb", VERBS[token.stem], token.start, token.end
    lower = clause.casefold()
    equal = next((phrase for phrase in EQUALITY if _starts(lower, phrase, token.start)), None)
    if equal and (equal not in {"match", "matches", "matched", "comparable"} or at):
        return "equality", 0, token.start, token.start + len(equal)
    if token.stem in COMPARATIVES and at:
        return _comparative(found, at, lower)
    if token.stem in CHANGE_NOUNS and any(
        before.stem in CARRIERS or before.stem in {"result", "lead", "associat"}
        for before in found[max(0, at - 7) : at]
    ):
        return "noun", CHANGE_NOUNS[token.stem], token.start, token.end
    return None


def _verbal(found: list[Token], at: int) -> bool:
    """Whether the word is used as a verb of change."""
    token = found[at]
    if not at or token.stem not in VERBS or token.low.endswith(("ment", "ments", "ing")):
        return False
    previous = found[at - 1]
    following = found[at + 1] if at + 1 < len(found) else None
    if token.low in _GAIN and not (following and (following.low in _GAINED or following.low[0].isdigit())):
        return False
    if previous.low in _NOMINAL:
        return False
    if (
        token.low.endswith("ed")
        and following
        and previous.low not in AUXILIARIES
        and not previous.low.endswith("ly")
    ):
        return following.low in _OBJECT or following.stem not in CHANGE_NOUNS
    if token.low in _AMBIGUOUS:
        if previous.stem in CARRIERS and previous.low not in AUXILIARIES:
            return False
        return token.low != "lower" or not (
            following is None or previous.low in _COPULA or previous.stem in CARRIERS
        )
    return True


def _comparative(found: list[Token], at: int, lower: str) -> _Told | None:
    token = found[at]
    following = found[at + 1] if at + 1 < len(found) else None
    before = found[max(0, at - 4) : at]
    compared = " than " in lower[token.end : token.end + 90]
    carried = any(item.stem in CARRIERS or item.low in _INTENSIFIERS for item in before[-3:])
    if token.low in _RELATIVE and not compared and not carried:
        return None
    if token.low in {"more", "less"} and following is not None:
        if following.low in _FREQUENCY:
            return "comparative", COMPARATIVES[token.stem], token.start, following.end
        if following.stem in COMPARATIVES:
            sign = COMPARATIVES[following.stem] * (1 if token.low == "more" else -1)
            return "comparative", sign, token.start, following.end
    if token.low in _SUPERLATIVE and not any(item.stem in CARRIERS for item in before):
        return None
    return "comparative", COMPARATIVES[token.stem], token.start, token.end


def _starts(text: str, phrase: str, at: int) -> bool:
    end = at + len(phrase)
    return text.startswith(phrase, at) and (end == len(text) or not text[end].isalnum())


def _negated(clause: str, start: int) -> bool:
    """Whether a negation stands within six words before the cue, not beyond an "and"."""
    head = re.sub(r"\bnot only\b", " ", re.split(r"\band\b", clause[:start])[-1], flags=re.I)
    before = [word.casefold() for word in words(head)][-6:]
    return any(word in NEGATIONS for word in before) or clause.casefold().startswith("neither")
