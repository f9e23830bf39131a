"""Sentences taken apart into findings: who did what to which outcome, which way, compared with what."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assignee.agents.finding import Frame, frames
from assignee.agents.finding_clauses import bare, clauses
from assignee.agents.finding_cue import locate


def only(sentence: str) -> Frame:
    (frame,) = frames(sentence)
    return frame


@pytest.mark.parametrize(
    ("sentence", "direction"),
    [
        ("Dropout improves accuracy.", 1),
        ("Dropout does not improve accuracy.", 0),
        ("Dropout fails to improve accuracy.", 0),
        ("Dropout hardly improves accuracy.", 0),
        ("Dropout no longer improves accuracy.", 0),
        ("Dropout hurts accuracy.", -1),
        ("Dropout negatively affects accuracy.", -1),
        ("Dropout leads to a clear gain in accuracy.", 1),
        ("Dropout leads to a clear drop in accuracy.", -1),
        ("Dropout brings no gain in accuracy.", 0),
        ("Dropout has no significant effect on accuracy.", 0),
        ("Accuracy decreases with dropout.", -1),
        ("Accuracy is improved by dropout.", 1),
        ("Accuracy is not improved by dropout.", 0),
        # Less of a measure where lower is better is an improvement, and more of it is not.
        ("Dropout reduces errors.", 1),
        ("Dropout increases errors.", -1),
        ("Metformin reduces mortality.", 1),
        ("The treatment leads to a significant decrease in pain scores.", 1),
        # Comparisons are told from the subject's side.
        ("XLM-R outperforms multilingual BERT on XNLI.", 1),
        ("Multilingual BERT is worse than XLM-R on XNLI.", -1),
        ("Direct fine-tuning is outperformed by intermediate training.", 1),
        ("Oral iron is comparable to intravenous iron.", 0),
    ],
)
def test_which_way(sentence: str, direction: int) -> None:
    assert only(sentence).direction == direction


@pytest.mark.parametrize(
    ("sentence", "parts"),
    [
        (
            "We show that intermediate training on MNLI improves zero-shot XQuAD accuracy by 3 points.",
            {"agent": "intermediate training on MNLI", "outcome": "zero-shot XQuAD accuracy", "own": False},
        ),
        (
            "Metformin reduces mortality in adults with type 2 diabetes compared with placebo.",
            {
                "agent": "Metformin",
                "outcome": "mortality",
                "comparator": "placebo",
                "place": "adults with type 2 diabetes",
                "comparative": True,
            },
        ),
        (
            "XLM-R outperforms multilingual BERT on XNLI by 14.6%.",
            {"agent": "XLM-R", "comparator": "multilingual BERT", "place": "XNLI", "comparative": True},
        ),
        (
            "Direct fine-tuning is outperformed by intermediate training.",
            {"agent": "intermediate training", "comparator": "Direct fine-tuning"},
        ),
        ("NER benefits from part-of-speech tagging.", {"agent": "part-of-speech tagging", "outcome": "NER"}),
        (
            "Mortality was lower under early treatment than under late treatment.",
            {"agent": "early treatment", "outcome": "Mortality", "comparator": "late treatment"},
        ),
        (
            "There was no significant difference between oral and intravenous iron in haemoglobin.",
            {"agent": "oral", "comparator": "intravenous iron", "direction": 0},
        ),
        (
            "The gain does not depend on the size of the model.",
            {"agent": "size of the model", "outcome": "gain", "direction": 0},
        ),
        (
            "In small models, distillation hurts accuracy.",
            {"agent": "distillation", "outcome": "accuracy", "place": "In small models"},
        ),
        ("Our method outperforms strong baselines.", {"own": True}),
        ("It improves accuracy.", {"own": True, "agent": ""}),
        ("Dropout does not improve accuracy.", {"denied": 1}),
        ("Dropout does not reduce accuracy.", {"denied": -1}),
    ],
)
def test_who_did_what(sentence: str, parts: dict[str, object]) -> None:
    frame = only(sentence)
    assert {name: getattr(frame, name) for name in parts} == parts


@pytest.mark.parametrize(
    "sentence",
    [
        "The corpus has 3,000 sentences.",
        "Twelve schools took part.",
        "Pupils were assigned to groups at random.",
        "",
        "Improves",
    ],
)
def test_a_sentence_that_says_no_direction_gives_no_frame(sentence: str) -> None:
    assert frames(sentence) == ()


def test_each_clause_gives_its_own_finding() -> None:
    first, second = frames("While dropout helps accuracy, weight decay hurts recall.")
    assert (first.direction, first.outcome) == (1, "accuracy")
    assert (second.agent, second.direction, second.outcome) == ("weight decay", -1, "recall")


def test_what_was_studied_is_what_neither_did() -> None:
    frame = only("We investigate dropout and weight decay, but neither improves accuracy.")
    assert (frame.agent, frame.direction, frame.outcome) == ("dropout and weight decay", 0, "accuracy")


@pytest.mark.parametrize(
    "framed",
    [
        "We find that dropout improves accuracy.",
        "Our experiments on twelve data sets show that dropout improves accuracy.",
        "In this paper, we also show empirically that dropout improves accuracy.",
        "However, dropout improves accuracy.",
        "Contrary to earlier reports, dropout improves accuracy.",
        "Dropout (Lind et al., 2014) improves accuracy, especially when data is scarce.",
        "Dropout, which is cheap, improves accuracy.",
        "Dropout improves accuracy more than had been believed.",
    ],
)
def test_how_it_is_reported_is_no_part_of_the_finding(framed: str) -> None:
    frame = only(framed)
    assert (frame.agent.casefold(), frame.direction, frame.outcome) == ("dropout", 1, "accuracy")
    assert not frame.comparator


@pytest.mark.parametrize("size", ["by 3 points", "by 2.5%", "by an average of 7 BLEU"])
def test_an_amount_is_neither_setting_nor_means(size: str) -> None:
    frame = only(f"Dropout improves accuracy {size}.")
    assert (frame.agent, frame.outcome, frame.place, frame.circumstance) == ("Dropout", "accuracy", "", "")


def test_bare_returns_where_the_rest_begins() -> None:
    sentence = "Results on both sets show that dropout helps."
    rest, at = bare(sentence)
    assert rest == sentence[at:] == "dropout helps."
    assert bare("Dropout helps.") == ("Dropout helps.", 0)


_TEXT = st.one_of(
    st.text(max_size=400),
    st.lists(
        st.sampled_from(
            "we show that it neither nor while although , ; : — ( ) “quote” improves improved lowers no not the A B of on "
            "with than over by 3 % 😀 . … better worse does between and but which".split()
        ),
        max_size=80,
    ).map(" ".join),
)


@settings(max_examples=150, deadline=None)
@given(_TEXT)
def test_any_text_is_taken_apart_without_an_error(text: str) -> None:
    rest, at = bare(text)
    assert text[at:] == rest
    assert all(clause == " ".join(clause.split()) for clause in clauses(text))
    for frame in frames(text):
        assert frame.direction in (-1, 0, 1)
        assert frame.denied in (-1, 0, 1)
        assert not (frame.direction and frame.denied)
        assert frame.clause
        cue = locate(frame.clause)
        assert cue is not None
        assert 0 <= cue.start < cue.end <= len(frame.clause)
    assert frames(text) == frames(text)
