"""Retrieval at 5 k, 24 k and 500 k records: seconds and memory of each step, and how they grow.

    ASSIGNEE_DATA=FOLDER OMP_NUM_THREADS=1 nice -n 10 python evals/bench/scale.py [SIZE...]     (default 5000 24000 500000)

Up to 24 k the records are those of the data folder's larger library. Beyond, they are made: each has as many sentences as a
real abstract, drawn at random (with a fixed seed) from all of them, so that words are as frequent as they really are.
Each size runs in processes of its own, so that the peak memory is its own:

  words      the index of words: opened, filled ("cold"), filled again with the same ("warm"); the first search of a
             process with four queries, which embeds the 400 records proposed; then one query at a time, each of 20
             twice, the second time ("p50") with everything embedded
  vectors    the store of vectors, filled with made unit vectors (384 wide, a fixed seed), and 400 of them read back

The growth is the exponent b of seconds = a · size^b between neighbouring sizes; 1 is linear.
"""

from __future__ import annotations

import gzip
import json
import math
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np

from assignee.settings import Settings
from assignee.tools.chroma_store import ChromaStore
from assignee.tools.text import content_hash, sentences, stored
from assignee.tools.toolbox import Toolbox

LIBRARY = "library/acl-anthology-2016-2021.jsonl.gz"
SIZES = (5_000, 24_000, 500_000)
QUERIES = [
    "Does intermediate-task training help zero-shot cross-lingual transfer?",
    "intermediate task fine-tuning cross-lingual transfer",
    "multilingual encoders zero-shot transfer languages",
    "when does supplementary training hurt",
]
MORE = [
    "neural machine translation of low-resource languages", "back-translation with monolingual data",
    "named entity recognition in biomedical text", "question answering over knowledge graphs",
    "abstractive summarization and factual consistency", "hate speech detection in social media",
    "dependency parsing with contextual embeddings", "bias in word embeddings", "dialogue state tracking",
    "probing syntax in BERT", "multi-hop reading comprehension", "semantic role labeling across languages",
    "data augmentation for text classification", "evaluation metrics for text generation",
    "grammatical error correction", "cross-lingual word embeddings without supervision",
    "speech translation end to end", "commonsense reasoning with language models", "clinical notes", "fact checking",
]  # fmt: skip


def records(folder: Path, size: int) -> Iterator[tuple[str, str]]:
    """`size` records as (hash, text): real ones first, then made ones."""
    real = []
    for line in gzip.decompress((folder / LIBRARY).read_bytes()).decode().splitlines()[:size]:
        record = json.loads(line)
        real.append(stored(f"{record['title']} {record['abstract']}"))
    yield from ((content_hash(text), text) for text in real)
    if size <= len(real):
        return
    spans = [[text[start:end] for start, end in sentences(text)] for text in real]
    every = [sentence for group in spans for sentence in group]
    chance = random.Random(4)
    for _ in range(size - len(real)):
        text = " ".join(chance.choices(every, k=len(chance.choice(spans))))
        yield content_hash(text), text


def words(size: int, home: Path) -> dict[str, float]:
    """Seconds and MB of the index of words over that many records."""
    library = dict(records(Path(os.environ["ASSIGNEE_DATA"]), size))
    held = _peak()
    figures: dict[str, float] = {"records": len(library)}
    with _timed(figures, "open"):
        box = Toolbox.open(Settings(home=home))
    with box:
        with _timed(figures, "fill, cold"):
            box.index.add(library.items())
        with _timed(figures, "fill, warm"):
            box.index.add(library.items())
        with _timed(figures, "first search"):
            box.index.search(QUERIES, among=library, limit=100)
        with _timed(figures, "same again"):
            box.index.search(QUERIES, among=library, limit=100)
        figures["search p50, new"] = statistics.median(_each(box, library))
        figures["search p50"] = statistics.median(_each(box, library))
        with _timed(figures, "count"):
            box.index.hit_counts(QUERIES, among=library)
    figures["peak MB"] = _peak()
    figures["of it, the texts given MB"] = held
    figures["file MB"] = sum(item.stat().st_size for item in home.rglob("lexical*")) / 2**20
    return figures


def vectors(size: int, home: Path) -> dict[str, float]:
    """Seconds and MB of the store over that many made vectors."""
    chance = np.random.default_rng(4)
    figures: dict[str, float] = {"vectors": size}
    store = ChromaStore(home / "vectors", "scale")
    spent = 0.0
    for start in range(0, size, 1000):  # as `HybridIndex.vectors` keeps them
        rows = chance.standard_normal((min(1000, size - start), 384), dtype=np.float32)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        began = time.perf_counter()
        store.upsert([content_hash(str(start + at)) for at in range(len(rows))], rows)
        spent += time.perf_counter() - began
    figures["fill"] = spent
    wanted = [content_hash(str(at)) for at in range(0, size, max(1, size // 400))][:400]
    with _timed(figures, "read 400"):
        store.get(wanted)
    store.close()
    with _timed(figures, "open again"):
        store = ChromaStore(home / "vectors", "scale")
        store.count()
    with _timed(figures, "read 400, opened again"):
        assert len(store.get(wanted)) == len(wanted)
    store.close()
    figures["peak MB"] = _peak()
    figures["file MB"] = sum(item.stat().st_size for item in home.rglob("*") if item.is_file()) / 2**20
    return figures


def _each(box: Toolbox, library: dict[str, str]) -> list[float]:
    spent = []
    for query in MORE:
        began = time.perf_counter()
        box.index.search([query], among=library, limit=100)
        spent.append(time.perf_counter() - began)
    return spent


class _timed:
    def __init__(self, figures: dict[str, float], name: str) -> None:
        self._figures, self._name = figures, name

    def __enter__(self) -> None:
        self._began = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self._figures[self._name] = time.perf_counter() - self._began


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # kilobytes on Linux


def growth(sizes: list[float], values: list[float]) -> str:
    """The exponents between neighbouring sizes; "-" where a value is too small to tell."""
    found = []
    for (one, other), (low, high) in zip(pairwise(sizes), pairwise(values), strict=True):
        told = low >= 0.01 and high > 0
        found.append(f"{math.log(high / low) / math.log(other / one):.2f}" if told else "-")
    return " ".join(found)


def main() -> None:
    """Print a table for each part; with "--one PART SIZE" measure one and print it as JSON."""
    if not os.environ.get("ASSIGNEE_DATA"):
        sys.exit("set ASSIGNEE_DATA to the data folder")
    if sys.argv[1:2] == ["--one"]:
        measure = {"words": words, "vectors": vectors}[sys.argv[2]]
        with tempfile.TemporaryDirectory() as home:
            print(json.dumps(measure(int(sys.argv[3]), Path(home))))
        return
    only = [item for item in sys.argv[1:] if not item.isdigit()] or ["words", "vectors"]
    sizes = [int(item) for item in sys.argv[1:] if item.isdigit()] or list(SIZES)
    for part in only:
        rows = []
        for size in sizes:
            command = [sys.executable, __file__, "--one", part, str(size)]
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
            rows.append(json.loads(done.stdout.splitlines()[-1]))
        print(f"{part}: {'  '.join(f'{size:,}' for size in sizes)}  growth")
        for name in rows[0]:
            values = [row[name] for row in rows]
            shown = "  ".join(f"{value:10.3f}" for value in values)
            print(f"  {name:28}{shown}  {growth([float(size) for size in sizes], values)}", flush=True)


if __name__ == "__main__":
    main()
