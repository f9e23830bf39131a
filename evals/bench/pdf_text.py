"""How much of a PDF's text the reader recovers: share of the sentences of gold parses found verbatim, and why others are not.

    python evals/bench/pdf_text.py FOLDER [--missing]

FOLDER holds `NAME.pdf` beside `NAME.json` in S2ORC form (`pdf_parse` with `abstract` and `body_text`). Whitespace is
folded on both sides and nothing else for "verbatim". The gold parses come from another program, with faults of their
own. So each sentence that is not found is compared again with one difference after the other given up, in this order,
and counted at the first at which it is found:

    quotes and dashes    “ ” ‘ ’ and – — are typed as " ' and -
    spaces               whitespace goes ("2019 ) ,", "p 1" for an index)
    note marks           the parse has the number of a footnote in the line: standing digits go from it
    hyphens              kept or lost at line ends: - goes
    signs                everything but letters goes: formulas, accents, punctuation
    lost citations       citations in brackets go on both sides: the parse has lost some
    put together         found in at most three pieces: the parse went on into a note, a caption or another column
    not found            the rest

"Verbatim" is the first share, "letters only" all up to "signs".
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from assignee.tools.format_pdf import read
from assignee.tools.source import Document
from assignee.tools.text import fold, sentences, stored

__all__ = ["CAUSES", "causes", "gold_sentences", "main", "shares"]

_QUOTES = str.maketrans("“”‘’–—−", "\"\"''---")
_CITED = re.compile(r"\s*[(\[][^()\[\]]{0,300}?\d{4}[a-z]?[^()\[\]]{0,20}[)\]]|\s*\([\s;,.]*\)")
_PIECE = 12  # letters


def gold_sentences(gold: dict[str, Any]) -> list[str]:
    """The sentences of at least five words of a gold parse's abstract and body."""
    parse = gold["pdf_parse"]
    found = []
    for paragraph in [*parse.get("abstract", ()), *parse.get("body_text", ())]:
        text = stored(paragraph["text"])
        found += [text[start:end] for start, end in sentences(text) if len(text[start:end].split()) >= 5]
    return found


def _typed(text: str) -> str:
    return stored(text).translate(_QUOTES)


def _unspaced(text: str) -> str:
    return re.sub(r"\s+", "", _typed(text))


def _unmarked(text: str) -> str:
    return _unspaced(re.sub(r"(?:^|(?<=\s))\d{1,2}(?=\s|$)", "", text))


def _unhyphened(text: str) -> str:
    return _unspaced(text).replace("-", "")


def _letters(text: str) -> str:
    return re.sub(r"[\W\d_]+", "", fold(text))


def _uncited(text: str) -> str:
    return _letters(_CITED.sub("", text))


# (cause, what is done to the parse's sentence, what to our text)
_STEPS: tuple[tuple[str, Callable[[str], str], Callable[[str], str]], ...] = (
    ("verbatim", stored, stored),
    ("quotes and dashes", _typed, _typed),
    ("spaces", _unspaced, _unspaced),
    ("note marks", _unmarked, _unspaced),
    ("hyphens", lambda text: _unmarked(text).replace("-", ""), _unhyphened),
    ("signs", _letters, _letters),
    ("lost citations", _uncited, _uncited),
)
CAUSES = (*(name for name, _, _ in _STEPS), "put together", "not found")


def causes(wanted: list[str], text: str) -> list[str]:
    """For each sentence the step at which it is found in the text."""
    texts = [fold_ours(text) for _, _, fold_ours in _STEPS]
    found = []
    for sentence in wanted:
        steps = zip(_STEPS, texts, strict=True)
        at = next((name for (name, fold_gold, _), ours in steps if fold_gold(sentence) in ours), None)
        found.append(at or ("put together" if _in_pieces(_uncited(sentence), texts[-1]) else "not found"))
    return found


def _in_pieces(letters: str, text: str) -> bool:
    """Whether the letters are at most three stretches of the text, each as long as it can be."""
    for _ in range(3):
        size = len(letters)
        while size and letters[:size] not in text:
            size -= 1
        letters = letters[size:]
        if not letters:
            return True
        if size < _PIECE:
            return False
    return False


def shares(found: list[str]) -> dict[str, float]:
    """The shares found "verbatim", "unspaced" (but for typography) and by "letters" only."""
    last = {"verbatim": "verbatim", "unspaced": "spaces", "letters": "signs"}
    return {
        name: sum(CAUSES.index(item) <= CAUSES.index(cause) for item in found) / len(found)
        for name, cause in last.items()
    }


def main() -> None:
    """Print a block for each PDF."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--missing", action="store_true", help="print what is put together or not found")
    options = parser.parse_args()
    for path in sorted(options.folder.glob("*.pdf")):
        began = time.perf_counter()
        documents = [item for item in read(path) if isinstance(item, Document)]
        took = time.perf_counter() - began
        paper, text = documents[0].paper, documents[0].text
        print(f"{path.name}: {took:.2f} s, {len(text):,} characters, {paper.cite}: {paper.title}")
        gold = path.with_suffix(".json")
        if not gold.exists():
            continue
        wanted = gold_sentences(json.loads(gold.read_text(encoding="utf-8")))
        found = causes(wanted, text)
        told = ", ".join(f"{share:.3f} {name}" for name, share in shares(found).items())
        print(f"  {len(wanted)} gold sentences: {told}")
        counts = Counter(found)
        for cause in CAUSES:
            print(f"    {cause:18} {counts[cause]:4}")
        if options.missing:
            for cause, sentence in zip(found, wanted, strict=True):
                if CAUSES.index(cause) > CAUSES.index("signs"):
                    print(f"  - [{cause}] {sentence}")


if __name__ == "__main__":
    main()
