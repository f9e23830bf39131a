"""Hard limits stay hard under real concurrency, on a loop whose time is made up."""

from __future__ import annotations

import asyncio
import json
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
from gateway_kit import GOOD, Opinion, ask
from stand_in_server import completion
from virtual_time import LoopClock, run

from assignee.errors import UserError
from assignee.tools import model_tokens
from assignee.tools.gateway import (
    BadAnswer,
    Budget,
    BudgetSpent,
    EndpointLost,
    Gateway,
    Ledger,
    ModelSettings,
    ModelSetupError,
)
from assignee.tools.model_prices import NANO, Price, price_of
from assignee.tools.model_tokens import TokenCounter

ENV = {"ASSIGNEE_MODEL": "m", "OPENAI_BASE_URL": "http://model.invalid/v1"}
PRICED = {
    **ENV,
    "ASSIGNEE_PRICE_INPUT": "3",
    "ASSIGNEE_PRICE_CACHED_INPUT": "0.3",
    "ASSIGNEE_PRICE_OUTPUT": "15",
}


@dataclass
class Provider:
    """A provider that bills what it does: also what it did for answers that never arrived."""

    rng: random.Random
    failing: float = 0.3
    tokens: int = 0
    cost: int = 0
    calls: int = 0
    price: Price = field(default_factory=lambda: Price(3, 15, 0.3))

    async def __call__(self, request: httpx2.Request) -> httpx2.Response:
        asked = json.loads(request.content)
        self.calls += 1
        await asyncio.sleep(self.rng.random() * 3)
        if self.rng.random() < self.failing:
            fate = self.rng.choice(["rate", "server", "lost", "slow"])
            if fate == "rate":
                return httpx2.Response(429, json={"error": {"message": "slow"}}, headers={"retry-after": "2"})
            if fate == "server":
                return httpx2.Response(500, json={"error": {"message": "oops"}})
            self._bill(asked, asked["max_tokens"])
            if fate == "lost":
                raise httpx2.ReadError("reset")
            await asyncio.sleep(1000)
        out = self.rng.randint(1, asked["max_tokens"])
        prompt = self._prompt(asked)
        cached = self.rng.randint(0, prompt)
        self._bill(asked, out, cached)
        body = completion(asked, GOOD | {"stance": "s" * self.rng.randint(0, 40)})
        body["usage"] |= {"prompt_tokens": prompt, "completion_tokens": out}
        body["usage"]["prompt_tokens_details"]["cached_tokens"] = cached
        return httpx2.Response(200, json=body)

    def _prompt(self, asked: dict[str, Any]) -> int:
        """As many tokens as a tokeniser can possibly make of it: one a byte, and a template around each message."""
        return sum(len(item["content"].encode()) + 8 for item in asked["messages"])

    def _bill(self, asked: dict[str, Any], out: int, cached: int = 0) -> None:
        self.tokens += self._prompt(asked) + out
        self.cost += self.price.nano(self._prompt(asked), out, cached)


def test_no_schedule_passes_a_limit() -> None:
    """200 random schedules: delays, rate limits, failures, answers lost on the way, calls cancelled."""
    spent_out = finished = 0
    for seed in range(200):
        rng = random.Random(seed)
        limits = {
            "tokens": rng.randint(200, 12000),
            "cost": rng.randint(1, 60) / 1000,
            "calls": rng.randint(1, 30),
        }
        limits = {name: limits[name] for name in rng.sample(sorted(limits), rng.randint(1, 3))}
        budget = Budget(**{f"max_{name}": limit for name, limit in limits.items()})
        provider = Provider(rng)
        got = run(_schedule(provider, budget, rng))
        known = (Opinion, BudgetSpent, BadAnswer, EndpointLost, ModelSetupError, asyncio.CancelledError)
        assert all(isinstance(item, known) for item in got), got
        spent_out += any(isinstance(item, BudgetSpent) for item in got)
        finished += any(isinstance(item, Opinion) for item in got)
        billed = {"tokens": provider.tokens, "cost": provider.cost / NANO, "calls": provider.calls}
        counted = {"tokens": budget.tokens, "cost": budget.cost / NANO, "calls": budget.calls}
        for name, limit in limits.items():
            assert billed[name] <= counted[name] <= limit, (seed, name)
        assert budget.left() == pytest.approx({name: limits[name] - counted[name] for name in limits})
    assert spent_out > 60, "the limits were too wide to say anything"
    assert finished > 60


