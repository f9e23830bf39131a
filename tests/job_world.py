"""Jobs over the fake engine, in a home of their own, for tests of the service and of what stands on it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fake_engine import FakeEngine, FakeSource, nothing

from assignee.jobs import Job, JobEvent, Jobs
from assignee.settings import ReviewRequest, Settings
from assignee.tools.text_store import TextStore

__all__ = ["QUESTION", "Gate", "World", "make_world", "told"]

QUESTION = "Does training on English tasks raise transfer accuracy?"


class World:
    """A home, a library that only has to be there, and jobs over the fake engine."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(home=folder / "home", concurrency=1)
        self.library = folder / "library.txt"
        self.library.write_text("It only has to be there.")
        self.store = TextStore(self.settings.index / "texts.sqlite")

    def request(self, question: str = QUESTION) -> ReviewRequest:
        return ReviewRequest(question=question, library=(self.library,), date="2026-11-21")

    def jobs(self, hook: Callable[[str], None] = nothing, *, concurrency: int = 2) -> Jobs:
        source = FakeSource(self.store, hook=hook)
        return Jobs(
            self.settings, concurrency=concurrency, engine=FakeEngine(hook), sources={"library": source}
        )


@pytest.fixture(name="world")
def make_world(tmp_path: Path) -> Iterator[World]:
    (tmp_path / "home" / "index").mkdir(parents=True)
    made = World(tmp_path)
    yield made
    made.store.close()


class Gate:
    """A hook that holds the engine at a node until it is opened."""

    def __init__(self, node: str) -> None:
        self._node = node
        self.reached = threading.Event()
        self.free = threading.Event()

    def __call__(self, node: str) -> None:
        if node == self._node:
            self.reached.set()
            assert self.free.wait(60)


async def told(jobs: Jobs, job: Job, after: int = 0) -> list[JobEvent]:
    return [event async for event in jobs.follow(job.id, after)]
