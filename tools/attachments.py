"""Records that name files of their own, as a Zotero export with its `files/` does: the file's text joins the record."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from assignee.claims import Basis

from .record import NO_ABSTRACT, document
from .source import Document, Problem, Unreadable

__all__ = ["attach", "attached_paths", "with_attached"]

Result = list[Document | Problem] | Unreadable


def attached_paths(value: str) -> tuple[str, ...]:
    """The paths in a BibTeX field `file`: "Full Text:files/1/a.pdf:application/pdf;…", or a bare path."""
    found = []
    for item in re.split(r"(?<!\\);", value):
        parts = [re.sub(r"\\(.)", r"\1", part).strip() for part in re.split(r"(?<!\\):", item)]
        found.append(parts[1] if len(parts) >= 3 else parts[0])
    return tuple(path for path in found if path)


def with_attached(
    record: Mapping[str, Any], fallback_id: str, paths: Sequence[str], *, line: int | None = None
) -> Document | Problem:
    """`record.document` of a record that names files: one without an abstract waits, with no text, for its file's."""
    made = document(record, fallback_id, line=line)
    if paths and isinstance(made, Problem) and made.what == NO_ABSTRACT:
        made = document({**record, "abstract": record["title"]}, fallback_id, line=line)
        made = replace(made, text="") if isinstance(made, Document) else made
    return replace(made, attached=tuple(paths)) if isinstance(made, Document) else made


def attach(results: Sequence[tuple[Path, Result]]) -> None:
    """Give each record the full text of the first of its files that was read, in place; the file is no paper then.

    Files are looked for among `results` only, by their path from the record's file: no other file is opened. A
    record that has neither abstract nor file becomes a problem.
    """
    by_path = {os.path.abspath(path): result for path, result in results}
    for path, result in results:
        for at, item in enumerate(result if isinstance(result, list) else ()):
            if not isinstance(item, Document) or not item.attached or not isinstance(result, list):
                continue
            places = (os.path.abspath(path.parent / name) for name in item.attached)
            held = next((found for place in places if (found := _full(by_path.get(place)))), None)
            if held is not None:
                full = held.pop()
                assert isinstance(full, Document)
                paper = replace(item.paper, basis=Basis.FULL_TEXT)
                result[at] = Document(paper, full.text, full.sections)
            elif not item.text:
                result[at] = Problem(NO_ABSTRACT)


def _full(result: Result | None) -> list[Document | Problem] | None:
    """The result of a file that holds one full text and nothing else."""
    if isinstance(result, list) and len(result) == 1:
        only = result[0]
        if isinstance(only, Document) and only.paper.basis is Basis.FULL_TEXT and not only.attached:
            return result
    return None
