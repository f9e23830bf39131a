"""Fit `agents/weights/claim_sentences.json`: which sentences of an abstract are findings, and which role each has.

    python evals/train/fit_claim_sentences.py --data DIR [--out FILE]

Weights come from CSAbstruct (Apache-2.0) and ACLSum (MIT / CC BY 4.0) only. The claim sentences of the data folder
state no licence: they are read to measure, never to fit. Deterministic.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import f1_score, precision_recall_fscore_support

from assignee.evals.fitting import as_model, asked, file_hashes, fit_linear, read_rows, write_weights
from assignee.tools.claim_features import FEATURES, features, relative_positions
from assignee.tools.linear_model import Array

OUT = Path(__file__).resolve().parents[2] / "agents" / "weights" / "claim_sentences.json"
FITTED = ("sent_csabstruct_train", "aclsum_train", "aclsum_val")
MEASURED = ("sent_csabstruct_dev", "sent_claim_validation")
ROLES = ("background", "objective", "method", "result", "other")
KINDS = ("rest", "finding")


def main() -> None:
    data, out = asked(__doc__, OUT)
    weights = fit(data)
    write_weights(out, weights)
    for part in ("finding", "roles"):
        print(part, weights[part]["measured"])


def fit(data: Path) -> dict[str, Any]:
    """Both models with thresholds, figures and the hashes of what they were fitted and measured on."""
    rows, records = _abstracts(_csabstruct(data, "train"))
    outcome_rows, outcomes = _abstracts(_aclsum(data))
    # the share of CSAbstruct's annotators behind a label, squared, is its weight
    weight = np.array([record["weight"] for record in records]) ** 2
    finding = fit_linear(
        np.vstack([rows, outcome_rows]),
        [record["kind"] for record in records + outcomes],
        KINDS,
        FEATURES,
        np.concatenate([weight, np.ones(len(outcomes))]),
    )
    scores = as_model(finding).probabilities(np.vstack([rows, outcome_rows]))[:, 1]
    finding["thresholds"] = {"finding": _best_threshold(scores, [r["kind"] for r in records + outcomes])}
    finding["measured"] = _measure_finding(data, finding)
    roles = fit_linear(rows, [record["role"] for record in records], ROLES, FEATURES, weight)
    roles["measured"] = _measure_roles(data, roles)
    names = [f"extraction/{name}.jsonl" for name in (*FITTED, *MEASURED)]
    return {
        "script": "evals/train/fit_claim_sentences.py",
        "fitted_on": [f"extraction/{name}.jsonl" for name in FITTED],
        "sha256": file_hashes(data, names),
        "finding": finding,
        "roles": roles,
    }


def _measure_finding(data: Path, finding: dict[str, Any]) -> dict[str, Any]:
    line = finding["thresholds"]["finding"]
    measured: dict[str, Any] = {}
    dev, claims = _abstracts(_csabstruct(data, "dev")), _abstracts(_claims(data))
    for name, (rows, found), agreement in (
        ("csabstruct_dev", dev, 0.0),
        ("csabstruct_dev_agreed", dev, 0.6),  # the sentences on which more than 60 % of the annotators agree
        ("claim_validation", claims, 0.0),
    ):
        keep = np.array([record["weight"] > agreement for record in found])
        truth = np.array([record["kind"] == "finding" for record in found])[keep]
        said = as_model(finding).probabilities(rows)[keep, 1] >= line
        precision, recall, score, _ = precision_recall_fscore_support(truth, said, average="binary")
        measured[name] = {
            "sentences": int(keep.sum()),
            "precision": round(float(precision), 3),
            "recall": round(float(recall), 3),
            "f1": round(float(score), 3),
        }
    return measured


def _measure_roles(data: Path, roles: dict[str, Any]) -> dict[str, Any]:
    rows, records = _abstracts(_csabstruct(data, "dev"))
    said = [ROLES[at] for at in as_model(roles).probabilities(rows).argmax(axis=1)]
    truth = [record["role"] for record in records]
    each = f1_score(truth, said, labels=ROLES, average=None)
    return {
        "csabstruct_dev": {
            "sentences": len(truth),
            "accuracy": round(float(np.mean(np.array(said) == np.array(truth))), 3),
            "macro_f1": round(float(each.mean()), 3),
            "f1": {name: round(float(value), 3) for name, value in zip(ROLES, each, strict=True)},
        }
    }


def _best_threshold(scores: Array, kinds: list[str]) -> float:
    truth = np.array([kind == "finding" for kind in kinds])
    lines = [place / 100 for place in range(10, 91)]
    return max(lines, key=lambda line: float(f1_score(truth, scores >= line)))


def _abstracts(records: list[dict[str, Any]]) -> tuple[Array, list[dict[str, Any]]]:
    """Feature rows of the records, which are grouped by abstract so that positions can be known."""
    groups: dict[Any, list[dict[str, Any]]] = {}
    for record in records:
        groups.setdefault(record["abstract"], []).append(record)
    blocks = [
        features([r["text"] for r in group], relative_positions(len(group))) for group in groups.values()
    ]
    return np.vstack(blocks), [record for group in groups.values() for record in group]


def _csabstruct(data: Path, split: str) -> list[dict[str, Any]]:
    return [
        {
            "abstract": row["abstract_id"],
            "text": row["sentence"],
            "role": row["label"],
            "kind": "finding" if row["label"] == "result" else "rest",
            "weight": row["conf"],
        }
        for row in read_rows(data, f"extraction/sent_csabstruct_{split}.jsonl")
    ]


def _aclsum(data: Path) -> list[dict[str, Any]]:
    return [
        {
            "abstract": paper["id"],
            "text": _detokenised(row["text"]),
            "kind": KINDS[row["outcome"]],
            "weight": 1.0,
        }
        for name in ("aclsum_train", "aclsum_val")
        for paper in read_rows(data, f"extraction/{name}.jsonl")
        for row in paper["sentences"]
        if row["sec"] == "abstract"
    ]


def _claims(data: Path) -> list[dict[str, Any]]:
    return [
        {"abstract": row["paper_id"], "text": row["sentence"], "kind": KINDS[row["label"]], "weight": 1.0}
        for row in read_rows(data, "extraction/sent_claim_validation.jsonl")
    ]


def _detokenised(text: str) -> str:
    """ACLSum sets spaces around marks: "( QA ) ." becomes "(QA)."."""
    return re.sub(r"\s+([,.;:!?)\]%])", r"\1", re.sub(r"([(\[])\s+", r"\1", text))


if __name__ == "__main__":
    main()
