"""Tables, figures and footnotes of a LaTeX source, taken out of the running text and put where they can be found again.

Each leaves a mark (`mark`, three characters of the private use area) in the text, so that a sentence goes on over it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from .headings import NOTES
from .latex_project import MOST_OPEN, argument

__all__ = ["Float", "numbered", "taken_out", "unmarked"]

_BEGIN = re.compile(
    r"\\begin\s*\{(table|figure|wrapfigure|wraptable|sidewaystable|sidewaysfigure|longtable|algorithm|SCfigure|teaserfigure)"
    r"(\*?)\}"
)
_NOTE = re.compile(r"[ \t]*\\footnote(?:text)?(?![A-Za-z])\s*(?:\[[^\]]{0,50}\])?(?=\s*\{)")
_CAPTION = re.compile(r"\\caption(?:of\s*\{[a-z]{1,20}\})?\*?\s*(?:\[[^\]]{0,500}\])?(?=\s*\{)")
_LABEL = re.compile(r"\\label\s*\{([^{}]{1,200})\}")
_TABULAR = re.compile(
    r"\\begin\s*\{(tabular[xy*]?|tabu|longtable|tblr)\*?\}(.{0,200000}?)\\end\s*\{\1\*?\}", re.S
)
_SPAN = re.compile(
    r"\\multi(?:column|row)\s*(?:\[[^\]]{0,50}\])?\s*\{[^{}]{0,50}\}\s*(?:\[[^\]]{0,50}\])?\s*\{[^{}]{0,200}\}\s*(?=\{)"
)
_RULE = re.compile(
    r"\\(?:hline|toprule|midrule|bottomrule|hdashline|addlinespace|(?:c(?:mid)?rule|cline|specialrule|cdashline)"
    r"\s*(?:\([^)]{0,20}\))?(?:\s*\{[^{}]{0,50}\}){1,3}|(?:row|cell|column|arrayrule)color\s*(?:\[[^\]]{0,50}\])?\s*\{[^{}]{0,50}\})"
    r"(?:\[[^\]]{0,20}\])?"
)
_STACK = re.compile(r"\\(?:makecell|shortstack|thead|specialcell)\s*(?:\[[^\]]{0,50}\]){0,3}(?=\s*\{)")
_ROW = re.compile(r"\\\\(?:\s*\[[^\]]{0,20}\])?|\\tabularnewline(?![A-Za-z])")
_CELL = re.compile(r"(?<!\\)&")
_MARK = re.compile("\ue010([\ue100-\uf8ff])\ue011")
_PRIVATE = re.compile("[\ue010\ue011\ue100-\uf8ff]")
_MOST = 2000  # more are not told apart
_KINDS = {"wrapfigure": "figure", "wraptable": "table", "sidewaystable": "table", "sidewaysfigure": "figure",
    "longtable": "table", "SCfigure": "figure", "teaserfigure": "figure"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Float:
    """`name` is "Table 2", "Figure 1", "Algorithm 1" or "Notes"; `rows` are LaTeX, the caption first."""

    name: str
    rows: tuple[str, ...]
    labels: tuple[str, ...] = ()


def taken_out(body: str) -> tuple[str, list[Float]]:
    """The text with marks in place of floats and footnotes, and these in order of their marks.

    They are numbered as TeX does: each kind by its captions, in order.
    """
    body = _PRIVATE.sub("", body)
    found: list[Float] = []
    counts: Counter[str] = Counter()
    kept, at = [], 0
    while len(found) < _MOST and (match := _BEGIN.search(body, at)) is not None:
        kept.append(body[at : match.start()])
        name = re.escape(match.group(1) + match.group(2))
        end = re.compile(rf"\\end\s*\{{{name}\}}[ \t]*\n?").search(body, match.end())
        inner = body[match.end() : end.start()] if end else ""
        kept.append(_mark(len(found)))
        found.append(_float(match.group(1), inner, match.group(), counts))
        at = end.end() if end else match.end()
    text = "".join(kept) + body[at:]
    kept, at, open_ones = [], 0, 0
    for match in _NOTE.finditer(text):
        if match.start() < at or len(found) >= _MOST or open_ones >= MOST_OPEN:
            continue
        note = argument(text, match.end())
        if note is None:
            open_ones += 1
            continue
        kept += [text[at : match.start()], _mark(len(found))]
        found.append(Float(NOTES, (note[0],)))
        at = note[1]
    return "".join(kept) + text[at:], found


def unmarked(text: str) -> tuple[str, list[int]]:
    """The text without marks, and the numbers of the floats that they stood for."""
    return _MARK.sub("", text), [ord(match.group(1)) - 0xE100 for match in _MARK.finditer(text)]


def numbered(floats: list[Float]) -> Callable[[str], str | None]:
    """From a label to the number that is printed for it, None for labels of anything else."""
    numbers = {
        label: item.name.rpartition(" ")[2] for item in floats for label in item.labels if " " in item.name
    }
    return numbers.get


def _mark(number: int) -> str:
    return f"\ue010{chr(0xE100 + number)}\ue011"


def _float(environment: str, inner: str, opening: str, counts: Counter[str]) -> Float:
    kind = _KINDS.get(environment, environment)
    captions = [held[0] for match in _CAPTION.finditer(inner) if (held := argument(inner, match.end()))]
    if captions:
        counts[kind] += 1
    name = f"{kind.capitalize()} {counts[kind]}" if captions else kind.capitalize()
    labels = tuple(match.group(1).strip() for match in _LABEL.finditer(inner))
    if environment == "longtable":
        inner = f"{opening}{inner}\\end{{longtable}}"
    tabular = kind == "table" and inner.count("\\begin{tab") < MOST_OPEN
    rows = [row for match in _TABULAR.finditer(inner) for row in _rows(match.group(2))] if tabular else []
    first = f"{name}: {captions[0]}" if captions else ""
    return Float(name, tuple(filter(None, (first, *captions[1:], *rows))), labels)


def _stacked(text: str) -> str:
    r"""Cells of several lines (\makecell[l]{a\\b}) on one."""
    kept, at, open_ones = [], 0, 0
    for match in _STACK.finditer(text):
        if match.start() < at or open_ones >= MOST_OPEN:
            continue
        held = argument(text, match.end())
        open_ones += held is None
        if held is not None:
            kept += [text[at : match.start()], _ROW.sub(" ", held[0])]
            at = held[1]
    return "".join(kept) + text[at:]


def _rows(tabular: str) -> list[str]:
    """Rows with a bar between cells; the description of the columns, rules and captions off."""
    text = re.sub(r"^(?:\s*\[[^\]]{0,50}\])?", "", tabular)
    while (columns := argument(text, 0)) is not None:  # {0.9\textwidth}{lrr}
        text = text[columns[1] :]
    for match in reversed(list(_CAPTION.finditer(text))):
        held = argument(text, match.end())
        text = text[: match.start()] + (text[held[1] :] if held else "")
    text = _stacked(_SPAN.sub("", _RULE.sub("", _LABEL.sub("", text))))
    rows = []
    for row in _ROW.split(text):
        cells = [cell.strip() for cell in _CELL.split(row)]
        if any(cells):
            rows.append(" | ".join(cells))
    return rows
