"""Carrying out one job: the review itself, what of it is told while it runs, and its files."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assignee.claims import CheckedClaim, Claim, Outcome, Paper, Report
from assignee.errors import RunError
from assignee.outputs import place
from assignee.runs import RunFolder
from assignee.service import Finished, Watch, identify, resume, start
from assignee.settings import ReviewRequest, Settings

if TYPE_CHECKING:
    from assignee.agents.engine import Engine
    from assignee.graphs.events import Progress
    from assignee.tools.source import Source
    from assignee.tools.toolbox import Toolbox

__all__ = ["JobReview", "result_of"]

Told = list[tuple[str, dict[str, Any]]]


def result_of(report: Report) -> dict[str, Any]:
    """What a list of jobs and an end of a job tell of a report. JSON-ready."""
    return {
        "status": str(report.status),
        "title": report.title,
        "answer": report.answer.text,
        "direction": str(report.answer.direction),
        "strength": str(report.answer.strength),
        "score": report.decision.score,
        "decision": str(report.decision.decision),
        "grade": str(report.decision.grade),
        "headline": report.headline.to_dict(),
        "flow": report.flow.to_dict(),
        "problems": list(report.manifest.problems),
    }


class JobReview:
    """`tell(id, events)` keeps (kind, data) events; it is called in the thread of the job."""

    def __init__(
        self,
        settings: Settings,
        engine: Engine | None,
        sources: Mapping[str, Source] | None,
        tell: Callable[[str, Told], None],
    ) -> None:
        self._settings = settings
        self._engine = engine
        self._sources = sources
        self._tell = tell
        self._lock = threading.Lock()
        self._toolbox: Toolbox | None = None

    async def run(self, id: str, request: ReviewRequest, cites: Mapping[str, str]) -> Finished:
        """Carry out the review from its checkpoints, or from the beginning where there are none.

        `cites` names the papers known from an earlier execution, by id. Raises what `service.start` raises; RunError
        where the library is no longer what was asked about.
        """
        run = RunFolder(self._settings.runs / id)
        teller = _Teller(id, self._tell, cites)
        watch = Watch(event=teller.event, update=teller.update)
        toolbox = self.tools()
        if (run.path / "request.json").is_file():
            return await resume(
                id,
                self._settings,
                engine=self._engine,
                sources=self._sources,
                watch=watch,
                toolbox=toolbox,
            )
        if identify(request, self._engine)[2] != id:
            raise RunError(
                "the library, the models or assignee changed while the question waited; ask it again"
            )
        return await start(
            request,
            self._settings,
            out=self._folder(run),
            force=True,
            engine=self._engine,
            sources=self._sources,
            watch=watch,
            toolbox=toolbox,
        )

    def files(self, run: RunFolder, report: Report) -> Path:
        """The folder of the report's files, written where it is missing."""
        from assignee.render.files import report_files
        from assignee.runs import json_text

        folder = self._folder(run)
        if not (folder / "report.json").is_file():
            with self._texts(report) as texts:
                rendered = report_files(report, texts)
            place(folder, rendered | {"run.json": json_text(run.record() or {})})
        return folder

    def rendered(self, report: Report, format: str) -> tuple[str, bytes]:
        """(file name, content) of a report in one format of the registry."""
        from assignee.render.files import render_as

        with self._texts(report) as texts:
            return render_as(format, report, texts)

    def records(self, report: Report) -> Told:
        """The events that a finished report would have told."""
        cites = {paper.id: paper.cite for paper in report.papers}
        claims = [("claim", judged_event(item, cites, 0)) for item in report.claims]
        return [("papers", papers_event(report.papers, 0)), *claims]

    def _folder(self, run: RunFolder) -> Path:
        return self._settings.home / "reports" / run.id

    @contextmanager
    def _texts(self, report: Report) -> Iterator[Callable[[str], str]]:
        from assignee.tools.text_store import TextStore

        hashes = {paper.id: paper.text_hash for paper in report.papers}
        self._settings.index.mkdir(parents=True, exist_ok=True)
        store = TextStore(self._settings.index / "texts.sqlite")
        try:
            yield lambda paper_id: store.get(hashes[paper_id])
        finally:
            store.close()

    def close(self) -> None:
        """Close the stores and let go of the encoder."""
        with self._lock:
            if self._toolbox is not None:
                self._toolbox.close()
                self._toolbox = None

    def tools(self) -> Toolbox:
        """One toolbox for all jobs and claim checks, from the first on: one encoder in memory, one owner of the store.

        Opened anew for each job, the encoder costs memory that the allocator does not give back (measured: 10 MB a
        job; kept open, none).
        """
        from assignee.tools.toolbox import Toolbox

        with self._lock:
            if self._toolbox is None:
                self._toolbox = Toolbox.open(self._settings)
            return self._toolbox


class _Teller:
    """Turns what nodes change of the state into events: papers when screened, claims when found and when judged."""

    def __init__(self, id: str, tell: Callable[[str, Told], None], cites: Mapping[str, str]) -> None:
        self._id = id
        self._tell = tell
        self._cites = dict(cites)
        self._round = 0

    def event(self, event: Progress) -> None:
        """Tell that a stage began, ended, or failed."""
        self._round = event.round
        self._tell(self._id, [("stage", event.to_dict())])

    def update(self, node: str, update: Mapping[str, Any]) -> None:
        """`update` is what the node changed of `graphs.state.ReviewState`."""
        told: Told = []
        if node == "screen":
            papers = [Paper.from_dict(item) for item in update["papers"]]
            self._cites = {paper.id: paper.cite for paper in papers}
            told = [("papers", papers_event(papers, self._round))]
        elif node == "extract":
            claims = [Claim.from_dict(item) for item in update["claims"]]
            told = [("claim", claim_event(claim, self._cites, self._round)) for claim in claims]
        elif node == "adjudicate":
            checked = [CheckedClaim.from_dict(item) for item in update["checked"]]
            told = [("claim", judged_event(item, self._cites, self._round)) for item in checked]
        if told:
            self._tell(self._id, told)


def papers_event(papers: Iterable[Paper], round: int) -> dict[str, Any]:
    """The event "papers"."""
    kept = [
        {
            "id": paper.id,
            "title": paper.title,
            "cite": paper.cite,
            "year": paper.year,
            "included": paper.included,
            "reason": paper.reason,
        }
        for paper in papers
    ]
    return {"round": round, "papers": kept}


def claim_event(claim: Claim, cites: Mapping[str, str], round: int) -> dict[str, Any]:
    """The event "claim" of one that is not judged yet."""
    return {
        "round": round,
        "id": claim.id,
        "text": claim.text,
        "quote": claim.quote,
        "paper_id": claim.paper_id,
        "cite": cites.get(claim.paper_id, ""),
        "mark": "",
        "outcome": "",
        "confidence": None,
        "why": "",
    }


def judged_event(item: CheckedClaim, cites: Mapping[str, str], round: int) -> dict[str, Any]:
    """The event "claim" of one that is judged."""
    outcome: Outcome = item.outcome
    return claim_event(item.claim, cites, round) | {
        "mark": outcome.mark,
        "outcome": str(outcome),
        "confidence": item.confidence,
        "why": item.why,
    }
