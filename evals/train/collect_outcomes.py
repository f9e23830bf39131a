"""Collect printed outcomes for `fit_confidence`: run reviews, write what a reader must judge.

    python evals/train/collect_outcomes.py --data DIR --out FILE [--first N] [--last N]

Reads `evals/gold/outcome_questions.jsonl` ({library, question, papers}; "examples" is the example library of this
repository). Each line of FILE is one claim as printed, with its features and, for reading only, the texts a reader
needs: FILE is a working file, is never shipped, and is made anew after any change of the engine. Labels are kept
apart, in `evals/gold/outcome_labels.jsonl`, keyed by `key`, so that an outcome that is printed unchanged keeps its
label.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assignee import review
from assignee.agents.confidence import features
from assignee.claims import CheckedClaim, Evidence, Report, Stance
from assignee.evals.outcomes import LIBRARIES, QUESTIONS, key
from assignee.settings import Settings
from assignee.tools.corpus import Corpus
from assignee.tools.toolbox import Toolbox

_ROOT = Path(__file__).resolve().parents[2]
_NEAREST = 4  # sentences of other included works that a reader of a quoted claim looks at


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=os.environ.get("ASSIGNEE_DATA"))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--first", type=int, default=1, help="number of the first question, for a part")
    parser.add_argument("--last", type=int, default=10_000)
    arguments = parser.parse_args()
    if arguments.data is None:
        parser.error("--data or ASSIGNEE_DATA must name the data folder")
    with arguments.out.open("w", encoding="utf-8") as out:
        for number, line in enumerate(QUESTIONS.read_text(encoding="utf-8").splitlines(), start=1):
            if arguments.first <= number <= arguments.last:
                asked = json.loads(line)
                for row in collect(asked, Path(arguments.data)):
                    out.write(json.dumps(row, ensure_ascii=False) + "\n")
                out.flush()


def collect(asked: dict[str, Any], data: Path) -> Iterator[dict[str, Any]]:
    """The claims of one review as rows: key, features, and the texts a reader needs."""
    question, library = asked["question"], asked["library"]
    root = _ROOT if library == "examples" else data
    settings = Settings.from_env()
    report = review(
        question,
        root / LIBRARIES[library],
        engine="embedded",
        max_papers=asked.get("papers", 20),
        date="2026-01-01",
        settings=settings,
    )
    with Toolbox.open(settings) as toolbox:
        corpus = Corpus(report.papers, toolbox)
        for checked in report.claims:
            yield _row(question, library, checked, report, corpus)


def _row(
    question: str, library: str, checked: CheckedClaim, report: Report, corpus: Corpus
) -> dict[str, Any]:
    claim = checked.claim
    cited = [item for verdict in checked.verdicts for item in verdict.evidence if _decides(item, checked)]
    return {
        "key": key(claim.paper_id, claim.start, claim.end, checked.outcome, cited),
        "question": question,
        "library": library,
        "paper_id": claim.paper_id,
        "start": claim.start,
        "end": claim.end,
        "outcome": checked.outcome.value,
        "cited": [[item.paper_id, item.start, item.end] for item in cited],
        "features": list(features(claim, checked.outcome)),
        "read": {
            "claim": claim.text,
            "kind": claim.kind.value,
            "relevance": claim.relevance,
            "title": report.paper(claim.paper_id).title,
            "around": corpus.text(claim.paper_id)[max(0, claim.start - 260) : claim.end + 160],
            "why": checked.why,
            "cited": [_shown(item, report, corpus) for item in cited],
            "seats": {
                verdict.verifier: [verdict.stance.value, verdict.probability, verdict.reason]
                for verdict in checked.verdicts
            },
            "nearest": _nearest(checked, report, corpus),
        },
    }


def _decides(item: Evidence, checked: CheckedClaim) -> bool:
    """Whether a piece of evidence can have made the outcome: any stance of another work, disagreement of its own."""
    if item.paper_id != checked.claim.paper_id:
        return item.stance in {Stance.SUPPORT, Stance.CONTRADICT}
    overlaps = item.start < checked.claim.end and checked.claim.start < item.end
    return item.stance is Stance.CONTRADICT and not overlaps


def _shown(item: Evidence, report: Report, corpus: Corpus) -> dict[str, Any]:
    return {
        "cite": report.paper(item.paper_id).cite,
        "title": report.paper(item.paper_id).title,
        "stance": item.stance.value,
        "quote": item.quote,
        "before": corpus.text(item.paper_id)[max(0, item.start - 160) : item.start],
        "note": item.note,
        "independent": item.independent,
    }


def _nearest(checked: CheckedClaim, report: Report, corpus: Corpus) -> list[list[Any]]:
    cosines = corpus.vectors @ corpus.embed([checked.claim.statement])[0]
    found = [
        (round(float(cosines[row]), 2), report.paper(passage.paper_id).cite, passage.text)
        for row, passage in enumerate(corpus.passages)
        if passage.paper_id != checked.claim.paper_id
    ]
    return [list(item) for item in sorted(found, key=lambda item: (-item[0], item[2]))[:_NEAREST]]


if __name__ == "__main__":
    main()
