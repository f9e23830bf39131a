"""The command line as a user meets it: files, summaries, looking at runs, start-up."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_world import FILES, OFF_TOPIC, QUESTION, home, library, one_line, review, write_library

from assignee import registry
from assignee.cli import main

__all__ = ["home", "library", "review"]  # fixtures


def test_a_review_writes_five_files_and_tells_the_answer(
    review: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert review("--out", "answer") == 0
    assert {path.name for path in (tmp_path / "answer").iterdir()} == {*FILES, "run.json"}
    captured = capsys.readouterr()
    assert QUESTION in captured.out
    assert "Answer: 2 claims are corroborated." in captured.out
    assert captured.out.count("“") >= 3
    assert "No claim failed or was contested." in captured.out
    assert "Score: 7 of 10 (approve, draft)." in captured.out
    assert "- -1: made up\n  - -0.5: made up too" in captured.out
    assert "answer/report.html" in captured.out
    assert 'assignee review "YOUR QUESTION" --library PATH/TO/YOUR/PAPERS' in captured.out
    assert "screen: 2 included, 0 excluded" in captured.err
    assert "\x1b" not in captured.err + captured.out


def test_the_default_folder_is_named_after_the_run(
    review: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert review() == 0
    [out] = tmp_path.glob("assignee-report-*")
    record = json.loads((out / "run.json").read_text())
    assert record["run_id"].startswith(out.name.removeprefix("assignee-report-"))
    assert [stage["stage"] for stage in record["stages"]][:3] == ["plan", "search", "deduplicate"]
    assert record["tokens"] == 0
    assert os.uname().nodename not in json.dumps(record)


def test_json_prints_the_report_and_nothing_else(
    review: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert review("--out", "answer", "--json") == 0
    assert capsys.readouterr().out == (tmp_path / "answer" / "report.json").read_text(encoding="utf-8")


def test_the_same_request_gives_the_same_bytes(
    review: Callable[..., int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert review("--out", "first") == 0
    assert review("--out", "second") == 0
    monkeypatch.setenv("ASSIGNEE_HOME", str(tmp_path / "another home"))
    assert review("--out", "third") == 0
    first = {name: (tmp_path / "first" / name).read_bytes() for name in FILES}
    for other in ("second", "third"):
        assert {name: (tmp_path / other / name).read_bytes() for name in FILES} == first
    record = json.loads((tmp_path / "first" / "run.json").read_text())
    for name, content in first.items():
        assert record["run_id"].encode() not in content, name
        assert str(tmp_path).encode() not in content, name


def test_nothing_found_is_exit_1_with_a_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    library = write_library(tmp_path / "heat.jsonl", OFF_TOPIC)
    code = main(["review", QUESTION, "--library", str(library), "--engine", "fake", "--out", "answer"])
    assert code == 1
    assert json.loads((tmp_path / "answer" / "report.json").read_text())["status"] == "no_evidence"
    assert "Answer: " in capsys.readouterr().out


# --- looking at runs -------------------------------------------------------------------------------------------


def test_show_tells_a_run_and_a_claim_in_full(
    review: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert review("--out", "answer", "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert main(["runs"]) == 0
    run = capsys.readouterr().out.split()[0]
    assert main(["show", run[:6]]) == 0
    assert "Answer: 2 claims are corroborated." in capsys.readouterr().out
    claim = report["claims"][0]
    assert main(["show", run, "--claim", claim["id"]]) == 0
    told = capsys.readouterr().out
    assert f"quote: “{claim['quote']}”" in told
    assert f"characters {claim['start']}–{claim['end']}" in told
    for verdict in claim["verdicts"]:
        assert f"{verdict['verifier']}: {verdict['stance']}" in told
        for evidence in verdict["evidence"]:
            assert " ".join(evidence["quote"].split()[:5]) in told
    assert main(["show", run, "--claim", "c99"]) == 2
    assert "has no claim 'c99'; its claims: c1, c2, c3, c4" in one_line(capsys)


def test_score_reads_the_sources_again(
    review: Callable[..., int], library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert review("--out", "answer") == 0
    report = tmp_path / "answer" / "report.json"
    capsys.readouterr()
    assert main(["score", str(report), "--library", str(library), "--json"]) == 0
    judged = json.loads(capsys.readouterr().out)
    assert {review["reviewer"] for review in judged["reviews"]} == set(registry.names("reviewers"))

    data = json.loads(report.read_text())
    data["claims"][0]["quote"] = data["claims"][0]["quote"].replace("a", "e", 1)
    report.write_text(json.dumps(data))
    assert main(["score", str(report), "--library", str(library)]) == 0
    told = capsys.readouterr().out
    assert "the file was changed after it was written" in told
    assert "c1" in told


def test_runs_without_a_run_says_how_to_start(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs"]) == 0
    assert "no runs yet" in capsys.readouterr().out


def test_doctor_says_what_is_there_and_shows_no_secret(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    assert main(["doctor"]) == 0
    told = capsys.readouterr().out
    assert "sk-very-secret" not in told
    assert "OPENAI_API_KEY set" in told
    for group in registry.GROUPS:
        for name in registry.names(group):
            assert name in told
    assert "unpaywall (asked only with a mail address in ASSIGNEE_CONTACT" in told
    assert "fake (from plugged-engines)" in told
    assert "index: empty" in told


def test_graph_prints_what_langgraph_draws(capsys: pytest.CaptureFixture[str]) -> None:
    from assignee.graphs.review import build

    assert main(["graph"]) == 0
    assert capsys.readouterr().out == build().get_graph().draw_mermaid()


# --- start-up --------------------------------------------------------------------------------------------------

HEAVY = (
    "chromadb",
    "langgraph",
    "langchain_core",
    "numpy",
    "onnxruntime",
    "tokenizers",
    "pypdfium2",
    "jinja2",
)


@pytest.mark.parametrize(
    "code",
    [
        "import assignee",
        "from assignee import Report",
        "import assignee.cli; assignee.cli.main(['--help'])",
        "import assignee.cli; assignee.cli.main(['review', '--help'])",
        "import assignee.cli; assignee.cli.main(['--version'])",
    ],
)
def test_help_imports_almost_nothing(code: str) -> None:
    script = (
        f"{code}\nimport sys\nprint([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "[]\n")


def test_help_names_every_command_and_option_of_the_synopsis(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    told = capsys.readouterr().out
    for command in ("review", "resume", "runs", "show", "score", "graph", "doctor", "--version"):
        assert command in told
    assert main(["review", "--help"]) == 0
    told = capsys.readouterr().out
    for option in (
        "library",
        "sources",
        "engine",
        "seed-paper",
        "max-papers",
        "until",
        "date",
        "out",
        "force",
        "json",
    ):
        assert f"--{option}" in told
