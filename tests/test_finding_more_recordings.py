"""Real recorded answers, read by the chasers and look-ups: Semantic Scholar, Unpaywall, Crossref, OpenAlex, arXiv."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx2
import pytest
from finding_world import paper, settings, toolbox
from stand_in_database import WallTimeOfTests

from assignee.claims import Paper
from assignee.tools.chase_openalex import ChaseOpenAlex
from assignee.tools.chase_semantic_scholar import ChaseSemanticScholar, read_edges
from assignee.tools.look_up_arxiv import LookUpArxiv
from assignee.tools.look_up_crossref import LookUpCrossref
from assignee.tools.look_up_openalex import LookUpOpenAlex
from assignee.tools.look_up_unpaywall import LookUpUnpaywall, read_locations
from assignee.tools.openalex_works import read_works, work_ids

pytestmark = pytest.mark.data


def rows(data: Path, name: str) -> Iterator[dict[str, Any]]:
    for line in (data / "http" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def asked(kind: Any, home: Path, bodies: dict[str, str], papers: list[Paper]) -> Any:
    """The piece over recorded bodies by the end of their path; what was not recorded is 404."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        path = unquote(request.url.path)
        body = next((body for end, body in bodies.items() if path.endswith(end)), None)
        return httpx2.Response(404) if body is None else httpx2.Response(200, content=body.encode())

    with toolbox(home) as box:
        service = httpx2.MockTransport(answer)
        asking = settings("http://service.invalid", contact="a@b.example")
        piece = kind(box, settings=asking, clock=WallTimeOfTests(), transport=service)
        if hasattr(piece, "chase"):
            return piece.chase(papers, limit=300, until=None)
        return piece.look_up(papers)


def test_all_pages_of_citations_and_references_are_read(data: Path) -> None:
    pages = [
        row
        for row in rows(data, "semantic_scholar")
        if "/citations" in row["uri"] or "/references" in row["uri"]
    ]
    assert len(pages) == 21
    nameless = 0
    for row in pages:
        answer = json.loads(row["body"])
        side = "citedPaper" if "/references" in row["uri"] else "citingPaper"
        edges = read_edges(side, row["body"].encode())
        assert [found["title"] for found in edges.papers] == [edge[side]["title"] for edge in answer["data"]]
        assert edges.more == ("next" in answer)
        assert not edges.withheld
        nameless += sum(found["paperId"] is None for found in edges.papers)
    assert nameless > 10  # references that are only named


def test_recorded_lists_are_chased(data: Path, tmp_path: Path) -> None:
    """They were recorded with titles only: whatever lacks an abstract is left out, by name, once."""
    bodies = {
        f"/{side}": row["body"]
        for row in rows(data, "semantic_scholar")
        for side in ("references", "citations")
        if f"/{side}?" in row["uri"] and "offset=0" in row["uri"]
    }
    found = asked(ChaseSemanticScholar, tmp_path, bodies, [paper("p", doi="10.2139/ssrn.2250500")])
    named = [edge for body in bodies.values() for edge in json.loads(body)["data"]]
    assert found.papers == ()
    assert [count for _, count in found.hits] == [50, 100]
    ids = {(edge.get("citedPaper") or edge["citingPaper"])["paperId"] for edge in named}
    assert len([name for name in found.left_out if name.startswith("S2:")]) == len(ids - {None})
    assert (
        found.problems[-1] == f"semantic_scholar: {len(found.left_out)} of its records left out, no abstract"
    )


def test_recorded_copies_of_unpaywall_are_read(data: Path, tmp_path: Path) -> None:
    bodies = {
        unquote(urlsplit(row["uri"]).path): row["body"]
        for row in rows(data, "unpaywall")
        if "/v2/10." in row["uri"]
    }
    papers = [paper(path, doi=path.removeprefix("/v2/")) for path in bodies]
    ends = {path.removeprefix("/v2"): body for path, body in bodies.items()}
    learned, problems = asked(LookUpUnpaywall, tmp_path, ends, papers)
    assert problems == []
    places = {item.paper_id.removeprefix("/v2/"): item.locations for item in learned}
    assert len(places) == 5
    for path, body in bodies.items():
        given = json.loads(body)["oa_locations"]
        got = places[path.removeprefix("/v2/")]
        assert len(got) == len({place["url_for_pdf"] or place["url_for_landing_page"] for place in given})
        assert [place.kind for place in got] == sorted((place.kind for place in got), reverse=True)
    (first, *_), closed = places["10.1073/pnas.1414271111"], places["10.1023/a:1007154515475"]
    assert (first.kind, first.version, first.source) == ("pdf", "publishedVersion", "unpaywall")
    assert closed == ()


