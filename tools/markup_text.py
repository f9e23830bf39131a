"""Abstracts and titles with JATS or HTML markup in them, to plain text. Never fails; linear in the length."""

from __future__ import annotations

import html
import re

from .latex_text import plain
from .text import stored

__all__ = ["title_text", "unmarked"]

_MATH = re.compile(
    r"<(?:\w+:)?(?:tex-math|annotation)\b[^>]*>.{0,2000}?</(?:\w+:)?(?:tex-math|annotation)\s*>", re.S | re.I
)
_DRAWN = re.compile(r"<(?:\w+:)?math\b", re.I)  # a formula that is there a second time, readable
_BLOCK = re.compile(
    r"</?(?:\w+:)?(?:p|title|sec|section|list|list-item|li|ul|ol|div|br|break|h[1-6]|abstract|disp-formula|label)"
    r"(?=[\s/>])[^<>]{0,500}>",
    re.I,
)
_TAG = re.compile(r"</?[a-z][\w:.-]*(?=[\s/>])[^<>]{0,500}>|<!--.{0,500}?-->", re.I | re.S)
_HEAD = re.compile(r"^(?i:abstract|summary)\s*[:.]?\s+(?=[A-Z(“\"'])")
_TEX = re.compile(r"\\[A-Za-z\"'`^~]|\$[^$]+\$")
_ESCAPED = re.compile(r"&lt;/?(?:jats:)?(?:p|b|i|sup|sub|em|strong|title|sec)&gt;", re.I)


def unmarked(text: str) -> str:
    """The stored form of a text without its tags, entities resolved, the heading "Abstract" left out.

    What stands in brackets but is no tag ("p < 0.05 and n > 3") stays. Formulas given twice lose their TeX form.
    """
    if _ESCAPED.search(text):  # markup that was escaped once more on its way
        text = html.unescape(text)
    if _DRAWN.search(text):
        text = _MATH.sub(" ", text)
    text = html.unescape(_TAG.sub("", _BLOCK.sub(" ", text)))
    return _HEAD.sub("", stored(html.unescape(text)))  # some publishers escape "<" twice


def title_text(text: str) -> str:
    """The stored form of a title without markup, and without the LaTeX that some publishers leave in it."""
    bare = unmarked(text)
    return stored(plain(bare)) if _TEX.search(bare) else bare
