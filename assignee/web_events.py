"""The events of a review as server-sent events: from any number on, with signs of life, to the job's end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress
from typing import Any, cast

from assignee.errors import UserError
from assignee.jobs import JobEvent, Jobs
from assignee.web_models import Review

__all__ = ["events"]


async def events(jobs: Jobs, id: str, after: int, beat: float) -> AsyncIterator[bytes]:
    """The stream of one review: each event under its number, a comment every `beat` seconds when nothing happens.

    It ends with an event "end", which holds the review as it then stands and has no number, so that a page that
    comes back later goes on from the last real event.
    """
    yield b"retry: 2000\n\n"
    following = cast("AsyncGenerator[JobEvent]", jobs.follow(id, after))
    coming: asyncio.Task[JobEvent] | None = None
    try:
        while True:
            coming = coming or asyncio.ensure_future(anext(following))
            await asyncio.wait([coming], timeout=beat)
            if not coming.done():
                yield b": still here\n\n"
                continue
            event = coming.result()
            coming = None
            yield _message(event.kind, event.data, event.number)
    except StopAsyncIteration:
        with suppress(UserError):  # the server stops: no end, so the page comes back
            yield _message("end", Review.of(jobs.job(id)).model_dump(mode="json"))
    finally:
        if coming is not None:
            coming.cancel()
            with suppress(asyncio.CancelledError, StopAsyncIteration):
                await coming
        await following.aclose()


def _message(kind: str, data: dict[str, Any], number: int | None = None) -> bytes:
    told = json.dumps(data, ensure_ascii=False)  # one line: JSON escapes line breaks
    head = f"id: {number}\n" if number is not None else ""
    return f"{head}event: {kind}\ndata: {told}\n\n".encode("utf-8", "replace")
