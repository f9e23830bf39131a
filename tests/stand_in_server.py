"""A stand-in for a language model's server: real HTTP on loopback, answers well or badly, as scripted.

    with StandIn(sensible) as server:        # sensible(request: dict) -> dict | str | Bad
        settings = ModelSettings.from_env(server.env())

The answerer gets the decoded request body. A dict or a list is an answer object, put where the request asks for
it (message content, or the arguments of the forced tool); a str is sent as it is; a `Bad` misbehaves. `takes`
says which ways to ask for JSON the server knows: the others get the 400 that real servers send.
"""

from __future__ import annotations

import json
import ssl
import struct
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

__all__ = [
    "WAYS",
    "Answerer",
    "Bad",
    "StandIn",
    "asked_schema",
    "completion",
    "example_of",
    "prompt_text",
    "way",
]

WAYS = ("json_schema", "json_object", "tool", "prompt")
Request = dict[str, Any]


@dataclass(frozen=True)
class Bad:
    """One way to misbehave. `how` is one of the keys of `_HOW`, or "status" with a body of one's own."""

    how: str
    status: int = 500
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0


Answerer = Callable[[Request], Any]


def way(request: Request) -> str:
    """Which way of asking for JSON a request takes."""
    wanted = (request.get("response_format") or {}).get("type")
    if wanted in ("json_schema", "json_object"):
        return str(wanted)
    return "tool" if request.get("tools") else "prompt"


def prompt_text(request: Request) -> str:
    """All messages as one text."""
    return "\n".join(item["content"] for item in request["messages"])


def asked_schema(request: Request) -> dict[str, Any] | None:
    """The schema that the request carries, wherever it is: response format, tool, or the last line of a prompt."""
    if way(request) == "json_schema":
        found: dict[str, Any] = request["response_format"]["json_schema"]["schema"]
        return found
    if way(request) == "tool":
        found = request["tools"][0]["function"]["parameters"]
        return found
    marker = "this JSON schema:\n"
    for item in request["messages"]:
        if marker in item["content"]:
            found, _ = json.JSONDecoder().raw_decode(item["content"].split(marker, 1)[1])
            return found
    return None


def example_of(schema: Mapping[str, Any], root: Mapping[str, Any] | None = None) -> Any:
    """The smallest value that a schema allows: empty lists, first choices, lower bounds."""
    root = root or schema
    if "$ref" in schema:
        return example_of(root["$defs"][schema["$ref"].rsplit("/", 1)[1]], root)
    if "enum" in schema:
        return schema["enum"][0]
    if "const" in schema:
        return schema["const"]
    for name in ("anyOf", "oneOf", "allOf"):
        if name in schema:
            return example_of(schema[name][0], root)
    kind = schema.get("type")
    if kind == "object":
        return {name: example_of(item, root) for name, item in schema.get("properties", {}).items()}
    if kind == "array":
        return [example_of(schema["items"], root)] * schema.get("minItems", 0)
    if kind == "string":
        return "a" * schema.get("minLength", 1)
    if kind in ("number", "integer"):
        return schema.get("minimum", 0)
    return {"boolean": False, "null": None}.get(str(kind))


