"""Words broken at line ends: how often the PDF reader's `Mender` puts them together as they were.

    ASSIGNEE_DATA=FOLDER python evals/bench/hyphens.py

Takes each word that occurs once in one of ACLSum's 150 full texts, breaks a compound at its hyphen and a long word
between two letters that are not both vowels, and joins it again with what the rest of the text shows. These texts come
from a parser that lost some hyphens itself, so that no rule could keep all compounds.
"""

from __future__ import annotations

import json
import os
import random
import re
from collections import Counter
from pathlib import Path

from assignee.tools.pdf_text import Mender

__all__ = ["main"]

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LONG = 9


def main() -> None:
    """Print two lines: compounds that keep their hyphen, words that lose theirs."""
    data, rng = Path(os.environ["ASSIGNEE_DATA"]), random.Random(0)
    right: Counter[bool] = Counter()
    total: Counter[bool] = Counter()
    for part in ("train", "val"):
        for line in (data / "extraction" / f"aclsum_{part}.jsonl").read_text("utf-8").splitlines():
            text = " ".join(sentence["text"] for sentence in json.loads(line)["sentences"]).replace(
                " - ", "-"
            )
            counts = Counter(word.casefold() for word in _WORD.findall(text))
            for word in [word for word in _WORD.findall(text) if counts[word.casefold()] == 1]:
                broken = _broken(word, rng)
                if broken is None:
                    continue
                compound = "-" in word
                rest = re.sub(rf"(?<![\w-]){re.escape(word)}(?![\w-])", " ", text)
                total[compound] += 1
                right[compound] += Mender([rest]).join(f"{broken[0]}-", broken[1]) == word
    print(
        f"compounds that keep their hyphen: {right[True]} of {total[True]} ({right[True] / total[True]:.3f})"
    )
    print(f"words that lose theirs: {right[False]} of {total[False]} ({right[False] / total[False]:.3f})")


def _broken(word: str, rng: random.Random) -> tuple[str, str] | None:
    if "-" in word:
        head, _, tail = word.partition("-")
        return (head, tail) if word.count("-") == 1 and min(len(head), len(tail)) > 1 else None
    places = [at for at in range(2, len(word) - 2) if not set(word[at - 1 : at + 1].lower()) <= set("aeiouy")]
    if len(word) < _LONG or not places:
        return None
    at = rng.choice(places)
    return word[:at], word[at:]


if __name__ == "__main__":
    main()
