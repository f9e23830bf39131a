"""Gold rows of extraction, recognised by their form.

- sentences: {id, sentence (or text), label}. 1, true, "claim", "finding", "result", "conclusion", "outcome", "outcomes"
  mean that the sentence states a finding; 0, false, "background", "objective", "method", "motivation", "proposal",
  "other", "none" that it does not. Rows of one abstract stand together: they share `paper_id`, `abstract_id` or
  `doc_id`, or, without those, their ids differ only in a last number that counts up ("12-0", "12-1", …).
- documents with marked outcomes (ACLSum): {id, sentences: [{text, outcome: 0|1, sec}, …]}; "( QA ) ." is read "(QA).".

CSAbstruct's ids repeat; there `abstract_id` and `pos` name the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from assignee.errors import UserError

from ..tools.text import stored
from .abstract_sets import detokenised
from .gold_lines import Ids, Where, field, objects, row_id, text_field

__all__ = ["Sentence", "read_sentences"]

_YES = frozenset({"1", "true", "claim", "finding", "result", "results", "conclusion", "outcome", "outcomes"})
_NO = frozenset(
    {"0", "false", "background", "objective", "method", "methods", "motivation", "proposal", "other", "none"}
)
_COUNTED = re.compile(r"(.*\D)(\d+)", re.S)
_LONGEST = 60  # sentences of an abstract
_PLAIN = frozenset({"1", "0", "true", "false", "claim", "conclusion", "none", "other"})
_GROUPS = ("paper_id", "abstract_id", "doc_id")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: `group` names its abstract or document, `section` where it stands ("" in an abstract).

    `sense` is what the labels of its file mean: "conclusion" (what the authors claim: 1, "claim", "conclusion"),
    "finding" (any result: named roles), or "outcome" (of a document).
    """

    id: int | str
    group: str
    text: str
    finding: bool
    section: str
    sense: str


def read_sentences(paths: Sequence[Path]) -> list[Sentence]:
    """All sentences of all files, in order. Raises UserError (`file:line: reason`) for the first row that is wrong."""
    if not paths:
        raise UserError("there is no gold set; name one with --gold FILE.jsonl")
    ids: Ids = Ids()
    found: list[Sentence] = []
    for number, path in enumerate(paths):
        part: list[Sentence] = []
        for where, row in objects(path):
            if "sentences" in row:
                found += _document(row, ids, where)
            else:
                part.append(_sentence(row, ids, where, number))
        if any(row.sense == "finding" for row in part):  # one named role, and the whole file is about roles
            part = [replace(row, sense="finding") for row in part]
        found += part
    found = _grouped(found)
    if len({row.sense == "outcome" for row in found}) > 1:
        raise UserError(
            "documents with outcomes and single sentences are measured apart; give one kind at a time"
        )
    return found


def _sentence(row: Mapping[str, Any], ids: Ids, where: Where, number: int) -> Sentence:
    key = row_id(row, where)
    group = next((str(row[name]) for name in _GROUPS if name in row), "")
    place = f"{key} ({group}, {row['pos']})" if "abstract_id" in row and "pos" in row else key
    ids.add(place, where)
    name = "sentence" if "sentence" in row or "text" not in row else "text"
    text = stored(text_field(row, name, where))
    if not text:
        raise where.wrong(f"{name!r} is empty")
    given = field(row, "label", where)
    sense = "conclusion" if str(given).strip().casefold() in _PLAIN else "finding"
    # Without a group the row stands alone: nothing is known of its place.
    return Sentence(place, f"{number}:{group}" if group else "", text, _label(given, where), "", sense)


def _grouped(rows: list[Sentence]) -> list[Sentence]:
    """Rows without a group whose ids count up, as one abstract; a longer run than any abstract is no abstract."""
    found: list[Sentence] = []
    run: list[Sentence] = []
    last: tuple[str, int] | None = None
    for row in [*rows, None]:
        counted = None if row is None or row.group else _COUNTED.fullmatch(str(row.id))
        mark = (counted[1], int(counted[2])) if counted else None
        if run and not (mark and last and mark == (last[0], last[1] + 1)):
            found += (
                [replace(one, group=f"run:{run[0].id}") for one in run] if 1 < len(run) <= _LONGEST else run
            )
            run = []
        if row is not None:
            (run if mark else found).append(row)
        last = mark
    return found


def _document(row: Mapping[str, Any], ids: Ids, where: Where) -> list[Sentence]:
    key = row_id(row, where)
    ids.add(key, where)
    given = row["sentences"]
    if not isinstance(given, list) or not given or not all(isinstance(part, dict) for part in given):
        raise where.wrong("'sentences' must be a list of objects {text, outcome}")
    return [
        Sentence(
            f"{key}:{at}",
            str(key),
            detokenised(stored(text_field(part, "text", where))),
            _label(field(part, "outcome", where), where),
            str(part.get("sec", "")),
            "outcome",
        )
        for at, part in enumerate(given)
    ]


def _label(value: object, where: Where) -> bool:
    told = str(value).strip().casefold() if isinstance(value, (str, int, bool)) else ""
    if told in _YES or told in _NO:
        return told in _YES
    raise where.wrong(f"unknown label {value!r}; known: {', '.join(sorted(_YES))}; {', '.join(sorted(_NO))}")
