"""Fit what the pair checker's seats and their pool need: regression heads, calibration, weights.

    python evals/train/fit_pairs.py --data DIR [--work DIR]

Writes `agents/weights/pair_regression.json` and `pair_panel.json`. Everything that calibrates or
weighs a seat comes from models that did not see the row's claim or document (three folds by claim and document). The
cross-encoder's held-out models are those that `fit_nli.py` left in `--work`; without them the panel is fitted without
that seat. Deterministic; needs the extra `train`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from nli_pairs import Gold, folds, rows_of
from scipy.optimize import minimize
from sklearn.cluster import KMeans
from sklearn.metrics import f1_score

from assignee.agents.pair_encoder import probabilities
from assignee.agents.pair_numbers import PairNumbers
from assignee.agents.pair_reading import embedder, idf, read
from assignee.agents.pair_seat import Pair, Task
from assignee.evals.corruptions import corrupt
from assignee.evals.fitting import as_model, asked_with_work, file_hashes, fit_linear, write_weights
from assignee.tools.entailment_features import FEATURES, features
from assignee.tools.nli_encoder import CrossEncoder

WEIGHTS = Path(__file__).resolve().parents[2] / "agents" / "weights"
SETS: dict[Task, dict[str, float]] = {
    "stance": {"scifact_train": 1.0, "checkcovid_train": 0.5, "clinifact_train": 0.25},
    "grounding": {"citint_train": 1.0},
}
ALTERED = {"altered": 0.35}  # supported claims with one thing changed: what weighs the seat `numbers`
DEV: dict[Task, tuple[str, ...]] = {
    "stance": ("checkcovid_dev", "clinifact_validation"),
    "grounding": ("citint_dev",),
}
CLASSES = ("support", "contradict", "neutral")
FOLDS, SEED = 3, 7
STRENGTH = 0.1
BALANCE = 0.5
LEAST_WEIGHT = 0.05
LEAST_SPOKEN = 0.02  # share of the pairs on which a seat must speak to be counted
CENTRES, OUTSIDE = 8, 2.0  # topics of the claims; percentage of them that may lie outside

Array = npt.NDArray[Any]
Probs = Array  # (n, 3)


def main() -> None:
    data, work, out = asked_with_work(__doc__, WEIGHTS)
    names = [*(n for task in SETS for n in SETS[task]), *(n for task in SETS for n in DEV[task])]
    rows = {name: rows_of(data, name, whole=name in sum(DEV.values(), ())) for name in names}
    head = {
        "script": "evals/train/fit_pairs.py",
        "sha256": file_hashes(data, [f"claims/verify_{name}.jsonl" for name in names]),
    }
    regression: dict[str, Any] = dict(head)
    panel: dict[str, Any] = dict(head)
    for task in SETS:
        regression[task], panel[task] = fit_task(task, rows, work)
        print(task, json.dumps({k: v for k, v in panel[task].items() if k != "topic"}, indent=1))
    for name, found in (("pair_regression", regression), ("pair_panel", panel)):
        write_weights(out / f"{name}.json", found)


def fit_task(
    task: Task, rows: dict[str, list[Gold]], work: Path | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The two parts of one task: regression head, panel."""
    train = [each for name in SETS[task] for each in rows[name]]
    fold = np.array([at for name in SETS[task] for at in folds(rows[name], FOLDS, SEED)])
    real = len(train)
    if task == "stance":
        wrong, places = altered(train, fold)
        train, fold = train + wrong, np.concatenate([fold, places])
    truth = np.array([each.label for each in train])
    sizes = Counter(each.source for each in train)
    weights = np.array([{**SETS[task], **ALTERED}[each.source] / sizes[each.source] for each in train])
    weights *= len(weights) / weights.sum()
    is_real = np.arange(len(train)) < real
    block = np.array([row_of(each) for each in train])
    head = linear(block[:real], truth[:real], weights[:real])

    def regressed(at: Array, rest: Array) -> Probs:
        rest = rest[rest < real]  # altered claims weigh the seats; no seat is fitted on them
        return as_model(linear(block[rest], truth[rest], weights[rest])).probabilities(block[at])

    def stacked_up(at: Array, rest: Array) -> Probs:
        fitted = pooled({k: p[rest] for k, p in seats.items()}, truth[rest], weights[rest], is_real[rest])
        return answered(fitted, {k: p[at] for k, p in seats.items()})

    seats: dict[str, Probs] = {"regression": held_out(fold, regressed)}
    seats["numbers"] = spoken(PairNumbers().judge(task, [each.reading for each in train]))
    if work is not None:
        models = [CrossEncoder(folder=work / f"fold{k}") for k in range(FOLDS)]
        seats["cross_encoder"] = held_out(
            fold,
            lambda at, rest: probabilities(models[int(fold[at[0]])], task, [train[n].reading for n in at]),
        )
    pool = pooled(seats, truth, weights, is_real)
    pool["calibrated_on"] = ", ".join(SETS[task])
    pool["unlike"] = {"scale": unlike(task, train[:real], block[:real], truth[:real], weights[:real])}
    pool["topic"] = topics([each.reading.claim for each in train[:real]])
    pool["measured"] = {"held_out": {}, "development": {}}
    crossfit = held_out(fold, stacked_up)
    for name in sizes:
        here = np.array([at for at, each in enumerate(train) if each.source == name])
        found = {seat: figures(p[here], truth[here]) for seat, p in calibrated(pool, seats).items()}
        found["panel"] = figures(crossfit[here], truth[here])
        pool["measured"]["held_out"][name] = found
    for name in DEV[task]:
        dev = rows[name]
        fresh: dict[str, Probs] = {
            "regression": as_model(head).probabilities(np.array([row_of(each) for each in dev])),
        }
        fresh["numbers"] = spoken(PairNumbers().judge(task, [each.reading for each in dev]))
        if work is not None:
            fresh["cross_encoder"] = probabilities(CrossEncoder(), task, [each.reading for each in dev])
        labels = np.array([each.label for each in dev])
        found = {seat: figures(p, labels) for seat, p in calibrated(pool, fresh).items()}
        found["panel"] = figures(answered(pool, fresh), labels)
        pool["measured"]["development"][name] = found
    head["measured"] = {
        part: {name: found["regression"] for name, found in by_set.items()}
        for part, by_set in pool["measured"].items()
    }
    return head, pool


