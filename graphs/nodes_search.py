"""From the question to the papers that are chosen: plan, search, deduplicate, screen, expand; and read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from langgraph.types import Send

from assignee.claims import Flow, Paper
from assignee.errors import AssigneeError, RunError, UserError
from assignee.request import checked, from_dict, to_dict
from assignee.settings import ReviewRequest

from ..agents.exclusion import exclusion_kind
from ..agents.overrides import Overrides
from ..tools.folding import fold_versions
from ..tools.source import Found, Source
from .engine_extras import more_queries, told
from .events import Phase, Progress, emit, stage
from .learned import with_full_texts, with_notices
from .state import Json, ReviewInput, ReviewState, SearchTask, dicts
from .steps import answering, last_batch, last_turn, names_of
from .workbench import Workbench

__all__ = ["SearchNodes", "describe", "to_search"]

# Records asked of each source: enough to choose from, few enough to embed at 42 abstracts a core-second.
_RECORDS_PER_PAPER = 5
_RECORDS_AT_LEAST = 50


def to_search(state: ReviewState) -> list[Send]:
    """One `search` per source, all at once: the queries of a round, or, once, those made from what was found."""
    request, batch = from_dict(state["request"]), last_batch(state) + 1
    searched = [entry for entry in state.get("found", ()) if entry["round"] == state["round"]]
    first = batch == 1
    named = list(Overrides.of(request).include) if first else []
    by_source: dict[str, list[str]] = {name: [] for name in request.sources}
    for query in state["queries"]:
        by_source.setdefault(query["source"], []).append(query["query"])
    for entry in searched:  # what did not answer a moment ago is left alone
        if entry["silent"]:
            by_source.pop(entry["source"], None)
    return [
        Send(
            "search",
            SearchTask(
                source=name,
                queries=queries,
                named=named,
                request=state["request"],
                round=state["round"],
                batch=batch,
                what="acronyms" if searched else "queries",
            ),
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
            request = checked(from_dict(state["request"]), known=self._bench.given_sources)
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
        name, round, batch = state["source"], state["round"], state["batch"]
        request = from_dict(state["request"])
        failures: list[str] = []
        async with self._bench.slot(waiting=name != "library") as slot:
            with stage("search", round, batch) as counts:
                try:
                    found = await slot.run(
                        lambda: _found(self._bench.source(name, request.library), state, request)
                    )
                    counts["papers"] = len(found.papers)
                except UserError:
                    raise
                except Exception as error:
                    found = Found()
                    what = "did not answer further queries" if batch > 1 else "did not answer"
                    failures = [f"the source {name} {what}: {describe(error)}"]
                    emit(
                        Progress(
                            stage="search", phase=Phase.FAILED, round=round, batch=batch, note=failures[0]
                        )
                    )
            entry = entry_of(found, name, round=round, batch=batch, what=state["what"], silent=bool(failures))
            entries = slot.until_saved([entry])
        return {"found": entries, "failures": failures}

    async def deduplicate(self, state: ReviewState) -> Json:
        """Fold the versions of one work; a record that an earlier batch returned is the same record."""
        batch = last_batch(state)
        with stage("deduplicate", state["round"], batch) as counts:
            if not answering(state["found"]):
                raise RunError("; ".join(state["failures"]) or "no source was asked")
            records: list[Paper] = []
            first: dict[str, int] = {}
            by_source: Counter[str] = Counter()
            seen: set[tuple[str, str]] = set()
            chased = fresh_records = 0
            left_out: set[tuple[str, str]] = set()
            for number, entries in groupby(sorted(state["found"], key=_batch), key=_batch):
                fresh: list[tuple[str, Paper]] = []
                for entry in entries:
                    papers = [Paper.from_dict(item) for item in entry["papers"]]
                    new = [(entry["source"], paper) for paper in papers]
                    new = [item for item in new if (item[0], item[1].id) not in seen]
                    if entry["what"] == "chase":
                        chased += len(new)
                    else:
                        by_source[entry["source"]] += len(new)
                    left_out.update((entry["source"], name) for name in entry["left_out"])
                    fresh += new
                for source, paper in fresh:
                    seen.add((source, paper.id))
                    first.setdefault(paper.id, number)
                records += [paper for _, paper in fresh]
                fresh_records = len(fresh)
            papers, duplicates = await self._bench.run(
                lambda: fold_versions(records, self._bench.toolbox.texts.get)
            )
            papers = with_notices(_as_screened(papers, state), state.get("learned", ()))
            new_works = [
                paper.id
                for paper in papers
                if min(first.get(name, batch) for name in names_of(paper)) == batch
            ]
            flow = Flow(
                identified=len(records),
                duplicates=duplicates,
                screened=len(papers),
                identified_by=dict(by_source),
                chased=chased,
                left_out=len(left_out),
            )
            counts.update(identified=len(records), duplicates=duplicates)
            if batch > 1:
                counts["new"] = len(new_works)
        what = next(entry["what"] for entry in state["found"] if entry["batch"] == batch)
        latest = {"batch": batch, "round": state["round"], "what": what, "records": fresh_records}
        return {"papers": dicts(papers), "flow": flow.to_dict(), "latest": latest | {"works": new_works}}

    async def screen(self, state: ReviewState) -> Json:
        """Choose what is read; every paper left out gets its reason. Counts what the batch brought.

        Where there is no batch that was not screened yet, a look-up has told of a retraction.
        """
        latest = dict(state.get("latest") or {})
        number = latest["batch"] if latest else 1 - last_turn(state)
        with stage("screen", state["round"], number) as counts:
            papers = [Paper.from_dict(item) for item in state["papers"]]
            request = from_dict(state["request"])
            screened = await self._bench.run(
                lambda: self._bench.engine.screen(
                    papers, request, self._bench.toolbox, state["round"], state["demands"]
                )
            )
            included = sum(paper.included for paper in screened)
            kinds = Counter(exclusion_kind(paper) for paper in screened if not paper.included)
            flow = state["flow"] | {
                "included": included,
                "excluded": len(screened) - included,
                "excluded_by": {kind: kinds[kind] for kind in sorted(kinds)},
            }
            counts.update(included=included, excluded=len(screened) - included)
        update: Json = {"papers": dicts(screened), "flow": flow, "latest": {}}
        if latest:
            works = set(latest.pop("works"))
            relevant = sum(paper.id in works and paper.screening == "include" for paper in screened)
            update["batches"] = [latest | {"new": len(works), "relevant": relevant}]
        return update | told(self._bench.engine, "screen", state["round"])

    async def expand(self, state: ReviewState) -> Json:
        """Once a run: queries with the other form of the question's acronyms, as the papers found spell it."""
        with stage("expand", state["round"], last_batch(state)) as counts:
            papers = [Paper.from_dict(item) for item in state["papers"]]
            request, asked = from_dict(state["request"]), [query["query"] for query in state["queries"]]
            queries = await self._bench.run(
                lambda: more_queries(self._bench.engine, request, papers, self._bench.toolbox, asked)
            )
            usable = [query for query in queries if query["source"] in request.sources]
            if usable:
                counts["more_queries"] = len(usable)
        return {"queries": usable, "expanded": True}

    async def read(self, state: ReviewState) -> Json:
        """Open the included papers: sentences, sections, pages, vectors; count those read in full."""
        with stage("read", state["round"]) as counts:
            papers = [Paper.from_dict(item) for item in state["papers"]]
            papers, sought = with_full_texts(papers, state.get("fetched", ()), state.get("learned", ()))
            key = await self._bench.run(lambda: self._bench.keep_corpus(papers))
            corpus = await self._bench.run(lambda: self._bench.corpus(key))
            included = [paper for paper in papers if paper.included]
            flow = state["flow"] | {
                "read_full": sum(paper.basis == "full_text" for paper in included),
                "sought": len(sought),
                "not_retrieved": sum(paper.basis != "full_text" for paper in sought),
                "preprints": sum(paper.publication == "preprint" for paper in included),
            }
            counts.update(papers=len(corpus.papers), sentences=len(corpus.passages))
        return {"corpus": key, "papers": dicts(papers), "flow": flow}


