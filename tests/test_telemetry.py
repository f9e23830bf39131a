"""A review leaves nothing outside its own home: no telemetry queue, no device id, no cache of a library."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_a_review_writes_to_its_own_home_only(tmp_path: Path) -> None:
    home, person = tmp_path / "assignee", tmp_path / "person"
    person.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "ORT_"))}
    told = subprocess.run(
        [
            *(sys.executable, "-m", "assignee", "review"),
            "Does intermediate-task training improve zero-shot cross-lingual transfer?",
            *("--library", str(ROOT / "examples" / "library"), "--out", str(tmp_path / "report")),
        ],
        env=kept | {"HOME": str(person), "USERPROFILE": str(person), "ASSIGNEE_HOME": str(home)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert told.returncode == 0, told.stderr
    assert list(person.rglob("*")) == []
    assert {path.name for path in tmp_path.iterdir()} == {"assignee", "person", "report"}
