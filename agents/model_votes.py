"""Asking the model seats for one case, and reading their answers: a vote counts only with its words found in the text.

Three seats hold a statement against its source. Advocate and sceptic look at the sentences of other papers in the same
call; evidence-first notes what the source says before it is told the statement.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assignee.claims import Passage, Stance

from .grounding import SEATS
from .model_calls import ModelCalls
from .model_case import Case
from .model_passages import located

if TYPE_CHECKING:
    from ..prompts.answers import Compared, CrossVote, Judged

__all__ = ["READS", "CrossView", "Vote", "ask", "ask_case", "cross_views"]

READS = {
    "says_the_same": "the source says the same",
    "says_more_than_source": "our wording says more than the source",
    "number_differs": "a number or unit differs",
    "direction_differs": "the direction differs",
    "population_or_setting_differs": "the population or setting differs",
    "hedge_dropped": "a hedge of the source is missing",
    "not_said_there": "the source does not say it",
}


@dataclass(frozen=True, slots=True)
class Vote:
    """A seat's stance on a statement and its source. `passage` holds `quote`; None where the source is silent."""

    stance: Stance
    reason: str
    passage: Passage | None = None


@dataclass(frozen=True, slots=True)
class CrossView:
    """What one seat makes of a sentence of another paper."""

    stance: Stance
    comparable: bool


async def ask(calls: ModelCalls, seat: str, case: Case) -> Vote:
    """One seat's vote. Raises what the gateway raises; an answer that contradicts itself or misquotes is no vote."""
    answer: Compared | Judged
    if seat == "evidence_first":
        answer = await _evidence_first(calls, case)
    else:
        answer = await _judged(calls, seat, case)
    return _vote(answer, case.source_ids)


async def ask_case(calls: ModelCalls, case: Case, *, grounding: bool) -> None:
    """Begin everything that will be asked about a case; `grounding` is False where the words are the source's own."""
    for seat in SEATS if grounding else SEATS[:2] if case.others else ():
        calls.begin(ask(calls, seat, case))


async def cross_views(calls: ModelCalls, seat: str, case: Case) -> dict[str, CrossView]:
    """What advocate or sceptic makes of each other sentence, by its id; without the votes that misquote."""
    answer = await _judged(calls, seat, case)
    found: dict[str, CrossView] = {}
    for item in answer.others:
        view = _view(item, case.other_ids)
        if view is not None and item.sentence not in found:
            found[item.sentence] = view
    return found


async def _judged(calls: ModelCalls, seat: str, case: Case) -> Judged:
    from ..prompts.answers import Judged
    from ..tools.gateway import ContextTooSmall

    try:
        return await calls.ask(seat, seat, Judged, case.data())
    except ContextTooSmall:
        if not case.others:
            raise
    return await calls.ask(seat, seat, Judged, {**case.data(), "others": {}})


async def _evidence_first(calls: ModelCalls, case: Case) -> Compared:
    from ..prompts.answers import Compared, Notes

    shown = case.data(others=False)
    source = {"source": shown["source"]}
    notes = await calls.ask("evidence_first", "evidence_first_read", Notes, source)
    kept: dict[str, str] = {}
    for note in notes.notes:
        if located(note.sentence, note.quote, case.source_ids) is not None:
            kept[note.sentence] = " ".join(filter(None, (kept.get(note.sentence), note.says)))
    return await calls.ask("evidence_first", "evidence_first_compare", Compared, {**shown, "notes": kept})


def _vote(answer: Compared | Judged, shown: Mapping[str, Passage]) -> Vote:
    stance, same = Stance(answer.stance), answer.ground == "says_the_same"
    if (stance is Stance.SUPPORT) != same or (
        stance is Stance.CONTRADICT and answer.ground == "not_said_there"
    ):
        return Vote(Stance.NOT_ADJUDICATED, "its answer contradicts itself, so it is no vote")
    if stance is Stance.NEUTRAL:
        return Vote(stance, READS[answer.ground])
    passage = located(answer.sentence, answer.quote, shown)
    if passage is None:
        return Vote(Stance.NOT_ADJUDICATED, "the words it points to are not in the source, so it is no vote")
    return Vote(stance, READS[answer.ground], passage)


def _view(item: CrossVote, shown: Mapping[str, Passage]) -> CrossView | None:
    stance, comparable = Stance(item.stance), item.same_measure and item.same_things_compared
    if item.sentence not in shown:
        return None
    if stance is not Stance.NEUTRAL and (not comparable or located(item.sentence, item.quote, shown) is None):
        return None
    return CrossView(stance, comparable)
