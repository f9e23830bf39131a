"""Who may ask the server what: hosts, tokens, other sites' pages, rates, sizes; and what the page itself may do."""

from __future__ import annotations

import gzip
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from job_world import World, make_world  # noqa: F401
from web_world import BASE, MARK, TOKEN, scope_of, served

from assignee.errors import UserError
from assignee.registry import load, names
from assignee.tools.source import Unreadable
from assignee.web_limits import Rate
from assignee.web_safety import COOKIE, cookie_of
from assignee.web_settings import Limits, WebSettings
from assignee.web_uploads import Refused, safe_name, types

PAGE = Path(__file__).parents[1] / "assignee" / "web"
REVIEW = {"question": "Does A improve B?"}
OPEN = ("/", "/page/page.js", "/page/page.css", "/page/icon.svg", "/openapi.json", "/api/session")


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "10.0.0.7", "[::2]:8000"]
)
async def test_a_foreign_host_is_refused(world: World, host: str) -> None:
    async with served(world) as web:
        for path in ("/", "/api/reviews", "/openapi.json"):
            answer = await web.client.get(path, headers={"Host": host})
            assert answer.status_code == 421
            assert "does not answer to the name" in answer.json()["error"]


@pytest.mark.parametrize(
    "host", ["", "a b", "127.0.0.1:8000@evil.example", "127.0.0.1:x", "[::1", "x" * 9000]
)
async def test_a_host_that_makes_no_sense_is_refused(world: World, host: str) -> None:
    async with served(world) as web:
        assert (await web.client.get("/", headers={"Host": host})).status_code in (400, 421)


@pytest.mark.parametrize(
    "host", ["localhost:8000", "127.0.0.1", "[::1]:8000", "LOCALHOST", "reviews.example"]
)
async def test_its_own_names_are_answered(world: World, host: str) -> None:
    async with served(world, names=("reviews.example",)) as web:
        assert (await web.client.get("/", headers={"Host": host})).status_code == 200


def test_beyond_this_machine_an_address_is_answered_and_a_name_only_when_known() -> None:
    web = WebSettings(host="0.0.0.0", token=TOKEN, names=("reviews.example",))
    assert web.answers_to("192.168.1.7")
    assert web.answers_to("reviews.example")
    assert not web.answers_to("evil.example")
    assert not WebSettings().answers_to("192.168.1.7")


async def test_without_the_token_nothing_is_told(world: World) -> None:
    async with served(world, token=TOKEN) as web:
        for path in OPEN:
            assert (await web.client.get(path)).status_code == 200, path
        assert (await web.client.get("/api/session")).json()["signed_in"] is False
        paths = (await web.client.get("/openapi.json")).json()["paths"]
        for path, operations in paths.items():
            if path == "/api/session":
                continue
            for method in operations:
                answer = await web.client.request(method, path.replace("{id}", "0123456789ab"), headers=MARK)
                assert answer.status_code == 401, (method, path)
                assert answer.headers["www-authenticate"] == "Bearer"
                assert list(answer.json()) == ["error"]
        for wrong in (f"Bearer {TOKEN}x", "Bearer ", "Bearer", f"Basic {TOKEN}", TOKEN):
            answer = await web.client.get("/api/reviews", headers={"Authorization": wrong})
            assert answer.status_code == 401, wrong
        right = {"Authorization": f"Bearer {TOKEN}"}
        assert (await web.client.get("/api/reviews", headers=right)).json() == []
        assert (await web.client.post("/api/reviews", json=REVIEW, headers=right)).status_code == 202


