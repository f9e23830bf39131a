"""Fit `agents/weights/confidence.json`: how often a careful reader agrees with an outcome that looks like this one.

    python evals/train/fit_confidence.py --data DIR [--out FILE]

Labels (`evals/gold/outcome_labels.jsonl`, ours; spans only) say of printed outcomes of NLP reviews whether a reader of
the evidence shown agrees. The model is logistic (Platt, 1999) with L2. The domain is the mean sentence vector of the
libraries that were asked. Deterministic.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from assignee.agents.confidence import FEATURES
from assignee.evals.fitting import PLACES, asked, file_hashes, read_rows, write_weights
from assignee.evals.outcomes import LABELS
from assignee.tools.embedder import Embedder
from assignee.tools.linear_model import Array
from assignee.tools.text import sentences, stored

OUT = Path(__file__).resolve().parents[2] / "agents" / "weights" / "confidence.json"
NAME = "natural language processing"
LIBRARIES = ("library/acl-anthology-2016-2021.jsonl.gz", "library/acl-anthology-transfer.jsonl")
OTHERS = ("scifact/corpus.jsonl",)
PLANTED = Path(__file__).resolve().parents[2] / "tests" / "fixtures" / "planted_works.jsonl"
STRENGTH = 1.0  # sklearn's C
FOLDS = 10
BINS = 5
FEWEST = 5  # labels of an outcome below which its confidence is not printed
ABSTRACTS, GROUP, GROUPS = 600, 20, 60  # abstracts embedded a library, works of a made review, made reviews


def main() -> None:
    data, out = asked(__doc__, OUT)
    fitted = {"name": NAME, **fit(read_labels()), **domain(data)}
    fitted["note"] = note(fitted["measured"])
    write_weights(
        out,
        {
            "script": "evals/train/fit_confidence.py",
            "sha256": {
                **file_hashes(data, (*LIBRARIES, *OTHERS)),
                "evals/gold/outcome_labels.jsonl": hashlib.sha256(LABELS.read_bytes()).hexdigest(),
            },
            "domains": [fitted],
        },
    )
    print(fitted["note"])
    print(dict(zip(FEATURES, fitted["weights"], strict=True)), fitted["intercept"], fitted["outcomes"])
    for name, value in fitted["measured"].items():
        print(name, value)


def read_labels() -> list[dict[str, Any]]:
    """The labelled outcomes, in the order of the file."""
    return read_rows(LABELS.parent, LABELS.name)


def fit(labels: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Weights, intercept, the outcomes covered, and figures from cross-validation grouped by paper."""
    counts = Counter(row["outcome"] for row in labels)
    covered = sorted(name for name, count in counts.items() if count >= FEWEST)
    kept = [row for row in labels if row["outcome"] in covered]
    rows, truth = _table(kept)
    model = _model(rows, truth)
    said = np.zeros(len(truth))
    for seen, unseen in GroupKFold(FOLDS).split(rows, truth, [row["paper_id"] for row in kept]):
        said[unseen] = _model(rows[seen], truth[seen]).predict_proba(rows[unseen])[:, 1]
    return {
        "weights": [round(float(value), PLACES) for value in model.coef_[0]],
        "intercept": round(float(model.intercept_[0]), PLACES),
        "outcomes": covered,
        "measured": {
            "outcomes": len(kept),
            "agreed": round(float(truth.mean()), 3),
            **_consistency(labels),
            "fresh": _fresh(kept),
            "ece": round(_ece(truth, said), 3),
            "ece_interval": _interval(lambda at: _ece(truth[at], said[at]), kept),
            "brier": round(_brier(truth, said), 3),
            "brier_interval": _interval(lambda at: _brier(truth[at], said[at]), kept),
            "brier_of_base_rate": round(float(truth.var()), 3),
            "by_outcome": {
                name: _reliability(truth, said, [row["outcome"] == name for row in kept]) for name in covered
            },
        },
    }


def _model(rows: Array, truth: Array) -> LogisticRegression:
    return LogisticRegression(C=STRENGTH, solver="newton-cholesky", max_iter=200, tol=1e-8).fit(rows, truth)


