"""Where the boxes and arrows of the flow lie: the one geometry that the page and the PDF both draw.

Lengths are pixels of the drawing. Lines are broken here, by a width that also holds for wide fonts, because neither SVG
nor a placed box breaks lines by itself.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field

from .flow_figure import Box, FlowStep

__all__ = ["Drawing", "Drawn", "Line", "Stage", "draw"]

_LINE, _PAD, _GAP = 17, 11, 30
_CHARS = 27  # of a line in a box that is _WIDE, in a font as wide as DejaVu Sans
_WIDE = 214
_SHOWN = 12  # parts of a box that are drawn
_LINES = 3  # lines of one name


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text with its baseline's left end; `kind` is "" (words), "n" (a count) or "part"."""

    x: int
    y: int
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A box at its place; `kind` is "", "side" or "last"."""

    x: int
    y: int
    width: int
    height: int
    kind: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """A bar that names the stage of the boxes beside it."""

    y: int
    height: int
    text: str


@dataclass(slots=True)
class Drawing:
    """`arrows` are (points, way), way "down", "left", "right" of the tip at the last point, or "" without one."""

    width: int
    height: int = 0
    boxes: list[Drawn] = field(default_factory=list)
    stages: list[Stage] = field(default_factory=list)
    arrows: list[tuple[tuple[tuple[int, int], ...], str]] = field(default_factory=list)


def draw(steps: tuple[FlowStep, ...], narrow: bool = False) -> Drawing:
    """Two columns with the stages beside them, or, `narrow`, one column for a phone."""
    return _narrow(steps) if narrow else _wide(steps)


def _wide(steps: tuple[FlowStep, ...]) -> Drawing:
    left = 28
    right = left + _WIDE + 34
    middle = left + _WIDE // 2
    drawing = Drawing(right + _WIDE + 1)
    y, above, joined = 1, 0, False
    for at, step in enumerate(steps):
        heights = [_height(box, _CHARS) for box in (step.main, step.side) if box]
        row = max(heights)
        level = y + row // 2
        if step.main:
            height = row if step.joins else _height(step.main, _CHARS)
            top = level - height // 2
            if above:
                drawing.arrows.append((((middle, above), (middle, top)), "down"))
            kind = "last" if at == len(steps) - 1 else ""
            drawing.boxes.append(_drawn(step.main, left, top, _WIDE, height, kind, _CHARS))
            above = top + height
        if step.side:
            height = row if step.joins else _height(step.side, _CHARS)
            top = level - height // 2
            kind = "" if step.joins else "side"
            drawing.boxes.append(_drawn(step.side, right, top, _WIDE, height, kind, _CHARS))
            if step.joins:
                joined = True
                turn = top + height + _GAP // 2
                points = ((right + _WIDE // 2, top + height), (right + _WIDE // 2, turn), (middle, turn))
                drawing.arrows.append((points, "left"))
            elif at < len(steps) - 1:
                start = left + _WIDE if step.main else middle
                drawing.arrows.append((((start, level), (right, level)), "right"))
        _stage(drawing, step.stage, y, row)
        y += row + _GAP + (8 if joined else 0)
        joined = False
    drawing.height = y - _GAP + 1
    return drawing


def _narrow(steps: tuple[FlowStep, ...]) -> Drawing:
    rail, indent, width, chars = 16, 40, 300, 38
    drawing = Drawing(indent + width + 1)
    y, above = 1, 0
    for at, step in enumerate(steps):
        if step.main:
            height = _height(step.main, chars)
            if above:
                drawing.arrows.append((((rail, above), (rail, y)), "down"))
            kind = "last" if at == len(steps) - 1 else ""
            drawing.boxes.append(_drawn(step.main, 1, y, width, height, kind, chars))
            above = y + height
            y = above + 14
        if step.side:
            height = _height(step.side, chars)
            kind = "" if step.joins else "side"
            drawing.boxes.append(_drawn(step.side, indent, y, width, height, kind, chars))
            level = y + height // 2
            if step.joins:
                drawing.arrows.append((((indent, level), (rail, level)), "left"))
            elif at < len(steps) - 1:
                drawing.arrows.append((((rail, level), (indent, level)), "right"))
            y += height + 14
        y += 10
    drawing.height = y - 10 - 14 + 1
    return drawing


def _stage(drawing: Drawing, text: str, y: int, height: int) -> None:
    """A bar for the row, or the bar of the row above made longer where the stage is the same."""
    last = drawing.stages[-1] if drawing.stages else None
    if last and last.text == text:
        drawing.stages[-1] = Stage(last.y, y + height - last.y, text)
    else:
        drawing.stages.append(Stage(y, height, text))


def _height(box: Box, chars: int) -> int:
    return len(_lines(box, chars)) * _LINE + 2 * _PAD - 3


def _drawn(box: Box, x: int, y: int, width: int, height: int, kind: str, chars: int) -> Drawn:
    lines = _lines(box, chars)
    top = y + _PAD + _LINE - 5
    placed = (Line(x + _PAD, top + at * _LINE, kind, text) for at, (kind, text) in enumerate(lines))
    return Drawn(x, y, width, height, kind, tuple(placed))


def _lines(box: Box, chars: int) -> list[tuple[str, str]]:
    lines = [("", line) for line in _wrapped(box.title, chars)]
    if box.count is not None:
        lines.append(("n", f"n = {box.count}"))
    shown = box.parts if len(box.parts) <= _SHOWN else box.parts[: _SHOWN - 1]
    lines += [("part", line) for words, count in shown for line in _part(words, count, chars + 3)]
    if len(shown) < len(box.parts):
        rest = box.parts[len(shown) :]
        lines.append(("part", f"{len(rest)} more: {sum(count for _, count in rest)}"))
    return lines + [("part", line) for note in box.notes for line in _wrapped(note, chars + 3)]


def _part(words: str, count: int, chars: int) -> list[str]:
    """A name and its count; a name of many lines is cut, since the table beside the drawing holds it whole."""
    lines = _wrapped(f"{words[: chars * (_LINES + 1)]}: {count}", chars)
    return lines if len(lines) <= _LINES else [*lines[: _LINES - 1], f"…: {count}"]


def _wrapped(text: str, chars: int) -> list[str]:
    return textwrap.wrap(text, chars, break_on_hyphens=False) or [""]