def altered(rows: Sequence[Gold], fold: Array) -> tuple[list[Gold], Array]:
    """Supported claims with one thing changed (`evals/corruptions.py`), beside the same evidence, and their folds.

    Another name leaves the claim without evidence, any other change contradicts it. At most two changes a claim.
    """
    found, places = [], []
    for each, at in zip(rows, fold.tolist(), strict=True):
        if each.label == 0:
            for change in corrupt(each.reading.claim, each.reading.sentences)[:2]:
                label = 2 if change.kind in ("entity", "benchmark") else 1
                found.append((change.text, each, label))
                places.append(at)
    readings = read([Pair(claim, each.reading.sentences) for claim, each, _ in found])
    wrong = [
        Gold(reading, label, each.group, "altered")
        for reading, (_, each, label) in zip(readings, found, strict=True)
    ]
    return wrong, np.array(places)


def row_of(each: Gold) -> Array:
    """The feature row of a gold row."""
    reading = each.reading
    return np.array(features(reading.claim, reading.sentences, reading.cosines, idf))


def linear(block: Array, truth: Array, weights: Array) -> dict[str, Any]:
    """A regression head as plain data; rare labels weigh as much more as the root of how rare they are."""
    shares = np.bincount(truth, minlength=3) / len(truth)
    balanced = weights * np.maximum(shares, 1e-3)[truth] ** -BALANCE
    return fit_linear(block, [CLASSES[at] for at in truth], CLASSES, FEATURES, balanced, STRENGTH)


