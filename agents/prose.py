"""Small words of our own prose: numbers with their nouns, sentence openings."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["counted", "listed", "opened", "were"]


def counted(number: int, one: str, many: str | None = None) -> str:
    """ "no claims", "one claim", "12 claims"."""
    if number == 0:
        return f"no {many or one + 's'}"
    return f"one {one}" if number == 1 else f"{number:,} {many or one + 's'}"


def were(number: int) -> str:
    """ "was" or "were"."""
    return "was" if number == 1 else "were"


def opened(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def listed(items: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    *rest, last = items
    return f"{', '.join(rest)} and {last}" if rest else last
