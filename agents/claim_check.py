"""One claim against a corpus: find abstracts that bear on it, judge each, name the sentences that decide it.

    with Toolbox.open(settings) as box:
        check = ClaimCheck(documents, box, PairChecker("stance").judge)
        [findings] = check.check(["Aspirin lowers the risk of colorectal cancer."])

Retrieval (the hybrid index) proposes, a small linear model drops what does not bear on the claim, the pair checker says
support or refute, and a second linear model picks the sentences. Weights: `evals/train/fit_claim_check.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from ..tools.linear_model import LinearModel
from ..tools.text import content_hash
from ..tools.toolbox import Toolbox
from .claim_check_features import (
    CANDIDATE,
    JUDGED,
    SENTENCE,
    Candidate,
    Document,
    candidate_rows,
    judged_row,
    sentence_rows,
)
from .pair_checker import Judgement, Pair
from .pair_reading import read

__all__ = [
    "CANDIDATES",
    "ClaimCheck",
    "Document",
    "Finding",
    "index_documents",
    "model",
]

WEIGHTS = Path(__file__).parent / "weights" / "claim_check.json"
CANDIDATES = 10  # abstracts looked at for one claim
_MOST = 3  # sentences named of one abstract
_KINDS = ("SUPPORT", "REFUTE")


@dataclass(frozen=True, slots=True)
class Finding:
    """An abstract that bears on the claim: SUPPORT or REFUTE, how surely it bears on it at all, and its sentences.

    `sentences` are numbers into the document's, the surest first, one to three. `probability` is that of being
    evidence, `probs` what the pair checker said.
    """

    document: str
    label: str
    probability: float
    probs: tuple[float, float, float]
    sentences: tuple[int, ...]


@cache
def model(part: str) -> LinearModel:
    """The fitted model "candidate", "judged" or "sentence"; thresholds and measured figures with them."""
    loaded = LinearModel.load(WEIGHTS, part)
    loaded.check_features({"candidate": CANDIDATE, "judged": JUDGED, "sentence": SENTENCE}[part])
    return loaded


def index_documents(documents: Iterable[Document], toolbox: Toolbox) -> dict[str, str]:
    """Put documents (title and abstract) into the index; the index key of each by document id."""
    texts = {document.id: document.text for document in documents}
    keys = {name: content_hash(text) for name, text in texts.items()}
    toolbox.index.add((keys[name], text) for name, text in texts.items())
    return keys


class ClaimCheck:
    """Checks claims against `documents` (by id). `judge` is a pair checker's; `toolbox` holds the index."""

    def __init__(
        self,
        documents: Mapping[str, Document],
        toolbox: Toolbox,
        judge: Callable[[Sequence[Pair]], list[Judgement]],
    ) -> None:
        self._documents, self._box, self._judge = documents, toolbox, judge
        self._keys: dict[str, list[str]] | None = None

    def candidates(self, claim: str, limit: int = CANDIDATES) -> list[Candidate]:
        """The documents that retrieval proposes for a claim, best first."""
        if self._keys is None:
            found: dict[str, list[str]] = {}
            for name, key in index_documents(self._documents.values(), self._box).items():
                found.setdefault(key, []).append(name)
            self._keys = found
        hits = self._box.index.search([claim], among=sorted(self._keys), limit=limit)
        return [
            Candidate(
                self._documents[name], rank, hit.score, hit.lexical_rank, hit.vector_rank, hit.cosine or 0.0
            )
            for rank, hit in enumerate(hits)
            for name in self._keys[hit.text_hash]
            if any(self._documents[name].sentences)
        ][:limit]

    def check(self, claims: Sequence[str]) -> list[list[Finding]]:
        """Open retrieval: for each claim the documents that bear on it, the surest first."""
        waiting: list[tuple[int, Candidate, float]] = []
        floor = model("candidate").thresholds["judge"] or 0.0
        for at, claim in enumerate(claims):
            proposed = self.candidates(claim)
            readings = read([Pair(claim, each.document.sentences) for each in proposed])
            for each, logit in zip(
                proposed, _logits(model("candidate"), candidate_rows(proposed, readings)), strict=True
            ):
                if 1 / (1 + np.exp(-logit)) >= floor:
                    waiting.append((at, each, float(logit)))
        judged = self._judge([Pair(claims[at], each.document.sentences) for at, each, _ in waiting])
        found: list[list[Finding]] = [[] for _ in claims]
        line = model("judged").thresholds["open"] or 1.0
        for (at, each, logit), judgement in zip(waiting, judged, strict=True):
            if judgement.probs is not None:
                chance = bearing(logit, judgement.probs)
                if chance >= line:
                    found[at].append(self._finding(claims[at], each.document, judgement.probs, chance))
        return [sorted(each, key=lambda f: (-f.probability, f.document)) for each in found]

    def check_given(self, claims: Sequence[str], given: Sequence[Sequence[str]]) -> list[list[Finding]]:
        """Each claim against the documents given for it (ids), without retrieval: those that bear on it, in order.

        A document bears on the claim when P(NEI) stays under the fitted line.
        """
        waiting = [(at, name) for at, names in enumerate(given) for name in names]
        pairs = [Pair(claims[at], self._documents[name].sentences) for at, name in waiting]
        line = model("judged").thresholds["given"] or 0.5
        found: list[list[Finding]] = [[] for _ in claims]
        for (at, name), judgement in zip(waiting, self._judge(pairs), strict=True):
            if judgement.probs is not None and 1.0 - judgement.probs[2] >= line:
                chance = 1.0 - judgement.probs[2]
                found[at].append(self._finding(claims[at], self._documents[name], judgement.probs, chance))
        return found

    def _finding(
        self, claim: str, document: Document, probs: tuple[float, float, float], chance: float
    ) -> Finding:
        label = _KINDS[int(probs[1] > probs[0])]
        return Finding(document.id, label, round(chance, 6), probs, rationale(claim, document))


def bearing(logit: float, probs: tuple[float, float, float]) -> float:
    """P(the document bears on the claim) from the candidate model's logit and the checker's probabilities."""
    row = judged_row(logit, probs)
    return float(model("judged").probabilities(row[None, :])[0, 1])


def rationale(claim: str, document: Document) -> tuple[int, ...]:
    """Numbers of the one to three sentences that decide the claim, the surest first."""
    [reading] = read([Pair(claim, document.sentences)])
    rows = sentence_rows(reading, document.sentences)
    chances = model("sentence").probabilities(rows)[:, 1]
    order = sorted(range(len(chances)), key=lambda at: (-round(float(chances[at]), 9), at))
    line = model("sentence").thresholds["name"] or 0.0
    kept = [at for at in order[:_MOST] if chances[at] >= line and document.sentences[at]]
    return tuple(kept or order[:1])


def _logits(fitted: LinearModel, rows: np.ndarray) -> np.ndarray:
    scores = fitted.logits(rows)
    return np.asarray(scores[:, 1] - scores[:, 0])
