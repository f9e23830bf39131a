"""Corpora of a few short papers, and the records that agents pass on, for tests of single agents."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from assignee.agents.confidence import Calibration
from assignee.claims import CheckedClaim, Claim, Evidence, Kind, Outcome, Paper, Stance, Verdict
from assignee.settings import Settings
from assignee.tools.corpus import Corpus
from assignee.tools.text import content_hash, stored
from assignee.tools.toolbox import Toolbox

__all__ = [
    "UNCALIBRATED",
    "Build",
    "build",
    "checked",
    "claim_on",
    "evidence_on",
    "paper",
    "toolbox",
    "verdict",
]

Build = Callable[..., Corpus]
UNCALIBRATED = Calibration(None, "no calibration set covers these papers")


@pytest.fixture(scope="module")
def toolbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Toolbox]:
    with Toolbox.open(Settings(home=tmp_path_factory.mktemp("agents"))) as opened:
        yield opened


@pytest.fixture
def build(toolbox: Toolbox) -> Build:
    """Build a corpus of papers "A", "B", … from their texts; keywords by paper id change a paper's fields."""

    def make(*texts: str, **changes: dict[str, Any]) -> Corpus:
        papers = []
        for name, raw in zip("ABCDEFGH", texts, strict=False):
            text = stored(raw)
            toolbox.texts.put(text)
            given = changes.get(name, {})
            papers.append(replace(paper(name, text_hash=content_hash(text)), **given))
        return Corpus(papers, toolbox)

    return make


def paper(name: str, **fields: Any) -> Paper:
    """An included paper of 2020 with an author of its own."""
    given = {
        "id": name,
        "title": f"Paper {name}",
        "authors": (f"Ada {name}lund",),
        "year": 2020,
        "included": True,
    }
    return Paper(**{**given, "work_id": name, **fields})


def claim_on(corpus: Corpus, quote: str, paper_id: str = "A", **fields: Any) -> Claim:
    """A claim on that quote of a paper of the corpus."""
    start = corpus.text(paper_id).index(quote)
    return Claim(
        **{
            "id": "c1",
            "text": f"{corpus.papers[paper_id].cite} reports: “{quote}”",
            "statement": quote,
            "quote": quote,
            "paper_id": paper_id,
            "section": "Abstract",
            "start": start,
            "end": start + len(quote),
            "kind": Kind.FINDING,
            **fields,
        }
    )


def evidence_on(corpus: Corpus, quote: str, paper_id: str, stance: Stance, **fields: Any) -> Evidence:
    """That quote of a paper of the corpus as evidence."""
    start = corpus.text(paper_id).index(quote)
    return Evidence(
        paper_id=paper_id, start=start, end=start + len(quote), quote=quote, stance=stance, **fields
    )


def verdict(name: str, stance: Stance, evidence: Sequence[Evidence] = (), reason: str = "so") -> Verdict:
    """A verdict of that seat."""
    return Verdict(verifier=name, stance=stance, probability=None, reason=reason, evidence=tuple(evidence))


def checked(claim: Claim, outcome: Outcome = Outcome.QUOTED, *verdicts: Verdict) -> CheckedClaim:
    """The claim with that outcome and a quote check that passed."""
    quote = verdict("quote_check", Stance.SUPPORT)
    return CheckedClaim(claim=claim, verdicts=(quote, *verdicts), outcome=outcome, confidence=None, why="so")
