"""Runs that stop early: the budget is spent, the endpoint is gone, the process is killed. What they found stays paid for."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import report_invariants
import sensible_model
from model_world import RECORDS, World, world, world_in
from stand_in_server import Bad

from assignee.agents.engine_openai import OpenAIEngine
from assignee.agents.model_calls import ModelCalls
from assignee.claims import Decided, Outcome, Status
from assignee.errors import UserError
from assignee.graphs.events import Phase, Progress
from assignee.service import Watch, resume, start

__all__ = ["world"]

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])
Whole = tuple[bytes, int]
RECORDS_BY_ID = {record["id"]: record for record in RECORDS}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    """A run that nobody stops: its report and the number of its calls."""
    with world_in(tmp_path_factory.mktemp("whole")) as made:
        made.review()
        return made.report(), len(made.server.requests)


class Killed(BaseException):
    """The process dies here."""


def repeated(world: World) -> list[str]:
    """The prompts that were sent more than once with the same words."""
    sent = Counter(json.dumps(request["messages"]) for request in world.server.requests)
    return [text for text, count in sent.items() if count > 1]


class Dying(OpenAIEngine):
    """Dies at each of its calls once, before it does anything, when all that was asked before is answered."""

    def __init__(self, died: list[str]) -> None:
        super().__init__()
        self._died = died
        for name in ("plan", "screen", "extract", "adjudicate", "write", "chair", "decide"):
            setattr(self, name, self._mortal(name, getattr(self, name)))
        for seat in self.seats.values():
            seat.check = self._mortal(seat.name, seat.check)  # type: ignore[method-assign]
        for reviewer in self.reviewers.values():
            reviewer.review = self._mortal(reviewer.name, reviewer.review)  # type: ignore[method-assign]

    def _mortal(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def once(*given: Any) -> Any:
            self.die_at(name)
            return call(*given)

        return once

    def die_at(self, name: str) -> None:
        if name in self._died:
            return
        self._died.append(name)
        session = self._session
        if session is not None:
            session.calls.run(lambda: self._drained(session.calls))
        raise Killed

    @staticmethod
    async def _drained(calls: ModelCalls) -> None:
        while pending := [task for task in (*calls._tasks.values(), *calls._background) if not task.done()]:
            await asyncio.gather(*pending, return_exceptions=True)


def test_killed_at_every_node_a_run_pays_nothing_twice(whole: Whole, tmp_path: Path) -> None:
    """Each resumed life gets one node further and dies there; the last one finishes."""
    expected, calls = whole
    with world_in(tmp_path / "killed") as world:
        died: list[str] = []

        async def life(run: str) -> None:
            engine = Dying(died)

            def event(progress: Progress) -> None:
                if progress.phase is Phase.FINISHED and progress.stage in (
                    "search",
                    "deduplicate",
                    "read",
                    "finish",
                ):
                    engine.die_at(progress.stage)

            watch = Watch(begun=world._begun, event=event)
            if run:
                await resume(run, world.settings, engine=engine, watch=watch)
            else:
                out = tmp_path / "killed" / "out"
                await start(world.request(), world.settings, out=out, engine=engine, watch=watch)

        while True:
            try:
                asyncio.run(life(world.run))
                break
            except Killed:
                assert len(died) < 30
        assert len(died) == 7 + 8 + 3 + 4
        assert repeated(world) == []
        assert len(world.server.requests) == calls
        assert world.report() == expected


@pytest.mark.parametrize("calls", [1, 26, 41])
def test_whenever_the_budget_ends_the_report_is_valid(tmp_path: Path, calls: int) -> None:
    with world_in(tmp_path) as world:
        report = world.review(max_calls=calls).report
        assert len(world.server.requests) <= calls
        assert report.status is Status.PARTIAL
        assert any("the budget of the run is spent" in line for line in report.manifest.problems)
        report_invariants.holds(report, RECORDS_BY_ID)
        assert world.record()["stopped"] == ["the budget of the run is spent"]


def test_a_run_goes_on_under_a_higher_limit_and_pays_nothing_twice(whole: Whole, tmp_path: Path) -> None:
    expected, calls = whole
    with world_in(tmp_path / "limited") as world:
        assert world.review(max_calls=20).report.status is Status.PARTIAL
        again = world.resume()
        assert again.report.status is Status.PARTIAL
        assert len(world.server.requests) <= 20  # what was spent counts in the resumed run too
        assert world.resume(max_calls=1000).report.status is Status.COMPLETE
        assert world.report() == expected
        assert repeated(world) == []
        assert len(world.server.requests) == calls


def test_no_cache_asks_anew_and_still_resumes_for_free(world: World) -> None:
    world.review()
    first = len(world.server.requests)
    world.review(no_cache=True)
    assert len(world.server.requests) == 2 * first
    assert world.review(no_cache=True, max_calls=20).report.status is Status.PARTIAL
    world.resume(max_calls=1000)
    assert len(world.server.requests) == 3 * first


def test_an_endpoint_that_is_lost_ends_the_run_partial_and_resumable(whole: Whole, tmp_path: Path) -> None:
    gone: list[bool] = []

    def dying(request: dict[str, Any]) -> Any:
        if gone[-1:] == [True] and sensible_model.task(request) != "extractor":
            return Bad("status", 503)
        return sensible_model.answer(request)

    expected, _ = whole
    with world_in(tmp_path / "lost", answer=dying) as world:

        def event(progress: Progress) -> None:
            if progress.stage == "extract" and not gone:
                gone.append(True)

        report = world.review(event=event).report
        assert report.status is Status.PARTIAL
        assert report.decision.decision is not Decided.APPROVE
        report_invariants.holds(report, RECORDS_BY_ID)
        assert [item for item in report.claims if item.outcome is Outcome.NOT_ADJUDICATED]
        assert world.record()["stopped"] == ["the model's endpoint was lost"]
        gone.append(False)
        world.resume()
        assert world.report() == expected
        read = [item for item in repeated(world) if "Task: extractor." in item]
        assert read == []  # what had been answered was not asked again


def test_calls_that_fail_at_random_change_nothing(whole: Whole, tmp_path: Path) -> None:
    seen: Counter[str] = Counter()

    def flaky(request: dict[str, Any]) -> Any:
        text = json.dumps(request["messages"])
        seen[text] += 1
        # Three of ten first attempts, and as many of the second ones, fail.
        if hash_of(f"{seen[text]}{text}") < 0.3:
            return Bad(("status", "rate_limit", "cut")[seen[text] % 3], 500)
        return sensible_model.answer(request)

    expected, calls = whole
    with world_in(tmp_path / "flaky", answer=flaky) as world:
        world.review()
        assert world.report() == expected
        assert len(world.server.requests) > 1.2 * calls
        assert max(seen.values()) <= 8


def hash_of(text: str) -> float:
    """A number in [0, 1) that looks drawn and is the same in every process."""
    import hashlib

    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") / 2**32


def test_a_run_that_changed_its_models_is_another_run(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.review(max_calls=9)
    monkeypatch.setenv("ASSIGNEE_MODEL_SCEPTIC", "another")
    with pytest.raises(UserError, match="the models or assignee have changed"):
        world.resume()


def test_what_is_spent_is_on_disk_after_every_call(world: World) -> None:
    world.review(max_calls=12)
    with sqlite3.connect(world.settings.runs / world.run / "model_spent.sqlite") as file:
        assert file.execute("SELECT calls FROM spent").fetchone() == (12,)
    assert len(world.server.requests) == 12
    answers = world.settings.home / "models" / "answers.sqlite"
    with sqlite3.connect(answers) as file:
        assert file.execute("SELECT count(*) FROM answers").fetchone() == (12,)
