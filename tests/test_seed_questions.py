"""The five questions of the seed reports, and three that must not be answered, over the real library of abstracts."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from report_invariants import holds, records_of
from test_question import SEEDS

import assignee
from assignee.claims import AnswerStrength, Direction, Report, Status
from assignee.tools.text import sentences, stored

pytestmark = pytest.mark.data

LEAST_PAPERS = 5
ANSWERS = (
    "2020.aacl-main.56"  # states that multilingual intermediate training does not consistently beat English
)
OFF_TOPIC = (
    "How do chaperones guide protein folding in the cell?",
    "How efficient is heat transfer in multilingual cross-flow heat exchangers with intermediate fluids?",
)
NEAR_MISS = "Does intermediate-task training help cross-lingual transfer to sign languages?"


@pytest.fixture(scope="module")
def library(data: Path) -> Path:
    return data / "library" / "acl-anthology-transfer.jsonl"


@pytest.fixture(scope="module")
def records(library: Path) -> dict[str, dict[str, Any]]:
    return records_of(library)


def opening(text: str) -> str:
    """The plain sentence that answers, and the one on what is not covered."""
    return ". ".join(text.split(". ")[:2])


@pytest.fixture(scope="module")
def review(library: Path) -> Any:
    """The report on a question; each is made once."""
    return cache(lambda question: assignee.review(question, library, engine="embedded", date="2026-11-20"))


@pytest.mark.parametrize("question", SEEDS, ids=["q1", "q2", "q3", "q4", "q5"])
def test_claims_come_from_many_papers_and_nothing_is_cut(
    question: str, review: Any, records: dict[str, dict[str, Any]]
) -> None:
    report: Report = review(question)
    holds(report, records)
    assert report.status is Status.COMPLETE
    assert len({checked.claim.paper_id for checked in report.claims}) >= LEAST_PAPERS
    assert report.flow.included <= 20
    for checked in report.claims:
        text = stored(records[checked.claim.paper_id]["abstract"])
        assert checked.claim.end in {end for _, end in sentences(text)}, checked.claim.quote
        assert checked.claim.text.endswith("”")
    for text in (report.abstract, report.answer.text):
        assert re.search(r"[.!?]$", text)


@pytest.mark.parametrize("question", SEEDS, ids=["q1", "q2", "q3", "q4", "q5"])
def test_no_direction_is_given_where_no_two_works_compare(question: str, review: Any) -> None:
    answer = review(question).answer
    assert answer.direction is Direction.UNDETERMINED
    assert answer.text
    assert answer.not_covered, "each of these asks for something that the library has not"
    assert answer.not_covered[0] in opening(answer.text)


def test_the_first_rests_on_the_work_that_speaks_of_both(review: Any) -> None:
    report: Report = review(SEEDS[0])
    papers = {item.claim.paper_id for item in report.claims if item.claim.id in report.answer.claim_ids}
    assert ANSWERS in papers
    assert "XTREME-R" in report.answer.not_covered
    assert "XTREME-R" in opening(report.answer.text)
    assert report.answer.strength is AnswerStrength.SINGLE_WORK
    assert (
        "1 included work names both" in report.answer.text
        or "One included work names both" in report.answer.text
    )


@pytest.mark.parametrize("question", OFF_TOPIC, ids=["proteins", "heat-exchangers"])
def test_what_the_library_is_not_about_has_no_evidence(
    question: str, review: Any, records: dict[str, dict[str, Any]]
) -> None:
    report: Report = review(question)
    holds(report, records)
    assert report.status is Status.NO_EVIDENCE
    assert report.claims == ()
    assert report.flow.included == 0
    assert report.answer.direction is Direction.UNDETERMINED
    assert report.answer.text.startswith("No paper found answers this.")
    assert report.decision.score is None
    assert report.decision.decision == "reject"


def test_a_near_miss_names_the_gap_first(review: Any, records: dict[str, dict[str, Any]]) -> None:
    report: Report = review(NEAR_MISS)
    holds(report, records)
    assert report.status is Status.COMPLETE
    assert report.answer.direction is Direction.UNDETERMINED
    assert "sign languages" in report.answer.not_covered
    assert "sign languages" in opening(report.answer.text)


def test_both_question_and_library_decide_the_report(review: Any, library: Path, tmp_path: Path) -> None:
    # The same records in another order are the same library: the claims do not change.
    lines = library.read_text(encoding="utf-8").splitlines()
    turned = tmp_path / library.name
    turned.write_text("\n".join(reversed(lines)) + "\n", encoding="utf-8")
    other = assignee.review(SEEDS[0], turned, engine="embedded", date="2026-11-20")
    report: Report = review(SEEDS[0])
    assert json.dumps([item.to_dict() for item in other.claims], sort_keys=True) == json.dumps(
        [item.to_dict() for item in report.claims], sort_keys=True
    )
    assert other.answer == report.answer
