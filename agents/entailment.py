"""Seat: a triage signal from a small linear model over interpretable features. It abstains when unsure."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from assignee.claims import Claim, Passage, Stance, Verdict

from ..tools.corpus import Corpus
from ..tools.entailment_features import FEATURES, allows, best_order, features
from ..tools.language import is_english
from ..tools.linear_model import LinearModel
from .attribution import announcement, asserted, of_others
from .verifier import evidence_of, overlaps

__all__ = ["Entailment", "measured_accuracy", "model"]

WEIGHTS = Path(__file__).parent / "weights" / "entailment.json"
_EVIDENCE_SENTENCES = 12  # an abstract's worth: what the model was fitted on


@cache
def model() -> LinearModel:
    """The fitted model; its `measured` holds every figure that a report may print."""
    loaded = LinearModel.load(WEIGHTS, "entailment")
    loaded.check_features(FEATURES)
    return loaded


def measured_accuracy() -> str:
    """What the model was measured to be worth, in one clause, from the weights file."""
    figures = model().measured
    known = figures["cross_validation"]["scifact_train"]["macro_f1"]
    unseen = [
        each["macro_f1"] for each in figures["left_out"].values() if each["classes"] == len(model().classes)
    ]
    return f"macro-F1 {known:.2f} on SciFact, {min(unseen):.2f} to {max(unseen):.2f} on sets it was not fitted on"


class Entailment:
    """Looks in the claim's own paper, outside its own span, for the sentence that bears most on it."""

    name = "entailment"

    def check(self, claims: Sequence[Claim], corpus: Corpus) -> list[Verdict]:
        """One verdict per claim with the nearest sentence; neutral below the thresholds of the weights file."""
        vectors = corpus.embed([claim.statement for claim in claims])
        return [self._one(claim, vector, corpus) for claim, vector in zip(claims, vectors, strict=True)]

    def _one(self, claim: Claim, vector: np.ndarray, corpus: Corpus) -> Verdict:
        if claim.paper_id not in corpus.papers:
            return self._none(Stance.NOT_ADJUDICATED, f"{claim.paper_id} is not among the included papers")
        if not is_english(claim.statement):
            return self._none(Stance.NOT_ADJUDICATED, "the model reads English only")
        rows = [
            row
            for row in corpus.rows(claim.paper_id)
            if not overlaps(claim, claim.paper_id, corpus.passages[row].start, corpus.passages[row].end)
            and corpus.passages[row].text != claim.quote
        ]
        if not rows:
            return self._none(Stance.NEUTRAL, "its paper has no other sentence to compare with")
        cosines = [float(value) for value in corpus.vectors[rows] @ vector]
        texts = [corpus.passages[row].text for row in rows]
        order = best_order(claim.statement, texts, cosines, corpus.idf)[:_EVIDENCE_SENTENCES]
        row = features(
            claim.statement, [texts[at] for at in order], [cosines[at] for at in order], corpus.idf
        )
        chances = model().probabilities(row[None, :])[0]
        return self._judge(corpus.passages[rows[order[0]]], row, chances)

    def _judge(self, nearest: Passage, row: np.ndarray, chances: np.ndarray) -> Verdict:
        says = model().classes[int(chances.argmax())]
        probability = round(float(chances.max()), 3)
        line = model().thresholds.get(says)
        own_finding = (
            asserted(nearest.text) and not of_others(nearest.text) and not announcement(nearest.text)
        )
        sure = line is not None and probability >= line and allows(row, says) and own_finding
        stance = Stance(says) if sure else Stance.NEUTRAL
        if sure:
            votes = model().measured["votes"][says]
            reason = f"triage signal: {says}; such votes were right in {votes['pooled']:.0%} of {votes['votes']} held-out cases"
        else:
            reason = (
                f"triage signal: unsure ({says} {probability:.2f}), so no vote; the nearest sentence is shown"
            )
        evidence = evidence_of(nearest, stance, probability=probability if sure else None)
        return Verdict(
            verifier=self.name,
            stance=stance,
            probability=probability if sure else None,
            reason=f"{reason} ({measured_accuracy()})",
            evidence=(evidence,),
        )

    def _none(self, stance: Stance, reason: str) -> Verdict:
        return Verdict(verifier=self.name, stance=stance, probability=None, reason=reason)
