"""What the graph costs per claim: synthetic claims and three seats that do nothing, with and without checkpoints.

    python evals/bench/graph_overhead.py [--claims 100 1000 10000] [--repeat 3]

Goal: at most 1 ms a claim, and time growing with at most the power 1.05 of the number of claims. The run starts at
`extract` in effect: one paper of one sentence is searched, screened and read, which counts as overhead too.
Prints one JSON object; times are the best of the repeats, in seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from langchain_core.runnables import RunnableConfig

from assignee.agents.verifier import Verifier
from assignee.claims import (
    Answer,
    AnswerStrength,
    CheckedClaim,
    Claim,
    Decided,
    Decision,
    Direction,
    Flow,
    Grade,
    Headline,
    Kind,
    Outcome,
    Paper,
    Report,
    Review,
    RunManifest,
    Stance,
    Status,
    Verdict,
)
from assignee.graphs.review import build
from assignee.graphs.state import ReviewInput
from assignee.settings import ReviewRequest, Settings
from assignee.tools.checkpoints import Checkpoints
from assignee.tools.corpus import Corpus
from assignee.tools.source import Found
from assignee.tools.toolbox import Toolbox

__all__ = ["main"]

_SENTENCE = "Training on English tasks raises cross-lingual transfer accuracy by four points on average."


class _Seat:
    """Answers at once, with a reason of the usual length."""

    def __init__(self, name: str) -> None:
        self.name = name

    def check(self, claims: Sequence[Claim], corpus: Corpus) -> list[Verdict]:
        return [
            Verdict(
                verifier=self.name, stance=Stance.NEUTRAL, probability=None, reason="no comparable sentence"
            )
            for _ in claims
        ]


class _Source:
    """One paper of one sentence."""

    name = "library"

    def __init__(self, toolbox: Toolbox) -> None:
        self._hash = toolbox.texts.put(_SENTENCE)

    def search(self, queries: Sequence[str], *, limit: int, until: str | None) -> Found:
        return Found(
            (Paper(id="p", title="A paper", authors=("A. B.",), year=2020, text_hash=self._hash),), (), ()
        )


class _Engine:
    """Makes `claims` claims and judges nothing."""

    name = "synthetic"
    reviewers: Mapping[str, Any] = {}

    def __init__(self, claims: int, seats: int = 3) -> None:
        self._claims = claims
        self.seats: Mapping[str, Verifier] = {f"seat_{at}": _Seat(f"seat_{at}") for at in range(seats)}

    def plan(self, request: ReviewRequest, round: int, demands: Sequence[str]) -> tuple[dict[str, Any], ...]:
        return ({"source": "library", "query": request.question},)

    def screen(
        self,
        papers: Sequence[Paper],
        request: ReviewRequest,
        toolbox: Toolbox,
        round: int,
        demands: Sequence[str],
    ) -> list[Paper]:
        return [Paper.from_dict(paper.to_dict() | {"included": True, "reason": "all"}) for paper in papers]

    def extract(
        self, corpus: Corpus, request: ReviewRequest, round: int, demands: Sequence[str]
    ) -> list[Claim]:
        return [
            Claim(
                id=f"c{number}",
                text=f"A. B. (2020) report: “{_SENTENCE}”",
                statement=_SENTENCE,
                quote=_SENTENCE,
                paper_id="p",
                section="Abstract",
                start=0,
                end=len(_SENTENCE),
                kind=Kind.FINDING,
            )
            for number in range(self._claims)
        ]

    def adjudicate(
        self, claims: Sequence[Claim], verdicts: Mapping[str, Sequence[Verdict]], corpus: Corpus
    ) -> list[CheckedClaim]:
        return [
            CheckedClaim(
                claim=claim,
                verdicts=tuple(verdicts[claim.id]),
                outcome=Outcome.QUOTED,
                confidence=None,
                why="no other work bears on it",
            )
            for claim in claims
        ]

    def write(
        self,
        request: ReviewRequest,
        papers: Sequence[Paper],
        checked: Sequence[CheckedClaim],
        flow: Flow,
        manifest: RunManifest,
        corpus: Corpus,
    ) -> Report:
        return Report(
            question=request.question,
            seed_paper=None,
            status=Status.COMPLETE,
            title="",
            engine=self.name,
            answer=Answer(
                text="",
                direction=Direction.UNDETERMINED,
                strength=AnswerStrength.NONE,
                independent_works=0,
                not_covered=(),
                claim_ids=(),
            ),
            papers=tuple(papers),
            claims=tuple(checked),
            reviews=(),
            decision=self._decision(),
            flow=flow,
            headline=Headline(claims=len(checked), quoted=len(checked)),
            manifest=manifest,
        )

    def decide(
        self, report: Report, reviews: Sequence[Review], texts: Callable[[str], str], round: int
    ) -> tuple[Decision, tuple[str, ...]]:
        return self._decision(), ()

    @staticmethod
    def _decision() -> Decision:
        return Decision(
            score=5.0,
            spread=None,
            caps=(),
            decision=Decided.REJECT,
            grade=Grade.DRAFT,
            reasons=("synthetic",),
        )


async def _once(claims: int, toolbox: Toolbox, library: Path, saver_at: Path | None) -> float:
    given: ReviewInput = {
        "request": {"question": "Does it work?", "library": [str(library)], "date": "2026-11-20"}
    }
    sources = {"library": _Source(toolbox)}
    if saver_at is None:
        graph = build(toolbox.settings, _Engine(claims), toolbox=toolbox, sources=sources)
        begin = time.perf_counter()
        done = await graph.ainvoke(given)
        taken = time.perf_counter() - begin
    else:
        async with Checkpoints.open(saver_at) as saver:
            graph = build(
                toolbox.settings, _Engine(claims), toolbox=toolbox, sources=sources, checkpointer=saver
            )
            config: RunnableConfig = {"configurable": {"thread_id": "t"}}
            begin = time.perf_counter()
            done = await graph.ainvoke(given, config, durability="sync")
            taken = time.perf_counter() - begin
    assert len(done["report"]["claims"]) == claims
    return taken


def _exponent(small: dict[str, Any], large: dict[str, Any]) -> float:
    """The power of the number of claims with which time grows from one row to the other."""
    return round(
        math.log(large["seconds"] / small["seconds"]) / math.log(large["claims"] / small["claims"]), 3
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--claims", type=int, nargs="+", default=[100, 1000, 10_000])
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "library.txt"
        library.write_text(_SENTENCE)
        with Toolbox.open(Settings(home=Path(folder))) as toolbox:
            asyncio.run(_once(10, toolbox, library, None))  # imports, and the model, once
            for saved in (False, True):
                for claims in options.claims:
                    taken, size = math.inf, 0
                    for turn in range(options.repeat):
                        at = Path(folder) / f"{claims}-{turn}.sqlite" if saved else None
                        taken = min(taken, asyncio.run(_once(claims, toolbox, library, at)))
                        if at:
                            size = sum(file.stat().st_size for file in at.parent.glob(f"{at.name}*"))
                            for file in at.parent.glob(f"{at.name}*"):
                                file.unlink()
                    row = {"claims": claims, "saver": saved, "seconds": round(taken, 4)}
                    rows.append(
                        row | {"ms_per_claim": round(1000 * taken / claims, 4), "checkpoint_bytes": size}
                    )
    growth = {
        ("saver" if saved else "no_saver"): {
            "step_by_step": [_exponent(a, b) for a, b in pairwise(part)],
            "overall": _exponent(part[0], part[-1]),
        }
        for saved in (False, True)
        for part in [[row for row in rows if row["saver"] is saved]]
        if len(part) > 1
    }
    print(json.dumps({"seats": 3, "batch": 25, "rows": rows, "growth_exponents": growth}, indent=1))


if __name__ == "__main__":
    main()
