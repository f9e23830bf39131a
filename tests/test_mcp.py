"""The MCP server through the official client: in process, over stdio, and over streamable HTTP behind a token."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from job_world import QUESTION, World, make_world  # noqa: F401

from assignee.cli import main
from assignee.mcp_command import http_app, is_loopback

pytest.importorskip("mcp", reason="the extra `mcp` is not installed")

from mcp import Client, MCPError, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from assignee.mcp_server import Access, make_server

TOOLS = {"review", "status", "claims", "ask_run", "cancel", "verify_claim"}
LOOPBACK = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])


@asynccontextmanager
async def connected(world: World, *, anywhere: bool = True) -> AsyncIterator[Any]:
    async with (
        world.jobs() as jobs,
        Client(make_server(jobs, Access((world.library,), anywhere=anywhere))) as client,
    ):
        yield client


async def call(client: Any, tool: str, **arguments: Any) -> dict[str, Any]:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    data: dict[str, Any] = result.structured_content
    assert json.loads(result.content[0].text) == data
    return data


async def refused(client: Any, tool: str, **arguments: Any) -> str:
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    text: str = result.content[0].text
    assert "\n" not in text
    return text


async def test_a_review_with_its_progress_claims_follow_up_and_report(world: World) -> None:
    told: list[tuple[float, str | None]] = []

    async def progress(done: float, total: float | None, message: str | None) -> None:
        told.append((done, message))

    async with connected(world) as client:
        assert {tool.name for tool in (await client.list_tools()).tools} == TOOLS
        result = await client.call_tool("review", {"question": QUESTION}, progress_callback=progress)
        assert not result.is_error
        made = result.structured_content
        assert made["state"] == "done"
        assert made["papers"] == {"screened": 3, "included": 2}
        assert str(world.library) not in json.dumps(made), "no path of this machine"
        lines = [message for _, message in told]
        assert "screen: 2 included, 1 excluded" in lines
        assert any(line and line.startswith("✓ c") for line in lines)
        assert [done for done, _ in told] == sorted({done for done, _ in told})

        run = made["run"]
        assert (await call(client, "status", run=run[:6]))["result"] == made["result"]
        assert [item["run"] for item in (await call(client, "status"))["runs"]] == [run]
        every = await call(client, "claims", run=run)
        some = await call(client, "claims", run=run, outcome="corroborated")
        assert len(every["claims"]) == every["of"] == 4
        assert {item["outcome"] for item in some["claims"]} == {"corroborated"}
        assert all(item["quote"] and item["mark"] == "✓" for item in some["claims"])

        answer = await call(client, "ask_run", run=run, question="why was p3 excluded?")
        assert "about heat" in answer["text"]
        assert not (await call(client, "ask_run", run=run, question="Who won the cup?"))["held"]

        report = await client.read_resource(made["report"])
        assert report.contents[0].text.startswith("# A report")
        runs = await client.read_resource("assignee://runs")
        assert json.loads(runs.contents[0].text)[0]["question"] == QUESTION


async def test_a_claim_is_checked_and_a_review_need_not_be_waited_for(world: World) -> None:
    (world.library.parent / "claims.txt").write_text("Daily aspirin lowered the risk of colorectal cancer.")
    async with connected(world) as client:
        found = await call(
            client,
            "verify_claim",
            claim="Aspirin lowers the risk of colorectal cancer.",
            library=str(world.library.parent / "claims.txt"),
        )
        assert found["label"] == "SUPPORT"
        begun = await call(client, "review", question=QUESTION, wait=False)
        assert begun["state"] in ("queued", "running")
        joined = await call(client, "review", question=QUESTION)
        assert (joined["run"], joined["state"]) == (begun["run"], "done")
        assert (await call(client, "cancel", run=begun["run"]))["state"] == "done"


async def test_bad_input_is_one_line(world: World) -> None:
    async with connected(world) as client:
        assert "the run 'none' is unknown" in await refused(client, "status", run="none")
        assert "is unknown" in await refused(client, "claims", run="0123456789ab")
        assert "the question is empty" in await refused(client, "review", question=" \n ")
        assert "10,000 characters" in await refused(client, "review", question="a" * 10_000)
        assert "is not there" in await refused(client, "review", question=QUESTION, library="/nowhere")
        assert "is not there" in await refused(client, "verify_claim", claim="A helps.", library="/nowhere")
        assert "the claim is empty" in await refused(client, "verify_claim", claim="")
        assert "unknown source 'x'" in await refused(client, "review", question=QUESTION, sources="x")
        assert "unknown engine" in await refused(client, "review", question=QUESTION, engine="x")
        assert "validation error" in (await client.call_tool("review", {})).content[0].text
        for address in ("assignee://runs/ffff/md", "assignee://runs/ffff/pdf"):
            with pytest.raises(MCPError, match=r"is unknown|a PDF is no text"):
                await client.read_resource(address)


async def test_a_caller_from_elsewhere_reads_only_the_libraries_given(world: World, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("Aspirin helps.")
    async with connected(world, anywhere=False) as client:
        for library in (str(secret), f"{world.library.parent}/x/../secret.txt", str(world.library.parent)):
            assert "reads only the libraries" in await refused(
                client, "verify_claim", claim="A.", library=library
            )
            assert "reads only the libraries" in await refused(
                client, "review", question=QUESTION, library=library
            )
        assert (await call(client, "review", question=QUESTION, library=str(world.library)))[
            "state"
        ] == "done"


@LOOPBACK
async def test_streamable_http_with_a_token(world: World) -> None:
    import uvicorn

    token = "a secret of ours"
    async with world.jobs() as jobs:
        app = http_app(make_server(jobs, Access((world.library,), anywhere=False)), "127.0.0.1", token)
        listening = socket.create_server(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical"))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/mcp"
        told: list[str | None] = []

        async def progress(done: float, total: float | None, message: str | None) -> None:
            told.append(message)

        async with httpx2.AsyncClient(headers={"authorization": f"Bearer {token}"}, timeout=60) as http:
            async with Client(streamable_http_client(url, http_client=http)) as client:
                result = await client.call_tool("review", {"question": QUESTION}, progress_callback=progress)
                assert result.structured_content["state"] == "done"
                assert "screen: 2 included, 1 excluded" in told
            foreign = await http.post(url, headers={"host": "evil.example"}, json={})
            assert foreign.status_code == 421
        async with httpx2.AsyncClient() as http:
            for headers in ({}, {"authorization": "Bearer wrong"}, {"authorization": token}):
                answer = await http.post(url, headers=headers, json={})
                assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
        server.should_exit = True
        await serving


async def test_stdio(tmp_path: Path) -> None:
    rows = [
        {"id": "a", "title": "Aspirin", "abstract": "Aspirin is old. Daily aspirin lowered the risk of colorectal cancer."},
        {"id": "b", "title": "Walls", "abstract": "Heat exchangers move heat between fluids. Their walls are thin."},
    ]  # fmt: skip
    library = tmp_path / "papers.jsonl"
    library.write_text("\n".join(json.dumps(row) for row in rows))
    command = StdioServerParameters(
        command=sys.executable,
        args=["-m", "assignee", "mcp", "--library", str(library)],
        env={**os.environ, "ASSIGNEE_HOME": str(tmp_path / "home")},
    )
    async with Client(command) as client:
        assert {tool.name for tool in (await client.list_tools()).tools} == TOOLS
        found = await call(client, "verify_claim", claim="Aspirin lowers the risk of colorectal cancer.")
        assert (
            found["papers"][0]["quotes"][0]["text"] == "Daily aspirin lowered the risk of colorectal cancer."
        )
        assert "is unknown" in await refused(client, "status", run="abcdef")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--http", "--host", "0.0.0.0"], "--host 0.0.0.0 is open to others: give --token"),
        (["--http", "--host", "example.org"], "is open to others"),
        (["--http", "--token", " "], "--token is empty"),
        (["--http", "--port", "70000"], "--port is 70000"),
        (["--library", "/nowhere"], "the library /nowhere is not there"),
    ],
)
def test_misuse_is_refused_before_anything_is_served(
    arguments: list[str], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["mcp", *arguments]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("assignee: ")
    assert why in line


@pytest.mark.parametrize(
    ("host", "only_here"),
    [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False),
     ("10.0.0.7", False), ("localhost.example.org", False), ("", False)],
)  # fmt: skip
def test_what_counts_as_loopback(host: str, only_here: bool) -> None:
    assert is_loopback(host) is only_here
