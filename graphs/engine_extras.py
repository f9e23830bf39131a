"""What an engine may have beside the calls of `Engine`; each is asked for here, and an engine without it is fine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from assignee.claims import Paper, Report, Review
from assignee.settings import ReviewRequest, Settings

from ..agents.engine import Engine
from ..tools.toolbox import Toolbox
from .events import Phase, Progress, emit
from .state import Json

__all__ = [
    "chair",
    "check",
    "close",
    "expands",
    "makers",
    "merged",
    "more_queries",
    "patience",
    "prepare",
    "told",
    "usage",
]


def check(engine: Engine) -> None:
    """Raises UserError, naming the setting, where the engine is not set up."""
    _call(engine, "check")


def makers(engine: Engine) -> dict[str, dict[str, str]]:
    """{"models": {role: name}, "prompts": {name: hash}}; empty for an engine that asks no model."""
    return _call(engine, "makers") or {}


def prepare(engine: Engine, request: ReviewRequest, settings: Settings, folder: Path | None) -> None:
    """Before a run, also before one is resumed."""
    _call(engine, "prepare", request, settings, folder)


def close(engine: Engine) -> None:
    """After a run, however it ended."""
    _call(engine, "close")


def usage(engine: Engine) -> dict[str, Any]:
    """What the model calls of the run took; empty for an engine that asks no model."""
    return _call(engine, "usage") or {}


def expands(engine: Engine) -> bool:
    """Whether the engine makes further queries out of what was found."""
    return hasattr(engine, "more_queries")


def more_queries(
    engine: Engine, request: ReviewRequest, papers: Sequence[Paper], toolbox: Toolbox, asked: Sequence[str]
) -> tuple[dict[str, Any], ...]:
    """Queries that what was found suggests, in the form of `Engine.plan`, without those already `asked`."""
    return _call(engine, "more_queries", request, papers, toolbox, asked) or ()


def chair(engine: Engine, report: Report, reviews: Sequence[Review]) -> Review | None:
    """A further review where the panel differs. Runs in a thread."""
    found: Review | None = _call(engine, "chair", report, reviews)
    return found


def told(engine: Engine, stage: str, round: int) -> Json:
    """What a stage has to say, as updates of the state; {} for most. What failed is announced. Only inside a node."""
    found = _call(engine, "told", stage)
    update: Json = {}
    if found is not None and found.failures:
        update["failures"] = list(found.failures)
        for line in found.failures:
            emit(Progress(stage=stage, phase=Phase.FAILED, round=round, note=line))
    if found is not None and (found.dropped or found.facts):
        entry = {"stage": stage, "round": round, "dropped": dict(found.dropped), "facts": dict(found.facts)}
        update["told"] = [entry]
    return update


def patience(piece: object, limit: float) -> float | None:
    """Seconds that one batch of a seat, or a reviewer, may take; None for as long as it takes."""
    given: float | None = getattr(piece, "patience", limit)
    return given


def _call(engine: Engine, name: str, *given: Any) -> Any:
    extra = getattr(engine, name, None)
    return extra(*given) if extra is not None else None


def merged(entries: Sequence[Mapping[str, Any]]) -> Json:
    """The manifest's settings out of what the stages told: "model_…" for each fact, "model_dropped_…" for each count."""
    dropped: dict[str, int] = {}
    facts: dict[str, str] = {}
    for entry in sorted(entries, key=lambda item: (item["round"], item["stage"])):
        for name, count in entry["dropped"].items():
            dropped[name] = dropped.get(name, 0) + count
        facts |= entry["facts"]
    counts = {f"model_dropped_{name}": count for name, count in sorted(dropped.items())}
    return {f"model_{name}": text for name, text in sorted(facts.items())} | counts
