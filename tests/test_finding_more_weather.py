"""Bad weather for chasers and look-ups: every fault ends in NoAnswer or a line, in little time, and never in a traceback.

All answers of 429, 503 and the like, cut and garbled bodies are made by hand: no recording holds any.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any

import httpx2
import pytest
from finding_world import INCLUDED, NAMES, services, settings, toolbox
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from hypothesis import strategies as st
from stand_in_database import Answerer, Reply, WallTimeOfTests, feed

from assignee import registry
from assignee.settings import Settings
from assignee.tools.http_client import Garbled
from assignee.tools.http_errors import NoAnswer
from assignee.tools.toolbox import Toolbox

PIECES = [
    (group, name) for group in ("chasers", "look_ups") for name in registry.names(group) if name in NAMES
]


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Toolbox]:
    with toolbox(tmp_path_factory.mktemp("stores")) as found:
        yield found


def ask(piece: Any) -> Any:
    return (
        piece.chase(INCLUDED, limit=100, until="2024") if hasattr(piece, "chase") else piece.look_up(INCLUDED)
    )


class Weather:
    """One piece and a service that answers so, without a socket. `got` is the answer, or what NoAnswer says."""

    def __init__(self, group: str, name: str, stores: Toolbox, home: Path, answer: Answerer) -> None:
        self.asked: list[str] = []
        self.clock = WallTimeOfTests()
        self._answer = answer
        self._piece = registry.load(group, name)(
            replace(stores, settings=Settings(home=home)),
            settings=settings("http://service.invalid", contact="a@b.example"),
            clock=self.clock,
            transport=httpx2.MockTransport(self._sent),
            rng=random.Random(1),
        )

    def got(self) -> Any:
        try:
            return ask(self._piece)
        except NoAnswer as error:
            return str(error)

    def _sent(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request.url.path)
        reply = self._answer(request.url.path, dict(request.url.params))
        if reply.cut:
            raise httpx2.RemoteProtocolError("peer closed the connection in the middle of the body")
        body = reply.body if isinstance(reply.body, (str, bytes)) else json.dumps(reply.body)
        return httpx2.Response(reply.status, headers=dict(reply.headers), content=body)


STORMS = {
    "15 hours": (Reply("", 429, {"retry-after": "54000"}), r"429 Too Many Requests, and asks to wait 15 h"),
    "without a word": (Reply("", 429), r"429 Too Many Requests \(asked 3 times\)"),
    "down": (Reply("<html>", 503), r"503 Service Unavailable \(asked 3 times\)"),
    "broken": (Reply("", 500), r"500 Internal Server Error \(asked 3 times\)"),
    "forbidden": (Reply("", 403), r"403 Forbidden, check its key"),
    "another host": (Reply("", 302, {"location": "http://10.0.0.1/latest"}), "redirects to another host"),
    "a page": (Reply("<html>Sign in</html>", 200, {"content-type": "text/html"}), "cannot be used: it is no"),
    "cut": (Reply('{"results": [', cut=True), "the connection was cut"),
    "empty": (Reply(b""), "cannot be used"),
    "no object": (Reply([]), "cannot be used"),
    "null": (Reply("null"), "cannot be used"),
    "another answer": (Reply({"error": "sorry"}), "cannot be used"),
    "binary": (Reply(b"\xff\xfe\x00{}"), "cannot be used"),
    "deep": (Reply("[" * 100_000), "cannot be used"),
}


@pytest.mark.parametrize("storm", STORMS)
@pytest.mark.parametrize(("group", "name"), PIECES)
def test_a_service_that_is_down_costs_seconds(
    group: str, name: str, storm: str, stores: Toolbox, tmp_path: Path
) -> None:
    reply, told = STORMS[storm]
    weather = Weather(group, name, stores, tmp_path, lambda *_: reply)
    message = weather.got()
    assert isinstance(message, str), "nothing was answered, so nothing may come back"
    assert re.search(told, message)
    assert "service.invalid" not in message
    assert len(weather.asked) <= 6
    assert sum(weather.clock.slept) < 30


@pytest.mark.parametrize(("group", "name"), [("chasers", "semantic_scholar"), ("look_ups", "unpaywall")])
def test_papers_that_are_not_there_are_no_failure(
    group: str, name: str, stores: Toolbox, tmp_path: Path
) -> None:
    weather = Weather(group, name, stores, tmp_path, lambda *_: Reply({"error": "not found"}, 404))
    got = weather.got()
    if group == "chasers":
        assert got.problems == ("semantic_scholar knows no references or citations of a, b, c, d",)
        assert got.papers == ()
    else:
        assert got == ([], [])
    assert len(weather.asked) <= 2 * len(INCLUDED)


@pytest.mark.parametrize(("group", "name"), PIECES)
def test_empty_answers_are_answers(group: str, name: str, stores: Toolbox, tmp_path: Path) -> None:
    def answer(path: str, params: dict[str, str]) -> Reply:
        empty = {
            "openalex": {"meta": None, "results": []},
            "semantic_scholar": {"offset": 0, "data": []},
            "crossref": {"message": {"items": []}},
            "arxiv": feed(),
            "unpaywall": {"doi": path.partition("/unpaywall/")[2], "oa_locations": None},
        }
        return Reply(empty[name])

    got = Weather(group, name, stores, tmp_path, answer).got()
    assert not isinstance(got, str)
    assert not (got.papers if group == "chasers" else [one for one in got[0] if one.notices or one.locations])


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["W4711", "\ud800", "9" * 30]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@st.composite
def spoilt(draw: st.DrawFn, whole: Any) -> Any:
    """The answer with something else in one to three of its places."""
    for _ in range(draw(st.integers(1, 3))):
        holder, key, at = None, None, whole
        while isinstance(at, (dict, list)) and at and draw(st.integers(0, 9)):
            holder = at
            key = draw(st.sampled_from(sorted(at) if isinstance(at, dict) else range(len(at))))
            at = at[key]
        if holder is None:
            return draw(JSON)
        holder[key] = draw(JSON)
    return whole


@st.composite
def torn(draw: st.DrawFn, whole: str) -> str:
    """A feed with a stretch of it replaced by a tag, a number or nothing."""
    start = draw(st.integers(0, len(whole)))
    end = draw(st.integers(start, min(len(whole), start + 60)))
    other = draw(
        st.sampled_from(
            ["", "x", "-1", "9" * 5000, "<entry/>", "</entry>", "<title>", "<!DOCTYPE x>", "\x00"]
        )
    )
    return whole[:start] + other + whole[end:]


@pytest.mark.parametrize(("group", "name"), PIECES)
def test_no_answer_whatever_raises_anything_but_no_answer(
    group: str, name: str, stores: Toolbox, tmp_path: Path
) -> None:
    """Answers of the right form with wrong types anywhere: the piece answers, or says that it got no answer."""
    answered, homes = [], count()

    @given(data=st.data())
    @profile(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
    def holds(data: st.DataObject) -> None:
        def answer(path: str, params: dict[str, str]) -> Reply:
            reply = services(path, params)
            body = reply.body
            if isinstance(body, str) and body.startswith("{"):
                body = json.loads(body)
            if data.draw(st.booleans()):
                body = data.draw(torn(body) if isinstance(body, str) else spoilt(body))
            return replace(reply, body=body)

        home = tmp_path / str(next(homes))  # no example sees what another left behind
        answered.append(Weather(group, name, stores, home, answer).got())

    holds()
    assert any(not isinstance(got, str) for got in answered), (
        "nothing was answered: the test looks at nothing"
    )


READERS = {
    "openalex": "assignee.tools.openalex_works:read_works",
    "crossref": "assignee.tools.look_up_crossref:read_notes",
    "semantic_scholar": "assignee.tools.chase_semantic_scholar:read_edges",
    "unpaywall": "assignee.tools.look_up_unpaywall:read_locations",
}
KEYS = [
    "results",
    "meta",
    "count",
    "message",
    "items",
    "DOI",
    "data",
    "citedPaper",
    "next",
    "doi",
    "oa_locations",
    "url",
]


@pytest.mark.parametrize("name", READERS)
@given(
    body=st.binary(max_size=40)
    | st.recursive(
        st.none() | st.integers() | st.floats() | st.text(max_size=8) | st.just("10.1000/a"),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    ).map(lambda value: json.dumps(value).encode())
)
@profile(max_examples=50)
def test_a_reader_raises_nothing_but_garbled(name: str, body: bytes) -> None:
    module, _, attribute = READERS[name].partition(":")
    first = {"semantic_scholar": ("citedPaper",), "unpaywall": ("10.1000/a",)}.get(name, ())
    with suppress(Garbled):
        getattr(import_module(module), attribute)(*first, body)
