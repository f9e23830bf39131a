"""Where vectors are kept between runs: the protocol, and a store that forgets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assignee.errors import RunError

__all__ = ["MemoryStore", "VectorStore", "VectorStoreError"]

Vectors = NDArray[np.float32]


class VectorStoreError(RunError):
    """The store cannot be opened or has failed. Vectors can be computed anew, so a run goes on without it."""


class VectorStore(Protocol):
    """Keeps float32 vectors by id and gives back the same bits. Safe across threads.

    There is no search by neighbourhood: what earlier runs happened to embed would then change what this run
    finds. The lexical index proposes, the store gives the vectors, and the proposed are scored exactly.
    """

    degraded: str | None  # why vectors are not kept after this process, None where they are

    def get(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """The vectors of those ids that are known. Raises VectorStoreError."""
        ...

    def upsert(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Keep row i of `vectors` (n, width) under `ids[i]`, replacing. Raises VectorStoreError."""
        ...

    def count(self) -> int:
        """How many vectors are kept. Raises VectorStoreError."""
        ...

    def close(self) -> None:
        """Let go of the store."""
        ...


class MemoryStore:
    """Vectors of this process only. Used where the shared store is held by another process or has failed."""

    def __init__(self, degraded: str | None = None) -> None:
        self.degraded = degraded
        self._rows: dict[str, Vectors] = {}

    def get(self, ids: Sequence[str]) -> dict[str, Vectors]:
        return {key: self._rows[key] for key in ids if key in self._rows}

    def upsert(self, ids: Sequence[str], vectors: Vectors) -> None:
        self._rows.update(zip(ids, np.array(vectors, np.float32), strict=True))

    def count(self) -> int:
        return len(self._rows)

    def close(self) -> None:
        self._rows.clear()
