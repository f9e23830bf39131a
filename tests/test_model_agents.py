"""The agents of model mode one by one: what of a model's answer is used, and what is dropped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sensible_model
from gateway_kit import FakeClock
from small_corpus import UNCALIBRATED, Build, build, claim_on, evidence_on, toolbox, verdict
from stand_in_server import StandIn

from assignee.agents import adjudicator
from assignee.agents.engine_openai import OpenAIEngine
from assignee.agents.grounding import grounding
from assignee.agents.model_calls import ModelCalls
from assignee.agents.model_case import Case, case_of
from assignee.agents.model_extractor import ModelExtractor
from assignee.agents.model_passages import located, numbered
from assignee.agents.model_reviewers import disputed
from assignee.agents.model_votes import ask, cross_views
from assignee.agents.pair_checker import Pair
from assignee.agents.question import parse
from assignee.claims import Claim, Outcome, Passage, Review, Stance, Verdict
from assignee.errors import UserError
from assignee.tools.gateway import Budget, Gateway, ModelSettings
from assignee.tools.gateway_thread import GatewayThread

__all__ = ["build", "toolbox"]

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])

TEXT = "Training helps. Training on English raises accuracy by 4 points on XNLI. It is cheap."
SENTENCES = tuple(
    Passage(paper_id="A", section="Abstract", start=start, end=start + len(text), text=text)
    for text in (
        "Training helps.",
        "Training on English raises accuracy by 4 points on XNLI.",
        "It is cheap.",
    )
    for start in [TEXT.index(text)]
)


def with_answer(answer: Callable[[Any], Any], work: Callable[[ModelCalls], Any]) -> Any:
    """The result of agents' work with a model that answers so."""
    with StandIn(answer) as server:
        gateway = Gateway(
            ModelSettings.from_env(server.env()), cache=None, budget=Budget(), clock=FakeClock()
        )
        calls = ModelCalls(GatewayThread(gateway))
        try:
            return work(calls)
        finally:
            calls.close()


@pytest.mark.parametrize(
    ("name", "quote", "found"),
    [
        ("s2", "raises accuracy by 4 points", True),
        ("s2", "raises  accuracy\nby 4 points", True),  # the one normalisation: white space
        ("s2", "Raises accuracy by 4 points", False),
        ("s2", "raises accuracy by 5 points", False),
        ("s1", "raises accuracy by 4 points", False),
        ("s9", "raises accuracy by 4 points", False),
        ("s2", "accuracy", False),  # one word says nothing
        ("s2", "", False),
    ],
)
def test_a_quote_is_where_it_is_said_to_be_or_nowhere(name: str, quote: str, found: bool) -> None:
    assert (located(name, quote, numbered(SENTENCES)) is not None) is found


def finding(**change: str) -> dict[str, str]:
    return {
        "sentence": "s2",
        "quote": "raises accuracy by 4 points",
        "statement": "On XNLI, training on English gives 4 points more accuracy.",
        "kind": "finding",
    } | change


def extracted(build: Build, *findings: dict[str, str]) -> tuple[list[Claim], dict[str, int], list[str]]:
    corpus = build(TEXT)
    question = parse("Does training on English raise accuracy?")

    async def nothing(claim: Claim) -> None:
        pass

    def work(calls: ModelCalls) -> Any:
        from assignee.agents.extractor import Limits

        claims = ModelExtractor(calls, corpus, question, 40, 4).claims(nothing, Limits(finding=1.1, told=1.1))
        told = calls.told("extract")
        return claims, dict(told.dropped), told.failures

    found: tuple[list[Claim], dict[str, int], list[str]] = with_answer(
        lambda request: {"findings": list(findings)}, work
    )
    return found


def test_a_finding_becomes_a_claim_on_its_whole_sentence(build: Build) -> None:
    [claim], dropped, failures = extracted(build, finding())
    assert (claim.quote, claim.verbatim) == (SENTENCES[1].text, False)
    assert claim.text == "Alund (2020) reports: On XNLI, training on English gives 4 points more accuracy."
    assert (dropped, failures) == ({}, [])


