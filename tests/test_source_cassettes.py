"""Contract tests of the five databases: what each is sent, to the letter, and what is made of recorded answers.

The cassettes have the databases' forms; they were recorded from tests/search_world.py and say so. A request that is not on
its cassette (method, address with its query, body) is an error.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from recording import SERVICE_CONFIG, SERVICE_HEADER, ServiceUrl
from search_world import ALL, services, settings
from stand_in_database import WallTimeOfTests

from assignee.settings import Settings
from assignee.tools.source import Found
from assignee.tools.toolbox import Toolbox

FOLDER = Path(__file__).parent / "cassettes" / Path(__file__).stem
CONTACT, KEY = "reader@library.example", "sesame-opens"
QUERIES = (
    "mutation testing",
    "Which tests find faults in parsers?",
    '"flaky test" AND ("fault localisation" OR debugging)',
    "10.1000/t.2",
    "10.1000/nowhere",
)

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])


@pytest.fixture
def vcr_config() -> dict[str, Any]:
    return dict(SERVICE_CONFIG)


def search(name: str, url: str, home: Path, queries: tuple[str, ...] = QUERIES) -> Found:
    """As a run asks, with contact and key: neither may come into a cassette."""
    asking = settings(url, contact=CONTACT, key=KEY)
    with Toolbox.open(Settings(home=home)) as box:
        return ALL[name](box, settings=asking, clock=WallTimeOfTests()).search(
            queries, limit=20, until="2020"
        )


@pytest.mark.vcr
@pytest.mark.parametrize("name", ALL)
def test_a_plan_is_put_to_each(name: str, service_url: ServiceUrl, tmp_path: Path) -> None:
    with service_url(services) as url:
        found = search(name, url, tmp_path)
    titles = [paper.title for paper in found.papers]
    assert {"Flaky tests and their causes", "Mutation testing of parsers"} <= set(titles)
    if name != "arxiv":  # which knows no DOIs
        assert titles[0] == "Flaky tests and their causes"
        assert f"{name} has no paper 10.1000/nowhere" in found.problems
    assert "A note without an abstract" not in titles
    marks = name != "semantic_scholar"  # which marks no retraction: a record without an abstract is left out
    assert len(found.left_out) == (1 if marks else 2)
    assert [paper.title for paper in found.papers if paper.retracted] == (
        ["Retracted: tests that never fail"] if marks else []
    )
    assert len(found.hits) == (3 if name == "arxiv" else 5)


def cassettes() -> list[Path]:
    return sorted(FOLDER.glob("*.yaml"))


def test_every_cassette_says_where_it_is_from_and_holds_no_secret() -> None:
    assert len(cassettes()) == len(ALL)
    for path in cassettes():
        text = path.read_text(encoding="utf-8")
        assert SERVICE_HEADER.match(text), path
        assert not re.search(rf"{KEY}|{CONTACT}|user-agent|x-api-key|api_key|mailto|127\.0\.0\.1", text, re.I)


@pytest.mark.parametrize("name", ALL)
def test_a_changed_query_misses(name: str, tmp_path: Path) -> None:
    from vcr import VCR
    from vcr.errors import CannotOverwriteExistingCassetteException

    cassette = FOLDER / f"test_a_plan_is_put_to_each[{name}].yaml"
    with (
        VCR(**SERVICE_CONFIG).use_cassette(str(cassette), record_mode="none"),
        pytest.raises(CannotOverwriteExistingCassetteException),
    ):
        search(name, "http://service.invalid", tmp_path, ("mutation testings",))
