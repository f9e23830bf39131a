"""What happens with a request from Slack: one message that tells how it stands, then the result or the reason."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from assignee.errors import AssigneeError, UserError
from assignee.jobs import Jobs, State
from assignee.render.labels import plural
from assignee.settings import ReviewRequest
from assignee.slack_blocks import (
    Message,
    answer_message,
    button,
    evidence_blocks,
    evidence_view,
    message,
    reason_message,
    result_message,
)
from assignee.slack_calls import LOG, Calls, SlackRefused, SlackUnreachable
from assignee.slack_delivery import Delivery, Undeliverable
from assignee.slack_status import SoFar, StatusLine
from assignee.slack_store import Asked, SlackStore

__all__ = ["Desk", "Reviews"]

HELP = (
    "Ask me a research question, and I answer it from the papers of this server's library, every claim with its quote "
    'and its place. For example: "Does training on English tasks improve transfer to other languages?" In a channel, '
    "use /assignee or mention me; here, just write. Then ask about the review in its thread, or reply stop or resume."
)
_ONLY_TEXT = "I read text only. Write your question as a message, not as a file or a picture."
_STOP, _RESUME = frozenset({"stop", "cancel"}), frozenset({"resume", "go on", "try again", "again"})
_TRIES = 30  # of one request, while Slack does not answer
_LONGEST = 600.0  # seconds between two of them


@dataclass(frozen=True, slots=True)
class Reviews:
    """What questions from Slack are asked of. `channels` maps a channel's id to a library of its own."""

    library: tuple[Path, ...] = ()
    sources: tuple[str, ...] = ()
    engine: str = "auto"
    channels: Mapping[str, Path] = field(default_factory=dict)

    def request(self, question: str, channel: str) -> ReviewRequest:
        """The review for a question asked in a channel. Nothing in the question can name a file."""
        own = self.channels.get(channel)
        return ReviewRequest(
            question=question,
            library=(own,) if own else self.library,
            sources=self.sources,
            engine=self.engine,
        )

    def discreet(self, told: str) -> str:
        """A message without the paths of this machine."""
        for path in sorted({*self.library, *self.channels.values()}, key=lambda path: -len(str(path))):
            for name in (str(path.absolute()), str(path)):
                told = told.replace(name, "the library" if len(name) > 1 else name)
        return told


