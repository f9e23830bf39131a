"""What the collection of printed outcomes and the fit of the confidence share: places and keys."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from assignee.claims import Evidence

__all__ = ["LABELS", "LIBRARIES", "QUESTIONS", "key"]

_GOLD = Path(__file__).resolve().parent / "gold"
QUESTIONS = _GOLD / "outcome_questions.jsonl"
LABELS = _GOLD / "outcome_labels.jsonl"
LIBRARIES = {
    "transfer": "library/acl-anthology-transfer.jsonl",
    "anthology": "library/acl-anthology-2016-2021.jsonl.gz",
    "examples": "examples/library",
}


def key(paper_id: str, start: int, end: int, outcome: str, cited: Iterable[Evidence]) -> str:
    """12 hex digits that name a printed outcome: the claim's span, the outcome, and the spans that decided it."""
    spans = sorted({(item.paper_id, item.start, item.end, item.stance.value) for item in cited})
    return hashlib.sha256(repr((paper_id, start, end, str(outcome), spans)).encode()).hexdigest()[:12]
