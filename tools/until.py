"""Dates given to the year, the month or the day, compared at the precision of the coarser one."""

from __future__ import annotations

import calendar

from assignee.claims import Paper

__all__ = ["last_day", "published_by"]


def published_by(paper: Paper, until: str | None) -> bool:
    """Whether a paper was published by then, as far as its date is known; one without a date was."""
    when = paper.date or (str(paper.year) if paper.year is not None else None)
    if until is None or when is None:
        return True
    size = min(len(when), len(until))
    return when[:size] <= until[:size]


def last_day(until: str) -> str:
    """The last day of "2020", "2020-02" or "2020-02-29", as an ISO date."""
    year, month, day = (*until.split("-"), "", "")[:3]
    month = month or "12"
    return f"{year}-{month}-{day or calendar.monthrange(int(year), int(month))[1]}"
