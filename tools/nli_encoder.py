"""The packaged cross-encoder: a claim and a passage to logits, on onnxruntime. Long passages are read in windows."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assignee.errors import RunError

from .embedder import MODEL

__all__ = ["CLAIM_TOKENS", "FILE", "ROOM", "TOKENS", "CrossEncoder", "Logits", "windows"]

FILE = "pairs.onnx"
TOKENS = 160  # of a window, claim and marks included: what the model was trained on
CLAIM_TOKENS = 128
ROOM = 96  # that a window has at least, however long the claim
_OVERLAP = 16
_CLS, _SEP = 101, 102
_MAX_CHARACTERS = 8192

Logits = NDArray[np.float64]


def windows(parts: Sequence[Sequence[int]], room: int) -> list[list[int]]:
    """Token ids of the sentences packed into as few windows of at most `room` as their order allows; nothing is cut.

    A sentence longer than `room` fills windows of its own, each sharing `_OVERLAP` tokens with the one before.
    """
    found: list[list[int]] = []
    open_window: list[int] = []
    for part in parts:
        ids = list(part)
        if open_window and len(open_window) + len(ids) > room:
            found.append(open_window)
            open_window = []
        while len(ids) > room:
            found.append(ids[:room])
            ids = ids[room - min(_OVERLAP, room // 2) :]
        open_window = open_window + ids
    if open_window:
        found.append(open_window)
    return found


class CrossEncoder:
    """Loads the model at first use; safe across threads. One window is one call of the session, so that the logits
    of a pair are the same, to the last bit, whatever stands beside it.

    The file holds the upper layers only and takes the rest from the sentence encoder's file beside it.
    """

    def __init__(self, threads: int = 2, folder: Path = MODEL) -> None:
        self._threads = max(1, threads)
        self._folder = folder
        self._lock = threading.Lock()
        self._loaded: tuple[Any, Any] | None = None

    def logits(self, pairs: Sequence[tuple[str, Sequence[str]]]) -> list[Logits]:
        """For each (claim, sentences in order) an array (windows, outputs). Raises RunError when it does not load."""
        self._load()
        if len(pairs) < 2 or self._threads < 2:
            return [self._one(*pair) for pair in pairs]
        with ThreadPoolExecutor(self._threads, thread_name_prefix="cross-encoder") as pool:
            return list(pool.map(lambda pair: self._one(*pair), pairs))

    def _one(self, claim: str, sentences: Sequence[str]) -> Logits:
        tokenizer, session = self._load()
        head = self._ids(tokenizer, claim)[:CLAIM_TOKENS]
        parts = [self._ids(tokenizer, sentence) for sentence in sentences]
        rows = []
        for window in windows(parts, max(ROOM, TOKENS - len(head) - 3)) or [[]]:
            ids = [_CLS, *head, _SEP, *window, _SEP]
            segments = [0] * (len(head) + 2) + [1] * (len(window) + 1)
            feed = {"input_ids": ids, "token_type_ids": segments, "attention_mask": [1] * len(ids)}
            rows.append(
                session.run(None, {name: np.array([row], np.int64) for name, row in feed.items()})[0][0]
            )
        return np.array(rows, np.float64)

    @staticmethod
    def _ids(tokenizer: Any, text: str) -> list[int]:
        found: list[int] = []
        for start in range(0, len(text), _MAX_CHARACTERS):
            found.extend(
                tokenizer.encode(text[start : start + _MAX_CHARACTERS], add_special_tokens=False).ids
            )
        return found

    def _load(self) -> tuple[Any, Any]:
        with self._lock:
            if self._loaded is None:
                self._loaded = self._open()
            return self._loaded

    def _open(self) -> tuple[Any, Any]:
        import onnxruntime  # type: ignore[import-untyped]
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        path = self._folder / FILE
        try:
            rules = (self._folder / "tokenizer.json").read_bytes()
            encoder = hashlib.sha256((self._folder / "model.onnx").read_bytes()).hexdigest()
            session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
            facts = session.get_modelmeta().custom_metadata_map
            tokenizer = Tokenizer.from_str(rules.decode("utf-8"))
        except Exception as error:  # onnxruntime and tokenizers raise their own kinds, without a common base
            raise RunError(f"the cross-encoder {path} is missing or damaged; reinstall assignee") from error
        if facts.get("encoder_sha256") != encoder:
            raise RunError(f"{path} was made for another sentence encoder; reinstall assignee")
        if facts.get("tokenizer_sha256") != hashlib.sha256(rules).hexdigest():
            raise RunError(f"{path} was made for another tokenizer; reinstall assignee")
        tokenizer.no_truncation()
        return tokenizer, session
