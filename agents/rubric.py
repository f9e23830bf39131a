"""The dimensions that the panel scores, and what each level means. They are data (`weights/panel_rubric.json`)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["LEVELS", "anchors", "asks", "dimensions"]

_FILE = Path(__file__).parent / "weights" / "panel_rubric.json"
LEVELS = ("0", "2.5", "5", "7.5", "10")


@cache
def _file() -> dict[str, dict[str, Any]]:
    loaded: dict[str, dict[str, Any]] = json.loads(_FILE.read_text(encoding="utf-8"))["dimensions"]
    return loaded


def dimensions(*, model: bool) -> tuple[str, ...]:
    """The names of the dimensions in order; without `model` those that only a model can judge are left out."""
    return tuple(name for name, item in _file().items() if model or not item["model_only"])


def asks(dimension: str) -> str:
    """The question that a dimension puts. Raises KeyError for an unknown one."""
    return str(_file()[dimension]["asks"])


def anchors(dimension: str) -> dict[str, str]:
    """What each of `LEVELS` means for a dimension. Raises KeyError for an unknown one."""
    return {level: str(_file()[dimension]["anchors"][level]) for level in LEVELS}
