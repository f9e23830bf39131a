"""The JSON schema of an answer, in the narrow form that strict structured output asks for."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import Any

from pydantic import BaseModel

__all__ = ["schema_hash", "schema_name", "schema_text", "strict_schema"]

# Not all servers that take a schema take these; pydantic checks them after all.
_RANGES = (
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "format",
    "minItems",
    "maxItems",
    "uniqueItems",
)


@cache
def strict_schema(model: type[BaseModel]) -> dict[str, Any]:
    """The schema with every property required, no others allowed, and no ranges.

    Ranges are told in words in the description, so that the model knows them; pydantic checks them afterwards.
    The object is shared: do not change it.
    """
    found = _strict(model.model_json_schema())
    assert isinstance(found, dict)
    return found


@cache
def schema_text(model: type[BaseModel]) -> str:
    """The whole schema, with ranges, as one line of JSON for a prompt."""
    return json.dumps(model.model_json_schema(), ensure_ascii=False, sort_keys=True)


def schema_name(model: type[BaseModel]) -> str:
    """A name as `response_format` and tools want it: letters, digits, _ and -, at most 64."""
    return "".join(char if char.isalnum() and char.isascii() else "_" for char in model.__name__)[:64]


@cache
def schema_hash(model: type[BaseModel]) -> str:
    """SHA-256 of the whole schema, ranges and descriptions too."""
    return hashlib.sha256(schema_text(model).encode()).hexdigest()


def _strict(node: Any) -> Any:
    if isinstance(node, list):
        return [_strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:  # strict mode allows nothing beside a reference
        return {"$ref": node["$ref"]}
    found: dict[str, Any] = {}
    for key, value in node.items():
        if key in ("properties", "$defs"):  # what stands below are names, not keywords
            found[key] = {name: _strict(item) for name, item in value.items()}
        elif key in ("enum", "const", "required"):
            found[key] = value
        elif key not in (*_RANGES, "default", "title"):
            found[key] = _strict(value)
    if isinstance(found.get("properties"), dict):
        found["additionalProperties"] = False
        found["required"] = list(found["properties"])
    ranges = ", ".join(f"{key} {node[key]}" for key in _RANGES if key in node)
    if ranges:
        found["description"] = f"{found['description']} ({ranges})" if "description" in found else ranges
    return found
