"""How far a sentence of a paper bears on a question."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from ..tools.text import content_stems, words
from .question import Question
from .question_words import GENERIC, is_name, specific_stems

if TYPE_CHECKING:
    from ..tools.corpus import Corpus

__all__ = ["Relevance", "covers", "mentions", "names_it"]


def covers(phrase: str, stems: frozenset[str], text: str, strict: bool = False) -> bool:
    """Whether a text with these content stems mentions a phrase: names as written, and two thirds of its other stems.

    `strict` asks for all of them.
    """
    names = [word for word in words(phrase) if is_name(word)]
    if any(not mentions(name, text) for name in names):
        return False
    wanted = specific_stems(" ".join(word for word in words(phrase) if not is_name(word)))
    return not wanted or len(wanted & stems) >= (
        len(wanted) if strict or len(wanted) <= 2 else 0.66 * len(wanted)
    )


def names_it(phrase: str, stems: frozenset[str], text: str) -> bool:
    """Whether a text names the thing a phrase stands for: three quarters of its stems, or its last word and three fifths."""
    names = [word for word in words(phrase) if is_name(word)]
    plain = [stem for word in words(phrase) if not is_name(word) for stem in content_stems(word)]
    wanted = [stem for stem in plain if stem not in GENERIC] or plain
    if any(not mentions(name, text) for name in names):
        return False
    share = sum(stem in stems for stem in wanted) / len(wanted) if wanted else 1.0
    return share >= 0.75 or (share >= 0.6 and wanted[-1] in stems)


def mentions(name: str, text: str) -> bool:
    """Whether a name stands in a text as a word of its own: XTREME is not found in XTREME-R."""
    return bool(re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text, re.I))


class Relevance:
    """Relevance of the sentences of a corpus to one question, 0..1.

    Cosine to the question, raised towards the share of the question's phrases that the sentence mentions and,
    at half weight, those that its paper mentions: a sentence is read in its paper.
    """

    def __init__(self, question: Question, corpus: Corpus) -> None:
        self._question = question
        self._corpus = corpus
        self._cosines = corpus.vectors @ corpus.embed([question.text])[0]
        self._paper: dict[str, float] = {}

    def of(self, row: int) -> float:
        """The relevance of the sentence in that row."""
        passage = self._corpus.passages[row]
        own = self._share(self._corpus.stems[row], passage.text)
        cosine = float(np.clip(self._cosines[row], 0.0, 1.0))
        return min(1.0, 0.6 * cosine + 0.3 * own + 0.25 * self._of_paper(passage.paper_id))

    def _share(self, stems: frozenset[str], text: str) -> float:
        phrases = self._question.topics
        return sum(covers(phrase, stems, text) for phrase in phrases) / len(phrases) if phrases else 0.0

    def _of_paper(self, paper_id: str) -> float:
        if paper_id not in self._paper:
            rows = self._corpus.rows(paper_id)
            stems = frozenset().union(*(self._corpus.stems[row] for row in rows)) if rows else frozenset()
            self._paper[paper_id] = self._share(stems, self._corpus.text(paper_id)[:20000])
        return self._paper[paper_id]
