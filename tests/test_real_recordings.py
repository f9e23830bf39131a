"""Every recorded answer of the databases' works, served again from loopback: read whole, or refused as it should be.

What a client never asks for (authors, members, journals, snippets) is left out; the recordings are not ours and stay where
they are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from search_world import ALL
from stand_in_database import Reply, StandInDatabase, WallTimeOfTests

from assignee.settings import Settings
from assignee.tools import source_crossref, source_openalex, source_semantic_scholar
from assignee.tools.database_records import Records
from assignee.tools.database_settings import DatabaseSettings
from assignee.tools.http_client import Client, Garbled
from assignee.tools.http_errors import NotThere, Refused
from assignee.tools.http_turns import Turns
from assignee.tools.json_answer import inner, parsed
from assignee.tools.toolbox import Toolbox

pytestmark = [pytest.mark.data, pytest.mark.block_network(allowed_hosts=["127.0.0.1"])]

Row = dict[str, Any]
Served = Callable[[Row, Callable[[bytes], Any]], Any]

WANTED = {
    "arxiv": r"/api/query\?",
    "openalex": r"/works(?:\?|/)",
    "crossref": r"/works\?|/works/(?!.*/transform)",
    "semantic_scholar": r"/paper/search(?:/match|/bulk)?\?|/paper/batch|/paper/(?:DOI:)?10\.(?!.*/(?:authors|references))",
}
# Rows in the data folder: more or fewer means that something is not looked at.
LEAST = {"arxiv": 15, "openalex": 12, "crossref": 82, "semantic_scholar": 75}


def rows(data: Path, name: str) -> list[Row]:
    lines = (data / "http" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [row for row in map(json.loads, lines) if re.search(WANTED[name], row["uri"])]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """What a client makes of a recorded answer: status, type and body go over HTTP once more."""
    clock = WallTimeOfTests()
    with StandInDatabase(lambda path, params: Reply()) as server:
        client = Client(server.url, Turns(tmp_path / "line.json", 0.0, clock), clock)

        def ask(row: Row, read: Callable[[bytes], Any]) -> Any:
            kept = {
                key.lower(): value if isinstance(value, str) else value[0]
                for key, value in (row.get("headers") or {}).items()
                if key.lower() in ("content-type", "location")
            }
            server.answer = lambda path, params: Reply(row["body"].encode(), row["status"], kept)
            return client.get("/recorded", (), read)

        yield ask
        client.close()


def one_work(name: str, body: bytes) -> Any:
    """The record of an answer that is a single work, None of any other answer."""
    answer = parsed(body)
    if name == "openalex" and "results" not in answer:
        return source_openalex.record_of(answer)
    if name == "crossref" and not isinstance(inner(answer, "message", "items"), list):
        return source_crossref.record_of(inner(answer, "message"))
    return None


def listed(name: str, body: str) -> int:
    """How many works the answer holds, counted without our reader."""
    if name == "arxiv":
        return body.count("<entry>")
    answer = json.loads(body)
    if isinstance(answer, list):
        return len(answer)
    found = {
        "openalex": answer.get("results"),
        "crossref": (answer.get("message") or {}).get("items") if name == "crossref" else None,
        "semantic_scholar": answer.get("data"),
    }[name]
    return len(found) if isinstance(found, list) else int("paperId" in answer)


@pytest.mark.parametrize("name", WANTED)
def test_every_recorded_answer_is_read_or_refused_as_it_should_be(
    name: str, data: Path, served: Served, tmp_path: Path
) -> None:
    source = ALL[name](None, settings=DatabaseSettings())  # type: ignore[arg-type]
    recorded = rows(data, name)
    assert len(recorded) >= LEAST[name]
    works = 0
    with Toolbox.open(Settings(home=tmp_path / "home")) as box:
        records = Records(box, name)
        for row in recorded:
            if row["status"] != 200:
                with pytest.raises(NotThere if row["status"] == 404 else Refused):
                    served(row, source.read)
                continue
            if row["body"].startswith("["):  # a batch by POST: a list of papers, null where one is unknown
                found = [
                    source_semantic_scholar.record_of(paper) for paper in json.loads(row["body"]) if paper
                ]
            elif name in ("openalex", "crossref") and (
                single := served(row, lambda body: one_work(name, body))
            ):
                found = [single]
            else:
                page = served(row, source.read)
                found = list(page.records)
                assert len(found) == listed(name, row["body"]), row["uri"]
                assert page.total >= 0
            for record in found:
                works += 1
                item = records.document(record)
                if item is not None:
                    assert item.paper.title == " ".join(item.paper.title.split())
                    assert not re.search(r"</?(?:jats:|i>|b>|sub>|sup>|p>)", item.paper.title + item.text)
                    assert item.text or item.paper.retracted
    assert works > 10
    left = {line.split("left out, ")[1] for line in records.problems()}
    assert left <= {"no abstract", "record without a title"}


def test_what_is_no_list_of_works_is_refused_and_not_read_as_none(data: Path) -> None:
    lines = (data / "http" / "crossref.jsonl").read_text(encoding="utf-8").splitlines()
    other = re.compile(r"/(?:types/|members/\d+$|prefixes|.*/transform)")
    others = [row["body"] for row in map(json.loads, lines) if other.search(row["uri"])]
    source = ALL["crossref"](None, settings=DatabaseSettings())  # type: ignore[arg-type]
    told = {False: 0, True: 0}  # JSON of something else, and no JSON: BibTeX, a line of text
    for body in others:
        if '"items":[' in body.replace(" ", ""):
            continue
        with pytest.raises(Garbled):
            source.read(body.encode())
        told[not body.lstrip().startswith("{")] += 1
    assert min(told.values()) >= 5
