"""What stands apart in a PDF: tables with their rows and captions, captions of figures, notes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from .headings import NOTES, float_label
from .pdf_blocks import Block, Role
from .pdf_lines import Line

__all__ = ["Float", "floats"]

_CELLS = " | "


@dataclass(slots=True)
class Float:
    """`name` is "Table 2", "Figure 1" or "Notes"; `caption` the lines of the caption (or of the note)."""

    name: str
    caption: list[Line]
    page: int | None
    lines: list[Line] = field(default_factory=list)

    @property
    def rows(self) -> list[str]:
        """The rows of a table from top to bottom, cells with a bar between; none of a figure."""
        if not self.name.startswith(
            ("Table", "Supplementary table", "Supplemental table", "Extended data table")
        ):
            return []
        placed = any(line.y for line in self.lines)
        rows: list[list[Line]] = []
        for line in sorted(self.lines, key=lambda item: (-item.y, item.x0)) if placed else self.lines:
            if placed and rows and abs(rows[-1][0].y - line.y) < 0.4 * line.size:
                rows[-1].append(line)
            else:
                rows.append([line])
        return [
            _CELLS.join(cell for line in sorted(row, key=lambda item: item.x0) for cell in _cells(line))
            for row in rows
        ]


def floats(blocks: Sequence[Block]) -> Iterator[Float]:
    """What the blocks that are no prose hold, page by page, in order. Formulas are left out.

    The rows of a table stand before its caption, or after it where the captions come first. Of small print, what
    reads as text and stands below all captions is a note, the rest part of the table or figure beside it.
    """
    for _, group in groupby(blocks, key=lambda block: block.lines[0].page):
        found: list[Float] = []
        loose: list[Block] = []
        notes: list[Float] = []
        items = list(group)
        captions_first = bool(items) and items[0].role is Role.FLOAT
        lowest = min((block.lines[0].y for block in items if block.role is Role.FLOAT), default=None)
        for block in items:
            page = block.lines[0].page or None
            if block.role is Role.FLOAT:
                made = Float(float_label(block.lines[0].text, "Figure"), block.lines, page)
                if not captions_first:
                    made.lines = [line for part in loose for line in part.lines]
                found.append(made)
                loose = []
            elif (
                block.role is Role.NOTE
                and _reads(block.lines)
                and (lowest is None or block.lines[0].y <= lowest)
            ):
                notes.append(Float(NOTES, block.lines, page))
            elif captions_first:
                found[-1].lines += block.lines
            else:
                loose.append(block)
        if found and loose and not captions_first:
            # Rows below the last caption are its own where it has none above.
            found[-1].lines = found[-1].lines or [line for part in loose for line in part.lines]
        yield from found
        yield from notes


def _reads(lines: Sequence[Line]) -> bool:
    """Whether small print is text: four words or an address, and no wide spaces as between cells."""
    text = " ".join(line.text for line in lines)
    words = re.findall(r"[^\W\d_]{2,}", text)
    return ("://" in text or len(words) >= 4) and sum(line.gaps for line in lines) < len(lines)


def _cells(line: Line) -> list[str]:
    return [cell for part in line.pieces.split(";") if (cell := " ".join(part.split()))]
