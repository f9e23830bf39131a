"""CSL-JSON under the names that say so. Under .json the same items are known by their fields (`csl_record`)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .decoding import read_text
from .format_jsonl import parse
from .source import Document, Format, Problem

__all__ = ["FORMAT", "read"]


def read(path: Path) -> Iterator[Document | Problem]:
    """The items of a file. Raises Unreadable when it cannot be opened or holds nothing."""
    return parse(read_text(path), stem=path.name.split(".")[0] or "item", whole=True)


FORMAT = Format("csl-json", (".csl.json", ".csljson"), "1", read)
