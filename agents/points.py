"""The six of ten points that are computed from the records of a report. No model, no opinion."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from assignee.claims import Outcome, Report

from .dominance import dominance
from .record_checks import count_headline, duplicates, foreign_citations, included, quote_faults
from .reviewer import Texts

__all__ = ["LACKING", "MOST", "Points", "computed_points", "missing_items", "wilson_lower"]


class Points(NamedTuple):
    """One computed dimension: points given, points possible, and why the difference."""

    name: str
    given: float
    most: float
    why: str


# What an outcome is worth as "supported": a bare quote is true of its source and no more, so it counts half.
_WORTH = {
    Outcome.CORROBORATED: 1.0,
    Outcome.GROUNDED: 1.0,
    Outcome.QUOTED: 0.5,
    Outcome.CONTESTED: 0.5,
}
_ENOUGH_PAPERS = 5
_ENOUGH_EXAMINED = 5
_ENOUGH_CORROBORATED = 2
MOST = 6.0
# Points lost here say that evidence is thin; those lost elsewhere say that the report is broken.
LACKING = frozenset({"supported", "examined", "coverage", "calibration"})


def wilson_lower(successes: float, trials: float, z: float = 1.96) -> float:
    """The lower bound of Wilson's score interval (1927) for a share, 95 % by default; 0 for no trials."""
    if trials <= 0 or successes <= 0:
        return 0.0
    share = successes / trials
    centre = share + z * z / (2 * trials)
    width = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    # Rounding may carry the bound past the share it bounds.
    return min(share, max(0.0, (centre - width) / (1 + z * z / trials)))


def computed_points(report: Report, texts: Texts) -> tuple[Points, ...]:
    """Eight dimensions that sum to at most 6; all 0 for a report without claims."""
    if not report.claims:
        return tuple(Points(name, 0.0, most, "there is no claim") for name, most, _ in _DIMENSIONS)
    report = _distinct(report)
    found = []
    for name, most, rule in _DIMENSIONS:
        share, why = rule(report, texts)
        found.append(Points(name, most * min(1.0, max(0.0, share)), most, why))
    return tuple(found)


def _distinct(report: Report) -> Report:
    """The report with each claim once: saying a thing twice supports nothing."""
    again = {fault.where for fault in duplicates(report)}
    kept = tuple(item for item in report.claims if item.claim.id not in again)
    return replace(report, claims=kept or report.claims)


def _supported(report: Report, texts: Texts) -> tuple[float, str]:
    judged = [item.outcome for item in report.claims if item.outcome is not Outcome.NOT_ADJUDICATED]
    worth = sum(_WORTH.get(outcome, 0.0) for outcome in judged)
    low = wilson_lower(worth, len(judged))
    return (
        low,
        f"supported share {worth:g} of {len(judged)} claims (a bare quote counts half), lower bound {low:.2f}",
    )


def _examined(report: Report, texts: Texts) -> tuple[float, str]:
    head = count_headline(report.claims)
    share = 0.5 * min(1.0, head.examined / _ENOUGH_EXAMINED) + 0.5 * min(
        1.0, head.corroborated / _ENOUGH_CORROBORATED
    )
    return share, f"{head.examined} claims examined against other works, {head.corroborated} corroborated"


def _citations(report: Report, texts: Texts) -> tuple[float, str]:
    faults = foreign_citations(report, texts)
    return (0.0, faults[0].text) if faults else (1.0, "every citation is an included paper")


def _quotes(report: Report, texts: Texts) -> tuple[float, str]:
    faults = quote_faults(report, texts)
    if not faults:
        return 1.0, "every quote stands in its source, byte for byte"
    wrong = len({fault.where for fault in faults})
    return 0.5 * (
        1 - wrong / max(wrong, len(report.claims))
    ), f"{len(faults)} quote(s) fail: {faults[0].text}"


def _contradictions(report: Report, texts: Texts) -> tuple[float, str]:
    entries = report.sections.get("contradictions") or ()
    shown = {entry.get("claim_id") for entry in entries if entry.get("against")}
    split = [item.claim.id for item in report.claims if item.outcome is Outcome.CONTESTED]
    if not split:
        looked = count_headline(report.claims).examined
        return (1.0, "no contested claim") if looked else (0.0, "no claim was held against other works")
    hidden = [name for name in split if name not in shown]
    why = f"{len(split) - len(hidden)} of {len(split)} contested claims shown with the other side's words"
    return 1 - len(hidden) / len(split), why


def _coverage(report: Report, texts: Texts) -> tuple[float, str]:
    papers = {item.claim.paper_id for item in report.claims} & set(included(report))
    name, share = dominance(report)
    even = 1.0 if share <= 0.4 else (1 - share) / 0.6
    why = f"claims come from {len(papers)} papers"
    if share > 0.4:
        why = f"{share:.0%} of the claims come from one paper ({name})"
    elif len(papers) < _ENOUGH_PAPERS:
        why += f", {_ENOUGH_PAPERS} are looked for"
    return 0.5 * min(1.0, len(papers) / _ENOUGH_PAPERS) + 0.5 * even, why


def missing_items(report: Report) -> list[str]:
    """The PRISMA items looked for that the report does not hold."""
    flow, sections = report.flow, report.sections
    items = {
        "queries with their hits": bool(report.manifest.queries)
        and all(query.get("query") and query.get("hits") is not None for query in report.manifest.queries),
        "date": bool(report.manifest.date),
        "databases": all(paper.sources for paper in report.papers),
        "flow that adds up": flow.identified - flow.duplicates
        == flow.screened
        == flow.included + flow.excluded
        and sum(flow.identified_by.values()) + flow.chased in (flow.identified, 0)
        and sum(flow.excluded_by.values()) in (flow.excluded, 0),
        "a reason for each exclusion": all(paper.reason for paper in report.papers if not paper.included),
        "basis read": all(paper.basis for paper in report.papers),
        "limitations of the evidence": bool(sections.get("limitations_evidence")),
        "limitations of the process": bool(sections.get("limitations_process")),
    }
    return [name for name, held in items.items() if not held]


def _prisma(report: Report, texts: Texts) -> tuple[float, str]:
    missing = missing_items(report)
    why = f"missing: {', '.join(missing)}" if missing else "all PRISMA items looked for are there"
    # Three missing items take all of it: a report is not transparent by halves.
    return 1 - len(missing) / 3, why


def _calibration(report: Report, texts: Texts) -> tuple[float, str]:
    judged = [item for item in report.claims if item.outcome is not Outcome.NOT_ADJUDICATED]
    given = sum(item.confidence is not None for item in judged)
    share = given / len(judged) if judged and report.manifest.calibration else 0.0
    if share == 0.0 and report.sections.get("confidence_note"):
        return 0.4, "no calibration covers this domain; the report says so and prints no confidence"
    return share, f"{given} of {len(judged)} claims carry a calibrated confidence"


_Rule = Callable[[Report, Texts], tuple[float, str]]
_DIMENSIONS: tuple[tuple[str, float, _Rule], ...] = (
    ("supported", 1.5, _supported),
    ("examined", 1.0, _examined),
    ("citations", 0.5, _citations),
    ("quotes", 0.75, _quotes),
    ("contradictions", 0.75, _contradictions),
    ("coverage", 0.75, _coverage),
    ("prisma", 0.375, _prisma),
    ("calibration", 0.375, _calibration),
)
