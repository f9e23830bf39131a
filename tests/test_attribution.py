"""Whose statement a sentence is: what the paper found, what others found or believed, what it plans or offers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planted import HELD_OUT, INJECTION, PAIRS

from assignee.agents.attribution import announcement, asserted, belief, of_others
from assignee.tools.text import sentences

FOUND = (
    "We find that dropout improves accuracy by 3 points.",
    "Dropout improves accuracy on all four data sets.",
    "Unlike previous work, we observe no gain from dropout.",
    "Results show that our method outperforms existing approaches.",
    "In line with earlier studies, our trial shows lower mortality with metformin.",
    "Mortality was 12% in the treated group and 18% in the control group.",
)
OTHERS = (
    "Previous work has shown that dropout improves accuracy.",
    "Dropout has recently been shown to improve accuracy.",
    "It is well known that dropout improves accuracy.",
    "Recent studies report large gains from dropout.",
    "Dropout improves accuracy (Lind et al., 2014).",
    "Lind et al. (2014) improve accuracy with dropout.",
    "Dropout improves accuracy [3, 4].",
)
BELIEFS = (
    "Earlier work held that dropout improves accuracy.",
    "It is commonly believed that larger models transfer better.",
    "Conventional wisdom says that dropout improves accuracy.",
    "Dropout was thought to improve accuracy.",
)
ANNOUNCED = (
    "The code and the data are publicly available.",
    "We release the training scripts.",
    "This paper presents a corpus of crossword clues.",
    "We propose a regulariser for small models.",
    "We investigate dropout in small models.",
    "All models will be made available at https://example.org.",
)
NOT_ASSERTED = (
    "Does dropout improve accuracy?",
    "We ask whether dropout improves accuracy.",
    "To improve accuracy, dropout is applied to every layer.",
    "We hypothesise that dropout improves accuracy.",
    "It remains unclear if dropout improves accuracy.",
    "Dropout is designed to improve accuracy.",
    "Whether dropout improves accuracy is an open question.",
    "Future work will show that dropout improves accuracy.",
)


@pytest.mark.parametrize("sentence", FOUND)
def test_a_finding_is_the_papers_own(sentence: str) -> None:
    assert not of_others(sentence)
    assert not belief(sentence)
    assert not announcement(sentence)
    assert asserted(sentence)


@pytest.mark.parametrize("sentence", OTHERS)
def test_what_others_found_is_not_the_papers_own(sentence: str) -> None:
    assert of_others(sentence)


@pytest.mark.parametrize("sentence", BELIEFS)
def test_an_earlier_view_is_a_belief(sentence: str) -> None:
    assert belief(sentence)


def test_a_view_the_paper_sets_itself_against_or_beside_is_no_belief() -> None:
    assert not belief("Contrary to what earlier work held, dropout lowers accuracy.")
    assert not belief("Consistent with what prior research suggested, dropout improves accuracy.")


@pytest.mark.parametrize("sentence", ANNOUNCED)
def test_an_announcement_holds_no_result(sentence: str) -> None:
    assert announcement(sentence)


@pytest.mark.parametrize(
    "sentence",
    ["We propose a regulariser that improves accuracy.", "We release models that outperform BERT."],
)
def test_an_announcement_with_a_result_is_kept(sentence: str) -> None:
    assert not announcement(sentence)


@pytest.mark.parametrize("sentence", NOT_ASSERTED)
def test_aims_questions_and_hopes_are_not_asserted(sentence: str) -> None:
    assert not asserted(sentence)


def test_an_instruction_to_the_reader_is_not_asserted() -> None:
    spans = [INJECTION[start:end] for start, end in sentences(INJECTION)]
    assert not asserted(spans[0])
    assert not asserted(spans[0].upper())


def test_the_planted_findings_are_the_papers_own() -> None:
    voiced = [pair for pair in (*PAIRS, *HELD_OUT) if pair.label != "not_comparable"]
    texts = sorted({text for pair in voiced for text in (pair.claim, pair.evidence)})
    lost = [text for text in texts if of_others(text) or announcement(text) or not asserted(text)]
    # Measured: 0 of these sentences, all of them findings, are taken for something else.
    assert not lost


@given(st.text(max_size=400))
def test_any_text_is_judged_without_an_error(text: str) -> None:
    told = [of_others(text), belief(text), announcement(text), asserted(text)]
    assert all(isinstance(item, bool) for item in told)
