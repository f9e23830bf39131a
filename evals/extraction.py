"""`assignee eval extraction`: are the sentences that state a finding found? Rows as in `evals/extraction_rows.py`.

precision, recall, F1: at the threshold that ships. AP: average precision, the mean over the findings of the precision
at the finding's rank; sentences with equal scores share a rank. Beside them: every sentence called a finding; the last
third of each abstract or document, with no model at all; the model with the sentences of each abstract shuffled.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..agents import claim_sentences, outcome_sentences
from ..tools.claim_features import relative_positions
from .extraction_rows import Sentence, read_sentences
from .metrics import bootstrap, intervals, scored_measure, value
from .output import Progress, Table
from .provenance import SEED, held_out_note, peak_mb, provenance
from .run_loop import quiet

__all__ = ["measure", "notes", "tables"]


def measure(
    gold: Sequence[Path], *, seed: int = SEED, progress: Progress = quiet
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The figures and one prediction {id, label: 0|1, score} a sentence. Raises UserError for bad rows."""
    rows = read_sentences(gold)
    began = time.perf_counter()
    scores, called = _scores(rows, progress)
    seconds = time.perf_counter() - began
    truth = np.array([row.finding for row in rows])
    places = _places(rows)
    order = _shuffled(rows, seed)
    moved, moved_called = _scores([rows[at] for at in order], quiet)
    body: dict[str, Any] = {"n": len(rows), "findings": int(truth.sum())}
    groups = [row.group or str(at) for at, row in enumerate(rows)]
    compute = scored_measure(truth, scores, called)
    body |= {name: value(held[0]) for name, held in compute(np.ones((1, len(rows)))).items()}
    body["ci95"] = intervals(bootstrap(compute, groups, seed=seed))
    body["read_in_context"] = sum(bool(row.group) for row in rows)
    body["baselines"] = {
        "all": _point(truth, np.ones(len(rows)), truth >= 0),
        "last_third": _point(truth, places, places >= 2 / 3),
    }
    body["controls"] = {"shuffled_order": _point(truth[order], moved, moved_called)}
    body["sentences_per_second"] = round(len(rows) / seconds, 1) if seconds else None
    body["peak_mb"] = peak_mb()
    body |= provenance(gold, engine="embedded", seed=seed)
    predictions = [
        {"id": row.id, "label": int(said), "score": round(float(score), 6)}
        for row, score, said in zip(rows, scores, called, strict=True)
    ]
    body["rows"] = [
        [row.id, group, int(row.finding), each["label"], each["score"]]
        for row, group, each in zip(rows, groups, predictions, strict=True)
    ]
    return body, predictions


def tables(body: dict[str, Any]) -> list[Table]:
    """The model beside what needs none."""
    names = ("precision", "recall", "f1", "ap")
    shown: list[tuple[object, ...]] = [("the model", *(body[name] for name in names))]
    shown.append(("  95 % interval", *(body["ci95"][name] for name in names)))
    for title, held in (
        ("every sentence", body["baselines"]["all"]),
        ("last third (no training)", body["baselines"]["last_third"]),
        ("the model, sentences shuffled", body["controls"]["shuffled_order"]),
    ):
        shown.append((title, *(held[name] for name in names)))
    title = f"{body['n']:,} sentences, {body['findings']:,} of them findings"
    return [Table(title, ("", "precision", "recall", "F1", "AP"), shown)]


def notes(body: dict[str, Any]) -> list[str]:
    """Speed, memory, and whether the data was fitted on."""
    found = [
        f"{body['read_in_context']:,} sentences were read with their abstract or document around them; "
        f"{body['sentences_per_second']} a second, peak memory {body['peak_mb']} MB"
    ]
    return found + held_out_note(body)


def _scores(rows: Sequence[Sentence], progress: Progress) -> tuple[np.ndarray, np.ndarray]:
    """P(finding) of each sentence, and whether it passes the threshold that ships."""
    scores, lines = np.zeros(len(rows)), np.zeros(len(rows))
    for start, end in _runs(rows):
        progress(start, len(rows), "sentences read")
        part = rows[start:end]
        scores[start:end], lines[start:end] = _run(part)
    progress(len(rows), len(rows), "sentences read")
    return scores, scores >= lines


def _run(rows: Sequence[Sentence]) -> tuple[np.ndarray, float]:
    """Scores and threshold for one abstract or document, or for rows of which no context is known."""
    texts = [row.text for row in rows]
    if rows[0].sense == "outcome":
        return outcome_sentences.score(texts, [row.section for row in rows]), outcome_sentences.threshold()
    if rows[0].sense == "finding":
        return claim_sentences.score(texts, _places(rows).tolist()), claim_sentences.threshold("finding")
    if rows[0].group:
        return claim_sentences.concluded(texts), claim_sentences.threshold("concluded")
    return claim_sentences.alone(texts), claim_sentences.threshold("alone")


def _places(rows: Sequence[Sentence]) -> np.ndarray:
    """The relative place 0..1 of each sentence in its abstract; the middle where nothing is known of it."""
    found = np.full(len(rows), 0.5)
    for start, end in _runs(rows):
        if rows[start].group:
            found[start:end] = relative_positions(end - start)
    return found


def _runs(rows: Sequence[Sentence]) -> list[tuple[int, int]]:
    """Where rows of one group (or of none) stand together."""
    starts = [
        at
        for at, row in enumerate(rows)
        if not at or (row.group, row.sense) != (rows[at - 1].group, rows[at - 1].sense)
    ]
    return list(zip(starts, [*starts[1:], len(rows)], strict=True))


def _shuffled(rows: Sequence[Sentence], seed: int) -> list[int]:
    random = np.random.default_rng(seed)
    return [start + int(at) for start, end in _runs(rows) for at in random.permutation(end - start)]


def _point(truth: np.ndarray, scores: np.ndarray, called: np.ndarray) -> dict[str, float | None]:
    found = scored_measure(truth, scores, called)(np.ones((1, len(truth))))
    return {name: value(held[0]) for name, held in found.items()}
