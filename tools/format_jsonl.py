"""JSON Lines of bibliographic records, also gzipped, and JSON: a list of records or a single one; CSL-JSON too."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from .csl_record import is_csl, record_of
from .decoding import read_text
from .record import document
from .source import Document, Format, Problem, Unreadable

__all__ = ["FORMAT", "parse", "read"]

_LIST_KEYS = ("records", "papers", "items", "data")


def read(path: Path) -> Iterator[Document | Problem]:
    """The records of a file. Raises Unreadable when it cannot be opened or holds nothing."""
    name = path.name.lower().removesuffix(".gz")
    return parse(read_text(path), stem=path.name.split(".")[0] or "record", whole=name.endswith(".json"))


def parse(text: str, *, stem: str, whole: bool = False) -> Iterator[Document | Problem]:
    """The records of JSON Lines, or with `whole` of a JSON document (JSON Lines under that name are read too).

    A record without an id gets `stem:line`. Raises Unreadable for a text that holds nothing.
    """
    if not text.strip():
        raise Unreadable("is empty")
    if whole:
        value = _loads(text)
        if not isinstance(value, Problem):
            yield from _whole(value, stem)
            return
        first = text.lstrip().split("\n", 1)[0]
        if not isinstance(_loads(first), Mapping):
            yield value
            return
    for number, row in enumerate(text.split("\n"), start=1):
        if row.strip():
            yield _record(_loads(row, number), stem, number)


def _whole(value: Any, stem: str) -> Iterator[Document | Problem]:
    if isinstance(value, Mapping):
        inner = next((value[key] for key in _LIST_KEYS if isinstance(value.get(key), list)), None)
        value = inner if inner is not None else [value]
    if not isinstance(value, list):
        yield Problem("not a list of records", 1, malformed=True)
        return
    for number, item in enumerate(value, start=1):
        found = _record(item, stem, number)
        # The number counts records, not lines: say so.
        yield (
            Problem(f"record {number}: {found.what}", None, found.malformed)
            if (isinstance(found, Problem) and found.malformed)
            else found
        )


def _record(value: Any, stem: str, line: int) -> Document | Problem:
    if isinstance(value, Problem):
        return value
    if not isinstance(value, Mapping):
        return Problem("not a JSON object", line, malformed=True)
    return document(record_of(value) if is_csl(value) else value, f"{stem}:{line}", line=line)


def _loads(text: str, line: int | None = None) -> Any:
    """The value, or a Problem that names the line."""
    try:
        # NaN and Infinity are no JSON, and no value of any field.
        return json.loads(text, parse_constant=lambda _: None)
    except json.JSONDecodeError as error:
        return Problem(
            f"not valid JSON ({error.msg}, column {error.colno})", line or error.lineno, malformed=True
        )
    except RecursionError:
        return Problem("not usable JSON (nested too deeply)", line or 1, malformed=True)
    except ValueError:
        # An integer of thousands of digits.
        return Problem("not usable JSON (a number too long)", line or 1, malformed=True)


FORMAT = Format("jsonl", (".jsonl", ".jsonl.gz", ".ndjson", ".json", ".json.gz"), "1", read)
