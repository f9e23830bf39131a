"""Authors taken apart as reference managers want them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from assignee.authors import surname

from .escape import BIDI

__all__ = ["Name", "name_of", "one_line"]

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]+")
_SUFFIX = re.compile(r"(?i)^(?:jr|sr)\.?$|^(?:ii|iii|iv)$")
# A group, not a person: "The ATLAS Collaboration", "Smith and Sons".
_GROUP = re.compile(
    r"(?i)\b(?:and|collaboration|consortium|group|team|university|institute|committee)\b|\bet al\b"
)


@dataclass(frozen=True, slots=True)
class Name:
    """One author. `literal` is set, and the rest empty, where the name is that of a group or has one word."""

    family: str = ""
    given: str = ""
    suffix: str = ""
    literal: str = ""


def one_line(text: str) -> str:
    """Any text on one line: controls become spaces, bidirectional controls go, white space is folded."""
    return " ".join(BIDI.sub("", _CONTROL.sub(" ", text)).split())


def name_of(author: str) -> Name:
    """ "Mia van der Berg" gives family "van der Berg", given "Mia"; "Lee, Kim" family "Lee", given "Kim"."""
    name = unicodedata.normalize("NFC", one_line(author))
    if name.count(",") == 1:
        family, given = (part.strip() for part in name.split(","))
        return Name(family, given) if family and given else Name(literal=family or given)
    words = name.split()
    if len(words) < 2 or "," in name or _GROUP.search(name):
        return Name(literal=name)
    suffix = words.pop() if len(words) > 2 and _SUFFIX.match(words[-1]) else ""
    family = surname(" ".join(words))
    given = " ".join(words[: len(words) - len(family.split())])
    return Name(family, given, suffix) if given else Name(literal=name)
