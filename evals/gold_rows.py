"""Gold rows of claim verification: {id, claim, evidence[], label}, and what every label is read as.

| in the file | read as | why |
|---|---|---|
| SUPPORT, SUPPORTS, SUPPORTED | SUPPORT | |
| REFUTE, REFUTES, REFUTED, CONTRADICT, CONTRADICTS, CONTRADICTED | REFUTE | SciFact's own files say CONTRADICT |
| NEI, NOT_ENOUGH_INFO, NOT ENOUGH INFO | NEI | |
| INCONCLUSIVE (CliniFact) | NEI | the trial settles the claim neither way |
| PARTIAL (WiCE) | NEI | the claim as a whole is not supported |
| NOT_SUPPORTED (WiCE) | NEI | not supported is not yet contradicted |

Upper or lower case does not matter. Anything else is refused, so that no row is dropped in silence. Other fields of a
row (title, rationales, split, …) are not read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assignee.errors import UserError

from ..tools.language import is_english
from ..tools.text import stored
from .gold_lines import Ids, Where, field, objects, row_id, text_field

__all__ = ["LABELS", "GoldRow", "label_counts", "read_claims", "read_label"]

LABELS = ("SUPPORT", "REFUTE", "NEI")
_READ_AS = {
    **dict.fromkeys(("SUPPORT", "SUPPORTS", "SUPPORTED"), "SUPPORT"),
    **dict.fromkeys(("REFUTE", "REFUTES", "REFUTED", "CONTRADICT", "CONTRADICTS", "CONTRADICTED"), "REFUTE"),
    **dict.fromkeys(("NEI", "NOT_ENOUGH_INFO", "NOT ENOUGH INFO"), "NEI"),
    **dict.fromkeys(("INCONCLUSIVE", "PARTIAL", "NOT_SUPPORTED"), "NEI"),
}


@dataclass(frozen=True, slots=True)
class GoldRow:
    """One row: `evidence` are its non-empty sentences or passages in stored form, `given` the label as written."""

    id: int | str
    claim: str
    evidence: tuple[str, ...]
    label: str
    given: str
    where: Where

    @property
    def english(self) -> bool:
        """Whether claim and evidence both look English."""
        return is_english(self.claim) and is_english(" ".join(self.evidence)[:4000])


def read_claims(paths: Sequence[Path]) -> list[GoldRow]:
    """All rows of all files, in order. Raises UserError (`file:line: reason`) for the first row that is wrong.

    Wrong are: a missing field, an unknown label, an empty claim or evidence, an id that stood before in any of the
    files, bytes that are not UTF-8, a line that is no JSON object.
    """
    if not paths:
        raise UserError("there is no gold set; name one with --gold FILE.jsonl")
    ids, found = Ids(), []
    for path in paths:
        for where, row in objects(path):
            key = row_id(row, where)
            ids.add(key, where)
            claim = stored(text_field(row, "claim", where))
            given, label = read_label(field(row, "label", where), where)
            found.append(GoldRow(key, claim, _evidence(row, where), label, given, where))
    return found


def read_label(value: object, where: Where) -> tuple[str, str]:
    """The label as written and as read. Raises UserError when it is none of the table above."""
    label = _READ_AS.get(value.strip().upper()) if isinstance(value, str) else None
    if label is None:
        raise where.wrong(f"unknown label {value!r}; known: {', '.join(_READ_AS)}")
    return str(value), label


def label_counts(rows: Iterable[GoldRow]) -> dict[str, int]:
    """How often each label was written, told with what it was read as: {"PARTIAL (as NEI)": 3}."""
    seen = Counter(row.given if row.given == row.label else f"{row.given} (as {row.label})" for row in rows)
    return dict(sorted(seen.items()))


def _evidence(row: dict[str, Any], where: Where) -> tuple[str, ...]:
    value = field(row, "evidence", where)
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list) or not all(isinstance(text, str) for text in given):
        raise where.wrong("'evidence' must be a list of texts")
    texts = tuple(text for text in map(stored, given) if text)
    if not texts:
        raise where.wrong("empty evidence; a claim without evidence has nothing to be judged against")
    return texts
