"""Pairs of claim and evidence judged by the seats that a model fills, in the form of `pair_checker.PairChecker`.

For evaluation: the same prompts, and the same rule that a vote needs its words in the evidence. Nothing is calibrated: a
vote is all or nothing, the panel is the mean of its votes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from assignee.claims import Passage, Stance
from assignee.errors import UserError

from ..tools.text import stored
from .grounding import SEATS
from .model_calls import ModelCalls
from .model_case import Case
from .model_session import Session
from .model_votes import Vote, ask
from .pair_checker import Judgement, Pair

__all__ = ["ModelPairChecker"]

_WINDOW = 12  # sentences a call
_ORDER = (Stance.SUPPORT, Stance.CONTRADICT, Stance.NEUTRAL)


class ModelPairChecker:
    """`seats` are those asked, all with the same weight. `open_` opens the models, once for each batch of pairs."""

    calibrated_on: str | None = None

    def __init__(self, open_: Callable[[], Session], verifiers: Sequence[str] = ()) -> None:
        unknown = [name for name in verifiers if name not in SEATS]
        if unknown:
            raise UserError(f"the engine openai has no verifier {unknown[0]!r}; it has {', '.join(SEATS)}")
        self._open = open_
        self.seats: tuple[str, ...] = tuple(dict.fromkeys(verifiers)) or SEATS
        self.weights: dict[str, float] = dict.fromkeys(self.seats, 1 / len(self.seats))

    def judge(self, pairs: Sequence[Pair]) -> list[Judgement]:
        """One judgement per pair, in order. Raises what the gateway raises, but for an answer that is not valid."""
        session = self._open()

        async def all_() -> list[Judgement]:
            return list(await asyncio.gather(*(self._pair(session.calls, pair) for pair in pairs)))

        try:
            return session.calls.run(all_)
        finally:
            session.close()

    async def _pair(self, calls: ModelCalls, pair: Pair) -> Judgement:
        passages = [
            Passage(paper_id="evidence", section="", start=at, end=at + 1, text=stored(text))
            for at, text in enumerate(pair.evidence)
            if text.strip()
        ]
        if not passages or not pair.claim.strip():
            return Judgement(None, dict.fromkeys(self.seats), ())
        cases = [
            Case(stored(pair.claim), tuple(passages[at : at + _WINDOW]))
            for at in range(0, len(passages), _WINDOW)
        ]
        votes = await asyncio.gather(*(self._seat(calls, seat, cases) for seat in self.seats))
        seats = {seat: _probs(vote) for seat, vote in zip(self.seats, votes, strict=True)}
        counted = [probs for probs in seats.values() if probs is not None]
        mean = [sum(column) / len(counted) for column in zip(*counted, strict=True)]
        deciding = [vote.passage.start for vote in votes if vote.passage is not None]
        panel = (round(mean[0], 6), round(mean[1], 6), round(mean[2], 6)) if mean else None
        return Judgement(panel, seats, tuple(dict.fromkeys(deciding)))

    async def _seat(self, calls: ModelCalls, seat: str, cases: Sequence[Case]) -> Vote:
        """The seat's vote over all windows: the first that decides, else neutral, else none."""
        votes = await asyncio.gather(*(_vote(calls, seat, case) for case in cases))
        decided = [vote for vote in votes if vote.stance in (Stance.SUPPORT, Stance.CONTRADICT)]
        neutral = [vote for vote in votes if vote.stance is Stance.NEUTRAL]
        return (decided or neutral or list(votes))[0]


async def _vote(calls: ModelCalls, seat: str, case: Case) -> Vote:
    from ..tools.gateway import BadAnswer

    try:
        return await ask(calls, seat, case)
    except BadAnswer:
        return Vote(Stance.NOT_ADJUDICATED, "no valid answer")


def _probs(vote: Vote) -> tuple[float, float, float] | None:
    if vote.stance is Stance.NOT_ADJUDICATED:
        return None
    first, second, third = (float(vote.stance is stance) for stance in _ORDER)
    return first, second, third
