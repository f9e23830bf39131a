"""HTML: a saved page of a paper, its prose by heading, tables and captions apart; menus, scripts and notes stay out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

from assignee.claims import Basis

from .composer import Composer
from .decoding import decode
from .headings import caption_label, known_heading, numbered_heading
from .record import document
from .source import Document, Format, Problem, Unreadable
from .text import stored
from .unpacked import read_bytes

__all__ = ["FORMAT", "parse", "read"]

_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
# What is no prose of the page; the rest of its content is passed over.
_APART = frozenset(
    """script style noscript template nav aside form button select textarea svg math pre
    iframe object audio video canvas dialog menu footer""".split()
)
_BLOCKS = frozenset(
    """p div section article main body header li ul ol dl dt dd blockquote h1 h2 h3 h4 h5 h6 center address details
    summary fieldset hr td th tr html head title table figure caption figcaption""".split()
)
_HIDDEN = re.compile(
    r"\b(?:mw-editsection|reference|noprint|navbox|toc|hatnote|sidebar|menu|breadcrumbs?|cookie\w*|mw-jump-link|"
    r"infobox|catlinks|metadata|visually-hidden|sr-only)\b(?!-)"
)
_MARKED = re.compile(r"<!\[[^<>]{0,100}>?")
_NOTES = frozenset(
    ("footnotes", "notes", "notes and references", "citations", "sources", "further reading", "endnotes")
)
_HEADING = re.compile(r"^h[1-6]$")
_FIRST_NAMES = {"citation_title": "title", "dc.title": "title", "citation_doi": "doi", "dc.identifier": "doi",
    "citation_publication_date": "date", "citation_date": "date", "dc.date": "date", "citation_arxiv_id": "arxiv",
    "citation_journal_title": "venue", "citation_conference_title": "venue", "citation_pmid": "pmid"}  # fmt: skip


def read(path: Path) -> Iterator[Document | Problem]:
    """The one document of a page. Raises Unreadable when it cannot be opened or holds no text."""
    yield parse(decode(read_bytes(path)), stem=path.name.rsplit(".", 1)[0] or path.name)


def parse(text: str, *, stem: str) -> Document:
    """The prose of a page: that of its <main> or <article> where it has one. Raises Unreadable without prose."""
    page = _Page()
    try:
        # "<![" opens nothing in HTML; the parser takes it for SGML and may stumble.
        page.feed(_MARKED.sub(" ", text))
        page.close()
    except AssertionError:
        raise Unreadable("is no HTML") from None
    page.block()
    blocks = (
        [block for block in page.blocks if block.main] if any(b.main for b in page.blocks) else page.blocks
    )
    heads = [block.text for block in blocks if block.level == 1]
    title = stored(page.known.get("title", "")) or (heads[0] if heads else "") or page.title or stem
    composer = Composer("Text")
    for block in blocks:
        if block.rows:
            composer.apart(caption_label(block.rows[0]) or block.text, block.rows)
        elif not block.level:
            composer.paragraph(block.text)
        elif block.text != title:
            numbered = numbered_heading(block.text)
            name = known_heading(block.text) or (numbered[1] if numbered else block.text)
            name = "References" if name.casefold() in _NOTES else name
            composer.heading(name, printed=block.text, level=block.level)
    if not composer.holds_text:
        raise Unreadable("holds no text")
    record = {**page.known, "title": title, "authors": page.authors, "abstract": composer.text}
    made = document(record, stem)
    if isinstance(made, Problem):
        raise Unreadable(made.what)
    return Document(replace(made.paper, basis=Basis.FULL_TEXT), composer.text, composer.sections)


class _Block:
    """One heading (level 1 to 6) or paragraph (0), and whether it stands in the main part of the page.

    `rows` are those of a table, its caption first, or the caption of a figure; `text` then is "Table" or "Figure".
    """

    def __init__(self, level: int, text: str, main: bool, rows: tuple[str, ...] = ()) -> None:
        self.level, self.text, self.main, self.rows = level, text, main, rows


class _Page(HTMLParser):
    """Collects blocks; `_skipped` counts open elements of the kind that began a stretch to pass over."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[_Block] = []
        self.known: dict[str, str] = {}
        self.authors: list[str] = []
        self.title = ""
        self._held: list[str] = []
        self._level = 0
        self._main: list[str] = []
        self._skipping, self._skipped = "", 0
        self._floats: list[str] = []  # the open tables and figures, outermost first
        self._rows: list[list[str]] = []

    def block(self) -> None:
        """End the block that is open."""
        text = stored("".join(self._held))
        self._held = []
        if text and self._floats:
            (self._rows or [self._row()])[-1].append(text)
        elif text:
            self.blocks.append(_Block(self._level, text, bool(self._main)))

    def _row(self) -> list[str]:
        """Begin a row of the open table."""
        self._rows.append([])
        return self._rows[-1]

    def _end_float(self) -> None:
        self.block()
        kind = "Table" if "table" in self._floats else "Figure"
        self._floats.pop()
        if not self._floats:
            rows = tuple(" | ".join(row) for row in self._rows if row)
            self._rows = []
            if rows:
                self.blocks.append(_Block(0, kind, bool(self._main), rows))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._skipped:
            self._skipped += tag == self._skipping
            return
        given = {name: value or "" for name, value in attrs}
        if tag == "meta":
            self._meta(given.get("name", "").lower(), given.get("content", ""))
        if tag in _BLOCKS or (tag in _APART and tag not in ("math", "svg", "button")):
            self.block()
        hidden = "hidden" in given or given.get("aria-hidden") == "true" or given.get("role") == "navigation"
        if tag not in _VOID and (tag in _APART or hidden or self._is_aside(tag, given)):
            self._skipping, self._skipped = tag, 1
        elif tag in ("table", "figure") and given.get("role") not in ("presentation", "none"):
            self._floats.append(tag)
            self._row()
        elif self._floats and tag in ("tr", "caption", "figcaption"):
            self._row()
        elif tag in ("main", "article"):
            self._main.append(tag)
        elif _HEADING.match(tag):
            self._level = int(tag[1])
        elif tag == "br":
            self._held.append("\n")
        elif tag == "p":
            self._level = 0

    def handle_endtag(self, tag: str) -> None:
        if self._skipped:
            self._skipped -= tag == self._skipping
            return
        if tag == "title" and not self.title:
            self.title, self._held = stored("".join(self._held)), []
        elif tag in _BLOCKS:
            self.block()
        if self._floats and tag == self._floats[-1]:
            self._end_float()
        if tag in self._main:
            del self._main[self._main.index(tag) :]
        if _HEADING.match(tag) or tag == "p":
            self._level = 0

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # "<div/>" opens a div in HTML; of unknown and void ones nothing follows.
        self.handle_starttag(tag, attrs)
        if tag in ("svg", "math") or ":" in tag:
            self.handle_endtag(tag)

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self._held.append(data)

    def _meta(self, name: str, content: str) -> None:
        if name in ("citation_author", "dc.creator") and stored(content):
            first, _, last = content.partition(",")[::-1]
            self.authors.append(stored(f"{first} {last}"))
        elif name in _FIRST_NAMES and content.strip():
            self.known.setdefault(_FIRST_NAMES[name], content)

    @staticmethod
    def _is_aside(tag: str, given: dict[str, str]) -> bool:
        return tag not in ("html", "body", "main", "article") and bool(_HIDDEN.search(given.get("class", "")))


FORMAT = Format("html", (".html", ".htm", ".xhtml", ".html.gz"), "2", read, slow=True)
