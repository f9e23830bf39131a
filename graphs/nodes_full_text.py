"""The full texts of the included papers, from the first place that has one to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

from langgraph.types import Send

from assignee.claims import Basis, Paper
from assignee.errors import UserError

from ..tools.database_settings import online
from ..tools.finding_more import Location
from ..tools.source import Document, Unreadable
from .events import Phase, Progress, emit, stage
from .learned import locations_of
from .nodes_search import describe
from .state import FetchTask, Json, ReviewState
from .steps import names_of
from .workbench import Workbench

__all__ = ["FullTextNodes"]


class FullTextNodes:
    """The node that fetches, and for which papers."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench

    def to_fetch(self, state: ReviewState) -> list[Send]:
        """One `fetch` per included paper that is not in full text yet and was not sought before."""
        request = state["request"]
        if (
            not online(request["sources"])
            or not request["full_text"]
            or not self._bench.services("full_texts")
        ):
            return []
        sought = {name for entry in state.get("fetched", ()) for name in entry["asked"]}
        papers = [Paper.from_dict(item) for item in state["papers"] if item["included"]]
        return [
            Send(
                "fetch",
                FetchTask(
                    paper=paper.to_dict(),
                    locations=[asdict(place) for place in locations_of(paper, state.get("learned", ()))],
                    round=state["round"],
                ),
            )
            for paper in papers
            if paper.basis != Basis.FULL_TEXT and not paper.retracted and sought.isdisjoint(names_of(paper))
        ]

    async def fetch(self, state: FetchTask) -> Json:
        """Ask the places in their order until one gives a text; what fails is told and the abstract is read.

        No more at once than there are cores: each file is read by a child process, against a time limit.
        """
        paper = Paper.from_dict(state["paper"])
        places = [Location(**place) for place in state["locations"]]
        entry: Json = {
            "round": state["round"],
            "asked": [paper.id],
            "screened": paper.text_hash,
            "read": None,
            "problems": [],
            "silent": [],
        }
        async with self._bench.slot() as slot:
            with stage("fetch", state["round"]) as counts:
                for name in self._bench.services("full_texts"):
                    try:
                        document = await slot.run(partial(self._fetched, name, paper, places))
                    except UserError:
                        raise
                    except Unreadable as error:
                        line = f"{paper.id}: full text from {name}: {error}"
                        entry["problems"].append(line)
                        emit(Progress(stage="fetch", phase=Phase.FAILED, round=state["round"], note=line))
                        continue
                    except Exception as error:
                        entry["silent"].append([name, describe(error)])
                        continue
                    if document is not None and document.text:
                        entry["read"] = await slot.run(partial(self._kept, name, document))
                        break
                counts.update(sought=1, read=int(entry["read"] is not None))
            entries = slot.until_saved([entry])
        return {"fetched": entries}

    def _fetched(self, name: str, paper: Paper, places: Sequence[Location]) -> Document | None:
        service = self._bench.service("full_texts", name)
        return service.fetch(paper, places) if service.offers(paper, places) else None

    def _kept(self, name: str, document: Document) -> dict[str, Any]:
        """What of a document goes into the state: its text lies in the store."""
        read = document.paper
        return {
            "basis": str(read.basis),
            "text_hash": self._bench.toolbox.texts.put(document.text, document.sections),
            "version": read.version,
            "licence": read.licence,
            "by": read.given_by.get("text", name),
        }
