"""A real engine without models: fixed papers, one claim a sentence, verdicts from word overlap.

Passed in where an engine goes, never patched in. `hook` is called with a node's name when the engine is asked for
that node's work, so that a test can fail, hang or kill the process there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from assignee.agents.verifier import overlaps
from assignee.claims import (
    Answer,
    AnswerStrength,
    CheckedClaim,
    Claim,
    Decided,
    Decision,
    Direction,
    Evidence,
    Flow,
    Grade,
    Headline,
    Kind,
    Outcome,
    Paper,
    Report,
    Review,
    RunManifest,
    Stance,
    Status,
    Verdict,
)
from assignee.settings import ReviewRequest
from assignee.tools.corpus import Corpus
from assignee.tools.source import Found
from assignee.tools.text import content_stems, stored
from assignee.tools.text_store import TextStore

__all__ = ["AUTHORS", "TEXTS", "FakeEngine", "FakeSource", "nothing"]

TEXTS = {
    "p1": "Training on English tasks raises transfer accuracy by 4 points. Small models gain less than large ones.",
    "p2": "English training tasks raise transfer accuracy in nine languages. Costs were not measured here.",
    "p3": "Heat exchangers move heat between two fluids. Their walls are thin.",
}
AUTHORS = {"p1": "Ada Lind", "p2": "Pablo Ruiz", "p3": "Tom Field"}


def nothing(node: str) -> None:
    """The hook that does nothing."""


class FakeSource:
    """Returns its texts whatever is asked; `problem` is raised instead, when given."""

    def __init__(
        self,
        store: TextStore,
        texts: Mapping[str, str] = TEXTS,
        *,
        name: str = "library",
        left_out: Sequence[str] = (),
        problem: Exception | None = None,
        hook: Callable[[str], None] = nothing,
    ) -> None:
        self.name = name
        self._left_out = tuple(left_out)
        self._texts = {id: stored(text) for id, text in texts.items()}
        self._hashes = {id: store.put(text) for id, text in self._texts.items()}
        self._problem = problem
        self._hook = hook

    def search(self, queries: Sequence[str], *, limit: int, until: str | None) -> Found:
        self._hook("search")
        if self._problem:
            raise self._problem
        papers = tuple(
            Paper(
                id=id,
                title=f"Paper {id}",
                authors=(AUTHORS.get(id, f"Author {id}"),),
                year=2020,
                sources=(self.name,),
                text_hash=self._hashes[id],
            )
            for id in self._texts
        )
        hits = tuple((query, len(papers)) for query in queries)
        return Found(papers, hits, left_out=self._left_out)


class FakeSeat:
    """Overlap of words with the papers of other authors; the quote check looks at the quote alone."""

    def __init__(self, name: str, hook: Callable[[str], None]) -> None:
        self.name = name
        self._hook = hook

    def check(self, claims: Sequence[Claim], corpus: Corpus) -> list[Verdict]:
        self._hook(self.name)
        return [self._one(claim, corpus) for claim in claims]

    def _one(self, claim: Claim, corpus: Corpus) -> Verdict:
        if self.name == "quote_check":
            exact = corpus.text(claim.paper_id)[claim.start : claim.end] == claim.quote
            return Verdict(
                verifier=self.name,
                stance=Stance.SUPPORT if exact else Stance.CONTRADICT,
                probability=1.0,
                reason="byte for byte" if exact else "not at its place",
            )
        stems = set(content_stems(claim.statement))
        for passage in corpus.passages:
            shared = stems & set(content_stems(passage.text))
            if len(shared) >= 4 and not overlaps(claim, passage.paper_id, passage.start, passage.end):
                found = Evidence(
                    paper_id=passage.paper_id,
                    start=passage.start,
                    end=passage.end,
                    quote=passage.text,
                    stance=Stance.SUPPORT,
                    probability=0.9,
                    independent=True,
                )
                return Verdict(
                    verifier=self.name,
                    stance=Stance.SUPPORT,
                    probability=0.9,
                    reason=f"shares {len(shared)} words",
                    evidence=(found,),
                )
        return Verdict(
            verifier=self.name, stance=Stance.NEUTRAL, probability=None, reason="no other sentence"
        )


class FakeReviewer:
    """Ten points, and the first claim quoted as its ground."""

    mandate = "says that all is well"

    def __init__(self, name: str, hook: Callable[[str], None]) -> None:
        self.name = name
        self._hook = hook

    def review(self, draft: Report, texts: Callable[[str], str]) -> Review:
        self._hook(self.name)
        grounds = tuple(f"“{item.claim.quote}”" for item in draft.claims[:1])
        return Review(reviewer=self.name, mandate=self.mandate, scores={"all": 10.0}, comments=grounds)


class FakeEngine:
    """`scores` are those of the gate in round 0 and 1; `demands` are made in round 0."""

    name = "fake"

    def __init__(
        self,
        hook: Callable[[str], None] = nothing,
        *,
        demands: Sequence[str] = (),
        scores: tuple[float, float] = (7.0, 8.0),
        seats: Sequence[str] = ("quote_check", "overlap"),
        reviewers: Sequence[str] = ("kind_reader", "kinder_reader"),
    ) -> None:
        self._hook = hook
        self._demands = tuple(demands)
        self._scores = scores
        self.asked: list[tuple[str, int, tuple[str, ...]]] = []
        self.seats = {name: FakeSeat(name, hook) for name in seats}
        self.reviewers = {name: FakeReviewer(name, hook) for name in reviewers}

    def _note(self, node: str, round: int = 0, demands: Sequence[str] = ()) -> None:
        self._hook(node)
        self.asked.append((node, round, tuple(demands)))

    def plan(self, request: ReviewRequest, round: int, demands: Sequence[str]) -> tuple[dict[str, Any], ...]:
        self._note("plan", round, demands)
        return tuple({"source": source, "query": request.question} for source in request.sources)

    def screen(
        self,
        papers: Sequence[Paper],
        request: ReviewRequest,
        toolbox: Any,
        round: int,
        demands: Sequence[str],
    ) -> list[Paper]:
        """What its title calls heat is off topic, as is p3; of the others the first `max_papers` are included."""
        self._note("screen", round, demands)
        out: list[Paper] = []
        for paper in papers:
            relevant = paper.id != "p3" and "heat" not in paper.title
            room = sum(item.included for item in out) < request.max_papers
            reason = "on topic" if relevant else "about heat"
            if paper.retracted:
                reason = "retracted: never used as evidence"
            elif relevant and not room:
                reason = "relevant, but beyond the most relevant"
            out.append(
                replace(
                    paper,
                    included=relevant and room and not paper.retracted,
                    screening="include" if relevant else "exclude",
                    reason=reason,
                )
            )
        return out

    def extract(
        self, corpus: Corpus, request: ReviewRequest, round: int, demands: Sequence[str]
    ) -> list[Claim]:
        self._note("extract", round, demands)
        return [
            Claim(
                id=f"c{number}",
                text=f"{corpus.papers[passage.paper_id].cite} report: “{passage.text}”",
                statement=passage.text,
                quote=passage.text,
                paper_id=passage.paper_id,
                section=passage.section,
                start=passage.start,
                end=passage.end,
                kind=Kind.FINDING,
            )
            for number, passage in enumerate(corpus.passages, 1)
        ]

    def adjudicate(
        self, claims: Sequence[Claim], verdicts: Mapping[str, Sequence[Verdict]], corpus: Corpus
    ) -> list[CheckedClaim]:
        self._note("adjudicate")
        checked = []
        for claim in claims:
            stances = [verdict.stance for verdict in verdicts[claim.id]]
            outcome = Outcome.CORROBORATED if stances.count(Stance.SUPPORT) > 1 else Outcome.QUOTED
            if Stance.NOT_ADJUDICATED in stances:
                outcome = Outcome.NOT_ADJUDICATED
            checked.append(
                CheckedClaim(
                    claim=claim,
                    verdicts=tuple(verdicts[claim.id]),
                    outcome=outcome,
                    confidence=None,
                    why=" / ".join(stances),
                    examined=outcome is Outcome.CORROBORATED,
                )
            )
        return checked

    def write(
        self,
        request: ReviewRequest,
        papers: Sequence[Paper],
        checked: Sequence[CheckedClaim],
        flow: Flow,
        manifest: RunManifest,
        corpus: Corpus,
    ) -> Report:
        self._note("write", 0, request.extra.get("demands", "").split())
        corroborated = sum(item.outcome is Outcome.CORROBORATED for item in checked)
        return Report(
            question=request.question,
            seed_paper=request.seed_paper,
            status=Status.COMPLETE if checked else Status.NO_EVIDENCE,
            title="A report",
            engine=self.name,
            answer=Answer(
                text=f"{corroborated} claims are corroborated.",
                direction=Direction.UNDETERMINED,
                strength=AnswerStrength.NONE,
                independent_works=0,
                not_covered=(),
                claim_ids=tuple(item.claim.id for item in checked[:1]),
            ),
            papers=tuple(papers),
            claims=tuple(checked),
            reviews=(),
            decision=Decision(
                score=None,
                spread=None,
                caps=(),
                decision=Decided.REVISE,
                grade=Grade.DRAFT,
                reasons=("not decided yet",),
            ),
            flow=flow,
            headline=Headline(
                claims=len(checked),
                quoted=len(checked) - corroborated,
                examined=corroborated,
                corroborated=corroborated,
            ),
            manifest=manifest,
            abstract="A made-up report.",
        )

    def decide(
        self, report: Report, reviews: Sequence[Review], texts: Callable[[str], str], round: int
    ) -> tuple[Decision, tuple[str, ...]]:
        self._note("decide", round)
        demands = self._demands if round == 0 else ()
        decision = Decision(
            score=self._scores[round],
            spread=0.0,
            caps=(),
            decision=Decided.REVISE if demands else Decided.APPROVE,
            grade=Grade.DRAFT,
            reasons=(f"decided in round {round}",),
            deductions=("-1: made up", "-0.5: made up too"),
        )
        return decision, demands
