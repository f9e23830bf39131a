"""How a pair is read before any seat judges it: evidence as sentences, and which of them bear on the claim."""

from __future__ import annotations

import json
import math
import re
import threading
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path

from ..tools.embedder import Embedder, Vectors
from ..tools.entailment_features import best_order
from ..tools.text import sentences, stored
from .pair_seat import Pair, Reading

__all__ = ["cleaned", "embedder", "idf", "read"]

_COUNTS = Path(__file__).parent / "weights" / "stem_counts.json"
_LEAST = 0.1
_KEPT = 40_000
_MARK = re.compile(r"\s*[\[(]?\s*(?:<\|\w+\|>[\s,;]*)+[\])]?")
_SPACED = re.compile(r"\s+([.,;:])")


@cache
def embedder() -> Embedder:
    """The packaged sentence encoder, one for all seats of this process."""
    return Embedder(threads=2)


@cache
def _counts() -> tuple[int, dict[str, int]]:
    data = json.loads(_COUNTS.read_text(encoding="utf-8"))
    return int(data["documents"]), {stem: int(n) for stem, n in data["counts"].items()}


def idf(stem: str) -> float:
    """How rare a content stem is in abstracts; counted once and shipped, so that no pair depends on its neighbours."""
    documents, counts = _counts()
    return max(_LEAST, math.log((documents + 1) / (counts.get(stem, 1) + 0.5)))


def read(pairs: Sequence[Pair]) -> list[Reading]:
    """Readings of `pairs` in order. Texts are stored forms; passages are split into sentences."""
    parts = [_parts(pair) for pair in pairs]
    vectors = _vectors(list(dict.fromkeys(text for claim, found, _ in parts for text in (claim, *found))))
    readings = []
    for claim, found, owners in parts:
        cosines = tuple(float(vectors[text] @ vectors[claim]) for text in found)
        order = tuple(best_order(claim, found, cosines, idf))
        readings.append(Reading(claim, found, owners, cosines, order, vectors[claim]))
    return readings


_known: dict[str, Vectors] = {}
_lock = threading.Lock()


def _vectors(texts: Sequence[str]) -> dict[str, Vectors]:
    """Vectors by text; those of the last `_KEPT` texts are remembered, since controls read the same ones again."""
    with _lock:
        found = {text: _known[text] for text in texts if text in _known}
    new = [text for text in texts if text not in found]
    found.update(zip(new, embedder().embed(new), strict=True))
    with _lock:
        _known.update((text, found[text]) for text in new)
        for text in list(_known)[: max(0, len(_known) - _KEPT)]:
            _known.pop(text, None)
    return found


def cleaned(claim: str) -> str:
    """The stored form of a claim without citation marks such as `<|multi_cit|>`; the claim itself if nothing else."""
    whole = stored(claim)
    if "<|" not in whole:
        return whole
    return stored(_SPACED.sub(r"\1", _MARK.sub(" ", whole))) or whole


@lru_cache(maxsize=4096)
def _split(text: str) -> tuple[str, ...]:
    whole = stored(text)
    return tuple(whole[start:end] for start, end in sentences(whole))


def _parts(pair: Pair) -> tuple[str, tuple[str, ...], tuple[int, ...]]:
    found = [(text, at) for at, item in enumerate(pair.evidence) for text in _split(item)]
    return cleaned(pair.claim), tuple(text for text, _ in found), tuple(at for _, at in found)
