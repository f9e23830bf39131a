"""The review graph. This file only wires; the work lies in the agents, the nodes call them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from langgraph.graph import END, START, StateGraph

from assignee.settings import Settings

from ..agents.engine import Engine
from ..tools.checkpoints import Checkpoints
from ..tools.source import Source
from .engine_choice import choose_engine
from .nodes_claims import ClaimNodes
from .nodes_report import ReportNodes
from .nodes_search import SearchNodes, to_search
from .state import ReviewInput, ReviewOutput, ReviewState
from .tracing import silence_tracing
from .workbench import Workbench

if TYPE_CHECKING:
    from langgraph.checkpoint.base import BaseCheckpointSaver
    from langgraph.graph.state import CompiledStateGraph

    from ..tools.toolbox import Toolbox

    Graph = CompiledStateGraph[ReviewState, None, ReviewInput, ReviewOutput]

__all__ = ["build", "served"]


def build(
    settings: Settings | None = None,
    engine: Engine | str | None = None,
    *,
    toolbox: Toolbox | None = None,
    sources: Mapping[str, Source] | None = None,
    checkpointer: BaseCheckpointSaver[Any] | None = None,
    trace: bool = False,
) -> Graph:
    """The compiled graph: `ainvoke({"request": {"question": ..., "library": [...]}})` returns {"report": {...}}.

    `engine` is an engine object, a registered name, or None for the default. Every verifier seat and every
    reviewer of the engine is a node of its own. Unless `trace`, the tracing variables of LangSmith and LangChain
    are switched off for this process.
    """
    if not trace:
        silence_tracing()
    if engine is None or isinstance(engine, str):
        engine = choose_engine(engine or "auto")
    checkpoints = checkpointer if isinstance(checkpointer, Checkpoints) else None
    bench = Workbench(settings or Settings.from_env(), engine, toolbox, sources, checkpoints)
    search, claims, report = SearchNodes(bench), ClaimNodes(bench), ReportNodes(bench)
    seats, reviewers = list(engine.seats), list(engine.reviewers)

    graph = StateGraph(ReviewState, input_schema=ReviewInput, output_schema=ReviewOutput)
    graph.add_node("plan", search.plan)
    graph.add_node("search", search.search)
    graph.add_node("deduplicate", search.deduplicate)
    graph.add_node("screen", search.screen)
    graph.add_node("read", search.read)
    graph.add_node("extract", claims.extract)
    for seat in seats:
        graph.add_node(seat, claims.seat(seat))
    graph.add_node("adjudicate", claims.adjudicate)
    graph.add_node("write", report.write)
    for reviewer in reviewers:
        graph.add_node(reviewer, report.reviewer(reviewer))
    graph.add_node("decide", report.decide)
    graph.add_node("finish", report.finish)

    graph.add_edge(START, "plan")
    graph.add_conditional_edges("plan", to_search, ["search"])
    graph.add_edge("search", "deduplicate")
    graph.add_edge("deduplicate", "screen")
    graph.add_edge("screen", "read")
    graph.add_edge("read", "extract")
    graph.add_conditional_edges("extract", claims.to_seats, [*seats, "adjudicate"])
    for seat in seats:
        graph.add_edge(seat, "adjudicate")
    graph.add_edge("adjudicate", "write")
    for reviewer in reviewers:
        graph.add_edge("write", reviewer)
        graph.add_edge(reviewer, "decide")
    # `decide` names its next node itself: plan, extract or write for the one revision, else finish.
    graph.add_edge("finish", END)
    return graph.compile(checkpointer=checkpointer, name="review").with_config(recursion_limit=100)


def served() -> Graph:
    """The graph that `langgraph.json` names, with the settings of the environment and the default engine."""
    return build()
