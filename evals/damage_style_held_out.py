"""Rewrites that break nothing, written after the panel's checks and never used to tune them (see `damage_held_out`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assignee.claims import Direction

from .damage import Case, Damage, answered, claim_changed

__all__ = ["STYLES"]


def _rephrased(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    """The abstract told anew, in other sentences with the same counts."""
    report, flow, head = case.report, case.report.flow, case.report.headline
    answer = report.answer
    way = (
        "cannot be determined"
        if answer.direction is Direction.UNDETERMINED
        else f"is “{answer.direction.value.replace('_', ' ')}”"
    )
    texts = (
        f"We asked: “{report.question}” Out of {flow.screened} papers that were screened, {flow.included} were included.",
        f"They yielded {head.claims} claims with exact quotations, and {head.examined} were examined against other works.",
        f"What follows for the question: the answer {way}.",
    )
    order = {1: (0, 1, 2), 2: (1, 0, 2), 3: (2, 0, 1)}[dose]
    return case.with_report(replace(report, abstract=" ".join(texts[at] for at in order)))


def _told_differently(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    """The answer with openings and joints of another hand."""
    changes = (
        ("Undetermined:", "This cannot be decided yet:"), ("No included paper mentions", "None of the included papers mentions"),
        (" and agree: ", ", and they agree: "), ("stays undetermined", "is still undetermined"), ("; ", ". In addition, "),
    )  # fmt: skip
    text = case.report.answer.text
    for old, new in changes[: 2 * dose]:
        text = text.replace(old, new)
    report = answered(case.report, text=text)
    if dose == 3:
        for item in report.claims[:3]:
            said = item.claim.text.replace(" report: “", " put it thus: “").replace(
                " reports: “", " puts it thus: “"
            )
            report = claim_changed(report, item.claim.id, text=said)
    return case.with_report(report)


STYLES = tuple(
    Damage("style", variant, apply, held_out=True)
    for variant, apply in (("abstract_rephrased", _rephrased), ("answer_told_differently", _told_differently))
)
