"""Which files a library is made of, and what they hold: found, read, cached, and every failure in one line."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assignee.errors import LibraryError
from assignee.registry import load, names

from .attachments import attach
from .child_readers import read_all
from .document_cache import DocumentCache
from .record import NO_ABSTRACT
from .source import Document, Format, Problem, Unreadable

__all__ = ["LibraryContent", "read_library"]

# Of a folder only: they speak of the collection, and are no papers. A file given by name is read whatever its name.
_NOT_PAPERS = frozenset(("readme", "license", "licence", "notice", "changelog", "contributing"))


@dataclass(slots=True)
class LibraryContent:
    """The documents in the order of paths and records, one line a problem, and one entry a path given."""

    documents: list[Document] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    entries: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class _File:
    path: Path
    shown: str
    format: Format
    digest: str = ""
    result: list[Document | Problem] | Unreadable = field(default_factory=list)


def read_library(paths: Sequence[Path], cache: DocumentCache | None) -> LibraryContent:
    """Read every path, file or folder, and no file twice. Ids may repeat in the result.

    Raises LibraryError, naming the path, when a path is missing or cannot be opened, when a file has an unknown
    format, and when a path holds no readable document; for malformed JSONL or BibTeX it names the line.
    """
    content = LibraryContent()
    taken: set[Path] = set()
    for path in paths:
        listed, ignored = _files(path)
        files = []
        for file in listed:
            real = file.path.resolve()
            if real not in taken:
                taken.add(real)
                files.append(file)
        if listed and not files:
            continue  # given before, or part of a folder given before
        _read(files, cache)
        attach([(file.path, file.result) for file in files])
        _collect(path, files, ignored, content)
    return content


def _files(path: Path) -> tuple[list[_File], Counter[str]]:
    """The readable files of a path in order of name, and how many files of which suffix are in no known format."""
    formats = [load("formats", name) for name in names("formats")]
    try:
        if path.is_file():
            found = _format_of(path.name, formats)
            if found is None:
                suffixes = sorted({suffix for item in formats for suffix in item.suffixes})
                raise LibraryError(f"{path}: this kind of file is not read; known are {' '.join(suffixes)}")
            return [_File(path, path.name, found)], Counter()
        if not path.is_dir():
            raise LibraryError(f"{path}: there is no such file or folder")
        os.scandir(path).close()
    except OSError as error:
        raise LibraryError(f"{path}: cannot be opened ({error.strerror or type(error).__name__})") from error
    files: list[_File] = []
    ignored: Counter[str] = Counter()
    for item in _walk(path):
        if item.name.split(".")[0].lower() in _NOT_PAPERS:
            continue
        found = _format_of(item.name, formats)
        if found is None:
            ignored[item.suffix.lower() or "no suffix"] += 1
        else:
            files.append(_File(item, item.relative_to(path).as_posix(), found))
    return files, ignored


def _walk(folder: Path) -> Iterator[Path]:
    """Regular files below a folder, by name; hidden ones left out, links followed, no folder entered twice."""
    entered = {folder.resolve()}
    for place, folders, files in os.walk(folder, followlinks=True):
        kept = []
        for name in sorted(folders):
            real = (Path(place) / name).resolve()
            if not name.startswith(".") and real not in entered:
                entered.add(real)
                kept.append(name)
        folders[:] = kept
        for name in sorted(files):
            if not name.startswith(".") and (Path(place) / name).is_file():
                yield Path(place) / name


def _format_of(name: str, formats: Sequence[Format]) -> Format | None:
    fitting = [
        (len(suffix), item) for item in formats for suffix in item.suffixes if name.lower().endswith(suffix)
    ]
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else None


def _read(files: Sequence[_File], cache: DocumentCache | None) -> None:
    """Fill in digest and result of every file: slow formats from the cache or in child processes."""
    slow: list[tuple[_File, str]] = []
    for file in files:
        try:
            file.digest = _digest(file.path)
        except OSError as error:
            file.result = Unreadable(f"cannot be opened ({error.strerror or type(error).__name__})")
            continue
        if file.format.slow:
            key = f"{file.digest}:{file.format.name}:{file.format.version}:{file.path.name}"
            kept = cache.get(key) if cache is not None else None
            if kept is None:
                slow.append((file, key))
            else:
                file.result = kept
            continue
        try:
            file.result = list(file.format.read(file.path))
        except Unreadable as error:
            file.result = error
    results = read_all([(file.format, file.path) for file, _ in slow])
    for (file, key), result in zip(slow, results, strict=True):
        file.result = result
        if cache is not None and not isinstance(result, Unreadable):
            cache.put(key, result)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _collect(path: Path, files: Sequence[_File], ignored: Counter[str], content: LibraryContent) -> None:
    documents: list[Document] = []
    problems: list[str] = []
    unreadable = 0
    for file in files:
        if isinstance(file.result, Unreadable):
            unreadable += 1
            problems.append(f"{file.shown}: {file.result}")
            continue
        without = 0
        for item in file.result:
            if isinstance(item, Document):
                documents.append(item)
            elif item.what == NO_ABSTRACT:
                without += 1
            else:
                unreadable += 1
                where = f"{file.shown}, line {item.line}" if item.line is not None else file.shown
                problems.append(f"{where}: {item.what}")
        if without:
            problems.append(f"{file.shown}: {without} record{'s' * (without > 1)} without an abstract")
    if ignored:
        kinds = ", ".join(f"{count} {suffix}" for suffix, count in sorted(ignored.items()))
        problems.append(f"{path.name}: files of a kind that is not read were passed over ({kinds})")
    if not documents:
        raise LibraryError(_nothing(path, files, problems))
    content.documents += documents
    content.problems += problems
    content.entries.append(
        {
            "path": path.name or path.resolve().name,
            "sha256": _digest_of(path, files),
            "documents": len(documents),
            "unreadable": unreadable,
        }
    )


def _nothing(path: Path, files: Sequence[_File], problems: Sequence[str]) -> str:
    if not problems:
        return f"{path}: the folder holds no file to read"
    if len(files) == 1 and path.is_file():
        return f"{path.parent / problems[0]}"
    more = f"; and {len(problems) - 1} more problem{'s' * (len(problems) > 2)}" if len(problems) > 1 else ""
    return f"{path}: no readable document ({problems[0]}{more})"


def _digest_of(path: Path, files: Sequence[_File]) -> str:
    """Of a file its SHA-256; of a folder that of the names and digests of its files."""
    if path.is_file() and len(files) == 1:
        return files[0].digest
    listing = "".join(f"{file.digest}  {file.shown}\n" for file in files)
    return hashlib.sha256(listing.encode()).hexdigest()
