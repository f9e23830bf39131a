"""The rows of a labelled screening set, and the records that they name.

Gold rows: {id, question_id, question, set, record, label, held_out, note}: the record of that id, in the file of records
named `set`, bears on the question ("include"), is on the same subject only ("unsure") or neither ("exclude"). Record files:
JSON Lines {id or doc_id, title, abstract}, an abstract as a text or a list of sentences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assignee.errors import UserError

from ..tools.text import stored
from .gold_lines import Ids, Where, objects, row_id, text_field

__all__ = ["LABELS", "Labelled", "Question", "read_questions", "read_records"]

LABELS = ("include", "unsure", "exclude")
Records = dict[str, tuple[str, str]]
"""Title and stored abstract by id."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """One record and what the reader said of it."""

    record: str
    label: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its labelled records, in the order of the file."""

    id: str
    text: str
    held_out: bool
    rows: tuple[Labelled, ...]


def read_questions(path: Path) -> list[Question]:
    """The questions of a gold file. Raises UserError (`file:line: reason`) for the first row that is wrong."""
    ids, texts, halves = Ids(), dict[str, str](), dict[str, bool]()
    rows: dict[str, list[Labelled]] = {}
    for where, row in objects(path):
        ids.add(row_id(row, where), where)
        question, text = str(row_id(row, where, "question_id")), text_field(row, "question", where)
        held = row.get("held_out", False)
        if not isinstance(held, bool):
            raise where.wrong("'held_out' must be true or false")
        if texts.setdefault(question, text) != text or halves.setdefault(question, held) != held:
            raise where.wrong(f"the question {question} stands above with another text or half")
        label = text_field(row, "label", where)
        if label not in LABELS:
            raise where.wrong(f"'label' is {label!r}; it must be {', '.join(LABELS)}")
        rows.setdefault(question, []).append(Labelled(str(row_id(row, where, "record")), label))
    return [Question(name, texts[name], halves[name], tuple(found)) for name, found in rows.items()]


def read_records(paths: Sequence[Path]) -> list[Records]:
    """The records of each file, those without an abstract left out. Raises UserError for a row that is wrong."""
    found = []
    for path in paths:
        records: Records = {}
        for where, row in objects(path):
            name = str(row_id(row, where, "id" if "id" in row else "doc_id"))
            abstract = stored(_abstract(row, where))
            if abstract:
                records[name] = (stored(text_field(row, "title", where)), abstract)
        if not records:
            raise UserError(f"{path}: no record has an abstract")
        found.append(records)
    return found


def _abstract(row: dict[str, Any], where: Where) -> str:
    given = row.get("abstract") or ""
    if isinstance(given, list) and all(isinstance(part, str) for part in given):
        return " ".join(given)
    if not isinstance(given, str):
        raise where.wrong("'abstract' must be a text or a list of sentences")
    return given
