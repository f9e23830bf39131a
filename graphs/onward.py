"""Where a run goes after it has screened: further queries, chasing, look-ups, full texts, then reading."""

from __future__ import annotations

from langgraph.types import Send

from .engine_extras import expands
from .nodes_chase import ChaseNodes
from .nodes_full_text import FullTextNodes
from .nodes_look_up import LookUpNodes
from .nodes_search import to_search
from .state import ReviewState
from .workbench import Workbench

__all__ = ["Onward"]


class Onward:
    """The edges between screening and reading; each takes the state and names what comes next."""

    def __init__(
        self, bench: Workbench, chase: ChaseNodes, look_up: LookUpNodes, full_text: FullTextNodes
    ) -> None:
        self._bench = bench
        self._chase, self._look_up, self._full_text = chase, look_up, full_text

    def after_screen(self, state: ReviewState) -> list[Send] | str:
        """Once a run, the queries that what was found suggests; then as after those."""
        if not state.get("expanded") and expands(self._bench.engine):
            return "expand"
        return self._further(state)

    def after_expand(self, state: ReviewState) -> list[Send] | str:
        """The search with further queries, where there are any."""
        return to_search(state) or self._further(state)

    def after_notices(self, state: ReviewState) -> list[Send] | str:
        """Screened again where an included paper proves to be retracted: another may take its place."""
        if any(item["included"] and item["retracted"] for item in state["papers"]):
            return "screen"
        return self._full_text.to_fetch(state) or "read"

    def _further(self, state: ReviewState) -> list[Send] | str:
        return (
            self._chase.to_chase(state)
            or self._look_up.to_look_up(state)
            or self._full_text.to_fetch(state)
            or "read"
        )
