"""From judged claims to the report: write, one node per reviewer, decide, finish."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from langgraph.types import Command

from assignee.claims import CheckedClaim, Decided, Decision, Flow, Paper, Report, Review, RunManifest, Status
from assignee.errors import UserError
from assignee.request import from_dict

from .engine_extras import chair, patience, told
from .events import Phase, Progress, emit, stage
from .manifest import manifest
from .nodes_search import describe
from .search_record import batches, not_answered, queries
from .state import Json, Node, ReviewState
from .workbench import Workbench

__all__ = ["MAX_ROUNDS", "ReportNodes"]

MAX_ROUNDS = 1  # revisions, after the first draft

Next = Literal["plan", "extract", "write", "finish"]

# Where a demand of the gate sends the run back to, the earliest stage first.
_BACK_TO: dict[str, Next] = {"widen_search": "plan", "more_claims": "extract", "rewrite_answer": "write"}


class ReportNodes:
    """The nodes that write a draft, have it reviewed, and decide on it."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench

    async def write(self, state: ReviewState) -> Json:
        """A draft from the records. In a revision the request's `extra` carries the reviser's demands."""
        with stage("write", state["round"]) as counts:
            request = from_dict(state["request"])
            if state["demands"]:
                request = replace(request, extra=request.extra | {"demands": "\n".join(state["demands"])})
            papers = [Paper.from_dict(item) for item in state["papers"]]
            checked = [CheckedClaim.from_dict(item) for item in state["checked"]]
            flow, key = Flow.from_dict(state["flow"]), state["corpus"]
            made = await self._bench.run(lambda: manifest(state, self._bench))
            draft = await self._bench.run(
                lambda: self._bench.engine.write(
                    request, papers, checked, flow, made, self._bench.corpus(key)
                )
            )
            counts.update(claims=len(draft.claims), papers=flow.included)
        said = told(self._bench.engine, "write", state["round"])
        failures = [*state.get("failures", []), *said.get("failures", [])]
        return said | {"report": _with_failures(draft, failures).to_dict()}

    def reviewer(self, name: str) -> Node[ReviewState]:
        """The node of one reviewer."""

        async def review(state: ReviewState) -> Json:
            reviewer, round = self._bench.engine.reviewers[name], state["round"]
            failures: list[str] = []
            async with self._bench.slot() as slot:
                with stage(name, round) as counts:
                    draft = Report.from_dict(state["report"])
                    texts = self._bench.texts(draft)
                    limit = patience(reviewer, self._bench.settings.timeout)
                    try:
                        given = await slot.run(lambda: reviewer.review(draft, texts), limit)
                    except UserError:
                        raise
                    except Exception as error:
                        failures = [f"the reviewer {name} failed: {describe(error)}"]
                        emit(Progress(stage=name, phase=Phase.FAILED, round=round, note=failures[0]))
                        given = Review(
                            reviewer=name, mandate=reviewer.mandate, scores={}, comments=(failures[0],)
                        )
                    counts["comments"] = len(given.comments)
                entries = slot.until_saved([{"round": round, "review": given.to_dict()}])
            return {"reviews": entries, "failures": failures}

        return review

    async def decide(self, state: ReviewState) -> Command[Next]:
        """Score the draft; approve, reject, or once send it back. Of two drafts the better one is kept."""
        round = state["round"]
        with stage("decide", round):
            draft = Report.from_dict(state["report"])
            given = {
                entry["review"]["reviewer"]: entry for entry in state["reviews"] if entry["round"] == round
            }
            reviews = tuple(
                Review.from_dict(given[name]["review"])
                for name in self._bench.engine.reviewers
                if name in given
            )
            last = await self._bench.run(lambda: chair(self._bench.engine, draft, reviews))
            reviews += (last,) if last is not None else ()
            said = told(self._bench.engine, "decide", round)
            decision, demands = await self._decision(draft, reviews, round)
            draft = replace(draft, reviews=reviews, decision=decision)
            revise = decision.decision is Decided.REVISE and bool(demands) and round < MAX_ROUNDS
            best = state.get("best")
            kept_round = round
            if best and best["score"] >= _score(decision):
                draft, kept_round = Report.from_dict(best["report"]), best["round"]
                # The earlier draft was asked to revise; at the last round the gate must settle it.
                decision, _ = await self._decision(draft, draft.reviews, round)
                draft = replace(draft, decision=decision)
        kept = said | {
            "report": draft.to_dict(),
            "best": {"report": draft.to_dict(), "score": _score(decision), "round": kept_round},
        }
        if revise:
            return Command(
                goto=_target(demands), update=kept | {"round": round + 1, "demands": list(demands)}
            )
        return Command(goto="finish", update=kept)

    async def _decision(
        self, draft: Report, reviews: tuple[Review, ...], round: int
    ) -> tuple[Decision, tuple[str, ...]]:
        return await self._bench.run(
            lambda: self._bench.engine.decide(draft, reviews, self._bench.texts(draft), round)
        )

    async def finish(self, state: ReviewState) -> Json:
        """The kept draft is the report; what was searched and what failed after it was written is in it too."""
        with stage("finish", state["round"]) as counts:
            report = _with_search(Report.from_dict(state["report"]), state)
            report = _with_failures(report, state.get("failures", []))
            counts.update(claims=report.headline.claims, corroborated=report.headline.corroborated)
        return {"report": report.to_dict(), "best": {}}


def _target(demands: tuple[str, ...]) -> Next:
    """The earliest stage that any demand is for; one that is not known is for the writer."""
    return next((node for demand, node in _BACK_TO.items() if demand in demands), "write")


def _score(decision: Decision) -> float:
    return -1.0 if decision.score is None else decision.score


def _with_search(report: Report, state: ReviewState) -> Report:
    """The report with every query of the run, also of a revision whose draft was not kept; it says so."""
    kept = state["best"]["round"]
    if max(entry["round"] for entry in state["found"]) <= kept:
        return report
    told = replace(
        report.manifest,
        queries=queries(state),
        batches=batches(state),
        not_answered=not_answered(state),
        settings=report.manifest.settings | {"kept_round": kept},
    )
    return replace(report, manifest=told)


def _with_failures(report: Report, failures: list[str]) -> Report:
    """Name what failed among the manifest's problems; a report made despite a failure is partial."""
    if not failures:
        return report
    told: RunManifest = report.manifest
    told = replace(told, problems=tuple(dict.fromkeys((*told.problems, *failures))))
    status = Status.PARTIAL if report.status is Status.COMPLETE else report.status
    return replace(report, manifest=told, status=status)
