"""What the tests of the gateway share: a schema, a clock that waits for nothing, a gateway on a stand-in."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pydantic import BaseModel, Field
from stand_in_server import StandIn

from assignee.tools.gateway import Budget, Gateway, Message, ModelCache, ModelSettings, PromptRef

__all__ = ["GOOD", "PROMPT", "FakeClock", "Opinion", "ask", "gateway_on", "messages"]

PROMPT = PromptRef("opinion", "1", "0" * 64)
GOOD = {"stance": "support", "score": 0.5}


class Opinion(BaseModel):
    """An answer with a required text and a number in a range."""

    stance: str
    score: float = Field(ge=0, le=1)


class FakeClock:
    """Time passes only by sleeping, which takes none. `slept` are the waits asked for, in order."""

    def __init__(self) -> None:
        self.time = 0.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds
        await asyncio.sleep(0)


def messages(text: str = "Is it so?") -> list[Message]:
    return [Message("system", "You judge claims."), Message("user", text)]


@contextmanager
def gateway_on(
    server: StandIn, *, cache: ModelCache | None = None, budget: Budget | None = None, **env: str
) -> Iterator[Gateway]:
    """A gateway whose every role asks the server, on a fake clock (`gateway.test_clock`)."""
    models = ModelSettings.from_env(server.env(**env))
    clock = FakeClock()
    gateway = Gateway(models, cache=cache, budget=budget or Budget(), clock=clock, rng=random.Random(1))
    gateway.test_clock = clock  # type: ignore[attr-defined]
    yield gateway


async def ask(gateway: Gateway, text: str = "Is it so?", role: str = "screener", **more: Any) -> Opinion:
    return await gateway.complete(role, messages(text), Opinion, PROMPT, **more)
