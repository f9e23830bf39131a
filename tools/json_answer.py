"""JSON from strangers: objects looked into without trusting their shape."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .http_client import Garbled

__all__ = ["inner", "items", "number", "parsed", "word"]


def parsed(body: bytes) -> Mapping[str, Any]:
    """The object that a body is. Raises Garbled for anything else."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise Garbled("it is no JSON") from None
    if not isinstance(found, Mapping):
        raise Garbled("it is no JSON object")
    return found


def inner(value: Any, *keys: str) -> Any:
    """What lies at the path of keys, None where any is missing."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def items(value: Any, *keys: str) -> list[Mapping[str, Any]]:
    """The objects of the list at the path; an empty list where there is none."""
    found = inner(value, *keys)
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []


def number(value: Any, *keys: str) -> int:
    """The count at the path, 0 where there is none."""
    found = inner(value, *keys)
    return found if isinstance(found, int) and found > 0 else 0


def word(value: Any, *keys: str) -> str:
    """The text at the path, of a list its first; "" where there is none."""
    found = inner(value, *keys)
    if isinstance(found, list):
        found = found[0] if found else None
    return found if isinstance(found, str) else ""
