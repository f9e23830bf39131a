"""The pair checker: what it answers, that a pair's answer is its own, and what it does with odd input."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignee.agents.pair_checker import LABELS, Judgement, Pair, PairChecker
from assignee.agents.pair_pool import Pool, scaled
from assignee.agents.pair_reading import cleaned
from assignee.errors import UserError
from assignee.tools.nli_encoder import windows

WEIGHTS = Path(__file__).resolve().parents[1] / "agents" / "weights"
CLAIM = "Intermediate-task training improves zero-shot cross-lingual transfer."
PAIRS = (
    Pair(
        "BERT outperforms ELMo on question answering.",
        ("We release code.", "On question answering, BERT outperforms ELMo by 5 F1."),
    ),
    Pair(CLAIM, ("Intermediate-task training does not improve zero-shot cross-lingual transfer.",)),
    Pair("The proteins fold within microseconds.", ("We annotate a corpus of Swahili news.", "Agreement was high.")),
)  # fmt: skip


@pytest.fixture(scope="module")
def checker() -> PairChecker:
    return PairChecker("stance")


@pytest.fixture(scope="module")
def judged(checker: PairChecker) -> list[Judgement]:
    return checker.judge(PAIRS)


def said(judgement: Judgement) -> str:
    assert judgement.probs is not None
    return LABELS[int(np.argmax(judgement.probs))]


def test_plain_cases_get_their_labels(judged: list[Judgement]) -> None:
    assert [said(each) for each in judged] == ["SUPPORT", "REFUTE", "NEI"]
    for each in judged:
        assert each.probs is not None
        assert math.isclose(sum(each.probs), 1.0, abs_tol=1e-5)


def test_the_rationale_names_the_sentence_that_bears_on_the_claim(judged: list[Judgement]) -> None:
    assert judged[0].rationale == (1, 0)


def test_a_pair_is_judged_alike_alone_and_in_company(checker: PairChecker, judged: list[Judgement]) -> None:
    assert [checker.judge([pair])[0] for pair in PAIRS] == judged
    assert checker.judge(PAIRS[::-1]) == judged[::-1]


def test_every_seat_that_ships_speaks_under_its_name(checker: PairChecker, judged: list[Judgement]) -> None:
    assert set(checker.weights) == set(checker.seats)
    assert sum(checker.weights.values()) == pytest.approx(1.0)
    assert checker.calibrated_on
    assert all(set(each.seats) == set(checker.seats) for each in judged)
    assert judged[0].seats["regression"] is not None


@pytest.mark.parametrize(
    "pair",
    [
        Pair(CLAIM, ()),
        Pair(CLAIM, ("", "  ")),
        Pair("", ("A sentence.",)),
        Pair("Der Ansatz verbessert die Ergebnisse auf allen Sprachen, die wir mit ihm gemessen haben.", ("Yes.",)),
    ],
)  # fmt: skip
def test_what_cannot_be_judged_is_not_adjudicated(checker: PairChecker, pair: Pair) -> None:
    [judgement] = checker.judge([pair])
    assert judgement.probs is None
    assert set(judgement.seats.values()) == {None}


def test_no_pairs_give_no_judgements(checker: PairChecker) -> None:
    assert checker.judge([]) == []


def test_evidence_longer_than_a_window_is_read_to_its_end(checker: PairChecker) -> None:
    filler = "The corpus holds news, letters, minutes and recipes of many years and places. " * 60
    found = PAIRS[0].evidence[1]
    [judgement] = checker.judge([Pair(PAIRS[0].claim, (filler + found,))])
    assert said(judgement) == "SUPPORT"


def test_a_seat_by_name_is_its_own_calibrated_panel() -> None:
    alone = PairChecker("stance", ("regression",))
    assert alone.seats == ("regression",)
    [judgement] = alone.judge(PAIRS[:1])
    raw = judgement.seats["regression"]
    assert raw is not None
    own = np.exp(scaled(Pool.of("stance").seats["regression"], np.log(raw)))
    assert judgement.like is False or judgement.probs == pytest.approx(tuple(own), abs=1e-5)


def test_tasks_have_heads_of_their_own() -> None:
    [one] = PairChecker("stance", ("regression",)).judge(PAIRS[:1])
    [two] = PairChecker("grounding", ("regression",)).judge(PAIRS[:1])
    assert one.seats["regression"] != two.seats["regression"]


def test_unknown_names_are_one_line() -> None:
    with pytest.raises(UserError, match="unknown task 'truth'"):
        PairChecker("truth")  # type: ignore[arg-type]
    with pytest.raises(UserError, match=r"unknown pair_seat 'psychic'; known: .*regression"):
        PairChecker("stance", ("psychic",))


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("It helps [<|multi_cit|>].", "It helps."),
        ("It helps (<|cit|>), too.", "It helps, too."),
        ("Smith et al. <|cit|> show it.", "Smith et al. show it."),
        ("<|cit|>", "<|cit|>"),
        ("No mark , here.", "No mark , here."),
    ],
)
def test_citation_marks_are_no_words_of_a_claim(raw: str, clean: str) -> None:
    assert cleaned(raw) == clean


@given(st.lists(st.lists(st.integers(0, 99), max_size=40), max_size=6), st.integers(4, 30))
def test_windows_hold_every_token_in_order(parts: list[list[int]], room: int) -> None:
    found = windows(parts, room)
    assert all(0 < len(window) <= room for window in found)
    tokens, at = [token for part in parts for token in part], 0
    for window in found:
        # A window starts where the last one ended, or overlaps it.
        starts = [
            back for back in range(0, 17) if at >= back and tokens[at - back :][: len(window)] == window
        ]
        assert starts
        at = at - starts[0] + len(window)
    assert at >= len(tokens) - 16


@given(st.lists(st.floats(-9, 0), min_size=3, max_size=3), st.floats(0.05, 5))
def test_scaling_gives_probabilities_in_the_same_order(logs: list[float], scale: float) -> None:
    chances = np.exp(scaled(scale, np.array(logs)))
    assert math.isclose(float(chances.sum()), 1.0, rel_tol=1e-9)
    assert chances[int(np.argmax(logs))] == chances.max()


def test_an_unlike_topic_draws_towards_even_chances() -> None:
    pool = Pool.of("stance")
    seats: dict[str, Any] = dict.fromkeys(pool.seats, (0.9, 0.05, 0.05))
    near, far = (pool.pooled(seats, pool.weights, like=like) for like in (True, False))
    assert near is not None
    assert far is not None
    assert far[0] < near[0]
    assert pool.unlike < 1.0


def test_topics_are_told_apart_by_the_claim(checker: PairChecker) -> None:
    medical = Pair("Aspirin lowers the risk of colorectal cancer in adults.", ("Aspirin lowered the risk.",))
    other = Pair("The composer wrote nine symphonies for a small orchestra.", ("He wrote nine symphonies.",))
    assert [each.like for each in checker.judge([medical, other])] == [True, False]


@pytest.mark.parametrize("task", ["stance", "grounding"])
def test_the_panel_is_no_worse_than_its_best_seat_where_it_was_measured(task: str) -> None:
    panel = json.loads((WEIGHTS / "pair_panel.json").read_text(encoding="utf-8"))[task]
    assert sum(seat["weight"] for seat in panel["seats"].values()) == pytest.approx(1.0, abs=1e-3)
    assert 1.0 <= panel["n_eff"] <= len(panel["seats"])
    assert not [name for name in ("sick", "healthver", "wice") if name in json.dumps(panel["calibrated_on"])]
    held_out = panel["measured"]["held_out"]
    pairs = sum(found["panel"]["n"] for found in held_out.values())
    mean = {
        seat: sum(found[seat]["accuracy"] * found[seat]["n"] for found in held_out.values()) / pairs
        for seat in ("panel", *panel["seats"])
    }
    assert mean["panel"] >= max(value for seat, value in mean.items() if seat != "panel") - 0.005
