"""A plain query, read as what a database can be asked for: a paper by its identifier, a phrase, or words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .identifiers import identifiers
from .text import STOPWORDS

__all__ = ["MOST_WORDS", "Asked", "asked_for"]

MOST_WORDS = 12
_PHRASE = 4  # words up to which a query without a question mark is one phrase
_WORD = re.compile(r"[^\W_]+")
_BARE_DOI = re.compile(r"^(?:doi:\s*|https?://(?:dx\.)?doi\.org/)?(10\.\d{4,9}/\S+)$", re.I)
# What a question asks with, and says nothing about what it asks after. The databases' operators are no words either.
_ASKING = frozenset(
    "compared versus vs use using used effect affect better best worse not and or andnot".split()
)


@dataclass(frozen=True, slots=True)
class Asked:
    """`ids` as in `identifiers` where the query is one; else `words`, to be found side by side where `phrase`.

    Words hold letters and digits only, so they can stand in any database's syntax.
    """

    words: tuple[str, ...] = ()
    phrase: bool = False
    ids: tuple[tuple[str, str], ...] = ()

    def id(self, kind: str) -> str | None:
        """The identifier of that kind."""
        return dict(self.ids).get(kind)


def asked_for(query: str) -> Asked:
    """Read a query. One without any word gives an empty `Asked`."""
    text = query.strip()
    if " " not in text or _BARE_DOI.match(text):
        ids = identifiers([text])
        if ids:
            return Asked(ids=tuple(ids.items()))
    words = _WORD.findall(text)
    if 0 < len(words) <= _PHRASE and "?" not in text:
        return Asked(words=tuple(words), phrase=True)
    kept = [word for word in words if word.casefold() not in STOPWORDS | _ASKING and len(word) > 1]
    unique = {word.casefold(): word for word in reversed(kept or words)}
    return Asked(words=tuple(dict.fromkeys(unique[word.casefold()] for word in kept or words))[:MOST_WORDS])
