"""Reviews as jobs: asked, followed from any point, cancelled, picked up after a restart; fifty at once, none lost."""

from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from job_world import QUESTION, Gate, World, make_world, told  # noqa: F401

from assignee.errors import RunError, UserError
from assignee.jobs import Jobs, State
from assignee.runs import RunFolder
from assignee.tools.checkpoints import Checkpoints


async def test_a_job_tells_its_stages_papers_and_claims_and_ends_with_a_report(world: World) -> None:
    async with world.jobs() as jobs:
        job = await jobs.ask(world.request())
        assert job.state in (State.QUEUED, State.RUNNING)
        events = await told(jobs, job)
        assert [event.number for event in events] == list(range(1, len(events) + 1))
        stages = [(event.data["stage"], event.data["phase"]) for event in events if event.kind == "stage"]
        assert stages[0] == ("plan", "started")
        assert ("finish", "finished") in stages or stages[-1][1] == "finished"
        [papers] = [event for event in events if event.kind == "papers"]
        assert [(p["id"], p["included"], p["reason"]) for p in papers.data["papers"]] == [
            ("p1", True, "on topic"),
            ("p2", True, "on topic"),
            ("p3", False, "about heat"),
        ]
        report = jobs.report(job.id)
        claims = [event.data for event in events if event.kind == "claim"]
        assert [c["mark"] for c in claims] == [""] * len(report.claims) + [
            item.outcome.mark for item in report.claims
        ]
        assert {c["mark"] for c in claims[len(report.claims) :]} == {"✓", "–"}
        assert events[-1].kind == "done"
        done = jobs.job(job.id)
        assert done.state is State.DONE
        assert done.result == events[-1].data
        assert done.result["flow"]["screened"] == 3
        assert (jobs.files(job.id) / "report.md").is_file()
        name, content = jobs.rendered(job.id, "md")
        assert content == (jobs.files(job.id) / name).read_bytes()
        # from any point, also long after the end
        assert await told(jobs, job, after=5) == events[5:]
        assert await told(jobs, job, after=len(events)) == []


async def test_the_same_question_joins_the_job_that_is_there(world: World) -> None:
    gate = Gate("extract")
    async with world.jobs(gate) as jobs:
        asked = await asyncio.gather(*(jobs.ask(world.request()) for _ in range(5)))
        assert len({job.id for job in asked}) == 1
        assert await asyncio.to_thread(gate.reached.wait, 60)
        joined = await jobs.ask(replace(world.request(), question=f"  {QUESTION} "))
        assert (joined.id, joined.state) == (asked[0].id, State.RUNNING)
        gate.free.set()
        await told(jobs, joined)
        assert (await jobs.ask(world.request())).state is State.DONE
        assert len(jobs.jobs()) == 1
        assert sum(event.kind == "done" for event in jobs.events(joined.id)) == 1


async def test_cancel_is_prompt_and_keeps_what_was_found_and_resume_goes_on_from_there(world: World) -> None:
    gate = Gate("quote_check")
    async with world.jobs(gate) as jobs:
        job = await jobs.ask(world.request())
        assert await asyncio.to_thread(gate.reached.wait, 60)
        # The engine is stuck in the seat; the cancellation does not wait for it.
        cancelled = await jobs.cancel(job.id)
        assert cancelled.state is State.CANCELLED
        events = await told(jobs, job)
        assert events[-1].kind == "cancelled"
        assert events[-1].data == {"papers": 3, "claims": 4}
        assert len(jobs.found(job.id).claims) == 4
        with pytest.raises(UserError, match="has no report; it is cancelled"):
            jobs.report(job.id)
        assert (await jobs.cancel(job.id)).state is State.CANCELLED
        assert len(jobs.events(job.id)) == len(events)
        gate.free.set()
        assert (await jobs.resume(job.id)).state is State.QUEUED
        later = await told(jobs, job, after=len(events))
        assert [later[0].kind, later[-1].kind] == ["resumed", "done"]
        stages = {event.data["stage"] for event in later if event.kind == "stage"}
        assert not stages & {"plan", "search", "screen", "extract"}, "done before; not done again"
        judged = [event.data for event in later if event.kind == "claim"]
        assert all(claim["cite"] for claim in judged)
        assert jobs.report(job.id).claims


async def test_a_waiting_job_is_cancelled_before_it_begins(world: World) -> None:
    gate = Gate("plan")
    async with world.jobs(gate, concurrency=1) as jobs:
        await jobs.ask(world.request())
        assert await asyncio.to_thread(gate.reached.wait, 60)
        second = await jobs.ask(world.request("Does it cost more?"))
        assert (await jobs.cancel(second.id)).state is State.CANCELLED
        gate.free.set()
        assert [event.kind for event in await told(jobs, second)] == ["cancelled"]
        assert not (world.settings.runs / second.id).exists()


async def test_a_restart_picks_up_what_ran_and_what_waited(world: World) -> None:
    gate = Gate("overlap")
    first = world.jobs(gate, concurrency=1)
    await first.open()
    running = await first.ask(world.request())
    waiting = await first.ask(world.request("Does it cost more?"))
    assert await asyncio.to_thread(gate.reached.wait, 60)
    before = first.events(running.id)
    gate.free.set()
    await first.close()
    assert not RunFolder(world.settings.runs / running.id).report.exists()

    asked: list[str] = []
    async with world.jobs(asked.append, concurrency=1) as jobs:
        events = await told(jobs, running, after=len(before))
        assert events[-1].kind == "done", events[-1].data
        assert "extract" not in asked[: asked.index("adjudicate")], "picked up from its checkpoint"
        await told(jobs, waiting)
        assert [job.state for job in jobs.jobs()] == [State.DONE, State.DONE]


