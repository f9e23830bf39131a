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
from .nodes_chase import ChaseNodes
from .nodes_claims import ClaimNodes
from .nodes_full_text import FullTextNodes
from .nodes_look_up import LookUpNodes
from .nodes_report import ReportNodes
from .nodes_search import SearchNodes, to_search
from .onward import Onward
from .state import ReviewInput, ReviewOutput, ReviewState
from .tracing import silence_tracing
from .workbench import Services, Workbench

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
    services: Services | None = None,
    checkpointer: BaseCheckpointSaver[Any] | None = None,
    trace: bool = False,
) -> Graph:
    """The compiled graph: `ainvoke({"request": {"question": ..., "library": [...]}})` returns {"report": {...}}.

    `engine` is an engine object, a registered name, or None for the default. Every verifier seat and every reviewer
    of the engine is a node of its own. `sources` are asked beside or instead of the registered ones, by name;
    `services` are {"chasers" | "look_ups" | "full_texts": {name: object}}, each in the place of its group. Unless
    `trace`, the tracing variables of LangSmith and LangChain are switched off for this process.
    """
    if not trace:
        silence_tracing()
    if engine is None or isinstance(engine, str):
        engine = choose_engine(engine or "auto")
    checkpoints = checkpointer if isinstance(checkpointer, Checkpoints) else None
    bench = Workbench(settings or Settings.from_env(), engine, toolbox, sources, checkpoints, services)
    search, chase, look_up = SearchNodes(bench), ChaseNodes(bench), LookUpNodes(bench)
    full_text, claims, report = FullTextNodes(bench), ClaimNodes(bench), ReportNodes(bench)
    onward = Onward(bench, chase, look_up, full_text)
    seats, reviewers = list(engine.seats), list(engine.reviewers)

    graph = StateGraph(ReviewState, input_schema=ReviewInput, output_schema=ReviewOutput)
    graph.add_node("plan", search.plan)
    graph.add_node("search", search.search)
    graph.add_node("deduplicate", search.deduplicate)
    graph.add_node("screen", search.screen)
    graph.add_node("expand", search.expand)
    graph.add_node("chase", chase.chase)
    graph.add_node("look_up", look_up.look_up)
    graph.add_node("notices", look_up.notices)
    graph.add_node("fetch", full_text.fetch)
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
    graph.add_conditional_edges(
        "screen", onward.after_screen, ["expand", "chase", "look_up", "fetch", "read"]
    )
    graph.add_conditional_edges(
        "expand", onward.after_expand, ["search", "chase", "look_up", "fetch", "read"]
    )
    graph.add_edge("chase", "deduplicate")
    graph.add_edge("look_up", "notices")
    graph.add_conditional_edges("notices", onward.after_notices, ["screen", "fetch", "read"])
    graph.add_edge("fetch", "read")
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
