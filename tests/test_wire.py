"""The gateway against servers that misbehave, over real HTTP; no waiting, since the clock is injected."""

from __future__ import annotations

import asyncio
import json
import random
import re
import shutil
import socket
import subprocess
from pathlib import Path
from typing import Any

import httpx2
import pytest
from gateway_kit import GOOD, Opinion, ask, gateway_on
from stand_in_server import WAYS, Bad, StandIn, completion, way
from virtual_time import LoopClock, run

from assignee.errors import AssigneeError
from assignee.tools.gateway import (
    BadAnswer,
    Budget,
    ContextTooSmall,
    EndpointLost,
    Gateway,
    ModelSettings,
    ModelSetupError,
)
from assignee.tools.retry_after import retry_after

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1", "localhost"])


def first_bad(*bad: Any, then: Any = GOOD) -> Any:
    """Answers that go wrong in this order, and then right."""
    left = list(bad)
    return lambda request: left.pop(0) if left else then


async def failure(gateway: Gateway, **more: Any) -> AssigneeError:
    with pytest.raises(AssigneeError) as caught:
        await ask(gateway, **more)
    await gateway.close()
    assert "\n" not in str(caught.value)
    return caught.value


async def test_waits_as_long_as_the_server_asks() -> None:
    bad = [
        Bad("rate_limit", seconds=7),
        Bad("rate_limit", headers={"retry-after-ms": "1500"}),
        Bad("status", 503, headers={"retry-after": "3"}),
    ]
    with StandIn(first_bad(*bad)) as server, gateway_on(server) as gateway:
        assert await ask(gateway) == Opinion(**GOOD)
        await gateway.close()
    assert gateway.test_clock.slept == [7, 1.5, 3]  # type: ignore[attr-defined]
    assert gateway.usage()["screener"].attempts == 4


async def test_all_calls_wait_when_one_was_told_to() -> None:
    with StandIn(first_bad(Bad("rate_limit", seconds=9))) as server:
        with gateway_on(server, ASSIGNEE_MODEL_CONCURRENCY="1") as gateway:
            await asyncio.gather(*(ask(gateway, f"claim {at}") for at in range(3)))
            await gateway.close()
        assert len(server.requests) == 4
        assert gateway.test_clock.now() == 9  # type: ignore[attr-defined]


async def test_a_server_that_asks_for_hours_is_given_up_at_once() -> None:
    with StandIn(first_bad(GOOD, Bad("rate_limit", seconds=54000))) as server, gateway_on(server) as gateway:
        await ask(gateway)
        error = await failure(gateway, text="again")
    assert isinstance(error, EndpointLost)
    assert "asks to wait 54000 s" in str(error)
    assert gateway.test_clock.slept == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("status", [408, 409, 500, 502, 503, 504, 529])
async def test_what_may_pass_is_tried_again_with_growing_waits(status: int) -> None:
    with StandIn(first_bad(*[Bad("status", status)] * 7)) as server, gateway_on(server) as gateway:
        assert await ask(gateway) == Opinion(**GOOD)
        await gateway.close()
    slept = gateway.test_clock.slept  # type: ignore[attr-defined]
    assert len(server.requests) == 8
    for at, waited in enumerate(slept):
        longest = min(0.5 * 2**at, 20)
        assert longest / 2 <= waited <= longest


async def test_never_more_than_eight_attempts() -> None:
    with StandIn(lambda request: Bad("status", 500)) as server, gateway_on(server) as gateway:
        error = await failure(gateway)
    assert type(error) is ModelSetupError
    assert len(server.requests) == 8


@pytest.mark.parametrize(
    ("bad", "kind", "words"),
    [
        (Bad("key", body="sk-abc"), ModelSetupError, r"refuses the key \(401.*set OPENAI_API_KEY"),
        (Bad("status", 403), ModelSetupError, "set OPENAI_API_KEY"),
        (Bad("model"), ModelSetupError, "has no model 'stand-in'.*set ASSIGNEE_MODEL"),
        (Bad("quota"), ModelSetupError, "credit .* used up"),
        (Bad("html"), ModelSetupError, "not answer like a chat completions API.*OPENAI_BASE_URL.*/v1"),
        (
            Bad("status", 404, body="<html>nginx</html>"),
            ModelSetupError,
            r"completions API \(404\).*OPENAI_BASE_URL",
        ),
        (Bad("status", 400), ModelSetupError, "refuses the request.*ASSIGNEE_MODEL"),
        (Bad("refusal"), BadAnswer, "declines"),
        (Bad("filter"), BadAnswer, "content filter"),
        (
            Bad("status", 400, {"error": {"message": "x", "code": "content_filter"}}),
            BadAnswer,
            "refuses this text",
        ),
    ],
    ids=["401", "403", "model", "quota", "html", "404", "400", "refusal", "filter", "filtered"],
)
async def test_what_cannot_pass_is_not_tried_again(bad: Bad, kind: type[AssigneeError], words: str) -> None:
    with StandIn(lambda request: bad) as server, gateway_on(server, OPENAI_API_KEY="k") as gateway:
        error = await failure(gateway)
    assert type(error) is kind
    assert re.search(words, str(error))
    assert len(server.requests) == 1
    assert error.exit_code == (2 if kind is ModelSetupError else 1)


