"""Looking up the included papers: what is told of them (retractions, corrections) and where open copies lie."""

from __future__ import annotations

from dataclasses import asdict

from langgraph.types import Send

from assignee.claims import Paper
from assignee.errors import UserError

from ..tools.database_settings import online
from .events import Phase, Progress, emit, stage
from .learned import with_notices
from .nodes_search import describe
from .state import Json, LookUpTask, ReviewState, dicts
from .steps import last_turn, looked_up, names_of
from .workbench import Workbench

__all__ = ["TURNS", "LookUpNodes"]

TURNS = 4  # a retraction lets other papers in, which are looked up in their turn


class LookUpNodes:
    """The nodes that ask what is known of the included papers and heed it."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench

    def to_look_up(self, state: ReviewState) -> list[Send]:
        """One `look_up` per service for the included papers that were not looked up yet."""
        if not online(state["request"]["sources"]):
            return []
        turn = last_turn(state) + 1
        known = looked_up(state)
        papers = [Paper.from_dict(item) for item in state["papers"] if item["included"]]
        fresh = dicts(paper for paper in papers if known.isdisjoint(names_of(paper)))
        if turn > TURNS or not fresh:
            return []
        return [
            Send("look_up", LookUpTask(service=name, papers=fresh, round=state["round"], turn=turn))
            for name in self._bench.services("look_ups")
        ]

    async def look_up(self, state: LookUpTask) -> Json:
        """Ask one service about all of them. If it fails, the run goes on without it and says so."""
        name, round = state["service"], state["round"]
        papers = [Paper.from_dict(item) for item in state["papers"]]
        silent = False
        async with self._bench.slot(waiting=True) as slot:
            with stage("look_up", round) as counts:
                try:
                    learned, problems = await slot.run(
                        lambda: self._bench.service("look_ups", name).look_up(papers)
                    )
                    counts.update(
                        answers=len(learned), open_copies=sum(len(item.locations) for item in learned)
                    )
                except UserError:
                    raise
                except Exception as error:
                    silent = True
                    learned, problems = [], [f"{name} did not answer the look-up: {describe(error)}"]
                    emit(Progress(stage="look_up", phase=Phase.FAILED, round=round, note=problems[0]))
            entry = {
                "round": round,
                "turn": state["turn"],
                "service": name,
                "silent": silent,
                "asked": [paper.id for paper in papers],
                "learned": [_plain(asdict(item)) for item in learned],
                "problems": list(problems),
            }
            entries = slot.until_saved([entry])
        return {"learned": entries}

    async def notices(self, state: ReviewState) -> Json:
        """Put into the papers what was told of them."""
        with stage("notices", state["round"]) as counts:
            papers = with_notices([Paper.from_dict(item) for item in state["papers"]], state["learned"])
            counts["retracted"] = sum(paper.retracted for paper in papers if paper.included)
        return {"papers": dicts(papers)}


def _plain(item: Json) -> Json:
    return item | {"notices": list(item["notices"]), "locations": list(item["locations"])}
