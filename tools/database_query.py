"""The language of queries: an identifier, plain words, or phrases joined by AND and OR.

A query that is handed to a source is one of three things:

    2005.13013                                                           an identifier
    zero-shot transfer / Does intermediate training help transfer?      plain words
    "intermediate-task training" AND ("cross-lingual transfer" OR XTREME)

The third is boolean: phrases in straight double quotes or runs of words, AND, OR (in capitals), brackets one level deep,
as an AND of ORs. What is not well formed (a quote or bracket left open, an operator without two sides, AND and OR side
by side without brackets, NOT) is read as plain words: no query is an error. So is a question, and a line in capitals.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .identifiers import identifiers
from .text import STOPWORDS

__all__ = ["LONGEST", "MOST_WORDS", "Asked", "Groups", "asked_for", "boolean", "plain"]

MOST_WORDS = 12
LONGEST = 800
"""Bytes (UTF-8) up to which a query is read as boolean: so that it fits into an address, written out for two fields."""

_PHRASE = 4  # words up to which a query without a question mark is one phrase
_WORD = re.compile(r"[^\W_]+")
_BARE_DOI = re.compile(r"^(?:doi:\s*|https?://(?:dx\.)?doi\.org/)?(10\.\d{4,9}/\S+)$", re.I)
_TOKEN = re.compile(r'"(?P<phrase>[^"]*)"|(?P<bracket>[()])|(?P<word>[^\s()"]+)')
_OPERATORS = frozenset({"AND", "OR", "NOT", "ANDNOT"})
# What a question asks with, and says nothing about what it asks after. The databases' operators are no words either.
_ASKING = frozenset(
    "compared versus vs use using used effect affect better best worse not and or andnot".split()
)

Groups = tuple[tuple[str, ...], ...]
"""Terms as written: one of each group must be found."""


@dataclass(frozen=True, slots=True)
class Asked:
    """`ids` as in `identifiers` where the query is one; else `words`, to be found side by side where `phrase`.

    A boolean query has `groups`, each a tuple of terms of which one must be found; its `words` are those of the first
    term of each group, for a database that knows no operators. Words and terms hold letters, digits and single
    spaces only, so they can stand in any database's syntax, terms between double quotes.
    """

    words: tuple[str, ...] = ()
    phrase: bool = False
    ids: tuple[tuple[str, str], ...] = ()
    groups: Groups = ()

    @property
    def weight(self) -> float:
        """What its ranking counts where several are fused: a lone phrase is one side of a question, and brings much else.

        Chosen on the labels that evals/bench/query_plan.py prints figures for: those are not held out.
        """
        return 0.25 if self.phrase else 1.0

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
    if groups := _groups(text):
        spelled = tuple(_distinct(_joined(term) for term in group) for group in groups)
        first = _distinct(word for group in spelled for word in group[0].split())
        return Asked(words=first[:MOST_WORDS], groups=spelled)
    words = _WORD.findall(text)
    kept = [word for word in words if word.casefold() not in STOPWORDS | _ASKING and len(word) > 1]
    short = len(words) <= _PHRASE and "?" not in text and not _OPERATORS & set(words)
    if words and (short or not kept):  # operators and stop words alone are asked for as they stand, in quotes
        return Asked(words=tuple(words[:MOST_WORDS]), phrase=True)
    return Asked(words=_distinct(kept)[:MOST_WORDS])


def plain(query: str) -> str:
    """The query for a source that knows no operators: the terms of a boolean query as written, any other as it is."""
    groups = _groups(query.strip())
    return " ".join(_distinct(term for group in groups for term in group)) if groups else query


def boolean(groups: Iterable[Sequence[str]]) -> str:
    """The query that asks for one term of each group; "" for none, and groups that would make it too long are left out.

    Terms keep letters, digits, spaces and what joins words (hyphens, apostrophes, points), so that nothing in them can be
    read as an operator. Reading it back gives the same groups.
    """
    query = ""
    for group in groups:
        terms = [f'"{term}"' for term in _distinct(filter(None, map(_cleaned, group)))]
        if terms:
            told = terms[0] if len(terms) == 1 else f"({' OR '.join(terms)})"
            longer = f"{query} AND {told}" if query else told
            query = longer if len(longer.encode()) <= LONGEST else query
    return query


def _groups(text: str) -> Groups:
    """The terms of a boolean query, () for any other."""
    if (
        len(text.encode(errors="replace")) > LONGEST
        or text.count('"') % 2
        or "?" in re.sub(r'"[^"]*"', "", text)
    ):
        return ()
    tokens = [(str(match.lastgroup), match.group()) for match in _TOKEN.finditer(text)]
    if len(tokens) == 1 and tokens[0][0] == "phrase":
        return _checked([[tokens[0][1].strip('"')]])
    if not any(kind == "word" and token in ("AND", "OR") for kind, token in tokens):
        return ()
    groups: list[list[str]] = []
    joined: set[str] = set()
    at = 0
    while True:
        group, at = _group(tokens, at)
        if not group:
            return ()
        groups.append(group)
        if at == len(tokens):
            break
        joined.add(tokens[at][1])
        at += 1
    if len(joined) > 1 or not joined <= {"AND", "OR"} or _shouted(tokens):
        return ()
    return _checked([[term for group in groups for term in group]] if joined == {"OR"} else groups)


def _group(tokens: Sequence[tuple[str, str]], at: int) -> tuple[list[str], int]:
    """One term, or terms joined by OR in brackets, from `at` on, and where it ends; no term where it is malformed."""
    if at >= len(tokens) or tokens[at] != ("bracket", "("):
        term, at = _term(tokens, at)
        return ([term] if term else []), at
    terms: list[str] = []
    while True:
        term, at = _term(tokens, at + 1)
        if not term or at >= len(tokens):
            return [], at
        terms.append(term)
        if tokens[at] == ("bracket", ")"):
            return terms, at + 1
        if tokens[at] != ("word", "OR"):
            return [], at


def _term(tokens: Sequence[tuple[str, str]], at: int) -> tuple[str, int]:
    """A phrase in quotes or a run of words from `at` on, and where it ends; "" where there is none."""
    if at < len(tokens) and tokens[at][0] == "phrase":
        return tokens[at][1].strip('"'), at + 1
    start = at
    while at < len(tokens) and tokens[at][0] == "word" and tokens[at][1] not in _OPERATORS:
        at += 1
    return " ".join(token for _, token in tokens[start:at]), at


def _shouted(tokens: Sequence[tuple[str, str]]) -> bool:
    """Whether a line without quotes and brackets is a title in capitals, whose AND is a word like the others."""
    bare = [token for kind, token in tokens if kind == "word"]
    terms = re.split(r"\b(?:AND|OR)\b", " ".join(bare))
    return (
        len(bare) == len(tokens)
        and all(token == token.upper() for token in bare)
        and any(len(term.split()) > 1 for term in terms)
    )


def _checked(groups: Sequence[Sequence[str]]) -> Groups:
    """The groups, () where a term has no word."""
    if any(not _joined(term) for group in groups for term in group):
        return ()
    return tuple(_distinct(" ".join(term.split()) for term in group) for group in groups)


def _joined(term: str) -> str:
    """The words of a term: "zero shot transfer" of "zero-shot transfer"."""
    return " ".join(_WORD.findall(term))


def _cleaned(term: str) -> str:
    return " ".join(re.sub(r"[^\w\s.'’/+&-]|_", " ", term).split()) if _joined(term) else ""


def _distinct(words: Iterable[str]) -> tuple[str, ...]:
    """Each word once, case aside, in order, as it is first written."""
    first: dict[str, str] = {}
    for word in words:
        first.setdefault(word.casefold(), word)
    return tuple(first.values())
