"""`assignee eval scifact`: the official SciFact metrics, with open retrieval or with the cited abstracts given.

Open: the index proposes abstracts of the corpus for each claim. Oracle (`oracle=True`): the claim's cited documents are
given, with evidence or without. Predictions are in the task's own format, contradictions spelt as in the claims file:
{"id": 1, "evidence": {"42": {"sentences": [3, 0], "label": "SUPPORT"}}}.

Beside the system: `majority` names the first document (open) or every given one (oracle) SUPPORT, with the three
sentences most like the claim; `shuffled_claims` is the system, its answers moved to another claim; `claim_only` judges
the claim beside one sentence that says nothing, and names the first document accordingly.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assignee.errors import UserError
from assignee.settings import Settings

from ..agents.claim_check import ClaimCheck, Finding, model
from ..agents.pair_checker import Pair
from ..agents.pair_reading import read
from ..tools.toolbox import Toolbox
from .controls import BLANK
from .gold_rows import LABELS
from .metrics import bootstrap, intervals
from .output import Progress, Table
from .provenance import SEED, held_out_note, peak_mb, provenance
from .retrieval import embed_all
from .run_loop import Judge, judging, quiet
from .scifact_data import GoldClaim, ScifactSet, read_set
from .scifact_metrics import METRICS, Named, claim_counts, f1_measure, scores

__all__ = ["measure", "notes", "tables"]

_BATCH = 25
_TITLES = {
    "abstract_label_only": "abstract, label only",
    "abstract_rationalized": "abstract, label and rationale",
    "sentence_selection": "sentence, selection only",
    "sentence_label": "sentence, selection and label",
}
Answer = Mapping[str, Named]


def measure(
    claims: Path,
    corpus: Path,
    *,
    oracle: bool = False,
    engine: str = "embedded",
    verifiers: Sequence[str] = (),
    seed: int = SEED,
    progress: Progress = quiet,
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The figures and one official prediction a claim, in order. Raises UserError for bad rows before any work."""
    gold = read_set(claims, corpus)
    if not any(claim.evidence for claim in gold.claims):
        raise UserError(f"{claims}: no claim has evidence; there is nothing to score against")
    if oracle and not all(claim.documents for claim in gold.claims):
        missing = next(claim.id for claim in gold.claims if not claim.documents)
        raise UserError(f"{claims}: claim {missing} cites no document; --oracle needs cited_doc_ids")
    began = time.perf_counter()
    with judging(engine, "stance", verifiers, progress) as judge, Toolbox.open(Settings.from_env()) as box:
        check = ClaimCheck(gold.corpus, box, judge)
        if not oracle:
            embed_all(gold.corpus.values(), len(gold.claims), box, progress)
        found = _answers(gold, check, oracle, progress)
        seconds = time.perf_counter() - began
        memory = peak_mb()
        majority = [_first(gold, claim, check, oracle) for claim in gold.claims]
        alone = _claim_only(gold, majority, judge)
        about = judge.about
        calibrated = judge.checker.calibrated_on
    answers = [{one.document: Named(one.label, one.sentences) for one in each} for each in found]
    counts = _counts(gold, answers)
    body: dict[str, Any] = {
        "n": len(gold.claims),
        "setting": "oracle" if oracle else "open",
        "documents": len(gold.corpus),
        "abstracts_named": int(sum(len(each) for each in answers)),
    }
    body |= scores(counts.sum(axis=0))
    body["ci95"] = intervals(bootstrap(f1_measure(counts), range(len(gold.claims)), seed=seed))
    moved = np.random.default_rng(seed).permutation(len(answers))
    rolled = {int(a): answers[int(b)] for a, b in zip(moved, np.roll(moved, 1), strict=True)}
    body["controls"] = {
        "majority": _f1s(gold, majority),
        "shuffled_claims": _f1s(gold, [rolled[at] for at in range(len(answers))]),
        "claim_only": _f1s(gold, alone),
    }
    body["claims_per_second"] = round(len(gold.claims) / seconds, 3)
    body["peak_mb"] = memory
    body["calibrated_on"] = calibrated
    body["line"] = model("judged").thresholds["given" if oracle else "open"]
    body |= provenance([claims, corpus], seed=seed, labelled=[claims], **about)
    body["rows"] = [
        {"id": claim.id, "counts": row} for claim, row in zip(gold.claims, counts.tolist(), strict=True)
    ]
    return body, [
        _official(claim, each, gold.spelling) for claim, each in zip(gold.claims, answers, strict=True)
    ]


