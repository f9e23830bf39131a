"""What goes to a model and what comes back, as plain data: messages, replies, faults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

__all__ = ["Fault", "FaultKind", "Message", "PromptRef", "Reply"]


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of the conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class PromptRef:
    """Which prompt file made the messages. `hash` goes into the cache key, the manifest and the usage."""

    name: str
    version: str
    hash: str


@dataclass(frozen=True, slots=True)
class Reply:
    """A chat completion as the server sent it, and how long it took in seconds on the gateway's clock."""

    body: Mapping[str, Any]
    seconds: float = 0.0


class FaultKind(StrEnum):
    """Why there is no reply. The first group may pass by itself; the second is learned from; the rest is final."""

    RATE = "rate"  # 429
    SERVER = "server"  # 408, 409, 5xx, or a page of HTML where answers came before
    TIMEOUT = "timeout"
    CUT = "cut"  # the connection was lost after the request had gone out
    UNREACHABLE = "unreachable"  # refused, no route

    FORMAT = "format"  # the server does not know this way of asking for JSON
    PARAMETER = "parameter"  # a parameter is unknown, or its value is refused
    CONTEXT = "context"  # prompt and answer together are too long for the model
    OUTPUT = "output"  # the server could not make sense of what the model wrote
    LIMIT = "limit"  # the model never gives answers as long as the limit sent

    DNS = "dns"
    TLS = "tls"
    KEY = "key"  # 401, 403
    QUOTA = "quota"  # paid credit used up
    MODEL = "model"  # no such model
    NOT_API = "not_api"  # not a chat completions API
    CONTENT = "content"  # a filter refuses this one request
    REFUSED = "refused"  # any other 4xx


@dataclass(frozen=True, slots=True)
class Fault:
    """One failed attempt. `text` is one line for people, without keys; `wait` is the server's Retry-After in s.

    `maybe_paid` says that the server may have worked on it and may charge for it: it had the request, and what
    it did is not known.
    """

    kind: FaultKind
    text: str
    status: int | None = None
    param: str = ""
    wait: float | None = None
    maybe_paid: bool = False

    @property
    def passing(self) -> bool:
        """Whether trying again can help."""
        return self.kind in _PASSING


_PASSING = frozenset(
    {FaultKind.RATE, FaultKind.SERVER, FaultKind.TIMEOUT, FaultKind.CUT, FaultKind.UNREACHABLE}
)
