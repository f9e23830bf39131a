"""Contract tests of the places of full texts: what they send, to the letter, and what they make of recorded files.

The cassettes were recorded from tests/full_text_world.py and say so. Open copies have no address of their own to record.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from full_text_world import ABSTRACT, maker, paper, services
from recording import SERVICE_CONFIG, SERVICE_HEADER, ServiceUrl

from assignee import registry

_KEPT = ("content-type", "content-disposition")
FOLDER = Path(__file__).parent / "cassettes" / Path(__file__).stem

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])


@pytest.fixture
def vcr_config() -> dict[str, Any]:
    def named(response: dict[str, Any]) -> dict[str, Any]:
        """With the name of the file, which tells its version."""
        kept = {name: value for name, value in response["headers"].items() if name.lower() in _KEPT}
        return response | {"headers": kept}

    return {**SERVICE_CONFIG, "decode_compressed_response": False, "before_record_response": named}


@pytest.mark.vcr
@pytest.mark.parametrize(
    ("name", "ids", "version"),
    [("arxiv", {"arxiv": "2001.00001"}, "v2"), ("europe_pmc", {"pmcid": "PMC123456"}, None)],
)
def test_a_text_is_fetched(
    name: str, ids: dict[str, str], version: str | None, service_url: ServiceUrl, tmp_path: Path
) -> None:
    with service_url(services) as url:
        files = maker(registry.load("full_texts", name), url, tmp_path)
        found = files.fetch(paper(files._toolbox, ids=ids), ())
    assert ABSTRACT in found.text
    assert (found.paper.version, found.paper.given_by["text"]) == (version, name)


def test_every_cassette_says_where_it_is_from() -> None:
    kept = sorted(FOLDER.glob("*.yaml"))
    assert len(kept) == 2
    for path in kept:
        text = path.read_text(encoding="utf-8")
        assert SERVICE_HEADER.match(text), path
        assert "127.0.0.1" not in text
