"""What the query plan for databases finds, against the question alone and against question and noun phrases.

    ASSIGNEE_DATA=FOLDER python evals/bench/query_plan.py

No database can be asked here, so a stand-in is: FOLDER/library/acl-anthology-2016-2021.jsonl.gz, words ranked by BM25, phrases
and boolean queries as filters over titles and abstracts, the answers of a plan fused by reciprocal rank as `tools/database.py`
does. Relevant are the records labelled "include" in evals/gold/screening.jsonl; they were drawn from what the library search
brought for the question, which asks question and phrases, so that plan is favoured. Printed: requests, records that match any
but the widest query, and recall among the first 20 and 100.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from assignee.agents import planner
from assignee.agents.question import parse
from assignee.tools.database_query import asked_for
from assignee.tools.lexical_index import LexicalIndex
from assignee.tools.text import stored

GOLD = Path(__file__).parents[1] / "gold" / "screening.jsonl"
DEPTHS = (20, 100)
LIMIT, RANK = 100, 60


class StandIn:
    """A database of titles and abstracts, by id."""

    def __init__(self, texts: dict[str, str], folder: Path) -> None:
        self._index = LexicalIndex(folder / "words.sqlite")
        self._index.add(texts.items())
        self._ids = sorted(texts)
        self._plain = {name: f" {_words(text)} " for name, text in texts.items()}

    def answer(self, query: str) -> list[str]:
        """The ids that match, best first."""
        asked = asked_for(query)
        groups = asked.groups or (((" ".join(asked.words),),) if asked.phrase else ())
        told = " ".join(term for group in groups for term in group) or " ".join(asked.words)
        ranked = self._index.rank([told], among=self._ids)[0]
        return [
            name
            for name in ranked
            if all(any(f" {_words(term)} " in self._plain[name] for term in group) for group in groups)
        ]

    def found(self, queries: Sequence[str]) -> tuple[list[str], list[int]]:
        """The first hundred of all queries together, and how many records match each."""
        scores: dict[str, float] = {}
        hits = []
        for query in queries:
            answer = self.answer(query)
            hits.append(len(answer))
            for rank, name in enumerate(answer[:LIMIT]):
                scores[name] = scores.get(name, 0.0) + asked_for(query).weight / (RANK + rank)
        return sorted(scores, key=lambda name: (-scores[name], name))[:LIMIT], hits


def _words(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def main() -> None:
    """Ask each question of the gold set in the three ways."""
    if not os.environ.get("ASSIGNEE_DATA"):
        sys.exit("set ASSIGNEE_DATA to the data folder")
    file = Path(os.environ["ASSIGNEE_DATA"]) / "library" / "acl-anthology-2016-2021.jsonl.gz"
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    texts = {record["id"]: stored(f"{record['title']}. {record['abstract']}") for record in records}
    rows = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]
    wanted: dict[str, set[str]] = {}
    for row in rows:
        if row["label"] == "include" and row["record"] in texts:
            wanted.setdefault(row["question"], set()).add(row["record"])
    ways = ("question", "question and phrases", "the plan")
    right = {way: dict.fromkeys(DEPTHS, 0) for way in ways}
    with tempfile.TemporaryDirectory() as folder:
        database = StandIn(texts, Path(folder))
        for question, relevant in wanted.items():
            taken = parse(question)
            plans = {
                "question": [question],
                "question and phrases": [
                    item["query"] for item in planner.queries(taken, ["library"], None, False)
                ],
                "the plan": [item["query"] for item in planner.queries(taken, ["arxiv"], None, False)],
            }
            print(f"\n{question} ({len(relevant)} relevant)")
            for way in ways:
                found, hits = database.found(plans[way])
                counts = {depth: len(relevant & set(found[:depth])) for depth in DEPTHS}
                for depth, count in counts.items():
                    right[way][depth] += count
                told = ", ".join(f"{count} in the first {depth}" for depth, count in counts.items())
                print(f"  {way}: {told}; hits {hits}")
    total = sum(map(len, wanted.values()))
    print(f"\n{len(wanted)} questions, {total} relevant records of {len(texts)}")
    for way in ways:
        told = ", ".join(f"@{depth} {count / total:.3f}" for depth, count in right[way].items())
        print(f"recall {told}: {way}")


if __name__ == "__main__":
    main()
