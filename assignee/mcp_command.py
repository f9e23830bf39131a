"""`assignee mcp`: the MCP server over stdio, or over streamable HTTP behind a token."""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
import os
import socket
import sys
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assignee.errors import UserError
from assignee.jobs import Jobs
from assignee.settings import Settings

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

__all__ = ["TokenGate", "http_app", "is_loopback", "mcp_command"]

_PATH = "/mcp"
_MOST = 1_000_000  # bytes of one request
_LEAVE = 3  # seconds that open streams get when the server is stopped

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


def mcp_command(library: Sequence[Path], *, http: bool, host: str, port: int, token: str | None) -> int:
    """Serve until the client goes or Ctrl-C. Raises UserError for misuse, in one line."""
    if find_spec("mcp") is None:
        raise UserError("MCP needs an extra: pip install 'assignee[mcp]'")
    if token is not None and not token.strip():
        raise UserError("--token is empty; give a secret that callers must show")
    if http and token is None and not is_loopback(host):
        raise UserError(f"--host {host} is open to others: give --token TOKEN too, or serve on 127.0.0.1")
    if http and not 0 <= port <= 65535:
        raise UserError(f"--port is {port}; give a number from 0 to 65535")
    from assignee.mcp_server import roots

    given = roots(library)
    asyncio.run(_serve(given, _listen(host, port) if http else None, host, token))
    return 0


async def _serve(
    library: tuple[Path, ...], listening: socket.socket | None, host: str, token: str | None
) -> None:
    from assignee.mcp_server import Access, make_server

    jobs = await _jobs(Settings.from_env())
    try:
        server = make_server(jobs, Access(library, anywhere=listening is None))
        if listening is None:
            await server.run_stdio_async()
            return
        import uvicorn

        config = uvicorn.Config(
            http_app(server, host, token),
            log_level="error",
            timeout_graceful_shutdown=_LEAVE,
            access_log=False,
        )
        name, port = listening.getsockname()[:2]
        print(
            f"MCP on http://{f'[{name}]' if ':' in name else name}:{port}{_PATH}", file=sys.stderr, flush=True
        )
        await uvicorn.Server(config).serve(sockets=[listening])
    finally:
        await jobs.close()


async def _jobs(settings: Settings) -> Jobs:
    """The jobs of this home, or, where another server owns them, a queue of this process."""
    jobs = Jobs(settings)
    try:
        await jobs.open()
    except UserError as error:
        jobs = Jobs(settings, shared=False)
        await jobs.open()
        print(
            f"assignee: {error}; until then this one keeps its queue in memory", file=sys.stderr, flush=True
        )
    return jobs


def http_app(server: MCPServer[Any], host: str, token: str | None) -> Any:
    """The ASGI application. On loopback, foreign Host and Origin headers are refused; with a token, callers without."""
    app = server.streamable_http_app(
        streamable_http_path=_PATH,
        host="127.0.0.1" if is_loopback(host) else host,
        max_request_body_size=_MOST,
    )
    return TokenGate(app, token) if token is not None else app


class TokenGate:
    """Refuses (401) every HTTP request without `Authorization: Bearer TOKEN`."""

    def __init__(self, app: Any, token: str) -> None:
        self._app = app
        self._wanted = f"Bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        shown = dict(scope.get("headers", ())).get(b"authorization", b"")
        if scope["type"] == "http" and hmac.compare_digest(shown, self._wanted):
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"www-authenticate", b"Bearer")]
        await send({"type": "http.response.start", "status": 401, "headers": headers})
        await send(
            {"type": "http.response.body", "body": b"a token is needed: Authorization: Bearer TOKEN\n"}
        )


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else error
        raise UserError(
            f"{host}:{port} cannot be listened on: {why}; give another --port or --host"
        ) from error
