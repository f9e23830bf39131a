"""The table of figures: what each claim measured, under which protocol, and with what it may be compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assignee.claims import Report

from .loose import items, maps, words

__all__ = ["FigureRow", "figure_table"]

_FIELDS = ("measure", "data", "task", "language", "model", "population", "baseline")
_ASKED = ("measure", "data", "task", "language", "model")  # said to be missing where they are


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure word for word, its role ("change", "level"), the (field, words in quotation marks) that its
    quote names, the fields that it does not name, and what it compares with."""

    claim_id: str
    figure: str
    role: str
    named: tuple[tuple[str, str], ...]
    unnamed: tuple[str, ...]
    compared: str


def figure_table(report: Report) -> tuple[FigureRow, ...]:
    """The rows of the section "numbers"; none where it is missing."""
    known = {item.claim.id for item in report.claims}
    found = []
    for row in maps(report.sections.get("numbers")):
        if words(row.get("claim_id")) not in known:
            continue
        named = tuple(
            (name, ", ".join(f"“{value}”" for value in values))
            for name in _FIELDS
            if (values := items(row.get(name)))
        )
        unnamed = tuple(name for name in _ASKED if not items(row.get(name)))
        found.append(
            FigureRow(
                words(row.get("claim_id")),
                words(row.get("figure")),
                words(row.get("role")),
                named,
                unnamed,
                _compared(row),
            )
        )
    return tuple(found)


def _compared(row: Mapping[str, object]) -> str:
    others = items(row.get("comparable_with"))
    if others:
        return f"with {words(others)}"
    return f"not comparable: {words(row.get('why')) or 'no reason recorded'}"
