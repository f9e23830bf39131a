"""How long a request is in tokens: tiktoken's count where its ranks are at hand, else an estimate that says so."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import tiktoken

__all__ = ["TokenCounter"]

_PATIENCE_S = 3.0
# What chat templates put around a message and around the whole, at most.
_PER_MESSAGE = 16
_PER_REQUEST = 64


class TokenCounter:
    """Counts the tokens of requests. tiktoken downloads its ranks, so it is asked once and its failure remembered.

    With `offline` it is not asked at all: a run on a server of one's own reaches out to nobody else.
    """

    def __init__(self, offline: bool = False) -> None:
        self.offline = offline
        self._encodings: dict[str, tiktoken.Encoding | None] = {}

    def exact(self, model: str) -> bool:
        """Whether counts for this model are its own tokeniser's."""
        return self._encoding(model) is not None

    def estimate(self, model: str, text: str) -> int:
        """The likely number of tokens of a text; for a model that tiktoken does not know, a rule of thumb."""
        encoding = self._encoding(model)
        if encoding is not None:
            return len(encoding.encode(text, disallowed_special=()))
        # English prose has some four letters a token; other scripts have one or two tokens a character.
        plain = sum(char < "\x80" for char in text)
        return -(-plain // 4) + (len(text.encode()) - plain + 1) // 2

    def request(self, model: str, request: Mapping[str, Any]) -> int:
        """The likely number of prompt tokens of a request, with its schema or tool."""
        return sum(self.estimate(model, text) for text in _texts(request)) + 4 * len(request["messages"])

    def bound(self, model: str, request: Mapping[str, Any]) -> int:
        """A number of prompt tokens that the request cannot exceed: what a hard budget has to reserve.

        No byte-level tokeniser makes more tokens than there are bytes, and templates add a little.
        """
        texts = _texts(request)
        encoding = self._encoding(model)
        if encoding is not None:
            size = sum(len(encoding.encode(text, disallowed_special=())) for text in texts)
        else:
            size = sum(len(text.encode()) for text in texts)
        return size + _PER_MESSAGE * len(request["messages"]) + _PER_REQUEST

    def _encoding(self, model: str) -> tiktoken.Encoding | None:
        if self.offline:
            return None
        if model not in self._encodings:
            self._encodings[model] = _load(model)
        return self._encodings[model]


_ranks: dict[str, Any] = {}
_lock = threading.Lock()


def _load(model: str) -> tiktoken.Encoding | None:
    """The model's encoding, None where tiktoken does not know it or cannot get its ranks: once per process."""
    import tiktoken

    try:
        name = tiktoken.encoding_name_for_model(model)
    except KeyError:
        return None
    with _lock:
        if name not in _ranks:
            got: list[Any] = []
            # The download has no time limit of its own; a thread left behind ends with the process.
            worker = threading.Thread(target=_fetch, args=(name, got), daemon=True)
            worker.start()
            worker.join(_PATIENCE_S)
            _ranks[name] = got[0] if got else None
        found: tiktoken.Encoding | None = _ranks[name]
    return found


def _fetch(name: str, got: list[Any]) -> None:
    import tiktoken

    try:
        got.append(tiktoken.get_encoding(name))
    except Exception:  # no network, no cache folder, a broken download: all the same
        return


def _texts(request: Mapping[str, Any]) -> list[str]:
    """Everything of a request that a server may turn into prompt tokens."""
    extra = [request[name] for name in ("response_format", "tools") if name in request]
    return [item["content"] for item in request["messages"]] + [
        json.dumps(item, ensure_ascii=False) for item in extra
    ]
