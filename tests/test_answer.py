"""The answer: a direction only from two independent works that name both sides, and gaps named before anything else is told."""

from __future__ import annotations

import pytest
from small_corpus import Build, build, checked, claim_on, toolbox

from assignee.agents.answer import answer
from assignee.agents.coverage import gaps
from assignee.agents.question import parse
from assignee.claims import Answer, AnswerStrength, CheckedClaim, Direction, Outcome
from assignee.tools.corpus import Corpus

__all__ = ["build", "toolbox"]

ASKED = "Does spaced practice improve vocabulary retention?"
YES = "Spaced practice improves vocabulary retention by 9 points."
YES_TOO = "Vocabulary retention is improved by spaced practice in eleven schools."
NO = "Spaced practice does not improve vocabulary retention."
WORSE = "Spaced practice lowers vocabulary retention."
HALF = "Spaced practice takes less time than massed practice."

COMPARED = "Is spaced practice better than massed practice for vocabulary retention?"
FIRST = "Spaced practice outperforms massed practice in vocabulary retention."
SECOND = "Massed practice outperforms spaced practice in vocabulary retention."
EQUAL = "There is no difference between spaced practice and massed practice in vocabulary retention."


def claims(corpus: Corpus, outcome: Outcome = Outcome.QUOTED) -> list[CheckedClaim]:
    """The first sentence of each paper, as a claim."""
    return [
        checked(claim_on(corpus, corpus.of(name)[0].text, name, id=f"c{number}"), outcome)
        for number, name in enumerate(corpus.papers, start=1)
    ]


def asked(question: str, corpus: Corpus, outcome: Outcome = Outcome.QUOTED) -> Answer:
    return answer(parse(question), claims(corpus, outcome), corpus)


@pytest.mark.parametrize(
    ("question", "texts", "direction"),
    [
        (ASKED, [YES, YES_TOO], "yes"),
        (ASKED, [NO, WORSE], "no"),
        (ASKED, [YES, NO], "mixed"),
        (ASKED, [YES, YES_TOO, WORSE], "mixed"),
        (ASKED, [YES], "undetermined"),
        (ASKED, [YES, HALF], "undetermined"),
        ("Does spaced practice reduce forgetting?", ["Spaced practice reduces forgetting."] * 2, "yes"),
        (COMPARED, [FIRST, FIRST.replace(" in", " clearly in")], "first"),
        (COMPARED, [SECOND, SECOND.replace(" in", " clearly in")], "second"),
        (COMPARED, [EQUAL, EQUAL.replace("no", "no significant")], "no_difference"),
        (COMPARED, [FIRST, SECOND], "mixed"),
        (COMPARED, [FIRST, YES], "undetermined"),
        ("How do pupils learn vocabulary?", [YES, YES_TOO], "undetermined"),
    ],
)
def test_which_way(build: Build, question: str, texts: list[str], direction: str) -> None:
    assert asked(question, build(*texts)).direction == direction


def test_two_works_that_agree_are_consistent_and_named(build: Build) -> None:
    corpus = build(YES, YES_TOO)
    given = asked(ASKED, corpus)
    assert (given.strength, given.independent_works) == (AnswerStrength.SEVERAL_CONSISTENT, 2)
    assert given.claim_ids == ("c1", "c2")
    assert all(paper.cite in given.text for paper in corpus.papers.values())
    assert given.text.startswith("Yes")
    assert given.not_covered == ()


def test_many_works_of_one_group_are_one(build: Build) -> None:
    group = {"authors": ("Ada Alund", "Bo Vik")}
    given = asked(ASKED, build(YES, YES_TOO, B=group))
    assert (given.direction, given.independent_works) == (Direction.UNDETERMINED, 1)
    assert given.strength is AnswerStrength.SINGLE_WORK


def test_votes_are_not_counted(build: Build) -> None:
    given = asked(ASKED, build(YES, YES_TOO, YES, YES_TOO, NO))
    assert (given.direction, given.strength) == (Direction.MIXED, AnswerStrength.SEVERAL_INCONSISTENT)
    assert "disagree" in given.text


@pytest.mark.parametrize("outcome", [Outcome.UNSUPPORTED, Outcome.REFUTED, Outcome.NOT_ADJUDICATED])
def test_claims_that_failed_carry_no_answer(build: Build, outcome: Outcome) -> None:
    given = asked(ASKED, build(YES, YES_TOO), outcome)
    assert (given.direction, given.strength, given.claim_ids) == (
        Direction.UNDETERMINED,
        AnswerStrength.NONE,
        (),
    )


