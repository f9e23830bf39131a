"""The folders of runs: what was asked, the checkpoints, the record of what happened, the finished report."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assignee.errors import RunLocked, UserError
from assignee.outputs import write_atomic
from assignee.settings import Settings

__all__ = ["RunFolder", "all_runs", "find_run", "json_text"]


@dataclass(frozen=True, slots=True)
class RunFolder:
    """One run on disk: `path` is `settings.runs / id`."""

    path: Path

    @property
    def id(self) -> str:
        """Twelve hexadecimal digits."""
        return self.path.name

    @property
    def checkpoints(self) -> Path:
        """The SQLite file of the graph's checkpoints, one per run."""
        return self.path / "checkpoints.sqlite"

    @property
    def report(self) -> Path:
        """`report.json` as it was delivered; there once the run has finished."""
        return self.path / "report.json"

    def begin(self, asked: dict[str, Any], *, again: bool = False) -> None:
        """Start over: keep what was asked, drop checkpoints and results of an earlier execution.

        `again` keeps what that one has paid for: its answers of models and the count of what it spent.
        """
        paid = () if again else self.path.glob("model_*.sqlite*")
        for old in (*self.path.glob("checkpoints.sqlite*"), self.report, self.path / "run.json", *paid):
            old.unlink(missing_ok=True)
        self.ask(asked)

    def ask(self, asked: dict[str, Any]) -> None:
        """Keep what was asked."""
        write_atomic(self.path / "request.json", json_text(asked))

    def asked(self) -> dict[str, Any]:
        """What `begin` kept: {"request", "engine", "out", "force", "created"}."""
        data: dict[str, Any] = json.loads((self.path / "request.json").read_text(encoding="utf-8"))
        return data

    def finish(self, record: dict[str, Any], report: str) -> None:
        """Keep the record of a finished run and its `report.json`."""
        write_atomic(self.report, report)
        write_atomic(self.path / "run.json", json_text(record))

    def record(self) -> dict[str, Any] | None:
        """The content of `run.json`, None before the run has finished."""
        try:
            data: dict[str, Any] = json.loads((self.path / "run.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return data

    def remove(self) -> None:
        """Forget the run."""
        shutil.rmtree(self.path, ignore_errors=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the run for this process. Raises RunLocked when another one has it."""
        from filelock import FileLock, Timeout

        self.path.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.path / "lock", timeout=0):
                yield
        except Timeout:
            raise RunLocked(
                f"run {self.id} is being worked on by another process; wait for it to end"
            ) from None

    def in_progress(self) -> bool:
        """Whether a process holds the run now."""
        try:
            with self.locked():
                return False
        except RunLocked:
            return True


def all_runs(settings: Settings) -> list[RunFolder]:
    """Every run kept, the newest first."""
    if not settings.runs.is_dir():
        return []
    found = [RunFolder(path) for path in settings.runs.iterdir() if (path / "request.json").is_file()]
    return sorted(found, key=lambda run: (run.asked()["created"], run.id), reverse=True)


def find_run(settings: Settings, name: str) -> RunFolder:
    """The run of that id or of an id that begins so. Raises UserError when there is none, or several."""
    found = []
    if re.fullmatch(r"[0-9a-f]{4,12}", name):
        found = [run for run in all_runs(settings) if run.id.startswith(name)]
    if len(found) != 1:
        trouble = "fits several runs" if found else "is unknown"
        raise UserError(f"the run {name!r} {trouble}; see: assignee runs")
    return found[0]


def json_text(data: dict[str, Any]) -> str:
    """Our form of a JSON file."""
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
