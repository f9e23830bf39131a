"""How well records of one work are told from records of two.

Rows: `{id, kind, same_work, one, other}`, `one` and `other` bibliographic records as a library holds them (title, authors,
year, venue, ids; an abstract is not needed), `part` may be there: of the set of our own the rule was tuned on "tuned", then
"opened", held out until then, was scored and its errors read; "held_out" only measures. What is measured is whether
`tools.folding` makes one work of the pair, beside rules that are simpler. Precision: of the pairs folded, the share that is one
work. Recall: of the pairs that are one work, the share folded. Intervals resample pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import numpy as np

from assignee.claims import Paper

from ..tools.folding import same_works
from ..tools.identifiers import arxiv_version
from ..tools.record import document
from ..tools.same_works import Alike, graded, strictly
from ..tools.source import Problem
from ..tools.text import fold, stored
from .gold_lines import Ids, Where, field, objects, row_id, text_field
from .metrics import Floats, Ints, bootstrap, intervals, value
from .output import Progress, Table

__all__ = ["GOLD", "RULES", "RecordPair", "folds", "measure", "read_record_pairs", "tables"]

GOLD = Path(__file__).parent / "gold" / "duplicates.jsonl"
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class RecordPair:
    """Two records, and whether they are of one work. `kind` says what makes the pair hard."""

    id: int | str
    kind: str
    same_work: bool
    part: str
    one: Paper
    other: Paper


def read_record_pairs(path: Path) -> list[RecordPair]:
    """The rows of a file in order. Raises UserError (`file:line: reason`) for the first row that is wrong."""
    ids, found = Ids(), []
    for where, row in objects(path):
        key = row_id(row, where)
        ids.add(key, where)
        found.append(
            RecordPair(
                key,
                text_field(row, "kind", where) if "kind" in row else "",
                _truth(row, "same_work", where),
                str(row.get("part", "")),
                _paper(field(row, "one", where), "one", where),
                _paper(field(row, "other", where), "other", where),
            )
        )
    return found


def folds(one: Paper, other: Paper) -> bool:
    """Whether the two records are folded into one work."""
    return len(same_works([one, other])) == 1


def _with(alike: Alike) -> Callable[[Paper, Paper], bool]:
    return lambda one, other: len(same_works([one, other], alike)) == 1


def _exact(one: Paper, other: Paper) -> bool:
    return stored(one.title).casefold() == stored(other.title).casefold()


def _shared_id(one: Paper, other: Paper) -> bool:
    mine, theirs = ({_id(*item) for item in paper.ids.items()} for paper in (one, other))
    return not mine.isdisjoint(theirs)


def _fuzzy(one: Paper, other: Paper) -> bool:
    return SequenceMatcher(None, fold(one.title), fold(other.title), autojunk=False).ratio() >= 0.9


RULES: dict[str, Callable[[Paper, Paper], bool]] = {
    "assignee": folds,
    "titles graded, from .85": _with(graded(0.85)),
    "titles graded, from .7": _with(graded(0.7)),
    "same words, subtitle, misprint": _with(strictly),
    "exact title": _exact,
    "shared id": _shared_id,
    "exact title or shared id": lambda one, other: _exact(one, other) or _shared_id(one, other),
    "title ratio .9": _fuzzy,
}
"""Ours first, then ours with other rules for titles that are not word for word the same, then without ours."""


def measure(gold: Path | None, progress: Progress) -> dict[str, Any]:
    """Precision, recall and F1 of every rule over all pairs and over each part; ours by kind, and its errors.

    Raises UserError for a file that cannot be read or holds a wrong row.
    """
    rows = read_record_pairs(gold or GOLD)
    calls: dict[str, list[bool]] = {name: [] for name in RULES}
    for done, row in enumerate(rows, start=1):
        for name, rule in RULES.items():
            calls[name].append(rule(row.one, row.other))
        progress(done, len(rows), "pairs compared")
    said = calls["assignee"]
    return {
        "n": len(rows),
        "parts": {
            part or "all": {name: _figures(rows, calls[name], part) for name in RULES}
            for part in dict.fromkeys((*(row.part for row in rows), ""))
        },
        "kinds": {
            kind: _counts(
                [(row.same_work, call) for row, call in zip(rows, said, strict=True) if row.kind == kind]
            )
            for kind in sorted({row.kind for row in rows})
        },
        "wrong": [_error(row, call) for row, call in zip(rows, said, strict=True) if call != row.same_work][
            :_SHOWN
        ],
    }


def tables(body: Mapping[str, Any]) -> list[Table]:
    """Every rule on each part, ours by kind, and every pair that it gets wrong."""
    columns = ("pairs", "rule", "one work", "folded", "right", "precision", "95 %", "recall", "95 %", "F1")
    rows: list[tuple[object, ...]] = [
        (
            part_name,
            name,
            part["same"],
            part["folded"],
            part["right"],
            part["precision"],
            part["ci95"]["precision"],
            part["recall"],
            part["ci95"]["recall"],
            part["f1"],
        )
        for part_name, rules in body["parts"].items()
        for name, part in rules.items()
    ]
    kinds: list[tuple[object, ...]] = [
        (kind, part["same"], part["same_folded"], part["other"], part["other_folded"])
        for kind, part in body["kinds"].items()
    ]
    wrong: list[tuple[object, ...]] = [
        (item["id"], item["kind"], "folded" if item["folded"] else "not folded", item["one"], item["other"])
        for item in body["wrong"]
    ]
    found = [
        Table(f"Records of one work, {body['n']} pairs", columns, rows),
        Table("By kind", ("kind", "one work", "folded", "two works", "wrongly folded"), kinds),
    ]
    return [*found, Table("Wrong", ("pair", "kind", "", "one", "other"), wrong)] if wrong else found


def _figures(rows: Sequence[RecordPair], calls: Sequence[bool], part: str) -> dict[str, Any]:
    chosen = [(row, call) for row, call in zip(rows, calls, strict=True) if part in ("", row.part)]
    gold = np.array([row.same_work for row, _ in chosen], np.int64)
    said = np.array([call for _, call in chosen], np.int64)
    ones = _shares(gold, said, np.ones((1, len(chosen))))
    drawn = bootstrap(lambda weights: _shares(gold, said, weights), [str(row.id) for row, _ in chosen])
    return {
        "n": len(chosen),
        "same": int(gold.sum()),
        "folded": int(said.sum()),
        "right": int((gold & said).sum()),
        **{name: value(figure[0]) for name, figure in ones.items()},
        "ci95": intervals(drawn),
    }


def _shares(gold: Ints, said: Ints, weights: Floats) -> dict[str, Floats]:
    hit, called, same = weights @ (gold * said), weights @ said, weights @ gold
    with np.errstate(invalid="ignore", divide="ignore"):
        return {
            "precision": np.asarray(hit / called),
            "recall": np.asarray(hit / same),
            "f1": np.asarray(2 * hit / (called + same)),
        }


def _counts(pairs: Sequence[tuple[bool, bool]]) -> dict[str, int]:
    return {
        "same": sum(same for same, _ in pairs),
        "same_folded": sum(same and folded for same, folded in pairs),
        "other": sum(not same for same, _ in pairs),
        "other_folded": sum(not same and folded for same, folded in pairs),
    }


def _error(row: RecordPair, folded: bool) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": row.kind,
        "part": row.part,
        "folded": folded,
        "one": row.one.title,
        "other": row.other.title,
    }


def _paper(given: object, name: str, where: Where) -> Paper:
    if not isinstance(given, dict):
        raise where.wrong(f"{name!r} must be a record, an object with a title")
    read = document({**given, "abstract": "none"}, name)
    if isinstance(read, Problem):
        raise where.wrong(f"{name!r}: {read.what}")
    return read.paper


def _truth(row: Mapping[str, Any], name: str, where: Where) -> bool:
    given = field(row, name, where)
    if not isinstance(given, bool):
        raise where.wrong(f"{name!r} must be true or false")
    return given


def _id(name: str, text: str) -> tuple[str, str]:
    return name, arxiv_version(text.lower())[0] if name == "arxiv" else text.lower()
