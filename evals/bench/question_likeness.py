"""How well near-duplicate questions are told from questions that differ in one thing, on pairs that we wrote.

    python evals/bench/question_likeness.py

Prints, for thresholds around the one in use, how many pairs of each label in `evals/gold/question_pairs.jsonl` are told right,
and the same with cosines alone.
"""

from __future__ import annotations

import json
from pathlib import Path

from assignee.agents.question_likeness import SAME, apart, likeness
from assignee.tools.embedder import Embedder

PAIRS = Path(__file__).parents[1] / "gold" / "question_pairs.jsonl"


def main() -> None:
    """Print a table for each part."""
    every = [json.loads(line) for line in PAIRS.read_text("utf-8").splitlines()]
    for part in dict.fromkeys(row["part"] for row in every):
        rows = [row for row in every if row["part"] == part]
        vectors = Embedder(threads=1).embed([text for row in rows for text in (row["one"], row["other"])])
        told = []
        for at, row in enumerate(rows):
            pair = vectors[2 * at : 2 * at + 2]
            differ = apart(row["one"], row["other"])
            like = likeness(row["one"], row["other"], pair)
            told.append((row["label"] == "same", differ, like, float(pair[0] @ pair[1])))
            if (row["label"] == "same") is not (not differ and like >= SAME):
                print(f"  wrong: {row['label']} ({like}): {row['one']} | {row['other']}")
        print(f"{part}: {len(rows)} pairs; in use: {SAME}")
        for least in (0.75, 0.8, 0.84, 0.86, SAME, 0.9, 0.92, 0.95):
            ours = [(is_same, not differ and like >= least) for is_same, differ, like, _ in told]
            plain = [(is_same, cosine >= least) for is_same, _, _, cosine in told]
            print(f"  {least:.2f}  told right: {_right(ours):34} by the cosine alone: {_right(plain)}")


def _right(told: list[tuple[bool, bool]]) -> str:
    same = [said for is_same, said in told if is_same]
    different = [not said for is_same, said in told if not is_same]
    return f"{sum(same)} of {len(same)} same, {sum(different)} of {len(different)} different"


if __name__ == "__main__":
    main()
