"""Full texts of Europe PMC: the JATS of open-access articles."""

from __future__ import annotations

from collections.abc import Sequence

from assignee.claims import Paper

from .finding_more import Location
from .full_text_base import EUROPE_PMC_LINE, Copies, is_html
from .http_errors import NotThere
from .identifiers import identifiers
from .source import Document, Unreadable

__all__ = ["EuropePmcTexts"]


class EuropePmcTexts(Copies):
    """By PubMed Central id. Articles that are there to look at but not open have none: 404."""

    name = "europe_pmc"
    formats = ("jats",)

    def offers(self, paper: Paper, locations: Sequence[Location]) -> bool:
        """Where the paper or one of its open copies has a PubMed Central id."""
        return bool(_pmcid(paper, locations))

    def fetch(self, paper: Paper, locations: Sequence[Location]) -> Document | None:
        """The article, None where it is not open."""
        name = _pmcid(paper, locations)
        if not name:
            return None
        if (kept := self.kept(name)) is not None:
            return self.of(paper, kept)
        try:
            data, _ = self.download(
                self._settings.urls["europe_pmc"], f"/{name}/fullTextXML", EUROPE_PMC_LINE
            )
        except NotThere:
            return None
        if is_html(data):
            raise Unreadable("is an HTML page, no JATS")
        return self.read(paper, data, "jats", name)


def _pmcid(paper: Paper, locations: Sequence[Location]) -> str:
    own = paper.ids.get("pmcid", "")
    return own or next((found for place in locations if (found := identifiers([place.url]).get("pmcid"))), "")
