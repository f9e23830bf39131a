"""The web interface: ask, follow, cancel, resume, ask about it, download; two people at once; everything misused."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from fake_engine import TEXTS
from job_world import Gate, World, make_world  # noqa: F401
from web_world import MARK, Stream, served

from assignee.web_settings import Limits


async def test_a_review_is_asked_followed_read_and_asked_about(world: World) -> None:
    async with served(world) as web:
        answer = await web.client.post(
            "/api/reviews", json={"question": " Does A  improve B? "}, headers=MARK
        )
        assert answer.status_code == 202
        review = answer.json()
        id = review["id"]
        assert answer.headers["location"] == f"/api/reviews/{id}"
        assert (review["question"], review["result"]) == ("Does A improve B?", None)
        events = await web.told(id)
        numbers = [number for number, _, _ in events[:-1]]
        assert numbers == list(range(1, len(numbers) + 1))
        assert events[-1][:2] == (None, "end")
        assert events[-1][2]["state"] == "done"
        marks = [data["mark"] for _, kind, data in events if kind == "claim"]
        assert marks[:4] == [""] * 4
        assert set(marks[4:]) == {"✓", "–"}
        found = (await web.client.get(f"/api/reviews/{id}/found")).json()
        assert [(paper["id"], paper["included"]) for paper in found["papers"]] == [
            ("p1", True),
            ("p2", True),
            ("p3", False),
        ]
        assert [claim["mark"] for claim in found["claims"]] == marks[4:]
        asked = await web.client.post(
            f"/api/reviews/{id}/questions", json={"question": "Why was p3 excluded?"}, headers=MARK
        )
        assert asked.status_code == 200
        assert asked.json()["held"] is True
        assert "about heat" in asked.json()["text"]
        [listed] = (await web.client.get("/api/reviews")).json()
        assert listed == (await web.client.get(f"/api/reviews/{id}")).json()
        assert str(world.library) not in json.dumps([listed, *(data for _, _, data in events)])


async def test_the_report_is_downloaded_in_every_format_as_the_service_renders_it(world: World) -> None:
    async with served(world) as web:
        id = await web.ask()
        await web.told(id)
        formats = (await web.client.get("/api/session")).json()["formats"]
        assert {"md", "html", "json", "bib", "pdf"} <= set(formats)
        for format in sorted(set(formats) - {"pdf"}):
            answer = await web.client.get(f"/api/reviews/{id}/report.{format}")
            name, content = web.jobs.rendered(id, format)
            assert (answer.status_code, answer.content) == (200, content)
            assert answer.headers["content-disposition"] == f'attachment; filename="{id[:8]}-{name}"'
            assert answer.headers["content-security-policy"].startswith("sandbox;")
        refused = await web.client.get(f"/api/reviews/{id}/report.exe")
        assert (refused.status_code, refused.json()["error"]) == (
            404,
            f"a report comes as {', '.join(formats)}",
        )


async def test_events_are_re_read_from_any_point(world: World) -> None:
    async with served(world) as web:
        id = await web.ask()
        events = await web.told(id)
        assert await web.told(id, params={"after": 5}) == events[5:]
        assert await web.told(id, params={"after": 1}, headers={"Last-Event-ID": "7"}) == events[7:]
        assert await web.told(id, headers={"Last-Event-ID": str(len(events) + 9)}) == events[-1:]
        for wrong in ("x", "-1", "9" * 40, "١"):
            answer = await web.client.get(
                f"/api/reviews/{id}/events", headers={"Last-Event-ID": wrong.encode()}
            )
            assert answer.status_code == 422, wrong


async def test_a_page_that_is_closed_stops_nothing_and_comes_back_to_where_it_was(world: World) -> None:
    gate = Gate("overlap")
    async with served(world, gate) as web:
        id = await web.ask()
        page = Stream(web.app, f"/api/reviews/{id}/events")
        seen = await page.until("claim")
        await page.leave()
        assert web.app.state.shared.streams == 0
        assert (await web.client.get(f"/api/reviews/{id}")).json()["state"] == "running"
        gate.free.set()
        later = await web.told(id, headers={"Last-Event-ID": str(seen[-1][0])})
        assert later[0][0] == seen[-1][0] + 1
        assert later[-1][2]["state"] == "done"


async def test_a_quiet_stream_gives_signs_of_life_and_too_many_are_refused(world: World) -> None:
    gate = Gate("plan")
    async with served(world, gate, limits=Limits(beat=0.01, streams=1)) as web:
        id = await web.ask()
        page = Stream(web.app, f"/api/reviews/{id}/events")
        while b"still here" not in (await page.piece() or b""):
            pass
        refused = await web.client.get(f"/api/reviews/{id}/events")
        assert refused.status_code == 503
        assert refused.headers["retry-after"] == "30"
        await page.leave()
        gate.free.set()
        assert (await web.told(id))[-1][1] == "end"


async def test_two_people_who_ask_the_same_share_one_review(world: World) -> None:
    gate = Gate("plan")
    async with served(world, gate) as web:
        ids = await asyncio.gather(*(web.ask() for _ in range(6)))
        assert len(set(ids)) == 1
        both = [Stream(web.app, f"/api/reviews/{ids[0]}/events") for _ in range(2)]
        gate.free.set()
        one, other = [await page.until("end") for page in both]
        assert one == other
        assert len((await web.client.get("/api/reviews")).json()) == 1
        assert sum(kind == "done" for _, kind, _ in one) == 1


async def test_cancel_and_resume_race_without_harm(world: World) -> None:
    gate = Gate("quote_check")
    async with served(world, gate) as web:
        id = await web.ask()
        assert await asyncio.to_thread(gate.reached.wait, 60)
        answers = await asyncio.gather(
            *(web.client.post(f"/api/reviews/{id}/cancel", headers=MARK) for _ in range(3))
        )
        assert [answer.json()["state"] for answer in answers] == ["cancelled"] * 3
        refused = await web.client.get(f"/api/reviews/{id}/report.md")
        assert (refused.status_code, refused.json()) == (
            409,
            {"error": f"review {id} has no report; it is cancelled"},
        )
        assert len((await web.client.get(f"/api/reviews/{id}/found")).json()["claims"]) == 4
        gate.free.set()
        answers = await asyncio.gather(
            *(web.client.post(f"/api/reviews/{id}/resume", headers=MARK) for _ in range(3))
        )
        assert {answer.status_code for answer in answers} == {200}
        events = await web.told(id)
        assert [kind for _, kind, _ in events if kind in ("cancelled", "resumed", "done")] == [
            "cancelled",
            "resumed",
            "done",
        ]


async def test_the_server_is_stopped_mid_run_and_the_page_goes_on_after_it(world: World) -> None:
    gate = Gate("overlap")
    async with served(world, gate) as web:
        id = await web.ask()
        page = Stream(web.app, f"/api/reviews/{id}/events")
        seen = await page.until("claim")
        gate.free.set()
        await web.jobs.close()
        await page.ended  # without an event "end", so that the page comes back
        with pytest.raises(AssertionError, match="the stream ended without end"):
            await page.until("end")
        refused = await web.client.get(f"/api/reviews/{id}")
        assert refused.status_code == 404
    async with served(world) as web:
        later = await web.told(id, headers={"Last-Event-ID": str(seen[-1][0])})
        assert later[0][0] == seen[-1][0] + 1
        assert later[-1][2]["state"] == "done"


HOSTILE = '<script>alert(1)</script> "><img src=x onerror=alert(2)> [x](javascript:alert(3)) \u202egnp.exe'


async def test_markup_in_questions_and_papers_stays_text(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        TEXTS, "p1", f"{HOSTILE} Training on English tasks raises transfer accuracy by 4 points."
    )
    async with served(world) as web:
        id = await web.ask(f"Does {HOSTILE} improve B?")
        events = await web.told(id)
        assert any("<script>" in data["text"] for _, kind, data in events if kind == "claim"), (
            "JSON, as it is"
        )
        answer = await web.client.get(f"/api/reviews/{id}/page")
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text
        assert "<img src=x" not in answer.text
        assert "&lt;script&gt;" in answer.text
        assert answer.headers["content-security-policy"].startswith("sandbox allow-scripts")
        assert "allow-same-origin" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("method", "path", "status", "line"),
    [
        ("GET", "/api/reviews/0123456789ab", 404, "the run '0123456789ab' is unknown"),
        ("GET", "/api/reviews/..%2f..%2fetc", 404, "there is nothing here"),
        ("GET", "/api/reviews/0123456789ab/events", 404, "is unknown"),
        ("POST", "/api/reviews/0123456789ab/cancel", 404, "is unknown"),
        ("POST", "/api/reviews/0123456789ab/resume", 404, "is unknown"),
        ("GET", "/api/reviews/0123456789ab/report.md", 404, "is unknown"),
        ("GET", "/api/reviews?limit=0", 422, "query.limit: Input should be greater than or equal to 1"),
        ("GET", "/docs", 404, "there is nothing here"),
        ("PUT", "/api/reviews", 405, "PUT is not understood here"),
        ("GET", "/page/../web_app.py", 404, "there is nothing here"),
    ],
)
async def test_what_is_not_there_is_told_in_one_line(
    world: World, method: str, path: str, status: int, line: str
) -> None:
    async with served(world) as web:
        answer = await web.client.request(method, path, headers=MARK)
        assert answer.status_code == status
        [told] = answer.json().values()
        assert line in told
        assert "\n" not in told


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (b"{", "the body is not JSON"),
        (b"[]", "valid dictionary"),
        (b'{"question": "\\ud800"}', "question: Input should be a valid string"),
        (b"{}", "question: Field required"),
        (b'{"question": 3}', "question: Input should be a valid string"),
        (b'{"question": "?!"}', "the question is empty"),
        (b'{"question": "x", "extra": 1}', "extra: Extra inputs are not permitted"),
        (b'{"question": "Is x?", "max_papers": 0}', "max_papers: Input should be greater"),
        (b'{"question": "Is x?", "until": "soon"}', "--until 'soon' is not a date"),
        (b'{"question": "Is x?", "include": ["p1", "pyproject.toml"]}', "to include is given by its id"),
        (b'{"question": "Is x?", "chase": 6}', "chase: Input should be less"),
        (b'{"question": "Is x?", "seed_paper": "/etc/passwd"}', "the seed paper is given by its id"),
        (
            b'{"question": "Is x?", "seed_paper": "http://example.org/a.pdf"}',
            "the seed paper is given by its id",
        ),
        (b'{"question": "Is x?", "seed_paper": "pyproject.toml"}', "the seed paper is given by its id"),
        (b'{"question": "Is x?", "library": "../.."}', "this library is unknown"),
        (b'{"question": "Is x?", "library": "/etc"}', "this library is unknown"),
        (
            json.dumps({"question": "x" * 2001}).encode(),
            "question: String should have at most 2000 characters",
        ),
    ],
)
async def test_a_request_that_makes_no_sense_is_refused_in_one_line(
    world: World, body: bytes, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Path(__file__).parents[1])
    async with served(world) as web:
        answer = await web.client.post(
            "/api/reviews", content=body, headers={**MARK, "Content-Type": "application/json"}
        )
        assert answer.status_code == (404 if "unknown" in line else 422), answer.text
        assert line in answer.json()["error"]
        assert web.jobs.jobs() == []


async def test_a_server_without_a_library_asks_for_one(world: World) -> None:
    async with served(world, library=()) as web:
        assert (await web.client.get("/api/session")).json()["library"] is False
        answer = await web.client.post("/api/reviews", json={"question": "Is x?"}, headers=MARK)
        assert (answer.status_code, answer.json()["error"]) == (
            422,
            "this server has no library of its own; upload papers first",
        )


async def test_fifty_people_at_once_lose_nothing(world: World) -> None:
    async with served(world) as web:
        ids = await asyncio.gather(*(web.ask(f"Does task {number} improve B?") for number in range(50)))
        assert len(set(ids)) == 50
        ends = await asyncio.gather(*(web.told(id) for id in ids))
        assert [events[-1][2]["state"] for events in ends] == ["done"] * 50
        assert len((await web.client.get("/api/reviews?limit=100")).json()) == 50
