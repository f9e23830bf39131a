"""The gateway against a server that answers well, in the ways that servers differ."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from gateway_kit import GOOD, PROMPT, Opinion, ask, gateway_on, messages
from pydantic import BaseModel
from stand_in_server import WAYS, Bad, StandIn, way

from assignee.tools.gateway import BadAnswer, Budget, Gateway, ModelCache, ModelSettings, ModelSetupError
from assignee.tools.gateway_thread import GatewayThread

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])


def good(request: dict[str, Any]) -> Any:
    return GOOD


@pytest.mark.parametrize("known", WAYS)
async def test_steps_down_to_the_way_that_the_server_takes_and_stays_there(known: str) -> None:
    with StandIn(good, takes=[known]) as server, gateway_on(server) as gateway:
        assert await ask(gateway) == Opinion(**GOOD)
        await ask(gateway, "again")
        await gateway.close()
    at = WAYS.index(known)
    assert [way(request) for request in server.requests] == [*WAYS[: at + 1], known]
    assert all(request["max_tokens"] == 4096 for request in server.requests)
    (profile,) = gateway.profiles().values()
    assert profile["rung"] == known
    assert profile["proven"]


async def test_a_server_that_ignores_the_schema_is_left_a_rung_below() -> None:
    """Older servers take `response_format` and answer with prose: only a prompt that shows the schema helps."""

    def deaf(request: dict[str, Any]) -> Any:
        return "Rather likely, I think." if way(request) == "json_schema" else GOOD

    with StandIn(deaf) as server, gateway_on(server) as gateway:
        await ask(gateway)
        await ask(gateway, "again")
        await gateway.close()
    assert [way(request) for request in server.requests] == ["json_schema", "json_object", "json_object"]


async def test_a_slip_on_a_rung_that_works_is_repaired_there() -> None:
    answers = [GOOD, "What was the question?", GOOD]
    with StandIn(lambda request: answers.pop(0)) as server, gateway_on(server) as gateway:
        await ask(gateway)
        await ask(gateway, "again")
        await gateway.close()
    assert [way(request) for request in server.requests] == ["json_schema"] * 3
    said, told = server.requests[2]["messages"][-2:]
    assert said == {"role": "assistant", "content": "What was the question?"}
    assert "no JSON object" in told["content"]
    assert '"maximum": 1' in told["content"]


async def test_a_number_out_of_range_is_repaired_once_then_the_answer_is_bad() -> None:
    out = {"stance": "support", "score": 7}
    with StandIn(lambda request: out) as server, gateway_on(server) as gateway:
        with pytest.raises(BadAnswer, match="score: Input should be less than or equal to 1"):
            await ask(gateway)
        await gateway.close()
    assert [way(request) for request in server.requests] == ["json_schema"] * 2
    assert gateway.usage()["screener"].bad == 1


@pytest.mark.parametrize(
    "text",
    [
        '```json\n{"stance": "support", "score": 0.5}\n```',
        'Let me think. {"stance": 1} is wrong.\n\nSo: {"stance": "support", "score": 0.5}. Done {now}.',
        'First I thought {"stance": "deny", "score": 0.1}. No: {"stance": "support", "score": 0.5}.',
        '<think>{"stance": "deny", "score": 0.1}</think>{"stance": "support", "score": 0.5}',
        'First ```{"stance": "deny"}``` then ```\n{"stance": "support", "score": 0.5}\n```',
    ],
)
async def test_finds_the_object_among_fences_prose_and_thoughts(text: str) -> None:
    with StandIn(lambda request: text) as server, gateway_on(server) as gateway:
        assert await ask(gateway) == Opinion(**GOOD)
        await gateway.close()
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("refuses", "learned"),
    [
        ("max_tokens", {"token_param": "max_completion_tokens"}),
        ("temperature", {"temperature": False}),
        ("system", {"system": False}),
    ],
)
async def test_learns_what_a_server_refuses(refuses: str, learned: dict[str, Any]) -> None:
    with StandIn(good, refuses=[refuses]) as server, gateway_on(server) as gateway:
        await ask(gateway)
        await ask(gateway, "again")
        await gateway.close()
    (profile,) = gateway.profiles().values()
    assert {name: profile[name] for name in learned} == learned
    assert len(server.requests) == 3
    last = server.requests[-1]
    assert last.get("max_completion_tokens", last.get("max_tokens")) == 4096
    assert "You judge claims." in last["messages"][0]["content"]


async def test_what_was_learned_is_kept_with_the_cache(tmp_path: Path) -> None:
    with StandIn(good, takes=["tool"], refuses=["temperature"]) as server:
        for text, sent in (("one", 4), ("two", 5)):
            cache = ModelCache(tmp_path / "answers.db")
            with gateway_on(server, cache=cache) as gateway:
                await ask(gateway, text)
                await gateway.close()
            cache.close()
            assert len(server.requests) == sent


async def test_the_strict_schema_is_one_that_strict_servers_take() -> None:
    class Inner(BaseModel):
        name: str = "x"

    class Outer(BaseModel):
        """Told."""

        inner: list[Inner]
        title: str
        score: float | None = None

    with StandIn() as server, gateway_on(server) as gateway:
        await gateway.complete("writer", messages(), Outer, PROMPT)
        await gateway.close()
    wanted = server.requests[0]["response_format"]["json_schema"]
    assert wanted["strict"] is True
    schema = wanted["schema"]
    for node in (schema, schema["$defs"]["Inner"]):
        assert node["additionalProperties"] is False
        assert node["required"] == list(node["properties"])
    assert "title" in schema["properties"]  # a field of that name is no keyword
    assert "default" not in json.dumps(schema)


async def test_ranges_are_told_in_words_where_they_are_not_sent_as_keywords() -> None:
    with StandIn(good) as server, gateway_on(server) as gateway:
        await ask(gateway)
        await gateway.close()
    score = server.requests[0]["response_format"]["json_schema"]["schema"]["properties"]["score"]
    assert score == {"type": "number", "description": "minimum 0, maximum 1"}


async def test_a_cut_answer_is_asked_for_once_more_with_a_longer_limit() -> None:
    def answer(request: dict[str, Any]) -> Any:
        return GOOD if request["max_tokens"] >= 400 else Bad("truncated")

    with StandIn(answer) as server, gateway_on(server) as gateway:
        assert await ask(gateway, limit=100) == Opinion(**GOOD)
        with pytest.raises(BadAnswer, match="token limit"):
            await ask(gateway, "longer", limit=50)
        await gateway.close()
    assert [request["max_tokens"] for request in server.requests] == [100, 400, 50, 200]


async def test_a_repeated_run_pays_nothing_twice_bad_answers_neither(tmp_path: Path) -> None:
    def answer(request: dict[str, Any]) -> Any:
        return Bad("refusal") if "forbidden" in json.dumps(request) else GOOD

    with StandIn(answer) as server:
        for _ in range(2):
            cache = ModelCache(tmp_path / "answers.db")
            with gateway_on(server, cache=cache) as gateway:
                assert await ask(gateway) == Opinion(**GOOD)
                with pytest.raises(BadAnswer, match="declines"):
                    await ask(gateway, "forbidden")
                await gateway.close()
            cache.close()
        assert len(server.requests) == 2
    usage = gateway.usage()["screener"]
    assert (usage.calls, usage.cached, usage.bad, usage.attempts) == (0, 2, 1, 0)
    assert usage.answered_by == ("stand-in-stand-in",)


async def test_no_cache_pays_again_but_equal_calls_at_once_are_one() -> None:
    with StandIn(good, latency=0.02) as server, gateway_on(server) as gateway:
        got = await asyncio.gather(*(ask(gateway) for _ in range(5)))
        assert got == [Opinion(**GOOD)] * 5
        assert len(server.requests) == 1
        await ask(gateway)
        await gateway.close()
    assert len(server.requests) == 2
    usage = gateway.usage()["screener"]
    assert (usage.calls, usage.cached, usage.attempts) == (2, 4, 2)


async def test_equal_calls_share_an_error_and_outlive_who_asked_first() -> None:
    with StandIn(lambda request: Bad("refusal"), latency=0.02) as server, gateway_on(server) as gateway:
        got = await asyncio.gather(*(ask(gateway) for _ in range(3)), return_exceptions=True)
        assert [type(item) for item in got] == [BadAnswer] * 3
        server.answer = good
        first = asyncio.create_task(ask(gateway, "other"))
        second = asyncio.create_task(ask(gateway, "other"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        first.cancel()
        assert await second == Opinion(**GOOD)
        assert first.cancelled()
        await gateway.close()


async def test_an_empty_answer_is_not_kept(tmp_path: Path) -> None:
    """It is the server's slip, not what the model says."""
    cache = ModelCache(tmp_path / "answers.db")
    with StandIn(lambda request: Bad("no_choices")) as server, gateway_on(server, cache=cache) as gateway:
        with pytest.raises(BadAnswer):
            await ask(gateway)
        server.answer = good
        assert await ask(gateway) == Opinion(**GOOD)
        await gateway.close()
    cache.close()


