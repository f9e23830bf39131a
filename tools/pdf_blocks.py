"""What the lines of a PDF are: headings, prose, or what is no prose (tables, figures, captions, formulas, notes)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from .headings import is_reference_list, known_heading, numbered_heading, run_in_abstract
from .pdf_layout import Column, Flow
from .pdf_lines import Line

__all__ = ["Block", "Role", "blocks"]

_CAPTION = re.compile(
    r"^(?:(?:supplementary|extended data)\s+)?(?:fig(?:ure|\.)?|table|tab\.|algorithm|listing|scheme|box)\s*"
    r"(?:[A-Z]?\d{1,3}|[IVX]{1,5})[a-z]?\s*(?:[.:|—–]|$|(?=(?-i:[A-Z(])))",
    re.I,
)
_BULLET = re.compile(r"^(?:[•●▪■◦‣∙·*–—\ufffd]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])\s+\S")
_WORD = re.compile(r"[^\W\d_]{2,}")
_UNNUMBERED = frozenset(
    """abstract|summary|references|reference|bibliography|acknowledgments|acknowledgements|acknowledgment|
    acknowledgement|appendix|appendices|limitations|ethics statement|ethical considerations|broader impact|
    supplementary material|supporting information|author contributions|funding""".replace("\n    ", "").split(
        "|"
    )
)
_NOTE_SIZE = 0.87


class Role(Enum):
    """What a block is. FLOAT is a caption, FORMULA anything else that is not prose and stands between prose."""

    HEADING = "heading"
    PROSE = "prose"
    NOTE = "note"
    FLOAT = "float"
    FORMULA = "formula"


@dataclass(slots=True)
class Block:
    """Lines that belong together, in order; `name` is a heading's without its number."""

    role: Role
    lines: list[Line]
    column: Column | None
    name: str = ""


def blocks(flow: Flow) -> Iterator[Block]:
    """The blocks of a document in reading order."""
    justified = _justified(flow)
    section_size = _section_size(flow)
    group: list[Line] = []
    held: Column | None = None
    small = False
    in_references = in_abstract = False
    abstract_size = 0.0
    for at, (line, column) in enumerate(flow.lines):
        above = flow.lines[at - 1] if at else None
        gap = _gap(above, line, column)
        name = _heading(line, column, gap, flow, in_references, section_size)
        if name is None and in_abstract and above is not None and line.size > flow.body * 0.97:
            in_abstract = in_abstract and abs(line.size - above[0].size) < 0.05 * flow.body
        if in_abstract:
            abstract_size = abstract_size or line.size
            # Below the abstract, after a gap and smaller than it: a note, as to the authors.
            in_abstract = not (line.size < 0.96 * abstract_size and (gap > 1.5 * flow.leading or gap == 0))
        tiny = line.size < _NOTE_SIZE * flow.body and not in_abstract and not in_references
        new = (
            not group
            or name is not None
            or column is not held
            or tiny != small
            or _is_caption(line, above, gap, flow)
            or (flow.leading > 0 and not -0.5 * line.size < gap <= max(1.3 * flow.leading, 1.45 * line.size))
            or abs(line.size - group[-1].size) > 0.12 * flow.body
        )
        if new and group:
            yield from _block(group, held, small, in_references, justified)
            group = []
        if name is not None:
            in_references = is_reference_list(name)
            in_abstract, abstract_size = name.lower() in ("abstract", "summary"), 0.0
            yield Block(Role.HEADING, [line], column, name)
            continue
        if run_in_abstract(line.text) and line.page <= 2:
            in_abstract = True
            tiny = False
        if not group:
            held, small = column, tiny
        group.append(line)
    if group:
        yield from _block(group, held, small, in_references, justified)


def _gap(above: tuple[Line, Column | None] | None, line: Line, column: Column | None) -> float:
    """Distance of the baselines; 0 at the top of a column or page."""
    if above is None or above[0].page != line.page or above[1] is not column:
        return 0.0
    return above[0].y - line.y


def _is_caption(line: Line, above: tuple[Line, Column | None] | None, gap: float, flow: Flow) -> bool:
    """Whether a line opens a caption, and is not a sentence that happens to break before "Table 2."."""
    if _CAPTION.match(line.text) is None:
        return False
    within = above is not None and 0 < gap <= 1.1 * flow.leading and abs(above[0].size - line.size) < 0.5
    return not (within and above is not None and not re.search(r"[.!?:]\W*$", above[0].text))


