"""Which sentences of the corpus are findings of their own paper."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Sequence
from weakref import WeakKeyDictionary

from assignee.claims import Basis, Paper, Passage

from ..tools.corpus import Corpus
from .attribution import announcement, asserted, of_others
from .claim_sentences import roles, score
from .outcome_sentences import kind
from .outcome_sentences import score as outcome_score

__all__ = ["OwnFindings"]

_BACKGROUND = 0.7  # P(background) from which a sentence is a remark, not a finding
_SHORT = 4  # sentences below which an abstract has no background to speak of
_SECTION = (
    (re.compile(r"abstract|summary", re.I), None),
    (re.compile(r"conclu|result|finding|discussion|experiment|evaluation|analysis", re.I), 0.85),
    (re.compile(r"introduc", re.I), 0.4),
)
_ELSEWHERE = 0.2  # related work, methods, and sections that say nothing of what they hold
_RESULT = re.compile(
    r"\b(?:we (?:find|found|show|observe|demonstrate)|results? (?:show|suggest|indicate|demonstrate)|significantly|"
    r"\d+(?:\.\d+)?\s*(?:%|points?|BLEU|F1))",
    re.I,
)


class OwnFindings:
    """P(finding) of every sentence, and whether it is asserted as the paper's own. Rows are those of the corpus.

    `of` makes it once per corpus: extractor and seats ask for the same one, batch after batch.
    """

    @classmethod
    def of(cls, corpus: Corpus) -> OwnFindings:
        """The findings of a corpus, made at first use."""
        with _LOCK:
            if corpus not in _MADE:
                _MADE[corpus] = cls(corpus)
            return _MADE[corpus]

    def __init__(self, corpus: Corpus) -> None:
        # The passages, not the corpus: a reference to the key would keep it alive for ever.
        self._passages = corpus.passages
        self.likely: list[float] = [0.0] * len(corpus.passages)
        self._background: list[float] = [0.0] * len(corpus.passages)
        for paper in corpus.papers.values():
            passages = corpus.of(paper.id)
            if not passages:
                continue
            texts, places = [passage.text for passage in passages], _places(paper, passages)
            told = roles(texts, places)
            if _sectioned(paper, passages):
                likely = outcome_score(texts, [passage.section for passage in passages])
            else:
                likely = score(texts, places)
            for at, row in enumerate(corpus.rows(paper.id)):
                self.likely[row] = float(likely[at])
                self._background[row] = 0.0 if len(passages) < _SHORT else float(told[at][0])

    def remark(self, row: int) -> bool:
        """Whether the sentence tells what others found or what is generally held."""
        text = self._passages[row].text
        return of_others(text) or (self._background[row] >= _BACKGROUND and not _RESULT.search(text))

    def own(self, row: int) -> bool:
        """Whether the sentence asserts something that its paper found."""
        text = self._passages[row].text
        return asserted(text) and not announcement(text) and not self.remark(row)


def _sectioned(paper: Paper, passages: Sequence[Passage]) -> bool:
    """Whether a full text names the sections in which authors state their outcomes: others are then not searched."""
    return paper.basis is Basis.FULL_TEXT and any(kind(passage.section) for passage in passages)


def _places(paper: Paper, passages: Sequence[Passage]) -> list[float]:
    """Relative places 0..1 as the sentence model knows them from abstracts.

    An abstract is read in order; a digest and a very short abstract hold findings from their first line; in a full
    text the section tells.
    """
    order = [at / max(1, len(passages) - 1) for at in range(len(passages))]
    if paper.basis is Basis.DIGEST or len(passages) < _SHORT:
        return [0.85] * len(passages)
    if paper.basis is Basis.ABSTRACT:
        return order
    sizes = Counter(passage.section for passage in passages)
    seen: Counter[str] = Counter()
    places = []
    for passage in passages:
        fixed = next((place for pattern, place in _SECTION if pattern.search(passage.section)), _ELSEWHERE)
        places.append(seen[passage.section] / max(1, sizes[passage.section] - 1) if fixed is None else fixed)
        seen[passage.section] += 1
    return places


_LOCK = threading.Lock()
_MADE: WeakKeyDictionary[Corpus, OwnFindings] = WeakKeyDictionary()
