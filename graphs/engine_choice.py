"""Which engine runs a review."""

from __future__ import annotations

from assignee.registry import load, names

from ..agents.engine import Engine

__all__ = ["choose_engine"]


def choose_engine(name: str) -> Engine:
    """The registered engine of that name.

    "auto" takes the first engine whose `configured()` says that a model is set up for it, else the embedded one,
    which needs nothing. Raises UserError for an unknown name.
    """
    if name == "auto":
        for candidate in names("engines"):
            configured = getattr(load("engines", candidate), "configured", None)
            if configured is not None and configured():
                name = candidate
                break
        else:
            name = "embedded"
    engine: Engine = load("engines", name)()
    return engine
