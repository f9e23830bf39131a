"""Fifty reviews asked at once over the web interface: none lost, what the process held at most, how long it took.

    python evals/bench/web_jobs.py [--jobs N] [--concurrency N] [--library PATH] [--home DIR]

Every client asks over loopback and watches its review's events to the end. With --library the embedded engine
carries the reviews out; without it a small library of ten made-up papers does.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import socket
import sys
import tempfile
import time
from pathlib import Path

import httpx2
import uvicorn

from assignee.jobs import Jobs
from assignee.settings import Settings
from assignee.web_app import create_app
from assignee.web_settings import Limits, WebSettings

MARK = {"X-Assignee": "1"}
TOPICS = (
    "intermediate-task training",
    "multilingual pretraining",
    "data augmentation",
    "adapters",
    "distillation",
)


def made_library(folder: Path) -> Path:
    """Ten short papers of our own making."""
    folder.mkdir(parents=True)
    rows = [
        {
            "id": f"made-{number}",
            "title": f"{topic.capitalize()} and transfer, part {number}",
            "authors": [f"Author {number}"],
            "year": 2020 + number % 4,
            "basis": "abstract",
            "abstract": f"We study {topic}. On nine languages, {topic} improves cross-lingual transfer by {number + 1}.5 "
            f"points over fine-tuning alone. Small models gain less than large ones. Costs were not measured.",
        }
        for number, topic in enumerate(TOPICS * 2)
    ]
    file = folder / "made.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return folder


async def one(client: httpx2.AsyncClient, number: int) -> tuple[str, str, float]:
    """Ask one question and watch it; returns its id, how it ended, and the seconds until it was accepted."""
    topic = TOPICS[number % len(TOPICS)]
    began = time.perf_counter()
    question = f"Does {topic} improve cross-lingual transfer in {number + 2} languages?"
    answer = await client.post("/api/reviews", json={"question": question}, headers=MARK)
    answer.raise_for_status()
    accepted = time.perf_counter() - began
    id, state = answer.json()["id"], "lost"
    async with client.stream("GET", f"/api/reviews/{id}/events") as stream:
        event = ""
        async for line in stream.aiter_lines():
            event = line.removeprefix("event: ") if line.startswith("event: ") else event
            if event == "end" and line.startswith("data: "):
                state = json.loads(line.removeprefix("data: "))["state"]
    return id, state, accepted


async def measured(home: Path, library: Path, jobs: int, concurrency: int) -> dict[str, object]:
    """Serve, ask and watch in one process."""
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    web = WebSettings(library=(library,), limits=Limits(reads=100_000, writes=100_000, streams=jobs + 10))
    async with Jobs(Settings(home=home), concurrency=concurrency) as service:
        config = uvicorn.Config(create_app(service, web), log_level="warning", lifespan="off", ws="none")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        limits = httpx2.Limits(max_connections=jobs + 10)
        began = time.perf_counter()
        async with httpx2.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", timeout=None, limits=limits
        ) as client:
            ends = await asyncio.gather(*(one(client, number) for number in range(jobs)))
        seconds = time.perf_counter() - began
        server.should_exit = True
        await serving
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1024 if sys.platform != "darwin" else 1024**2
    )
    states = [state for _, state, _ in ends]
    return {
        "jobs": jobs,
        "at_once": concurrency,
        "distinct": len({id for id, _, _ in ends}),
        "ended": {state: states.count(state) for state in sorted(set(states))},
        "slowest_accepted_seconds": round(max(accepted for _, _, accepted in ends), 2),
        "seconds": round(seconds, 1),
        "peak_memory_mb": round(peak),
    }


def main() -> int:
    """Print one line of JSON; returns 1 when a review was lost or did not end done."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--jobs", type=int, default=50)
    parser.add_argument("--concurrency", type=int, default=2)
    parser.add_argument("--library", type=Path)
    parser.add_argument("--home", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = given.home or Path(folder) / "home"
        library = given.library or made_library(Path(folder) / "library")
        told = asyncio.run(measured(home, library, given.jobs, given.concurrency))
    print(json.dumps(told))
    return 0 if told["ended"] == {"done": given.jobs} and told["distinct"] == given.jobs else 1


if __name__ == "__main__":
    sys.exit(main())
