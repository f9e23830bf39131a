"""Any 3-class NLI model from a local folder, or from the local cache of a hub: premise and hypothesis to probabilities.

A folder holds `config.json` with the names of the labels (id2label), `tokenizer.json`, and either `model.onnx`
(also `onnx/model.onnx`), which needs nothing more, or weights that `transformers` reads (extra `nli`). Nothing is
ever downloaded.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from assignee.errors import UserError

__all__ = ["NliModel", "columns", "open_model", "pieces", "resolve"]

_NAMES = (
    ("entail", "support", "true"),
    ("contradict", "refut", "false"),
    ("neutral", "not_enough", "not enough", "nei", "unverif"),
)
_LONGEST = 512
_SETTING = "ASSIGNEE_NLI_MODEL"


class NliModel(Protocol):
    """Premise and hypothesis to probabilities of entailment, contradiction, neutral."""

    def probabilities(self, premises: Sequence[str], hypothesis: str) -> NDArray[np.float64]:
        """(windows, 3): the premise's sentences in as many windows as the model's length asks for."""
        ...


def resolve(name: str, env: Mapping[str, str] | None = None) -> Path:
    """The folder of a model: a path, or `owner/name` in the hub's local cache. Raises UserError where there is none."""
    env = os.environ if env is None else env
    path = Path(name).expanduser()
    if path.is_dir():
        return path
    home = env.get("HF_HOME") or str(Path(env.get("XDG_CACHE_HOME") or "~/.cache") / "huggingface")
    cache = Path(env.get("HF_HUB_CACHE") or Path(home) / "hub").expanduser()
    snapshots = cache / f"models--{name.replace('/', '--')}" / "snapshots"
    found = sorted(snapshots.iterdir()) if name.count("/") == 1 and snapshots.is_dir() else []
    whole = [each for each in found if (each / "config.json").is_file()]
    if not whole:
        raise UserError(
            f"{_SETTING}: {name!r} is neither a folder nor a model in the local hub cache; download it first"
        )
    named = cache / f"models--{name.replace('/', '--')}" / "refs" / "main"
    revision = named.read_text(encoding="utf-8").strip() if named.is_file() else ""
    return next((each for each in whole if each.name == revision), whole[-1])


def columns(config: Mapping[str, Any], name: str) -> tuple[int, int, int]:
    """The model's columns of entailment, contradiction and neutral, by its own names. Raises UserError otherwise."""
    raw = config.get("id2label")
    labels = {int(at): str(text).casefold() for at, text in raw.items()} if isinstance(raw, dict) else {}
    places = [[at for at, label in sorted(labels.items()) if label.startswith(kind)] for kind in _NAMES]
    if len(labels) != 3 or any(len(place) != 1 for place in places):
        said = ", ".join(label for _, label in sorted(labels.items())) or "none"
        raise UserError(
            f"{_SETTING}: {name} is no 3-class NLI model: its config.json names the labels {said}, "
            "not entailment, contradiction and neutral"
        )
    return places[0][0], places[1][0], places[2][0]


def open_model(name: str) -> NliModel:
    """The model of a folder or hub id. Raises UserError, in one line, for one that is missing or odd."""
    folder = resolve(name)
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UserError(f"{_SETTING}: {folder} has no readable config.json") from error
    if not isinstance(config, dict):
        raise UserError(f"{_SETTING}: {folder} has no readable config.json")
    order = columns(config, name)
    limit = min(_LONGEST, int(config.get("max_position_embeddings") or _LONGEST))
    if config.get("model_type") in ("roberta", "xlm-roberta", "camembert"):
        limit -= 2  # its positions start at 2
    for file in (folder / "model.onnx", folder / "onnx" / "model.onnx"):
        if file.is_file():
            return _Onnx(file, folder, order, limit)
    return _Transformers(folder, order, limit)


def pieces(sentences: Sequence[str], fits: Any) -> list[str]:
    """The sentences joined into as few texts as `fits` (text -> bool) allows, in order; nothing is cut away.

    A sentence that does not fit alone is halved at a space until it does, or until one word is left.
    """
    found: list[str] = []
    for sentence in sentences:
        joined = f"{found[-1]} {sentence}" if found else sentence
        if fits(joined):
            found[-1:] = [joined]
        elif fits(sentence) or len(words := sentence.split()) < 2:
            found.append(sentence)
        else:
            half = len(words) // 2
            found.extend(pieces([" ".join(words[:half]), " ".join(words[half:])], fits))
    return found


def _softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    result: NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
    return result


class _Onnx:
    """On onnxruntime and tokenizers, one window a call."""

    def __init__(self, file: Path, folder: Path, order: tuple[int, int, int], limit: int) -> None:
        import onnxruntime  # type: ignore[import-untyped]
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._session = onnxruntime.InferenceSession(
                str(file), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # both raise their own kinds, without a common base
            raise UserError(f"{_SETTING}: {folder} cannot be loaded: {_line(error)}") from error
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._inputs = [each.name for each in self._session.get_inputs()]
        self._order, self._limit = list(order), limit

    def probabilities(self, premises: Sequence[str], hypothesis: str) -> NDArray[np.float64]:
        texts = pieces(premises, lambda text: len(self._tokenizer.encode(text, hypothesis)) <= self._limit)
        rows = []
        for text in texts:
            coded = self._tokenizer.encode(text, hypothesis)
            known = {
                "input_ids": coded.ids,
                "attention_mask": coded.attention_mask,
                "token_type_ids": coded.type_ids,
            }
            try:
                feed = {name: np.array([known[name]], np.int64) for name in self._inputs}
                rows.append(np.asarray(self._session.run(None, feed)[0], np.float64).reshape(-1)[self._order])
            except Exception as error:  # a model of other inputs or outputs than an NLI model has
                raise UserError(
                    f"{_SETTING}: the model does not answer as an NLI model does: {_line(error)}"
                ) from error
        return _softmax(np.array(rows))


class _Transformers:
    """On torch, through `transformers` (extra `nli`)."""

    def __init__(self, folder: Path, order: tuple[int, int, int], limit: int) -> None:
        try:
            import torch
            import transformers
        except ImportError as error:
            raise UserError(
                f"{_SETTING}: {folder} has no model.onnx; pip install 'assignee[nli]' to read its weights"
            ) from error
        try:
            self._tokenizer = transformers.AutoTokenizer.from_pretrained(folder, local_files_only=True)
            kind = transformers.AutoModelForSequenceClassification
            self._model = kind.from_pretrained(folder, local_files_only=True).eval()
        except Exception as error:  # whatever a foreign folder makes the two raise
            raise UserError(f"{_SETTING}: {folder} cannot be loaded: {_line(error)}") from error
        self._torch, self._order, self._limit = torch, list(order), limit

    def probabilities(self, premises: Sequence[str], hypothesis: str) -> NDArray[np.float64]:
        def coded(text: str) -> Any:
            return self._tokenizer(text, hypothesis, return_tensors="pt", verbose=False)

        texts = pieces(premises, lambda text: coded(text)["input_ids"].shape[1] <= self._limit)
        with self._torch.inference_mode():
            rows = [self._model(**coded(text)).logits[0].double().numpy()[self._order] for text in texts]
        return _softmax(np.array(rows))


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
