"""How much of a PDF's text the reader recovers: share of the sentences of gold parses found verbatim.

    python evals/bench/pdf_text.py FOLDER

FOLDER holds `NAME.pdf` beside `NAME.json` in S2ORC form (`pdf_parse` with `abstract` and `body_text`). Whitespace is
folded on both sides and nothing else for "verbatim". The gold parses come from another program, with faults of their
own: spaces before commas and brackets, straight quotation marks, raised note marks in the line. "Unspaced" therefore
drops whitespace and straightens quotation marks; "loosely" drops everything but letters.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from pathlib import Path
from typing import Any

from assignee.tools.format_pdf import read
from assignee.tools.source import Document
from assignee.tools.text import fold, sentences, stored

__all__ = ["gold_sentences", "main", "share_found"]


def gold_sentences(gold: dict[str, Any]) -> list[str]:
    """The sentences of at least five words of a gold parse's abstract and body."""
    parse = gold["pdf_parse"]
    found = []
    for paragraph in [*parse.get("abstract", ()), *parse.get("body_text", ())]:
        text = stored(paragraph["text"])
        found += [text[start:end] for start, end in sentences(text) if len(text[start:end].split()) >= 5]
    return found


def share_found(wanted: list[str], text: str) -> tuple[dict[str, float], list[str]]:
    """Shares found verbatim, unspaced and loosely, and the sentences not found even loosely."""
    shares = {}
    missing = wanted
    for name, fold_one in (("verbatim", stored), ("unspaced", _unspaced), ("loosely", _loose)):
        within = fold_one(text)
        missing = [sentence for sentence in wanted if fold_one(sentence) not in within]
        shares[name] = 1 - len(missing) / len(wanted)
    return shares, missing


def main() -> None:
    """Print one line a PDF."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--missing", action="store_true", help="print the sentences that were not found")
    options = parser.parse_args()
    for path in sorted(options.folder.glob("*.pdf")):
        began = time.perf_counter()
        documents = [item for item in read(path) if isinstance(item, Document)]
        took = time.perf_counter() - began
        paper, text = documents[0].paper, documents[0].text
        print(f"{path.name}: {took:.2f} s, {len(text):,} characters, {paper.cite}: {paper.title}")
        gold = path.with_suffix(".json")
        if gold.exists():
            wanted = gold_sentences(json.loads(gold.read_text(encoding="utf-8")))
            shares, missing = share_found(wanted, text)
            print(
                f"  {len(wanted)} gold sentences:",
                ", ".join(f"{share:.1%} {name}" for name, share in shares.items()),
            )
            if options.missing:
                print("".join(f"  - {sentence}\n" for sentence in missing))


def _unspaced(text: str) -> str:
    return re.sub(r"\s+", "", text.translate(str.maketrans("“”‘’", "\"\"''")))


def _loose(text: str) -> str:
    return re.sub(r"[\W\d_]+", "", fold(text))


if __name__ == "__main__":
    main()
