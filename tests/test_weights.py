"""The shipped coefficients are what their scripts fit, and the shipped figures are what they measure."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from assignee.agents.outcome_sentences import OUTCOME_FEATURES
from assignee.tools.claim_context import CONTEXT
from assignee.tools.claim_features import FEATURES as CLAIM_FEATURES
from assignee.tools.entailment_features import FEATURES as ENTAILMENT_FEATURES
from assignee.tools.linear_model import LinearModel

ROOT = Path(__file__).resolve().parents[1]
WEIGHTS = ROOT / "agents" / "weights"


def shipped(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((WEIGHTS / f"{name}.json").read_text(encoding="utf-8"))
    return data


def script(name: str) -> ModuleType:
    """A script of `evals/train` as a module; skips without the extra `train`."""
    pytest.importorskip("sklearn", reason="scikit-learn is in the extra `train`")
    found = importlib.util.spec_from_file_location(name, ROOT / "evals" / "train" / f"{name}.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    sys.modules[name] = module  # dataclasses look their module up while it is being executed
    found.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("name", "part", "features"),
    [
        ("claim_sentences", "finding", CLAIM_FEATURES),
        ("claim_sentences", "concluded", (*CLAIM_FEATURES, *CONTEXT)),
        ("outcome_sentences", "outcome", OUTCOME_FEATURES),
        ("claim_sentences", "roles", CLAIM_FEATURES),
        ("entailment", "entailment", ENTAILMENT_FEATURES),
        ("pair_regression", "stance", ENTAILMENT_FEATURES),
        ("pair_regression", "grounding", ENTAILMENT_FEATURES),
    ],
)
def test_weights_fit_the_code_and_give_probabilities(name: str, part: str, features: tuple[str, ...]) -> None:
    model = LinearModel.load(WEIGHTS / f"{name}.json", part)
    model.check_features(features)
    rows = np.random.default_rng(0).normal(size=(7, len(features))) * 50
    chances = model.probabilities(rows)
    assert chances.shape == (7, len(model.classes))
    assert np.allclose(chances.sum(axis=1), 1.0)
    assert model.probabilities(rows[:0]).shape == (0, len(model.classes))
    assert model.measured
    with pytest.raises(ValueError, match="other features"):
        model.check_features(features[::-1])


def test_damaged_weights_are_refused(tmp_path: Path) -> None:
    data = shipped("entailment")
    data["entailment"]["mean"] = data["entailment"]["mean"][:-1]
    path = tmp_path / "entailment.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(ValueError, match="do not agree"):
        LinearModel.load(path, "entailment")


def test_no_weights_come_from_sets_that_forbid_it() -> None:
    fitted = shipped("claim_sentences")["fitted_on"] + shipped("claim_wording")["fitted_on"]
    assert not [name for name in fitted if "sent_claim" in name or "sciarg" in name]
    named = json.dumps(shipped("entailment")["sha256"])
    assert not [name for name in ("sick", "healthver", "wice") if name in named]


@pytest.mark.data
def test_claim_sentences_refit(data: Path) -> None:
    """The whole fit of "concluded" takes minutes: an eighth of its abstracts must give coefficients that point the same way."""
    module = script("fit_claim_sentences")
    wording, fresh = module.fit(data, every=8)
    kept, told = shipped("claim_sentences"), shipped("claim_wording")
    assert fresh["sha256"] == wording["sha256"] == kept["sha256"] == told["sha256"]
    for part in ("finding", "roles"):
        assert np.allclose(fresh[part]["coefficients"], kept[part]["coefficients"], atol=2e-3)
        assert np.allclose(fresh[part]["intercepts"], kept[part]["intercepts"], atol=2e-3)
    assert fresh["finding"]["thresholds"] == pytest.approx(kept["finding"]["thresholds"], abs=0.02)
    assert fresh["finding"]["measured"]["csabstruct_dev"]["f1"] == pytest.approx(
        kept["finding"]["measured"]["csabstruct_dev"]["f1"], abs=0.01
    )
    shared = sorted(set(wording["grams"]) & set(told["grams"]))
    assert len(shared) > 300
    one, two = ([each["grams"][name] for name in shared] for each in (wording, told))
    assert np.corrcoef(one, two)[0, 1] > 0.5
    concluded = [np.array(each["concluded"]["coefficients"][1]) for each in (fresh, kept)]
    assert np.corrcoef(*concluded)[0, 1] > 0.6


@pytest.mark.data
def test_outcome_sentences_refit(data: Path) -> None:
    module = script("fit_outcome_sentences")
    fresh, kept = module.fit(data), shipped("outcome_sentences")
    assert fresh["sha256"] == kept["sha256"]
    assert np.allclose(fresh["outcome"]["coefficients"], kept["outcome"]["coefficients"], atol=2e-3)
    assert fresh["outcome"]["thresholds"] == pytest.approx(kept["outcome"]["thresholds"], abs=0.02)
    for name, figures in kept["outcome"]["measured"].items():
        assert fresh["outcome"]["measured"][name]["f1"] == pytest.approx(figures["f1"], abs=0.01)


@pytest.mark.data
def test_figures_of_claim_sentences_are_what_the_shipped_models_get(data: Path) -> None:
    pytest.importorskip("sklearn", reason="scikit-learn is in the extra `train`")
    from sklearn.metrics import f1_score

    from assignee.agents import claim_sentences
    from assignee.evals.abstract_sets import csabstruct

    dev = csabstruct(data, "dev")
    truth = [flag for abstract in dev for flag in abstract.findings]
    for chances, line, measured in (
        (claim_sentences.concluded, "concluded", shipped("claim_sentences")["concluded"]["measured"]),
        (claim_sentences.alone, "alone", shipped("claim_wording")["measured"]),
    ):
        said = np.concatenate([chances(abstract.texts) for abstract in dev]) >= claim_sentences.threshold(
            line
        )
        assert f1_score(truth, said) == pytest.approx(measured["csabstruct_dev"]["f1"], abs=0.001)


@pytest.mark.data
def test_entailment_refit_on_every_sixth_row_agrees(data: Path) -> None:
    """The whole fit embeds 32,000 sentences; a sixth of the rows must give coefficients that point the same way."""
    module = script("fit_entailment")
    kept = shipped("entailment")["entailment"]
    fresh = module.fit_sets(module.gold_sets(data, module.TRAIN, every=6))
    one, two = np.array(fresh["coefficients"]).ravel(), np.array(kept["coefficients"]).ravel()
    assert float(one @ two / np.linalg.norm(one) / np.linalg.norm(two)) > 0.7
    assert np.allclose(fresh["mean"], kept["mean"], atol=0.15)


@pytest.mark.data
def test_entailment_figures_on_a_development_set(data: Path) -> None:
    module = script("fit_entailment")
    kept = shipped("entailment")["entailment"]
    (gold,) = module.gold_sets(data, ("checkcovid_dev",))
    model = LinearModel.load(WEIGHTS / "entailment.json", "entailment")
    figures = module._figures(gold, model.probabilities(gold.rows))
    assert figures["macro_f1"] == pytest.approx(
        kept["measured"]["development"]["checkcovid_dev"]["macro_f1"], abs=0.02
    )
