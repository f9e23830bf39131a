"""The citations in a report's own words: author and year, identifiers, claim ids; and those that name no included paper."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assignee.authors import surname
from assignee.claims import Paper, Report

from ..tools.text import fold
from .wording import own_words

__all__ = ["prose", "strange_citations"]

_NAME = r"[^\W\d_a-z][\w’'.-]*"
_PARTICLES = r"(?:(?:van|von|der|den|de|di|da|la|le) )*"
# "Lee (2020)", "Lee and Kim (2020)", "van Dam et al., 2020", "(Lee & Kim, 2020; Roe, 2019)"; the first author counts.
_AUTHOR_YEAR = re.compile(
    rf"(?P<name>{_NAME})(?: et al\.?| and (?:colleagues|others|co-workers)|(?: and | ?& ?){_PARTICLES}{_NAME})?"
    r"(?:['’]s)?(?:,? \(?| \()(?P<year>(?:19|20)\d\d|n\.d\.)[a-z]?\b"
)
# A month or "In 2020" is no author.
_NO_AUTHOR = frozenset(
    "january february march april may june july august september october november december in since until by from of "
    "during before after the a an and or year spring summer autumn winter early late mid between".split()
)
_CLAIM_ID = re.compile(r"\[(c\d+)\]|\bclaims? (c\d+)\b")
_IDENTIFIER = re.compile(
    r"\barxiv[:/ ]\s?(?:abs/)?(?P<arxiv>\d{4}\.\d{4,5})|\b(?P<doi>10\.\d{4,9}/[^\s\"“”<>)\]]+)|(?P<url>https?://[^\s\"“”<>)\]]+)",
    re.IGNORECASE,
)


def prose(report: Report) -> Iterator[tuple[str, str]]:
    """(where, text) of everything in a report that is in our own words."""
    yield "the answer", report.answer.text
    yield "the abstract", report.abstract
    yield "the title", report.title
    for checked in report.claims:
        yield checked.claim.id, checked.claim.text
    for part, value in report.sections.items():
        if isinstance(value, str):
            yield part, value
        for entry in value if isinstance(value, (list, tuple)) else ():
            if isinstance(entry, str):
                yield part, entry
            elif isinstance(entry, dict) and part != "themes":
                yield part, str(entry.get("text") or "")


def strange_citations(report: Report, allowed: dict[str, Paper]) -> Iterator[tuple[str, str]]:
    """(where, fault) of every citation in our own words that names no included paper or no claim of the report.

    Names that the question or a title of the report holds are let pass, also with a year.
    """
    works = [
        (
            {fold(surname(name)) for name in paper.authors} or {fold(paper.cite.split(" (")[0])},
            paper.year,
            fold(paper.cite),
        )
        for paper in allowed.values()
    ]
    ids = {checked.claim.id for checked in report.claims}
    known = fold(" ".join([report.question, *(paper.title for paper in report.papers)]))
    identifiers = fold(
        " ".join(f"{paper.id} {paper.url or ''} {' '.join(paper.ids.values())}" for paper in report.papers)
    )
    for where, text in prose(report):
        own = own_words(text)
        for match in _AUTHOR_YEAR.finditer(own):
            name, year, said = fold(match["name"]).rstrip("."), match["year"], match.group().strip(" ,(")
            if name in _NO_AUTHOR or re.search(rf"(?<!\w){re.escape(name)}(?!\w)", known):
                continue
            if not any(
                _is(name, year, authors, held)
                or fold(match.group()).replace("(", "").strip() in cite.replace("(", "")
                for authors, held, cite in works
            ):
                yield where, f"{where} cites “{said}”, which is not among the included papers"
        for match in _CLAIM_ID.finditer(own):
            found = match[1] or match[2]
            if found not in ids:
                yield where, f"{where} names {found}, which is no claim of this report"
        for match in _IDENTIFIER.finditer(own):
            token = fold(match["arxiv"] or match["doi"] or match["url"]).rstrip(".,;/")
            if token not in identifiers:
                yield where, f"{where} cites “{match.group()}”, which is not among the papers found"


def _is(name: str, year: str, authors: set[str], held: int | None) -> bool:
    named = any(
        name == author or name == author.split()[-1] or name == author.split()[0]
        for author in authors
        if author
    )
    return named and (str(held) == year if held is not None else year == "n.d.")
