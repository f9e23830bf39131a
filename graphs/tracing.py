"""No telemetry: the tracing switches of libraries are turned off in our process."""

from __future__ import annotations

import os
import sys

__all__ = ["SWITCHES", "silence_tracing"]

SWITCHES = ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING", "LANGCHAIN_TRACING_V2")


def silence_tracing() -> None:
    """Set every tracing switch to "false", also where the library has already read and remembered it."""
    for name in SWITCHES:
        os.environ[name] = "false"
    utils = sys.modules.get("langsmith.utils")
    if utils is not None:
        utils.get_env_var.cache_clear()