def test_a_near_miss_is_undetermined_and_leads_with_the_gap(build: Build) -> None:
    given = asked("Does spaced practice improve vocabulary retention of sign languages?", build(YES, YES_TOO))
    assert given.direction is Direction.UNDETERMINED
    assert given.not_covered == ("sign languages",)
    # One plain sentence first, then what is not covered.
    first, second, *_ = given.text.split(". ")
    assert first.endswith("lies partly outside the included papers")
    assert second == "No included paper mentions sign languages"


def test_a_benchmark_is_not_covered_by_its_namesake(build: Build) -> None:
    given = asked(
        "Does spaced practice improve vocabulary retention on XTREME-R?",
        build(f"{YES} We test on XTREME.", f"{YES_TOO} We test on XTREME."),
    )
    assert "XTREME-R" in given.not_covered
    assert given.direction is Direction.UNDETERMINED


def test_what_is_mentioned_only_apart_from_the_subject_is_a_gap(build: Build) -> None:
    question = parse("Does spaced practice help sign languages?")
    (gap,) = gaps(question, build(YES, "Sign languages have a grammar of their own."))
    assert gap.phrase == "sign languages"
    assert "spaced practice" in gap.sentence
    assert not gaps(question, build(f"{YES} It was tried with sign languages."))


def test_nothing_that_compares_them_is_said(build: Build) -> None:
    given = asked(COMPARED, build("Spaced practice takes time.", "Massed practice is dull for pupils."))
    assert given.direction is Direction.UNDETERMINED
    assert "no included paper compares them directly" in given.text
    assert given.strength is AnswerStrength.NONE
    # The nearest claims are shown, and are said to be no more than that.
    assert "Nearest" in given.text
    assert set(given.claim_ids) <= {"c1", "c2"}


@pytest.mark.parametrize("question", [ASKED, COMPARED, "How do pupils learn vocabulary?"])
@pytest.mark.parametrize("texts", [[YES, NO], [YES, YES_TOO], [FIRST, EQUAL], [HALF]])
def test_the_text_names_what_the_answer_rests_on(build: Build, question: str, texts: list[str]) -> None:
    corpus = build(*texts)
    given = asked(question, corpus)
    assert given.text.endswith(".")
    assert all(f"[{name}]" in given.text for name in given.claim_ids)
    # In our own words: no sentence of a source stands in it.
    assert not any(text[:-1] in given.text for text in texts)


# What the answer gets wrong today. Strict: one that is mended must leave this list.
_BESIDE = (
    (
        "Does vitamin D reduce falls in older adults?",
        ["Vitamin D reduces falls in children.", "In children, vitamin D reduces falls by half."],
        "Vitamin D was also given to older adults. Their falls were not counted.",
        "another population",
    ),
    (
        "Does aspirin reduce the risk of stroke?",
        ["Aspirin reduces the risk of bleeding.", "Aspirin lowers the risk of bleeding in women."],
        "Aspirin is often given after a stroke. Its dose varies.",
        "another outcome",
    ),
    (
        "Does spaced practice improve delayed vocabulary retention of adults?",
        ["Spaced practice improves vocabulary retention of pupils.", YES_TOO],
        "Spaced practice was tried with adults. Delayed vocabulary retention was not tested.",
        "another population",
    ),
)


@pytest.mark.parametrize(("question", "texts", "mention", "why"), _BESIDE)
def test_findings_on_something_else_give_no_direction(
    build: Build, question: str, texts: list[str], mention: str, why: str
) -> None:
    # The third paper mentions what was asked about, so that it is no gap of the library as a whole.
    assert asked(question, build(*texts, mention)).direction is Direction.UNDETERMINED, why


def test_only_works_that_say_which_way_agree(build: Build) -> None:
    corpus = build(YES, YES_TOO, "Spaced practice and vocabulary retention were measured in three towns.")
    assert corpus.papers["C"].cite not in asked(ASKED, corpus).text.split("agree", 1)[1]


def test_what_the_effect_is_has_no_yes_or_no(build: Build) -> None:
    corpus = build("Sleep loss increases errors of nurses.", "Sleep loss raises errors of nurses by a third.")
    assert (
        asked("What is the effect of sleep loss on errors of nurses?", corpus).direction is not Direction.NO
    )


def test_a_question_that_is_not_understood_leaves_no_hole_in_the_text(build: Build) -> None:
    given = asked(
        "Is aspirin associated with fewer strokes than warfarin?", build("Aspirin leads to fewer strokes.")
    )
    assert " and ." not in given.text
