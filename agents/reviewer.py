"""What every reviewer of the panel is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from assignee.claims import Report, Review

__all__ = ["Reviewer", "Texts"]

Texts = Callable[[str], str]
"""The stored text of a paper by its id; raises KeyError for a paper whose text is not at hand."""


class Reviewer(Protocol):
    """One member of the panel. A new one is one file and one line in the registry.

    A reviewer sees the draft and the stored texts, never another review. Every comment quotes its ground.
    """

    name: str
    mandate: str

    def review(self, draft: Report, texts: Texts) -> Review:
        """Scores by dimension (0..10) and comments. Pure; runs in a thread."""
        ...
