"""`assignee questions`."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path

from assignee.derive import SeedQuestions, questions

__all__ = ["questions_command"]

_WHY = {
    "asked": "what the paper asks",
    "title": "what its title names",
    "found": "what it found",
    "compared": "what it compares",
    "held": "what it says is known",
    "named": "what it names",
    "setting": "a setting that it names",
    "left open": "what it leaves open",
    "model": "from the sentence",
}


def questions_command(
    seed_paper: str, library: Sequence[Path], sources: Sequence[str], *, n: int, engine: str, as_json: bool
) -> int:
    """Print the questions; returns 1 when there is none. Raises UserError on misuse, RunError when nothing answered."""
    found = questions(seed_paper, library, n=n, sources=sources, engine=engine)
    if as_json:
        sys.stdout.write(json.dumps(found.to_dict(), ensure_ascii=False, indent=2) + "\n")
    else:
        print("\n".join(_lines(found)))
    for problem in found.problems:
        print(f"note: {problem}", file=sys.stderr)
    return 0 if found.questions else 1


def _lines(found: SeedQuestions) -> list[str]:
    lines = [f"{found.cite}, {found.title} [{found.paper_id}], read as {found.basis.replace('_', ' ')}"]
    for number, item in enumerate(found.questions, start=1):
        place = (
            "its title"
            if item.start is None
            else f"{item.section or 'text'}, characters {item.start}–{item.end}"
        )
        lines += ["", *_wrapped(f"{number}. {item.question}", "", "   ")]
        lines += _wrapped(f"{_WHY.get(item.why, item.why)}: “{item.quote}” ({place})", "   ", "   ")
    for refused in found.refused:
        whose = f"the question of run {refused.run}" if refused.run else "a question above"
        told = f"refused: {refused.question} It asks what {whose} asks (likeness {refused.likeness:g}): {refused.like}"
        lines += ["", *_wrapped(told, "", "   ")]
    return lines


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    return textwrap.wrap(
        text,
        100,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
