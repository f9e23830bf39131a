"""Reviews over several databases at once: stand-ins on loopback, the embedded engine, one report."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import planted
import pytest
from fake_services import NO_SERVICES
from stand_in_database import Reply, StandInDatabase, WallTimeOfTests, at, feed

from assignee.agents.question import parse
from assignee.agents.screener import screen
from assignee.claims import Outcome, Report, Status
from assignee.errors import UserError
from assignee.request import checked
from assignee.service import run_sync, start
from assignee.settings import ReviewRequest, Settings
from assignee.tools.database import Database
from assignee.tools.database_settings import DatabaseSettings
from assignee.tools.folding import fold_versions
from assignee.tools.record import document
from assignee.tools.source import Document, Found
from assignee.tools.source_arxiv import Arxiv
from assignee.tools.source_crossref import Crossref
from assignee.tools.source_openalex import OpenAlex
from assignee.tools.toolbox import Toolbox

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])

CASE = planted.case("nlp-confirm-1")


def as_entry(number: int, record: Mapping[str, Any]) -> str:
    authors = "".join(f"<author><name>{escape(name)}</name></author>" for name in record["authors"])
    return (
        f"<entry><id>http://arxiv.org/abs/2101.{number:05}v2</id><title>{escape(record['title'])}</title>"
        f"<summary>{escape(record['abstract'])}</summary><published>{record['year']}-02-03T00:00:00Z</published>"
        f"{authors}</entry>"
    )


def as_work(number: int, record: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    index: dict[str, list[int]] = {}
    for place, word in enumerate(record["abstract"].split()):
        index.setdefault(word, []).append(place)
    return {
        "id": f"https://openalex.org/W{90000 + number}",
        "display_name": record["title"],
        "publication_year": record["year"],
        "authorships": [{"author": {"display_name": name}} for name in record["authors"]],
        "abstract_inverted_index": index,
        **more,
    }


@pytest.fixture
def world(tmp_path: Path) -> Iterator[tuple[Toolbox, StandInDatabase, StandInDatabase]]:
    """arXiv with both works of the case, OpenAlex with the second of them."""
    first, second = CASE.records
    works = {"meta": {"count": 1, "page": 1, "per_page": 50}, "results": [as_work(1, second)]}
    feed_of_both = feed(as_entry(0, first), as_entry(1, second))
    with (
        Toolbox.open(Settings(home=tmp_path / "home")) as toolbox,
        StandInDatabase(lambda path, params: Reply(feed_of_both)) as arxiv,
        StandInDatabase(lambda path, params: Reply(works)) as openalex,
    ):
        yield toolbox, arxiv, openalex


def review(world: tuple[Toolbox, StandInDatabase, StandInDatabase]) -> Report:
    toolbox, arxiv, openalex = world
    sources: dict[str, Database] = {
        "arxiv": Arxiv(toolbox, settings=at("arxiv", arxiv.url), clock=WallTimeOfTests()),
        "openalex": OpenAlex(toolbox, settings=at("openalex", openalex.url), clock=WallTimeOfTests()),
    }
    request = ReviewRequest(
        question=CASE.question, sources=tuple(sources), engine="embedded", date="2026-11-21", until="2025"
    )
    done = run_sync(
        lambda: start(
            request, toolbox.settings, files=False, sources=sources, services=NO_SERVICES, toolbox=toolbox
        )
    )
    return done.report


def test_two_databases_make_one_report(world: tuple[Toolbox, StandInDatabase, StandInDatabase]) -> None:
    report = review(world)
    assert (report.flow.identified, report.flow.duplicates, report.flow.included) == (3, 1, 2)
    assert sorted(paper.sources for paper in report.papers) == [("arxiv",), ("arxiv", "openalex")]
    outcomes = [item.outcome for item in report.claims]
    assert Outcome.CORROBORATED in outcomes
    for item in report.claims:
        paper = report.paper(item.claim.paper_id)
        stored = world[0].texts.get(paper.text_hash)
        assert stored[item.claim.start : item.claim.end] == item.claim.quote
    sent = {(str(query["source"]), str(query["query"])) for query in report.manifest.queries}
    asked = {("arxiv", params["search_query"]) for _, params in world[1].asked}
    asked |= {("openalex", params["filter"]) for _, params in world[2].asked}
    assert sent <= asked
    assert {source for source, _ in sent} == {"arxiv", "openalex"}
    assert all("127.0.0.1" not in str(query) for query in report.manifest.queries)


def test_a_dead_database_is_named_and_the_other_carries_the_review(
    world: tuple[Toolbox, StandInDatabase, StandInDatabase],
) -> None:
    world[2].answer = lambda path, params: Reply("down", 503)
    report = review(world)
    assert report.flow.included == 2
    assert (
        "the source openalex did not answer: 503 Service Unavailable (asked 3 times)"
        in report.manifest.problems
    )


def test_what_one_database_calls_retracted_is_shown_and_supports_nothing(
    world: tuple[Toolbox, StandInDatabase, StandInDatabase],
) -> None:
    gone = as_work(1, CASE.records[1], is_retracted=True, abstract_inverted_index=None)
    works = {"meta": {"count": 1, "page": 1, "per_page": 50}, "results": [gone]}
    world[2].answer = lambda path, params: Reply(works)
    report = review(world)
    (shown,) = [paper for paper in report.papers if paper.retracted]
    assert (shown.title, shown.sources) == (CASE.records[1]["title"], ("arxiv", "openalex"))
    assert not shown.included
    assert "retracted" in shown.reason
    assert not any(item.outcome is Outcome.CORROBORATED for item in report.claims)
    assert not any(item.claim.paper_id == shown.id for item in report.claims)


def test_records_of_different_databases_fold_by_doi_arxiv_id_or_title(tmp_path: Path) -> None:
    def crossref(doi: str, title: str) -> dict[str, Any]:
        return {
            "DOI": doi,
            "title": [title],
            "author": [{"given": "Ada", "family": "Poe"}],
            "abstract": "<p>A.</p>",
        }

    arxiv = Arxiv(None, settings=DatabaseSettings())  # type: ignore[arg-type]
    base = {"authors": ["Ada Poe"], "year": 2020, "abstract": "A."}
    doi = "<arxiv:doi>10.1145/1.2</arxiv:doi>"
    entries = [
        as_entry(1, base | {"title": "Selecting tests by risk"}).replace("</entry>", doi + "</entry>"),
        as_entry(2, base | {"title": "Ordering tests by age"}),
        as_entry(3, base | {"title": "Why tests flake at night"}),
        as_entry(4, base | {"title": "Why tests flake at noon"}),
    ]
    of_crossref = [crossref("10.1145/1.2", "Risk-based selection of tests")]
    of_openalex = [
        as_work(2, base | {"title": "Ordering of tests"}, doi="https://doi.org/10.48550/arXiv.2101.00002"),
        as_work(3, base | {"title": "Why Tests Flake at Night."}),
    ]
    pages = [
        ("arxiv", arxiv.read(feed(*entries).encode())),
        ("crossref", Crossref.read(None, as_body({"message": {"items": of_crossref}}))),  # type: ignore[arg-type]
        ("openalex", OpenAlex.read(None, as_body({"meta": {}, "results": of_openalex}))),  # type: ignore[arg-type]
    ]
    records = [
        replace(got.paper, sources=(name,))
        for name, page in pages
        for record in page.records
        if isinstance(got := document(record, ""), Document)
    ]
    papers, duplicates = fold_versions(records)
    assert (len(records), duplicates) == (7, 3)
    assert sorted(paper.sources for paper in papers) == [
        ("arxiv",),
        ("arxiv", "crossref"),
        ("arxiv", "openalex"),
        ("arxiv", "openalex"),
    ]


def as_body(answer: Any) -> bytes:
    return json.dumps(answer).encode()


def test_all_is_every_database_and_the_library_only_where_one_is_given(tmp_path: Path) -> None:
    every = ("arxiv", "openalex", "semantic_scholar", "crossref", "europe_pmc")
    asked = checked(ReviewRequest(question="Does it work?", sources=("all",)))
    assert asked.sources[: len(every)] == every
    assert "library" not in asked.sources
    (tmp_path / "a.txt").write_text("A text.")
    asked = checked(ReviewRequest(question="Does it work?", sources=("all", "arxiv"), library=(tmp_path,)))
    assert asked.sources[0] == "library"
    assert asked.sources.count("arxiv") == 1
    with pytest.raises(UserError, match="unknown source 'pubmed'; known: all, library, arxiv"):
        checked(ReviewRequest(question="Does it work?", sources=("pubmed",)))


@pytest.mark.parametrize("seed", ["2101.00001", "arXiv:2101.00001", "https://arxiv.org/abs/2101.00001v1"])
def test_a_seed_paper_is_found_by_any_form_of_its_id(
    seed: str, world: tuple[Toolbox, StandInDatabase, StandInDatabase]
) -> None:
    toolbox, arxiv, _ = world
    found = Arxiv(toolbox, settings=at("arxiv", arxiv.url), clock=WallTimeOfTests()).search(
        [CASE.question, seed], limit=50, until=None
    )
    screened = screen(found.papers, parse(CASE.question), seed, 20, toolbox, False)
    assert [paper.id for paper in screened if paper.reason.startswith("the seed paper")] == [
        "arXiv:2101.00001v2"
    ]


def test_five_databases_are_under_way_at_once_on_one_core(tmp_path: Path) -> None:
    meeting = threading.Barrier(5, timeout=20)  # opens when all five are being asked, else breaks

    class Waits:
        def __init__(self, name: str) -> None:
            self.name = name

        def search(self, queries: Sequence[str], *, limit: int, until: str | None) -> Found:
            meeting.wait()
            return Found(hits=tuple((query, 0) for query in queries))

    names = ("arxiv", "openalex", "semantic_scholar", "crossref", "europe_pmc")
    request = ReviewRequest(question=CASE.question, sources=names, engine="embedded", date="2026-11-21")
    done = run_sync(
        lambda: start(
            request,
            Settings(home=tmp_path, concurrency=1),
            files=False,
            sources={name: Waits(name) for name in names},
            services=NO_SERVICES,
        )
    )
    assert done.report.status is Status.NO_EVIDENCE
    assert not any("did not answer" in line for line in done.report.manifest.problems)


def test_a_setting_that_cannot_be_used_is_said_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSIGNEE_ARXIV_URL", "ftp://mirror")
    request = ReviewRequest(question=CASE.question, sources=("arxiv",), engine="embedded")
    with pytest.raises(UserError, match="ASSIGNEE_ARXIV_URL is 'ftp://mirror'"):
        run_sync(lambda: start(request, Settings(home=tmp_path / "home"), out=tmp_path / "out"))
    assert list(tmp_path.iterdir()) == []
