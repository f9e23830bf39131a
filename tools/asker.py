"""Who asks a service, and with what: a client for one address, in the line that all processes of a home share."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assignee import __version__

from .database_settings import DatabaseSettings
from .http_cache import HttpCache
from .http_client import Client, Params
from .http_clock import WallClock, WallTime
from .http_turns import Turns
from .toolbox import Toolbox

if TYPE_CHECKING:
    import httpx2

__all__ = ["Asker", "Line"]


@dataclass(frozen=True, slots=True)
class Line:
    """Who stands in line with whom: `name` of the line, seconds between two requests, and whether one at a time."""

    name: str
    interval: float
    alone: bool = False


class Asker:
    """Whoever asks a service: made with the toolbox, safe across threads, without state between two calls.

    `settings` defaults to the environment; `clock`, `transport` and `rng` are for tests. `library` is not read: sources
    of the registry are made with one. Raises UserError for settings that cannot be used.
    """

    def __init__(
        self,
        toolbox: Toolbox,
        library: Sequence[Path] = (),
        *,
        settings: DatabaseSettings | None = None,
        clock: WallClock | None = None,
        transport: httpx2.BaseTransport | None = None,
        rng: random.Random | None = None,
    ) -> None:
        self._toolbox = toolbox
        self._settings = DatabaseSettings.from_env() if settings is None else settings
        self._clock: WallClock = clock or WallTime()
        self._transport, self._rng = transport, rng

    @contextmanager
    def client(
        self,
        base_url: str,
        line: Line,
        *,
        headers: Mapping[str, str] | None = None,
        secret_params: Params = (),
        cached: bool = True,
    ) -> Iterator[Client]:
        """A client that is closed at the end. Lines and answers lie in the home's http; `cached` False keeps no answer."""
        folder = self._toolbox.settings.home / "http"
        with ExitStack() as stack:
            cache = HttpCache(folder / "answers.db", self._clock) if cached else None
            if cache is not None:
                stack.callback(cache.close)
            client = Client(
                base_url,
                Turns(folder / f"{line.name}.json", line.interval, self._clock, alone=line.alone),
                self._clock,
                cache=cache,
                headers={"User-Agent": self._settings.user_agent(__version__), **(headers or {})},
                secret_params=secret_params,
                keep_alive=not line.alone,
                transport=self._transport,
                rng=self._rng,
            )
            stack.callback(client.close)
            yield client