@pytest.mark.parametrize(
    ("change", "counted"),
    [
        ({"quote": "raises accuracy by 40 points"}, {"quotes": 1}),
        ({"sentence": "s7"}, {"quotes": 1}),
        ({"statement": "On XNLI, training gives 5 points."}, {"numbers": 1}),
        ({"statement": "Training on 2 tasks gives 4 points on XNLI."}, {"numbers": 1}),
    ],
)
def test_what_is_not_in_the_paper_is_dropped_and_counted(
    build: Build, change: dict[str, str], counted: dict[str, int]
) -> None:
    claims, dropped, _ = extracted(build, finding(), finding(**change))
    assert len(claims) == 1
    assert dropped == counted


@pytest.mark.parametrize(
    "statement",
    [
        "Training on English raises accuracy by 4 points on XNLI.",  # the source's own words
        "We find that English training gives 4 points on XNLI.",
        "As Lee et al. say, training gives 4 points on XNLI.",
        "Training “helps” by 4 points on the benchmark XNLI.",
    ],
)
def test_words_that_are_not_ours_give_way_to_the_sentence(build: Build, statement: str) -> None:
    [claim], _, _ = extracted(build, finding(statement=statement))
    assert claim.verbatim
    assert claim.statement == claim.quote == SENTENCES[1].text


def test_a_model_of_whose_findings_none_is_true_has_not_read_the_paper(build: Build) -> None:
    _, dropped, failures = extracted(build, finding(quote="made up words"), finding(quote="and more of them"))
    assert dropped == {"quotes": 2}
    assert failures[0].startswith("1 of 1 included papers were not read by the model")


def vote(**change: Any) -> Any:
    given = {
        "sentence": "s2",
        "quote": "raises accuracy by 4 points",
        "ground": "says_the_same",
        "stance": "support",
        "others": [],
    } | change
    case = Case("English training gives 4 points.", SENTENCES)
    return with_answer(lambda request: given, lambda calls: calls.run(lambda: ask(calls, "sceptic", case)))


@pytest.mark.parametrize(
    ("change", "stance"),
    [
        ({}, Stance.SUPPORT),
        ({"stance": "contradict", "ground": "number_differs"}, Stance.CONTRADICT),
        ({"stance": "neutral", "ground": "not_said_there", "quote": ""}, Stance.NEUTRAL),
        ({"quote": "raises accuracy by 9 points"}, Stance.NOT_ADJUDICATED),
        ({"sentence": "s9"}, Stance.NOT_ADJUDICATED),
        ({"ground": "number_differs"}, Stance.NOT_ADJUDICATED),
        ({"stance": "contradict"}, Stance.NOT_ADJUDICATED),
        ({"stance": "contradict", "ground": "not_said_there"}, Stance.NOT_ADJUDICATED),
    ],
)
def test_a_vote_counts_only_with_its_ground(change: dict[str, Any], stance: Stance) -> None:
    assert vote(**change).stance is stance


def test_a_view_of_another_paper_needs_comparability_and_its_words() -> None:
    good = {
        "sentence": "s2",
        "same_measure": True,
        "same_things_compared": True,
        "quote": "raises accuracy",
        "stance": "support",
    }
    answer = {
        "sentence": "s1",
        "quote": "Training helps.",
        "ground": "says_the_same",
        "stance": "support",
        "others": [
            good,
            good | {"sentence": "s1", "quote": "Training harms."},
            good | {"sentence": "s3", "same_measure": False},
        ],
    }
    case = Case("English training helps.", SENTENCES[:1], SENTENCES)
    views = with_answer(
        lambda request: answer, lambda calls: calls.run(lambda: cross_views(calls, "advocate", case))
    )
    assert {name: view.stance for name, view in views.items()} == {"s2": Stance.SUPPORT}


def test_a_case_shows_neighbours_and_the_nearest_findings_of_other_papers(build: Build) -> None:
    corpus = build(TEXT, "Training on English raises accuracy on XNLI.", "Heat moves between fluids.")
    case = case_of(claim_on(corpus, SENTENCES[1].text), corpus)
    assert [passage.text for passage in case.source] == [passage.text for passage in SENTENCES]
    assert [passage.paper_id for passage in case.others] == ["B"]


def said(*stances: Stance) -> list[Verdict]:
    return [
        verdict(name, stance)
        for name, stance in zip(("advocate", "sceptic", "evidence_first"), stances, strict=True)
    ]


YES, NO, OPEN, SILENT = Stance.SUPPORT, Stance.CONTRADICT, Stance.NEUTRAL, Stance.NOT_ADJUDICATED


