"""What OpenAlex marks as retracted, and where it knows an open PDF."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assignee.claims import Paper

from .asks_database import AsksDatabase
from .finding_more import Learned, Location
from .json_answer import items, word
from .notices import location, notice, places
from .openalex_works import work_ids, works_of
from .source_openalex import OpenAlex

__all__ = ["LookUpOpenAlex"]


class LookUpOpenAlex(AsksDatabase):
    """By OpenAlex id, DOI or PubMed id, 50 at a time."""

    name = "openalex"
    database = OpenAlex

    def look_up(self, papers: Sequence[Paper]) -> tuple[list[Learned], list[str]]:
        """What is told of the papers that OpenAlex knows. Raises NoAnswer where nothing was answered."""
        with self.patient() as patient:
            works = works_of(patient, papers, "id,doi,ids,is_retracted,locations", {})
        problems = patient.settled()
        return [_learned(paper, works[paper.id]) for paper in papers if paper.id in works], problems


def _learned(paper: Paper, work: Mapping[str, Any]) -> Learned:
    retracted = work.get("is_retracted") is True
    notices = (notice("retracted", "OpenAlex", *work_ids([work.get("id")])),) if retracted else ()
    return Learned(paper.id, retracted=retracted, notices=notices, locations=_open_pdfs(work))


def _open_pdfs(work: Mapping[str, Any]) -> tuple[Location, ...]:
    return places(
        location(
            word(place, "pdf_url"),
            "pdf",
            "openalex",
            version=word(place, "version"),
            licence=word(place, "license"),
        )
        for place in items(work, "locations")
        if place.get("is_oa") is True
    )
