"""Whether a paper answers to a name that somebody gives it: an identifier in any form, its own id, its exact title."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

from assignee.claims import Paper

from ..tools.identifiers import arxiv_version, identifiers
from ..tools.text import fold

__all__ = ["Names", "answers_to", "keys_of"]

Key = tuple[str, str]
_SUBJECT = re.compile(r"\s*\[[\w.-]+\]$")  # the class that arXiv's own way of citing puts behind an id


@lru_cache(maxsize=4096)
def keys_of(name: str) -> frozenset[Key]:
    """What a name stands for: ("doi", …), ("arxiv", … without its version), …; ("name", …) where it is in no known form.

    Two names of which one has a key of the other name the same paper.
    """
    ids = identifiers([_SUBJECT.sub("", name.strip())])
    keys = {(kind, _bare(kind, value)) for kind, value in ids.items()}
    return frozenset(keys or {("name", _plain(name))})


@dataclass(frozen=True, slots=True)
class Names:
    """All that one paper answers to: `spelled` as written (ids, titles), `keys` as in `keys_of`."""

    spelled: frozenset[str]
    keys: frozenset[Key]

    @classmethod
    def of(cls, paper: Paper) -> Self:
        """Those of a paper and of the records folded into it, their other titles and DOIs too."""
        others = [
            (str(item["field"]), str(value["value"]))
            for item in paper.conflicts
            for value in item.get("values", ())
        ]
        titles = {paper.title, *(value for field, value in others if field == "title")}
        keys = {(kind, _bare(kind, value)) for kind, value in paper.ids.items()}
        keys |= {(field, _bare(field, value)) for field, value in others if field == "doi"}
        keys = keys.union(*(keys_of(one) for one in (paper.id, *paper.versions)))
        own = {paper.id, *paper.ids.values(), *paper.versions, *titles}
        return cls(frozenset(map(_plain, own)), frozenset(keys))

    def answer(self, name: str) -> bool:
        """Whether the paper is called so; the version of an arXiv id tells nothing apart."""
        return _plain(name) in self.spelled or not self.keys.isdisjoint(
            key for key in keys_of(name) if key[0] != "name"
        )


def answers_to(paper: Paper, name: str) -> bool:
    """Whether `name` is one of the paper's identifiers, its id, the id of a version of it, or its title."""
    return Names.of(paper).answer(name)


def _bare(kind: str, value: str) -> str:
    return (arxiv_version(value)[0] if kind == "arxiv" else value).casefold()


@lru_cache(maxsize=8192)
def _plain(name: str) -> str:
    """For comparing titles and own ids: case, accents, spacing and a full stop at the end tell nothing apart."""
    return " ".join(fold(name).split()).rstrip(".")
