"""`assignee runs` and `assignee show`."""

from __future__ import annotations

from pathlib import Path

from assignee.errors import UserError
from assignee.runs import RunFolder, all_runs, find_run
from assignee.settings import Settings

__all__ = ["runs_command", "show_command"]


def runs_command() -> int:
    """One line a run: id, state, when, question."""
    kept = all_runs(Settings.from_env())
    for run in kept:
        asked = run.asked()
        print(f"{run.id}  {_state(run):<11}  {asked['created']}  {asked['request']['question']}")
    if not kept:
        print('no runs yet; start one: assignee review "QUESTION" --library PATH')
    return 0


def show_command(name: str, claim: str | None) -> int:
    """A finished run's summary, or one claim in full. Raises UserError for what is not there."""
    from assignee.render.report_file import load_report
    from assignee.render.summary import claim_text, summary

    run = find_run(Settings.from_env(), name)
    if run.record() is None:
        raise UserError(f"run {run.id} has not finished; continue with: assignee resume {run.id}")
    report = load_report(run.report).report
    if claim is None:
        out = run.asked()["out"]
        print(summary(report, Path(out) if out else None, run.id).lstrip("\n"))
        return 0
    for item in report.claims:
        if item.claim.id == claim:
            print(claim_text(item, report))
            return 0
    known = ", ".join(item.claim.id for item in report.claims) or "none"
    raise UserError(f"run {run.id} has no claim {claim!r}; its claims: {known}")


def _state(run: RunFolder) -> str:
    record = run.record()
    if record is not None:
        return str(record["status"])
    return "running" if run.in_progress() else "interrupted"
