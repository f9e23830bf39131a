"""BibTeX with abstracts, read tolerantly, with the line of whatever cannot be read.

Our own reader, because a broken entry must not cost the rest of the file nor the line number: everything between
entries is a comment; values are braced, quoted, numbers or @string names, joined by #; a value may not run past a
line that opens another entry, so that one lost brace costs one entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .attachments import attached_paths, with_attached
from .decoding import read_text
from .latex_text import plain
from .source import Document, Format, Problem, Unreadable

__all__ = ["FORMAT", "BibEntry", "entries", "parse", "read"]

_OPEN = re.compile(r"@\s*([A-Za-z]+)\s*([{(])")
_OPEN_LINE = re.compile(r"^[ \t]*@[ \t]*[A-Za-z]+[ \t]*[{(][ \t]*[^\s,{}()=\"#%]*[ \t]*(?:,|=|$)", re.M)
_BRACE = re.compile(r"\\.|[{}]", re.S)
_QUOTE = re.compile(r"\\.|[{}\"]", re.S)
_NAME = re.compile(r"[^\s,={}()\"#%]+")
_FIELD = re.compile(r"[A-Za-z][\w-]*\s*=\s*[{\"\w]")
_SPACE = re.compile(r"(?:\s+|%[^\n]*(?:\n|\Z))*")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_INHERITED = ("year", "date", "month", "booktitle", "publisher", "journal")


@dataclass(frozen=True, slots=True)
class BibEntry:
    """One entry: type and field names in lower case, values with @strings resolved and LaTeX still in them."""

    kind: str
    key: str
    fields: dict[str, str]
    line: int


class _Broken(Exception):
    """What is wrong, and where in the text."""

    def __init__(self, what: str, at: int) -> None:
        super().__init__(what)
        self.at = at


def read(path: Path) -> Iterator[Document | Problem]:
    """The entries of a file. Raises Unreadable when it cannot be opened or holds nothing."""
    return parse(read_text(path))


def parse(text: str) -> Iterator[Document | Problem]:
    """The entries of a bibliography as documents; entries without an abstract and broken ones as problems."""
    if not text.strip():
        raise Unreadable("is empty")
    found = list(entries(text))
    by_key = {item.key.lower(): item for item in reversed(found) if isinstance(item, BibEntry)}
    if not found:
        yield Problem("no BibTeX entry", 1, malformed=True)
    for item in found:
        if isinstance(item, Problem):
            yield item
        elif item.kind not in ("proceedings", "collection"):
            parent = by_key.get(item.fields.get("crossref", "").strip().lower())
            yield _document(item, parent)


def entries(text: str) -> Iterator[BibEntry | Problem]:
    """Every entry of the text in order; a Problem for each that is broken."""
    macros = {name: name for name in _MONTHS}
    stops = [match.start() for match in _OPEN_LINE.finditer(text)] + [len(text)]
    lines = _Lines(text)
    closings: dict[int, int] | None = None
    at = stop = 0
    while (opening := _OPEN.search(text, at)) is not None:
        start, at = opening.start(), opening.end()
        if "%" in text[text.rfind("\n", 0, start) + 1 : start]:
            continue
        while stops[stop] <= start:
            stop += 1
        kind = opening.group(1).lower()
        line = lines.of(start)
        scanner = _Scanner(text, at, stops[stop], macros, "}" if opening.group(2) == "{" else ")")
        try:
            if kind == "comment":
                closings = _closings(text) if closings is None else closings
                at = closings.get(at, at)
                continue
            if kind == "preamble":
                scanner.value()
            elif kind == "string":
                macros.update(scanner.fields())
            else:
                key = scanner.key()
                yield BibEntry(kind, key, scanner.fields(), line)
            at = scanner.at
        except _Broken as broken:
            yield Problem(
                f"{broken} in the entry that starts at line {line}", lines.of(broken.at), malformed=True
            )
            # The rest of a broken entry is no place to look for another one.
            at = max(at, stops[stop])


def _closings(text: str) -> dict[int, int]:
    """Where each opening brace's content begins, to where its closing brace ends."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for match in _BRACE.finditer(text):
        if match.group() == "{":
            opened.append(match.end())
        elif match.group() == "}" and opened:
            found[opened.pop()] = match.end()
    return found


