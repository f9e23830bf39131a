"""What the tests of the command line share: two small libraries, the plugged-in engines, one-line errors."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from plugged_engines import plug_in

from assignee import registry
from assignee.cli import main

__all__ = ["FILES", "OFF_TOPIC", "QUESTION", "home", "library", "one_line", "review", "write_library"]

FILES = ("report.md", "report.html", "report.json", "references.bib")
QUESTION = "Does English training raise transfer accuracy?"
RECORDS = (
    {
        "id": "p1",
        "title": "Training Helps",
        "authors": ["Ada Lind"],
        "year": 2020,
        "abstract": "Training on English tasks raises transfer accuracy by 4 points. Small models gain less.",
    },
    {
        "id": "p2",
        "title": "It Does Again",
        "authors": ["Pablo Ruiz"],
        "year": 2021,
        "abstract": "English training tasks raise transfer accuracy in nine languages. Costs were not measured here.",
    },
)
OFF_TOPIC = {
    "id": "p3",
    "title": "Heat",
    "authors": ["Tom Field"],
    "year": 2018,
    "abstract": "Heat exchangers move heat between two fluids. Accuracy of training is not their subject.",
}


def write_library(path: Path, *records: object) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return write_library(tmp_path / "papers.jsonl", *RECORDS)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home, a current folder and the plugged-in engines for each test."""
    monkeypatch.setenv("ASSIGNEE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(plug_in(tmp_path / "site")))
    registry._group.cache_clear()
    yield tmp_path / "home"
    registry._group.cache_clear()


@pytest.fixture
def review(library: Path) -> Callable[..., int]:
    """`assignee review` with the fake engine over the two papers."""

    def call(*more: str, question: str = QUESTION, engine: str = "fake") -> int:
        return main(
            ["review", question, "--library", str(library), "--engine", engine, "--date", "2026-11-20", *more]
        )

    return call


def one_line(capsys: pytest.CaptureFixture[str]) -> str:
    """What stands on standard error after progress, which must be one line of ours."""
    captured = capsys.readouterr()
    last = captured.err.splitlines()[-1]
    assert last.startswith("assignee: ")
    assert captured.out == ""
    assert "Traceback" not in captured.err, captured.err
    return last.removeprefix("assignee: ")
