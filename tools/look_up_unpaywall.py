"""Where open copies of papers lie, by Unpaywall. It asks for a mail address, and is not asked without one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from assignee.claims import Paper

from .asker import Asker, Line
from .finding_more import Learned, Location
from .http_client import Garbled
from .http_errors import NotThere
from .json_answer import items, parsed, word
from .notices import location, places
from .paper_ids import crossref_doi
from .patient_client import Patient

if TYPE_CHECKING:
    pass

__all__ = ["LookUpUnpaywall", "read_locations"]

_LINE = Line("unpaywall", 0.2)


class LookUpUnpaywall(Asker):
    """By DOI, one at a time; at most 100,000 a day, it asks. The mail address goes with each request and into no cache."""

    name = "unpaywall"

    def look_up(self, papers: Sequence[Paper]) -> tuple[list[Learned], list[str]]:
        """Open copies of the papers whose DOI it knows; nothing at all where the contact is no mail address.

        Raises NoAnswer where nothing was answered.
        """
        wanted = [(paper, doi) for paper in papers if (doi := crossref_doi(paper.ids))]
        if not wanted or not self._settings.mail:
            return [], []
        learned: list[Learned] = []
        mail = [("email", self._settings.mail)]
        with self.client(self._settings.urls[self.name], _LINE, secret_params=mail) as client:
            patient = Patient(client, self.name)
            for paper, doi in wanted:
                try:
                    places = patient.get(
                        f"/{quote(doi, safe='/:()')}", (), partial(read_locations, doi), named=True
                    )
                except NotThere:
                    continue
                if places is not None:
                    learned.append(Learned(paper.id, locations=places))
            return learned, patient.settled()


def read_locations(doi: str, body: bytes) -> tuple[Location, ...]:
    """The open copies of the work, PDFs first, the best first of each. Raises Garbled for what is not about this DOI."""
    answer = parsed(body)
    if word(answer, "doi").lower() != doi:
        raise Garbled("it is not about the DOI that was asked for")
    ranked = sorted(items(answer, "oa_locations"), key=lambda place: place.get("is_best") is not True)
    found = [place for place in map(_place, ranked) if place]
    found.sort(key=lambda place: place.kind != "pdf")
    return places(found)


def _place(place: Mapping[str, Any]) -> Location | None:
    about = {"version": word(place, "version"), "licence": word(place, "license")}
    pdf = location(word(place, "url_for_pdf"), "pdf", "unpaywall", **about)
    page = word(place, "url_for_landing_page") or word(place, "url")
    return pdf or location(page, "page", "unpaywall", **about)
