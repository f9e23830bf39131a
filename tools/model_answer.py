"""Reads the answer out of a chat completion: the object asked for, or what is wrong with what came."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from .model_wire import Reply

__all__ = ["Flaw", "Good", "Tokens", "Wrong", "read", "reported_model", "tokens"]

T = TypeVar("T", bound=BaseModel)
_FENCE = re.compile(r"```[\w-]*\s*\n?(.*?)```", re.S)
_THOUGHT = re.compile(r"^\s*<think(?:ing)?>.*?</think(?:ing)?>", re.S)
_ERRORS_TOLD = 8
_PATIENCE = 1_000_000  # characters read in vain before the search for an object ends


class Flaw(StrEnum):
    """What is wrong with an answer."""

    EMPTY = "empty"  # no choice, or nothing in it
    NO_JSON = "no_json"  # prose
    SHAPE = "shape"  # JSON of another shape: missing fields, wrong types
    VALUE = "value"  # the right shape, a value out of range
    CUT = "cut"  # the token limit ended it
    REFUSAL = "refusal"  # the model or a filter declines


@dataclass(frozen=True, slots=True)
class Good(Generic[T]):
    """A valid answer."""

    answer: T


@dataclass(frozen=True, slots=True)
class Wrong:
    """An answer that cannot be used. `said` is what the model wrote, `why` what to tell it."""

    flaw: Flaw
    why: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens as the server counts them; None where it does not say. `cached` is a part of `prompt`."""

    prompt: int | None
    completion: int | None
    cached: int = 0


def read(reply: Reply, schema: type[T]) -> Good[T] | Wrong:
    """The valid object, wherever the server put it: message, tool call, inside a fence or among prose.

    Ranges count: what pydantic refuses is no answer. Of several objects the last valid one is taken, since
    models think aloud before they answer.
    """
    choices = reply.body.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, Mapping) else None
    if not isinstance(choice, Mapping) or not isinstance(message, Mapping):
        return Wrong(Flaw.EMPTY, "the answer holds no choice")
    finish = choice.get("finish_reason")
    refusal = message.get("refusal")
    if isinstance(refusal, str) and refusal.strip():
        return Wrong(Flaw.REFUSAL, "the model declines to answer")
    text = _said(message)
    if finish == "content_filter":
        return Wrong(Flaw.REFUSAL, "a content filter stopped the answer")
    if not text.strip():
        if finish == "length":
            return Wrong(Flaw.CUT, "the token limit ended the answer before it began")
        return Wrong(Flaw.EMPTY, "the answer is empty")
    found = _validated(text, schema)
    if isinstance(found, Wrong) and finish == "length":
        return Wrong(Flaw.CUT, "the token limit ended the answer", text)
    return found


def tokens(reply: Reply) -> Tokens:
    """What the server says it counted."""
    usage = reply.body.get("usage")
    if not isinstance(usage, Mapping):
        return Tokens(None, None)
    details = usage.get("prompt_tokens_details")
    cached = _count(details.get("cached_tokens")) if isinstance(details, Mapping) else None
    return Tokens(_count(usage.get("prompt_tokens")), _count(usage.get("completion_tokens")), cached or 0)


def reported_model(reply: Reply) -> str:
    """The model's name as the server gives it, "" where it does not."""
    name = reply.body.get("model")
    return name if isinstance(name, str) else ""


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _said(message: Mapping[str, Any]) -> str:
    calls = message.get("tool_calls")
    if isinstance(calls, list) and calls and isinstance(calls[0], Mapping):
        function = calls[0].get("function")
        given = function.get("arguments") if isinstance(function, Mapping) else None
        if isinstance(given, Mapping):  # some servers decode it themselves
            return json.dumps(given, ensure_ascii=False)
        if isinstance(given, str) and given.strip():
            return given
    content = message.get("content")
    if isinstance(content, list):  # in parts
        parts = [item.get("text") for item in content if isinstance(item, Mapping)]
        return "".join(part for part in parts if isinstance(part, str))
    return content if isinstance(content, str) else ""


def _validated(text: str, schema: type[T]) -> Good[T] | Wrong:
    first: Wrong | None = None
    for value in _objects(text):
        try:
            return Good(schema.model_validate_json(json.dumps(value)))
        except ValidationError as error:
            first = first or Wrong(_flaw(error), _told(error), text)
        except ValueError:  # a number or string that JSON can hold and a model cannot
            first = first or Wrong(Flaw.VALUE, "a value is not allowed", text)
    return first or Wrong(Flaw.NO_JSON, "the answer holds no JSON object", text)


def _objects(text: str) -> Iterator[Any]:
    """Candidates, best first: the whole text, what stands in fences, objects among prose from the last on."""
    text = _THOUGHT.sub("", text, count=1)
    whole = _decoded(text.strip())
    if whole is not None:
        yield whole
        return
    fenced = [value for value in map(_decoded, _FENCE.findall(text)) if value is not None]
    yield from reversed(fenced)
    loose: list[Any] = []
    at, decoder = text.find("{"), json.JSONDecoder()
    patience = _PATIENCE
    while at >= 0 and patience > 0:
        try:
            value, end = decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            patience -= error.pos - at
            end = at + 1
        except RecursionError:
            patience -= _PATIENCE // 20
            end = at + 1
        else:
            loose.append(value)
        at = text.find("{", end)
    yield from reversed(loose)


def _decoded(text: str) -> Any:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _flaw(error: ValidationError) -> Flaw:
    """A value out of range is the model's slip; another shape may be the server's."""
    shape = any(item["type"] == "missing" or item["type"].endswith("_type") for item in error.errors())
    return Flaw.SHAPE if shape else Flaw.VALUE


def _told(error: ValidationError) -> str:
    """What is wrong, field by field, without the values."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    lines = [f"{'.'.join(map(str, item['loc'])) or 'the object'}: {item['msg']}" for item in found]
    more = f"; and {len(lines) - _ERRORS_TOLD} more" if len(lines) > _ERRORS_TOLD else ""
    return "; ".join(lines[:_ERRORS_TOLD]) + more
