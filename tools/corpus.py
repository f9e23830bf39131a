"""The sentences of the included papers with their vectors: what verifiers may cite, built once a run."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from assignee.claims import Paper, Passage

from .passages import passages
from .text import content_stems
from .toolbox import Toolbox

__all__ = ["Corpus", "Vectors"]

Vectors = npt.NDArray[np.float32]


class Corpus:
    """Included, non-retracted papers only: a retracted or excluded paper can never become evidence.

    `passages` are the sentences of all papers in the order given; row i of `vectors` (n x 384, unit rows)
    belongs to `passages[i]`. Everything but the passages is computed on first use.
    """

    def __init__(self, papers: Sequence[Paper], toolbox: Toolbox) -> None:
        self._toolbox = toolbox
        self.papers = {paper.id: paper for paper in papers if paper.included and not paper.retracted}
        self.passages: list[Passage] = []
        self._rows: dict[str, range] = {}
        for paper in self.papers.values():
            found = passages(paper, self.text(paper.id), toolbox.texts.sections(paper.text_hash))
            self._rows[paper.id] = range(len(self.passages), len(self.passages) + len(found))
            self.passages.extend(found)

    def text(self, paper_id: str) -> str:
        """The stored text of a paper of the corpus. Raises KeyError."""
        return self._toolbox.texts.get(self.papers[paper_id].text_hash)

    def of(self, paper_id: str) -> list[Passage]:
        """The sentences of one paper, in order."""
        return [self.passages[row] for row in self._rows[paper_id]]

    def rows(self, paper_id: str) -> range:
        """The rows of one paper's sentences in `passages` and `vectors`."""
        return self._rows[paper_id]

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors (n x 384, unit rows) of any texts, through the persistent cache."""
        return self._toolbox.index.vectors(texts)

    @cached_property
    def vectors(self) -> Vectors:
        """Vectors of `passages`, row by row."""
        return self.embed([passage.text for passage in self.passages])

    @cached_property
    def stems(self) -> list[frozenset[str]]:
        """The content stems of each passage, row by row."""
        return [frozenset(content_stems(passage.text)) for passage in self.passages]

    @cached_property
    def _document_frequency(self) -> Counter[str]:
        counts: Counter[str] = Counter()
        for rows in self._rows.values():
            counts.update(frozenset().union(*(self.stems[row] for row in rows)) if rows else frozenset())
        return counts

    def idf(self, stem: str) -> float:
        """Inverse document frequency over the included papers, smoothed: ln((N + 1) / (df + 0.5)), at least 0.1."""
        return max(0.1, math.log((len(self.papers) + 1) / (self._document_frequency[stem] + 0.5)))
