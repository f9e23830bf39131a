"""Bad input and bad weather: one table over all five databases, from a server of ours. Time is virtual.

What a client does with each is the same for all: it asks again where that can help, says in one line what was wrong, goes on
without the database in seconds, and follows nobody elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import unquote
from xml.sax.saxutils import escape

import pytest
from search_world import ALL, WORKS, Work, body, services, settings
from stand_in_database import Reply, StandInDatabase, WallTimeOfTests, feed

from assignee.settings import Settings
from assignee.tools.database_query import asked_for
from assignee.tools.database_settings import DatabaseSettings
from assignee.tools.http_errors import NoAnswer
from assignee.tools.source import Found
from assignee.tools.toolbox import Toolbox

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])

Answer = Callable[[str], Reply]  # by the database's name
SECONDS = 30  # what a database that is dead may cost
DAYS = count(
    1.8e9, 3 * 24 * 3600
)  # each test begins days later: no line and no kept answer of the one before counts


@dataclass
class Sky:
    """One server for all tests, a clock, and a home for each test."""

    server: StandInDatabase
    box: Toolbox
    clock: WallTimeOfTests

    def search(self, name: str, answer: Answer, *queries: str, **more: Any) -> Found:
        self.server.asked.clear()
        self.server.answer = lambda path, params: answer(name)
        return self.ask(name, *queries, **more)

    def ask(self, name: str, *queries: str, transport: Any = None) -> Found:
        asking = ALL[name](
            self.box, settings=settings(self.server.url), clock=self.clock, transport=transport
        )
        return asking.search(queries or ("flaky tests",), limit=20, until=None)


@pytest.fixture(scope="module")
def server() -> Iterator[StandInDatabase]:
    with StandInDatabase(services) as running:
        yield running


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Toolbox]:
    with Toolbox.open(Settings(home=tmp_path_factory.mktemp("home"))) as opened:
        yield opened


@pytest.fixture
def sky(server: StandInDatabase, box: Toolbox) -> Sky:
    return Sky(server, box, WallTimeOfTests(next(DAYS)))


def whole(name: str) -> str:
    return body(name, WORKS[:2])


def same(reply: Reply) -> Answer:
    return lambda name: reply


MOVED = Reply("", 302, {"location": "http://example.org/elsewhere"})
HTML = Reply("<html><body>Sign in</body></html>", headers={"content-type": "text/html; charset=utf-8"})

# What the weather is, what is answered, what the reader is told, how often it was asked.
WEATHER: tuple[tuple[str, Answer, str, int], ...] = (
    ("400", same(Reply("bad", 400)), "400 Bad Request", 1),
    ("401", same(Reply("no", 401)), "401 Unauthorized, check its key", 1),
    ("403", same(Reply("no", 403)), "403 Forbidden, check its key", 1),
    ("429", same(Reply("slow down", 429)), "429 Too Many Requests (asked 3 times)", 3),
    ("429-7s", same(Reply("", 429, {"retry-after": "7"})), "429 Too Many Requests (asked 3 times)", 3),
    (
        "429-15h",
        same(Reply("", 429, {"retry-after": "54000"})),
        "429 Too Many Requests, and asks to wait 15 h",
        1,
    ),
    ("429-odd", same(Reply("", 429, {"retry-after": "soon"})), "429 Too Many Requests (asked 3 times)", 3),
    ("500", same(Reply("", 500)), "500 Internal Server Error (asked 3 times)", 3),
    ("503", same(Reply("", 503)), "503 Service Unavailable (asked 3 times)", 3),
    ("elsewhere", same(MOVED), "it redirects to another host, which is not followed", 1),
    ("cut", lambda name: Reply(whole(name), cut=True), "the connection was cut (asked 3 times)", 3),
    ("half", lambda name: Reply(whole(name)[:-30]), "an answer that cannot be used: ", 3),
    ("empty-body", same(Reply("")), "an answer that cannot be used: ", 3),
    ("no-utf8", same(Reply(b"\xff\xfe\x00{")), "an answer that cannot be used: ", 3),
    ("null", same(Reply("null")), "an answer that cannot be used: ", 3),
    ("other-json", same(Reply('{"status": "ok"}')), "an answer that cannot be used: ", 3),
    ("html", same(HTML), "(text/html) (asked 3 times)", 3),
    (
        "not-gzip",
        lambda name: Reply(whole(name), headers={"content-encoding": "gzip"}),
        "a body that cannot be decoded",
        3,
    ),
)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(
    ("answer", "told", "times"), [row[1:] for row in WEATHER], ids=[row[0] for row in WEATHER]
)
def test_bad_weather_is_told_in_one_line_and_costs_seconds(
    name: str, answer: Answer, told: str, times: int, sky: Sky
) -> None:
    with pytest.raises(NoAnswer) as error:
        sky.search(name, answer)
    assert told in str(error.value)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 200
    assert len(sky.server.asked) == times
    assert sum(sky.clock.slept) < SECONDS


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(
    "kind", ["ReadTimeout", "ConnectTimeout", "ConnectError", "ReadError", "RemoteProtocolError"]
)
def test_silence_is_told_and_costs_seconds(name: str, kind: str, sky: Sky) -> None:
    import httpx2

    class Silent(httpx2.BaseTransport):
        asked = 0

        def handle_request(self, request: httpx2.Request) -> httpx2.Response:
            self.asked += 1
            raise getattr(httpx2, kind)("silence", request=request)

    silent = Silent()
    expected = {
        "ReadTimeout": "no answer in time (asked 2 times)",
        "ConnectTimeout": "no answer to the connection (asked 2 times)",
        "ConnectError": "no connection (asked 2 times)",
    }.get(kind, "the connection was cut (asked 3 times)")
    with pytest.raises(NoAnswer) as error:
        sky.ask(name, "flaky tests", "other tests", "third tests", transport=silent)
    assert str(error.value) == expected
    assert silent.asked <= 3  # the other queries are not put to it
    assert sum(sky.clock.slept) < SECONDS


@pytest.mark.parametrize("name", ALL)
def test_after_fifteen_hours_asked_for_it_is_left_alone_and_others_are_not(name: str, sky: Sky) -> None:
    late = Reply("", 429, {"retry-after": "54000"})
    for told in ("15 h", "left alone"):
        with pytest.raises(NoAnswer, match=told):
            sky.search(name, same(late))
    assert sky.server.asked == []
    other = next(found for found in ALL if found != name)
    assert len(sky.search(other, lambda kind: Reply(whole(kind))).papers) == 2


@pytest.mark.parametrize("name", ALL)
def test_weather_that_passes_loses_nothing(name: str, sky: Sky) -> None:
    passing = iter([Reply("", 503), Reply("", 429, {"retry-after": "2"}), Reply(whole(name))])
    found = sky.search(name, lambda kind: next(passing))
    assert len(found.papers) == 2
    assert found.problems == ()
    assert 2.0 in sky.clock.slept


@pytest.mark.parametrize("name", ALL)
def test_one_query_refused_is_told_and_the_others_are_answered(name: str, sky: Sky) -> None:
    replies = iter([Reply("", 400), Reply(whole(name))])
    found = sky.search(name, lambda kind: next(replies), "flaky tests", "other tests")
    assert len(found.papers) == 2
    assert len(found.hits) == 1
    assert found.problems == (f"{name} did not answer all queries: 400 Bad Request",)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("kind", ["text/plain", "application/octet-stream", ""])
def test_a_wrong_label_on_a_right_answer_is_no_matter(name: str, kind: str, sky: Sky) -> None:
    found = sky.search(name, lambda which: Reply(whole(which), headers={"content-type": kind}))
    assert len(found.papers) == 2


@pytest.mark.parametrize("name", ALL)
def test_a_search_that_finds_nothing_is_an_answer(name: str, sky: Sky) -> None:
    found = sky.search(name, lambda kind: Reply(body(kind, [])))
    assert (found.papers, found.problems, found.left_out) == ((), (), ())
    assert [hits for _, hits in found.hits] == [0]
    assert sky.search(name, same(Reply("", 404))).papers == ()


@pytest.mark.parametrize("name", ALL)
def test_null_abstracts_are_left_out_by_name_and_the_rest_is_read(name: str, sky: Sky) -> None:
    found = sky.search(name, lambda kind: Reply(body(kind, WORKS[:3])))
    assert len(found.papers) == 2
    assert len(found.left_out) == 1
    assert found.problems == (f"{name}: 1 of its records left out, no abstract",)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(
    ("title", "abstract", "read"),
    [
        (
            "Über Tests für λ-Ausdrücke 検査",
            "Prüfungen finden Fehler — 検査.",
            ("Über Tests für λ-Ausdrücke 検査", None),
        ),
        (
            "Cafe\u0301 tests\u200b and\u00a0more",
            "Tests\u2028find\tfaults.",
            ("Café tests and more", "Tests find faults."),
        ),
        ("Tests & faults: p < 0.05", "We find p < 0.05 & n > 3.", ("Tests & faults: p < 0.05", None)),
        ("<script>alert(1)</script> tests", "Tests <b>find</b> faults.", None),
        ("x" * 5000, "Tests find faults. " * 1000, None),
    ],
    ids=["unicode", "folded", "signs", "markup", "long"],
)
def test_titles_and_abstracts_of_any_kind_are_read(
    name: str, title: str, abstract: str, read: tuple[str, str | None] | None, sky: Sky
) -> None:
    if name in ("crossref", "europe_pmc") and read is not None:  # which send markup, and so escape signs
        work = Work(1, escape(title), escape(abstract))
    else:
        work = Work(1, title, abstract)
    (paper,) = sky.search(name, lambda kind: Reply(body(kind, [work]))).papers
    text = sky.box.texts.get(paper.text_hash)
    assert text == " ".join(text.split())
    assert len(text.split()) >= 3
    if read is not None:
        assert paper.title == read[0]
        assert text == (read[1] or abstract)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(
    ("title", "read"),
    [
        ("$\\alpha$-Tests in G\\\"odel's \\emph{Logic}", "α-Tests in Gödel's Logic"),
        ("Tests that cost \\$5 at 100%, not $x^{2}$", "Tests that cost $5 at 100%, not x²"),
        ("Prices from $5 to 100%: A_b and C# {sic}", "Prices from $5 to 100%: A_b and C# {sic}"),
    ],
)
def test_latex_in_titles_is_read(name: str, title: str, read: str, sky: Sky) -> None:
    (paper,) = sky.search(
        name, lambda kind: Reply(body(kind, [Work(1, title, "We test $x < y$ here.")]))
    ).papers
    assert paper.title in (read, read.replace("{sic}", "sic"))
    assert sky.box.texts.get(paper.text_hash) == "We test $x < y$ here."


@pytest.mark.parametrize("name", [name for name in ALL if name != "arxiv"])
def test_markup_is_taken_off(name: str, sky: Sky) -> None:
    title = "On <i>Tests</i> of H<sub>2</sub>O &amp; more"
    abstract = "<jats:sec><jats:title>Background</jats:title><p>Tests find <b>faults</b>.</p></jats:sec>"
    (paper,) = sky.search(name, lambda kind: Reply(body(kind, [Work(1, title, abstract)]))).papers
    assert paper.title == "On Tests of H2O & more"
    assert sky.box.texts.get(paper.text_hash) == "Background Tests find faults."


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        (
            "arXiv:2005.13013",
            ("id_list=2005.13013", "doi:10.48550/arxiv.2005.13013", "ARXIV:2005.13013", None, None),
        ),
        (
            "https://arxiv.org/abs/2005.13013v2",
            ("id_list=2005.13013v2", "doi:10.48550/arxiv.2005.13013", "ARXIV:2005.13013", None, None),
        ),
        (
            "solv-int/9901001v1",
            (
                "id_list=solv-int/9901001v1",
                "doi:10.48550/arxiv.solv-int/9901001",
                "ARXIV:solv-int/9901001",
                None,
                None,
            ),
        ),
        (
            "https://doi.org/10.1000/A(1)?b#c",
            (
                None,
                "doi:10.1000/a(1)?b#c",
                "DOI:10.1000/a(1)?b#c",
                "filter=doi:10.1000/a(1)?b#c",
                'DOI:"10.1000/a(1)?b#c"',
            ),
        ),
        ("10.1000/a,b|c", (None, None, "DOI:10.1000/a,b", None, 'DOI:"10.1000/a,b"')),
        ("PMID:123456", (None, "pmid:123456", "PMID:123456", None, "EXT_ID:123456 AND SRC:MED")),
        ("2005.130", None),  # no id of any kind: asked for as words
        ("arXiv:99", None),
        ("10.1000/", None),
    ],
)
def test_ids_of_each_form_are_asked_for_as_each_database_wants_them(
    query: str, asked: tuple[str | None, ...] | None
) -> None:
    for name, expected in zip(ALL, asked or (None,) * 5, strict=True):
        source = ALL[name](None, settings=DatabaseSettings())  # type: ignore[arg-type]
        request = source.request(asked_for(query), None, 10, None)
        if asked is None:
            assert request is not None
            assert not asked_for(query).ids
        else:
            assert (request.shown if request else None) == expected, name


@pytest.mark.parametrize("name", ALL)
def test_an_id_that_is_not_there_is_named(name: str, sky: Sky) -> None:
    sky.server.answer = services
    query = "2005.99999v3" if name == "arxiv" else "10.1000/nowhere"
    if name == "arxiv":  # which drops it silently
        sky.server.answer = lambda path, params: Reply(feed())
    found = sky.ask(name, query)
    assert (found.papers, [hits for _, hits in found.hits]) == ((), [0])
    assert found.problems == (f"{name} has no paper {query}",)


def test_no_sign_in_an_id_changes_the_path(sky: Sky) -> None:
    sky.search("semantic_scholar", same(Reply("", 404)), "10.1000/a(1)?b#c%20d")
    ((path, params),) = sky.server.asked
    assert unquote(path).startswith("/semantic_scholar/paper/DOI:10.1000/a(1)?b#c")
    assert list(params) == ["fields"]
    assert sky.search("semantic_scholar", same(Reply("", 404)), "10.1000/x/../../author").hits == ()


@pytest.mark.parametrize("status", [200, 400])
def test_arxivs_error_entries_are_told(status: int, sky: Sky) -> None:
    error = (
        "<entry><id>http://arxiv.org/api/errors#bad</id><title>Error</title>"
        "<summary>incorrect id format for 1234</summary></entry>"
    )
    with pytest.raises(
        NoAnswer, match="400 Bad Request" if status == 400 else "incorrect id format for 1234"
    ):
        sky.search("arxiv", same(Reply(feed(error), status)))
    assert len(sky.server.asked) == 1


@pytest.mark.parametrize("name", [name for name in ALL if name != "arxiv"])
def test_nulls_and_other_types_everywhere_are_survived(name: str, sky: Sky) -> None:
    def spoiled(value: Any, at: int) -> Any:
        """The answer with each leaf of its records replaced by something of another type."""
        if isinstance(value, dict):
            return {key: spoiled(item, at + place) for place, (key, item) in enumerate(value.items())}
        if isinstance(value, list):
            return [spoiled(item, at + place) for place, item in enumerate(value)]
        return [None, 7, "", [], {}, True, -1.5][at % 7]

    answer = json.loads(body(name, WORKS))
    path = {
        "openalex": ["results"],
        "semantic_scholar": ["data"],
        "crossref": ["message", "items"],
        "europe_pmc": ["resultList", "result"],
    }[name]
    holder = answer
    for key in path[:-1]:
        holder = holder[key]
    records = holder[path[-1]]
    holder[path[-1]] = [spoiled(record, at) for record in records for at in range(7)] + [None, 7, "x", [], {}]
    found = sky.search(name, same(Reply(answer)))
    assert len(found.hits) == 1
    assert all(paper.title and paper.id for paper in found.papers)
