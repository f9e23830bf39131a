"""The command line as a user meets it: files, summaries, exit codes, and one line for everything that goes wrong."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from plugged_engines import plug_in

from assignee import registry
from assignee.cli import main
from assignee.outputs import disk_error

TESTS = Path(__file__).parent
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
    assert "Traceback" not in captured.err
    return last.removeprefix("assignee: ")


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


# --- misuse: one line, exit 2, nothing written -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["review", " "], "the question is empty"),
        (["review", "?!"], "the question is empty"),
        (["review", "why " * 2500], "at most 2,000 are read"),
        (["review", QUESTION], "no library and no source given"),
        (["review", QUESTION, "--library", "nowhere"], "the library nowhere is not there"),
        (["review", QUESTION, "--library", "empty"], "the library empty is empty"),
        (
            ["review", QUESTION, "--library", "L", "--sources", "library,astrology"],
            "unknown source 'astrology'",
        ),
        (["review", QUESTION, "--sources", "library"], "the source 'library' needs --library PATH"),
        (
            ["review", QUESTION, "--library", "L", "--engine", "psychic"],
            "unknown engine 'psychic'; known: auto, embedded",
        ),
        (["review", QUESTION, "--library", "L", "--date", "20.11.2026"], "--date '20.11.2026' is not a date"),
        (["review", QUESTION, "--library", "L", "--until", "2026-13"], "--until '2026-13' is not a date"),
        (["review", QUESTION, "--library", "L", "--max-papers", "0"], "--max-papers is 0"),
        (["review", QUESTION, "--library", "L", "--max-papers", "201"], "--max-papers is 201"),
        (["review", QUESTION, "--library", "L", "--max-papers", "many"], "--max-papers"),
        (["review", QUESTION, "--library", "L", "--seed-paper", "missing.pdf"], "missing.pdf is not there"),
        (["review", QUESTION, "--library", "L", "--out", "L"], "the output folder L is a file"),
        (
            ["review", QUESTION, "--library", "L", "--out", "L/below"],
            "the output folder L/below cannot be written",
        ),
        (["review", QUESTION, "--library", "L", "--out", "full"], "the output folder full is occupied"),
        (["review"], "see: assignee --help"),
        (["review", QUESTION, "--colour", "red"], "--colour"),
        (["predict"], "predict"),
        (["resume", "0123456789ab"], "the run '0123456789ab' is unknown; see: assignee runs"),
        (["show", "../../etc"], "is unknown"),
        (["score", "nowhere.json", "--library", "L"], "nowhere.json cannot be read"),
        (["score", "L", "--library", "L"], "L is no report.json"),
        (["score", "number.json", "--library", "L"], "not a report.json of assignee"),
        (["score", "number.json"], "give them with --library PATH"),
    ],
)
def test_misuse_is_one_line_and_nothing_is_written(
    arguments: list[str],
    message: str,
    library: Path,
    home: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "L").symlink_to(library)
    with library.open("a") as file:
        file.write("{\n")  # two lines of JSON and a broken one: no JSON file as a whole
    (tmp_path / "empty").mkdir()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.tex").write_text("years of work")
    (tmp_path / "number.json").write_text("1")
    before = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*"))
    assert main(arguments) == 2
    assert message in one_line(capsys)
    assert sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*")) == before


def test_a_library_without_a_readable_document_leaves_no_run_and_no_report(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "library"
    folder.mkdir()
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 and no more")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    assert main(["review", QUESTION, "--library", str(folder), "--engine", "fake", "--out", "answer"]) == 2
    one_line(capsys)
    assert not (tmp_path / "answer").exists()
    assert list((home / "runs").iterdir()) == []


def test_force_replaces_the_report_and_nothing_else(review: Callable[..., int], tmp_path: Path) -> None:
    out = tmp_path / "full"
    out.mkdir()
    (out / "thesis.tex").write_text("years of work")
    (out / "report.md").write_text("an old report")
    assert review("--out", "full", "--force") == 0
    assert (out / "thesis.tex").read_text() == "years of work"
    assert (out / "report.md").read_text() != "an old report"
    assert {path.name for path in out.iterdir()} == {"thesis.tex", *FILES, "run.json"}
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


# --- failure: one line, exit 1, the run is kept ----------------------------------------------------------------


def test_a_bug_is_one_line_and_the_run_can_be_resumed(
    review: Callable[..., int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("FAKE_MENDED", str(tmp_path / "mended"))
    assert review("--out", "answer", engine="broken") == 1
    told = one_line(capsys)
    assert "unexpected ZeroDivisionError: a bug over two lines" in told
    assert "ASSIGNEE_DEBUG=1" in told
    assert not (tmp_path / "answer").exists()
    run = told.split("assignee resume ")[1].split()[0]

    assert main(["runs"]) == 0
    assert f"{run}  interrupted" in capsys.readouterr().out
    assert main(["show", run]) == 2
    assert f"has not finished; continue with: assignee resume {run}" in one_line(capsys)

    (tmp_path / "mended").touch()
    assert main(["resume", run]) == 0
    captured = capsys.readouterr()
    assert "Answer: " in captured.out
    assert "plan" not in captured.err
    assert (tmp_path / "answer" / "report.html").is_file()
    assert main(["runs"]) == 0
    assert f"{run}  complete" in capsys.readouterr().out


def test_debug_shows_the_traceback(
    review: Callable[..., int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("FAKE_MENDED", str(tmp_path / "mended"))
    monkeypatch.setenv("ASSIGNEE_DEBUG", "1")
    assert review(engine="broken") == 1
    told = capsys.readouterr().err
    assert "Traceback" in told
    assert "in write" in told
    assert told.splitlines()[-1].startswith("assignee: unexpected ZeroDivisionError")


def test_ctrl_c_is_exit_130_and_the_run_can_be_resumed(library: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    path = os.pathsep.join([str(tmp_path / "site"), str(TESTS)])
    environment = os.environ | {"FAKE_PIPE": str(pipe), "PYTHONPATH": path}
    command = [sys.executable, "-m", "assignee"]
    asked = ["review", QUESTION, "--library", str(library), "--engine", "waiting", "--out", "answer"]
    with subprocess.Popen(
        [*command, *asked], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        with pipe.open() as told:
            assert told.readline() == "extract\n"
        running.send_signal(signal.SIGINT)
        out, err = running.communicate()
    assert running.returncode == 130
    assert out == ""
    last = err.splitlines()[-1]
    assert last.startswith("assignee: interrupted; continue with: assignee resume ")
    assert not (tmp_path / "answer").exists()

    pipe.unlink()
    again = subprocess.run(
        [*command, "resume", last.split()[-1]], env=environment, capture_output=True, text=True
    )
    assert again.returncode == 0, again.stderr
    assert "screen" not in again.stderr
    assert "Answer: " in again.stdout


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path) -> None:
    """A limit on the size of files stands in for the disk: the write fails in the middle of the second file."""
    code = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from assignee.outputs import place\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))\n"
        "try:\n"
        "    place(Path(sys.argv[1]), {'report.md': 'short', 'report.html': 'long' * 100_000})\n"
        "except OSError as error:\n"
        "    sys.exit(error.errno)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "answer")])
    assert done.returncode == errno.EFBIG
    assert not (tmp_path / "answer").exists()
    assert not list(tmp_path.glob(".answer*"))


@pytest.mark.parametrize(
    ("error", "message", "code"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "the disk is full; free some space, then: assignee resume r", 2),
        (OSError("database or disk is full"), "the disk is full", 2),
        (PermissionError(errno.EACCES, "Permission denied", "f"), "writing failed: Permission denied (f)", 1),
    ],
)  # fmt: skip
def test_a_failure_to_write_names_the_run(error: Exception, message: str, code: int) -> None:
    told = disk_error(error, "r")
    assert told is not None
    assert str(told).startswith(message)
    assert told.exit_code == code
    assert disk_error(ValueError("other"), "r") is None


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
    data["claims"][0]["quote"] = data["claims"][0]["quote"].replace("4", "40")
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
