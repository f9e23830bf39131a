"""Slack end to end against a Slack of our own: asked every way, answered or told why not, once, within the limits."""

from __future__ import annotations

import asyncio
import itertools
import json
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import virtual_time
from fake_engine import TEXTS
from fake_slack import BOT, FakeSlack, faults, words
from job_world import QUESTION, Gate
from slack_sdk.errors import SlackApiError
from slack_world import SlackWorld
from virtual_time import LoopClock

from assignee.slack_calls import Calls

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as made:
        yield made


@pytest.fixture
def world(tmp_path: Path, slack: FakeSlack) -> Iterator[SlackWorld]:
    (tmp_path / "home" / "index").mkdir(parents=True)
    made = SlackWorld(tmp_path, slack)
    yield made
    made.store.close()


async def test_a_command_ends_in_one_message_with_the_result_and_the_files(world: SlackWorld) -> None:
    slack = world.slack
    async with world.serve() as server:
        assert await slack.command(server.address, QUESTION) == (200, "")
        await world.settled(server)
        message = world.only_message()
        told = words(message)
        assert f"*{QUESTION}*" in told
        assert "*Score:* 7.00 / 10 (approve, draft)" in told
        assert "✓ corroborated" in told
        assert "– quoted" in told
        assert "Asked by <@U1>" in told
        [upload] = slack.uploads
        assert upload["thread_ts"] == message["ts"]
        assert upload["initial_comment"].startswith("<@U1> The review is done.")
        job = server._jobs.jobs()[0].id
        assert set(upload["files"]) == {f"assignee-{job}.md", f"assignee-{job}.pdf"}
        assert QUESTION in upload["files"][f"assignee-{job}.md"].decode()
        assert upload["files"][f"assignee-{job}.pdf"].startswith(b"%PDF")


async def test_a_mention_a_direct_message_and_a_shortcut_are_answered_in_their_places(
    world: SlackWorld,
) -> None:
    slack = world.slack
    async with world.serve() as server:
        mention, direct = slack.mention("What raises accuracy?"), slack.message("What costs were measured?")
        shortcut = slack.shortcut("Do small models gain &lt; large ones? <https://x.test|x.test>")
        assert (await slack.event(server.address, mention))[0] == 200
        assert (await slack.event(server.address, direct))[0] == 200
        assert (await slack.interact(server.address, shortcut))[0] == 200
        await world.settled(server)
        found = {(m["channel"], m.get("thread_ts")): m for m in slack.messages.values()}
        assert "*What raises accuracy?*" in words(found["C1", mention["ts"]])
        assert "*What costs were measured?*" in words(found["D1", None])
        assert "*Do small models gain &lt; large ones? x.test*" in words(
            found["C1", shortcut["message"]["ts"]]
        )
        assert len(found) == len(slack.uploads) == 3


async def test_the_same_over_socket_mode(world: SlackWorld) -> None:
    slack = world.slack
    async with world.serve(socket=True) as server:
        await slack.send("slash_commands", slack.slash(QUESTION))
        payload = slack.envelope(slack.mention("What raises accuracy?"))
        await slack.send("events_api", payload)
        await slack.send("events_api", payload)  # delivered again: Slack saw no acknowledgement
        await world.settled(server)
        assert sorted(words(m).splitlines()[0] for m in slack.messages.values()) == [
            f"*{QUESTION}*",
            "*What raises accuracy?*",
        ]
        button = slack.click(next(iter(slack.messages.values())), "Evidence")
        await slack.send("interactive", button)
        await world.settled(server)
        assert len(slack.views) == 1


async def test_twenty_requests_are_acknowledged_before_any_of_them_works(world: SlackWorld) -> None:
    order: list[str] = []
    all_in = threading.Event()

    def hook(node: str) -> None:
        if node == "plan":
            all_in.wait(30)
            order.append("work")

    async with world.serve(hook, concurrency=4) as server:

        async def ask(number: int) -> None:
            status, _ = await world.slack.command(server.address, f"{QUESTION} And in case {number}?")
            assert status == 200
            order.append("ack")

        await asyncio.gather(*(ask(number) for number in range(20)))
        all_in.set()
        await world.settled(server)
    assert order[:20] == ["ack"] * 20
    assert order.count("work") == 20
    assert len(world.slack.messages) == len(world.slack.uploads) == 20


