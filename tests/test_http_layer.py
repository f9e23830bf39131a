"""The HTTP layer under the databases, against a loopback server whose bad answers are made by hand."""

from __future__ import annotations

import random
import socket
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stand_in_database import Reply, StandInDatabase, WallTimeOfTests, at

from assignee.errors import UserError
from assignee.tools.database_settings import DatabaseSettings
from assignee.tools.http_cache import HttpCache
from assignee.tools.http_client import MOST_BYTES, Client, Garbled
from assignee.tools.http_errors import NoAnswer, NotThere, Refused
from assignee.tools.http_turns import REST_CAP_S, Turns
from assignee.tools.safe_xml import parse_xml

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])


@pytest.fixture
def clock() -> WallTimeOfTests:
    return WallTimeOfTests()


def client(server: StandInDatabase, home: Path, clock: WallTimeOfTests, **more: Any) -> Client:
    turns = Turns(home / "db.json", more.pop("interval", 0.0), clock, alone=more.pop("alone", False))
    return Client(server.url, turns, clock, rng=random.Random(0), **more)


def plain(body: bytes) -> str:
    if body.startswith(b"<html"):
        raise Garbled("it is no JSON")
    return body.decode()


def one_after_another(*replies: Reply) -> Callable[[str, dict[str, str]], Reply]:
    left = list(replies)
    return lambda path, params: left.pop(0) if len(left) > 1 else left[0]


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_passing_failure_is_asked_again(status: int, tmp_path: Path, clock: WallTimeOfTests) -> None:
    with StandInDatabase(one_after_another(Reply("busy", status), Reply("fine"))) as server:
        assert client(server, tmp_path, clock).get("/x", (), plain) == "fine"
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("status", "kind"), [(400, Refused), (401, Refused), (403, Refused), (404, NotThere), (410, NotThere)]
)
def test_what_asking_again_cannot_change_is_asked_once(
    status: int, kind: type[NoAnswer], tmp_path: Path, clock: WallTimeOfTests
) -> None:
    with (
        StandInDatabase(lambda path, params: Reply("no", status)) as server,
        pytest.raises(kind, match=str(status)),
    ):
        client(server, tmp_path, clock).get("/x", (), plain)
    assert len(server.asked) == 1


def test_retry_after_is_kept_to(tmp_path: Path, clock: WallTimeOfTests) -> None:
    replies = one_after_another(Reply("", 429, {"retry-after": "7"}), Reply("fine"))
    with StandInDatabase(replies) as server:
        client(server, tmp_path, clock).get("/x", (), plain)
    assert 7.0 in clock.slept


def test_fifteen_hours_are_not_waited_for_and_the_database_is_left_alone_for_one(
    tmp_path: Path, clock: WallTimeOfTests
) -> None:
    with StandInDatabase(lambda path, params: Reply("", 429, {"retry-after": "54000"})) as server:
        with pytest.raises(NoAnswer, match=r"429 Too Many Requests, and asks to wait 15 h$"):
            client(server, tmp_path, clock).get("/x", (), plain)
        with pytest.raises(NoAnswer, match="left alone"):
            client(server, tmp_path, clock).get("/y", (), plain)
        assert len(server.asked) == 1
        assert sum(clock.slept) < 1
        clock.sleep(REST_CAP_S)
        with pytest.raises(NoAnswer, match="429"):
            client(server, tmp_path, clock).get("/z", (), plain)
    assert len(server.asked) == 2


def test_after_five_failures_in_a_row_it_is_left_alone_for_a_minute(
    tmp_path: Path, clock: WallTimeOfTests
) -> None:
    with StandInDatabase(lambda path, params: Reply("", 500)) as server:
        asking = client(server, tmp_path, clock)
        for _ in range(5):
            with pytest.raises(NoAnswer, match="500 Internal Server Error"):
                asking.get("/x", (), plain)
        before = len(server.asked)
        with pytest.raises(NoAnswer, match="left alone"):
            asking.get("/x", (), plain)
        assert len(server.asked) == before
        clock.sleep(61)
        server.answer = lambda path, params: Reply("back")
        assert asking.get("/x", (), plain) == "back"


