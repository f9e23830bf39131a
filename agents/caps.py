"""The hard caps of the gate: what no sum of points makes good."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from assignee.claims import Outcome, Report, Review

from .direction_check import direction_faults
from .outcome_check import borne_out
from .record_checks import count_faults, foreign_citations, key_claims, quote_faults
from .reviewer import Texts

__all__ = ["BROKEN", "CAPS_AT", "THIN", "Cap", "Ruling", "hard_caps"]

CAPS_AT = 5.0  # a dimension at or below this anchor names a fault that a reader must be told of
BROKEN, THIN = "broken", "thin"
_FAILED = frozenset({Outcome.UNSUPPORTED, Outcome.REFUTED, Outcome.NOT_ADJUDICATED})


class Cap(NamedTuple):
    """A ceiling, None where no score may be given; why; and whether the report is broken or its evidence thin."""

    limit: float | None
    why: str
    kind: str

    @property
    def told(self) -> str:
        """The cap as the report prints it."""
        return f"no score: {self.why}" if self.limit is None else f"at most {self.limit:g}: {self.why}"


class Ruling(NamedTuple):
    """The caps that hold, lowest first; how many claims are corroborated; whether a quote or citation is false."""

    caps: tuple[Cap, ...]
    corroborated: int
    false_sources: bool


def hard_caps(report: Report, reviews: Sequence[Review], texts: Texts, least: int) -> Ruling:
    """What caps a draft, recounted from records and stored texts; `least` corroborated claims are looked for."""
    caps: list[Cap] = []
    failed = sum(item.outcome is Outcome.NOT_ADJUDICATED for item in report.claims)
    if failed * 5 > len(report.claims):
        caps.append(Cap(None, f"{failed} of {len(report.claims)} claims were not adjudicated", THIN))
    foreign, wrong = foreign_citations(report, texts), quote_faults(report, texts)
    if foreign:
        caps.append(Cap(3.0, f"a citation outside the set: {foreign[0].text}", BROKEN))
    if wrong:
        caps.append(Cap(3.0, f"a quote that is not in its source: {wrong[0].text}", BROKEN))
    found = [(item, *borne_out(item, report, texts)) for item in report.claims]
    raised = next(
        ((item.claim.id, right, why) for item, right, why in found if right is not item.outcome), None
    )
    if raised:
        name, right, why = raised
        said = f"{name} is printed with an outcome its evidence does not give ({right.value}): {why}"
        caps.append(Cap(6.0, said, BROKEN))
    unheld = [item for item in key_claims(report) if item.outcome in _FAILED]
    if unheld:
        first = unheld[0]
        caps.append(Cap(6.0, f"the answer rests on {first.claim.id}, which is {first.outcome.value}", BROKEN))
    caps += [Cap(6.0, fault, BROKEN) for fault in direction_faults(report)]
    if miscounted := count_faults(report):
        caps.append(Cap(6.0, f"a count that the records do not bear out: {miscounted[0].text}", BROKEN))
    caps += _judged(reviews)
    corroborated = sum(right is Outcome.CORROBORATED for _, right, _ in found)
    if corroborated < least:
        caps.append(Cap(6.0, f"fewer than {least} corroborated claims", THIN))
    caps.sort(key=lambda cap: -1.0 if cap.limit is None else cap.limit)
    return Ruling(tuple(caps), corroborated, bool(foreign or wrong))


def _judged(reviews: Sequence[Review]) -> list[Cap]:
    """Dimensions that a reviewer puts at 5 or below, with the reviewer's ground."""
    found = []
    for review in reviews:
        for name, value in review.scores.items():
            if value <= CAPS_AT:
                ground = next((text for text in review.comments if text.startswith(f"{name}: ")), name)
                found.append(
                    Cap(
                        6.0,
                        f"{review.reviewer} puts {name} at {value:g}: {ground.removeprefix(f'{name}: ')}",
                        BROKEN,
                    )
                )
    return found
