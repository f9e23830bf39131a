"""references.bib: one entry for each included paper."""

from __future__ import annotations

import re

from assignee.claims import Report

from .entry import Entry, entries
from .names import Name
from .renderer import Renderer, Texts

__all__ = ["RENDERER", "render"]

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': "''",
}
_NOT_IN_URL = re.compile(r"[\s{}\\\"<>^`|\x00-\x1f\x7f]")
_KINDS = {"meeting": "inproceedings", "journal": "article", "other": "misc"}


def render(report: Report, texts: Texts) -> str:
    """BibTeX in UTF-8, in the order of the references; keys are unique ASCII; LaTeX specials are escaped."""
    return "\n".join(_entry(entry) for entry in entries(report.papers))


def _entry(entry: Entry) -> str:
    fields: list[tuple[str, str]] = [("title", f"{{{_escape(entry.title)}}}")]
    if entry.authors:
        fields.append(("author", " and ".join(_name(name) for name in entry.authors)))
    if entry.year is not None:
        fields.append(("year", str(entry.year)))
    if entry.venue:
        fields.append(("booktitle" if entry.kind == "meeting" else "journal", _escape(entry.venue)))
    if entry.doi:
        fields.append(("doi", _bare(entry.doi)))
    if entry.arxiv:
        fields += [("eprint", _bare(entry.arxiv)), ("archiveprefix", "arXiv")]
    if entry.url:
        fields.append(("url", _bare(entry.url)))
    if entry.note:
        fields.append(("note", _escape(entry.note)))
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields)
    return f"@{_KINDS[entry.kind]}{{{entry.key},\n{lines}}}\n"


def _escape(text: str) -> str:
    return "".join(_SPECIAL.get(char, char) for char in text)


def _name(name: Name) -> str:
    """Family first, as BibTeX reads it without guessing; a group is braced whole."""
    if name.literal:
        return f"{{{_escape(name.literal)}}}"
    parts = (name.family, name.suffix, name.given) if name.suffix else (name.family, name.given)
    return ", ".join(
        f"{{{_escape(part)}}}" if re.search(r"(?i)\b(?:and|others)\b|,", part) else _escape(part)
        for part in parts
    )


def _bare(text: str) -> str:
    """A field that BibTeX styles print verbatim: nothing may be escaped, so what would break it is percent-encoded."""
    return _NOT_IN_URL.sub(lambda match: "".join(f"%{byte:02X}" for byte in match.group().encode()), text)


RENDERER = Renderer("bib", "references.bib", render, default=True)
