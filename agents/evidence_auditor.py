"""The evidence auditor: does every quote, number and citation hold? In the embedded engine a checklist."""

from __future__ import annotations

from collections.abc import Sequence

from assignee.claims import Report, Review

from ..tools.quantities import quantities
from ..tools.text import content_hash, stored
from .claim_wording import wording_faults
from .count_check import prose_count_faults
from .points import missing_items
from .record_checks import count_faults, evidence_of, foreign_citations, quote_faults
from .reviewer import Texts
from .scoring import GRAVE, SERIOUS, SLIGHT, Fault, marked
from .verifier import overlaps
from .wording import own_words

__all__ = ["EvidenceAuditor", "number_faults"]


class EvidenceAuditor:
    """Holds quotes, places, wordings, numbers, counts and citations against stored texts and records."""

    name = "evidence_auditor"
    mandate = "Checklist: does every quote, place, number, count and citation hold against the stored texts?"

    def __init__(self, printed: Sequence[Fault] = ()) -> None:
        # What a page printed from the report says otherwise than its records; only `rescore` knows of one.
        self._printed = tuple(printed)

    def review(self, draft: Report, texts: Texts) -> Review:
        """Citation grounding, numerical consistency, reproducibility; every comment quotes its ground."""
        if not draft.claims:
            return Review(
                reviewer=self.name, mandate=self.mandate, scores={}, comments=("nothing to judge: no claims",)
            )
        found = {
            "citation_grounding": [
                *(Fault(SERIOUS, fault.text) for fault in quote_faults(draft, texts)),
                *(Fault(GRAVE, fault.text) for fault in foreign_citations(draft, texts)),
                *wording_faults(draft),
                *_own_span(draft),
                *_cut(draft, texts),
            ],
            "numerical_consistency": [
                *(Fault(SERIOUS, text) for text in number_faults(draft)),
                *(Fault(SERIOUS, fault.text) for fault in count_faults(draft)),
                *prose_count_faults(draft),
                *self._printed,
            ],
            "reproducibility": _repeatable(draft, texts),
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


def _cut(report: Report, texts: Texts) -> list[Fault]:
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
            found.append(Fault(SLIGHT, f"the quote of {claim.id} is cut inside a word: “{claim.quote}”"))
    return found


def _own_span(report: Report) -> list[Fault]:
    found = []
    for item in report.claims:
        for verifier, evidence in evidence_of(item):
            if verifier != "quote_check" and overlaps(
                item.claim, evidence.paper_id, evidence.start, evidence.end
            ):
                said = f"{verifier} lets {item.claim.id} agree with itself: “{evidence.quote}”"
                found.append(Fault(SERIOUS, said))
        if stored(item.claim.quote) != item.claim.quote:
            found.append(
                Fault(SLIGHT, f"the quote of {item.claim.id} is not in stored form: “{item.claim.quote}”")
            )
    return found


def _repeatable(report: Report, texts: Texts) -> list[Fault]:
    found = [Fault(SLIGHT, f"missing: {name}") for name in missing_items(report)]
    for paper in report.papers:
        if not paper.included or not paper.text_hash:
            continue
        try:
            same = content_hash(texts(paper.id)) == paper.text_hash
        except KeyError:
            continue
        if not same:
            found.append(Fault(SLIGHT, f"the text of {paper.id} is not the one that the report names"))
    return found
