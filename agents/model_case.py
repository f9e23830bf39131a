"""What a claim is held against: the sentences around its quote, and the sentences of other papers nearest to it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from assignee.claims import Claim, Passage

from ..tools.corpus import Corpus
from .model_passages import numbered
from .own_findings import OwnFindings

__all__ = ["Case", "case_of"]

_AROUND = 2  # sentences of context on each side of the quote
_OTHERS = 4  # sentences of other papers
_NEAR = 0.5  # cosine below which a sentence of another paper is not shown


@dataclass(frozen=True)
class Case:
    """A statement, its source (the quote's sentence and its neighbours), and sentences of other papers."""

    statement: str
    source: tuple[Passage, ...]
    others: tuple[Passage, ...] = ()

    @cached_property
    def source_ids(self) -> dict[str, Passage]:
        """The source under the ids shown to a model."""
        return numbered(self.source)

    @cached_property
    def other_ids(self) -> dict[str, Passage]:
        """The others under the ids shown to a model."""
        return numbered(self.others)

    def data(self, *, others: bool = True) -> dict[str, object]:
        """The variables of the prompts that judge a statement."""
        shown: dict[str, object] = {
            "source": {name: passage.text for name, passage in self.source_ids.items()},
            "statement": self.statement,
        }
        if others:
            shown["others"] = {name: passage.text for name, passage in self.other_ids.items()}
        return shown


def case_of(claim: Claim, corpus: Corpus) -> Case:
    """The case of a claim. Of other papers only their own findings are shown, one sentence a paper, nearest first."""
    own = corpus.of(claim.paper_id)
    at = next(number for number, passage in enumerate(own) if passage.end > claim.start)
    source = tuple(
        passage
        for passage in own[max(0, at - _AROUND) : at + _AROUND + 1]
        if passage.section == own[at].section
    )
    findings = OwnFindings.of(corpus)
    cosines = np.round((corpus.vectors @ corpus.embed([claim.statement])[0]).astype(np.float64), 6)
    chosen: dict[str, Passage] = {}
    for row in np.argsort(-cosines, kind="stable"):
        if cosines[row] < _NEAR or len(chosen) == _OTHERS:
            break
        passage = corpus.passages[int(row)]
        if passage.paper_id != claim.paper_id and findings.own(int(row)):
            chosen.setdefault(passage.paper_id, passage)
    return Case(claim.statement, source, tuple(chosen.values()))
