"""The lines of a PDF with their places: what the page prints, before anyone decides what it means."""

from __future__ import annotations

import ctypes
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .source import Unreadable

__all__ = ["Line", "Page", "Pdf", "open_pdf"]

_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
# Old TeX fonts print an accent as a glyph of its own over or before its letter.
_ACCENTS = {
    "´": "\u0301",
    "`": "\u0300",
    "¨": "\u0308",
    "ˆ": "\u0302",
    "˜": "\u0303",
    "ˇ": "\u030c",
    "˚": "\u030a",
    "¸": "\u0327",
    "¯": "\u0304",
    "˝": "\u030b",
    "˙": "\u0307",
    "˘": "\u0306",
    "˛": "\u0328",
}
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
_RAISED = str.maketrans("0123456789+-−–n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻ⁿ")
_MARKS = frozenset("0123456789,;*∗†‡§¶–-−abcdefgh[] ")
_LENGTHS = frozenset(("nm", "mm", "cm", "dm", "km", "µm", "μm", "in", "ft"))
_BOLD = ("bold", "medi", "black", "heavy", "-bd", "cmbx", "semibold", "sfbx")


@dataclass(slots=True)
class Line:
    """A run of characters on one baseline; points, y upwards; `gaps` counts wide spaces inside it.

    `pieces` is the text with a semicolon wherever a raised mark or a wide space stood: how lists of authors part.
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    page: int
    pieces: str
    gaps: int = 0


@dataclass(slots=True)
class Page:
    """Lines in the order the file draws them. `margin` is rotated text, such as arXiv's stamp."""

    number: int
    width: float
    height: float
    lines: list[Line] = field(default_factory=list)
    margin: str = ""


@dataclass(slots=True)
class Pdf:
    """Pages and the document information ("Title", "Author"). Without `placed`, lines have no coordinates."""

    pages: list[Page]
    info: dict[str, str]
    placed: bool = True


def open_pdf(path: Path) -> Pdf:
    """Read a PDF with pypdfium2, and with pypdf where that is missing or fails.

    Raises Unreadable for an encrypted file and for one that neither can open.
    """
    try:
        import pypdfium2  # type: ignore[import-untyped]
    except ImportError:
        return _with_pypdf(path)
    try:
        # As bytes: given a path, it looks for the real one, and a file in memory has none.
        document = pypdfium2.PdfDocument(path.read_bytes())
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise Unreadable("needs a password") from error
        return _with_pypdf(path)
    except OSError as error:
        raise Unreadable(f"cannot be opened ({error.strerror or type(error).__name__})") from error
    try:
        pages = [_page(document, number) for number in range(len(document))]
        info = {key: value for key, value in document.get_metadata_dict().items() if value}
    finally:
        document.close()
    return Pdf(pages, info)


def _page(document: Any, number: int) -> Page:
    import pypdfium2

    try:
        source = document[number]
    except pypdfium2.PdfiumError:
        # One broken page among good ones; a file of such pages ends as one without text.
        return Page(number + 1, 0.0, 0.0)
    textpage = source.get_textpage()
    width, height = source.get_size()
    page = Page(number + 1, width, height)
    margin: list[str] = []
    page.lines = [line for run in _runs(textpage, margin) if (line := _line(run, number + 1)) is not None]
    page.margin = "".join(margin)
    textpage.close()
    source.close()
    return page


@dataclass(slots=True)
class _Char:
    text: str
    x0: float
    x1: float
    y: float
    size: float
    space: bool = False


@dataclass(slots=True)
class _Run:
    chars: list[_Char]
    size: float
    y: float
    bold: bool


def _runs(textpage: Any, margin: list[str]) -> Iterator[_Run]:
    """Characters grouped by baseline and nearness; rotated ones go to `margin`."""
    import pypdfium2.raw as raw  # type: ignore[import-untyped]

    handle = textpage.raw
    left, right, bottom, top, x, y = (ctypes.c_double() for _ in range(6))
    loose = raw.FS_RECTF()
    name = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()
    run: _Run | None = None
    spaced = False
    surrogate = 0
    for index in range(raw.FPDFText_CountChars(handle)):
        code = raw.FPDFText_GetUnicode(handle, index)
        if 0xD800 <= code < 0xDC00:
            surrogate = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((surrogate - 0xD800) << 10) + (code - 0xDC00) if surrogate else 0
            surrogate = 0
        # U+FFFE and U+0002 are how PDFium reports a hyphen at a line's end.
        char = "-" if code in (0xFFFE, 0x02, 0xAD) else chr(code)
        if code in (0, 0xFFFF) or char.isspace():
            spaced = True
            continue
        if unicodedata.category(char) in ("Cc", "Co", "Cs", "Cn"):
            char = "\ufffd"
        angle = raw.FPDFText_GetCharAngle(handle, index)
        if 0.3 < angle < 5.98:
            margin.append((" " if spaced else "") + char)
            spaced = False
            continue
        raw.FPDFText_GetCharBox(handle, index, left, right, bottom, top)
        raw.FPDFText_GetCharOrigin(handle, index, x, y)
        x0, x1, base = min(left.value, x.value), right.value, y.value
        size = run.size if run is not None and abs(base - run.y) < 0.01 else 0.0
        if not size or spaced:
            size = raw.FPDFText_GetFontSize(handle, index)
            raw.FPDFText_GetLooseCharBox(handle, index, loose)
            tall = max(loose.top - loose.bottom, 0.1)
            if not 0.4 * tall < size < 2.5 * tall:
                # The text matrix scales the font: what is drawn counts, not what the font calls itself.
                size = tall
        if run is not None and not _follows(run, x0, base, size):
            yield run
            run = None
        if run is None:
            raw.FPDFText_GetFontInfo(handle, index, name, 128, flags)
            bold = any(mark in name.value.decode("utf-8", "replace").lower() for mark in _BOLD)
            run = _Run([], size, base, bold)
            spaced = False
        last = run.chars[-1] if run.chars else None
        gap = x0 - last.x1 if last is not None else 0.0
        run.chars.append(
            _Char(_LIGATURES.get(char, char), x0, x1, base, size, spaced or gap > 0.28 * run.size)
        )
        if len(run.chars) > 1 and size > run.size * 1.2:
            # The line began with a raised mark; what follows is its real size and baseline.
            run.size, run.y = size, base
        spaced = False
    if run is not None:
        yield run


