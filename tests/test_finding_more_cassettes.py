"""Contract tests of chasers and look-ups: what they send, to the letter, and what they make of recorded answers.

The cassettes have the formats of the services; they were recorded from tests/finding_world.py and say so. A request that is
not on its cassette (method, address, body) is an error.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from finding_world import INCLUDED, NAMES, services, settings, toolbox
from recording import SERVICE_CONFIG, SERVICE_HEADER, ServiceUrl
from stand_in_database import WallTimeOfTests
from vcr import VCR
from vcr.errors import CannotOverwriteExistingCassetteException

from assignee import registry
from assignee.tools.http_client import Client

FOLDER = Path(__file__).parent / "cassettes" / Path(__file__).stem
CONTACT, KEY = "reader@library.example", "sesame-opens"

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])


@pytest.fixture
def vcr_config() -> dict[str, Any]:
    return dict(SERVICE_CONFIG)


def piece(group: str, name: str, url: str, home: Path) -> Any:
    """As a run makes it, with contact and key: neither may come into a cassette."""
    asking = settings(url, contact=CONTACT, key=KEY)
    return registry.load(group, name)(toolbox(home), settings=asking, clock=WallTimeOfTests())


@pytest.mark.vcr
@pytest.mark.parametrize("until", [None, "2022"])
@pytest.mark.parametrize("name", registry.names("chasers"))
def test_a_batch_is_chased(name: str, until: str | None, service_url: ServiceUrl, tmp_path: Path) -> None:
    with service_url(services) as url:
        found = piece("chasers", name, url, tmp_path).chase(INCLUDED, limit=100, until=until)
    titles = {paper.title for paper in found.papers}
    assert {"On r1", "On r2", "On x1", "On x3"} <= titles
    assert ("On x2" in titles) == (until is None)
    assert found.hits


@pytest.mark.vcr
@pytest.mark.parametrize("name", registry.names("look_ups"))
def test_papers_are_looked_up(name: str, service_url: ServiceUrl, tmp_path: Path) -> None:
    with service_url(services) as url:
        learned, problems = piece("look_ups", name, url, tmp_path).look_up(INCLUDED)
    assert {item.paper_id for item in learned} >= {"b"}
    assert any(item.notices or item.locations for item in learned)
    assert problems == []


def cassettes() -> list[Path]:
    return sorted(FOLDER.glob("*.yaml"))


def test_every_cassette_says_where_it_is_from_and_holds_no_secret() -> None:
    pieces = 2 * len(registry.names("chasers")) + len(registry.names("look_ups"))
    assert len(cassettes()) == pieces
    for path in cassettes():
        text = path.read_text(encoding="utf-8")
        assert SERVICE_HEADER.match(text), path
        assert not re.search(
            rf"{KEY}|{CONTACT}|user-agent|x-api-key|api_key|mailto|127\.0\.0\.1", text, re.I
        ), path
        hosts = set(re.findall(r"uri: http://([^/]+/\w+)", text))
        assert hosts <= {f"service.invalid/{name}" for name in NAMES}, path


@pytest.mark.parametrize("path", cassettes(), ids=lambda path: path.stem)
def test_a_changed_request_misses(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One more parameter, and the cassette no longer answers: the service has to be recorded anew."""
    real = Client.get
    monkeypatch.setattr(
        Client, "get", lambda self, path, params, read: real(self, path, (*params, ("x", "1")), read)
    )
    kind, name = re.match(r"test_(a_batch|papers)\w*\[(\w+)", path.stem).groups()  # type: ignore[union-attr]
    group = "chasers" if kind == "a_batch" else "look_ups"
    asking = piece(group, name, "http://service.invalid", tmp_path)
    with (
        VCR(**SERVICE_CONFIG).use_cassette(str(path), record_mode="none"),
        pytest.raises(CannotOverwriteExistingCassetteException),
    ):
        asking.chase(INCLUDED, limit=9, until=None) if group == "chasers" else asking.look_up(INCLUDED)
