"""The id of a run, derived from what was asked and what the library holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from assignee.request import LIMITS, to_dict
from assignee.settings import ReviewRequest

__all__ = ["library_files", "run_id"]


def run_id(request: ReviewRequest, engine: str, version: str, makers: Mapping[str, Any] | None = None) -> str:
    """Twelve hexadecimal digits: SHA-256 over the request, the engine, our version and every library file.

    `makers` are the models and prompts of an engine that has some. Limits of money do not count: a run that stopped
    at one goes on under a higher one.

    Paths do not count, names inside the library and bytes do: the same request over a copy of the same folder is
    the same run. A file that cannot be opened counts by its name and the reason.
    """
    asked = {name: value for name, value in to_dict(request).items() if name not in LIMITS}
    asked |= {"engine": engine, "version": version} | ({"makers": makers} if makers else {})
    asked["library"] = [[name, _digest(path)] for name, path in library_files(request.library)]
    canonical = json.dumps(asked, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()[:12]


def library_files(paths: Sequence[Path]) -> Iterator[tuple[str, Path]]:
    """(name inside the library, file) of every file given or found in a folder given; hidden ones left out."""
    for root in paths:
        if root.is_file():
            yield root.name, root
            continue
        for path in sorted(root.rglob("*"), key=lambda item: item.relative_to(root).as_posix()):
            inside = path.relative_to(root)
            if path.is_file() and not any(part.startswith(".") for part in inside.parts):
                yield inside.as_posix(), path


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return f"unreadable: {error.strerror}"