async def test_a_run_stopped_between_the_last_write_and_the_end_of_a_step_goes_on(world: World) -> None:
    gate = Gate("adjudicate")
    async with world.jobs(gate) as jobs:
        job = await jobs.ask(world.request())
        assert await asyncio.to_thread(gate.reached.wait, 60)
        await jobs.cancel(job.id)
        gate.free.set()
    with sqlite3.connect(RunFolder(world.settings.runs / job.id).checkpoints) as database:
        newest = "SELECT checkpoint_id FROM checkpoints ORDER BY checkpoint_id DESC LIMIT 1"
        [[end_of_the_seats]] = database.execute(newest)
        database.execute("DELETE FROM checkpoints WHERE checkpoint_id = ?", [end_of_the_seats])
    database.close()
    asked: list[str] = []
    async with world.jobs(asked.append) as jobs:
        await jobs.resume(job.id)
        assert (await told(jobs, job))[-1].kind == "done"
        assert not set(asked) & {"extract", "quote_check", "overlap"}, "what was written is not done again"


async def test_a_cancelled_writer_leaves_no_lock_on_the_checkpoints(tmp_path: Path) -> None:
    file = tmp_path / "checkpoints.sqlite"
    async with Checkpoints.open(file) as saver:
        await saver.setup()
        sql = "INSERT INTO checkpoints (thread_id, checkpoint_id) VALUES ('a', 'b') RETURNING thread_id"
        cut_off = await saver.conn.execute(sql)  # cancelled here, before its commit
    with sqlite3.connect(file, timeout=0) as other:
        other.execute("INSERT INTO checkpoints (thread_id, checkpoint_id) VALUES ('c', 'd')")
        assert [row[0] for row in other.execute("SELECT thread_id FROM checkpoints")] == ["c"]
    other.close()
    del cut_off


async def test_a_failed_job_says_why_in_one_line_and_may_be_asked_again(world: World) -> None:
    broken = [RunError("the walls\n  have moved"), ValueError("x < 1")]

    def hook(node: str) -> None:
        if node == "screen" and broken:
            raise broken.pop(0)

    async with world.jobs(hook) as jobs:
        job = await jobs.ask(world.request())
        events = await told(jobs, job)
        assert (events[-1].kind, events[-1].data) == ("failed", {"error": "the walls have moved"})
        assert jobs.job(job.id).error == "the walls have moved"
        again = await jobs.ask(world.request())
        assert again.state is State.QUEUED
        assert (await told(jobs, again))[-1].data == {"error": "unexpected ValueError: x < 1"}
        await jobs.resume(job.id)
        assert (await told(jobs, again))[-1].kind == "done"
        assert jobs.job(job.id).error == ""


async def test_a_library_that_changes_while_the_question_waits_fails_the_job(world: World) -> None:
    gate = Gate("plan")
    async with world.jobs(gate, concurrency=1) as jobs:
        await jobs.ask(world.request())
        assert await asyncio.to_thread(gate.reached.wait, 60)
        second = await jobs.ask(world.request("Does it cost more?"))
        world.library.write_text("Another text.")
        gate.free.set()
        [event] = await told(jobs, second)
        assert "changed while the question waited" in event.data["error"]


async def test_fifty_jobs_at_once_are_all_carried_out_two_at_a_time(world: World) -> None:
    running: list[int] = []

    def count(node: str) -> None:
        running.append(sum(job.state is State.RUNNING for job in jobs.jobs(limit=100)))

    async with world.jobs(count) as jobs:
        requests = [world.request(f"Does task {number} raise accuracy?") for number in range(50)]
        asked = await asyncio.gather(*(jobs.ask(request) for request in requests))
        ends = await asyncio.gather(*(told(jobs, job) for job in asked))
        assert [events[-1].kind for events in ends] == ["done"] * 50
        assert len({job.id for job in jobs.jobs(limit=100) if job.state is State.DONE}) == 50
        assert max(running) == 2


async def test_one_process_owns_the_jobs_and_another_may_work_beside_it(world: World) -> None:
    async with world.jobs() as jobs:
        with pytest.raises(UserError, match="another server works on the jobs"):
            await world.jobs().open()
        job = await jobs.ask(world.request())
        await told(jobs, job)
        async with Jobs(world.settings, shared=False) as beside:
            assert beside.job(job.id[:6]).state is State.DONE, "finished runs are seen by all"
            assert beside.report(job.id) == jobs.report(job.id)
            assert [event.kind for event in await told(beside, job)][-1] == "done"


@pytest.mark.parametrize("name", ["", "zz", "0000", "0123456789ab", "../../etc", "x" * 5000])
async def test_an_unknown_run_is_one_line(world: World, name: str) -> None:
    async with world.jobs() as jobs:
        with pytest.raises(UserError, match="is unknown") as caught:
            jobs.job(name)
        assert len(str(caught.value)) < 100
        with pytest.raises(UserError, match="is unknown"):
            await jobs.cancel(name)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"question": "  "}, "the question is empty"),
        ({"question": "a" * 10_000}, "10,000 characters"),
        ({"library": (Path("/nowhere/at all"),)}, "is not there"),
        ({"max_papers": 0}, "give a number from 1"),
    ],
)
async def test_bad_requests_are_refused_and_leave_no_job(
    world: World, change: dict[str, object], why: str
) -> None:
    async with world.jobs() as jobs:
        with pytest.raises(UserError, match=why):
            await jobs.ask(replace(world.request(), **change))  # type: ignore[arg-type]
        assert jobs.jobs() == []
