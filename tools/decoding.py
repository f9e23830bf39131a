"""Bytes of unknown encoding to text."""

from __future__ import annotations

import codecs
import gzip
import zlib
from pathlib import Path

from .source import Unreadable

__all__ = ["decode", "read_text"]

_MOST = 1 << 30  # bytes of a packed file, unpacked; a library of a million records has as many
# UTF-32 before UTF-16: the little-endian mark of one begins with that of the other.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(data: bytes) -> str:
    """The text of a file: by its byte order mark, else UTF-8, else Windows-1252 (a superset of Latin-1's letters).

    Never fails: what fits nothing becomes U+FFFD. Line ends become "\\n".
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            # "utf-16" and "utf-32" eat their own mark, "utf-8" does not.
            body = data[len(mark) :] if encoding == "utf-8" else data
            return _lines(body.decode(encoding, errors="replace"))
    try:
        return _lines(data.decode("utf-8"))
    except UnicodeDecodeError:
        return _lines(data.decode("cp1252", errors="replace"))


def read_text(path: Path) -> str:
    """The text of a file, unpacked when its name ends in ".gz". Raises Unreadable."""
    try:
        if path.name.lower().endswith(".gz"):
            with gzip.open(path) as packed:
                data = packed.read(_MOST + 1)
            if len(data) > _MOST:
                raise Unreadable(f"unpacks to more than {_MOST >> 20} MB")
            return decode(data)
        return decode(path.read_bytes())
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise Unreadable("is not a whole gzip file") from error
    except OSError as error:
        raise Unreadable(f"cannot be opened ({error.strerror or type(error).__name__})") from error


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
