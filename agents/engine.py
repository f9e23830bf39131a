"""What an engine is: the agents of one review, behind the calls that the graph makes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from assignee.claims import CheckedClaim, Claim, Decision, Flow, Paper, Report, Review, RunManifest, Verdict
from assignee.settings import ReviewRequest

from ..tools.corpus import Corpus
from ..tools.toolbox import Toolbox
from .reviewer import Reviewer
from .verifier import Verifier

__all__ = ["Engine", "Told"]


@dataclass(slots=True)
class Told:
    """What a stage has to say beside its result: `failures` make a report partial, `dropped` counts what was not used,
    `facts` go into the manifest's settings. All of it is the same for the same input."""

    failures: list[str] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)
    facts: dict[str, str] = field(default_factory=dict)


class Engine(Protocol):
    """The same graph runs any engine. `round` counts revisions; `demands` are the gate's, empty in round 0.

    An engine may have more (`graphs.engine_extras` asks for each): `configured()`, static, whether `auto` may take
    it; `check()`, which raises UserError where it is not set up; `makers()`, the models and prompts that decide a
    report; `prepare(request, settings, folder)` and `close()` around a run; `told(stage)`; `chair(report, reviews)`;
    `more_queries(request, papers, toolbox, asked)`, queries that what was found suggests; `usage()` for run.json. A
    seat or reviewer may have `patience`, its own time limit in seconds, None for none.
    """

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
        """Every paper with `included`, `screening`, `reason` and `relevance` set; at most `max_papers` included.

        Every batch of the search is screened with all that was found before. What an earlier screening judged, it
        judged of the same record: an engine may keep that.
        """
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
