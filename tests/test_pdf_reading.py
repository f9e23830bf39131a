"""What PDFs do to words: broken ends of lines, raised marks, captions over two columns, notes below the abstract."""

from __future__ import annotations

from pathlib import Path

import pytest
from pdf_maker import make_pdf

from assignee.tools import format_pdf
from assignee.tools.pdf_text import Mender
from assignee.tools.source import Document


@pytest.mark.parametrize(
    ("head", "tail", "joined"),
    [
        ("a document-", "specific rule", "a document-specific rule"),
        ("an agent real-", "ized by", "an agent realized by"),
        ("scientific docu-", "ments", "scientific documents"),
        ("state-of-the-", "art systems", "state-of-the-art systems"),
        ("a trade-", "off between", "a trade-off between"),
        ("their aware-", "ness of", "their awareness of"),
        ("the self-", "explaining kind", "the self-explaining kind"),
        ("uses Ro-", "BERTa", "uses Ro-BERTa"),
        ("see https://a.org/", "b/c", "see https://a.org/b/c"),
        ("see https://a.org/", "https://b.org/", "see https://a.org/ https://b.org/"),
        ("either/", "or", "either/or"),
        ("an end.", "Another", "an end. Another"),
    ],
)
def test_broken_words_are_mended_by_what_is_a_word(head: str, tail: str, joined: str) -> None:
    assert Mender(()).join(head, tail) == joined


def test_the_document_itself_knows_better() -> None:
    assert Mender(["all pretrained models, pretrained again"]).join("is pre-", "trained") == "is pretrained"
    assert Mender(["all pre-trained models"]).join("is pre-", "trained") == "is pre-trained"


def _read(tmp_path: Path, *pages: list[tuple[float, float, float, str]]) -> Document:
    path = tmp_path / "a.pdf"
    path.write_bytes(make_pdf(pages))
    (found,) = format_pdf.read(path)
    assert isinstance(found, Document)
    return found


_LINE = "Keepers of lighthouses work at night and must read their many instruments very often"


@pytest.mark.parametrize(
    ("pieces", "text"),
    [
        # (text, raised, small)
        ([("by Brandt", 0, 0), ("3", 1, 1), (", who sailed.", 0, 0)], "by Brandt, who sailed."),
        ([("by Brandt ", 0, 0), ("3,4", 1, 1), (" , who sailed.", 0, 0)], "by Brandt, who sailed."),
        ([("an area of 5 km", 0, 0), ("2", 1, 1), (" at sea.", 0, 0)], "an area of 5 km² at sea."),
        ([("a rate of 10", 0, 0), ("-3", 1, 1), (" a day.", 0, 0)], "a rate of 10⁻³ a day."),
        ([("a rate per s", 0, 0), ("-1", 1, 1), (" is low.", 0, 0)], "a rate per s⁻¹ is low."),
        ([("methods such as RRR", 0, 0), ("53", 1, 1), (" are old.", 0, 0)], "methods such as RRR are old."),
        ([("as we told", 0, 0), ("[7]", 1, 1), (" before.", 0, 0)], "as we told before."),
    ],
)
def test_marks_go_and_powers_stay(pieces: list[tuple[str, int, int]], text: str, tmp_path: Path) -> None:
    lines = [(60.0, 760.0 - 14 * at, 11.0, _LINE) for at in range(8)]
    x, last = 60.0, []
    for piece, raised, small in pieces:
        last.append((x, 648.0 + 4 * raised, 6.0 if small else 11.0, piece))
        x += _width(piece, 6.0 if small else 11.0)
    assert text in _read(tmp_path, [*lines, *last]).text


def _width(text: str, size: float) -> float:
    """Of Helvetica, near enough."""
    narrow = {" ": 0.278, ",": 0.278, ".": 0.278, "-": 0.333, "i": 0.222, "l": 0.222, "t": 0.278, "f": 0.278, "r": 0.333,
        "[": 0.278, "]": 0.278, "m": 0.833, "w": 0.722, "s": 0.5, "k": 0.5, "c": 0.5, "y": 0.5, "R": 0.722}  # fmt: skip
    return sum(narrow.get(char, 0.556) for char in text) * size


def _column(x: float, top: float, lines: int) -> list[tuple[float, float, float, str]]:
    return [(x, top - 13 * at, 11.0, "keepers work at night and read their journals") for at in range(lines)]


def test_a_caption_over_two_columns_is_whole_and_a_note_is_no_part_of_the_abstract(tmp_path: Path) -> None:
    caption = "Figure 1: Keepers of lighthouses at work, as they were drawn by those who had watched them all through the"
    first = [
        (200.0, 790.0, 16.0, "*Keepers of Lighthouses at Work"),
        (130.0, 740.0, 12.0, "*Abstract"),
        *[
            (60.0, 720.0 - 12 * at, 10.0, "We watched all keepers of the lighthouses here.")
            for at in range(6)
        ],
        (60.0, 110.0, 9.0, "Paid for by nobody at all, as these notes say."),
        (310.0, 740.0, 12.0, "*1 Introduction"),
        *_column(310, 720, 40),
    ]
    second = [
        (60.0, 700.0, 10.0, caption), (60.0, 688.0, 10.0, "long night."),
        *_column(60, 640, 30), *_column(310, 640, 30),
    ]  # fmt: skip
    found = _read(tmp_path, first, second)
    named = {item.name: found.text[item.start : item.end] for item in found.sections}
    assert named["Figure 1"] == f"{caption} long night."
    assert named["Notes"] == "Paid for by nobody at all, as these notes say."
    assert named["Abstract"].endswith("lighthouses here.")
