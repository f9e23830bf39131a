"""How often the checkers were wrong where that was measured, beside what the report says of its own claims."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import fmean

from assignee.claims import Outcome, Report

__all__ = ["MeasuredOutcome", "measured_outcomes"]


@dataclass(frozen=True, slots=True)
class MeasuredOutcome:
    """One outcome: `labelled` printed outcomes that a reader judged and the share he agreed with (None: not measured).

    `claims` of this report have it; `confidence` is the mean of what is printed beside them, None where none is.
    """

    outcome: Outcome
    claims: int
    confidence: float | None
    labelled: int
    agreed: float | None

    @property
    def error(self) -> str:
        """The measured error rate as printed beside the mark: "61 % wrong", or "not measured"."""
        return "not measured" if self.agreed is None else f"{100 * (1 - self.agreed):.0f} % wrong"

    @property
    def told(self) -> str:
        """The same with its basis: "14 of 23 read were wrong"."""
        if self.agreed is None:
            return "no outcome of this kind was read by anyone"
        wrong = self.labelled - round(self.agreed * self.labelled)
        return f"{wrong} of {self.labelled} read were wrong"


def measured_outcomes(report: Report) -> tuple[MeasuredOutcome, ...]:
    """Every outcome that the report holds or that was measured, in the order of the vocabulary."""
    measured = report.manifest.calibration.get("measured")
    by_outcome = measured.get("by_outcome") if isinstance(measured, Mapping) else None
    known = by_outcome if isinstance(by_outcome, Mapping) else {}
    found = []
    for outcome in Outcome:
        held = [item for item in report.claims if item.outcome is outcome]
        labelled, agreed = _figures(known.get(outcome.value))
        if not held and agreed is None:
            continue
        printed = [item.confidence for item in held if item.confidence is not None]
        found.append(
            MeasuredOutcome(outcome, len(held), fmean(printed) if printed else None, labelled, agreed)
        )
    return tuple(found)


def _figures(told: object) -> tuple[int, float | None]:
    if not isinstance(told, Mapping):
        return 0, None
    labelled, agreed = told.get("outcomes"), told.get("agreed")
    if not isinstance(labelled, int) or not isinstance(agreed, (int, float)) or not labelled:
        return 0, None
    return labelled, float(agreed)