def tables(body: dict[str, Any]) -> list[Table]:
    """Precision, recall and F1 of the four metrics, with the F1 of what reads nothing beside them."""
    rows: list[tuple[object, ...]] = []
    for name in METRICS:
        held = body[name]
        beside = (body["controls"][control][name] for control in body["controls"])
        rows.append(
            (_TITLES[name], held["precision"], held["recall"], held["f1"], body["ci95"][name], *beside)
        )
    columns = ("", "precision", "recall", "F1", "F1, 95 %", "majority F1", "shuffled F1", "claim only F1")
    return [Table(f"SciFact, {body['setting']} ({body['n']:,} claims)", columns, rows)]


def notes(body: dict[str, Any]) -> list[str]:
    """Speed, memory, how many abstracts were named, and whether the data was fitted on."""
    found = [
        f"{body['abstracts_named']:,} abstracts named; {body['claims_per_second']} claims a second with retrieval and "
        f"embedding, peak memory {body['peak_mb']} MB; calibrated on: {body['calibrated_on'] or 'nothing'}"
    ]
    return found + held_out_note(body)


def _answers(gold: ScifactSet, check: ClaimCheck, oracle: bool, progress: Progress) -> list[list[Finding]]:
    found: list[list[Finding]] = []
    for start in range(0, len(gold.claims), _BATCH):
        progress(start, len(gold.claims), "claims checked")
        part = gold.claims[start : start + _BATCH]
        texts = [claim.claim for claim in part]
        found += (
            check.check_given(texts, [claim.documents for claim in part]) if oracle else check.check(texts)
        )
    progress(len(gold.claims), len(gold.claims), "claims checked")
    return found


def _first(gold: ScifactSet, claim: GoldClaim, check: ClaimCheck, oracle: bool) -> dict[str, Named]:
    names = claim.documents if oracle else [c.document.id for c in check.candidates(claim.claim, 1)]
    found = {}
    for name in names:
        sentences = gold.corpus[name].sentences
        if any(sentences):
            [reading] = read([Pair(claim.claim, sentences)])
            found[name] = Named("SUPPORT", reading.rationale())
    return found


def _claim_only(gold: ScifactSet, first: Sequence[Answer], judge: Judge) -> list[dict[str, Named]]:
    said = judge([Pair(claim.claim, (BLANK,)) for claim in gold.claims], "control: claim only")
    found = []
    for each, named in zip(said, first, strict=True):
        label = "NEI" if each.probs is None else LABELS[int(np.argmax(each.probs))]
        found.append(
            {} if label == "NEI" else {doc: Named(label, one.sentences) for doc, one in named.items()}
        )
    return found


def _counts(gold: ScifactSet, answers: Sequence[Answer]) -> np.ndarray:
    return np.array(
        [claim_counts(claim.evidence, each) for claim, each in zip(gold.claims, answers, strict=True)]
    )


def _f1s(gold: ScifactSet, answers: Sequence[Answer]) -> dict[str, float]:
    told = scores(_counts(gold, answers).sum(axis=0))
    return {name: round(held["f1"], 6) for name, held in told.items()}


def _official(claim: GoldClaim, answer: Answer, spelling: str) -> dict[str, Any]:
    labels = {"SUPPORT": "SUPPORT", "REFUTE": spelling}
    return {
        "id": claim.id,
        "evidence": {
            doc: {"sentences": list(named.sentences), "label": labels[named.label]}
            for doc, named in answer.items()
        },
    }
