"""A run in a process of its own that kills itself, for `test_resume`."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fake_engine import FakeEngine, FakeSource
from fake_services import FakeChaser, FakeFullTexts, FakeLookUp, FurtherEngine

from assignee.graphs.events import Progress
from assignee.service import Finished, Watch, resume, start
from assignee.settings import ReviewRequest, Settings
from assignee.tools.source import Found
from assignee.tools.text_store import TextStore

__all__ = ["Case", "carry_out"]

# 60 sentences in two papers: three batches of 25 for every seat. The search finds the first, which cites the second.
TEXTS = {
    paper: " ".join(
        f"Training on English task number {at} raises {measure} of group {at % 7} by {at} points."
        for at in range(first, first + 30)
    )
    for paper, measure, first in (("p1", "transfer accuracy", 1), ("p2", "transfer quality", 40))
}
FIRST, SECOND = ({paper: text} for paper, text in TEXTS.items())
ASKS_NO_ENGINE = ("deduplicate", "notices", "read", "finish")


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
        if progress.stage == case.node and case.node in ASKS_NO_ENGINE:
            os.kill(os.getpid(), signal.SIGKILL)

    asyncio.run(_go(case, FurtherEngine(hook), event, hook))


async def _go(case: Case, engine: FakeEngine, event: object, hook: object) -> Finished:
    settings = Settings(home=case.home, concurrency=1)
    texts = TextStore(settings.index / "texts.sqlite")
    sources = {"library": FakeSource(texts, FIRST, hook=hook), "arxiv": _Nothing()}  # type: ignore[arg-type]
    services = {
        "chasers": {"openalex": FakeChaser(texts, {"p1": SECOND}, hook=hook)},  # type: ignore[arg-type]
        "look_ups": {"crossref": FakeLookUp(open_at={"p2": "https://example.org/2.pdf"}, hook=hook)},  # type: ignore[arg-type]
        "full_texts": {"arxiv": FakeFullTexts(SECOND, only_located=True, hook=hook)},  # type: ignore[arg-type]
    }
    watch = Watch(event=event)  # type: ignore[arg-type]
    if case.run:
        return await resume(
            case.run, settings, engine=engine, sources=sources, services=services, watch=watch
        )
    request = ReviewRequest(
        question="Does English training raise transfer accuracy?",
        library=(case.library,),
        sources=("library", "arxiv"),
        date="2026-11-20",
    )
    return await start(
        request, settings, out=case.out, engine=engine, sources=sources, services=services, watch=watch
    )


class _Nothing:
    """A database that has nothing; with it among the sources, chasers, look-ups and full texts are asked."""

    name = "arxiv"

    def search(self, queries: Sequence[str], *, limit: int, until: str | None) -> Found:
        return Found()
