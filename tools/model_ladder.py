"""How a model is asked for JSON: four ways, from the strictest down, and what was learned about each server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel

from .model_schema import schema_name, schema_text, strict_schema
from .model_wire import Fault, FaultKind, Message

__all__ = ["LEAST_LIMIT", "Profile", "Rung", "build"]

LEAST_LIMIT = 256
"""Tokens: no answer is cut shorter than this to make room."""


class Rung(IntEnum):
    """A way to ask. A server that does not know one is asked by the next."""

    JSON_SCHEMA = 0  # response_format json_schema, strict
    JSON_OBJECT = 1  # response_format json_object, the schema in the prompt
    TOOL = 2  # one tool, forced
    PROMPT = 3  # the schema in the prompt, nothing else


@dataclass(slots=True)
class Profile:
    """What one endpoint takes for one model. Changes only downwards, and each change is tried once.

    `proven` says that a valid answer came on this rung, so that a bad one is the model's slip, not the server's.
    """

    rung: Rung = Rung.JSON_SCHEMA
    proven: bool = False
    token_param: str = "max_tokens"
    temperature: bool = True
    system: bool = True
    limit_cap: int | None = None
    tried: set[str] = field(default_factory=set)

    @classmethod
    def first(cls, base_url: str) -> Profile:
        """What to try first: OpenAI itself wants the new name of the token limit, the others know the old one."""
        new = (urlsplit(base_url).hostname or "").endswith(".openai.com")
        return cls(token_param="max_completion_tokens" if new else "max_tokens")

    def step_down(self, asked: Rung) -> bool:
        """Leave the rung that was `asked`. False where there is none below. Equal news from parallel calls count once."""
        if self.rung > asked:
            return True
        if asked is Rung.PROMPT:
            return False
        self.rung, self.proven = Rung(asked + 1), False
        return True

    def learn(self, fault: Fault, asked: Rung, request: dict[str, Any]) -> bool:
        """Take in a fault about how we ask. True where asking again, as `build` now does, may work."""
        if fault.kind is FaultKind.FORMAT:
            return self.step_down(asked)
        if fault.kind is FaultKind.PARAMETER:
            return self._shim(fault, request)
        if fault.kind is FaultKind.LIMIT:
            asked_for = int(request.get(self.token_param, 0))
            self.limit_cap = max(LEAST_LIMIT, min(asked_for // 2, self.limit_cap or asked_for))
            return asked_for > LEAST_LIMIT
        return False

    def _shim(self, fault: Fault, request: dict[str, Any]) -> bool:
        if "temperature" in fault.param:
            changed = "temperature" in request
            self.temperature = False
        elif "role" in fault.param or "system" in fault.param:
            changed = any(item["role"] == "system" for item in request["messages"])
            self.system = False
        else:
            sent = next((name for name in ("max_tokens", "max_completion_tokens") if name in request), "")
            other = "max_completion_tokens" if sent == "max_tokens" else "max_tokens"
            if self.token_param == sent and other in self.tried:
                return False  # both names were refused
            changed = True
            self.tried.add(sent)
            self.token_param = other
        return changed

    def to_dict(self) -> dict[str, Any]:
        """For run.json and the cache: what was learned."""
        return {
            "rung": self.rung.name.lower(),
            "proven": self.proven,
            "token_param": self.token_param,
            "temperature": self.temperature,
            "system": self.system,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Profile:
        """Read back. Raises KeyError or TypeError on anything else."""
        if data["token_param"] not in ("max_tokens", "max_completion_tokens"):
            raise KeyError("token_param")
        return cls(
            rung=Rung[str(data["rung"]).upper()],
            proven=bool(data["proven"]),
            token_param=data["token_param"],
            temperature=bool(data["temperature"]),
            system=bool(data["system"]),
        )


def build(
    model: str,
    messages: Sequence[Message],
    schema: type[BaseModel],
    limit: int,
    temperature: float,
    profile: Profile,
) -> dict[str, Any]:
    """The body of one request on the profile's rung. `limit` is in tokens, for the answer."""
    rung = profile.rung
    turns = [{"role": item.role, "content": item.content} for item in messages]
    if rung in (Rung.JSON_OBJECT, Rung.PROMPT):
        _tell(turns, schema)
    if not profile.system:
        _fold_system(turns)
    request: dict[str, Any] = {"model": model, "messages": turns, profile.token_param: limit}
    if profile.temperature:
        request["temperature"] = temperature
    name = schema_name(schema)
    if rung is Rung.JSON_SCHEMA:
        wanted = {"name": name, "strict": True, "schema": strict_schema(schema)}
        request["response_format"] = {"type": "json_schema", "json_schema": wanted}
    elif rung is Rung.JSON_OBJECT:
        request["response_format"] = {"type": "json_object"}
    elif rung is Rung.TOOL:
        what = "Give the answer through this function."
        function = {"name": name, "description": what, "parameters": strict_schema(schema)}
        request["tools"] = [{"type": "function", "function": function}]
        request["tool_choice"] = {"type": "function", "function": {"name": name}}
    return request


def _tell(turns: list[dict[str, str]], schema: type[BaseModel]) -> None:
    """Put the schema behind the system message: it belongs to the stable part of the prompt."""
    text = (
        "Answer with one JSON object and nothing else: no text before or after it, no code fence. "
        f"It must be valid under this JSON schema:\n{schema_text(schema)}"
    )
    if turns and turns[0]["role"] == "system":
        turns[0] = {"role": "system", "content": f"{turns[0]['content']}\n\n{text}"}
    else:
        turns.insert(0, {"role": "system", "content": text})


def _fold_system(turns: list[dict[str, str]]) -> None:
    """For models without a system role: its text opens the first turn of the user."""
    said = [item["content"] for item in turns if item["role"] == "system"]
    turns[:] = [item for item in turns if item["role"] != "system"]
    if not said:
        return
    if turns and turns[0]["role"] == "user":
        turns[0] = {"role": "user", "content": "\n\n".join([*said, turns[0]["content"]])}
    else:
        turns.insert(0, {"role": "user", "content": "\n\n".join(said)})
