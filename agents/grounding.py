"""Whether a claim in our words says what its own source says: a relation of its own beside corroboration.

Evidence that overlaps a claim's own span counts for nobody but the quote check: a sentence that agrees with itself has
confirmed nothing. A paraphrase is another text than its source, though, and can be unfaithful to it, so the seats
named here hold our words against the quote and the sentences around it. Such a verdict carries its stance and, in the
reason, the deciding words; the claim's own span is never its evidence, so it can neither corroborate a claim nor make
it examined. It decides between `grounded` and `unsupported`, and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from assignee.claims import Claim, Stance, Verdict

__all__ = ["CROSS_READER", "SEATS", "compared_by_model", "grounding", "is_grounding"]

SEATS = ("advocate", "sceptic", "evidence_first")
CROSS_READER = "cross_reader"
_NEEDED = 2
_COMPARED = " comparable)"

Grounding = tuple[Literal["grounded", "unsupported", "not_adjudicated"], str]


def is_grounding(verdict: Verdict) -> bool:
    """Whether a verdict is about our wording, not about other works."""
    return verdict.verifier in SEATS


def grounding(claim: Claim, others: Sequence[Verdict]) -> Grounding:
    """What the seats beside the quote check make of our wording, and why.

    Grounded: at least two seats find it supported by its own source, and fewer find it contradicted. Where seats that
    could not judge would decide, it is not adjudicated: silence is no vote.
    """
    backing = [verdict.verifier for verdict in others if _supports(verdict, claim)]
    against = [item for item in others if is_grounding(item) and item.stance is Stance.CONTRADICT]
    silent = [item for item in others if is_grounding(item) and item.stance is Stance.NOT_ADJUDICATED]
    dissent = "".join(f"; {item.verifier} dissents: {item.reason}" for item in against)
    if len(backing) >= _NEEDED and len(backing) > len(against):
        return "grounded", f"supported by its own source according to {_listed(backing)}{dissent}"
    if len(backing) + len(silent) >= _NEEDED and len(backing) + len(silent) > len(against):
        return (
            "not_adjudicated",
            f"{len(silent)} of the seats that hold our wording against its source could not judge: "
            f"{silent[0].reason}",
        )
    if against:
        return "unsupported", f"its own source does not bear out our wording{dissent}"
    return "unsupported", "fewer than two seats find support for our wording in its source"


def compared_by_model(verdict: Verdict) -> bool:
    """Whether the cross reader compared the claim with a comparable sentence of another work."""
    judged = verdict.verifier == CROSS_READER and verdict.stance is not Stance.NOT_ADJUDICATED
    return judged and (bool(verdict.evidence) or verdict.reason.endswith(_COMPARED))


def _supports(verdict: Verdict, claim: Claim) -> bool:
    if verdict.stance is not Stance.SUPPORT:
        return False
    return is_grounding(verdict) or any(item.paper_id == claim.paper_id for item in verdict.evidence)


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