async def test_what_comes_twice_is_done_once_also_across_a_restart(world: SlackWorld) -> None:
    slack = world.slack
    mention = slack.mention(QUESTION)
    as_message = mention | {"type": "message", "channel_type": "channel"}
    async with world.serve() as server:
        await slack.event(server.address, mention, id="Ev7")
        slack.now += 1
        assert (await slack.event(server.address, mention, id="Ev7", retry=1))[0] == 200
        assert (await slack.event(server.address, as_message, id="Ev8"))[0] == 200
        await slack.command(server.address, "What costs?", trigger="t1")
        slack.now += 1
        assert (await slack.command(server.address, "What costs?", trigger="t1", retry=1))[0] == 200
        await world.settled(server)
    async with world.serve() as server:
        slack.now += 60
        assert (await slack.event(server.address, mention, id="Ev7", retry=2))[0] == 200
        await world.settled(server)
    assert len(slack.messages) == len(slack.uploads) == 2


@pytest.mark.parametrize("wrong", [{"forged": True}, {"age": 301}, {"age": -301}])
async def test_a_bad_signature_or_a_stale_timestamp_is_refused(
    world: SlackWorld, wrong: dict[str, Any]
) -> None:
    async with world.serve() as server:
        assert (await world.slack.command(server.address, QUESTION, **wrong))[0] == 401
        assert (await world.slack.event(server.address, world.slack.message("A?"), **wrong))[0] == 401
        await world.settled(server)
    assert [name for name, _ in world.slack.calls] == ["auth.test"]


async def test_a_replayed_request_is_refused_and_odd_ones_too(world: SlackWorld) -> None:
    slack = world.slack
    body = json.dumps(slack.envelope(slack.message(QUESTION)))
    async with world.serve() as server:
        assert (await slack.post(server.address, body, "application/json"))[0] == 200
        assert (await slack.post(server.address, body, "application/json")) == (401, "replayed request")
        headers = {"X-Slack-Request-Timestamp": "soon", "X-Slack-Signature": "v0=é"}
        async with slack.session.post(server.address, data=b"\xff", headers=headers) as response:
            assert response.status == 401
        async with slack.session.post(server.address, data=b"x" * 2_000_000) as response:
            assert response.status == 413
        status, _ = await slack.post(
            server.address, json.dumps({"type": "url_verification", "challenge": "c"}), "application/json"
        )
        assert status == 200
        for odd in ("[]", "{}", "not json", '{"event": 7}'):
            assert (await slack.post(server.address, odd, "application/json"))[0] in (200, 400, 404)
        await world.settled(server)
    assert len(slack.messages) == 1


@pytest.mark.parametrize(
    ("event", "told"),
    [
        ({"text": ""}, "I read text only"),
        ({"text": "", "subtype": "file_share", "files": [{"id": "F1"}]}, "I read text only"),
        ({"text": "???"}, "Ask me a research question"),
        ({"text": "help"}, "Ask me a research question"),
        ({"text": "why " * 10_000}, "The question has 39,999 characters; at most 2,000 are read."),
    ],
)
async def test_what_is_no_question_gets_a_reason(world: SlackWorld, event: dict[str, Any], told: str) -> None:
    async with world.serve() as server:
        await world.slack.event(server.address, world.slack.message("") | event)
        await world.settled(server)
        assert told in words(world.only_message())
        assert not server._jobs.jobs()


async def test_what_others_and_we_ourselves_write_is_left_alone(world: SlackWorld) -> None:
    slack = world.slack
    async with world.serve() as server:
        for event in (
            slack.message("Lunch?", channel="C1"),
            slack.message("A bot asks?", bot_id="B9"),
            slack.message("We ask?", user=BOT),
            slack.message("Changed?", subtype="message_changed"),
            {"type": "reaction_added", "user": "U1"},
        ):
            assert (await slack.event(server.address, event))[0] == 200
        await world.settled(server)
    assert not slack.messages


