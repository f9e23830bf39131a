"""The gate: six points from the records, four from the reviewers, hard caps, and what follows from them."""

from __future__ import annotations

from collections.abc import Sequence

from assignee.claims import Decided, Decision, Grade, Outcome, Report, Review, Status

from .challenger import dominance
from .direction_check import direction_faults
from .outcome_check import borne_out
from .points import MOST, Points, computed_points
from .record_checks import count_faults, count_headline, foreign_citations, included, key_claims, quote_faults
from .reviewer import Texts
from .scoring import mark_of, mean_of

__all__ = ["APPROVE_AT", "DEMANDS", "decide"]

APPROVE_AT = 6.5
REJECT_BELOW = 3.0
LEAST_EXAMINED = 5
LEAST_CORROBORATED = 2
REVIEWERS_SHARE = 10.0 - MOST
DEMANDS = ("widen_search", "more_claims", "rewrite_answer")

_Cap = tuple[float | None, str]
_FAILED = frozenset({Outcome.UNSUPPORTED, Outcome.REFUTED, Outcome.NOT_ADJUDICATED})


def decide(
    report: Report, reviews: Sequence[Review], texts: Texts, round: int
) -> tuple[Decision, tuple[str, ...]]:
    """The decision on a draft, and the gate's demands, empty unless it asks for a revision (in round 0 only).

    approve: score at least 6.5, at least 5 claims examined against other works, at least 2 corroborated (recounted
    here, never taken from the draft). revise: round 0, and a demand could help. reject: everything else, with reasons.
    grade: see `_grade`.
    """
    if report.status in (Status.NO_EVIDENCE, Status.FAILED) or not report.claims:
        why = "no evidence" if report.status is not Status.FAILED else "the run failed"
        return _no_score(why), ()
    points = computed_points(report, texts)
    deductions, total = _deductions(points, reviews)
    caps = _caps(report, texts)
    unscored = [why for limit, why in caps if limit is None]
    limits = [limit for limit, _ in caps if limit is not None]
    score = None if unscored else min([total, *limits])
    # Rounded down: a printed 6.5 is never less than 6.5.
    score = None if score is None else int(score * 100 + 1e-9) / 100
    means = [mean for review in reviews if (mean := mean_of(review)) is not None]
    reasons = _reasons(report, score, caps)
    approved = not reasons
    demands = () if approved or round > 0 or unscored else _demands(report, texts)
    decided = Decided.APPROVE if approved else Decided.REVISE if demands else Decided.REJECT
    decision = Decision(
        score=score,
        spread=None if not means else float(f"{max(means) - min(means):.3f}"),
        caps=tuple(
            f"no score: {why}" if limit is None else f"at most {limit:g}: {why}" for limit, why in caps
        ),
        decision=decided,
        grade=_grade(report, texts, score, approved),
        reasons=tuple(reasons) if reasons else (_approval(report, score),),
        deductions=deductions,
    )
    return decision, demands


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


def _caps(report: Report, texts: Texts) -> list[_Cap]:
    """The hard caps that hold, lowest first; None means that no score may be given."""
    caps: list[_Cap] = []
    failed = sum(item.outcome is Outcome.NOT_ADJUDICATED for item in report.claims)
    if failed * 5 > len(report.claims):
        caps.append((None, f"{failed} of {len(report.claims)} claims were not adjudicated"))
    foreign, wrong = foreign_citations(report), quote_faults(report, texts)
    if foreign:
        caps.append((3.0, f"a citation outside the set: {foreign[0].text}"))
    if wrong:
        caps.append((3.0, f"a quote that is not in its source: {wrong[0].text}"))
    broken = [(item, *borne_out(item, report, texts)) for item in report.claims]
    raised = [(item.claim.id, found, why) for item, found, why in broken if found is not item.outcome]
    if raised:
        name, found, why = raised[0]
        caps.append(
            (6.0, f"{name} is printed with an outcome its evidence does not give ({found.value}): {why}")
        )
    unheld = [item for item in key_claims(report) if item.outcome in _FAILED]
    if unheld:
        first = unheld[0]
        caps.append((6.0, f"the answer rests on {first.claim.id}, which is {first.outcome.value}"))
    caps += [(6.0, fault) for fault in direction_faults(report)]
    miscounted = count_faults(report)
    if miscounted:
        caps.append((6.0, f"a count that the records do not bear out: {miscounted[0].text}"))
    if _corroborated(report, texts) < LEAST_CORROBORATED:
        caps.append((6.0, f"fewer than {LEAST_CORROBORATED} corroborated claims"))
    return sorted(caps, key=lambda cap: -1.0 if cap[0] is None else cap[0])


