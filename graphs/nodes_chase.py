"""Chasing: whom the included papers cite and who cites them, a batch at a time, until it brings nothing new."""

from __future__ import annotations

from langgraph.types import Send

from assignee.claims import Paper
from assignee.errors import UserError
from assignee.request import from_dict

from ..tools.database_settings import online
from ..tools.source import Found
from .events import Phase, Progress, emit, stage
from .nodes_search import describe, entry_of
from .state import ChaseTask, Json, ReviewState, dicts
from .steps import chase_batches, last_batch, last_turn, saturated, silent_chasers, to_chase
from .workbench import Workbench

__all__ = ["RECORDS", "ChaseNodes"]

RECORDS = 100  # of each chaser in a batch


class ChaseNodes:
    """The node that follows references and citations, and whether there is another batch."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench

    def to_chase(self, state: ReviewState) -> list[Send]:
        """One `chase` per chaser for the next batch; none where the search has ended."""
        request, done = state["request"], chase_batches(state)
        if not online(request["sources"]) or len(done) >= request["chase"]:
            return []
        if last_turn(state):
            return []  # the included were looked up: what a retraction lets in is not chased
        if done and any(saturated(item) for item in state["batches"] if item["batch"] == done[-1]):
            return []
        papers = dicts(to_chase(state))
        if not papers:
            return []
        batch, silent = last_batch(state) + 1, silent_chasers(state)
        return [
            Send(
                "chase",
                ChaseTask(chaser=name, papers=papers, request=request, round=state["round"], batch=batch),
            )
            for name in self._bench.services("chasers")
            if name not in silent
        ]

    async def chase(self, state: ChaseTask) -> Json:
        """Ask one chaser. If it fails, the run goes on without it and says so, and is as complete as before."""
        name, round, batch = state["chaser"], state["round"], state["batch"]
        papers = [Paper.from_dict(item) for item in state["papers"]]
        until = from_dict(state["request"]).until
        failure = ""
        async with self._bench.slot(waiting=True) as slot:
            with stage("chase", round, batch) as counts:
                try:
                    found = await slot.run(
                        lambda: self._bench.service("chasers", name).chase(papers, limit=RECORDS, until=until)
                    )
                    counts["records"] = len(found.papers)
                except UserError:
                    raise
                except Exception as error:
                    failure = f"{name} did not answer about references and citations: {describe(error)}"
                    found = Found(problems=(failure,))
                    emit(Progress(stage="chase", phase=Phase.FAILED, round=round, batch=batch, note=failure))
            entry = entry_of(found, name, round=round, batch=batch, what="chase", silent=bool(failure))
            entry["asked"] = [paper.id for paper in papers]
            entries = slot.until_saved([entry])
        return {"found": entries}
