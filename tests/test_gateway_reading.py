"""Whatever a server sends, it is read without an error, and a valid object is found wherever it stands."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from gateway_kit import GOOD, Opinion
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from assignee.tools.model_answer import Flaw, Good, Wrong, read, tokens
from assignee.tools.model_faults import from_response
from assignee.tools.model_schema import schema_hash, strict_schema
from assignee.tools.model_secret import Secret
from assignee.tools.model_wire import Fault, FaultKind, Reply

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)
NAMES = (
    "choices",
    "message",
    "content",
    "tool_calls",
    "function",
    "arguments",
    "refusal",
    "finish_reason",
    "usage",
)
NAMED = st.recursive(
    JSON,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=10,
)
PROSE = st.text(alphabet=st.characters(exclude_characters="{}`<"), max_size=60)
CODES = [
    "model_not_found",
    "context_length_exceeded",
    "rate_limit_exceeded",
    "invalid_api_key",
    "content_filter",
    None,
]


def said(text: str, finish: str = "stop") -> Reply:
    return Reply({"choices": [{"message": {"content": text}, "finish_reason": finish}]})


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(NAMES), NAMED, max_size=4))
def test_any_body_is_read(body: dict[str, Any]) -> None:
    assert isinstance(read(Reply(body), Opinion), Good | Wrong)
    counted = tokens(Reply(body))
    assert all(item is None or item >= 0 for item in (counted.prompt, counted.completion, counted.cached))


@given(st.text(alphabet='{}[]",:`\\ ab1.e-', max_size=80), st.sampled_from(["stop", "length"]))
def test_any_text_is_read(text: str, finish: str) -> None:
    assert isinstance(read(said(text, finish), Opinion), Good | Wrong)


@given(PROSE, PROSE, st.sampled_from(["{}", "```json\n{}\n```", "```\n{}```", "<think>{{no}}</think>{}"]))
def test_an_object_among_prose_is_found(before: str, after: str, around: str) -> None:
    wrapped = around.replace("{{no}}", "no").replace("{}", json.dumps(GOOD), 1)
    text = wrapped + after if wrapped.startswith("<think>") else before + wrapped + after
    found = read(said(text), Opinion)
    assert found == Good(Opinion(**GOOD)), text


@given(st.floats())
def test_a_number_out_of_range_is_never_an_answer(score: float) -> None:
    text = json.dumps(GOOD | {"score": score})
    found = read(said(text), Opinion)
    assert isinstance(found, Good) == (not math.isnan(score) and 0 <= score <= 1)


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("Rather likely.", Flaw.NO_JSON),
        ('["support", 0.5]', Flaw.NO_JSON),
        ('{"stance": "support"}', Flaw.SHAPE),
        ('{"stance": "support", "score": "high"}', Flaw.VALUE),
        ('{"stance": 3, "score": 0.5}', Flaw.SHAPE),
        ('{"stance": "support", "score": 1.5}', Flaw.VALUE),
        ("", Flaw.EMPTY),
        ("{" * 5000, Flaw.NO_JSON),
        ('{"a":' * 5000, Flaw.NO_JSON),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_is_wrong_is_told_apart(text: str, flaw: Flaw) -> None:
    found = read(said(text), Opinion)
    assert isinstance(found, Wrong)
    assert found.flaw is flaw


@given(st.integers(400, 599), JSON, st.sampled_from(CODES), st.text(max_size=40))
def test_any_error_is_one_line(status: int, body: Any, code: str | None, message: str) -> None:
    for answer in (body, {"error": body}, {"error": {"code": code, "message": message, "param": body}}):
        fault = from_response(status, {}, answer, Secret("k-canary"))
        assert isinstance(fault, Fault)
        assert "\n" not in fault.text
        assert len(fault.text) <= 210
        if status in (401, 403):
            assert fault.kind is FaultKind.KEY


@pytest.mark.parametrize(
    ("status", "message", "kind"),
    [
        (
            400,
            "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.",
            "format",
        ),
        (404, "No endpoints found that support tool use.", "format"),
        (500, "failed to parse grammar", "format"),
        (422, "json_schema: extra fields not permitted", "format"),
        (
            400,
            "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead.",
            "parameter",
        ),
        (
            400,
            "'temperature' does not support 0 with this model. Only the default (1) value is supported.",
            "parameter",
        ),
        (400, "max_tokens is too large: 9000. This model supports at most 4096 completion tokens.", "limit"),
        (
            400,
            "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens.",
            "context",
        ),
        (
            400,
            "request (45372 tokens) exceeds the available context size (16384 tokens), try increasing it",
            "context",
        ),
        (400, "prompt is too long: 210000 tokens > 200000 maximum", "context"),
        (404, 'model "llama9" not found, try pulling it first', "model"),
        (429, "You exceeded your current quota, please check your plan and billing details.", "quota"),
        (429, "Rate limit reached for gpt-4o in organization org-x on tokens per min (TPM).", "rate"),
        (500, "The model produced output that does not match the expected peg-native format", "output"),
        (500, "The server had an error while processing your request.", "server"),
        (503, "Loading model", "server"),
        (400, "something else entirely", "refused"),
    ],
)
def test_what_servers_say_is_understood(status: int, message: str, kind: str) -> None:
    for body in ({"error": {"message": message}}, {"error": message}, {"message": message}):
        assert from_response(status, {}, body, Secret()).kind == kind


def test_schemas_are_told_apart_by_all_they_say() -> None:
    class Same(BaseModel):
        """One."""

        score: float

    first = schema_hash(Same)

    class Same(BaseModel):  # type: ignore[no-redef]
        """Two."""

        score: float

    assert schema_hash(Same) != first
    assert strict_schema(Opinion)["required"] == ["stance", "score"]
