"""The challenger: does the draft claim more than its evidence carries? In the embedded engine a checklist."""

from __future__ import annotations

import re

from assignee.claims import Outcome, Report, Review

from .answer_check import strength_faults
from .contradiction_check import hidden_contradictions, unfounded_agreements
from .direction_check import direction_faults
from .dominance import dominance
from .outcome_check import borne_out
from .record_checks import evidence_of, key_claims
from .reviewer import Texts
from .scoring import SERIOUS, SLIGHT, Fault, marked
from .wording import mild_overclaims, overclaims

__all__ = ["Challenger"]

_DISAGREEMENT = re.compile(
    r"\b(?:disagree\w*|contradict\w*|contest\w*|however|but|whereas|while|although|mixed|inconsisten\w*|against|"
    r"on the other hand|in contrast|opposite|dispute\w*|differ)\b",
    re.IGNORECASE,
)
_MAIN = ("the answer", "the abstract")


class Challenger:
    """Looks for overclaiming, dominance of one source, hidden disagreement, unfounded direction, false comparison."""

    name = "challenger"
    mandate = "Checklist: does the draft claim more, or more surely, than its evidence carries?"

    def review(self, draft: Report, texts: Texts) -> Review:
        """Evidence strength, protocol validity, disclosure of uncertainty; every comment quotes its ground."""
        if not draft.claims:
            return Review(
                reviewer=self.name, mandate=self.mandate, scores={}, comments=("nothing to judge: no claims",)
            )
        found = {
            "evidence_strength": [
                *(Fault(SERIOUS, text) for text in direction_faults(draft)),
                *strength_faults(draft),
                *_outcomes(draft, texts),
                *_single_source(draft),
            ],
            "protocol_validity": unfounded_agreements(draft),
            "uncertainty_disclosure": [
                *_overclaiming(draft),
                *_disagreement(draft),
                *hidden_contradictions(draft, texts),
            ],
        }
        return marked(self.name, self.mandate, found)


def _overclaiming(report: Report) -> list[Fault]:
    parts = [*zip(_MAIN, (report.answer.text, report.abstract), strict=True), ("the title", report.title)]
    parts += [("the introduction", str(report.sections.get("introduction") or ""))]
    for name in ("agreements", "contradictions"):
        entries = report.sections.get(name) or ()
        parts += [(name, str(entry.get("text") or "")) for entry in entries if isinstance(entry, dict)]
    parts += [
        (item.claim.id, item.claim.text) for item in report.claims if item.claim.text != item.claim.quote
    ]
    quotes = {item.claim.id: item.claim.quote for item in report.claims}
    asked = report.question.casefold()
    found = []
    for where, text in parts:
        held = f"{quotes.get(where, '')} {asked}".casefold()
        for level, words in ((SERIOUS, overclaims(text)), (SLIGHT, mild_overclaims(text))):
            found += [Fault(level, f"{where} says “{word}”") for word in words if word.casefold() not in held]
    return found


def _single_source(report: Report) -> list[Fault]:
    found = []
    name, share = dominance(report)
    if share > 0.4 and len({item.claim.paper_id for item in report.claims}) > 2:
        found.append(Fault(SLIGHT, f"{share:.0%} of the claims come from {name}, at most 40 % may"))
    keys = {item.claim.paper_id for item in key_claims(report)}
    if len(report.answer.claim_ids) > 1 and len(keys) == 1:
        found.append(Fault(SLIGHT, f"every claim that the answer rests on comes from {min(keys)}"))
    return found


def _outcomes(report: Report, texts: Texts) -> list[Fault]:
    found = []
    for item in report.claims:
        outcome, why = borne_out(item, report, texts)
        if outcome is not item.outcome:
            found.append(
                Fault(
                    SERIOUS, f"{item.claim.id} is printed as {item.outcome.value}, not {outcome.value}: {why}"
                )
            )
    return found


def _disagreement(report: Report) -> list[Fault]:
    """Contested claims that no contradiction names, sides left out of one, and an answer that is silent on it."""
    shown: dict[str, set[str]] = {}
    for entry in report.sections.get("contradictions") or ():
        sides = shown.setdefault(str(entry.get("claim_id")), set())
        sides |= {str(side.get("paper_id")) for side in entry.get("against") or ()}
    found = []
    for item in report.claims:
        against = [evidence for _, evidence in evidence_of(item) if evidence.stance.value == "contradict"]
        if item.outcome is Outcome.CONTESTED and not shown.get(item.claim.id):
            ground = next((evidence.quote for evidence in against), item.why)
            found.append(
                Fault(SERIOUS, f"{item.claim.id} is contested (“{ground}”) and no contradiction names it")
            )
    split = [item for item in key_claims(report) if item.outcome in (Outcome.CONTESTED, Outcome.REFUTED)]
    if split and not _DISAGREEMENT.search(report.answer.text):
        names = ", ".join(item.claim.id for item in split)
        said = report.answer.text
        found.append(
            Fault(
                SERIOUS,
                f"the answer rests on {names}, contested or refuted, and says nothing of it: “{said}”",
            )
        )
    return found
