"""English words by how common they are, from the sentence encoder's vocabulary: to tell a word from half of one."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

__all__ = ["common", "known"]

_FILE = Path(__file__).parent / "models" / "minilm-l6-v2" / "tokenizer.json"
_COMMON = 20_000  # of the 30,522 pieces, which come in order of frequency


def known(word: str) -> bool:
    """Whether the vocabulary has the word whole; case does not count."""
    return word.casefold() in _places()


def common(word: str) -> bool:
    """Whether it is one of the more common words."""
    return _places().get(word.casefold(), _COMMON) < _COMMON


@lru_cache(maxsize=1)
def _places() -> dict[str, int]:
    pieces = json.loads(_FILE.read_text(encoding="utf-8"))["model"]["vocab"]
    return {piece: place for piece, place in pieces.items() if piece.isalpha()}
