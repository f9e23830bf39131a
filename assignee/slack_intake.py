"""What Slack delivers, read: which deliveries are requests of a person, and by which keys a repetition is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from assignee.slack_store import Asked
from assignee.slack_text import plain

__all__ = ["SHORTCUT", "SUBTYPES", "read"]

SHORTCUT = "assignee_review"
SUBTYPES = (None, "file_share", "thread_broadcast")  # of messages that people write
_KEPT = 40_000  # characters of a message; Slack's own limit

ReviewOf = Callable[[str, str], Asked | None]


def read(body: Mapping[str, Any], bot_user: str, review_of: ReviewOf) -> tuple[tuple[str, ...], Asked] | None:
    """(keys, request), or None for what asks nothing of us.

    `review_of(channel, ts)` is the review that a thread is about. Raises nothing for missing or odd fields.
    """
    if body.get("command"):
        return _command(body)
    if body.get("type") == "message_action" and body.get("callback_id") == SHORTCUT:
        return _shortcut(body, bot_user)
    event = body.get("event")
    if isinstance(event, Mapping):
        return _event(body, event, bot_user, review_of)
    return None


def _command(body: Mapping[str, Any]) -> tuple[tuple[str, ...], Asked]:
    asked = Asked(
        kind="review",
        user=_str(body, "user_id"),
        channel=_str(body, "channel_id"),
        thread="",
        text=plain(_str(body, "text"))[:_KEPT],
        reply_url=_str(body, "response_url"),
    )
    return (f"trigger:{_str(body, 'trigger_id')}",), asked


def _shortcut(body: Mapping[str, Any], bot_user: str) -> tuple[tuple[str, ...], Asked]:
    message, channel = _map(body, "message"), _str(_map(body, "channel"), "id")
    ts = _str(message, "ts") or _str(body, "message_ts")
    asked = Asked(
        kind="review",
        user=_str(_map(body, "user"), "id"),
        channel=channel,
        thread=_str(message, "thread_ts") or ts,
        text=plain(_str(message, "text"), bot_user)[:_KEPT],
        source=ts,
        reply_url=_str(body, "response_url"),
    )
    return (f"trigger:{_str(body, 'trigger_id')}",), asked


def _event(
    body: Mapping[str, Any], event: Mapping[str, Any], bot_user: str, review_of: ReviewOf
) -> tuple[tuple[str, ...], Asked] | None:
    kind, user, text = event.get("type"), _str(event, "user"), _str(event, "text")
    if not user or user == bot_user or event.get("bot_id") or event.get("subtype") not in SUBTYPES:
        return None
    channel, ts, thread = _str(event, "channel"), _str(event, "ts"), _str(event, "thread_ts")
    review = review_of(channel, thread) if thread else None
    direct = event.get("channel_type") == "im"
    if kind == "app_mention":
        at = thread or ts
    elif kind == "message" and direct:
        at = thread
    elif kind == "message" and review is not None and thread in (review.source, review.message):
        if text.startswith("<@") and not text.startswith(f"<@{bot_user}>"):
            return None  # people talk to each other under a review
        at = thread
    else:
        return None
    asked = Asked(
        kind="follow_up" if review else "review",
        user=user,
        channel=channel,
        thread=at,
        text=plain(text, bot_user)[:_KEPT],
        source=ts,
        parent=review.number if review else 0,
    )
    client = _str(event, "client_msg_id")
    keys = (
        f"event:{_str(body, 'event_id')}",
        f"message:{channel}:{ts}",
        *([f"client:{client}"] if client else ()),
    )
    return keys, asked


def _str(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    return value if isinstance(value, str) else ""


def _map(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = data.get(name)
    return value if isinstance(value, Mapping) else {}