async def test_the_status_moves_no_faster_than_slack_allows(world: SlackWorld) -> None:
    slack, gate = world.slack, Gate("extract")
    async with world.serve(gate) as server:
        await slack.command(server.address, QUESTION)
        await slack.event(server.address, slack.message("What costs were measured?"))
        seen = await slack.until(lambda: [m for m in slack.of("chat.update") if "screened" in words(m)])
        gate.free.set()
        await world.settled(server)
    assert "3 papers screened, 2 included" in words(seen[0])
    assert "Stop" in json.dumps(seen[0]["blocks"])
    called = zip(slack.calls, slack.times, strict=True)
    updates = [(at, given["ts"]) for (name, given), at in called if name == "chat.update"]
    assert len(slack.messages) == 2
    assert len(updates) >= 4
    for ts in {ts for _, ts in updates}:
        mine = [at for at, of in updates if of == ts]
        assert all(later - earlier >= 3.0 for earlier, later in itertools.pairwise(mine))


def test_calls_keep_slacks_distances_and_one_limit_holds_for_all() -> None:
    sent: dict[str, list[float]] = {"chat.update": [], "C0": [], "C1": []}

    class Client:
        limited = False

        async def api_call(self, method: str, json: dict[str, Any]) -> SimpleNamespace:
            sent[method if method == "chat.update" else json["channel"]].append(round(clock.now(), 3))
            await clock.sleep(0.3)
            if len(sent["chat.update"]) == 2 and not self.limited:
                self.limited = True
                response = SimpleNamespace(status_code=429, headers={"Retry-After": "20"})
                raise SlackApiError("limited", response)
            return SimpleNamespace(data={})

    async def main() -> None:
        calls = Calls(Client(), clock)  # type: ignore[arg-type]
        await asyncio.gather(
            *(calls.call("chat.postMessage", channel=f"C{number % 2}") for number in range(6)),
        )
        await asyncio.gather(
            *(calls.call("chat.update", channel="C1", ts=str(number)) for number in range(2))
        )
        assert calls.free("chat.update") is False
        await calls.call("chat.update", channel="C1", ts="9")

    clock = LoopClock()
    virtual_time.run(main())
    assert sent["C0"] == sent["C1"] == [0.0, 1.0, 2.0]
    start = sent["chat.update"][0]
    assert [round(at - start, 3) for at in sent["chat.update"]] == [0.0, 1.2, 21.5, 22.7]


async def test_a_rate_limit_is_waited_out_and_a_long_one_is_cut(world: SlackWorld) -> None:
    slack = world.slack
    slack.limit("chat.postMessage", retry_after="17")
    slack.limit("files.getUploadURLExternal", retry_after="86400")
    slack.break_down("chat.update", 2)
    async with world.serve() as server:
        await slack.command(server.address, QUESTION)
        await world.settled(server)
    assert 17.0 in world.clock.slept
    assert max(world.clock.slept) == 120.0
    assert "*Score:*" in words(world.only_message())
    assert len(slack.uploads) == 1


async def test_slack_away_for_long_delays_the_answer_and_does_not_lose_it(world: SlackWorld) -> None:
    world.slack.break_down("chat.postMessage", 15)
    async with world.serve() as server:
        await world.slack.command(server.address, QUESTION)
        await world.settled(server)
    assert "*Score:*" in words(world.only_message())


async def test_where_we_may_not_write_the_answer_comes_directly(world: SlackWorld) -> None:
    slack = world.slack
    slack.members.remove("C1")
    async with world.serve() as server:
        await slack.command(server.address, QUESTION)
        await world.settled(server)
        first, second = slack.messages.values()
        assert {first["channel"], second["channel"]} == {"DU1"}
        assert "not_in_channel" in words(first)
        assert "*Score:*" in words(second)
        assert slack.uploads[0]["channel_id"] == "DU1"


