"""How authors are named in running text. Imports nothing of ours."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["cited", "surname"]

_PARTICLES = {
    "van",
    "von",
    "de",
    "der",
    "den",
    "del",
    "della",
    "di",
    "da",
    "dos",
    "la",
    "le",
    "ten",
    "ter",
    "bin",
    "al",
}


def surname(name: str) -> str:
    """The family name of "First Last" or "Last, First", with its particles ("van der Goot")."""
    if "," in name:
        return name.split(",", 1)[0].strip()
    words = name.split()
    if not words:
        return name
    at = len(words) - 1
    if words[at].rstrip(".").lower() in {"jr", "sr", "ii", "iii", "iv"} and at > 0:
        at -= 1
    end = at + 1
    while at > 1 and words[at - 1].lower() in _PARTICLES:
        at -= 1
    return " ".join(words[at:end])


def cited(authors: Sequence[str], year: int | None, title: str) -> str:
    """ "Phang et al. (2020)", "Chang and Lu (2021)"; the title in quotation marks where no author is known."""
    names = [surname(name) for name in authors]
    if not names:
        who = f"“{title}”"
    elif len(names) <= 2:
        who = " and ".join(names)
    else:
        who = f"{names[0]} et al."
    return f"{who} ({year if year is not None else 'n.d.'})"
