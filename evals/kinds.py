"""The evaluations by name: what each may be asked, how it is run, what it shows. Command line and suites go through here.

outcome = run("verification", {"gold": [Path("gold.jsonl")], "task": "grounding"}, progress)
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assignee.errors import UserError

from .output import Progress, Table
from .provenance import SEED, provenance

__all__ = ["KINDS", "Outcome", "names", "run"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an evaluation gave: the JSON body, one prediction a row where there are such, tables and notes to print."""

    body: dict[str, Any]
    predictions: list[dict[str, Any]] | None
    tables: list[Table]
    notes: list[str] = field(default_factory=list)


def run(kind: str, options: Mapping[str, Any], progress: Progress) -> Outcome:
    """Run one evaluation. Raises UserError for an unknown name and for bad input, before any work."""
    if kind not in KINDS:
        raise UserError(f"unknown evaluation {kind!r}; known: {', '.join(KINDS)}")
    module = importlib.import_module(f".{kind}", __package__)
    body, predictions = KINDS[kind](module, dict(options), progress)
    told: list[str] = list(module.notes(body)) if hasattr(module, "notes") else []
    return Outcome({"eval": kind, **body}, predictions, list(module.tables(body)), told)


def names(given: Sequence[str] | str | None) -> tuple[str, ...]:
    """Names from a list or a text with commas."""
    items = [given] if isinstance(given, str) else list(given or ())
    return tuple(name for item in items for part in str(item).split(",") if (name := part.strip()))


_Ran = tuple[dict[str, Any], list[dict[str, Any]] | None]


def _measured(module: Any, options: dict[str, Any], progress: Progress) -> _Ran:
    found: _Ran = module.measure(**options, progress=progress)
    return found


def _corruptions(module: Any, options: dict[str, Any], progress: Progress) -> _Ran:
    from .run_loop import judging

    files = list(options.get("gold") or ())
    engine = options.get("engine", "embedded")
    with judging(engine, "stance", options.get("verifiers", ()), progress) as judge:
        body = module.measure(files, judge, progress)
        who = judge.about
        speed = round(judge.judged / judge.seconds, 2) if judge.seconds else None
    about = provenance(files or [module.GOLD], **who)
    return {**body, "claims_per_second": speed, **about}, None


def _corroboration(module: Any, options: dict[str, Any], progress: Progress) -> _Ran:
    gold: Path | None = options.get("gold")
    body = module.measure(gold, progress)
    return {**body, **provenance([gold or module.GOLD], engine="embedded")}, None


def _duplicates(module: Any, options: dict[str, Any], progress: Progress) -> _Ran:
    gold: Path | None = options.get("gold")
    body = module.measure(gold, progress)
    return {**body, **provenance([gold or module.GOLD], engine=None)}, None


def _screening(module: Any, options: dict[str, Any], progress: Progress) -> _Ran:
    gold: Path | None = options.get("gold")
    records = list(options["records"])
    body = module.measure(gold, records, progress)
    return {**body, **provenance([gold or module.GOLD, *records], engine=None)}, None


def _panel(module: Any, options: dict[str, Any], progress: Progress) -> _Ran:
    engine = options.get("engine", "embedded")
    body = module.measure(engine, progress)
    return {**body, **provenance([], engine=engine, seed=body.get("seed", SEED))}, None


KINDS: dict[str, Callable[[Any, dict[str, Any], Progress], _Ran]] = {
    "verification": _measured,
    "scifact": _measured,
    "retrieval": _measured,
    "extraction": _measured,
    "corruptions": _corruptions,
    "corroboration": _corroboration,
    "duplicates": _duplicates,
    "screening": _screening,
    "panel": _panel,
}
