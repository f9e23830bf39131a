"""assignee in a made-up Slack: the fake workspace, the jobs over the fake engine, and the server between them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fake_engine import TEXTS, FakeEngine, FakeSource, nothing
from fake_slack import APP_TOKEN, BOT_TOKEN, SECRET, FakeSlack
from gateway_kit import FakeClock
from job_world import QUESTION, World

from assignee.cli_slack import Server, SlackSetup
from assignee.jobs import Jobs
from assignee.slack_desk import Reviews

__all__ = ["QUESTION", "SlackWorld"]


class SlackWorld(World):
    """One home and one workspace; `serve` runs the server, and again after a restart."""

    def __init__(self, folder: Path, slack: FakeSlack) -> None:
        super().__init__(folder)
        self.other = folder / "other.txt"
        self.other.write_text("A library of one channel.")
        self.slack = slack
        self.clock = FakeClock()
        slack.clock = self.clock.now

    @asynccontextmanager
    async def serve(
        self,
        hook: Callable[[str], None] = nothing,
        *,
        socket: bool = False,
        texts: Mapping[str, str] = TEXTS,
        concurrency: int = 2,
        leaving: Callable[[], None] = lambda: None,
    ) -> AsyncIterator[Server]:
        """`leaving` is called when the server has gone and the jobs have been told to stop."""
        setup = SlackSetup(
            bot_token=BOT_TOKEN,
            app_token=APP_TOKEN,
            signing_secret=SECRET,
            socket=socket,
            port=0,
            api=self.slack.api,
        )
        source = FakeSource(self.store, texts, hook=hook)
        jobs = Jobs(
            self.settings, concurrency=concurrency, engine=FakeEngine(hook), sources={"library": source}
        )
        reviews = Reviews(library=(self.library,), channels={"C2": self.other})
        await jobs.open()
        try:
            async with Server(setup, jobs, reviews, clock=self.clock, now=lambda: self.slack.now) as server:
                yield server
        finally:
            closing = asyncio.create_task(jobs.close())
            await asyncio.sleep(0)
            leaving()
            await closing

    async def settled(self, server: Server, limit: float = 60) -> None:
        async with asyncio.timeout(limit):
            await server.desk.settled()

    def only_message(self) -> dict[str, Any]:
        [message] = self.slack.messages.values()
        return message
