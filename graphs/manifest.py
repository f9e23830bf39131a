"""What a run was asked and what made it, from its state: nothing that differs between two equal runs."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from assignee.claims import RunManifest
from assignee.request import from_dict

from .engine_extras import makers, merged
from .state import ReviewState
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
    found = state["found"]
    embedder, made = bench.toolbox.embedder, makers(bench.engine)
    return RunManifest(
        queries=tuple(query | {"round": entry["round"]} for entry in found for query in entry["hits"]),
        date=request.date,
        until=request.until,
        engine=bench.engine.name,
        models={embedder.name: embedder.digest, **made.get("models", {})},
        prompts=made.get("prompts", {}),
        packages=packages(),
        library=tuple({item["path"]: item for entry in found for item in entry["library"]}.values()),
        problems=tuple(
            dict.fromkeys(
                [*(line for entry in found for line in entry["problems"]), *state.get("failures", [])]
            )
        ),
        settings={
            "max_papers": request.max_papers,
            "sources": list(request.sources),
            **merged(state.get("told", [])),
        },
    )
