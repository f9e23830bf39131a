"""The figures of the claims in one table, each comparable with another only where both protocols are named and match.

A figure here is a change or a level with a unit; counts, years, spreads, p-values and bare numbers are none. Two
figures are comparable when they come from different works, have the same unit and role, both name the measure and
the data, agree in every field that either of them names, and the sentences are comparable findings
(`comparability`). Anything else is "not comparable", with the first field that says so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assignee.claims import CheckedClaim, Quantity

from ..tools.quantities import quantities
from .comparability import NOT_COMPARABLE, relate
from .protocol import FIELDS, Protocol, compare, protocol
from .readings import USABLE

__all__ = ["number_table"]

_LEVEL = re.compile(
    r"\b(?:to|at|reach(?:es|ed|ing)?|achiev\w+|attain\w*|scor(?:es|ed|ing)|obtain\w*)\s+(?:\w+ )?$", re.I
)
_CHANGE = re.compile(
    r"[\s-]*(?:(?:absolute|relative|average|mean|points?|F1|BLEU|accuracy)\s+){0,2}(?:improvement|gain|increase|decrease|drop|"
    r"reduction|loss|rise|boost|decline)s?\b",
    re.I,
)
_NEEDED = ("measure", "data")  # fields that both must name


@dataclass(frozen=True, slots=True)
class _Figure:
    claim_id: str
    paper_id: str
    work: str
    quote: str
    quantity: Quantity
    protocol: Protocol

    @property
    def text(self) -> str:
        return self.quote[self.quantity.start : self.quantity.end]

    @property
    def role(self) -> str:
        """ "change" or "level"; "to 40 points" is a level, "a 5 point gain" a change, whatever the unit suggests."""
        if _CHANGE.match(self.quote[self.quantity.end :]):
            return "change"
        return "level" if _LEVEL.search(self.quote[: self.quantity.start]) else self.quantity.role


def number_table(checked: Sequence[CheckedClaim], works: dict[str, str]) -> list[dict[str, Any]]:
    """One row a figure, in the order of the claims.

    Each has `claim_id`, `paper_id`, `figure` and `role` ("change", "level"), a list of the quote's own words for
    each field of `protocol.FIELDS`, `comparable_with` (claim ids) and `why` it is not comparable ("" where it is).
    `works` gives the work of a paper, so that two versions of one paper are no two works.
    """
    figures = [figure for item in checked if item.outcome in USABLE for figure in _figures(item, works)]
    return [_row(figure, figures) for figure in figures]


def _figures(item: CheckedClaim, works: dict[str, str]) -> list[_Figure]:
    quote = item.claim.quote
    told = protocol(quote)
    return [
        _Figure(item.claim.id, item.claim.paper_id, works.get(item.claim.paper_id, ""), quote, found, told)
        for found in quantities(quote)
        if found.role in {"change", "level"} and found.unit not in {"", "p"}
    ]


def _row(figure: _Figure, figures: Sequence[_Figure]) -> dict[str, Any]:
    others = [other for other in figures if other.work != figure.work]
    reasons = [(_apart(figure, other), other) for other in others]
    fits = list(dict.fromkeys(other.claim_id for why, other in reasons if not why))
    why = ""
    if not fits:
        # The nearest miss: the reason that came up last in the order of the checks.
        told = [reason for reason, _ in reasons]
        why = max(told, key=_depth) if told else "no other work gives a figure"
    return {
        "claim_id": figure.claim_id,
        "paper_id": figure.paper_id,
        "figure": figure.text,
        "role": figure.role,
        **{field: list(figure.protocol.of(field)) for field in FIELDS},
        "comparable_with": fits,
        "why": why,
    }


_UNITS = "other units"
_ROLES = "a change against a level"
_FINDINGS = "the findings are not comparable"


def _apart(one: _Figure, other: _Figure) -> str:
    """Why two figures are not comparable, "" where they are."""
    if one.quantity.unit != other.quantity.unit:
        return _UNITS
    if one.role != other.role:
        return _ROLES
    for field in FIELDS:
        found = compare(field, one.protocol, other.protocol)
        if found == "differs":
            return f"{field} differs"
        if found == "one side only":
            return f"{field} named by one side only"
        if not found and field in _NEEDED:
            return f"{field} named by neither"
        if found and len(one.protocol.of(field)) > 1:
            return f"{field}: several named, and not which the figure is of"
    if relate(one.quote, other.quote).reason.startswith((NOT_COMPARABLE, "no finding")):
        return _FINDINGS
    return ""


def _depth(why: str) -> int:
    order = [_UNITS, _ROLES, *FIELDS, _FINDINGS]
    return next(at for at, start in enumerate(order) if why.startswith(start))
