"""Questions taken apart: form, the two things compared, what acts on what, names, noun phrases."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assignee.agents.planner import queries
from assignee.agents.question import parse
from assignee.agents.question_words import is_name, specific_stems

SEEDS = (
    "How does the effectiveness of cross-lingual transfer via English intermediate-task training compare to transfer via "
    "multilingual intermediate-task training on the XTREME-R benchmark when evaluated using F1 score metrics?",
    "What is the impact of task domain alignment between intermediate and target tasks on zero-shot cross-lingual transfer "
    "performance in XTREME-R, when intermediate tasks are selected from different NLP domains (e.g., NLI vs. Question "
    "Answering)?",
    "What is the impact of domain adaptation on the cross-lingual transfer performance of models fine-tuned on English "
    "intermediate tasks, evaluated using the XTREME-R benchmark’s metric improvements?",
    "What is the impact of domain-specific intermediate task training (e.g., biomedical or legal tasks) on cross-lingual "
    "transfer performance for low-resource languages in XTREME?",
    "What is the impact of intermediate-task training on the robustness of cross-lingual transfer for named entity "
    "recognition versus natural language inference within the XTREME suite?",
)


@pytest.mark.parametrize(
    ("text", "form", "first", "second"),
    [
        (
            SEEDS[0],
            "comparison",
            "English intermediate-task training",
            "multilingual intermediate-task training",
        ),
        (SEEDS[4], "comparison", "named entity recognition", "natural language inference"),
        ("Is metformin better than placebo for weight loss in adults?", "comparison", "metformin", "placebo"),
        ("Is aspirin as effective as warfarin for stroke prevention?", "comparison", "aspirin", "warfarin"),
        ("Does BERT outperform ELMo on NER?", "comparison", "BERT", "ELMo"),
        ("Are transformers more sample-efficient than LSTMs?", "comparison", "transformers", "LSTMs"),
        ("metformin versus placebo", "comparison", "metformin", "placebo"),
        ("How do proteins fold?", "open", "", ""),
        ("Why?", "open", "", ""),
    ],
)
def test_what_is_compared(text: str, form: str, first: str, second: str) -> None:
    question = parse(text)
    assert (question.form, question.first, question.second) == (form, first, second)


@pytest.mark.parametrize(
    ("text", "form", "subject", "outcome"),
    [
        (
            "Does intermediate-task training improve zero-shot cross-lingual transfer?",
            "polar",
            "intermediate-task training",
            "zero-shot cross-lingual transfer",
        ),
        (
            "Does vitamin D reduce the risk of falls in older adults?",
            "polar",
            "vitamin D",
            "risk of falls in older adults",
        ),
        ("To what extent does sleep affect memory consolidation?", "effect", "sleep", "memory consolidation"),
        ("What is the effect of sleep on memory?", "effect", "sleep", "memory"),
        (
            SEEDS[3],
            "effect",
            "domain-specific intermediate task training (e.g., biomedical or legal tasks)",
            "cross-lingual transfer performance for low-resource languages in XTREME",
        ),
    ],
)
def test_what_acts_on_what(text: str, form: str, subject: str, outcome: str) -> None:
    question = parse(text)
    assert (question.form, question.subject, question.outcome) == (form, subject, outcome)
    assert (question.first, question.second) == ("", "")


def test_an_example_in_brackets_is_not_what_is_compared() -> None:
    assert parse(SEEDS[1]).form == "effect"
    assert parse(SEEDS[1]).subject.startswith("task domain alignment")


def test_names_and_phrases_of_the_first_seed_question() -> None:
    question = parse(SEEDS[0])
    assert question.names == ("XTREME-R", "F1")
    assert {"XTREME-R", "F1", "cross-lingual transfer"} <= set(question.phrases)
    assert question.first_only == {"english"}
    assert question.second_only == {"multilingual"}


def test_the_population_asked_about_is_a_phrase_of_its_own() -> None:
    question = parse("Does intermediate-task training help cross-lingual transfer to sign languages?")
    assert question.phrases == ("intermediate-task training", "cross-lingual transfer", "sign languages")


@pytest.mark.parametrize("word", ["XTREME-R", "F1", "BERT", "mT5", "SciFact", "GPT-4", "XLM-R"])
def test_names_by_their_spelling(word: str) -> None:
    assert is_name(word)


@pytest.mark.parametrize("word", ["English", "transfer", "cross-lingual", "2020", "NLP", "-", ""])
def test_plain_words_are_no_names(word: str) -> None:
    assert not is_name(word)


def test_generic_words_tell_nothing_of_a_subject() -> None:
    assert not specific_stems("better performance results of the effective approach")
    assert specific_stems("insomnia severity")


@pytest.mark.parametrize("text", SEEDS)
def test_every_query_stems_from_the_question(text: str) -> None:
    question = parse(text)
    narrow, wide = (queries(question, ("library", "other"), None, widen=widen) for widen in (False, True))
    assert narrow[0] == {"source": "library", "query": question.text}
    assert {item["source"] for item in narrow} == {"library", "other"}
    assert {item["query"] for item in narrow} < {item["query"] for item in wide}
    for item in wide:
        assert specific_stems(item["query"]) <= specific_stems(text)


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.text(max_size=300),
        st.lists(
            st.sampled_from(
                "does is the impact of on X than better versus vs. compare to with ( ) , ? ’s how efficient via A B 😀".split()
            ),
            max_size=40,
        ).map(" ".join),
    )
)
def test_any_text_is_taken_apart_without_an_error(text: str) -> None:
    question = parse(text)
    assert question.text == " ".join(text.split())
    assert bool(question.first) == bool(question.second) == (question.form == "comparison")
    assert len(set(question.phrases)) == len(question.phrases)
    assert all(phrase.strip() for phrase in question.phrases)
    assert all(name in question.text for name in question.names)
    asked = queries(question, ("library",), "2020.x-main.1", widen=True)[0]["query"]
    assert asked == (question.text or "2020.x-main.1")  # a request without a question is refused before
