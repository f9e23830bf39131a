"""What the environment says, read once and passed down."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["ReviewRequest", "Settings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where things live and how much may happen at once.

    `home` holds the index, the text store and the runs (`ASSIGNEE_HOME`, else `~/.assignee`).
    `concurrency` bounds work in flight inside one process (`ASSIGNEE_CONCURRENCY`, else the cores, at most 8).
    `nli_model` is the folder or hub id of a 3-class NLI model for the seat `nli` (`ASSIGNEE_NLI_MODEL`).
    `timeout` is in seconds, for one batch of one verifier seat or one reviewer.
    """

    home: Path
    concurrency: int = 2
    batch_size: int = 25
    timeout: float = 300.0
    nli_model: str | None = None

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Settings:
        """Read settings from `env` (default: the process environment). Touches no file."""
        env = os.environ if env is None else env
        home = Path(env.get("ASSIGNEE_HOME") or Path.home() / ".assignee").expanduser()
        raw = env.get("ASSIGNEE_CONCURRENCY", "")
        concurrency = int(raw) if raw.isdigit() and int(raw) > 0 else min(os.cpu_count() or 2, 8)
        return cls(home=home, concurrency=concurrency, nli_model=env.get("ASSIGNEE_NLI_MODEL") or None)

    @property
    def runs(self) -> Path:
        """One folder a run: request, checkpoints, report."""
        return self.home / "runs"

    @property
    def index(self) -> Path:
        """The lexical index, the vector store and the text store, shared by all runs."""
        return self.home / "index"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRequest:
    """One review as asked for. The run id is derived from it and from the content of the library.

    `max_cost` (US dollars), `max_tokens` and `max_calls` bound what language models may take; `no_cache` asks them
    anew. These four decide how far a run goes, not what it asks, and are no part of the run id.

    `include` and `exclude` override the screening: lines "ID" or "ID # reason", the id in any form that a paper may be
    named by. `chase` bounds how often references and citations are followed (0: never); `full_text` looks for the open
    full texts of included papers. Both act only where a database is among the sources.
    """

    question: str
    library: tuple[Path, ...] = ()
    sources: tuple[str, ...] = ()
    engine: str = "auto"
    seed_paper: str | None = None
    max_papers: int = 20
    until: str | None = None
    date: str = ""
    extra: dict[str, str] = field(default_factory=dict)
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    chase: int = 2
    full_text: bool = True
    max_cost: float | None = None
    max_tokens: int | None = None
    max_calls: int | None = None
    no_cache: bool = False
