"""Which sentences become claims, and that each stands alone, whole and attributed."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_corpus import Build, build, paper, toolbox

from assignee.agents.extractor import Limits, extract
from assignee.agents.question import parse
from assignee.agents.wording_of_claims import attribute, statement
from assignee.claims import Claim, Kind
from assignee.tools.corpus import Corpus
from assignee.tools.text import sentences, stored

__all__ = ["build", "toolbox"]

QUESTION = parse("Does spaced practice improve vocabulary retention of pupils?")
FINDING = "Spaced practice improves vocabulary retention of pupils by 9 points."
PAPERS = (
    f"Pupils forget words. We ask how to space practice. {FINDING} The material is free to use.",
    "Vocabulary lessons are short. In eleven schools, spaced practice increased vocabulary retention of pupils. "
    "Teachers liked the plan.",
    "We test a common plan. Spaced practice did not improve vocabulary retention of pupils in two towns.",
    "Word lists are old. We find that massed practice lowers vocabulary retention of pupils after a month.",
)


def claims(corpus: Corpus, limits: Limits | None = None) -> list[Claim]:
    return extract(corpus, QUESTION, limits or Limits())


def test_findings_on_the_question_from_all_papers(build: Build) -> None:
    found = claims(build(*PAPERS))
    assert {claim.paper_id for claim in found} == {"A", "B", "C", "D"}
    assert [claim.id for claim in found] == [f"c{number}" for number in range(1, len(found) + 1)]
    quotes = " ".join(claim.quote for claim in found)
    for remark in ("forget words", "We ask", "free to use", "Teachers liked"):
        assert remark not in quotes


def test_every_quote_is_exact_and_ends_with_its_sentence(build: Build) -> None:
    corpus = build(*PAPERS)
    for claim in claims(corpus):
        text = corpus.text(claim.paper_id)
        assert text[claim.start : claim.end] == claim.quote == claim.statement
        assert claim.end in {end for _, end in sentences(text)}
        assert claim.text.startswith(corpus.papers[claim.paper_id].cite)
        assert claim.verbatim


def test_kinds_and_numbers_are_read(build: Build) -> None:
    by_paper = {claim.paper_id: claim for claim in claims(build(*PAPERS))}
    assert by_paper["C"].kind is Kind.NULL_RESULT
    assert by_paper["A"].kind in (Kind.FINDING, Kind.COMPARISON)
    assert [(item.value, item.unit) for item in by_paper["A"].quantities] == [(9.0, "points")]
    assert by_paper["B"].section == "Abstract"


def test_the_reporting_frame_is_left_outside_the_quote(build: Build) -> None:
    (claim,) = [claim for claim in claims(build(*PAPERS)) if claim.paper_id == "D"]
    assert claim.quote == "massed practice lowers vocabulary retention of pupils after a month."


def test_limits_hold(build: Build) -> None:
    many = " ".join(
        f"Spaced practice improves vocabulary retention of pupils of age {age} in {town}."
        for age, town in zip(range(8, 18), "Aa Bb Cc Dd Ee Ff Gg Hh Ii Jj".split(), strict=True)
    )
    corpus = build(many, *PAPERS[1:])
    assert len(claims(corpus, Limits(claims=2))) == 2
    shares = Counter(claim.paper_id for claim in claims(corpus))
    assert max(shares.values()) <= 0.4 * shares.total()
    assert max(shares.values()) <= Limits().per_paper
    assert Counter(claim.paper_id for claim in claims(corpus, Limits(per_paper=1))).most_common(1)[0][1] == 1


def test_the_same_sentence_of_two_papers_is_told_once(build: Build) -> None:
    found = claims(build(PAPERS[0], f"Another title. {FINDING}"))
    assert [claim.quote for claim in found].count(FINDING) == 1


def test_nothing_on_the_question_gives_no_claim(build: Build) -> None:
    assert claims(build("Steel rusts in salt water. Zinc coatings reduce rust by 40%.")) == []
    assert claims(build()) == []


def test_an_earlier_view_is_a_claim_only_where_a_finding_denies_it(build: Build) -> None:
    view = "Earlier work held that spaced practice improves vocabulary retention of pupils."
    denied = claims(
        build(f"{view} Spaced practice does not improve vocabulary retention of pupils.", *PAPERS)
    )
    views = [claim for claim in denied if claim.kind is Kind.BACKGROUND]
    assert [claim.quote for claim in views] == [view]
    assert "relates as an earlier view" in views[0].text
    assert len(views) <= 0.2 * len(denied)
    alone = claims(
        build(f"{view} We measured it again.", "Massed practice lowers vocabulary retention of pupils.")
    )
    assert not [claim for claim in alone if claim.kind is Kind.BACKGROUND]


def test_the_order_of_the_library_changes_no_claim(build: Build) -> None:
    one, other = claims(build(*PAPERS)), claims(build(*reversed(PAPERS)))
    assert sorted(claim.quote for claim in one) == sorted(claim.quote for claim in other)


@pytest.mark.parametrize(
    "sentence",
    [
        "It also improves recall in small classes of pupils.",
        "This improves recall in small classes of pupils.",
        "These gains are largest in small classes of pupils.",
        "For older pupils, it also outperforms massed practice.",
        "However, they improve recall in small classes.",
        "The former improves recall in small classes of pupils.",
        "Beyond that, longer gaps do not improve recall.",
    ],
)
def test_a_sentence_that_leans_on_another_is_no_claim(sentence: str) -> None:
    assert statement(sentence, 0, "") is None


@pytest.mark.parametrize(
    ("sentence", "text"),
    [
        (
            "We show that spaced practice improves recall of words.",
            "spaced practice improves recall of words.",
        ),
        (
            "In our trial, spaced practice improves recall of words.",
            "In [the authors’] trial, spaced practice improves recall of words.",
        ),
        (
            "Our method improves recall of words in schools.",
            "[The authors’] method improves recall of words in schools.",
        ),
    ],
)
def test_first_person_is_resolved_in_square_brackets(sentence: str, text: str) -> None:
    stated = statement(sentence, 7, "")
    assert stated is not None
    assert stated.text == text
    assert stated.end == 7 + len(sentence)


def test_a_method_is_called_by_its_name() -> None:
    abstract = "We propose SpaceNet, a plan for lessons. Our method improves recall of words in schools."
    stated = statement("Our method improves recall of words in schools.", 0, abstract)
    assert stated is not None
    assert stated.text == "[The authors’ SpaceNet] improves recall of words in schools."


def test_a_claim_says_who_reports_it() -> None:
    two = paper("A", authors=("Ada Lind", "Bo Vik"))
    assert attribute(two, "Naps “help”.", Kind.FINDING) == "Lind and Vik (2020) report: “Naps ‘help’.”"
    assert attribute(paper("A", authors=("Ada Lind",)), "Naps help.", Kind.FINDING).startswith(
        "Lind (2020) reports"
    )


@given(st.text(min_size=1, max_size=300).map(stored), st.integers(0, 50))
def test_what_a_sentence_states_lies_inside_it(sentence: str, start: int) -> None:
    stated = statement(sentence, start, sentence)
    if stated is not None:
        assert start <= stated.start <= stated.end == start + len(sentence)
