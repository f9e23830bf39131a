"""Builds a stored text out of headings and paragraphs, with the spans of its sections."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from .headings import carries_over, is_apart
from .text import stored
from .text_store import Section

__all__ = ["Composer"]


class Composer:
    """Add headings and paragraphs in reading order; `text` and `sections` then are a document's.

    Each paragraph is a section span of its own under the name of the heading it stands under. A paragraph that
    `runs_on` continues the one before (over a page or column break): the two spans touch.
    """

    def __init__(self, first_section: str) -> None:
        self._section = first_section
        self._open: list[tuple[int, str]] = []
        self._pieces: list[str] = []
        self._length = 0
        self._sections: list[Section] = []

    @property
    def section(self) -> str:
        """The section that the next paragraph falls into."""
        return self._section

    @property
    def text(self) -> str:
        """The stored text so far."""
        return " ".join(self._pieces)

    @property
    def sections(self) -> tuple[Section, ...]:
        """The spans so far, in order."""
        return tuple(self._sections)

    @property
    def holds_text(self) -> bool:
        """Whether there is running text: more than tables, captions, notes and references."""
        return any(not is_apart(item.name) for item in self._sections)

    def heading(self, name: str, *, printed: str | None = None, level: int = 1) -> None:
        """Open a section. `printed` is the heading as the text has it; it is kept in the text, outside all spans.

        `level` counts from 1. A section within one that tells results, or that is no text of the paper's own, is named
        after both ("Results: Mice"), because its own name does not say what it is.
        """
        clean = stored(name)
        if clean:
            self._open = [item for item in self._open if item[0] < level]
            above = next((item for _, item in self._open if carries_over(item)), None)
            self._open.append((level, clean))
            self._section = f"{above}: {clean}" if above and above != clean else clean
        if printed:
            self._add(printed)

    def paragraph(self, raw: str, *, page: int | None = None, runs_on: bool = False) -> None:
        """Add a paragraph; empty ones leave no trace."""
        span = self._add(raw)
        if span is None:
            return
        start, end = span
        if runs_on and self._sections and self._sections[-1].name == self._section:
            last = self._sections[-1]
            if last.end == start - 1:
                self._sections[-1] = last._replace(end=start)
        self._sections.append(Section(self._section, start, end, page))

    def apart(self, name: str, rows: Iterable[str], *, page: int | None = None) -> None:
        """Add what is no running text (a table with its caption, notes) under a name of its own, a span for each row.

        The section that was open stays open; nothing runs on over it.
        """
        for row in rows:
            span = self._add(row)
            if span is not None:
                self._sections.append(Section(stored(name), *span, page))

    def _add(self, raw: str) -> tuple[int, int] | None:
        piece = stored(raw)
        while piece and unicodedata.combining(piece[0]):
            # A mark without its letter would compose with the space before it.
            piece = stored(piece[1:])
        if not piece:
            return None
        start = self._length + (1 if self._pieces else 0)
        self._pieces.append(piece)
        self._length = start + len(piece)
        return start, self._length
