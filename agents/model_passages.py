"""Finding again what a model says it read: a quote in the sentence it names, byte for byte, or not at all."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

from assignee.claims import Passage

from ..tools.text import stored

__all__ = ["located", "number_tokens", "numbered"]

T = TypeVar("T")

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_LEAST = 2  # words of a quote that says anything, unless it is the whole sentence


def numbered(items: Sequence[T]) -> dict[str, T]:
    """s1, s2, … in order: the ids under which sentences are shown to a model."""
    return {f"s{at}": item for at, item in enumerate(items, start=1)}


def located(name: str, quote: str, shown: Mapping[str, Passage]) -> Passage | None:
    """The sentence of that id, if it was shown and the quote stands in it; None otherwise.

    A quote is put into stored form (the one normalisation there is) and then compared as it is.
    """
    passage, words = shown.get(name), stored(quote)
    if passage is None or words not in passage.text:
        return None
    return passage if len(words.split()) >= _LEAST or words == passage.text else None


def number_tokens(text: str) -> set[str]:
    """The numbers of a text as they are written."""
    return set(_NUMBER.findall(text))
