"""A tiny random 3-class NLI model, written anew by the tests: an ONNX graph or torch weights, a tokenizer, a config."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

WORDS = (
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "aspirin",
    "lowers",
    "raises",
    "the",
    "risk",
    "not",
    "a",
    "of",
    ".",
)
LABELS = ("contradiction", "entailment", "neutral")


def write_tokenizer(folder: Path) -> None:
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(models.WordLevel({word: at for at, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))


def write_config(folder: Path, labels: tuple[str, ...] = LABELS, **more: object) -> None:
    named = {str(at): label for at, label in enumerate(labels)}
    config = {"model_type": "bert", "id2label": named, "max_position_embeddings": 24, **more}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")


def write_onnx(folder: Path, labels: tuple[str, ...] = LABELS, seed: int = 0) -> Path:
    """Mean of random word vectors, doubled for the second segment, times a random matrix: logits (n, 3)."""
    pytest.importorskip("onnx", reason="onnx is in the extra `test`")
    from onnx import TensorProto, helper, numpy_helper

    random = np.random.default_rng(seed)
    constants = {
        "vectors": random.normal(size=(len(WORDS), 8)).astype(np.float32),
        "head": random.normal(size=(8, 3)).astype(np.float32),
        "axis": np.array([1], np.int64),
        "last": np.array([-1], np.int64),
    }
    nodes = [
        helper.make_node("Gather", ["vectors", "input_ids"], ["words"]),
        helper.make_node("Cast", ["token_type_ids"], ["second"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["second", "last"], ["column"]),
        helper.make_node("Mul", ["words", "column"], ["extra"]),
        helper.make_node("Add", ["words", "extra"], ["both"]),
        helper.make_node("ReduceMean", ["both", "axis"], ["mean"], keepdims=0),
        helper.make_node("MatMul", ["mean", "head"], ["logits"]),
    ]
    names = ("input_ids", "attention_mask", "token_type_ids")
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["n", "length"]) for name in names]
    out = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", 3])]
    kept = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "tiny", inputs, out, kept)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    write_tokenizer(folder)
    write_config(folder, labels)
    (folder / "model.onnx").write_bytes(model.SerializeToString())
    return folder
