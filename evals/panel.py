"""`assignee eval panel`: does the reviewer panel notice deliberately broken reports, and leave rewritten ones alone?

Every good report (`panel_cases`) is broken by every damage (`damage_*`) at every dose, and judged as `assignee score`
judges a file: as report.json, and, at the middle dose, as a report.md with the damage beside the unharmed report.json.

- `auc`: the chance that a good report scores above a broken one, ties half, over all pairs of a good and a broken
  report, whatever their questions (Mann-Whitney). A report without a score counts as below all scores.
- `paired_auc`: the same over pairs of a broken report and its own good one.
- `per_damage`: both for each of the twelve kinds, with the number of broken reports and the Spearman correlation of
  dose (0 for the good report) and score; −1 is a score that always falls with the dose.
- `consistent_auc`: `auc` over the damages that leave records which agree with each other.
- `style_shift`: the largest change of score, up or down, among rewrites that break nothing; the mean beside it.
- `rerun_sd`: the standard deviation of the score when the same good reports are judged again.
- `held_out`: the same figures over the damages that were written after the checks. They are in no other figure.
- `approved`: how many broken reports the gate would have approved; each is named.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from statistics import mean, pstdev
from typing import Any, NamedTuple

from assignee.claims import Decided, Report
from assignee.registry import load
from assignee.render.markdown import render
from assignee.render.printed_text import as_printed

from ..agents.rescore import rescore
from ..agents.reviewer import Reviewer
from ..agents.scoring import Fault
from . import damage_held_out, damage_records, damage_style_held_out, damage_text
from .damage import DOSES, KINDS, Case, Damage
from .output import Progress, Table
from .panel_cases import good_cases

__all__ = ["DAMAGES", "STYLES", "Judge", "auc", "judge_with", "measure", "notes", "spearman", "tables"]

DAMAGES: tuple[Damage, ...] = (*damage_records.DAMAGES, *damage_text.DAMAGES, *damage_held_out.DAMAGES)
STYLES: tuple[Damage, ...] = (*damage_text.STYLES, *damage_style_held_out.STYLES)
_TEXT_DOSE = 2
_BELOW_ALL = -1.0
_MODEL_CASES = 6  # each judgement of a model costs a call a reviewer
_RERUNS = 3


class Score(NamedTuple):
    """What a judgement gives: the score (below all where there is none) and whether the gate approves."""

    value: float
    approved: bool


Judge = Callable[[Case, Case | None], Score]
"""Judges a case; with a second one, the text of the second beside the records of the first."""


class _Row(NamedTuple):
    damage: Damage
    case: str
    form: str
    dose: int
    good: float
    score: float
    approved: bool


def measure(engine: str, progress: Progress, cases: Sequence[Case] | None = None) -> dict[str, Any]:
    """All figures, JSON-ready. `cases` are made by `panel_cases` where none are given. Raises UserError, RunError."""
    embedded = engine in ("embedded", "")
    left: list[str] = []
    if cases is None:
        cases, left = good_cases(engine, progress, None if embedded else _MODEL_CASES)
    judge = judge_with(engine)
    doses = DOSES if embedded else (2,)
    good = {case.name: judge(case, None) for case in cases}
    reruns = [[judge(case, None).value for case in cases] for _ in range(_RERUNS - 1)]
    rows = _broken(cases, good, judge, DAMAGES, doses, progress, "broken reports")
    styled = _broken(cases, good, judge, STYLES, doses, progress, "rewritten reports")
    values = [score.value for score in good.values()]
    ours = [row for row in rows if not row.damage.held_out]
    unseen = [row for row in rows if row.damage.held_out]
    shifts = [abs(row.score - row.good) for row in styled]
    spread = [pstdev([first.value, *again]) for first, *again in zip(good.values(), *reruns, strict=True)]
    return {
        "engine": engine,
        "reports": len(cases),
        "good_scores": [round(value, 3) for value in values],
        "left_out": left,
        **_figures(ours, values),
        "style_shift": _rounded(max(shifts, default=0.0)),
        "style_shift_mean": _rounded(mean(shifts) if shifts else 0.0),
        "style_n": len(shifts),
        "rerun_sd": _rounded(max(spread, default=0.0)),
        "per_variant": _per_variant(rows, values),
        "held_out": _figures(unseen, values),
        "approved": sum(row.approved for row in rows),
        "approved_cases": [
            f"{row.damage.name} at dose {row.dose}, {row.form}, {row.case}" for row in rows if row.approved
        ],
    }


def judge_with(engine: str) -> Judge:
    """A judge with the reviewers of an engine."""
    seats: Sequence[Reviewer] = tuple(load("engines", engine or "embedded")().reviewers.values())

    def judge(case: Case, printed: Case | None) -> Score:
        report: Report = case.report
        faults: tuple[Fault, ...] = ()
        if printed is not None:
            page = as_printed(report, render(printed.report, _texts(printed)), _texts(case))
            report, faults = page.report, page.faults
        decision = rescore(report, _texts(case), seats, faults)[0].decision
        value = _BELOW_ALL if decision.score is None else decision.score
        return Score(value, decision.decision is Decided.APPROVE)

    return judge


def _texts(case: Case) -> Callable[[str], str]:
    return lambda paper_id: case.texts[paper_id]


def _broken(
    cases: Sequence[Case],
    good: dict[str, Score],
    judge: Judge,
    damages: Sequence[Damage],
    doses: Sequence[int],
    progress: Progress,
    what: str,
) -> list[_Row]:
    rows = []
    for at, damage in enumerate(damages):
        progress(at, len(damages), what)
        for case in cases:
            for dose in doses:
                broken = damage.apply(case, dose, cases)
                if broken is None or broken.report == case.report:
                    continue
                forms = [("report.json", judge(broken, None))]
                if dose == _TEXT_DOSE and _says_otherwise(case.report, broken):
                    forms.append(("report.md", judge(case, broken)))
                value = good[case.name].value
                rows += [_Row(damage, case.name, form, dose, value, s.value, s.approved) for form, s in forms]
    progress(len(damages), len(damages), what)
    return rows


def _says_otherwise(report: Report, broken: Case) -> bool:
    """Whether the damage shows in what is printed: some change only what report.json holds."""
    texts = _texts(broken)
    return render(report, texts) != render(broken.report, texts)


def _figures(rows: Sequence[_Row], good: Sequence[float]) -> dict[str, Any]:
    kinds = {kind: [row for row in rows if row.damage.kind == kind] for kind in KINDS}
    consistent = [row for row in rows if row.damage.consistent]
    return {
        "auc": _rounded(auc(good, [row.score for row in rows])),
        "paired_auc": _rounded(_paired(rows)),
        "n": len(rows),
        "consistent_auc": _rounded(auc(good, [row.score for row in consistent])),
        "consistent_n": len(consistent),
        "per_damage": {kind: _of(found, good) for kind, found in kinds.items() if found},
    }


def _per_variant(rows: Sequence[_Row], good: Sequence[float]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in dict.fromkeys(row.damage.name for row in rows):
        own = [row for row in rows if row.damage.name == name]
        found[name] = {
            **_of(own, good),
            "held_out": own[0].damage.held_out,
            "consistent": own[0].damage.consistent,
            "mean_by_dose": {
                dose: _rounded(mean(values))
                for dose in DOSES
                if (values := [r.score for r in own if r.dose == dose])
            },
        }
    return found


def _of(rows: Sequence[_Row], good: Sequence[float]) -> dict[str, Any]:
    doses = [0 for _ in {row.case for row in rows}] + [row.dose for row in rows]
    fallen = [0.0 for _ in {row.case for row in rows}] + [row.score - row.good for row in rows]
    return {
        "auc": _rounded(auc(good, [row.score for row in rows])),
        "paired_auc": _rounded(_paired(rows)),
        "n": len(rows),
        "spearman": _rounded(spearman(doses, fallen)),
        "approved": sum(row.approved for row in rows),
    }


def auc(good: Sequence[float], broken: Sequence[float]) -> float | None:
    """The chance that one of `good` lies above one of `broken`, ties half; None where either is empty."""
    if not good or not broken:
        return None
    return sum((one > other) + 0.5 * (one == other) for one in good for other in broken) / (
        len(good) * len(broken)
    )


def _paired(rows: Sequence[_Row]) -> float | None:
    return mean((row.good > row.score) + 0.5 * (row.good == row.score) for row in rows) if rows else None


def spearman(one: Sequence[float], other: Sequence[float]) -> float | None:
    """The rank correlation of two sequences, ties at their mean rank; None where one does not vary."""
    left, right = _ranks(one), _ranks(other)
    centre = (len(left) + 1) / 2
    above = math.fsum((a - centre) * (b - centre) for a, b in zip(left, right, strict=True))
    below = math.sqrt(
        math.fsum((a - centre) ** 2 for a in left) * math.fsum((b - centre) ** 2 for b in right)
    )
    return above / below if below else None


def _ranks(values: Sequence[float]) -> list[float]:
    order = sorted(values)
    first = {value: order.index(value) for value in set(order)}
    count = {value: order.count(value) for value in first}
    return [first[value] + (count[value] + 1) / 2 for value in values]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def tables(body: dict[str, Any]) -> list[Table]:
    """The kinds of damage, and below them all variants."""
    columns = ("", "AUC", "paired", "Spearman", "approved", "n")

    def row(name: str, item: dict[str, Any]) -> tuple[object, ...]:
        return (name, item["auc"], item["paired_auc"], item.get("spearman"), item.get("approved"), item["n"])

    found = []
    for title, part in (("Damages", body), ("Damages held out from making the checks", body["held_out"])):
        lines = [row(kind, item) for kind, item in part["per_damage"].items()]
        lines.append(
            (f"all {title.split()[0].lower()}", part["auc"], part["paired_auc"], None, None, part["n"])
        )
        lines.append(
            ("records agree with the damage", part["consistent_auc"], None, None, None, part["consistent_n"])
        )
        found.append(Table(f"{title}: good reports against broken ones", columns, lines))
    lines = [
        row(f"{name}{' (held out)' if item['held_out'] else ''}", item)
        for name, item in body["per_variant"].items()
    ]
    found.append(Table("Each way to break a report", columns, lines))
    steady: Iterable[tuple[object, ...]] = (
        ("largest change by a rewrite", body["style_shift"]),
        ("mean change by a rewrite", body["style_shift_mean"]),
        ("standard deviation when judged again", body["rerun_sd"]),
    )
    found.append(
        Table(f"Scores that should not move ({body['style_n']} rewrites)", ("", "points"), list(steady))
    )
    return found


def notes(body: dict[str, Any]) -> list[str]:
    """What to know beside the tables."""
    found = [f"{body['reports']} good reports; the gate would have approved {body['approved']} broken ones."]
    found += [f"approved: {name}" for name in body["approved_cases"]]
    return found + [f"left out: {name}" for name in body["left_out"]]
