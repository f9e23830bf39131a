"""What model mode costs in time and tokens, against a stand-in that answers after a fixed latency over real HTTP.

    python evals/bench/model_mode.py --library LIBRARY.jsonl [--latency 0.5] [--limits 4 8 32] [--papers 20]

Makespan over max(critical path, total work / concurrency limit), goal at most 1.15. The critical path is what is left
when every call that could wait for another is asked as early as it can be: the longest chain of calls times the
latency, and the time in which no call was on its way because our own code had to work first. Then the same review with 30 %
of the calls failing at random (a clock that does not wait): the same report to the byte. Then tokens per checked claim by
role, and what the stable prefix of the prompts saves. The stand-in and its scripted model are those of the tests. Prints
one JSON object; seconds are of this machine, ratios are what counts.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import Any

from assignee.agents.engine_openai import OpenAIEngine
from assignee.graphs.events import Phase, Progress
from assignee.service import Finished, Watch, start
from assignee.settings import ReviewRequest, Settings
from assignee.tools.model_tokens import TokenCounter

__all__ = ["main"]

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))
sensible_model: Any = import_module("sensible_model")
FakeClock: Any = import_module("gateway_kit").FakeClock
Bad: Any = import_module("stand_in_server").Bad
StandIn: Any = import_module("stand_in_server").StandIn

QUESTION = "Does intermediate-task training improve zero-shot cross-lingual transfer?"
FAILING = 0.3
_STAND_IN = "stand-in"


class Watched:
    """A model that notes when it was asked what, and for how long."""

    def __init__(self, latency: float, failing: float = 0.0) -> None:
        self.latency, self.failing = latency, failing
        self.spans: list[tuple[float, float, str]] = []
        self.attempts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def __call__(self, request: dict[str, Any]) -> Any:
        begun = time.monotonic()
        text = json.dumps(request["messages"])
        with self._lock:
            self.attempts[text] += 1
            attempt = self.attempts[text]
        digest = hashlib.sha256(f"{attempt}{text}".encode()).digest()
        if int.from_bytes(digest[:4], "big") / 2**32 < self.failing:
            return Bad(("status", "rate_limit", "cut")[attempt % 3], 503)
        answer = sensible_model.answer(request)
        time.sleep(max(0.0, self.latency - (time.monotonic() - begun)))
        with self._lock:
            self.spans.append((begun, time.monotonic(), sensible_model.task(request)))
        return answer


def review(
    model: Watched, library: Path, home: Path, papers: int, limit: int, clock: Any = None
) -> tuple[Finished, float, list[tuple[float, str, int]], list[dict[str, Any]]]:
    """(the finished review, its seconds, when each stage ended, the requests)."""
    ends: list[tuple[float, str, int]] = []

    def event(progress: Progress) -> None:
        if progress.phase is Phase.FINISHED:
            ends.append((time.monotonic(), progress.stage, progress.round))

    with StandIn(model) as server:
        os.environ.update(server.env(ASSIGNEE_MODEL_CONCURRENCY=str(limit)))
        request = ReviewRequest(
            question=QUESTION,
            library=(library,),
            engine="openai",
            max_papers=papers,
            date="2026-11-21",
            no_cache=True,
        )
        begun = time.monotonic()
        finished = asyncio.run(
            start(
                request,
                Settings.from_env({"ASSIGNEE_HOME": str(home)}),
                out=home / "out",
                force=True,
                engine=OpenAIEngine(clock),
                watch=Watch(event=event),
            )
        )
        return finished, time.monotonic() - begun, ends, server.requests


def chain(tasks: Counter[str], rounds: int) -> int:
    """Calls that have to wait for each other, over all rounds: search, screening, reading, the two passes of
    evidence-first, writing, the check of the summary, reviewing, and the chair where it was asked."""
    return rounds * 8 + (1 if tasks["chair"] else 0)


def makespan(
    model: Watched, seconds: float, begun: float, limit: int, rounds: int, latency: float
) -> dict[str, Any]:
    """The ratio and what it is made of."""
    spans = sorted((max(start_, begun), end) for start_, end, _ in model.spans)
    busy, reached = 0.0, begun
    for start_, end in spans:
        busy += max(0.0, end - max(start_, reached))
        reached = max(reached, end)
    work = sum(end - start_ for start_, end in spans)
    length = chain(Counter(task for _, _, task in model.spans), rounds)
    own = seconds - busy
    critical = length * latency + own
    bound = max(critical, work / limit)
    return {
        "limit": limit,
        "seconds": round(seconds, 2),
        "calls": len(spans),
        "critical_path_s": round(critical, 2),
        "of_that_own_code_s": round(own, 2),
        "calls_in_chain": length,
        "work_over_limit_s": round(work / limit, 2),
        "ratio": round(seconds / bound, 3),
    }


def tokens(requests: list[dict[str, Any]], roles: dict[str, Any], claims: int) -> dict[str, Any]:
    """Tokens a checked claim by role as the stand-in counted them; the stable prefix as we count it."""
    counter = TokenCounter(offline=True)
    prefix: dict[str, int] = {}
    whole: Counter[str] = Counter()
    count: Counter[str] = Counter()
    for request in requests:
        name = sensible_model.task(request)
        schema = json.dumps(request.get("response_format") or request.get("tools"))
        prefix[name] = counter.estimate(_STAND_IN, request["messages"][0]["content"] + schema)
        whole[name] += counter.request(_STAND_IN, request)
        count[name] += 1
    again = sum(prefix[name] * (count[name] - 1) for name in count)
    return {
        "claims": claims,
        "per_claim_by_role": {
            role: round((item["prompt_tokens"] + item["completion_tokens"]) / claims, 1)
            for role, item in roles.items()
        },
        "per_claim": round(
            sum(item["prompt_tokens"] + item["completion_tokens"] for item in roles.values()) / claims, 1
        ),
        "prefix_tokens": dict(sorted(prefix.items())),
        "prefix_sent_again_share_of_prompt": round(again / sum(whole.values()), 3),
        "note": "OpenAI serves prefixes of 1,024 tokens and more from its cache; shorter ones only servers of one's own do",
    }


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--latency", type=float, default=0.5)
    parser.add_argument("--limits", type=int, nargs="+", default=[4, 8, 32])
    parser.add_argument("--papers", type=int, default=20)
    given = parser.parse_args()
    found: dict[str, Any] = {"latency_s": given.latency, "makespan": []}
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        review(Watched(0.0), given.library, home, given.papers, 8)  # the library is read and indexed
        report, record = b"", {}
        requests: list[dict[str, Any]] = []
        for limit in given.limits:
            model, begun = Watched(given.latency), time.monotonic()
            finished, seconds, ends, requests = review(model, given.library, home, given.papers, limit)
            rounds = 1 + max(round_ for _, _, round_ in ends)
            found["makespan"].append(makespan(model, seconds, begun, limit, rounds, given.latency))
            report = (home / "out" / "report.json").read_bytes()
            record = json.loads((home / "out" / "run.json").read_text())
        flaky = Watched(0.0, FAILING)
        review(flaky, given.library, home, given.papers, 8, FakeClock())
        found["failing"] = {
            "share": FAILING,
            "requests": sum(flaky.attempts.values()),
            "calls": len(flaky.attempts),
            "most_attempts": max(flaky.attempts.values()),
            "same_report": (home / "out" / "report.json").read_bytes() == report,
        }
        found["tokens"] = tokens(requests, record["model"]["roles"], len(finished.report.claims))
    print(json.dumps(found, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
