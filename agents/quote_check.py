"""Seat: is the quote, code point for code point, what stands at its place in the stored text?"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from assignee.claims import Claim, Evidence, Stance, Verdict

from ..tools.corpus import Corpus

__all__ = ["QuoteCheck"]


class QuoteCheck:
    """The only seat that may cite the claim's own span: it checks the span and nothing else."""

    name = "quote_check"

    def check(self, claims: Sequence[Claim], corpus: Corpus) -> list[Verdict]:
        """Support where `text[start:end] == quote`, else contradict with the first difference. Certain either way."""
        return [self._one(claim, corpus) for claim in claims]

    def _one(self, claim: Claim, corpus: Corpus) -> Verdict:
        if claim.paper_id not in corpus.papers:
            reason = f"{claim.paper_id} is not among the included papers, so its text cannot be compared"
            return Verdict(verifier=self.name, stance=Stance.CONTRADICT, probability=1.0, reason=reason)
        text = corpus.text(claim.paper_id)
        reason = _difference(claim, text)
        if reason:
            return Verdict(verifier=self.name, stance=Stance.CONTRADICT, probability=1.0, reason=reason)
        own = Evidence(
            paper_id=claim.paper_id,
            start=claim.start,
            end=claim.end,
            quote=claim.quote,
            stance=Stance.SUPPORT,
            probability=1.0,
            note="the quote itself",
        )
        reason = f"the quote equals characters {claim.start} to {claim.end} of the stored text"
        return Verdict(
            verifier=self.name, stance=Stance.SUPPORT, probability=1.0, reason=reason, evidence=(own,)
        )


def _difference(claim: Claim, text: str) -> str:
    """What differs between quote and text, in words; "" where nothing does."""
    if not claim.quote:
        return "the quote is empty"
    if not 0 <= claim.start < claim.end <= len(text):
        return (
            f"characters {claim.start} to {claim.end} lie outside the stored text of {len(text)} characters"
        )
    found = text[claim.start : claim.end]
    if found == claim.quote:
        return ""
    at, (here, there) = next(
        (place, pair)
        for place, pair in enumerate(zip_longest(claim.quote, found, fillvalue=""))
        if pair[0] != pair[1]
    )
    elsewhere = text.find(claim.quote)
    note = f"; the same words stand at character {elsewhere}" if elsewhere >= 0 else ""
    return (
        f"the quote differs from the stored text at character {claim.start + at}: "
        f"it has {_shown(here)}, the text has {_shown(there)}{note}"
    )


def _shown(char: str) -> str:
    return f"“{char}” (U+{ord(char):04X})" if char else "nothing"
