"""A seed question over arXiv and a library, arXiv replaying recorded feeds: what the plan asks is understood and answered."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from test_question import SEEDS

from assignee.agents import planner
from assignee.agents.question import parse
from assignee.evals.bench.seed_replay import Replay, arxiv_at, ask
from assignee.tools.database_query import asked_for
from assignee.tools.database_settings import DatabaseSettings
from assignee.tools.source_arxiv import Arxiv

pytestmark = [pytest.mark.data, pytest.mark.block_network(allowed_hosts=["127.0.0.1"])]


@pytest.fixture(scope="module")
def replay(data: Path) -> Replay:
    return Replay(data / "http" / "arxiv.jsonl")


def found(replay: Replay, query: str, until: str | None = None, **paging: str) -> list[str]:
    """The ids that the replayed arXiv brings for one of our queries."""
    arxiv = Arxiv(None, settings=DatabaseSettings())  # type: ignore[arg-type]
    request = arxiv.request(asked_for(query), until, 100, None)
    assert request is not None
    page = arxiv.read(replay.answer({**dict(request.params), **paging}).encode())
    return [str(record["arxiv"]) for record in page.records]


def test_recorded_entries_answer_queries_of_each_form(replay: Replay) -> None:
    assert len(replay.entries) > 100
    both = found(replay, '"mutation testing" AND ("reinforcement learning" OR "deep learning")')
    assert "2301.05651v1" in both
    assert set(both) < set(found(replay, "mutation testing"))
    assert set(found(replay, "mutation testing")) <= set(found(replay, "Which mutation testing?"))
    assert found(replay, "arXiv:1605.08386") == found(replay, "1605.08386v1") == ["1605.08386v1"]
    assert found(replay, "0000.0000") == found(replay, "9999.99999") == []
    assert all(name < "1001" or "/" in name for name in found(replay, "Which tests are there?", until="2009"))
    whole = found(replay, "Which tests are there?")
    assert whole[3:5] == found(replay, "Which tests are there?", start="3", max_results="2")
    assert len(whole) == len(set(whole))


@pytest.mark.parametrize("query", ["ti:(x", "all:x AND", "x", 'ti:"a" OR OR abs:"b"'])
def test_what_arxiv_would_not_understand_is_refused(query: str, replay: Replay) -> None:
    with pytest.raises(ValueError, match=r"."):
        replay.answer({"search_query": query})


def test_every_query_of_every_seed_plan_is_understood(replay: Replay) -> None:
    for question in SEEDS:
        for item in planner.queries(parse(question), ["arxiv"], None, True):
            found(replay, item["query"], until="2021")


def test_a_seed_question_is_answered_from_the_library_and_nothing_beside_the_point_comes_in(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Arxiv, "interval", 0.0)
    lines = (data / "library" / "acl-anthology-transfer.jsonl").read_text(encoding="utf-8").splitlines()
    near = [line for line in lines if "ntermediate" in json.loads(line)["abstract"]][:14]
    shelf = tmp_path / "near.jsonl"
    shelf.write_text("\n".join(near) + "\n", encoding="utf-8")
    few = Replay(data / "http" / "arxiv.jsonl")
    few.entries = dict(list(few.entries.items())[:30])
    with few.running() as url, arxiv_at(url):
        told = ask(SEEDS[0], shelf, tmp_path / "home")
    assert told["status"] == "complete"
    arxiv = [(query, hits) for source, query, hits in told["queries"] if source == "arxiv"]
    searches = [params for params in few.asked if "search_query" in params]
    assert {query for query, _ in arxiv} == {params["search_query"] for params in searches}
    assert any(hits for _, hits in arxiv)
    assert told["identified"]["arxiv"] > 0
    assert told["included"]["arxiv"] == 0  # the feeds are about software testing
    assert told["included"]["library"] > 3
    assert told["claims"] > 0
