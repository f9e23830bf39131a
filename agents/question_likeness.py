"""Whether two research questions ask the same: by the things they name and by their vectors.

A sentence encoder finds questions alike that differ in one thing only, be it the population or the comparator. So two questions
that each name a thing the other does not are different, whatever their vectors say; else `likeness` decides, the mean of
the cosine and of the share of things in common (Dice). `SAME` was chosen on the tuned pairs of
`evals/gold/question_pairs.jsonl`; `evals/bench/question_likeness.py` counts how many pairs it tells right.
"""

from __future__ import annotations

import re

from ..tools.corpus import Vectors
from ..tools.text import STOPWORDS, stem

__all__ = ["SAME", "apart", "likeness", "same", "things"]

SAME = 0.88
# Words that say that one thing acts on another, and how: the same question is asked with any of them.
_FRAME = frozenset(
    stem(word)
    for word in """effect effects impact influence role contribution benefit affect improve improvement help helpful hurt harm
    change reduce lower increase raise prevent boost enhance degrade compare comparison compared better worse outperform superior
    inferior effective effectiveness sensitive much extent difference differ versus vs""".split()
)


def things(text: str) -> frozenset[str]:
    """The stems of what a question names; "vitamin D" names a D."""
    found = re.findall(r"[^\W_]+", text)
    plain = (
        word.casefold()
        for word in found
        if word.casefold() not in STOPWORDS or (len(word) == 1 and word.isupper())
    )
    return frozenset(stem(word) for word in plain) - _FRAME


def apart(one: str, other: str) -> bool:
    """Whether each names a thing that the other does not."""
    first, second = things(one), things(other)
    return bool(first - second and second - first)


def likeness(one: str, other: str, vectors: Vectors) -> float:
    """0..1 of two questions; `vectors` (2 x width, unit rows) are theirs. Rounded to 3 places."""
    first, second = things(one), things(other)
    shared = 2 * len(first & second) / max(1, len(first) + len(second))
    return round((max(0.0, float(vectors[0] @ vectors[1])) + shared) / 2, 3)


def same(one: str, other: str, vectors: Vectors) -> bool:
    """Whether they are near-duplicates."""
    return not apart(one, other) and likeness(one, other, vectors) >= SAME
