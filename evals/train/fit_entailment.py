"""Fit `agents/weights/entailment.json`: does evidence support a claim, contradict it, or neither?

    python evals/train/fit_entailment.py --data DIR [--out FILE]

Fitted on SciFact, Check-COVID, CliniFact and Citation-Integrity (CC BY, MIT). Every set weighs the same and every class
of a set weighs the same. Figures: five-fold cross-validation by claim, each set left out, and the development sets.
Deterministic; embeds some 32,000 sentences first.
"""

from __future__ import annotations

import math
import os
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold

from assignee.evals.fitting import (
    as_model,
    asked,
    file_hashes,
    fit_linear,
    fit_temperature,
    read_rows,
    write_weights,
)
from assignee.tools.embedder import Embedder
from assignee.tools.entailment_features import FEATURES, allows, features
from assignee.tools.linear_model import Array
from assignee.tools.text import content_stems, sentences, stored

OUT = Path(__file__).resolve().parents[2] / "agents" / "weights" / "entailment.json"
TRAIN = ("scifact_train", "checkcovid_train", "clinifact_train", "citint_train")
DEV = ("checkcovid_dev", "clinifact_validation", "citint_dev")
CLASSES = ("support", "contradict", "neutral")
LABELS = {"SUPPORT": "support", "REFUTE": "contradict", "NEI": "neutral"}
FOLDS = 5
STRENGTH = 0.1
PRECISION = 0.8
FEWEST = 50  # votes that a precision must rest on
_MARK = re.compile(r"\[?<\|\w+\|>[^\]\s]*\]?")


@dataclass(frozen=True)
class GoldSet:
    """Feature rows of one gold set with their labels (indices into CLASSES), claims and weights (sum 1)."""

    name: str
    rows: Array
    truth: npt.NDArray[np.int64]
    claims: list[str]

    @property
    def weights(self) -> Array:
        counts = np.bincount(self.truth, minlength=3)
        shares: Array = 1.0 / (counts > 0).sum() / np.maximum(counts, 1)
        return np.array(shares[self.truth])

    def some(self, keep: npt.NDArray[np.int64]) -> GoldSet:
        return GoldSet(self.name, self.rows[keep], self.truth[keep], [self.claims[at] for at in keep])


def main() -> None:
    data, out = asked(__doc__, OUT)
    weights = fit(gold_sets(data, TRAIN), gold_sets(data, DEV))
    names = [f"claims/verify_{name}.jsonl" for name in (*TRAIN, *DEV)]
    head = {"script": "evals/train/fit_entailment.py", "sha256": file_hashes(data, names)}
    write_weights(out, {**head, "entailment": weights})
    print(weights["temperature"], weights["thresholds"])
    for name, value in weights["measured"].items():
        print(name, value)


def fit(train: list[GoldSet], dev: list[GoldSet]) -> dict[str, Any]:
    """The model fitted on all of `train`, its temperature and thresholds from held-out folds, and its figures."""
    model = fit_sets(train)
    held_out = [_held_out(train, gold) for gold in train]
    model["temperature"] = fit_temperature(
        np.vstack(held_out),
        [int(at) for g in train for at in g.truth],
        np.concatenate([g.weights for g in train]),
    )
    chances = [_softmax(logits / model["temperature"]) for logits in held_out]
    model["thresholds"] = {stance: _threshold(train, chances, stance) for stance in CLASSES[:2]}
    fresh = [as_model(model).probabilities(gold.rows) for gold in dev]
    model["measured"] = {
        "cross_validation": {gold.name: _figures(gold, p) for gold, p in zip(train, chances, strict=True)},
        "left_out": {
            gold.name: _figures(
                gold, as_model(fit_sets([g for g in train if g is not gold])).probabilities(gold.rows)
            )
            for gold in train
        },
        "development": {gold.name: _figures(gold, p) for gold, p in zip(dev, fresh, strict=True)},
        "votes": {
            stance: _votes(train, chances, stance, model["thresholds"][stance]) for stance in CLASSES[:2]
        },
        "votes_development": {
            stance: _votes(dev, fresh, stance, model["thresholds"][stance]) for stance in CLASSES[:2]
        },
    }
    return model


def fit_sets(train: list[GoldSet]) -> dict[str, Any]:
    """Multinomial regression on some sets, each of the same total weight."""
    weights = np.concatenate([gold.weights for gold in train])
    labels = [CLASSES[at] for gold in train for at in gold.truth]
    rows = np.vstack([gold.rows for gold in train])
    return fit_linear(rows, labels, CLASSES, FEATURES, weights * len(weights) / weights.sum(), STRENGTH)


def gold_sets(data: Path, names: tuple[str, ...], every: int = 1) -> list[GoldSet]:
    """Read and featurise gold sets; `every` keeps each n-th row."""
    read = {name: _rows(data, name)[::every] for name in names}
    texts = sorted(
        {text for rows in read.values() for claim, evidence, _ in rows for text in (claim, *evidence)}
    )
    vectors = Embedder(threads=os.cpu_count() or 1).embed(texts)
    place = {text: at for at, text in enumerate(texts)}
    found = []
    for name, rows in read.items():
        papers = {tuple(evidence) for _, evidence, _ in rows}
        seen = Counter(
            stem for paper in papers for stem in {s for text in paper for s in content_stems(text)}
        )

        def idf(stem: str, seen: Counter[str] = seen, count: int = len(papers)) -> float:
            return max(0.1, math.log((count + 1) / (seen[stem] + 0.5)))

        block = []
        for claim, evidence, _ in rows:
            cosines = vectors[[place[text] for text in evidence]] @ vectors[place[claim]]
            block.append(features(claim, evidence, cosines.tolist(), idf))
        truth = np.array([CLASSES.index(label) for *_, label in rows])
        found.append(GoldSet(name, np.array(block), truth, [claim for claim, *_ in rows]))
    return found


