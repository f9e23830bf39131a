"""The engine that asks language models, at any endpoint that speaks the OpenAI protocol.

The embedded seats vote beside the model's. What a model returns is located, recounted and checked before it is used; what
it does not return the embedded engine does instead, and the report says so. Everything that can be asked is asked at
once: control questions while the search runs, each paper's findings checked as soon as that paper is read.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assignee.claims import (
    CheckedClaim,
    Claim,
    Decided,
    Decision,
    Flow,
    Grade,
    Paper,
    Report,
    Review,
    RunManifest,
    Verdict,
)
from assignee.errors import AssigneeError, RunError, UserError
from assignee.registry import load, names
from assignee.settings import ReviewRequest, Settings

from . import adjudicator, extractor, model_reviewers, model_search, more_search, panel, writer
from .confidence import Calibration
from .engine import Told
from .grounding import SEATS
from .model_calls import ModelCalls, why
from .model_case import case_of
from .model_controls import Controls
from .model_draft import shown
from .model_extractor import ModelExtractor
from .model_limits import NOT_CALIBRATED, limits, summary_limit
from .model_reviewers import ModelReviewer
from .model_seats import CrossReader, GroundingSeat
from .model_votes import ask_case
from .model_writer import summarised
from .own_findings import OwnFindings
from .question import parse
from .reviewer import Reviewer
from .verifier import Verifier

if TYPE_CHECKING:
    from ..tools.corpus import Corpus
    from ..tools.gateway import Clock
    from ..tools.toolbox import Toolbox
    from .model_pairs import ModelPairChecker
    from .model_session import Session
    from .pair_seat import Task
    from .questions import Derived

__all__ = ["OpenAIEngine"]

_TOTAL, _PER_PAPER = 40, 4  # claims
_MORE_TOTAL, _MORE_PER_PAPER = 60, 6  # in a revision that asks for more
_LEAST_READ = 0.5  # share of the included papers that the model must have read for its report to be approved


class OpenAIEngine:
    """The agents of model mode, in the calls of `Engine`."""

    name = "openai"

    def __init__(self, clock: Clock | None = None) -> None:
        """`clock` replaces the gateway's own (tests): no waiting between attempts."""
        self._clock = clock
        self._lock = threading.Lock()
        self._session: Session | None = None
        self._closed = False
        embedded: dict[str, Verifier] = {name: load("verifiers", name)() for name in names("verifiers")}
        model: dict[str, Verifier] = {
            name: GroundingSeat(name, self._calls, self._controls) for name in SEATS
        }
        cross = CrossReader(self._calls, self._controls)
        self.seats: Mapping[str, Verifier] = embedded | model | {cross.name: cross}
        self.reviewers: Mapping[str, Reviewer] = {
            name: ModelReviewer(name, self._calls) for name in model_reviewers.DIMENSIONS
        }

    @staticmethod
    def configured() -> bool:
        """Whether the environment names a model, and a key or an address, for every role."""
        from ..tools.model_settings import ModelSettings

        return ModelSettings.from_env().configured

    def check(self) -> None:
        """Raises ModelSetupError, naming the variable to set, where a role has no model or no key."""
        from ..tools.model_settings import ROLES, ModelSettings

        models = ModelSettings.from_env()
        for role in ROLES:
            models.for_role(role)

    def makers(self) -> dict[str, dict[str, str]]:
        """What of this engine decides a report: {"models": {role: model}, "prompts": {name: hash}}."""
        from ..prompts.loader import load_prompt, prompt_names
        from ..tools.model_settings import ModelSettings

        models = {role: item.model for role, item in ModelSettings.from_env().roles.items()}
        prompts = {name: load_prompt(name).hash for name in prompt_names()}
        for found in (models, prompts):
            found.pop("questioner", None)  # asked before a review, and no part of one
        return {"models": models, "prompts": prompts}

    def prepare(self, request: ReviewRequest, settings: Settings, folder: Path | None) -> None:
        """Open the gateway with the request's limits. `folder` is the run's, None for a graph without one.

        Raises ModelSetupError where the models are not set up.
        """
        from .model_session import Session

        with self._lock:
            if self._session is None:
                self._session = Session.open(request, settings, folder, self._clock)
                self._closed = False

    def close(self) -> None:
        """Stop what is in flight and let go of the gateway."""
        with self._lock:
            session, self._session, self._closed = self._session, None, True
        if session is not None:
            session.close()

    def usage(self) -> dict[str, Any]:
        """What the calls of the run took, for run.json."""
        return self._session.usage() if self._session is not None else {}

    def told(self, stage: str) -> Told:
        """What a stage has to say beside its result."""
        return self._session.calls.told(stage) if self._session is not None else Told()

    def pair_checker(self, task: Task, verifiers: Sequence[str] = ()) -> ModelPairChecker:
        """The model's seats on pairs of claim and evidence, for evaluation; the same for both tasks."""
        from .model_pairs import ModelPairChecker
        from .model_session import Session

        self.check()
        settings = Settings.from_env()
        return ModelPairChecker(
            lambda: Session.open(ReviewRequest(question=""), settings, None, self._clock), verifiers
        )

    def questions(
        self, paper: Paper, corpus: Corpus, most: int, settings: Settings
    ) -> tuple[list[Derived], list[str]]:
        """Research questions that a seed paper raises (`model_questions`), and what went wrong."""
        from .model_questions import derive
        from .model_session import Session

        self.check()
        return derive(
            Session.open(ReviewRequest(question=""), settings, None, self._clock), paper, corpus, most
        )

    def plan(self, request: ReviewRequest, round: int, demands: Sequence[str]) -> tuple[dict[str, Any], ...]:
        """The embedded queries and the model's. The control questions are asked meanwhile."""
        self._prepare(request)
        widen = "widen_search" in demands
        return model_search.plan(self._calls(), request, widen, beside=self._controls().begin)

    def more_queries(
        self, request: ReviewRequest, papers: Sequence[Paper], toolbox: Toolbox, asked: Sequence[str]
    ) -> tuple[dict[str, Any], ...]:
        """As the embedded engine: what the papers spell out is found by rule (`more_search`)."""
        return more_search.more_queries(request, papers, toolbox, asked)

    def screen(
        self,
        papers: Sequence[Paper],
        request: ReviewRequest,
        toolbox: Toolbox,
        round: int,
        demands: Sequence[str],
    ) -> list[Paper]:
        """By what a record is about (`model_search`)."""
        self._prepare(request)
        return model_search.screen(self._calls(), papers, request, toolbox, "widen_search" in demands)

    def extract(
        self, corpus: Corpus, request: ReviewRequest, round: int, demands: Sequence[str]
    ) -> list[Claim]:
        """Findings in our words beside their quotes (`model_extractor`), their checks begun paper by paper."""
        self._prepare(request)
        more = bool(demands) and set(demands) != {"rewrite_answer"}
        total, per_paper = (_MORE_TOTAL, _MORE_PER_PAPER) if more else (_TOTAL, _PER_PAPER)
        calls = self._calls()

        async def begin(claim: Claim) -> None:
            case = await asyncio.to_thread(case_of, claim, corpus)
            await ask_case(calls, case, grounding=not claim.verbatim)

        async def ready() -> None:  # what every case needs, made while the papers are read
            await asyncio.to_thread(OwnFindings.of, corpus)

        async def early() -> None:
            calls.begin(ready())

        if corpus.passages:
            calls.run(early)
        reader = ModelExtractor(calls, corpus, parse(request.question), total, per_paper)
        return reader.claims(begin, extractor.Limits())

    def adjudicate(
        self, claims: Sequence[Claim], verdicts: Mapping[str, Sequence[Verdict]], corpus: Corpus
    ) -> list[CheckedClaim]:
        """Outcomes by DESIGN section 3. No confidence: it was not calibrated for the verdicts of any model."""
        return adjudicator.adjudicate(claims, verdicts, corpus, Calibration(None, NOT_CALIBRATED))

    def write(
        self,
        request: ReviewRequest,
        papers: Sequence[Paper],
        checked: Sequence[CheckedClaim],
        flow: Flow,
        manifest: RunManifest,
        corpus: Corpus,
    ) -> Report:
        """The templates of `writer`, with the model's summary under the answer; its reviewers begin to read."""
        self._prepare(request)
        calls = self._calls()
        manifest = replace(manifest, calibration={"domain": None, "note": NOT_CALIBRATED})
        draft = writer.write(request, papers, checked, flow, manifest, corpus, limits(manifest))
        if not checked:
            return draft
        answer, lost = summarised(calls, self._controls(), request.question, draft.answer, checked, corpus)
        process = [*draft.sections["limitations_process"], *summary_limit(lost)]
        draft = replace(draft, answer=answer, sections=draft.sections | {"limitations_process": process})
        lines = shown(draft)

        async def begin() -> None:
            for reviewer in self.reviewers.values():
                assert isinstance(reviewer, ModelReviewer)
                calls.begin(reviewer.ask(calls, lines))

        calls.run(begin)
        return draft

    def chair(self, report: Report, reviews: Sequence[Review]) -> Review | None:
        """The chair's marks where the reviewers differ; None where they do not, or no chair could be asked."""
        calls = self._calls()
        try:
            return model_reviewers.chair(calls, report, reviews)
        except AssigneeError as error:
            if isinstance(error, UserError) and not _too_long(error):
                raise
            calls.tell("decide", failure=f"the chair did not settle where the reviewers differ: {why(error)}")
            return None

    def decide(
        self, report: Report, reviews: Sequence[Review], texts: Callable[[str], str], round: int
    ) -> tuple[Decision, tuple[str, ...]]:
        """The panel's decision; never an approval, and at most a draft, where the model proved unfit."""
        decision, demands = panel.decide(report, reviews, texts, round)
        if set(demands) == {"rewrite_answer"}:
            # The same prompts would be answered the same again, so the draft is settled now.
            decision, demands = panel.decide(report, reviews, texts, round + 1)
        unfit = _unfit(report)
        if not unfit:
            return decision, demands
        decided = Decided.REJECT if decision.decision is Decided.APPROVE else decision.decision
        grade = decision.grade if decision.grade is Grade.REJECTED else Grade.DRAFT
        kept = () if decision.decision is Decided.APPROVE else decision.reasons
        return replace(decision, decision=decided, grade=grade, reasons=(*unfit, *kept)), demands

    def _prepare(self, request: ReviewRequest) -> None:
        if self._session is None and not self._closed:  # a graph that was built without the service
            self.prepare(request, Settings.from_env(), None)

    def _open(self) -> Session:
        if self._session is None:
            self._prepare(ReviewRequest(question=""))
        session = self._session
        if session is None:
            raise RunError("the run has ended; nothing more is asked")
        return session

    def _calls(self) -> ModelCalls:
        return self._open().calls

    def _controls(self) -> Controls:
        return self._open().controls


def _too_long(error: Exception) -> bool:
    from ..tools.gateway import ContextTooSmall

    return isinstance(error, ContextTooSmall)


def _unfit(report: Report) -> list[str]:
    """Why the model's part in a report is not to be trusted; empty where it is."""
    facts = report.manifest.settings
    failed = [seat for seat in SEATS if facts.get(f"model_unfit_{seat}")]
    found = [f"the model did not pass the control questions as {' and '.join(failed)}"] if failed else []
    with suppress(KeyError, ValueError):
        unread, _, papers = str(facts["model_papers_not_read"]).partition(" of ")
        if int(unread) > (1 - _LEAST_READ) * int(papers):
            found.append(f"the model did not read {unread} of {papers} included papers")
    return found
