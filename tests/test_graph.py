"""The review graph, with a fake engine passed in: what it does when all goes well, and when parts of it fail."""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from fake_engine import TEXTS, FakeEngine, FakeSource

from assignee.claims import Claim, Kind, Report, Stance
from assignee.errors import RunError, UserError
from assignee.graphs.events import Phase, Progress
from assignee.graphs.nodes_claims import MAX_SENDS, ClaimNodes
from assignee.graphs.review import build
from assignee.graphs.tracing import SWITCHES, silence_tracing
from assignee.graphs.workbench import Workbench
from assignee.settings import Settings
from assignee.tools.text import stored
from assignee.tools.toolbox import Toolbox

ROOT = Path(__file__).parents[1]
QUESTION = "Does English training raise transfer accuracy?"


@pytest.fixture(scope="module")
def toolbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Toolbox]:
    with Toolbox.open(Settings(home=tmp_path_factory.mktemp("home"), timeout=30.0)) as opened:
        yield opened


@pytest.fixture
def library(tmp_path: Path) -> Path:
    path = tmp_path / "library.txt"
    path.write_text("It only has to be there: the fake source does not read it.")
    return path


def request(library: Path, **more: Any) -> dict[str, Any]:
    return {"request": {"question": QUESTION, "library": [str(library)], "date": "2026-11-20", **more}}


async def run(
    engine: FakeEngine,
    toolbox: Toolbox,
    library: Path,
    *,
    settings: Settings | None = None,
    source: FakeSource | None = None,
) -> tuple[Report, list[Progress]]:
    graph = build(
        settings or toolbox.settings,
        engine,
        toolbox=toolbox,
        sources={"library": source or FakeSource(toolbox.texts)},
    )
    events, last = [], {}
    async for mode, part in graph.astream(request(library), stream_mode=["custom", "values"]):
        if mode == "custom":
            events.append(part)
        else:
            last = part
    return Report.from_dict(last["report"]), events


async def test_a_question_becomes_a_report(toolbox: Toolbox, library: Path) -> None:
    report, events = await run(FakeEngine(), toolbox, library)
    assert report.status == "complete"
    assert [(paper.id, paper.included) for paper in report.papers] == [
        ("p1", True),
        ("p2", True),
        ("p3", False),
    ]
    assert [item.outcome for item in report.claims] == ["corroborated", "quoted", "corroborated", "quoted"]
    assert [review.reviewer for review in report.reviews] == ["kind_reader", "kinder_reader"]
    assert report.decision.reasons == ("decided in round 0",)
    flow = report.flow
    assert (flow.identified, flow.duplicates, flow.screened, flow.included, flow.excluded) == (3, 0, 3, 2, 1)
    for item in report.claims:
        claim = item.claim
        assert stored(TEXTS[claim.paper_id])[claim.start : claim.end] == claim.quote
        assert [verdict.verifier for verdict in item.verdicts] == ["quote_check", "overlap"]
    asked = {"source": "library", "query": QUESTION, "hits": 3, "round": 0, "batch": 1, "what": "queries"}
    assert report.manifest.queries == (asked,)
    assert report.manifest.date == "2026-11-20"
    stages = [event.stage for event in events if event.phase is Phase.FINISHED]
    assert stages[:6] == ["plan", "search", "deduplicate", "screen", "read", "extract"]
    assert set(stages[6:8]) == {"quote_check", "overlap"}
    assert stages[8:10] == ["adjudicate", "write"]
    assert stages[-2:] == ["decide", "finish"]


async def test_events_are_typed_and_have_a_json_form(toolbox: Toolbox, library: Path) -> None:
    _, events = await run(FakeEngine(), toolbox, library)
    assert all(isinstance(event, Progress) for event in events)
    screened = next(event for event in events if event.stage == "screen" and event.phase is Phase.FINISHED)
    assert screened.counts == {"included": 2, "excluded": 1}
    assert Progress.from_dict(json.loads(json.dumps(screened.to_dict()))) == screened


