"""Which papers the asker wants included or excluded, whatever screening says of them.

One paper a line: an identifier in any form (DOI, arXiv, ACL, Semantic Scholar, OpenAlex, PubMed; also as an address), the
library's own id, or the exact title in double quotes; `#` starts a reason.

    10.18653/v1/2020.acl-main.747        # the model that all of these start from
    arXiv:2005.13013v2
    "When Is Transfer Worth It?"         # a workshop paper, no DOI
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from assignee.claims import Paper
from assignee.errors import UserError
from assignee.settings import ReviewRequest

from ..tools.identifiers import identifiers
from .paper_names import Names, keys_of

__all__ = ["EXCLUDED", "INCLUDED", "Overrides", "read_lines"]

INCLUDED, EXCLUDED = "included by you", "excluded by you"  # how the reasons begin
_HELP = 'give one id a line, a title in "double quotes", and # before a reason'
_REASON = re.compile(r"(?:^|\s)#|#(?=\s|$)")
_QUOTED = re.compile(r'["“”]([^"“”]*)["“”]\s*(?:#(.*))?$', re.S)
_LIST = frozenset({".txt", ".lst", ".list", ".ids", ".csv", ".tsv", ".md"})
# Control signs and those that turn the direction of what follows: a reason is printed as it stands.
_UNPRINTED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_LARGEST = 1_000_000  # bytes of a file of ids
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Overrides:
    """`included` and `excluded` are (id, reason) in the order given, each paper once."""

    included: tuple[tuple[str, str], ...] = ()
    excluded: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, request: ReviewRequest) -> Self:
        """Those of a request. Raises UserError for a line that names no paper, and for a paper that is to be both."""
        made = cls(_entries("--include", request.include), _entries("--exclude", request.exclude))
        wanted = {key: name for name, _ in made.included for key in keys_of(name)}
        for name, _ in made.excluded:
            if other := next((wanted[key] for key in sorted(keys_of(name)) if key in wanted), None):
                also = "" if other == name else f" (there as {_short(other)})"
                raise UserError(
                    f"{_short(name)} is to be excluded and also included{also}; say one of the two"
                )
        return made

    @property
    def include(self) -> tuple[str, ...]:
        """What to ask the sources for: the ids and titles to include."""
        return tuple(name for name, _ in self.included)

    def decision(self, paper: Paper) -> tuple[str, str] | None:
        """("include" | "exclude", reason) where one of the names is the paper's, else None.

        An exclusion comes before an inclusion of the same paper under another name. Whether the paper is retracted is
        not looked at here: screening never includes such a one.
        """
        if not self.included and not self.excluded:
            return None
        names = Names.of(paper)
        asked, dropped = _reason(self.included, names), _reason(self.excluded, names)
        if dropped is not None:
            both = " (under another name you asked to include it)" if asked is not None else ""
            return "exclude", _told(EXCLUDED, dropped) + both
        return ("include", _told(INCLUDED, asked)) if asked is not None else None

    def unmatched(self, papers: Sequence[Paper]) -> tuple[str, ...]:
        """One line for each name that no paper answers to."""
        named = [Names.of(paper) for paper in papers] if self.included or self.excluded else []
        return tuple(
            f"no paper found answers to --{what} {_short(name)}"
            for what, entries in (("include", self.included), ("exclude", self.excluded))
            for name, _ in entries
            if not any(names.answer(name) for names in named)
        )


def read_lines(values: Iterable[str | os.PathLike[str]]) -> tuple[str, ...]:
    """The lines of overrides: of a value that is a file, its lines; any other value is one.

    Blank lines, and those that are a comment only, are left out. Raises UserError (`FILE, line 3: …`) for a file that is
    not there, cannot be read, is no text in UTF-8, is too large or names no paper, and for a line that names none.
    """
    lines: list[str] = []
    for given in values:
        value = os.fspath(given)
        path = _file(value)
        if path is not None:
            lines += _of_file(path)
            continue
        if value.strip() and not value.strip().startswith("#"):
            _entry_of(value)
            lines.append(value.strip())
    return tuple(lines)


def _file(value: str) -> Path | None:
    """The file that a value names, or seems to name."""
    try:
        path = Path(value).expanduser()
        if path.is_file():
            return path
        folder = path.is_dir()
    except (OSError, ValueError, RuntimeError):  # too long, a null byte, an unknown home: no path
        return None
    if value.strip() and not value.lstrip().startswith(('"', "“")) and not identifiers([value]):
        if folder:
            raise UserError(f"{_short(value)} is a folder; give an id, or a file with one id a line")
        if path.suffix.lower() in _LIST or value.startswith(("./", "../", "/", "~")):
            raise UserError(f"{_short(value)} is not there; give an id, or a file with one id a line")
    return None


def _of_file(path: Path) -> list[str]:
    shown = _short(str(path), 500)
    try:
        with path.open("rb") as stream:
            raw = stream.read(_LARGEST + 1)
    except OSError as error:
        raise UserError(f"{shown} cannot be read: {error.strerror or error}") from None
    if len(raw) > _LARGEST:
        raise UserError(f"{shown} has more than a megabyte; give a text file with one id a line")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UserError(f"{shown} is UTF-16; save it as UTF-8, one id a line")
    if raw.startswith(b"%PDF") or b"\0" in raw:
        raise UserError(
            f'{shown} is no text; to name a paper by its file, write its id in quotes: "{path.name}"'
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        at = raw[: error.start].count(b"\n") + 1
        raise UserError(f"{shown}, line {at}: not UTF-8; save it as UTF-8, one id a line") from None
    lines: list[str] = []
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        if line.strip() and not line.strip().startswith("#"):
            _entry_of(line, f"{shown}, line {number}: ")
            lines.append(line.strip())
    if not lines:
        raise UserError(f"{shown} names no paper; write one id a line, or leave the file out")
    return lines


def _entries(option: str, lines: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """(name, reason) of each paper once, the first line of several that name the same."""
    found: list[tuple[str, str]] = []
    seen: set[tuple[str, str]] = set()
    for line in lines:
        if not line.strip() or line.strip().startswith("#"):
            continue
        name, reason = _entry_of(line, f"{option}: ")
        if seen.isdisjoint(keys_of(name)):
            found.append((name, reason))
        seen |= keys_of(name)
    return tuple(found)


def _entry_of(line: str, where: str = "") -> tuple[str, str]:
    """(name, reason) of one line. Raises UserError where it names no paper, or more than one."""
    if odd := _UNPRINTED.search(line):
        raise UserError(f"{where}holds the sign U+{ord(odd[0]):04X}, which cannot be printed; take it out")
    text = " ".join(line.split())
    if text.startswith(('"', "“", "”")):
        quoted = _QUOTED.match(text)
        if quoted is None or not _says_something(quoted[1]):
            raise UserError(f"{where}{_short(text)} is no title in quotes; {_HELP}")
        return quoted[1].strip(), (quoted[2] or "").strip()
    name, *rest = _REASON.split(text, maxsplit=1)
    name, reason = name.strip(), rest[0].strip() if rest else ""
    if not _says_something(name):
        raise UserError(f"{where}{_short(text)} names no paper; {_HELP}")
    parts = [part for part in re.split(r"[\s,;]+", name) if identifiers([part])]
    if len(parts) > 1:
        raise UserError(f"{where}{_short(text)} names {len(parts)} papers; {_HELP}")
    first = re.split(r"[\s,;]+", name)[0]
    beside = re.sub(r"^\[[\w.-]+\]$", "", name[len(first) :].strip(" ,;"))
    if parts and parts[0] == first and beside:
        raise UserError(f"{where}{_short(text)} has more than an id; {_HELP}")
    return name, reason


def _says_something(name: str) -> bool:
    return any(char.isalnum() for char in name)


def _reason(entries: Sequence[tuple[str, str]], names: Names) -> str | None:
    """The reason of the first entry that names the paper ("" where none was given)."""
    return next((reason for name, reason in entries if names.answer(name)), None)


def _told(what: str, reason: str) -> str:
    return f"{what}: {reason}" if reason else what


def _short(text: str, most: int = _SHOWN) -> str:
    """Somebody's words in an error of one line."""
    plain = "".join(char if char.isprintable() else "?" for char in text)
    return plain if len(plain) <= most else f"{plain[:most]}…"
