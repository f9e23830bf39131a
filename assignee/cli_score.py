"""`assignee score`: the panel's judgement of any report of ours, from the sources read again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assignee.claims import Report
from assignee.errors import UserError
from assignee.request import check_library
from assignee.settings import Settings

__all__ = ["score_command"]


def score_command(path: Path, library: Sequence[Path], *, as_json: bool) -> int:
    """Print the judgement; returns 0 whatever it is. Raises UserError for what is no report, LibraryError."""
    from assignee.agents.rescore import rescore
    from assignee.render.report_json import read, seal_of
    from assignee.tools.library import LibrarySource
    from assignee.tools.toolbox import Toolbox

    if not library:
        raise UserError("the sources must be read again; give them with --library PATH")
    data = _json(path)
    given = read(data, allow_edited=True)
    for root in library:
        check_library(root)
    with Toolbox.open(Settings.from_env()) as toolbox:
        hashes = {paper.id: paper.text_hash for paper in LibrarySource(toolbox, library).papers()}
        found, differences = rescore(given, lambda paper_id: toolbox.texts.get(hashes[paper_id]))
    if seal_of(data) != data["content_sha256"]:
        differences.insert(0, "the file was changed after it was written: its content_sha256 does not fit")
    if as_json:
        print(json.dumps(_judgement(found, differences), ensure_ascii=False, indent=2))
    else:
        _tell(found, differences)
    return 0


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{path} is no report.json: it is not UTF-8 text") from error
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path} is no report.json: {error}") from error


def _judgement(report: Report, differences: list[str]) -> dict[str, Any]:
    plain = report.to_dict()
    return {
        "question": report.question,
        "differences": differences,
        **{name: plain[name] for name in ("decision", "reviews", "headline", "flow")},
        "claims": [{"id": item.claim.id, "outcome": item.outcome, "why": item.why} for item in report.claims],
    }


def _tell(report: Report, differences: list[str]) -> None:
    decision = report.decision
    score = "no score" if decision.score is None else f"{decision.score:g} of 10"
    print(report.question)
    print(f"Score: {score} ({decision.decision}, {decision.grade})")
    for title, lines in (
        ("Deductions", decision.deductions),
        ("Caps", decision.caps),
        ("Reasons", decision.reasons),
        ("Found otherwise than the file says", differences),
    ):
        if lines:
            print(f"{title}:")
            for line in lines:
                print(f"  - {line}")
    for review in report.reviews:
        scores = ", ".join(f"{name} {value:g}" for name, value in review.scores.items())
        print(f"{review.reviewer} ({review.mandate}): {scores}")
        for comment in review.comments:
            print(f"  - {comment}")
