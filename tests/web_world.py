"""The web application over the fake engine, asked without a network; and one stream of it, read as it comes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
from fake_engine import nothing
from job_world import World

from assignee.jobs import Jobs
from assignee.web_app import create_app
from assignee.web_settings import WebSettings

__all__ = ["BASE", "MARK", "TOKEN", "Served", "Stream", "parsed", "scope_of", "served"]

BASE = "http://127.0.0.1:8000"
MARK = {"X-Assignee": "1"}
TOKEN = "correct-horse-battery"


@dataclass(frozen=True)
class Served:
    """The application, a client of it, and the jobs behind it."""

    app: Any
    client: httpx2.AsyncClient
    jobs: Jobs

    async def ask(self, question: str = "Does A improve B?", **more: Any) -> str:
        """Ask a question; returns the review's id."""
        answer = await self.client.post("/api/reviews", json={"question": question, **more}, headers=MARK)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    async def told(self, id: str, **more: Any) -> list[tuple[int | None, str, dict[str, Any]]]:
        """The events of a review, to its end."""
        answer = await self.client.get(f"/api/reviews/{id}/events", **more)
        assert answer.status_code == 200, answer.text
        return parsed(answer.text)


@asynccontextmanager
async def served(
    world: World,
    hook: Callable[[str], None] = nothing,
    *,
    client: str = "10.0.0.1",
    concurrency: int = 2,
    **more: Any,
) -> AsyncIterator[Served]:
    """Serve the jobs of a world; `more` goes to WebSettings."""
    more.setdefault("library", (world.library,))
    async with world.jobs(hook, concurrency=concurrency) as jobs:
        app = create_app(jobs, WebSettings(**more))
        transport = httpx2.ASGITransport(app, raise_app_exceptions=False, client=(client, 1))
        async with httpx2.AsyncClient(transport=transport, base_url=BASE) as asked:
            yield Served(app, asked, jobs)


class Stream:
    """One GET whose body is read piece by piece and that can be left before its end, as a closed page leaves it."""

    def __init__(self, app: Any, path: str, headers: Mapping[str, str] = {}) -> None:
        self._left = asyncio.Event()
        self._pieces: asyncio.Queue[bytes | None] = asyncio.Queue()
        self.ended = asyncio.ensure_future(app(scope_of(path, headers), self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.body":
            self._pieces.put_nowait(message.get("body", b""))
            if not message.get("more_body"):
                self._pieces.put_nowait(None)

    async def until(self, kind: str) -> list[tuple[int | None, str, dict[str, Any]]]:
        """The events up to and with the first of that kind."""
        text = ""
        while (piece := await self._pieces.get()) is not None:
            text += piece.decode()
            events = parsed(text)
            if events and events[-1][1] == kind:
                return events
        raise AssertionError(f"the stream ended without {kind}: {text}")

    async def piece(self) -> bytes | None:
        """The next piece; None at the end."""
        return await self._pieces.get()

    async def leave(self) -> None:
        """Close the page."""
        self._left.set()
        await self.ended


def scope_of(path: str, headers: Mapping[str, str], method: str = "GET") -> dict[str, Any]:
    """An ASGI connection of the client 10.0.0.1."""
    path, _, query = path.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [
            (name.lower().encode(), value.encode())
            for name, value in {"host": "127.0.0.1:8000", **headers}.items()
        ],
        "client": ("10.0.0.1", 1),
        "server": ("127.0.0.1", 8000),
    }


def parsed(text: str) -> list[tuple[int | None, str, dict[str, Any]]]:
    """(number, kind, data) of each event of a stream."""
    found = []
    for block in text.split("\n\n"):
        fields = dict(
            line.split(": ", 1) for line in block.splitlines() if ": " in line and not line.startswith(":")
        )
        if "event" in fields:
            number = int(fields["id"]) if "id" in fields else None
            found.append((number, fields["event"], json.loads(fields["data"])))
    return found