def spoken(found: Sequence[tuple[float, float, float] | None]) -> Probs:
    """Probabilities of a seat that may abstain: even chances then, which move nothing."""
    return np.array([each or (1 / 3, 1 / 3, 1 / 3) for each in found])


def held_out(fold: Array, judge: Callable[[Array, Array], Probs]) -> Probs:
    """Each fold judged by what was fitted on the others: `judge(rows of the fold, the rest)`."""
    found = np.zeros((len(fold), 3))
    for k in sorted(set(fold.tolist())):
        at, rest = np.flatnonzero(fold == k), np.flatnonzero(fold != k)
        found[at] = judge(at, rest)
    return found


def scaling(logs: Array, truth: Array, weights: Array) -> dict[str, Any]:
    """The scale (one over a temperature) with the least weighted log loss, drawn a little towards 1."""

    def loss(x: Array) -> float:
        picked = log_softmax(np.exp(x[0]) * logs)[np.arange(len(truth)), truth]
        return float(-(weights * picked).sum() / weights.sum() + 1e-3 * x[0] ** 2)

    best = minimize(loss, np.zeros(1), method="BFGS").x
    return {"scale": round(float(np.exp(best[0])), 4)}


def log_softmax(scores: Array) -> Array:
    """Row by row."""
    scores = scores - scores.max(axis=1, keepdims=True)
    return np.array(scores - np.log(np.exp(scores).sum(axis=1, keepdims=True)))


def scaled(by: dict[str, Any], logs: Array) -> Array:
    """Log-probabilities after `scaling`; even chances, an abstention, stay what they are."""
    found = log_softmax(by["scale"] * logs)
    found[flat(logs)] = 0.0
    return found


def flat(chances: Probs) -> Array:
    """Where a seat abstained."""
    return np.array(np.ptp(chances, axis=1) < 1e-9)


def logs_of(chances: Probs) -> Array:
    """Logarithms, not below that of 1e-4."""
    return np.array(np.log(np.maximum(chances, 1e-4)))


def pooled(seats: dict[str, Probs], truth: Array, weights: Array, real: Array) -> dict[str, Any]:
    """Calibrate each seat, weigh them, shrink by n_eff and recalibrate. Seats of too little weight get 0.

    Altered claims (not `real`) count when a seat that may abstain is calibrated and when the seats are weighed, and
    nowhere else: how often claims are wrong is to be learned from real ones.
    """
    by = {}
    for name, p in seats.items():
        at = ~flat(p)
        at &= real | (not at.all())
        by[name] = {"scale": 1.0}
        if at.mean() >= LEAST_SPOKEN:
            by[name] = scaling(logs_of(p[at]), truth[at], weights[at])
    logs = {name: scaled(by[name], logs_of(p)) for name, p in seats.items()}
    kept = sorted(name for name, p in seats.items() if (~flat(p)).mean() >= LEAST_SPOKEN)
    while True:
        share = stacked([logs[name] for name in kept], truth, weights)
        share /= share.sum()
        weak = [name for name, each in zip(kept, share, strict=True) if each < LEAST_WEIGHT]
        if not weak or len(kept) == 1:
            break
        kept.remove(weak[0])
    weight = dict.fromkeys(sorted(seats), 0.0) | {
        name: round(float(each), 4) for name, each in zip(kept, share, strict=True)
    }
    wrong = {name: (said(logs[name]) != truth)[real].astype(float) for name in sorted(seats)}
    pairs = {
        f"{a}/{b}": round(float(np.corrcoef(wrong[a], wrong[b])[0, 1]), 3)
        for at, a in enumerate(sorted(seats)) for b in sorted(seats)[at + 1 :]
    }  # fmt: skip
    counted = [r for name, r in pairs.items() if set(name.split("/")) <= set(kept)]
    k, r = len(kept), float(np.mean(counted)) if counted else 1.0
    n_eff = round(k / (1 + (k - 1) * max(r, 0.0)), 3)
    mean = sum(weight[name] * logs[name] for name in kept)
    return {
        "seats": {name: {**by[name], "weight": weight[name]} for name in sorted(seats)},
        "n_eff": n_eff,
        "error_correlation": pairs,
        "last": scaling(np.array(n_eff * mean)[real], truth[real], weights[real]),
    }


