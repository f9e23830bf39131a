"""GET requests to one address: in turn, retried where that can help, cached, bounded, to its own host only."""

from __future__ import annotations

import http
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Generic, TypeVar
from urllib.parse import urljoin

from .http_cache import HttpCache
from .http_clock import WallClock
from .http_errors import Elsewhere, NoAnswer, NotThere, Refused
from .http_turns import Turns
from .retry_after import retry_after

if TYPE_CHECKING:
    import ssl

    import httpx2
    from tenacity import RetryCallState

__all__ = ["MOST_BYTES", "MOST_FILE_BYTES", "Client", "Garbled"]

MOST_BYTES = 16 << 20
"""The longest answer that is read, after decompression."""

MOST_FILE_BYTES = 32 << 20
"""The longest file that is downloaded, after decompression."""

_ATTEMPTS = 3
_WAIT_CAP_S = 20.0  # the longest Retry-After that is waited for
_BACKOFF_S, _BACKOFF_CAP_S = 1.0, 8.0
_CONNECT_S, _READ_S, _WHOLE_S, _WHOLE_FILE_S = 5.0, 20.0, 40.0, 60.0
_REDIRECTS = 3
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})

T = TypeVar("T")
Params = Sequence[tuple[str, str]]
Reader = Callable[[bytes, Mapping[str, str]], T]


class Garbled(Exception):
    """Raised by a reader: the body is not what was asked for. The message is a clause: "it is no JSON"."""


@dataclass(frozen=True, slots=True)
class _Fault:
    what: str
    wait: float | None = None
    attempts: int = _ATTEMPTS


@dataclass(frozen=True, slots=True)
class _Answer(Generic[T]):
    body: bytes
    value: T


