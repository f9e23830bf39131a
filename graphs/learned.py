"""What was learned of papers after they were found: notices, where open copies lie, and full texts, put into their records.

The state keeps it apart from the papers, because every batch of the search folds the records anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from assignee.claims import Basis, Paper

from ..tools.finding_more import Location
from ..tools.notices import location
from .steps import names_of

__all__ = ["locations_of", "with_full_texts", "with_notices"]


def with_notices(papers: Sequence[Paper], learned: Sequence[Mapping[str, Any]]) -> list[Paper]:
    """The papers with what look-ups tell of them: a retraction told by one counts, whoever is silent."""
    told = [item for entry in learned for item in entry["learned"]]
    out = []
    for paper in papers:
        mine = [item for item in told if item["paper_id"] in names_of(paper)]
        notices = sorted({*paper.notices, *(line for item in mine for line in item["notices"])})
        retracted = paper.retracted or any(item["retracted"] for item in mine)
        out.append(replace(paper, retracted=retracted, notices=tuple(notices)))
    return out


def locations_of(paper: Paper, learned: Sequence[Mapping[str, Any]]) -> list[Location]:
    """Where open copies of a paper are said to lie, each address once, in the order of the look-ups."""
    found: dict[str, Location] = {}
    for entry in learned:
        for item in entry["learned"]:
            if item["paper_id"] in names_of(paper):
                for told in item["locations"]:
                    place = location(**told)
                    if place is not None:  # a look-up of another package may say anything
                        found.setdefault(place.url, place)
    return list(found.values())


def with_full_texts(
    papers: Sequence[Paper], fetched: Sequence[Mapping[str, Any]], learned: Sequence[Mapping[str, Any]]
) -> tuple[list[Paper], list[Paper]]:
    """The papers, and those of the included whose full text was sought.

    Read in full text is what was got; of the others `where_open` says where copies are said to lie.
    """
    out, sought = [], []
    for paper in papers:
        entry = _entry(paper, fetched)
        if paper.included and entry is not None and paper.basis != Basis.FULL_TEXT:
            paper = _with_text(paper, entry, locations_of(paper, learned))
            sought.append(paper)
        out.append(paper)
    return out, sought


def _entry(paper: Paper, fetched: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """What was fetched for a paper: a text before none, the latest first."""
    mine = [entry for entry in fetched if not names_of(paper).isdisjoint(entry["asked"])]
    return max(mine, key=lambda entry: (entry["read"] is not None, entry["round"]), default=None)


def _with_text(paper: Paper, entry: Mapping[str, Any], places: Sequence[Location]) -> Paper:
    read = entry["read"]
    if read is None:
        return replace(paper, where_open=tuple(_shown(place) for place in places))
    return replace(
        paper,
        basis=Basis(read["basis"]),
        text_hash=read["text_hash"],
        version=read["version"],
        licence=read["licence"],
        given_by={**paper.given_by, "text": read["by"]},
    )


def _shown(place: Location) -> dict[str, str]:
    kind = "a PDF" if place.kind == "pdf" else "a page"
    facts = [kind, *(fact for fact in (place.version, place.licence) if fact)]
    return {"url": place.url, "source": place.source, "note": f"{', '.join(facts)}; not read"}
