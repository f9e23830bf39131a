"""Where a result comes from: data, versions, engine, seed; and whether the checker was fitted on that very data."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from .gold_lines import file_hash

__all__ = ["SEED", "fitted_files", "held_out_note", "peak_mb", "provenance"]

SEED = 0
_PACKAGES = ("numpy", "onnxruntime", "tokenizers")
_WEIGHTS = Path(__file__).resolve().parents[1] / "agents" / "weights"


def provenance(
    files: Sequence[Path],
    *,
    engine: str | None,
    seed: int = SEED,
    labelled: Sequence[Path] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """Keys of every result file: `data_hash` (SHA-256 over the hashes in order), `data`, `versions`, `engine`, `seed`.

    `fitted_on` names those of the `labelled` files (all by default) that stand in the provenance of shipped weights:
    fitted, chosen or measured on. No paths, clock times or hosts.
    """
    hashes = [file_hash(path) for path in files]
    return {
        "data_hash": hashlib.sha256("\n".join(hashes).encode()).hexdigest(),
        "data": [{"file": p.name, "sha256": digest} for p, digest in zip(files, hashes, strict=True)],
        "fitted_on": [
            path.name
            for path, digest in zip(files, hashes, strict=True)
            if digest in fitted_files() and (labelled is None or path in labelled)
        ],
        "versions": _versions(),
        "engine": engine,
        "seed": seed,
        **more,
    }


@cache
def fitted_files() -> frozenset[str]:
    """SHA-256 of every data file that a shipped weights file names."""
    found: set[str] = set()
    for path in sorted(_WEIGHTS.rglob("*.json")):
        found.update(_hashes(json.loads(path.read_text(encoding="utf-8"))))
    return frozenset(found)


def held_out_note(body: Mapping[str, Any]) -> list[str]:
    """The line that warns of `fitted_on`; nothing where the data is new to the weights."""
    names = ", ".join(body["fitted_on"])
    line = (
        f"NOT HELD OUT: shipped weights were fitted, chosen or measured on {names}; the figures may flatter"
    )
    return [line] if names else []


def peak_mb() -> float | None:
    """The largest resident memory of this process so far, in MB; None where the system does not say."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1e6 if platform.system() == "Darwin" else 1e6 / 1024), 1)


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in ("assignee", *_PACKAGES):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _hashes(data: Any) -> Iterator[str]:
    """Values of every mapping called "sha256", at any depth."""
    if isinstance(data, Mapping):
        for name, held in data.items():
            if name == "sha256" and isinstance(held, Mapping):
                yield from (str(digest) for digest in held.values())
            else:
                yield from _hashes(held)
    elif isinstance(data, list) and data and isinstance(data[0], Mapping):
        for held in data:
            yield from _hashes(held)
