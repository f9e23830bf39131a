"""Blocks of a PDF to running text: line ends joined, words mended, sections and pages kept."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from .composer import Composer
from .headings import run_in_abstract
from .pdf_blocks import Block, Role
from .pdf_lines import Line

__all__ = ["Mender", "compose"]

_TERMINAL = re.compile(r"[.!?:]['\"”’)\]]*$")
_BROKEN = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)*)-$")
_TOKEN = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_HEAD = re.compile(r"^[^\W\d_]+(?:-[^\W\d_]+)*")
_BULLET = re.compile(r"^[•●▪■◦‣∙\ufffd]\s*")
# First parts that keep their hyphen where the document has the word nowhere unbroken.
_KEEP = frozenset(
    "self cross state well high low long short large small zero few one two three real fine".split()
)


class Mender:
    """Joins words broken at line ends, by how the document writes them elsewhere."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._seen: Counter[str] = Counter()
        for text in texts:
            words = _TOKEN.findall(text)
            if words and text.rstrip().endswith("-"):
                words = words[:-1]
            for word in words:
                self._seen[word.casefold()] += 1

    def join(self, head: str, tail: str) -> str:
        """`head` (the line so far) and `tail` (the next line) as one text."""
        broken, rest = _BROKEN.search(head), _HEAD.match(tail)
        if broken is None or rest is None:
            dashed = head.endswith(("-", "/", "—", "–")) and head[-2:-1].isalnum() and tail[:1].isalnum()
            return f"{head}{tail}" if dashed else f"{head} {tail}"
        first, second = broken.group(1), rest.group()
        whole, hyphened = f"{first}{second}".casefold(), f"{first}-{second}".casefold()
        seen_whole, seen_hyphened = self._seen[whole], self._seen[hyphened]
        if seen_whole or seen_hyphened:
            keep = seen_hyphened > seen_whole
        elif second[0].isupper():
            keep = not (first.isupper() and second.isupper())
        else:
            parts = min(self._seen[first.casefold()], self._seen[second.casefold()])
            keep = (
                "-" in first or first.casefold() in _KEEP or (parts > 0 and min(len(first), len(second)) >= 4)
            )
        return head + tail if keep else head[:-1] + tail


def compose(blocks: Sequence[Block], composer: Composer) -> None:
    """Put the prose under its headings into `composer`; everything that is no prose stays out.

    A paragraph goes on over a column or page break, a table, a figure or a note when it had not ended; a formula
    ends it, so that no sentence is put together from its two sides.
    """
    mender = Mender(line.text for block in blocks for line in block.lines)
    open_text, open_page, runs_on = "", 0, False
    between: set[Role] = set()

    def flush() -> None:
        nonlocal open_text, runs_on
        if open_text:
            composer.paragraph(open_text, page=open_page or None, runs_on=runs_on)
        open_text, runs_on = "", False

    for block in blocks:
        if block.role is Role.HEADING:
            flush()
            between.clear()
            composer.heading(block.name, printed=" ".join(line.text for line in block.lines))
            continue
        if block.role is not Role.PROSE:
            between.add(block.role)
            continue
        text = _joined(block.lines, mender)
        inline = run_in_abstract(text) if block.lines[0].page <= 2 else None
        if inline is not None and composer.section != "Abstract":
            flush()
            composer.heading("Abstract")
            text = inline
        page = block.lines[0].page
        ended = not open_text or _TERMINAL.search(open_text) is not None
        # The rows of a table look like formulas: what has a caption beside it interrupts and does not end.
        broken_off = Role.FORMULA in between and Role.FLOAT not in between
        if not open_text or broken_off or ended or _BULLET.match(text):
            flush()
            open_text, open_page = _BULLET.sub("", text), page
        elif page == open_page:
            open_text = mender.join(open_text, text)
        else:
            if open_text.endswith("-"):
                # The broken word goes whole to the page it began on.
                first, _, text = text.partition(" ")
                open_text = mender.join(open_text, first)
            flush()
            open_text, open_page, runs_on = text, page, True
        between.clear()
    flush()


def _joined(lines: Sequence[Line], mender: Mender) -> str:
    text = ""
    for line in lines:
        if any(char.isalnum() for char in line.text):
            text = mender.join(text, line.text) if text else line.text
    return text
