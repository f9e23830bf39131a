"""Europe PMC as a source. All answers are made by hand in its documented form: nobody recorded any."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from stand_in_database import Reply, StandInDatabase, WallTimeOfTests, at

from assignee.settings import Settings
from assignee.tools.database_settings import DatabaseSettings
from assignee.tools.http_client import Garbled
from assignee.tools.source_europe_pmc import EuropePmc
from assignee.tools.toolbox import Toolbox

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])

ARTICLE: dict[str, Any] = {
    "id": "123456",
    "source": "MED",
    "pmid": "123456",
    "doi": "10.1000/Sleep.1",
    "title": "Sleep and memory.",
    "authorList": {
        "author": [
            {"fullName": "Poe A", "firstName": "Ada", "lastName": "Poe"},
            {"collectiveName": "The Sleep Group"},
            {"fullName": "Witt B"},
        ]
    },
    "journalInfo": {"journal": {"title": "Sleep Journal"}},
    "pubYear": "2020",
    "abstractText": "<h4>Background</h4>Sleep helps (p &lt; 0.05).",
    "firstPublicationDate": "2020-05-06",
    "pubTypeList": {"pubType": ["Journal Article"]},
}


def results(*articles: dict[str, Any], mark: str = "", sent: str = "*") -> dict[str, Any]:
    return {
        "hitCount": len(articles),
        "nextCursorMark": mark,
        "request": {"cursorMark": sent},
        "resultList": {"result": list(articles)},
    }


def source(server: StandInDatabase, home: Path) -> EuropePmc:
    settings = at("europe_pmc", server.url)
    return EuropePmc(Toolbox.open(Settings(home=home)), settings=settings, clock=WallTimeOfTests())


def test_an_article_becomes_a_paper(tmp_path: Path) -> None:
    with StandInDatabase(lambda path, params: Reply(results(ARTICLE))) as server:
        asking = source(server, tmp_path)
        found = asking.search(["sleep loss", "Does sleep help memory?"], limit=50, until="2020")
    (paper,) = found.papers
    assert (paper.id, paper.title, paper.date) == ("EPMC:MED/123456", "Sleep and memory", "2020-05-06")
    assert paper.authors == ("Ada Poe", "The Sleep Group", "Witt B")
    assert paper.ids == {"doi": "10.1000/sleep.1", "pmid": "123456"}
    assert asking._toolbox.texts.get(paper.text_hash) == "Background Sleep helps (p < 0.05)."
    assert [shown for shown, _ in found.hits] == [
        'TITLE_ABS:"sleep loss" AND FIRST_PDATE:[1500-01-01 TO 2020-12-31]',
        "(TITLE_ABS:sleep OR TITLE_ABS:help OR TITLE_ABS:memory) AND FIRST_PDATE:[1500-01-01 TO 2020-12-31]",
    ]


@pytest.mark.parametrize(
    ("more", "gone"),
    [
        ({"pubTypeList": {"pubType": ["Journal Article", "Retracted Publication"]}}, True),
        ({"commentCorrectionList": {"commentCorrection": [{"type": "Retraction in"}]}}, True),
        ({"commentCorrectionList": {"commentCorrection": [{"type": "Erratum in"}]}}, False),
        ({"pubTypeList": None, "authorList": None, "journalInfo": None}, False),
    ],
)
def test_retractions_are_marked(more: dict[str, Any], gone: bool) -> None:
    body = json.dumps(results(ARTICLE | more)).encode()
    (record,) = EuropePmc(None, settings=DatabaseSettings()).read(body).records  # type: ignore[arg-type]
    assert record["retracted"] is gone


def test_the_cursor_is_followed_until_it_stands_still(tmp_path: Path) -> None:
    def answer(path: str, params: dict[str, str]) -> Reply:
        sent = params["cursorMark"]
        first = 0 if sent == "*" else 50
        articles = [ARTICLE | {"id": str(first + item)} for item in range(50 if sent == "*" else 3)]
        return Reply(results(*articles, mark="AoE=", sent=sent))

    with StandInDatabase(answer) as server:
        assert len(source(server, tmp_path).search(["a b"], limit=200, until=None).papers) == 53
    assert [params["cursorMark"] for _, params in server.asked] == ["*", "AoE="]


def test_ids_are_looked_up_and_no_answer_is_garbled(tmp_path: Path) -> None:
    with StandInDatabase(lambda path, params: Reply(results())) as server:
        found = source(server, tmp_path).search(["10.1000/sleep.1", "PMID:123456"], limit=50, until=None)
    assert [shown for shown, _ in found.hits] == ['DOI:"10.1000/sleep.1"', "EXT_ID:123456 AND SRC:MED"]
    with pytest.raises(Garbled):
        EuropePmc(None, settings=DatabaseSettings()).read(b'{"errCode": 404}')  # type: ignore[arg-type]
