"""`assignee slack`: reviews for the people of a Slack workspace."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assignee.errors import RunError, UserError
from assignee.request import checked
from assignee.settings import Settings
from assignee.slack_calls import LOG, Calls, SlackRefused
from assignee.slack_desk import Desk, Reviews
from assignee.slack_store import SlackStore

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp

    from assignee.jobs import Jobs
    from assignee.tools.gateway_clock import Clock

__all__ = ["Server", "SlackSetup", "slack_command"]

API = "https://slack.com/api/"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackSetup:
    """The secrets of the app, from the environment, and which way requests come in."""

    bot_token: str
    app_token: str = ""
    signing_secret: str = ""
    socket: bool = True
    host: str = "127.0.0.1"
    port: int = 3000
    api: str = API

    @classmethod
    def from_env(
        cls, *, socket: bool, http: bool, host: str, port: int, env: Mapping[str, str] | None = None
    ) -> SlackSetup:
        """Read SLACK_BOT_TOKEN and SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP).

        Socket Mode unless HTTP is asked for. SLACK_API_URL is where Slack's Web API is, if not at slack.com.
        Raises UserError that names all that is missing or wrong.
        """
        env = os.environ if env is None else env
        if socket and http:
            raise UserError("--socket and --http are two ways to be reached; give one of them")
        wanted = {
            "SLACK_BOT_TOKEN": "xoxb-",
            **({"SLACK_SIGNING_SECRET": ""} if http else {"SLACK_APP_TOKEN": "xapp-"}),
        }
        given = {name: env.get(name, "").strip() for name in wanted}
        missing = [name for name, value in given.items() if not value]
        if missing:
            raise UserError(f"{' and '.join(missing)} must be set; docs/slack.md says where to find them")
        for name, start in wanted.items():
            if not given[name].startswith(start):
                raise UserError(f"{name} does not begin with {start}; docs/slack.md says which token it is")
        if not 0 <= port <= 65535:
            raise UserError(f"--port is {port}; give a number from 0 to 65535")
        return cls(
            bot_token=given["SLACK_BOT_TOKEN"],
            app_token=given.get("SLACK_APP_TOKEN", ""),
            signing_secret=given.get("SLACK_SIGNING_SECRET", ""),
            socket=not http,
            host=host,
            port=port,
            api=_address(env.get("SLACK_API_URL", "").strip() or API),
        )


class Server:
    """Everything between Slack and the jobs; an async context manager. `address` is where HTTP listens."""

    def __init__(
        self,
        setup: SlackSetup,
        jobs: Jobs,
        reviews: Reviews,
        *,
        clock: Clock | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        from assignee.tools.gateway_clock import SystemClock

        self._setup = setup
        self._jobs = jobs
        self._reviews = reviews
        self._clock = clock or SystemClock()
        self._now = now
        self._closing: list[Callable[[], Awaitable[Any]]] = []
        self.team = ""
        self.address = ""

    async def __aenter__(self) -> Server:
        try:
            await self._open()
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        while self._closing:
            with suppress(Exception):
                await self._closing.pop()()

    async def _open(self) -> None:
        from aiohttp import ClientError, ClientSession, ClientTimeout
        from slack_sdk.web.async_client import AsyncWebClient

        from assignee.slack_app import make_app, who_am_i

        session = ClientSession(timeout=ClientTimeout(total=30), trust_env=True)
        self._closing.append(session.close)
        client = AsyncWebClient(
            token=self._setup.bot_token,
            base_url=self._setup.api,
            session=session,
            retry_handlers=[],
            trust_env_in_session=True,
        )
        try:
            bot = await who_am_i(client)
            self.team = bot.team
        except SlackRefused as refused:
            raise UserError(f"Slack does not take SLACK_BOT_TOKEN ({refused.code}); copy it anew") from None
        except (ClientError, OSError, TimeoutError) as error:
            raise RunError(
                f"Slack cannot be reached: {error or type(error).__name__}; see to the network"
            ) from None
        store = SlackStore(self._jobs.settings.home / "slack.db", self._now)
        self._closing.append(_later(store.close))
        self.desk = Desk(self._jobs, store, Calls(client, self._clock), self._reviews)
        self._closing.append(self.desk.close)
        app = make_app(self.desk, bot, client)
        await (self._connect(app, client) if self._setup.socket else self._listen(app, store))
        self.desk.open()

    async def _connect(self, app: AsyncApp, client: Any) -> None:
        from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
        from slack_sdk.errors import SlackApiError

        try:
            await client.apps_connections_open(app_token=self._setup.app_token)
        except SlackApiError as error:
            code = error.response.get("error", "no reason given")
            raise UserError(
                f"Slack does not take SLACK_APP_TOKEN ({code}); it needs the scope connections:write"
            ) from None
        handler = AsyncSocketModeHandler(app, self._setup.app_token)
        self._closing.append(handler.close_async)
        socket: Any = handler.client
        await socket.connect()

    async def _listen(self, app: AsyncApp, store: SlackStore) -> None:
        from aiohttp import web

        from assignee.slack_http import PATH, web_app

        runner = web.AppRunner(
            web_app(app, store, self._setup.signing_secret, self._now), access_log=None, handle_signals=False
        )
        self._closing.append(runner.cleanup)
        await runner.setup()
        site = web.TCPSite(runner, self._setup.host, self._setup.port)
        try:
            await site.start()
        except OSError as error:
            where = f"{self._setup.host}:{self._setup.port}"
            raise UserError(
                f"cannot listen on {where}: {error.strerror or error}; give another --port"
            ) from None
        port = runner.addresses[0][1]
        self.address = f"http://{self._setup.host}:{port}{PATH}"


def slack_command(
    *,
    socket: bool,
    http: bool,
    host: str,
    port: int,
    library: Sequence[Path],
    channels: Sequence[str],
    sources: Sequence[str],
    engine: str,
    concurrency: int,
) -> int:
    """Serve until interrupted; returns the exit code."""
    setup = SlackSetup.from_env(socket=socket, http=http, host=host, port=port)
    reviews = Reviews(
        library=tuple(library), sources=tuple(sources), engine=engine, channels=_channels(channels)
    )
    for place in ("", *reviews.channels):  # what cannot be carried out is said now, not to the first who asks
        if place or reviews.library or reviews.sources or not reviews.channels:
            checked(reviews.request("Does it work?", place))
    try:
        import aiohttp  # noqa: F401
        import slack_bolt  # noqa: F401
    except ImportError as error:
        raise UserError("Slack needs an extra; install it: pip install 'assignee[slack]'") from error
    _tell_errors()
    return asyncio.run(_serve(setup, reviews, concurrency))


async def _serve(setup: SlackSetup, reviews: Reviews, concurrency: int) -> int:
    from assignee.jobs import Jobs

    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    with suppress(NotImplementedError):
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stopped.set)
    async with (
        Jobs(Settings.from_env(), concurrency=concurrency) as jobs,
        Server(setup, jobs, reviews) as server,
    ):
        way = f"requests come to {server.address}" if server.address else "connected by Socket Mode"
        print(f"assignee answers in Slack ({server.team}); {way}. Stop with Ctrl-C.", file=sys.stderr)
        await stopped.wait()
        print("stopping; reviews go on when the server is started again", file=sys.stderr)
    return 0


def _channels(given: Sequence[str]) -> dict[str, Path]:
    """{"C123": path} from "C123=PATH"."""
    found: dict[str, Path] = {}
    for item in given:
        channel, _, path = item.partition("=")
        if not (channel.isalnum() and channel.isupper() and path):
            raise UserError(f"--channel {item!r}: give a channel's id and a path, such as C0123ABCD=papers/")
        found[channel] = Path(path).expanduser()
    return found


def _address(given: str) -> str:
    if not given.startswith(("https://", "http://127.0.0.1:")):
        raise UserError("SLACK_API_URL must begin with https://, for example https://slack-gov.com/api/")
    return given.rstrip("/") + "/"


class _OneLine(logging.Formatter):
    """Errors of libraries without their tracebacks, unless asked for."""

    def formatException(self, ei: Any) -> str:
        return super().formatException(ei) if os.environ.get("ASSIGNEE_DEBUG") else ""

    def format(self, record: logging.LogRecord) -> str:
        told = super().format(record)
        return told if os.environ.get("ASSIGNEE_DEBUG") else " ".join(told.split())


def _tell_errors() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(_OneLine("assignee: %(message)s"))
    LOG.handlers[:] = [handler]
    LOG.setLevel(logging.WARNING)
    LOG.propagate = False


def _later(close: Callable[[], None]) -> Callable[[], Awaitable[None]]:
    async def closing() -> None:
        close()

    return closing
