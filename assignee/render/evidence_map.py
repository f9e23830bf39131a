"""Which works support and which contradict which claims, as a table of signs and words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from assignee.claims import CheckedClaim, Report, Stance

__all__ = ["EvidenceMap", "MapRow", "evidence_map"]

# sign and word of a cell
_CELLS = {
    "source": ("●", "its source"),
    "support": ("+", "supports"),
    "contradict": ("−", "contradicts"),
    "both": ("±", "supports and contradicts"),
    "": ("", "nothing"),
}


@dataclass(frozen=True, slots=True)
class MapRow:
    """One claim: (sign, word) for each column; ("", "nothing") where that work does not bear on it."""

    claim_id: str
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class EvidenceMap:
    """`columns` are the numbers of the references that are the source of a row or bear on one.

    `alone` names the claims that have no row: no other work, and no other sentence of their own, bears on them.
    """

    columns: tuple[int, ...]
    rows: tuple[MapRow, ...]
    alone: tuple[str, ...]

    @property
    def used(self) -> tuple[tuple[str, str], ...]:
        """The signs that occur, with their words, in a fixed order."""
        seen = {cell for row in self.rows for cell in row.cells}
        return tuple(cell for cell in _CELLS.values() if cell in seen and cell[0])


def evidence_map(report: Report, number: Callable[[str], int | None]) -> EvidenceMap:
    """The map of a report; `number` gives the reference number of an included paper, None for any other.

    What the quote check says of a claim's own quote is left out: that a sentence stands in its source supports
    nothing.
    """
    found: list[tuple[str, dict[int, str]]] = []
    alone: list[str] = []
    for item in report.claims:
        bearing = _bearing(item, number)
        if not bearing:
            alone.append(item.claim.id)
            continue
        source = number(item.claim.paper_id)
        if source is not None:
            bearing.setdefault(source, "source")
        found.append((item.claim.id, bearing))
    columns = tuple(sorted({at for _, bearing in found for at in bearing}))
    rows = tuple(
        MapRow(name, tuple(_CELLS[bearing.get(column, "")] for column in columns)) for name, bearing in found
    )
    return EvidenceMap(columns, rows, tuple(alone))


def _bearing(item: CheckedClaim, number: Callable[[str], int | None]) -> dict[int, str]:
    stances: dict[int, str] = {}
    for verdict in item.verdicts:
        for piece in verdict.evidence:
            at = number(piece.paper_id)
            own = piece.paper_id == item.claim.paper_id
            if at is None or verdict.verifier == "quote_check" or (own and piece.stance is Stance.SUPPORT):
                continue
            if piece.stance in (Stance.SUPPORT, Stance.CONTRADICT):
                told = piece.stance.value
                stances[at] = told if stances.get(at, told) == told else "both"
    return stances
