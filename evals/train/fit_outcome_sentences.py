"""Fit `agents/weights/outcome_sentences.json`: which sentences of a full text state its outcomes.

    python evals/train/fit_outcome_sentences.py --data DIR [--out FILE]

Fitted on ACLSum train (MIT / CC BY 4.0; 100 papers: abstract, introduction, conclusion), the threshold chosen by
cross-validation over its papers; ACLSum val (50 papers) is measured. Deterministic.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import average_precision_score, f1_score, precision_recall_fscore_support

from assignee.agents.outcome_sentences import OUTCOME_FEATURES, rows
from assignee.evals.abstract_sets import FILES, detokenised
from assignee.evals.fitting import as_model, asked, file_hashes, fit_linear, read_rows, write_weights
from assignee.tools.linear_model import Array

OUT = Path(__file__).resolve().parents[2] / "agents" / "weights" / "outcome_sentences.json"
KINDS = ("rest", "outcome")
FOLDS, STRENGTH = 10, 0.1


def main() -> None:
    data, out = asked(__doc__, OUT)
    weights = fit(data)
    write_weights(out, weights)
    print(weights["outcome"]["thresholds"], weights["outcome"]["measured"])


def fit(data: Path) -> dict[str, Any]:
    """The weights file as data, with figures and the hashes of what it was fitted and measured on."""
    train, flags, papers = _papers(data, "aclsum_train")
    held_out = np.zeros(len(flags))
    for fold in range(FOLDS):
        inside = papers % FOLDS == fold
        part = _fitted(train[~inside], flags[~inside])
        held_out[inside] = as_model(part).probabilities(train[inside])[:, 1]
    lines = [place / 100 for place in range(10, 91)]
    line = max(lines, key=lambda line: float(f1_score(flags, held_out >= line)))
    outcome = _fitted(train, flags)
    outcome["thresholds"] = {"outcome": line}
    other, truth, _ = _papers(data, "aclsum_val")
    outcome["measured"] = {
        "cross_validation": _figures(flags, held_out, line),
        "aclsum_val": _figures(truth, as_model(outcome).probabilities(other)[:, 1], line),
    }
    return {
        "script": "evals/train/fit_outcome_sentences.py",
        "fitted_on": [FILES["aclsum_train"]],
        "sha256": file_hashes(data, [FILES["aclsum_train"], FILES["aclsum_val"]]),
        "outcome": outcome,
    }


def _fitted(found: Array, flags: Array) -> dict[str, Any]:
    return fit_linear(found, [KINDS[flag] for flag in flags], KINDS, OUTCOME_FEATURES, strength=STRENGTH)


def _papers(data: Path, name: str) -> tuple[Array, Array, Array]:
    """Feature rows, outcome flags and the number of the paper, for each sentence."""
    blocks, flags, papers = [], [], []
    for number, paper in enumerate(read_rows(data, FILES[name])):
        marked = paper["sentences"]
        blocks.append(rows([detokenised(row["text"]) for row in marked], [row["sec"] for row in marked]))
        flags += [int(row["outcome"]) for row in marked]
        papers += [number] * len(marked)
    return np.vstack(blocks), np.array(flags), np.array(papers)


def _figures(truth: Array, chances: Array, line: float) -> dict[str, Any]:
    figures = precision_recall_fscore_support(truth, chances >= line, average="binary")
    return {
        "sentences": len(truth),
        **{
            key: round(float(value), 3)
            for key, value in zip(("precision", "recall", "f1"), figures, strict=False)
        },
        "ap": round(float(average_precision_score(truth, chances)), 3),
    }


if __name__ == "__main__":
    main()
