"""Fit `agents/weights/claim_check.json`: which abstracts bear on a claim, and which of their sentences decide it?

    python evals/train/fit_claim_check.py --data DIR [--work DIR] [--out FILE]

Fitted on SciFact's training claims over its corpus (CC BY 4.0, ODC-By), by five-fold cross-validation over claims.

candidate: an abstract proposed by the index has evidence on the claim. No checker in it.
judged: the same, from the candidate model's held-out logit and what the pair checker says. Three coefficients and two
  lines. The checker's cross-encoder was trained on these claims, so each claim is judged by the held-out model of its
  fold that `fit_nli.py` left in `--work`; without `--work` by the seats that were not.
sentence: a sentence of an abstract with evidence stands in a rationale.

Deterministic; embeds the corpus first (kept under ASSIGNEE_HOME).
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from sklearn.model_selection import GroupKFold

from assignee.agents import pair_encoder
from assignee.agents.claim_check import ClaimCheck
from assignee.agents.claim_check_features import (
    CANDIDATE,
    JUDGED,
    SENTENCE,
    candidate_rows,
    judged_row,
    sentence_rows,
)
from assignee.agents.pair_checker import Pair, PairChecker
from assignee.agents.pair_reading import cleaned, read
from assignee.agents.pair_seat import Probs
from assignee.evals.fitting import as_model, asked_with_work, file_hashes, fit_linear, write_weights
from assignee.evals.scifact_data import GoldClaim, ScifactSet, read_set
from assignee.evals.scifact_metrics import Named, claim_counts, scores
from assignee.settings import Settings
from assignee.tools.linear_model import Array
from assignee.tools.nli_encoder import CrossEncoder
from assignee.tools.toolbox import Toolbox

OUT = Path(__file__).resolve().parents[2] / "agents" / "weights" / "claim_check.json"
FILES = ("scifact/claims_train.jsonl", "scifact/corpus.jsonl")
FOLDS = 5
LINES = np.linspace(0.02, 0.98, 97)
_FLOOR, UNSEEN = -4.0, -9.0  # of a candidate's logit: below the one no checker could save it
_JUDGE_FLOOR = 0.95  # share of the evidence abstracts that must get as far as the checker


@dataclass(frozen=True)
class Proposed:
    """A document proposed for a claim, or given with it."""

    claim: int
    document: str
    row: Array | None  # None: not proposed, only given
    label: str  # SUPPORT, REFUTE, or NEI for no evidence
    given: bool


def main() -> None:
    data, work, out = asked_with_work(__doc__, OUT)
    gold = read_set(*(data / name for name in FILES))
    with Toolbox.open(Settings.from_env()) as box:
        weights = fit(gold, box, work)
    head = {"script": "evals/train/fit_claim_check.py", "sha256": file_hashes(data, FILES)}
    write_weights(out, {**head, **weights})
    for part, model in weights.items():
        print(part, model["thresholds"], model["measured"])


def fit(gold: ScifactSet, box: Toolbox, work: Path | None) -> dict[str, Any]:
    """The three models with their lines and figures."""
    proposed = _proposed(gold, box)
    candidate, logits = _candidate(gold, proposed)
    sentence = _sentence(gold)
    wanted = [at for at, each in enumerate(proposed) if each.given or logits.get(at, UNSEEN) >= _FLOOR]
    pairs = {
        at: Pair(gold.claims[proposed[at].claim].claim, gold.corpus[proposed[at].document].sentences)
        for at in wanted
    }
    judged = _judged(gold, proposed, logits, _said(pairs, work))
    return {"candidate": candidate, "judged": judged, "sentence": sentence}


def _said(pairs: dict[int, Pair], work: Path | None) -> dict[int, Probs]:
    """What the checker says of each pair, each claim read by the cross-encoder of the fold that did not see it."""
    if work is None:
        seats = [name for name in PairChecker("stance").seats if name != "cross_encoder"]
        return _judge(PairChecker("stance", seats), pairs)
    folds = json.loads((work / "folds.json").read_text(encoding="utf-8"))
    found: dict[int, Probs] = {}
    for fold in sorted({int(at) for at in folds.values()}):
        model = CrossEncoder(folder=work / f"fold{fold}")
        part = {at: pair for at, pair in pairs.items() if folds.get(cleaned(pair.claim), 0) == fold}
        print(f"fold {fold}: {len(part)} pairs", file=sys.stderr, flush=True)
        with patch.object(
            pair_encoder, "_model", return_value=model
        ):  # the one function that gives the seat its model
            found |= _judge(PairChecker("stance"), part)
    return found


def _judge(checker: PairChecker, pairs: dict[int, Pair]) -> dict[int, Probs]:
    said = zip(pairs, checker.judge(list(pairs.values())), strict=True)
    return {at: each.probs for at, each in said if each.probs is not None}


def _proposed(gold: ScifactSet, box: Toolbox) -> list[Proposed]:
    check = ClaimCheck(gold.corpus, box, lambda pairs: [])
    found = []
    for at, claim in enumerate(gold.claims):
        if at % 100 == 0:
            print(f"claims searched: {at} of {len(gold.claims)}", file=sys.stderr, flush=True)
        candidates = check.candidates(claim.claim)
        readings = read([Pair(claim.claim, each.document.sentences) for each in candidates])
        for each, row in zip(candidates, candidate_rows(candidates, readings), strict=True):
            name = each.document.id
            found.append(Proposed(at, name, row, _label(claim, name), name in claim.documents))
        names = {each.document.id for each in candidates}
        found += [
            Proposed(at, name, None, _label(claim, name), True)
            for name in claim.documents
            if name not in names
        ]
    return found


def _label(claim: GoldClaim, document: str) -> str:
    return claim.evidence[document].label if document in claim.evidence else "NEI"


def _candidate(gold: ScifactSet, proposed: list[Proposed]) -> tuple[dict[str, Any], dict[int, float]]:
    """The model and the held-out logit of each proposed row, by its place in `proposed`."""
    places = [at for at, each in enumerate(proposed) if each.row is not None]
    rows = np.array([proposed[at].row for at in places])
    labels = np.array(["evidence" if proposed[at].label != "NEI" else "rest" for at in places])
    model, logits = _crossed(rows, labels, [proposed[at].claim for at in places], CANDIDATE, 0.03)
    chances = 1 / (1 + np.exp(-logits))
    evidence = labels == "evidence"
    model["thresholds"] = {"judge": round(float(np.quantile(chances[evidence], 1 - _JUDGE_FLOOR)), 4)}
    wanted = sum(len(claim.evidence) for claim in gold.claims)
    model["measured"] = {
        "cross_validation": {
            "proposed": len(places),
            "evidence_proposed": round(int(evidence.sum()) / wanted, 3),
            "average_precision": round(_average_precision(evidence, logits), 3),
            "judged_per_claim": round(
                float((chances >= model["thresholds"]["judge"]).sum() / len(gold.claims)), 2
            ),
        }
    }
    return model, dict(zip(places, logits.tolist(), strict=True))


def _sentence(gold: ScifactSet) -> dict[str, Any]:
    rows, spans = [], []
    labels: list[str] = []
    claims: list[int] = []
    for at, claim in enumerate(gold.claims):
        for name, held in claim.evidence.items():
            document = gold.corpus[name]
            [reading] = read([Pair(claim.claim, document.sentences)])
            block = sentence_rows(reading, document.sentences)
            inside = {number for part in held.rationales for number in part}
            spans.append((at, name, len(labels)))
            rows.append(block)
            labels += ["rationale" if number in inside else "rest" for number in range(len(block))]
            claims += [at] * len(block)
    model, logits = _crossed(np.vstack(rows), np.array(labels), claims, SENTENCE, 0.1)
    chances = 1 / (1 + np.exp(-logits))
    best: tuple[float, float, dict[str, Any]] = (-1.0, 0.0, {})
    for line in LINES[LINES < 0.5]:
        counts = np.zeros(8, np.int64)
        for at, name, start in spans:
            held, size = gold.claims[at].evidence[name], len(gold.corpus[name].sentences)
            named = _named(chances[start : start + size], float(line))
            counts += claim_counts({name: held}, {name: Named(held.label, named)})
        told = scores(counts)
        # What is wanted is a rationale that is whole; the number of sentences named is the price.
        worth = told["abstract_rationalized"]["f1"] + told["sentence_selection"]["f1"]
        if worth > best[0]:
            best = (worth, float(line), {name: round(each["f1"], 3) for name, each in told.items()})
    model["thresholds"] = {"name": round(best[1], 2)}
    model["measured"] = {"cross_validation": best[2]}
    return model


def _judged(
    gold: ScifactSet, proposed: list[Proposed], logits: dict[int, float], said: dict[int, Probs]
) -> dict[str, Any]:
    opened = [at for at in said if at in logits]
    rows = np.array([judged_row(logits[at], said[at]) for at in opened])
    labels = np.array(["evidence" if proposed[at].label != "NEI" else "rest" for at in opened])
    model, crossed = _crossed(rows, labels, [proposed[at].claim for at in opened], JUDGED, 1.0)
    chances = dict(zip(opened, (1 / (1 + np.exp(-crossed))).tolist(), strict=True))
    given = {at: 1.0 - probs[2] for at, probs in said.items() if proposed[at].given}
    model["thresholds"], model["measured"] = {}, {}
    for name, held in (("open", chances), ("given", given)):
        model["thresholds"][name], model["measured"][name] = _best_line(gold, proposed, held, said)
    return model


def _best_line(
    gold: ScifactSet, proposed: list[Proposed], chances: dict[int, float], said: dict[int, Probs]
) -> tuple[float, dict[str, float]]:
    """The line with the largest abstract label-only F1, smoothed over its neighbours, and the F1 there."""
    found = []
    for line in LINES:
        named: list[dict[str, Named]] = [{} for _ in gold.claims]
        for at, chance in chances.items():
            if chance >= line:
                label = "SUPPORT" if said[at][0] >= said[at][1] else "REFUTE"
                named[proposed[at].claim][proposed[at].document] = Named(label)
        counts = np.sum(
            [claim_counts(claim.evidence, each) for claim, each in zip(gold.claims, named, strict=True)],
            axis=0,
        )
        found.append(scores(counts)["abstract_label_only"])
    f1 = np.array([each["f1"] for each in found])
    smooth = np.convolve(np.pad(f1, 4, mode="edge"), np.ones(9) / 9, mode="valid")
    best = int(smooth.argmax())
    return round(float(LINES[best]), 2), {name: round(each, 3) for name, each in found[best].items()}


def _named(chances: Array, line: float) -> tuple[int, ...]:
    order = sorted(range(len(chances)), key=lambda at: (-chances[at], at))[:3]
    return tuple([at for at in order if chances[at] >= line] or order[:1])


def _crossed(
    rows: Array, labels: np.ndarray, claims: list[int], names: tuple[str, ...], strength: float
) -> tuple[dict[str, Any], Array]:
    """The model fitted on all rows, and each row's logit from a model that did not see its claim."""
    classes = ("rest", "evidence" if "evidence" in labels else "rationale")

    def logit(model: dict[str, Any], part: Array) -> Array:
        both = as_model(model).logits(part)
        return np.asarray(both[:, 1] - both[:, 0])

    out = np.zeros(len(labels))
    for seen, unseen in GroupKFold(FOLDS).split(rows, labels, claims):
        fold = fit_linear(rows[seen], labels[seen].tolist(), classes, names, strength=strength)
        out[unseen] = logit(fold, rows[unseen])
    return fit_linear(rows, labels.tolist(), classes, names, strength=strength), out


def _average_precision(truth: Array, scores_: Array) -> float:
    order = np.argsort(-scores_, kind="stable")
    hits = np.cumsum(truth[order])
    return float((hits / np.arange(1, len(order) + 1))[truth[order]].mean())


if __name__ == "__main__":
    main()
