"""Claims checked per second, seat by seat, and what a review costs in memory. Prints ratios; asserts nothing.

Usage: python evals/bench/checking.py [LIBRARY] [--question Q] [--repeat N]
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from assignee.agents.engine_embedded import EmbeddedEngine
from assignee.settings import ReviewRequest, Settings
from assignee.tools.corpus import Corpus
from assignee.tools.folding import fold_versions
from assignee.tools.library import LibrarySource
from assignee.tools.toolbox import Toolbox

T = TypeVar("T")
EXAMPLES = Path(__file__).parents[2] / "examples" / "library"


def main() -> None:
    """Run one review step by step over the library, then each seat `--repeat` times over the same claims."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("library", nargs="?", type=Path, default=EXAMPLES)
    parser.add_argument(
        "--question", default="Does intermediate-task training improve zero-shot cross-lingual transfer?"
    )
    parser.add_argument("--repeat", type=int, default=5)
    asked = parser.parse_args()
    request = ReviewRequest(question=asked.question, library=(asked.library,), sources=("library",))
    engine = EmbeddedEngine()
    start = _peak()
    with (
        tempfile.TemporaryDirectory() as home,
        Toolbox.open(Settings(home=Path(home), concurrency=2)) as toolbox,
    ):
        queries = [item["query"] for item in engine.plan(request, 0, ())]
        source = LibrarySource(toolbox, [asked.library])
        found, searching = _timed(lambda: source.search(queries, limit=100, until=None))
        papers, _ = fold_versions(found.papers)
        screened, screening = _timed(lambda: engine.screen(papers, request, toolbox, 0, ()))
        corpus, reading = _timed(lambda: _corpus(Corpus(screened, toolbox)))
        claims, extracting = _timed(lambda: engine.extract(corpus, request, 0, ()))
        steps = {"search": searching, "screen": screening, "read": reading, "extract": extracting}
        # The seats are independent of the claims' order: numbered anew they can be checked again.
        many = [replace(claim, id=f"{claim.id}-{turn}") for turn in range(asked.repeat) for claim in claims]
        seats: dict[str, float] = {}
        for name, seat in engine.seats.items():
            began = time.perf_counter()
            for part in _batches(many):
                seat.check(part, corpus)
            seats[name] = time.perf_counter() - began
    total = sum(seats.values())
    print(
        f"{len(corpus.passages)} sentences of {len(corpus.papers)} papers, {len(many)} claims checked by {len(seats)} seats"
    )
    print(f"\n{'step':<14} {'seconds':>8} {'share':>7}")
    for name, seconds in steps.items():
        print(f"{name:<14} {seconds:8.3f} {seconds / (sum(steps.values()) + total):7.1%}")
    print(f"\n{'seat':<14} {'claims/s':>9} {'against slowest':>16}")
    slowest = max(seats.values())
    for name, seconds in seats.items():
        print(f"{name:<14} {len(many) / seconds:9.0f} {slowest / seconds:15.1f}x")
    print(f"{'all seats':<14} {len(many) / total:9.0f}")
    print(f"\npeak memory {_peak() / 1024:.0f} MB, {_peak() / start:.1f}x that of the imports alone")


def _batches(claims: list[T]) -> list[list[T]]:
    return [claims[at : at + 25] for at in range(0, len(claims), 25)]


def _corpus(corpus: Corpus) -> Corpus:
    _ = corpus.vectors
    return corpus


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    began = time.perf_counter()
    result = work()
    return result, time.perf_counter() - began


def _peak() -> int:
    """Peak resident memory so far, in KiB (Linux)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    main()