async def test_a_browser_signs_in_once_and_out(world: World) -> None:
    async with served(world, token=TOKEN) as web:
        wrong = await web.client.post("/api/session", json={"token": "guess"}, headers=MARK)
        assert (wrong.status_code, "set-cookie" in wrong.headers) == (401, False)
        right = await web.client.post("/api/session", json={"token": TOKEN}, headers=MARK)
        assert right.status_code == 204
        cookie = right.headers["set-cookie"]
        assert cookie.startswith(f"{COOKIE}={cookie_of(TOKEN)}; ")
        assert {"HttpOnly", "SameSite=strict"} <= set(cookie.split("; "))
        assert TOKEN not in cookie
        assert (await web.client.get("/api/reviews")).status_code == 200
        assert (await web.client.get("/api/session")).json()["signed_in"] is True
        # the cookie alone changes nothing: another site's form sends it, too
        assert (await web.client.post("/api/reviews", json=REVIEW)).status_code == 403
        assert (
            await web.client.get("/api/reviews", headers={"Authorization": "Bearer no"})
        ).status_code == 401
        assert (await web.client.delete("/api/session", headers=MARK)).status_code == 204
        assert (await web.client.get("/api/reviews")).status_code == 401


async def test_a_token_is_not_found_by_trying(world: World) -> None:
    async with served(world, token=TOKEN, limits=Limits(wrong_tokens=3)) as web:
        for number in range(3):
            answer = await web.client.post("/api/session", json={"token": f"guess {number}"}, headers=MARK)
            assert answer.status_code == 401
        for answer in (
            await web.client.post("/api/session", json={"token": TOKEN}, headers=MARK),
            await web.client.get("/api/reviews", headers={"Authorization": f"Bearer {TOKEN}"}),
        ):
            assert answer.status_code == 429
            assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {**MARK, "Origin": "http://evil.example"},
        {**MARK, "Origin": "null"},
        {**MARK, "Origin": "http://127.0.0.1:9999"},
        {**MARK, "Origin": BASE, "Sec-Fetch-Site": "cross-site"},
        {**MARK, "Sec-Fetch-Site": "same-site"},
    ],
)
async def test_another_sites_page_changes_nothing(world: World, headers: dict[str, str]) -> None:
    async with served(world) as web:
        answer = await web.client.post("/api/reviews", json=REVIEW, headers=headers)
        assert answer.status_code == 403
        assert web.jobs.jobs() == []


async def test_another_sites_page_reads_nothing_and_our_own_may_ask(world: World) -> None:
    async with served(world) as web:
        own = {**MARK, "Origin": BASE, "Sec-Fetch-Site": "same-origin"}
        assert (await web.client.post("/api/reviews", json=REVIEW, headers=own)).status_code == 202
        for site in ("cross-site", "same-site"):
            assert (await web.client.get("/api/reviews", headers={"Sec-Fetch-Site": site})).status_code == 403
            assert (await web.client.get("/", headers={"Sec-Fetch-Site": site})).status_code == 200, (
                "a link to us"
            )
        answer = await web.client.options("/api/reviews", headers={"Origin": "http://evil.example"})
        assert "access-control-allow-origin" not in answer.headers
        assert answer.status_code == 405


async def test_a_form_of_plain_text_is_no_json(world: World) -> None:
    async with served(world) as web:
        answer = await web.client.post(
            "/api/reviews", content=b'{"question": "Is x?"}', headers={**MARK, "Content-Type": "text/plain"}
        )
        assert answer.status_code == 422


async def test_one_client_cannot_ask_too_often(world: World) -> None:
    async with served(world, limits=Limits(reads=3, writes=2)) as web:
        assert [(await web.client.get("/")).status_code for _ in range(4)] == [200, 200, 200, 429]
        posts = [await web.client.post("/api/reviews", json=REVIEW, headers=MARK) for _ in range(3)]
        assert [answer.status_code for answer in posts] == [202, 202, 429]
        assert (
            posts[-1].json()["error"]
            == f"too many requests; try again in {posts[-1].headers['retry-after']} seconds"
        )


def test_a_rate_fills_up_again_for_each_client_alone() -> None:
    now = 0.0
    rate = Rate(2, clock=lambda: now)
    assert [rate.take("a"), rate.take("a"), rate.take("a")] == [0, 0, 30]
    assert rate.take("b") == 0
    now = 29.0
    assert rate.wait("a") == 1
    now = 30.0
    assert [rate.take("a"), rate.take("a")] == [0, 30]