def _rows(data: Path, name: str) -> list[tuple[str, list[str], str]]:
    """Claim, evidence sentences, label. CliniFact's INCONCLUSIVE is neither class and is left out.

    Check-COVID labels sentences: its abstracts come with two labels for one claim, so the labelled ones are taken.
    """
    found = []
    for row in read_rows(data, f"claims/verify_{name}.jsonl"):
        evidence = [stored(text) for text in row["evidence"]]
        if name.startswith("checkcovid"):
            evidence = [evidence[at] for group in row["rationales"] for at in group if at < len(evidence)]
        if name.startswith("clinifact"):
            evidence = [text[start:end] for text in evidence for start, end in sentences(text)]
        evidence = [text for text in evidence if text]
        if evidence and row["label"] in LABELS:
            claim = stored(row["claim"])
            found.append((stored(_MARK.sub("", claim)) or claim, evidence, LABELS[row["label"]]))
    return found


def _held_out(train: list[GoldSet], gold: GoldSet) -> Array:
    """Logits of one set's rows from models that saw the other sets and the other folds, grouped by claim."""
    logits = np.zeros((len(gold.truth), len(CLASSES)))
    for seen, unseen in GroupKFold(FOLDS).split(gold.rows, gold.truth, gold.claims):
        rest = [gold.some(seen), *(other for other in train if other is not gold)]
        logits[unseen] = as_model(fit_sets(rest)).logits(gold.rows[unseen])
    return logits


def _softmax(scores: Array) -> Array:
    powers: Array = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.array(powers / powers.sum(axis=1, keepdims=True))


def _figures(gold: GoldSet, chances: Array) -> dict[str, Any]:
    """Macro-F1 over the classes that the set has, with a bootstrap interval over claims (1,000 draws, seed 0)."""
    said, labels = chances.argmax(axis=1), sorted(set(gold.truth.tolist()))

    def score(at: npt.NDArray[np.int64]) -> float:
        return float(f1_score(gold.truth[at], said[at], average="macro", labels=labels, zero_division=0.0))

    order: dict[str, list[int]] = {}
    for at, claim in enumerate(gold.claims):
        order.setdefault(claim, []).append(at)
    groups, random = [np.array(group) for group in order.values()], np.random.default_rng(0)
    draws = [
        np.concatenate([groups[at] for at in random.integers(0, len(groups), len(groups))])
        for _ in range(1000)
    ]
    low, high = np.percentile([score(draw) for draw in draws], [2.5, 97.5])
    everything = np.arange(len(said))
    return {
        "pairs": len(said),
        "classes": len(labels),
        "accuracy": round(float((said == gold.truth).mean()), 3),
        "macro_f1": round(score(everything), 3),
        "interval": [round(float(low), 3), round(float(high), 3)],
    }


def _voting(gold: GoldSet, chances: Array, stance: str, line: float) -> npt.NDArray[np.bool_]:
    kind = CLASSES.index(stance)
    grounds = np.array([allows(row, stance) for row in gold.rows])
    return np.array((chances.argmax(axis=1) == kind) & (chances[:, kind] >= line) & grounds)


def _threshold(train: list[GoldSet], chances: list[Array], stance: str) -> float | None:
    """The lowest probability from which held-out votes are right at PRECISION, pooled and as the mean of the sets.

    None when no line reaches it on at least FEWEST votes: then the seat never takes that stance.
    """
    for line in (step / 100 for step in range(34, 96)):
        each = _votes(train, chances, stance, line)
        if each["votes"] >= FEWEST and min(each["precision"] or 0.0, each["pooled"]) >= PRECISION:
            return line
    return None


def _votes(sets: list[GoldSet], chances: list[Array], stance: str, line: float | None) -> dict[str, Any]:
    """How often pairs get the stance and how often that is right: by set, over all, and as the mean of the sets.

    `precision` is that mean, over the sets which have the class: large sets must not hide small ones. `pooled` counts
    every vote, also those on a set without the class, which are wrong by definition.
    """
    kind, by_set = CLASSES.index(stance), {}
    for gold, p in zip(sets, chances, strict=True):
        voting = _voting(gold, p, stance, 2.0 if line is None else line)
        right = int((gold.truth[voting] == kind).sum())
        by_set[gold.name] = {
            "pairs": len(p),
            "votes": int(voting.sum()),
            "right": right,
            "has_class": kind in gold.truth,
        }
    votes, rights = (sum(each[key] for each in by_set.values()) for key in ("votes", "right"))
    shares = [
        each["right"] / each["votes"] for each in by_set.values() if each["votes"] and each["has_class"]
    ]
    return {
        "votes": votes,
        "precision": round(float(np.mean(shares)), 3) if shares else None,
        "pooled": round(rights / votes, 3) if votes else None,
        "by_set": by_set,
    }


if __name__ == "__main__":
    main()
