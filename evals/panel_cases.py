"""The good reports that the damage suite breaks: reviews made now, by the engine that is measured.

`gold/panel_questions.jsonl` names a question and its library: a file beside it (made-up works, written by us, with
agreements and contradictions), `example` (the example library of the source tree) or `data` (the records of the folder
that ASSIGNEE_DATA names). Questions whose library is not there are left out, by name.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from assignee.claims import Status
from assignee.errors import RunError
from assignee.settings import Settings

from .damage import Case
from .output import Progress

__all__ = ["good_cases"]

_GOLD = Path(__file__).parent / "gold"
_QUESTIONS = _GOLD / "panel_questions.jsonl"
_EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "library"
_DATA = Path("library") / "acl-anthology-transfer.jsonl"


def good_cases(engine: str, progress: Progress, most: int | None = None) -> tuple[list[Case], list[str]]:
    """(one case a question, the first `most`; what was left out and why). Raises RunError where no report has a claim."""
    from assignee.api import review

    from ..tools.toolbox import Toolbox

    settings = Settings.from_env()
    rows = [json.loads(line) for line in _QUESTIONS.read_text(encoding="utf-8").splitlines()]
    found: list[Case] = []
    left: list[str] = []
    for at, row in enumerate(rows):
        if most is not None and len(found) >= most:
            break
        progress(at, len(rows), "reports")
        library = _library(row["library"])
        if library is None:
            left.append(f"{row['question']} (no {row['library']} library here)")
            continue
        report = review(row["question"], library, engine=engine, date="2026-01-01", settings=settings)
        if report.status not in (Status.COMPLETE, Status.PARTIAL) or not report.claims:
            left.append(f"{row['question']} (the review ended {report.status})")
            continue
        with Toolbox.open(settings) as toolbox:
            texts = {paper.id: toolbox.texts.get(paper.text_hash) for paper in report.papers}
        found.append(Case(f"q{at + 1}", report, texts))
    progress(len(rows), len(rows), "reports")
    if not found:
        raise RunError("no report with a claim could be made, so there is nothing to damage")
    return found, left


def _library(name: str) -> Path | None:
    if name == "example":
        path = _EXAMPLE
    elif name == "data":
        root = os.environ.get("ASSIGNEE_DATA", "")
        path = Path(root) / _DATA
        if not root:
            return None
    else:
        path = _GOLD / name
    return path if path.exists() else None