@pytest.mark.parametrize(
    "change",
    [
        {"text": "Is it not so?"},
        {"prompt": "1" * 64},
        {"schema": True},
        {"model": "other"},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_any_change_of_the_question_misses_the_cache(change: dict[str, Any], tmp_path: Path) -> None:
    class Wider(Opinion):
        reason: str = ""

    cache = ModelCache(tmp_path / "answers.db")
    with StandIn(good) as server:
        with gateway_on(server, cache=cache) as gateway:
            await ask(gateway)
            await gateway.close()
        env = {"ASSIGNEE_MODEL": change["model"]} if "model" in change else {}
        with gateway_on(server, cache=cache, **env) as gateway:
            prompt = type(PROMPT)(PROMPT.name, PROMPT.version, change.get("prompt", PROMPT.hash))
            schema = Wider if "schema" in change else Opinion
            await gateway.complete("screener", messages(change.get("text", "Is it so?")), schema, prompt)
            await gateway.close()
        assert len(server.requests) == 2
    cache.close()


async def test_at_most_so_many_requests_at_once() -> None:
    with StandIn(good, latency=0.02) as server, gateway_on(server, ASSIGNEE_MODEL_CONCURRENCY="3") as gateway:
        await asyncio.gather(*(ask(gateway, f"claim {at}") for at in range(12)))
        await gateway.close()
    assert server.most_in_flight == 3


async def test_each_role_asks_its_own_model_at_its_own_endpoint_with_its_own_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Tenant: secret")
    with StandIn(good, key="one") as first, StandIn(good, key="two") as second:
        env = {
            "OPENAI_API_KEY": "one",
            "ASSIGNEE_MODEL_SCEPTIC": "another-family",
            "ASSIGNEE_BASE_URL_SCEPTIC": second.url,
            "ASSIGNEE_API_KEY_SCEPTIC": "two",
            "ASSIGNEE_BASE_URL_CHAIR": second.url,
        }
        env["ASSIGNEE_API_KEY_CHAIR"] = "two"
        with gateway_on(first, **env) as gateway:
            await ask(gateway, role="advocate")
            await ask(gateway, role="sceptic")
            await gateway.close()
        del env["ASSIGNEE_API_KEY_CHAIR"]
        assert [request["model"] for request in first.requests] == ["stand-in"]
        assert [request["model"] for request in second.requests] == ["another-family"]
        # Nor are headers that the environment adds for the shared endpoint.
        assert first.headers[0]["openai-organization"] == "org"
        assert first.headers[0]["x-tenant"] == "secret"
        assert {"openai-organization", "x-tenant"}.isdisjoint(second.headers[0])
        # The chair has an address of its own and no key: the shared key is not handed to a stranger.
        with gateway_on(first, **env) as gateway:
            # It shows before anything is paid for, whoever asks first.
            with pytest.raises(ModelSetupError, match=r"wants a key .*set ASSIGNEE_API_KEY_CHAIR"):
                await ask(gateway, role="advocate")
            await gateway.close()
        assert (len(first.requests), len(second.requests)) == (1, 1)


async def test_a_server_that_lists_no_models_is_no_fault() -> None:
    with StandIn(good) as first, StandIn(good, lists=False) as second:
        with gateway_on(first, ASSIGNEE_BASE_URL_CHAIR=second.url) as gateway:
            assert await ask(gateway, role="chair") == Opinion(**GOOD)
            await gateway.close()
        second.stop()
        with gateway_on(first, ASSIGNEE_BASE_URL_CHAIR=second.url) as gateway:
            with pytest.raises(ModelSetupError, match="ASSIGNEE_BASE_URL_CHAIR"):
                await ask(gateway, "other")
            await gateway.close()
    assert first.requests == []


def test_threads_call_through_one_loop() -> None:
    def answer(request: dict[str, Any]) -> Any:
        return Bad("refusal") if "forbidden" in json.dumps(request) else GOOD

    with StandIn(answer) as server, gateway_on(server) as gateway:
        with GatewayThread(gateway) as thread:
            assert thread.call(lambda: ask(gateway)) == Opinion(**GOOD)
            texts = ["a", "forbidden", "b"]
            got = thread.gather([lambda text=text: ask(gateway, text) for text in texts], keep=(BadAnswer,))
            assert [type(item) for item in got] == [Opinion, BadAnswer, Opinion]
            with pytest.raises(BadAnswer):
                thread.gather([lambda text=text: ask(gateway, text) for text in texts])
        thread.close()


async def test_usage_adds_up_by_role() -> None:
    prices = {"ASSIGNEE_PRICE_INPUT": "2", "ASSIGNEE_PRICE_OUTPUT": "10"}
    with StandIn(good) as server, gateway_on(server, **prices) as gateway:
        await ask(gateway, role="advocate")
        await ask(gateway, "again", role="advocate")
        await ask(gateway, role="writer")
        await gateway.close()
    usage = gateway.usage()
    assert {role: item.calls for role, item in usage.items()} == {"advocate": 2, "writer": 1}
    item = usage["advocate"]
    assert item.cost == pytest.approx((2 * item.prompt_tokens + 10 * item.completion_tokens) / 1e6)
    assert not item.approximate


async def test_a_gateway_needs_a_model() -> None:
    gateway = Gateway(ModelSettings.from_env({}), cache=None, budget=Budget())
    with pytest.raises(ModelSetupError, match="set ASSIGNEE_MODEL or ASSIGNEE_MODEL_WRITER"):
        await ask(gateway, role="writer")
