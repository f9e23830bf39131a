"""Titles as records write them, and whether two of them may name one work.

`same_words` wants the same words in order, or one subtitle more, or one misprint. `similar` is graded: the words may be
spelled the other side of the Atlantic, joined or split, in Greek letters or figures, a name may stand before the colon,
and what is left over on one side may be little. What differs in a number, a numeral, or a word that makes
another paper ("Part II", "revisited", "reply", "unsupervised") never passes.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import NamedTuple

from .latex_text import plain
from .markup_text import unmarked
from .person_names import LETTERS
from .text import fold, stem, stored

__all__ = [
    "RETRACTION",
    "Title",
    "another_thing",
    "marks",
    "misprinted",
    "named",
    "reordered",
    "respelled",
    "same_words",
    "similarity",
    "subtitled",
    "title",
]

RETRACTION = re.compile(
    r"^\W*(?:retracted(?:\s+(?:article|paper))?|retraction(?:\s+(?:note|notice))?(?:\s+(?:to|of|for))?|withdrawn)"
    r"\s*(?:[:.\]\-–—]\s*|(?=[\"“‘]))|\s*[(\[](?:retracted|withdrawn)(?: article| paper)?[)\]]\s*$",
    re.I,
)
_EDITION = re.compile(
    r"\s*[(\[](?:extended|full|preprint|technical report|author['’]?s|accepted|camera|with appendix|"
    r"(?:article )?in \w+\s*[)\]]|(?:\w+ )?(?:translation|version|paper)\s*[)\]]|translated)[^)\]]*[)\]]?\s*$|"
    r"\s*[:–—-]\s*extended (?:abstract|version)\s*$",
    re.I,
)
_BRACKETED = re.compile(r"^(?P<title>.{8,}?)(?:\s*[\[=]|\s/\s)\s*(?P<other>[^\[\]]{8,}?)\s*\]?\s*$")
_WORDS = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_SMALL = frozenset("a an the of for on in to and with via by from at as is are".split())
_OTHER_PART = re.compile(
    r"^(?!1\d{3}$).*\d|^(?:[ivx]+|part|revisited|second|third|fourth|still|again|follow|supplement|erratum|errata|"
    r"corrigendum|addendum|reply|rejoinder|commentary|comment|letter|response|correction|concern|new|more)$"
)
_OTHER_THING = frozenset(
    "protocol data dataset datasets code slides poster video supplementary appendix proposal demo toolkit library "
    "guidelines survey review tutorial".split()
)
_NOTICE = re.compile(r"retract|withdrawn|expression$")
_SUBTITLE = re.compile(r":\s|\s[–—-]\s|\?\s")
_SPELLINGS = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"(?<=\w{2})our", "or"),
        (r"(?<=\w{3})is(?=(?:e|ed|es|er|ers|ing|able|ation|ations|ational|ationally)$)", "iz"),
        (r"(?<=\w{3})ys(?=(?:e|ed|es|er|ing)$)", "yz"),
        (r"(?<=\w{3})ogue", "og"),
        (r"(?<=\w{2})tre(?=s?$)", "ter"),
        (r"(?<=\w{2})bre(?=s?$)", "ber"),
        (r"^plough", "plow"),
        (r"(?<=[aeiou])ll(?=(?:ed|ing|er|ers|ation)$)", "l"),
        (r"ae|oe", "e"),
        (r"(?<=\w{3})ence$", "ense"),
        (r"programme", "program"),
        (r"sulph", "sulf"),
        (r"grey", "gray"),
        (r"^versus$", "vs"),
        (r"(?<=\w{2}[^s])s$", ""),
    )
)
_FIGURES = {
    word: str(at)
    for at, word in enumerate(
        """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
        seventeen eighteen nineteen""".split()
    )
} | {
    word: str(10 * at)
    for at, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}


_LONGEST = 1000  # characters of a title that are compared


class Title(NamedTuple):
    """A title as its words: all, those before its subtitle, those after a name and a colon, and in another language.

    `joined` are the words without spaces, `spelled` the same in one spelling, `telling` the words that say what it is about.
    """

    words: tuple[str, ...]
    head: tuple[str, ...]
    tail: tuple[str, ...]
    other: tuple[str, ...]
    joined: str
    spelled: str
    telling: tuple[str, ...]


@lru_cache(maxsize=65536)
def title(text: str) -> Title:
    """The words of a title without marks of retraction, of an edition, or of being a translation."""
    text = stored(unmarked(plain(text[:_LONGEST])))
    text = _EDITION.sub("", RETRACTION.sub("", text))
    if text.startswith("[") and text.rstrip(".").endswith("]"):  # how PubMed marks a translated title
        text = text.rstrip(".")[1:-1]
    other: tuple[str, ...] = ()
    if bracketed := _BRACKETED.match(text):
        text, other = bracketed["title"], _title_words(bracketed["other"])
    parts = _SUBTITLE.split(text, maxsplit=1)
    head = _title_words(parts[0]) if len(parts) > 1 else ()
    tail = _title_words(parts[1]) if len(parts) > 1 and len(head) <= _NAME else ()
    words = _title_words(text)
    return Title(words, head, tail, other, "".join(words), "".join(_spelled(words)), _telling(words))


def another_thing(word: str) -> bool:
    """Whether a word of a title, in lower case, makes another thing of a paper: "correction", "II", "supplementary"."""
    return bool(_OTHER_PART.match(word) or word in _OTHER_THING or _NOTICE.match(word))


def same_words(one: Title, other: Title) -> bool:
    """Whether the words are the same in order, without accents, case, punctuation and articles; or in a translation."""
    if one.joined == other.joined != "":
        return True
    translated = one.other or other.other
    return bool(translated) and (one.other in (other.words, other.other) or other.other == one.words)


def respelled(one: Title, other: Title) -> bool:
    """Whether the words are the same but for spelling, joining, figures and plurals ("modelling 3 data sets")."""
    return one.spelled == other.spelled != ""


def subtitled(one: Title, other: Title) -> bool:
    """Whether one is the other and a subtitle, and the subtitle does not say that it is another thing."""
    long, short = (one, other) if len(one.words) > len(other.words) else (other, one)
    if not long.head or len(short.words) < 3 or len(long.head) != len(short.words):
        return False
    rest = long.words[len(short.words) :]
    return (
        _spelled(long.head) == _spelled(short.words)
        and not any(map(_OTHER_PART.search, rest))
        and _OTHER_THING.isdisjoint(rest[:1])
    )


def misprinted(one: Title, other: Title) -> bool:
    """Whether the two differ by one letter inside one long word that is no name before a colon."""
    if len(one.words) != len(other.words) or len(one.words) < 4:
        return False
    pairs = zip(_spelled(one.words), _spelled(other.words), strict=True)
    differing = [(at, a, b) for at, (a, b) in enumerate(pairs) if a != b]
    named = max((len(item.head) for item in (one, other) if len(item.head) <= _NAME), default=0)
    return len(differing) == 1 and differing[0][0] >= named and _slip(*differing[0][1:])


def named(one: Title, other: Title) -> bool:
    """Whether one is the other with a name before it: "BERT: Pre-training of …"."""
    if not one.tail and not other.tail:
        return False
    return any(
        len(short.words) >= 4
        and long.tail != ()
        and "".join(_spelled(long.tail)) == short.spelled
        and not any(map(_OTHER_PART.search, long.head))
        and _OTHER_THING.isdisjoint(long.head)
        for long, short in ((one, other), (other, one))
    )


def reordered(one: Title, other: Title) -> bool:
    """Whether the words that say something are the same, in the same order or with the end put first."""
    mine, theirs = one.telling, other.telling
    if len(mine) != len(theirs) or len(mine) < _FEW:
        return False
    return mine == theirs or (set(mine) == set(theirs) and _turned(mine, theirs))


def similarity(one: Title, other: Title) -> float:
    """Twice the words in common over all words, after spelling and without words that say little.

    1 for the same words in the same order, or with the end put first ("Using drones to count" and "Counting with drones").
    0 where both have words of their own, or one has a word more that makes another paper.
    """
    mine, theirs = one.telling, other.telling
    if reordered(one, other):
        return 1.0
    first, second = Counter(mine), Counter(theirs)
    left, right = first - second, second - first
    if bool(left) == bool(right) or any(_tells(word) for word in (*left, *right)):
        return 0.0
    shared = (first & second).total()
    return 2 * shared / (len(mine) + len(theirs)) if shared >= _FEW else 0.0


def marks(one: Title) -> tuple[tuple[str, ...], ...]:
    """Of two titles that are alike, one of these is the same: the first words, the last, and the two longest, as spelled."""
    found: list[tuple[str, ...]] = [("all", one.spelled)]
    for words in filter(None, (one.words, one.other, one.tail)):
        spelled = _spelled(words)
        longest = sorted(_telling(words), key=lambda word: (-len(word), word))
        found += [("first", *spelled[:2]), ("last", *spelled[-2:]), ("longest", *longest[:2])]
    return tuple(dict.fromkeys(found))


_FEW = 4
_NAME = 3  # words that a name before a colon may have
_TELLING = re.compile(
    r"^(?:un|non|in|im|dis|anti|sub|multi|mono|bi|inter|intra|pre|post)|^(?:no|not|without|low|high|small|large|deep|"
    r"shallow|data|dataset|corpus|appendix|material|poster|slide|video|code|demo|proposal|thesis|protocol|review|survey|"
    r"tutorial|introduction|case|again|beyond|better|improved|improving|extended|hierarchical|neural|concern|"
    r"supplementary)$"
)
_FILLERS = frozenset(
    """study studies analysis analyses approach method towards toward novel empirical investigation investigating
    evaluation evaluating experiment experimental paper using based through framework understanding
    exploring how do does can what it its their""".split()
)


def _turned(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether the end of one put first gives the other."""
    return any(one[at:] + one[:at] == other for at in range(1, len(one)))