async def _schedule(provider: Provider, budget: Budget, rng: random.Random) -> list[Any]:
    gateway = Gateway(
        ModelSettings.from_env({**PRICED, "ASSIGNEE_MODEL_CONCURRENCY": str(rng.randint(1, 8))}),
        cache=None,
        budget=budget,
        clock=LoopClock(),
        rng=rng,
        transport=httpx2.MockTransport(provider),
    )
    tasks = [
        asyncio.create_task(ask(gateway, f"{at} " * rng.randint(1, 40), limit=rng.randint(10, 400)))
        for at in range(rng.randint(2, 7))
    ]
    for task in tasks:
        if rng.random() < 0.1:
            asyncio.get_running_loop().call_later(rng.random() * 5, task.cancel)
    got = await asyncio.gather(*tasks, return_exceptions=True)
    await gateway.close()
    return got


def test_the_same_schedules_without_a_budget_do_pass_it() -> None:
    """The property above can fail: what it limits is really asked for."""
    provider = Provider(random.Random(5), failing=0)

    async def schedule() -> None:
        gateway = Gateway(
            ModelSettings.from_env(ENV),
            cache=None,
            budget=Budget(),
            clock=LoopClock(),
            transport=httpx2.MockTransport(provider),
        )
        await asyncio.gather(*(ask(gateway, f"{at} " * 40, limit=400) for at in range(12)))
        await gateway.close()

    run(schedule())
    assert provider.tokens > 2000


def test_a_call_waits_for_reservations_that_may_come_back_and_is_refused_when_none_can() -> None:
    async def play() -> list[str]:
        log = []
        budget = Budget(max_tokens=100)

        async def call(name: str, worst: int, real: int, seconds: float) -> None:
            try:
                held = await budget.reserve(worst, None)
            except BudgetSpent as error:
                log.append(f"{name} refused: {error}")
                return
            log.append(f"{name} sent at {asyncio.get_running_loop().time():g}")
            await asyncio.sleep(seconds)
            budget.settle(held, real, None)

        await asyncio.gather(call("a", 60, 30, 5), call("b", 60, 30, 1), call("c", 60, 1, 1))
        return log

    assert run(play()) == [
        "a sent at 0",
        "b sent at 5",
        "c refused: --max-tokens 100 has 40 tokens left and the next request could take 60; raise it to go on",
    ]


def makespan(calls: int, failing: float, seed: int) -> tuple[list[Opinion], float, int]:
    """(answers, seconds, requests) of so many calls of 0.5 s each, 8 at once."""
    rng = random.Random(seed)
    asked: list[int] = []

    async def provider(request: httpx2.Request) -> httpx2.Response:
        asked.append(1)
        await asyncio.sleep(0.5)
        if rng.random() < failing:
            if rng.random() < 0.5:
                raise httpx2.ReadError("reset")
            return httpx2.Response(rng.choice([408, 409, 429, 500, 503]), json={"error": {"message": "oops"}})
        body = json.loads(request.content)
        return httpx2.Response(200, json=completion(body, GOOD | {"stance": body["messages"][-1]["content"]}))

    async def play() -> tuple[list[Opinion], float, int]:
        gateway = Gateway(
            ModelSettings.from_env(ENV),
            cache=None,
            budget=Budget(),
            clock=LoopClock(),
            rng=rng,
            transport=httpx2.MockTransport(provider),
        )
        got = await asyncio.gather(*(ask(gateway, f"claim {at}") for at in range(calls)))
        await gateway.close()
        return got, asyncio.get_running_loop().time(), len(asked)

    return run(play())


def test_independent_calls_keep_every_slot_busy() -> None:
    _, seconds, requests = makespan(64, failing=0, seed=1)
    assert requests == 64
    assert seconds == pytest.approx(64 * 0.5 / 8)


def test_three_failures_in_ten_change_no_answer() -> None:
    whole, _, _ = makespan(60, failing=0, seed=1)
    for seed in (1, 2):
        broken, _, requests = makespan(60, failing=0.3, seed=seed)
        assert broken == whole
        assert requests > 70


