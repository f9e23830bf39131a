"""Where two sides of an agreement or a contradiction name the same setting, and where they do not."""

from __future__ import annotations

from typing import Any

from .finding import frames
from .protocol import FIELDS, compare, protocol

__all__ = ["settings_lines", "settings_told"]


def settings_lines(mine: str, theirs: str) -> list[dict[str, Any]]:
    """One row a field that either quote names: `field`, `one` and `other` (the quotes' own words), `relation`.

    `relation` is "same", "differs" or "one side only". Where no field is named, the place of the finding stands in,
    if the parse found one that is a stretch of its quote.
    """
    left, right = protocol(mine), protocol(theirs)
    rows = [
        {
            "field": field,
            "one": list(left.of(field)),
            "other": list(right.of(field)),
            "relation": relation,
        }
        for field in FIELDS
        if (relation := compare(field, left, right))
    ]
    one, other = _place(mine), _place(theirs)
    if not rows and (one or other):
        relation = "same" if one == other else "differs" if one and other else "one side only"
        rows.append(
            {"field": "place", "one": [one] * bool(one), "other": [other] * bool(other), "relation": relation}
        )
    return rows


def settings_told(rows: list[dict[str, Any]]) -> str:
    """The rows in one line of prose; what neither side names is said to be unknown."""
    if not rows:
        return "neither quote names a task, data, a language or a model"
    parts = []
    for row in rows:
        one, other = _listed(row["one"]), _listed(row["other"])
        if row["relation"] == "same":
            parts.append(f"{row['field']}: the same, {one}")
        else:
            parts.append(f"{row['field']}: {one} against {other}")
    return "; ".join(parts)


def _place(quote: str) -> str:
    for frame in frames(quote):
        if frame.place and frame.place in quote:
            return frame.place
    return ""


def _listed(values: list[str]) -> str:
    return ", ".join(f"“{value}”" for value in values) or "not named"
