"""RIS, as reference managers export it, read tolerantly, with the line of whatever cannot be read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from .attachments import with_attached
from .decoding import read_text
from .source import Document, Format, Problem, Unreadable

__all__ = ["FORMAT", "parse", "read"]

# Two spaces, a hyphen, a space by the book; some programs write one space, or none behind the hyphen.
_TAG = re.compile(r"^([A-Z][A-Z0-9])[ \t]{1,3}-(?:[ \t](.*))?$")
_ARXIV = re.compile(r"^arxiv\b", re.I)
_PUBMED = re.compile(r"^(?:PMID:?\s*)?(\d{1,9})$", re.I)


def read(path: Path) -> Iterator[Document | Problem]:
    """The records of a file. Raises Unreadable when it cannot be opened or holds nothing."""
    return parse(read_text(path), stem=path.name.split(".")[0] or "record")


def parse(text: str, *, stem: str) -> Iterator[Document | Problem]:
    """The records of a text, from TY to ER or to the next TY; a record without an id gets `stem:line`.

    A line without a tag continues the value above it. Raises Unreadable for a text that holds nothing.
    """
    if not text.strip():
        raise Unreadable("is empty")
    fields: dict[str, list[str]] = {}
    opened, tag, any_record = 0, "", False
    more: list[str] = []
    for number, line in enumerate(text.split("\n"), start=1):
        match = _TAG.match(line.rstrip())
        if match is None:
            if opened and tag and line.strip():
                more.append(line.strip())
            continue
        if more:
            fields[tag][-1] = " ".join((fields[tag][-1], *more))
            more = []
        tag, value = match.group(1), (match.group(2) or "").strip()
        if tag in ("TY", "ER") and opened:
            yield _document(fields, stem, opened)
            opened = 0
        if tag == "TY":
            fields, opened, any_record = {}, number, True
        elif tag == "ER":
            tag = ""
        elif not opened:
            yield Problem(f"a field {tag} outside a record (TY is missing)", number, malformed=True)
            tag = ""
            continue
        if tag:
            fields.setdefault(tag, []).append(value)
    if opened:
        if more:
            fields[tag][-1] = " ".join((fields[tag][-1], *more))
        yield _document(fields, stem, opened)
    if not any_record:
        yield Problem("no RIS record", 1, malformed=True)


def _document(fields: Mapping[str, list[str]], stem: str, line: int) -> Document | Problem:
    numbers = [value for tag in ("AN", "M1", "C1") for value in fields.get(tag, ())]
    pubmed = [match.group(1) for value in fields.get("AN", ()) if (match := _PUBMED.match(value))]
    dates = [value.strip("/ ") for tag in ("DA", "PY", "Y1") for value in fields.get(tag, ())]
    record = {
        "id": _first(fields, "ID"),
        "title": _first(fields, "TI", "T1", "CT", "BT"),
        "authors": [_turned(name) for tag in ("AU", "A1") for name in fields.get(tag, ()) if name],
        "abstract": _first(fields, "AB", "N2"),
        "year": _first(fields, "PY", "Y1", "DA"),
        "date": max((date for date in dates if date[:4].isdigit()), key=len, default=""),
        "venue": _first(fields, "T2", "JO", "JF", "JA", "T3"),
        "doi": _first(fields, "DO"),
        "url": _first(fields, "UR"),
        "arxiv": next((value for value in numbers if _ARXIV.match(value)), ""),
        "pmid": pubmed[0] if pubmed else "",
        "retracted": any(note.lower().startswith("retracted") for note in fields.get("N1", ())),
    }
    files = [value for tag in ("L1", "L2") for value in fields.get(tag, ()) if value]
    return with_attached(record, f"{stem}:{line}", files, line=line)


def _first(fields: Mapping[str, list[str]], *tags: str) -> str:
    return next((value for tag in tags for value in fields.get(tag, ()) if value), "")


def _turned(name: str) -> str:
    """ "Last, First, Suffix" as it is spoken."""
    parts = [part.strip() for part in name.split(",")]
    return " ".join(part for part in (*parts[1:2], parts[0], *parts[2:]) if part)


FORMAT = Format("ris", (".ris",), "1", read)