async def test_a_large_request_is_refused_before_it_is_read(world: World) -> None:
    async with served(world, limits=Limits(file=1024 * 1024)) as web:
        answer = await web.client.post("/api/reviews", content=b"x" * 70_000, headers=MARK)
        assert (answer.status_code, answer.json()["error"]) == (413, "too large: at most 64 KB at once")
        id = (await web.client.post("/api/libraries", headers=MARK)).json()["id"]
        told = await web.client.post(
            f"/api/libraries/{id}/files?name=a.txt",
            content=b"x",
            headers={**MARK, "Content-Length": str(200 * 2**20)},
        )
        assert (told.status_code, told.json()["error"]) == (413, "too large: at most 1 MB at once")


async def test_200_megabytes_in_pieces_are_refused_while_they_come(world: World) -> None:
    sent = 0

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(200):
            sent += 1
            yield b"x" * 2**20

    async with served(world, limits=Limits(file=3 * 2**20)) as web:
        id = (await web.client.post("/api/libraries", headers=MARK)).json()["id"]
        answer = await web.client.post(
            f"/api/libraries/{id}/files?name=a.txt", content=pieces(), headers=MARK
        )
        assert answer.status_code == 413
        assert sent <= 5
        assert (await web.client.get(f"/api/libraries/{id}")).json()["files"] == []
        kept = [path for path in (world.settings.home / "uploads").rglob("*") if path.is_file()]
        assert kept == [], "nothing of it stays"


async def test_uploaded_papers_stay_in_their_folder_and_become_a_library(world: World) -> None:
    async with served(world, library=()) as web:
        id = (await web.client.post("/api/libraries", headers=MARK)).json()["id"]
        empty = await web.client.post("/api/reviews", json={**REVIEW, "library": id}, headers=MARK)
        assert (empty.status_code, empty.json()["error"]) == (
            422,
            "the library is empty; upload papers first",
        )
        for name in (
            "../../../tmp/evil.txt",
            "..\\..\\a.TXT",
            "a.txt",
            "/etc/cron.d/x.md",
            "\u202etxt.pdf",
            ".txt",
            "CON .bib",
        ):
            content = b"%PDF-1.7 x" if name.endswith("pdf") else b"English training raises accuracy."
            answer = await web.client.post(
                f"/api/libraries/{id}/files", params={"name": name}, content=content, headers=MARK
            )
            assert answer.status_code == 201, answer.text
        told = (await web.client.get(f"/api/libraries/{id}")).json()
        names = {file["name"] for file in told["files"]}
        assert names == {"evil.txt", "a.txt", "a-2.txt", "x.md", "txt.pdf", "paper.txt", "CON.bib"}
        folder = world.settings.home / "uploads" / id / "papers"
        assert {path.name for path in folder.iterdir()} == names
        await web.ask(library=id)
        late = await web.client.post(f"/api/libraries/{id}/files?name=b.txt", content=b"late", headers=MARK)
        assert (late.status_code, late.json()["error"]) == (
            409,
            "a review rests on this library; make a new one",
        )


@pytest.mark.parametrize(
    ("name", "content", "status", "line"),
    [
        ("a.exe", b"MZ", 415, "papers come as .bib, .bib.gz, .bibtex, .csl.json"),
        ("a", b"x", 415, "papers come as"),
        ("a.pdf", b"<html>", 415, "named .pdf but is none"),
        ("a.txt", b"\xff\xfe\x00", 415, "no UTF-8 text"),
        ("a.jsonl", b"{}\0", 415, "no text"),
        ("a.txt", b"", 422, "the file is empty"),
        ("a.docx", b"%PDF-1.4", 415, "named .docx but is none"),
        ("a.tar.gz", b"PK\3\4", 415, "named .tar.gz but is none"),
        ("a.jsonl.gz", b"{}", 415, "named .jsonl.gz but is none"),
        ("a.tgz", gzip.compress(b"a paper", mtime=0)[:-9], 415, "named .tgz but is broken"),
        ("a.nxml", b"<a>\0</a>", 415, "no text"),
        ("a.ris", b"TY  - \xff", 415, "no UTF-8 text"),
    ],
)
async def test_what_is_no_paper_is_not_kept(
    world: World, name: str, content: bytes, status: int, line: str
) -> None:
    async with served(world) as web:
        id = (await web.client.post("/api/libraries", headers=MARK)).json()["id"]
        answer = await web.client.post(
            f"/api/libraries/{id}/files", params={"name": name}, content=content, headers=MARK
        )
        assert answer.status_code == status
        assert line in answer.json()["error"]
        assert (await web.client.get(f"/api/libraries/{id}")).json()["files"] == []


