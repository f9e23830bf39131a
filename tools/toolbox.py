"""What a run works with, opened once: settings, stored texts, the embedder and the index."""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType
from typing import Self

from assignee.settings import Settings

from .embedder import Embedder
from .hybrid_index import HybridIndex
from .text_store import TextStore

__all__ = ["Toolbox"]


@dataclass(frozen=True, slots=True)
class Toolbox:
    """Safe across threads; a context manager."""

    settings: Settings
    texts: TextStore
    embedder: Embedder
    index: HybridIndex

    @classmethod
    def open(cls, settings: Settings) -> Toolbox:
        """Open the stores under `settings.index`. Raises UserError when the folder cannot be written."""
        texts = TextStore(settings.index / "texts.sqlite")
        embedder = Embedder(threads=settings.concurrency)
        return cls(settings, texts, embedder, HybridIndex(settings.index, embedder))

    def close(self) -> None:
        """Close the stores and let go of the model."""
        self.index.close()
        self.embedder.close()
        self.texts.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
