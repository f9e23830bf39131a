"""What every request passes before it reaches a route: the right host, a rate, a token, our own page, a size.

Written against the ASGI interface itself, so that nothing of a body is read before it may be.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import re
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assignee.web_limits import Rate
from assignee.web_settings import WebSettings

__all__ = ["COOKIE", "MARK", "Safety", "cookie_of", "knows", "same"]

_LOG = logging.getLogger("assignee.web")

COOKIE = "assignee_session"
MARK = "X-Assignee"  # a header of our own: another site's page cannot send it without being asked first, and is refused
_OPEN = re.compile(r"/|/page/[a-z]+\.(css|js|svg)|/openapi\.json|/api/session")
_UPLOAD = re.compile(r"/api/libraries/[^/]+/files")
_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?")
_SAFE = ("GET", "HEAD", "OPTIONS")
_PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _PAGE,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cache-Control": "no-store",
}


class _Refused(Exception):
    def __init__(self, status: int, line: str, **headers: str) -> None:
        super().__init__(line)
        self.status, self.line = status, line
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class Safety:
    """Wraps the application. Refusals are JSON, {"error": one line}; every response gets the headers above."""

    def __init__(self, app: ASGIApp, web: WebSettings, wrong: Rate) -> None:
        self._app = app
        self._web = web
        limits = web.limits
        self._reads, self._writes = Rate(limits.reads), Rate(limits.writes)
        self._files, self._wrong = Rate(limits.uploaded), wrong

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection. There are no web sockets here."""
        if scope["type"] != "http":
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008, "reason": "no web sockets here"})
            return

        started = False

        async def send_safely(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            self._check(scope, Headers(scope=scope))
            await self._app(scope, self._bounded(scope, receive), send_safely)
        except _Refused as refused:
            await _refuse(send_safely, refused)
        except ClientDisconnect:  # in the middle of what it sent
            return
        except Exception as error:
            _LOG.error("%s %s failed: %s: %s", scope["method"], scope["path"], type(error).__name__, error)
            _LOG.debug("where", exc_info=True)
            if not started:
                await _refuse(send_safely, _Refused(500, "the server failed; whoever runs it sees why"))

    def _check(self, scope: Scope, headers: Headers) -> None:
        host = self._host(headers)
        client = scope["client"][0] if scope.get("client") else "?"
        path, reading = scope["path"], scope["method"] in _SAFE
        rate = self._reads if reading else self._files if _UPLOAD.fullmatch(path) else self._writes
        if wait := rate.take(client):
            raise _Refused(429, f"too many requests; try again in {wait} seconds", Retry_After=str(wait))
        same_page = headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
        if path.startswith("/api/") and not same_page:
            raise _Refused(403, "another site's page may not ask here")
        self._token(headers, client, path)
        if not reading:
            origin = headers.get("origin")
            if origin is not None and urlsplit(origin).netloc.lower() != host:
                raise _Refused(403, "another site's page may not ask here")
            if MARK not in headers and "authorization" not in headers:
                raise _Refused(403, f"send the header {MARK}: 1, which a form of another site's page cannot")
        size = headers.get("content-length", "0")
        if not size.isdigit():
            raise _Refused(400, "the header Content-Length is no number")
        if int(size) > self._most(path):
            raise _Refused(413, _too_large(self._most(path)), Connection="close")

    def _host(self, headers: Headers) -> str:
        given = headers.getlist("host")
        match = _HOST.fullmatch(given[0]) if len(given) == 1 else None
        if match is None:
            raise _Refused(400, "the header Host is missing or makes no sense")
        if not self._web.answers_to(match[1].strip("[]")):
            raise _Refused(
                421, f"this server does not answer to the name {match[1]}; see: assignee serve --help"
            )
        return given[0].lower()

    def _token(self, headers: Headers, client: str, path: str) -> None:
        if _OPEN.fullmatch(path) or not self._web.token:
            return
        if wait := self._wrong.wait(client):
            line = f"too many wrong tokens; try again in {wait} seconds"
            raise _Refused(429, line, Retry_After=str(wait))
        if not knows(headers, self._web.token):
            if "authorization" in headers:
                self._wrong.take(client)
            raise _Refused(
                401,
                "a token is needed: sign in, or send Authorization: Bearer TOKEN",
                WWW_Authenticate="Bearer",
            )

    def _most(self, path: str) -> int:
        return self._web.limits.file if _UPLOAD.fullmatch(path) else self._web.limits.body

    def _bounded(self, scope: Scope, receive: Receive) -> Receive:
        most, seen = self._most(scope["path"]), 0

        async def bounded() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > most:  # sent in chunks, or the header lied
                raise HTTPException(413, _too_large(most), headers={"Connection": "close"})
            return message

        return bounded


def knows(headers: Headers, token: str) -> bool:
    """Whether a request carries the token, in its header or as the cookie of the sign-in. A wrong header decides."""
    given = headers.get("authorization")
    if given is not None:
        kind, _, value = given.partition(" ")
        return kind.lower() == "bearer" and same(value.strip(), token)
    cookies = re.findall(rf"(?:^|;\s*){COOKIE}=([0-9a-f]+)", headers.get("cookie", ""))
    return any(same(value, cookie_of(token)) for value in cookies)


def cookie_of(token: str) -> str:
    """What the cookie of the sign-in holds: made from the token, but not the token."""
    return hmac.new(token.encode(), b"assignee web session", hashlib.sha256).hexdigest()


def same(one: str, other: str) -> bool:
    """Compare secrets without telling by the time it takes where they differ."""
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))


def _too_large(most: int) -> str:
    told = f"{most // 1024 // 1024} MB" if most >= 1024 * 1024 else f"{most // 1024} KB"
    return f"too large: at most {told} at once"


async def _refuse(send: Send, refused: _Refused) -> None:
    body = json.dumps({"error": refused.line}).encode()
    headers = {"Content-Type": "application/json", "Content-Length": str(len(body)), **refused.headers}
    raw = [(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": refused.status, "headers": raw})
    await send({"type": "http.response.body", "body": body})
