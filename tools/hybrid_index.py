"""Retrieval by words, meaning and the nearest sentence; earlier runs never change the order."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .chroma_store import ChromaStore
from .embedder import Embedder, Vectors
from .lexical_index import LexicalIndex
from .text import content_hash, sentences
from .vector_store import MemoryStore, VectorStore, VectorStoreError

__all__ = ["PROPOSED", "Hit", "HybridIndex"]

Vectors64 = NDArray[np.float64]

# How many records, the lexically best, are embedded for one set of queries; a smaller library entirely.
PROPOSED = 400
# What BM25 (as a share of the query's best) and the nearest sentence count beside the cosine of the whole text. Chosen
# by cross-validation on the training claims of SciFact (`evals/bench/retrieval.py` measures); flat around these.
_WORDS, _SENTENCE = 0.6, 0.5
# A BM25 score below this comes from words that stand in most records.
_TELLING = 1.0
# Only so many records are read sentence by sentence, and so many characters of each.
_CLOSELY, _READ = 30, 4000
# Kept after each so many new vectors, so that an interrupted run loses little.
_CHUNK = 1000


class Hit(NamedTuple):
    """A record found. Ranks (from 1) and `cosine` are the best over the queries; None: not found that way."""

    text_hash: str
    score: float
    lexical_rank: int | None
    vector_rank: int | None
    cosine: float | None


class HybridIndex:
    """The index in `folder`, shared by all runs and keyed by content; safe across threads and processes.

    Where the vector store is held by another process or fails, vectors are computed anew and `degraded` says
    why: slower, with the same results.
    """

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        self._folder, self._embedder = folder, embedder
        self._lexical = LexicalIndex(folder / "lexical.sqlite")
        self._store: VectorStore | None = None
        self._turn = threading.RLock()

    @property
    def degraded(self) -> str | None:
        """Why vectors are not kept for later runs, None where they are (or none was needed yet)."""
        return self._store.degraded if self._store is not None else None

    def add(self, items: Iterable[tuple[str, str]]) -> None:
        """Index (key, text) pairs by their words. Nothing is embedded yet; adding again changes nothing."""
        self._lexical.add(items)

    def search(self, queries: Sequence[str], *, among: Collection[str], limit: int) -> list[Hit]:
        """The best `limit` records of `among` for all queries together, best first; ties in key order.

        The score is the sum over queries of the cosine, 0.6 times the BM25 score as a share of the query's best,
        and, for the 30 records that are best so far, 0.5 times the cosine of their nearest sentence. Records outside
        `among` change nothing, and neither does what is in the vector store.
        """
        matched = self._lexical.scores(queries, among=among)
        words: dict[str, float] = {}
        lexical: dict[str, int] = {}
        for found in matched:
            # Where no word tells the records apart, the best match is no match to speak of.
            top = max(_TELLING, *found.values()) if found else _TELLING
            for rank, (key, score) in enumerate(found.items(), start=1):
                words[key] = words.get(key, 0.0) + _WORDS * score / top
                lexical[key] = min(rank, lexical.get(key, rank))
        members = set(among)
        proposed = sorted(members) if len(members) <= PROPOSED else _best(words)[:PROPOSED]
        texts = self._lexical.texts(proposed)
        keys = [key for key in proposed if key in texts]
        if not keys or not queries:
            return []
        scores = dict(words)
        asked = self._embedder.embed(queries).astype(np.float64)
        cosines = self._cosines(asked, [texts[key] for key in keys])
        for key, near in zip(keys, cosines.sum(axis=0).tolist(), strict=True):
            scores[key] = scores.get(key, 0.0) + near
        closest = dict(zip(keys, cosines.max(axis=0).tolist(), strict=True))
        semantic: dict[str, int] = {}
        for row in cosines.tolist():
            order = sorted(zip(keys, row, strict=True), key=lambda item: (-item[1], item[0]))
            for rank, (key, _) in enumerate(order, start=1):
                semantic[key] = min(rank, semantic.get(key, rank))
        read = [key for key in _best(scores) if key in closest][:_CLOSELY]
        for key, near in zip(read, self._nearest(asked, [texts[key] for key in read]), strict=True):
            scores[key] += _SENTENCE * near
        return [
            Hit(key, round(scores[key], 9), lexical.get(key), semantic.get(key), closest.get(key))
            for key in _best(scores)[: max(limit, 0)]
        ]

    def _cosines(self, asked: Vectors64, texts: Sequence[str]) -> Vectors64:
        """Cosines (queries, texts), to six places: far finer than they mean, and free of the order of summation."""
        cosines: Vectors64 = np.round(asked @ self.vectors(texts).astype(np.float64).T, 6)
        return cosines

    def _nearest(self, asked: Vectors64, texts: Sequence[str]) -> list[float]:
        """For each text the cosines of its nearest sentence, at least 0, summed over the queries."""
        spans = [[text[start:end] for start, end in sentences(text[:_READ])] or [text] for text in texts]
        cosines = self._cosines(asked, [span for group in spans for span in group])
        nearest, at = [], 0
        for group in spans:
            best = cosines[:, at : at + len(group)].max(axis=1)
            nearest.append(float(np.maximum(best, 0.0).sum()))
            at += len(group)
        return nearest

    def hit_counts(self, queries: Sequence[str], *, among: Collection[str]) -> list[int]:
        """How many members of `among` share a word with each query (stems; stopwords do not count)."""
        return self._lexical.counts(queries, among=among)

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Vectors of any texts, float32 (n, 384), unit rows: from the store, else computed and kept."""
        hashes = [content_hash(text) for text in texts]
        missing = dict(zip(hashes, texts, strict=True))
        known = self._get(list(missing))
        for key in known:
            del missing[key]
        waiting = list(missing)
        for start in range(0, len(waiting), _CHUNK):
            part = waiting[start : start + _CHUNK]
            rows = self._embedder.embed([missing[key] for key in part])
            known.update(zip(part, rows, strict=True))
            self._keep(part, rows)
        if not texts:
            return np.empty((0, self._embedder.dimensions), np.float32)
        return np.stack([known[key] for key in hashes])

    def size(self) -> dict[str, int]:
        """Records indexed and vectors kept for this model and machine, over all runs."""
        with self._turn:
            try:
                vectors = self._opened().count()
            except VectorStoreError as error:
                vectors = self._fall_back(error).count()
        return {"texts": self._lexical.count(), "vectors": vectors}

    def close(self) -> None:
        """Let go of both stores."""
        with self._turn:
            if self._store is not None:
                self._store.close()
                self._store = None
        self._lexical.close()

    def _get(self, hashes: Sequence[str]) -> dict[str, Vectors]:
        with self._turn:
            try:
                return self._opened().get(hashes)
            except VectorStoreError as error:
                return self._fall_back(error).get(hashes)

    def _keep(self, hashes: Sequence[str], rows: Vectors) -> None:
        with self._turn:
            try:
                self._opened().upsert(hashes, rows)
            except VectorStoreError as error:
                self._fall_back(error).upsert(hashes, rows)

    def _opened(self) -> VectorStore:
        if self._store is None:
            self._store = ChromaStore(self._folder / "vectors", f"minilm-{self._embedder.variant}")
        return self._store

    def _fall_back(self, error: VectorStoreError) -> VectorStore:
        if self._store is not None:
            self._store.close()
        self._store = MemoryStore(degraded=str(error))
        return self._store


def _best(scores: dict[str, float]) -> list[str]:
    return sorted(scores, key=lambda key: (-round(scores[key], 9), key))