async def test_after_one_wrong_key_nothing_more_is_sent() -> None:
    with StandIn(key="right") as server, gateway_on(server, OPENAI_API_KEY="wrong") as gateway:
        for text in ("one", "two", "three"):
            with pytest.raises(ModelSetupError, match="set OPENAI_API_KEY"):
                await ask(gateway, text)
        await gateway.close()
    assert len(server.requests) == 1


async def test_a_context_that_is_too_small_says_so_and_a_shorter_request_still_works() -> None:
    def answer(request: dict[str, Any]) -> Any:
        return Bad("context") if len(json.dumps(request["messages"])) > 500 else GOOD

    with StandIn(answer) as server, gateway_on(server) as gateway:
        with pytest.raises(ContextTooSmall, match=r"longer than the context of stand-in.*ASSIGNEE_MODEL"):
            await ask(gateway, "long " * 200)
        assert await ask(gateway, "short") == Opinion(**GOOD)
        await gateway.close()


async def test_a_limit_that_does_not_fit_beside_the_prompt_is_lowered() -> None:
    def answer(request: dict[str, Any]) -> Any:
        return Bad("context") if request["max_tokens"] > 1024 else GOOD

    with StandIn(answer) as server, gateway_on(server) as gateway:
        assert await ask(gateway) == Opinion(**GOOD)
        await ask(gateway, "again")
        await gateway.close()
    # The next prompt may be shorter, so the next call starts with its whole limit again.
    assert [request["max_tokens"] for request in server.requests] == [4096, 1024, 4096, 1024]


async def test_a_limit_that_the_model_never_gives_is_remembered() -> None:
    told = {
        "error": {"message": "max_tokens is too large: this model gives at most 1024", "param": "max_tokens"}
    }

    def answer(request: dict[str, Any]) -> Any:
        return Bad("status", 400, told) if request["max_tokens"] > 1024 else GOOD

    with StandIn(answer) as server, gateway_on(server) as gateway:
        await ask(gateway)
        await ask(gateway, "again")
        await gateway.close()
    assert [request["max_tokens"] for request in server.requests] == [4096, 2048, 1024, 1024]


@pytest.mark.parametrize(
    "body",
    [
        {"choices": []},
        {"choices": None},
        {"choices": [{"index": 0}]},
        {"choices": [{"message": {"content": None}, "finish_reason": "stop"}]},
        {"choices": ["text"]},
        {"choices": [{"message": "text"}]},
        {"choices": [{"message": {"content": [{"type": "text"}, 7]}}]},
        {"choices": [{"message": {"tool_calls": [{"function": 3}], "content": ""}}]},
        {"usage": {"prompt_tokens": "many", "completion_tokens": -4}, "choices": []},
    ],
    ids=str,
)
async def test_no_shape_of_an_answer_breaks_us(body: dict[str, Any]) -> None:
    with StandIn(lambda request: Bad("status", 200, body)) as server, gateway_on(server) as gateway:
        error = await failure(gateway)
    assert isinstance(error, BadAnswer | ModelSetupError)


async def test_an_error_inside_a_200_is_an_error() -> None:
    inside = Bad("status", 200, {"error": {"message": "slow down", "code": 429}})
    with StandIn(first_bad(inside, inside)) as server, gateway_on(server) as gateway:
        assert await ask(gateway) == Opinion(**GOOD)
        await gateway.close()
    assert len(server.requests) == 3


async def test_a_body_cut_in_the_middle_is_asked_for_again() -> None:
    with StandIn(first_bad(Bad("cut"), Bad("cut"))) as server, gateway_on(server) as gateway:
        assert await ask(gateway) == Opinion(**GOOD)
        await gateway.close()
    usage = gateway.usage()["screener"]
    assert (usage.attempts, usage.unconfirmed) == (3, 2)


