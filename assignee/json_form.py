"""How a frozen dataclass becomes JSON and comes back. Imports nothing of ours."""

from __future__ import annotations

import dataclasses
import types
import typing
from enum import StrEnum
from typing import Any, Self, get_args, get_origin

__all__ = ["Record"]


class Record:
    """Gives a frozen dataclass a JSON form: `to_dict` and `from_dict` are inverse."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain dicts, lists, strings, numbers, booleans and None, in declaration order."""
        return {name: _plain(getattr(self, name)) for name, _ in _fields(type(self))}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Rebuild from `to_dict`'s form. Raises TypeError or ValueError on a missing key or a bad value."""
        return cls(**{name: _build(kind, data[name]) for name, kind in _fields(cls) if name in data})


def _plain(value: Any) -> Any:
    if isinstance(value, Record):
        return value.to_dict()
    if isinstance(value, StrEnum):
        return str(value.value)
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return value


_KNOWN: dict[Any, tuple[tuple[str, Any], ...]] = {}


def _fields(cls: Any) -> tuple[tuple[str, Any], ...]:
    if cls not in _KNOWN:
        hints = typing.get_type_hints(cls)
        _KNOWN[cls] = tuple((item.name, hints[item.name]) for item in dataclasses.fields(cls))
    return _KNOWN[cls]


def _build(kind: Any, value: Any) -> Any:
    origin = get_origin(kind)
    if origin in (types.UnionType, typing.Union):
        if value is None:
            return None
        return _build(next(item for item in get_args(kind) if item is not type(None)), value)
    if origin is tuple:
        return tuple(_build(get_args(kind)[0], item) for item in value)
    if origin is dict:
        return dict(value)
    if isinstance(kind, type) and issubclass(kind, Record):
        return kind.from_dict(value)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind(value)
    return value