def _tells(word: str) -> bool:
    return bool(_OTHER_PART.search(word) or _TELLING.search(word))


@lru_cache(maxsize=65536)
def _telling(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(
        word if _tells(word) else stem(word)
        for word in _spelled(tuple(word for word in words if word not in _FILLERS))
    )


@lru_cache(maxsize=65536)
def _spelled(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(_american, words))


@lru_cache(maxsize=65536)
def _american(word: str) -> str:
    for pattern, replacement in _SPELLINGS:
        word = pattern.sub(replacement, word)
    return _FIGURES.get(word, word)


def _slip(one: str, other: str) -> bool:
    """One letter dropped, two turned, or one vowel for another, inside a long word."""
    short, long = sorted((one, other), key=len)
    if len(short) < 7 or len(long) - len(short) > 1 or not (short + long).isalpha():
        return False
    if short[0] != long[0] or short[-1] != long[-1]:
        return False
    if len(short) == len(long):
        at = next(place for place in range(len(short)) if short[place] != long[place])
        swapped = short[:at] + short[at + 1 : at + 2] + short[at] + short[at + 2 :]
        vowels = len(short) >= 9 and short[at] in "aeiou" and long[at] in "aeiou"
        return swapped == long or (vowels and short[at + 1 :] == long[at + 1 :])
    return any(long[:at] + long[at + 1 :] == short for at in range(1, len(long) - 1))


def _title_words(text: str) -> tuple[str, ...]:
    if "^" in text:
        text = _CHARGE.sub(_power, text)
    if not text.isascii():
        text = _LONE_GREEK.sub(lambda sign: f" {_greek(sign.group())} ", text.translate(_CHARGES))
        text = fold(text).translate(LETTERS).replace("’", "'")
    found = (word.replace("'", "") for word in _WORDS.findall(text.casefold()))
    return tuple(word for word in found if word not in _SMALL)


def _greek(letter: str) -> str:
    """The name of a Greek letter: "α" and "alpha" are one word."""
    return unicodedata.name(letter, " ").split()[-1].lower()


def _power(sign: re.Match[str]) -> str:
    return f"{sign.group(1)}{'⁺' if sign.group(2) == '+' else '⁻'}"


_LONE_GREEK = re.compile(r"(?<![α-ωΑ-Ω])[α-ωΑ-Ω](?![α-ωΑ-Ω])")
_CHARGE = re.compile(r"(\w)\^([+-])")
_CHARGES = str.maketrans({"⁺": " plus ", "⁻": " minus "})
