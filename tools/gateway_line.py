"""The line to one endpoint: how many requests at once, when to try again, when to give up, what it all costs."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from assignee.errors import AssigneeError

from .gateway_clock import Clock
from .gateway_errors import BadAnswer, EndpointLost
from .gateway_words import lost, setup_error
from .model_answer import tokens
from .model_budget import Budget, Reservation
from .model_client import ModelClient
from .model_prices import Price, price_of
from .model_settings import Endpoint, ModelSettings, RoleModel
from .model_tokens import TokenCounter
from .model_usage import Usage
from .model_wire import Fault, FaultKind, Reply

if TYPE_CHECKING:
    import httpx2
    from tenacity import RetryCallState

__all__ = ["Line", "Outgoing"]

WAIT_CAP_S = 60.0
"""The longest Retry-After that is waited for; a server that asks for more is given up."""

_BACKOFF_S = 0.5
_BACKOFF_CAP_S = 20.0
_ATTEMPTS = {
    FaultKind.RATE: 8,
    FaultKind.SERVER: 8,
    FaultKind.CUT: 8,
    FaultKind.TIMEOUT: 3,
    FaultKind.UNREACHABLE: 5,
}
_ATTEMPTS_COLD = {FaultKind.UNREACHABLE: 2, FaultKind.CUT: 4, FaultKind.TIMEOUT: 2}  # it never answered yet
_CURABLE = (FaultKind.FORMAT, FaultKind.PARAMETER, FaultKind.CONTEXT, FaultKind.LIMIT, FaultKind.OUTPUT)
_NO_WAY_IN = (FaultKind.UNREACHABLE, FaultKind.DNS, FaultKind.TLS, FaultKind.KEY)
# What cannot be the set-up once the endpoint has answered: the way there is disturbed.
_DISTURBED = {
    FaultKind.NOT_API: FaultKind.SERVER,
    FaultKind.DNS: FaultKind.UNREACHABLE,
    FaultKind.TLS: FaultKind.UNREACHABLE,
}


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One request on its way: who asks, which model, the body, and the token limit of the answer."""

    role: str
    model: RoleModel
    body: Mapping[str, Any]
    limit: int


