"""Word documents (.docx): paragraphs by their heading styles, tables and captions apart; notes and deleted text stay out."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import Element

from assignee.claims import Basis

from .composer import Composer
from .guarded_xml import local, parse_guarded
from .headings import caption_label, known_heading, numbered_heading
from .latex_text import plain
from .record import document
from .source import Document, Format, Problem, Unreadable
from .text import stored
from .unpacked import MOST, read_bytes

__all__ = ["FORMAT", "parse", "read"]

_HEADING = re.compile(r"^heading\s*(\d)$", re.I)
# Not text that is read: pictures with their boxes, deleted and moved-away text, fields' codes.
_APART = frozenset(("drawing", "pict", "object", "del", "moveFrom", "instrText", "Fallback", "txbxContent"))
_NOT_PROSE = frozenset(("caption", "header", "footer", "footnote text", "endnote text", "table of contents"))
_RAISED = re.compile(r"^[0-9n+\-−]{1,4}$")


def read(path: Path) -> Iterator[Document | Problem]:
    """The one document of a file. Raises Unreadable: no Word document, too large, a password, no text."""
    yield parse(read_bytes(path), stem=path.name.rsplit(".", 1)[0] or path.name)


def parse(data: bytes, *, stem: str) -> Document:
    """The text of word/document.xml. Title: the Title style's, else the properties', else `stem`."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("needs a password, or is an old .doc; save it as .docx")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            body = _part(archive, "word/document.xml")
            styles = _styles(_part(archive, "word/styles.xml"))
            known = _properties(_part(archive, "docProps/core.xml"))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError, OSError):
        raise Unreadable("is not a whole Word document") from None
    if body is None:
        raise Unreadable("is a zip file, but no Word document")
    title, composer = "", Composer("Text")
    label = None
    for paragraph in _paragraphs(body):
        if local(paragraph) == "tbl":
            composer.apart(label or "Table", _rows(paragraph))
            label = None
            continue
        style, text = _style(paragraph, styles), stored(_text(paragraph))
        label = caption_label(text)
        if text and (label is not None or style == "caption"):
            composer.apart(label or "Figure", [text])
            continue
        if not text or style in _NOT_PROSE or style.startswith("toc "):
            continue
        heading = _HEADING.match(style) or _outlined(paragraph)
        if style == "title":
            title = title or text
        elif (heading and not _reads_on(text)) or known_heading(text):
            numbered = numbered_heading(text)
            level = int(heading.group(1)) if isinstance(heading, re.Match) else 1
            name = known_heading(text) or (numbered[1] if numbered else text)
            composer.heading(name, printed=text, level=level)
        elif style not in ("subtitle", "author"):
            composer.paragraph(text)
    if not composer.holds_text:
        raise Unreadable("holds no text")
    made = document({**known, "title": title or known.get("title") or stem, "abstract": composer.text}, stem)
    if isinstance(made, Problem):
        raise Unreadable(made.what)
    return Document(replace(made.paper, basis=Basis.FULL_TEXT), composer.text, composer.sections)


def _part(archive: zipfile.ZipFile, name: str) -> Element | None:
    """A part as XML, None where there is none. Never unpacks more than MOST bytes, whatever the directory says."""
    if name not in archive.namelist():
        return None
    with archive.open(name) as stream:
        content = stream.read(MOST + 1)
    return parse_guarded(content, most=MOST)


def _paragraphs(element: Element) -> Iterator[Element]:
    """Paragraphs and tables, in order."""
    for child in element:
        if local(child) in ("p", "tbl"):
            yield child
        elif local(child) not in _APART:
            yield from _paragraphs(child)


def _rows(table: Element) -> list[str]:
    """The rows of a table, cells with a bar between; a table within a cell is part of the cell."""
    rows = []
    for row in table:
        if local(row) == "tr":
            cells = (
                stored(" ".join(_text(item) for item in cell.iter() if local(item) == "p")) for cell in row
            )
            rows.append(" | ".join(filter(None, cells)))
    return rows


def _reads_on(text: str) -> bool:
    """Whether a paragraph in a heading's style is none: some writers set whole paragraphs in one."""
    return len(text.split()) > 25 or (len(text.split()) > 12 and text.endswith("."))


def _text(element: Element) -> str:
    found = []
    for child in element:
        tag = local(child)
        if tag == "t":
            found.append(child.text or "")
        elif tag in ("tab", "br", "cr"):
            found.append(" ")
        elif tag == "noBreakHyphen":
            found.append("-")
        elif tag == "r" and _raised(child):
            inner = _text(child)
            found.append(plain(f"\\textsuperscript{{{inner}}}") if _RAISED.match(inner.strip()) else inner)
        elif tag not in _APART and tag not in ("pPr", "rPr"):
            found.append(_text(child))
    return "".join(found)


def _raised(run: Element) -> bool:
    return any(
        _value(item) == "superscript"
        for part in run
        if local(part) == "rPr"
        for item in part
        if local(item) == "vertAlign"
    )


def _style(paragraph: Element, styles: dict[str, str]) -> str:
    for part in paragraph:
        if local(part) == "pPr":
            for item in part:
                if local(item) == "pStyle":
                    return styles.get(_value(item), _value(item).lower())
    return ""


def _outlined(paragraph: Element) -> bool:
    """Whether the paragraph has an outline level of its own; level 9 is body text."""
    return any(
        local(item) == "outlineLvl" and _value(item) in set("012345678")
        for part in paragraph
        if local(part) == "pPr"
        for item in part
    )


def _styles(root: Element | None) -> dict[str, str]:
    """Style ids, which depend on the language of the program, to the names, which do not."""
    found = {}
    for style in root if root is not None else ():
        identifier = next((value for key, value in style.attrib.items() if key.endswith("styleId")), "")
        name = next((_value(item) for item in style if local(item) == "name"), "")
        if identifier and name:
            found[identifier] = name.lower()
    return found


def _properties(root: Element | None) -> dict[str, str]:
    """The title only: who and when are mostly those of the program or the template."""
    found = {local(item): (item.text or "").strip() for item in (root if root is not None else ())}
    return {"title": found.get("title", "")}


def _value(element: Element) -> str:
    return next((value for key, value in element.attrib.items() if key.rpartition(" ")[2] == "val"), "")


FORMAT = Format("docx", (".docx",), "2", read, slow=True)
