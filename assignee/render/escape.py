"""Text as inert Markdown: whatever a title, a quote or a question holds, it prints as itself."""

from __future__ import annotations

import re

__all__ = ["BIDI", "Markdown", "markdown"]

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
# Embeddings, overrides and isolates: they mean no text and reorder what follows.
BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_ALWAYS = re.compile(r"([\\`*\[\]|~$])")
# An underscore inside a word is text; elsewhere it could open emphasis.
_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_LINE_START = re.compile(r"^(?:([#>+\-=:])|(\d{1,9})([.)])(?=\s|$))")
_BARE_LINK = re.compile(r"(?i)\b(https?|ftp)(:)(?=//)|\bwww(\.)|(?<=\w)(@)(?=\w)")


class Markdown(str):
    """A string that is Markdown already and is printed as it stands."""

    __slots__ = ()


def markdown(value: object) -> Markdown:
    """Any text escaped for one place in a Markdown line or table cell; Markdown passes through.

    Line breaks and control characters become spaces, bidirectional controls go, right-to-left text is isolated.
    """
    if isinstance(value, Markdown):
        return value
    text = " ".join(BIDI.sub("", _CONTROL.sub(" ", str(value))).split())
    text = _ALWAYS.sub(r"\\\1", text)
    text = _UNDERSCORE.sub(r"\\_", text)
    text = _ENTITY.sub("&amp;", text).replace("<", "&lt;")
    text = _BARE_LINK.sub(_unlink, text)
    text = _LINE_START.sub(lambda match: f"\\{match[1]}" if match[1] else f"{match[2]}\\{match[3]}", text)
    return Markdown(f"\u2068{text}\u2069" if _RIGHT_TO_LEFT.search(text) else text)


def _unlink(match: re.Match[str]) -> str:
    if match[2]:
        return f"{match[1]}&#58;"
    return f"{match[0][:-1]}&#46;" if match[3] else "&#64;"
