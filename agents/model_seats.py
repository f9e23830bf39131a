"""The verifier seats that a language model fills: three hold our wording against its source, one reads other papers.

They ask one model, or several: where it is one, they are not independent of each other, and the report says so. A seat
whose model fails the control questions has adjudicated nothing.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

from assignee.claims import Claim, Evidence, Stance, Verdict
from assignee.errors import AssigneeError, UserError

from ..tools.corpus import Corpus
from .comparability import NOT_COMPARABLE, relate
from .grounding import CROSS_READER
from .independence import independent
from .model_calls import ModelCalls, why
from .model_case import Case, case_of
from .model_controls import Controls
from .model_votes import ask, cross_views
from .verifier import evidence_of, overlaps

__all__ = ["CrossReader", "GroundingSeat"]

Cases = Callable[[Claim, Corpus], Case]


class _ModelSeat(ABC):
    """What the seats share: claims of a batch at once, failures that are no verdicts."""

    patience: float | None = None  # the gateway bounds each call; a batch may take as long as it takes

    def __init__(self, name: str, calls: Callable[[], ModelCalls], controls: Callable[[], Controls]) -> None:
        self.name = name
        self._calls, self._controls = calls, controls

    def check(self, claims: Sequence[Claim], corpus: Corpus) -> list[Verdict]:
        """One verdict per claim, in order."""
        cases = [case_of(claim, corpus) if claim.paper_id in corpus.papers else None for claim in claims]
        calls = self._calls()

        async def all_() -> list[Verdict]:
            return list(
                await asyncio.gather(
                    *(
                        self._checked(calls, claim, case, corpus)
                        for claim, case in zip(claims, cases, strict=True)
                    )
                )
            )

        return calls.run(all_)

    async def _checked(self, calls: ModelCalls, claim: Claim, case: Case | None, corpus: Corpus) -> Verdict:
        if case is None:
            return self._none(f"{claim.paper_id} is not among the included papers")
        try:
            return await self._one(calls, claim, case, corpus)
        except UserError:
            raise
        except AssigneeError as error:
            return self._none(f"{self.name} failed: {why(error)}")

    @abstractmethod
    async def _one(self, calls: ModelCalls, claim: Claim, case: Case, corpus: Corpus) -> Verdict:
        """The verdict on one claim whose paper is among the included. Raises AssigneeError: not adjudicated."""

    def _none(self, reason: str) -> Verdict:
        return self._said(Stance.NOT_ADJUDICATED, reason)

    def _said(self, stance: Stance, reason: str, evidence: Sequence[Evidence] = ()) -> Verdict:
        return Verdict(
            verifier=self.name, stance=stance, probability=None, reason=reason, evidence=tuple(evidence)
        )


class GroundingSeat(_ModelSeat):
    """Advocate, sceptic or evidence-first: does the claim's own source say what our wording says?

    The deciding words stand in the reason. Evidence is given only where they lie outside the claim's own span.
    """

    async def _one(self, calls: ModelCalls, claim: Claim, case: Case, corpus: Corpus) -> Verdict:
        if claim.verbatim:
            return self._said(Stance.NEUTRAL, "the source's own words: no wording of ours to check")
        unfit = await self._controls().unfit(self.name)
        if unfit:
            return self._none(f"{self.name} failed: {unfit}")
        vote = await ask(calls, self.name, case)
        evidence = []
        if vote.passage is not None and vote.stance is Stance.SUPPORT:
            passage = vote.passage
            if not overlaps(claim, passage.paper_id, passage.start, passage.end):
                evidence.append(evidence_of(passage, vote.stance, note="grounding"))
        return self._said(vote.stance, vote.reason, evidence)


class CrossReader(_ModelSeat):
    """Other works, read by advocate and sceptic: a stance counts where both give it and the rules do not object.

    Comparable is what both call the same measure and the same things compared; where the rules of `comparability` name
    something different in one role, it is not. Precision before recall.
    """

    def __init__(self, calls: Callable[[], ModelCalls], controls: Callable[[], Controls]) -> None:
        super().__init__(CROSS_READER, calls, controls)

    async def _one(self, calls: ModelCalls, claim: Claim, case: Case, corpus: Corpus) -> Verdict:
        if not case.others:
            return self._said(Stance.NEUTRAL, "no other included work has a sentence near to it")
        for seat in ("advocate", "sceptic"):
            unfit = await self._controls().unfit(seat)
            if unfit:
                return self._none(f"{self.name} failed: {unfit}")
        one, other = await asyncio.gather(
            cross_views(calls, "advocate", case), cross_views(calls, "sceptic", case)
        )
        evidence, comparable = [], 0
        for name, passage in case.other_ids.items():
            views = one.get(name), other.get(name)
            if views[0] is None or views[1] is None or not (views[0].comparable and views[1].comparable):
                continue
            if relate(claim.statement, passage.text).reason.startswith(f"{NOT_COMPARABLE}: different"):
                continue
            comparable += 1
            if views[0].stance is not views[1].stance or views[0].stance is Stance.NEUTRAL:
                continue
            apart = independent(corpus.papers[claim.paper_id], corpus.papers[passage.paper_id])
            evidence.append(
                evidence_of(
                    passage,
                    views[0].stance,
                    independent=apart,
                    note="advocate and sceptic agree" + ("" if apart else "; same group"),
                )
            )
        against = [item for item in evidence if item.stance is Stance.CONTRADICT]
        backing = [item for item in evidence if item.stance is Stance.SUPPORT and item.independent]
        stance = Stance.CONTRADICT if against else Stance.SUPPORT if backing else Stance.NEUTRAL
        said = (
            f"advocate and sceptic agree on {len(evidence)}"
            if evidence
            else "advocate and sceptic agree on none"
        )
        return self._said(
            stance,
            f"{said} of {len(case.others)} sentences of other works ({comparable} comparable)",
            evidence,
        )