async def test_every_format_of_the_library_is_taken(world: World) -> None:
    packed = gzip.compress(b"{}")
    async with served(world) as web:
        id = (await web.client.post("/api/libraries", headers=MARK)).json()["id"]
        offered = (await web.client.get("/api/session")).json()["file_types"]
        assert set(offered) == {
            suffix for name in names("formats") for suffix in load("formats", name).suffixes
        }
        bodies = {
            ".pdf": b"\n%PDF-1.4",
            ".docx": b"PK\3\4",
            ".gz": packed,
            ".tgz": packed,
            ".html": b"<p>\xe9</p>",
        }
        for kind in (*offered, ".jsonl.gz"):
            last = f".{kind.rsplit('.', 1)[-1]}"
            where = f"/api/libraries/{id}/files?name=My+Paper{kind.upper()}"
            kept = await web.client.post(where, content=bodies.get(last, b"text"), headers=MARK)
            assert kept.status_code == 201, (kind, kept.text)
        files = [item["name"] for item in (await web.client.get(f"/api/libraries/{id}")).json()["files"]]
    assert sorted(files) == sorted([*(f"My_Paper{kind}" for kind in offered), "My_Paper-2.jsonl.gz"])


async def test_a_file_that_unpacks_to_too_much_is_refused(world: World) -> None:
    async with served(world, limits=Limits(library=2_000_000)) as web:
        id = (await web.client.post("/api/libraries", headers=MARK)).json()["id"]
        bomb = gzip.compress(b"0" * 2_000_001)
        assert len(bomb) < 10_000
        where = f"/api/libraries/{id}/files?name=a.jsonl.gz"
        assert (await web.client.post(where, content=bomb, headers=MARK)).status_code == 413
        fine = await web.client.post(where, content=gzip.compress(b"0" * 2_000_000), headers=MARK)
        assert fine.status_code == 201


def test_a_packed_record_file_is_not_unpacked_without_bound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assignee.tools.decoding._MOST", 1 << 20)
    for size, said in ((1 << 20, ""), ((1 << 20) + 1, "unpacks to more than 1 MB")):
        (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(b" " * size))
        with pytest.raises(Unreadable, match=said or "is empty"):
            list(load("formats", "jsonl").read(tmp_path / "a.jsonl.gz"))


async def test_uploads_are_bounded_in_number_and_room(world: World) -> None:
    async with served(world, limits=Limits(files=2, library=30, uploads=40)) as web:

        async def put(id: str, content: bytes) -> int:
            path = f"/api/libraries/{id}/files?name=a.txt"
            return (await web.client.post(path, content=content, headers=MARK)).status_code

        ids = [(await web.client.post("/api/libraries", headers=MARK)).json()["id"] for _ in range(2)]
        assert [await put(ids[0], b"x" * 20), await put(ids[0], b"x" * 20)] == [201, 413]
        assert [await put(ids[0], b"x"), await put(ids[0], b"x")] == [201, 413]
        assert await put(ids[1], b"x" * 25) == 507
        assert await put(ids[1], b"x" * 19) == 201
        assert (await web.client.post("/api/libraries", headers=MARK)).status_code == 507
        assert await put("0" * 32, b"x") == 404
        assert await put("..", b"x") == 404


