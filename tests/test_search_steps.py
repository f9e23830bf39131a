"""Between screening and reading: further queries, chasing, look-ups, full texts, with fakes for everybody asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from fake_engine import TEXTS, FakeEngine, FakeSource
from fake_services import FakeChaser, FakeFullTexts, FakeLookUp, FurtherEngine

from assignee.claims import Paper, Report
from assignee.graphs.events import Phase, Progress
from assignee.graphs.learned import with_notices
from assignee.graphs.review import build
from assignee.settings import Settings
from assignee.tools.http_errors import NoAnswer
from assignee.tools.source import Unreadable
from assignee.tools.toolbox import Toolbox

QUESTION = "Does English training raise transfer accuracy?"
TWO = {"p1": TEXTS["p1"], "p3": TEXTS["p3"]}
ENGLISH = "English training raises transfer accuracy in the language {}. Nothing else was measured there."


@pytest.fixture(scope="module")
def toolbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Toolbox]:
    with Toolbox.open(Settings(home=tmp_path_factory.mktemp("home"))) as opened:
        yield opened


def relevant(*ids: str) -> dict[str, str]:
    return {id: ENGLISH.format(id) for id in ids}


def heat(count: int, name: str = "heat") -> dict[str, str]:
    return {f"{name} {at}": f"Walls number {at} of {name} are thin." for at in range(count)}


async def run(
    toolbox: Toolbox,
    *,
    engine: FakeEngine | None = None,
    texts: Mapping[str, str] = TWO,
    chasers: Sequence[FakeChaser] = (),
    look_ups: Sequence[FakeLookUp] = (),
    full_texts: Sequence[FakeFullTexts] = (),
    source: str = "arxiv",
    sources: Mapping[str, FakeSource] | None = None,
    **asked: Any,
) -> tuple[Report, list[Progress]]:
    graph = build(
        toolbox.settings,
        engine or FakeEngine(),
        toolbox=toolbox,
        sources=sources or {source: FakeSource(toolbox.texts, texts, name=source)},
        services={
            "chasers": {item.name: item for item in chasers},
            "look_ups": {item.name: item for item in look_ups},
            "full_texts": {item.name: item for item in full_texts},
        },
    )
    request = {"question": QUESTION, "sources": [source], "date": "2026-11-21", **asked}
    events: list[Progress] = []
    last: dict[str, Any] = {}
    async for mode, part in graph.astream({"request": request}, stream_mode=["custom", "values"]):
        if mode == "custom":
            events.append(part)
        else:
            last = part
    return Report.from_dict(last["report"]), events


def finished(events: list[Progress]) -> list[tuple[str, int]]:
    return [(item.stage, item.batch) for item in events if item.phase is Phase.FINISHED]


async def test_the_steps_from_screening_to_reading(toolbox: Toolbox) -> None:
    chaser = FakeChaser(toolbox.texts, {"p1": {**relevant("p4"), **heat(1)}, "p4": heat(2, "warm heat")})
    look_up = FakeLookUp(open_at={"p4": "https://example.org/p4.pdf"})
    texts = FakeFullTexts({"p1": TEXTS["p1"] + " All of it was measured twice."})
    report, events = await run(
        toolbox, engine=FurtherEngine(), chasers=[chaser], look_ups=[look_up], full_texts=[texts]
    )
    search = ["search", "deduplicate", "screen"]
    chase = ["chase", "deduplicate", "screen"]
    expected = [("plan", 0), *((name, 1) for name in search), ("expand", 1), *((name, 2) for name in search)]
    expected += [*((name, 3) for name in chase), *((name, 4) for name in chase)]
    expected += [("look_up", 0), ("notices", 0), ("fetch", 0), ("fetch", 0), ("read", 0), ("extract", 0)]
    assert finished(events)[: len(expected)] == expected

    flow = report.flow
    assert (flow.identified, flow.identified_by, flow.chased) == (6, {"arxiv": 2}, 4)
    assert (flow.screened, flow.included, flow.excluded) == (6, 2, 4)
    assert sum(flow.excluded_by.values()) == flow.excluded
    assert (flow.sought, flow.not_retrieved, flow.read_full) == (2, 1, 1)
    told = report.manifest
    assert [tuple(item.values()) for item in told.batches] == [
        (1, 0, "queries", 2, 2, 1),
        (2, 0, "acronyms", 0, 0, 0),
        (3, 0, "chase", 2, 2, 1),
        (4, 0, "chase", 2, 2, 0),
    ]
    assert [(item["query"], item["what"], item["batch"]) for item in told.queries] == [
        (QUESTION, "queries", 1),
        (FurtherEngine.further, "acronyms", 2),
        ("cites:p1", "chase", 3),
        ("cites:p4", "chase", 4),
        ("2 included papers, by their ids", "look_up", 0),
    ]
    assert chaser.asked == [["p1"], ["p4"]]
    assert told.stopped == (
        "Citation chasing stopped as saturated: its last batch brought 0 new relevant works in 2 new records."
    )
    assert told.not_answered == ()
    assert told.queries[-1]["papers"] == ["p1", "p4"]
    assert told.overlap == ({"sources": ["arxiv"], "works": 1, "included": 1},)  # p4 came by chasing alone
    p1, p4 = report.paper("p1"), report.paper("p4")
    assert (p1.basis, p1.version, p1.licence, p1.given_by["text"]) == (
        "full_text",
        "v2",
        "cc-by-4.0",
        "arxiv",
    )
    assert toolbox.texts.get(p1.text_hash).endswith("All of it was measured twice.")
    assert (p1.found_by, p4.found_by, p4.basis) == ("search", "references", "abstract")
    assert p4.where_open == (
        {"url": "https://example.org/p4.pdf", "source": "crossref", "note": "a PDF, cc-by; not read"},
    )
    assert {item.claim.paper_id for item in report.claims} == {"p1", "p4"}
    for item in report.claims:
        text = toolbox.texts.get(report.paper(item.claim.paper_id).text_hash)
        assert text[item.claim.start : item.claim.end] == item.claim.quote
    assert report.status == "complete"


async def test_that_a_work_is_a_reference_too_says_nothing_of_what_a_search_found(toolbox: Toolbox) -> None:
    two = {"p1": TEXTS["p1"], "p2": TEXTS["p2"]}
    chaser = FakeChaser(toolbox.texts, {"p1": {"p2": TEXTS["p2"]}})
    report, _ = await run(toolbox, texts=two, chasers=[chaser])
    assert report.paper("p2").sources == ("arxiv", "openalex")
    assert report.manifest.overlap == ({"sources": ["arxiv"], "works": 2, "included": 2},)


async def test_a_run_over_other_sources_asks_nobody(toolbox: Toolbox) -> None:
    chaser, look_up, texts = FakeChaser(toolbox.texts, {}), FakeLookUp(), FakeFullTexts({})
    report, events = await run(
        toolbox, source="archive", chasers=[chaser], look_ups=[look_up], full_texts=[texts]
    )
    assert (chaser.asked, look_up.asked, texts.asked) == ([], [], [])
    assert {"chase", "look_up", "fetch"}.isdisjoint(stage for stage, _ in finished(events))
    assert "no database was asked" in report.manifest.stopped
    assert "chase" not in report.manifest.settings


async def test_no_chasing_and_no_full_text_where_none_is_asked_for(toolbox: Toolbox) -> None:
    chaser, texts = FakeChaser(toolbox.texts, {"p1": relevant("p4")}), FakeFullTexts({"p1": TEXTS["p1"]})
    report, _ = await run(toolbox, chasers=[chaser], full_texts=[texts], chase=0, full_text=False)
    assert (chaser.asked, texts.asked, report.flow.sought) == ([], [], 0)
    assert report.manifest.stopped.endswith("were not followed, as asked.")


@pytest.mark.parametrize(
    ("most", "batches", "told"),
    [
        (1, 1, "stopped at its limit of 1 batch; the last brought 1 new relevant work in 1 new record"),
        (3, 3, "stopped at its limit of 3 batches"),
        (5, 4, "stopped as saturated: its last batch brought 0 new relevant works in 0 new records"),
    ],
)
async def test_chasing_stops_at_its_limit_or_when_nothing_comes(
    toolbox: Toolbox, most: int, batches: int, told: str
) -> None:
    chain = {"p1": relevant("p4"), "p4": relevant("p5"), "p5": relevant("p6"), "p6": relevant("p4")}
    chaser = FakeChaser(toolbox.texts, chain)
    report, _ = await run(toolbox, chasers=[chaser], chase=most)
    assert len(chaser.asked) == batches
    assert told in report.manifest.stopped


@pytest.mark.parametrize(("noise", "batches"), [(19, 2), (20, 1)])
async def test_fewer_than_one_new_relevant_work_in_twenty_records_is_saturation(
    toolbox: Toolbox, noise: int, batches: int
) -> None:
    chaser = FakeChaser(toolbox.texts, {"p1": {**relevant("p4"), **heat(noise)}, "p4": relevant("p5")})
    await run(toolbox, chasers=[chaser], chase=2)
    assert len(chaser.asked) == batches


async def test_at_most_twenty_papers_are_chased_in_a_batch(toolbox: Toolbox) -> None:
    chaser = FakeChaser(toolbox.texts, {f"q{at:02}": relevant(f"r{at:02}") for at in range(24)})
    found = {f"q{at:02}": f"{ENGLISH.format(at)} Group {at}." for at in range(24)}
    await run(toolbox, texts=found, chasers=[chaser], max_papers=60, chase=2)
    first, second = chaser.asked
    assert first == sorted(found)[:20]
    assert set(sorted(found)[20:]) < set(second)
    assert set(first).isdisjoint(second)


async def test_what_does_not_answer_is_named_and_leaves_the_report_complete(toolbox: Toolbox) -> None:
    down = NoAnswer("503 Service Unavailable")
    report, events = await run(
        toolbox,
        chasers=[FakeChaser(toolbox.texts, {}, problem=down)],
        look_ups=[FakeLookUp(problem=down)],
        full_texts=[FakeFullTexts({}, problems={"p1": down})],
    )
    assert report.status == "complete"
    assert report.manifest.not_answered == (
        "openalex (references and citations)",
        "crossref (look-up)",
        "arxiv (full texts)",
    )
    assert report.manifest.problems == (
        "openalex did not answer about references and citations: 503 Service Unavailable",
        "crossref did not answer the look-up: 503 Service Unavailable",
        "arxiv did not answer for the full text of 1 paper: 503 Service Unavailable",
    )
    assert "nobody answered who knows references and citations" in report.manifest.stopped
    assert sum(event.phase is Phase.FAILED for event in events) == 2


async def test_who_was_silent_is_left_alone_for_the_rest_of_the_round(toolbox: Toolbox) -> None:
    down = FakeChaser(toolbox.texts, {}, name="down", problem=NoAnswer("503 Service Unavailable"))
    chain = FakeChaser(toolbox.texts, {"p1": relevant("p4"), "p4": relevant("p5")})
    report, _ = await run(toolbox, chasers=[down, chain])
    assert (len(down.asked), len(chain.asked)) == (1, 2)
    assert report.paper("p5").included
    assert report.manifest.not_answered == ("down (references and citations)",)


async def test_the_next_place_is_asked_where_one_has_no_readable_copy(toolbox: Toolbox) -> None:
    first = FakeFullTexts({}, name="first", problems={"p1": Unreadable("its PDF needs a password")})
    second = FakeFullTexts({"p1": TEXTS["p1"]}, name="second")
    third = FakeFullTexts({"p1": "Another text."}, name="third")
    report, _ = await run(toolbox, full_texts=[first, second, third])
    assert report.paper("p1").given_by["text"] == "second"
    assert third.asked == []
    assert report.manifest.problems == ("p1: full text from first: its PDF needs a password",)


async def test_a_place_that_wants_to_know_where_a_copy_lies_is_told(toolbox: Toolbox) -> None:
    two = {"p1": TEXTS["p1"], "p2": TEXTS["p2"]}
    texts = FakeFullTexts(two, only_located=True)
    await run(
        toolbox,
        texts=two,
        look_ups=[FakeLookUp(open_at={"p2": "https://example.org/2.pdf", "p1": "file:///etc/passwd"})],
        full_texts=[texts],
    )
    assert texts.asked == ["p2"]


async def test_a_retraction_that_is_looked_up_lets_the_next_paper_in(toolbox: Toolbox) -> None:
    look_up = FakeLookUp(retracted=["p1"])
    texts = FakeFullTexts({})
    report, events = await run(
        toolbox, texts=TEXTS, look_ups=[look_up], full_texts=[texts], max_papers=1, chase=0
    )
    gone = report.paper("p1")
    assert (gone.retracted, gone.included) == (True, False)
    assert gone.notices == ("retracted (crossref, 10.1000/notice, 2021-03-04)",)
    assert report.paper("p2").included
    assert look_up.asked == [["p1"], ["p2"]]
    assert texts.asked == ["p2"]
    assert {item.claim.paper_id for item in report.claims} == {"p2"}
    assert [batch for stage, batch in finished(events) if stage == "screen"] == [1, 0]
    assert len(report.manifest.batches) == 1  # screened again, not searched again


def test_what_its_own_database_calls_retracted_stays_so_whatever_look_ups_say() -> None:
    told = {"paper_id": "p1", "retracted": False, "notices": [], "locations": []}
    (paper,) = with_notices([Paper(id="p1", title="One", retracted=True)], [{"learned": [told]}])
    assert paper.retracted


async def test_a_record_that_two_batches_leave_out_counts_once(toolbox: Toolbox) -> None:
    bare = FakeSource(toolbox.texts, TWO, name="arxiv", left_out=["a", "b"])
    report, events = await run(toolbox, engine=FurtherEngine(), sources={"arxiv": bare}, chase=0)
    assert [batch for stage, batch in finished(events) if stage == "search"] == [1, 2]
    assert report.flow.left_out == 2


async def test_however_many_are_retracted_the_look_ups_end(toolbox: Toolbox) -> None:
    many = {f"q{at}": f"{ENGLISH.format(at)} Group {at}." for at in range(9)}
    look_up = FakeLookUp(retracted=list(many))
    report, _ = await run(toolbox, texts=many, look_ups=[look_up], max_papers=1, chase=0)
    assert len(look_up.asked) == 4
    assert "q4 was not looked up for retractions" in " ".join(report.manifest.problems)


async def test_a_wider_search_chases_again_but_no_paper_twice(toolbox: Toolbox) -> None:
    chaser = FakeChaser(toolbox.texts, {"p1": relevant("p4"), "p4": relevant("p5")})
    look_up, texts = FakeLookUp(), FakeFullTexts({})
    report, _ = await run(
        toolbox,
        engine=FakeEngine(demands=["widen_search"]),
        chasers=[chaser],
        look_ups=[look_up],
        full_texts=[texts],
        chase=1,
    )
    assert chaser.asked == [["p1"], ["p4"]]
    assert look_up.asked == [["p1", "p4"], ["p5"]]
    assert texts.asked == ["p1", "p4", "p5"]
    assert [(item["round"], item["what"]) for item in report.manifest.batches] == [
        (0, "queries"),
        (0, "chase"),
        (1, "queries"),
        (1, "chase"),
    ]
    assert report.flow.identified == 4  # p5 with the others


async def test_the_queries_of_a_revision_that_was_not_kept_are_told(toolbox: Toolbox) -> None:
    engine = FakeEngine(demands=["widen_search"], scores=(7.0, 3.0))
    report, _ = await run(toolbox, engine=engine, chase=0)
    assert report.decision.score == 3.0  # the gate judges the kept draft anew
    assert [(item["query"], item["round"]) for item in report.manifest.queries] == [
        (QUESTION, 0),
        (QUESTION, 1),
    ]
    assert [item["round"] for item in report.manifest.batches] == [0, 1]
    assert report.manifest.settings["kept_round"] == 0


async def test_who_answers_first_changes_nothing(toolbox: Toolbox) -> None:
    async def with_first(first: str) -> Report:
        turn = threading.Event()

        def hook(name: str) -> Any:
            def wait(_: str) -> None:
                turn.set() if name == first else turn.wait(20)

            return wait

        one = FakeChaser(toolbox.texts, {"p1": relevant("p4")}, name="one", hook=hook("one"))
        two = FakeChaser(
            toolbox.texts, {"p1": {**relevant("p5", "p4"), **heat(1)}}, name="two", hook=hook("two")
        )
        return (await run(toolbox, chasers=[one, two], chase=1))[0]

    assert await with_first("one") == await with_first("two")


async def test_a_paper_named_to_be_included_is_asked_for_by_its_id(toolbox: Toolbox) -> None:
    class ById(FakeSource):
        def search(self, queries: Sequence[str], *, limit: int, until: str | None) -> Any:
            from assignee.tools.source import Found

            found = super().search(queries, limit=limit, until=until)
            kept = [paper for paper in found.papers if (paper.id == "p2") == (list(queries) == ["p2", "p9"])]
            return Found(tuple(kept), found.hits)

    graph = build(
        toolbox.settings,
        FakeEngine(),
        toolbox=toolbox,
        sources={"archive": ById(toolbox.texts, TEXTS, name="archive")},
    )
    request = {"question": QUESTION, "sources": ["archive"], "include": ["p2 # told of", "p9"]}
    report = Report.from_dict((await graph.ainvoke({"request": request}))["report"])
    assert {paper.id: paper.found_by for paper in report.papers} == {
        "p1": "search",
        "p2": "named",
        "p3": "search",
    }
    assert [query["query"] for query in report.manifest.queries] == [QUESTION, "p2", "p9"]
    assert any("p9" in line for line in report.manifest.problems)
    assert report.manifest.settings["include"] == ["p2 # told of", "p9"]


async def test_a_source_that_fails_when_asked_by_id_keeps_what_it_found(toolbox: Toolbox) -> None:
    class Strict(FakeSource):
        def search(self, queries: Sequence[str], *, limit: int, until: str | None) -> Any:
            if list(queries) == ["p9"]:
                raise NoAnswer("500 Internal Server Error")
            return super().search(queries, limit=limit, until=until)

    graph = build(
        toolbox.settings,
        FakeEngine(),
        toolbox=toolbox,
        sources={"archive": Strict(toolbox.texts, TWO, name="archive")},
    )
    request = {"question": QUESTION, "sources": ["archive"], "include": ["p9"]}
    report = Report.from_dict((await graph.ainvoke({"request": request}))["report"])
    assert (report.status, report.flow.identified) == ("complete", 2)
    told = "archive did not answer for the papers to include: 500 Internal Server Error"
    assert told in report.manifest.problems


async def test_a_source_handed_in_may_want_our_stores(toolbox: Toolbox) -> None:
    class Bindable:
        name = "mine"

        def bound(self, given: Toolbox) -> FakeSource:
            return FakeSource(given.texts, TWO, name="mine")

        def search(self, queries: Sequence[str], *, limit: int, until: str | None) -> Any:
            raise AssertionError("it was not bound")

    graph = build(toolbox.settings, FakeEngine(), toolbox=toolbox, sources={"mine": Bindable()})
    done = await graph.ainvoke({"request": {"question": QUESTION, "sources": ["mine"]}})
    assert Report.from_dict(done["report"]).flow.identified_by == {"mine": 2}