def test_ranks_that_cannot_be_had_are_asked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    import tiktoken

    asked = []
    monkeypatch.setattr(model_tokens, "_ranks", {})
    monkeypatch.setattr(tiktoken, "get_encoding", lambda name: asked.append(name) or 1 / 0)
    for _ in range(2):
        counter = TokenCounter()
        assert not counter.exact("gpt-4o")
        assert counter.estimate("gpt-4o", "four letters a token") == 5
    assert asked == ["o200k_base"]


def test_money_limits_need_a_price() -> None:
    with pytest.raises(
        ModelSetupError, match=r"none is known for m at model\.invalid: set ASSIGNEE_PRICE_INPUT"
    ):
        Gateway(ModelSettings.from_env(ENV), cache=None, budget=Budget(max_cost=1))
    Gateway(ModelSettings.from_env(PRICED), cache=None, budget=Budget(max_cost=1))


@pytest.mark.parametrize(
    "limits", [{"max_cost": 0}, {"max_tokens": -1}, {"max_calls": 0}, {"max_cost": float("nan")}]
)
def test_a_limit_is_above_zero(limits: dict[str, float]) -> None:
    with pytest.raises(UserError, match="--max-"):
        Budget(**limits)


def test_prices_hold_at_the_makers_own_address_only() -> None:
    own, other = "https://api.openai.com/v1", "http://127.0.0.1:8000/v1"
    assert price_of(own, "gpt-4o-mini") == price_of(own, "gpt-4o-mini-2024-07-18") is not None
    assert price_of(other, "gpt-4o-mini") is None
    assert price_of(own, "gpt-4o-mini-audio-preview") is None
    assert price_of(own, "gpt-unheard-of") is None


def test_money_adds_up_in_whole_billionths() -> None:
    price = Price(input=0.15, output=0.6, cached=0.075)
    assert price.nano(1_000_000, 0) == 150_000_000
    assert price.nano(1000, 10, cached=400) == 600 * 150 + 400 * 75 + 10 * 600
    assert price.nano(0, 0) == 0
    assert Price(0.0001, 0).nano(1, 0) == 1  # rounded up, never down


def test_a_run_that_was_killed_and_resumed_keeps_its_limits_as_a_whole(tmp_path: Path) -> None:
    provider = Provider(random.Random(7), failing=0)

    async def process(killed: bool) -> tuple[list[Any], Gateway, Budget]:
        ledger, budget = Ledger(tmp_path / "spent.db"), Budget(max_calls=5)
        gateway = Gateway(
            ModelSettings.from_env(PRICED),
            cache=None,
            budget=budget,
            ledger=ledger,
            clock=LoopClock(),
            transport=httpx2.MockTransport(provider),
        )
        got = await asyncio.gather(*(ask(gateway, f"claim {at}") for at in range(2)))
        if killed:  # two answers are in, one request is on its way
            await budget.reserve(700, 11)
        else:
            got += await asyncio.gather(
                *(ask(gateway, f"more {at}") for at in range(2)), return_exceptions=True
            )
        await gateway.close()
        ledger.close()
        return got, gateway, budget

    _, _, first = run(process(killed=True))
    got, gateway, second = run(process(killed=False))
    assert [type(item) for item in got] == [Opinion, Opinion, BudgetSpent, BudgetSpent]
    assert (second.calls, provider.calls) == (5, 4)
    assert second.tokens == first.tokens + 700 + (provider.tokens - first.tokens)
    usage = gateway.usage()["screener"]
    assert (usage.calls, usage.attempts) == (4, 4)
    assert usage.prompt_tokens + usage.completion_tokens == provider.tokens
    assert usage.cost == pytest.approx(provider.cost / NANO)


@pytest.mark.parametrize(
    "text",
    [
        "plain English prose, as papers have it",
        "Zeichen: ÄÖÜ ß – „Anführung“",
        "模型压缩与知识蒸馏",
        "🙂" * 9,
        "\x00\t{}[]",
    ],
)
def test_the_bound_is_never_below_one_token_a_byte(text: str) -> None:
    counter = TokenCounter(offline=True)
    request = {"messages": [{"role": "user", "content": text}], "tools": [{"type": "function"}]}
    assert counter.bound("m", request) >= len(text.encode()) + len('{"type": "function"}')
    assert 0 < counter.estimate("m", text) <= len(text.encode())
    assert not counter.exact("m")
