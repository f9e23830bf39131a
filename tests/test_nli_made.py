"""Training pairs made by rules: what is changed is changed in meaning, what is reworded is not."""

from __future__ import annotations

import importlib.util
import random
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st


def load() -> ModuleType:
    path = Path(__file__).resolve().parents[1] / "evals" / "train" / "nli_made.py"
    found = importlib.util.spec_from_file_location("nli_made", path)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


MADE = load()


@pytest.mark.parametrize(
    ("sentence", "claim"),
    [
        ("In this paper, we show that pruning reduces latency.", "Pruning reduces latency."),
        ("Experimental results on two datasets demonstrate that our model is better.", "The model is better."),
        ("Moreover, we train a parser.", "The authors train a parser."),
    ],
)  # fmt: skip
def test_the_finding_stands_without_its_frame(sentence: str, claim: str) -> None:
    assert MADE.plain(sentence) == claim


def test_a_tail_is_left_out_and_a_short_rest_is_not_made_shorter() -> None:
    long = "Pruning reduces the latency of large models (by half), which makes them cheaper."
    assert MADE.shortened(long) == "Pruning reduces the latency of large models."
    assert MADE.shortened("It works, which is good.") == "It works, which is good."


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("negation", "The method is robust.", "The method is not robust."),
        ("comparator", "The parser outperforms the tagger on Czech.", "The tagger outperforms the parser on Czech."),
    ],
)  # fmt: skip
def test_an_alteration_says_otherwise(kind: str, text: str, expected: str) -> None:
    assert MADE.ALTERATIONS[kind](text, random.Random(0)) == expected


def test_directions_and_numbers_are_turned() -> None:
    assert (
        MADE.ALTERATIONS["direction"]("Depth improves recall.", random.Random(0)) == "Depth degrades recall."
    )
    changed = MADE.ALTERATIONS["number"]("It gains 3.5 points in 2019.", random.Random(0))
    assert changed is not None
    assert "3.5" not in changed
    assert changed.endswith("points in 2019.")


def test_nothing_to_alter_gives_none() -> None:
    assert MADE.alter("Cats.", random.Random(0)) is None


def test_a_name_is_exchanged_for_one_of_the_neighbours() -> None:
    assert MADE.entity("BERT helps.", random.Random(0), ["We use ELMo."]) == "ELMo helps."
    assert MADE.entity("BERT helps.", random.Random(0), ["No names."]) is None


@given(st.integers(0, 10_000))
def test_what_is_altered_differs_and_a_seed_repeats(seed: int) -> None:
    text = "The new encoder significantly improves accuracy by 12% and is faster than the baseline."
    one, two = (MADE.alter(text, random.Random(seed)) for _ in range(2))
    assert one == two
    assert one is not None
    assert one[0] != text
    assert MADE.reworded(text, random.Random(seed)) == MADE.reworded(text, random.Random(seed))
