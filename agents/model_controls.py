"""Control questions: before a model's votes count, its seats judge cases whose answer is known.

The cases are ours (`prompts/controls.toml`) and the same in every run, so a cache pays for them once. A model that
answers at random fails them, and then no seat of it has adjudicated anything.
"""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from assignee.claims import Passage, Stance

from .grounding import SEATS
from .model_calls import ModelCalls
from .model_case import Case
from .model_votes import ask, cross_views

__all__ = ["PASS", "Control", "Controls", "controls"]

PASS = 0.75  # share of the judgements that must be right; a guess among three is right in a third of them


@dataclass(frozen=True, slots=True)
class Control:
    """A case and the right stances: to its source, and of each other sentence."""

    case: Case
    source: Stance
    others: tuple[Stance, ...]


@cache
def controls() -> tuple[Control, ...]:
    """The control questions, in the file's order."""
    raw = files("assignee.prompts").joinpath("controls.toml").read_text(encoding="utf-8")
    return tuple(
        Control(
            Case(item["statement"], _passages("source", item["source"]), _passages("other", item["others"])),
            Stance(item["stance"]),
            tuple(Stance(stance) for stance in item["other_stances"]),
        )
        for item in tomllib.loads(raw)["control"]
    )


class Controls:
    """The marks of the seats of one engine, each asked for once. `places` of them are asked side by side."""

    def __init__(self, calls: ModelCalls, places: int = 6) -> None:
        self._calls = calls
        self._places = asyncio.Semaphore(places)

    def begin(self) -> None:
        """Ask now, for the time when it is needed, without filling the line. On the loop only."""
        for seat in SEATS:
            self._calls.begin(self.marks(seat))

    async def unfit(self, seat: str) -> str:
        """Why the seat's votes do not count; "" where they do. Raises what the gateway raises."""
        right, total = await self.marks(seat)
        self._calls.tell(seat, fact=(f"controls_{seat}", f"{right} of {total}"))
        if right >= PASS * total:
            return ""
        self._calls.tell(seat, fact=(f"unfit_{seat}", "yes"))
        return f"its model judged {right} of {total} control cases rightly, at least {PASS:.0%} are asked for"

    async def marks(self, seat: str) -> tuple[int, int]:
        """(right judgements, judgements) of a seat on the control questions."""
        each = await asyncio.gather(*(self._mark(seat, item) for item in controls()))
        return sum(right for right, _ in each), sum(total for _, total in each)

    async def _mark(self, seat: str, control: Control) -> tuple[int, int]:
        async with self._places:
            return await self._marked(seat, control)

    async def _marked(self, seat: str, control: Control) -> tuple[int, int]:
        from ..tools.gateway import BadAnswer

        total = 1 + (0 if seat == "evidence_first" else len(control.others))
        try:
            right = int((await ask(self._calls, seat, control.case)).stance is control.source)
            if seat != "evidence_first":
                views = await cross_views(self._calls, seat, control.case)
                found = [views[name].stance if name in views else None for name in control.case.other_ids]
                right += sum(one is other for one, other in zip(found, control.others, strict=True))
        except BadAnswer:
            return 0, total
        return right, total


def _passages(name: str, texts: Sequence[str]) -> tuple[Passage, ...]:
    return tuple(
        Passage(paper_id=f"{name}{at}", section="", start=0, end=len(text), text=text)
        for at, text in enumerate(texts, start=1)
    )