def stacked(logs: Sequence[Array], truth: Array, weights: Array) -> Array:
    """Non-negative weights of the seats' log-probabilities with the least log loss."""

    def loss(x: Array) -> float:
        scores = log_softmax(
            sum((np.exp(w) * each for w, each in zip(x, logs, strict=True)), np.zeros_like(logs[0]))
        )
        return float(-(weights * scores[np.arange(len(truth)), truth]).sum() / weights.sum()) + 1e-4 * float(
            (x**2).sum()
        )

    best: Array = np.exp(minimize(loss, np.full(len(logs), -1.0), method="BFGS").x)
    return best


def calibrated(pool: dict[str, Any], seats: dict[str, Probs]) -> dict[str, Probs]:
    """Each seat's own calibrated probabilities."""
    return {name: np.exp(scaled(pool["seats"][name], logs_of(p))) for name, p in seats.items()}


def answered(pool: dict[str, Any], seats: dict[str, Probs]) -> Probs:
    """The panel's probabilities."""
    logs = {name: scaled(pool["seats"][name], logs_of(p)) for name, p in seats.items()}
    mean = sum(pool["seats"][name]["weight"] * logs[name] for name in seats)
    return np.array(np.exp(scaled(pool["last"], pool["n_eff"] * np.array(mean))))


def unlike(task: Task, train: Sequence[Gold], block: Array, truth: Array, weights: Array) -> float:
    """By how much scores must shrink on a set never fitted on: measured with the regression, each set left out in turn."""
    sources = np.array([each.source for each in train])
    ratios = []
    for name in SETS[task]:
        here, rest = np.flatnonzero(sources == name), np.flatnonzero(sources != name)
        if len(rest) and len(set(truth[here])) == 3:
            chances = as_model(linear(block[rest], truth[rest], weights[rest])).probabilities(block[here])
            ratios.append(scaling(logs_of(chances), truth[here], np.ones(len(here)))["scale"])
    return round(float(np.clip(np.mean(ratios), 0.2, 1.0)), 3) if ratios else 0.6


def topics(claims: Sequence[str]) -> dict[str, Any]:
    """Centres of the claims calibrated on, and the cosine that all but `OUTSIDE` % of them reach."""
    vectors = embedder().embed(sorted(set(claims)))
    centres = KMeans(CENTRES, n_init=4, random_state=SEED).fit(vectors).cluster_centers_
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    least = float(np.percentile((vectors @ centres.T).max(axis=1), OUTSIDE))
    return {
        "least_cosine": round(least, 3),
        "centroids": [[round(float(v), 3) for v in row] for row in centres],
    }


def said(chances: Probs) -> Array:
    """The label with the highest chance; NEI where all are even."""
    return np.where(flat(chances), 2, chances.argmax(axis=1))


def figures(chances: Probs, truth: Array) -> dict[str, float]:
    """n, accuracy, macro-F1 over the classes there are, expected calibration error (10 bins)."""
    chances = chances / chances.sum(axis=1, keepdims=True)
    label, sure = said(chances), chances.max(axis=1)
    bins = np.minimum((sure * 10).astype(int), 9)
    gaps = [
        abs(float((label == truth)[bins == at].mean() - sure[bins == at].mean())) * float((bins == at).mean())
        for at in sorted(set(bins.tolist()))
    ]
    return {
        "n": len(truth),
        "accuracy": round(float((label == truth).mean()), 3),
        "macro_f1": round(float(f1_score(truth, label, average="macro", labels=list(set(truth)), zero_division=0)), 3),
        "ece": round(float(sum(gaps)), 3),
    }  # fmt: skip


if __name__ == "__main__":
    main()
