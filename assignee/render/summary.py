"""The last lines of a review on a terminal: the answer, what it rests on, what failed, and what to do next."""

from __future__ import annotations

import shutil
import textwrap
from pathlib import Path

from assignee.claims import Basis, CheckedClaim, Outcome, Report, Stance

from .labels import plural
from .search_told import silent

__all__ = ["claim_text", "summary"]

_BEST = (Outcome.CORROBORATED, Outcome.CONTESTED, Outcome.GROUNDED, Outcome.QUOTED)
_WORST = (Outcome.REFUTED, Outcome.UNSUPPORTED, Outcome.NOT_ADJUDICATED, Outcome.CONTESTED)
_SHOWN = 3


def summary(report: Report, out: Path | None, run_id: str, command: str = "assignee") -> str:
    """Plain text, wrapped to the terminal (at most 100 columns); quotes are whole.

    `command` is what the reader types to call us.
    """
    lines = ["", *_wrap(report.question), "", *_wrap(f"Answer: {report.answer.text}"), ""]
    head, decision = report.headline, report.decision
    lines += _wrap(
        f"{head.claims} claims from {len({item.claim.paper_id for item in report.claims})} papers: "
        f"{head.quoted} quoted, {head.examined} examined against other works, {head.corroborated} corroborated "
        f"({_words(report.status)})."
    )
    lines += _search(report)
    failed = next((item for kind in _WORST for item in report.claims if item.outcome is kind), None)
    chosen = _chosen(report, failed)
    for item in chosen:
        lines += ["", *_claim(item, report)]
    lines.append("")
    if failed is None:
        lines += _wrap("No claim failed or was contested.")
    else:
        told = "Contested" if failed.outcome is Outcome.CONTESTED else "Failed"
        lines += [f"{told}:", *_claim(failed, report), *_wrap(f"why: {failed.why}", 2)]
    score = "no score" if decision.score is None else f"{decision.score:g} of 10"
    lines += ["", *_wrap(f"Score: {score} ({decision.decision}, {_words(decision.grade)}).")]
    for reason in decision.deductions[:2] or decision.reasons[:2]:
        lines += _wrap(f"- {reason}", 2)
    lines.append("")
    if out is not None:
        lines.append(
            f"Report: {_near(out) / 'report.html'} (also report.md, report.json, references.bib, run.json)"
        )
        lines.append(f"As PDF, RIS, CSL-JSON: {command} export {run_id} --to pdf,ris,csl-json")
    if chosen:
        lines.append(f"Any claim in full: {command} show {run_id} --claim {chosen[0].claim.id}")
    lines.append(f'Your own papers:   {command} review "YOUR QUESTION" --library PATH/TO/YOUR/PAPERS')
    return "\n".join(lines)


def _search(report: Report) -> list[str]:
    """What the search brought, and what it is missing."""
    flow = report.flow
    chased = f" ({flow.chased} of them references and citations)" if flow.chased else ""
    lines = _wrap(
        f"{plural(flow.identified, 'record')} found{chased}, {plural(flow.screened, 'paper')} screened, "
        f"{flow.included} included, {flow.read_full} of these read in full text."
    )
    missing = silent(report)
    return lines + (
        _wrap(f"Did not answer, so that what only they know is missing: {', '.join(missing)}.")
        if missing
        else []
    )


def claim_text(item: CheckedClaim, report: Report) -> str:
    """One claim in full: quote and place, outcome and why, every verdict with its evidence."""
    claim, paper = item.claim, report.paper(item.claim.paper_id)
    confidence = "not calibrated here" if item.confidence is None else f"{item.confidence:g}"
    lines = [
        f"{item.outcome.mark} {claim.id} · {item.outcome} · confidence: {confidence}",
        *_wrap(claim.text),
        *_wrap(f"quote: “{claim.quote}”", 2),
        *_wrap(
            f"from: {paper.cite}, {paper.title} [{paper.id}], {claim.section}, "
            f"characters {claim.start}–{claim.end} ({_words(paper.basis)})",
            2,
        ),
        *_wrap(f"why: {item.why}", 2),
    ]
    for verdict in item.verdicts:
        sure = "" if verdict.probability is None else f" ({verdict.probability:g})"
        lines += ["", *_wrap(f"{verdict.verifier}: {verdict.stance}{sure}; {verdict.reason}")]
        for found in verdict.evidence:
            marks = {Stance.SUPPORT: "+", Stance.CONTRADICT: "−"}
            cite = report.paper(found.paper_id).cite
            lines += _wrap(f"{marks.get(found.stance, '·')} {cite}: “{found.quote}”", 2)
    return "\n".join(lines)


def _chosen(report: Report, failed: CheckedClaim | None) -> list[CheckedClaim]:
    """Three claims worth showing: two that the answer rests on, then by outcome, from different papers if possible.

    The one that is shown as failed or contested comes again only where there are no three others.
    """
    rests = set(report.answer.claim_ids[:2])
    ranked = sorted(
        (item for item in report.claims if item.outcome in _BEST),
        key=lambda item: (item is failed, item.claim.id not in rests, _BEST.index(item.outcome)),
    )
    chosen: list[CheckedClaim] = []
    for again in (False, True):
        for item in ranked:
            papers = {other.claim.paper_id for other in chosen}
            fits = again or (item is not failed and item.claim.paper_id not in papers)
            if len(chosen) < _SHOWN and item not in chosen and fits:
                chosen.append(item)
    return chosen


def _claim(item: CheckedClaim, report: Report) -> list[str]:
    claim = item.claim
    paper = report.paper(claim.paper_id)
    read = "" if paper.basis is Basis.FULL_TEXT else f", read as {paper.basis}"
    lines = _wrap(f"{item.outcome.mark} {item.outcome} · {claim.text}")
    if claim.quote not in claim.text:
        lines += _wrap(f"“{claim.quote}”", 2)
    return [*lines, *_wrap(f"({paper.cite}, {claim.section}{read})", 2)]


def _near(path: Path) -> Path:
    """The path from the current folder where it lies below it."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _words(name: str) -> str:
    return name.replace("_", " ")


def _wrap(text: str, indent: int = 0) -> list[str]:
    width = min(100, max(40, shutil.get_terminal_size().columns))
    pad = " " * indent
    return textwrap.wrap(
        text, width, initial_indent=pad, subsequent_indent=pad, break_long_words=False, break_on_hyphens=False
    )
