"""`run.json`: what differs between two equal runs — clock times, durations, the machine — and so is in no report."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from assignee.claims import Report

if TYPE_CHECKING:
    from assignee.graphs.events import Progress

__all__ = ["STOPPED", "Clock", "run_record"]


class Clock:
    """Wall time of an execution and of its stages, from the progress events."""

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._spans: dict[tuple[int, int, str], list[float]] = {}
        self._counts: dict[tuple[int, int, str], dict[str, int]] = {}
        self._notes: list[str] = []

    def note(self, event: Progress) -> None:
        """Take in one event. A stage lasts from its first event to its last."""
        now, key = time.monotonic() - self._start, (event.round, event.batch, event.stage)
        span = self._spans.setdefault(key, [now, now])
        span[1] = now
        counts = self._counts.setdefault(key, {})
        for name, value in event.counts.items():
            counts[name] = counts.get(name, 0) + value
        if event.note:
            self._notes.append(event.note)

    def seconds(self) -> float:
        """Since the execution began, rounded to milliseconds."""
        return round(time.monotonic() - self._start, 3)

    def stages(self) -> list[dict[str, Any]]:
        """{"stage", "round", "batch", "seconds", "counts"} in the order in which they began."""
        return [
            {
                "stage": name,
                "round": round_,
                "batch": batch,
                "seconds": round(end - begin, 3),
                "counts": self._counts[round_, batch, name],
            }
            for (round_, batch, name), (begin, end) in sorted(
                self._spans.items(), key=lambda item: item[1][0]
            )
        ]

    def notes(self) -> list[str]:
        """What went wrong, in the order in which it was told."""
        return list(self._notes)


# What a report says where a run stopped before its end: `assignee resume` then goes on, and pays for nothing twice.
STOPPED = ("the budget of the run is spent", "the model's endpoint was lost")


def run_record(
    run_id: str, asked: dict[str, Any], report: Report, clock: Clock, usage: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The content of `run.json`. After a resume, times are those of the last execution alone.

    `model` covers the whole run.
    """
    usage = usage or {}
    roles = usage.get("roles", {})
    costs = [item["cost"] for item in roles.values()]
    stopped = [why for why in STOPPED if any(why in problem for problem in report.manifest.problems)]
    return {
        "run_id": run_id,
        "status": str(report.status),
        "question": report.question,
        "engine": report.engine,
        "created": asked["created"],
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": clock.seconds(),
        "stages": clock.stages(),
        "notes": clock.notes(),
        "tokens": sum(item["prompt_tokens"] + item["completion_tokens"] for item in roles.values()),
        "cost": None if None in costs else sum(costs),
        "model": dict(usage),
        "stopped": stopped,
        "versions": {"python": platform.python_version(), **report.manifest.packages},
        "machine": {
            "system": platform.system(),
            "architecture": platform.machine(),
            "cores": os.cpu_count(),
        },
    }
