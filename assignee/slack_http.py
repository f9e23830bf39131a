"""Requests from Slack over HTTP: signature, age and repetition are checked before anything is read."""

from __future__ import annotations

import time as system
from collections.abc import Callable
from typing import TYPE_CHECKING

from assignee.slack_calls import LOG
from assignee.slack_store import SlackStore

if TYPE_CHECKING:
    from aiohttp import web
    from slack_bolt.async_app import AsyncApp

__all__ = ["MAX_BODY", "PATH", "web_app"]

PATH = "/slack/events"
MAX_BODY = 1_000_000  # bytes


def web_app(
    app: AsyncApp, store: SlackStore, signing_secret: str, time: Callable[[], float] = system.time
) -> web.Application:
    """An application with one address. 401 for a bad signature, one older than five minutes, or a second use of one.

    Slack signs each delivery anew, also when it repeats an event; the same signature twice is somebody else. Where
    the headers say that Slack repeats within the same second, the event goes on, and is known by its id.
    """
    from aiohttp import web
    from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
    from slack_sdk.signature import Clock, SignatureVerifier

    class Now(Clock):
        def now(self) -> float:
            return time()

    verifier = SignatureVerifier(signing_secret, Now())

    def refused(why: str) -> web.Response:
        LOG.warning("a request was refused: %s", why)
        return web.Response(status=401, text=why)

    async def events(request: web.Request) -> web.Response:
        body = await request.read()
        stamp = request.headers.get("X-Slack-Request-Timestamp", "")
        signature = request.headers.get("X-Slack-Signature", "")
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 20):
            return refused("no timestamp")
        if abs(time() - int(stamp)) > 300:
            return refused("stale timestamp")
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            return refused("bad signature")
        if not signature.isascii() or not verifier.is_valid(text, stamp, signature):
            return refused("bad signature")
        if not store.first(f"signature:{signature}") and "X-Slack-Retry-Num" not in request.headers:
            return refused("replayed request")
        try:
            asked = await to_bolt_request(request)
            if not isinstance(asked.body.get("event", {}), dict):
                raise ValueError("its event is no object")
        except (ValueError, TypeError, AttributeError, LookupError) as error:
            LOG.warning("a request could not be read: %s", error)
            return web.Response(status=400, text="not a request of Slack")
        return await to_aiohttp_response(await app.async_dispatch(asked))

    made = web.Application(client_max_size=MAX_BODY)
    made.router.add_post(PATH, events)
    return made
