"""arXiv as a source: what is asked, and how each form of its answers is read. Feeds are made by hand, save the recorded."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from stand_in_database import Reply, StandInDatabase, WallTimeOfTests, at, feed

from assignee.settings import Settings
from assignee.tools.database_settings import DatabaseSettings
from assignee.tools.http_errors import NoAnswer
from assignee.tools.source import Found
from assignee.tools.source_arxiv import Arxiv
from assignee.tools.toolbox import Toolbox

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])

Search = Callable[..., Found]


def entry(name: str, title: str = "On Tests", abstract: str = "Tests find faults.", more: str = "") -> str:
    return (
        f"<entry><id>http://arxiv.org/abs/{name}</id><title>{title}</title><updated>2021-03-04T00:00:00Z</updated>"
        f"<summary>  {abstract}\n</summary><published>2020-05-06T07:08:09Z</published>"
        f"<author><name>Ada Poe</name></author><author><name>Bo de Witt</name></author>{more}</entry>"
    )


@pytest.fixture
def opened(tmp_path: Path) -> Toolbox:
    return Toolbox.open(Settings(home=tmp_path))


@pytest.fixture
def search(opened: Toolbox) -> Search:
    """Ask a stand-in arXiv that gives one body (or a Reply) to everything."""

    def ask(body: str | Reply, *queries: str, until: str | None = None, limit: int = 50) -> Found:
        reply = body if isinstance(body, Reply) else Reply(body)
        with StandInDatabase(lambda path, params: reply) as server:
            arxiv = Arxiv(opened, settings=at("arxiv", server.url), clock=WallTimeOfTests())
            return arxiv.search(queries or ("test selection",), limit=limit, until=until)

    return ask


def test_a_record_becomes_a_paper_with_its_abstract_stored(search: Search, opened: Toolbox) -> None:
    more = (
        "<arxiv:doi>10.1145/1.2</arxiv:doi><arxiv:journal_ref>Proc. of Tests 2021</arxiv:journal_ref>"
        "<arxiv:comment>12 pages</arxiv:comment>"
    )
    (paper,) = search(feed(entry("2005.01234v2", 'On\n  Tests &amp; Faults in G\\"odel', more=more))).papers
    assert (paper.id, paper.version, paper.year, paper.date) == (
        "arXiv:2005.01234v2",
        "v2",
        2020,
        "2020-05-06",
    )
    assert paper.title == "On Tests & Faults in Gödel"
    assert paper.authors == ("Ada Poe", "Bo de Witt")
    assert paper.ids == {"arxiv": "2005.01234v2", "doi": "10.1145/1.2"}
    assert (paper.venue, paper.sources, paper.retracted) == ("Proc. of Tests 2021", ("arxiv",), False)
    assert paper.url == "https://arxiv.org/abs/2005.01234v2"
    assert opened.texts.get(paper.text_hash) == "Tests find faults."


@pytest.mark.parametrize("name", ["math/0211159v1", "cs.LG/0301001v3", "hep-th/9901001"])
def test_old_ids_are_ids(name: str, search: Search) -> None:
    (paper,) = search(feed(entry(name))).papers
    assert paper.ids["arxiv"] == name


def test_phrases_and_questions_are_asked_in_arxivs_syntax_and_by_date(search: Search) -> None:
    found = search(
        feed(),
        "zero-shot transfer",
        "Does intermediate-task training improve zero-shot transfer?",
        until="2020-02",
    )
    dated = " AND submittedDate:[199101010000 TO 202002292359]"
    assert found.hits == (
        ('(ti:"zero shot transfer" OR abs:"zero shot transfer")' + dated, 0),
        (
            "(all:intermediate OR all:task OR all:training OR all:improve OR all:zero OR all:shot OR all:transfer)"
            + dated,
            0,
        ),
    )


def test_a_query_cannot_leave_its_place_in_the_syntax(search: Search) -> None:
    ((shown, _),) = search(feed(), 'x" OR ANDNOT (ti:y) submittedDate:[1 TO 2] or worse things here?').hits
    assert set(shown) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789: ")
    assert "ANDNOT" not in shown


def test_an_id_is_looked_up_and_one_that_is_dropped_silently_is_named(search: Search) -> None:
    found = search(feed(), "9999.99999v3")
    assert found.hits == (("id_list=9999.99999v3", 0),)
    assert found.problems == ("arxiv has no paper 9999.99999v3",)


@pytest.mark.parametrize(
    ("comment", "abstract", "gone"),
    [
        ("This paper has been withdrawn by the author due to an error", "We show x.", True),
        ("Withdrawn", "We show x.", True),
        ("", "This paper has been withdrawn by the authors.", True),
        ("Withdrawn from ICML 2020, to appear elsewhere", "We show x.", False),
        ("12 pages", "We study why a product is withdrawn from markets; the paper is long.", False),
    ],
)
def test_a_withdrawn_paper_is_marked(comment: str, abstract: str, gone: bool, search: Search) -> None:
    (paper,) = search(
        feed(
            entry("2005.01234v2", abstract=abstract, more=f"<arxiv:comment>{comment}</arxiv:comment>")
            if comment
            else entry("2005.01234v2", abstract=abstract)
        )
    ).papers
    assert paper.retracted is gone


def test_a_withdrawn_paper_without_an_abstract_is_kept_to_be_shown_and_others_are_counted(
    search: Search,
) -> None:
    withdrawn = "<arxiv:comment>This article was retracted</arxiv:comment>"
    found = search(
        feed(entry("2005.00001v1", "Gone", "", withdrawn), entry("2005.00002v1", "Bare", "")), "a b", "c d"
    )
    assert [(paper.id, paper.retracted) for paper in found.papers] == [("arXiv:2005.00001v1", True)]
    assert found.problems == ("arxiv: 1 of its records left out, no abstract",)


def test_until_is_kept_whatever_the_server_sends(search: Search) -> None:
    assert search(feed(entry("2005.01234v2")), until="2019").papers == ()
    found = search(feed(entry("2005.01234v2")), until="2020")
    assert len(found.papers) == 1
    assert found.problems == ("arxiv: 1 of its papers read in a version newer than --until",)


def test_an_error_entry_is_told_and_other_queries_are_still_asked(opened: Toolbox) -> None:
    error = (
        "<entry><id>http://arxiv.org/api/errors#incorrect_id_format_for_x</id><title>Error</title>"
        "<summary>incorrect id format for x</summary></entry>"
    )

    def answer(path: str, params: dict[str, str]) -> Reply:
        return Reply(feed(error) if "bad" in params["search_query"] else feed(entry("2005.01234v2")))

    with StandInDatabase(answer) as server:
        found = Arxiv(opened, settings=at("arxiv", server.url), clock=WallTimeOfTests()).search(
            ["bad query", "good query"], limit=50, until=None
        )
    assert len(found.papers) == 1
    assert found.problems == (
        "arxiv did not answer all queries: it refuses the query: incorrect id format for x",
    )


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{}",
        "<html></html>",
        "<feed/>",
        '<!DOCTYPE feed [<!ENTITY x "y">]>' + feed(),
        feed()[:-20],
        feed(total=12),
    ],
)
def test_what_is_no_feed_or_unexpectedly_empty_is_asked_for_again_and_then_no_answer(
    body: str, search: Search
) -> None:
    with pytest.raises(NoAnswer, match=r"an answer that cannot be used: .* \(asked 3 times\)"):
        search(body)


def test_pages_follow_each_other_up_to_the_limit_and_three_seconds_apart(opened: Toolbox) -> None:
    def answer(path: str, params: dict[str, str]) -> Reply:
        start, size = int(params["start"]), int(params["max_results"])
        return Reply(feed(*(entry(f"2005.{start + at:05}v1") for at in range(size)), total=9000, start=start))

    clock = WallTimeOfTests()
    with StandInDatabase(answer) as server:
        arxiv = Arxiv(opened, settings=at("arxiv", server.url), clock=clock)
        found = arxiv.search(["test selection", "test order"], limit=150, until=None)
        assert len(found.papers) == 150
        assert [params["start"] for _, params in server.asked] == ["0", "100", "0", "100"]
        arxiv.search(["test selection"], limit=150, until=None)
        assert len(server.asked) == 4  # from the cache
        assert "literature reviews" in server.headers[0]["user-agent"]
    assert sum(clock.slept) >= 9.0


def test_papers_that_several_queries_bring_come_first(opened: Toolbox) -> None:
    def answer(path: str, params: dict[str, str]) -> Reply:
        second = "order" in params["search_query"]
        return Reply(feed(entry("2005.00009v1" if second else "2005.00001v1"), entry("2005.00002v1")))

    with StandInDatabase(answer) as server:
        found = Arxiv(opened, settings=at("arxiv", server.url), clock=WallTimeOfTests()).search(
            ["test selection", "test order"], limit=2, until=None
        )
    assert [paper.id for paper in found.papers] == ["arXiv:2005.00002v1", "arXiv:2005.00001v1"]


def test_a_database_that_is_down_is_not_asked_every_query(opened: Toolbox) -> None:
    with StandInDatabase(lambda path, params: Reply("", 503)) as server:
        arxiv = Arxiv(opened, settings=at("arxiv", server.url), clock=WallTimeOfTests())
        with pytest.raises(NoAnswer, match=r"^503 Service Unavailable \(asked 3 times\)$"):
            arxiv.search([f"query number {at}" for at in range(8)], limit=50, until=None)
        assert len(server.asked) == 3


@pytest.mark.data
def test_real_feeds_are_read_whole(data: Path, opened: Toolbox) -> None:
    rows = [json.loads(line) for line in (data / "http" / "arxiv.jsonl").read_text().splitlines()]
    arxiv = Arxiv(opened, settings=DatabaseSettings())
    for row in rows:
        page = arxiv.read(row["body"].encode())
        assert len(page.records) == row["body"].count("<entry>")
        assert all(record["abstract"] and record["authors"] and record["date"] for record in page.records)
    assert {len(arxiv.read(row["body"].encode()).records) for row in rows} == {0, 1, 10, 15, 100}