def _section_size(flow: Flow) -> float | None:
    """The size of "1 Introduction", "2 Method" and so on, where at least three headings are numbered so."""
    sizes = sorted(
        line.size
        for line, _ in flow.lines
        if (line.bold or line.size > 1.06 * flow.body)
        and (found := numbered_heading(line.text)) is not None
        and found[0].isdigit()
    )
    return sizes[len(sizes) // 2] if len(sizes) >= 3 else None


def _heading(
    line: Line, column: Column | None, gap: float, flow: Flow, in_references: bool, section_size: float | None
) -> str | None:
    text = line.text
    if len(text) > 110 or line.size < 0.85 * flow.body:
        return None
    larger = line.size > 1.06 * flow.body
    apart = flow.leading == 0 or gap == 0 or gap > 1.2 * flow.leading
    marked = line.bold or larger
    known = known_heading(text)
    if known is not None and (
        marked or text.isupper() or ((apart and text[:1].isupper()) or text[:1].isdigit())
    ):
        if column is not None and line.x0 > column.left + 0.75 * (column.right - column.left):
            return None
        lone = not text[:1].isdigit() and known.lower() not in _UNNUMBERED
        # Where sections are numbered, a lone "Method" in smaller print heads the column of a table.
        return None if lone and section_size is not None and line.size < section_size - 0.3 else known
    numbered = numbered_heading(text)
    if in_references:
        # A reference list is full of numbered and bold pieces: only an appendix ends it.
        return (
            numbered[1]
            if numbered and marked and not numbered[0][0].isdigit() and (larger or not _full(line, column))
            else None
        )
    if numbered is not None and marked:
        return numbered[1]
    short = column is None or line.x1 < column.right - 0.15 * (column.right - column.left)
    unnumbered = marked and apart and short and line.page > 1 and 1 <= len(text.split()) <= 9
    at_left = column is not None and line.x0 < column.left + 1.5 * line.size
    if unnumbered and at_left and text[:1].isupper() and not re.search(r"[.,:;=\d]", text) and larger:
        return text
    return None


def _block(
    lines: list[Line], column: Column | None, small: bool, in_references: bool, justified: bool
) -> Iterator[Block]:
    """The lines as a block; prose lines in a row that stand amid formulas come as a block of their own."""
    first = lines[0]
    if _CAPTION.match(first.text):
        yield Block(Role.FLOAT, lines, column)
    elif small and not _long_prose(lines, column):
        # Small print without words is a formula or part of one; a stray index of two signs is nothing.
        formula = sum(len(line.text) for line in lines) > 3 and not _wordy(lines)
        yield Block(Role.FORMULA if formula else Role.NOTE, lines, column)
    elif (in_references and (_wordy(lines) or (len(lines) > 1 and _full(first, column)))) or _is_prose(
        lines, column, justified
    ):
        yield Block(Role.PROSE, lines, column)
    else:
        yield from _amid_formulas(lines, column)


def _amid_formulas(lines: list[Line], column: Column | None) -> Iterator[Block]:
    run: list[Line] = []
    rest: list[Line] = []
    for line in [*lines, None]:
        if (
            line is not None
            and column is not None
            and _full(line, column)
            and not line.gaps
            and _wordy([line])
        ):
            run.append(line)
            continue
        paragraph = column is not None and len(run) >= 2
        if (
            line is not None
            and paragraph
            and not line.gaps
            and _wordy([line])
            and line.x0 <= run[0].x0 + line.size
        ):
            # The short last line of the paragraph.
            run.append(line)
            line = None
        if len(run) >= 3:
            if rest:
                yield Block(Role.FORMULA, rest, column)
            yield Block(Role.PROSE, run, column)
            rest = []
        else:
            rest += run
        run = []
        if line is not None:
            rest.append(line)
    if rest:
        yield Block(Role.FORMULA, rest, column)


def _wordy(lines: Sequence[Line]) -> bool:
    """Whether at least half of the tokens are words of two letters or more."""
    tokens = [token for line in lines for token in line.text.split()]
    return 2 * sum(_WORD.search(token) is not None for token in tokens) >= len(tokens) > 0


def _long_prose(lines: Sequence[Line], column: Column | None) -> bool:
    """Small print that is as long as a section is text of the paper, not a note."""
    return len(lines) >= 12 and sum(_full(line, column) for line in lines) >= 0.7 * len(lines)


def _is_prose(lines: Sequence[Line], column: Column | None, justified: bool) -> bool:
    if not _wordy(lines):
        return False
    tokens = [token for line in lines for token in line.text.split()]
    numeric = sum(any(char.isdigit() for char in token) for token in tokens)
    if len(tokens) >= 6 and numeric > 0.45 * len(tokens):
        return False
    if sum(line.gaps for line in lines) >= max(2, len(lines)):
        return False
    if column is None or not justified:
        return True
    if lines[0].x0 > column.left + 0.3 * (column.right - column.left):
        return False
    if len(lines) <= 2 and not any(_full(line, column) for line in lines):
        # A label or a table's cell, unless it ends as the end of a paragraph does.
        return re.search(r"[.!?:;]['\"”’)\]]*$", lines[-1].text) is not None
    if len(lines) >= 3 and not _BULLET.match(lines[0].text):
        return sum(_full(line, column) for line in lines[:-1]) >= 0.5 * (len(lines) - 1)
    return True


def _full(line: Line, column: Column | None) -> bool:
    """Whether a line runs over its column's whole width, indents aside."""
    if column is None:
        return True
    slack = 2.5 * line.size
    return line.x0 <= column.left + slack and line.x1 >= column.right - slack


def _justified(flow: Flow) -> bool:
    """Whether the document is set to full measure, so that ragged blocks are no prose."""
    body = [
        (line, column)
        for line, column in flow.lines
        if column and abs(line.size - flow.body) < 0.1 * flow.body
    ]
    long = [(line, column) for line, column in body if line.x1 - line.x0 > 0.5 * (column.right - column.left)]
    return len(long) >= 20 and sum(_full(line, column) for line, column in long) > 0.7 * len(long)