async def test_old_uploads_that_nobody_asked_about_are_removed(world: World) -> None:
    async with served(world) as web:
        used, unused = [
            (await web.client.post("/api/libraries", headers=MARK)).json()["id"] for _ in range(2)
        ]
        await web.client.post(f"/api/libraries/{used}/files?name=a.txt", content=b"A text.", headers=MARK)
        await web.ask(library=used)
        uploads = web.app.state.shared.uploads
        later = (world.settings.home / "uploads" / used).stat().st_mtime + 25 * 3600
        in_use = {path for job in web.jobs.jobs() for path in job.request["library"]}
        assert uploads.tidy(in_use) == 0
        assert uploads.tidy(in_use, now=later) == 1
        assert [(await web.client.get(f"/api/libraries/{id}")).status_code for id in (used, unused)] == [
            200,
            404,
        ]


async def test_an_upload_that_breaks_off_leaves_nothing(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    async with served(world) as web:
        id = (await web.client.post("/api/libraries", headers=MARK)).json()["id"]
        messages: list[dict[str, Any]] = [
            {"type": "http.request", "body": b"half a pap", "more_body": True},
            {"type": "http.disconnect"},
        ]

        async def receive() -> dict[str, Any]:
            return messages.pop(0)

        async def send(message: Any) -> None:
            raise AssertionError(f"nobody is there to hear {message}")

        await web.app(scope_of(f"/api/libraries/{id}/files?name=a.txt", MARK, "POST"), receive, send)
        assert [path for path in (world.settings.home / "uploads").rglob("*") if path.is_file()] == []
        assert caplog.records == []


async def test_a_fault_of_ours_is_one_line_and_tells_the_client_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(limit: int) -> None:
        raise RuntimeError("secret place /srv/x")

    async with served(world) as web:
        monkeypatch.setattr(web.jobs, "jobs", broken)
        answer = await web.client.get("/api/reviews")
        assert answer.status_code == 500
        assert answer.json() == {"error": "the server failed; whoever runs it sees why"}
        assert [record.getMessage() for record in caplog.records] == [
            "GET /api/reviews failed: RuntimeError: secret place /srv/x"
        ]


@given(st.text(max_size=60), st.sampled_from(types()))
def test_a_stored_name_is_always_a_plain_file_name_of_a_known_type(stem: str, kind: str) -> None:
    name = safe_name(stem + kind)
    assert Path(name).name == name
    assert not name.startswith(".")
    assert len(name) <= 90
    assert name.endswith(kind)
    assert re.fullmatch(r"[\w.-]+", name)


@given(st.text(max_size=60))
def test_a_name_of_another_type_is_refused(name: str) -> None:
    if not name.lower().endswith(types()):
        with pytest.raises(Refused):
            safe_name(name)


async def test_every_response_has_the_headers_that_keep_the_page_to_itself(world: World) -> None:
    async with served(world) as web:
        for path in (*OPEN, "/api/reviews", "/nowhere", "/api/reviews/ffff"):
            headers = (await web.client.get(path)).headers
            assert headers["x-content-type-options"] == "nosniff", path
            assert headers["referrer-policy"] == "no-referrer"
            assert headers["cross-origin-resource-policy"] == "same-origin"
            policy = headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert "http" not in policy


async def test_the_page_loads_only_what_lies_beside_it_and_never_reads_text_as_markup(world: World) -> None:
    async with served(world) as web:
        page = (await web.client.get("/")).text
        wanted = re.findall(r'(?:src|href)="(/[^"#]*)"', page)
        assert {"/page/page.js", "/page/page.css"} <= set(wanted)
        for path in wanted:
            assert (await web.client.get(path)).status_code == 200, path
        assert not re.search(r"<script(?![^>]* src=)|<style|\son\w+=|javascript:|https?://", page)
    for file in PAGE.glob("*.js"):
        text = file.read_text(encoding="utf-8")
        for loaded in re.findall(r'from "(.+?)"', text):
            assert (PAGE / loaded).is_file(), f"{file.name} imports {loaded}"
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc", text
        )
        assert "http://" not in text.replace('"http:"', "")
        assert "https://" not in text


def test_none_is_needed_on_this_machine() -> None:
    assert WebSettings(host="::1").token == ""
    assert WebSettings(host="127.0.0.9").token == ""
    with pytest.raises(UserError, match="lets other machines in"):
        WebSettings(host="0.0.0.0")
