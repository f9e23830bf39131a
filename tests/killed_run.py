"""A run in a process of its own that kills itself, for `test_resume`."""

from __future__ import annotations

import asyncio
import os
import signal
from dataclasses import dataclass
from pathlib import Path

from fake_engine import FakeEngine, FakeSource

from assignee.graphs.events import Progress
from assignee.service import Finished, Watch, resume, start
from assignee.settings import ReviewRequest, Settings
from assignee.tools.text_store import TextStore

__all__ = ["Case", "carry_out"]

# 60 sentences in two papers: three batches of 25 for every seat.
TEXTS = {
    paper: " ".join(
        f"Training on English task number {at} raises {measure} of group {at % 7} by {at} points."
        for at in range(first, first + 30)
    )
    for paper, measure, first in (("p1", "transfer accuracy", 1), ("p2", "transfer quality", 40))
}


@dataclass(frozen=True, slots=True)
class Case:
    """Where a run stands and when it dies: at the `at`-th call of `node`, or when `node` announces itself."""

    home: Path
    library: Path
    out: Path
    log: Path
    node: str = ""
    at: int = 1
    run: str = ""


def carry_out(case: Case) -> None:
    """Start the run, or resume `case.run`; every call of the engine is noted in the log before it is made."""
    calls: dict[str, int] = {}

    def hook(node: str) -> None:
        calls[node] = calls.get(node, 0) + 1
        with case.log.open("a") as log:
            log.write(f"{node}\n")
        if node == case.node and calls[node] == case.at:
            os.kill(os.getpid(), signal.SIGKILL)

    def event(progress: Progress) -> None:
        if progress.stage == case.node and case.node in ("deduplicate", "read", "finish"):
            os.kill(os.getpid(), signal.SIGKILL)  # these three ask the engine nothing

    asyncio.run(_go(case, FakeEngine(hook), event, hook))


async def _go(case: Case, engine: FakeEngine, event: object, hook: object) -> Finished:
    settings = Settings(home=case.home, concurrency=1)
    source = FakeSource(TextStore(settings.index / "texts.sqlite"), TEXTS, hook=hook)  # type: ignore[arg-type]
    watch = Watch(event=event)  # type: ignore[arg-type]
    if case.run:
        return await resume(case.run, settings, engine=engine, sources={"library": source}, watch=watch)
    request = ReviewRequest(
        question="Does English training raise transfer accuracy?", library=(case.library,), date="2026-11-20"
    )
    return await start(
        request, settings, out=case.out, engine=engine, sources={"library": source}, watch=watch
    )