def test_every_work_in_every_answer_of_unpaywall_is_read(data: Path) -> None:
    results = [
        result
        for row in rows(data, "unpaywall")
        for answer in [json.loads(row["body"])]
        for result in ([item["response"] for item in answer["results"]] if "results" in answer else [answer])
    ]
    assert len(results) == 8
    read = {result["doi"]: read_locations(result["doi"], json.dumps(result).encode()) for result in results}
    for result in results:
        given = {place["url_for_pdf"] or place["url_for_landing_page"] for place in result["oa_locations"]}
        assert {place.url for place in read[result["doi"]]} == given


def test_recorded_corrections_of_crossref_are_told(data: Path, tmp_path: Path) -> None:
    works = {}
    for row in rows(data, "crossref"):
        body = json.loads(row["body"]) if row["body"].startswith("{") else {}
        message = body.get("message")
        if isinstance(message, dict) and message.get("updated-by"):
            works[message["DOI"].lower()] = message
    assert sorted(works) == ["10.1073/pnas.1414271111", "10.1371/journal.pone.0033693"]
    listed = json.dumps({"message": {"items": list(works.values())}})
    papers = [paper(doi, doi=doi) for doi in works]
    learned, problems = asked(LookUpCrossref, tmp_path, {"/works": listed}, papers)
    assert problems == []
    assert {item.paper_id: (item.retracted, item.notices) for item in learned} == {
        "10.1073/pnas.1414271111": (
            False,
            ("corrected (Crossref, by the publisher, 10.1073/pnas.1507001112, 2015-05-04)",),
        ),
        "10.1371/journal.pone.0033693": (
            False,
            (
                "corrected (Crossref, by the publisher,"
                " 10.1371/annotation/c76da2c1-ccb8-4797-94c1-359d3ceceeda, 2012-05-08)",
            ),
        ),
    }


def test_recorded_works_of_openalex_are_chased_and_looked_up(data: Path, tmp_path: Path) -> None:
    works = {}
    for row in rows(data, "openalex"):
        if row["status"] == 200 and "select=" not in row["uri"]:
            answer = json.loads(row["body"])
            for work in answer.get("results", [answer]):
                works[work["id"]] = work
    assert len(works) == 9
    listed = json.dumps({"meta": {"count": len(works)}, "results": list(works.values())})
    assert len(read_works(listed.encode())[0]) == 9
    papers = [paper(name, doi=(work["doi"] or "").lower()) for name, work in works.items()]
    learned, problems = asked(LookUpOpenAlex, tmp_path / "look", {"/works": listed}, papers)
    assert problems == []
    assert {item.paper_id for item in learned} == set(works)
    assert not any(item.retracted for item in learned)
    open_pdfs = {place.url for item in learned for place in item.locations}
    assert open_pdfs == {
        place["pdf_url"]
        for work in works.values()
        for place in work["locations"]
        if place["is_oa"] and place["pdf_url"]
    }
    # The references of one, chased: whatever the works cite is asked for by the ids that they give.
    found = asked(ChaseOpenAlex, tmp_path / "chase", {"/works": listed}, papers)
    queries = [query for query, _ in found.hits if query.startswith("openalex_id:")]
    wanted = {one for query in queries for one in query.partition(":")[2].split("|")}
    assert wanted <= {one for work in works.values() for one in work_ids(work["referenced_works"])}
    assert len(wanted) == 200


def test_recorded_feeds_of_arxiv_tell_no_withdrawal_where_there_is_none(data: Path, tmp_path: Path) -> None:
    feeds = [
        row
        for row in rows(data, "arxiv")
        if "id_list=1605.08386&" in row["uri"] or "id_list=0000.0000" in row["uri"]
    ]
    known = next(row["body"] for row in feeds if "1605.08386" in row["uri"])
    empty = next(row["body"] for row in feeds if "0000.0000" in row["uri"])
    learned, problems = asked(
        LookUpArxiv, tmp_path / "1", {"/query": known}, [paper("p", arxiv="1605.08386v1")]
    )
    assert ([item.retracted for item in learned], problems) == ([False], [])
    learned, problems = asked(LookUpArxiv, tmp_path / "2", {"/query": empty}, [paper("p", arxiv="0000.0000")])
    assert (learned, problems) == ([], ["arxiv has no paper 0000.0000"])
