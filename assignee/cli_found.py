"""What a run with databases says of its search at the end: what each batch brought, and what several sources had."""

from __future__ import annotations

from collections import Counter

from assignee.claims import RunManifest

__all__ = ["search_lines"]

_WHAT = {"queries": "queries", "acronyms": "acronyms", "chase": "citations"}


def search_lines(manifest: RunManifest) -> list[str]:
    """At most four lines; none for a run that asked no database, which follows no citations."""
    if "chase" not in manifest.settings:
        return []
    return [line for line in (_batches(manifest), manifest.stopped, *_overlap(manifest)) if line]


def _batches(manifest: RunManifest) -> str:
    """ "New relevant works in new records: 12 in 96 by queries, 2 in 31 by acronyms, 3 in 88 by citations." """
    told = [
        f"{item['relevant']:,} in {item['records']:,} by {_WHAT.get(item['what'], item['what'])}"
        for item in manifest.batches
        if item["round"] <= manifest.settings.get("kept_round", item["round"])
    ]
    return f"New relevant works in new records: {', '.join(told)}." if told else ""


def _overlap(manifest: RunManifest) -> tuple[str, ...]:
    """How many works one source alone had, and what that does not say; nothing where only one source had any."""
    works: Counter[tuple[str, ...]] = Counter()
    for item in manifest.overlap:
        works[tuple(item["sources"])] += int(item["works"])
    if len({name for sources in works for name in sources}) < 2:
        return ()
    alone = sum(count for sources, count in works.items() if len(sources) == 1)
    return (
        f"Overlap: of {sum(works.values()):,} relevant or unsure works that searches returned, {alone:,} came from one "
        "source alone.",
        "Databases share their sources: overlap is no proof that nothing is missing.",
    )
