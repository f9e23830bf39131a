"""Semantic Scholar as a source. Answers are made by hand in its form, save the recorded ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from stand_in_database import Reply, StandInDatabase, WallTimeOfTests, at

from assignee.settings import Settings
from assignee.tools.database_settings import DatabaseSettings
from assignee.tools.http_client import Garbled
from assignee.tools.http_errors import NoAnswer
from assignee.tools.source_semantic_scholar import SemanticScholar
from assignee.tools.toolbox import Toolbox

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])

NAME = "0123456789abcdef0123456789abcdef01234567"
PAPER: dict[str, Any] = {
    "paperId": NAME,
    "externalIds": {"DOI": "10.1145/1.2", "ArXiv": "2005.01234", "PubMed": "123456", "CorpusId": 7},
    "title": "On Tests",
    "abstract": "Tests find faults.",
    "authors": [{"authorId": "1", "name": "Ada Poe"}],
    "year": 2020,
    "publicationDate": None,
    "venue": "",
}


def source(server: StandInDatabase, home: Path, key: str = "") -> SemanticScholar:
    settings = at("semantic_scholar", server.url, key=key)
    return SemanticScholar(Toolbox.open(Settings(home=home)), settings=settings, clock=WallTimeOfTests())


def test_a_paper_is_read_and_the_key_travels_in_a_header(tmp_path: Path) -> None:
    answer = {"total": 1, "offset": 0, "data": [PAPER, PAPER | {"paperId": NAME[::-1], "abstract": None}]}
    with StandInDatabase(lambda path, params: Reply(answer)) as server:
        asking = source(server, tmp_path, key="sesame")
        found = asking.search(["zero-shot transfer"], limit=50, until="2020-06")
    (paper,) = found.papers
    assert paper.ids == {"arxiv": "2005.01234", "doi": "10.1145/1.2", "pmid": "123456", "s2": NAME}
    assert (paper.id, paper.year, paper.sources) == (f"S2:{NAME}", 2020, ("semantic_scholar",))
    assert found.hits == (("zero shot transfer publicationDateOrYear=:2020-06-30", 1),)
    assert found.problems == ("semantic_scholar: 1 of its records left out, no abstract",)
    assert server.headers[0]["x-api-key"] == "sesame"
    assert server.asked[0][1]["publicationDateOrYear"] == ":2020-06-30"


def test_no_hit_and_an_unknown_id_are_answers(tmp_path: Path) -> None:
    def answer(path: str, params: dict[str, str]) -> Reply:
        if path == "/paper/search":
            return Reply({"total": 0, "offset": 0})
        return Reply({"error": "Paper with id ARXIV:2005.09999 not found"}, 404)

    with StandInDatabase(answer) as server:
        found = source(server, tmp_path).search(
            ["nothing like it", "arXiv:2005.09999v1"], limit=50, until=None
        )
    assert (found.papers, found.hits) == ((), (("nothing like it", 0), ("ARXIV:2005.09999", 0)))
    assert found.problems == ("semantic_scholar has no paper arXiv:2005.09999v1",)
    assert server.asked[1][0] == "/paper/ARXIV:2005.09999"


def test_an_id_brings_its_paper(tmp_path: Path) -> None:
    with StandInDatabase(lambda path, params: Reply(PAPER)) as server:
        found = source(server, tmp_path).search(["10.1145/1.2"], limit=50, until=None)
    assert [paper.title for paper in found.papers] == ["On Tests"]
    assert server.asked[0][0] == "/paper/DOI:10.1145/1.2"


def test_without_a_key_429_is_told_in_one_line(tmp_path: Path) -> None:
    refusal = Reply({"message": "Too Many Requests", "code": "429"}, 429)
    with (
        StandInDatabase(lambda path, params: refusal) as server,
        pytest.raises(NoAnswer, match=r"^429 Too Many Requests \(asked 3 times\)$"),
    ):
        source(server, tmp_path).search(["test selection", "test order"], limit=50, until=None)


@pytest.mark.data
def test_recorded_searches_are_read(data: Path) -> None:
    lines = (data / "http" / "semantic_scholar.jsonl").read_text().splitlines()
    rows = [row for row in map(json.loads, lines) if "/paper/search?" in row["uri"]]
    asking = SemanticScholar(None, settings=DatabaseSettings())  # type: ignore[arg-type]
    assert len(rows) > 20
    for row in rows:
        answer, read = json.loads(row["body"]), asking.read(row["body"].encode())
        assert (read.total, len(read.records)) == (answer["total"], len(answer.get("data", ())))
        assert read.next == (str(answer["next"]) if "next" in answer else None)
    with pytest.raises(Garbled):
        asking.read(b'{"message": "Internal error"}')