def _follows(run: _Run, x0: float, y: float, size: float) -> bool:
    """Whether a character at (x0, y) goes on with the run: same baseline, or raised or lowered right beside it."""
    last = run.chars[-1]
    unit = max(run.size, size)
    gap = x0 - last.x1
    if abs(y - run.y) <= 0.12 * unit:
        return -1.0 * unit <= gap <= 1.5 * unit
    return (
        abs(y - run.y) <= 0.55 * unit
        and -0.6 * unit <= gap <= 0.6 * unit
        and min(size, run.size) < 0.92 * unit
    )


def _line(run: _Run, page: int) -> Line | None:
    """The text of a run: accents joined to their letters, note marks off, exponents kept as exponents."""
    parts: list[str] = []
    pieces: list[str] = []
    chars = run.chars
    at = 0
    while at < len(chars):
        char = chars[at]
        if at and char.text in ",.;:)" and chars[at - 1].size < 0.85 * run.size:
            # "SCIDOCS ³, who", "t_n ,": the space before it was the mark's or the index's.
            while parts and not parts[-1].strip():
                parts.pop()
        elif char.space and parts:
            parts.append(" ")
            pieces.append(" ")
        raised = char.size < 0.85 * run.size and char.y - run.y > 0.15 * run.size
        if raised:
            end = at
            while (
                end < len(chars)
                and chars[end].size < 0.85 * run.size
                and chars[end].y - run.y > 0.15 * run.size
            ):
                end += 1
            parts.append(_raised("".join(item.text for item in chars[at:end]), "".join(parts)))
            pieces.append(";")
            at = end
            continue
        after = chars[at + 1] if at + 1 < len(chars) else None
        if char.text in _ACCENTS and after is not None and after.text.isalpha() and after.x0 < char.x1 - 0.1:
            letter = {"ı": "i", "ȷ": "j"}.get(after.text, after.text)
            parts.append(unicodedata.normalize("NFC", letter + _ACCENTS[char.text]))
            pieces.append(parts[-1])
            at += 2
            continue
        parts.append(char.text)
        pieces.append(char.text)
        at += 1
    text = "".join(parts).strip()
    if not text or (len(text) <= 4 and set(text) & _ACCENTS.keys() and not set(text) & _LETTERS):
        # The hat of a formula's letter, drawn apart from it.
        return None
    left, right = min(char.x0 for char in chars), max(char.x1 for char in chars)
    return Line(text, left, right, run.y, run.size, run.bold, page, "".join(pieces))


def _raised(mark: str, before: str) -> str:
    """What becomes of raised characters: note and citation marks go, powers and units stay ("10⁻³", "km²")."""
    if not all(char in _MARKS for char in mark):
        return mark
    word = re.split(r"[\s(\[/·×=~<>≤≥]", before)[-1]
    if mark in ("th", "st", "nd", "rd"):
        return mark
    # What takes a power: a number of up to three digits, one letter, a unit of length; "s⁻¹" after any short unit.
    base = word.isdigit() or len(word) == 1 or word in _LENGTHS or (mark[0] in "-−–" and word.isalpha())
    if base and len(word) <= 3 and word[-1:].isalnum() and re.fullmatch(r"[+\-−–]?(?:\d{1,3}|n)", mark):
        return mark.translate(_RAISED)
    return ""


def _with_pypdf(path: Path) -> Pdf:
    import logging

    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("needs a password")
        pages = []
        for number, source in enumerate(reader.pages, start=1):
            page = Page(number, float(source.mediabox.width), float(source.mediabox.height))
            for row in source.extract_text().split("\n"):
                if text := "".join(_LIGATURES.get(char, char) for char in row).strip():
                    page.lines.append(Line(text, 0.0, 0.0, 0.0, 1.0, False, number, text))
            pages.append(page)
        info = {key.lstrip("/"): str(value) for key, value in (reader.metadata or {}).items() if value}
    except Unreadable:
        raise
    except (
        PyPdfError,
        OSError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        RecursionError,
        NotImplementedError,
    ) as error:
        # pypdf lets its internal errors through on broken files.
        raise Unreadable("is not a readable PDF") from error
    return Pdf(pages, info, placed=False)
