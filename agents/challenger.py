"""The challenger: does the draft claim more than its evidence carries? In the embedded engine a checklist."""

from __future__ import annotations

import re
from collections import Counter

from assignee.claims import Outcome, Report, Review

from .direction_check import direction_faults
from .outcome_check import borne_out
from .record_checks import evidence_of, key_claims
from .reviewer import Texts
from .scoring import marked
from .wording import hedged, overclaims, own_words

__all__ = ["Challenger", "dominance"]

_DISAGREEMENT = re.compile(
    r"\b(?:disagree\w*|contradict\w*|contest\w*|however|but|whereas|while|although|mixed|inconsisten\w*|against|"
    r"on the other hand|in contrast|opposite|dispute\w*|differ)\b",
    re.IGNORECASE,
)


class Challenger:
    """Looks for overclaiming, lost hedges, dominance of one source, hidden disagreement, unfounded direction."""

    name = "challenger"
    mandate = "Checklist: does the draft claim more, or more surely, than its evidence carries?"

    def review(self, draft: Report, texts: Texts) -> Review:
        """Five dimensions, 0..10 each; every comment quotes its ground."""
        if not draft.claims:
            return Review(
                reviewer=self.name, mandate=self.mandate, scores={}, comments=("nothing to judge: no claims",)
            )
        found = {
            "overclaiming": (3.0, _overclaiming(draft)),
            "hedging": (3.0, _hedging(draft)),
            "single_source": (5.0, _single_source(draft)),
            "disagreement": (4.0, _disagreement(draft, texts)),
            "direction": (10.0, direction_faults(draft)),
        }
        return marked(self.name, self.mandate, found)


def dominance(report: Report) -> tuple[str, float]:
    """The paper that most claims come from (first by id where equal) and its share of the claims."""
    counts = Counter(checked.claim.paper_id for checked in report.claims)
    name, count = min(counts.items(), key=lambda item: (-item[1], item[0]))
    return name, count / len(report.claims)


def _overclaiming(report: Report) -> list[str]:
    parts = [("the answer", report.answer.text), ("the abstract", report.abstract)]
    parts += [("the introduction", str(report.sections.get("introduction") or ""))]
    parts += [
        (item.claim.id, item.claim.text) for item in report.claims if item.claim.text != item.claim.quote
    ]
    found = []
    for where, text in parts:
        quote = next((item.claim.quote for item in report.claims if item.claim.id == where), "")
        found += [
            f"{where} says “{word}”" for word in overclaims(text) if word.casefold() not in quote.casefold()
        ]
    return found


def _hedging(report: Report) -> list[str]:
    found = []
    for item in report.claims:
        claim, hedge = item.claim, hedged(item.claim.quote)
        ours = claim.text if claim.quote in claim.text else f"{own_words(claim.text)} {claim.statement}"
        if hedge and not hedged(ours):
            found.append(f"{claim.id} drops “{hedge}” of its quote “{claim.quote}”")
    return found


def _single_source(report: Report) -> list[str]:
    found = []
    name, share = dominance(report)
    if share > 0.4:
        found.append(f"{share:.0%} of the claims come from {name}, at most 40 % may")
    keys = {item.claim.paper_id for item in key_claims(report)}
    if len(report.answer.claim_ids) > 1 and len(keys) == 1:
        found.append(f"every claim that the answer rests on comes from {min(keys)}")
    return found


def _disagreement(report: Report, texts: Texts) -> list[str]:
    shown = {entry.get("claim_id") for entry in report.sections.get("contradictions") or ()}
    found = []
    for item in report.claims:
        if item.outcome is Outcome.CONTESTED and item.claim.id not in shown:
            ground = next((e.quote for _, e in evidence_of(item) if e.stance.value == "contradict"), item.why)
            found.append(f"{item.claim.id} is contested (“{ground}”) and no contradiction names it")
        outcome, why = borne_out(item, report, texts)
        if outcome is Outcome.CONTESTED and item.outcome is not outcome:
            found.append(f"{item.claim.id} is printed as {item.outcome.value}, but {why}")
    split = [item for item in key_claims(report) if item.outcome in (Outcome.CONTESTED, Outcome.REFUTED)]
    if split and not _DISAGREEMENT.search(report.answer.text):
        names = ", ".join(item.claim.id for item in split)
        found.append(
            f"the answer rests on {names}, contested or refuted, and says nothing of it: “{report.answer.text}”"
        )
    return found