class Line:
    """All requests of one run to one endpoint pass here, so that one layer decides on retries.

    At most `settings.concurrency` at once. Every attempt is reserved in the budget before it is sent and settled
    after. Once the endpoint is given up, every later request fails at once with the same line.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        settings: ModelSettings,
        budget: Budget,
        usage: Usage,
        clock: Clock,
        rng: random.Random,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self._client = ModelClient(endpoint, settings.timeout, clock, transport)
        self._slots = asyncio.Semaphore(settings.concurrency)
        self._budget = budget
        self._usage = usage
        self._clock = clock
        self._rng = rng
        self._paused_until = 0.0
        self._answers = 0
        self._failed_in_a_row = 0  # requests given up since the last answer
        self._models: set[str] = set()
        self._given_up: dict[str, AssigneeError] = {}  # by model; "" is the whole endpoint
        # Ranks are fetched for OpenAI's own models only: who runs a server of their own reaches nobody else.
        self.counter = TokenCounter(offline=not endpoint.host.endswith(".openai.com"))

    async def send(self, out: Outgoing) -> Reply | Fault:
        """A reply, or a fault that asking differently may cure: format, parameter, context, limit, output.

        Raises ModelSetupError, EndpointLost, BudgetSpent, and BadAnswer where only this request fails.
        """
        from tenacity import AsyncRetrying, retry_if_result

        answers, tries = self._answers, _Tries(self._rng)
        retrying = AsyncRetrying(
            sleep=self._clock.sleep,
            retry=retry_if_result(lambda got: isinstance(got, Fault) and got.passing),
            stop=lambda state: tries.stop(_fault(state), cold=self._answers == 0),
            wait=lambda state: tries.wait(_fault(state), state.attempt_number),
            retry_error_callback=_fault,
        )
        got: Reply | Fault = await retrying(self._attempt, out)
        if isinstance(got, Reply) or got.kind in _CURABLE:
            return got
        raise self._ended(got, out.model, others_answered=self._answers > answers)

    async def look(self, model: RoleModel) -> None:
        """See whether the endpoint is there and takes the key, without paying. A server without a list is fine.

        Raises ModelSetupError.
        """
        fault = await self._client.look()
        if fault is not None and fault.kind in _NO_WAY_IN:
            raise self._ended(fault, model, others_answered=False)

    def refused(self, fault: Fault, model: RoleModel) -> AssigneeError:
        """The error for a fault that `send` handed out and asking differently did not cure."""
        return self._ended(replace(fault, kind=FaultKind.REFUSED), model, others_answered=False)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _attempt(self, out: Outgoing) -> Reply | Fault:
        async with self._slots:
            self._raise_if_given_up(out.model)
            while (pause := self._paused_until - self._clock.now()) > 0:
                await self._clock.sleep(pause)
                self._raise_if_given_up(out.model)
            price = out.model.price or price_of(out.model.endpoint.base_url, out.model.model)
            bound = self.counter.bound(out.model.model, out.body)
            worst = None if price is None else price.nano(bound, out.limit)
            held = await self._budget.reserve(bound + out.limit, worst)
            started = self._clock.now()
            try:
                got = await self._client.send(out.body)
            except BaseException:  # cancelled on its way: what the server did is not known
                self._budget.settle(held, held.tokens, held.cost)
                raise
            self._settle(held, out, price, got, self._clock.now() - started)
        if isinstance(got, Reply):
            self._answers += 1
            self._failed_in_a_row = 0
            self._models.add(out.model.model)
            return got
        if got.kind is FaultKind.RATE and got.wait and got.wait <= WAIT_CAP_S:
            self._paused_until = max(self._paused_until, self._clock.now() + got.wait)
        return replace(got, kind=_DISTURBED.get(got.kind, got.kind)) if self._answers else got

    def _raise_if_given_up(self, model: RoleModel) -> None:
        for scope in ("", model.model):
            if scope in self._given_up:
                raise type(self._given_up[scope])(*self._given_up[scope].args)

    def _settle(
        self, held: Reservation, out: Outgoing, price: Price | None, got: Reply | Fault, seconds: float
    ) -> None:
        model = out.model.model
        if isinstance(got, Fault):
            if got.maybe_paid:
                self._budget.settle(held, held.tokens, held.cost)
            else:
                self._budget.settle(held, 0, 0)
            self._usage.attempt(
                out.role,
                prompt=0,
                completion=0,
                cached=0,
                cost=0,
                seconds=seconds,
                approximate=False,
                unconfirmed=got.maybe_paid,
            )
            return
        said = tokens(got)
        prompt = said.prompt if said.prompt is not None else self.counter.request(model, out.body)
        completion = said.completion
        if completion is None:
            completion = self.counter.estimate(model, str(got.body.get("choices")))
        cost = None if price is None else price.nano(prompt, completion, said.cached)
        self._budget.settle(held, prompt + completion, cost)
        self._usage.attempt(
            out.role,
            prompt=prompt,
            completion=completion,
            cached=said.cached,
            cost=cost,
            seconds=seconds,
            approximate=said.prompt is None or said.completion is None,
        )

    def _ended(self, fault: Fault, model: RoleModel, others_answered: bool) -> AssigneeError:
        """What a fault that cannot be cured means: for this request, this model, or the whole endpoint."""
        if fault.kind is FaultKind.CONTENT:
            return BadAnswer(f"{model.endpoint.host} refuses this text ({fault.text})")
        if fault.kind is FaultKind.REFUSED and model.model in self._models:
            return BadAnswer(f"{model.endpoint.host} refuses this request ({fault.text})")
        hard = (
            fault.kind in (FaultKind.SERVER, FaultKind.TIMEOUT, FaultKind.CUT)
            and (fault.wait or 0) <= WAIT_CAP_S
        )
        if hard and self._answers and (others_answered or not self._failed_in_a_row):
            # Others get through, so it is this request that fails; when a second one fails too, it is the server.
            self._failed_in_a_row += 1
            return BadAnswer(f"{model.endpoint.host} failed on this request again and again ({fault.text})")
        if fault.kind is FaultKind.MODEL or fault.kind is FaultKind.REFUSED:
            worked, scope = model.model in self._models, model.model
        else:
            worked, scope = self._answers > 0, ""
        error = EndpointLost(lost(fault, model)) if worked else setup_error(fault, model)
        self._given_up[scope] = error
        return error


class _Tries:
    """Counts the faults of one request by kind, and says how long to wait."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._seen: dict[FaultKind, int] = {}
        self._all = 0

    def stop(self, fault: Fault, cold: bool) -> bool:
        self._all += 1
        self._seen[fault.kind] = self._seen.get(fault.kind, 0) + 1
        most = (_ATTEMPTS_COLD if cold else {}).get(fault.kind, _ATTEMPTS[fault.kind])
        too_long = fault.wait is not None and fault.wait > WAIT_CAP_S
        return too_long or self._seen[fault.kind] >= most or self._all >= max(_ATTEMPTS.values())

    def wait(self, fault: Fault, attempt: int) -> float:
        """The server's word where it gave one, else twice as long each time, with up to a half taken off by chance."""
        if fault.wait is not None:
            return min(fault.wait, WAIT_CAP_S)
        longest = min(_BACKOFF_S * 2 ** (attempt - 1), _BACKOFF_CAP_S)
        return float(longest * (1 - self._rng.random() / 2))


def _fault(state: RetryCallState) -> Fault:
    assert state.outcome is not None
    fault: Fault = state.outcome.result()
    return fault