class Client:
    """Safe across threads. `headers` and `secret_params` go with each request and into no cache, message or log.

    `base_url` names the only host that is ever asked; redirects elsewhere are not followed. `transport` replaces
    the network (tests). `rng` spreads the waits.
    """

    def __init__(
        self,
        base_url: str,
        turns: Turns,
        clock: WallClock,
        *,
        cache: HttpCache | None = None,
        headers: Mapping[str, str] | None = None,
        secret_params: Params = (),
        keep_alive: bool = True,
        transport: httpx2.BaseTransport | None = None,
        rng: random.Random | None = None,
    ) -> None:
        import httpx2

        self._base = httpx2.URL(base_url)
        self._turns, self._clock, self._cache = turns, clock, cache
        self._secret_params = tuple(secret_params)
        self._rng = rng or random.Random()
        self._http = httpx2.Client(
            headers=dict(headers or {}),
            verify=_trusted(),
            timeout=httpx2.Timeout(_READ_S, connect=_CONNECT_S),
            limits=httpx2.Limits(max_keepalive_connections=4 if keep_alive else 0),
            transport=transport,
        )

    def get(self, path: str, params: Params, read: Callable[[bytes], T]) -> T:
        """What `read` makes of the body. It raises Garbled for a body that is worth asking for again.

        Raises NotThere, Refused, or NoAnswer once the attempts are used up.
        """
        url = self._url(path)
        if self._cache is not None and (kept := self._cache.get(url, params)) is not None:
            try:
                return read(kept)
            except Garbled:
                self._cache.drop(url, params)
        body, value = self._asked(url, params, lambda body, _: read(body), MOST_BYTES, _WHOLE_S)
        if self._cache is not None:
            self._cache.put(url, params, body)
        return value

    def download(self, path: str, read: Reader[T]) -> T:
        """What `read` makes of a file and its headers; the file is kept nowhere. `path` may hold a query.

        Raises what `get` raises, Elsewhere for a redirect to another host, and what `read` raises.
        """
        return self._asked(self._url(path), (), read, MOST_FILE_BYTES, _WHOLE_FILE_S)[1]

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _url(self, path: str) -> str:
        return str(self._base).rstrip("/") + path

    def _asked(self, url: str, params: Params, read: Reader[T], most: int, whole_s: float) -> tuple[bytes, T]:
        from tenacity import Retrying, retry_if_result

        retrying = Retrying(
            sleep=self._clock.sleep,
            retry=retry_if_result(lambda got: isinstance(got, _Fault)),
            stop=lambda state: (
                state.attempt_number >= _result(state).attempts or (_result(state).wait or 0.0) > _WAIT_CAP_S
            ),
            wait=self._wait,
            retry_error_callback=_result,
        )
        got: _Answer[T] | _Fault = retrying(self._attempt, url, params, read, most, whole_s)
        if isinstance(got, _Fault):
            self._turns.failed(got.wait if got.wait and got.wait > _WAIT_CAP_S else 0.0)
            attempts = int(retrying.statistics["attempt_number"])
            raise NoAnswer(got.what + (f" (asked {attempts} times)" if attempts > 1 else ""))
        self._turns.answered()
        return got.body, got.value

    def _wait(self, state: RetryCallState) -> float:
        fault = _result(state)
        if fault.wait is not None:
            return min(fault.wait, _WAIT_CAP_S)
        longest = min(_BACKOFF_S * 2 ** (state.attempt_number - 1), _BACKOFF_CAP_S)
        return float(longest * (1 - self._rng.random() / 2))

    def _attempt(
        self, url: str, params: Params, read: Reader[T], most: int, whole_s: float
    ) -> _Answer[T] | _Fault:
        """One request with its redirects."""
        import httpx2

        try:
            status, headers, body = self._send(url, params, most, whole_s)
        except httpx2.ConnectTimeout:
            return _Fault("no answer to the connection", attempts=2)
        except TimeoutError:  # it drips: a second time would be as slow
            return _Fault("no answer in time", attempts=1)
        except httpx2.TimeoutException:
            return _Fault("no answer in time", attempts=2)
        except httpx2.ConnectError as error:
            return _Fault("no such host" if "name" in str(error).lower() else "no connection", attempts=2)
        except (httpx2.DecodingError, UnicodeError):
            return _Fault("a body that cannot be decoded")
        except httpx2.HTTPError:
            return _Fault("the connection was cut")
        told = f"{status} {http.HTTPStatus(status).phrase}" if status in _STATUSES else str(status)
        if status in _PASSING:
            wait = retry_after(headers)
            if wait is not None and wait > _WAIT_CAP_S:
                told += f", and asks to wait {_span(wait)}"
            return _Fault(told, wait)
        if status in (404, 410):
            raise NotThere(told)
        if status != 200:
            self._turns.answered()
            raise Refused(told + (", check its key" if status in (401, 403) and most == MOST_BYTES else ""))
        try:
            return _Answer(body, read(body, headers))
        except Garbled as error:
            kind = headers.get("content-type", "").split(";")[0].strip()
            odd = f" ({kind})" if "/" in kind and len(kind) < 40 and kind.isprintable() else ""
            return _Fault(f"an answer that cannot be used: {error}{odd}")

    def _send(
        self, url: str, params: Params, most: int, whole_s: float
    ) -> tuple[int, Mapping[str, str], bytes]:
        import httpx2

        target = httpx2.URL(url)
        if query := (*params, *self._secret_params):
            target = target.copy_merge_params(query)
        deadline = self._clock.now() + whole_s
        for _ in range(_REDIRECTS + 1):
            with self._turns.turn(), self._http.stream("GET", target) as response:
                if response.status_code in (301, 302, 303, 307, 308):
                    raw = response.headers.get("location", "")
                    target = self._allowed(target, raw)
                    continue
                if response.status_code != 200:
                    return response.status_code, response.headers, b""
                body = bytearray()
                for piece in response.iter_bytes():
                    body += piece
                    if len(body) > most:
                        raise Refused(f"an answer of more than {most >> 20} MB")
                    if self._clock.now() > deadline:
                        raise TimeoutError
                return 200, response.headers, bytes(body)
        raise Refused("it redirects in circles")

    def _allowed(self, here: httpx2.URL, location: str) -> httpx2.URL:
        import httpx2

        try:
            target = httpx2.URL(urljoin(str(here), location))
        except (httpx2.InvalidURL, ValueError):
            raise Refused("it redirects to no address") from None
        upgraded = target.scheme == "https" and self._base.scheme == "http" and target.port is None
        same = target.scheme == self._base.scheme and _port(target) == _port(self._base)
        if target.host != self._base.host or not (same or upgraded):
            raise Elsewhere("it redirects to another host, which is not followed", str(target))
        return target


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates that are trusted, read once a process: it takes longer than most requests."""
    import httpx2

    return httpx2.create_ssl_context()


_STATUSES = frozenset(int(item) for item in http.HTTPStatus)


def _port(url: httpx2.URL) -> int:
    return url.port or {"https": 443, "http": 80}.get(url.scheme, 0)


def _result(state: RetryCallState) -> _Fault:
    assert state.outcome is not None
    fault: _Fault = state.outcome.result()
    return fault


def _span(seconds: float) -> str:
    for size, name in ((3600.0, "h"), (60.0, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {name}"
    return f"{seconds:.0f} s"
