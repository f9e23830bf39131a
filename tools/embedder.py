"""Sentence vectors from the packaged all-MiniLM-L6-v2 (int8 ONNX), on onnxruntime and tokenizers."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assignee.errors import RunError

__all__ = ["DIMENSIONS", "MODEL", "Embedder", "Vectors"]

MODEL = Path(__file__).parent / "models" / "minilm-l6-v2"
DIMENSIONS = 384
# The tokenizer keeps 256 tokens; reading a whole book to find them is waste.
_MAX_CHARACTERS = 8192
_PROBE = "The vectors of one machine are compared with its own."

Vectors = NDArray[np.float32]


class Embedder:
    """Turns texts into unit vectors, float32, 384 wide. Loads the model at first use; safe across threads.

    Every text is one call of the session, without padding: the int8 activation scale depends on the whole
    input tensor, so in a batch the vector of a text would change with its neighbours. A call uses one core
    and lets go of the interpreter lock, so `threads` calls run side by side. Only the first 256 tokens of a
    text count.
    """

    name = "all-MiniLM-L6-v2-int8"
    dimensions = DIMENSIONS

    def __init__(self, threads: int = 1, folder: Path = MODEL) -> None:
        self._threads = max(1, threads)
        self._folder = folder
        self._lock = threading.Lock()
        self._loaded: tuple[Any, Any] | None = None
        self._pool: ThreadPoolExecutor | None = None

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the model file, which in turn names the SHA-256 of its tokenizer."""
        return hashlib.sha256(self._read("model.onnx")).hexdigest()

    @cached_property
    def variant(self) -> str:
        """16 hexadecimal digits that change with the model and with the arithmetic of this machine.

        int8 results differ a little between processors and versions of onnxruntime, so vectors are stored
        under this name: what is read back is what would be computed here, to the last bit.
        """
        probe = self._one(_PROBE).tobytes()
        return hashlib.sha256(self.digest.encode() + probe).hexdigest()[:16]

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of `texts` in order, (n, 384), unit rows. Raises RunError when the model does not load."""
        rows = np.empty((len(texts), DIMENSIONS), np.float32)
        self._load()
        if self._pool is None or len(texts) < 2:
            for at, text in enumerate(texts):
                rows[at] = self._one(text)
        else:
            for at, row in enumerate(self._pool.map(self._one, texts)):
                rows[at] = row
        return rows

    def close(self) -> None:
        """Let go of the threads and the model; a later `embed` loads them again."""
        with self._lock:
            pool, self._pool, self._loaded = self._pool, None, None
        if (
            pool is not None
        ):  # outside the lock, which its threads take; an interrupted `embed` is not waited for
            pool.shutdown(cancel_futures=True)

    def _one(self, text: str) -> Vectors:
        tokenizer, session = self._load()
        ids = np.array([tokenizer.encode(text[:_MAX_CHARACTERS]).ids], np.int64)
        row: Vectors = session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0][0]
        return row

    def _load(self) -> tuple[Any, Any]:
        with self._lock:
            if self._loaded is None:
                self._loaded = self._open()
                if self._threads > 1:
                    self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="embedder")
            return self._loaded

    def _open(self) -> tuple[Any, Any]:
        import onnxruntime  # type: ignore[import-untyped]
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        model, rules = self._read("model.onnx"), self._read("tokenizer.json")
        try:
            session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
            expected = session.get_modelmeta().custom_metadata_map.get("tokenizer_sha256")
            tokenizer = Tokenizer.from_str(rules.decode("utf-8"))
        except Exception as error:  # onnxruntime and tokenizers raise their own kinds, without a common base
            raise RunError(f"the embedding model in {self._folder} is damaged; reinstall assignee") from error
        if hashlib.sha256(rules).hexdigest() != expected:
            raise RunError(f"the tokenizer in {self._folder} is not the model's own; reinstall assignee")
        return tokenizer, session

    def _read(self, name: str) -> bytes:
        try:
            return (self._folder / name).read_bytes()
        except OSError as error:
            raise RunError(f"the embedding model lacks {self._folder / name}; reinstall assignee") from error
