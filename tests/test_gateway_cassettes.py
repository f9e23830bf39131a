"""Cassettes replay to the letter or not at all, hold no secrets, and say what they were recorded against."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from gateway_kit import PROMPT, Opinion, ask, messages
from recording import HEADER, ModelEnv, live_env, player
from stand_in_server import asked_schema, prompt_text
from vcr.errors import CannotOverwriteExistingCassetteException

from assignee.tools.gateway import Budget, Gateway, Message, ModelSettings, PromptRef

FOLDER = Path(__file__).parent / "cassettes"
CLAIM = "Judge this claim. Evidence: 'Intermediate training on English NLI helps in 7 of 9 languages.' Claim: it helps."


def sensible(request: dict[str, Any]) -> Any:
    assert asked_schema(request) is not None
    return {"stance": "support" if "it helps" in prompt_text(request) else "contradict", "score": 0.9}


@pytest.mark.vcr
async def test_a_claim_is_judged(model_env: ModelEnv) -> None:
    with model_env(sensible) as env:
        gateway = Gateway(ModelSettings.from_env(env), cache=None, budget=Budget())
        answer = await ask(gateway, CLAIM)
        await gateway.close()
    assert isinstance(answer, Opinion)
    assert answer.stance
    usage = gateway.usage()["screener"]
    assert usage.attempts >= 1
    assert usage.prompt_tokens > 0
    assert not usage.approximate


async def replayed(text: str, prompt: PromptRef = PROMPT, system: str = "") -> None:
    cassette = FOLDER / "test_gateway_cassettes" / "test_a_claim_is_judged.yaml"
    header = HEADER.match(cassette.read_text(encoding="utf-8"))
    assert header
    env = {"ASSIGNEE_MODEL": header["model"], "OPENAI_BASE_URL": "http://model.invalid/v1"}
    gateway = Gateway(ModelSettings.from_env(env), cache=None, budget=Budget())
    said = messages(text)
    if system:
        said[0] = Message("system", system)
    with player(cassette):
        await gateway.complete("screener", said, Opinion, prompt)
    await gateway.close()


async def test_a_changed_prompt_misses() -> None:
    await replayed(CLAIM)
    with pytest.raises(CannotOverwriteExistingCassetteException):
        await replayed(CLAIM.replace("it helps", "it hurts"))
    with pytest.raises(CannotOverwriteExistingCassetteException):
        await replayed(CLAIM, system="You judge claims with care.")


def test_every_cassette_says_where_it_is_from_and_holds_no_secret() -> None:
    cassettes = sorted((FOLDER / "test_gateway_cassettes").rglob("*.yaml"))
    assert cassettes
    for path in cassettes:
        text = path.read_text(encoding="utf-8")
        assert HEADER.match(text), path
        assert not re.search(
            r"authorization|bearer|x-stainless|set-cookie|openai-organization|sk-\w", text, re.I
        ), path
        assert set(re.findall(r"uri: (\S+)", text)) <= {"http://model.invalid/v1/chat/completions"}, path
        assert "127.0.0.1" not in text.split("\n", 1)[1], path


@pytest.mark.live
@pytest.mark.block_network(allowed_hosts=[".*"])
@pytest.mark.skipif(
    not live_env(), reason="ASSIGNEE_LIVE_MODEL with ASSIGNEE_LIVE_KEY or _BASE_URL is not set"
)
async def test_a_real_model_answers() -> None:
    gateway = Gateway(ModelSettings.from_env(live_env()), cache=None, budget=Budget(max_tokens=50_000))
    answer = await ask(gateway, CLAIM)
    await gateway.close()
    assert 0 <= answer.score <= 1
    assert gateway.usage()["screener"].prompt_tokens > 0
