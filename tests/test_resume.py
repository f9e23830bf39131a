"""kill -9 at every node, then `resume`: nothing finished is done again, and the report is the same to the byte."""

from __future__ import annotations

import multiprocessing
import sqlite3
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from killed_run import Case, carry_out
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.serde.types import ERROR

from assignee.errors import RunLocked, UserError
from assignee.runs import RunFolder, all_runs, find_run
from assignee.settings import Settings
from assignee.tools.checkpoints import Checkpoints

# The fork server is reached through a socket file of its own.
pytestmark = pytest.mark.block_network(allowed_hosts=[r".*/pymp-[^/]+/listener-[^/]+"])

FILES = ("report.md", "report.html", "report.json", "references.bib")
NODES = (
    "plan",
    "search",
    "deduplicate",
    "screen",
    "expand",
    "chase",
    "look_up",
    "notices",
    "fetch",
    "read",
    "extract",
    "quote_check",
    "overlap",
    "adjudicate",
    "write",
    "kind_reader",
    "kinder_reader",
    "decide",
    "finish",
)

# A server process imports what is slow once; every case is a fork of it, with no thread of its own yet.
SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(["killed_run", "assignee.graphs.review", "langgraph.checkpoint.sqlite.aio"])


def process(case: Case) -> int | None:
    child = SERVER.Process(target=carry_out, args=(case,))
    child.start()
    child.join()
    return child.exitcode


def calls(case: Case) -> Counter[str]:
    return Counter(case.log.read_text().split()) if case.log.exists() else Counter()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """A run that nobody interrupts."""
    home = tmp_path_factory.mktemp("resume")
    library = home / "library.txt"
    library.write_text("It only has to be there.")
    case = Case(home=home / "home", library=library, out=home / "whole", log=home / "whole.log")
    assert process(case) == 0
    return case


@pytest.mark.parametrize("node", NODES)
def test_a_killed_run_resumes_to_the_same_bytes(whole: Case, tmp_path: Path, node: str) -> None:
    at = 2 if node in ("quote_check", "overlap") else 1  # the second of three batches
    killed = replace(whole, out=tmp_path / "out", log=tmp_path / "log", node=node, at=at)
    assert process(killed) == -9
    assert not killed.out.exists()
    before = calls(killed)

    [run] = all_runs(Settings(home=whole.home))
    assert run.record() is None
    assert process(replace(killed, node="", run=run.id)) == 0
    for name in FILES:
        assert (killed.out / name).read_bytes() == (whole.out / name).read_bytes(), name

    again = calls(killed)
    again.subtract(calls(whole))
    repeated = {name: count for name, count in again.items() if count}
    # One call at a time was in flight, so one at most is made again.
    assert repeated in ({}, {node: 1}), before


def test_a_finished_run_is_not_repeated(whole: Case, tmp_path: Path) -> None:
    case = replace(whole, out=tmp_path / "out", log=tmp_path / "log")
    assert process(case) == 0
    [run] = all_runs(Settings(home=whole.home))
    before = calls(case)
    (case.out / "report.md").unlink()
    assert process(replace(case, run=run.id)) == 0
    assert calls(case) == before
    assert (case.out / "report.md").read_bytes() == (whole.out / "report.md").read_bytes()


def test_of_the_checkpoints_only_those_are_kept_that_a_run_goes_on_from(whole: Case) -> None:
    [run] = all_runs(Settings(home=whole.home))
    with sqlite3.connect(run.checkpoints) as file:
        kept = {id for (id,) in file.execute("SELECT checkpoint_id FROM checkpoints")}
        written = {id for (id,) in file.execute("SELECT checkpoint_id FROM writes")}
    assert len(kept) == 2
    assert written <= kept


def test_a_changed_library_is_another_run(whole: Case, tmp_path: Path) -> None:
    library = tmp_path / "library.txt"
    library.write_text("One text.")
    case = replace(whole, home=tmp_path / "home", library=library, out=tmp_path / "out", log=tmp_path / "log")
    assert process(replace(case, node="extract")) == -9
    [run] = all_runs(Settings(home=case.home))
    library.write_text("Another text.")
    assert process(replace(case, run=run.id)) == 1
    assert not case.out.exists()


def test_two_processes_do_not_work_on_one_run(tmp_path: Path) -> None:
    run = RunFolder(tmp_path / "runs" / "0123456789ab")
    with run.locked():
        assert run.in_progress()
        with (
            pytest.raises(RunLocked, match="0123456789ab is being worked on by another process"),
            run.locked(),
        ):
            pytest.fail("the lock was given twice")
    assert not run.in_progress()


def test_a_run_is_found_by_its_first_digits(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    for id in ("aaaa00000000", "aaaa11111111", "bbbb00000000"):
        folder = RunFolder(settings.runs / id)
        folder.path.mkdir(parents=True)
        folder.begin({"request": {}, "created": "2026"})
    assert find_run(settings, "bbbb").id == "bbbb00000000"
    assert find_run(settings, "aaaa1").id == "aaaa11111111"
    for name, why in (
        ("aaaa", "fits several"),
        ("cccc", "is unknown"),
        ("../x", "is unknown"),
        ("", "is unknown"),
    ):
        with pytest.raises(UserError, match=why):
            find_run(settings, name)


async def test_what_a_cancelled_task_returned_is_not_taken_for_its_end(tmp_path: Path) -> None:
    """LangGraph writes both for a task cancelled before its edge was followed; read back, the run would end there."""
    config: RunnableConfig = {"configurable": {"thread_id": "run", "checkpoint_ns": "", "checkpoint_id": "1"}}
    async with Checkpoints.open(tmp_path / "checkpoints.sqlite") as saver:
        await saver.setup()
        await saver.aput_writes(config, [("claims", [1]), (ERROR, "cancelled")], "cancelled")
        await saver.aput_writes(config, [("claims", [1]), ("branch:to:write", None)], "ended")
        rows = await saver.conn.execute_fetchall("SELECT task_id, channel FROM writes ORDER BY task_id, idx")
    assert {task: [channel for t, channel in rows if t == task] for task in ("cancelled", "ended")} == {
        "cancelled": [ERROR],
        "ended": ["claims", "branch:to:write"],
    }
