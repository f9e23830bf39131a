"""Which sentences of a full text state its outcomes: cues, wording, place and section; a linear model, weights as data.

Fitted on ACLSum, where annotators marked the outcomes in abstract, introduction and conclusion.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import groupby
from pathlib import Path

import numpy as np

from ..tools.claim_context import CONTEXT, context
from ..tools.claim_features import FEATURES, features, relative_positions
from ..tools.linear_model import Array, LinearModel
from .claim_sentences import wording

__all__ = ["OUTCOME_FEATURES", "kind", "model", "rows", "score", "threshold"]

WEIGHTS = Path(__file__).parent / "weights" / "outcome_sentences.json"
_KINDS = ("abstract", "introduction", "conclusion")
_NAMED = (
    ("abstract", re.compile(r"abstract|summary", re.I)),
    ("introduction", re.compile(r"introduc", re.I)),
    ("conclusion", re.compile(r"conclu|result|finding|discussion|experiment|evaluation|analys[ie]s", re.I)),
)
# Sections that no annotator looked at tell what was done or what others found.
_ELSEWHERE = 0.0
OUTCOME_FEATURES: tuple[str, ...] = (
    *FEATURES,
    *CONTEXT,
    *_KINDS,
    *(f"{name}_place" for name in _KINDS),
    *(f"{name}_wording" for name in _KINDS),
    "abstract_end",
    "introduction_end",
)


def kind(section: str) -> str | None:
    """Which of the sections that were learned from a section is like, by its name: None if none."""
    return next((name for name, pattern in _NAMED if pattern.search(section)), None)


@cache
def model() -> LinearModel:
    """The fitted model (rest, outcome). Its `measured` holds the figures."""
    loaded = LinearModel.load(WEIGHTS, "outcome")
    loaded.check_features(OUTCOME_FEATURES)
    return loaded


def score(sentences: Sequence[str], sections: Sequence[str]) -> Array:
    """P(outcome) of each sentence of a whole document in order, shape (n,); `sections` are the names they stand under.

    0 in sections that are no abstract, introduction, results or conclusion.
    """
    found = np.zeros(len(sentences))
    kinds = [kind(section) for section in sections]
    known = [at for at, name in enumerate(kinds) if name is not None]
    if known:
        found[known] = model().probabilities(rows(sentences, sections)[known])[:, 1]
    found[[at for at, name in enumerate(kinds) if name is None]] = _ELSEWHERE
    return found


def rows(sentences: Sequence[str], sections: Sequence[str]) -> Array:
    """Feature rows (n, len(OUTCOME_FEATURES)); a section is a run of sentences under one name."""
    blocks = []
    for section, run in groupby(range(len(sentences)), lambda at: sections[at]):
        texts = [sentences[at] for at in run]
        blocks.append(_section(texts, kind(section)))
    return np.vstack(blocks) if blocks else np.empty((0, len(OUTCOME_FEATURES)))


def threshold() -> float:
    """The P(outcome) from which a sentence counts as an outcome (largest F1 in cross-validation)."""
    line = model().thresholds["outcome"]
    return 1.0 if line is None else line


def _section(texts: Sequence[str], name: str | None) -> Array:
    places, said = relative_positions(len(texts)), wording(texts)
    to_end = np.arange(len(texts))[::-1]
    here = [np.full(len(texts), float(name == each)) for each in _KINDS]
    beside = [
        *here,
        *(flag * np.array(places) for flag in here),
        *(flag * said for flag in here),
        here[0] * (to_end == 0),
        here[1] * (to_end <= 2),
    ]
    return np.hstack([features(texts, places), context(said), np.array(beside).T])
