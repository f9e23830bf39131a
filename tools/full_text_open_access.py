"""Full texts from open copies: PDFs where a look-up says that one lies, at known hosts only."""

from __future__ import annotations

from collections.abc import Sequence

from assignee.claims import Paper

from .finding_more import Location
from .full_text_base import Copies, is_html, is_pdf
from .http_errors import NoAnswer, NotThere, Refused
from .identifiers import identifiers
from .open_hosts import host_of
from .source import Document, Unreadable

__all__ = ["OpenAccess"]

_TRIED = 3


class OpenAccess(Copies):
    """The PDF of the ACL Anthology where the paper has its id, then the copies that look-ups name, in their order."""

    name = "open_access"
    formats = ("pdf",)

    def offers(self, paper: Paper, locations: Sequence[Location]) -> bool:
        """Where a PDF is named, be it at a host that is not known: then `fetch` tells where."""
        return bool(_copies(paper, locations))

    def fetch(self, paper: Paper, locations: Sequence[Location]) -> Document | None:
        """The first of at most three copies at known hosts that is this paper.

        Raises Unreadable with what was wrong with each, and the hosts that are not known; NoAnswer where none answered.
        """
        wrong: list[str] = []
        unknown: list[str] = []
        silent: list[NoAnswer] = []
        tried = 0
        for copy in _copies(paper, locations):
            host = host_of(copy.url) or "no plain address"
            place = self.place(copy.url)
            if place is None:
                unknown.append(host)
                continue
            if tried == _TRIED:
                break
            tried += 1
            try:
                if (kept := self.kept(copy.url)) is not None:
                    return self.of(paper, kept, licence=copy.licence)
                return self._read(paper, copy, *place)
            except Unreadable as error:
                wrong.append(f"the copy at {host} {error}")
            except (NotThere, Refused) as error:
                wrong.append(f"the copy at {host} was not given ({error})")
            except NoAnswer as error:
                silent.append(error)
                wrong.append(f"the copy at {host} was not given ({error})")
        wrong += [_not_known(host) for host in dict.fromkeys(unknown)]
        if silent and len(silent) == len(wrong):
            raise NoAnswer("; ".join(wrong))
        if wrong:
            raise Unreadable("; ".join(wrong))
        return None

    def _read(self, paper: Paper, copy: Location, base: str, path: str) -> Document:
        data, _ = self.download(base, path)
        if not is_pdf(data):
            page = "an HTML page (to log in, or an error?)" if is_html(data) else "something else"
            raise Unreadable(f"is no PDF but {page}")
        return self.read(paper, data, "pdf", copy.url, version=copy.version, licence=copy.licence)


def _copies(paper: Paper, locations: Sequence[Location]) -> list[Location]:
    """PDFs, each address once, without those that have a reader of their own (arXiv)."""
    own = paper.ids.get("acl")
    listed = [Location(f"https://aclanthology.org/{own}.pdf", "pdf", "acl")] if own else []
    listed += [
        place for place in locations if place.kind == "pdf" and "arxiv" not in identifiers([place.url])
    ]
    return list({place.url: place for place in listed}.values())


def _not_known(host: str) -> str:
    return f"an open copy lies at {host}, which is not among the known hosts"
