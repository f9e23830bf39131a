"""What a run may ask after it has screened: whom a paper cites and who cites it, what is told of it, its full text.

Each is one file and one line in the registry (groups "chasers", "look_ups", "full_texts"), made with the toolbox. They act
only in runs that name a database among their sources. All are synchronous, safe across threads, and keep no state;
each raises NoAnswer (or another `AssigneeError`) when nothing was answered, and tells the rest in problems.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from assignee.claims import Paper

from .source import Document, Found

__all__ = ["Chaser", "FullTexts", "Learned", "Location", "LookUp"]


class Chaser(Protocol):
    """A database that knows whom a paper cites and who cites it."""

    name: str

    def chase(self, papers: Sequence[Paper], *, limit: int, until: str | None) -> Found:
        """At most `limit` papers that the given ones cite or are cited by, `found_by` set, those named most often first.

        `hits` names each request as it was sent. Papers that the database does not know are told in `problems`.
        """
        ...


@dataclass(frozen=True, slots=True)
class Location:
    """Where an open copy of a paper lies. `kind` is "pdf" or "page"; `source` says who names the place."""

    url: str
    kind: str
    source: str
    version: str = ""
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Learned:
    """What a look-up tells of one paper: `notices` such as "retracted (Crossref, 10.1000/notice, 2021-03-04)"."""

    paper_id: str
    retracted: bool = False
    notices: tuple[str, ...] = ()
    locations: tuple[Location, ...] = ()


class LookUp(Protocol):
    """A service that is asked about papers already found."""

    name: str

    def look_up(self, papers: Sequence[Paper]) -> tuple[list[Learned], list[str]]:
        """What it tells of the papers it knows, in their order, and one line for each thing that went wrong."""
        ...


class FullTexts(Protocol):
    """A place that has full texts to read."""

    name: str

    def offers(self, paper: Paper, locations: Sequence[Location]) -> bool:
        """Whether it is worth asking; asks nobody."""
        ...

    def fetch(self, paper: Paper, locations: Sequence[Location]) -> Document | None:
        """The full text as a document (its `paper` is the one given, with basis, version and licence of what was read), or
        None where there is none. Raises Unreadable for a copy that cannot be read, NoAnswer where it does not answer."""
        ...
