"""How well the cross-paper seat tells support, contradiction and "not comparable" between findings of two papers.

Rows: `{id, claim, evidence, relation}`, claim and evidence one sentence each, relation supports | contradicts |
not_comparable; `why` and `half` may be there. Of the set of our own the rules were mended on the parts "dev" and "opened";
"held_out" only measures (`gold/README.md`). What is measured is what the seat says of a pair of sentences
(`agents.corroboration.voiced`); which sentences it looks at, and whether two works are independent, is tested elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assignee.claims import Stance

from ..agents.comparability import relate
from ..agents.corroboration import voiced
from ..tools.text import stored
from .gold_lines import Ids, Where, field, objects, row_id, text_field
from .metrics import Floats, Ints, bootstrap, intervals, value
from .output import Progress, Table

__all__ = ["GOLD", "RELATIONS", "PairRow", "measure", "read_pairs", "tables"]

GOLD = Path(__file__).parent / "gold" / "cross_paper.jsonl"
RELATIONS = ("supports", "contradicts", "not_comparable")
_READ_AS = {
    **dict.fromkeys(("supports", "support"), "supports"),
    **dict.fromkeys(("contradicts", "contradict"), "contradicts"),
    **dict.fromkeys(("not_comparable", "not comparable", "neutral"), "not_comparable"),
}
_SAID = {Stance.SUPPORT: 0, Stance.CONTRADICT: 1}
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class PairRow:
    """A finding of one paper, a sentence of another, and what the second is to the first. `half` may be ""."""

    id: int | str
    claim: str
    evidence: str
    relation: str
    half: str


def read_pairs(path: Path) -> list[PairRow]:
    """The rows of a file in order. Raises UserError (`file:line: reason`) for the first row that is wrong."""
    ids, found = Ids(), []
    for where, row in objects(path):
        key = row_id(row, where)
        ids.add(key, where)
        found.append(
            PairRow(
                key,
                stored(text_field(row, "claim", where)),
                stored(text_field(row, "evidence", where)),
                _relation(field(row, "relation", where), where),
                str(row.get("half", "")),
            )
        )
    return found


def measure(gold: Path | None, progress: Progress) -> dict[str, Any]:
    """Precision, recall and confusion over all rows and over each part (`half`); intervals resample claims, not rows.

    Raises UserError for a file that cannot be read or holds a wrong row.
    """
    rows = read_pairs(gold or GOLD)
    said = []
    for done, row in enumerate(rows, start=1):
        relation = relate(row.claim, row.evidence)
        said.append((_SAID.get(voiced(relation), 2), relation.reason))
        progress(done, len(rows), "pairs compared")
    calls = np.array([call for call, _ in said], np.int64)
    halves = [name for name in dict.fromkeys(row.half for row in rows) if name]
    wrong = [
        {
            "id": row.id,
            "half": row.half,
            "relation": row.relation,
            "said": RELATIONS[call],
            "reason": reason,
            "claim": row.claim,
            "evidence": row.evidence,
        }
        for row, (call, reason) in zip(rows, said, strict=True)
        if RELATIONS[call] != row.relation
    ]
    return {
        **_figures(rows, calls),
        "halves": {
            name: _figures(*_part(rows, calls, [row.half == name for row in rows])) for name in halves
        },
        # What a reader of a report would be told wrongly stands first.
        "wrong": sorted(wrong, key=lambda item: item["said"] == "not_comparable")[:_SHOWN],
    }


def tables(body: dict[str, Any]) -> list[Table]:
    """Precision and recall with intervals, all rows and each part; the confusion of all rows."""
    columns = ("rows", "relation", "gold", "called", "right", "precision", "95 %", "recall", "95 %")
    rows: list[tuple[object, ...]] = []
    for name, part in (*body["halves"].items(), ("all", body)):
        for relation in RELATIONS:
            own = part["relations"][relation]
            ci = part["ci95"]
            rows.append(
                (
                    name,
                    relation,
                    own["gold"],
                    own["called"],
                    own["right"],
                    own["precision"],
                    ci[f"{relation}_precision"],
                    own["recall"],
                    ci[f"{relation}_recall"],
                )
            )
    confusion: list[tuple[object, ...]] = [
        (relation, *(body["confusion"][relation][other] for other in RELATIONS)) for relation in RELATIONS
    ]
    return [
        Table(f"Cross-paper seat, {body['n']} pairs", columns, rows),
        Table("Confusion: gold (rows) against said (columns)", ("gold", *RELATIONS), confusion),
    ]


def _figures(rows: Sequence[PairRow], calls: Ints) -> dict[str, Any]:
    gold = np.array([RELATIONS.index(row.relation) for row in rows], np.int64)
    ones = _shares(gold, calls, np.ones((1, len(rows))))
    drawn = bootstrap(lambda weights: _shares(gold, calls, weights), [row.claim for row in rows])
    return {
        "n": len(rows),
        "accuracy": value(ones["accuracy"][0]),
        "relations": {
            name: {
                "gold": int((gold == at).sum()),
                "called": int((calls == at).sum()),
                "right": int(((gold == at) & (calls == at)).sum()),
                "precision": value(ones[f"{name}_precision"][0]),
                "recall": value(ones[f"{name}_recall"][0]),
            }
            for at, name in enumerate(RELATIONS)
        },
        "confusion": {
            name: {other: int(((gold == one) & (calls == two)).sum()) for two, other in enumerate(RELATIONS)}
            for one, name in enumerate(RELATIONS)
        },
        "ci95": intervals(drawn),
    }


def _shares(gold: Ints, calls: Ints, weights: Floats) -> dict[str, Floats]:
    found = {}
    with np.errstate(invalid="ignore", divide="ignore"):
        found["accuracy"] = np.asarray(weights @ (gold == calls) / weights.sum(axis=1))
        for at, name in enumerate(RELATIONS):
            hit = weights @ ((gold == at) & (calls == at))
            found[f"{name}_precision"] = np.asarray(hit / (weights @ (calls == at)))
            found[f"{name}_recall"] = np.asarray(hit / (weights @ (gold == at)))
    return found


def _part(rows: Sequence[PairRow], calls: Ints, kept: Sequence[bool]) -> tuple[list[PairRow], Ints]:
    return [row for row, keep in zip(rows, kept, strict=True) if keep], calls[np.array(kept, bool)]


def _relation(given: object, where: Where) -> str:
    relation = _READ_AS.get(given.strip().casefold()) if isinstance(given, str) else None
    if relation is None:
        raise where.wrong(f"unknown relation {given!r}; known: {', '.join(RELATIONS)}")
    return relation
