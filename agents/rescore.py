"""The panel's judgement of a finished report, also a colleague's, against the stored texts of one's own library."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from assignee.claims import Basis, Decided, Flow, Report

from ..tools.text import content_hash
from .challenger import Challenger
from .evidence_auditor import EvidenceAuditor, number_faults
from .exclusion import exclusion_kind
from .outcome_check import borne_out
from .panel import decide
from .readers_advocate import ReadersAdvocate
from .record_checks import count_faults, count_headline, foreign_citations, quote_faults
from .reviewer import Reviewer, Texts
from .scoring import Fault

__all__ = ["rescore"]


def rescore(
    report: Report,
    texts: Texts,
    reviewers: Sequence[Reviewer] | None = None,
    printed: Sequence[Fault] = (),
) -> tuple[Report, list[str]]:
    """(the report with outcomes, counts, reviews and decision as found, the differences from what the file says).

    Quotes, numbers, citations and counts are read again from `texts`; outcomes are lowered where quote, verdicts
    and evidence do not bear them out, never raised. The panel judges the report *as the file gives it*, so a false
    count costs points even though the returned report carries the true one. Nothing is verified anew: no verifier
    runs. `printed` is what a page of the report says otherwise than its records; the evidence auditor counts it.
    `texts` raises KeyError for a paper that the library does not hold; its quotes then fail, by name.
    """
    seats: list[Reviewer] = [Challenger(), EvidenceAuditor(), ReadersAdvocate()]
    if reviewers is not None:
        seats = list(reviewers)
    if printed:
        kept = [seat for seat in seats if not isinstance(seat, EvidenceAuditor)]
        seats = [*kept, EvidenceAuditor(printed)]
    differences = [*_texts_changed(report, texts), *(fault.text for fault in printed)]
    differences += [fault.text for fault in (*quote_faults(report, texts), *foreign_citations(report, texts))]
    differences += number_faults(report)
    checked = []
    for item in report.claims:
        outcome, why = borne_out(item, report, texts)
        if outcome is not item.outcome:
            differences.append(
                f"{item.claim.id}: the file says {item.outcome.value}, found {outcome.value}: {why}"
            )
            item = replace(item, outcome=outcome, confidence=None, why=f"on reading it again: {why}")
        checked.append(item)
    differences += [fault.text for fault in count_faults(report)]
    reviews = tuple(seat.review(report, texts) for seat in seats)
    decision, _ = decide(report, reviews, texts, round=1)
    differences += _decision_changed(report, decision.score, decision.decision)
    found = replace(
        report,
        claims=tuple(checked),
        headline=count_headline(checked),
        flow=_flow(report),
        reviews=reviews,
        decision=decision,
    )
    return found, list(dict.fromkeys(differences))


def _texts_changed(report: Report, texts: Texts) -> list[str]:
    found = []
    for paper in report.papers:
        try:
            text = texts(paper.id)
        except KeyError:
            if paper.included:
                found.append(
                    f"{paper.id}: its text is not in the library given; nothing taken from it can be checked"
                )
            continue
        if paper.text_hash and content_hash(text) != paper.text_hash:
            found.append(f"{paper.id}: its text is not the one the report was made from")
    return found


def _decision_changed(report: Report, score: float | None, decided: Decided) -> list[str]:
    said = report.decision
    found = []
    if said.score != score:
        found.append(f"score: the file says {_number(said.score)}, found {_number(score)}")
    if said.decision is not decided:
        found.append(f"decision: the file says {said.decision.value}, found {decided.value}")
    return found


def _number(score: float | None) -> str:
    return "none" if score is None else f"{score:g}"


def _flow(report: Report) -> Flow:
    """The flow with the counts that the papers of the file give; what was folded before cannot be recounted."""
    taken = [paper for paper in report.papers if paper.included]
    total = len(report.papers)
    kinds = Counter(exclusion_kind(paper) for paper in report.papers if not paper.included)
    return replace(
        report.flow,
        screened=total,
        included=len(taken),
        excluded=total - len(taken),
        excluded_by={kind: kinds[kind] for kind in sorted(kinds)},
        read_full=sum(paper.basis is Basis.FULL_TEXT for paper in taken),
        preprints=sum(paper.publication == "preprint" for paper in taken),
    )
