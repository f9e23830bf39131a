"""Fit what is taken off each reviewer's marks, on the good reports of the damage suite.

    python evals/train/fit_reviewer_offsets.py [--engine NAME] [--out agents/weights/reviewer_offsets.json]

A reviewer who gives sound reports more than the strictest colleague of the same engine is brought down by the
difference of the two means; nobody is brought up. Means over damaged reports stand beside it for the reader. Reviewers
of other engines that the file holds already stay as they are.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from typing import Any

from assignee.agents.reviewer import Reviewer
from assignee.agents.scoring import mean_of
from assignee.evals.damage import Case
from assignee.evals.output import ProgressLine
from assignee.evals.panel import DAMAGES
from assignee.evals.panel_cases import good_cases
from assignee.registry import load

_FILE = Path(__file__).resolve().parents[2] / "agents" / "weights" / "reviewer_offsets.json"
_DOSE = 3


def fit(
    reviewers: Sequence[Reviewer], cases: Sequence[Case], damaged: Sequence[Case]
) -> dict[str, dict[str, Any]]:
    """{reviewer: {offset, mean_good, mean_damaged, good, damaged}}; the mark is half mean, half worst, as the panel's."""
    means = {one.name: (_marks(one, cases), _marks(one, damaged)) for one in reviewers}
    strictest = min(mean(good) for good, _ in means.values())
    return {
        name: {
            "offset": round(min(0.0, strictest - mean(good)), 3),
            "mean_good": round(mean(good), 3),
            "mean_damaged": round(mean(bad), 3),
            "good": len(good),
            "damaged": len(bad),
        }
        for name, (good, bad) in means.items()
    }


def _marks(reviewer: Reviewer, cases: Sequence[Case]) -> list[float]:
    found = []
    for case in cases:
        review = reviewer.review(case.report, case.texts.__getitem__)
        if (middle := mean_of(review)) is not None:
            found.append(0.5 * middle + 0.5 * min(review.scores.values()))
    return found


def main() -> None:
    """Make the reports, break them, fit, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--engine", default="embedded")
    parser.add_argument("--out", type=Path, default=_FILE)
    given = parser.parse_args()
    cases, _ = good_cases(given.engine, ProgressLine())
    own = [item for item in DAMAGES if not item.held_out]
    made = (item.apply(case, _DOSE, cases) for item in own for case in cases)
    reviewers = list(load("engines", given.engine)().reviewers.values())
    found = fit(reviewers, cases, [case for case in made if case is not None])
    held = json.loads(given.out.read_text(encoding="utf-8"))["reviewers"] if given.out.is_file() else {}
    body = {
        "about": "What is taken off a reviewer's marks (0 to 10). Made by evals/train/fit_reviewer_offsets.py.",
        "reviewers": dict(sorted({**held, **found}.items())),
    }
    given.out.write_text(json.dumps(body, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
