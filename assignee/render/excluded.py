"""The excluded papers by kind of reason, so that three hundred of them can still be read."""

from __future__ import annotations

from dataclasses import dataclass

from assignee.agents.exclusion import exclusion_kind
from assignee.claims import Report

from .paper_record import Listed

__all__ = ["ExcludedGroup", "excluded_groups", "picks"]

_PICKS = {
    "published": "published",
    "preprint": "preprints",
    "chased": "found by chasing",
    "unsure": "screening unsure",
}
RETRACTED = "retracted"
# What somebody should look at first stands first.
_ORDER = (RETRACTED, "excluded by you", "unsure", "beyond the limit", "off topic")


@dataclass(frozen=True, slots=True)
class ExcludedGroup:
    """One kind of reason with its papers in the order of the report."""

    kind: str
    papers: tuple[Listed, ...]

    @property
    def retracted(self) -> bool:
        return self.kind == RETRACTED


def excluded_groups(report: Report) -> tuple[ExcludedGroup, ...]:
    """The excluded papers grouped; retracted ones first, whatever else speaks against them."""
    found: dict[str, list[Listed]] = {}
    for paper in report.papers:
        if not paper.included:
            found.setdefault(exclusion_kind(paper), []).append(Listed(paper))
    return tuple(ExcludedGroup(kind, tuple(found[kind])) for kind in _ORDER if kind in found)


def picks(groups: tuple[ExcludedGroup, ...]) -> tuple[tuple[str, str, int], ...]:
    """What the list can be narrowed to: (mark, words, papers); marks that no paper has are left out."""
    held = [mark for group in groups for listed in group.papers for mark in listed.marks]
    return tuple((mark, words, held.count(mark)) for mark, words in _PICKS.items() if mark in held)
