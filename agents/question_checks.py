"""Whether a derived question can be asked of the literature: it stands alone, and its form and its things can be read."""

from __future__ import annotations

import re
from collections.abc import Collection

from ..tools.language import is_english
from ..tools.text import words
from .question import parse
from .question_words import specific_stems

__all__ = ["coined", "fault", "names_any"]

_SHORTEST, _LONGEST = 5, 45  # words
_LEAST = 3  # specific stems
_POINTS = re.compile(
    r"\b(?:this|these|those|such an?|our|ours|we|us|the (?:paper|study|authors?|proposed|present|above|same|latter|former)|"
    r"it|its|they|their|them|et al|proposed|novel|here)\b",
    re.I,
)
_MARKS = re.compile(r"[\\$#@{}<>|\[\]]|https?:|\(\d{4}\)|\d{4}[a-z]\b")
_NAMING = r"(?:propose|present|introduce|develop|describe|release|call(?:ed)?|named?|dub(?:bed)?|term(?:ed)?|novel|new)\w*"
_CODE = re.compile(r"[A-Z]{2,4}-?\d{3,}")  # "a novel immunosuppressant, AB1234": a drug that others study too
_NAME = r"[A-Z][A-Za-z0-9]*(?:[A-Z0-9+*-][A-Za-z0-9+*-]*)+"


def fault(text: str) -> str:
    """Why a question cannot be asked as it stands; "" where it can."""
    if (
        not text.endswith("?")
        or text.count("?") > 1
        or _MARKS.search(text)
        or text.count("(") != text.count(")")
    ):
        return "it is not one plain question"
    if not _SHORTEST <= len(words(text)) <= _LONGEST:
        return f"it has not from {_SHORTEST} to {_LONGEST} words"
    if not is_english(text):
        return "it is not in English"
    if _POINTS.search(text):
        return "it points at a text that its reader does not have"
    question = parse(text)
    sides = (
        (question.first, question.second)
        if question.form == "comparison"
        else (question.subject, question.outcome)
    )
    if question.form == "open" or not all(sides):
        return "what it compares or measures cannot be read"
    if len(question.stems) < _LEAST or not all(specific_stems(side) for side in sides):
        return "it is too general"
    return ""


def coined(title: str, text: str) -> frozenset[str]:
    """Names that a paper gives to what it made: no other paper can answer a question about them."""
    found = set(re.findall(rf"^({_NAME}|[A-Z][\w-]+)\s*:", title))
    for match in re.finditer(rf"\b{_NAMING}\b[^.;:]{{0,120}}", text):
        found.update(
            re.findall(
                rf"(?:\(|\b(?:called|named|dubbed|termed) |, |introduce |present |propose )({_NAME})\b",
                match.group(),
            )
        )
    return frozenset(name for name in found if not _CODE.fullmatch(name))


def names_any(phrase: str, names: Collection[str]) -> bool:
    """Whether a phrase holds one of the names as a word."""
    return any(re.search(rf"(?<![\w]){re.escape(name)}(?![\w])", phrase) for name in names)
