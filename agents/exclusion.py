"""The kinds of reasons for which papers are excluded, as a flow diagram counts them."""

from __future__ import annotations

from assignee.claims import Paper

from .overrides import EXCLUDED

__all__ = ["KINDS", "exclusion_kind"]

KINDS = ("retracted", "excluded by you", "beyond the limit", "unsure", "off topic")


def exclusion_kind(paper: Paper) -> str:
    """One of `KINDS`, by what was done with an excluded paper: what weighs most, where several speak against it."""
    if paper.retracted:
        return "retracted"
    if paper.reason.startswith(EXCLUDED):
        return "excluded by you"
    if paper.screening == "include":
        return "beyond the limit"
    return "unsure" if paper.screening == "unsure" else "off topic"
