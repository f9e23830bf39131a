"""Acronyms and their long forms, as a corpus spells them out (Schwartz and Hearst, 2003).

Schwartz and Hearst, A simple algorithm for identifying abbreviation definitions in biomedical text, PSB 2003: a short form in
brackets behind its long form, or the long form in brackets behind the short one, whose letters are found in the long
form from right to left, the first at the beginning of a word.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from ..tools.text import content_stems, sentences, words
from .question import Question
from .question_words import MEASURES, is_name

__all__ = ["expanded", "pairs"]

_MOST = 6  # pairs that one question is expanded by
_BRACKET = re.compile(r"\(([^()]{2,120})\)")
_SHORT = re.compile(r"[A-Za-z0-9][\w’'./+&-]{1,9}")


def pairs(text: str) -> tuple[tuple[str, str], ...]:
    """(short form, long form) of each definition in a text, as written there, each once, in order of appearance."""
    found: dict[tuple[str, str], None] = {}
    for start, end in sentences(text):
        sentence = text[start:end]
        for bracket in _BRACKET.finditer(sentence):
            before, inside = sentence[: bracket.start()].rstrip(), bracket.group(1).strip()
            for pair in _defined(before, inside):
                found[pair] = None
    return tuple(found)


def expanded(question: Question, texts: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """(a name or phrase of the question, its other form as the corpus spells it), in the order of the question.

    An acronym gets the long form, a phrase of two words or more the acronym, that most of the texts give; where as many
    give several, the first in the alphabet. What the question itself spells out is left out, as are names of measures.
    Each text counts once. Six pairs at most.
    """
    long_of: defaultdict[str, Counter[str]] = defaultdict(Counter)
    short_of: defaultdict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    spelled: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        told = {(_singular(short), _key(long)): long for short, long in pairs(text)}
        for (short, key), long in told.items():
            long_of[short][key] += 1
            short_of[content_stems(key)][short] += 1
            spelled[key][long] += 1
    given = {_singular(short): _key(long) for short, long in pairs(question.text)}
    found: dict[tuple[str, str], None] = {}
    for name in question.names:
        key = _singular(name)
        if long_of.get(key) and key not in given and name.casefold() not in MEASURES:
            found[name, _most(spelled[_most(long_of[key])])] = None
    for phrase in question.phrases:
        for run in _runs(words(phrase)):
            shorts = short_of.get(content_stems(run))
            if shorts and _key(run) not in given.values() and not _names_in(question, shorts):
                found[run, _most(shorts)] = None
                break
    return tuple(found)[:_MOST]


def _defined(before: str, inside: str) -> Iterator[tuple[str, str]]:
    """The definition that a bracket gives: of what stands in it, or of the word before it."""
    short = re.split(r"[;,]\s|\bhereafter\b|\bhenceforth\b", inside)[0].strip(" “”\"'")
    if _is_short(short):
        long = _long_form(short, before)
        if long:
            yield short, long
    elif before and " " in inside:
        word = before.split()[-1].strip(" ,“”\"'")
        if _is_short(word):
            long = _long_form(word, re.split(r"[;,]\s", inside)[0])
            # The whole bracket is the long form, or it is a remark that happens to hold the letters.
            if long and len(words(long)) == len(words(re.split(r"[;,]\s", inside)[0])):
                yield word, long


def _is_short(text: str) -> bool:
    """Whether a text can be a short form: one word of two to ten signs, with a capital, and not a number."""
    return (
        bool(_SHORT.fullmatch(text))
        and any(char.isupper() for char in text)
        and (any(char.isupper() for char in text[1:]) or any(char.isdigit() for char in text))
    )


def _long_form(short: str, before: str) -> str:
    """The end of `before` whose initials are the short form, else the shortest that spells it out; "" where none does.

    At most min(|short| + 5, 2 |short|) words, as in the paper.
    """
    plural = len(short) > 2 and short[-1] == "s" and short[-2].isupper()
    letters = [char for char in (short[:-1] if plural else short).casefold() if char.isalnum()]
    tokens = before.split()
    window = " ".join(tokens[-min(len(letters) + 5, 2 * len(letters)) :])
    low = window.casefold()
    if len(low) != len(window):  # a sign whose small form is longer: offsets would not hold
        return ""
    parts = list(re.finditer(r"[^\W_]+", low))[-len(letters) :]
    if [
        part.group()[0] for part in parts
    ] == letters:  # the plain case, of which the search below may find a part only
        long = window[parts[0].start() :].strip(" ,;:“”\"'")
        return long if _plausible(short, long) else ""
    at = len(low)
    for place in range(len(letters) - 1, -1, -1):
        at -= 1
        while at >= 0 and (low[at] != letters[place] or (place == 0 and at > 0 and low[at - 1].isalnum())):
            at -= 1
        if at < 0:
            return ""
    long = window[at:].strip(" ,;:“”\"'")
    return long if _plausible(short, long) else ""


def _plausible(short: str, long: str) -> bool:
    """The paper's checks, and two of ours: no clause ends inside it, and most of its words are spelled."""
    parts = [part for word in words(long) for part in word.split("-") if part]
    return (
        len(long) > len(short)
        and len(parts) > 1
        and short.casefold() not in {word.casefold() for word in words(long)}
        and not re.search(r"[.;:()\[\]]\s|,\s", long)
        and len(content_stems(long)) <= len(short) + 2
    )


def _runs(tokens: list[str]) -> Iterator[str]:
    """Runs of two words and more, the longest first; of equal length the last first."""
    for size in range(len(tokens), 1, -1):
        for start in range(len(tokens) - size, -1, -1):
            yield " ".join(tokens[start : start + size])
    if len(tokens) == 1 and "-" in tokens[0]:
        yield tokens[0]


def _names_in(question: Question, shorts: Counter[str]) -> bool:
    return any(_singular(name) in shorts for name in question.names if is_name(name))


def _singular(short: str) -> str:
    return short[:-1] if len(short) > 2 and short[-1] == "s" and short[-2].isupper() else short


def _key(long: str) -> str:
    """A long form, whatever its case and hyphens, in the singular."""
    low = " ".join(re.split(r"[-\s]+", long.casefold()))
    return low[:-1] if re.search(r"[^s]s$", low) and not low.endswith(("us", "is", "ics")) else low


def _most(counted: Counter[str]) -> str:
    return min(counted, key=lambda item: (-counted[item], item))
