"""Fit `agents/weights/claim_sentences.json` and `claim_wording.json`: which sentences of an abstract are findings.

    python evals/train/fit_claim_sentences.py --data DIR [--out FOLDER]

"finding" and "roles": one linear model each over cues and places. "concluded", what authors claim in the end, has two
stages, fitted twice: a linear model over word groups scores each sentence alone; a second one reads cues, the place in
the abstract, and the scores of the neighbours. Fitted on CSAbstruct and on abstracts with headings, the two label 6,000
abstracts that nobody labelled; those teach the first stage what its words can tell of what the place gave away; then
the second is fitted again. Scores that the second stage learns from are out of fold. The sets are described in
`evals/abstract_sets.py`. Deterministic; about two minutes on a core.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, f1_score, precision_recall_fscore_support

from assignee.evals.abstract_sets import FILES, Abstract, aclsum, claims, csabstruct, structured, unlabelled
from assignee.evals.fitting import as_model, asked, file_hashes, fit_linear, write_weights
from assignee.tools.claim_context import CONTEXT, Wording, context, grams
from assignee.tools.claim_features import FEATURES, features, relative_positions
from assignee.tools.linear_model import Array

OUT = Path(__file__).resolve().parents[2] / "agents" / "weights"
FITTED = ("csabstruct_train", "aclsum_train", "aclsum_val", "corpus", "anthology")
MEASURED = ("csabstruct_dev", "claim_validation", "claim_train")
ROLES = ("background", "objective", "method", "result", "other")
KINDS = ("rest", "finding")
Places = NDArray[np.int64]
FOLDS, RAREST, KEPT, STRENGTH, ANTHOLOGY = 4, 15, 6000, 0.05, 2000


def main() -> None:
    data, out = asked(__doc__, OUT)
    wording, weights = fit(data)
    text = json.dumps(wording, indent=0, ensure_ascii=False)
    (out / "claim_wording.json").write_text(text + "\n", encoding="utf-8")
    write_weights(out / "claim_sentences.json", weights)
    print("alone", wording["threshold"], json.dumps(wording["measured"], indent=1))
    for part in ("concluded", "finding", "roles"):
        print(part, weights[part]["thresholds"], json.dumps(weights[part]["measured"], indent=1))


def fit(data: Path, every: int = 1) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both weights files as data; `every` fits "concluded" on each so-manieth abstract and measures on one set only."""
    labelled = [*structured(data)[::every], *csabstruct(data, "train")[::every]]
    spare = unlabelled(data, ANTHOLOGY)[::every]
    stage = _Wordings(labelled, spare)
    teacher = _concluded(labelled, stage.out_of_fold(None))
    taught = _chances(teacher, spare, stage.whole(None))
    held_out, whole = stage.out_of_fold(taught), stage.whole(taught)
    concluded = _concluded(labelled, held_out)
    sets = MEASURED if every == 1 else MEASURED[:1]
    concluded["measured"] = _measure(
        data, sets, lambda texts: _chances(concluded, texts, whole), concluded["thresholds"]["finding"]
    )
    line = _best_threshold(_odds(held_out), np.array([flag for each in labelled for flag in each.findings]))
    shared = {
        "script": "evals/train/fit_claim_sentences.py",
        "fitted_on": sorted(FILES[name] for name in FITTED),
        "sha256": file_hashes(data, [FILES[name] for name in (*FITTED, *MEASURED)]),
    }
    wording = {
        **shared,
        "threshold": line,
        "measured": _measure(data, sets, lambda texts: _odds(whole.scores(_flat(texts))), line),
        "intercept": whole.intercept,
        "grams": whole.weights,
    }
    cues = _cues([each.texts for each in csabstruct(data, "train")])
    finding, roles = _finding(data, cues, sets), _roles(data, cues)
    return wording, {**shared, "finding": finding, "concluded": concluded, "roles": roles}


