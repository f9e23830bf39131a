"""Libraries that users upload: bounded in size, number and type, each in a folder of its own.

uploads/<id>/papers/…   the files, under names of our making
uploads/<id>/sealed     there once a review rests on it
"""

from __future__ import annotations

import asyncio
import gzip
import re
import secrets
import shutil
import threading
import time
import unicodedata
import zlib
from collections.abc import AsyncIterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assignee.errors import UserError
from assignee.registry import load, names
from assignee.web_settings import Limits

__all__ = ["Refused", "Uploads", "safe_name", "types"]

_ID = re.compile(r"[0-9a-f]{32}")
_PIECE = 1024 * 1024
_GZIP = b"\x1f\x8b"
# How a file of each kind begins; what is not here is text.
_PACKED = ((".pdf", b"%PDF-"), (".docx", b"PK\x03\x04"), (".gz", _GZIP), (".tgz", _GZIP))
_MARKUP = (".html", ".htm", ".xhtml", ".xml", ".nxml")  # says itself how it is encoded
_UNUSED = 24 * 3600  # seconds that a library nobody asked about is kept


@cache
def types() -> tuple[str, ...]:
    """The file types that are taken: the suffixes of every registered format, the longest first."""
    found = {suffix for name in names("formats") for suffix in load("formats", name).suffixes}
    return tuple(sorted(found, key=lambda suffix: (-len(suffix), suffix)))


class Refused(UserError):
    """An upload that is not taken. `status` is the HTTP status."""

    def __init__(self, status: int, line: str) -> None:
        super().__init__(line)
        self.status = status


@dataclass(frozen=True, slots=True)
class Uploads:
    """`root` holds all uploaded libraries. One process at a time."""

    root: Path
    limits: Limits
    _lock: threading.Lock

    @classmethod
    def at(cls, root: Path, limits: Limits) -> Uploads:
        """The libraries kept under `root`, which need not be there yet."""
        return cls(root, limits, threading.Lock())

    def make(self) -> str:
        """A new library; returns its id, which cannot be guessed. Raises Refused when there is no room."""
        with self._lock:
            if self._used() >= self.limits.uploads:
                raise Refused(507, "the server's room for uploads is used up; ask whoever runs it")
            id = secrets.token_hex(16)
            (self.root / id / "papers").mkdir(parents=True)
            return id

    def papers(self, id: str) -> Path:
        """The folder of a library's files. Raises Refused when it is unknown."""
        folder = self.root / id / "papers"
        if not _ID.fullmatch(id) or not folder.is_dir():
            raise Refused(404, "this library is unknown; upload it again")
        return folder

    def files(self, id: str) -> list[Path]:
        """The files of a library, by name."""
        return sorted(path for path in self.papers(id).iterdir() if not path.name.startswith("."))

    def sealed(self, id: str) -> bool:
        """Whether a review rests on it."""
        return (self.papers(id).parent / "sealed").exists()

    def seal(self, id: str) -> Path:
        """Take no more files; returns the folder. Raises Refused when it has none."""
        with self._lock:
            if not self.files(id):
                raise Refused(422, "the library is empty; upload papers first")
            (self.papers(id).parent / "sealed").touch()
            return self.papers(id)

    async def add(self, id: str, name: str, body: AsyncIterable[bytes]) -> Path:
        """Store one file as it comes in. Raises Refused, with nothing kept, for what cannot be taken."""
        safe = safe_name(name)
        await asyncio.to_thread(self._room, id)
        part = self.papers(id).parent / f".{secrets.token_hex(8)}.part"
        try:
            await self._write(part, body)
            await asyncio.to_thread(_check, part, _kind(safe), self.limits.library)
            return await asyncio.to_thread(self._keep, id, part, safe)
        finally:
            part.unlink(missing_ok=True)

    def tidy(self, in_use: set[str], now: float | None = None) -> int:
        """Remove libraries that no review of `in_use` (folders) rests on and that are a day old; returns how many."""
        now = time.time() if now is None else now
        old = [
            folder
            for folder in (self.root.iterdir() if self.root.is_dir() else ())
            if str(folder / "papers") not in in_use and folder.stat().st_mtime < now - _UNUSED
        ]
        for folder in old:
            shutil.rmtree(folder, ignore_errors=True)
        return len(old)

    async def _write(self, part: Path, body: AsyncIterable[bytes]) -> None:
        held, size = bytearray(), 0
        async for piece in body:
            held += piece
            size += len(piece)
            if size > self.limits.file:
                raise Refused(413, f"the file is too large: at most {self.limits.file // 1024 // 1024} MB")
            if len(held) >= _PIECE:
                await asyncio.to_thread(_append, part, bytes(held))
                held.clear()
        await asyncio.to_thread(_append, part, bytes(held))

    def _room(self, id: str, size: int = 0) -> None:
        files = self.files(id)
        if self.sealed(id):
            raise Refused(409, "a review rests on this library; make a new one")
        if len(files) >= self.limits.files:
            raise Refused(413, f"the library has {self.limits.files} files, which is the most it may have")
        if sum(path.stat().st_size for path in files) + size > self.limits.library:
            raise Refused(
                413, f"the library is too large: at most {self.limits.library // 1024 // 1024} MB together"
            )
        if self._used() + size > self.limits.uploads:
            raise Refused(507, "the server's room for uploads is used up; ask whoever runs it")

    def _keep(self, id: str, part: Path, name: str) -> Path:
        with self._lock:
            self._room(id, part.stat().st_size)
            kept, number = self.papers(id) / name, 1
            kind = _kind(name)
            while kept.exists():
                number += 1
                kept = kept.with_name(f"{name.removesuffix(kind)}-{number}{kind}")
            return part.rename(kept)

    def _used(self) -> int:
        return sum(path.stat().st_size for path in self.root.glob("*/papers/*")) if self.root.is_dir() else 0


