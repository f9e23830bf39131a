"""Bring `evals/gold/outcome_labels.jsonl` up to date with collected outcomes and new readings.

    python evals/train/merge_labels.py COLLECTED… [--first TSV] [--second TSV] [--round N]

COLLECTED are files of `collect_outcomes`. A line of a TSV is `key<TAB>a` where the reader agrees with the outcome as
printed, else `key<TAB>fault` with the fault in a word. An outcome that is printed unchanged keeps its label and gets
the features of today; one that is no longer printed stays as it is: it was printed once, and dropping it would leave
only what the engine was mended on. Where the two readings differ, the second stands.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from assignee.evals.outcomes import LABELS

_KEPT = ("key", "library", "question", "paper_id", "start", "end", "outcome", "cited", "features")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("collected", type=Path, nargs="+")
    parser.add_argument("--first", type=Path)
    parser.add_argument("--second", type=Path)
    parser.add_argument("--round", type=int, default=1, help="which round of labelling new labels belong to")
    arguments = parser.parse_args()
    rows: dict[str, dict[str, Any]] = {}
    for path in arguments.collected:
        with path.open(encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                rows.setdefault(row["key"], row)
    labels = merge(_labels(), rows, _readings(arguments.first), _readings(arguments.second), arguments.round)
    LABELS.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in labels), encoding="utf-8")
    print(
        f"{len(labels)} labels, {sum(row['key'] in rows for row in labels)} of them in the collected outcomes"
    )


def merge(
    labels: dict[str, dict[str, Any]],
    rows: dict[str, dict[str, Any]],
    first: dict[str, str],
    second: dict[str, str],
    turn: int,
) -> list[dict[str, Any]]:
    """The labels in the order of library, paper and span."""
    merged = []
    for key in {*labels, *(first.keys() & rows.keys())}:
        old, row = labels.get(key, {}), rows.get(key)
        faults = [first.get(key, old.get("fault1")), second.get(key, old.get("fault2"))]
        final = faults[1] or faults[0]
        source = row or old
        merged.append(
            {
                **{name: source[name] for name in _KEPT},
                "agree": final == "a",
                "fault1": faults[0],
                "fault2": faults[1],
                "round": old.get("round", turn),
            }
        )
    return sorted(merged, key=lambda row: (row["library"], row["paper_id"], row["start"], row["key"]))


def _labels() -> dict[str, dict[str, Any]]:
    if not LABELS.exists():
        return {}
    with LABELS.open(encoding="utf-8") as lines:
        return {row["key"]: row for row in map(json.loads, lines)}


def _readings(path: Path | None) -> dict[str, str]:
    if path is None:
        return {}
    lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return {key: said.strip() for key, said in lines}


if __name__ == "__main__":
    main()
