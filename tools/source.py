"""What a paper source answers, and what a file format hands to the library.

A new format is one file: a module with a `Format` in it, named in the registry group "formats" (or in another
package's entry point `assignee.formats`). `Format.read` yields a `Document` for each paper and a `Problem` for
each record it cannot use; it raises `Unreadable` when the file as a whole cannot be read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from assignee.claims import Paper

from .text_store import Section

__all__ = ["Document", "Format", "Found", "Problem", "Source", "Unreadable"]


@dataclass(frozen=True)
class Found:
    """What a search brought.

    `papers` are ranked, best first; their texts are in the text store. `hits` counts the matching records of each
    query. `problems` has one line for each thing that could not be read. `library` describes what was searched.
    `left_out` names the records that could not be screened, such as those without an abstract.
    """

    papers: tuple[Paper, ...] = ()
    hits: tuple[tuple[str, int], ...] = ()
    problems: tuple[str, ...] = ()
    library: tuple[dict[str, Any], ...] = ()
    left_out: tuple[str, ...] = ()


class Source(Protocol):
    """A database of papers. `search` is synchronous; the graph runs it in a thread."""

    name: str

    def search(self, queries: Sequence[str], *, limit: int, until: str | None) -> Found:
        """At most `limit` papers for the queries, published no later than the ISO date `until`."""
        ...


@dataclass(frozen=True, slots=True)
class Document:
    """One paper as a file gives it. `text` is in stored form; `sections` are spans of it.

    Sections that touch (`end` of one is `start` of the next) run on: a sentence may cross from one to the other,
    as from page to page. A gap between them, be it one space, is the end of a paragraph. `attached`
    names the record's own files, from the folder of the file that the record stands in; it is not kept in caches.
    """

    paper: Paper
    text: str
    sections: tuple[Section, ...] = ()
    attached: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, for a cache or another process."""
        return {
            "paper": self.paper.to_dict(),
            "text": self.text,
            "sections": [list(item) for item in self.sections],
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Document:
        """Rebuild from `to_dict`'s form."""
        sections = tuple(Section(*item) for item in data["sections"])
        return cls(Paper.from_dict(data["paper"]), data["text"], sections)


@dataclass(frozen=True, slots=True)
class Problem:
    """A record that was left out, and why. `malformed` says that the file itself is at fault."""

    what: str
    line: int | None = None
    malformed: bool = False


class Unreadable(Exception):
    """The file as a whole cannot be read. The message is a clause: "needs a password"."""


@dataclass(frozen=True, slots=True)
class Format:
    """How one kind of file is read.

    `suffixes` are lower case, with their dots; the longest that fits a name wins. `version` changes whenever
    `read` would give another result: results of slow formats are cached by content and version. `slow` formats
    are read in child processes with a time limit, several at once.
    """

    name: str
    suffixes: tuple[str, ...]
    version: str
    read: Callable[[Path], Iterable[Document | Problem]]
    slow: bool = False
