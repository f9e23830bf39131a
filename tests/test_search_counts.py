"""What a report says of its search against its records: counts that do not add up are faults; limits name what happened."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sample_report import sample
from sample_searches import five_databases
from small_corpus import paper

from assignee.agents.count_check import prose_count_faults
from assignee.agents.points import missing_items
from assignee.agents.process_limits import process_limits
from assignee.agents.record_checks import count_faults
from assignee.claims import Paper, Report, RunManifest
from assignee.settings import ReviewRequest


def flow_faults(report: Report, **changes: Any) -> list[str]:
    changed = replace(report, flow=replace(report.flow, **changes))
    return [fault.text for fault in count_faults(changed) if fault.where == "flow"]


@pytest.mark.parametrize("made", [sample, five_databases])
def test_counts_that_add_up_are_no_fault(made: Any) -> None:
    assert flow_faults(made()) == []
    assert "flow that adds up" not in missing_items(made())


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"identified_by": {"library": 9}}, "identified 10, the records give 9"),
        ({"chased": 1}, "identified 10, the records give 11"),
        ({"chased": -1}, "chased -1"),
        ({"excluded_by": {"off topic": 2}}, "excluded as off topic 2, the records give 1"),
        ({"excluded_by": {"off topic": 1}}, "excluded as retracted 0, the records give 1"),
        ({"excluded_by": {"off topic": 1, "retracted": 1, "dull": 1}}, "excluded as dull 1"),
        ({"read_full": 2}, "read_full 2, the records give 1"),
        ({"preprints": 0}, "preprints 0, the records give 1"),
        ({"sought": 7}, "sought 7, but between 0 and 6"),
        ({"sought": 3}, "not_retrieved 0, but between 2 and 3"),
        ({"not_retrieved": 2}, "not_retrieved 2, but between 0 and 0"),
    ],
)
def test_a_count_that_the_records_do_not_bear_out_is_named(changes: dict[str, Any], told: str) -> None:
    assert any(told in line for line in flow_faults(sample(), **changes)), flow_faults(sample(), **changes)


def test_fewer_chased_records_than_papers_that_were_chased() -> None:
    assert any("chased 0" in line for line in flow_faults(five_databases(), chased=0))


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("One included paper, one preprint.", 0),
        ("3 preprints were read.", 1),
        ("A search identified 10 records, and references and citations 3 more.", 1),
        ("Two included papers are preprints: no peer review is on record.", 1),
        ("One included paper is a preprint: no peer review is on record.", 0),
        ("The full text of two papers was looked for.", 1),
        ("The full text of 4 included papers was looked for; that of one was not to be had.", 1),
    ],
)
def test_new_counts_in_prose(text: str, wrong: int) -> None:
    report = sample()
    found = [
        fault
        for fault in prose_count_faults(replace(report, abstract=f"{report.abstract} {text}"))
        if any(what in fault.text for what in ("preprint", "full text", "chased"))
    ]
    assert len(found) == wrong


def told(papers: list[Paper] | None = None, most: int = 20, **fields: Any) -> str:
    request = ReviewRequest(
        question="Why?", sources=tuple(fields.pop("sources", ("library",))), max_papers=most
    )
    flow = replace(sample().flow, left_out=fields.pop("left_out", 0))
    return " ".join(process_limits(request, papers or [], flow, RunManifest(**fields)))


def test_overrides_are_named_and_so_is_a_limit_that_they_pass() -> None:
    papers = [
        paper("A"),
        paper("B", reason="included by you: the first of its kind"),
        paper("C", included=False, reason="excluded by you"),
    ]
    line = "Not by screening but because the asker said so: included B; excluded C."
    assert line in told(papers)
    assert "than the limit" not in told(papers)
    assert "more papers were included than the limit of 1." in told(papers, most=1)
    many = [paper(f"P{at}", reason="included by you") for at in range(12)]
    assert "P9 and 2 other papers." in told(many)
    assert "asker" not in told([paper("A")])


def test_where_retractions_were_looked_up_or_that_they_were_not() -> None:
    asked = ({"source": "crossref", "query": "10.1/x", "hits": 1, "what": "look_up"},)
    assert "looked up at crossref." in told(sources=["arxiv"], queries=asked)
    assert "as no database was asked" in told()
    partly = told(sources=["arxiv"], queries=asked, not_answered=("openalex (look-up)",))
    assert "looked up at crossref; openalex (look-up) did not answer." in partly
    silent = told(sources=["arxiv"], not_answered=("crossref (look-up)", "openalex"))
    assert "Retractions were not looked up: crossref (look-up) did not answer." in silent
    assert "Did not answer: crossref (look-up) and openalex." in silent
    only_open = ({"source": "unpaywall", "query": "10.1/x", "hits": 1, "what": "look_up"},)
    assert "looked up at" not in told(sources=["arxiv"], queries=only_open)


def test_where_the_search_ended_and_what_could_not_be_screened() -> None:
    line = told(stopped="Citation chasing stopped as saturated.", left_out=3)
    assert "3 records without title or abstract could not be screened." in line
    assert line.endswith("Citation chasing stopped as saturated.")
