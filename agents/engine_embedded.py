"""The engine that needs no key and no network: rules, small fitted models, and a sentence encoder on the CPU."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from assignee.claims import CheckedClaim, Claim, Decision, Flow, Paper, Report, Review, RunManifest, Verdict
from assignee.registry import load, names
from assignee.settings import ReviewRequest

from ..tools.corpus import Corpus
from ..tools.toolbox import Toolbox
from . import adjudicator, extractor, more_search, panel, planner, screener, writer
from .confidence import Calibration
from .overrides import Overrides
from .question import parse
from .reviewer import Reviewer
from .verifier import Verifier

__all__ = ["EmbeddedEngine"]


class EmbeddedEngine:
    """The agents of the embedded engine, in the calls of `Engine`."""

    name = "embedded"

    def __init__(self) -> None:
        self.seats: Mapping[str, Verifier] = {name: load("verifiers", name)() for name in names("verifiers")}
        self.reviewers: Mapping[str, Reviewer] = {
            name: load("reviewers", name)() for name in names("reviewers")
        }

    def plan(self, request: ReviewRequest, round: int, demands: Sequence[str]) -> tuple[dict[str, Any], ...]:
        """The question and its noun phrases; wider when the gate asked for it."""
        return planner.queries(
            parse(request.question), request.sources, request.seed_paper, widen="widen_search" in demands
        )

    def more_queries(
        self, request: ReviewRequest, papers: Sequence[Paper], toolbox: Toolbox, asked: Sequence[str]
    ) -> tuple[dict[str, Any], ...]:
        """The other forms of the question's acronyms, and the seed paper's phrases (`more_search`)."""
        return more_search.more_queries(request, papers, toolbox, asked)

    def screen(
        self,
        papers: Sequence[Paper],
        request: ReviewRequest,
        toolbox: Toolbox,
        round: int,
        demands: Sequence[str],
    ) -> list[Paper]:
        """By cosine and the question's phrases (`screener`)."""
        widen = "widen_search" in demands
        return screener.screen(
            papers,
            parse(request.question),
            request.seed_paper,
            request.max_papers,
            toolbox,
            widen,
            Overrides.of(request),
        )

    def extract(
        self, corpus: Corpus, request: ReviewRequest, round: int, demands: Sequence[str]
    ) -> list[Claim]:
        """Finding sentences that bear on the question (`extractor`)."""
        limits = extractor.Limits()
        if demands and demands != ("rewrite_answer",):
            limits = extractor.Limits(claims=32, per_paper=5, relevance=0.36, finding=0.30)
        return extractor.extract(corpus, parse(request.question), limits)

    def adjudicate(
        self, claims: Sequence[Claim], verdicts: Mapping[str, Sequence[Verdict]], corpus: Corpus
    ) -> list[CheckedClaim]:
        """Outcomes by DESIGN section 3 (`adjudicator`)."""
        return adjudicator.adjudicate(claims, verdicts, corpus, Calibration.covering(corpus))

    def write(
        self,
        request: ReviewRequest,
        papers: Sequence[Paper],
        checked: Sequence[CheckedClaim],
        flow: Flow,
        manifest: RunManifest,
        corpus: Corpus,
    ) -> Report:
        """The templates of `writer`."""
        calibration = Calibration.covering(corpus)
        told = {
            "domain": calibration.domain,
            "note": calibration.note,
            "measured": dict(calibration.measured),
        }
        manifest = replace(manifest, calibration=told)
        return writer.write(request, papers, checked, flow, manifest, corpus, writer.EMBEDDED_LIMITS)

    def decide(
        self, report: Report, reviews: Sequence[Review], texts: Callable[[str], str], round: int
    ) -> tuple[Decision, tuple[str, ...]]:
        """Computed points, caps and gate (`panel`)."""
        decision, demands = panel.decide(report, reviews, texts, round)
        if set(demands) == {"rewrite_answer"}:
            # The templates would say the same again, so the draft is settled now.
            return panel.decide(report, reviews, texts, round + 1)
        return decision, demands
