"""A small library, a stand-in server and a model engine that never waits: what tests of model mode share."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sensible_model
from gateway_kit import FakeClock
from stand_in_server import StandIn

from assignee.agents.engine_openai import OpenAIEngine
from assignee.graphs.events import Progress
from assignee.service import Finished, Watch, resume, start
from assignee.settings import ReviewRequest, Settings

__all__ = ["CANARY", "QUESTION", "RECORDS", "World", "asked", "world", "world_in"]

QUESTION = "Does intermediate training improve zero-shot transfer?"
CANARY = "sk-canary-5f1c9e"
RECORDS: tuple[dict[str, Any], ...] = (
    {
        "id": "base",
        "title": "Intermediate Training for Transfer",
        "authors": ["Ada Lind"],
        "year": 2020,
        "abstract": "Transfer to other languages is hard. Intermediate training on English improves zero-shot transfer "
        "by 4.2 points on XTREME. Small models gain less than large ones.",
    },
    {
        "id": "second",
        "title": "Intermediate Training Again",
        "authors": ["Pablo Ruiz"],
        "year": 2021,
        "abstract": "We repeat an experiment. Intermediate training on English improves zero-shot transfer on XTREME. "
        "Costs were not measured.",
    },
    {
        "id": "third",
        "title": "When Intermediate Training Hurts",
        "authors": ["Mei Tan"],
        "year": 2021,
        "abstract": "Intermediate training on parsing lowers zero-shot transfer by 1.5 points on tagging. "
        "Better data increases accuracy in nine languages.",
    },
    {
        "id": "heat",
        "title": "Heat",
        "authors": ["Tom Field"],
        "year": 2018,
        "abstract": "Heat exchangers move heat between two fluids. Their walls are thin.",
    },
)


class World:
    """One home, one library, one stand-in server that the environment points to."""

    def __init__(self, folder: Path, server: StandIn) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.server = folder, server
        self.settings = Settings(home=folder / "home", concurrency=4)
        self.library = folder / "library.jsonl"
        self.write(*RECORDS)
        self.run = ""

    def write(self, *records: dict[str, Any]) -> None:
        self.library.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")

    def request(self, **more: Any) -> ReviewRequest:
        given = {"question": QUESTION, "library": (self.library,), "engine": "openai", "date": "2026-11-21"}
        return ReviewRequest(**{**given, **more})

    def review(self, event: Callable[[Progress], None] = lambda event: None, **more: Any) -> Finished:
        """A review from the beginning."""
        return asyncio.run(
            start(
                self.request(**more),
                self.settings,
                out=self.folder / "out",
                force=True,
                engine=OpenAIEngine(FakeClock()),
                watch=Watch(begun=self._begun, event=event),
            )
        )

    def resume(self, **limits: Any) -> Finished:
        """The last run, continued."""
        return asyncio.run(resume(self.run, self.settings, limits=limits, engine=OpenAIEngine(FakeClock())))

    def report(self) -> bytes:
        """The delivered `report.json`."""
        return (self.folder / "out" / "report.json").read_bytes()

    def record(self) -> dict[str, Any]:
        """The delivered `run.json`."""
        found: dict[str, Any] = json.loads((self.folder / "out" / "run.json").read_text())
        return found

    def _begun(self, run: str) -> None:
        self.run = run


@contextmanager
def world_in(folder: Path, **server: Any) -> Iterator[World]:
    """A world in a folder; the environment is put back afterwards."""
    with (
        pytest.MonkeyPatch.context() as patch,
        StandIn(**{"answer": sensible_model.answer, **server}) as stand_in,
    ):
        for name, value in stand_in.env(OPENAI_API_KEY=CANARY).items():
            patch.setenv(name, value)
        yield World(folder, stand_in)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A world whose model is sensible."""
    with world_in(tmp_path) as made:
        yield made


def asked(server: StandIn) -> Counter[str]:
    """How often each prompt was sent."""
    return Counter(sensible_model.task(request) for request in server.requests)