def test_a_dead_address_costs_seconds(tmp_path: Path, clock: WallTimeOfTests) -> None:
    with socket.socket() as taken:  # bound, not listening: connections are refused
        taken.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{taken.getsockname()[1]}"
        asking = Client(base, Turns(tmp_path / "db.json", 0.0, clock), clock)
        with pytest.raises(NoAnswer, match="no connection"):
            asking.get("/x", (), plain)
    assert sum(clock.slept) < 10


@pytest.mark.parametrize(("what", "longest"), [("get", 40), ("download", 60)])
def test_an_answer_that_drips_is_given_up_and_not_asked_for_again(
    what: str, longest: int, tmp_path: Path, clock: WallTimeOfTests
) -> None:
    began, asked = clock.now(), []

    class Drops(httpx2.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            while True:
                clock.sleep(10.0)
                yield b"."

    def drip(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return httpx2.Response(200, stream=Drops())

    turns = Turns(tmp_path / "db.json", 0.0, clock)
    slow = Client("http://127.0.0.1:9", turns, clock, transport=httpx2.MockTransport(drip))
    with pytest.raises(NoAnswer, match=r"^no answer in time$"):
        slow.get("/x", (), plain) if what == "get" else slow.download("/x", lambda body, _: body)
    assert len(asked) == 1
    assert longest < clock.now() - began <= longest + 10


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (
            Reply("<html>hello</html>", headers={"content-type": "text/html"}),
            r"cannot be used: it is no JSON \(text/html\)",
        ),
        (Reply("half", cut=True), "cut"),
        (Reply("text", headers={"content-encoding": "gzip"}), "cannot be decoded"),
    ],
)
def test_a_garbled_answer_is_asked_for_again_and_then_told(
    reply: Reply, told: str, tmp_path: Path, clock: WallTimeOfTests
) -> None:
    with (
        StandInDatabase(lambda path, params: reply) as server,
        pytest.raises(NoAnswer, match=f"{told}.*asked 3 times"),
    ):
        client(server, tmp_path, clock).get("/x", (), plain)
    assert len(server.asked) == 3


def test_a_huge_answer_is_not_read(tmp_path: Path, clock: WallTimeOfTests) -> None:
    with (
        StandInDatabase(lambda path, params: Reply(b"x" * (MOST_BYTES + 1))) as server,
        pytest.raises(Refused, match="more than 16 MB"),
    ):
        client(server, tmp_path, clock).get("/x", (), plain)


@pytest.mark.parametrize(
    "where",
    ["http://example.org/", "http://127.0.0.1:1/", "//example.org/x", "file:///etc/passwd", "http://["],
)
def test_a_redirect_to_another_host_is_not_followed(
    where: str, tmp_path: Path, clock: WallTimeOfTests
) -> None:
    with (
        StandInDatabase(lambda path, params: Reply("", 302, {"location": where})) as server,
        pytest.raises(Refused, match="redirects"),
    ):
        client(server, tmp_path, clock).get("/x", (), plain)
    assert len(server.asked) == 1


def test_a_redirect_within_the_host_is_followed_but_not_in_circles(
    tmp_path: Path, clock: WallTimeOfTests
) -> None:
    def moved(path: str, params: dict[str, str]) -> Reply:
        return Reply("here") if path == "/new" else Reply("", 301, {"location": "/new"})

    with StandInDatabase(moved) as server:
        assert client(server, tmp_path, clock).get("/old", (("q", "1"),), plain) == "here"
        server.answer = lambda path, params: Reply("", 301, {"location": "/new"})
        with pytest.raises(Refused, match="circles"):
            client(server, tmp_path, clock).get("/old", (), plain)


