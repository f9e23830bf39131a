"""How soon Slack's requests are acknowledged while the machine works: many at once, over HTTP and over Socket Mode.

    python evals/bench/slack_ack.py [--requests 20] [--rounds 3]

Goal: all within 3 seconds, Slack's limit. The requests go to a Slack of our own on loopback (tests/fake_slack.py), and
are real ones: signed, kept in the database, acknowledged; the reviews behind them (tests/fake_engine.py) run
meanwhile, and every later round finds those of the earlier ones at work. Prints one JSON object, times in seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import statistics
import sys
import tempfile
import time
from pathlib import Path

__all__ = ["main"]

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))


async def measure(way: str, requests: int, rounds: int) -> list[float]:
    """Seconds from a delivery to its acknowledgement, for each."""
    from fake_slack import FakeSlack  # type: ignore[import-not-found]
    from job_world import QUESTION  # type: ignore[import-not-found]
    from slack_world import SlackWorld  # type: ignore[import-not-found]

    taken: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        async with FakeSlack() as slack:
            (Path(folder) / "home" / "index").mkdir(parents=True)
            world = SlackWorld(Path(folder), slack)
            async with world.serve(socket=way == "socket") as server:

                async def ask(number: int) -> None:
                    question = f"{QUESTION} And in case {number}?"
                    begin = time.perf_counter()
                    if way == "socket":
                        await slack.send("slash_commands", slack.slash(question))
                    else:
                        assert (await slack.command(server.address, question))[0] == 200
                    taken.append(time.perf_counter() - begin)

                for turn in range(rounds):
                    await asyncio.gather(*(ask(turn * requests + number) for number in range(requests)))
                await world.settled(server, 900)
            answered = sum("*Score:*" in json.dumps(message) for message in slack.messages.values())
            assert answered == requests * rounds, f"{answered} of {requests * rounds} were answered"
    return taken


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Acknowledgement times of Slack requests.")
    parser.add_argument("--requests", type=int, default=20, help="at once")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    logging.getLogger("assignee.slack").setLevel(logging.ERROR)
    found = {}
    for way in ("http", "socket"):
        taken = asyncio.run(measure(way, given.requests, given.rounds))
        found[way] = {
            "requests": len(taken),
            "at_once": given.requests,
            "median_s": round(statistics.median(taken), 3),
            "most_s": round(max(taken), 3),
        }
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
