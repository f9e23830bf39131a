"""Getting a message to the person who asked: in its place, else directly, else by the reply address of a command."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from assignee.errors import AssigneeError
from assignee.jobs import Jobs
from assignee.slack_blocks import Message, mention, message, reason_message, section
from assignee.slack_calls import LOG, Calls, SlackRefused, SlackUnreachable
from assignee.slack_store import Asked, SlackStore
from assignee.slack_text import escape

__all__ = ["Delivery", "Undeliverable"]

FORMATS = ("md", "pdf")
# Slack's words for: our message has gone, and: the blocks are not to its liking.
_GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed", "thread_not_found"})
_UNFIT = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"})
_POST = {"unfurl_links": False, "unfurl_media": False}


class Undeliverable(AssigneeError):
    """No way leads to the person who asked."""


class Delivery:
    """Posts and updates the one message of a request, and uploads its files."""

    def __init__(self, calls: Calls, store: SlackStore, jobs: Jobs) -> None:
        self._calls = calls
        self._store = store
        self._jobs = jobs

    async def tell(self, asked: Asked, told: Message) -> Asked:
        """Put a message in the place of the request's one message, or post it where there is none.

        Returns the request with its place. Raises Undeliverable, or SlackUnreachable where a later try may do.
        """
        if asked.message:
            try:
                await self.update(asked, told)
                return asked
            except SlackRefused as refused:
                LOG.warning("request %s: %s", asked.number, refused)
                if refused.code in _UNFIT:
                    told = _short(told, refused.code)
        try:
            made = await self._post(
                asked.place or asked.channel, asked.thread if not asked.place else "", told
            )
            return self._kept(asked, made, asked.place or asked.channel)
        except SlackRefused as refused:
            return await self._directly(asked, told, refused)

    async def update(self, asked: Asked, told: Message) -> None:
        """Replace the request's message. Raises SlackRefused or SlackUnreachable."""
        await self._calls.call(
            "chat.update",
            channel=asked.place,
            ts=asked.message,
            text=told.text,
            blocks=told.blocks,
        )

    async def files(self, asked: Asked) -> None:
        """Upload the report's files into the thread; what could not be made or uploaded is told there instead."""
        made, problems = [], []
        for format in FORMATS:
            try:
                name, content = await asyncio.to_thread(self._jobs.rendered, asked.job, format)
            except AssigneeError as error:
                problems.append(f"No {format.upper()}: {error}.")
            else:
                file = f"assignee-{asked.job}{PurePath(name).suffix}"
                made.append({"filename": file, "title": file, "content": content})
        note = " ".join(
            (f"{mention(asked.user)} The review is done.".strip(), *(escape(line) for line in problems))
        )
        root = self.root(asked)
        if made:
            try:
                await self._upload(asked.place, root, made, note)
                return
            except SlackRefused as refused:
                LOG.warning("request %s: %s", asked.number, refused)
                note += " " + escape(f"The files could not be uploaded: {refused.code}.")
        try:
            await self._post(asked.place, root, message(note, [section(note)]))
        except SlackRefused as refused:  # the result itself has arrived
            LOG.error("request %s: %s", asked.number, refused)

    async def show(self, channel: str, user: str, thread: str, told: Message) -> None:
        """Show something to one person only, directly where that cannot be done in the channel."""
        try:
            await self._calls.call(
                "chat.postEphemeral",
                channel=channel,
                user=user,
                thread_ts=thread or None,
                text=told.text,
                blocks=told.blocks,
            )
        except (SlackRefused, SlackUnreachable) as error:
            LOG.warning("%s", error)
            await self._post(await self._direct(user), "", told)

    async def modal(self, trigger: str, view: dict[str, Any]) -> None:
        """Open a modal. Raises SlackRefused or SlackUnreachable."""
        await self._calls.call("views.open", trigger_id=trigger, view=view)

    def root(self, asked: Asked) -> str:
        """The ts of the message whose thread a request's answer and files stand in."""
        return asked.thread if asked.thread and asked.place == asked.channel else asked.message

    async def _post(self, channel: str, thread: str, told: Message) -> dict[str, Any]:
        try:
            return await self._calls.call(
                "chat.postMessage",
                channel=channel,
                thread_ts=thread or None,
                text=told.text,
                blocks=told.blocks,
                **_POST,
            )
        except SlackRefused as refused:
            if refused.code in _GONE and thread:  # the thread has gone with its first message
                return await self._post(channel, "", told)
            if refused.code not in _UNFIT:
                raise
            short = _short(told, refused.code)
            return await self._calls.call(
                "chat.postMessage", channel=channel, thread_ts=thread or None, text=short.text, **_POST
            )

    async def _directly(self, asked: Asked, told: Message, refused: SlackRefused) -> Asked:
        LOG.warning("request %s: %s; answering directly", asked.number, refused)
        why = section(
            f"I cannot write where you asked (Slack says: {escape(refused.code)}), so I answer here. "
            "To have answers there, type */invite* and my name in that channel."
        )
        try:
            place = await self._direct(asked.user)
            await self._post(place, "", message(why["text"]["text"], [why]))
            made = await self._post(place, "", told)
        except SlackRefused as again:
            if not asked.reply_url:
                raise Undeliverable(f"request {asked.number} of {asked.user}: {refused}; {again}") from again
            await self._reply(asked, message(told.text, [why, *told.blocks]), again)
            return asked
        return self._kept(asked, made, place)

    async def _reply(self, asked: Asked, told: Message, refused: SlackRefused) -> None:
        """Answer a command at the address it came with; valid for 30 minutes."""
        from slack_sdk.webhook.async_client import AsyncWebhookClient

        client = AsyncWebhookClient(asked.reply_url, timeout=10)
        try:
            response = await client.send(text=told.text, blocks=told.blocks, response_type="ephemeral")
        except Exception as error:
            raise SlackUnreachable(f"Slack did not take an answer: {error}") from error
        if response.status_code != 200:
            raise Undeliverable(
                f"request {asked.number} of {asked.user}: {refused}; status {response.status_code}"
            )

    async def _direct(self, user: str) -> str:
        opened = await self._calls.call("conversations.open", users=user)
        return str(opened["channel"]["id"])

    async def _upload(self, channel: str, thread: str, files: Sequence[dict[str, Any]], note: str) -> None:
        client = self._calls.client
        await self._calls.carry(
            "files.upload",
            channel,
            lambda: client.files_upload_v2(
                file_uploads=[dict(file) for file in files],
                channel=channel,
                thread_ts=thread,
                initial_comment=note,
            ),
        )

    def _kept(self, asked: Asked, made: dict[str, Any], place: str) -> Asked:
        at = str(made.get("channel") or place)
        asked = self._store.change(asked, place=at, message=str(made["ts"]))
        if asked.kind == "review":
            self._store.thread(at, self.root(asked), asked)
        return asked


def _short(told: Message, code: str) -> Message:
    return reason_message(f"{told.text} (Slack refused the full message: {code}; the files hold everything.)")
