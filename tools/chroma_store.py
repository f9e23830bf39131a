"""Vectors in an embedded, persistent Chroma collection, one per embedding model and machine arithmetic."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout

from .vector_store import Vectors, VectorStoreError

__all__ = ["ChromaStore"]

# Chroma refuses larger batches.
_BATCH = 5461
# "cosine" stores normalised copies, whose last bits differ; "ip" keeps what it is given. Nobody searches by neighbours here,
# so that their graph may be as thin as can be: a full one takes most of the time, and more than linearly
# (`evals/bench/scale.py`). A collection made before keeps its own.
_GRAPH: Any = {"space": "ip", "ef_construction": 2, "max_neighbors": 2}


class _Owner:
    """The one client and the one lock of this process on a folder, counted by the stores that use them."""

    def __init__(self, folder: Path, wait_s: float) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.lock = FileLock(folder / "owner.lock", timeout=wait_s, thread_local=False)
        self.lock.acquire()
        self.users = 0
        self.turn = threading.RLock()
        try:
            self.client = _client(folder)
        except BaseException:
            self.lock.release()
            raise

    def close(self) -> None:
        self.client.close()
        self.lock.release()


_owners: dict[Path, _Owner] = {}
_owners_turn = threading.Lock()


class ChromaStore:
    """Keeps vectors in `folder`; a `VectorStore`.

    Chroma allows one process per folder: a client that was opened before another process wrote misses rows
    without a word. So the folder is locked as long as any store of this process is open. Raises
    VectorStoreError when another process keeps it for more than `wait_s` seconds, or when Chroma fails.
    """

    degraded: str | None = None

    def __init__(self, folder: Path, name: str, *, wait_s: float = 1.0) -> None:
        self._key = folder.resolve()
        self._closed = False
        with _told(folder), _owners_turn:
            owner = _owners.get(self._key)
            if owner is None:
                owner = _owners[self._key] = _Owner(folder, wait_s)
            owner.users += 1
        self._owner, self._folder = owner, folder
        try:
            with _told(folder), owner.turn:
                self._rows = owner.client.get_or_create_collection(
                    name, embedding_function=None, configuration={"hnsw": _GRAPH}
                )
        except BaseException:
            self.close()
            raise

    def get(self, ids: Sequence[str]) -> dict[str, Vectors]:
        found: dict[str, Vectors] = {}
        for start in range(0, len(ids), _BATCH):
            with _told(self._folder), self._owner.turn:
                batch = self._rows.get(ids=list(ids[start : start + _BATCH]), include=["embeddings"])
            # Chroma hands back float64 values of the float32 it was given: the way back is exact.
            found.update(zip(batch["ids"], np.asarray(batch["embeddings"], np.float32), strict=True))
        return found

    def upsert(self, ids: Sequence[str], vectors: Vectors) -> None:
        for start in range(0, len(ids), _BATCH):
            part = slice(start, start + _BATCH)
            with _told(self._folder), self._owner.turn:
                self._rows.upsert(ids=list(ids[part]), embeddings=vectors[part])

    def count(self) -> int:
        with _told(self._folder), self._owner.turn:
            return int(self._rows.count())

    def close(self) -> None:
        with _owners_turn:
            if self._closed:
                return
            self._closed = True
            self._owner.users -= 1
            if self._owner.users == 0:
                del _owners[self._key]
                self._owner.close()


def _client(folder: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    # All that could reach out is set here, so that neither the environment nor a .env file decides it.
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        anonymized_telemetry=False,
        chroma_api_impl="chromadb.api.rust.RustBindingsAPI",
        chroma_otel_collection_endpoint="",
        chroma_otel_collection_headers={},
        chroma_otel_granularity=None,
    )
    return chromadb.PersistentClient(str(folder), settings=settings)


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Turn whatever Chroma raises into one line."""
    try:
        yield
    except Timeout as error:
        raise VectorStoreError(f"{folder} is in use by another process") from error
    except (KeyboardInterrupt, SystemExit, GeneratorExit, VectorStoreError):
        raise
    except BaseException as error:  # a panic in Chroma's Rust core is not an Exception
        reason = " ".join(str(error).split())
        why = reason or type(error).__name__
        raise VectorStoreError(
            f"{folder} cannot be used ({why}); if this lasts, delete it: it is rebuilt"
        ) from error
