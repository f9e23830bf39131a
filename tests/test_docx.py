"""Word documents: paragraphs by heading; tables, deleted text and notes left out; bad files are one clause."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignee.tools import format_docx
from assignee.tools.passages import passages
from assignee.tools.source import Document, Unreadable
from assignee.tools.text import stored

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_STYLES = f"""<w:styles {_W}><w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>
<w:style w:styleId="Titel"><w:name w:val="Title"/></w:style></w:styles>"""


def _paragraph(text: str, style: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>'


def _docx(body: str, **parts: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", f"<w:document {_W}><w:body>{body}</w:body></w:document>")
        archive.writestr("word/styles.xml", _STYLES)
        for name, content in parts.items():
            archive.writestr(name, content)
    return held.getvalue()


def test_paragraphs_come_by_heading_without_tables_and_deleted_text() -> None:
    mixed = (
        "<w:p><w:r><w:t>Naps help mice</w:t></w:r><w:del><w:r><w:delText>not</w:delText><w:t> never</w:t></w:r></w:del>"
        '<w:r><w:t xml:space="preserve"> by 10</w:t></w:r><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
        "<w:t>5</w:t></w:r><w:r><w:t>.</w:t></w:r></w:p>"
    )
    table = f"<w:tbl><w:tr><w:tc>{_paragraph('A cell is no sentence.')}</w:tc></w:tr></w:tbl>"
    body = (
        _paragraph("Naps and mice", "Titel")
        + _paragraph("1. RESULTS", "berschrift1")
        + mixed
        + table
        + _paragraph("References")
        + _paragraph("Poe M. Naps are good for all. 2001.")
    )
    found = format_docx.parse(_docx(body), stem="x")
    quoted = [(item.section, item.text) for item in passages(found.paper, found.text, found.sections)]
    assert found.paper.title == "Naps and mice"
    assert quoted == [("Results", "Naps help mice by 10⁵.")]
    assert found.sections[-1].name == "References"


def test_files_that_are_none_are_one_clause() -> None:
    whole = _docx(_paragraph("Naps help mice."))
    empty = io.BytesIO()
    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr("a.txt", "a")
    for data, what in (
        (b"hello", "not a whole Word document"),
        (whole[:-40], "not a whole Word document"),
        (empty.getvalue(), "no Word document"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "password"),
        (_docx(""), "holds no text"),
    ):
        with pytest.raises(Unreadable, match=what):
            format_docx.parse(data, stem="x")


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(format_docx, "MOST", 1 << 16)
    with pytest.raises(Unreadable, match="larger"):
        format_docx.parse(_docx(_paragraph("a " * (1 << 17))), stem="x")


_BODY = _docx(_paragraph("Naps help mice.", "Titel") + _paragraph("A b c. D e f."))


@given(st.integers(0, len(_BODY) - 1), st.binary(min_size=1, max_size=4))
def test_damaged_files_never_raise_anything_else(at: int, junk: bytes) -> None:
    try:
        found = format_docx.parse(_BODY[:at] + junk + _BODY[at + len(junk) :], stem="x")
    except Unreadable:
        return
    assert found.text == stored(found.text)


@pytest.mark.data
def test_a_real_document(data: Path) -> None:
    (found,) = format_docx.read(data / "documents" / "dummy.docx")
    assert isinstance(found, Document)
    assert found.paper.title == "Integration of AI Agents and RAG"
    assert len({item.name for item in found.sections}) >= 2
