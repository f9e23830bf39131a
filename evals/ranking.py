"""Measures of a ranking against the documents that are relevant to one query. Defined for at least one relevant one.

recall@k: share of the relevant among the first k. hit_one@k, hit_all@k: whether any, or all, of them are. nDCG@10: binary
gains, discount 1 / log2(rank + 1), against the best order possible (Järvelin and Kekäläinen, 2002).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

__all__ = ["CUTS", "measures"]

CUTS = (1, 3, 5, 10, 20, 50, 100)


def measures(
    ranking: Sequence[str], relevant: Collection[str], cuts: Sequence[int] = CUTS
) -> dict[str, float]:
    """Every measure of one ranking. Raises ValueError when nothing is relevant."""
    if not relevant:
        raise ValueError("no document is relevant")
    wanted = set(relevant)
    found: dict[str, float] = {}
    for cut in cuts:
        held = len(wanted.intersection(ranking[:cut]))
        found[f"recall@{cut}"] = held / len(wanted)
        found[f"hit_one@{cut}"] = float(held > 0)
        found[f"hit_all@{cut}"] = float(held == len(wanted))
    gain = sum(1 / math.log2(rank + 2) for rank, doc in enumerate(ranking[:10]) if doc in wanted)
    best = sum(1 / math.log2(rank + 2) for rank in range(min(10, len(wanted))))
    found["ndcg@10"] = gain / best
    return found
