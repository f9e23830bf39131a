"""What the manifest tells of the search: queries, batches, which sources had what, who did not answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from assignee.claims import Paper
from assignee.request import from_dict

from ..agents.overrides import Overrides
from .state import ReviewState
from .steps import looked_up, names_of

__all__ = ["batches", "not_answered", "overlap", "problems", "queries"]

Entries = tuple[dict[str, Any], ...]


def queries(state: ReviewState) -> Entries:
    """Every query of every round and batch as it was sent, with its hits; then the look-ups.

    A look-up is handed `papers` and asks for those whose ids it takes; its hits are those that it knows. One that told
    nothing at all had nothing to ask for (no such id, no contact to give).
    """
    found = [
        query | {"round": entry["round"], "batch": entry["batch"], "what": entry["what"]}
        for entry in sorted(state["found"], key=lambda entry: int(entry["batch"]))
        for query in entry["hits"]
    ]
    asked = [
        {
            "source": entry["service"],
            "query": f"{len(entry['asked'])} included paper{'s' * (len(entry['asked']) > 1)}, by their ids",
            "hits": len(entry["learned"]),
            "papers": entry["asked"],
            "round": entry["round"],
            "batch": 0,
            "what": "look_up",
        }
        for entry in state.get("learned", ())
        if not entry["silent"] and (entry["learned"] or entry["problems"])
    ]
    return (*found, *asked)


def batches(state: ReviewState) -> Entries:
    """The batches in their order, as `RunManifest.batches` says."""
    names = ("batch", "round", "what", "records", "new", "relevant")
    return tuple({name: item[name] for name in names} for item in state.get("batches", ()))


def overlap(state: ReviewState) -> Entries:
    """How many of the works that searches returned each set of sources had, as far as they are relevant or unsure.

    What only chasing brought is left out: chasers are asked about papers found, and so share them all. Retracted works
    are left out too.
    """
    returned: dict[str, set[str]] = {}
    for entry in state["found"]:
        if entry["what"] != "chase":
            for item in entry["papers"]:
                returned.setdefault(item["id"], set()).add(entry["source"])
    works: Counter[tuple[str, ...]] = Counter()
    included: Counter[tuple[str, ...]] = Counter()
    for paper in (Paper.from_dict(item) for item in state["papers"]):
        found: set[str] = set().union(*(returned.get(name, set()) for name in names_of(paper)))
        kept = paper.included or paper.screening in ("include", "unsure")
        if found and kept and not paper.retracted:
            works[tuple(sorted(found))] += 1
            included[tuple(sorted(found))] += paper.included
    ranked = sorted(works, key=lambda sources: (-works[sources], sources))
    return tuple(
        {"sources": list(sources), "works": works[sources], "included": included[sources]}
        for sources in ranked
    )


def not_answered(state: ReviewState) -> tuple[str, ...]:
    """The sources and services that did not answer, each once."""
    return tuple(dict.fromkeys(_silent(state)))


def problems(state: ReviewState) -> tuple[str, ...]:
    """What could not be read or had, one line each, what failed last."""
    lines = [line for entry in state["found"] for line in entry["problems"]]
    lines += [line for entry in state.get("learned", ()) for line in entry["problems"]]
    lines += _not_looked_up(state)
    lines += _without_text(state)
    lines += _unmatched(state)
    return tuple(dict.fromkeys([*lines, *state.get("failures", ())]))


def _silent(state: ReviewState) -> Iterator[str]:
    for entry in state["found"]:
        if entry["silent"]:
            chased = entry["what"] == "chase"
            yield f"{entry['source']} (references and citations)" if chased else entry["source"]
    for entry in state.get("learned", ()):
        if entry["silent"]:
            yield f"{entry['service']} (look-up)"
    for name in sorted({name for entry in state.get("fetched", ()) for name, _ in entry["silent"]}):
        yield f"{name} (full texts)"


def _not_looked_up(state: ReviewState) -> list[str]:
    """The included papers that came in too late, where look-ups were made at all."""
    if not state.get("learned"):
        return []
    known = looked_up(state)
    papers = [Paper.from_dict(item) for item in state["papers"] if item["included"]]
    missed = [paper.id for paper in papers if known.isdisjoint(names_of(paper))]
    told = "not looked up for retractions, as too many papers before proved to be retracted"
    return [f"{name} was {told}" for name in missed]


def _without_text(state: ReviewState) -> list[str]:
    """One line for each place that did not give full texts, however many were asked of it; then one a bad copy."""
    fetched = state.get("fetched", ())
    failed: dict[str, list[str]] = {}
    for entry in fetched:
        for name, why in entry["silent"]:
            failed.setdefault(name, []).append(why)
    lines = [
        f"{name} did not answer for the full text of {len(why)} paper{'s' * (len(why) > 1)}: {why[0]}"
        for name, why in sorted(failed.items())
    ]
    return lines + [line for entry in fetched for line in entry["problems"]]


def _unmatched(state: ReviewState) -> list[str]:
    """The overrides that no paper found answers to."""
    papers = [Paper.from_dict(item) for item in state["papers"]]
    return list(Overrides.of(from_dict(state["request"])).unmatched(papers))
