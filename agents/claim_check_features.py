"""What the claim check looks at: features of a proposed document, of a judged one, and of each of its sentences."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..tools import claim_features
from ..tools.entailment_features import FEATURES, features
from ..tools.linear_model import Array
from ..tools.text import content_stems
from .pair_reading import idf
from .pair_seat import Reading

__all__ = [
    "CANDIDATE",
    "JUDGED",
    "SENTENCE",
    "Candidate",
    "Document",
    "candidate_rows",
    "judged_row",
    "sentence_rows",
]

_UNRANKED = 500
CANDIDATE: tuple[str, ...] = (
    *FEATURES,
    "score",
    "score_lead",
    "rank_reciprocal",
    "rank_log",
    "words_reciprocal",
    "words_log",
    "vectors_reciprocal",
    "vectors_log",
    "cosine",
    "cosine_lead",
    "sentence_first",
    "sentence_second",
    "sentence_lead",
    "coverage_lead",
)
JUDGED: tuple[str, ...] = ("candidate", "checker", "decided")
SENTENCE: tuple[str, ...] = (
    "coverage",
    "cosine",
    "coverage_behind",
    "cosine_behind",
    "likeness_behind",
    "rank_reciprocal",
    "is_nearest",
    "is_among_two",
    "is_among_three",
    "likeness_decay",
    "cosine_decay",
    "both",
    "neighbours",
    "length",
    "count",
    *(f"cue_{name}" for name in claim_features.FEATURES),
)
_LEAST = 1e-4


@dataclass(frozen=True, slots=True)
class Document:
    """An abstract: its sentences in stored form, in order (an empty one keeps its number)."""

    id: str
    title: str
    sentences: tuple[str, ...]

    @property
    def text(self) -> str:
        """Title and abstract, as they are indexed."""
        return " ".join(part for part in (self.title, *self.sentences) if part)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document proposed for a claim: its place in the ranking (from 0), its score, and how each index found it."""

    document: Document
    rank: int
    score: float
    lexical_rank: int | None
    vector_rank: int | None
    cosine: float


def candidate_rows(candidates: Sequence[Candidate], readings: Sequence[Reading]) -> Array:
    """Feature rows (n, len(CANDIDATE)) of the candidates of ONE claim: leads are over the best of the others."""
    if not candidates:
        return np.empty((0, len(CANDIDATE)))
    plain = np.array([features(r.claim, r.sentences, r.cosines, idf) for r in readings])
    best = [sorted(reading.cosines, reverse=True) for reading in readings]
    first = np.array([each[0] for each in best])
    second = np.array([each[min(1, len(each) - 1)] for each in best])
    cosine = np.array([each.cosine for each in candidates])
    words = np.array([each.lexical_rank or _UNRANKED for each in candidates], np.float64)
    near = np.array([each.vector_rank or _UNRANKED for each in candidates], np.float64)
    rank = np.array([each.rank for each in candidates], np.float64)
    score = np.array([each.score for each in candidates])
    columns = [
        score,
        _lead(score),
        1 / (1 + rank),
        np.log1p(rank),
        1 / words,
        np.log(words),
        1 / near,
        np.log(near),
        cosine,
        _lead(cosine),
        first,
        second,
        _lead(first),
        _lead(plain[:, FEATURES.index("coverage_whole")]),
    ]
    return np.column_stack([plain, *columns])


def judged_row(logit: float, probs: tuple[float, float, float]) -> Array:
    """What is known after judging: the candidate's logit, the checker's of "not NEI", how far it is decided."""
    support, refute, neither = (min(max(p, _LEAST), 1.0) for p in probs)
    return np.array(
        [logit, math.log((support + refute) / neither), abs(math.log(support / refute))], np.float64
    )


def sentence_rows(reading: Reading, given: Sequence[str]) -> Array:
    """Feature rows (n, len(SENTENCE)) of the sentences of one document against the claim of the reading."""
    cover, close = np.zeros(len(given)), np.zeros(len(given))
    for owner, text, cosine in zip(reading.owners, reading.sentences, reading.cosines, strict=True):
        cover[owner] = max(cover[owner], _coverage(reading.claim, text))
        close[owner] = max(close[owner], cosine)
    like = cover + close
    rank = np.argsort(np.argsort(-like, kind="stable"), kind="stable")
    around = np.pad(like, 1)
    columns = [
        cover,
        close,
        cover - cover.max(),
        close - close.max(),
        like - like.max(),
        1 / (1 + rank),
        rank < 1,
        rank < 2,
        rank < 3,
        np.exp(4 * (like - like.max())),
        np.exp(8 * (close - close.max())),
        cover * close,
        np.maximum(around[:-2], around[2:]),
        np.array([len(text) for text in given]) / 200,
        np.full(len(given), len(given) / 10),
    ]
    cues = claim_features.features(given, claim_features.relative_positions(len(given)))
    return np.asarray(np.column_stack([*columns, cues]), np.float64)


def _coverage(claim: str, text: str) -> float:
    """Share of the claim's content stems that the text holds, by how rare they are."""
    wanted = {stem: idf(stem) for stem in content_stems(claim)}
    held = set(content_stems(text))
    return sum(w for stem, w in wanted.items() if stem in held) / (sum(wanted.values()) or 1.0)


def _lead(values: Array) -> Array:
    """Each value minus the largest of the others; 0 where there are none."""
    if len(values) < 2:
        return np.zeros(len(values))
    order = np.sort(values)
    return np.asarray(np.where(values == order[-1], values - order[-2], values - order[-1]))
