"""One endpoint, through the `openai` package: a request goes in, a reply or a fault comes out, nothing is raised."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .gateway_clock import Clock
from .model_faults import from_exception, from_response
from .model_settings import Endpoint
from .model_wire import Fault, FaultKind, Reply

if TYPE_CHECKING:
    import httpx2

__all__ = ["ModelClient"]

_CONNECT_S = 5.0


class ModelClient:
    """Sends chat completions to one endpoint, each once: retries are decided in one layer above.

    `timeout` is in seconds, for one request as a whole. `transport` replaces the network (tests).
    """

    def __init__(
        self,
        endpoint: Endpoint,
        timeout: float,
        clock: Clock,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        import httpx2
        import openai

        self._secret = endpoint.key
        self._timeout = timeout
        self._clock = clock
        http = httpx2.AsyncClient(
            transport=transport,
            timeout=httpx2.Timeout(timeout, connect=_CONNECT_S, pool=None),
            limits=httpx2.Limits(max_connections=None, max_keepalive_connections=32),
        )
        self._openai = openai.AsyncOpenAI(
            api_key=endpoint.key.reveal(),
            admin_api_key="",
            base_url=endpoint.base_url,
            max_retries=0,
            http_client=http,
        )
        # Without a key the header is left out, which the package wants to be told.
        left_out = [] if endpoint.key else ["Authorization"]
        if (
            not endpoint.shared
        ):  # the package adds these from the environment, and they are not meant for this server
            own = os.environ.get("OPENAI_CUSTOM_HEADERS", "").splitlines()
            left_out += [
                "OpenAI-Organization",
                "OpenAI-Project",
                *(line.split(":")[0].strip() for line in own),
            ]
        self._extra = {name: openai.Omit() for name in left_out if name}

    async def send(self, request: Mapping[str, Any]) -> Reply | Fault:
        """One attempt. A `Reply` is JSON with a list of choices; everything else is a `Fault`."""
        import openai

        started = self._clock.now()
        try:
            async with asyncio.timeout(self._timeout):
                raw = await self._openai.chat.completions.with_raw_response.create(
                    **request, extra_headers=self._extra
                )
            status, headers, text = raw.status_code, raw.headers, raw.text
        except openai.APIStatusError as error:
            return from_response(error.status_code, error.response.headers, _body(error), self._secret)
        except (openai.OpenAIError, OSError, TimeoutError) as error:
            return from_exception(error, self._secret)
        try:
            body = json.loads(text)
        except ValueError:
            body = None
        if isinstance(body, Mapping) and isinstance(body.get("choices"), list):
            return Reply(body, self._clock.now() - started)
        if isinstance(body, Mapping) and body.get("error"):  # some proxies answer 200 with an error inside
            code = body["error"].get("code") if isinstance(body["error"], Mapping) else None
            inner = code if isinstance(code, int) and 400 <= code < 600 else 502
            return from_response(inner, headers, body, self._secret)
        return Fault(FaultKind.NOT_API, "the answer is no chat completion", status, maybe_paid=True)

    async def look(self) -> Fault | None:
        """Ask for the list of models, which costs nothing: None where the server answered, else what is wrong."""
        import openai

        try:
            async with asyncio.timeout(self._timeout):
                await self._openai.models.with_raw_response.list(extra_headers=self._extra)
        except openai.APIStatusError as error:
            return from_response(error.status_code, error.response.headers, _body(error), self._secret)
        except (openai.OpenAIError, OSError, TimeoutError) as error:
            return from_exception(error, self._secret)
        return None

    async def close(self) -> None:
        """Close the connections."""
        await self._openai.close()


def _body(error: Any) -> Any:
    """The decoded body of an error answer, whole: the package hands out the inner `error` object only."""
    try:
        return json.loads(error.response.text)
    except ValueError:
        return error.response.text
