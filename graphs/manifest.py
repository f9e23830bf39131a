"""What a run was asked and what made it, from its state: nothing that differs between two equal runs."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Any

from assignee.claims import RunManifest
from assignee.request import from_dict
from assignee.settings import ReviewRequest

from ..tools.database_settings import online
from .engine_extras import makers, merged
from .search_record import batches, not_answered, overlap, problems, queries
from .state import ReviewState
from .steps import stopped
from .workbench import Workbench

__all__ = ["manifest", "packages"]

# The packages whose version can change a report.
_PACKAGES = ("assignee", "chromadb", "langgraph", "numpy", "onnxruntime", "pypdfium2", "tokenizers")


def packages() -> dict[str, str]:
    """Installed versions of the packages that can change a report."""
    found: dict[str, str] = {}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def manifest(state: ReviewState, bench: Workbench) -> RunManifest:
    """The manifest before writing. An engine adds its prompts, models and calibration to the draft's."""
    request = from_dict(state["request"])
    embedder, made = bench.toolbox.embedder, makers(bench.engine)
    return RunManifest(
        queries=queries(state),
        date=request.date,
        until=request.until,
        engine=bench.engine.name,
        models={embedder.name: embedder.digest, **made.get("models", {})},
        prompts=made.get("prompts", {}),
        packages=packages(),
        library=tuple({item["path"]: item for entry in state["found"] for item in entry["library"]}.values()),
        problems=problems(state),
        settings={
            "max_papers": request.max_papers,
            "sources": list(request.sources),
            **asked_beyond(request),
            **merged(state.get("told", [])),
        },
        batches=batches(state),
        overlap=overlap(state),
        stopped=stopped(state, bench.services("chasers")),
        not_answered=not_answered(state),
    )


def asked_beyond(request: ReviewRequest) -> dict[str, Any]:
    """What of the request acts only in some runs, where it acts: overrides, and what is asked beside databases."""
    found: dict[str, Any] = {name: list(getattr(request, name)) for name in ("include", "exclude")}
    found = {name: lines for name, lines in found.items() if lines}
    if online(request.sources):
        found |= {"chase": request.chase, "full_text": request.full_text}
    return found