async def test_state_is_plain_json_and_holds_no_text(toolbox: Toolbox, library: Path) -> None:
    from langgraph.checkpoint.memory import InMemorySaver

    seen: list[dict[str, Any]] = []
    source = FakeSource(
        toolbox.texts, {"p1": TEXTS["p1"] + " A sentence that no claim quotes, on purpose" * 40}
    )
    engine = FakeEngine()
    graph = build(
        toolbox.settings, engine, toolbox=toolbox, sources={"library": source}, checkpointer=InMemorySaver()
    )
    config = {"configurable": {"thread_id": "1"}}
    async for mode, part in graph.astream(request(library), config, stream_mode=["checkpoints", "values"]):
        if mode == "checkpoints":
            seen.append(part["values"])
    assert len(seen) > 10
    for values in seen:
        papers = json.dumps([values.get(name) for name in ("found", "papers", "request")])
        assert "no claim quotes" not in papers
        assert json.loads(json.dumps(values)) == values


async def test_the_same_graph_serves_several_runs_at_once(toolbox: Toolbox, library: Path) -> None:
    graph = build(
        toolbox.settings, FakeEngine(), toolbox=toolbox, sources={"library": FakeSource(toolbox.texts)}
    )
    answers = await asyncio.gather(*(graph.ainvoke(request(library)) for _ in range(5)))
    assert all(answer == answers[0] for answer in answers)


def test_the_same_graph_serves_several_event_loops(toolbox: Toolbox, library: Path) -> None:
    graph = build(
        toolbox.settings, FakeEngine(), toolbox=toolbox, sources={"library": FakeSource(toolbox.texts)}
    )
    first, second = (asyncio.run(graph.ainvoke(request(library))) for _ in range(2))
    assert first == second


# --- what fails ------------------------------------------------------------------------------------------------


def failing(node: str, error: BaseException) -> Any:
    def hook(name: str) -> None:
        if name == node:
            raise error

    return hook


async def test_a_failed_verifier_is_not_a_vote(toolbox: Toolbox, library: Path) -> None:
    report, events = await run(FakeEngine(failing("overlap", ValueError("out of paper"))), toolbox, library)
    assert report.status == "partial"
    for item in report.claims:
        verdict = item.verdicts[1]
        assert verdict.stance is Stance.NOT_ADJUDICATED
        assert verdict.probability is None
        assert verdict.reason == "overlap failed: ValueError: out of paper"
        assert item.outcome == "not_adjudicated"
    assert "overlap failed: ValueError: out of paper" in report.manifest.problems
    assert any(event.phase is Phase.FAILED and event.stage == "overlap" for event in events)


async def test_a_verifier_that_hangs_is_not_a_vote(toolbox: Toolbox, library: Path) -> None:
    freed = threading.Event()

    def hook(name: str) -> None:
        if name == "overlap":
            freed.wait(20)

    settings = Settings(home=toolbox.settings.home, timeout=0.05)
    report, _ = await run(FakeEngine(hook), toolbox, library, settings=settings)
    freed.set()
    assert {item.verdicts[1].reason for item in report.claims} == {"overlap failed: no answer within 0.05 s"}
    assert report.status == "partial"


async def test_a_verifier_that_answers_for_another_number_of_claims_is_not_a_vote(
    toolbox: Toolbox, library: Path
) -> None:
    class Short:
        name = "overlap"

        def check(self, claims: Sequence[Claim], corpus: Any) -> list[Any]:
            return []

    engine = FakeEngine()
    engine.seats["overlap"] = Short()  # type: ignore[assignment]
    report, _ = await run(engine, toolbox, library)
    assert "0 verdicts for 4 claims" in report.claims[0].verdicts[1].reason