class _Wordings:
    """Fits the first stage on the labelled abstracts, and on unlabelled ones where their chances are given."""

    def __init__(self, labelled: Sequence[Abstract], spare: Sequence[Sequence[str]]) -> None:
        own, other = _flat([abstract.texts for abstract in labelled]), _flat(spare)
        counts: Counter[str] = Counter()
        for text in (*own, *other):
            counts.update(set(grams(text)))
        self._names = sorted(name for name, count in counts.items() if count >= RAREST)
        self._at = {name: at for at, name in enumerate(self._names)}
        self._own, self._other = self._rows(own), self._rows(other)
        self._truth = np.array([flag for abstract in labelled for flag in abstract.findings], np.float64)
        self._weights = np.array([weight for abstract in labelled for weight in abstract.weights])
        self._texts = own
        self._fold = np.array(
            [at % FOLDS for at, abstract in enumerate(labelled) for _ in abstract.texts], np.int64
        )

    def out_of_fold(self, taught: Array | None) -> Array:
        """The score of every labelled sentence from a model that did not see its abstract."""
        scores = np.zeros(len(self._texts))
        for fold in range(FOLDS):
            at = np.flatnonzero(self._fold == fold)
            model = self._fit(np.flatnonzero(self._fold != fold).astype(np.int64), taught)
            scores[at] = model.scores([self._texts[place] for place in at])
        return scores

    def whole(self, taught: Array | None) -> Wording:
        """The model of all abstracts."""
        return self._fit(np.arange(len(self._texts), dtype=np.int64), taught)

    def _fit(self, at: Places, taught: Array | None) -> Wording:
        rows, truth, weights = [self._own[at]], [self._truth[at]], [self._weights[at]]
        if (
            taught is not None
        ):  # each sentence once as a finding and once as none, by its chance of being either
            ones = np.ones(len(taught))
            rows += [self._other, self._other]
            truth += [ones, 0 * ones]
            weights += [taught, 1 - taught]
        fitted = LogisticRegression(C=STRENGTH, solver="liblinear", random_state=0, tol=1e-5)
        fitted.fit(vstack(rows).tocsr(), np.concatenate(truth), sample_weight=np.concatenate(weights))
        values = fitted.coef_[0]
        kept = sorted(np.argsort(-np.abs(values), kind="stable")[:KEPT])
        return Wording(
            {self._names[place]: round(float(values[place]), 4) for place in kept},
            round(float(fitted.intercept_[0]), 4),
        )

    def _rows(self, texts: Sequence[str]) -> csr_matrix:
        places, starts = [], [0]
        for text in texts:
            places += sorted({self._at[gram] for gram in grams(text) if gram in self._at})
            starts.append(len(places))
        return csr_matrix((np.ones(len(places)), places, starts), (len(texts), len(self._names)))


def _concluded(labelled: Sequence[Abstract], scores: Array) -> dict[str, Any]:
    """The second stage as data, with the threshold that gives the largest F1 on what it was fitted on."""
    rows = _second([abstract.texts for abstract in labelled], scores)
    return _with_threshold(rows, labelled, (*FEATURES, *CONTEXT))


def _finding(data: Path, cues: Array, sets: Sequence[str]) -> dict[str, Any]:
    """The model of findings, from CSAbstruct (its `cues`) and the abstracts of ACLSum."""
    others = [*aclsum(data, "train"), *aclsum(data, "val")]
    rows = np.vstack([cues, _cues([each.texts for each in others])])
    finding = _with_threshold(rows, [*csabstruct(data, "train"), *others], FEATURES)
    finding["measured"] = _measure(
        data,
        sets,
        lambda texts: as_model(finding).probabilities(_cues(texts))[:, 1],
        finding["thresholds"]["finding"],
    )
    return finding