@pytest.mark.parametrize(
    ("stances", "outcome"),
    [
        ((YES, YES, YES), "grounded"),
        ((YES, YES, OPEN), "grounded"),
        ((YES, NO, YES), "grounded"),
        ((YES, NO, NO), "unsupported"),
        ((YES, OPEN, OPEN), "unsupported"),
        ((OPEN, OPEN, OPEN), "unsupported"),
        ((NO, NO, NO), "unsupported"),
        ((YES, YES, SILENT), "grounded"),
        ((YES, SILENT, OPEN), "not_adjudicated"),
        ((OPEN, SILENT, OPEN), "unsupported"),
        ((NO, SILENT, NO), "unsupported"),
        ((SILENT, SILENT, SILENT), "not_adjudicated"),
    ],
)
def test_two_seats_ground_a_paraphrase(build: Build, stances: tuple[Stance, ...], outcome: str) -> None:
    corpus = build(TEXT, "Heat moves.")
    claim = replace(
        claim_on(corpus, SENTENCES[1].text),
        statement="On XNLI, training on English gives 4 points more accuracy.",
        verbatim=False,
    )
    assert grounding(claim, said(*stances))[0] == outcome
    verdicts = [
        verdict("quote_check", YES),
        verdict("numbers", OPEN),
        verdict("corroboration", OPEN),
        *said(*stances),
    ]
    [found] = adjudicator.adjudicate([claim], {"c1": verdicts}, corpus, UNCALIBRATED)
    assert found.outcome.value == outcome


def test_other_works_do_not_stand_in_for_the_source(build: Build) -> None:
    corpus = build(TEXT, "Training on English raises accuracy on XNLI.")
    claim = replace(
        claim_on(corpus, SENTENCES[1].text), statement="Training doubles accuracy.", verbatim=False
    )
    backing = evidence_on(corpus, "Training on English raises accuracy on XNLI.", "B", YES, independent=True)
    cross = Verdict(verifier="cross_reader", stance=YES, probability=None, reason="so", evidence=(backing,))
    base = [verdict("quote_check", YES), verdict("corroboration", OPEN), cross]
    for stances, outcome in (((NO, NO, OPEN), Outcome.UNSUPPORTED), ((YES, YES, OPEN), Outcome.CORROBORATED)):
        [found] = adjudicator.adjudicate([claim], {"c1": [*base, *said(*stances)]}, corpus, UNCALIBRATED)
        assert found.outcome is outcome
        assert found.examined


def test_a_verbatim_claim_is_not_touched_by_grounding(build: Build) -> None:
    corpus = build(TEXT, "Heat moves.")
    claim = claim_on(corpus, SENTENCES[1].text)
    verdicts = [verdict("quote_check", YES), verdict("corroboration", OPEN), *said(NO, NO, SILENT)]
    [found] = adjudicator.adjudicate([claim], {"c1": verdicts}, corpus, UNCALIBRATED)
    assert found.outcome is Outcome.QUOTED


def test_only_what_is_far_apart_is_in_dispute() -> None:
    def review(name: str, **scores: float) -> Review:
        return Review(reviewer=name, mandate="", scores=scores)

    one = review("challenger", coverage=3.0, readability=6.0)
    other = review("readers_advocate", coverage=6.0, readability=8.5)
    assert disputed([one, other]) == ["coverage"]
    assert disputed([one]) == []


def test_pairs_are_judged_by_the_same_seats(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    evidence = ("It is cheap.", "Training on English raises accuracy by 4 points on XNLI.")
    pairs = [
        Pair("English training raises XNLI accuracy by 4 points.", evidence),
        Pair("English training raises XNLI accuracy by 9 points.", evidence),
        Pair("Heat moves between fluids.", evidence * 30),
        Pair("Heat moves.", ()),
    ]
    with StandIn(sensible_model.answer) as server:
        for name, value in server.env(ASSIGNEE_HOME=str(tmp_path)).items():
            monkeypatch.setenv(name, value)
        checker = OpenAIEngine(FakeClock()).pair_checker("stance", ("advocate", "evidence_first"))
        found = checker.judge(pairs)
    assert checker.seats == ("advocate", "evidence_first")
    assert checker.calibrated_on is None
    assert [item.probs for item in found] == [(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0), None]
    assert found[0].rationale == (1,)
    with pytest.raises(UserError, match="has no verifier 'oracle'; it has advocate, sceptic, evidence_first"):
        OpenAIEngine().pair_checker("stance", ("oracle",))
