"""What must hold of every report, checked from the library's records alone and without the project's own checks."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from assignee.claims import CheckedClaim, Evidence, Kind, Outcome, Report, Stance
from assignee.render.report_json import render, schema
from assignee.tools.text import stored

__all__ = ["BACKGROUND", "ONE_PAPER", "holds", "records_of"]

BACKGROUND = 0.2  # most remarks among the claims
ONE_PAPER = 0.4  # most claims from one paper, when more than two contribute
_RUN = 8  # words
_QUOTED = re.compile(r"“[^“”]*(?:“[^“”]*”[^“”]*)*”|\"[^\"]*\"")


def records_of(path: Path) -> dict[str, dict[str, Any]]:
    """The records of a JSON Lines library by id."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {record["id"]: record for record in map(json.loads, lines)}


def holds(report: Report, records: Mapping[str, Mapping[str, Any]]) -> None:
    """Assert every invariant of a report over these records."""
    _quotes_are_exact(report, records)
    _own_span_counts_for_nobody(report)
    _only_included_papers_are_cited(report, records)
    _counts_agree(report)
    _outcomes_have_grounds(report, records)
    _shares_are_kept(report)
    _own_words_are_ours(report, records)
    _fits_the_schema(report)


def _evidence(checked: CheckedClaim) -> Iterator[tuple[str, Evidence]]:
    for verdict in checked.verdicts:
        for item in verdict.evidence:
            yield verdict.verifier, item


def _spans(report: Report) -> Iterator[tuple[str, int, int, str]]:
    for checked in report.claims:
        claim = checked.claim
        yield claim.paper_id, claim.start, claim.end, claim.quote
        for _, item in _evidence(checked):
            yield item.paper_id, item.start, item.end, item.quote
    for entry in report.sections.get("contradictions", ()):
        for side in entry["against"]:
            yield side["paper_id"], side["start"], side["end"], side["quote"]


def _quotes_are_exact(report: Report, records: Mapping[str, Mapping[str, Any]]) -> None:
    for paper_id, start, end, quote in _spans(report):
        assert quote
        assert stored(records[paper_id]["abstract"])[start:end] == quote
    for checked in report.claims:
        # The bare finding is the quote, or says it in our words; nothing of its sentence is cut off at the end.
        assert (checked.claim.statement == checked.claim.quote) is checked.claim.verbatim
        rest = stored(records[checked.claim.paper_id]["abstract"])[checked.claim.end :]
        assert re.search(r"[.!?][\"”’')\]]*$", checked.claim.quote) or not rest, checked.claim.quote
        assert not rest or rest.startswith(" "), checked.claim.quote


def _own_span_counts_for_nobody(report: Report) -> None:
    for checked in report.claims:
        claim = checked.claim
        for verifier, item in _evidence(checked):
            if verifier != "quote_check":
                apart = item.paper_id != claim.paper_id or item.end <= claim.start or claim.end <= item.start
                assert apart, (verifier, claim.id)


def _only_included_papers_are_cited(report: Report, records: Mapping[str, Mapping[str, Any]]) -> None:
    allowed = {paper.id for paper in report.papers if paper.included}
    assert not any(records[name].get("retracted") for name in allowed)
    assert {paper_id for paper_id, *_ in _spans(report)} <= allowed
    assert {name for entry in report.sections.get("agreements", ()) for name in entry["paper_ids"]} <= allowed
    assert set(report.answer.claim_ids) <= {checked.claim.id for checked in report.claims}
    assert all(paper.reason for paper in report.papers)


def _counts_agree(report: Report) -> None:
    flow, head = report.flow, report.headline
    assert flow.identified - flow.duplicates == flow.screened == len(report.papers)
    assert flow.included + flow.excluded == flow.screened
    assert flow.included == sum(paper.included for paper in report.papers)
    assert flow.duplicates == sum(len(paper.versions) for paper in report.papers)
    assert flow.read_full <= flow.included
    assert head.claims == len(report.claims) >= head.quoted
    assert head.examined == sum(checked.examined for checked in report.claims)
    assert head.corroborated == sum(checked.outcome is Outcome.CORROBORATED for checked in report.claims)
    ids = [checked.claim.id for checked in report.claims]
    assert len(set(ids)) == len(ids)
    told = [name for theme in report.sections.get("themes", ()) for name in theme["claim_ids"]]
    assert sorted(told) == sorted(ids)
    # The same numbers in our prose.
    assert f"and {flow.included} included" in report.abstract
    if report.claims:
        papers = len({checked.claim.paper_id for checked in report.claims})
        counted = "One claim" if len(ids) == 1 else f"{len(ids)} claims"
        assert f"{counted} from {'one paper' if papers == 1 else f'{papers} papers'}" in report.abstract
        assert f"{head.examined} could be examined" in report.abstract


def _outcomes_have_grounds(report: Report, records: Mapping[str, Mapping[str, Any]]) -> None:
    works = {paper.id: paper.work_id for paper in report.papers}
    for checked in report.claims:
        mine = checked.claim.paper_id
        authors = set(records[mine]["authors"])
        backing = [
            item
            for _, item in _evidence(checked)
            if item.stance is Stance.SUPPORT
            and works[item.paper_id] != works[mine]
            and not authors & set(records[item.paper_id]["authors"])
        ]
        against = [item for _, item in _evidence(checked) if item.stance is Stance.CONTRADICT]
        match checked.outcome:
            case Outcome.CORROBORATED:
                assert backing
                assert not [item for item in against if item.paper_id != mine]
            case Outcome.CONTESTED | Outcome.REFUTED:
                assert against
            case Outcome.QUOTED:
                assert checked.claim.verbatim
                assert not backing
        assert checked.why
        assert checked.confidence is None or 0.0 <= checked.confidence <= 1.0


def _shares_are_kept(report: Report) -> None:
    kinds = Counter(checked.claim.kind for checked in report.claims)
    assert kinds[Kind.BACKGROUND] + kinds[Kind.ANNOUNCEMENT] <= BACKGROUND * len(report.claims)
    papers = Counter(checked.claim.paper_id for checked in report.claims)
    if len(papers) > 2:
        assert max(papers.values()) <= ONE_PAPER * len(report.claims), papers


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = re.findall(r"[^\W_]+", text.casefold())
    return (tuple(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1))


def _own_words_are_ours(report: Report, records: Mapping[str, Mapping[str, Any]]) -> None:
    ours = {run for text in _prose(report) for run in _runs(_QUOTED.sub(" | ", text))}
    cited = {paper.id for paper in report.papers if paper.included}
    shared = {run for name in cited for run in _runs(stored(records[name]["abstract"])) if run in ours}
    assert not shared


def _prose(report: Report) -> Iterable[str]:
    yield report.abstract
    yield report.answer.text
    yield report.title
    for checked in report.claims:
        yield checked.claim.text
    for part in ("agreements", "contradictions"):
        yield from (entry["text"] for entry in report.sections.get(part, ()))
    for part in ("would_change", "not_comparable", "limitations_evidence", "limitations_process"):
        yield from report.sections.get(part, ())
    yield str(report.sections.get("introduction", ""))


def _fits_the_schema(report: Report) -> None:
    data = json.loads(render(report, lambda paper_id: ""))
    errors = list(Draft202012Validator(schema()).iter_errors(data))
    assert not errors, [error.message[:200] for error in errors[:3]]
