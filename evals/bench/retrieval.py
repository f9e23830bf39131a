"""Recall of the retrieval on SciFact: words alone, vectors alone, their ranks fused, and the index itself.

    ASSIGNEE_DATA=FOLDER python evals/bench/retrieval.py

A query is a claim; relevant are the abstracts it cites (all claims) or those with evidence on it (the claims
that have any). "index" is `HybridIndex.search`, which embeds only the 400 lexically best records of a
query and reads the first 30 sentence by sentence; the other rows rank all 5,183.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from assignee.settings import Settings
from assignee.tools.text import content_hash, stored
from assignee.tools.toolbox import Toolbox

TOP = 10


def main() -> None:
    if not os.environ.get("ASSIGNEE_DATA"):
        sys.exit("set ASSIGNEE_DATA to the data folder")
    folder = Path(os.environ["ASSIGNEE_DATA"]) / "scifact"
    records = [json.loads(line) for line in (folder / "corpus.jsonl").read_text("utf-8").splitlines()]
    texts = {str(r["doc_id"]): stored(f"{r['title']} {' '.join(r['abstract'])}") for r in records}
    keys = {doc: content_hash(text) for doc, text in texts.items()}
    claims = [json.loads(line) for line in (folder / "claims_train.jsonl").read_text("utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as home, Toolbox.open(Settings(home=Path(home))) as box:
        began = time.perf_counter()
        box.index.add((keys[doc], text) for doc, text in texts.items())
        print(f"{len(texts)} records indexed in {time.perf_counter() - began:.1f} s")
        members = sorted(set(keys.values()))
        text_of = {keys[doc]: text for doc, text in texts.items()}
        began, cpu = time.perf_counter(), time.process_time()
        rows = box.index.vectors([text_of[key] for key in members]).astype(np.float64)
        print(f"embedded in {time.perf_counter() - began:.1f} s, {time.process_time() - cpu:.1f} core-s")
        hits: dict[tuple[str, str], list[float]] = {}
        began = time.perf_counter()
        for claim in claims:
            found = box.index.search([claim["claim"]], among=members, limit=len(members))
            words = [h.text_hash for h in sorted(found, key=lambda h: h.lexical_rank or len(members) + 1)]
            words = words[: sum(h.lexical_rank is not None for h in found)]
            query = box.embedder.embed([claim["claim"]]).astype(np.float64)[0]
            near = [members[at] for at in np.argsort(-np.round(rows @ query, 6), kind="stable")]
            scores: dict[str, float] = {}
            for ranking in (words, near):
                for rank, key in enumerate(ranking, start=1):
                    scores[key] = scores.get(key, 0.0) + 1 / (60 + rank)
            fused = sorted(scores, key=lambda key: (-scores[key], key))
            rankings = {
                "words": words,
                "vectors": near,
                "fused": fused,
                "index": [h.text_hash for h in found],
            }
            for kind in ("cited_doc_ids", "evidence"):
                relevant = {keys[str(doc)] for doc in claim[kind]}
                for name, ranking in rankings.items() if relevant else ():
                    hits.setdefault((kind, name), []).append(
                        len(relevant & set(ranking[:TOP])) / len(relevant)
                    )
        print(f"{len(claims)} claims in {time.perf_counter() - began:.1f} s")
        for (kind, name), values in hits.items():
            print(f"recall@{TOP} {kind} ({len(values)} claims) {name}: {np.mean(values):.3f}")


if __name__ == "__main__":
    main()
