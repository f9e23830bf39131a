"""Cold and warm index, side by side in one run: the same library, nothing known, then everything known.

    ASSIGNEE_DATA=FOLDER python evals/bench/index.py [SIZE...]      (default 1691 5000)

Records come from the data folder's larger library. Each size is measured in a fresh home: "cold" adds the
records and searches with nothing embedded, "warm" does the same again from a newly opened toolbox, "crowded"
is warm with the whole library in the same index, which must change nothing but time.
"""

from __future__ import annotations

import gzip
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from assignee.settings import Settings
from assignee.tools.hybrid_index import Hit
from assignee.tools.text import content_hash, stored
from assignee.tools.toolbox import Toolbox

QUERIES = [
    "Does intermediate-task training help zero-shot cross-lingual transfer?",
    "intermediate task fine-tuning cross-lingual transfer",
    "multilingual encoders zero-shot transfer languages",
    "when does supplementary training hurt",
]
LIBRARY = "library/acl-anthology-2016-2021.jsonl.gz"


def records(folder: Path) -> dict[str, str]:
    """All records of the larger library: hash to title and abstract."""
    found = {}
    for line in gzip.decompress((folder / LIBRARY).read_bytes()).decode().splitlines():
        record = json.loads(line)
        text = stored(f"{record['title']} {record['abstract']}")
        found[content_hash(text)] = text
    return found


def measure(home: Path, library: dict[str, str]) -> tuple[dict[str, float], list[Hit]]:
    """Seconds for opening, adding, searching (40 hits) and counting, and the hits."""
    marks = [time.perf_counter()]
    with Toolbox.open(Settings(home=home)) as box:
        marks.append(time.perf_counter())
        box.index.add(library.items())
        marks.append(time.perf_counter())
        hits = box.index.search(QUERIES, among=library, limit=40)
        marks.append(time.perf_counter())
        box.index.hit_counts(QUERIES, among=library)
        marks.append(time.perf_counter())
    steps = ("open", "add", "search", "count")
    seconds = {step: after - before for step, before, after in zip(steps, marks, marks[1:], strict=False)}
    return {**seconds, "all": marks[-1] - marks[0]}, hits


def main() -> None:
    if not os.environ.get("ASSIGNEE_DATA"):
        sys.exit("set ASSIGNEE_DATA to the data folder")
    every = records(Path(os.environ["ASSIGNEE_DATA"]))
    sizes = [int(size) for size in sys.argv[1:]] or [1691, 5000]
    with tempfile.TemporaryDirectory() as scratch:
        measure(
            Path(scratch) / "first", dict(list(every.items())[:5])
        )  # imports and first load are nobody's time
        for size in sizes:
            home = Path(scratch) / str(size)
            library = dict(list(every.items())[:size])
            cold, first = measure(home, library)
            warm, second = measure(home, library)
            with Toolbox.open(Settings(home=home)) as box:
                box.index.add(every.items())
            crowded, third = measure(home, library)
            print(f"{len(library)} records; in the crowded index {len(every)}")
            for name, row in (("cold", cold), ("warm", warm), ("crowded", crowded)):
                figures = "  ".join(f"{step} {value:7.3f} s" for step, value in row.items())
                print(f"  {name:8}{figures}  ratio to cold {row['all'] / cold['all']:.3f}")
            print(f"  same hits: {first == second == third}")


if __name__ == "__main__":
    main()
