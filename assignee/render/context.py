"""A quote between the text that stands before and after it."""

from __future__ import annotations

from dataclasses import dataclass

from assignee.tools.text import sentences

__all__ = ["Context", "context_of"]


@dataclass(frozen=True, slots=True)
class Context:
    """A quote between the stored text before and after it; `cut` marks whether more text stands on either side.

    `found` is false where the quote is not at its place, `at_hand` where there is no text to look in; then there
    is no text around it.
    """

    before: str
    quote: str
    after: str
    cut_before: bool = False
    cut_after: bool = False
    found: bool = True
    at_hand: bool = True


def context_of(text: str, start: int, end: int, quote: str, whole: int, around: int) -> Context:
    """The quote at [start, end) with all of a text of at most `whole` characters, else `around` sentences each side."""
    if not quote or text[start:end] != quote:
        return Context("", quote, "", found=False, at_hand=bool(text))
    low, high = 0, len(text)
    if len(text) > whole:
        spans = list(sentences(text))
        touched = [at for at, (left, right) in enumerate(spans) if left < end and start < right]
        low = spans[max(0, touched[0] - around)][0] if touched else start
        high = spans[min(len(spans) - 1, touched[-1] + around)][1] if touched else end
        low, high = min(low, start), max(high, end)
    return Context(text[low:start], quote, text[end:high], low > 0, high < len(text))
