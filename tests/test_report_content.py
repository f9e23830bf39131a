"""What the report says beside its records: settings of two sides, figures with their protocols, what would change the answer."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_corpus import Build, build, checked, claim_on, evidence_on, toolbox, verdict

from assignee.agents.number_table import number_table
from assignee.agents.protocol import FIELDS, compare, protocol
from assignee.agents.question import parse
from assignee.agents.settings_table import settings_lines, settings_told
from assignee.agents.would_change import would_change
from assignee.claims import (
    Answer,
    AnswerStrength,
    Basis,
    CheckedClaim,
    Claim,
    Direction,
    Kind,
    Outcome,
    Paper,
    Stance,
)

__all__ = ["build", "toolbox"]


@pytest.mark.parametrize(
    ("text", "field", "values"),
    [
        ("It raises F1 on SQuAD 2.0 question answering.", "task", ("question answering",)),
        ("It raises F1 on SQuAD 2.0 question answering.", "data", ("SQuAD 2.0",)),
        ("It raises F1 on SQuAD 2.0 question answering.", "measure", ("F1",)),
        ("We test on XTREME-R.", "data", ("XTREME-R",)),
        ("On the Blue Whale benchmark accuracy falls.", "data", ("Blue Whale",)),
        ("Our benchmark is new.", "data", ()),
        ("Gains hold for Swahili and eleven languages.", "language", ("Swahili", "eleven languages")),
        ("Gains hold for typologically similar languages.", "language", ("typologically similar languages",)),
        ("Polish the results.", "language", ("Polish",)),  # word lists know no context
        ("With mBERT and RoBERTa-large it works.", "model", ("mBERT", "RoBERTa-large")),
        ("The score rises 5.4 points above XLM-R Large.", "model", ()),
        ("The score rises 5.4 points above XLM-R Large.", "baseline", ("XLM-R Large",)),
        ("It beats BERT by 3 points over the previous best system.", "baseline", ("the previous best system",)),
        ("Gains exceed more than 20% over two years.", "baseline", ()),
        ("Mortality fell in older adults with diabetes.", "population", ("older adults with diabetes",)),
        ("Mortality fell in older adults with diabetes.", "measure", ("Mortality",)),
        ("Vitamin D, palm oil and laser light help the transformer.", "model", ("transformer",)),
        ("wav2vec 2.0 improves speech recognition in Welsh.", "model", ("wav2vec 2.0",)),
        ("Costs differ.", "task", ()),
    ],
)  # fmt: skip
def test_what_a_sentence_names(text: str, field: str, values: tuple[str, ...]) -> None:
    assert protocol(text).of(field) == values


@given(st.text(max_size=120))
def test_every_value_is_a_stretch_of_the_sentence(text: str) -> None:
    told = protocol(text)
    for field in FIELDS:
        assert all(value in text for value in told.of(field))


@pytest.mark.parametrize(
    ("one", "other", "relation"),
    [
        ("It was tested on XTREME.", "Results on XTREME are better.", "same"),
        ("It was tested on XTREME.", "It was tested on XTREME-R.", "differs"),
        ("It was tested on XTREME.", "It was tested on XTREME and XNLI.", "differs"),
        ("It was tested on XTREME.", "It was tested.", "one side only"),
        ("It was tested.", "It was not.", ""),
    ],
)
def test_two_sides_agree_only_where_both_name_the_same(one: str, other: str, relation: str) -> None:
    assert compare("data", protocol(one), protocol(other)) == relation
    assert compare("data", protocol(other), protocol(one)) == relation


def test_settings_are_told_in_the_words_of_the_quotes() -> None:
    rows = settings_lines("Swahili gains 3 BLEU with mBART.", "Finnish loses 1 BLEU.")
    assert [(row["field"], row["relation"]) for row in rows] == [
        ("language", "differs"), ("model", "one side only"), ("measure", "same"),
    ]  # fmt: skip
    assert settings_told(rows) == (
        "language: “Swahili” against “Finnish”; model: “mBART” against not named; measure: the same, “BLEU”"
    )
    assert settings_told([]) == "neither quote names a task, data, a language or a model"


# --- figures ----------------------------------------------------------------------------------------------------

BASE = "Spaced practice improves translation accuracy on XNLI by 4 points over massed practice."


def claim(number: int, quote: str, paper: str = "", outcome: Outcome = Outcome.QUOTED) -> CheckedClaim:
    made = Claim(
        id=f"c{number}", text=quote, statement=quote, quote=quote, paper_id=paper or f"p{number}", section="", start=0,
        end=len(quote), kind=Kind.FINDING,
    )  # fmt: skip
    return CheckedClaim(claim=made, verdicts=(), outcome=outcome, confidence=None, why="")


def row(*quotes: str, works: dict[str, str] | None = None) -> dict[str, Any]:
    claims = [claim(number, quote) for number, quote in enumerate(quotes, start=1)]
    table = number_table(claims, works or {item.claim.paper_id: item.claim.paper_id for item in claims})
    return table[0]


def test_figures_of_one_protocol_are_comparable() -> None:
    found = row(BASE, BASE.replace("4 points", "6 points"))
    assert (found["figure"], found["role"], found["comparable_with"], found["why"]) == (
        "4 points",
        "change",
        ["c2"],
        "",
    )
    assert (found["measure"], found["data"], found["baseline"]) == (
        ["accuracy"],
        ["XNLI"],
        ["massed practice"],
    )


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("4 points", "6%"), "other units"),
        (("by 4 points over", "to 40 points over"), "a change against a level"),
        (("accuracy", "F1"), "measure differs"),
        (("accuracy", "quality"), "measure named by one side only"),
        (("XNLI", "PAWS-X"), "data differs"),
        ((" on XNLI", ""), "data named by one side only"),
        (("XNLI", "XNLI in Swahili"), "language named by one side only"),
        (("XNLI", "XNLI with mBERT"), "model named by one side only"),
        (("massed practice", "cramming before tests"), "baseline differs"),
        ((" over massed practice", ""), "baseline named by one side only"),
        (("Spaced practice", "Sleeping longer"), "the findings are not comparable"),
        (("XNLI", "XNLI and MLQA"), "data differs"),
    ],
)
def test_one_field_apart_is_not_comparable(change: tuple[str, str], why: str) -> None:
    other = BASE.replace(*change)
    assert other != BASE
    found = row(BASE, other.replace("4", "6"))
    assert (found["comparable_with"], found["why"]) == ([], why)


def test_what_neither_names_is_not_taken_for_the_same() -> None:
    silent = BASE.replace(" on XNLI", "")
    found = row(silent, silent.replace("4", "6"))
    assert (found["comparable_with"], found["why"]) == ([], "data named by neither")


def test_where_a_quote_names_two_of_a_kind_nobody_knows_which_the_figure_is_of() -> None:
    two = BASE.replace("XNLI", "XNLI and MLQA")
    found = row(two, two.replace("4", "6"))
    assert (found["comparable_with"], found["why"]) == (
        [],
        "data: several named, and not which the figure is of",
    )


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("It shows a 5.4 point improvement on XNLI.", "change"),
        ("It gains 5.4 points on XNLI.", "change"),
        ("It improves recall by 5.4 points on XNLI.", "change"),
        ("It improves recall to 54 points on XNLI.", "level"),
        ("It achieves about 54% on XNLI.", "level"),
    ],
)
def test_a_change_is_told_from_a_level(text: str, role: str) -> None:
    assert row(text)["role"] == role


def test_two_versions_of_a_work_and_a_failed_claim_compare_with_nothing() -> None:
    assert row(BASE, BASE, works={"p1": "w", "p2": "w"})["why"] == "no other work gives a figure"
    table = number_table([claim(1, BASE), claim(2, BASE, outcome=Outcome.REFUTED)], {"p1": "p1", "p2": "p2"})
    assert [(item["claim_id"], item["comparable_with"]) for item in table] == [("c1", [])]


def test_counts_years_and_p_values_are_no_figures() -> None:
    assert number_table([claim(1, "In 2020, nine tasks gained (p < 0.05) in accuracy at rank 20.")], {}) == []


@given(
    st.lists(
        st.sampled_from([BASE, BASE.replace("4", "9"), BASE.replace("XNLI", "MLQA"), "It gains 3 points."]),
        max_size=5,
    )
)
def test_comparing_is_mutual(quotes: list[str]) -> None:
    claims = [claim(number, quote) for number, quote in enumerate(quotes, start=1)]
    table = number_table(claims, {item.claim.paper_id: item.claim.paper_id for item in claims})
    told = {item["claim_id"]: set(item["comparable_with"]) for item in table}
    assert all(name in told[other] for name, others in told.items() for other in others)
    assert all(bool(item["why"]) != bool(item["comparable_with"]) for item in table)


# --- what would change the answer -------------------------------------------------------------------------------

ASKED = parse("Does spaced practice improve vocabulary retention?")


def given_answer(**fields: Any) -> Answer:
    base = {
        "text": "", "direction": Direction.UNDETERMINED, "strength": AnswerStrength.NONE, "independent_works": 0,
        "not_covered": (), "claim_ids": (),
    }  # fmt: skip
    return Answer(**(base | fields))


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"not_covered": ("sign languages",)}, "Results on sign languages: no included paper on the subject mentions it."),
        ({}, "Two independent works that report a result naming spaced practice and vocabulary retention; there is none now."),
        (
            {"strength": AnswerStrength.SINGLE_WORK},
            "A second, independent work that reports a result naming spaced practice and vocabulary retention.",
        ),
        (
            {"strength": AnswerStrength.SEVERAL_INCONSISTENT},
            "Works that name spaced practice and vocabulary retention and say which way the effect goes.",
        ),
        (
            {"direction": Direction.YES, "strength": AnswerStrength.SEVERAL_CONSISTENT},
            "A comparable, independent finding to the contrary: the direction would become “mixed”.",
        ),
        (
            {"direction": Direction.MIXED, "claim_ids": ("c1", "c2")},
            "A work that tests it under one protocol: the works that disagree do not all name the same data and language.",
        ),
        ({"direction": Direction.MIXED, "claim_ids": ("c3",)}, "the works that disagree name no setting to tell them apart."),
    ],
)  # fmt: skip
def test_what_would_change_it(fields: dict[str, Any], told: str) -> None:
    claims = [claim(1, "It helps on XNLI."), claim(2, "It hurts in Swahili."), claim(3, "It helps.")]
    assert would_change(ASKED, given_answer(**fields), (), claims)[0].endswith(told)


def test_what_was_read_in_part_is_named_and_something_is_always_said() -> None:
    papers = [
        Paper(id="a", title="A", included=True),
        Paper(id="b", title="B", included=True, basis=Basis.FULL_TEXT),
    ]
    lines = would_change(ASKED, given_answer(), papers, ())
    assert (
        lines[-1] == "The full texts of one included paper, of which only an abstract or a digest was read."
    )
    assert would_change(parse("How do pupils learn?"), given_answer(), (), ()) == [
        "A search that returns papers on the question."
    ]


def test_both_sides_and_their_settings_reach_the_sections(build: Build) -> None:
    from test_writer import drafted

    yes = "Spaced practice improves recall on XNLI."
    no = "Spaced practice lowers recall on XNLI in Swahili."
    corpus = build(yes, no)
    against = evidence_on(corpus, no, "B", Stance.CONTRADICT)
    item = checked(
        claim_on(corpus, yes), Outcome.CONTESTED, verdict("corroboration", Stance.CONTRADICT, [against])
    )
    (entry,) = drafted(corpus, [item]).sections["contradictions"]
    (side,) = entry["against"]
    assert [(line["field"], line["relation"]) for line in side["settings"]] == [
        ("data", "same"), ("language", "one side only"), ("measure", "same"),
    ]  # fmt: skip
    assert entry["settings"].startswith("data: the same, “XNLI”; language: not named against “Swahili”")
