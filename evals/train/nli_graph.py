"""The fitted cross-encoder as an int8 ONNX file that takes its trunk from the sentence encoder's file.

Word embeddings and the first layers are those of `tools/models/minilm-l6-v2/model.onnx`, byte for byte: the new file
names their places in it as external data and holds the layers above. Activations get one scale a token, so that a
pair's logits do not depend on the pairs beside it. No exporter and no quantiser: same weights, same bytes.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from export_minilm import LAYERS, Graph, per_channel
from nli_net import OUTPUTS
from onnx import TensorProto, helper, numpy_helper

__all__ = ["PairGraph", "pair_model"]

SMALLEST_SHARED = 65536  # bytes; smaller tensors are not worth a reference


class PairGraph(Graph):
    """`export_minilm.Graph` with segments, one activation scale a token, and a head of logits."""

    def constant(self, name: str, value: np.ndarray) -> str:
        """As in `Graph`, but a scalar stays one."""
        if value.ndim == 0 and name not in self.constants:
            self.constants[name] = numpy_helper.from_array(value, name)
        return super().constant(name, value)

    def linear(self, x: str, name: str, weight: np.ndarray, bias: np.ndarray) -> str:
        if not self.int8:
            return super().linear(x, name, weight, bias)
        codes, scales = per_channel(weight)
        most = self.one(
            "ReduceMax", [self.one("Abs", [x]), self.constant("last", np.array([-1], np.int64))], keepdims=1
        )
        scale = self.one("Mul", [most, self.constant("code", np.array(1 / 127, np.float32))])
        safe = self.one("Add", [scale, self.constant("tiny", np.array(1e-12, np.float32))])
        shifted = self.one(
            "Add",
            [
                self.one("Round", [self.one("Div", [x, safe])]),
                self.constant("half", np.array(128, np.float32)),
            ],
        )
        byte = self.one("Cast", [shifted], to=TensorProto.UINT8)
        zero = self.constant("zero_point", np.array(128, np.uint8))
        product = self.one("MatMulInteger", [byte, self.constant(f"{name}.int8", codes.T), zero])
        real = self.one("Cast", [product], to=TensorProto.FLOAT)
        # In this order: onnxruntime fuses a product of both scales as if the first were one number.
        y = self.one("Mul", [self.one("Mul", [real, self.constant(f"{name}.scale", scales)]), safe])
        return self.one("Add", [y, self.constant(f"{name}.bias", bias)])

    def embedded(self) -> str:
        """Words, places and segments. `weights` holds the fp32 originals."""
        w = self.weights
        segments = w["embeddings.token_type_embeddings.weight"]
        # The shared positions hold the first segment already; the second adds its difference.
        x = self._unnormed()
        second = self.one(
            "Unsqueeze",
            [
                self.one("Cast", ["token_type_ids"], to=TensorProto.FLOAT),
                self.constant("last", np.array([-1], np.int64)),
            ],
        )
        extra = self.one("Mul", [second, self.constant("segment", segments[1] - segments[0])])
        return self.norm(self.one("Add", [x, extra]), "embeddings.LayerNorm")

    def _unnormed(self) -> str:
        whole = self.embeddings()
        norm = self.nodes.pop()
        assert whole in norm.output
        return str(norm.input[0])

    def pairs(self, head: tuple[np.ndarray, np.ndarray], facts: dict[str, str]) -> onnx.ModelProto:
        """input_ids, token_type_ids, attention_mask (int64, n x length) to logits (float32, n x 6)."""
        kept = self.one("Cast", ["attention_mask"], to=TensorProto.FLOAT)
        spread = self.one("Unsqueeze", [kept, self.constant("mask_axes", np.array([1, 2], np.int64))])
        hidden = self.one("Sub", [self.constant("one", np.array(1, np.float32)), spread])
        mask = self.one("Mul", [hidden, self.constant("never", np.array(-1e9, np.float32))])
        x = self.embedded()
        for at in range(LAYERS):
            x = self.layer(x, at, mask)
        column = self.one("Unsqueeze", [kept, self.constant("pool_axes", np.array([2], np.int64))])
        tokens = self.constant("tokens", np.array([1]))
        total = self.one("ReduceSum", [self.one("Mul", [x, column]), tokens], keepdims=0)
        mean = self.one("Div", [total, self.one("ReduceSum", [kept, tokens], keepdims=1)])
        first = self.one("Gather", [x, self.constant("cls", np.array(0, np.int64))], axis=1)
        both = self.one("Concat", [first, mean], axis=-1)
        weight, bias = head
        raw = self.one("MatMul", [both, self.constant("head.weight", weight.T)])
        self.nodes.append(
            helper.make_node("Add", [raw, self.constant("head.bias", bias)], ["logits"], name="logits")
        )
        inputs = [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["n", "length"])
            for name in ("input_ids", "token_type_ids", "attention_mask")
        ]
        out = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", OUTPUTS])
        graph = helper.make_graph(self.nodes, "pairs", inputs, [out], list(self.constants.values()))
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9, producer_name="nli_graph.py"
        )
        helper.set_model_props(model, facts)
        onnx.checker.check_model(model)
        return model


def encoder_names(state: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The state of a `PairNet` under the names that `Graph` reads."""
    e = "embeddings"
    found = {
        f"{e}.word_embeddings.weight": state["words.weight"],
        f"{e}.position_embeddings.weight": state["places.weight"],
        f"{e}.token_type_embeddings.weight": state["segments.weight"],
        f"{e}.LayerNorm.weight": state["norm.weight"],
        f"{e}.LayerNorm.bias": state["norm.bias"],
    }
    names = {
        "attention.output.dense": "out", "attention.output.LayerNorm": "norm1",
        "intermediate.dense": "up", "output.dense": "down", "output.LayerNorm": "norm2",
    }  # fmt: skip
    for at in range(LAYERS):
        p = f"encoder.layer.{at}"
        for kind in ("weight", "bias"):
            parts = np.split(state[f"layers.{at}.qkv.{kind}"], 3)
            for part, value in zip(("query", "key", "value"), parts, strict=True):
                found[f"{p}.attention.self.{part}.{kind}"] = value
            for theirs, ours in names.items():
                found[f"{p}.{theirs}.{kind}"] = state[f"layers.{at}.{ours}.{kind}"]
    return found


def pair_model(
    state: dict[str, np.ndarray], encoder: Path, facts: dict[str, str], *, int8: bool = True
) -> bytes:
    """The ONNX file of a fitted net. With `int8`, tensors that stand in `encoder` too are named there, not repeated."""
    graph = PairGraph(encoder_names(state), int8=int8)
    model = graph.pairs((state["head.weight"], state["head.bias"]), facts)
    if int8:
        held = encoder.read_bytes()
        for tensor in model.graph.initializer:
            raw = tensor.raw_data
            at = held.find(raw) if len(raw) >= SMALLEST_SHARED else -1
            if at >= 0:
                tensor.ClearField("raw_data")
                tensor.data_location = TensorProto.EXTERNAL
                for key, value in (("location", encoder.name), ("offset", at), ("length", len(raw))):
                    tensor.external_data.add(key=key, value=str(value))
    return bytes(model.SerializeToString(deterministic=True))
