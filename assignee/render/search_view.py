"""What every format prints of the search: queries, batches, overlap, silence, and the PRISMA flow."""

from __future__ import annotations

from functools import cached_property

from assignee.claims import Report

from .flow_drawing import Drawing, draw
from .flow_figure import FlowStep, flow_rows, flow_steps, flow_told
from .labels import sentence, spoken
from .loose import queries
from .names import one_line
from .search_told import Asked, Batch, Overlap, asked, batches, batches_told, overlap, silent

__all__ = ["SearchView"]


class SearchView:
    """The search of one report, ready to print."""

    def __init__(self, report: Report) -> None:
        self._report = report

    @cached_property
    def asked(self) -> tuple[Asked, ...]:
        """The queries by source."""
        return asked(self._report)

    @property
    def sent(self) -> int:
        """Queries that looked for the report's papers; following citations and looking things up are none."""
        return sum(query.searches for query in queries(self._report))

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources that were searched, in words, sorted."""
        return tuple(sorted({spoken(query.source) for query in queries(self._report) if query.searches}))

    @property
    def returned(self) -> int:
        """Records that the queries returned; those of chased references and citations are not among them."""
        return max(self._report.flow.identified - self._report.flow.chased, 0)

    @cached_property
    def batches(self) -> tuple[Batch, ...]:
        """What each step of the search brought."""
        return batches(self._report)

    @property
    def batches_told(self) -> str:
        """What the batches say and what they do not."""
        return batches_told(self._report)

    @property
    def most_new(self) -> int:
        """The most new works that a batch brought, at least 1: what the longest bar stands for."""
        return max((batch.new for batch in self.batches), default=0) or 1

    @cached_property
    def overlap(self) -> Overlap | None:
        """Which sources returned the same works; None where fewer than two did."""
        return overlap(self._report)

    @cached_property
    def silent(self) -> tuple[str, ...]:
        """The sources and services that did not answer."""
        return silent(self._report)

    @property
    def stopped(self) -> str:
        """Why the search ended as a sentence, "" where that was not recorded."""
        told = one_line(self._report.manifest.stopped)
        return sentence(f"{told[:1].upper()}{told[1:]}") if told else ""

    @cached_property
    def flow(self) -> tuple[FlowStep, ...]:
        """The PRISMA flow."""
        return flow_steps(self._report)

    @property
    def flow_rows(self) -> list[tuple[str, str, int | None]]:
        """The PRISMA flow as a table."""
        return flow_rows(self.flow)

    @property
    def flow_told(self) -> str:
        """The PRISMA flow as text."""
        return flow_told(self.flow)

    def drawing(self, narrow: bool = False) -> Drawing:
        """Where the boxes of the PRISMA flow lie."""
        return draw(self.flow, narrow)
