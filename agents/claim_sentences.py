"""Which sentences are findings: logistic regression over cues and positions, weights as data."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from ..tools.claim_features import FEATURES, features, relative_positions
from ..tools.linear_model import Array, LinearModel

__all__ = ["ROLES", "model", "roles", "score", "threshold"]

WEIGHTS = Path(__file__).parent / "weights" / "claim_sentences.json"
ROLES = ("background", "objective", "method", "result", "other")


@cache
def model(part: str = "finding") -> LinearModel:
    """The fitted model: "finding" (rest, finding) or "roles" (`ROLES`). Its `measured` holds the figures."""
    loaded = LinearModel.load(WEIGHTS, part)
    loaded.check_features(FEATURES)
    return loaded


def score(sentences: Sequence[str], positions: Sequence[float] | None = None) -> Array:
    """P(finding) of each sentence, shape (n,). `positions` are relative places 0..1 in the abstract or section.

    Without positions the sentences are taken as the whole of one abstract, in order.
    """
    places = relative_positions(len(sentences)) if positions is None else positions
    return model("finding").probabilities(features(sentences, places))[:, 1]


def roles(sentences: Sequence[str], positions: Sequence[float] | None = None) -> Array:
    """Probabilities (n, 5) of the roles in `ROLES`, as `score` takes its arguments."""
    places = relative_positions(len(sentences)) if positions is None else positions
    return model("roles").probabilities(features(sentences, places))


def threshold() -> float:
    """The P(finding) from which a sentence counts as a finding (largest F1 on the sets fitted on)."""
    line = model("finding").thresholds["finding"]
    return 1.0 if line is None else line
