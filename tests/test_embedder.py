"""The packaged embedding model: what it says of meanings, and that a vector depends on its text alone."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import threading
from concurrent.futures import CancelledError, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from assignee.errors import RunError
from assignee.tools.embedder import DIMENSIONS, MODEL, Embedder

TEXTS = [
    "Intermediate-task training improves transfer to other languages.",
    "Fine-tuning on a related task first helps cross-lingual models.",
    "The heat exchanger loses pressure at high flow rates.",
    "",
    "é 字 🙂 \x00 weird input",
    "word " * 5000,
]
# First eight numbers of TEXTS[0] from the fp32 weights under torch 2.13 (mean pooling, unit length).
FP32_HEAD = [0.0039, -0.0197, 0.0633, 0.0041, 0.0198, 0.0466, 0.0395, -0.0128]


@pytest.fixture(scope="module")
def embedder():
    opened = Embedder(threads=2)
    yield opened
    opened.close()


def test_rows_are_unit_float32(embedder: Embedder) -> None:
    rows = embedder.embed(TEXTS)
    assert rows.shape == (len(TEXTS), DIMENSIONS)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_nothing_gives_no_rows(embedder: Embedder) -> None:
    assert embedder.embed([]).shape == (0, DIMENSIONS)


def test_close_meanings_are_close(embedder: Embedder) -> None:
    one, paraphrase, other = embedder.embed(TEXTS[:3])
    assert one @ paraphrase > 0.5
    assert one @ other < 0.2


def test_int8_stays_near_the_original_weights(embedder: Embedder) -> None:
    # A tolerance and no equality: int8 differs a little between processors.
    assert np.allclose(embedder.embed(TEXTS[:1])[0, : len(FP32_HEAD)], FP32_HEAD, atol=0.03)


def test_a_vector_does_not_depend_on_its_neighbours_or_on_threads(embedder: Embedder) -> None:
    together = embedder.embed(TEXTS)
    alone = np.concatenate([Embedder(threads=1).embed([text]) for text in TEXTS])
    assert together.tobytes() == alone.tobytes()
    assert embedder.embed(TEXTS[::-1])[::-1].tobytes() == together.tobytes()


def test_callers_on_many_threads_get_the_same_bits(embedder: Embedder) -> None:
    expected = embedder.embed(TEXTS[:4]).tobytes()
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda _: embedder.embed(TEXTS[:4]).tobytes(), range(12)))
    assert found == [expected] * 12


def test_it_works_again_after_close() -> None:
    embedder = Embedder(threads=2)
    before = embedder.embed(TEXTS[:2]).tobytes()
    embedder.close()
    assert embedder.embed(TEXTS[:2]).tobytes() == before


def test_the_digest_is_that_of_the_model_file(embedder: Embedder) -> None:
    assert embedder.digest == hashlib.sha256((MODEL / "model.onnx").read_bytes()).hexdigest()
    assert embedder.digest in (MODEL / "MODEL_CARD.md").read_text("utf-8")


def test_importing_loads_no_model_runtime() -> None:
    heavy = "{'onnxruntime', 'tokenizers', 'chromadb', 'torch'}"
    script = f"import sys, assignee.tools.toolbox; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("model.onnx", b"damaged", "damaged"),
        ("tokenizer.json", b"{}", "damaged"),
        ("tokenizer.json", b"\xff", "damaged"),
        ("model.onnx", None, "lacks"),
    ],
)
def test_a_damaged_model_is_one_line(tmp_path: Path, name: str, content: bytes | None, said: str) -> None:
    shutil.copytree(MODEL, tmp_path / "model")
    if content is None:
        os.remove(tmp_path / "model" / name)
    else:
        (tmp_path / "model" / name).write_bytes(content)
    with pytest.raises(RunError, match=said):
        Embedder(folder=tmp_path / "model").embed(["x"])


def test_a_foreign_tokenizer_is_refused(tmp_path: Path) -> None:
    shutil.copytree(MODEL, tmp_path / "model")
    path = tmp_path / "model" / "tokenizer.json"
    path.write_text(path.read_text("utf-8").replace('"lowercase":true', '"lowercase":false'), "utf-8")
    with pytest.raises(RunError, match="not the model's own"):
        Embedder(folder=tmp_path / "model").embed(["x"])


def test_close_does_not_wait_for_work_that_nobody_waits_for() -> None:
    """As on Ctrl-C: the threads of a long `embed` take the same lock as `close`."""
    embedder = Embedder(threads=2)
    embedder.embed(TEXTS[:1])
    many = [f"Sentence number {at}." for at in range(2000)]

    def work() -> None:
        with contextlib.suppress(CancelledError, RuntimeError):
            embedder.embed(many)

    threading.Thread(target=work, daemon=True).start()
    closer = threading.Thread(target=embedder.close, daemon=True)
    closer.start()
    closer.join(30)
    assert not closer.is_alive()
