"""What the search of a run has done so far, and whether it goes on: read from the state, nothing kept beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from assignee.claims import Paper

from ..tools.database_settings import online
from .state import Json, ReviewState

__all__ = [
    "CHASED_AT_ONCE",
    "answering",
    "chase_batches",
    "last_batch",
    "last_turn",
    "looked_up",
    "names_of",
    "saturated",
    "silent_chasers",
    "stopped",
    "to_chase",
]

CHASED_AT_ONCE = 20  # included papers whose references and citations are asked for in one batch
_NEW_RECORDS = 20  # a batch is worth another one while it brings a new relevant work in so many new records


def last_batch(state: Mapping[str, Any]) -> int:
    """The number of the last batch of the search; 0 before the first."""
    return max((entry["batch"] for entry in state.get("found", ())), default=0)


def answering(entries: Iterable[Json]) -> list[Json]:
    """The entries of `found`, `learned` or `fetched` whose source or service answered."""
    return [entry for entry in entries if not entry["silent"]]


def names_of(paper: Paper) -> set[str]:
    """The ids under which the records folded into a paper were found."""
    return {paper.id, *paper.versions}


def chase_batches(state: ReviewState) -> list[int]:
    """The numbers of this round's batches of chasing."""
    return sorted({entry["batch"] for entry in _chases(state) if entry["round"] == state["round"]})


def silent_chasers(state: ReviewState) -> set[str]:
    """Those that did not answer in this round, and are left alone."""
    return {
        entry["source"] for entry in _chases(state) if entry["silent"] and entry["round"] == state["round"]
    }


def to_chase(state: ReviewState) -> list[Paper]:
    """The included papers that were not chased yet, the most relevant first; at most `CHASED_AT_ONCE`."""
    chased = {name for entry in _chases(state) for name in entry["asked"]}
    papers = [Paper.from_dict(item) for item in state["papers"] if item["included"]]
    fresh = [paper for paper in papers if chased.isdisjoint(names_of(paper))]
    fresh.sort(key=lambda paper: (-(paper.relevance or 0.0), paper.id))
    return fresh[:CHASED_AT_ONCE]


def last_turn(state: ReviewState) -> int:
    """How often papers were looked up in this round."""
    learned = (entry for entry in state.get("learned", ()) if entry["round"] == state["round"])
    return max((entry["turn"] for entry in learned), default=0)


def saturated(batch: Mapping[str, Any]) -> bool:
    """Whether a batch brought no new relevant work, or fewer than 1 in 20 of its records."""
    relevant, records = int(batch["relevant"]), int(batch["records"])
    return relevant == 0 or relevant * _NEW_RECORDS < records


def looked_up(state: ReviewState) -> set[str]:
    """The ids of the papers that a look-up was asked about, in whatever round."""
    return {name for entry in state.get("learned", ()) for name in entry["asked"]}


def stopped(state: ReviewState, chasers: Sequence[str]) -> str:
    """Why the search ended, in one sentence."""
    request = state["request"]
    if not online(request["sources"]):
        return "Every source was asked; references and citations were not followed, as no database was asked."
    if not request["chase"]:
        return "Every source was asked; references and citations were not followed, as asked."
    if not chasers:
        return "Every source was asked; nothing that follows references and citations is installed."
    done = [item for item in state.get("batches", ()) if item["what"] == "chase"]
    searched = max(entry["round"] for entry in state["found"])  # a revision may only have written anew
    done = [item for item in done if item["round"] == searched]
    if not done:
        included = any(item["included"] for item in state["papers"])
        why = "every included paper had been chased before" if included else "no paper was included"
        return f"Every source was asked; references and citations were not followed, as {why}."
    last = done[-1]
    answered = answering(entry for entry in _chases(state) if entry["batch"] == last["batch"])
    if not answered:
        return "Citation chasing stopped, as nobody answered who knows references and citations."
    brought = f"{_n(last['relevant'], 'new relevant work')} in {_n(last['records'], 'new record')}"
    if saturated(last):
        return f"Citation chasing stopped as saturated: its last batch brought {brought}."
    if len(done) >= request["chase"]:
        limit = _n(len(done), "batch", "batches")
        return f"Citation chasing stopped at its limit of {limit}; the last brought {brought}, so more may be there."
    return f"Citation chasing stopped when every included paper had been chased; its last batch brought {brought}."


def _chases(state: ReviewState) -> list[Json]:
    return [entry for entry in state.get("found", ()) if entry["what"] == "chase"]


def _n(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
