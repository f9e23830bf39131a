"""What a reader of an HTML page reads: its text, a line a block, without scripts, styles and drawings."""

from __future__ import annotations

from html.parser import HTMLParser

__all__ = ["page_text"]

_SILENT = frozenset({"script", "style", "svg", "title", "head", "template"})
_INLINE = frozenset(
    "a abbr b bdi bdo cite code em i mark q s small span strong sub sup time u var wbr".split()
)


def page_text(page: str) -> str:
    """The text of a page. Never raises: what is not HTML comes back as it is."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return "\n".join(" ".join(line.split()) for line in "".join(reader.parts).splitlines() if line.strip())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        if tag not in _INLINE:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag in _SILENT))
        if tag not in _INLINE:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            # A line break in the source of a page is a space to its reader.
            self.parts.append(" ".join(data.splitlines()) if data.strip() else " ")