def _corroborated(report: Report, texts: Texts) -> int:
    return sum(borne_out(item, report, texts)[0] is Outcome.CORROBORATED for item in report.claims)


def _reasons(report: Report, score: float | None, caps: Sequence[_Cap]) -> list[str]:
    """Why a draft is not approved; empty for one that is."""
    found = []
    if score is None or score < APPROVE_AT:
        found = [why for _, why in caps]
    if score is not None and score < APPROVE_AT and not found:
        found.append(f"score {score:g} is below {APPROVE_AT:g}")
    head = count_headline(report.claims)
    if head.examined < LEAST_EXAMINED:
        found.append(f"{head.examined} claims examined against other works, {LEAST_EXAMINED} are needed")
    return found


def _approval(report: Report, score: float | None) -> str:
    head = count_headline(report.claims)
    return f"score {score:g}, {head.examined} claims examined against other works, {head.corroborated} corroborated"


def _demands(report: Report, texts: Texts) -> tuple[str, ...]:
    """What another round could mend, as the graph's writers of queries, claims and answer understand it."""
    head, papers = count_headline(report.claims), included(report)
    used = {item.claim.paper_id for item in report.claims} & set(papers)
    thin = head.examined < LEAST_EXAMINED or _corroborated(report, texts) < LEAST_CORROBORATED
    wanted = {
        "widen_search": thin or len(used) < LEAST_EXAMINED,
        "more_claims": (thin and len(used) < len(papers)) or dominance(report)[1] > 0.4,
        "rewrite_answer": bool(direction_faults(report) or count_faults(report) or foreign_citations(report))
        or any(item.outcome in _FAILED for item in key_claims(report)),
    }
    return tuple(name for name in DEMANDS if wanted[name])


def _grade(report: Report, texts: Texts, score: float | None, approved: bool) -> Grade:
    """What a reader may take the report for.

    corroborated: approved, which takes two corroborated claims. source_checked: every quote is in its source at its
    place, every citation is an included paper, and at least one claim was examined against other works. draft: the
    same with nothing examined. rejected: a false quote or citation, or a score below 3.
    """
    if approved:
        return Grade.CORROBORATED
    if (
        quote_faults(report, texts)
        or foreign_citations(report)
        or (score is not None and score < REJECT_BELOW)
    ):
        return Grade.REJECTED
    return Grade.SOURCE_CHECKED if count_headline(report.claims).examined else Grade.DRAFT


def _deductions(points: Sequence[Points], reviews: Sequence[Review]) -> tuple[tuple[str, ...], float]:
    """Every loss of 0.01 points or more as a line, largest first; and the score before caps."""
    lost = [(item.most - item.given, f"{item.name}: {item.why}") for item in points]
    judged = [review for review in reviews if review.scores]
    for review in judged:
        share = REVIEWERS_SHARE / len(judged)
        mark, worst = mark_of(review), min(review.scores, key=lambda name: review.scores[name])
        assert mark is not None
        ground = next((text for text in review.comments if text.startswith(f"{worst}: ")), worst)
        lost.append((share * (10 - mark) / 10, f"{review.reviewer}: {ground}"))
    if not judged:
        lost.append((REVIEWERS_SHARE, "reviewers: none gave a score"))
    total = 10.0 - sum(points_lost for points_lost, _ in lost)
    lines = sorted(lost, key=lambda item: (-item[0], item[1]))
    return tuple(f"−{value:.2f} {why}" for value, why in lines if value >= 0.01), max(0.0, total)
