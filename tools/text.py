"""Stored text, sentences, words and stems. Pure functions over strings; offsets are code points."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

__all__ = [
    "STOPWORDS",
    "content_hash",
    "content_stems",
    "fold",
    "sentences",
    "stem",
    "stored",
    "words",
]

_WHITESPACE = re.compile(r"\s+")
# Characters that no text means: controls (but not whitespace), and the replacement of a lone surrogate.
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ufeff\u200b\u2060\ud800-\udfff]")
_WORD = re.compile(r"[^\W_]+(?:[-'’.&/+][^\W_]+)*", re.UNICODE)

STOPWORDS = frozenset(
    """a about above across after again against all also although am among an and any are as at be because been before
    being below between both but by can could did do does doing down during each either few for from further
    had has have having he her here hers him his how however i if in into is it its itself just may me might
    more most much must my neither no nor not now of off on once only or other our ours out over own per
    same shall she should so some such than that the their theirs them then there these they this those
    through thus to too under until up upon us very via was we were what when where whereas whether which
    while who whom whose why will with within without would yet you your""".split()
)


def stored(raw: str) -> str:
    """The stored form of a text: NFC, control characters dropped, whitespace runs folded to one space, trimmed."""
    return _WHITESPACE.sub(" ", unicodedata.normalize("NFC", _CONTROLS.sub("", raw))).strip()


def content_hash(text: str) -> str:
    """SHA-256 of the UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def fold(text: str) -> str:
    """Lower case without accents, for matching only."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()


_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|et al|cf|vs|viz|resp|approx|ca|etc|Fig|Figs|Eq|Eqs|Sec|Sect|Tab|No|Nos|Vol|Dr|Mr|Mrs|Ms|"
    r"Prof|St|Jr|Sr|Inc|Ltd|al|pp|Ref|Refs|Ch|App|Thm|Def|Prop|w\.r\.t|a\.k\.a|spp|sp|var)|(?<![\w-])[A-Z])\.$"
)
_LONGEST_BRACKET = 400
_BOUNDARY = re.compile(r"(?<=[.!?])[\"”’')\]]*\s+(?=[\"“‘'(\[]*(?:[^\W_a-z]|[a-z]-?[A-Z]))")


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Spans of the sentences of a stored text, in order, without surrounding space.

    Splits after . ! ? before a capital, a digit, an opening mark or a name such as mBERT, but not after abbreviations
    and initials, nor inside an open bracket. Every non-space character lies in exactly one span.
    """
    start = 0
    for match in _BOUNDARY.finditer(text):
        # A bracket open for longer than this was never closed: it must not swallow the rest of the text.
        head = text[max(start, match.start() - _LONGEST_BRACKET) : match.start()]
        if _ABBREVIATION.search(head[-12:]) or head.count("(") > head.count(")"):
            continue
        end = match.start() + len(match.group().rstrip())
        if end > start:
            yield start, end
        start = match.end()
    end = len(text.rstrip())
    if end > start:
        yield start, end


def words(text: str) -> list[str]:
    """Word tokens as written, hyphenated compounds whole ("cross-lingual", "XTREME-R")."""
    return _WORD.findall(text)


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """A light English stem for matching: plural and verbal endings off, so that trains/trained/training agree.

    Deliberately weaker than Porter (1980): derivational endings stay, so that "relation" is not "relate".
    Words with a digit or an inner capital (BERT, mT5) only lose their case.
    """
    low = fold(word)
    if len(low) <= 3 or any(char.isdigit() for char in low):
        return low
    if low.endswith("'s") or low.endswith("’s"):
        low = low[:-2]
    for ending, minimum, replacement in (
        ("sses", 4, "ss"),
        ("ies", 5, "y"),
        ("ied", 5, "y"),
        ("ings", 7, ""),
        ("ing", 6, ""),
        ("eed", 5, "eed"),
        ("ed", 5, ""),
        ("xes", 5, "x"),
        ("ches", 6, "ch"),
        ("shes", 6, "sh"),
        ("es", 5, "e"),
        ("ss", 4, "ss"),
        ("us", 4, "us"),
        ("is", 4, "is"),
        ("s", 4, ""),
    ):
        if low.endswith(ending) and len(low) >= minimum:
            low = low[: len(low) - len(ending)] + replacement
            break
    if len(low) > 4 and low[-1] == low[-2] and low[-1] not in "lsz":
        low = low[:-1]
    if len(low) > 4 and low.endswith("e"):
        low = low[:-1]
    if len(low) > 4 and low.endswith("ly"):
        low = low[:-2]
    return low


@lru_cache(maxsize=16384)
def content_stems(text: str) -> tuple[str, ...]:
    """Stems of the content words, in order; a hyphenated word gives its parts ("cross", "lingual")."""
    found: list[str] = []
    for word in words(text):
        for part in re.split(r"[-/’'+&]", word):
            low = part.casefold()
            if part and low not in STOPWORDS and (len(part) > 1 or part.isdigit()):
                found.append(stem(part))
    return tuple(found)
