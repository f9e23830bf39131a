"""The printed confidence: how often a careful reader agreed with outcomes like this one, where that was measured.

`weights/confidence.json` holds, for each domain that a calibration set covers, the centroid of its texts and a
logistic model (Platt, 1999) from the features of an outcome to the probability of agreement. Outside those
domains the confidence is None and the report says so.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from assignee.claims import Claim, Kind, Outcome

from ..tools.corpus import Corpus
from .attribution import doubtful

__all__ = ["FEATURES", "Calibration", "features"]

_FILE = Path(__file__).parent / "weights" / "confidence.json"

FEATURES = ("corroborated", "opposed", "reported", "measured", "doubtful")


def features(claim: Claim, outcome: Outcome) -> tuple[float, ...]:
    """What the calibration sees of an outcome, in the order of `FEATURES`; each 0 or 1.

    The last three are about the wording and count where a sentence stands alone; what decides about agreement and
    disagreement is the other work. `reported`: it follows "we show that" or its like, which the claim leaves out.
    `measured`: a comparison, or a figure. `doubtful`: a deed without a result, or a demonstrative left open.
    """
    alone = outcome in {Outcome.QUOTED, Outcome.GROUNDED}
    said = claim.text[claim.text.find("“") + 1 :]
    figure = any(quantity.role != "year" for quantity in claim.quantities)
    return (
        float(outcome is Outcome.CORROBORATED),
        float(outcome in {Outcome.CONTESTED, Outcome.REFUTED}),
        float(alone and claim.statement[:1].islower()),
        float(alone and (claim.kind is Kind.COMPARISON or figure)),
        float(alone and doubtful(said)),
    )


@cache
def _file() -> dict[str, Any]:
    return dict(json.loads(_FILE.read_text(encoding="utf-8")))


# Goes when the outcomes are collected, labelled and fitted anew.
_SINCE = "; the rules by which findings are compared changed after these were labelled, and it was not measured since"


@dataclass(frozen=True, slots=True)
class Calibration:
    """The model of the domain that covers a corpus; `domain` is None where none does.

    `outcomes` are those that were labelled often enough to say anything of. `measured` tells how often a reader
    agreed: {"outcomes", "agreed", "ece", "by_outcome": {outcome: {"outcomes", "agreed", "confidence"}}}.
    """

    domain: str | None
    note: str
    outcomes: tuple[str, ...] = ()
    weights: tuple[float, ...] = ()
    intercept: float = 0.0
    measured: Mapping[str, Any] = field(default_factory=dict)

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
        told = best["measured"]
        return cls(
            best["name"],
            best["note"] + _SINCE,
            tuple(best["outcomes"]),
            tuple(best["weights"]),
            best["intercept"],
            {name: told[name] for name in ("outcomes", "agreed", "ece", "by_outcome") if name in told},
        )

    def confidence(self, claim: Claim, outcome: Outcome) -> float | None:
        """Probability that a careful reader agrees with the outcome, to 3 places; None where not calibrated."""
        if self.domain is None or outcome.value not in self.outcomes:
            return None
        score = self.intercept + math.fsum(
            weight * value for weight, value in zip(self.weights, features(claim, outcome), strict=True)
        )
        return round(1.0 / (1.0 + math.exp(-score)), 3)