def _consistency(labels: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """How often the one reader said the same at a second, fresh reading. Not agreement between readers."""
    twice = [row for row in labels if row["fault2"] is not None]
    same = sum((row["fault1"] == "a") == (row["fault2"] == "a") for row in twice)
    return {"read_twice": len(twice), "self_consistency": round(same / max(1, len(twice)), 3)}


def _fresh(kept: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """Figures on the last round of labels of a model that saw the earlier rounds only; None while there is one round.

    The features were chosen on the first round, so this, and not the cross-validation, is free of that choice.
    """
    last = max(row["round"] for row in kept)
    seen, unseen = ([row for row in kept if (row["round"] < last) is early] for early in (True, False))
    if not seen:
        return None
    rows, truth = _table(unseen)
    said = _model(*_table(seen)).predict_proba(rows)[:, 1]
    share = float(np.mean([row["agree"] for row in seen if row["outcome"] == "quoted"]))
    return {
        "outcomes": len(unseen),
        "agreed": round(float(truth.mean()), 3),
        "confidence": round(float(said.mean()), 3),
        "ece": round(_ece(truth, said), 3),
        "brier": round(_brier(truth, said), 3),
        "brier_of_base_rate": round(_brier(truth, np.full(len(truth), share)), 3),
    }


def _table(labels: Sequence[dict[str, Any]]) -> tuple[Array, Array]:
    return np.array([row["features"] for row in labels]), np.array(
        [row["agree"] for row in labels], dtype=float
    )


def _ece(truth: Array, said: Array) -> float:
    """Expected calibration error over BINS bins of equal count (Nixon et al., 2019)."""
    order = np.argsort(said, kind="stable")
    return float(
        sum(
            len(part) / len(truth) * abs(float(truth[part].mean() - said[part].mean()))
            for part in np.array_split(order, BINS)
            if len(part)
        )
    )


def _brier(truth: Array, said: Array) -> float:
    return float(((truth - said) ** 2).mean())


def _interval(score: Callable[[Any], float], kept: Sequence[dict[str, Any]]) -> list[float]:
    """95 % bootstrap interval over papers (1,000 draws, seed 0)."""
    groups: dict[str, list[int]] = {}
    for at, row in enumerate(kept):
        groups.setdefault(row["paper_id"], []).append(at)
    members, draw = list(groups.values()), random.Random(0)
    scores = []
    for _ in range(1000):
        chosen = [at for group in draw.choices(members, k=len(members)) for at in group]
        scores.append(score(np.array(chosen)))
    return [round(float(value), 3) for value in np.percentile(scores, [2.5, 97.5])]


def _reliability(truth: Array, said: Array, chosen: Sequence[bool]) -> dict[str, Any]:
    keep = np.array(chosen)
    return {
        "outcomes": int(keep.sum()),
        "agreed": round(float(truth[keep].mean()), 3),
        "confidence": round(float(said[keep].mean()), 3),
    }


def domain(data: Path) -> dict[str, Any]:
    """The centroid of the libraries, and the least cosine to it: halfway from the lowest of theirs to the highest other."""
    ours = [_vectors(data / name) for name in LIBRARIES]
    centroid = np.round(np.vstack([block for library in ours for block in library]).mean(axis=0), 4)
    near = [cosine for library in ours for cosine in _made_reviews(library, centroid)]
    far = [cosine for name in OTHERS for cosine in _made_reviews(_vectors(data / name), centroid)]
    planted: dict[str, list[str]] = {}
    for work in read_rows(PLANTED.parent, PLANTED.name):
        planted.setdefault(work["domain"], []).append(work["abstract"])
    small = {
        name: [_cosine(_embedded([text])[0], centroid) for text in texts] for name, texts in planted.items()
    }
    others = {name: _range(values) for name, values in small.items() if name != "nlp"}
    highest = max([*far, *(row["highest"] for row in others.values())])
    return {
        "centroid": [float(value) for value in centroid],
        "least_cosine": round((min(near) + highest) / 2, 3),
        "cosines": {
            "reviews of the libraries": _range(near),
            "planted nlp": _range(small["nlp"]),
            "reviews of scifact": _range(far),
            **{f"planted {name}": row for name, row in others.items()},
        },
    }


def _vectors(path: Path) -> list[Array]:
    """Sentence vectors of a seeded sample of a library's abstracts, one block an abstract."""
    raw = path.read_bytes()
    lines = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8").split("\n")
    records = [json.loads(line) for line in lines if line]
    abstracts = [record.get("abstract") or "" for record in random.Random(0).sample(records, ABSTRACTS)]
    return _embedded([" ".join(text) if isinstance(text, list) else text for text in abstracts])


def _embedded(abstracts: Sequence[str]) -> list[Array]:
    """Sentence vectors (n x 384) of each abstract that has a sentence."""
    texts = [stored(abstract) for abstract in abstracts]
    split = [found for text in texts if (found := [text[start:end] for start, end in sentences(text)])]
    flat = iter(Embedder(threads=1).embed([sentence for found in split for sentence in found]))
    return [np.array([next(flat) for _ in found], dtype=float) for found in split]


def _made_reviews(library: Sequence[Array], centroid: Array) -> list[float]:
    """Cosines to the centroid of made reviews: an abstract and the GROUP - 1 nearest to it, as a question finds them."""
    means = np.array([block.mean(axis=0) for block in library])
    units = means / np.linalg.norm(means, axis=1, keepdims=True)
    found = []
    for at in random.Random(1).sample(range(len(library)), GROUPS):
        nearest = np.argsort(-(units @ units[at]), kind="stable")[:GROUP]
        centre = np.vstack([library[place] for place in nearest]).mean(axis=0)
        found.append(_cosine(centre[None], centroid))
    return found


def _cosine(vectors: Array, centroid: Array) -> float:
    """Cosine of the mean of sentence vectors to the centroid."""
    centre = vectors.mean(axis=0)
    return float(centre @ centroid / np.linalg.norm(centre) / np.linalg.norm(centroid))


def _range(cosines: Sequence[float]) -> dict[str, float]:
    return {
        "lowest": round(min(cosines), 3),
        "median": round(float(np.median(cosines)), 3),
        "highest": round(max(cosines), 3),
    }


def note(measured: dict[str, Any]) -> str:
    """The sentence that the report prints, from what was measured."""
    fresh = measured["fresh"]
    crossed = f"calibration error {measured['ece']:.2f} in cross-validation"
    later = (
        f", {fresh['ece']:.2f} on {fresh['outcomes']} outcomes labelled after the features were chosen"
        if fresh
        else ""
    )
    return (
        f"Confidence is calibrated on {measured['outcomes']} printed outcomes from abstracts on {NAME}, labelled by one "
        f"model-assisted reader (self-consistency {measured['self_consistency']:.2f} on {measured['read_twice']} read "
        f"twice); {crossed}{later}"
    )


if __name__ == "__main__":
    main()
