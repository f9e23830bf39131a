"""Cassettes: what is recorded, what is left out, and the server that they were recorded against.

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
from stand_in_server import Answerer, StandIn
from vcr import VCR
from vcr.serializers import yamlserializer

__all__ = ["CONFIG", "HEADER", "ModelEnv", "live_env", "model_env", "player", "vcr_config"]

BASE = "http://model.invalid/v1"
STAND_IN = "a stand-in (tests/stand_in_server.py), no real model"
HEADER = re.compile(r"# Recorded against (?P<what>.+); model: (?P<model>\S+)\n")
_KEPT = ("content-type", "retry-after", "retry-after-ms")
_recorded = (STAND_IN, "stand-in")  # what the cassette that is being written was recorded against
ModelEnv = Callable[[Answerer], AbstractContextManager[dict[str, str]]]


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


CONFIG: dict[str, Any] = {
    "match_on": ("method", "uri", "body"),
    "before_record_request": _request,
    "before_record_response": _response,
    "decode_compressed_response": True,
}


class _Serializer:
    """YAML with a first line that says what it was recorded against."""

    @staticmethod
    def serialize(cassette: dict[str, Any]) -> str:
        what, model = _recorded
        return f"# Recorded against {what}; model: {model}\n{yamlserializer.serialize(cassette)}"

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
            _recorded = (f"the model served at {host}", env["ASSIGNEE_MODEL"])
            yield env
        else:
            _recorded = (STAND_IN, "stand-in")
            with StandIn(answer) as server:
                yield server.env()

    return opened
