"""How large a part of the claims remarks, and one paper's claims, may be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeVar

__all__ = ["BACKGROUND", "SHARE", "thinned"]

BACKGROUND, SHARE = 0.2, 0.4

T = TypeVar("T")


def thinned(
    items: Sequence[T],
    paper: Callable[[T], str],
    remark: Callable[[T], bool],
    *,
    background: float = BACKGROUND,
    share: float = SHARE,
) -> list[T]:
    """The items, best first, without the last ones that make remarks more than `background` of them, or one paper's
    more than `share` where more than two papers contribute."""
    kept = list(items)
    while kept:
        remarks = [item for item in kept if remark(item)]
        if len(remarks) > background * len(kept):
            kept.remove(remarks[-1])
            continue
        name, count = Counter(paper(item) for item in kept).most_common(1)[0]
        if len({paper(item) for item in kept}) > 2 and count > share * len(kept):
            kept.remove([item for item in kept if paper(item) == name][-1])
            continue
        break
    return kept
