"""`assignee verify`."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path

from assignee.verify import Verification, verify_claim

__all__ = ["verify_command"]

_TOLD = {"SUPPORT": "supported", "REFUTE": "refuted", "NEI": "not enough information"}


def verify_command(claim: str, library: Sequence[Path], verifiers: Sequence[str], *, as_json: bool) -> int:
    """Print what the library says of the claim; returns 0 whatever it says. Raises UserError on misuse."""
    found = verify_claim(claim, library, verifiers=verifiers)
    if as_json:
        sys.stdout.write(json.dumps(found.to_dict(), ensure_ascii=False, indent=2) + "\n")
        return 0
    for line in _lines(found):
        print(line)
    for problem in found.problems:
        print(f"note: {problem}", file=sys.stderr)
    return 0


def _lines(found: Verification) -> list[str]:
    sure = "" if found.probability is None else f", probability {found.probability:g}"
    both = "; papers disagree" if found.contested else ""
    lines = [
        f"{found.label}: {_TOLD[found.label]}{sure}{both} ({len(found.papers)} of {found.read} papers bear on it)"
    ]
    if found.note:
        lines.append(found.note)
    for paper in found.papers:
        chance = "not calibrated for this topic" if paper.probability is None else f"{paper.probability:g}"
        lines += [
            "",
            f"{paper.label} ({chance}) {paper.cite}, {paper.title} [{paper.paper_id}], read as {_words(paper.basis)}",
        ]
        for quote in paper.quotes:
            page = f", page {quote.page}" if quote.page is not None else ""
            place = f"{quote.section or 'text'}{page}, characters {quote.start}–{quote.end}"
            lines += textwrap.wrap(
                f"“{quote.text}” ({place})",
                100,
                initial_indent="  ",
                subsequent_indent="  ",
                break_long_words=False,
            )
        seats = [
            f"{name} {'abstains' if probs is None else ' / '.join(f'{value:.2f}' for value in probs)}"
            for name, probs in paper.seats.items()
        ]
        lines.append(f"  seats (support / refute / not enough): {'; '.join(seats)}")
    return lines


def _words(name: str) -> str:
    return name.replace("_", " ")
