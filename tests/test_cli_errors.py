"""Everything that goes wrong on the command line is one line and the right exit code, and nothing is half-written."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_world import FILES, QUESTION, home, library, one_line, review

from assignee.cli import main
from assignee.outputs import disk_error

__all__ = ["home", "library", "review"]  # fixtures

TESTS = Path(__file__).parent

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
        (["review", QUESTION, "--library", "L", "--chase", "6"], "--chase is 6; give a number from 0 to 5"),
        (
            ["review", QUESTION, "--library", "L", "--include", "x" * 501],
            "--include has a line of 501 characters",
        ),
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
        (["score", "number.json"], "not a report.json of assignee"),
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
    # A background job inherits SIGINT as ignored, and Python then leaves it so: the child sets it back.
    code = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from assignee.cli import main; sys.exit(main())"
    )
    command = [sys.executable, "-c", code]
    asked = ["review", QUESTION, "--library", str(library), "--engine", "waiting", "--out", "answer"]
    with subprocess.Popen(
        [*command, *asked], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        with pipe.open() as told:
            assert told.readline() == "extract\n"
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)
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
