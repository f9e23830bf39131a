"""Which sentences of a paper are findings, and which its conclusions; linear models, weights as data.

Two senses, two models. A review wants every result (`score`, from cues and places). What authors claim in the end, of
which results are only the grounds, is told by the wording of a sentence and of its neighbours (`concluded`, `alone`).
Trained as one, each was worse at its own.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np

from ..tools.claim_context import CONTEXT, Wording, context
from ..tools.claim_features import FEATURES, features, relative_positions
from ..tools.linear_model import Array, LinearModel

__all__ = ["ROLES", "alone", "concluded", "model", "roles", "score", "threshold", "wording"]

WEIGHTS = Path(__file__).parent / "weights" / "claim_sentences.json"
WORDING = WEIGHTS.with_name("claim_wording.json")
ROLES = ("background", "objective", "method", "result", "other")


@cache
def model(part: str = "finding") -> LinearModel:
    """The fitted model: "finding" (rest, finding), "concluded" (the same classes) or "roles" (`ROLES`).

    Its `measured` holds the figures.
    """
    loaded = LinearModel.load(WEIGHTS, part)
    loaded.check_features((*FEATURES, *CONTEXT) if part == "concluded" else FEATURES)
    return loaded


def score(sentences: Sequence[str], positions: Sequence[float] | None = None) -> Array:
    """P(finding) of each sentence, shape (n,). `positions` are relative places 0..1 in the abstract or section.

    Without positions the sentences are taken as the whole of one abstract, in order.
    """
    places = relative_positions(len(sentences)) if positions is None else positions
    return model("finding").probabilities(features(sentences, places))[:, 1]


def concluded(sentences: Sequence[str]) -> Array:
    """P(conclusion) of each sentence of one abstract, whole and in order, shape (n,)."""
    cues = features(sentences, relative_positions(len(sentences)))
    return model("concluded").probabilities(np.hstack([cues, context(wording(sentences))]))[:, 1]


def alone(sentences: Sequence[str]) -> Array:
    """P(conclusion) of sentences of whose text nothing else is known, shape (n,)."""
    found: Array = 1 / (1 + np.exp(-wording(sentences)))
    return found


def wording(sentences: Sequence[str]) -> Array:
    """Log-odds (n,) that each sentence, read alone, is a conclusion."""
    return Wording.load(WORDING).scores(sentences)


def roles(sentences: Sequence[str], positions: Sequence[float] | None = None) -> Array:
    """Probabilities (n, 5) of the roles in `ROLES`, as `score` takes its arguments."""
    places = relative_positions(len(sentences)) if positions is None else positions
    return model("roles").probabilities(features(sentences, places))


def threshold(of: Literal["finding", "concluded", "alone"] = "finding") -> float:
    """The probability of `score`, `concluded` or `alone` from which a sentence counts (largest F1 on the sets fitted on)."""
    if of == "alone":
        line: float | None = json.loads(WORDING.read_text(encoding="utf-8"))["threshold"]
    else:
        line = model(of).thresholds["finding"]
    return 1.0 if line is None else line
