"""The bytes of a file, gzip taken off, never more than a bound."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from .source import Unreadable

__all__ = ["MOST", "read_bytes"]

# More than any paper's text; a bomb unpacks to more.
MOST = 64 << 20


def read_bytes(path: Path, most: int = MOST) -> bytes:
    """The content, unpacked where it begins as gzip does. Raises Unreadable: empty, too large, broken, closed."""
    try:
        with path.open("rb") as stream:
            packed = stream.read(2) == b"\x1f\x8b"
            stream.seek(0)
            if packed:
                with gzip.open(stream) as inner:
                    data = inner.read(most + 1)
            else:
                data = stream.read(most + 1)
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise Unreadable("is not a whole gzip file") from error
    except OSError as error:
        raise Unreadable(f"cannot be opened ({error.strerror or type(error).__name__})") from error
    if len(data) > most:
        raise Unreadable(f"holds more than {most >> 20} MB")
    if not data.strip():
        raise Unreadable("is empty")
    return data
