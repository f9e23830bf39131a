"""The draft report: counts from the records, our own words outside quotation marks, whole sentences."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from small_corpus import Build, build, checked, claim_on, evidence_on, paper, toolbox, verdict

from assignee.agents.writer import EMBEDDED_LIMITS, write
from assignee.claims import (
    Basis,
    CheckedClaim,
    Decided,
    Direction,
    Flow,
    Kind,
    Outcome,
    Paper,
    Report,
    RunManifest,
    Stance,
    Status,
)
from assignee.settings import ReviewRequest
from assignee.tools.corpus import Corpus

__all__ = ["build", "toolbox"]

QUESTION = "Does spaced practice improve vocabulary retention of pupils?"
YES = "Spaced practice improves vocabulary retention of pupils by 9 points."
TOO = "In eleven schools, spaced practice increased vocabulary retention of pupils."
NO = "Spaced practice does not improve vocabulary retention of pupils."
FIELD = "Teachers in two towns liked the plan."
TEXTS = (YES, TOO, NO, FIELD)
MANIFEST = RunManifest(engine="embedded", date="2026-11-20")


def flow_of(papers: list[Paper], duplicates: int = 0) -> Flow:
    included = sum(item.included for item in papers)
    return Flow(
        identified=len(papers) + duplicates,
        duplicates=duplicates,
        screened=len(papers),
        excluded=len(papers) - included,
        included=included,
    )


def drafted(
    corpus: Corpus,
    claims: list[CheckedClaim],
    question: str = QUESTION,
    excluded: int = 3,
    duplicates: int = 0,
) -> Report:
    papers = [*corpus.papers.values()]
    papers += [paper(f"X{number}", included=False, reason="off topic") for number in range(excluded)]
    request = ReviewRequest(question=question, sources=("library",), date="2026-11-20")
    return write(request, papers, claims, flow_of(papers, duplicates), MANIFEST, corpus, EMBEDDED_LIMITS)


def claims_on(corpus: Corpus) -> list[CheckedClaim]:
    """A contested claim with support and contradiction, a corroborated one, a quoted one."""
    backing = evidence_on(corpus, TOO, "B", Stance.SUPPORT, independent=True)
    against = evidence_on(corpus, NO, "C", Stance.CONTRADICT, independent=True)
    agrees = evidence_on(corpus, YES, "A", Stance.SUPPORT, independent=True)
    found = [
        checked(
            claim_on(corpus, YES),
            Outcome.CONTESTED,
            verdict("corroboration", Stance.CONTRADICT, [backing, against]),
        ),
        checked(
            claim_on(corpus, TOO, "B", id="c2"),
            Outcome.CORROBORATED,
            verdict("corroboration", Stance.SUPPORT, [agrees]),
        ),
        checked(
            claim_on(corpus, NO, "C", id="c3", kind=Kind.NULL_RESULT),
            Outcome.QUOTED,
            verdict("corroboration", Stance.NEUTRAL, reason="not comparable: different pupils"),
        ),
    ]
    return [replace(item, examined=item.claim.id != "c3") for item in found]


def test_every_number_of_the_abstract_is_one_of_the_records(build: Build) -> None:
    corpus = build(*TEXTS)
    report = drafted(corpus, claims_on(corpus), duplicates=2)
    told = report.abstract
    assert "identified 9 records; 2 duplicates were folded, 7 papers were screened and 4 included" in told
    assert "3 claims from 3 papers were extracted" in told
    assert "2 could be examined against other works" in told
    assert "1 corroborated, 1 quoted, 1 contested" in told
    assert report.headline.to_dict() == {"claims": 3, "quoted": 3, "examined": 2, "corroborated": 1}
    numbers = {int(number) for number in re.findall(r"\d+", told.replace(QUESTION, ""))}
    assert numbers <= {9, 2, 7, 4, 3, 1}
    assert report.status is Status.COMPLETE
    assert report.title.endswith("evidence from 4 included papers")


def test_one_of_a_thing_is_written_in_the_singular(build: Build) -> None:
    corpus = build(YES)
    report = drafted(corpus, [checked(claim_on(corpus, YES))], excluded=0, duplicates=1)
    assert "one duplicate was folded, one paper was screened and 1 included" in report.abstract
    assert "One claim from one paper was extracted" in report.abstract
    assert report.title.endswith("evidence from one included paper")


def test_agreements_and_contradictions_come_from_the_evidence(build: Build) -> None:
    corpus = build(*TEXTS)
    sections = drafted(corpus, claims_on(corpus)).sections
    assert [(entry["claim_id"], entry["paper_ids"]) for entry in sections["agreements"]] == [
        ("c1", ["B"]),
        ("c2", ["A"]),
    ]
    (against,) = sections["contradictions"]
    assert against["claim_id"] == "c1"
    (side,) = against["against"]
    assert (side["paper_id"], side["quote"]) == ("C", NO)
    assert corpus.text("C")[side["start"] : side["end"]] == NO
    assert corpus.papers["C"].cite in against["text"]
    (near_miss,) = sections["not_comparable"]
    assert "c3" in near_miss
    assert "different pupils" in near_miss.casefold()


def test_support_of_the_same_group_is_no_agreement(build: Build) -> None:
    corpus = build(YES, TOO)
    same = evidence_on(corpus, TOO, "B", Stance.SUPPORT, independent=False)
    claim = checked(claim_on(corpus, YES), Outcome.QUOTED, verdict("corroboration", Stance.NEUTRAL, [same]))
    assert drafted(corpus, [claim]).sections["agreements"] == []


def test_every_claim_stands_under_one_heading(build: Build) -> None:
    corpus = build(*TEXTS)
    claims = [*claims_on(corpus), checked(claim_on(corpus, FIELD, "D", id="c4"))]
    themes = drafted(corpus, claims).sections["themes"]
    assert sorted(name for theme in themes for name in theme["claim_ids"]) == ["c1", "c2", "c3", "c4"]
    assert themes[-1] == {"heading": "Related findings", "claim_ids": ["c4"]}


def test_what_was_read_only_in_part_is_said(build: Build) -> None:
    corpus = build(*TEXTS, B={"basis": Basis.DIGEST}, C={"basis": Basis.FULL_TEXT})
    limits = drafted(corpus, claims_on(corpus)).sections["limitations_evidence"]
    assert "Of 2 included papers only the abstract was read." in limits
    assert any("one included paper only a digest written by others was read" in line for line in limits)
    assert "From one included paper no finding on the question was extracted." in limits


def test_what_the_embedded_engine_cannot_do_is_said(build: Build) -> None:
    corpus = build(*TEXTS)
    told = " ".join(drafted(corpus, claims_on(corpus)).sections["limitations_process"])
    for word in ("paraphrase", "tables", "English", "checklists"):
        assert word in told


@pytest.mark.parametrize(
    ("included", "why"), [(0, "screened, none of them on the subject"), (1, "holds a finding")]
)
def test_no_claim_is_no_evidence_and_nothing_is_invented(build: Build, included: int, why: str) -> None:
    corpus = build(*[FIELD] * included)
    report = drafted(corpus, [], excluded=2)
    assert report.status is Status.NO_EVIDENCE
    assert report.answer.direction is Direction.UNDETERMINED
    assert report.answer.text.startswith("No paper found answers this.")
    assert why in report.answer.text
    assert report.answer.claim_ids == ()
    assert "no claim is made" in report.abstract
    assert report.claims == ()


def test_nothing_found_at_all_is_said(build: Build) -> None:
    report = drafted(build(), [], excluded=0)
    assert "The search returned no paper." in report.answer.text


def test_a_draft_is_not_a_decision(build: Build) -> None:
    corpus = build(*TEXTS)
    report = drafted(corpus, claims_on(corpus))
    assert report.reviews == ()
    assert report.decision.decision is Decided.REVISE
    assert report.decision.score is None


@pytest.mark.parametrize(
    ("question", "title"),
    [
        (
            "Is spaced practice better than massed practice for recall?",
            "Spaced practice and massed practice compared",
        ),
        (QUESTION, "Spaced practice and vocabulary retention"),
        ("How do pupils learn words?", "How do pupils learn words"),
    ],
)
def test_titles_are_ours_and_whole(build: Build, question: str, title: str) -> None:
    corpus = build(*TEXTS)
    assert drafted(corpus, claims_on(corpus), question).title.startswith(f"{title}: evidence from")


@pytest.mark.parametrize(
    "question", [QUESTION, "How do pupils learn words", "Spaced practice versus massed practice"]
)
def test_prose_is_whole_sentences_and_no_sentence_of_a_source(build: Build, question: str) -> None:
    corpus = build(*TEXTS)
    report = drafted(corpus, claims_on(corpus), question)
    for text in (report.abstract, report.answer.text, *report.sections["limitations_evidence"]):
        assert re.search(r"[.!?]$", text)
        assert "  " not in text
        assert not any(source[:-1] in text for source in TEXTS)
    assert f"“{question}”" in report.abstract
    assert f"“{question}”" in report.sections["introduction"]


def test_the_same_records_give_the_same_draft(build: Build) -> None:
    corpus = build(*TEXTS)
    assert drafted(corpus, claims_on(corpus)) == drafted(corpus, claims_on(corpus))
