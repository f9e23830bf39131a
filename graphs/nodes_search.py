"""From the question to the texts that are read: plan, search, deduplicate, screen, read."""

from __future__ import annotations

from itertools import groupby

from langgraph.types import Send

from assignee.claims import Flow, Paper
from assignee.errors import AssigneeError, RunError, UserError
from assignee.request import checked, from_dict, to_dict

from ..tools.folding import fold_versions
from .engine_extras import told
from .events import Phase, Progress, emit, stage
from .state import Json, ReviewInput, ReviewState, SearchTask, dicts
from .workbench import Workbench

__all__ = ["SearchNodes", "to_search"]

# Records asked of each source: enough to choose from, few enough to embed at 42 abstracts a core-second.
_RECORDS_PER_PAPER = 5
_RECORDS_AT_LEAST = 50


def to_search(state: ReviewState) -> list[Send]:
    """One `search` per source, all at once."""
    by_source: dict[str, list[str]] = {name: [] for name in state["request"]["sources"]}
    for query in state["queries"]:
        by_source.setdefault(query["source"], []).append(query["query"])
    return [
        Send(
            "search", SearchTask(source=name, queries=queries, request=state["request"], round=state["round"])
        )
        for name, queries in by_source.items()
        if queries
    ]


class SearchNodes:
    """The nodes that find, choose and open papers."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench

    async def plan(self, state: ReviewInput | ReviewState) -> Json:
        """Check the request and turn the question, and a reviser's demands, into queries."""
        round, demands = int(state.get("round", 0)), list(state.get("demands", ()))  # type: ignore[call-overload]
        with stage("plan", round) as counts:
            request = checked(from_dict(state["request"]))
            if request.engine not in ("auto", self._bench.engine.name):
                raise UserError(f"this graph was built with the engine {self._bench.engine.name!r}")
            queries = await self._bench.run(lambda: self._bench.engine.plan(request, round, demands))
            usable = [query for query in queries if query["source"] in request.sources]
            if not usable:
                raise RunError("the question gave no query; ask it with the names of what it is about")
            counts["queries"] = len(usable)
        update = {"request": to_dict(request), "round": round, "demands": demands, "queries": usable}
        return update | told(self._bench.engine, "plan", round)

    async def search(self, state: SearchTask) -> Json:
        """Ask one source. If it fails, the run goes on without it and says so; misuse ends the run."""
        name, round = state["source"], state["round"]
        request = from_dict(state["request"])
        limit = max(_RECORDS_AT_LEAST, _RECORDS_PER_PAPER * request.max_papers)
        async with self._bench.slot(waiting=name != "library") as slot:
            with stage("search", round) as counts:
                try:
                    found = await slot.run(
                        lambda: self._bench.source(name, request.library).search(
                            state["queries"], limit=limit, until=request.until
                        )
                    )
                except UserError:
                    raise
                except Exception as error:
                    failure = f"the source {name} did not answer: {describe(error)}"
                    emit(Progress(stage="search", phase=Phase.FAILED, round=round, note=failure))
                    return {"failures": [failure], "found": []}
                counts["papers"] = len(found.papers)
            entry = {
                "round": round,
                "source": name,
                "papers": dicts(found.papers),
                "hits": [{"source": name, "query": query, "hits": hits} for query, hits in found.hits],
                "problems": list(found.problems),
                "library": list(found.library),
            }
            entries = slot.until_saved([entry])
        return {"found": entries}

    async def deduplicate(self, state: ReviewState) -> Json:
        """Fold the versions of one work; a record that an earlier round returned is the same record."""
        with stage("deduplicate", state["round"]) as counts:
            if not state.get("found"):
                raise RunError("; ".join(state["failures"]) or "no source was asked")
            records: list[Paper] = []
            seen: set[tuple[str, str]] = set()
            for _, entries in groupby(sorted(state["found"], key=_round), key=_round):
                fresh = [
                    (entry["source"], Paper.from_dict(item))
                    for entry in entries
                    for item in entry["papers"]
                    if (entry["source"], item["id"]) not in seen
                ]
                seen.update((source, paper.id) for source, paper in fresh)
                records.extend(paper for _, paper in fresh)
            papers, duplicates = await self._bench.run(lambda: fold_versions(records))
            flow = Flow(identified=len(records), duplicates=duplicates, screened=len(papers))
            counts.update(identified=len(records), duplicates=duplicates)
        return {"papers": dicts(papers), "flow": flow.to_dict()}

    async def screen(self, state: ReviewState) -> Json:
        """Choose what is read; every paper left out gets its reason."""
        with stage("screen", state["round"]) as counts:
            papers = [Paper.from_dict(item) for item in state["papers"]]
            request = from_dict(state["request"])
            screened = await self._bench.run(
                lambda: self._bench.engine.screen(
                    papers, request, self._bench.toolbox, state["round"], state["demands"]
                )
            )
            included = sum(paper.included for paper in screened)
            flow = state["flow"] | {"included": included, "excluded": len(screened) - included}
            counts.update(included=included, excluded=len(screened) - included)
        return {"papers": dicts(screened), "flow": flow} | told(self._bench.engine, "screen", state["round"])

    async def read(self, state: ReviewState) -> Json:
        """Open the included papers: sentences, sections, pages, vectors; count those read in full."""
        with stage("read", state["round"]) as counts:
            papers = [Paper.from_dict(item) for item in state["papers"]]
            key = await self._bench.run(lambda: self._bench.keep_corpus(papers))
            corpus = await self._bench.run(lambda: self._bench.corpus(key))
            full = sum(paper.included and paper.basis == "full_text" for paper in papers)
            counts.update(papers=len(corpus.papers), sentences=len(corpus.passages))
        return {"corpus": key, "flow": state["flow"] | {"read_full": full}}


def describe(error: BaseException) -> str:
    """An exception in one line."""
    text = " ".join(str(error).split())
    if text and isinstance(error, AssigneeError):  # a line for people
        return text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _round(entry: Json) -> int:
    return int(entry["round"])
