"""JSONL files read strictly: the first line that is wrong ends the reading with `file:line: reason`.

Where("claims.jsonl", 3).wrong("…")  ->  UserError("claims.jsonl:3: …")
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assignee.errors import UserError

__all__ = ["Ids", "Where", "field", "file_hash", "objects", "row_id", "text_field"]


@dataclass(frozen=True, slots=True)
class Where:
    """A line of a file (from 1)."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"

    def wrong(self, reason: str) -> UserError:
        """The error to raise for this line."""
        return UserError(f"{self}: {reason}")


class Ids:
    """Which ids were seen, over all files of one set. 3 and "3" are the same id."""

    def __init__(self) -> None:
        self._seen: dict[str, Where] = {}

    def add(self, key: object, where: Where) -> None:
        """Raises UserError when the id stood before."""
        before = self._seen.setdefault(str(key), where)
        if before is not where:
            raise where.wrong(f"duplicated id {key!r}: it already stands at {before}")


def objects(path: Path) -> Iterator[tuple[Where, dict[str, Any]]]:
    """The JSON objects of a JSONL file with their lines; blank lines are passed over, a byte order mark dropped.

    Raises UserError (`file:line: reason`) for a file that cannot be read or holds no row, for bytes that are not UTF-8,
    and for a line that is no JSON object.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path}: {error.strerror or error}") from error
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Where(str(path), 1).wrong("wrong encoding: this is UTF-16; save the file as UTF-8")
    empty = True
    for number, raw in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if not raw.strip():
            continue
        where = Where(str(path), number)
        try:
            row = json.loads(raw.decode("utf-8"))
        except UnicodeDecodeError as error:
            raise where.wrong(f"wrong encoding: byte {error.start + 1} is not UTF-8") from error
        except ValueError as error:
            raise where.wrong(f"not JSON: {error}") from error
        except RecursionError as error:
            raise where.wrong("not JSON: nested too deep") from error
        if not isinstance(row, dict):
            raise where.wrong(f"not a JSON object but {_kind(row)}")
        empty = False
        yield where, row
    if empty:
        raise UserError(f"{path}: the file holds no rows")


def field(row: Mapping[str, Any], name: str, where: Where) -> Any:
    """A field of the row. Raises UserError when it is missing."""
    if name not in row:
        raise where.wrong(f"the field {name!r} is missing (found: {', '.join(sorted(row)) or 'nothing'})")
    return row[name]


def text_field(row: Mapping[str, Any], name: str, where: Where) -> str:
    """A field that must be a text with something in it. Raises UserError."""
    value = field(row, name, where)
    if not isinstance(value, str):
        raise where.wrong(f"{name!r} must be a text, it is {_kind(value)}")
    if not value.strip():
        raise where.wrong(f"{name!r} is empty")
    return value


def row_id(row: Mapping[str, Any], where: Where, name: str = "id") -> int | str:
    """The id as it stands: an integer or a text. Raises UserError."""
    value = field(row, name, where)
    if isinstance(value, bool) or not isinstance(value, (int, str)) or value == "":
        raise where.wrong(f"{name!r} must be an integer or a text, it is {_kind(value)}")
    return value


def file_hash(path: Path) -> str:
    """SHA-256 of the file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _kind(value: object) -> str:
    if value is None:
        return "null"
    if value == "":
        return "empty"
    return {"str": "a text", "list": "a list", "dict": "an object", "bool": "true or false"}.get(
        type(value).__name__, "a number"
    )
