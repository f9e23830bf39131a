"""The printed confidence: fitted from the shipped labels, silent outside its domain, never a source's text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from planted import CASES
from small_corpus import Build, build, claim_on, toolbox
from test_weights import ROOT, script, shipped

from assignee.agents.confidence import FEATURES, Calibration, features
from assignee.claims import Claim, Kind, Outcome

__all__ = ["build", "toolbox"]

LABELS = ROOT / "evals" / "gold" / "outcome_labels.jsonl"
KEYS = {
    "key", "library", "question", "paper_id", "start", "end", "outcome", "cited", "features", "agree",
    "fault1", "fault2", "round",
}  # fmt: skip


def domain() -> dict[str, Any]:
    (only,) = shipped("confidence")["domains"]
    return dict(only)


def fitted() -> Calibration:
    kept = domain()
    return Calibration(
        kept["name"], kept["note"], tuple(kept["outcomes"]), tuple(kept["weights"]), kept["intercept"]
    )


def claim(said: str, kind: Kind = Kind.FINDING) -> Claim:
    return Claim(
        id="c1",
        text=f"Lund et al. (2020) report: “{said}”",
        statement=said,
        quote=said,
        paper_id="A",
        section="Abstract",
        start=0,
        end=len(said),
        kind=kind,
    )


def abstracts(case: str) -> list[str]:
    (found,) = [planted for planted in CASES if planted.name == case]
    return [record["abstract"] for record in found.records]


def test_a_refit_from_the_labels_gives_the_shipped_weights() -> None:
    module, kept = script("fit_confidence"), domain()
    fresh = module.fit(module.read_labels())
    assert np.allclose(fresh["weights"], kept["weights"], atol=2e-3)
    assert fresh["intercept"] == pytest.approx(kept["intercept"], abs=2e-3)
    assert fresh["outcomes"] == kept["outcomes"]
    assert fresh["measured"]["ece"] == pytest.approx(kept["measured"]["ece"], abs=0.01)
    assert module.note(kept["measured"]) == kept["note"]


def test_labels_hold_ids_and_spans_and_no_text_of_a_source() -> None:
    rows = [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]
    assert len({row["key"] for row in rows}) == len(rows) >= 100
    questions = Path(LABELS.parent / "outcome_questions.jsonl").read_text(encoding="utf-8")
    for row in rows:
        assert set(row) == KEYS
        assert len(row["features"]) == len(FEATURES)
        assert set(row["features"]) <= {0.0, 1.0}
        assert json.dumps(row["question"], ensure_ascii=False) in questions
        assert all(len(str(row[name])) < 40 for name in KEYS - {"question", "cited", "features"})
        assert all(len(str(cited[0])) < 40 and len(cited) == 3 for cited in row["cited"])


@pytest.mark.parametrize("case", ["clinical-alone", "materials-confirm-1", "education-neighbours"])
def test_outside_the_domain_nothing_is_printed_and_the_note_says_so(build: Build, case: str) -> None:
    texts = abstracts(case)
    corpus = build(*texts)
    calibration = Calibration.covering(corpus)
    assert calibration.domain is None
    assert "no confidence is printed" in calibration.note
    first = corpus.passages[0].text
    assert calibration.confidence(claim_on(corpus, first), Outcome.QUOTED) is None


@pytest.mark.parametrize("case", ["nlp-alone", "nlp-oppose-1", "nlp-neighbours"])
def test_language_processing_is_covered(build: Build, case: str) -> None:
    calibration = Calibration.covering(build(*abstracts(case)))
    assert calibration.domain == domain()["name"]
    assert calibration.note.startswith(domain()["note"])
    assert "not measured since" in calibration.note


def test_nothing_to_read_is_not_covered(build: Build) -> None:
    assert Calibration.covering(build()).domain is None


def test_better_signs_give_more_confidence() -> None:
    calibration = fitted()
    plain = claim("Adapters improve question answering.")
    doubted = claim("These adapters improve question answering.")
    deed = claim("[The authors] use adapters to improve question answering.")
    measured = claim("Adapters improve question answering over fine-tuning.", Kind.COMPARISON)
    chances = {
        name: calibration.confidence(each, Outcome.QUOTED)
        for name, each in {"plain": plain, "doubted": doubted, "deed": deed, "measured": measured}.items()
    }
    assert all(
        chance is not None and 0 < chance < 1 and round(chance, 3) == chance for chance in chances.values()
    )
    assert chances["doubted"] == chances["deed"]
    assert (chances["deed"] or 0) < (chances["plain"] or 0) < (chances["measured"] or 0)
    opposed = calibration.confidence(plain, Outcome.CONTESTED)
    assert opposed is None or opposed < (chances["plain"] or 0)


def test_a_deed_with_its_result_is_no_deed() -> None:
    at = FEATURES.index("doubtful")
    told = claim("[The authors] apply adapters to question answering and find that they improve it.")
    alone = claim("[The authors] apply adapters to question answering.")
    assert (features(told, Outcome.QUOTED)[at], features(alone, Outcome.QUOTED)[at]) == (0.0, 1.0)


@pytest.mark.parametrize("outcome", [item for item in Outcome if item.value not in domain()["outcomes"]])
def test_an_outcome_without_labels_has_no_confidence(outcome: Outcome) -> None:
    assert fitted().confidence(claim("Adapters improve question answering."), outcome) is None


def test_the_line_lies_between_what_is_covered_and_what_is_not() -> None:
    kept = domain()
    assert len(kept["centroid"]) == 384
    cosines = dict(kept["cosines"])
    assert cosines.pop("reviews of the libraries")["lowest"] > kept["least_cosine"]
    assert (
        cosines.pop("planted nlp")["median"] > kept["least_cosine"]
    )  # abstracts alone, also of general words
    assert max(found["highest"] for found in cosines.values()) < kept["least_cosine"]
