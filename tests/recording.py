"""Cassettes: what is recorded, what is left out, and the server that they were recorded against.

Those of databases and other services are recorded from a server of ours only.

`make record` runs the tests marked `vcr` and writes their cassettes anew: against a real endpoint when a key is
set, else against the scripted stand-in. The first line of each cassette says which. In every other run nothing
is sent: a request that is not on the cassette, to the letter of its body, is an error.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from stand_in_database import Answerer as Service
from stand_in_database import StandInDatabase
from stand_in_server import Answerer, StandIn
from vcr import VCR
from vcr.serializers import yamlserializer

__all__ = [
    "CONFIG",
    "HEADER",
    "SERVICE_CONFIG",
    "SERVICE_HEADER",
    "ModelEnv",
    "ServiceUrl",
    "live_env",
    "model_env",
    "player",
    "service_url",
    "vcr_config",
]

BASE = "http://model.invalid/v1"
SERVICE = "http://service.invalid"
STAND_IN = "a stand-in (tests/stand_in_server.py), no real model"
HEADER = re.compile(r"# Recorded against (?P<what>.+); model: (?P<model>\S+)\n")
SERVICE_HEADER = re.compile(r"# Recorded against (?P<what>a stand-in \(tests/\w+\.py\), no real service)\n")
_KEPT = ("content-type", "retry-after", "retry-after-ms")
_recorded = f"{STAND_IN}; model: stand-in"  # what the cassette that is being written was recorded against
ModelEnv = Callable[[Answerer], AbstractContextManager[dict[str, str]]]
ServiceUrl = Callable[[Service], AbstractContextManager[str]]


def _request(request: Any) -> Any:
    """One address for every server and port, and no header but the content type."""
    request.uri = re.sub(r"^https?://.*?(?=/chat/completions|/models)", BASE, request.uri)
    kept = {name.lower(): value for name, value in request.headers.items() if name.lower() in _KEPT}
    request.headers.clear()
    request.headers.update(kept)
    return request


def _response(response: dict[str, Any]) -> dict[str, Any]:
    """Only what decides how we read it: no cookies, no account names, no dates."""
    kept = {name: value for name, value in response["headers"].items() if name.lower() in _KEPT}
    return response | {"headers": kept}


def _service_request(request: Any) -> Any:
    """One address for every port, and no header: they hold contact and keys."""
    request.uri = re.sub(r"^http://127\.0\.0\.1:\d+", SERVICE, request.uri)
    request.headers.clear()
    return request


CONFIG: dict[str, Any] = {
    "match_on": ("method", "uri", "body"),
    "before_record_request": _request,
    "before_record_response": _response,
    "decode_compressed_response": True,
}
SERVICE_CONFIG: dict[str, Any] = CONFIG | {
    "before_record_request": _service_request,
    "filter_query_parameters": ["api_key", "mailto", "email"],  # keys and contact
}


class _Serializer:
    """YAML with a first line that says what it was recorded against."""

    @staticmethod
    def serialize(cassette: dict[str, Any]) -> str:
        return f"# Recorded against {_recorded}\n{yamlserializer.serialize(cassette)}"

    deserialize = staticmethod(yamlserializer.deserialize)


def pytest_recording_configure(config: pytest.Config, vcr: VCR) -> None:
    vcr.register_serializer("yaml", _Serializer)


def player(cassette: Path) -> Any:
    """The cassette as a context manager that plays and never records."""
    return VCR(**CONFIG).use_cassette(str(cassette), record_mode="none")


def live_env() -> dict[str, str]:
    """The real endpoint to test or record against; {} without one. Not the names that a run reads, on purpose."""
    key, url = os.environ.get("ASSIGNEE_LIVE_KEY", ""), os.environ.get("ASSIGNEE_LIVE_BASE_URL", "")
    model = os.environ.get("ASSIGNEE_LIVE_MODEL", "")
    if not model or not (key or url):
        return {}
    env = {"ASSIGNEE_MODEL": model, "OPENAI_API_KEY": key, "OPENAI_BASE_URL": url}
    return {name: value for name, value in env.items() if value}


@pytest.fixture
def vcr_config() -> dict[str, Any]:
    """Read by pytest-recording."""
    return dict(CONFIG)


@pytest.fixture
def model_env(record_mode: str, vcr_cassette_dir: str, default_cassette_name: str) -> ModelEnv:
    """`with model_env(answer) as env`: settings that reach the cassette, or the server that it is recorded from."""
    cassette = Path(vcr_cassette_dir, f"{default_cassette_name}.yaml")

    @contextmanager
    def opened(answer: Answerer) -> Iterator[dict[str, str]]:
        global _recorded
        if record_mode == "none":
            with cassette.open(encoding="utf-8") as lines:
                header = HEADER.match(lines.readline())
            assert header, f"{cassette} does not say what it was recorded against"
            yield {"ASSIGNEE_MODEL": header["model"], "OPENAI_BASE_URL": BASE}
        elif live_env():
            env = live_env()
            host = env.get("OPENAI_BASE_URL", "https://api.openai.com/v1").split("/")[2]
            _recorded = f"the model served at {host}; model: {env['ASSIGNEE_MODEL']}"
            yield env
        else:
            _recorded = f"{STAND_IN}; model: stand-in"
            with StandIn(answer) as server:
                yield server.env()

    return opened


@pytest.fixture
def service_url(record_mode: str, vcr_cassette_dir: str, default_cassette_name: str) -> ServiceUrl:
    """`with service_url(answer) as url`: an address that reaches the cassette, or the server that it is recorded from.

    A module of such tests sets `vcr_config` to `SERVICE_CONFIG`.
    """
    cassette = Path(vcr_cassette_dir, f"{default_cassette_name}.yaml")

    @contextmanager
    def opened(answer: Service) -> Iterator[str]:
        global _recorded
        if record_mode == "none":
            with cassette.open(encoding="utf-8") as lines:
                assert SERVICE_HEADER.match(lines.readline()), (
                    f"{cassette} does not say what it was recorded against"
                )
            yield SERVICE
        else:
            module = answer.__module__.rpartition(".")[2]
            _recorded = f"a stand-in (tests/{module}.py), no real service"
            with StandInDatabase(answer) as server:
                yield server.url

    return opened
