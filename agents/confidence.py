"""The printed confidence: how often a careful reader agreed with outcomes like this one, where that was measured.

`weights/confidence.json` holds, for each domain that a calibration set covers, the centroid of its texts and a
logistic model (Platt, 1999) from the features of an outcome to the probability of agreement. Outside those
domains the confidence is None and the report says so.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from assignee.claims import Claim, Outcome, Stance, Verdict

from ..tools.corpus import Corpus

__all__ = ["FEATURES", "Calibration", "features"]

_FILE = Path(__file__).parent / "weights" / "confidence.json"

FEATURES = ("corroborated", "contested", "quoted", "other", "works", "relevance", "entailment")


def features(claim: Claim, outcome: Outcome, verdicts: Sequence[Verdict]) -> tuple[float, ...]:
    """What the calibration sees of an outcome, in the order of `FEATURES`; all in 0..1."""
    deciding = [
        item
        for verdict in verdicts
        for item in verdict.evidence
        if item.paper_id != claim.paper_id and item.stance is not Stance.NEUTRAL
    ]
    works = min(len({item.paper_id for item in deciding}), 4) / 4
    entailment = next(
        (verdict.probability or 0.0 for verdict in verdicts if verdict.verifier == "entailment"), 0.0
    )
    return (
        float(outcome is Outcome.CORROBORATED),
        float(outcome is Outcome.CONTESTED),
        float(outcome is Outcome.QUOTED),
        float(outcome not in {Outcome.CORROBORATED, Outcome.CONTESTED, Outcome.QUOTED}),
        works,
        claim.relevance,
        entailment,
    )


@cache
def _file() -> dict[str, Any]:
    return dict(json.loads(_FILE.read_text(encoding="utf-8")))


@dataclass(frozen=True, slots=True)
class Calibration:
    """The model of the domain that covers a corpus; `domain` is None where none does."""

    domain: str | None
    note: str
    weights: tuple[float, ...] = ()
    intercept: float = 0.0

    @classmethod
    def covering(cls, corpus: Corpus) -> Calibration:
        """The calibration whose texts are nearest to the corpus, if they are near enough."""
        if not corpus.passages:
            return cls(None, "there is nothing to calibrate")
        centre = corpus.vectors.mean(axis=0)
        best, near = None, -1.0
        for domain in _file()["domains"]:
            cosine = float(centre @ np.asarray(domain["centroid"], dtype=np.float32)) / float(
                np.linalg.norm(centre) * np.linalg.norm(domain["centroid"])
            )
            if cosine > near:
                best, near = domain, cosine
        if best is None or near < best["least_cosine"]:
            return cls(
                None, "no calibration set covers the subject of these papers, so no confidence is printed"
            )
        return cls(best["name"], best["note"], tuple(best["weights"]), best["intercept"])

    def confidence(self, claim: Claim, outcome: Outcome, verdicts: Sequence[Verdict]) -> float | None:
        """Probability that a careful reader agrees with the outcome, to 3 places; None where not calibrated."""
        if self.domain is None or outcome is Outcome.NOT_ADJUDICATED:
            return None
        score = self.intercept + math.fsum(
            weight * value
            for weight, value in zip(self.weights, features(claim, outcome, verdicts), strict=True)
        )
        return round(1.0 / (1.0 + math.exp(-score)), 3)
