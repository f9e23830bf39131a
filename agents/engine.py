"""What an engine is: the agents of one review, behind the calls that the graph makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from assignee.claims import CheckedClaim, Claim, Decision, Flow, Paper, Report, Review, RunManifest, Verdict
from assignee.settings import ReviewRequest

from ..tools.corpus import Corpus
from ..tools.toolbox import Toolbox
from .reviewer import Reviewer
from .verifier import Verifier

__all__ = ["Engine"]


class Engine(Protocol):
    """The same graph runs any engine. `round` counts revisions; `demands` are the gate's, empty in round 0."""

    name: str
    seats: Mapping[str, Verifier]
    reviewers: Mapping[str, Reviewer]

    def plan(self, request: ReviewRequest, round: int, demands: Sequence[str]) -> tuple[dict[str, Any], ...]:
        """The queries: `{"source": name, "query": text}`."""
        ...

    def screen(
        self,
        papers: Sequence[Paper],
        request: ReviewRequest,
        toolbox: Toolbox,
        round: int,
        demands: Sequence[str],
    ) -> list[Paper]:
        """Every paper with `included`, `reason` and `relevance` set; at most `max_papers` included."""
        ...

    def extract(
        self, corpus: Corpus, request: ReviewRequest, round: int, demands: Sequence[str]
    ) -> list[Claim]:
        """Findings that bear on the question, deduplicated across papers."""
        ...

    def adjudicate(
        self, claims: Sequence[Claim], verdicts: Mapping[str, Sequence[Verdict]], corpus: Corpus
    ) -> list[CheckedClaim]:
        """Outcomes and confidences from the verdicts, which are keyed by claim id."""
        ...

    def write(
        self,
        request: ReviewRequest,
        papers: Sequence[Paper],
        checked: Sequence[CheckedClaim],
        flow: Flow,
        manifest: RunManifest,
        corpus: Corpus,
    ) -> Report:
        """A draft: no reviews yet, the decision a placeholder that the gate replaces."""
        ...

    def decide(
        self, report: Report, reviews: Sequence[Review], texts: Callable[[str], str], round: int
    ) -> tuple[Decision, tuple[str, ...]]:
        """The gate's decision, and its demands when it asks for a revision."""
        ...
