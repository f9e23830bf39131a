"""Full texts of arXiv: the LaTeX source where there is one, else the PDF. Sources are read and never handed on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from assignee.claims import Paper

from .finding_more import Location
from .full_text_base import ARXIV_LINE, Copies, is_html, is_pdf
from .http_errors import NotThere, Refused
from .identifiers import arxiv_version, identifiers
from .source import Document, Unreadable

__all__ = ["ArxivFiles"]

_DAY_S = 86400


class ArxivFiles(Copies):
    """The version that the paper's arXiv id names, else the newest, which is asked for again the next day."""

    name = "arxiv"
    formats = ("latex", "pdf")

    def offers(self, paper: Paper, locations: Sequence[Location]) -> bool:
        """Where the paper or one of its open copies has an arXiv id."""
        return bool(_arxiv_id(paper, locations))

    def fetch(self, paper: Paper, locations: Sequence[Location]) -> Document | None:
        """The source, and where that cannot be read the PDF. Raises Unreadable with what was wrong with both."""
        found = _arxiv_id(paper, locations)
        bare, number = arxiv_version(found)
        if not bare:
            return None
        version = f"v{number}" if number else None
        key = f"{bare}:{version or f'newest on day {int(self._clock.now() // _DAY_S)}'}"
        if (kept := self.kept(key)) is not None:
            return self.of(paper, kept)
        wrong: list[str] = []
        for what, data, headers in self._files(bare + (version or ""), wrong):
            told = version or _told_version(bare, headers)
            try:
                format = "pdf" if is_pdf(data) else "latex"
                if is_html(data):
                    raise Unreadable("is an HTML page")
                return self.read(paper, data, format, key, version=told)
            except Unreadable as error:
                wrong.append(f"its {what} {error}")
            if format == "pdf" and not is_html(data):
                break  # the same PDF again
        if wrong:
            raise Unreadable("; ".join(wrong))
        return None

    def _files(self, name: str, wrong: list[str]) -> Iterator[tuple[str, bytes, Mapping[str, str]]]:
        for what, path in (("source", "/e-print/"), ("PDF", "/pdf/")):
            try:
                data, headers = self.download(self._settings.urls["arxiv_files"], path + name, ARXIV_LINE)
            except NotThere:
                continue
            except Refused as error:
                wrong.append(f"its {what} was not given ({error})")
                continue
            yield what, data, headers


def _arxiv_id(paper: Paper, locations: Sequence[Location]) -> str:
    """The id with its version where one is known: that of the record, not of an open copy found later."""
    if own := paper.ids.get("arxiv", ""):
        numbered = arxiv_version(own)[1] is not None or not re.fullmatch(r"v\d{1,2}", paper.version or "")
        return own if numbered else f"{own}{paper.version}"
    return next((found for place in locations if (found := identifiers([place.url]).get("arxiv"))), "")


def _told_version(bare: str, headers: Mapping[str, str]) -> str | None:
    """The version that the name of the file tells: "attachment; filename=arXiv-2005.13013v2.tar.gz"."""
    name = re.escape(bare.rsplit("/", 1)[-1])
    match = re.search(rf"{name}(v\d{{1,2}})(?!\d)", headers.get("content-disposition", ""))
    return match.group(1) if match else None