def entry_of(found: Found, name: str, *, round: int, batch: int, what: str, silent: bool) -> Json:
    """What the state keeps of an answer. `silent` says that there was none."""
    return {
        "round": round,
        "batch": batch,
        "what": what,
        "source": name,
        "silent": silent,
        "papers": dicts(found.papers),
        "hits": [{"source": name, "query": query, "hits": hits} for query, hits in found.hits],
        "problems": list(found.problems),
        "library": list(found.library),
        "left_out": list(found.left_out),
    }


def _found(source: Source, task: SearchTask, request: ReviewRequest) -> Found:
    """What the queries find, and then of the papers named by an override those that they do not."""
    limit = max(_RECORDS_AT_LEAST, _RECORDS_PER_PAPER * request.max_papers)
    found = source.search(task["queries"], limit=limit, until=request.until)
    names = [name for name in task["named"] if name not in task["queries"]]
    if not names:
        return found
    overrides, known = Overrides.of(request), {paper.id for paper in found.papers}
    try:
        asked = source.search(names, limit=limit, until=request.until)
    except UserError:
        raise
    except Exception as error:  # what the queries found stays
        told = f"{source.name} did not answer for the papers to include: {describe(error)}"
        return replace(found, problems=(*found.problems, told))
    named = [
        replace(paper, found_by="named")
        for paper in asked.papers
        if paper.id not in known and (overrides.decision(paper) or ("",))[0] == "include"
    ]
    return replace(
        found,
        papers=(*found.papers, *named),
        hits=(*found.hits, *(item for item in asked.hits if item not in found.hits)),
        problems=tuple(dict.fromkeys((*found.problems, *asked.problems))),
        left_out=(*found.left_out, *asked.left_out),
    )


def _as_screened(papers: Sequence[Paper], state: ReviewState) -> list[Paper]:
    """The papers with the judgement of the screening before, where that saw the same title and text."""
    seen = {
        entry["read"]["text_hash"]: entry["screened"] for entry in state.get("fetched", ()) if entry["read"]
    }
    judged = {
        (item["id"], seen.get(item["text_hash"], item["text_hash"]), item["title"]): item
        for item in state.get("papers", ())
    }
    kept = []
    for paper in papers:
        item = judged.get((paper.id, paper.text_hash, paper.title))
        if item is not None:
            paper = replace(
                paper,
                included=item["included"],
                screening=item["screening"],
                reason=item["reason"],
                relevance=item["relevance"],
            )
        kept.append(paper)
    return kept


def describe(error: BaseException) -> str:
    """An exception in one line."""
    text = " ".join(str(error).split())
    if text and isinstance(error, AssigneeError):  # a line for people
        return text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _batch(entry: Json) -> int:
    return int(entry["batch"])
