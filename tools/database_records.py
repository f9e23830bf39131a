"""Records of a database turned into papers with stored texts, and what had to be left out counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from assignee.claims import Paper

from .notices import notice
from .record import NO_ABSTRACT, document
from .source import Document
from .text import stored
from .toolbox import Toolbox

__all__ = ["Records"]

_LONGEST = 500
_NO_RECORD = "named without a record of their own"


class Records:
    """What one search or chase of the database `name` brought. One for each call."""

    def __init__(self, toolbox: Toolbox, name: str) -> None:
        self._toolbox, self._name = toolbox, name
        self._left_out: defaultdict[str, set[str]] = defaultdict(set)

    def document(self, record: Mapping[str, Any]) -> Document | None:
        """The record (in `record.document`'s form) with its abstract; None, and remembered, where it lacks what is needed.

        A retracted record without an abstract is kept with an empty text: no other database's copy may outlive it.
        """
        got = document(record, "")
        if not isinstance(got, Document) and got.what == NO_ABSTRACT and record.get("retracted") is True:
            got = document({**record, "abstract": "none"}, "")
            if isinstance(got, Document):
                got = replace(got, text="")
        if isinstance(got, Document) and got.paper.id:
            return got
        self._leave_out(_NO_RECORD if isinstance(got, Document) else got.what, record)
        return None

    def stored(self, item: Document, *, found_by: str = "search") -> Paper:
        """The paper, its text put into the store, the database named as its source and as who marks it as retracted."""
        paper = item.paper
        told = (notice("retracted", f"record of {self._name}"),) if paper.retracted else ()
        key = self._toolbox.texts.put(item.text, item.sections)
        return replace(paper, text_hash=key, sources=(self._name,), found_by=found_by, notices=told)

    @property
    def left_out(self) -> tuple[str, ...]:
        """The ids, or else the titles, of the records that were left out, each once."""
        return tuple(sorted(set().union(*self._left_out.values())))

    def problems(self) -> list[str]:
        """One line for each reason: "openalex: 3 of its records left out, no abstract"."""
        return [
            f"{self._name}: {len(which)} of its records left out, {why}"
            for why, which in sorted(self._left_out.items())
        ]

    def _leave_out(self, why: str, record: Mapping[str, Any]) -> None:
        same = self._left_out[why]
        name = str(record.get("id") or record.get("title") or f"{self._name}: {why} ({len(same) + 1})")
        same.add(stored(name[:_LONGEST]))  # which says who it is, and is printed nowhere
