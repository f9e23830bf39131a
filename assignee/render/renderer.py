"""What a renderer is: the name of a format, the file it makes, and the function that makes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from assignee.claims import Report

__all__ = ["Renderer", "Texts"]

# The stored text of a paper by its id; raises KeyError where it is not at hand.
Texts = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Renderer:
    """One format, registered in the group `renderers` under `name`, which is what `assignee export --to` takes.

    `file` is the name the file gets; `render` gives its whole content, text (UTF-8) or bytes, the same for the
    same report and texts. With `default`, every review writes it; such a renderer needs no extra and gives text.
    It raises UserError, in one line, where something it needs is not installed.
    """

    name: str
    file: str
    render: Callable[[Report, Texts], str | bytes]
    default: bool = False
