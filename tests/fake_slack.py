"""A Slack of our own on loopback: its Web API with its limits, its signatures, its Socket Mode."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import re
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

__all__ = ["APP_TOKEN", "BOT", "BOT_TOKEN", "SECRET", "FakeSlack", "faults", "words"]

BOT, BOT_TOKEN, APP_TOKEN = "U0BOT0", "xoxb-made-up", "xapp-made-up"
SECRET = "a made-up signing secret"
NOW = 1_800_000_000.0
_KNOWN = re.compile(
    r"&(?!amp;|lt;|gt;)|<(?!@U[A-Z0-9]+>|https://[^<>|\s]+\|[^<>|]+>)[^<>]*|(?<![A-Z0-9a-z/.|+])>"
)


def faults(blocks: Any, most: int = 50) -> list[str]:
    """What Slack would not take of some blocks, and markup in them that is not ours."""
    found = []
    if not isinstance(blocks, list) or len(blocks) > most:
        return [f"no list of at most {most} blocks"]
    if most == 50 and len(json.dumps(blocks, ensure_ascii=False)) > 13_000:
        found.append("together too long")
    for block in blocks:
        kind = block.get("type")
        texts = [block["text"]] if kind in ("section", "header") else []
        if kind == "context":
            texts = block["elements"]
            if not 1 <= len(texts) <= 10:
                found.append("context elements")
        elements = (
            block["elements"] if kind == "actions" else [block[n] for n in ("accessory",) if n in block]
        )
        if len(elements) > 25 or (kind == "actions" and not elements):
            found.append("action elements")
        if len({item["action_id"] for item in elements}) != len(elements):
            found.append("action_id twice")
        for item in elements:
            label = item["text"]
            if label["type"] != "plain_text" or not 1 <= len(label["text"]) <= 75:
                found.append(f"button label {label}")
            if len(item["value"]) > 2000 or not 1 <= len(item["action_id"]) <= 255:
                found.append("button value")
        if kind not in ("section", "context", "actions", "divider"):
            found.append(f"unknown block {kind}")
        for text in texts:
            if not 1 <= len(text["text"]) <= 3000:
                found.append(f"text of {len(text['text'])} characters")
            if text["type"] == "mrkdwn" and not text.get("verbatim"):
                found.append("makes links by itself")
            found += [f"markup {hit!r}" for hit in _KNOWN.findall(text["text"])]
    return found


def words(message: Mapping[str, Any]) -> str:
    """All that a person reads in a message."""
    told = []
    for block in message["blocks"] or []:
        texts = (
            block.get("elements", [])
            if block["type"] == "context"
            else [block["text"]]
            if "text" in block
            else []
        )
        told += [text["text"] for text in texts]
    return "\n".join(told) or message["text"]


class FakeSlack:
    """An async context manager. `calls` are the Web API's in order, `messages` what stands there now."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.times: list[float] = []  # of the calls, by `clock`
        self.clock: Callable[[], float] = lambda: 0.0
        self.messages: dict[tuple[str, str], dict[str, Any]] = {}
        self.history: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        self.uploads: list[dict[str, Any]] = []
        self.views: list[dict[str, Any]] = []
        self.replies: list[dict[str, Any]] = []  # at reply addresses
        self.members = {"C1", "C2", "D1"}
        self.failures: dict[str, deque[Callable[[], web.Response]]] = defaultdict(deque)
        self.acknowledged: list[str] = []
        self.now = NOW
        self._files: dict[str, bytes] = {}
        self._count = 0
        self._changed = asyncio.Condition()
        self._socket: web.WebSocketResponse | None = None
        self._connected = asyncio.Event()
        self._acks: dict[str, asyncio.Future[dict[str, Any]]] = {}

    async def __aenter__(self) -> FakeSlack:
        app = web.Application(client_max_size=10_000_000)
        app.router.add_post("/api/{method}", self._api)
        app.router.add_post("/upload/{id}", self._upload)
        app.router.add_post("/reply", self._reply)
        app.router.add_get("/socket", self._serve_socket)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self.session = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.session.close()
        if self._socket is not None:
            await self._socket.close()
        await self._runner.cleanup()

    @property
    def api(self) -> str:
        return f"{self.base}/api/"

    def limit(self, method: str, times: int = 1, retry_after: str = "30") -> None:
        """Answer the next calls of a method with 429."""
        for _ in range(times):
            self.failures[method].append(
                lambda: web.json_response(
                    {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": retry_after}
                )
            )

    def refuse(self, method: str, code: str, times: int = 1) -> None:
        """Answer the next calls of a method with an error."""
        for _ in range(times):
            self.failures[method].append(lambda: web.json_response({"ok": False, "error": code}))

    def break_down(self, method: str, times: int = 1) -> None:
        """Answer the next calls of a method with a page of a broken server."""
        for _ in range(times):
            self.failures[method].append(
                lambda: web.Response(status=503, text="<html>", content_type="text/html")
            )

    def of(self, method: str) -> list[dict[str, Any]]:
        """The calls of one method."""
        return [given for name, given in self.calls if name == method]

    async def until(self, holds: Callable[[], Any]) -> Any:
        """Wait until something holds of what was called; gives its value."""
        async with asyncio.timeout(30), self._changed:
            while not (value := holds()):
                await self._changed.wait()
            return value

    # Deliveries over HTTP

    def sign(self, body: str, stamp: str) -> str:
        base = f"v0:{stamp}:{body}".encode()
        return "v0=" + hmac.new(SECRET.encode(), base, hashlib.sha256).hexdigest()

    async def post(
        self, address: str, body: str, kind: str, *, age: float = 0, forged: bool = False, retry: int = 0
    ) -> tuple[int, str]:
        """Deliver a signed body; (status, text)."""
        stamp = str(int(self.now - age))
        headers = {
            "Content-Type": kind,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": self.sign(body + ("x" if forged else ""), stamp),
        }
        if retry:
            headers |= {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_timeout"}
        async with self.session.post(address, data=body.encode(), headers=headers) as response:
            return response.status, await response.text()

    async def event(
        self, address: str, event: dict[str, Any], *, id: str = "", **more: Any
    ) -> tuple[int, str]:
        return await self.post(address, json.dumps(self.envelope(event, id)), "application/json", **more)

    async def command(self, address: str, text: str, *, trigger: str = "", **more: Any) -> tuple[int, str]:
        body = urlencode(self.slash(text, trigger))
        return await self.post(address, body, "application/x-www-form-urlencoded", **more)

    async def interact(self, address: str, payload: dict[str, Any], **more: Any) -> tuple[int, str]:
        body = urlencode({"payload": json.dumps(payload)})
        return await self.post(address, body, "application/x-www-form-urlencoded", **more)

    # What is delivered

    def envelope(self, event: dict[str, Any], id: str = "") -> dict[str, Any]:
        return {
            "type": "event_callback",
            "team_id": "T1",
            "api_app_id": "A1",
            "event_id": id or self._next("Ev"),
            "event_time": int(self.now),
            "authorizations": [{"team_id": "T1", "user_id": BOT, "is_bot": True}],
            "event": event,
        }

    def message(self, text: str, *, channel: str = "D1", thread: str = "", **more: Any) -> dict[str, Any]:
        ts = self._ts()
        made = {
            "type": "message",
            "channel": channel,
            "channel_type": "im" if channel.startswith("D") else "channel",
            "user": "U1",
            "text": text,
            "ts": ts,
            "event_ts": ts,
            "client_msg_id": self._next("client-"),
        }
        return made | ({"thread_ts": thread} if thread else {}) | more

    def mention(self, text: str, **more: Any) -> dict[str, Any]:
        given = self.message(f"<@{BOT}> {text}", channel="C1", **more) | {"type": "app_mention"}
        given.pop("channel_type")
        return given

    def slash(self, text: str, trigger: str = "", channel: str = "C1") -> dict[str, str]:
        return {
            "command": "/assignee",
            "text": text,
            "team_id": "T1",
            "channel_id": channel,
            "user_id": "U1",
            "api_app_id": "A1",
            "trigger_id": trigger or self._next("trigger-"),
            "response_url": f"{self.base}/reply",
        }

    def shortcut(self, text: str) -> dict[str, Any]:
        return {
            "type": "message_action",
            "callback_id": "assignee_review",
            "trigger_id": self._next("trigger-"),
            "team": {"id": "T1"},
            "user": {"id": "U1"},
            "channel": {"id": "C1"},
            "message": {"type": "message", "user": "U2", "text": text, "ts": self._ts()},
            "response_url": f"{self.base}/reply",
        }

    def click(self, message: dict[str, Any], label: str) -> dict[str, Any]:
        """A click on the first button of a message whose label begins so."""
        buttons = [
            item
            for block in message["blocks"]
            for item in (*(block["elements"] if block["type"] == "actions" else ()), block.get("accessory"))
            if item
        ]
        chosen = next(item for item in buttons if item["text"]["text"].startswith(label))
        return {
            "type": "block_actions",
            "trigger_id": self._next("trigger-"),
            "team": {"id": "T1"},
            "user": {"id": "U1"},
            "channel": {"id": message["channel"]},
            "message": {"ts": message["ts"], "thread_ts": message.get("thread_ts")},
            "container": {"type": "message", "message_ts": message["ts"], "channel_id": message["channel"]},
            "response_url": f"{self.base}/reply",
            "actions": [
                {"type": "button", "block_id": "b", **{n: chosen[n] for n in ("action_id", "value")}}
            ],
        }

    # Deliveries over Socket Mode

    async def send(self, kind: str, payload: dict[str, Any]) -> dict[str, Any]:
        """Deliver by Socket Mode; the acknowledgement."""
        async with asyncio.timeout(30):
            await self._connected.wait()
            id = self._next("envelope-")
            self._acks[id] = asyncio.get_running_loop().create_future()
            assert self._socket is not None
            await self._socket.send_json(
                {
                    "envelope_id": id,
                    "type": kind,
                    "payload": payload,
                    "accepts_response_payload": kind != "events_api",
                }
            )
            return await self._acks[id]

    async def _serve_socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._socket = socket
        await socket.send_json({"type": "hello", "num_connections": 1})
        self._connected.set()
        async for message in socket:
            told = json.loads(message.data)
            self.acknowledged.append(told["envelope_id"])
            self._acks[told["envelope_id"]].set_result(told)
        self._connected.clear()
        return socket

    # The Web API

    async def _api(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        given = (
            await request.json() if request.content_type == "application/json" else dict(await request.post())
        )
        given |= dict(request.query)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or given.get("token", "")
        failing = self.failures[method]
        answer = failing.popleft()() if failing else self._answer(method, given, token)
        async with self._changed:
            self.calls.append((method, given))
            self.times.append(self.clock())
            self._changed.notify_all()
        return answer

    def _answer(self, method: str, given: dict[str, Any], token: str) -> web.Response:
        if token != (APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN):
            return _no("invalid_auth")
        match method:
            case "auth.test":
                return _yes(user_id=BOT, bot_id="B0BOT0", team="Makers", team_id="T1", user="assignee")
            case "apps.connections.open":
                return _yes(url=self.base.replace("http", "ws") + "/socket")
            case "chat.postMessage" | "chat.postEphemeral":
                return self._post(method, given)
            case "chat.update":
                place = (given["channel"], given["ts"])
                if place not in self.messages:
                    return _no("message_not_found")
                if faults(given["blocks"]):
                    return _no("invalid_blocks")
                self._put(place, self.messages[place] | {n: given[n] for n in ("text", "blocks")})
                return _yes(channel=place[0], ts=place[1])
            case "conversations.open":
                self.members.add("D" + given["users"])
                return _yes(channel={"id": "D" + given["users"]})
            case "views.open":
                if faults(given["view"]["blocks"], 100) or len(given["view"]["title"]["text"]) > 24:
                    return _no("invalid_arguments")
                self.views.append(given["view"])
                return _yes(view={"id": "V1"})
            case "files.getUploadURLExternal":
                id = self._next("F")
                self._files[id] = b""
                return _yes(file_id=id, upload_url=f"{self.base}/upload/{id}")
            case "files.completeUploadExternal":
                if given["channel_id"] not in self.members:
                    return _no("not_in_channel")
                files = json.loads(given["files"])
                contents = {item["title"]: self._files[item["id"]] for item in files}
                self.uploads.append({**given, "files": contents})
                return _yes(files=files)
        return _no("unknown_method")

    def _post(self, method: str, given: dict[str, Any]) -> web.Response:
        if given["channel"] not in self.members:
            return _no("not_in_channel")
        if given.get("blocks") and faults(given["blocks"]):
            return _no("invalid_blocks")
        if not given.get("text") or len(given["text"]) > 40_000:
            return _no("msg_too_long")
        ts = self._ts()
        if method == "chat.postMessage":
            self._put((given["channel"], ts), {"blocks": [], **given, "ts": ts})
        return _yes(channel=given["channel"], ts=ts)

    def _put(self, place: tuple[str, str], message: dict[str, Any]) -> None:
        self.messages[place] = message
        self.history[place].append(message)

    async def _upload(self, request: web.Request) -> web.Response:
        self._files[request.match_info["id"]] = await request.read()
        return web.Response(text="OK")

    async def _reply(self, request: web.Request) -> web.Response:
        told = await request.json()
        async with self._changed:
            self.replies.append(told)
            self._changed.notify_all()
        return web.Response(text="ok")

    def _next(self, start: str) -> str:
        self._count += 1
        return f"{start}{self._count}"

    def _ts(self) -> str:
        self._count += 1
        return f"{NOW + self._count:.6f}"


def _yes(**more: Any) -> web.Response:
    return web.json_response({"ok": True, **more})


def _no(code: str) -> web.Response:
    return web.json_response({"ok": False, "error": code})