async def test_a_failed_source_is_named_and_the_run_goes_on(toolbox: Toolbox, library: Path) -> None:
    class Two(FakeEngine):
        def plan(self, *given: Any) -> tuple[dict[str, Any], ...]:
            return tuple({"source": name, "query": QUESTION} for name in ("library", "archive"))

    engine = Two()
    graph = build(
        toolbox.settings,
        engine,
        toolbox=toolbox,
        sources={
            "library": FakeSource(toolbox.texts),
            "archive": FakeSource(toolbox.texts, name="archive", problem=OSError("no route")),
        },
    )
    done = await ask_both(graph, library)
    report = Report.from_dict(done["report"])
    assert report.status == "partial"
    assert report.manifest.problems == ("the source archive did not answer: OSError: no route",)
    assert len(report.claims) == 4


async def ask_both(graph: Any, library: Path) -> dict[str, Any]:
    """Ask the library and a source that is not registered, as a third party's would be while it is installed."""
    from importlib.metadata import EntryPoint

    from assignee import registry

    entry = registry.Entry("sources", "archive", "nowhere:Archive", EntryPoint.__name__)
    registry._group("sources")["archive"] = entry
    try:
        done: dict[str, Any] = await graph.ainvoke(request(library, sources=["library", "archive"]))
    finally:
        registry._group.cache_clear()
    return done


async def test_no_source_that_answers_is_no_report(toolbox: Toolbox, library: Path) -> None:
    broken = FakeSource(toolbox.texts, problem=OSError("no route"))
    with pytest.raises(RunError, match="the source library did not answer: OSError: no route"):
        await run(FakeEngine(), toolbox, library, source=broken)


async def test_a_failed_reviewer_gives_no_scores(toolbox: Toolbox, library: Path) -> None:
    report, _ = await run(FakeEngine(failing("kind_reader", RuntimeError("tired"))), toolbox, library)
    assert report.status == "partial"
    assert report.reviews[0].scores == {}
    assert report.reviews[0].comments == ("the reviewer kind_reader failed: RuntimeError: tired",)
    assert report.reviews[1].scores == {"all": 10.0}
    assert report.manifest.problems == ("the reviewer kind_reader failed: RuntimeError: tired",)


async def test_nothing_included_is_a_report_that_says_so(toolbox: Toolbox, library: Path) -> None:
    report, _ = await run(
        FakeEngine(), toolbox, library, source=FakeSource(toolbox.texts, {"p3": TEXTS["p3"]})
    )
    assert report.status == "no_evidence"
    assert report.claims == ()
    assert (report.flow.screened, report.flow.included) == (1, 0)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"question": " "}, "the question is empty"),
        ({"question": "x" * 2001}, "2,001 characters"),
        ({"max_papers": 0}, "--max-papers is 0"),
        ({"until": "soon"}, "--until 'soon' is not a date"),
        ({"sources": ["astrology"]}, "unknown source 'astrology'"),
        ({"engine": "embedded"}, "built with the engine 'fake'"),
        ({"colour": "red"}, "not understood: colour"),
    ],
)
async def test_a_bad_request_is_refused(
    toolbox: Toolbox, library: Path, asked: dict[str, Any], message: str
) -> None:
    graph = build(toolbox.settings, FakeEngine(), toolbox=toolbox)
    with pytest.raises(UserError, match=message):
        await graph.ainvoke(request(library, **asked))


# --- revision --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("demands", "again"),
    [
        (("widen_search", "rewrite_answer"), ["plan", "screen", "extract", "adjudicate", "write", "decide"]),
        (("more_claims",), ["extract", "adjudicate", "write", "decide"]),
        (("rewrite_answer",), ["write", "decide"]),
        (("something new",), ["write", "decide"]),
    ],
)
async def test_a_revision_goes_back_once_and_only_as_far_as_demanded(
    toolbox: Toolbox, library: Path, demands: tuple[str, ...], again: list[str]
) -> None:
    engine = FakeEngine(demands=demands)
    report, _ = await run(engine, toolbox, library)
    assert [node for node, _, _ in engine.asked[6:]] == again
    told = {given for node, _, given in engine.asked[6:] if node in ("plan", "screen", "extract")}
    assert told <= {demands}
    assert report.decision.reasons == ("decided in round 1",)
    assert report.decision.score == 8.0
    assert len(report.reviews) == 2
    assert report.flow.identified == 3  # the same records again are no further records
    assert [verdict.verifier for verdict in report.claims[0].verdicts] == ["quote_check", "overlap"]


