"""The one message about a review while it works: what it has done so far, told no faster than Slack allows."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from assignee.jobs import JobEvent
from assignee.render.labels import plural
from assignee.request import MAX_QUESTION
from assignee.slack_blocks import Message, button, mention, message, section
from assignee.slack_text import escape, pieces

if TYPE_CHECKING:
    from assignee.tools.gateway_clock import Clock

__all__ = ["SoFar", "StatusLine"]

EVERY = 3.0  # seconds between two updates of one message
_MARKS = "✓±–×"


class SoFar:
    """What the events of a job add up to."""

    def __init__(self, question: str, user: str, number: int, note: str = "") -> None:
        self._question = (
            question if len(question) <= MAX_QUESTION else question[:300] + "…"
        )  # refused in a moment
        self._user = user
        self._number = number
        self._note = note
        self._open: dict[str, int] = {}
        self._papers: tuple[int, int] | None = None
        self._claims: dict[str, str] = {}
        self._round = 0
        self._problem = ""

    def add(self, event: JobEvent, past: bool = False) -> None:
        """Take in one event. Of those of the `past` no stage counts as running: it may have been killed."""
        data = event.data
        if event.kind in ("failed", "cancelled", "resumed"):
            self._open, self._problem = {}, ""
        elif event.kind == "stage" and past:
            return
        elif event.kind == "stage":
            name, phase = str(data.get("stage", "")), data.get("phase")
            self._open[name] = self._open.get(name, 0) + (1 if phase == "started" else -1)
            if phase == "failed":
                self._problem = f"{name}: {data.get('note', '')}"
        elif event.kind == "papers":
            papers = data.get("papers", [])
            self._papers = (len(papers), sum(bool(paper.get("included")) for paper in papers))
        elif event.kind == "claim":
            if data.get("round", 0) != self._round:
                self._round, self._claims = data.get("round", 0), {}
            self._claims[str(data.get("id"))] = str(data.get("mark", ""))

    def message(self) -> Message:
        """How it stands, with a button to stop it."""
        running = " · ".join(name.replace("_", " ") for name, count in self._open.items() if count > 0)
        state = f"Working on it: {escape(running)}" if running else "Working on it …"
        counted = []
        if self._papers:
            counted.append(f"{plural(self._papers[0], 'paper')} screened, {self._papers[1]} included")
        if self._claims:
            judged = [mark for mark in self._claims.values() if mark]
            told = f"{plural(len(self._claims), 'claim')} found"
            if judged:
                marks = "  ".join(f"{mark} {judged.count(mark)}" for mark in _MARKS)
                told += f", {len(judged)} judged: {marks}"
            counted.append(told)
        lines = [state, *counted]
        if self._problem:
            lines.append(f"Problem: {next(pieces(self._problem, 500), '')}")
        if self._note:
            lines.append(f"_{escape(self._note)}_")
        if mention(self._user):
            lines.append(f"Asked by {mention(self._user)}")
        blocks = [section(f"*{part}*") for part in pieces(self._question, 2900)]
        blocks.append(section("\n".join(lines)))
        blocks.append(
            {"type": "actions", "elements": [button("Stop", "cancel", str(self._number), "danger")]}
        )
        return message(f"{state} — {self._question}", blocks)


class StatusLine:
    """Sends the latest of the messages shown to it, at most one every 3 seconds, and only while `free()`."""

    def __init__(
        self, send: Callable[[Message], Awaitable[None]], free: Callable[[], bool], clock: Clock
    ) -> None:
        self._send = send
        self._free = free
        self._clock = clock
        self._latest: Message | None = None
        self._news = asyncio.Event()
        self._ended = False
        self._due = clock.now() + EVERY
        self._task = asyncio.create_task(self._run())

    def show(self, latest: Message) -> None:
        """Have a message sent when its time comes; an older one that still waits is dropped."""
        self._latest = latest
        self._news.set()

    async def end(self) -> None:
        """Return when nothing more will be sent, and the next update may be."""
        self._ended = True
        self._latest = None
        self._news.set()
        await self._task

    def stop(self) -> None:
        """Send nothing more, at once."""
        self._task.cancel()

    async def _run(self) -> None:
        sent: Message | None = None
        while not self._ended:
            await self._news.wait()
            self._news.clear()
            while (self._due > self._clock.now() or not self._free()) and not self._ended:
                await self._clock.sleep(min(max(self._due - self._clock.now(), 0.5), EVERY))
            if self._latest is not None and self._latest != sent:
                sent, self._latest = self._latest, None
                await self._send(sent)
                self._due = self._clock.now() + EVERY
        wait = self._due - self._clock.now()
        if wait > 0:
            await self._clock.sleep(wait)
