"""Reads what went wrong from a status, an error body or an exception. Servers differ; the words are all there is."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator, Mapping
from typing import Any

from .model_secret import Secret
from .model_wire import Fault, FaultKind
from .retry_after import retry_after

__all__ = ["from_exception", "from_response"]

_SHOWN = 200
_FORMAT = re.compile(
    r"response_format|response format|json_schema|json_object|json schema|json mode|structured output|"
    r"guided[_ ](?:json|decoding)|\bgrammar\b|tool_choice|tool choice|\btools?\b|function[_ ]call|\bschema\b",
    re.I,
)
_CONTEXT = re.compile(
    r"context[_ ](?:length|size|window)|maximum context|too many tokens|prompt is too long|exceeds? the "
    r"(?:available |model'?s? )?(?:context|maximum)|input is too long|n_ctx|"
    r"reduce the length|requested tokens",
    re.I,
)
_PARAMETER = re.compile(
    r"\b(max_completion_tokens|max_tokens|temperature)\b|messages\[\d+\]\.role|system (?:role|message)", re.I
)
# llama.cpp: "The model produced output that does not match the expected peg-native format".
_OUTPUT = re.compile(
    r"model (?:produced|output|returned|generated)|parse (?:the )?(?:model|output|generat)", re.I
)
_TOO_MUCH = re.compile(r"too (?:large|high|big)|at most|less than|exceeds?|above|maximum (?:value|of)", re.I)
_MODEL = re.compile(
    r"model[_ ]not[_ ]found|\bmodel\b.{0,160}\b(?:not|unknown|invalid|unavailable)\b", re.I | re.S
)
_QUOTA = re.compile(r"insufficient_quota|exceeded your current quota|billing|out of credits?|payment", re.I)
_CONTENT = re.compile(r"content[_ ](?:filter|policy|management)", re.I)


def from_response(status: int, headers: Mapping[str, str], body: Any, secret: Secret) -> Fault:
    """What an answer with an error status says. `body` is the decoded JSON, or the text where it is none."""
    error = body.get("error", body) if isinstance(body, Mapping) else body
    code, param, message = "", "", ""
    if isinstance(error, Mapping):
        code = _text(error.get("code")) or _text(error.get("type"))
        param = _text(error.get("param"))
        message = _text(error.get("message")) or _text(error.get("detail")) or _text(body.get("detail"))
    elif isinstance(error, str) and isinstance(body, Mapping):
        message = error
    shown = _line(message or code, secret)
    kind = _kind(status, code, param, message, isinstance(body, Mapping))
    if kind is FaultKind.PARAMETER:
        named = _PARAMETER.search(param) or _PARAMETER.search(message)
        param = named.group(0).lower() if named else param
    # A proxy that gave up waiting says nothing about what the server behind it did.
    paid = kind is FaultKind.OUTPUT or status in (504, 524)
    return Fault(kind, shown, status, param, retry_after(headers), maybe_paid=paid)


def _kind(status: int, code: str, param: str, message: str, api: bool) -> FaultKind:
    said = f"{code} {param} {message}"
    if status in (401, 403):
        return FaultKind.KEY
    if status == 402 or (status in (400, 429) and _QUOTA.search(f"{code} {message}")):
        return FaultKind.QUOTA
    if status == 429:
        return FaultKind.RATE
    if code == "model_not_found":
        return FaultKind.MODEL
    if status in (400, 404, 413, 422, 500, 501) and api:
        if status == 500 and _OUTPUT.search(message):
            return FaultKind.OUTPUT
        # The order matters: "model x does not support response_format" speaks of the format.
        if _CONTEXT.search(said):
            return FaultKind.CONTEXT
        if _FORMAT.search(said):
            return FaultKind.FORMAT
        named = _PARAMETER.search(said)
        if status < 500 and named:
            limit = named.group(0).lower().startswith("max_")
            return FaultKind.LIMIT if limit and _TOO_MUCH.search(message) else FaultKind.PARAMETER
        if "system" in said.lower() and "role" in said.lower():
            return FaultKind.PARAMETER
        if status in (400, 404, 422) and not _CONTENT.search(said) and _MODEL.search(said):
            return FaultKind.MODEL
    if status in (408, 409) or status >= 500:
        return FaultKind.SERVER
    if status in (400, 413, 422) and api:
        return FaultKind.CONTENT if _CONTENT.search(said) else FaultKind.REFUSED
    return FaultKind.NOT_API


def from_exception(error: BaseException, secret: Secret) -> Fault:
    """What a failed connection says. The causes are searched, since each layer wraps the one below."""
    chain = list(_causes(error))
    names = " ".join(type(item).__name__ for item in chain)
    if any(isinstance(item, ssl.SSLError) for item in chain) and "Timeout" not in names:
        return Fault(FaultKind.TLS, _line(_deepest(chain, ssl.SSLError), secret))
    if any(isinstance(item, socket.gaierror) for item in chain):
        return Fault(FaultKind.DNS, "no such host")
    if "ConnectTimeout" in names:
        return Fault(FaultKind.UNREACHABLE, "no answer to the connection")
    if "ConnectError" in names or any(isinstance(item, ConnectionRefusedError) for item in chain):
        return Fault(FaultKind.UNREACHABLE, "connection refused")
    if "Timeout" in names:
        return Fault(FaultKind.TIMEOUT, "no answer in time", maybe_paid=True)
    return Fault(FaultKind.CUT, "the connection was cut", maybe_paid=True)


def _causes(error: BaseException) -> Iterator[BaseException]:
    waiting, seen = [error], set()
    while waiting:
        item = waiting.pop(0)
        if id(item) in seen:
            continue
        seen.add(id(item))
        yield item
        waiting += [cause for cause in (item.__cause__, item.__context__) if cause is not None]
        if isinstance(item, BaseExceptionGroup):
            waiting += item.exceptions


def _deepest(chain: list[BaseException], kind: type[BaseException]) -> str:
    return str([item for item in chain if isinstance(item, kind)][-1])


def _text(value: object) -> str:
    return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""


def _line(text: str, secret: Secret) -> str:
    """One short line without the key. What looks like part of a key is taken out too."""
    line = " ".join(secret.scrub(text).split())
    line = re.sub(r"\b(?:sk|pk|key)-[\w*.-]{6,}", "[key]", line)
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN].rsplit(' ', 1)[0]} …"
