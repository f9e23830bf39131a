"""How much of a report one paper carries."""

from __future__ import annotations

from collections import Counter

from assignee.claims import Report

__all__ = ["dominance"]


def dominance(report: Report) -> tuple[str, float]:
    """The paper that most claims come from (first by id where equal) and its share of the claims."""
    counts = Counter(checked.claim.paper_id for checked in report.claims)
    name, count = min(counts.items(), key=lambda item: (-item[1], item[0]))
    return name, count / len(report.claims)
