"""The Bolt app: every delivery is kept before it is acknowledged, and worked on after."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from assignee.slack_calls import LOG, SlackRefused
from assignee.slack_desk import Desk
from assignee.slack_intake import SHORTCUT, SUBTYPES, read
from assignee.slack_store import Asked

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp
    from slack_bolt.authorization import AuthorizeResult
    from slack_sdk.web.async_client import AsyncWebClient

__all__ = ["Bot", "make_app", "who_am_i"]


class Bot:
    """Who we are in the workspace."""

    def __init__(self, token: str, user: str, id: str, team: str) -> None:
        self.token = token
        self.user = user
        self.id = id
        self.team = team


async def who_am_i(client: AsyncWebClient) -> Bot:
    """Ask Slack once, at the start. Raises SlackRefused for a token that is not good."""
    from slack_sdk.errors import SlackApiError

    try:
        told = await client.auth_test()
    except SlackApiError as error:
        raise SlackRefused("auth.test", str(error.response.get("error", "no reason given"))) from None
    return Bot(client.token or "", told.get("user_id", ""), told.get("bot_id", ""), told.get("team", ""))


def make_app(desk: Desk, bot: Bot, client: AsyncWebClient) -> AsyncApp:
    """The app. Whoever lets requests in has checked their signature."""
    from slack_bolt.async_app import AsyncApp
    from slack_bolt.authorization import AuthorizeResult
    from slack_bolt.response import BoltResponse

    async def authorize(**_: Any) -> AuthorizeResult:  # no call of Slack stands before an acknowledgement
        return AuthorizeResult(
            enterprise_id=None, team_id=None, bot_user_id=bot.user, bot_id=bot.id, bot_token=bot.token
        )

    app = AsyncApp(
        client=client,
        authorize=authorize,
        signing_secret="checked before",
        request_verification_enabled=False,
        logger=_bolt_log(),
        attaching_conversation_kwargs_enabled=False,
    )

    @app.middleware
    async def keep(body: dict[str, Any], context: dict[str, Any], next: Callable[[], Awaitable[Any]]) -> Any:
        """Runs before the acknowledgement: what cannot be kept is not acknowledged, and Slack sends it again."""
        found = read(body, bot.user, desk.store.review_of)
        if found is not None:
            keys, asked = found
            kept = desk.store.take(keys, asked)
            if kept is None:
                return BoltResponse(status=200)
            if kept.kind == "review" and kept.source:
                desk.store.thread(kept.channel, kept.thread or kept.source, kept)
            context["asked"] = kept
        return await next()

    async def begin(ack: Callable[[], Awaitable[Any]], context: dict[str, Any]) -> None:
        await ack()
        asked: Asked | None = context.get("asked")
        if asked is not None:
            desk.begin(asked)

    async def act(ack: Callable[[], Awaitable[Any]], body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        trigger = str(body.get("trigger_id", ""))
        if trigger and not desk.store.first(f"trigger:{trigger}"):
            return
        name = str(action.get("action_id", "")).partition("_")[0]
        container = body.get("container") or {}
        shown = body.get("message") or {}
        desk.act(
            name,
            str(action.get("value", "")),
            trigger,
            str((body.get("user") or {}).get("id", "")),
            str((body.get("channel") or {}).get("id", "") or container.get("channel_id", "")),
            str(shown.get("thread_ts") or shown.get("ts") or container.get("message_ts", "")),
        )

    async def nothing(ack: Callable[[], Awaitable[Any]]) -> None:
        await ack()

    app.command(re.compile("^/"))(begin)
    app.shortcut(SHORTCUT)(begin)
    app.event("app_mention")(begin)
    for subtype in SUBTYPES:
        app.event({"type": "message", "subtype": subtype})(begin)
    app.action(re.compile("^(?:evidence_|cancel$|resume$)"))(act)
    app.event(re.compile(".*"))(nothing)
    return app


def _bolt_log() -> logging.Logger:
    """Bolt's own messages: errors only; ours tell the rest."""
    log = LOG.getChild("bolt")
    log.setLevel(logging.ERROR)
    return log
