"""OpenAlex as a source. Answers are made by hand in its form, save the recorded ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from stand_in_database import Reply, StandInDatabase, WallTimeOfTests, at

from assignee.settings import Settings
from assignee.tools.database_settings import DatabaseSettings
from assignee.tools.http_client import Garbled
from assignee.tools.source_openalex import OpenAlex
from assignee.tools.toolbox import Toolbox

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])

WORK: dict[str, Any] = {
    "id": "https://openalex.org/W2005013013",
    "doi": "https://doi.org/10.1145/1.2",
    "ids": {"pmid": "https://pubmed.ncbi.nlm.nih.gov/123456"},
    "display_name": "On <i>Tests</i>",
    "publication_year": 2020,
    "publication_date": "2020-05-06",
    "is_retracted": False,
    "primary_location": {"source": {"display_name": "Journal of Tests"}, "license": "cc-by"},
    "locations": [{"landing_page_url": "https://arxiv.org/abs/2005.01234"}, {"landing_page_url": None}],
    "authorships": [{"author": {"display_name": "Ada Poe"}}, {"author": {"display_name": None}}],
    "abstract_inverted_index": {"Tests": [0, 3], "find": [1], "faults;": [2], "last.": [4]},
}


def page(*works: dict[str, Any], count: int | None = None, number: int = 1) -> dict[str, Any]:
    meta = {"count": len(works) if count is None else count, "page": number, "per_page": 50}
    return {"meta": meta, "results": list(works)}


def source(server: StandInDatabase, home: Path, **more: str) -> OpenAlex:
    return OpenAlex(
        Toolbox.open(Settings(home=home)),
        settings=at("openalex", server.url, **more),
        clock=WallTimeOfTests(),
    )


def test_a_work_becomes_a_paper(tmp_path: Path) -> None:
    with StandInDatabase(lambda path, params: Reply(page(WORK))) as server:
        asking = source(server, tmp_path, contact="me@example.org", key="sesame")
        found = asking.search(["test selection", "Which tests find faults?"], limit=50, until="2021")
    (paper,) = found.papers
    assert (paper.id, paper.title, paper.authors, paper.date) == (
        "OpenAlex:W2005013013",
        "On Tests",
        ("Ada Poe",),
        "2020-05-06",
    )
    assert paper.ids == {
        "arxiv": "2005.01234",
        "doi": "10.1145/1.2",
        "openalex": "W2005013013",
        "pmid": "123456",
    }
    assert (paper.venue, paper.licence, paper.sources) == ("Journal of Tests", "cc-by", ("openalex",))
    assert asking._toolbox.texts.get(paper.text_hash) == "Tests find faults; Tests last."
    assert [shown for shown, _ in found.hits] == [
        'title_and_abstract.search:"test selection",to_publication_date:2021-12-31',
        "title_and_abstract.search:tests OR find OR faults,to_publication_date:2021-12-31",
    ]
    assert server.asked[0][1]["api_key"] == "sesame"
    assert server.asked[0][1]["mailto"] == "me@example.org"
    assert not any("sesame" in shown for shown, _ in found.hits)


def test_null_abstracts_and_nulls_everywhere_are_no_failure(tmp_path: Path) -> None:
    bare = dict.fromkeys(WORK) | {"id": WORK["id"], "display_name": "Bare"}
    gone = WORK | {
        "id": "https://openalex.org/W77777",
        "is_retracted": True,
        "abstract_inverted_index": None,
    }
    with StandInDatabase(lambda path, params: Reply(page(bare, dict.fromkeys(WORK), gone, {}))) as server:
        found = source(server, tmp_path).search(["test selection"], limit=50, until=None)
    assert [(paper.id, paper.retracted) for paper in found.papers] == [("OpenAlex:W77777", True)]
    assert found.problems == (
        "openalex: 1 of its records left out, no abstract",
        "openalex: 2 of its records left out, record without a title",
    )


def test_ids_are_looked_up(tmp_path: Path) -> None:
    with StandInDatabase(lambda path, params: Reply(page())) as server:
        found = source(server, tmp_path).search(
            ["arXiv:2005.01234v2", "https://doi.org/10.1145/1.2", "https://openalex.org/W55555"],
            limit=50,
            until=None,
        )
    assert [shown for shown, _ in found.hits] == [
        "doi:10.48550/arxiv.2005.01234",
        "doi:10.1145/1.2",
        "openalex:W55555",
    ]
    assert len(found.problems) == 3


def test_paging_ends_at_the_last_page(tmp_path: Path) -> None:
    def answer(path: str, params: dict[str, str]) -> Reply:
        number = int(params["page"])
        many = 50 if number == 1 else 10
        works = [
            WORK | {"id": f"https://openalex.org/W{number}{item:04}", "doi": None} for item in range(many)
        ]
        return Reply(page(*works, count=60, number=number))

    with StandInDatabase(answer) as server:
        found = source(server, tmp_path).search(["test selection"], limit=200, until=None)
    assert len(found.papers) == 60
    assert [params["page"] for _, params in server.asked] == ["1", "2"]


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"results": {}}', b"<html>", b"[" * 100_000, b"\xff"])
def test_what_is_no_answer_is_garbled(body: bytes) -> None:
    with pytest.raises(Garbled):
        OpenAlex(None, settings=DatabaseSettings()).read(body)  # type: ignore[arg-type]


@pytest.mark.data
def test_recorded_pages_are_read(data: Path) -> None:
    rows = [json.loads(line) for line in (data / "http" / "openalex.jsonl").read_text().splitlines()]
    pages = [row["body"] for row in rows if "/works?filter=" in row["uri"]]
    read = [OpenAlex(None, settings=DatabaseSettings()).read(body.encode()) for body in pages]  # type: ignore[arg-type]
    assert [(item.total, len(item.records), item.next) for item in read] == [
        (1, 1, None),
        (1, 1, None),
        (2, 2, None),
    ]
    for item, body in zip(read, pages, strict=True):
        for record, work in zip(item.records, json.loads(body)["results"], strict=True):
            assert len(record["abstract"].split()) >= max(map(max, work["abstract_inverted_index"].values()))
            assert record["authors"]
            assert record["doi"] == work["doi"]
