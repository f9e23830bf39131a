"""Small PDFs made by hand, so that the tests know every word and its place."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["make_pdf", "paper_pdf"]

# (x, y from the bottom, size, text) on a page of 595 x 842 points; "*" before the text sets it in bold.
Piece = tuple[float, float, float, str]


def make_pdf(pages: Sequence[Sequence[Piece]], info: dict[str, str] | None = None) -> bytes:
    """A PDF with those pieces of text, in Helvetica, and that document information."""
    objects: list[bytes] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>"
        % (len(pages), b" ".join(b"%d 0 R" % (6 + 2 * at) for at in range(len(pages)))),
        _font("Helvetica"),
        _font("Helvetica-Bold"),
        b"<< "
        + b" ".join(b"/%s (%s)" % (key.encode(), _escaped(value)) for key, value in (info or {}).items())
        + b" >>",
    ]
    for at, pieces in enumerate(pages):
        drawn = b"\n".join(
            b"BT /%s %g Tf 1 0 0 1 %g %g Tm (%s) Tj ET"
            % (b"F2" if text.startswith("*") else b"F1", size, x, y, _escaped(text.removeprefix("*")))
            for x, y, size, text in pieces
        )
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>" % (7 + 2 * at)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn))
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R /Info 5 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )
    return bytes(out)


def _font(name: str) -> bytes:
    return b"<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>" % name.encode()


def _escaped(text: str) -> bytes:
    return text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


_LEFT = [
    "*Abstract",
    "We measure how well lighthouse keepers",
    "sleep. In 40 stations, keepers who took",
    "short naps made 12% fewer errors at their",
    "instruments than keepers who did not.",
    "*1 Introduction",
    "Keepers of lighthouses work at night and",
    "must read their instruments often. Their",
    "well-being has hardly been a subject of re-",
    "search, although errors are expensive. A",
    "long-term study is still missing, and long-",
    "term effects are a matter of opinion. We",
    "therefore followed forty stations over one",
]
_RIGHT = [
    "year and counted every error that was made",
    "in their journals. All results of research",
    "were checked by two people.",
    "*2 Results",
    "Table 1 shows that naps reduce errors from",
    "8.3 to 7.3 a month. The difference is larger",
    "in winter than in summer. No station was",
    "excluded from this analysis of the journals.",
]


def paper_pdf(info: dict[str, str] | None = None) -> bytes:
    """Two pages in two columns: heads, page numbers, a broken word, a table, a note and a reference list."""
    pages: list[list[Piece]] = []
    first: list[Piece] = [
        (150, 815, 8, "Proceedings of the Workshop on Lighthouses 2019, pages 11-12"),
        (110, 780, 16, "*Short Naps Help the Keepers of Lighthouses"),
        (230, 755, 12, "Ada Brandt and Max Meer"),
        (220, 740, 11, "University of the Coast"),
        (295, 30, 9, "11"),
    ]
    first += _column(60, 700, _LEFT) + _column(310, 700, _RIGHT)
    first.append((60, 60, 7, "Paid for by nobody at all, as footnotes say."))
    pages.append(first)
    second: list[Piece] = [
        (150, 815, 8, "Proceedings of the Workshop on Lighthouses 2019, pages 11-12"),
        (295, 30, 9, "12"),
    ]
    second += _column(
        60,
        760,
        [
            "Errors fell at every one of the stations,",
            "and in each of the months that followed.",
            "*3 Conclusion",
            "Short naps help. Whether they help on ships",
            "is an open question, which we leave to those",
            "who sail and keep a journal of their nights.",
            "*References",
            "Ada Brandt. 2011. On the sleep of keepers. In",
            "Journal of Nights, pages 1-9.",
        ],
    )
    for row, y in (("Station  8.3  7.3", 760), ("Island  9.1  7.9", 746), ("Cape  7.5  6.7", 732)):
        second += [(310 + 70 * at, y, 9, cell) for at, cell in enumerate(row.split("  "))]
    second.append((310, 708, 9, "Table 1: Errors a month without and with naps."))
    pages.append(second)
    return make_pdf(pages, info)


def _column(x: float, top: float, lines: Sequence[str]) -> list[Piece]:
    """Lines of body text, stretched by nothing, at a leading of 13 points; headings a little larger and apart."""
    pieces: list[Piece] = []
    y = top
    for line in lines:
        if line.startswith("*"):
            y -= 8
        pieces.append((x, y, 12 if line.startswith("*") else 11, line))
        y -= 13
    return pieces
