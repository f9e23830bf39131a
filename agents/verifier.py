"""What every verifier seat is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from assignee.claims import Claim, Evidence, Passage, Stance, Verdict

from ..tools.corpus import Corpus

__all__ = ["Verifier", "evidence_of", "overlaps"]


class Verifier(Protocol):
    """One independent checker. A new one is one file and one line in the registry.

    Rules a seat keeps: evidence that overlaps the claim's own span counts for nobody but the quote check;
    evidence quotes are exact slices of stored texts; no evidence is `neutral` with a reason, never a vote.
    """

    name: str

    def check(self, claims: Sequence[Claim], corpus: Corpus) -> list[Verdict]:
        """One verdict per claim, in order. At most 25 claims; pure; runs in a thread."""
        ...


def overlaps(claim: Claim, paper_id: str, start: int, end: int) -> bool:
    """Whether a span shares a code point with the claim's own quote."""
    return paper_id == claim.paper_id and start < claim.end and claim.start < end


def evidence_of(
    passage: Passage,
    stance: Stance,
    *,
    probability: float | None = None,
    independent: bool | None = None,
    note: str = "",
) -> Evidence:
    """A sentence of a paper as a piece of evidence: its span, word for word."""
    return Evidence(
        paper_id=passage.paper_id,
        start=passage.start,
        end=passage.end,
        quote=passage.text,
        stance=stance,
        probability=probability,
        independent=independent,
        note=note,
    )