def test_a_server_that_stalls_is_given_up_after_few_tries() -> None:
    asked = []

    async def stalls(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        if len(asked) > 1:
            await asyncio.sleep(10**6)
        return httpx2.Response(200, json=completion(json.loads(request.content), GOOD))

    async def play() -> tuple[AssigneeError, Gateway, float]:
        models = ModelSettings.from_env({"ASSIGNEE_MODEL": "m", "OPENAI_BASE_URL": "http://model.invalid/v1"})
        transport = httpx2.MockTransport(stalls)
        gateway = Gateway(models, cache=None, budget=Budget(), clock=LoopClock(), transport=transport)
        await ask(gateway)
        with pytest.raises(BadAnswer, match="failed on this request"):  # it may be this one request
            await ask(gateway, "again")
        return await failure(gateway, text="and again"), gateway, asyncio.get_running_loop().time()

    error, gateway, seconds = run(play())
    assert isinstance(error, EndpointLost)
    assert "no longer answers in time" in str(error)
    assert (len(asked), gateway.usage()["screener"].unconfirmed) == (7, 6)
    assert 720 <= seconds < 730


async def test_a_server_that_goes_away_ends_the_run_in_seconds() -> None:
    with StandIn(lambda request: GOOD) as server, gateway_on(server) as gateway:
        await ask(gateway)
        server.stop()
        errors = await asyncio.gather(
            *(ask(gateway, f"claim {at}") for at in range(4)), return_exceptions=True
        )
        late = await failure(gateway, text="later")
    assert {type(item) for item in (*errors, late)} == {EndpointLost}
    assert "run the same command again" in str(late)
    assert sum(gateway.test_clock.slept) < 40  # type: ignore[attr-defined]


async def test_a_request_that_always_fails_does_not_end_the_run_while_others_get_through() -> None:
    def answer(request: dict[str, Any]) -> Any:
        return Bad("status", 500) if "poison" in json.dumps(request) else GOOD

    with StandIn(answer) as server, gateway_on(server) as gateway:
        poisoned = asyncio.create_task(ask(gateway, "poison"))
        for at in range(40):
            await ask(gateway, f"claim {at}")
        with pytest.raises(BadAnswer, match="failed on this request"):
            await poisoned
        assert await ask(gateway, "after") == Opinion(**GOOD)
        await gateway.close()


async def test_a_poisoned_request_does_not_end_a_run_that_asks_one_by_one() -> None:
    def answer(request: dict[str, Any]) -> Any:
        return Bad("status", 500) if "poison" in json.dumps(request) else GOOD

    with StandIn(answer) as server, gateway_on(server) as gateway:
        for text in ("one", "poison a", "two", "poison b", "three"):
            if "poison" in text:
                with pytest.raises(BadAnswer, match="failed on this request"):
                    await ask(gateway, text)
            else:
                assert await ask(gateway, text) == Opinion(**GOOD)
        with pytest.raises(BadAnswer):
            await ask(gateway, "poison c")
        assert isinstance(await failure(gateway, text="poison d"), EndpointLost)


async def test_a_500_about_what_the_model_wrote_is_a_bad_answer_not_a_broken_server() -> None:
    """llama.cpp answers so when the model leaves the grammar or its limit cuts the object in two."""
    told = {
        "error": {"message": "The model produced output that does not match the expected peg-native format"}
    }

    def answer(request: dict[str, Any]) -> Any:
        return GOOD if "fine" in json.dumps(request) else Bad("status", 500, told)

    with StandIn(answer) as server, gateway_on(server) as gateway:
        with pytest.raises(BadAnswer, match="does not match the expected"):
            await ask(gateway)
        assert [way(request) for request in server.requests] == [*WAYS, "prompt"]
        assert await ask(gateway, "fine") == Opinion(**GOOD)
        await gateway.close()
    assert gateway.usage()["screener"].unconfirmed == 5


async def test_a_500_that_speaks_of_the_format_steps_down_instead_of_trying_again() -> None:
    told = {"error": {"message": "failed to compile grammar for response_format", "type": "server_error"}}
    with StandIn(first_bad(Bad("status", 500, told))) as server, gateway_on(server) as gateway:
        assert await ask(gateway) == Opinion(**GOOD)
        await gateway.close()
    assert [(request.get("response_format") or {}).get("type") for request in server.requests] == [
        "json_schema",
        "json_object",
    ]


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def dead_end(url: str) -> str:
    env = {"ASSIGNEE_MODEL": "m", "OPENAI_BASE_URL": url}
    gateway = Gateway(ModelSettings.from_env(env), cache=None, budget=Budget(), rng=random.Random(1))
    error = await failure(gateway)
    assert type(error) is ModelSetupError
    return str(error)


async def test_nobody_at_that_port() -> None:
    words = await dead_end(f"http://127.0.0.1:{closed_port()}/v1")
    assert words.startswith("cannot reach 127.0.0.1:")
    assert "OPENAI_BASE_URL" in words


async def test_a_plain_server_behind_https() -> None:
    with StandIn() as server:
        words = await dead_end(server.url.replace("http:", "https:"))
    assert words.startswith("no secure connection to 127.0.0.1:")
    assert "OPENAI_BASE_URL" in words


@pytest.fixture(scope="module")
def self_signed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate that nobody trusts, with its key."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl command to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    made = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -keyout key.pem -out cert.pem"
    subprocess.run(["openssl", *made.split()], cwd=folder, check=True, capture_output=True)
    both = folder / "both.pem"
    both.write_text((folder / "key.pem").read_text() + (folder / "cert.pem").read_text())
    return both


async def test_a_certificate_that_nobody_trusts(self_signed: Path) -> None:
    with StandIn(tls=self_signed) as server:
        words = await dead_end(server.url)
    assert "self-signed certificate" in words or "CERTIFICATE_VERIFY_FAILED" in words
    assert "SSL_CERT_FILE" in words


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after-ms": "250", "retry-after": "7"}, 0.25),
        ({"retry-after": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "-3"}, 0),
        ({}, None),
    ],
    ids=str,
)
def test_retry_after_in_every_form(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds


def shape(value: Any) -> Any:
    """Names and types, without values."""
    if isinstance(value, dict):
        return {name: shape(item) for name, item in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return (
        "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__
    )


@pytest.mark.data
async def test_the_stand_in_speaks_as_the_recorded_server_does(data: Path) -> None:
    """Requests: we send no field that no recorded request has. Answers: the stand-in sends no field it has not."""
    rows = [json.loads(line) for line in (data / "http" / "openai.jsonl").open(encoding="utf-8")]
    rows = [row for row in rows if row["uri"].endswith("/v1/chat/completions") and row["status"] == 200]
    asked, answers = [], []
    for row in rows:
        request = json.loads(row["request_body"])
        if not request.get("stream"):
            asked.append(request)
            answers.append(json.loads(row["body"]))
    known = {name for request in asked for name in request} | {"max_completion_tokens"}
    by_type = {
        (request.get("response_format") or {}).get("type"): request["response_format"]
        for request in asked
        if request.get("response_format")
    }
    tool = next(request["tools"][0] for request in asked if request.get("tools"))
    with StandIn(takes=["prompt"]) as server, gateway_on(server) as gateway:
        await ask(gateway)
        await gateway.close()
    for request in server.requests:
        assert set(request) <= known
        wanted = request.get("response_format")
        if wanted:
            assert set(wanted) <= set(by_type[wanted["type"]])
            assert set(wanted.get("json_schema", {})) <= {*by_type["json_schema"]["json_schema"], "strict"}
        for sent in request.get("tools", []):
            assert set(sent) <= set(tool)
            assert set(sent["function"]) <= {*tool["function"], "parameters"}
    said = completion({"model": "m", "messages": []}, GOOD)
    best = max(answers, key=lambda body: len(json.dumps(shape(body) | {"service_tier": 0})))
    assert set(said) <= {name for body in answers for name in body}
    assert shape(said["choices"][0])["finish_reason"] == shape(best["choices"][0])["finish_reason"]
    assert set(said["choices"][0]) <= {name for body in answers for name in body["choices"][0]}
    assert set(said["choices"][0]["message"]) <= {
        name for body in answers for name in body["choices"][0]["message"]
    }
    recorded = [body["usage"] for body in answers if body.get("usage")]
    assert set(said["usage"]) <= {name for usage in recorded for name in usage}


@pytest.mark.data
def test_every_recorded_answer_is_read_without_an_error(data: Path) -> None:
    from assignee.tools.model_answer import Good, Wrong, read, tokens
    from assignee.tools.model_faults import from_response
    from assignee.tools.model_secret import Secret
    from assignee.tools.model_wire import FaultKind, Reply

    seen = 0
    for line in (data / "http" / "openai.jsonl").open(encoding="utf-8"):
        row = json.loads(line)
        if "/chat/completions" not in row["uri"] or json.loads(row["request_body"]).get("stream"):
            continue
        body = json.loads(row["body"])
        if row["status"] == 200:
            assert isinstance(read(Reply(body), Opinion), Good | Wrong)
            if body.get("usage"):
                assert tokens(Reply(body)).prompt == body["usage"]["prompt_tokens"]
        else:
            fault = from_response(row["status"], row["headers"], body, Secret())
            wanted = {
                "model_not_found": FaultKind.MODEL,
                "unsupported_value": FaultKind.PARAMETER,
                "invalid_image_format": FaultKind.REFUSED,
            }
            assert fault.kind is wanted.get(body["error"]["code"], FaultKind.REFUSED), fault
        seen += 1
    assert seen > 100
