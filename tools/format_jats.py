"""JATS XML, the form of Europe PMC and PubMed Central: abstract and body by section, references apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from assignee.claims import Basis

from .composer import Composer
from .guarded_xml import local, parse_guarded
from .headings import NOTES, float_label, known_heading
from .latex_text import plain
from .record import document
from .source import Document, Format, Problem, Unreadable
from .text import stored
from .unpacked import read_bytes

__all__ = ["FORMAT", "parse", "read"]

# No sentences of the paper: pictures, tables, formulas that stand alone, lists of references and of words.
_APART = frozenset(
    """fig fig-group table-wrap table-wrap-group table array disp-formula disp-formula-group boxed-text
    supplementary-material media graphic inline-graphic fn fn-group ref-list label tex-math annotation object-id
    kwd-group chem-struct-wrap preformat code speaker permissions def-list glossary processing-meta""".split()
)
_FLOATS = frozenset(("fig", "table-wrap"))
_BLOCKS = frozenset(("list", "list-item", "disp-quote", "statement", "verse-group"))
_OTHER_ABSTRACTS = frozenset(("graphical", "toc", "teaser", "web-summary", "editor", "precis"))
_RAISED = re.compile(r"^[0-9n+\-−]+$")


def read(path: Path) -> Iterator[Document | Problem]:
    """The article of a file. Raises Unreadable for what is no JATS or holds no text."""
    return parse(read_bytes(path), stem=path.name.split(".")[0] or "article")


def parse(data: bytes, *, stem: str) -> Iterator[Document | Problem]:
    """Every article of the bytes (some services wrap several in one file). Without a body it is a record."""
    articles = [item for item in parse_guarded(data).iter() if local(item) == "article"]
    if not articles:
        raise Unreadable("is XML, but no JATS article")
    for number, article in enumerate(articles, start=1):
        yield _article(article, stem if len(articles) == 1 else f"{stem}:{number}")


def _article(article: Element, stem: str) -> Document | Problem:
    composer = Composer("Text")
    for abstract in _all(article, "front", "article-meta", "abstract"):
        if abstract.get("abstract-type") not in _OTHER_ABSTRACTS:
            composer.heading("Abstract", printed="Abstract")
            _walk(abstract, composer, named=False)
    bodies = _all(article, "body")
    for body in bodies:
        composer.heading("Text")
        _walk(body, composer, named=True)
    for back in _all(article, "back"):
        for part in back:
            if local(part) == "fn-group":
                composer.apart(NOTES, [_spaced_blocks(note) for note in part if local(note) == "fn"])
            if local(part) in ("ack", "sec", "app-group", "notes", "app"):
                composer.heading("Acknowledgements" if local(part) == "ack" else "Back matter")
                _walk(part, composer, named=True)
    for references in (item for item in article.iter() if local(item) == "ref-list"):
        composer.heading("References", printed="References")
        for reference in (item for item in references if local(item) == "ref"):
            composer.paragraph(_spaced(reference))
    record = _record(article)
    made = document({**record, "abstract": composer.text if composer.holds_text else ""}, stem)
    if isinstance(made, Problem):
        return made
    if not bodies:
        parts = [
            composer.text[item.start : item.end] for item in composer.sections if item.name == "Abstract"
        ]
        return document({**record, "abstract": " ".join(parts)}, stem)
    return Document(replace(made.paper, basis=Basis.FULL_TEXT), composer.text, composer.sections)


def _walk(element: Element, composer: Composer, *, named: bool, level: int = 0) -> None:
    """Headings and paragraphs below an element, in order. Not `named`: headings are kept, but open no section."""
    for child in element:
        tag = local(child)
        if tag == "title":
            heading = stored(_inline(child))
            if named and heading:
                composer.heading(known_heading(heading) or heading, printed=heading, level=level)
            elif heading.casefold() != "abstract":
                composer.heading("", printed=heading)
        elif tag == "p":
            _paragraph(child, composer)
        elif tag in _FLOATS:
            _float(child, composer)
        elif tag not in _APART:
            _walk(child, composer, named=named, level=level + (tag == "sec"))


def _paragraph(element: Element, composer: Composer) -> None:
    """A paragraph's text; a list within ends it, and each item is one of its own."""
    held = [element.text or ""]
    inside = [
        item
        for child in element
        if local(child) not in _BLOCKS
        for item in child.iter()
        if local(item) in _FLOATS
    ]
    for child in element:
        if local(child) in _BLOCKS:
            composer.paragraph("".join(held))
            _walk(child, composer, named=False)
            held = []
        elif local(child) == "disp-formula":
            composer.paragraph("".join(held))
            held = []
        else:
            held.append(_piece(child))
        held.append(child.tail or "")
    composer.paragraph("".join(held))
    for item in inside:
        _float(item, composer)


