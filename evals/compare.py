"""`assignee eval compare A B`: is B better than A on the same rows, or is it chance? Paired bootstrap (Efron, 1979).

A and B are result files (`--out`) of one kind of evaluation, or predictions of `eval verification`, which need the gold
rows. Rows are drawn with replacement, the same ones for both, by claim where the gold is known, else one by one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from assignee.errors import UserError

from .gold_lines import Ids, objects, row_id
from .gold_rows import LABELS, GoldRow, read_claims
from .metrics import DRAWS, Floats, bootstrap, figures, intervals, mean_measure, scored_measure, value
from .output import Table
from .provenance import SEED
from .scifact_metrics import f1_measure
from .seat_figures import answers_of

__all__ = ["compare", "tables"]

_LOWER_IS_BETTER = frozenset({"false_support_rate", "false_support_at_recall_60", "ece", "brier"})


class Side(NamedTuple):
    """One of the two: its rows by id with the group they are drawn by, and how to measure weighted rows."""

    kind: str
    ids: list[str]
    groups: list[str]
    measure: Callable[[Floats], Mapping[str, Floats]]


def compare(first: Path, second: Path, gold: Sequence[Path] = (), *, seed: int = SEED) -> dict[str, Any]:
    """Each figure of A and B, the difference B - A with its 95 % interval, and how often B was the better in the draws.

    Raises UserError when the two are not of one kind, do not hold the same rows in the same order, or are no results.
    """
    rows = read_claims(gold) if gold else []
    one, other = (_side(path, rows) for path in (first, second))
    if one.kind != other.kind:
        raise UserError(f"{first} is of the kind {one.kind}, {second} of {other.kind}: nothing to compare")
    if one.ids != other.ids:
        at = next(
            (n for n, (a, b) in enumerate(zip(one.ids, other.ids, strict=False)) if a != b),
            min(len(one.ids), len(other.ids)),
        )
        raise UserError(
            f"{first} and {second} do not hold the same rows: they differ from row {at + 1} on "
            f"({len(one.ids):,} and {len(other.ids):,} rows)"
        )

    def both(weights: Floats) -> dict[str, Floats]:
        a, b = one.measure(weights), other.measure(weights)
        return {f"{side}{name}": held[name] for side, held in (("A ", a), ("B ", b)) for name in a}

    drawn = bootstrap(both, one.groups, seed=seed)
    point = both(np.ones((1, len(one.ids))))
    found: dict[str, Any] = {}
    for name in one.measure(np.ones((1, len(one.ids)))):
        a, b = drawn[f"A {name}"], drawn[f"B {name}"]
        gain = (a - b) if name in _LOWER_IS_BETTER else (b - a)
        known = gain[~np.isnan(gain)]
        found[name] = {
            "a": value(point[f"A {name}"][0]),
            "b": value(point[f"B {name}"][0]),
            "difference": value(point[f"B {name}"][0] - point[f"A {name}"][0]),
            "ci95": intervals({name: b - a})[name],
            "b_better": round(float((known > 0).mean() + (known == 0).mean() / 2), 4) if len(known) else None,
        }
    return {
        "eval": "compare",
        "kind": one.kind,
        "a": first.name,
        "b": second.name,
        "n": len(one.ids),
        "draws": DRAWS,
        "seed": seed,
        "figures": found,
    }


def tables(body: dict[str, Any]) -> list[Table]:
    """A row a figure."""
    rows: list[tuple[object, ...]] = [
        (
            name.replace("_", " ") + (" (lower is better)" if name in _LOWER_IS_BETTER else ""),
            *(held[key] for key in ("a", "b", "difference", "ci95", "b_better")),
        )
        for name, held in body["figures"].items()
    ]
    title = f"A = {body['a']}, B = {body['b']} ({body['kind']}, {body['n']:,} rows)"
    return [Table(title, ("", "A", "B", "B - A", "95 % interval", "B better in"), rows)]


def _side(path: Path, gold: Sequence[GoldRow]) -> Side:
    result = _result(path)
    if result is None:
        return _predictions(path, gold)
    kind, rows = str(result.get("eval")), result.get("rows")
    if not isinstance(rows, list) or not rows:
        raise UserError(
            f"{path} holds no rows to draw from; compare results of verification, scifact, retrieval or extraction"
        )
    try:
        return _SIDES[kind](rows)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise UserError(f"{path} is no whole result file of this version: {error}") from error


def _result(path: Path) -> dict[str, Any] | None:
    """The result file; None when the file holds predictions, one object a line."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: wrong encoding: it is not UTF-8") from error
    try:
        data = json.loads(text)
    except ValueError:
        return None
    return data if isinstance(data, dict) and "eval" in data else None


def _predictions(path: Path, gold: Sequence[GoldRow]) -> Side:
    if not gold:
        raise UserError(f"{path} holds predictions; give the gold rows with --gold, or compare result files")
    ids, keys, probs = Ids(), [], []
    for where, row in objects(path):
        key = row_id(row, where)
        ids.add(key, where)
        given = row.get("probs")
        if given is None and row.get("label") in LABELS:
            given = {label: float(label == row["label"]) for label in LABELS}
        if given is not None and (not isinstance(given, dict) or set(given) != set(LABELS)):
            raise where.wrong(f"'probs' must give {', '.join(LABELS)}")
        keys.append(str(key))
        probs.append(None if given is None else [float(given[label]) for label in LABELS])
    wanted = [str(row.id) for row in gold]
    if keys != wanted:
        raise UserError(f"{path} does not hold one prediction for each gold row, in the same order")
    answers = answers_of([LABELS.index(row.label) for row in gold], probs)
    return Side("verification", keys, [row.claim for row in gold], partial(figures, answers))


def _verification(rows: Sequence[Sequence[Any]]) -> Side:
    answers = answers_of([LABELS.index(row[1]) for row in rows], [row[3] for row in rows])
    ids = [str(row[0]) for row in rows]
    return Side("verification", ids, [str(row[4]) for row in rows], partial(figures, answers))


def _scifact(rows: Sequence[Mapping[str, Any]]) -> Side:
    ids = [str(row["id"]) for row in rows]
    return Side("scifact", ids, ids, f1_measure(np.array([row["counts"] for row in rows])))


def _retrieval(rows: Sequence[Mapping[str, Any]]) -> Side:
    """Over the claims that cite something (B); those of A are among them."""
    held = [row for row in rows if "B" in row] or [row for row in rows if "A" in row]
    ids = [str(row["id"]) for row in held]
    return Side("retrieval", ids, ids, mean_measure([row.get("B") or row["A"] for row in held]))


def _extraction(rows: Sequence[Sequence[Any]]) -> Side:
    truth = np.array([row[2] for row in rows], bool)
    called, scores = np.array([row[3] for row in rows], bool), np.array([row[4] for row in rows], np.float64)
    ids = [str(row[0]) for row in rows]
    return Side("extraction", ids, [str(row[1]) for row in rows], scored_measure(truth, scores, called))


_SIDES: dict[str, Callable[[Any], Side]] = {
    "verification": _verification,
    "scifact": _scifact,
    "retrieval": _retrieval,
    "extraction": _extraction,
}
