"""What the wording of a sentence and of its neighbours says: scores of word groups, and their places in one text."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np

from .linear_model import Array

__all__ = ["CONTEXT", "Wording", "context", "grams"]

_TOKEN = re.compile(r"[a-z]+(?:-[a-z]+)*|\d+(?:\.\d+)?|[%±<>=?:()]")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_LONGEST = 60  # tokens of a sentence that are read
_NOBODY = -4.0  # the score of a neighbour that is not there

CONTEXT: tuple[str, ...] = (
    "wording",
    "wording_before",
    "wording_two_before",
    "wording_after",
    "wording_two_after",
    "wording_below_best",
    "wording_rank",
    "last_but_one",
    "last_but_two",
    "nearness_to_end",
    "sentences",
    "best_before",
    "best_after",
)


def grams(sentence: str) -> list[str]:
    """Words, pairs and triples of words of a sentence, in lower case; "^" opens it and every number is "0"."""
    tokens = ["^", *(_NUMBER.sub("0", token) for token in _TOKEN.findall(sentence.lower()))][:_LONGEST]
    pairs = pairwise(tokens)
    triples = zip(tokens, tokens[1:], tokens[2:], strict=False)
    return [*tokens, *map(" ".join, pairs), *map(" ".join, triples)]


@dataclass(frozen=True, eq=False)
class Wording:
    """A linear score over the `grams` of a sentence, each counted once; fitted by a script, read from a JSON file."""

    weights: dict[str, float]
    intercept: float

    @classmethod
    @lru_cache(maxsize=4)
    def load(cls, path: Path) -> Wording:
        """Read the weights file. Raises OSError, KeyError or ValueError when it is not whole."""
        data = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            {str(name): float(value) for name, value in data["grams"].items()}, float(data["intercept"])
        )

    def scores(self, sentences: Sequence[str]) -> Array:
        """Log-odds of each sentence read alone, shape (n,)."""
        return np.array(
            [
                # Sorted, because the order of summation shows in the last digit.
                self.intercept + sum(self.weights.get(gram, 0.0) for gram in sorted(set(grams(sentence))))
                for sentence in sentences
            ],
            np.float64,
        )


def context(scores: Array) -> Array:
    """Rows (n, len(CONTEXT)) from the wording scores (n,) of all sentences of one text, in order."""
    count = len(scores)
    padded = np.concatenate([np.full(2, _NOBODY), scores, np.full(2, _NOBODY)])
    before = np.maximum.accumulate(np.concatenate([[_NOBODY], scores]))[:count]
    after = np.maximum.accumulate(np.concatenate([[_NOBODY], scores[::-1]]))[:count][::-1]
    to_end = np.arange(count)[::-1]
    rows = [
        scores,
        padded[1 : count + 1],
        padded[:count],
        padded[3 : count + 3],
        padded[4 : count + 4],
        scores - scores.max(initial=_NOBODY),
        (scores[None, :] > scores[:, None]).sum(axis=1) / max(1, count),
        to_end == 1,
        to_end == 2,
        1 / (1 + to_end),
        np.full(count, np.log(max(1, count))),
        before,
        after,
    ]
    return np.array(rows, np.float64).T.reshape(count, len(CONTEXT))
