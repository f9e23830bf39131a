"""The sentences of a paper that may be quoted: prose only, each with its section, page and place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assignee.claims import Basis, Paper, Passage

from .headings import is_apart
from .text import content_hash, sentences
from .text_store import Section

__all__ = ["passages"]

_NO_FINDINGS = frozenset(
    (
        "acknowledgment",
        "acknowledgments",
        "acknowledgement",
        "acknowledgements",
        "author contributions",
        "competing interests",
        "conflict of interest",
        "conflicts of interest",
        "data availability",
        "declarations",
        "external links",
        "funding",
        "see also",
    )
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_ENDED = re.compile(r"[.!?][\"”’')\]]*$")
_OPENS = re.compile(r"^[\"“‘'(\[]*[^\W_a-z]")


def passages(paper: Paper, text: str, sections: Sequence[Section]) -> list[Passage]:
    """The sentences of `text`, the stored text of `paper`, in order; `text[start:end] == passage.text`.

    Without sections, and of a bibliographic record, the whole text is one, named "Abstract" ("Digest" or "Text" by
    the paper's basis), and every sentence is kept. Of a sectioned full text, reference lists, tables, captions, notes,
    acknowledgements and the like are left out, and so is what is no whole sentence of prose: fragments beside a
    formula, rows of a table that was not recognised, headings. Sections that touch are read as one paragraph, so that
    a sentence may cross a page; its page is the one it begins on.
    """
    if not sections or paper.basis is Basis.ABSTRACT:
        name = {Basis.ABSTRACT: "Abstract", Basis.DIGEST: "Digest", Basis.FULL_TEXT: "Text"}[paper.basis]
        sections = [Section(name, 0, len(text), None)]
    full = paper.basis is Basis.FULL_TEXT
    found = []
    for paragraph in _paragraphs(sections):
        name, begin, finish = paragraph[0].name, paragraph[0].start, paragraph[-1].end
        if full and (is_apart(name) or name.partition(": ")[0].casefold() in _NO_FINDINGS):
            continue
        for start, end in sentences(text[begin:finish]):
            span = text[begin + start : begin + end]
            if full and not _is_prose(span):
                continue
            page = next((item.page for item in reversed(paragraph) if item.start <= begin + start), None)
            found.append(
                Passage(
                    paper_id=paper.id,
                    section=name,
                    start=begin + start,
                    end=begin + end,
                    text=span,
                    page=page,
                    hash=content_hash(span),
                )
            )
    return found


def _paragraphs(sections: Sequence[Section]) -> Iterator[list[Section]]:
    """Sections that touch, together."""
    held: list[Section] = []
    for section in sections:
        if held and (section.start != held[-1].end or section.name != held[-1].name):
            yield held
            held = []
        held.append(section)
    if held:
        yield held


def _is_prose(sentence: str) -> bool:
    """Whether a stretch of full text is a sentence: opens and ends as one, and is mostly words."""
    tokens = sentence.split()
    worded = sum(_WORD.search(token) is not None for token in tokens)
    return (
        worded >= 3
        and 2 * worded >= len(tokens)
        and _ENDED.search(sentence) is not None
        and _OPENS.match(sentence) is not None
    )
