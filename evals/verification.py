"""`assignee eval verification`: a claim checker against gold rows {id, claim, evidence[], label}.

from pathlib import Path
from assignee.evals import verification
body, predictions = verification.measure([Path("gold.jsonl")], task="stance")
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ..agents.pair_checker import Judgement, Pair
from ..tools.text import content_hash
from .controls import baselines, controls
from .gold_rows import LABELS, GoldRow, label_counts, read_claims
from .metrics import DRAWS, Answers, bootstrap, calibrated_ece, figures, intervals, per_class, value
from .output import Progress, Table
from .provenance import SEED, held_out_note, peak_mb, provenance
from .run_loop import judging, quiet
from .seat_figures import answers_of, panel_figures

__all__ = ["measure", "notes", "prediction", "tables"]


def measure(
    gold: Sequence[Path],
    *,
    task: str = "stance",
    engine: str = "embedded",
    verifiers: Sequence[str] = (),
    seed: int = SEED,
    progress: Progress = quiet,
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The figures (the JSON body) and one prediction `{id, label, probs}` a row, in the order given.

    Every term is defined in `evals/metrics.py`, `evals/seat_figures.py` and `evals/controls.py`. `n` is the number of
    rows given; a row that was not adjudicated counts as wrong, its prediction has label and probs None. The intervals
    of `ci95` come from resampling claims. Raises UserError for bad rows before anything is judged.
    """
    rows = read_claims(gold)
    with judging(engine, task, verifiers, progress) as judge:
        found = judge([Pair(row.claim, row.evidence) for row in rows])
        speed = judge.judged / judge.seconds if judge.seconds else None
        memory = peak_mb()
        answers = answers_of([LABELS.index(row.label) for row in rows], [each.probs for each in found])
        body = _body(rows, answers, found, judge.checker.weights, seed)
        body["claims_per_second"] = None if speed is None else round(speed, 2)
        body["peak_mb"] = memory
        body["calibrated_on"] = judge.checker.calibrated_on
        body["controls"] = controls(rows, judge, body["macro_f1"], seed)
        body["baselines"] = baselines(rows)
        body |= provenance(gold, seed=seed, task=task, draws=DRAWS, **judge.about)
    said = [prediction(row, each) for row, each in zip(rows, found, strict=True)]
    body["rows"] = [
        [
            row.id,
            row.label,
            each["label"],
            each["probs"] and list(each["probs"].values()),
            content_hash(row.claim)[:12],
        ]
        for row, each in zip(rows, said, strict=True)
    ]
    return body, said


def prediction(row: GoldRow, found: Judgement) -> dict[str, Any]:
    """One line of the predictions file."""
    if found.probs is None:
        return {"id": row.id, "label": None, "probs": None}
    return {
        "id": row.id,
        "label": LABELS[int(np.argmax(found.probs))],
        "probs": dict(zip(LABELS, found.probs, strict=True)),
    }


def tables(body: dict[str, Any]) -> list[Table]:
    """The panel beside its controls, the labels, the seats."""
    ci = body["ci95"]
    names = [name for name in ci if name not in ("accuracy", "macro_f1", "false_support_rate")]
    majority, overlap = body["baselines"]["majority"], body["baselines"]["zero_shot_overlap"]
    alone, moved = body["controls"]["claim_only"], body["controls"]["shuffled_evidence"]
    main: list[tuple[object, ...]] = [
        ("the checker", *(body[key] for key in ("accuracy", "macro_f1", "false_support_rate"))),
        ("  95 % interval", ci["accuracy"], ci["macro_f1"], ci["false_support_rate"]),
        (
            f"majority ({majority['label']})",
            *(majority[k] for k in ("accuracy", "macro_f1", "false_support_rate")),
        ),
        (
            "zero-shot overlap (no training)",
            *(overlap[k] for k in ("accuracy", "macro_f1", "false_support_rate")),
        ),
        ("claim only", alone["accuracy"], alone["macro_f1"], alone["called_support"]),
        ("shuffled evidence", None, None, moved["called_support"]),
    ]
    label_rows: list[tuple[object, ...]] = [
        (label, *(held[key] for key in ("precision", "recall", "f1", "support", "called")))
        for label, held in body["per_class"].items()
    ]
    seat_rows: list[tuple[object, ...]] = [
        (
            name + (" (best)" if name == body["best_seat"] else ""),
            *(held[key] for key in ("weight", "accuracy", "macro_f1", "ece", "abstained")),
        )
        for name, held in body["seats"].items()
    ]
    return [
        Table(
            f"{body['task']}: {body['n']:,} rows",
            ("", "accuracy", "macro-F1", "not SUPPORT, called SUPPORT"),
            main,
        ),
        Table(
            "calibration and selection",
            ("", "value", "95 % interval"),
            [(name.replace("_", " "), body[name], ci[name]) for name in names],
        ),
        Table("labels", ("", "precision", "recall", "F1", "gold", "called"), label_rows),
        Table("seats", ("", "weight", "accuracy", "macro-F1", "ECE", "abstained"), seat_rows),
    ]


