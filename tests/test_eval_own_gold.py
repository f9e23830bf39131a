"""`docs/evaluation-own-gold.md`: its files, commands and Python are run as they stand."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from assignee.cli import main

PAGE = (Path(__file__).parents[1] / "docs" / "evaluation-own-gold.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, flags=re.M | re.S)
FILES = ("gold.jsonl", "claims.jsonl", "corpus.jsonl", "sentences.jsonl")


def blocks(kind: str) -> list[str]:
    return [text for name, text in BLOCKS if name == kind]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files of the page."""
    monkeypatch.chdir(tmp_path)
    for name, text in zip(FILES, blocks("jsonl"), strict=True):
        (tmp_path / name).write_text(text, encoding="utf-8")
    [suite] = blocks("yaml")
    (tmp_path / "suite.yaml").write_text(suite, encoding="utf-8")
    return tmp_path


def test_every_command_of_the_page_runs_and_writes_what_it_says(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [line for text in blocks("sh") for line in text.splitlines()]
    assert len(lines) == 8
    for line in lines:
        program, *arguments = shlex.split(line)
        assert program == "assignee"
        assert main(arguments) == 0, capsys.readouterr().err
        for option in ("--out", "--predictions"):
            if option in arguments:
                assert (here / arguments[arguments.index(option) + 1]).is_file()
    shown = capsys.readouterr().out
    assert "claim only" in shown
    assert "A = regression.json, B = result.json (verification, 4 rows)" in shown
    assert {path.name for path in (here / "results").iterdir()} == {
        "my-claims.json",
        "my-claims.predictions.jsonl",
        "my-sentences.json",
        "my-sentences.predictions.jsonl",
        "suite.json",
    }
    body = json.loads((here / "result.json").read_text())
    table = PAGE.split("What `result.json` holds:")[1].split("##")[0]
    told = {
        name
        for row in re.findall(r"^\| (`.*?) \|", table, flags=re.M)
        for name in re.findall(r"`(\w+)`", row)
    }
    assert told <= set(body)
    assert set(body) - told == {"eval", "draws"}


def test_the_python_of_the_page_runs(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    [code] = blocks("python")
    exec(compile(code, "evaluation-own-gold.md", "exec"), {})
    assert capsys.readouterr().out.startswith("4 ")


def test_the_error_that_the_page_quotes_is_what_is_printed(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (here / "gold.jsonl").read_text(encoding="utf-8").replace('"NEI"', '"MAYBE"')
    (here / "gold.jsonl").write_text(text, encoding="utf-8")
    assert main(["eval", "verification", "--gold", "gold.jsonl", "--out", "result.json"]) == 2
    [quoted] = re.findall(r"`(gold\.jsonl:3: .*?)…`", PAGE)
    assert f"assignee: {quoted}" in capsys.readouterr().err
    assert not (here / "result.json").exists()