def _with_threshold(rows: Array, labelled: Sequence[Abstract], names: Sequence[str]) -> dict[str, Any]:
    flags = np.array([flag for abstract in labelled for flag in abstract.findings])
    weights = np.array([weight for abstract in labelled for weight in abstract.weights])
    data = fit_linear(rows, [KINDS[flag] for flag in flags.astype(int)], KINDS, names, weights)
    data["thresholds"] = {"finding": _best_threshold(as_model(data).probabilities(rows)[:, 1], flags)}
    return data


def _cues(texts: Sequence[Sequence[str]]) -> Array:
    return np.vstack([features(group, relative_positions(len(group))) for group in texts])


def _second(texts: Sequence[Sequence[str]], scores: Array) -> Array:
    """Cues, places and the neighbours' wording; `scores` of all sentences of all texts, in order."""
    ends = np.cumsum([len(group) for group in texts])
    around = [context(part) for part in np.split(scores, ends[:-1])]
    return np.hstack([_cues(texts), np.vstack(around)])


def _chances(concluded: dict[str, Any], texts: Sequence[Sequence[str]], wording: Wording) -> Array:
    found: Array = as_model(concluded).probabilities(_second(texts, wording.scores(_flat(texts))))[:, 1]
    return found


def _flat(texts: Sequence[Sequence[str]]) -> list[str]:
    return [text for group in texts for text in group]


def _odds(scores: Array) -> Array:
    found: Array = 1 / (1 + np.exp(-scores))
    return found


def _measure(
    data: Path, sets: Sequence[str], chances_of: Callable[[list[tuple[str, ...]]], Array], line: float
) -> dict[str, Any]:
    """Figures on sets that were not fitted on, from the probabilities of all sentences of the given abstracts."""
    measured: dict[str, Any] = {}
    for name in sets:
        found = (
            csabstruct(data, "dev") if name == "csabstruct_dev" else claims(data, name.removeprefix("claim_"))
        )
        chances = chances_of([abstract.texts for abstract in found])
        measured[name] = _figures(found, chances, line, 0.0)
        if name == "csabstruct_dev":  # the sentences on which more than 60 % of the annotators agree
            measured["csabstruct_dev_agreed"] = _figures(found, chances, line, 0.36)
    return measured


def _figures(found: Sequence[Abstract], chances: Array, line: float, agreement: float) -> dict[str, Any]:
    keep = np.array([weight > agreement for abstract in found for weight in abstract.weights])
    truth = np.array([flag for abstract in found for flag in abstract.findings])[keep]
    figures = precision_recall_fscore_support(truth, chances[keep] >= line, average="binary")
    return {
        "sentences": int(keep.sum()),
        **{
            key: round(float(value), 3)
            for key, value in zip(("precision", "recall", "f1"), figures, strict=False)
        },
        "ap": round(float(average_precision_score(truth, chances[keep])), 3),
    }


def _roles(data: Path, rows: Array) -> dict[str, Any]:
    """The model of roles, from CSAbstruct (its cues are `rows`) only."""
    train, dev = csabstruct(data, "train"), csabstruct(data, "dev")
    weights = np.array([weight for each in train for weight in each.weights])
    roles = fit_linear(rows, [role for each in train for role in each.roles], ROLES, FEATURES, weights)
    seen = _cues([each.texts for each in dev])
    said = [ROLES[at] for at in as_model(roles).probabilities(seen).argmax(axis=1)]
    truth = [role for each in dev for role in each.roles]
    scores = f1_score(truth, said, labels=ROLES, average=None)
    roles["measured"] = {
        "csabstruct_dev": {
            "sentences": len(truth),
            "accuracy": round(float(np.mean(np.array(said) == np.array(truth))), 3),
            "macro_f1": round(float(scores.mean()), 3),
            "f1": {name: round(float(value), 3) for name, value in zip(ROLES, scores, strict=True)},
        }
    }
    return roles


def _best_threshold(chances: Array, truth: Array) -> float:
    lines = [place / 100 for place in range(10, 91)]
    return max(lines, key=lambda line: float(f1_score(truth, chances >= line)))


if __name__ == "__main__":
    main()