def completion(request: Request, answer: Any, *, finish: str = "stop", cached: int = 0) -> dict[str, Any]:
    """A chat completion in the shape that OpenAI's own API sends, with honest-looking counts (4 letters a token)."""
    text = answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)
    message: dict[str, Any] = {"role": "assistant", "content": text, "refusal": None}
    if way(request) == "tool" and not isinstance(answer, str):
        function = {"name": request["tools"][0]["function"]["name"], "arguments": text}
        calls = [{"id": "call_stand_in", "type": "function", "function": function}]
        message = {"role": "assistant", "content": None, "tool_calls": calls, "refusal": None}
    prompt, out = -(-len(json.dumps(request["messages"])) // 4), -(-len(text) // 4)
    return {
        "id": "chatcmpl-stand-in",
        "object": "chat.completion",
        "created": 1700000000,
        "model": f"{request['model']}-stand-in",
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": finish}],
        "usage": {
            "prompt_tokens": prompt,
            "completion_tokens": out,
            "total_tokens": prompt + out,
            "prompt_tokens_details": {"cached_tokens": min(cached, prompt), "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
        },
        "system_fingerprint": "fp_stand_in",
    }


def _error(message: str, code: str | None = None, param: str | None = None) -> dict[str, Any]:
    return {"error": {"message": message, "type": "invalid_request_error", "param": param, "code": code}}


def _choices(request: Request, **changes: Any) -> dict[str, Any]:
    body = completion(request, {})
    body["choices"][0] |= changes
    return body


# How to misbehave: (request, bad) -> (status, headers, body). A body that is no str is sent as JSON.
_HOW: dict[str, Callable[[Request, Bad], tuple[int, Mapping[str, str], Any]]] = {
    "status": lambda request, bad: (bad.status, bad.headers, bad.body or _error(f"scripted {bad.status}")),
    "rate_limit": lambda request, bad: (
        429,
        {"retry-after": str(bad.seconds or 1), **bad.headers},
        _error("Rate limit reached for requests", "rate_limit_exceeded"),
    ),
    "quota": lambda request, bad: (429, {}, _error("You exceeded your current quota", "insufficient_quota")),
    "key": lambda request, bad: (
        401,
        {},
        _error(f"Incorrect API key provided: {bad.body}", "invalid_api_key"),
    ),
    "model": lambda request, bad: (
        404,
        {},
        _error(
            f"The model `{request['model']}` does not exist or you do not have access to it.",
            "model_not_found",
        ),
    ),
    "context": lambda request, bad: (
        400,
        {},
        _error(
            "This model's maximum context length is 8 tokens. Please reduce the length of the messages.",
            "context_length_exceeded",
            "messages",
        ),
    ),
    "prose": lambda request, bad: (200, {}, completion(request, "I would say that it is rather likely.")),
    "html": lambda request, bad: (200, {"content-type": "text/html"}, "<html><body>Welcome</body></html>"),
    "no_choices": lambda request, bad: (200, {}, completion(request, {}) | {"choices": []}),
    "refusal": lambda request, bad: (
        200,
        {},
        _choices(
            request, message={"role": "assistant", "content": None, "refusal": "I cannot help with that."}
        ),
    ),
    "filter": lambda request, bad: (200, {}, _choices(request, finish_reason="content_filter")),
    "truncated": lambda request, bad: (
        200,
        {},
        completion(request, bad.body or '{"score": 0.', finish="length"),
    ),
}


class StandIn:
    """The server, in threads of its own, on a free port. `requests` are the bodies it got, in order of arrival.

    `latency` in seconds is slept before each answer; `key` makes every other key a 401; `tls` serves HTTPS with
    the certificate and key in that file; `lists` says whether it has a list of models.
    """

    def __init__(
        self,
        answer: Answerer | None = None,
        *,
        takes: Sequence[str] = WAYS,
        refuses: Sequence[str] = (),
        latency: float = 0.0,
        key: str | None = None,
        tls: Path | None = None,
        lists: bool = True,
    ) -> None:
        self.answer = answer or (lambda request: example_of(asked_schema(request) or {}))
        self.takes, self.refuses, self.latency, self.key = tuple(takes), tuple(refuses), latency, key
        self.lists = lists
        self.requests: list[Request] = []
        self.headers: list[dict[str, str]] = []
        self.in_flight = self.most_in_flight = 0
        self._lock = threading.Lock()
        self._let_go = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        # A client that goes away in the middle is no news; the traceback would stand on the tests' standard error.
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]
        if tls is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(tls)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._scheme = "https" if tls else "http"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    @property
    def url(self) -> str:
        """What goes into OPENAI_BASE_URL."""
        return f"{self._scheme}://127.0.0.1:{self._server.server_address[1]}/v1"

    def env(self, **more: str) -> dict[str, str]:
        """An environment that points every role at this server."""
        return {"ASSIGNEE_MODEL": "stand-in", "OPENAI_BASE_URL": self.url, **more}

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Go away. Stopping twice is fine."""
        if self._let_go.is_set():
            return
        self._let_go.set()  # who stalls, stalls no longer
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def respond(
        self, request: Request, headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], Any] | Bad:
        """What to send: (status, headers, body), or the `Bad` that has to happen on the socket."""
        if self.key is not None and headers.get("authorization") != f"Bearer {self.key}":
            return 401, {}, _error("Incorrect API key provided.", "invalid_api_key")
        for name in self.refuses:
            if name in request or (name == "system" and request["messages"][0]["role"] == "system"):
                return 400, {}, _refused(name)
        if way(request) not in self.takes:
            what = "tools" if way(request) == "tool" else "response_format"
            told = f"'{what}' of type '{way(request)}' is not supported with this model."
            return 400, {}, _error(f"Invalid parameter: {told}", None, what)
        got = self.answer(request)
        if not isinstance(got, Bad):
            return 200, {}, completion(request, got)
        if got.how in ("stall", "cut"):
            return got
        return _HOW[got.how](request, got)

    def _handler(server: StandIn) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = (
                1 << 16
            )  # headers and body in one packet, else each answer waits 40 ms for an acknowledgement
            disable_nagle_algorithm = True

            def log_message(self, *_: object) -> None:
                pass

            def do_GET(self) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                if server._let_go.is_set():
                    self.close_connection = True
                elif server.key is not None and headers.get("authorization") != f"Bearer {server.key}":
                    self._send(401, {}, _error("You didn't provide an API key.", "invalid_api_key"))
                elif server.lists:
                    self._send(200, {}, {"object": "list", "data": [{"id": "stand-in", "object": "model"}]})
                else:
                    self._send(404, {"content-type": "text/html"}, "<html>404 page not found</html>")

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers.get("content-length", 0)))
                if server._let_go.is_set():  # the server is gone, whatever connections it had kept open
                    self.close_connection = True
                    return
                headers = {name.lower(): value for name, value in self.headers.items()}
                if self.path.split("?")[0] != "/v1/chat/completions":
                    self._send(404, {"content-type": "text/html"}, "<html>404 page not found</html>")
                    return
                request = json.loads(raw)
                with server._lock:
                    server.requests.append(request)
                    server.headers.append(headers)
                    server.in_flight += 1
                    server.most_in_flight = max(server.most_in_flight, server.in_flight)
                try:
                    if server.latency:
                        time.sleep(server.latency)
                    self._play(server.respond(request, headers), request)
                finally:
                    with server._lock:
                        server.in_flight -= 1

            def _play(self, what: tuple[int, Mapping[str, str], Any] | Bad, request: Request) -> None:
                if not isinstance(what, Bad):
                    self._send(*what)
                elif what.how == "stall":
                    server._let_go.wait(what.seconds or 60)
                    self.close_connection = True
                else:  # half of the body, then a reset
                    body = json.dumps(completion(request, {"half": "x" * 400})).encode()
                    self.send_response(200)
                    self.send_header("content-type", "application/json")
                    self.send_header("content-length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body[: len(body) // 2])
                    self.wfile.flush()
                    import socket

                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    self.close_connection = True

            def _send(self, status: int, headers: Mapping[str, str], body: Any) -> None:
                raw = (body if isinstance(body, str) else json.dumps(body)).encode()
                self.send_response(status)
                for name, value in {"content-type": "application/json", **headers}.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)
                self.wfile.flush()

        return Handler


def _refused(name: str) -> dict[str, Any]:
    if name == "system":
        told = "Unsupported value: 'messages[0].role' does not support 'system' with this model."
        return _error(told, "unsupported_value", "messages[0].role")
    if name == "max_tokens":
        told = (
            "Unsupported parameter: 'max_tokens' is not supported with this model. "
            "Use 'max_completion_tokens' instead."
        )
        return _error(told, "unsupported_parameter", "max_tokens")
    told = f"Unsupported value: '{name}' does not support this value with this model."
    return _error(told, "unsupported_value", name)
