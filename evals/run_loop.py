"""Judging many pairs: in batches, with progress, each judgement kept on disk until the whole evaluation is done.

An interrupted evaluation starts again where it stopped: judgements lie in a side file under `home/evals`, keyed by the
content of the pair, in a file named after the checker. A finished evaluation removes it.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from assignee.errors import UserError
from assignee.registry import load
from assignee.settings import Settings

from ..agents.pair_checker import Judgement, Pair, PairChecker
from .output import Progress

__all__ = ["Checker", "Judge", "code_hash", "judging", "models_of", "open_checker", "quiet"]

_BATCH = 64


class Checker(Protocol):
    """What `agents.pair_checker.PairChecker` is, and what an engine's `pair_checker` gives."""

    seats: tuple[str, ...]
    weights: dict[str, float]
    calibrated_on: str | None

    def judge(self, pairs: Sequence[Pair]) -> list[Judgement]:
        """One judgement a pair, in order."""
        ...


def quiet(done: int, total: int, what: str) -> None:
    """A progress that tells nobody."""


def open_checker(engine: str, task: str, verifiers: Sequence[str]) -> Checker:
    """The pair checker of an engine. Raises UserError for unknown names and for an engine that has none."""
    made = load("engines", engine)
    if hasattr(made, "pair_checker"):
        checker: Checker = made().pair_checker(task, tuple(verifiers))
        return checker
    if engine != "embedded":
        raise UserError(f"the engine {engine!r} judges no single pairs; take --engine embedded")
    return PairChecker(task, tuple(verifiers))  # type: ignore[arg-type]  # it refuses other tasks itself


class Judge:
    """A checker with a memory. `judged` pairs and `seconds` count what was really judged, not what was kept."""

    def __init__(
        self, checker: Checker, side: Path, progress: Progress = quiet, engine: str = "embedded"
    ) -> None:
        self.checker, self._side, self._progress, self.engine = checker, side, progress, engine
        self._kept: dict[str, Judgement] = dict(_read(side))
        self.judged, self.seconds = 0, 0.0

    @property
    def about(self) -> dict[str, Any]:
        """Who judged, for `provenance`: engine, the models it asks (by role; None for none), seats."""
        models = models_of(self.engine)
        names = None if models is None else {role: each["model"] for role, each in models.items()}
        return {"engine": self.engine, "models": names, "verifiers": list(self.checker.seats)}

    def __call__(self, pairs: Sequence[Pair], what: str = "pairs judged") -> list[Judgement]:
        """One judgement a pair, in order; equal pairs are judged once."""
        keys = [_key(pair) for pair in pairs]
        waiting = {key: pair for key, pair in zip(keys, pairs, strict=True) if key not in self._kept}
        todo = list(waiting.items())
        done = len(pairs) - len(todo)
        for start in range(0, len(todo), _BATCH):
            self._progress(done + start, len(pairs), what)
            part = todo[start : start + _BATCH]
            began = time.perf_counter()
            found = self.checker.judge([pair for _, pair in part])
            self.seconds += time.perf_counter() - began
            self.judged += len(part)
            lines = [_line(key, judgement) for (key, _), judgement in zip(part, found, strict=True)]
            with self._side.open("a", encoding="utf-8") as file:
                file.writelines(lines)
            # Read back as a later run would, so that a resumed evaluation has the same digits.
            self._kept.update(map(_parse, lines))
        self._progress(len(pairs), len(pairs), what)
        return [self._kept[key] for key in keys]


@contextmanager
def judging(
    engine: str, task: str, verifiers: Sequence[str], progress: Progress = quiet, home: Path | None = None
) -> Iterator[Judge]:
    """A judge over the engine's checker. Its side file goes when the block ends well and stays when it does not.

    "auto" is the engine that a review would take.
    """
    if engine == "auto":
        from ..graphs.engine_choice import choose_engine

        engine = choose_engine("auto").name
    checker = open_checker(engine, task, verifiers)
    folder = (home or Settings.from_env().home) / "evals"
    facts = [
        engine,
        models_of(engine),
        task,
        list(checker.seats),
        sorted(checker.weights.items()),
        code_hash(),
    ]
    name = json.dumps(facts, default=str)
    side = folder / f"{hashlib.sha256(name.encode()).hexdigest()[:16]}.jsonl"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        side.touch()
    except OSError as error:
        raise UserError(f"{folder} cannot be written: {error.strerror}; set ASSIGNEE_HOME") from error
    yield Judge(checker, side, progress, engine)
    side.unlink(missing_ok=True)


def models_of(engine: str) -> dict[str, Any] | None:
    """The models that an engine asks, by role, as the environment names them; None for the embedded engine."""
    if engine == "embedded":
        return None
    from ..tools.model_settings import ModelSettings

    return ModelSettings.from_env().describe()


def code_hash() -> str:
    """Changes with any file of the checkers: name, size and time of every module, weight and model."""
    here = Path(__file__).resolve().parents[1]
    files = sorted(
        path
        for folder in ("agents", "tools", "prompts")
        for path in (here / folder).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    )
    facts = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    return hashlib.sha256(repr(facts).encode()).hexdigest()


def _key(pair: Pair) -> str:
    return hashlib.sha256(json.dumps([pair.claim, *pair.evidence]).encode()).hexdigest()


def _line(key: str, found: Judgement) -> str:
    seats = {name: _rounded(probs) for name, probs in found.seats.items()}
    return json.dumps([key, _rounded(found.probs), seats, list(found.rationale), found.like]) + "\n"


def _rounded(probs: Sequence[float] | None) -> list[float] | None:
    return None if probs is None else [round(float(each), 6) for each in probs]


def _parse(line: str) -> tuple[str, Judgement]:
    key, probs, seats, rationale, like = json.loads(line)
    own = {name: _three(each) for name, each in seats.items()}
    return key, Judgement(_three(probs), own, tuple(rationale), bool(like))


def _three(probs: Any) -> tuple[float, float, float] | None:
    return None if probs is None else (float(probs[0]), float(probs[1]), float(probs[2]))


def _read(side: Path) -> Iterator[tuple[str, Judgement]]:
    """What an interrupted run kept; a line cut short is judged again."""
    for line in side.read_text(encoding="utf-8").splitlines():
        try:
            yield _parse(line)
        except (ValueError, TypeError, IndexError):
            continue
