"""Engines that another package would add through entry points: `--engine fake` and others take the same path."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from fake_engine import FakeEngine

__all__ = ["Broken", "Fake", "Waiting", "plug_in"]

ENGINES = ("Fake", "Broken", "Waiting")


def plug_in(folder: Path) -> Path:
    """Make a folder that, on the import path, looks like an installed package with our engines."""
    info = folder / "plugged_engines-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: plugged-engines\nVersion: 1.0\n")
    lines = "".join(f"{name.lower()} = plugged_engines:{name}\n" for name in ENGINES)
    (info / "entry_points.txt").write_text(f"[assignee.engines]\n{lines}")
    return folder


class Fake(FakeEngine):
    """All goes well."""


class Broken(FakeEngine):
    """Fails with a bug in `write`, unless the file named by `FAKE_MENDED` is there."""

    name = "broken"

    def write(self, *given: Any) -> Any:
        if not os.path.exists(os.environ["FAKE_MENDED"]):
            raise ZeroDivisionError("a bug\nover two lines")
        return super().write(*given)


class Waiting(FakeEngine):
    """Says through a named pipe that `extract` has begun, and waits there until it is killed; later it goes on."""

    name = "waiting"

    def extract(self, *given: Any) -> Any:
        pipe = os.environ["FAKE_PIPE"]
        if os.path.exists(pipe):
            with open(pipe, "w") as told:
                told.write("extract\n")
            with open(pipe) as never:
                never.read()
        return super().extract(*given)