async def test_the_better_draft_is_kept_and_settled(toolbox: Toolbox, library: Path) -> None:
    class Worse(FakeEngine):
        def write(self, *given: Any) -> Report:
            from dataclasses import replace

            report = super().write(*given)
            return replace(report, title=f"draft {sum(node == 'write' for node, _, _ in self.asked)}")

        def decide(self, report: Report, *given: Any) -> Any:
            decision, demands = super().decide(report, *given)
            from dataclasses import replace

            return replace(decision, score=7.0 if report.title == "draft 1" else 3.0), demands

    report, _ = await run(Worse(demands=("rewrite_answer",)), toolbox, library)
    assert report.title == "draft 1"
    assert report.decision.score == 7.0
    assert report.decision.decision == "approve"


# --- sends -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("claims", [1, 25, 26, 1700, 30_000])
def test_sends_stay_few_and_batches_small(tmp_path: Path, claims: int) -> None:
    engine = FakeEngine(seats=("a", "b", "c"))
    nodes = ClaimNodes(Workbench(Settings(home=tmp_path), engine))
    made = [
        Claim(
            id=f"c{at}",
            text="t",
            statement="t",
            quote="t",
            paper_id="p",
            section="s",
            start=0,
            end=1,
            kind=Kind.FINDING,
        ).to_dict()
        for at in range(claims)
    ]
    sends = nodes.to_seats({"claims": made, "corpus": "k", "round": 0})
    assert isinstance(sends, list)
    assert len(sends) <= MAX_SENDS
    for seat in engine.seats:
        batches = [batch for send in sends if send.node == seat for batch in send.arg["batches"]]
        assert max(len(batch) for batch in batches) <= 25
        assert [claim["id"] for batch in batches for claim in batch] == [claim["id"] for claim in made]


# --- the picture, and how others reach the graph ---------------------------------------------------------------


def test_every_seat_and_reviewer_is_a_node_of_the_picture() -> None:
    from assignee.registry import names

    drawn = build().get_graph().draw_mermaid()
    for name in (*names("verifiers"), *names("reviewers")):
        assert f"\t{name}({name})\n" in drawn
        assert f"{name} --> adjudicate" in drawn or f"{name} --> decide" in drawn


def test_the_readme_shows_the_graph_as_it_is() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"```mermaid\n{build().get_graph().draw_mermaid().rstrip()}\n```" in readme, (
        "run `assignee graph` and paste its output into the README"
    )


def test_langgraph_json_names_a_graph_that_builds() -> None:
    named = json.loads((ROOT / "langgraph.json").read_text(encoding="utf-8"))["graphs"]["review"]
    module, _, attribute = named.partition(":")
    graph = getattr(importlib.import_module(module), attribute)()
    assert {"plan", "decide", "quote_check"} <= set(graph.get_graph().nodes)


def test_tracing_switches_are_off_even_when_read_before(monkeypatch: pytest.MonkeyPatch) -> None:
    from langsmith.utils import get_env_var, tracing_is_enabled

    for name in SWITCHES:
        monkeypatch.setenv(name, "true")
    get_env_var.cache_clear()
    assert tracing_is_enabled()
    silence_tracing()
    assert not tracing_is_enabled()


def test_checkpoints_rebuild_plain_data_only() -> None:
    from langgraph.checkpoint.serde import _msgpack

    assert os.environ["LANGGRAPH_STRICT_MSGPACK"] == "true"
    assert _msgpack.STRICT_MSGPACK_ENABLED
