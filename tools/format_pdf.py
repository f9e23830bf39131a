"""PDF: running text in reading order, with sections and pages; title, authors and year as far as they are clear."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from assignee.claims import Basis, Paper

from .composer import Composer
from .headings import run_in_abstract
from .identifiers import identifiers, link
from .pdf_blocks import Block, Role, blocks
from .pdf_front import front
from .pdf_layout import flow
from .pdf_lines import Line, open_pdf
from .pdf_text import compose
from .source import Document, Format, Problem, Unreadable

__all__ = ["FORMAT", "read"]

# Less text than this a page, on average, is that of a scan with a stray header.
_LEAST_CHARACTERS = 40
_OPENING = frozenset(("abstract", "summary", "introduction"))


def read(path: Path) -> Iterator[Document | Problem]:
    """The one document of a PDF.

    Its text leaves out running heads, page numbers, figures, formulas and the raised marks of notes and citations.
    Tables, captions, notes and the reference list stay, in sections of their own.
    Raises Unreadable: encrypted, broken, or images only.
    """
    pdf = open_pdf(path)
    printed = sum(len(line.text) for page in pdf.pages for line in page.lines)
    if not pdf.pages or printed == 0:
        raise Unreadable("holds no text (only images?)")
    if printed < _LEAST_CHARACTERS * len(pdf.pages):
        raise Unreadable("holds almost no text (a scan?)")
    ordered = flow(pdf)
    found = list(blocks(ordered))
    start, section = _opening(found)
    head = [line for block in found[:start] for line in block.lines if line.page == 1]
    known = front(pdf, ordered, head)
    composer = Composer(section)
    compose(found[start:], composer)
    if not composer.holds_text:
        raise Unreadable("holds no running text")
    stem = path.name[: -len(path.suffix)] if path.suffix else path.name
    ids = {**identifiers([stem]), **known.ids}
    yield Document(
        Paper(
            id=stem,
            title=known.title or stem,
            authors=known.authors,
            year=known.year,
            date=known.date,
            url=link(ids),
            ids=ids,
            retracted=known.title.lower().startswith(("retracted", "retraction")),
            basis=Basis.FULL_TEXT,
        ),
        composer.text,
        composer.sections,
    )


def _opening(found: Sequence[Block]) -> tuple[int, str]:
    """Where the text begins, after title and authors, and the section it begins in.

    That is the abstract's heading; without one, the prose before the introduction is the abstract; without either,
    the text begins with the first paragraph of three lines or more.
    """
    for at, block in enumerate(found):
        if block.lines[0].page > 2:
            break
        if block.role is Role.HEADING and block.name.lower() in _OPENING:
            if block.name.lower() != "introduction":
                return at, "Text"
            before = _first_prose(found[:at])
            return (before, "Abstract") if before is not None else (at, "Text")
        if block.role is Role.PROSE and run_in_abstract(_text(block.lines)):
            return at, "Text"
    first = _first_prose(found)
    return (first if first is not None else 0), "Text"


def _first_prose(found: Sequence[Block]) -> int | None:
    return next(
        (
            at
            for at, block in enumerate(found)
            if block.role is Role.PROSE and len(block.lines) >= 3 and len(_text(block.lines).split()) >= 30
        ),
        None,
    )


def _text(lines: Sequence[Line]) -> str:
    return " ".join(line.text for line in lines)


FORMAT = Format("pdf", (".pdf",), "2", read, slow=True)
