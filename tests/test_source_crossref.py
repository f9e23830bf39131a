"""Crossref as a source. Answers are made by hand in its form, save the recorded ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stand_in_database import Reply, StandInDatabase, WallTimeOfTests, at

from assignee.settings import Settings
from assignee.tools.database_settings import DatabaseSettings
from assignee.tools.markup_text import unmarked
from assignee.tools.source_crossref import Crossref
from assignee.tools.toolbox import Toolbox

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])

WORK: dict[str, Any] = {
    "DOI": "10.1145/ABC.1",
    "title": ["On <i>Tests</i>"],
    "subtitle": ["A Study"],
    "author": [{"given": "Ada", "family": "Poe", "sequence": "first"}, {"name": "The Test Group"}],
    "abstract": "<jats:title>Abstract</jats:title><jats:p>Tests find faults (p &lt; 0.05).</jats:p>",
    "issued": {"date-parts": [[2020, 5]]},
    "container-title": ["Journal of Tests &amp; Faults"],
}


def works(*items: dict[str, Any], total: int | None = None, start: int = 0) -> dict[str, Any]:
    many = len(items) if total is None else total
    message = {"total-results": many, "items": list(items), "query": {"start-index": start}}
    return {"status": "ok", "message-type": "work-list", "message": message}


def source(server: StandInDatabase, home: Path) -> Crossref:
    settings = at("crossref", server.url, contact="mailto:me@example.org")
    return Crossref(Toolbox.open(Settings(home=home)), settings=settings, clock=WallTimeOfTests())


def test_a_work_becomes_a_paper_without_markup(tmp_path: Path) -> None:
    with StandInDatabase(lambda path, params: Reply(works(WORK))) as server:
        asking = source(server, tmp_path)
        found = asking.search(["Which tests find faults?"], limit=50, until="2020-06")
    (paper,) = found.papers
    assert (paper.id, paper.title, paper.date) == ("DOI:10.1145/abc.1", "On Tests: A Study", "2020-05")
    assert paper.authors == ("Ada Poe", "The Test Group")
    assert (paper.venue, paper.ids, paper.retracted) == (
        "Journal of Tests & Faults",
        {"doi": "10.1145/abc.1"},
        False,
    )
    assert asking._toolbox.texts.get(paper.text_hash) == "Tests find faults (p < 0.05)."
    assert found.hits == (
        ("query.bibliographic=tests find faults filter=has-abstract:true,until-pub-date:2020-06-30", 1),
    )
    assert server.asked[0][1]["mailto"] == "me@example.org"


@pytest.mark.parametrize(
    ("field", "kind", "gone"),
    [
        ("updated-by", "retraction", True),
        ("updated-by", "withdrawal", True),
        ("updated-by", "correction", False),
        ("update-to", "retraction", True),  # the notice itself
        ("update-to", "erratum", False),
    ],
)
def test_updates_tell_what_is_retracted(field: str, kind: str, gone: bool) -> None:
    body = json.dumps(works(WORK | {field: [{"DOI": "10.1/x", "type": kind}]})).encode()
    (record,) = Crossref(None, settings=DatabaseSettings()).read(body).records  # type: ignore[arg-type]
    assert record["retracted"] is gone


def test_a_retracted_work_without_abstract_is_kept_to_be_shown(tmp_path: Path) -> None:
    gone = WORK | {"abstract": None, "updated-by": [{"type": "retraction"}]}
    with StandInDatabase(lambda path, params: Reply(works(gone))) as server:
        found = source(server, tmp_path).search(["10.1145/abc.1"], limit=50, until=None)
    assert [paper.retracted for paper in found.papers] == [True]
    assert found.hits == (("filter=doi:10.1145/abc.1", 1),)


def test_pages_follow_by_offset(tmp_path: Path) -> None:
    def answer(path: str, params: dict[str, str]) -> Reply:
        start = int(params["offset"])
        items = [WORK | {"DOI": f"10.1145/{start + item}"} for item in range(50 if start == 0 else 7)]
        return Reply(works(*items, total=57, start=start))

    with StandInDatabase(answer) as server:
        assert len(source(server, tmp_path).search(["a b"], limit=100, until=None).papers) == 57
    assert [params["offset"] for _, params in server.asked] == ["0", "50"]


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        (
            "<jats:sec><jats:title>Background</jats:title><jats:p>A.</jats:p></jats:sec><p>B.</p>",
            "Background A. B.",
        ),
        ("H<sub>2</sub>O, 5 &amp;lt; 6 and p<0.05, n > 3", "H2O, 5 < 6 and p<0.05, n > 3"),
        ("&lt;p&gt;Escaped &lt;i&gt;twice&lt;/i&gt;.&lt;/p&gt;", "Escaped twice."),
        (
            "for <jats:alternatives><jats:tex-math>$$\\beta$$</jats:tex-math>"
            "<mml:math><mml:mi>β</mml:mi></mml:math></jats:alternatives>.",
            "for β.",
        ),
        ("only <tex-math>$x$</tex-math> here", "only $x$ here"),
        ("Abstract: We show it.", "We show it."),
        ("Abstract nouns are hard.", "Abstract nouns are hard."),
    ],
)
def test_markup_is_taken_off_and_nothing_else(raw: str, plain: str) -> None:
    assert unmarked(raw) == plain


@given(st.text(alphabet="ab<>&;/:= p\"'lgt", max_size=80))
def test_markup_of_any_kind_is_survived(raw: str) -> None:
    assert unmarked(raw) == unmarked(raw).strip()
    assert unmarked("".join(char for char in raw if char not in "<>&")) == " ".join(
        "".join(char for char in raw if char not in "<>&").split()
    )


@pytest.mark.data
def test_recorded_works_are_read(data: Path) -> None:
    lines = (data / "http" / "crossref.jsonl").read_text().splitlines()
    rows = [row for row in map(json.loads, lines) if row["status"] == 200 and "/works?query" in row["uri"]]
    rows += [row for row in map(json.loads, lines) if row["status"] == 200 and "/works?mailto" in row["uri"]]
    read = [Crossref(None, settings=DatabaseSettings()).read(row["body"].encode()) for row in rows]  # type: ignore[arg-type]
    records = [record for page in read for record in page.records]
    abstracts = [record["abstract"] for record in records if record["abstract"]]
    assert len(rows) > 25
    assert len(abstracts) > 20
    assert not any("jats:" in text or "</" in text for text in abstracts)
    assert any(not page.records and not page.total for page in read)
