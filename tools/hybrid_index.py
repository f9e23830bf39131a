"""Retrieval by words and meaning, fused by reciprocal rank; earlier runs never change the order."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from .chroma_store import ChromaStore
from .embedder import Embedder, Vectors
from .lexical_index import LexicalIndex
from .text import content_hash
from .vector_store import MemoryStore, VectorStore, VectorStoreError

__all__ = ["PROPOSED", "Hit", "HybridIndex"]

# How many records, the lexically best, are embedded for one set of queries; a smaller library entirely.
PROPOSED = 400
# Cormack, Clarke and Büttcher (2009), reciprocal rank fusion.
_K = 60
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

        The score is the sum over queries of 1 / (60 + rank) in the lexical and in the vector ranking. Records
        outside `among` change nothing, and neither does what is in the vector store.
        """
        rankings = self._lexical.rank(queries, among=among)
        scores: dict[str, float] = {}
        lexical: dict[str, int] = {}
        for ranking in rankings:
            _fuse(ranking, scores, lexical)
        members = set(among)
        proposed = sorted(members) if len(members) <= PROPOSED else _best(scores)[:PROPOSED]
        texts = self._lexical.texts(proposed)
        keys = [key for key in proposed if key in texts]
        semantic: dict[str, int] = {}
        closest: dict[str, float] = {}
        if keys and queries:
            rows = self.vectors([texts[key] for key in keys]).astype(np.float64)
            # Six places: far finer than a cosine means, and free of the order of summation.
            cosines = np.round(self._embedder.embed(queries).astype(np.float64) @ rows.T, 6)
            closest = dict(zip(keys, cosines.max(axis=0).tolist(), strict=True))
            for row in cosines.tolist():
                similarity = dict(zip(keys, row, strict=True))
                _fuse(sorted(keys, key=lambda key: (-similarity[key], key)), scores, semantic)
        return [
            Hit(key, round(scores[key], 9), lexical.get(key), semantic.get(key), closest.get(key))
            for key in _best(scores)[: max(limit, 0)]
        ]

    def hit_counts(self, queries: Sequence[str], *, among: Collection[str]) -> list[int]:
        """How many members of `among` share a word with each query (stems; stopwords do not count)."""
        return [len(ranking) for ranking in self._lexical.rank(queries, among=among)]

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


def _fuse(ranking: Sequence[str], scores: dict[str, float], best: dict[str, int]) -> None:
    for rank, key in enumerate(ranking, start=1):
        scores[key] = scores.get(key, 0.0) + 1 / (_K + rank)
        best[key] = min(rank, best.get(key, rank))


def _best(scores: dict[str, float]) -> list[str]:
    return sorted(scores, key=lambda key: (-round(scores[key], 9), key))
