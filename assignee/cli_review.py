"""`assignee review` and `assignee resume`."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any

from assignee.cli_found import search_lines
from assignee.errors import AssigneeError, RunError
from assignee.progress import ProgressLines
from assignee.settings import ReviewRequest, Settings

__all__ = ["resume_command", "review_command"]


class Interrupted(RunError):
    """Ctrl-C; the run is kept. Exit code 130."""

    exit_code = 130


def review_command(
    request: ReviewRequest, *, out: Path | None, force: bool, as_json: bool, trace: bool
) -> int:
    """Carry out a review; returns the exit code."""
    from assignee import service

    settings = Settings.from_env()
    return _follow(
        lambda watch: service.start(
            request, settings, out=out and out.expanduser(), force=force, watch=watch, trace=trace
        ),
        settings,
        as_json,
    )


def resume_command(run: str, *, limits: Mapping[str, float], as_json: bool, trace: bool) -> int:
    """Continue a run, under other limits where some are given; returns the exit code."""
    from assignee import service

    settings = Settings.from_env()
    return _follow(
        lambda watch: service.resume(run, settings, limits=limits, watch=watch, trace=trace),
        settings,
        as_json,
    )


def _follow(work: Callable[[Any], Coroutine[Any, Any, Any]], settings: Settings, as_json: bool) -> int:
    from assignee import service
    from assignee.render.summary import summary
    from assignee.runs import RunFolder

    begun: list[str] = []
    try:
        with ProgressLines() as progress:
            finished = service.run_sync(lambda: work(service.Watch(begun=begun.append, event=progress)))
    except KeyboardInterrupt:
        if not begun:
            raise
        raise Interrupted(f"interrupted; continue with: assignee resume {begun[0]}") from None
    except AssigneeError:
        raise
    except Exception as error:
        if not begun:
            raise
        told = f"unexpected {type(error).__name__}: {error}; the run is kept: assignee resume {begun[0]}"
        raise RunError(f"{told} (set ASSIGNEE_DEBUG=1 for the traceback)") from error
    if as_json:
        sys.stdout.write(RunFolder(settings.runs / finished.run_id).report.read_text(encoding="utf-8"))
    else:
        print(summary(finished.report, finished.out, finished.run_id, _command()))
        if lines := search_lines(finished.report.manifest):
            print("", *lines, sep="\n")
        for line in _model_lines(RunFolder(settings.runs / finished.run_id).record() or {}):
            print(line)
    return int(finished.exit_code)


def _model_lines(record: Mapping[str, Any]) -> list[str]:
    """What language models took, and how a run that stopped at a limit goes on."""
    roles = (record.get("model") or {}).get("roles") or {}
    if not roles:
        return []
    calls, free = (sum(item[name] for item in roles.values()) for name in ("calls", "cached"))
    about = "about " if any(item["approximate"] for item in roles.values()) else ""
    cost = "price unknown" if record["cost"] is None else f"${record['cost']:.4f}"
    lines = [
        f"Models: {calls:,} calls, {free:,} answers paid for before, {about}{record['tokens']:,} tokens, {cost}"
    ]
    if record["stopped"]:
        lines.append(f"Stopped: {record['stopped'][0]}; go on with: {_command()} resume {record['run_id']}")
    return lines


def _command() -> str:
    """How the reader called us: by name, by path (an environment that is not activated), or as a module."""
    called = Path(sys.argv[0])
    if called.stem != "assignee":
        return "assignee" if shutil.which("assignee") else "python -m assignee"
    found = shutil.which("assignee")
    return "assignee" if found and Path(found).samefile(called) else os.path.relpath(called)
