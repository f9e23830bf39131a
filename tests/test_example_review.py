"""The demo: one review over the example library, with every outcome that a reader should learn to read."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from report_invariants import holds, records_of

import assignee
from assignee.claims import Report
from assignee.settings import Settings

QUESTION = "Does intermediate-task training improve zero-shot cross-lingual transfer?"
DATE = "2026-11-20"
FILES = ("references.bib", "report.html", "report.json", "report.md")
LIBRARY = Path(__file__).parents[1] / "examples" / "library"


def written(folder: Path, home: Path, library: Path = LIBRARY, question: str = QUESTION) -> dict[str, bytes]:
    """The report files of a review in that home."""
    assignee.review(
        question,
        library,
        engine="embedded",
        date=DATE,
        out=folder,
        settings=Settings(home=home, concurrency=2),
    )
    return {name: (folder / name).read_bytes() for name in FILES}


@pytest.fixture(scope="module")
def cold(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of the demo review in a home of its own."""
    folder = tmp_path_factory.mktemp("cold")
    return written(folder / "out", folder / "home")


@pytest.fixture(scope="module")
def report() -> Report:
    return assignee.review(QUESTION, LIBRARY, engine="embedded", date=DATE)


def test_what_holds_of_every_report(report: Report) -> None:
    (path,) = LIBRARY.glob("*.jsonl")
    holds(report, records_of(path))


def test_there_are_outcomes_of_three_kinds_to_look_at(report: Report) -> None:
    outcomes = Counter(str(checked.outcome) for checked in report.claims)
    assert set(outcomes) == {"corroborated", "contested", "quoted"}
    marks = {checked.outcome.mark for checked in report.claims}
    assert marks == {"✓", "±", "–"}


def test_the_two_versions_of_one_work_are_folded(report: Report) -> None:
    assert report.flow.duplicates == 1
    (folded,) = [paper for paper in report.papers if paper.versions]
    assert {folded.id, *folded.versions} == {"2020.aacl-main.56", "arXiv:2005.13013"}
    assert folded.id == "2020.aacl-main.56"


def test_the_works_that_disagree_are_set_against_each_other(report: Report) -> None:
    sides = {
        (
            next(item.claim.paper_id for item in report.claims if item.claim.id == entry["claim_id"]),
            side["paper_id"],
        )
        for entry in report.sections["contradictions"]
        for side in entry["against"]
    }
    assert any("P19-1439" in pair for pair in sides)


def test_the_refuted_claim_is_an_earlier_view_and_says_so(report: Report) -> None:
    refuted = [item for item in report.claims if item.outcome == "refuted"]
    assert all(item.claim.kind == "background" for item in refuted)
    assert all("earlier view" in item.claim.text for item in refuted)
    assert not set(report.answer.claim_ids) & {item.claim.id for item in refuted}


def test_the_answer_rests_on_the_works_that_answer(report: Report) -> None:
    papers = {item.claim.paper_id for item in report.claims if item.claim.id in report.answer.claim_ids}
    assert "2020.aacl-main.56" in papers
    assert report.answer.independent_works >= 2
    assert report.answer.direction in ("yes", "mixed")


def test_what_is_off_the_subject_is_excluded_with_its_reason(report: Report) -> None:
    # Three of the 27 records have nothing to do with the question.
    off = {"2021.emnlp-main.344", "2020.lrec-1.477", "2020.inlg-1.23"}
    assert not off & {paper.id for paper in report.papers if paper.included}
    assert len({paper.id for paper in report.papers if paper.included}) >= 15


def test_every_quote_is_labelled_as_one_of_a_digest(report: Report) -> None:
    assert {paper.basis for paper in report.papers} == {"digest"}
    assert any("digest written by others" in line for line in report.sections["limitations_evidence"])


def test_a_fresh_home_gives_the_same_bytes(cold: dict[str, bytes], tmp_path: Path) -> None:
    assert written(tmp_path / "out", tmp_path / "home") == cold


def test_a_home_that_other_reviews_warmed_gives_the_same_bytes(
    cold: dict[str, bytes], tmp_path: Path
) -> None:
    home = tmp_path / "home"
    written(tmp_path / "before", home, question="Does syntactic parsing help language understanding?")
    assert written(tmp_path / "first", home) == cold
    assert written(tmp_path / "again", home) == cold
    shutil.rmtree(home / "runs")  # what was indexed stays, what was run is forgotten
    assert written(tmp_path / "second", home) == cold


def test_another_process_with_another_hash_seed_and_more_workers_gives_the_same_bytes(
    cold: dict[str, bytes], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    command = [
        sys.executable,
        "-m",
        "assignee",
        "review",
        QUESTION,
        "--library",
        str(LIBRARY),
        "--date",
        DATE,
    ]
    env = {
        **os.environ,
        "ASSIGNEE_HOME": str(tmp_path / "home"),
        "ASSIGNEE_CONCURRENCY": "5",
        "PYTHONHASHSEED": "7",
    }
    done = subprocess.run(
        [*command, "--engine", "embedded", "--out", str(out)], env=env, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    assert {name: (out / name).read_bytes() for name in FILES} == cold


def _without_library(files: dict[str, bytes]) -> tuple[dict[str, Any], bytes]:
    data = json.loads(files["report.json"])
    data["manifest"]["library"] = []
    data["content_sha256"] = ""
    return data, files["references.bib"]


def test_a_folder_and_its_one_file_differ_in_the_name_of_the_library_only(
    cold: dict[str, bytes], tmp_path: Path
) -> None:
    (path,) = LIBRARY.glob("*.jsonl")
    assert _without_library(written(tmp_path / "out", tmp_path / "home", path)) == _without_library(cold)


def test_a_library_in_two_files_gives_the_same_report(cold: dict[str, bytes], tmp_path: Path) -> None:
    (path,) = LIBRARY.glob("*.jsonl")
    lines = path.read_text(encoding="utf-8").splitlines()
    folder = tmp_path / "library"
    folder.mkdir()
    (folder / "a.jsonl").write_text("\n".join(lines[:9]) + "\n", encoding="utf-8")
    (folder / "b.jsonl").write_text("\n".join(lines[9:]) + "\n", encoding="utf-8")
    assert _without_library(written(tmp_path / "out", tmp_path / "home", folder)) == _without_library(cold)


def test_the_order_of_the_records_changes_no_claim(report: Report, tmp_path: Path) -> None:
    (path,) = LIBRARY.glob("*.jsonl")
    lines = path.read_text(encoding="utf-8").splitlines()
    turned = tmp_path / "turned.jsonl"
    turned.write_text("\n".join(reversed(lines)) + "\n", encoding="utf-8")
    other = assignee.review(QUESTION, turned, engine="embedded", date=DATE)
    told = [{(item.claim.quote, item.outcome) for item in found.claims} for found in (report, other)]
    assert told[0] == told[1]
    assert other.answer.direction == report.answer.direction
    assert other.decision.score == report.decision.score
