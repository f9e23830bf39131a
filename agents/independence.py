"""When papers are independent of each other."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from assignee.authors import surname
from assignee.claims import Paper

from ..tools.text import fold

__all__ = ["independent", "works"]


def independent(one: Paper, other: Paper) -> bool:
    """Whether two papers are different works without a shared author (same surname and first initial).

    Papers whose authors are not known are not taken for independent.
    """
    if not one.authors or not other.authors:
        return False
    if one.id == other.id or (one.work_id and one.work_id == other.work_id):
        return False
    return not {_author(name) for name in one.authors} & {_author(name) for name in other.authors}


def works(papers: Iterable[Paper]) -> int:
    """How many groups without a shared author the papers fall into; sharing passes from paper to paper.

    Papers whose authors are not known add nothing to the others, and are one group among themselves.
    """
    given = list(papers)
    groups: list[list[Paper]] = []
    for paper in given:
        if not paper.authors:
            continue
        near = [group for group in groups if any(not independent(paper, other) for other in group)]
        groups = [group for group in groups if group not in near]
        groups.append([paper, *(other for group in near for other in group)])
    return len(groups) or min(1, len(given))


@lru_cache(maxsize=8192)
def _author(name: str) -> tuple[str, str]:
    family = surname(name)
    given = name.split(",", 1)[1] if "," in name else name
    return fold(family), fold(given.strip()[:1])
