"""Whether the outcome printed for a claim is one that its quote, verdicts and evidence allow."""

from __future__ import annotations

from assignee.claims import CheckedClaim, Evidence, Outcome, Report, Stance

from .independence import independent
from .record_checks import evidence_of, included, same_place
from .reviewer import Texts
from .verifier import overlaps

__all__ = ["borne_out"]

_POSITIVE = frozenset({Outcome.CORROBORATED, Outcome.GROUNDED, Outcome.QUOTED})


def borne_out(checked: CheckedClaim, report: Report, texts: Texts) -> tuple[Outcome, str]:
    """The outcome that the records of a claim allow, and why where it is another than the one printed ("" if not).

    A claim is never raised: this looks for outcomes that say more, or hide more, than the evidence does.
    """
    claim, printed, allowed = checked.claim, checked.outcome, included(report)
    if printed is Outcome.NOT_ADJUDICATED:
        return printed, ""
    if claim.paper_id not in allowed:
        return Outcome.UNSUPPORTED, f"it comes from {claim.paper_id}, which is not an included paper"
    fault = same_place(claim.paper_id, claim.start, claim.end, claim.quote, texts)
    if fault:
        return Outcome.UNSUPPORTED, f"its quote fails: {fault}"
    seats = sum(verdict.stance is Stance.SUPPORT for verdict in checked.verdicts)
    own = Outcome.QUOTED if claim.verbatim else Outcome.GROUNDED if seats >= 2 else Outcome.UNSUPPORTED
    if printed is Outcome.CONTESTED:
        against = any(item.stance is Stance.CONTRADICT for item in _all(checked))
        return (printed, "") if against else (own, "no evidence against it is given")
    if printed not in _POSITIVE:
        return printed, ""
    for verdict in checked.verdicts:
        if verdict.stance is Stance.CONTRADICT and _crossing(
            checked, Stance.CONTRADICT, report, texts, verdict.verifier
        ):
            return (
                Outcome.CONTESTED,
                f"{verdict.verifier} contradicts it with evidence from an independent work",
            )
    if printed is Outcome.CORROBORATED and not _crossing(checked, Stance.SUPPORT, report, texts):
        return own, "no independent work that supports it is given"
    if printed is Outcome.GROUNDED and seats < 2:
        return own, f"{seats} seat(s) support it, two are needed"
    return printed, ""


def _all(checked: CheckedClaim) -> list[Evidence]:
    return [item for _, item in evidence_of(checked)]


def _crossing(checked: CheckedClaim, stance: Stance, report: Report, texts: Texts, seat: str = "") -> bool:
    """Whether (that seat) gives evidence of a stance that is exact and from an independent included work."""
    allowed, claim = included(report), checked.claim
    return any(
        item.stance is stance
        and (not seat or verifier == seat)
        and item.paper_id in allowed
        and not overlaps(claim, item.paper_id, item.start, item.end)
        and independent(allowed[claim.paper_id], allowed[item.paper_id])
        and same_place(item.paper_id, item.start, item.end, item.quote, texts) is None
        for verifier, item in evidence_of(checked)
    )
