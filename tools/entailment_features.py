"""Interpretable features of a claim against evidence sentences: coverage, closeness, and six kinds of conflict.

Cosines come in as an argument, so that the features need no model. "best" is the evidence sentence that covers the
claim and lies close to it; features named "soft_" are averages over all evidence sentences, weighted by how much each
looks like the best one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .polarity import hedges, negations, quantifiers, read, tokens
from .polarity_words import ANTONYMS
from .quantities import quantities, same_value
from .text import content_stems, words

__all__ = ["FEATURES", "allows", "best_order", "features"]

FEATURES: tuple[str, ...] = (
    "coverage_best",
    "coverage_whole",
    "coverage_gap",
    "coverage_pairs",
    "reverse_coverage",
    "heaviest_missing",
    "cosine_best",
    "cosine_gap",
    "cosine_mean",
    "claim_negated",
    "best_negated",
    "negation_mismatch",
    "soft_negation_mismatch",
    "direction_conflict",
    "direction_same",
    "null_conflict",
    "soft_direction_conflict",
    "soft_direction_same",
    "soft_null_conflict",
    "antonym",
    "soft_antonym",
    "claim_has_numbers",
    "numbers_missing",
    "number_conflict",
    "names_missing",
    "claim_hedged",
    "best_hedged",
    "claim_generalises",
    "length_ratio",
    "claim_length",
    "covered_conflict",
)

_NAME = re.compile(
    r"^(?:[A-Z][A-Z0-9][\w-]*|[a-z]*[A-Z]+\w*[0-9][\w-]*|[a-z]+[A-Z]\w*|\w*[0-9]\w*[A-Za-z]\w*)$"
)


class _Sentence(NamedTuple):
    stems: tuple[str, ...]
    pairs: frozenset[tuple[str, str]]
    words: frozenset[str]
    ways: frozenset[str]
    negated: bool
    hedged: bool
    general: bool
    numbers: tuple[tuple[float, str], ...]
    names: frozenset[str]


@lru_cache(maxsize=65536)
def _analyse(text: str) -> _Sentence:
    stems = content_stems(text)
    return _Sentence(
        stems=stems,
        pairs=frozenset(pairwise(stems)),
        words=frozenset(token.word for token in tokens(text)),
        ways=frozenset(cue.direction for cue in read(text).cues),
        negated=bool(negations(text)),
        hedged=bool(hedges(text)),
        general=bool(quantifiers(text)),
        numbers=tuple(
            (item.value, item.unit) for item in quantities(text) if item.role not in {"year", "spread"}
        ),
        names=frozenset(word.casefold() for word in words(text) if _NAME.match(word)),
    )


def best_order(
    claim: str, evidence: Sequence[str], cosines: Sequence[float], idf: Callable[[str], float]
) -> list[int]:
    """Indices of the evidence sentences, the one most like the claim first; ties in the order given."""
    likeness = _coverages(claim, evidence, idf) + np.asarray(cosines, np.float64)
    return sorted(range(len(evidence)), key=lambda at: (-round(float(likeness[at]), 9), at))


def features(
    claim: str, evidence: Sequence[str], cosines: Sequence[float], idf: Callable[[str], float]
) -> npt.NDArray[np.float64]:
    """One feature row (len(FEATURES),). `cosines` are claim against each evidence sentence; evidence must not be empty.

    `idf` weighs a content stem. Raises ValueError without evidence.
    """
    if not evidence:
        raise ValueError("features need at least one evidence sentence")
    own = _analyse(claim)
    others = [_analyse(sentence) for sentence in evidence]
    close = np.asarray(cosines, np.float64)
    cover = _coverages(claim, evidence, idf)
    order = best_order(claim, evidence, cosines, idf)
    best = others[order[0]]
    soft = np.exp(8.0 * (cover + close))
    soft = soft / soft.sum()
    stems = set(own.stems)
    everywhere = frozenset().union(*(other.stems for other in others))
    mass = sum(idf(stem) for stem in sorted(stems)) or 1.0
    missing = [idf(stem) for stem in sorted(stems - everywhere)]
    back = sum(idf(stem) for stem in sorted(set(best.stems))) or 1.0
    conflict, same, null = _ways(own, best)
    softly = np.array(
        [(*_ways(own, other), _antonym(own, other), own.negated != other.negated) for other in others]
    )
    soft_conflict, soft_same, soft_null, soft_antonym, soft_negation = soft @ softly.astype(np.float64)
    antonym = _antonym(own, best)
    everything = [number for other in others for number in other.numbers]
    absent = [number for number in own.numbers if not _has(number, everything)]
    elsewhere = [number for number in own.numbers if not _has(number, best.numbers)]
    swapped = [number for number in elsewhere if any(unit == number[1] for _, unit in best.numbers)]
    names = frozenset().union(*(other.names | other.words for other in others))
    ranked, near = sorted(cover, reverse=True), sorted(close, reverse=True)
    row = (
        cover[order[0]],
        1.0 - sum(missing) / mass,
        ranked[0] - (ranked[1] if len(ranked) > 1 else 0.0),
        len(own.pairs & best.pairs) / max(1, len(own.pairs)),
        sum(idf(stem) for stem in sorted(stems & set(best.stems))) / back,
        max(missing, default=0.0) / mass,
        near[0],
        near[0] - (near[1] if len(near) > 1 else 0.0),
        float(np.mean(close)),
        own.negated,
        best.negated,
        own.negated != best.negated,
        soft_negation,
        conflict,
        same,
        null,
        soft_conflict,
        soft_same,
        soft_null,
        antonym,
        soft_antonym,
        bool(own.numbers),
        len(absent) / max(1, len(own.numbers)),
        bool(swapped),
        len(own.names - names) / max(1, len(own.names)),
        own.hedged,
        best.hedged,
        own.general,
        math.log((1 + len(own.stems)) / (1 + len(best.stems))),
        math.log1p(len(own.stems)),
        cover[order[0]]
        * max(conflict, null, antonym, float(own.negated != best.negated), float(bool(swapped))),
    )
    return np.array(row, np.float64)


def allows(row: npt.NDArray[np.float64], stance: str) -> bool:
    """Whether the features show a ground for a stance that can be named to a reader.

    Either stance needs a best sentence that covers at least 60 % of the claim: what many sentences share among them
    is a topic, not evidence. "support" also needs every number of the claim and no conflict with the best sentence,
    "contradict" such a conflict. Without these grounds a high probability is not a vote.
    """
    value = dict(zip(FEATURES, row.tolist(), strict=True))
    conflict = any(
        value[name] for name in ("direction_conflict", "null_conflict", "antonym", "negation_mismatch")
    )
    if value["coverage_best"] < 0.6:
        return False
    if stance == "support":
        return not conflict and not value["numbers_missing"] and not value["number_conflict"]
    return stance == "contradict" and conflict


def _coverages(claim: str, evidence: Sequence[str], idf: Callable[[str], float]) -> npt.NDArray[np.float64]:
    """Share of the claim's idf mass that each evidence sentence covers, shape (n,)."""
    stems = sorted(set(_analyse(claim).stems))
    weights = [idf(stem) for stem in stems]
    total = sum(weights) or 1.0
    held = [set(_analyse(sentence).stems) for sentence in evidence]
    return np.array(
        [
            sum(weight for stem, weight in zip(stems, weights, strict=True) if stem in seen) / total
            for seen in held
        ]
    )


def _ways(own: _Sentence, other: _Sentence) -> tuple[float, float, float]:
    """Opposite directions, a shared direction, and "no effect" against an effect; each 0 or 1."""
    one, two = own.ways - {"unknown"}, other.ways - {"unknown"}
    if not one or not two:
        return 0.0, 0.0, 0.0
    if one & two:
        return 0.0, 1.0, 0.0
    return float("none" not in one | two), 0.0, float("none" in one | two)


def _antonym(own: _Sentence, other: _Sentence) -> float:
    """The claim has one word of a pair of opposites and the sentence only the other; 0 or 1."""
    for left, right in ANTONYMS:
        for one, two in ((left, right), (right, left)):
            if own.words & one and not own.words & two and other.words & two and not other.words & one:
                return 1.0
    return 0.0


def _has(number: tuple[float, str], among: Sequence[tuple[float, str]]) -> bool:
    value, unit = number
    return any(
        same_value(abs(value), abs(other))
        and (unit == kind or "" in {unit, kind} or {unit, kind} == {"%", "points"})
        for other, kind in among
    )
