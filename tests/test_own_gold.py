"""The labelled sets of our own: their form, their spans, and the figures that their README gives."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from assignee.evals import corroboration, corruptions
from assignee.evals.gold_rows import LABELS, read_claims
from assignee.tools.text import sentences, stored

_ROOT = Path(__file__).parents[1]
_README = (_ROOT / "evals" / "gold" / "README.md").read_text(encoding="utf-8")


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def library() -> dict[str, str]:
    files = sorted((_ROOT / "examples" / "library").glob("*.jsonl"))
    return {row["id"]: stored(row["abstract"]) for path in files for row in _rows(path)}


def test_claims_are_many_of_three_labels_and_over_the_whole_example_library(library: dict[str, str]) -> None:
    rows = read_claims([corruptions.GOLD])
    counts = Counter(row.label for row in rows)
    assert len(rows) >= 240
    assert min(counts[label] for label in LABELS) >= 0.25 * len(rows)
    assert {row["paper"] for row in _rows(corruptions.GOLD)} == set(library)
    assert len({(row.claim, row.evidence) for row in rows}) == len(rows)


def test_evidence_and_rationales_are_exact_slices_of_the_stored_text(library: dict[str, str]) -> None:
    for row in _rows(corruptions.GOLD):
        text = library[row["paper"]]
        assert row["evidence"] == [text[start:end] for start, end in sentences(text)]
        for span in row["rationale"]:
            assert text[span["start"] : span["end"]] == span["sentence"]
            assert span["sentence"] in row["evidence"]
        assert bool(row["rationale"]) == (row["label"] != "NEI"), row["id"]


def test_no_claim_is_copied_from_its_evidence() -> None:
    for row in read_claims([corruptions.GOLD]):
        assert row.claim not in row.evidence


def test_cross_paper_pairs_are_many_of_three_relations_and_split_by_claim() -> None:
    rows = corroboration.read_pairs(corroboration.GOLD)
    assert len(rows) >= 120
    for half in ("dev", "held_out"):
        counts = Counter(row.relation for row in rows if row.half == half)
        assert min(counts[name] for name in corroboration.RELATIONS) >= 20
    halves: dict[str, set[str]] = {}
    for row in rows:
        halves.setdefault(row.claim, set()).add(row.half)
    assert all(len(names) == 1 for names in halves.values())


def test_no_pair_is_one_that_the_rules_were_tested_on() -> None:
    from planted import HELD_OUT, PAIRS

    known = {(pair.claim, pair.evidence) for pair in (*PAIRS, *HELD_OUT)}
    rows = corroboration.read_pairs(corroboration.GOLD)
    assert not {(row.claim, row.evidence) for row in rows} & known
    assert not {row.claim for row in rows} & {claim for claim, _ in known}


@pytest.mark.parametrize(
    ("path", "label", "silent"),
    [(corruptions.GOLD, "label", "NEI"), (corroboration.GOLD, "relation", "not_comparable")],
)
def test_where_two_passes_differ_the_row_is_silent(path: Path, label: str, silent: str) -> None:
    for row in _rows(path):
        first, second = row[f"{label}_first"], row[f"{label}_second"]
        assert row[label] == (first if first == second else silent)


def test_the_readme_gives_the_figures_of_the_files() -> None:
    claims, pairs = _rows(corruptions.GOLD), _rows(corroboration.GOLD)
    counts, relations = Counter(row["label"] for row in claims), Counter(row["relation"] for row in pairs)
    told = [
        f"{len(claims)}: {counts['SUPPORT']} SUPPORT, {counts['REFUTE']} REFUTE, {counts['NEI']} NEI",
        f"{len(pairs)}: {relations['supports']} supports, {relations['contradicts']} contradicts, "
        f"{relations['not_comparable']} not comparable",
    ]
    for rows, label in ((claims, "label"), (pairs, "relation")):
        same = sum(row[f"{label}_first"] == row[f"{label}_second"] for row in rows)
        told.append(f"{same} of {len(rows)}")
    flat = re.sub(r"\s*\|\s*|\s+", " ", _README)
    for words in told:
        assert words in flat, words
    kinds = set(
        re.findall(r"[a-z]+(?:_[a-z]+)*", _README[_README.index("Kinds.") : _README.index("## How they")])
    )
    assert {row["kind"] for row in claims} <= kinds