async def test_where_no_message_arrives_the_reply_address_of_the_command_does(world: SlackWorld) -> None:
    slack = world.slack
    slack.members.remove("C1")
    slack.refuse("conversations.open", "missing_scope", 9)
    async with world.serve() as server:
        await slack.command(server.address, "?")
        await world.settled(server)
    assert "Ask me a research question" in words(slack.replies[0])


async def test_files_that_cannot_be_uploaded_are_told(world: SlackWorld) -> None:
    slack = world.slack
    slack.refuse("files.getUploadURLExternal", "missing_scope")
    async with world.serve() as server:
        await slack.command(server.address, QUESTION)
        await world.settled(server)
    _, note = slack.messages.values()
    assert "The files could not be uploaded: missing" in words(note)


async def test_a_review_that_is_stopped_midway_goes_on_after_a_restart(world: SlackWorld) -> None:
    slack, gate = world.slack, Gate("extract")
    async with world.serve(gate, leaving=gate.free.set) as server:
        await slack.command(server.address, QUESTION)
        await slack.until(lambda: [m for m in slack.of("chat.update") if "screened" in words(m)])
        assert await asyncio.to_thread(gate.reached.wait, 30)
        message = world.only_message()
    assert "*Score:*" not in words(world.only_message())
    asked: list[str] = []
    async with world.serve(asked.append) as server:
        await world.settled(server)
    assert "search" not in asked  # from the checkpoints
    told = [words(m) for m in slack.history[message["channel"], message["ts"]]]
    assert any("The server was started anew" in text for text in told)
    assert "*Score:*" in told[-1]
    assert len(slack.messages) == len(slack.uploads) == 1


async def test_a_request_that_was_only_acknowledged_is_taken_up_after_a_restart(world: SlackWorld) -> None:
    slack = world.slack
    async with world.serve() as server:
        server.desk.begin = lambda asked, again=False: None  # type: ignore[method-assign]  # killed right after the ack
        assert (await slack.command(server.address, QUESTION))[0] == 200
    assert not slack.messages
    async with world.serve() as server:
        await world.settled(server)
    assert "*Score:*" in words(world.only_message())


async def test_a_failure_is_told_without_paths_and_can_be_tried_again(world: SlackWorld) -> None:
    slack, broken = world.slack, [True]

    def hook(node: str) -> None:
        if node == "screen" and broken[0]:
            raise RuntimeError(f"cannot read {world.library.absolute()}")

    async with world.serve(hook) as server:
        await slack.command(server.address, QUESTION)
        await world.settled(server)
        failed = world.only_message()
        assert "The review failed:" in words(failed)
        assert str(world.library) not in json.dumps(slack.calls)
        broken[0] = False
        await slack.interact(server.address, slack.click(failed, "Go on"))
        await world.settled(server)
        assert "*Score:*" in words(world.only_message())


async def test_stopping_keeps_what_was_found_and_leaves_the_review_to_others_who_wait(
    world: SlackWorld,
) -> None:
    slack, gate = world.slack, Gate("extract")
    async with world.serve(gate) as server:
        await slack.command(server.address, QUESTION)
        await slack.event(server.address, slack.message(QUESTION))
        await slack.until(lambda: len([m for m in slack.of("chat.update") if "screened" in words(m)]) >= 2)
        first, second = slack.messages.values()
        await slack.interact(
            server.address, slack.click(slack.messages[first["channel"], first["ts"]], "Stop")
        )
        await slack.until(
            lambda: "Somebody else waits" in words(slack.messages[first["channel"], first["ts"]])
        )
        assert not server._jobs.jobs()[0].ended
        await slack.interact(
            server.address, slack.click(slack.messages[second["channel"], second["ts"]], "Stop")
        )
        await slack.until(
            lambda: "Stopped. 3 papers screened" in words(slack.messages[second["channel"], second["ts"]])
        )
        gate.free.set()
        await world.settled(server)
        assert [str(job.state) for job in server._jobs.jobs()] == ["cancelled"]
        await slack.event(server.address, slack.message("resume", thread=second["ts"]))
        await world.settled(server)
        assert "*Score:*" in words(slack.messages[second["channel"], second["ts"]])


