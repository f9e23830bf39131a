"""Numbers and directions in running text: values, units, roles, spans; and what is no number."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignee.tools.language import is_english
from assignee.tools.number_conflicts import conflicts, restated
from assignee.tools.polarity import hedges, negations, quantifiers, read, tokens
from assignee.tools.quantities import quantities, same_value
from assignee.tools.statement_check import alterations


def told(text: str) -> list[tuple[str, float, str, str]]:
    return [(text[q.start : q.end], q.value, q.unit, q.role) for q in quantities(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a gain of 5.4 % over it", [("5.4 %", 5.4, "%", "change")]),
        (
            "2 percentage points and 4 pp",
            [("2 percentage points", 2, "points", "level"), ("4 pp", 4, "points", "level")],
        ),
        ("a 5.4 point improvement", [("5.4 point", 5.4, "points", "change")]),
        ("by 2.1 BLEU points", [("2.1 BLEU points", 2.1, "points", "change")]),
        ("two-fold, 3x faster", [("two-fold", 2, "x", "change"), ("3x", 3, "x", "change")]),
        ("1 to 5 F1 points", [("1", 1, "points", "level"), ("5 F1 points", 5, "points", "level")]),
        ("from 60.1 to 72.3", [("60.1", 60.1, "", "level"), ("72.3", 72.3, "", "level")]),
        ("32,441 samples", [("32,441", 32441, "", "count")]),
        ("1.5B parameters", [("1.5B", 1.5e9, "", "count")]),
        ("nine target tasks", [("nine", 9, "", "count")]),
        ("twenty-five million pairs", [("twenty-five million", 25e6, "", "count")]),
        ("85.2 ± 0.3", [("85.2", 85.2, "", "level"), ("± 0.3", 0.3, "", "spread")]),
        ("(p < 0.05)", [("0.05", 0.05, "p", "level")]),
        (
            "+13.8% and −2.1 points",
            [("+13.8%", 13.8, "%", "change"), ("−2.1 points", -2.1, "points", "change")],
        ),
        ("in 2019", [("2019", 2019, "", "year")]),
        ("trained on 2000 sentences", [("2000", 2000, "", "count")]),
        ("for 35 hours", [("35 hours", 35, "hour", "level")]),
    ],
)
def test_reads_values_units_and_roles(text: str, expected: list[tuple[str, float, str, str]]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "as shown before [12] and [3, 4]",
        "GPT-2, BERT-base-12, mT5, BM25 and P19-1439",
        "see 2020.acl-main.1 and COVID-19",
        "a zero-shot setting of the 1st kind",
        "Table 3 and Section 4",
        "on VQA 2.0 and MultiWOZ 2.1",
        "one of the methods",
        "with 1) this and 2) that",
    ],
)
def test_names_marks_and_labels_are_no_quantities(text: str) -> None:
    assert told(text) == []


@given(st.text(max_size=300))
def test_any_text_is_read_without_error_and_spans_lie_inside(text: str) -> None:
    found = quantities(text)
    for item in found:
        assert 0 <= item.start < item.end <= len(text)
        assert math.isfinite(item.value)
    assert all(one.end <= two.start for one, two in pairwise(found))
    reading = read(text)
    assert all(0 <= cue.start < cue.end <= len(text) for cue in reading.cues)
    assert all(0 <= token.start < token.end <= len(text) for token in tokens(text))
    assert conflicts(text, text) == ()
    is_english(text)


@given(
    st.decimals(min_value="0.1", max_value="99999", places=1),
    st.sampled_from(
        [
            ("{}%", "%"),
            ("{} percent", "%"),
            ("{} BLEU points", "points"),
            ("{} points", "points"),
            ("{}x", "x"),
        ]
    ),
)
def test_a_formatted_number_is_read_back(value: object, form: tuple[str, str]) -> None:
    text = f"It improves by {form[0].format(f'{value:,}')} here."
    (found,) = quantities(text)
    assert found.unit == form[1]
    assert found.value == pytest.approx(float(str(value)))
    assert text[found.start : found.end] == form[0].format(f"{value:,}")


def test_rounding_needs_two_digits() -> None:
    assert same_value(5.38, 5.4)
    assert not same_value(0.73, 0.7)
    assert not same_value(5, 6)


@pytest.mark.parametrize(
    ("sentence", "surface", "quality"),
    [
        ("Intermediate training improves accuracy.", "up", "up"),
        ("It does not improve accuracy.", "none", "none"),
        ("It doesn't hurt performance.", "none", "none"),
        ("It improves little over the baseline.", "none", "none"),
        ("We reduce the error rate by 5 %.", "down", "up"),
        ("The error rate drops sharply.", "down", "up"),
        ("It leads to higher perplexity.", "up", "down"),
        ("Fine-tuning often hurts downstream transfer.", "down", "down"),
        ("Performance drops by 3 points.", "down", "down"),
        ("There is no significant difference between the two.", "none", "none"),
        ("Results are comparable to the baseline.", "none", "none"),
        ("To improve transfer, we propose a method.", "unknown", "unknown"),
        ("The method was found to improve transfer.", "up", "up"),
        ("Smaller models help.", "up", "up"),
        (
            "Neither multilingual nor translated training consistently outperforms English training.",
            "none",
            "none",
        ),
        ("The method fails to improve transfer.", "none", "none"),
        ("BERT is outperformed by XLM.", "down", "down"),
        ("It negatively impacts transfer.", "down", "down"),
        ("It does not affect accuracy.", "none", "none"),
        ("It hurts parsing but improves tagging.", "mixed", "mixed"),
        ("It not only improves accuracy.", "up", "up"),
        ("The corpus has 300 documents.", "unknown", "unknown"),
    ],
)
def test_direction(sentence: str, surface: str, quality: str) -> None:
    reading = read(sentence)
    assert (reading.direction, reading.quality) == (surface, quality)
    assert all(sentence[cue.start : cue.end].lower() == cue.text for cue in reading.cues)


def test_lexical_cues_have_spans() -> None:
    sentence = "It may not always help."
    assert [cue.text for cue in hedges(sentence)] == ["may"]
    assert [cue.text for cue in quantifiers(sentence)] == ["always"]
    assert [sentence[cue.start : cue.end] for cue in negations(sentence)] == ["not"]
    assert not negations("It not only helps.")


def test_a_differing_number_conflicts_only_for_the_same_thing() -> None:
    claim = "Intermediate training on MNLI raises zero-shot XQuAD exact match by 4.2 points."
    same = "Zero-shot XQuAD exact match rises by 2.4 points with intermediate training on MNLI."
    (conflict,) = conflicts(claim, same)
    assert (conflict.claim.value, conflict.evidence.value) == (4.2, 2.4)
    assert conflicts(claim, same.replace("2.4", "4.2")) == ()
    assert conflicts(claim, same.replace("XQuAD", "TyDiQA")) == ()
    assert conflicts(claim, same.replace("2.4 points", "2.4 %")) == ()
    assert conflicts(claim, same.replace("by 2.4", "by up to 2.4")) == ()


def test_a_restated_number_needs_the_same_unit_and_subject() -> None:
    claim = "Intermediate training on MNLI raises zero-shot XQuAD exact match by 4.2 points."
    assert restated(
        claim, "The largest gain on XQuAD, 4.2 points of exact match, comes from intermediate training."
    )
    assert not restated(claim, "The largest gain on XQuAD, 4.2 %, comes from intermediate training.")
    assert not restated(claim, "Tokenisation costs 4.2 points on PAWS-X.")
    assert not restated("It helps.", "It helps.")


@pytest.mark.parametrize(
    ("statement", "quote", "word"),
    [
        ("It improves by 6.4 points.", "It improves by 5.4 points.", "number"),
        ("It improves by 5.4 points.", "It improves by 5.4 %.", "unit"),
        ("It improves transfer.", "It hurts transfer.", "direction"),
        ("Training transfers well to Swahili.", "Training does not transfer well to Swahili.", "negates"),
        ("The gain is not significant.", "The gain is significant.", "negates"),
    ],
)
def test_altered_statements_are_named(statement: str, quote: str, word: str) -> None:
    (found, *_) = alterations(statement, quote)
    assert word in found


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("The models of Phang et al. (2020) improve by 5.4 points.", "Our models improve by 5.4 points."),
        (
            "The approach does not hurt English.",
            "We find that the approach doesn't hurt English, and costs 3 hours.",
        ),
        ("It covers nine tasks.", "It covers 9 tasks."),
    ],
)
def test_faithful_statements_pass(statement: str, quote: str) -> None:
    assert alterations(statement, quote) == ()


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("We find that intermediate training improves transfer to other languages.", True),
        ("However, fine-tuning still requires task-specific training data.", True),
        ("Results on XNLI", True),
        ("Nous montrons que les résultats sont meilleurs dans toutes les langues du corpus.", False),
        ("In diesem Beitrag stellen wir ein neues Verfahren für den Transfer vor.", False),
        ("我们提出了一种新的方法来解决这个问题。", False),
        ("", False),
    ],
)
def test_language(text: str, english: bool) -> None:
    assert is_english(text) is english
