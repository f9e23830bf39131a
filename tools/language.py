"""Whether a text is English, by its function words. Short texts get the benefit of the doubt."""

from __future__ import annotations

import re

__all__ = ["english_share", "is_english"]

_ENGLISH = frozenset(
    """the of and to in is are was were that this for with on as by we be it from which not can our has have an a or
    at than these their between its into but also both such when where who while how what i you they there""".split()
)
_OTHERS = frozenset(
    """de la le les des et en que para el los las una un del se con por como más der die das und ist nicht mit ein eine
    von zu den dem im auf für wir il di che per della dei nel è e o os da do em com uma não na dans nous pour est
    une du au sur par aux ce cette sont het een van voor zijn och att som på av är i med je na ze""".split()
)
_WORD = re.compile(r"[^\W\d_]+")
_ET_AL = re.compile(r"\bet al\b")
_SHORT = 8


def english_share(text: str) -> float:
    """Share of the words that are English function words, 0..1; 0.0 for a text without words."""
    found = _WORD.findall(text.lower())
    return sum(word in _ENGLISH for word in found) / len(found) if found else 0.0


def is_english(text: str) -> bool:
    """True when most words are in ASCII letters and English function words outnumber those of other languages.

    A text of fewer than 8 words passes on its letters alone.
    """
    found = _WORD.findall(text.lower())
    if sum(word.isascii() for word in found) < 0.7 * max(1, len(found)):
        return False
    if len(found) < _SHORT:
        return bool(found)
    # As written: IL-6 is no Italian article, and "et al." no French one.
    written = _WORD.findall(_ET_AL.sub(" ", text))
    others = sum(word in _OTHERS for word in written) / len(found)
    english = english_share(text)
    return english >= others and (english > 0 or len(found) <= 25)