def test_an_answer_is_kept_for_a_day_without_key_or_contact(tmp_path: Path, clock: WallTimeOfTests) -> None:
    cache = HttpCache(tmp_path / "answers.db", clock)
    with StandInDatabase(lambda path, params: Reply("fine")) as server:
        for key in ("first-secret", "second-secret"):
            asking = client(
                server, tmp_path, clock, cache=cache, secret_params=(("key", key),), headers={"x-key": key}
            )
            assert asking.get("/x", (("q", "a b"),), plain) == "fine"
        assert server.asked == [("/x", {"q": "a b", "key": "first-secret"})]
        clock.sleep(24 * 3600 + 1)
        asking.get("/x", (("q", "a b"),), plain)
        assert len(server.asked) == 2
    cache.close()
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"secret" not in stored


def test_failures_are_not_kept(tmp_path: Path, clock: WallTimeOfTests) -> None:
    cache = HttpCache(tmp_path / "answers.db", clock)
    with StandInDatabase(one_after_another(Reply("no", 404), Reply("fine"))) as server:
        asking = client(server, tmp_path, clock, cache=cache)
        with pytest.raises(NotThere):
            asking.get("/x", (), plain)
        assert asking.get("/x", (), plain) == "fine"
    cache.close()


def test_two_objects_of_one_home_stand_in_one_line(tmp_path: Path, clock: WallTimeOfTests) -> None:
    begun = []
    for _ in range(4):  # as four processes would: nothing but the file is shared
        with Turns(tmp_path / "db.json", 3.0, clock, alone=True).turn():
            begun.append(clock.now())
    assert [round(b - a, 6) for a, b in pairwise(begun)] == [3.0, 3.0, 3.0]


def test_a_turn_alone_keeps_other_processes_out(tmp_path: Path, clock: WallTimeOfTests) -> None:
    code = """
        import sys
        from filelock import FileLock, Timeout
        try:
            FileLock(sys.argv[1], timeout=0).acquire()
        except Timeout:
            print("kept out")
    """
    with Turns(tmp_path / "db.json", 3.0, clock, alone=True).turn():
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(code), str(tmp_path / "db.lock")],
            capture_output=True,
            text=True,
            check=True,
        )
    assert done.stdout == "kept out\n"


@given(st.binary(max_size=60) | st.sampled_from([b'{"began": 1e300}', b'{"began": "x"}', b"[]", b'{"a": 1}']))
def test_a_damaged_state_file_stops_nobody(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.json"
    path.write_bytes(raw)
    clock = WallTimeOfTests()
    with Turns(path, 3.0, clock).turn():
        assert sum(clock.slept) <= 3.0


def test_settings_refuse_what_cannot_be_sent() -> None:
    good = DatabaseSettings.from_env(
        {"ASSIGNEE_CONTACT": "a@b.org", "ASSIGNEE_ARXIV_URL": "http://localhost:1/api/"}
    )
    assert (good.urls["arxiv"], good.mail) == ("http://localhost:1/api", "a@b.org")
    assert good.user_agent("1") == "assignee/1 (literature reviews; contact: a@b.org)"
    for env in (
        {"ASSIGNEE_CONTACT": "a@b.org\r\nx: y"},
        {"ASSIGNEE_ARXIV_URL": "file:///etc"},
        {"ASSIGNEE_ARXIV_URL": "https://a:b@host"},
        {"ASSIGNEE_OPENALEX_KEY": "abc", "ASSIGNEE_OPENALEX_URL": "http://example.org"},
        {"ASSIGNEE_OPENALEX_KEY": "a b"},
    ):
        with pytest.raises(UserError, match="ASSIGNEE_"):
            DatabaseSettings.from_env(env)
    assert "secret" not in repr(at("openalex", "https://x", key="secret"))


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b"<a>",
        b"\xff\xfe<\x00a\x00/\x00>\x00",
        b"",
        "<!DOCTYPE a><a/>".encode("utf-16"),
    ],
)
def test_hostile_xml_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"^it "):
        parse_xml(body)