async def test_the_evidence_of_a_claim_opens_on_its_button_and_shows_here_when_the_click_is_old(
    world: SlackWorld,
) -> None:
    slack = world.slack
    async with world.serve() as server:
        await slack.command(server.address, QUESTION)
        await world.settled(server)
        message = world.only_message()
        await slack.interact(server.address, slack.click(message, "Evidence"))
        slack.refuse("views.open", "expired_trigger_id")
        slack.now += 1
        await slack.interact(server.address, slack.click(message, "Evidence"))
        await world.settled(server)
        [view] = slack.views
        told = words(view | {"text": ""})
        quote = "Training on English tasks raises transfer accuracy by 4 points."
        assert f"“{quote}”" in told
        assert "Lind (2020)" in told
        assert "characters 0–" in told
        assert "quote check: support" in told
        assert "+ Ruiz (2020): “English training tasks raise transfer accuracy in nine languages.”" in told
        [shown] = slack.of("chat.postEphemeral")
        assert (shown["user"], shown["thread_ts"]) == ("U1", message["ts"])
        assert words(shown) == told


async def test_replies_in_the_thread_are_answered_from_the_run(world: SlackWorld) -> None:
    slack, gate = world.slack, Gate("extract")
    async with world.serve(gate) as server:
        mention = slack.mention(QUESTION)
        await slack.event(server.address, mention)
        await slack.until(lambda: slack.messages)
        early = slack.message("Why was Paper p3 excluded?", channel="C1", thread=mention["ts"])
        await slack.event(server.address, early)
        await slack.until(lambda: [m for m in slack.messages.values() if "still running" in words(m)])
        gate.free.set()
        await world.settled(server)
        await slack.event(server.address, slack.message("<@U2> lunch?", channel="C1", thread=mention["ts"]))
        await slack.event(
            server.address, slack.message("What does Napoleon think?", channel="C1", thread=mention["ts"])
        )
        await world.settled(server)
    _, answered, open_ = slack.messages.values()
    assert answered["thread_ts"] == open_["thread_ts"] == mention["ts"]
    assert "about heat" in words(answered)
    assert "does not hold" in words(open_) or "no answer" in words(open_).lower()


NASTY = "Is <!channel> <https://evil.test|safe> & *bold* `code` @here <@U9> better? https://evil.test :tada:"


async def test_markup_in_questions_titles_and_quotes_is_text(world: SlackWorld) -> None:
    slack = world.slack
    texts = TEXTS | {
        "p1": "Ask <!here> & <https://evil.test|us> raises transfer accuracy of English training tasks by 4 points."
    }
    raw = NASTY.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    async with world.serve(texts=texts) as server:
        await slack.event(server.address, slack.message(raw))
        await world.settled(server)
        message = world.only_message()
        await slack.interact(server.address, slack.click(message, "Evidence"))
        await slack.event(server.address, slack.message(raw, thread=message["ts"]))
        await world.settled(server)
    told = words(message)
    assert "Is &lt;!channel&gt; &lt;https:\u200b//evil.test|safe&gt; &amp; \u2217bold\u2217" in told
    assert "@\u200bhere" in told
    everything = json.dumps([given for _, given in slack.calls], ensure_ascii=False)
    for live in ("<!", "<https://evil", "https://evil", "@here", "<@U9>", "*bold*", "`code`", ":tada:"):
        assert live not in everything.replace(json.dumps(raw)[1:-1], "")
    assert all(not faults(m["blocks"]) for m in slack.messages.values())
    assert all(given.get("unfurl_links") is False for given in slack.of("chat.postMessage"))


async def test_a_channel_may_have_a_library_of_its_own(world: SlackWorld) -> None:
    slack = world.slack
    async with world.serve() as server:
        await slack.event(server.address, slack.mention(QUESTION) | {"channel": "C2"})
        await slack.event(server.address, slack.mention(f"{QUESTION} {world.other}"))
        await world.settled(server)
        libraries = {job.question: job.request["library"] for job in server._jobs.jobs()}
    assert libraries == {QUESTION: [str(world.other)], f"{QUESTION} {world.other}": [str(world.library)]}
