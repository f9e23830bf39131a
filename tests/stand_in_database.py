"""A stand-in for a database of papers: real HTTP on loopback, scripted answers. Everything it says was made by hand.

    with StandInDatabase(lambda path, params: Reply(body="…")) as server:
        settings = at("arxiv", server.url)

The answers of 429, 500, 503, stalls, cut and garbled bodies are ours too: no recording holds any.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from assignee.tools.database_settings import DATABASES, DatabaseSettings
from assignee.tools.model_secret import Secret

__all__ = ["Reply", "StandInDatabase", "WallTimeOfTests", "at", "feed"]


@dataclass(frozen=True)
class Reply:
    """One answer. A body that is no str or bytes is sent as JSON. `cut`: the connection ends in the middle of it."""

    body: Any = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False


Answerer = Callable[[str, dict[str, str]], Reply]


class WallTimeOfTests:
    """Wall time that passes only when somebody sleeps. `slept` lists the sleeps."""

    def __init__(self, now: float = 1.8e9) -> None:
        self._now = now
        self.slept: list[float] = []

    def now(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._now += seconds


class StandInDatabase:
    """The server. `asked` lists (path, parameters) in order of arrival, `headers` what came with each."""

    def __init__(self, answer: Answerer) -> None:
        self.answer = answer
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.headers: list[dict[str, str]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(server: StandInDatabase) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                pass

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                params = dict(parse_qsl(parts.query, keep_blank_values=True))
                server.asked.append((parts.path, params))
                server.headers.append({name.lower(): value for name, value in self.headers.items()})
                reply = server.answer(parts.path, params)
                body = reply.body if isinstance(reply.body, (str, bytes)) else json.dumps(reply.body)
                raw = body.encode() if isinstance(body, str) else body
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(raw) * (2 if reply.cut else 1)))
                self.end_headers()
                self.wfile.write(raw)

        return Handler


def at(name: str, url: str, *, contact: str = "", key: str = "") -> DatabaseSettings:
    """Settings that ask one database at that address."""
    keys = {name: Secret(key)} if key else {}
    return DatabaseSettings(contact=contact, urls={**DATABASES, name: url}, keys=keys)


def feed(*entries: str, total: int | None = None, start: int = 0) -> str:
    """An Atom feed in arXiv's form."""
    many = len(entries) if total is None else total
    return (
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom"'
        ' xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"><title>arXiv Query: made by hand</title>'
        f"<opensearch:totalResults>{many}</opensearch:totalResults>"
        f"<opensearch:startIndex>{start}</opensearch:startIndex>{''.join(entries)}</feed>"
    )