class _Scanner:
    """Reads one entry from `at` and never past `end`."""

    def __init__(self, text: str, at: int, end: int, macros: dict[str, str], close: str) -> None:
        self.text, self.at, self.end, self.macros, self.close = text, at, end, macros, close

    def key(self) -> str:
        """The citation key, with the comma after it."""
        self._skip()
        match = re.compile(r"[^\s,{}=\"]*").match(self.text, self.at, self.end)
        key = match.group() if match else ""
        self.at += len(key)
        self._skip()
        if self._peek() == ",":
            self.at += 1
        elif self._peek() != self.close:
            raise _Broken("no comma after the key", self.at)
        return key

    def fields(self) -> dict[str, str]:
        """`name = value` pairs up to the closing mark; the first of a repeated name wins."""
        found: dict[str, str] = {}
        while True:
            self._skip()
            char = self._peek()
            if char == self.close:
                self.at += 1
                return found
            if char == ",":
                self.at += 1
                continue
            match = _NAME.match(self.text, self.at, self.end)
            if match is None:
                raise _Broken(
                    f"unexpected {char!r}" if char else "no closing brace", min(self.at, self.end - 1)
                )
            name_at, self.at = self.at, match.end()
            self._skip()
            if self._peek() != "=":
                raise _Broken(f"no = after {match.group()!r}", name_at)
            self.at += 1
            found.setdefault(match.group().lower(), self.value())
            self._skip()
            if self._peek() not in (",", self.close) and not _FIELD.match(self.text, self.at, self.end):
                raise _Broken(f"no comma after the field {match.group()!r}", min(self.at, self.end - 1))

    def value(self) -> str:
        """Pieces joined by #."""
        parts = [self._piece()]
        self._skip()
        while self._peek() == "#":
            self.at += 1
            parts.append(self._piece())
            self._skip()
        return "".join(parts)

    def _piece(self) -> str:
        self._skip()
        char = self._peek()
        if char in ("{", '"'):
            return self._delimited(_BRACE if char == "{" else _QUOTE, char)
        match = _NAME.match(self.text, self.at, self.end)
        if match is None:
            raise _Broken("a value is missing", min(self.at, self.end - 1))
        self.at = match.end()
        word = match.group()
        return self.macros.get(word.lower(), word)

    def _delimited(self, marks: re.Pattern[str], opening: str) -> str:
        start = self.at + 1
        depth = 1 if opening == "{" else 0
        for match in marks.finditer(self.text, start, self.end):
            mark = match.group()
            depth += {"{": 1, "}": -1}.get(mark, 0)
            if (opening == "{" and depth == 0) or (opening == '"' and mark == '"' and depth <= 0):
                self.at = match.end()
                return self.text[start : match.start()]
        raise _Broken("no closing brace" if opening == "{" else "no closing quotation mark", self.at)

    def _skip(self) -> None:
        match = _SPACE.match(self.text, self.at, self.end)
        self.at = match.end() if match else self.at

    def _peek(self) -> str:
        return self.text[self.at] if self.at < self.end else ""


class _Lines:
    """Line numbers of ascending or descending positions, counted from the last one asked for."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.line = text, 0, 1

    def of(self, position: int) -> int:
        low, high = sorted((self.at, position))
        step = self.text.count("\n", low, high)
        self.line += step if position >= self.at else -step
        self.at = position
        return self.line


def _document(entry: BibEntry, parent: BibEntry | None) -> Document | Problem:
    fields = dict(entry.fields)
    if parent is not None:
        for name in _INHERITED:
            if name in parent.fields:
                fields.setdefault(name, parent.fields[name])
    record: dict[str, object] = {name: plain(value) for name, value in fields.items() if name not in _RAW}
    record.update({name: _RAW_MARKS.sub("", fields[name]) for name in _RAW if name in fields})
    record["id"] = entry.key
    record["authors"] = _authors(fields.get("author", "") or fields.get("editor", ""))
    record["venue"] = plain(
        fields.get("journal") or fields.get("journaltitle") or fields.get("booktitle") or ""
    )
    record["date"] = plain(fields.get("date", "")) or _month(fields)
    files = attached_paths(fields.get("file", ""))
    return with_attached(record, f"entry:{entry.line}", files, line=entry.line)


# Identifiers and links: their backslashes are escapes of % and _, and nothing else is LaTeX in them.
_RAW = frozenset({"doi", "url", "eprint", "archiveprefix", "pmid"})
_RAW_MARKS = re.compile(r"\\url|[\\{}]")


def _authors(value: str) -> list[str]:
    """ "Last, First" turned round, "others" dropped; a name in braces is one name."""
    names: list[str] = []
    depth = start = 0
    pieces: list[str] = []
    for match in re.finditer(r"[{}]|\s+and\s+", value, re.I):
        mark = match.group()
        if mark in "{}":
            depth += 1 if mark == "{" else -1
        elif depth <= 0:
            pieces.append(value[start : match.start()])
            start = match.end()
    pieces.append(value[start:])
    for piece in pieces:
        whole = piece.strip()
        if not whole or whole.lower() == "others":
            continue
        parts = [plain(part).strip() for part in whole.split(",")]
        if whole.startswith("{") and whole.endswith("}") and whole.count("{") == 1:
            names.append(plain(whole))
        elif len(parts) == 2:
            names.append(f"{parts[1]} {parts[0]}".strip())
        elif len(parts) == 3:
            names.append(f"{parts[2]} {parts[0]} {parts[1]}".strip())
        else:
            names.append(plain(whole))
    return names


def _month(fields: dict[str, str]) -> str:
    year = re.search(r"\d{4}", fields.get("year", ""))
    month = re.match(r"[a-z]{3}|\d{1,2}", plain(fields.get("month", "")).strip().lower())
    if year is None or month is None:
        return ""
    text = month.group()
    number = int(text) if text.isdigit() else _MONTHS.index(text) + 1 if text in _MONTHS else 0
    return f"{year.group()}-{number:02}" if 1 <= number <= 12 else ""


FORMAT = Format("bibtex", (".bib", ".bibtex", ".bib.gz"), "1", read)
