"""The evidence auditor: does every quote, number and citation hold? In the embedded engine a checklist."""

from __future__ import annotations

from assignee.claims import Report, Review

from ..tools.quantities import quantities
from ..tools.text import stored
from .outcome_check import borne_out
from .record_checks import evidence_of, foreign_citations, quote_faults
from .reviewer import Texts
from .scoring import marked
from .verifier import overlaps
from .wording import own_words

__all__ = ["EvidenceAuditor", "number_faults"]


class EvidenceAuditor:
    """Holds quotes, places, numbers, citations and outcomes against stored texts and records."""

    name = "evidence_auditor"
    mandate = (
        "Checklist: does every quote, place, number, citation and outcome hold against the stored texts?"
    )

    def review(self, draft: Report, texts: Texts) -> Review:
        """Six dimensions, 0..10 each; every comment quotes its ground."""
        if not draft.claims:
            return Review(
                reviewer=self.name, mandate=self.mandate, scores={}, comments=("nothing to judge: no claims",)
            )
        quotes = [fault.text for fault in quote_faults(draft, texts)]
        found = {
            "quotes": (5.0, [text for text in quotes if "stands elsewhere" not in text]),
            "places": (5.0, [text for text in quotes if "stands elsewhere" in text] + _cut(draft, texts)),
            "numbers": (4.0, number_faults(draft)),
            "own_span": (4.0, _own_span(draft)),
            "citations": (10.0, [fault.text for fault in foreign_citations(draft)]),
            "outcomes": (4.0, _outcomes(draft, texts)),
        }
        return marked(self.name, self.mandate, found)


def number_faults(report: Report) -> list[str]:
    """Numbers of a claim's statement, or of its text outside quotation marks, that its quote does not hold."""
    found = []
    for item in report.claims:
        claim = item.claim
        held = {round(one.value, 9) for one in quantities(claim.quote)}
        year = next((paper.year for paper in report.papers if paper.id == claim.paper_id), None)
        title = next((paper.title for paper in report.papers if paper.id == claim.paper_id), "")
        held |= {round(one.value, 9) for one in quantities(title)}
        for text in dict.fromkeys([claim.statement, own_words(claim.text)]):
            for one in quantities(text):
                said = text[one.start : one.end]
                if not said[:1].isdigit() or one.role == "year" or one.value == year:
                    continue
                if round(one.value, 9) not in held:
                    found.append(f"{claim.id} says “{said}”, its quote does not: “{claim.quote}”")
    return list(dict.fromkeys(found))


def _cut(report: Report, texts: Texts) -> list[str]:
    """Quotes that begin or end inside a word of the stored text."""
    found = []
    for item in report.claims:
        claim = item.claim
        try:
            text = texts(claim.paper_id)
        except KeyError:
            continue
        if text[claim.start : claim.end] != claim.quote:
            continue
        before, after = text[claim.start - 1 : claim.start], text[claim.end : claim.end + 1]
        if (before.isalnum() and claim.quote[:1].isalnum()) or (
            after.isalnum() and claim.quote[-1:].isalnum()
        ):
            found.append(f"the quote of {claim.id} is cut inside a word: “{claim.quote}”")
    return found


def _own_span(report: Report) -> list[str]:
    found = []
    for item in report.claims:
        for verifier, evidence in evidence_of(item):
            if verifier != "quote_check" and overlaps(
                item.claim, evidence.paper_id, evidence.start, evidence.end
            ):
                found.append(f"{verifier} lets {item.claim.id} agree with itself: “{evidence.quote}”")
    return found


def _outcomes(report: Report, texts: Texts) -> list[str]:
    found = []
    for item in report.claims:
        outcome, why = borne_out(item, report, texts)
        if outcome is not item.outcome:
            found.append(f"{item.claim.id} is printed as {item.outcome.value}, not {outcome.value}: {why}")
        if stored(item.claim.quote) != item.claim.quote:
            found.append(f"the quote of {item.claim.id} is not in stored form: “{item.claim.quote}”")
    return found
