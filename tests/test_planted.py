"""The planted libraries, each through a whole review: the outcome it was built for, and what holds of any report."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from planted import CASES, DOMAINS, INJECTION, PlantedCase, case, write
from report_invariants import holds

import assignee
from assignee.claims import Outcome, Report, Stance

DATE = "2026-11-20"

Review = Callable[[PlantedCase], Report]


@pytest.fixture(scope="module")
def review(tmp_path_factory: pytest.TempPathFactory) -> Review:
    """A planted case's report; each is made once."""
    folder = tmp_path_factory.mktemp("planted")
    known = {planted.name: planted for planted in CASES}

    @cache
    def by_name(name: str) -> Report:
        planted = known[name]
        return assignee.review(planted.question, write(planted, folder), engine="embedded", date=DATE)

    return lambda planted: by_name(planted.name)


def _of(name: str) -> list[PlantedCase]:
    return [case(f"{domain}-{name}") for domain in DOMAINS]


@pytest.mark.parametrize("planted", CASES, ids=lambda planted: planted.name)
def test_the_planted_finding_gets_its_outcome(planted: PlantedCase, review: Review) -> None:
    report = review(planted)
    assert report.status == "complete"
    for finding, allowed in planted.expected.items():
        outcomes = [str(item.outcome) for item in report.claims if finding in item.claim.quote]
        assert len(outcomes) == 1, finding
        assert outcomes[0] in allowed, finding


@pytest.mark.parametrize("planted", CASES, ids=lambda planted: planted.name)
def test_what_holds_of_every_report(planted: PlantedCase, review: Review) -> None:
    report = review(planted)
    holds(report, {record["id"]: record for record in planted.records})
    assert report.flow.duplicates == planted.duplicates


@pytest.mark.parametrize("planted", CASES, ids=lambda planted: planted.name)
def test_companions_that_say_nothing_alike_are_never_voiced(planted: PlantedCase, review: Review) -> None:
    # Also where the expected outcome is missed: silence is allowed there, the wrong side never.
    wrong = {"support": {Stance.CONTRADICT}, "contradict": {Stance.SUPPORT}, "neutral": set(Stance)}
    if planted.name.endswith("both-sides"):
        return
    never = wrong[planted.relation] - {Stance.NEUTRAL, Stance.NOT_ADJUDICATED}
    for checked in review(planted).claims:
        for verdict in checked.verdicts:
            across = [item for item in verdict.evidence if item.paper_id != checked.claim.paper_id]
            assert not [item for item in across if item.stance in never], checked.claim.quote


@pytest.mark.parametrize("planted", _of("version"), ids=lambda planted: planted.name)
def test_a_second_version_is_folded_and_corroborates_nothing(planted: PlantedCase, review: Review) -> None:
    report = review(planted)
    (paper,) = report.papers
    assert {paper.id, *paper.versions} == {record["id"] for record in planted.records}
    assert report.flow.identified == 2
    assert report.headline.corroborated == report.headline.examined == 0
    assert {checked.claim.paper_id for checked in report.claims} == {planted.records[0]["id"]}


@pytest.mark.parametrize("planted", _of("same-group"), ids=lambda planted: planted.name)
def test_a_shared_author_is_shown_and_counts_for_nothing(planted: PlantedCase, review: Review) -> None:
    for checked in review(planted).claims:
        for verdict in checked.verdicts:
            assert not any(item.independent for item in verdict.evidence)
    assert review(planted).decision.grade != "corroborated"


@pytest.mark.parametrize("planted", _of("retracted"), ids=lambda planted: planted.name)
def test_a_retracted_paper_is_listed_with_its_reason_and_never_cited(
    planted: PlantedCase, review: Review
) -> None:
    report = review(planted)
    (gone,) = [paper for paper in report.papers if paper.retracted]
    assert not gone.included
    assert "retracted" in gone.reason
    assert gone.id not in {checked.claim.paper_id for checked in report.claims}


@pytest.mark.parametrize("planted", _of("both-sides"), ids=lambda planted: planted.name)
def test_both_sides_are_shown_with_their_quotes(planted: PlantedCase, review: Review) -> None:
    report = review(planted)
    (finding,) = planted.expected
    (contested,) = [item for item in report.claims if finding in item.claim.quote]
    stances = {item.stance for verdict in contested.verdicts for item in verdict.evidence}
    assert {Stance.SUPPORT, Stance.CONTRADICT} <= stances
    told = [entry for entry in report.sections["contradictions"] if entry["claim_id"] == contested.claim.id]
    assert [side["paper_id"] for side in told[0]["against"]]


def _findings(report: Report, without: str) -> dict[str, tuple[Outcome, str, float | None]]:
    return {
        item.claim.quote: (item.outcome, item.why, item.confidence)
        for item in report.claims
        if item.claim.paper_id != without
    }


@pytest.mark.parametrize("planted", _of("injection"), ids=lambda planted: planted.name)
def test_an_instruction_in_a_paper_changes_nothing(
    planted: PlantedCase, review: Review, tmp_path: Path
) -> None:
    injected = [record["id"] for record in planted.records if INJECTION in record["abstract"]]
    clean = [
        {**record, "abstract": record["abstract"].replace(f" {INJECTION}", "")} for record in planted.records
    ]
    assert INJECTION not in json.dumps(clean)
    before = assignee.review(
        planted.question,
        write(replace(planted, records=tuple(clean)), tmp_path),
        engine="embedded",
        date=DATE,
    )
    after = review(planted)
    assert _findings(after, injected[0]) == _findings(before, injected[0])
    assert after.answer.direction == before.answer.direction
    # The instruction may cost its own paper its place, which costs points; it never brings any.
    assert after.decision.score is not None
    assert after.decision.score <= (before.decision.score or 0)
    # It is no finding either.
    assert not [item for item in after.claims if "nstructions" in item.claim.text]
    evidence = [item for claim in after.claims for verdict in claim.verdicts for item in verdict.evidence]
    assert not [item for item in evidence if item.quote in INJECTION]


@pytest.mark.parametrize("base", ["clinical-confirm-1", "materials-oppose-1", "education-both-sides"])
def test_an_instruction_cannot_raise_a_claim_beside_other_works(
    base: str, review: Review, tmp_path: Path
) -> None:
    planted = case(base)
    shout = {
        "id": "shout",
        "title": planted.records[0]["title"].split(":")[0] + ", Once More",
        "authors": ["Nemo Nobody"],
        "year": 2022,
        "abstract": f"We look at the same question again. {INJECTION}",
    }
    loud = replace(planted, name="loud", records=(*planted.records, shout))
    report = assignee.review(planted.question, write(loud, tmp_path), engine="embedded", date=DATE)
    assert _findings(report, "shout") == _findings(review(planted), "shout")
    assert not [item for item in report.claims if item.claim.paper_id == "shout"]
