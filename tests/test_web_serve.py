"""`assignee serve` as a process of its own: it listens on this machine, answers, stops when told, and goes on later."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from assignee.cli import main


@contextmanager
def serving(home: Path, library: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A server at a free port, and its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "assignee", "serve", "--port", "0", "--library", str(library)],
        env=os.environ | {"ASSIGNEE_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        match = re.search(r"http://127\.0\.0\.1:\d+/", line)
        assert match, line + (process.stderr.read() if process.stderr else "")
        yield match[0], process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.block_network(allowed_hosts=["127.0.0.1"])
def test_it_listens_on_this_machine_and_stops_when_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    library = tmp_path / "paper.txt"
    library.write_text("English training raises transfer accuracy.")
    with serving(tmp_path / "home", library) as (address, process):
        assert "assignee" in httpx2.get(address).text
        paths = httpx2.get(f"{address}openapi.json").json()["paths"]
        assert "/api/reviews/{id}/events" in paths
        assert httpx2.get(address, headers={"Host": "evil.example"}).status_code == 421
        # one owner of the jobs, and one listener at a port
        monkeypatch.setenv("ASSIGNEE_HOME", str(tmp_path / "home"))
        assert main(["serve", "--port", "0"]) == 2
        assert re.fullmatch(r"assignee: another server works on the jobs of .*\n", capsys.readouterr().err)
        port = address.rstrip("/").rpartition(":")[2]
        assert main(["serve", "--port", port]) == 2
        assert f"cannot listen at 127.0.0.1 port {port}" in capsys.readouterr().err
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert (process.returncode, err) == (0, ""), out + err


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--host", "0.0.0.0"], "--host 0.0.0.0 lets other machines in; give a --token"),
        (["--host", "::"], "--host :: lets other machines in; give a --token"),
        (["--host", "192.168.1.7", "--token", ""], "lets other machines in"),
        (["--host", "example.org"], "lets other machines in"),
        (["--port", "70000"], "--port is 70000; give a number from 0 to 65535"),
        (["--token", "two words"], "--token takes letters"),
        (["--library", "/nowhere/papers"], "the library /nowhere/papers is not there"),
        (["--engine", "psychic"], "unknown engine 'psychic'"),
        (["--concurrency", "0", "--port", "0"], "--concurrency is 0"),
    ],
)
def test_it_refuses_to_start_in_one_line(
    arguments: list[str], line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", *arguments]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert len(told.err.splitlines()) == 1
    assert line in told.err


def test_a_token_in_the_environment_counts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ASSIGNEE_TOKEN", "two words")
    assert main(["serve", "--host", "0.0.0.0"]) == 2
    assert "--token takes letters" in capsys.readouterr().err
