"""The seat that asks the other works: who counts as another work, and what it may cite."""

from __future__ import annotations

import pytest
from small_corpus import Build, build, claim_on, toolbox

from assignee.agents.corroboration import Corroboration
from assignee.agents.independence import independent, works
from assignee.claims import Claim, Stance, Verdict
from assignee.tools.corpus import Corpus

__all__ = ["build", "toolbox"]

YES = "Spaced practice improves vocabulary retention of pupils by 9 points."
AGREES = "In eleven schools, spaced practice increased vocabulary retention of pupils by 7 points."
DENIES = "Spaced practice does not improve vocabulary retention of pupils."
OTHER = "Sleep deprivation lowers reading speed of nurses."
REMARK = "Previous work has shown that spaced practice improves vocabulary retention of pupils."
AIM = "We ask whether spaced practice improves vocabulary retention of pupils."


def one(corpus: Corpus, claim: Claim | None = None) -> Verdict:
    (found,) = Corroboration().check([claim or claim_on(corpus, YES)], corpus)
    return found


def test_an_independent_work_that_agrees_supports(build: Build) -> None:
    corpus = build(YES, AGREES)
    verdict = one(corpus)
    assert verdict.stance is Stance.SUPPORT
    (item,) = verdict.evidence
    assert (item.paper_id, item.independent, item.stance) == ("B", True, Stance.SUPPORT)
    assert corpus.text("B")[item.start : item.end] == item.quote == AGREES
    assert corpus.papers["B"].cite in verdict.reason


def test_a_work_that_denies_it_contradicts(build: Build) -> None:
    corpus = build(YES, DENIES)
    assert one(corpus).stance is Stance.CONTRADICT
    (item,) = one(corpus).evidence
    assert (item.paper_id, item.stance) == ("B", Stance.CONTRADICT)


def test_both_sides_are_cited_and_contradiction_leads(build: Build) -> None:
    verdict = one(build(YES, AGREES, DENIES))
    assert verdict.stance is Stance.CONTRADICT
    assert {item.paper_id: item.stance for item in verdict.evidence} == {
        "B": Stance.SUPPORT,
        "C": Stance.CONTRADICT,
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"authors": ("Ada Alund",)},
        {"authors": ("Berta Stone", "A. Alund")},
        {"authors": ("Alund, Ada",)},
        {"work_id": "A"},
        {"authors": ()},
    ],
    ids=["same", "one-shared", "family-first", "a-version", "unknown"],
)
def test_agreement_that_is_not_independent_counts_for_nothing(
    build: Build, changes: dict[str, object]
) -> None:
    verdict = one(build(YES, AGREES, B=changes))
    assert verdict.stance is Stance.NEUTRAL
    assert not any(item.independent for item in verdict.evidence)
    assert "same group" in verdict.reason


def test_a_group_that_contradicts_itself_contradicts(build: Build) -> None:
    assert one(build(YES, DENIES, B={"authors": ("Ada Alund",)})).stance is Stance.CONTRADICT


@pytest.mark.parametrize("sentence", [OTHER, REMARK, AIM, "The schools were in two towns of the north."])
def test_what_is_no_finding_on_the_matter_is_not_cited(build: Build, sentence: str) -> None:
    verdict = one(build(YES, sentence))
    assert (verdict.stance, verdict.evidence) == (Stance.NEUTRAL, ())
    assert verdict.reason


def test_the_claims_own_paper_is_never_looked_at(build: Build) -> None:
    verdict = one(build(f"{YES} {DENIES} {AGREES}"))
    assert (verdict.stance, verdict.evidence) == (Stance.NEUTRAL, ())


@pytest.mark.parametrize("change", [{"included": False}, {"retracted": True}])
def test_an_excluded_or_retracted_paper_is_never_cited(build: Build, change: dict[str, object]) -> None:
    assert one(build(YES, AGREES, B=change)).evidence == ()


def test_a_verdict_does_not_depend_on_the_other_claims_of_its_batch(build: Build) -> None:
    corpus = build(f"{YES} {OTHER}", AGREES, DENIES)
    claims = [claim_on(corpus, YES), claim_on(corpus, OTHER, id="c2"), claim_on(corpus, AGREES, "B", id="c3")]
    together = Corroboration().check(claims, corpus)
    assert together == [one(corpus, claim) for claim in claims]
    assert Corroboration().check([], corpus) == []


def test_one_paper_is_cited_once_a_side(build: Build) -> None:
    verdict = one(build(YES, f"{AGREES} {YES.replace('9', '8')}"))
    assert [item.paper_id for item in verdict.evidence] == ["B"]


def test_works_are_groups_without_a_shared_author(build: Build) -> None:
    corpus = build(
        YES, AGREES, DENIES, OTHER, B={"authors": ("Ada Alund", "Bo Vik")}, C={"authors": ("B. Vik",)}
    )
    papers = corpus.papers
    assert not independent(papers["A"], papers["B"])
    assert independent(papers["A"], papers["C"])
    assert independent(papers["A"], papers["D"])
    # A and C share no author, but both share one with B: one group, whatever the order.
    assert works(papers.values()) == works(reversed(list(papers.values()))) == 2
    assert works([]) == 0
