"""Calls of Slack's Web API at the pace that Slack asks for, repeated where repeating helps.

Rates: https://docs.slack.dev/apis/web-api/rate-limits (one message a second and channel; `chat.update` is tier 3,
at least 50 a minute; read 2026-11).
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from assignee.errors import RunError
from assignee.tools.retry_after import retry_after

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from assignee.tools.gateway_clock import Clock

__all__ = ["LOG", "Calls", "SlackRefused", "SlackUnreachable"]

LOG = logging.getLogger("assignee.slack")

MAX_WAIT = 120.0  # seconds that a Retry-After may ask for; more is cut to this
_UNSAID = 30.0  # seconds, where Slack limits us and does not say for how long
_TRIES = 6
_GAPS = {"chat.update": 1.2, "chat.postMessage": 1.0, "chat.postEphemeral": 0.6}  # seconds
_PER_CHANNEL = ("chat.postMessage",)


class SlackRefused(RunError):
    """Slack answered that it cannot be done. `code` is Slack's own word for why, such as "not_in_channel"."""

    def __init__(self, method: str, code: str) -> None:
        super().__init__(f"Slack refused {method}: {code}")
        self.code = code


class SlackUnreachable(RunError):
    """Slack did not answer, or asked for patience too often. It may go better later."""


class Calls:
    """One for a workspace. `client` must not repeat or pace calls itself."""

    def __init__(self, client: AsyncWebClient, clock: Clock) -> None:
        self.client = client
        self.clock = clock
        self._next: dict[str, float] = {}

    def free(self, method: str) -> bool:
        """Whether a call of a method would go out at once."""
        return self._next.get(method, 0.0) <= self.clock.now()

    async def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Slack's answer to one call. Raises SlackRefused or SlackUnreachable."""
        given = {name: value for name, value in arguments.items() if value is not None}
        return await self.carry(
            method, given.get("channel", ""), lambda: self.client.api_call(method, json=given)
        )

    async def carry(self, method: str, channel: str, send: Callable[[], Awaitable[Any]]) -> dict[str, Any]:
        """The same for a call that the client knows by another name."""
        from aiohttp import ClientError
        from slack_sdk.errors import SlackApiError, SlackClientError

        told = ""
        for attempt in range(_TRIES):
            await self._turn(method, channel)
            wait = min(2.0**attempt, 30.0)
            try:
                response = await send()
            except SlackApiError as error:
                status = getattr(error.response, "status_code", getattr(error.response, "status", 0))
                code = _code(error)
                if status == 429 or code in ("ratelimited", "rate_limited"):
                    wait = _retry_after(error)
                    self._next[method] = max(self._next.get(method, 0.0), self.clock.now() + wait)
                    told = "it asks for fewer calls"
                elif status >= 500 or code in ("internal_error", "fatal_error", "service_unavailable"):
                    told = f"status {status}"
                else:
                    raise SlackRefused(method, code or f"status {status}") from None
            except (TimeoutError, ClientError, OSError, SlackClientError) as error:
                told = " ".join(str(error).split()) or type(error).__name__
            else:
                return response.data if isinstance(response.data, dict) else {}
            if attempt < _TRIES - 1:
                await self.clock.sleep(wait)
        raise SlackUnreachable(f"Slack did not carry out {method} in {_TRIES} tries: {told}")

    async def _turn(self, method: str, channel: str) -> None:
        gap = _GAPS.get(method, 0.0)
        key = f"{method} {channel}" if method in _PER_CHANNEL else method
        now = self.clock.now()
        at = max(now, self._next.get(key, 0.0), self._next.get(method, 0.0))
        if gap:
            self._next[key] = at + gap
        if at > now:
            await self.clock.sleep(at - now)


def _code(error: Any) -> str:
    try:
        return str(error.response["error"])
    except (KeyError, TypeError, ValueError, AttributeError):
        return ""


def _retry_after(error: Any) -> float:
    headers = getattr(error.response, "headers", None) or {}
    wait = retry_after({str(name).lower(): str(value) for name, value in headers.items()})
    return _UNSAID if wait is None else min(max(wait, 1.0), MAX_WAIT)
