"""The one way to a language model: messages and a schema go in, a validated object comes out, or an error says why.

Every call passes the cache, the budget, the endpoint's line with its retries, the ladder of ways to ask for
JSON, and pydantic. Import names from here; the modules behind it are `model_*` and `gateway_*`.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from assignee.errors import AssigneeError

from .gateway_clock import Clock, SystemClock
from .gateway_errors import BadAnswer, BudgetSpent, ContextTooSmall, EndpointLost, ModelSetupError
from .gateway_line import Line, Outgoing
from .gateway_words import setup_error
from .model_answer import Flaw, Good, Wrong, read, reported_model
from .model_budget import Budget
from .model_cache import ModelCache, call_key
from .model_ladder import LEAST_LIMIT, Profile, Rung, build
from .model_ledger import Ledger
from .model_prices import price_of
from .model_schema import schema_hash, schema_text
from .model_settings import ROLES, ModelSettings, RoleModel
from .model_usage import RoleUsage, Usage
from .model_wire import Fault, FaultKind, Message, PromptRef

if TYPE_CHECKING:
    import httpx2

__all__ = [
    "ROLES",
    "BadAnswer",
    "Budget",
    "BudgetSpent",
    "Clock",
    "ContextTooSmall",
    "EndpointLost",
    "Gateway",
    "Ledger",
    "Message",
    "ModelCache",
    "ModelSettings",
    "ModelSetupError",
    "PromptRef",
    "RoleUsage",
]

T = TypeVar("T", bound=BaseModel)
_LONGER = 4  # an answer that was cut off is asked for once more with this many times the limit


class Gateway:
    """One per run, used from one event loop; owns the clients, the limits, the budget, the usage."""

    def __init__(
        self,
        models: ModelSettings,
        *,
        cache: ModelCache | None,
        budget: Budget,
        ledger: Ledger | None = None,
        clock: Clock | None = None,
        rng: random.Random | None = None,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        """`cache` None keeps no answers. `ledger` carries spending and usage over from one process of a run to
        the next. `transport` replaces the network (tests).

        Raises ModelSetupError where money is limited and the price of a role's model is not known.
        """
        self._models = models
        self._cache = cache
        self._budget = budget
        self._clock = clock or SystemClock()
        self._rng = rng or random.Random(0)
        self._transport = transport
        self._usage = Usage(ledger)
        if ledger is not None:
            budget.keep_in(ledger)
        self._lines: dict[tuple[str, object], Line] = {}
        self._profiles: dict[tuple[str, str], Profile] = {}
        self._flying: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._looked: asyncio.Task[None] | None = None
        if budget.max_cost is not None:
            for item in models.roles.values():
                if item.price is None and price_of(item.endpoint.base_url, item.model) is None:
                    raise ModelSetupError(
                        f"--max-cost needs a price, and none is known for {item.model} at {item.endpoint.host}: "
                        f"set ASSIGNEE_PRICE_INPUT and ASSIGNEE_PRICE_OUTPUT, or use --max-tokens"
                    )

    async def complete(
        self,
        role: str,
        messages: Sequence[Message],
        schema: type[T],
        prompt: PromptRef,
        *,
        limit: int | None = None,
    ) -> T:
        """The model's answer as a valid `schema`. `limit` is in tokens, for the answer (default: the settings').

        What was paid for before, in this run or an earlier one, is not paid again, a bad answer neither; two
        equal calls at once are one. Raises ModelSetupError, ContextTooSmall, EndpointLost, BudgetSpent, BadAnswer.
        """
        model = self._models.for_role(role)
        limit = limit or self._models.max_output
        key = call_key(model, messages, schema_hash(schema), prompt, self._models.temperature)
        while True:
            kept = self._kept(key, schema, limit)
            flying = self._flying.get(key)
            if kept is None and flying is None:
                return _answer(await self._first(key, role, model, messages, schema, limit), schema)
            if kept is None and flying is not None:
                try:
                    kept = await asyncio.shield(flying)
                except asyncio.CancelledError:
                    if flying.cancelled():  # who asked first was stopped: it is our turn
                        continue
                    raise
            assert kept is not None
            self._usage.answered(role, str(kept.get("by", "")), free=True, bad="bad" in kept)
            return _answer(kept, schema)

    def usage(self) -> dict[str, RoleUsage]:
        """What the calls took so far, by role."""
        return self._usage.to_roles()

    def profiles(self) -> dict[str, dict[str, Any]]:
        """What was learned about each model's server, for run.json: "model at host" -> how it is asked."""
        found = {}
        for item in self._models.roles.values():
            profile = self._profiles.get((item.endpoint.base_url, item.model))
            if profile is not None:
                found[f"{item.model} at {item.endpoint.host}"] = profile.to_dict()
        return dict(sorted(found.items()))

    async def close(self) -> None:
        """Close all connections. The cache stays open: it is its maker's."""
        for line in self._lines.values():
            await line.close()
        self._lines.clear()

    def _kept(self, key: str, schema: type[BaseModel], limit: int) -> dict[str, Any] | None:
        found = self._cache.get(key) if self._cache else None
        if found is None:
            return None
        if "bad" in found:
            # A cut answer is worth another try with a longer limit.
            return found if limit <= found.get("limit", limit) else None
        try:
            schema.model_validate_json(found.get("answer", ""))
        except (ValidationError, ValueError, TypeError):
            return None
        return found

    async def _first(
        self,
        key: str,
        role: str,
        model: RoleModel,
        messages: Sequence[Message],
        schema: type[BaseModel],
        limit: int,
    ) -> dict[str, Any]:
        """Ask, and let equal calls that come meanwhile share the answer or the error."""
        mine: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._flying[key] = mine
        try:
            body = await self._ask(role, model, messages, schema, limit)
        except asyncio.CancelledError:
            mine.cancel()
            raise
        except BaseException as error:
            mine.set_exception(type(error)(*error.args) if isinstance(error, AssigneeError) else error)
            mine.exception()  # nobody may be waiting, which is fine
            raise
        else:
            if self._cache is not None and not body.pop("passing", False):
                self._cache.put(key, body)
            mine.set_result(body)
        finally:
            del self._flying[key]
        self._usage.answered(role, body["by"], bad="bad" in body)
        return body

    async def _ask(
        self, role: str, model: RoleModel, messages: Sequence[Message], schema: type[BaseModel], limit: int
    ) -> dict[str, Any]:
        """Down the ladder as far as needed, then one repair round."""
        await self._look_once()
        line, profile = self._line(model), self._profile(model)
        if not line.counter.offline:
            await asyncio.to_thread(line.counter.exact, model.model)
        turns, repaired = list(messages), False
        while True:
            asked, most = profile.rung, min(limit, profile.limit_cap or limit)
            request = build(model.model, turns, schema, most, self._models.temperature, profile)
            got = await line.send(Outgoing(role, model, request, most))
            if isinstance(got, Fault) and got.kind is not FaultKind.OUTPUT:
                if profile.learn(got, asked, request):
                    continue
                if got.kind is FaultKind.CONTEXT:
                    if most <= LEAST_LIMIT:
                        raise setup_error(got, model)
                    limit = max(LEAST_LIMIT, most // 4)  # the answer's room counts towards the context
                    continue
                raise line.refused(got, model)
            found = Wrong(Flaw.NO_JSON, got.text) if isinstance(got, Fault) else read(got, schema)
            by = "" if isinstance(got, Fault) else reported_model(got)
            if isinstance(found, Good):
                self._prove(model, profile, asked)
                return {"answer": found.answer.model_dump_json(), "by": by}
            if found.flaw is Flaw.REFUSAL:
                return _bad(found, by, most)
            unproven = not profile.proven and found.flaw in (Flaw.NO_JSON, Flaw.SHAPE, Flaw.EMPTY)
            if unproven and asked is not Rung.PROMPT and profile.step_down(asked):
                continue
            if repaired:
                return _bad(found, by, most)
            repaired = True
            if found.flaw is Flaw.CUT:
                limit = most * _LONGER
            elif found.said:
                turns = _repair(messages, found, schema)

    async def _look_once(self) -> None:
        """Before the first request that costs money: where several endpoints are set, see that all are there.

        Else a wrong key for the last role of a run would show when the others have been paid for.
        """
        if self._looked is None:
            first = {
                (item.endpoint.base_url, item.endpoint.key): item for item in self._models.roles.values()
            }
            self._looked = asyncio.ensure_future(self._look(list(first.values()) if len(first) > 1 else []))
        await asyncio.shield(self._looked)

    async def _look(self, models: Sequence[RoleModel]) -> None:
        found = await asyncio.gather(
            *(self._line(item).look(item) for item in models), return_exceptions=True
        )
        for item in found:
            if isinstance(item, AssigneeError):
                raise type(item)(*item.args)

    def _line(self, model: RoleModel) -> Line:
        end = model.endpoint
        key = (end.base_url, end.key)
        if key not in self._lines:
            self._lines[key] = Line(
                end, self._models, self._budget, self._usage, self._clock, self._rng, self._transport
            )
        return self._lines[key]

    def _profile(self, model: RoleModel) -> Profile:
        base_url = model.endpoint.base_url
        key = (base_url, model.model)
        if key not in self._profiles:
            known = self._cache.profile(base_url, model.model) if self._cache else None
            self._profiles[key] = known or Profile.first(base_url)
        return self._profiles[key]

    def _prove(self, model: RoleModel, profile: Profile, asked: Rung) -> None:
        if profile.proven or profile.rung < asked:
            return
        profile.rung = asked  # where a parallel call has stepped down meanwhile: it works after all
        profile.proven = True
        if self._cache is not None:
            self._cache.keep_profile(model.endpoint.base_url, model.model, profile)


def _answer(body: dict[str, Any], schema: type[T]) -> T:
    if "bad" in body:
        raise BadAnswer(body["bad"])
    return schema.model_validate_json(body["answer"])


def _bad(found: Wrong, by: str, limit: int) -> dict[str, Any]:
    body: dict[str, Any] = {"bad": found.why, "by": by}
    if found.flaw is Flaw.CUT:
        body["limit"] = limit
    if found.flaw is Flaw.EMPTY:  # the server's slip rather than the model's: not kept
        body["passing"] = True
    return body


def _repair(messages: Sequence[Message], found: Wrong, schema: type[BaseModel]) -> list[Message]:
    text = (
        f"That is not a valid answer: {found.why}. Give the whole answer again, corrected, as one JSON object "
        f"that is valid under this JSON schema, and nothing else:\n{schema_text(schema)}"
    )
    return [*messages, Message("assistant", found.said), Message("user", text)]
