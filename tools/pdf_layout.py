"""Lines of a PDF in reading order: running heads and page numbers off, columns one after the other.

A page of two columns is cut into bands by the lines that span both; inside a band the left column comes first.
Where the geometry is not that of one or two columns, the order in which the file draws stands.
"""

from __future__ import annotations

import itertools
import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from .pdf_lines import Line, Page, Pdf

__all__ = ["Column", "Flow", "flow"]

_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"^(?:page\s+)?[-–—\s]*(?:\d{1,4}|[ivxl]{1,6})[-–—\s]*(?:(?:of|/)\s*\d{1,4})?$", re.I
)
_NOTICE = re.compile(
    r"proceedings of|association for computational|©|\(c\)\s*\d{4}|copyright|all rights reserved|arxiv:|"
    r"preprint|under review|doi\.org|^doi:|issn|isbn|creative commons|licensed under|permission to make|"
    r"accepted (?:for|at|to)|published (?:in|by|online)|downloaded from|journal of|vol\.\s*\d+",
    re.I,
)


@dataclass(slots=True)
class Column:
    """Where a column's text begins and ends, in points."""

    left: float
    right: float


@dataclass(slots=True)
class Flow:
    """The lines in reading order, each with its column (None without geometry), and what was set aside.

    `body` is the size of the running text, `leading` the usual distance of its baselines. `notices` are the first
    page's heads and feet, where venue, year and DOI stand.
    """

    lines: list[tuple[Line, Column | None]]
    body: float
    leading: float
    notices: list[str]


def flow(pdf: Pdf) -> Flow:
    """Order the lines of all pages."""
    body = _body_size(pdf.pages)
    notices = [page.margin.strip() for page in pdf.pages[:1] if page.margin.strip()]
    if not pdf.placed:
        kept = _unplaced(pdf.pages)
        return Flow([(line, None) for line in kept], body, 0.0, notices)
    running = _running(pdf.pages)
    kept_pages = []
    for page in pdf.pages:
        lines = []
        for line in page.lines:
            if _is_furniture(line, page, running, body):
                if page.number == 1:
                    notices.append(line.text)
            else:
                lines.append(line)
        kept_pages.append(_joined(lines))
    own = [_two_columns(lines) for lines in kept_pages]
    usual = _usual(own, kept_pages)
    ordered = [
        item
        for lines, pair in zip(kept_pages, own, strict=True)
        for item in _page_order(lines, pair or (usual if usual and _fits(lines, usual) else None))
    ]
    return Flow(ordered, body, _leading(ordered, body), notices)


def _body_size(pages: Sequence[Page]) -> float:
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page.lines:
            sizes[round(line.size * 2) / 2] += len(line.text)
    return max(sizes.items(), key=lambda item: (item[1], item[0]))[0] if sizes else 10.0


def _edge(line: Line, page: Page) -> bool:
    return line.y > 0.925 * page.height or line.y < 0.085 * page.height


