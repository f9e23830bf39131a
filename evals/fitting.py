"""What the scripts in `evals/train` share: reading data, fitting a linear model, writing it down.

Fitting needs scikit-learn (extra `train`), which is imported only then.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..tools.linear_model import Array, LinearModel

__all__ = [
    "as_model",
    "asked",
    "asked_with_work",
    "file_hashes",
    "fit_linear",
    "fit_temperature",
    "read_rows",
    "write_weights",
]

PLACES = 6


def asked(doc: str | None, out: Path) -> tuple[Path, Path]:
    """The data folder and the file to write, from the command line of a script: `--data` (or ASSIGNEE_DATA), `--out`."""
    given = _given(_parser(doc, out))
    return Path(given.data), given.out


def asked_with_work(doc: str | None, out: Path) -> tuple[Path, Path | None, Path]:
    """As `asked`, with the folder between them in which `fit_nli.py` left its held-out models: `--work`."""
    parser = _parser(doc, out)
    parser.add_argument("--work", type=Path, help="where fit_nli.py left its held-out models")
    given = _given(parser)
    return Path(given.data), given.work, given.out


def _parser(doc: str | None, out: Path) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(doc or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=os.environ.get("ASSIGNEE_DATA"))
    parser.add_argument("--out", type=Path, default=out)
    return parser


def _given(parser: argparse.ArgumentParser) -> argparse.Namespace:
    arguments = parser.parse_args()
    if arguments.data is None:
        parser.error("--data or ASSIGNEE_DATA must name the data folder")
    return arguments


def read_rows(data: Path, name: str) -> list[dict[str, Any]]:
    """The records of a JSONL file of the data folder, in order."""
    with (data / name).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def file_hashes(data: Path, names: Iterable[str]) -> dict[str, str]:
    """SHA-256 of each file, by its name inside the data folder."""
    return {name: hashlib.sha256((data / name).read_bytes()).hexdigest() for name in sorted(names)}


def fit_linear(
    rows: Array,
    labels: Sequence[str],
    classes: Sequence[str],
    features: Sequence[str],
    weights: Array | None = None,
    strength: float = 1.0,
) -> dict[str, Any]:
    """Multinomial logistic regression (L2, `strength` is sklearn's C) as plain data, rounded to 6 places."""
    from sklearn.linear_model import LogisticRegression

    mean, scale = rows.mean(axis=0), rows.std(axis=0)
    scale[scale < 1e-9] = 1.0
    fitted = LogisticRegression(C=strength, solver="newton-cholesky", max_iter=200, tol=1e-8)
    fitted.fit((rows - mean) / scale, np.asarray(labels), sample_weight=weights)
    order = [list(fitted.classes_).index(name) for name in classes] if len(classes) > 2 else None
    if order is None:  # two classes: one row of coefficients, for the class that sorts last
        sign = 1.0 if fitted.classes_[1] == classes[1] else -1.0
        coefficients = np.vstack([np.zeros(rows.shape[1]), sign * fitted.coef_[0]])
        intercepts = np.array([0.0, sign * fitted.intercept_[0]])
    else:
        coefficients, intercepts = fitted.coef_[order], fitted.intercept_[order]
    return {
        "features": list(features),
        "classes": list(classes),
        "mean": _rounded(mean),
        "scale": _rounded(scale),
        "coefficients": [_rounded(row) for row in coefficients],
        "intercepts": _rounded(intercepts),
        "temperature": 1.0,
        "thresholds": {},
        "measured": {},
    }


def as_model(data: dict[str, Any]) -> LinearModel:
    """The fitted data as the model that the package will load."""
    return LinearModel(
        features=tuple(data["features"]),
        classes=tuple(data["classes"]),
        mean=np.array(data["mean"]),
        scale=np.array(data["scale"]),
        coefficients=np.array(data["coefficients"]),
        intercepts=np.array(data["intercepts"]),
        temperature=data["temperature"],
        thresholds=data["thresholds"],
        measured=data["measured"],
    )


def fit_temperature(logits: Array, truth: Sequence[int], weights: Array) -> float:
    """The temperature with the least weighted log loss on held-out logits, on a fine grid (Guo et al., 2017)."""

    def loss(temperature: float) -> float:
        scores = logits / temperature
        scores = scores - scores.max(axis=1, keepdims=True)
        logs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        return float(-(weights * logs[np.arange(len(truth)), list(truth)]).sum())

    return round(float(min(np.exp(np.linspace(np.log(0.3), np.log(5.0), 281)), key=loss)), 3)


def write_weights(path: Path, data: dict[str, Any]) -> None:
    """Write the weights file with one list of numbers a line, so that differences can be read."""
    text = json.dumps(data, indent=1, ensure_ascii=False)
    path.write_text(_flat_lists(text) + "\n", encoding="utf-8")


def _flat_lists(text: str) -> str:
    """Put lists of numbers or short strings on one line."""
    return re.sub(
        r"\[\s+([^\[\]{}]*?)\s+\]", lambda found: "[" + re.sub(r"\s*\n\s*", " ", found[1]) + "]", text
    )


def _rounded(values: Array) -> list[float]:
    return [round(float(value), PLACES) for value in values]