class Desk:
    """Works on the requests kept in the store. `begin` returns at once; `open` takes up what was left undone."""

    def __init__(self, jobs: Jobs, store: SlackStore, calls: Calls, reviews: Reviews) -> None:
        self.store = store
        self._jobs = jobs
        self._calls = calls
        self._clock = calls.clock
        self._reviews = reviews
        self._delivery = Delivery(calls, store, jobs)
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._others: set[asyncio.Task[None]] = set()

    def open(self) -> None:
        """Go on with every request that the last process left undone."""
        for asked in self.store.unfinished():
            self.begin(asked, again=True)

    async def close(self) -> None:
        """Stop; what is undone stays in the store for the next `open`."""
        tasks = [*self._tasks.values(), *self._others]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def settled(self) -> None:
        """Return when nothing is being worked on."""
        while tasks := [*self._tasks.values(), *self._others]:
            await asyncio.gather(*tasks, return_exceptions=True)

    def begin(self, asked: Asked, again: bool = False) -> None:
        """Work on a request, unless that is being done."""
        if asked.number in self._tasks:
            return
        task = asyncio.create_task(self._serve(asked.number, again))
        self._tasks[asked.number] = task
        task.add_done_callback(lambda _: self._tasks.pop(asked.number, None))

    def act(self, action: str, value: str, trigger: str, user: str, channel: str, thread: str) -> None:
        """Carry out what a button asks for."""
        task = asyncio.create_task(self._act(action, value, trigger, user, channel, thread))
        self._others.add(task)
        task.add_done_callback(self._others.discard)

    async def _serve(self, number: int, again: bool) -> None:
        for attempt in range(_TRIES):
            asked = self.store.get(number)
            if asked is None or asked.state == "done":
                return
            try:
                await self._carry_out(asked, again)
                return
            except Undeliverable as error:
                LOG.error("%s", error)
                self.store.change(asked, state="done")
                return
            except Exception as error:
                told = str(error) if isinstance(error, AssigneeError) else f"{type(error).__name__}: {error}"
                LOG.error("request %s: %s; trying again later", number, told)
                await self._clock.sleep(min(30.0 * 2**attempt, _LONGEST))
        LOG.error("request %s: given up until the server is started again", number)

    async def _carry_out(self, asked: Asked, again: bool) -> None:
        try:
            await (self._follow_up(asked, again) if asked.kind == "follow_up" else self._review(asked, again))
        except (SlackUnreachable, Undeliverable):
            raise
        except AssigneeError as error:
            await self._refuse(asked, str(error))
        except Exception as error:
            LOG.error("request %s: unexpected %s: %s", asked.number, type(error).__name__, error)
            await self._refuse(asked, f"Something unexpected went wrong: {type(error).__name__}: {error}")

    async def _review(self, asked: Asked, again: bool) -> None:
        if asked.state == "open":
            if not any(char.isalnum() for char in asked.text) or asked.text.lower() == "help":
                told = message(HELP, reason_message(HELP).blocks) if asked.text or asked.reply_url else None
                await self._end(asked, told or reason_message(f"{_ONLY_TEXT} {HELP}"))
                return
            note = "The server was started anew; the review goes on." if again else ""
            so_far = SoFar(asked.text, asked.user, asked.number, note)
            if again or not asked.message:
                asked = await self._delivery.tell(asked, so_far.message())
            asked = await self._ask(asked)
            await self._watch(asked, so_far)
            asked = self.store.get(asked.number) or asked
            if (
                asked.state == "done" or not self._jobs.job(asked.job).ended
            ):  # stopped for this person; or the server stops
                return
            if not await self._result(asked):
                return
            asked = self.store.change(self.store.get(asked.number) or asked, state="told")
        if asked.place:
            await self._delivery.files(asked)
        self.store.change(asked, state="done")

    async def _ask(self, asked: Asked) -> Asked:
        with suppress(UserError):  # the jobs have been moved away: ask anew
            if asked.job and self._jobs.job(asked.job):
                return asked
        job = await self._jobs.ask(self._reviews.request(asked.text, asked.channel))
        return self.store.change(asked, job=job.id)

    async def _watch(self, asked: Asked, so_far: SoFar) -> None:
        """Keep the message up to date until the job ends."""
        past = len(self._jobs.events(asked.job))
        line = StatusLine(partial(self._update, asked), lambda: self._calls.free("chat.update"), self._clock)
        try:
            async for event in self._jobs.follow(asked.job):
                so_far.add(event, past=event.number <= past)
                line.show(so_far.message())
            await line.end()
        finally:
            line.stop()

    async def _update(self, asked: Asked, told: Message) -> None:
        try:
            await self._delivery.update(asked, told)
        except (SlackRefused, SlackUnreachable) as error:  # the result will find its way
            LOG.warning("request %s: %s", asked.number, error)

    async def _result(self, asked: Asked) -> bool:
        """Tell how the job ended; False where there is no report."""
        job = self._jobs.job(asked.job)
        if job.state in (State.DONE, State.PARTIAL):
            report = await asyncio.to_thread(self._jobs.report, job.id)
            await self._delivery.tell(asked, result_message(report, job.id, asked.user))
            return True
        if job.state is State.CANCELLED:
            found = self._jobs.found(job.id)
            told = (
                f"Stopped. {plural(len(found.papers), 'paper')} screened and {plural(len(found.claims), 'claim')} "
                "found so far are kept."
            )
        else:
            told = self._reviews.discreet(f"The review failed: {job.error or 'no reason was given'}.")
        await self._end(
            asked, reason_message(told, asked.text, [button("Go on", "resume", str(asked.number))])
        )
        return False

    async def _follow_up(self, asked: Asked, again: bool) -> None:
        parent = self.store.get(asked.parent)
        word = asked.text.lower().strip(" .!")
        if not any(char.isalnum() for char in asked.text):
            await self._end(asked, reason_message(_ONLY_TEXT))
        elif parent is not None and word in _STOP:
            await self._end(asked, reason_message(await self._stop(parent)))
        elif parent is not None and word in _RESUME:
            await self._end(asked, reason_message(await self._resume(parent)))
        elif parent is None or not (job := await self._job_of(parent)):
            await self._review(self.store.change(asked, kind="review", parent=0), again)
        else:
            if not self._jobs.job(job).ended:
                if not asked.message:
                    told = "The review is still running; I answer when it is done."
                    asked = await self._delivery.tell(asked, reason_message(told))
                async for _ in self._jobs.follow(job):
                    pass
                if not self._jobs.job(job).ended:
                    return
            found = await self._jobs.answer(job, asked.text)
            await self._end(asked, answer_message(found, job))

    async def _job_of(self, parent: Asked) -> str:
        """The job of a review, as soon as it has one; "" where it never got one."""
        while not parent.job and parent.state == "open" and parent.number in self._tasks:
            await self._clock.sleep(0.5)
            parent = self.store.get(parent.number) or parent
        return parent.job

    async def _stop(self, asked: Asked) -> str:
        """Stop a review for one person; the job itself only where nobody else waits for it."""
        asked = self.store.get(asked.number) or asked
        if asked.state != "open" or not asked.job or self._jobs.job(asked.job).ended:
            return "This review is not running."
        if any(other.number != asked.number for other in self.store.waiting_for(asked.job)):
            told = "Stopped here. Somebody else waits for the same review, so it goes on for them."
            self.store.change(asked, state="done")
            if asked.number in self._tasks:
                self._tasks[asked.number].cancel()
            again = [button("Go on", "resume", str(asked.number))]
            await self._delivery.tell(asked, reason_message(told, asked.text, again))
            return told
        await self._jobs.cancel(asked.job)
        return "Stopped. What was found is kept; reply resume to go on."

    async def _resume(self, asked: Asked) -> str:
        asked = self.store.get(asked.number) or asked
        if asked.number in self._tasks:
            return "This review is running."
        if asked.job:
            job = await self._jobs.resume(asked.job)
            if job.state is State.DONE:
                return "This review is done; ask about it in this thread."
        self.begin(self.store.change(asked, state="open"))
        return "The review goes on."

    async def _act(self, action: str, value: str, trigger: str, user: str, channel: str, thread: str) -> None:
        try:
            if action in ("cancel", "resume"):
                asked = self.store.get(int(value)) if value.isdecimal() and len(value) < 16 else None
                if asked is None:
                    raise UserError("I do not know this review any more; ask the question again")
                told = await (self._stop(asked) if action == "cancel" else self._resume(asked))
                await self._delivery.show(channel, user, thread, reason_message(told))
                return
            job, _, claim = value.partition(":")
            report = await asyncio.to_thread(self._jobs.report, job)
            try:
                await self._delivery.modal(trigger, evidence_view(report, claim))
            except (SlackRefused, SlackUnreachable) as error:  # most often: the click is older than 3 seconds
                LOG.warning("%s", error)
                told_here = message(f"Evidence for {claim}", evidence_blocks(report, claim))
                await self._delivery.show(channel, user, thread, told_here)
        except Exception as error:
            LOG.error("button %s of %s: %s: %s", action, user, type(error).__name__, error)
            with suppress(AssigneeError):
                await self._delivery.show(
                    channel,
                    user,
                    thread,
                    reason_message(self._reviews.discreet(f"That did not work: {error}")),
                )

    async def _refuse(self, asked: Asked, why: str) -> None:
        asked = self.store.get(asked.number) or asked
        if asked.state == "told":  # the result stands there and stays
            LOG.error("request %s: %s", asked.number, why)
            self.store.change(asked, state="done")
            return
        head = asked.text if asked.kind == "review" else ""
        told = self._reviews.discreet(why if why.endswith((".", "!", "?")) else f"{why}.")
        await self._end(asked, reason_message(told[0].upper() + told[1:], head))

    async def _end(self, asked: Asked, told: Message) -> None:
        self.store.change(await self._delivery.tell(asked, told), state="done")
