"""What all places of full texts have in common: one file fetched, read in a child process, held against the record, kept."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit

from assignee.claims import Basis, Paper
from assignee.registry import load

from .asker import Asker, Line
from .child_readers import read_in_child
from .document_cache import DocumentCache
from .finding_more import Location
from .headings import is_apart
from .http_cache import HttpCache
from .http_errors import Elsewhere, NotThere, Refused
from .open_hosts import Place, host_of, known_place
from .same_paper import same_paper
from .source import Document, Unreadable
from .source_arxiv import Arxiv
from .source_europe_pmc import EuropePmc

if TYPE_CHECKING:
    pass

__all__ = ["ARXIV_LINE", "EUROPE_PMC_LINE", "Copies", "File", "is_html", "is_pdf"]

ARXIV_LINE = Line(Arxiv.name, Arxiv.interval, Arxiv.alone)
EUROPE_PMC_LINE = Line(EuropePmc.name, EuropePmc.interval, EuropePmc.alone)

File = tuple[bytes, Mapping[str, str]]
"""The bytes of a file and the headers it came with."""

_LINES = {
    **dict.fromkeys(("arxiv.org", "www.arxiv.org", "export.arxiv.org"), ARXIV_LINE),
    **dict.fromkeys(("europepmc.org", "www.ebi.ac.uk"), EUROPE_PMC_LINE),
}
_INTERVAL_S = 1.0
_HOPS = 3
_GONE = (("gone", ""),)  # under this the answers that are kept hold what an address that is not there said
_LONGEST = (
    600_000  # characters; a long review article has 300,000, and every sentence that is read is embedded
)


class Copies(Asker, ABC):
    """A place of full texts. What was read is kept in `documents.sqlite` of the index; the file itself never."""

    name: ClassVar[str]
    formats: ClassVar[tuple[str, ...]]
    """What its files may be, by the registry's names."""

    @abstractmethod
    def offers(self, paper: Paper, locations: Sequence[Location]) -> bool:
        """Whether it is worth asking; asks nobody."""

    @abstractmethod
    def fetch(self, paper: Paper, locations: Sequence[Location]) -> Document | None:
        """The full text, None where there is none. Raises Unreadable and NoAnswer (see `finding_more.FullTexts`)."""

    def download(self, base: str, path: str, line: Line | None = None) -> File:
        """The file at `base` + `path`. A redirect is followed to known hosts only, in the line of each.

        Raises NotThere, which is remembered for a day, Refused, NoAnswer.
        """
        cache = HttpCache(self._toolbox.settings.home / "http" / "answers.db", self._clock)
        try:
            if (told := cache.get(base + path, _GONE)) is not None:
                raise NotThere(told.decode())
            try:
                return self._download(base, path, line)
            except NotThere as error:
                cache.put(base + path, _GONE, str(error).encode())
                raise
        finally:
            cache.close()

    def _download(self, base: str, path: str, line: Line | None) -> File:
        for _ in range(_HOPS):
            try:
                with self.client(base, line or _line(base), cached=False) as client:
                    return client.download(path, lambda body, headers: (body, dict(headers)))
            except Elsewhere as error:
                place = self.place(error.url)
                if place is None:
                    where = host_of(error.url) or "another address"
                    raise Refused(f"it redirects to {where}, which is not among the known hosts") from None
                (base, path), line = place, None
        raise Refused("it redirects in circles")

    def place(self, url: str) -> Place | None:
        """Where to ask for an address; None where its host is not known."""
        return known_place(url, self._settings.pdf_hosts)

    def kept(self, key: str) -> Document | None:
        """What was read under this key before."""
        cache = self._cache()
        try:
            items = cache.get(self._key(key)) or []
        finally:
            cache.close()
        return next((item for item in items if isinstance(item, Document)), None)

    def read(
        self,
        paper: Paper,
        data: bytes,
        format: str,
        key: str,
        *,
        version: str | None = None,
        licence: str | None = None,
    ) -> Document:
        """The full text of `paper` in a file, read in a child process; kept under the key once it proved to be it.

        Raises Unreadable, also where the file holds another paper.
        """
        result = read_in_child(load("formats", format), data)
        if isinstance(result, Unreadable):
            raise result
        document = next((item for item in result if isinstance(item, Document)), None)
        if document is None or document.paper.basis is not Basis.FULL_TEXT:
            raise Unreadable("holds no full text")
        document = replace(document, paper=replace(document.paper, version=version or document.paper.version))
        found = self.of(paper, document, licence=licence)
        cache = self._cache()
        try:
            cache.put(self._key(key), [document])
        finally:
            cache.close()
        return found

    def of(self, paper: Paper, document: Document, *, licence: str | None = None) -> Document:
        """The document as the full text of `paper`, whose metadata stay. Raises Unreadable where it is another's.

        `licence` is what is known of this copy now; else what it says itself counts, else the record's.
        """
        try:
            abstract = self._toolbox.texts.get(paper.text_hash) if paper.text_hash else ""
        except KeyError:
            abstract = ""
        if len(document.text) > _LONGEST:
            raise Unreadable(f"has {len(document.text):,} characters, more than a paper: a whole volume?")
        if not same_paper(paper, abstract, document):
            raise Unreadable("is another paper: neither its title nor the abstract agrees with the record")
        running = sum(item.end - item.start for item in document.sections if not is_apart(item.name))
        if running <= len(abstract):
            raise Unreadable("holds no more than the abstract")
        read = replace(
            paper,
            basis=Basis.FULL_TEXT,
            version=document.paper.version or paper.version,
            licence=licence or document.paper.licence or paper.licence,
            given_by={**paper.given_by, "text": self.name},
        )
        return Document(read, document.text, document.sections)

    def _cache(self) -> DocumentCache:
        return DocumentCache(self._toolbox.settings.index / "documents.sqlite")

    def _key(self, key: str) -> str:
        readers = "+".join(f"{name}{load('formats', name).version}" for name in self.formats)
        return f"{self.name}:{key}:{readers}"


def is_pdf(data: bytes) -> bool:
    """By the bytes; some servers put a few before the mark."""
    return b"%PDF-" in data[:1024]


def is_html(data: bytes) -> bool:
    """Whether it is a page: what servers send, with status 200, to who has to log in."""
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith(b"<") and (b"<html" in head or head.startswith((b"<!doctype html", b"<script")))


def _line(base: str) -> Line:
    host = urlsplit(base).netloc
    return _LINES.get(host, Line(f"files-{host.replace(':', '-')}", _INTERVAL_S))
