"""The packaged cross-encoder: tied to the sentence encoder whose layers it uses, refused where that is another."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from assignee.errors import RunError
from assignee.tools.embedder import MODEL
from assignee.tools.nli_encoder import FILE, CrossEncoder

PAIRS = [
    ("Aspirin lowers the risk.", ("In the trial, aspirin lowered the risk.",)),
    ("Aspirin lowers the risk.", ("We describe a corpus.", "Aspirin did not lower the risk.")),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("model.onnx", "tokenizer.json", FILE):
        shutil.copy(MODEL / name, tmp_path / name)
    return tmp_path


def test_logits_are_the_same_alone_in_company_and_in_threads() -> None:
    one, two = CrossEncoder(threads=1), CrossEncoder(threads=2)
    alone = [one.logits([pair])[0] for pair in PAIRS]
    for a, b in zip(alone, two.logits(PAIRS * 3), strict=False):
        assert np.array_equal(a, b)
    assert alone[0].shape == (1, 6)
    assert one.logits([]) == []


def test_long_evidence_is_read_in_windows() -> None:
    [found] = CrossEncoder().logits([("A claim.", ("The corpus holds many words of many kinds. " * 40,))])
    assert len(found) > 1


def test_the_file_says_what_it_was_trained_on_and_nothing_forbidden() -> None:
    import onnxruntime  # type: ignore[import-untyped]

    facts = onnxruntime.InferenceSession(str(MODEL / FILE)).get_modelmeta().custom_metadata_map
    trained = json.loads(facts["trained_on"])
    assert "claims/verify_scifact_train.jsonl" in trained

    forbidden = ("sick", "healthver", "wice", "sent_claim", "sciarg", "_dev.jsonl", "_validation.jsonl")
    assert not [name for name in trained for no in forbidden if no in name and "snli" not in name]


def test_files_keep_their_size() -> None:
    assert sum((MODEL / name).stat().st_size for name in ("model.onnx", FILE)) <= 30 * 2**20


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_another_encoder_or_tokenizer_is_refused(folder: Path, name: str) -> None:
    (folder / name).write_bytes((folder / name).read_bytes() + b"\n")
    with pytest.raises(RunError, match="was made for another") as caught:
        CrossEncoder(folder=folder).logits(PAIRS)
    assert "\n" not in str(caught.value)


def test_a_damaged_or_missing_file_is_one_line(folder: Path) -> None:
    (folder / FILE).write_bytes(b"nothing")
    with pytest.raises(RunError, match="missing or damaged; reinstall assignee"):
        CrossEncoder(folder=folder).logits(PAIRS)
    (folder / FILE).unlink()
    with pytest.raises(RunError, match="missing or damaged; reinstall assignee"):
        CrossEncoder(folder=folder).logits(PAIRS)
