"""From verdicts to outcomes (DESIGN section 3). Deterministic; no seat decides alone against a claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assignee.claims import CheckedClaim, Claim, Evidence, Kind, Outcome, Stance, Verdict

from ..tools.corpus import Corpus
from .confidence import Calibration
from .corroboration import compared
from .grounding import compared_by_model, grounding, is_grounding
from .independence import independent

__all__ = ["adjudicate"]


def adjudicate(
    claims: Sequence[Claim],
    verdicts: Mapping[str, Sequence[Verdict]],
    corpus: Corpus,
    calibration: Calibration,
) -> list[CheckedClaim]:
    """The outcome, its reason and its confidence for each claim, in order."""
    return [_claim(claim, tuple(verdicts.get(claim.id, ())), corpus, calibration) for claim in claims]


def _claim(
    claim: Claim, verdicts: tuple[Verdict, ...], corpus: Corpus, calibration: Calibration
) -> CheckedClaim:
    outcome, why = _outcome(claim, verdicts, corpus)
    examined = any(compared(verdict) or compared_by_model(verdict) for verdict in verdicts)
    confidence = calibration.confidence(claim, outcome)
    return CheckedClaim(
        claim=claim, verdicts=verdicts, outcome=outcome, confidence=confidence, why=why, examined=examined
    )


def _outcome(claim: Claim, verdicts: tuple[Verdict, ...], corpus: Corpus) -> tuple[Outcome, str]:
    by_name = {verdict.verifier: verdict for verdict in verdicts}
    quote = by_name.get("quote_check")
    if quote is None or quote.stance is Stance.NOT_ADJUDICATED:
        return Outcome.NOT_ADJUDICATED, "the quote could not be checked" + (
            f": {quote.reason}" if quote else ""
        )
    if quote.stance is not Stance.SUPPORT:
        return Outcome.UNSUPPORTED, f"the quote is not in its source: {quote.reason}"
    others = [verdict for verdict in verdicts if verdict.verifier != "quote_check"]
    silent = [verdict for verdict in others if verdict.stance is Stance.NOT_ADJUDICATED]
    if not others or len(silent) == len(others):
        reason = silent[0].reason if silent else "no seat judged it"
        return Outcome.NOT_ADJUDICATED, f"no seat beside the quote check could judge it: {reason}"
    # A contradiction without evidence elsewhere is one between the claim's words and its own quote.
    altered = [
        verdict
        for verdict in others
        if verdict.stance is Stance.CONTRADICT and not verdict.evidence and not is_grounding(verdict)
    ]
    if altered:
        return Outcome.UNSUPPORTED, f"{altered[0].verifier}: {altered[0].reason}"
    held, told = ("grounded", "") if claim.verbatim else grounding(claim, others)
    if (
        held != "grounded"
    ):  # what other works say of words that are not its source's is no support for the source
        return Outcome(held), told
    evidence = [item for verdict in others for item in verdict.evidence]
    own_against = _own_against(claim, others)
    against = [
        item for item in evidence if item.stance is Stance.CONTRADICT and item.paper_id != claim.paper_id
    ]
    backing = [
        item
        for item in evidence
        if item.stance is Stance.SUPPORT
        and independent(corpus.papers[claim.paper_id], corpus.papers[item.paper_id])
    ]
    if claim.kind is Kind.BACKGROUND and (against or own_against) and not backing:
        which = own_against or against
        return (
            Outcome.REFUTED,
            f"stated as an earlier view and contradicted by {_cited(which, claim, corpus)}",
        )
    if against and backing:
        return (
            Outcome.CONTESTED,
            f"supported by {_cited(backing, claim, corpus)}, contradicted by {_cited(against, claim, corpus)}",
        )
    if against:
        return (
            Outcome.CONTESTED,
            f"reported by its source, contradicted by {_cited(against, claim, corpus)}",
        )
    if own_against:
        return (
            Outcome.CONTESTED,
            f"another sentence of its own source says otherwise: “{own_against[0].quote}”",
        )
    if backing:
        return Outcome.CORROBORATED, f"independently supported by {_cited(backing, claim, corpus)}"
    same = [item for item in evidence if item.stance is Stance.SUPPORT and item.paper_id != claim.paper_id]
    group = f"; {_cited(same, claim, corpus)} agree, but share an author" if same else ""
    crossing = by_name.get("corroboration")
    if crossing is not None and crossing.stance is Stance.NOT_ADJUDICATED:
        return Outcome.NOT_ADJUDICATED, f"it could not be compared with other works: {crossing.reason}"
    if claim.verbatim:
        return Outcome.QUOTED, f"the sentence stands in its source; no independent work bears on it{group}"
    return Outcome.GROUNDED, f"{told}{group}"


def _own_against(claim: Claim, others: Sequence[Verdict]) -> list[Evidence]:
    """Evidence of the claim's own paper against it; the entailment seat, a triage signal, needs a second seat."""
    found = {
        verdict.verifier: [
            item
            for item in verdict.evidence
            if item.stance is Stance.CONTRADICT and item.paper_id == claim.paper_id
        ]
        for verdict in others
        if verdict.stance is Stance.CONTRADICT
    }
    voiced = {name: items for name, items in found.items() if items}
    if not voiced or set(voiced) == {"entailment"}:
        return []
    return [item for name, items in voiced.items() if name != "entailment" for item in items]


def _cited(evidence: Sequence[Evidence], claim: Claim, corpus: Corpus) -> str:
    names = dict.fromkeys(
        "its own paper" if item.paper_id == claim.paper_id else corpus.papers[item.paper_id].cite
        for item in evidence
    )
    return ", ".join(names)