def _running(pages: Sequence[Page]) -> frozenset[str]:
    """Texts, digits aside, that stand at the edge of at least a third of the pages (and of two)."""
    counts: Counter[str] = Counter()
    for page in pages:
        counts.update({_DIGITS.sub("#", line.text) for line in page.lines if _edge(line, page)})
    least = max(2, len(pages) // 3)
    return frozenset(text for text, count in counts.items() if count >= least)


def _is_furniture(line: Line, page: Page, running: frozenset[str], body: float) -> bool:
    if not _edge(line, page):
        return False
    if _PAGE_NUMBER.match(line.text) or _DIGITS.sub("#", line.text) in running:
        return True
    low = line.y < 0.085 * page.height
    return _NOTICE.search(line.text) is not None and (low or line.size < 1.15 * body)


def _unplaced(pages: Sequence[Page]) -> list[Line]:
    edges: Counter[str] = Counter()
    for page in pages:
        edges.update({_DIGITS.sub("#", line.text) for line in [*page.lines[:2], *page.lines[-2:]]})
    least = max(2, len(pages) // 3)
    kept = []
    for page in pages:
        for at, line in enumerate(page.lines):
            outer = at < 2 or at >= len(page.lines) - 2
            if outer and (_PAGE_NUMBER.match(line.text) or edges[_DIGITS.sub("#", line.text)] >= least):
                continue
            kept.append(line)
    return kept


def _joined(lines: list[Line]) -> list[Line]:
    """Neighbours on one baseline made one line, when the space between them is less than a column's gutter."""
    made: list[Line] = []
    for line in lines:
        last = made[-1] if made else None
        if (
            last is not None
            and abs(last.y - line.y) < 0.15 * line.size
            and 0 <= line.x0 - last.x1 < 3.5 * line.size
        ):
            gutter = line.x0 - last.x1 > 1.4 * line.size and len(last.text) > 25 and len(line.text) > 25
            if not gutter or re.search(r"[.!?:]$", last.text):
                wide = line.x0 - last.x1 > 1.2 * line.size
                # A note's mark that was dropped leaves its space behind: "SCIDOCS ³, a".
                between = "" if re.match(r"[,.;:)](?!\w)", line.text) and not wide else " "
                last.text = f"{last.text}{between}{line.text}"
                last.pieces = f"{last.pieces}{';' if wide else ' '}{line.pieces}"
                last.x1 = line.x1
                last.gaps += line.gaps + wide
                continue
        made.append(line)
    return made


def _long(lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if len(line.text) >= 20]


def _two_columns(lines: Sequence[Line]) -> tuple[Column, Column] | None:
    """The columns of a page that has two, by where its long lines begin and end."""
    long = _long(lines)
    if len(long) < 6:
        return None
    left, right = min(line.x0 for line in long), max(line.x1 for line in long)
    middle = (left + right) / 2
    slack = 0.02 * (right - left)
    on_left = [line for line in long if line.x1 <= middle + slack]
    on_right = [line for line in long if line.x0 >= middle - slack]
    if len(on_left) + len(on_right) < 0.5 * len(long) or min(len(on_left), len(on_right)) < 3:
        return None
    # Two columns in the left half make it three or more on the page: no case of ours.
    if sum(line.x0 > (left + middle) / 2 - 5 for line in on_left) > 0.35 * len(on_left):
        return None
    return Column(left, _edge_of(on_left)), Column(min(line.x0 for line in on_right), right)


def _usual(
    own: Sequence[tuple[Column, Column] | None], pages: Sequence[Sequence[Line]]
) -> tuple[Column, Column] | None:
    """The columns of most pages, for a page with too little on one side to tell."""
    full = [pair for pair, lines in zip(own, pages, strict=True) if len(_long(lines)) >= 10]
    found = sorted((pair for pair in full if pair), key=lambda pair: pair[1].left)
    return found[len(found) // 2] if found and 2 * len(found) >= len(full) else None


def _fits(lines: Sequence[Line], columns: tuple[Column, Column]) -> bool:
    """Whether most long lines keep to one side of the gutter."""
    middle = (columns[0].right + columns[1].left) / 2
    long = _long(lines)
    return bool(long) and 2 * sum(line.x0 < middle - 5 and line.x1 > middle + 5 for line in long) <= len(long)


def _page_order(lines: list[Line], columns: tuple[Column, Column] | None) -> list[tuple[Line, Column | None]]:
    long = _long(lines)
    if columns is None:
        if len(long) < 3 or _columned(long):
            return [(line, None) for line in lines]
        whole = Column(min(line.x0 for line in long), max(line.x1 for line in long))
        return [(line, whole) for line in _by_place(lines)]
    whole = Column(columns[0].left, columns[1].right)
    middle = (columns[0].right + columns[1].left) / 2
    slack = 0.02 * (whole.right - whole.left)
    bands: list[tuple[list[Line], list[Line], Line | None]] = [([], [], None)]
    for line in _by_place(lines):
        if _ends_spanning(bands[-1], line):
            bands.append(([], [], line))
        elif line.x1 <= middle + slack:
            bands[-1][0].append(line)
        elif line.x0 >= middle - slack:
            bands[-1][1].append(line)
        else:
            bands.append(([], [], line))
    ordered: list[tuple[Line, Column | None]] = []
    for lefts, rights, spanning in bands:
        if spanning is not None:
            ordered.append((spanning, whole))
        ordered.extend((line, columns[0]) for line in _joined(lefts))
        ordered.extend((line, columns[1]) for line in _joined(rights))
    return ordered


def _ends_spanning(band: tuple[list[Line], list[Line], Line | None], line: Line) -> bool:
    """Whether a line is the short last one of what spans both columns, such as a caption."""
    lefts, rights, above = band
    return (
        above is not None
        and not lefts
        and not rights
        and len(above.text) > 40
        and abs(line.x0 - above.x0) < 2
        and abs(line.size - above.size) < 0.2
        and 0 < above.y - line.y < 1.35 * line.size
    )


def _by_place(lines: list[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: (-round(line.y), line.x0))


def _edge_of(lines: list[Line]) -> float:
    return statistics.quantiles((line.x1 for line in lines), n=10)[-1] if len(lines) > 1 else lines[0].x1


def _columned(long: Sequence[Line]) -> bool:
    """Whether lines stand side by side in another way than in two columns."""
    wide = max(line.x1 for line in long) - min(line.x0 for line in long)
    return 2 * sum(line.x1 - line.x0 < 0.4 * wide for line in long) > len(long)


def _leading(ordered: Sequence[tuple[Line, Column | None]], body: float) -> float:
    steps: defaultdict[float, int] = defaultdict(int)
    for (above, column), (below, other) in itertools.pairwise(ordered):
        step = above.y - below.y
        if column is other and 0.8 * body < step < 3 * body and abs(above.size - body) < 1:
            steps[round(step * 2) / 2] += 1
    return max(steps.items(), key=lambda item: (item[1], -item[0]))[0] if steps else 1.2 * body
