"""`assignee score`: the panel's judgement of any report of ours, from the sources read again."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assignee.claims import Report
from assignee.errors import UserError
from assignee.request import check_library
from assignee.settings import Settings

if TYPE_CHECKING:
    from assignee.agents.reviewer import Texts
    from assignee.render.printed_text import Printed
    from assignee.tools.toolbox import Toolbox

__all__ = ["score_command"]

_PAGES = (".md", ".html", ".htm")


def score_command(path: Path, library: Sequence[Path], *, as_json: bool) -> int:
    """Print the judgement; returns 0 whatever it is.

    `path` is a report.json; a page printed from one (report.md, report.html), judged as it reads, with the report.json
    beside it; a folder with a report.json, judged with every page in it; or a run. Without a library the texts that
    this computer kept from the review are read. Raises UserError for what is no report, LibraryError.
    """
    from assignee.agents.rescore import rescore
    from assignee.render.report_file import load_report
    from assignee.tools.toolbox import Toolbox

    settings = Settings.from_env()
    records, pages = _files(path, settings)
    loaded = load_report(records, allow_edited=True)
    given = loaded.report
    for root in library:
        check_library(root)
    with Toolbox.open(settings) as toolbox:
        texts = _texts(given, library, toolbox)
        judged: list[tuple[Path | None, tuple[Report, list[str]]]] = [(None, rescore(given, texts))]
        for one in pages:
            printed = _printed(given, one, texts)
            if printed.report != given or printed.faults:
                judged.append((one, rescore(printed.report, texts, None, printed.faults)))
    # Of the records and their pages the worst counts: a reader may have any of them before him.
    page, (found, differences) = min(judged, key=lambda item: _rank(item[1][0]))
    if page is not None:
        differences.insert(0, f"{page.name} says otherwise than {records.name}; it is judged as it reads")
    if loaded.edited:
        differences.insert(0, "the file was changed after it was written: its content_sha256 does not fit")
    if as_json:
        print(json.dumps(_judgement(found, differences), ensure_ascii=False, indent=2))
    else:
        _tell(found, differences)
    return 0


def _files(path: Path, settings: Settings) -> tuple[Path, list[Path]]:
    """The report.json to read, and the pages to hold against it."""
    if not path.exists() and re.fullmatch(r"[0-9a-f]{4,12}", str(path)):
        from assignee.runs import find_run

        run = find_run(settings, str(path))
        if not run.report.is_file():
            raise UserError(f"the run {run.id} has no report yet; see: assignee runs")
        return run.report, []
    if path.is_dir():
        return path / "report.json", [
            page for suffix in _PAGES if (page := path / f"report{suffix}").is_file()
        ]
    if path.suffix.casefold() in _PAGES and path.is_file():
        records = path.with_suffix(".json")
        if not records.is_file():
            raise UserError(
                f"{path} is a page: quotes and counts cannot be checked without its records; put {records.name} beside it"
            )
        return records, [path]
    return path, []


def _texts(report: Report, library: Sequence[Path], toolbox: Toolbox) -> Texts:
    """Stored texts by paper id: from the library where one is given, else those kept from the review, by their hash."""
    if library:
        from assignee.tools.library import LibrarySource

        hashes = {paper.id: paper.text_hash for paper in LibrarySource(toolbox, library).papers()}
        return lambda paper_id: toolbox.texts.get(hashes[paper_id])
    kept = {paper.id: paper.text_hash for paper in report.papers}

    def text(paper_id: str) -> str:
        return toolbox.texts.get(kept[paper_id])

    held = 0
    for paper in report.papers:
        try:
            held += bool(text(paper.id))
        except KeyError:
            continue
    if report.papers and not held:
        raise UserError("the sources must be read again; give them with --library PATH")
    return text


def _printed(report: Report, page: Path, texts: Texts) -> Printed:
    from assignee.render.printed_text import as_printed

    try:
        return as_printed(report, page.read_text(encoding="utf-8"), texts)
    except OSError as error:
        raise UserError(f"{page} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{page} is no page of ours: it is not UTF-8 text") from error


def _rank(report: Report) -> float:
    score = report.decision.score
    return -1.0 if score is None else score


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
