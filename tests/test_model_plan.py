"""The query plan with a model: what of its answer is asked for, and that nothing in it can be an operator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from gateway_kit import FakeClock
from stand_in_server import StandIn

from assignee.agents import model_search
from assignee.agents.model_calls import ModelCalls
from assignee.settings import ReviewRequest
from assignee.tools.database_query import asked_for
from assignee.tools.gateway import Budget, Gateway, ModelSettings
from assignee.tools.gateway_thread import GatewayThread

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])

QUESTION = "Does back-translation improve low-resource machine translation?"


def planned(answer: dict[str, Any], sources: Sequence[str]) -> tuple[dict[str, list[str]], dict[str, int]]:
    """The queries by source, and what was dropped, where the model answers so."""
    request = ReviewRequest(question=QUESTION, sources=tuple(sources), date="2026-11-20")
    with StandIn(lambda asked: answer) as server:
        settings = ModelSettings.from_env(server.env())
        calls = ModelCalls(GatewayThread(Gateway(settings, cache=None, budget=Budget(), clock=FakeClock())))
        try:
            plan = model_search.plan(calls, request, widen=False)
            dropped = dict(calls.told("plan").dropped)
        finally:
            calls.close()
    found: dict[str, list[str]] = {source: [] for source in sources}
    for item in plan:
        found[item["source"]].append(item["query"])
    return found, dropped


def concept(name: str, *terms: str) -> dict[str, Any]:
    return {"concept": name, "terms": list(terms)}


def test_terms_of_a_concept_become_boolean_queries_for_databases_only() -> None:
    answer = {
        "sub_questions": ["Does it help distant languages?"],
        "synonyms": [
            concept("back-translation", "synthetic parallel data", "BT"),
            concept("machine translation", "MT"),
            concept("low-resource", "under-resourced"),
        ],
        "queries": ["synthetic data translation"],
    }
    found, dropped = planned(answer, ["arxiv", "library"])
    fielded = [asked_for(query).groups for query in found["arxiv"] if "synthetic parallel data" in query]
    assert [len(groups) for groups in fielded] == [2, 3]
    assert fielded[0][0][:4] == ("back translation", "synthetic parallel data", "BT", "backtranslation")
    assert fielded[1][2] == ("low resource", "under resourced", "underresourced")
    assert found["library"][-2:] == ["synthetic data translation", "Does it help distant languages?"]
    assert not any(asked_for(query).groups for query in found["library"])
    assert found["arxiv"][0] == found["library"][0] == QUESTION
    assert dropped == {}


def test_what_a_model_says_is_words_and_few_of_them() -> None:
    answer = {
        "sub_questions": ['x") OR all:secrets', "2005.13013"],
        "synonyms": [
            concept('back" AND "all', "a b c d e f g h", '("x" OR submittedDate:[1 TO 2])'),
            concept("()", "AND", '"'),
            concept("machine translation"),
        ],
        "queries": [
            '"dogs" AND NOT cats',
            "10.1145/1.2",
            "!?",
            QUESTION,
            *["w " * 40] * 2,
            "one two",
            "ONE two",
        ],
    }
    found, dropped = planned(answer, ["arxiv", "library"])
    own = planned({"sub_questions": [], "synonyms": [], "queries": []}, ["arxiv", "library"])[0]
    new = [query for query in found["arxiv"] if query not in own["arxiv"]]
    assert new == [
        '("back and all" OR "x or submittedDate 1 TO 2" OR "back and alls") AND "machine translation"',
        "dogs and not cats",
        "one two",
        "x or all:secrets",
    ]
    assert [asked_for(query).groups for query in new[1:]] == [(), (), ()]
    assert not any(asked_for(query).ids for query in new)
    assert [query for query in found["library"] if query not in own["library"]] == [
        "dogs and not cats",
        "one two",
        "x or all:secrets",
    ]
    assert dropped["queries"] == 2
    assert dropped["synonyms"] >= 2


def test_a_database_is_asked_eight_queries_more_at_most() -> None:
    answer = {
        "sub_questions": [f"Does thing {at} help?" for at in range(6)],
        "synonyms": [concept("one thing"), concept("other thing")],
        "queries": [f"thing number {at}" for at in range(8)],
    }
    own = planned({"sub_questions": [], "synonyms": [], "queries": []}, ["arxiv"])[0]
    found = planned(answer, ["arxiv"])[0]
    assert len(found["arxiv"]) == len(own["arxiv"]) + 8
