"""`assignee serve`: the web page and the JSON interface."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from assignee.errors import UserError
from assignee.settings import Settings

if TYPE_CHECKING:
    from assignee.web_settings import WebSettings

__all__ = ["serve_command"]

_SHORT = 16  # characters of a token that can be guessed in time


def serve_command(
    *,
    host: str,
    port: int,
    token: str,
    library: Sequence[Path],
    engine: str,
    names: Sequence[str],
    concurrency: int,
) -> int:
    """Serve until interrupted; returns the exit code. Raises UserError, with nothing started, for what cannot be."""
    from assignee.request import check_library
    from assignee.web_settings import WebSettings, is_loopback

    web = WebSettings(
        host=host,
        port=port,
        token=token or os.environ.get("ASSIGNEE_TOKEN", ""),
        library=tuple(library),
        engine=engine,
        names=tuple(names),
    )
    for path in web.library:
        check_library(path)
    _check_engine(engine)
    if web.token and len(web.token) < _SHORT and not is_loopback(host):
        print(
            f"assignee: the token is short; one of {_SHORT} signs or more cannot be guessed", file=sys.stderr
        )
    try:
        import fastapi  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError:
        raise UserError("the web page needs an extra: pip install 'assignee[web]'") from None
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(web, Settings.from_env(), concurrency))
    return 0


def _check_engine(engine: str) -> None:
    from assignee.graphs.engine_choice import choose_engine

    choose_engine(engine)


async def _serve(web: WebSettings, settings: Settings, concurrency: int) -> None:
    import uvicorn

    from assignee.jobs import Jobs
    from assignee.web_app import create_app

    with _listening(web.host, web.port) as listening:
        async with Jobs(settings, concurrency=concurrency) as jobs:
            app = create_app(jobs, web)
            in_use = {path for job in jobs.jobs(limit=1_000_000) for path in job.request.get("library", ())}
            await asyncio.to_thread(app.state.shared.uploads.tidy, in_use)
            config = uvicorn.Config(
                app,
                log_level="warning",
                access_log=False,
                lifespan="off",
                ws="none",
                server_header=False,
                proxy_headers=False,
                limit_concurrency=500,
                timeout_graceful_shutdown=2,  # pages that watch would hold it open
            )
            port = listening.getsockname()[1]
            shown = f"[{web.host}]" if ":" in web.host else web.host
            print(f"assignee serves http://{shown}:{port}/ (stop with Ctrl-C)", flush=True)
            await uvicorn.Server(config).serve(sockets=[listening])


def _listening(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise UserError(f"--host {host} is no address of this machine: {error.strerror}") from error
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(address)
    except OSError as error:
        listening.close()
        raise UserError(
            f"cannot listen at {host} port {port}: {error.strerror}; give another --port or --host"
        ) from error
    return listening