def safe_name(name: str) -> str:
    """A file name of our making: letters, digits, dots and dashes of the one given. Raises Refused for its type."""
    last = unicodedata.normalize("NFKC", name).replace("\\", "/").rsplit("/", 1)[-1]
    kind = _kind(last)
    if not kind:
        known = ", ".join(sorted(types()))
        raise Refused(415, f"papers come as {known}; give the file such a name")
    clean = re.sub(r"[^\w.-]+", "_", last[: -len(kind)]).strip("._-")[:80]
    return f"{clean or 'paper'}{kind}"


def _kind(name: str) -> str:
    """The type that a name ends with, in lower case; "" for none."""
    return next((kind for kind in types() if name.lower().endswith(kind)), "")


def _append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


def _check(path: Path, kind: str, most: int) -> None:
    """Raises Refused for what is not of its kind, and for what unpacks to more than `most` bytes."""
    with path.open("rb") as file:
        if not path.stat().st_size:
            raise Refused(422, "the file is empty")
        for end, mark in _PACKED:
            if kind.endswith(end):
                if mark not in file.read(1024 if kind == ".pdf" else len(mark)):
                    raise Refused(415, f"the file is named {kind} but is none")
                if mark == _GZIP:
                    _unpacks(path, kind, most)
                return
        content = file.read()
    if kind not in _MARKUP:
        try:
            content.decode("utf-8")
        except UnicodeDecodeError:
            raise Refused(415, f"the file is named {kind} but is no UTF-8 text") from None
    if b"\0" in content:
        raise Refused(415, f"the file is named {kind} but is no text")


def _unpacks(path: Path, kind: str, most: int) -> None:
    size = 0
    try:
        with gzip.open(path) as packed:
            while piece := packed.read(_PIECE):
                size += len(piece)
                if size > most:
                    raise Refused(413, f"the file unpacks to more than {most // 1024 // 1024} MB")
    except (OSError, EOFError, zlib.error):  # BadGzipFile is an OSError
        raise Refused(415, f"the file is named {kind} but is broken") from None
