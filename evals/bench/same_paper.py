"""Is a full text the paper it was fetched for? The two shares that `tools/same_paper.py` compares, on papers and on others.

    ASSIGNEE_DATA=FOLDER python evals/bench/same_paper.py

Full texts are those of ACLSum (tokenised, 150), records the ACL Anthology's (24,068). Prints the lowest share of a
record's abstract found in its own text, the highest in any other's, and how many pairs of other records have titles as
much alike as the threshold asks. Takes about a minute.
"""

from __future__ import annotations

import gzip
import json
import os
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from assignee.tools.same_paper import ABSTRACT_SHARE, TITLE_LIKENESS, runs, title_likeness, title_words

__all__ = ["main"]

_NEAREST = 15  # records that share most title words, compared in full
_COMMON = 2000  # a word in more titles than this brings nobody together


def main() -> None:
    """Print three lines."""
    data = Path(os.environ["ASSIGNEE_DATA"])
    with gzip.open(data / "library" / "acl-anthology-2016-2021.jsonl.gz", "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    texts = {
        item["id"]: runs(" ".join(sentence["text"] for sentence in item["sentences"]))
        for part in ("train", "val")
        for item in map(
            json.loads, (data / "extraction" / f"aclsum_{part}.jsonl").read_text("utf-8").splitlines()
        )
    }
    own: list[float] = []
    others: list[float] = []
    for record in records:
        wanted = runs(record["abstract"])
        if len(wanted) < 10:
            continue
        shares = {name: len(wanted & held) / len(wanted) for name, held in texts.items()}
        if record["id"] in shares:
            own.append(shares.pop(record["id"]))
        others.append(max(shares.values()))
    print(
        f"own: {len(own)} texts, lowest share {min(own):.3f}, below {ABSTRACT_SHARE}: {sum(x < ABSTRACT_SHARE for x in own)}"
    )
    print(
        f"others: {len(others)} abstracts against {len(texts)} texts, highest share {max(others):.3f}, "
        f"at {ABSTRACT_SHARE} or more: {sum(x >= ABSTRACT_SHARE for x in others)}"
    )
    print(f"titles: {_alike(records)} pairs of {len(records)} records are {TITLE_LIKENESS} alike or more")


def _alike(records: list[dict[str, Any]]) -> int:
    places: defaultdict[str, list[int]] = defaultdict(list)
    titles = [title_words(record["title"]) for record in records]
    for at, words in enumerate(titles):
        for word in words:
            places[word].append(at)
    pairs = 0
    for at, words in enumerate(titles):
        near = Counter(
            other for word in words if len(places[word]) < _COMMON for other in places[word] if other > at
        )
        pairs += sum(
            title_likeness(records[at]["title"], records[other]["title"]) >= TITLE_LIKENESS
            for other, _ in near.most_common(_NEAREST)
        )
    return pairs


if __name__ == "__main__":
    main()
