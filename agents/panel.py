"""The gate: six points from the records, four from the reviewers, hard caps, and what follows from them."""

from __future__ import annotations

from collections.abc import Sequence

from assignee.claims import Decided, Decision, Grade, Report, Review, Status

from .caps import BROKEN, Ruling, hard_caps
from .dominance import dominance
from .points import LACKING, MOST, Points, computed_points
from .record_checks import count_headline, included
from .reviewer import Texts
from .scoring import bounded, mark_of

__all__ = ["APPROVE_AT", "DEMANDS", "LEAST_CORROBORATED", "LEAST_EXAMINED", "REJECT_BELOW", "decide"]

APPROVE_AT = 6.5
REJECT_BELOW = 3.0
LEAST_EXAMINED = 5
LEAST_CORROBORATED = 2
REVIEWERS_SHARE = 10.0 - MOST
DEMANDS = ("widen_search", "more_claims", "rewrite_answer")
CHAIR = "chair"


def decide(
    report: Report, reviews: Sequence[Review], texts: Texts, round: int
) -> tuple[Decision, tuple[str, ...]]:
    """The decision on a draft, and the gate's demands, empty unless it asks for a revision (in round 0 only).

    `reviews` may come from checklists or from a model; a review named "chair" replaces the others' scores in the
    dimensions that it gives. approve: score at least 6.5, at least 5 claims examined against other works, at least 2
    corroborated (recounted here, never taken from the draft), and no fault that caps. revise: round 0, and a demand
    could help. reject: everything else, with reasons. grade: see `_grade`.
    """
    if report.status in (Status.NO_EVIDENCE, Status.FAILED) or not report.claims:
        why = "no evidence" if report.status is not Status.FAILED else "the run failed"
        return _no_score(why), ()
    judged = heard(reviews)
    ruling = hard_caps(report, judged, texts, LEAST_CORROBORATED)
    deductions, lacking, broken = _deductions(computed_points(report, texts), judged)
    unscored = [cap for cap in ruling.caps if cap.limit is None]
    ceiling = min([10.0, *(cap.limit for cap in ruling.caps if cap.limit is not None)])
    # Rounded down: a printed 6.5 is never less than 6.5.
    score = None if unscored else int(bounded(lacking, broken, ceiling) * 100 + 1e-9) / 100
    marks = [mark for review in judged if (mark := mark_of(review)) is not None]
    reasons = _reasons(report, score, ruling)
    approved = not reasons
    demands = () if approved or round > 0 or unscored else _demands(report, ruling)
    decided = Decided.APPROVE if approved else Decided.REVISE if demands else Decided.REJECT
    decision = Decision(
        score=score,
        spread=None if not marks else float(f"{max(marks) - min(marks):.3f}"),
        caps=tuple(cap.told for cap in ruling.caps),
        decision=decided,
        grade=_grade(report, ruling, score, approved),
        reasons=tuple(reasons) if reasons else (_approval(report, score, ruling),),
        deductions=deductions,
    )
    return decision, demands


def heard(reviews: Sequence[Review]) -> list[Review]:
    """The reviews that gave scores; where there is a chair, its scores stand in place of the others'."""
    chair = next((review for review in reviews if review.reviewer == CHAIR and review.scores), None)
    found = []
    for review in reviews:
        if review is chair or not review.scores:
            continue
        scores = {
            name: chair.scores.get(name, value) if chair else value for name, value in review.scores.items()
        }
        comments = (*(chair.comments if chair else ()), *review.comments)
        found.append(
            Review(reviewer=review.reviewer, mandate=review.mandate, scores=scores, comments=comments)
        )
    return found


def _no_score(why: str) -> Decision:
    return Decision(
        score=None,
        spread=None,
        caps=(),
        decision=Decided.REJECT,
        grade=Grade.REJECTED,
        reasons=(why,),
        deductions=(),
    )


def _reasons(report: Report, score: float | None, ruling: Ruling) -> list[str]:
    """Why a draft is not approved; empty for one that is."""
    found = [cap.why for cap in ruling.caps]
    if score is not None and score < APPROVE_AT and not found:
        found.append(f"score {score:g} is below {APPROVE_AT:g}")
    head = count_headline(report.claims)
    if head.examined < LEAST_EXAMINED:
        found.append(f"{head.examined} claims examined against other works, {LEAST_EXAMINED} are needed")
    return list(dict.fromkeys(found))


def _approval(report: Report, score: float | None, ruling: Ruling) -> str:
    head = count_headline(report.claims)
    return f"score {score:g}, {head.examined} claims examined against other works, {ruling.corroborated} corroborated"


def _demands(report: Report, ruling: Ruling) -> tuple[str, ...]:
    """What another round could mend, as the graph's writers of queries, claims and answer understand it."""
    head, papers = count_headline(report.claims), included(report)
    used = {item.claim.paper_id for item in report.claims} & set(papers)
    thin = head.examined < LEAST_EXAMINED or ruling.corroborated < LEAST_CORROBORATED
    wanted = {
        "widen_search": thin or len(used) < LEAST_EXAMINED,
        "more_claims": (thin and len(used) < len(papers)) or dominance(report)[1] > 0.4,
        "rewrite_answer": any(cap.kind == BROKEN for cap in ruling.caps),
    }
    return tuple(name for name in DEMANDS if wanted[name])


def _grade(report: Report, ruling: Ruling, score: float | None, approved: bool) -> Grade:
    """What a reader may take the report for.

    corroborated: approved, which takes two corroborated claims. source_checked: every quote is in its source at its
    place, every citation is an included paper, no fault of the report caps it, and at least one claim was examined
    against other works. draft: sources hold, but nothing was examined or a fault caps the report. rejected: a false
    quote or citation, or a score below 3.
    """
    if approved:
        return Grade.CORROBORATED
    if ruling.false_sources or (score is not None and score < REJECT_BELOW):
        return Grade.REJECTED
    if any(cap.kind == BROKEN for cap in ruling.caps):
        return Grade.DRAFT
    return Grade.SOURCE_CHECKED if count_headline(report.claims).examined else Grade.DRAFT


def _deductions(points: Sequence[Points], judged: Sequence[Review]) -> tuple[tuple[str, ...], float, float]:
    """Every loss of 0.01 points or more as a line, largest first; points lost for thin evidence, and for faults."""
    thin = [(item.most - item.given, f"{item.name}: {item.why}") for item in points if item.name in LACKING]
    broken = [
        (item.most - item.given, f"{item.name}: {item.why}") for item in points if item.name not in LACKING
    ]
    for review in judged:
        share = REVIEWERS_SHARE / len(judged)
        mark, worst = mark_of(review), min(review.scores, key=lambda name: review.scores[name])
        assert mark is not None
        ground = next((text for text in review.comments if text.startswith(f"{worst}: ")), worst)
        broken.append((share * (10 - mark) / 10, f"{review.reviewer}: {ground}"))
    if not judged:
        thin.append((REVIEWERS_SHARE, "reviewers: none gave a score"))
    lines = sorted([*thin, *broken], key=lambda item: (-item[0], item[1]))
    told = tuple(f"−{value:.2f} {why}" for value, why in lines if value >= 0.01)
    return told, sum(value for value, _ in thin), sum(value for value, _ in broken)
