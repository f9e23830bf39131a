"""Conclusions of abstracts and outcomes of full texts: found by wording and place, steady under what must not matter."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignee.agents import claim_sentences, outcome_sentences
from assignee.tools.claim_context import CONTEXT, Wording, context, grams
from assignee.tools.linear_model import Array
from assignee.tools.text import stored

WEIGHTS = Path(claim_sentences.__file__).parent / "weights"
ABSTRACT = (
    "Jet lag disturbs the sleep of travellers, and few remedies have been compared.",
    "We randomly assigned 210 travellers to melatonin or to placebo for five nights.",
    "Sleep was recorded with a wrist sensor.",
    "Travellers on melatonin slept 31 minutes longer than those on placebo (p = 0.01).",
    "These findings suggest that melatonin shortens jet lag and may be offered to travellers.",
)
SECTIONS = ("Abstract", "Abstract", "1 Introduction", "2 Method", "2 Method", "5 Conclusion", "5 Conclusion")
DOCUMENT = (
    "Parsing of noisy text is hard.",
    "Our parser outperforms the previous best by 3.2 points on two treebanks.",
    "Parsing has a long history.",
    "We train for ten epochs with a batch of 32.",
    "Our parser outperforms the previous best by 3.2 points on two treebanks.",
    "We have presented a parser for noisy text.",
    "Experiments show that it improves accuracy on all treebanks.",
)


def test_the_conclusion_outranks_the_result_it_rests_on() -> None:
    found = claim_sentences.concluded(ABSTRACT)
    assert int(found.argmax()) == 4
    assert found[4] >= claim_sentences.threshold("concluded") > found[:4].max()


def test_a_sentence_alone_is_told_by_its_wording() -> None:
    found = claim_sentences.alone(ABSTRACT)
    line = claim_sentences.threshold("alone")
    assert int(found.argmax()) == 4
    assert found[4] >= line > found[:3].max()
    assert claim_sentences.alone(ABSTRACT[::-1]).tolist() == found[::-1].tolist(), "order means nothing here"


def test_place_changes_what_is_concluded() -> None:
    forward, backward = (claim_sentences.concluded(texts) for texts in (ABSTRACT, ABSTRACT[::-1]))
    assert backward[0] < forward[4]


def test_outcomes_are_looked_for_where_authors_state_them() -> None:
    found = outcome_sentences.score(DOCUMENT, SECTIONS)
    line = outcome_sentences.threshold()
    assert [at for at, chance in enumerate(found) if chance >= line] == [1, 6]
    assert found[3] == found[4] == 0.0, "the same sentence in a section on methods is not looked at"
    nameless = outcome_sentences.score(DOCUMENT, ["4 Our Corner"] * len(DOCUMENT))
    assert not nameless.any()


@pytest.mark.parametrize(
    ("section", "kind"),
    [
        ("Abstract", "abstract"),
        ("1. INTRODUCTION", "introduction"),
        ("Results and Discussion", "conclusion"),
        ("6 Concluding remarks", "conclusion"),
        ("Related Work", None),
        ("", None),
    ],
)
def test_sections_are_known_by_their_names(section: str, kind: str | None) -> None:
    assert outcome_sentences.kind(section) == kind


def test_nothing_gives_nothing() -> None:
    assert claim_sentences.concluded([]).shape == claim_sentences.alone([]).shape == (0,)
    assert outcome_sentences.score([], []).shape == (0,)
    assert context(np.zeros(0)).shape == (0, len(CONTEXT))


def test_numbers_and_case_do_not_change_the_words() -> None:
    assert grams("We saw 31 % more.") == grams("we saw 4.5 % MORE.")
    assert grams("Sleep helps")[:3] == ["^", "sleep", "helps"]
    assert "^ sleep helps" in grams("Sleep helps")


def test_damaged_weights_of_words_are_refused(tmp_path: Path) -> None:
    data = json.loads((WEIGHTS / "claim_wording.json").read_text(encoding="utf-8"))
    del data["grams"]
    path = tmp_path / "claim_wording.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(KeyError):
        Wording.load(path)


@given(st.lists(st.text(max_size=120).map(stored), max_size=6))
def test_any_text_gets_chances_between_nought_and_one(texts: Sequence[str]) -> None:
    for found in (
        claim_sentences.alone(texts),
        claim_sentences.concluded(texts),
        outcome_sentences.score(texts, ["Abstract"] * len(texts)),
    ):
        assert found.shape == (len(texts),)
        assert bool(((found >= 0) & (found <= 1)).all())


@given(st.lists(st.floats(-9, 9), min_size=1, max_size=9))
def test_the_context_of_a_sentence_is_its_neighbours(scores: list[float]) -> None:
    rows: Array = context(np.array(scores))
    column = {name: rows[:, at].tolist() for at, name in enumerate(CONTEXT)}
    assert column["wording"] == scores
    assert column["wording_before"] == [-4.0, *scores[:-1]]
    assert column["wording_after"] == [*scores[1:], -4.0]
    assert column["wording_two_before"] == [-4.0, -4.0, *scores][: len(scores)]
    assert column["best_before"] == [max([-4.0, *scores[:at]]) for at in range(len(scores))]
    assert column["best_after"] == [max([-4.0, *scores[at + 1 :]]) for at in range(len(scores))]
    assert column["nearness_to_end"][-1] == 1.0