def _float(element: Element, composer: Composer) -> None:
    """A table with label, caption, rows and notes, or a figure's caption, in a section of its own."""
    kind = "Table" if local(element).startswith("table") else "Figure"
    parts = [item for item in element if local(item) in ("label", "caption")]
    caption = stored(" ".join(_spaced_blocks(item) for item in parts))
    rows = [
        " | ".join(cell for item in row if (cell := stored(_spaced_blocks(item))))
        for row in element.iter()
        if local(row) == "tr"
    ]
    notes = [_spaced_blocks(item) for item in element if local(item) == "table-wrap-foot"]
    composer.apart(float_label(caption, kind), [caption, *rows, *notes])


def _spaced_blocks(element: Element) -> str:
    """The text below, its paragraphs and titles apart."""
    if local(element) == "label" or not any(local(item) in ("p", "title") for item in element):
        return _inline(element)
    return " ".join(_inline(item) for item in element if local(item) not in _FLOATS)


def _inline(element: Element) -> str:
    return (element.text or "") + "".join(_piece(child) + (child.tail or "") for child in element)


def _piece(element: Element) -> str:
    tag = local(element)
    if tag in _APART:
        return ""
    if tag == "alternatives":
        # The same formula several times: MathML is text, the others are not.
        return next((_inline(item) for item in element if local(item) == "math"), "")
    if tag == "sup":
        if any(local(item) == "xref" for item in element.iter()):
            return ""
        inner = _inline(element).strip()
        return plain(f"\\textsuperscript{{{inner}}}") if _RAISED.match(inner) else inner
    if tag == "xref" and element.get("ref-type") in ("fn", "aff", "corresp", "author-notes"):
        return ""
    if tag == "break":
        return " "
    return _inline(element)


def _record(article: Element) -> dict[str, Any]:
    given = {
        item.get("pub-id-type", ""): _inline(item).strip()
        for item in _all(article, "front", "article-meta", "article-id")
    }
    titles = _all(article, "front", "article-meta", "title-group", "article-title")
    journals = [
        item for front in _all(article, "front") for item in front.iter() if local(item) == "journal-title"
    ]
    people = _all(article, "front", "article-meta", "contrib-group", "contrib")
    date = min(
        (text for item in _all(article, "front", "article-meta", "pub-date") if (text := _date(item))),
        default="",
    )
    return {
        "title": _inline(titles[0]) if titles else "",
        "authors": [
            name
            for item in people
            if item.get("contrib-type", "author") == "author" and (name := _name(item))
        ],
        "date": date,
        "venue": _inline(journals[0]) if journals else "",
        "doi": given.get("doi"),
        "pmid": given.get("pmid"),
        "pmcid": given.get("pmc") or given.get("pmcid"),
        "licence": _licence(article),
        "retracted": article.get("article-type") in ("retraction", "retracted-article"),
    }


def _licence(article: Element) -> str:
    """The address of the licence, else its kind ("open-access"), "" where none is named."""
    for licence in _all(article, "front", "article-meta", "permissions", "license"):
        for item in licence.iter():
            for key, value in sorted(item.attrib.items()):
                if key.rpartition(" ")[2] == "href" and "licenses/" in value:
                    return value
            if local(item) == "license_ref" and (item.text or "").strip():
                return (item.text or "").strip()
        return licence.get("license-type", "")
    return ""


def _name(contrib: Element) -> str:
    for item in contrib.iter():
        if local(item) == "name":
            parts = {local(part): stored(_inline(part)) for part in item}
            return " ".join(
                filter(None, (parts.get("given-names"), parts.get("surname"), parts.get("suffix")))
            )
        if local(item) in ("collab", "string-name"):
            return stored(_inline(item))
    return ""


def _date(element: Element) -> str:
    parts = {local(item): (item.text or "").strip() for item in element}
    year, month, day = (parts.get(name, "") for name in ("year", "month", "day"))
    if not re.fullmatch(r"\d{4}", year):
        return ""
    known = [number.zfill(2) for number in (month, day) if re.fullmatch(r"\d{1,2}", number)]
    return "-".join((year, *(known if month.isdigit() else ())))


def _spaced(element: Element) -> str:
    """All text below, its parts apart: "Smith" and "J" of a name are two words."""
    return " ".join(part for text in element.itertext() if (part := text.strip()))


def _all(element: Element, *path: str) -> list[Element]:
    """The elements at the end of a path of child names."""
    found = [element]
    for name in path:
        found = [child for item in found for child in item if local(child) == name]
    return found


FORMAT = Format("jats", (".nxml", ".xml", ".nxml.gz", ".xml.gz"), "2", read, slow=True)
