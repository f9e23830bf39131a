"""Progress of a run as typed events, for `graph.astream(..., stream_mode="custom")`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from langgraph.config import get_stream_writer

from assignee.json_form import Record

__all__ = ["Phase", "Progress", "emit", "stage"]


class Phase(StrEnum):
    """Where in a stage an event was sent."""

    STARTED = "started"
    FINISHED = "finished"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress(Record):
    """One step of a run. `stage` is the node's name in the drawn graph, `round` counts revisions from 0.

    `batch` counts the steps of the search from 1, as the manifest's batches do; 0 and below where a stage belongs to
    none (one for each time that look-ups have papers screened again).
    `counts` holds what the stage counted, such as {"papers": 25}; `note` says in words what went wrong.
    Seats and reviewers work side by side, so the order of their events may change from run to run.
    """

    stage: str
    phase: Phase
    round: int = 0
    batch: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    note: str = ""


def emit(event: Progress) -> None:
    """Send an event to whoever streams the graph. Only inside a node."""
    get_stream_writer()(event)


@contextmanager
def stage(name: str, round: int, batch: int = 0) -> Iterator[dict[str, int]]:
    """Announce a stage's start and, unless it raises, its end with the counts put into the dict it yields."""
    emit(Progress(stage=name, phase=Phase.STARTED, round=round, batch=batch))
    counts: dict[str, int] = {}
    yield counts
    emit(Progress(stage=name, phase=Phase.FINISHED, round=round, batch=batch, counts=counts))
