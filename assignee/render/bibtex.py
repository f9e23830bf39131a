"""references.bib: one entry for each included paper."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from assignee.authors import surname
from assignee.claims import Paper, Report

from .links import arxiv_id, link_of

__all__ = ["render"]

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
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
_NOT_IN_URL = re.compile(r"[\s{}\\\"<>^`|\x00-\x1f\x7f]")
_SKIPPED = frozenset(
    {"a", "an", "the", "on", "of", "in", "for", "and", "to", "does", "do", "is", "are", "when", "how"}
)


def render(report: Report, texts: Callable[[str], str]) -> str:
    """BibTeX in UTF-8, in the order of the references; keys are unique ASCII; LaTeX specials are escaped."""
    taken: set[str] = set()
    entries = [_entry(paper, _key(paper, taken)) for paper in report.papers if paper.included]
    return "\n".join(entries)


def _entry(paper: Paper, key: str) -> str:
    arxiv, venue = arxiv_id(paper), paper.venue
    meeting = bool(
        venue and re.search(r"proceedings|conference|workshop|meeting|findings|symposium", venue, re.I)
    )
    kind = "inproceedings" if meeting else "article" if venue else "misc"
    fields: list[tuple[str, str]] = [("title", f"{{{_escape(paper.title)}}}")]
    if paper.authors:
        fields.append(("author", " and ".join(_name(name) for name in paper.authors)))
    if paper.year is not None:
        fields.append(("year", str(paper.year)))
    if venue:
        fields.append(("booktitle" if meeting else "journal", _escape(venue)))
    if paper.ids.get("doi"):
        fields.append(("doi", _bare(paper.ids["doi"])))
    if arxiv:
        fields += [("eprint", _bare(arxiv)), ("archiveprefix", "arXiv")]
    link = link_of(paper)
    if link:
        fields.append(("url", _bare(link)))
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields)
    return f"@{kind}{{{key},\n{lines}}}\n"


def _key(paper: Paper, taken: set[str]) -> str:
    who = _ascii(surname(paper.authors[0])) if paper.authors else ""
    word = next(
        (found for item in paper.title.split() if (found := _ascii(item)) and found not in _SKIPPED), ""
    )
    base = f"{who or 'anon'}{paper.year if paper.year is not None else 'nd'}{word}"
    key, at = base, 1
    while key in taken:
        at += 1
        key = f"{base}-{at}"
    taken.add(key)
    return key


def _ascii(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", folded.casefold())[:40]


def _escape(text: str) -> str:
    plain = " ".join(_CONTROL.sub(" ", text).split())
    return "".join(_SPECIAL.get(char, char) for char in plain)


def _name(name: str) -> str:
    """An author; braced whole where BibTeX would take a word of it for the separator "and" or a part for a suffix."""
    escaped = _escape(name)
    return (
        f"{{{escaped}}}"
        if re.search(r"(?i)\band\b|\bothers\b", escaped) or escaped.count(",") > 1
        else escaped
    )


def _bare(text: str) -> str:
    """A field that BibTeX styles print verbatim: nothing may be escaped, so what would break it is percent-encoded."""
    return _NOT_IN_URL.sub(lambda match: "".join(f"%{byte:02X}" for byte in match.group().encode()), text)
