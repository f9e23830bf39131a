"""Whether a full text is the paper that it was fetched for: by its DOI, its title, or the abstract found in it.

Repositories hand out other things under a paper's name: a supplement, a correction, a whole volume, the wrong file. So
the abstract is looked for in the opening only, and a title with a word that makes another thing of it ("Correction to",
"Part II") is no title of the paper. The thresholds were
set on the ACL Anthology (`evals/bench/same_paper.py`): no abstract of another paper reaches a share of .25 in any of 150 full
texts (24,033 abstracts; the highest is .22), and each of 57 full texts has at least .27 of its record's abstract. Titles
that are .9 alike are rare among other papers (64 pairs in 24,068), so either will do.
"""

from __future__ import annotations

import re
from collections import Counter

from assignee.claims import Paper

from .source import Document
from .text import STOPWORDS, fold
from .title_words import another_thing

__all__ = [
    "ABSTRACT_SHARE",
    "TITLE_LIKENESS",
    "abstract_share",
    "runs",
    "same_paper",
    "title_likeness",
    "title_words",
]

TITLE_LIKENESS = 0.9
ABSTRACT_SHARE = 0.25
_RUN = 4  # words
_OPENING = 12_000  # characters of a paper in which its abstract stands; a volume has it anywhere

_WORD = re.compile(r"[^\W_]+")


def same_paper(paper: Paper, abstract: str, full: Document) -> bool:
    """`abstract` is the stored text of the record, "" where it has none."""
    one, other = paper.ids.get("doi"), full.paper.ids.get("doi")
    if one and one == other:
        return True
    if _told_apart(paper.title, full.paper.title):
        return False
    if title_likeness(paper.title, full.paper.title) >= TITLE_LIKENESS:
        return True
    return abstract_share(abstract, full.text[:_OPENING]) >= ABSTRACT_SHARE


def _told_apart(one: str, other: str) -> bool:
    """Whether two titles that share most of their words differ in one that makes another thing of a paper."""
    left, right = title_words(one), title_words(other)
    alike = (left & right).total() >= 0.8 * min(left.total(), right.total()) > 0
    return alike and any(another_thing(word) for word in left.keys() ^ right.keys())


def title_likeness(one: str, other: str) -> float:
    """Twice the words two titles share over the words they have (Dice), stop words left out; 0 where one has none."""
    left, right = title_words(one), title_words(other)
    total = left.total() + right.total()
    return 2 * (left & right).total() / total if left and right else 0.0


def abstract_share(abstract: str, text: str) -> float:
    """The share of an abstract's runs of four words that stand in a text; 0 for abstracts of less than 10 runs."""
    wanted = runs(abstract)
    return len(wanted & runs(text)) / len(wanted) if len(wanted) >= 10 else 0.0


def title_words(title: str) -> Counter[str]:
    """The words of a title that count, without case and accents."""
    return Counter(word for word in _WORD.findall(fold(title)) if word not in STOPWORDS)


def runs(text: str) -> set[tuple[str, ...]]:
    """All runs of four words of a text, without case, accents and punctuation."""
    words = _WORD.findall(fold(text))
    return {tuple(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1)}
