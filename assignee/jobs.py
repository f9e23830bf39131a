"""Reviews as jobs: a queue that survives the process, with what happens in each told as it happens.

    async with Jobs(Settings.from_env()) as jobs:
        job = await jobs.ask(ReviewRequest(question="Does A improve B?", library=(Path("papers"),)))
        async for event in jobs.follow(job.id):
            print(event.kind, event.data)
        found = await jobs.answer(job.id, "which papers contradict claim 3?")

Every front-end that serves several people (Slack, web, MCP) stands on this. One process owns the jobs of a home.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from assignee.claims import Report, Status
from assignee.errors import AssigneeError, UserError
from assignee.follow_up import FollowUp, Quoted, answer_from
from assignee.jobs_review import JobReview, result_of
from assignee.jobs_store import ENDED, Job, JobEvent, JobsStore, State
from assignee.jobs_work import Work
from assignee.request import from_dict, to_dict
from assignee.runs import RunFolder, all_runs
from assignee.service import Finished, identify
from assignee.settings import ReviewRequest, Settings
from assignee.verify import Verification, verify_claim

if TYPE_CHECKING:
    from assignee.agents.engine import Engine
    from assignee.tools.source import Source

__all__ = ["ENDED", "FollowUp", "Found", "Job", "JobEvent", "Jobs", "Quoted", "State", "result_of"]

MAX_WAITING = 1000  # jobs in the queue
_CHECKS = 2  # claim checks at once
_PATIENCE = 10.0  # seconds that `close` and `resume` wait for work that was told to stop


@dataclass(frozen=True, slots=True)
class Found:
    """What a job has found so far, finished or not: the papers screened and each claim as last told.

    The entries have the form of the events "papers" and "claim".
    """

    papers: tuple[dict[str, Any], ...]
    claims: tuple[dict[str, Any], ...]


class Jobs:
    """The jobs of `settings.home`; at most `concurrency` run at once, the others wait in order.

    `engine` and `sources` replace what requests name. With `shared=False` the queue lives in memory, for a process
    beside the owner: runs are still kept on disk, jobs are not picked up again. An async context manager. All
    methods are for the event loop that opened it; none blocks it for longer than a look into a small database.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        concurrency: int = 2,
        engine: Engine | None = None,
        sources: Mapping[str, Source] | None = None,
        shared: bool = True,
    ) -> None:
        if concurrency < 1:
            raise UserError(f"--concurrency is {concurrency}; give a number from 1")
        self.settings = settings
        self._concurrency = concurrency
        self._engine = engine
        self._review = JobReview(settings, engine, sources, self._tell)
        self._shared = shared
        self._lock: Any = None
        self._opened: JobsStore | None = None
        self._queue: asyncio.Queue[str] = asyncio.Queue()
        self._workers: list[asyncio.Task[None]] = []
        self._running: dict[str, Work[Finished]] = {}
        self._news: dict[str, asyncio.Event] = {}
        self._checks = asyncio.Semaphore(_CHECKS)

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def open(self) -> None:
        """Open the queue and pick up what was waiting or running when the last process stopped.

        Raises UserError when another process owns the jobs of this home, or it cannot be written.
        """
        from filelock import FileLock, Timeout

        self._loop = asyncio.get_running_loop()
        if self._shared:
            lock = FileLock(self.settings.home / "jobs.lock", timeout=0)
            try:
                self.settings.home.mkdir(parents=True, exist_ok=True)
                lock.acquire()
            except Timeout:
                raise UserError(
                    f"another server works on the jobs of {self.settings.home}; stop it, or set another ASSIGNEE_HOME"
                ) from None
            except OSError as error:
                raise UserError(
                    f"the home folder {self.settings.home} cannot be written: {error.strerror}; set ASSIGNEE_HOME"
                ) from error
            self._lock = lock
        try:
            self._opened = JobsStore(self.settings.home / "jobs.db" if self._shared else ":memory:")
        except UserError:
            self._unlock()
            raise
        for job in self._store.in_state(State.RUNNING, State.QUEUED):
            self._store.move(job.id, State.QUEUED, only=(State.RUNNING,))
            self._queue.put_nowait(job.id)
        await asyncio.to_thread(self._adopt_all)
        self._workers = [asyncio.create_task(self._work()) for _ in range(self._concurrency)]

    async def close(self) -> None:
        """Stop what runs; it stays in the queue for the next `open`, to go on from its checkpoints."""
        works = list(self._running.values())
        for work in works:
            work.stop()
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)
        if works:
            await asyncio.wait([work.ended for work in works], timeout=_PATIENCE)
        self._workers, self._running = [], {}
        await asyncio.to_thread(self._review.close)
        if self._opened is not None:
            self._opened.close()
            self._opened = None
        self._unlock()
        for id in list(self._news):  # followers end
            self._announce(id)

    async def ask(self, request: ReviewRequest) -> Job:
        """Put a review into the queue. The same question over the same library joins the job that is there.

        One that failed or was cancelled starts again where it stopped. Raises UserError on misuse.
        """
        request, engine, id = await asyncio.to_thread(identify, request, self._engine)
        if self._engine is None:  # "auto" is decided now, not when its turn comes
            request = replace(request, engine=engine.name)
        known = self._store.get(id) or await asyncio.to_thread(
            self._adopt, RunFolder(self.settings.runs / id)
        )
        if known is not None:
            return await self.resume(id) if known.state in (State.FAILED, State.CANCELLED) else known
        if self._queue.qsize() >= MAX_WAITING:
            raise UserError(f"{MAX_WAITING:,} reviews are waiting already; ask again later")
        made = Job(
            id=id, question=request.question, state=State.QUEUED, created=_now(), request=to_dict(request)
        )
        if self._store.add(made):
            self._queue.put_nowait(id)
        return self.job(id)

    def job(self, id: str) -> Job:
        """The job of that id, or of an id that begins so (four digits or more). Raises UserError when unknown."""
        name = id.strip().lower()
        found: list[Job] = []
        if re.fullmatch(r"[0-9a-f]{4,12}", name):
            found = self._store.beginning(name)
            if not found and len(name) == 12:
                made = self._adopt(RunFolder(self.settings.runs / name))
                found = [made] if made else []
        if len(found) != 1:
            told = name if len(name) <= 40 else name[:40] + "…"
            raise UserError(f"the run {told!r} {'fits several runs' if found else 'is unknown'}")
        return found[0]

    def jobs(self, limit: int = 50) -> list[Job]:
        """The jobs, newest first, also those finished on the command line before this process opened."""
        return self._store.newest(max(1, limit))

    async def follow(self, id: str, after: int = 0) -> AsyncIterator[JobEvent]:
        """The events of a job with a number above `after`: those of the past, then live ones; ends with the job.

        Take the end of the iteration for the end: a job that was cancelled or failed and then resumed has its event
        "cancelled" or "failed" in the middle.
        """
        id = self.job(id).id
        while True:
            news = self._news.setdefault(id, asyncio.Event())
            if self._opened is None:
                return
            ended = self.job(id).ended  # before the events, so that none is missed
            for event in self._store.events(id, after):
                after = event.number
                yield event
            if ended:
                return
            await news.wait()

    def events(self, id: str, after: int = 0) -> list[JobEvent]:
        """The events so far with a number above `after`."""
        return self._store.events(self.job(id).id, after)

    def found(self, id: str) -> Found:
        """What the job has found so far, also when it was cancelled or failed."""
        id = self.job(id).id
        papers = self._store.events(id, kind="papers")
        claims: dict[str, dict[str, Any]] = {}
        for event in self._store.events(id, kind="claim"):
            claims[event.data["id"]] = event.data
        last = max((item["round"] for item in claims.values()), default=0)
        kept = tuple(item for item in claims.values() if item["round"] == last)
        return Found(tuple(papers[-1].data["papers"]) if papers else (), kept)

    async def cancel(self, id: str) -> Job:
        """Stop a job at once. What it found stays, and `resume` goes on from there. Nothing happens to an ended one."""
        job = self.job(id)
        work = self._running.get(job.id)
        if work is not None and not job.ended:
            work.stop()
        if self._store.move(job.id, State.CANCELLED, only=(State.QUEUED, State.RUNNING)):
            found = self.found(job.id)
            self._note(job.id, "cancelled", {"papers": len(found.papers), "claims": len(found.claims)})
        return self.job(job.id)

    async def resume(self, id: str) -> Job:
        """Put a job that failed, was cancelled or ended partial back into the queue; others stay as they are."""
        job = self.job(id)
        if self._store.move(job.id, State.QUEUED, only=(State.FAILED, State.CANCELLED, State.PARTIAL)):
            self._note(job.id, "resumed", {})
            self._queue.put_nowait(job.id)
        return self.job(job.id)

    def report(self, id: str) -> Report:
        """The report of a finished job. Raises UserError while there is none."""
        from assignee.render.report_file import load_report

        return load_report(self._finished(id).report).report

    def files(self, id: str) -> Path:
        """The folder with report.md, report.html, report.json and so on; made anew where it has gone."""
        run = self._finished(id)
        return self._review.files(run, self.report(run.id))

    def rendered(self, id: str, format: str) -> tuple[str, bytes]:
        """(file name, content) of the report in one format of the registry: md, html, pdf, json, bib, ris, csl-json.

        Raises UserError for an unknown format or a missing extra. Takes up to a second: call it in a thread.
        """
        return self._review.rendered(self.report(id), format)

    async def answer(self, id: str, question: str) -> FollowUp:
        """Answer a question about a finished run from its records only. Raises UserError for an empty or huge one."""
        report = await asyncio.to_thread(self.report, id)
        return await asyncio.to_thread(answer_from, report, question)

    async def verify(self, claim: str, library: Sequence[Path]) -> Verification:
        """Check one claim against a library, two at a time in this process (`assignee.verify.verify_claim`)."""
        async with self._checks:
            return await asyncio.to_thread(self._verify, claim, library)

    def _verify(self, claim: str, library: Sequence[Path]) -> Verification:
        return verify_claim(claim, library, toolbox=self._review.tools())

    @property
    def _store(self) -> JobsStore:
        if self._opened is None:
            raise UserError("the server is not open; start it again")
        return self._opened

    def _finished(self, id: str) -> RunFolder:
        job = self.job(id)
        run = RunFolder(self.settings.runs / job.id)
        if job.state not in (State.DONE, State.PARTIAL) or not run.report.is_file():
            why = f": {job.error}" if job.error else ""
            raise UserError(f"run {job.id} has no report; it is {job.state}{why}")
        return run

    async def _work(self) -> None:
        while True:
            id = await self._queue.get()
            before = self._running.get(id)
            if (
                before is not None and not before.ended.done()
            ):  # cancelled, resumed, and not yet out of its last step
                await asyncio.wait([before.ended], timeout=_PATIENCE)
            if self._store.move(id, State.RUNNING, only=(State.QUEUED,)):
                await self._carry_out(self.job(id))

    async def _carry_out(self, job: Job) -> None:
        cites = {paper["id"]: paper["cite"] for paper in self.found(job.id).papers}
        work = Work(partial(self._review.run, job.id, from_dict(job.request), cites), f"job {job.id}")
        self._running[job.id] = work
        await asyncio.wait([work.ended])
        if self._running.get(job.id) is work:
            del self._running[job.id]
        state, error, result = _outcome(work)
        if state is None or not self._store.move(
            job.id, state, only=(State.RUNNING,), error=error, result=result
        ):
            return
        self._note(job.id, "failed" if error else "done", {"error": error} if error else result or {})

    def _tell(self, id: str, events: list[tuple[str, dict[str, Any]]]) -> None:
        """Keep events that a job's thread sends and wake its followers, from that thread."""
        work = self._running.get(id)
        if work is None or work.stopped or self._opened is None:
            return
        self._store.tell(id, events)
        with suppress(RuntimeError):  # the loop has closed
            self._loop.call_soon_threadsafe(self._announce, id)

    def _note(self, id: str, kind: str, data: dict[str, Any]) -> None:
        self._store.tell(id, [(kind, data)])
        self._announce(id)

    def _announce(self, id: str) -> None:
        news = self._news.pop(id, None)
        if news is not None:
            news.set()

    def _adopt_all(self) -> None:
        known = self._store.ids()
        for run in all_runs(self.settings):
            if run.id not in known:
                self._adopt(run)

    def _adopt(self, run: RunFolder) -> Job | None:
        """Take in a run that was finished elsewhere, on the command line for example."""
        from assignee.render.report_file import load_report

        try:
            record = run.record()
            if record is None:
                return None
            asked, report = run.asked(), load_report(run.report).report
            request = to_dict(from_dict(asked["request"]))
        except (OSError, ValueError, KeyError, AssigneeError):
            return None  # not a run that we could show
        made = Job(
            id=run.id,
            question=report.question,
            state=_state_of(report),
            created=asked["created"],
            request=request,
            result=result_of(report),
        )
        if self._store.add(made):
            self._store.tell(run.id, [*self._review.records(report), ("done", made.result)])
        return self._store.get(run.id)

    def _unlock(self) -> None:
        if self._lock is not None:
            self._lock.release()
            self._lock = None


def _outcome(work: Work[Finished]) -> tuple[State | None, str, dict[str, Any] | None]:
    """How work ended: state, error in one line, result. None where it was stopped."""
    if work.ended.cancelled() or work.stopped:
        return None, "", None
    problem = work.ended.exception()
    if problem is None:
        report = work.ended.result().report
        return _state_of(report), "", result_of(report)
    told = (
        str(problem)
        if isinstance(problem, AssigneeError)
        else f"unexpected {type(problem).__name__}: {problem}"
    )
    return State.FAILED, " ".join(told.split()) or type(problem).__name__, None


def _state_of(report: Report) -> State:
    return State.PARTIAL if report.status is Status.PARTIAL else State.DONE


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
