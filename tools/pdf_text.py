"""Blocks of a PDF to running text: line ends joined, words mended, sections and pages kept."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from .common_words import common, known
from .composer import Composer
from .headings import NOTES, known_heading, numbered_heading, run_in_abstract
from .pdf_blocks import Block, Role
from .pdf_floats import floats
from .pdf_lines import Line

__all__ = ["Mender", "compose"]

_TERMINAL = re.compile(r"[.!?:]['\"”’)\]]*$")
_BROKEN = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)*)-$")
_TOKEN = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_HEAD = re.compile(r"^[^\W\d_]+(?:-[^\W\d_]+)*")
_BULLET = re.compile(r"^[•●▪■◦‣∙\ufffd]\s*")
# First parts that keep their hyphen, second parts that never have one, short second parts that do after a word.
_KEEP = frozenset(
    "self cross state well high low long short large small zero few one two three real fine non semi".split()
)
_ENDINGS = frozenset(
    """able ness ment ments ing ings tion tions ability ers ally less ful ous ive ity ist ism ize ized tive sion ance ence
    ship ward wards""".split()
)
_SHORT = frozenset("up of to in off out by on".split())


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
            dashed = dashed and not tail.startswith(("http://", "https://", "www."))
            return f"{head}{tail}" if dashed else f"{head} {tail}"
        first, second = broken.group(1), rest.group()
        whole, hyphened = f"{first}{second}".casefold(), f"{first}-{second}".casefold()
        seen_whole, seen_hyphened = self._seen[whole], self._seen[hyphened]
        if seen_whole or seen_hyphened:
            keep = seen_hyphened > seen_whole
        elif second[0].isupper():
            keep = not (first.isupper() and second.isupper())
        else:
            keep = self._compound(first.casefold(), second.casefold())
        return head + tail if keep else head[:-1] + tail

    def _compound(self, first: str, second: str) -> bool:
        """Whether two parts that the document joins nowhere else are two words with a hyphen between.

        `evals/bench/hyphens.py`, 150 ACL papers: 68 % of the compounds that occur once keep their hyphen (most of the
        others stand without it elsewhere in these texts), 99 % of the long words lose theirs.
        """
        if "-" in first:
            return True
        if second in _ENDINGS or known(first + second):
            return False
        if second in _SHORT or first in _KEEP:
            return self._is_word(first)
        return min(len(first), len(second)) >= 3 and self._is_word(first) and self._is_word(second)

    def _is_word(self, part: str) -> bool:
        return self._seen[part] > 1 or common(part)


def compose(blocks: Sequence[Block], composer: Composer) -> None:
    """Put the prose under its headings into `composer`, tables, captions and notes into sections of their own.

    A paragraph goes on over a column or page break, a table, a figure or a note when it had not ended; a formula
    ends it, so that no sentence is put together from its two sides. What stands apart comes after the paragraph that
    it interrupts. Formulas and what is drawn in figures stay out.
    """
    mender = Mender(line.text for block in blocks for line in block.lines)
    open_text, open_page, runs_on = "", 0, False
    sizes = sorted(
        {round(block.lines[0].size) for block in blocks if block.role is Role.HEADING}, reverse=True
    )
    between: list[Block] = []
    waiting: list[Block] = []

    def flush() -> None:
        nonlocal open_text, runs_on
        if open_text:
            composer.paragraph(open_text, page=open_page or None, runs_on=runs_on)
        open_text, runs_on = "", False

    def aside() -> None:
        for found in floats(waiting):
            rows = found.rows if found.name != NOTES else [_joined(found.caption, mender)]
            caption = [] if found.name == NOTES else [_joined(found.caption, mender)]
            composer.apart(found.name, [*caption, *rows], page=found.page)
        waiting.clear()

    for block in blocks:
        if block.role is Role.HEADING:
            flush()
            waiting += between
            between = []
            aside()
            printed = " ".join(line.text for line in block.lines)
            composer.heading(block.name, printed=printed, level=_level(block, sizes))
            continue
        if block.role is not Role.PROSE:
            between.append(block)
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
        roles = {item.role for item in between}
        broken_off = Role.FORMULA in roles and Role.FLOAT not in roles
        waiting += between
        between = []
        if not open_text or broken_off or ended or _BULLET.match(text):
            flush()
            aside()
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
    flush()
    waiting += between
    aside()


def _level(block: Block, sizes: Sequence[int]) -> int:
    """By its number ("3.1" is 2); of a heading without one by its name, or by how many headings are in larger print."""
    numbered = numbered_heading(block.lines[0].text)
    if numbered is not None:
        return numbered[0].count(".") + 1
    return 1 if known_heading(block.name) else 1 + sizes.index(round(block.lines[0].size))


def _joined(lines: Sequence[Line], mender: Mender) -> str:
    text = ""
    for line in lines:
        if any(char.isalnum() for char in line.text):
            text = mender.join(text, line.text) if text else line.text
    return text
