"""Any 3-class NLI model from a folder: label order from its config, windows, and one line for what is odd."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_nli import LABELS, write_config, write_onnx, write_tokenizer

from assignee.agents.pair_checker import Pair, PairChecker
from assignee.errors import UserError
from assignee.tools.nli_folder import columns, open_model, pieces, resolve

CLAIM = "Aspirin lowers the risk."
EVIDENCE = ("Aspirin lowers the risk of a risk.", "Not aspirin.")


def test_the_order_of_labels_is_read_from_the_config(tmp_path: Path) -> None:
    one = open_model(str(write_onnx(tmp_path / "one"))).probabilities(EVIDENCE, CLAIM)
    turned = tuple(reversed(LABELS))
    two = open_model(str(write_onnx(tmp_path / "two", labels=turned))).probabilities(EVIDENCE, CLAIM)
    assert one.sum(axis=1) == pytest.approx(1.0)
    # Columns come out as entailment, contradiction, neutral; reversed names exchange contradiction and neutral.
    assert two[0].tolist() == pytest.approx([one[0][0], one[0][2], one[0][1]])
    assert len({round(value, 6) for value in one[0].tolist()}) == 3


def test_the_seat_answers_in_the_pair_checker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSIGNEE_NLI_MODEL", str(write_onnx(tmp_path)))
    checker = PairChecker("stance", ("nli",))
    [judgement] = checker.judge([Pair(CLAIM, EVIDENCE)])
    expected = open_model(str(tmp_path)).probabilities(EVIDENCE, CLAIM)[0]
    assert judgement.seats["nli"] == pytest.approx(tuple(expected.tolist()), abs=1e-6)
    assert judgement.probs == pytest.approx(tuple(expected.tolist()), abs=1e-3)
    assert checker.weights == {"nli": 1.0}
    assert checker.calibrated_on is None


def test_beside_calibrated_seats_it_is_shown_and_not_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSIGNEE_NLI_MODEL", str(write_onnx(tmp_path)))
    [with_it] = PairChecker("stance", ("regression", "nli")).judge([Pair(CLAIM, EVIDENCE)])
    [without] = PairChecker("stance", ("regression",)).judge([Pair(CLAIM, EVIDENCE)])
    assert with_it.seats["nli"] is not None
    assert with_it.probs == without.probs


def test_evidence_longer_than_the_model_is_read_in_windows(tmp_path: Path) -> None:
    write_onnx(tmp_path)
    model = open_model(str(tmp_path))
    assert len(model.probabilities(EVIDENCE, CLAIM)) == 1
    assert len(model.probabilities(("the risk of a risk " * 12,), CLAIM)) > 1


@given(st.lists(st.lists(st.sampled_from("abc"), min_size=1, max_size=9), max_size=8), st.integers(1, 6))
def test_windows_lose_no_word(parts: list[list[str]], room: int) -> None:
    texts = pieces([" ".join(part) for part in parts], lambda text: len(text.split()) <= room)
    assert " ".join(texts).split() == [word for part in parts for word in part]
    assert all(len(text.split()) <= room for text in texts)


def test_without_a_model_one_line_says_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ASSIGNEE_NLI_MODEL", raising=False)
    with pytest.raises(UserError, match="the seat nli needs ASSIGNEE_NLI_MODEL"):
        PairChecker("stance", ("nli",))


def test_a_missing_model_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="neither a folder nor a model in the local hub cache"):
        resolve("nobody/nothing", {"HF_HOME": str(tmp_path)})


def test_a_model_of_the_hub_cache_is_found_by_its_id(tmp_path: Path) -> None:
    home = tmp_path / "hub" / "models--some--model"
    for revision in ("aaa", "bbb"):
        write_onnx(home / "snapshots" / revision)
    (home / "refs").mkdir()
    (home / "refs" / "main").write_text("aaa\n", encoding="utf-8")
    assert resolve("some/model", {"HF_HOME": str(tmp_path)}).name == "aaa"


@pytest.mark.parametrize(
    "labels", [("LABEL_0", "LABEL_1", "LABEL_2"), ("entailment", "not_entailment"), ("neutral",) * 3, ()]
)
def test_a_model_of_other_labels_is_refused(labels: tuple[str, ...]) -> None:
    with pytest.raises(UserError, match="is no 3-class NLI model") as caught:
        columns({"id2label": dict(enumerate(labels))}, "odd")
    assert "\n" not in str(caught.value)


def test_labels_of_fact_checking_are_understood() -> None:
    assert columns({"id2label": {"0": "NOT ENOUGH INFO", "1": "REFUTES", "2": "SUPPORTS"}}, "x") == (2, 1, 0)


@pytest.mark.parametrize("damage", ["config.json", "tokenizer.json", "model.onnx"])
def test_a_damaged_folder_is_one_line(tmp_path: Path, damage: str) -> None:
    write_onnx(tmp_path)
    (tmp_path / damage).write_text("}{", encoding="utf-8")
    with pytest.raises(UserError) as caught:
        open_model(str(tmp_path))
    assert "\n" not in str(caught.value)
    assert "ASSIGNEE_NLI_MODEL" in str(caught.value)


def test_without_onnx_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import builtins

    write_tokenizer(tmp_path)
    write_config(tmp_path)
    real = builtins.__import__

    def missing(name: str, *rest: object, **more: object) -> object:
        if name in ("torch", "transformers"):
            raise ImportError(name)
        return real(name, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(UserError, match=r"pip install 'assignee\[nli\]'"):
        open_model(str(tmp_path))


def test_torch_weights_are_read_with_the_extra(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="torch is in the extra `nli`")
    transformers = pytest.importorskip("transformers", reason="transformers is in the extra `nli`")
    torch.manual_seed(0)
    write_tokenizer(tmp_path)
    named = dict(enumerate(LABELS))
    config = transformers.BertConfig(
        vocab_size=13, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
        max_position_embeddings=24, id2label=named, label2id={label: at for at, label in named.items()},
    )  # fmt: skip
    transformers.BertForSequenceClassification(config).save_pretrained(tmp_path)
    (tmp_path / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "PreTrainedTokenizerFast", "pad_token": "[PAD]"}), encoding="utf-8"
    )
    chances = open_model(str(tmp_path)).probabilities(EVIDENCE, CLAIM)
    assert chances.shape == (1, 3)
    assert np.isclose(chances.sum(), 1.0)
    assert len(open_model(str(tmp_path)).probabilities(("the risk of a risk " * 12,), CLAIM)) > 1
