"""A whole review with everything on: two databases, chasing, look-ups, full text, overrides, over real HTTP on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gateway_kit import FakeClock
from model_world import world_in
from review_world import FULL, QUESTION, WORKS, answer, parts
from sensible_model import task
from stand_in_database import Reply, StandInDatabase

from assignee.agents.count_check import prose_count_faults
from assignee.agents.engine_openai import OpenAIEngine
from assignee.claims import Report
from assignee.service import run_sync, start
from assignee.settings import ReviewRequest, Settings
from assignee.tools.toolbox import Toolbox

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])


@pytest.fixture(scope="module")
def server() -> Iterator[StandInDatabase]:
    with StandInDatabase(answer) as running:
        yield running


def reviewed(home: Path, server: StandInDatabase, **asked: Any) -> tuple[Report, Toolbox]:
    request = ReviewRequest(
        question=QUESTION, sources=("arxiv", "openalex"), engine="embedded", date="2026-11-21", **asked
    )
    toolbox = Toolbox.open(Settings(home=home))
    done = run_sync(
        lambda: start(request, toolbox.settings, files=False, toolbox=toolbox, **parts(toolbox, server.url))
    )
    return done.report, toolbox


@pytest.fixture(scope="module")
def whole(
    tmp_path_factory: pytest.TempPathFactory, server: StandInDatabase
) -> Iterator[tuple[Report, Toolbox]]:
    report, toolbox = reviewed(tmp_path_factory.mktemp("home"), server)
    yield report, toolbox
    toolbox.close()


def by_title(report: Report) -> dict[str, Any]:
    titles = {work["title"]: name for name, work in WORKS.items()}
    return {titles[paper.title]: paper for paper in report.papers}


def test_what_citations_bring_is_read_and_corroborates(whole: tuple[Report, Toolbox]) -> None:
    report, _ = whole
    papers = by_title(report)
    assert {name: (paper.included, paper.found_by) for name, paper in papers.items()} == {
        "base": (True, "search"),
        "gone": (False, "search"),
        "same": (True, "references"),
        "late": (True, "citations"),
        "walls": (False, "references"),
    }
    assert report.headline.corroborated
    # `gone` is retracted, and no search found `same` and `late`
    assert report.manifest.overlap == ({"sources": ["arxiv", "openalex"], "works": 1, "included": 1},)
    flow = report.flow
    assert (flow.identified_by, flow.chased) == ({"arxiv": 1, "openalex": 2}, 3)
    assert flow.identified - flow.duplicates == flow.screened == flow.included + flow.excluded == 5
    assert sum(flow.excluded_by.values()) == flow.excluded
    first = [item for item in report.manifest.batches if item["round"] == 0]
    assert [item["what"] for item in first] == ["queries", "acronyms", "chase", "chase"]
    assert [item["relevant"] for item in first][2:] == [2, 0]


def test_the_panel_finds_every_number_of_the_prose_in_the_records(whole: tuple[Report, Toolbox]) -> None:
    report, _ = whole
    assert report.flow.chased
    assert f"identified {report.flow.identified - report.flow.chased} records" in report.abstract
    assert prose_count_faults(report) == []


def test_what_is_looked_up_as_retracted_is_shown_and_supports_nothing(whole: tuple[Report, Toolbox]) -> None:
    report, _ = whole
    gone = by_title(report)["gone"]
    assert gone.retracted
    assert any("10.1000/notice" in line for line in gone.notices)
    assert report.flow.excluded_by["retracted"] == 1
    for item in report.claims:
        assert item.claim.paper_id != gone.id
        assert not any(found.paper_id == gone.id for verdict in item.verdicts for found in verdict.evidence)


def test_a_full_text_is_read_and_its_quotes_are_in_it(whole: tuple[Report, Toolbox]) -> None:
    report, toolbox = whole
    base = by_title(report)["base"]
    assert (base.basis, base.given_by["text"]) == ("full_text", "arxiv")
    text = toolbox.texts.get(base.text_hash)
    assert FULL in text
    quoted = [item.claim for item in report.claims if item.claim.paper_id == base.id]
    assert all(text[claim.start : claim.end] == claim.quote for claim in quoted)
    assert (report.flow.sought, report.flow.not_retrieved, report.flow.read_full) == (3, 2, 1)


def test_the_queries_are_those_that_were_sent(whole: tuple[Report, Toolbox], server: StandInDatabase) -> None:
    report, _ = whole
    sent = {value for _, params in server.asked for value in params.values()}
    for query in report.manifest.queries:
        if query["what"] != "look_up":
            assert query["query"] in sent
    assert {query["what"] for query in report.manifest.queries} == {"queries", "acronyms", "chase", "look_up"}


def test_who_does_not_answer_is_named_and_the_report_is_complete(whole: tuple[Report, Toolbox]) -> None:
    report, _ = whole
    assert report.status == "complete"
    assert report.manifest.not_answered == ()


def test_overrides_decide_whatever_screening_says(tmp_path: Path, server: StandInDatabase) -> None:
    report, toolbox = reviewed(
        tmp_path,
        server,
        include=("10.1000/walls # the colleague insists", "10.1000/gone"),
        exclude=("https://openalex.org/W90005", "10.1000/nobody"),
        full_text=False,
    )
    toolbox.close()
    papers = by_title(report)
    assert papers["walls"].included
    assert "the colleague insists" in papers["walls"].reason
    assert not papers["gone"].included, "a retracted paper is never included"
    assert not papers["late"].included
    assert report.flow.excluded_by["excluded by you"] == 1
    assert any("10.1000/nobody" in line for line in report.manifest.problems)
    assert report.flow.sought == 0


def test_services_that_are_down_cost_nothing_but_their_answers(
    tmp_path: Path, server: StandInDatabase
) -> None:
    def half(path: str, params: dict[str, str]) -> Reply:
        chasing = ("select" in params and "cites" in params.get("filter", "")) or "referenced" in str(params)
        down = path.startswith(("/crossref", "/arxiv_files", "/semantic_scholar")) or chasing
        return Reply("down", 503) if down else answer(path, params)

    with StandInDatabase(half) as broken:
        report, toolbox = reviewed(tmp_path, broken)
    toolbox.close()
    assert report.status == "complete"
    assert "crossref (look-up)" in report.manifest.not_answered
    assert "arxiv (full texts)" in report.manifest.not_answered
    assert any("(references and citations)" in name for name in report.manifest.not_answered)
    assert by_title(report)["base"].basis == "abstract"


def test_a_model_judges_each_record_once_however_often_is_screened(
    tmp_path: Path, server: StandInDatabase
) -> None:
    with world_in(tmp_path) as world, Toolbox.open(world.settings) as toolbox:
        request = ReviewRequest(
            question=QUESTION, sources=("arxiv", "openalex"), engine="openai", date="2026-11-21"
        )
        done = run_sync(
            lambda: start(
                request,
                world.settings,
                files=False,
                engine=OpenAIEngine(FakeClock()),
                toolbox=toolbox,
                **parts(toolbox, server.url),
            )
        )
        shown = [str(sent) for sent in world.server.requests if task(sent) == "screener"]
    report = done.report
    assert {by_title(report)[name].included for name in ("base", "same", "late")} == {True}
    assert by_title(report)["gone"].retracted
    for name, work in WORKS.items():
        times = sum(work["title"] in text for text in shown)
        assert times == (0 if name == "walls" else 1), name