def notes(body: dict[str, Any]) -> list[str]:
    """What a reader of the tables must know besides."""
    found = [
        f"error correlation {_told(body['error_correlation'])}, n_eff {_told(body['n_eff'])} of "
        f"{sum(seat['weight'] > 0 for seat in body['seats'].values())} seats that count; "
        f"{_told(body['claims_per_second'])} claims a second, peak memory {_told(body['peak_mb'])} MB; "
        f"a perfectly calibrated checker would show ECE {_told(body['ece_if_calibrated'])} here",
        f"calibrated on: {body['calibrated_on'] or 'nothing (probabilities are raw)'}",
    ]
    found += held_out_note(body)
    changed = [f"{n:,} {label}" for label, n in body["labels"].items() if "(as " in label]
    if changed:
        found.append(f"labels read otherwise than written: {', '.join(changed)}")
    if body["not_adjudicated"]:
        found.append(f"{body['not_adjudicated']:,} rows were not adjudicated and count as wrong")
    if body["unlike_calibration"]:
        found.append(
            f"{body['unlike_calibration']:,} claims are about something unlike the calibration data: their "
            "probabilities are drawn towards even chances"
        )
    other = body["other_languages"]
    if other["n"]:
        found.append(
            f"{other['n']:,} rows do not look English (accuracy there {_told(other['accuracy'])}): the checkers are "
            f"measured on English only; ids {', '.join(map(str, other['ids'][:5]))}"
        )
    if sum(1 for held in body["per_class"].values() if held["support"]) == 1:
        found.append(
            "one label only in this gold set: macro-F1 is that label's F1, rates without rows are blank"
        )
    return found


def _body(
    rows: Sequence[GoldRow],
    answers: Answers,
    found: Sequence[Judgement],
    weights: dict[str, float],
    seed: int,
) -> dict[str, Any]:
    own = {name: value(number[0]) for name, number in figures(answers).items()}
    drawn = bootstrap(partial(figures, answers), [row.claim for row in rows], seed=seed)
    foreign = [at for at, row in enumerate(rows) if not row.english]
    body: dict[str, Any] = {"n": len(rows)}
    for name in ("accuracy", "macro_f1"):
        body[name] = own[name]
    body["per_class"] = per_class(answers)
    body |= {name: own[name] for name in own if name not in body}
    body["ci95"] = intervals(drawn)
    body["ece_if_calibrated"] = calibrated_ece(answers, seed)
    body |= panel_figures(answers.truth.tolist(), found, weights)
    body["not_adjudicated"] = int((~answers.known).sum())
    body["unlike_calibration"] = sum(not each.like for each in found)
    body["other_languages"] = {
        "n": len(foreign),
        "accuracy": round(float(answers.right[foreign].mean()), 6) if foreign else None,
        "ids": [rows[at].id for at in foreign[:20]],
    }
    body["labels"] = label_counts(rows)
    return body


def _told(number: float | None) -> str:
    return "–" if number is None else f"{number:.2f}"
