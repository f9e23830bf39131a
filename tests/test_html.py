"""HTML: prose by heading, metadata of the head, and no menus, tables or scripts; never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignee.tools import format_html
from assignee.tools.passages import passages
from assignee.tools.source import Document, Unreadable
from assignee.tools.text import stored

_PAGE = """<!doctype html><html><head><title>Naps - Journal</title><meta name="citation_title" content="Naps &amp; mice">
<meta name="citation_author" content="Brandt, Ada"><meta name="citation_doi" content="10.1000/ab.c">
<meta name="citation_publication_date" content="2019/03/01"><script>var a = "Not a sentence here.";</script></head>
<body><nav><p>Go home to the start page.</p></nav><div>Outside of the main part nothing counts.</div>
<main><h1>Naps &amp; mice</h1><h2>2. Results</h2><p>Naps <b>help</b> mice<sup class="reference">[1]</sup> a lot.
<p>Memory rose&nbsp;by 5&#37; overall.<table><tr><td>A table cell is no sentence.</td></tr></table>
<ul><li>An item stands for itself.</ul><h2>References</h2><ol><li>Poe M. Naps are good for all. 2001.</li></ol></main>
<footer>All rights are reserved here.</footer>"""


def test_a_page_is_read_by_heading_and_only_its_main_part() -> None:
    found = format_html.parse(_PAGE, stem="x")
    paper = found.paper
    assert (paper.title, paper.authors, paper.date) == ("Naps & mice", ("Ada Brandt",), "2019-03-01")
    assert paper.ids == {"doi": "10.1000/ab.c"}
    quoted = [(item.section, item.text) for item in passages(paper, found.text, found.sections)]
    assert quoted == [
        ("Results", "Naps help mice a lot."),
        ("Results", "Memory rose by 5% overall."),
        ("Results", "An item stands for itself."),
    ]
    assert "References Poe M." in found.text


def test_a_page_without_text_is_unreadable() -> None:
    for page in ("<html><body><nav>a</nav></body></html>", "<script>a b c", "\x00"):
        with pytest.raises(Unreadable, match="holds no text"):
            format_html.parse(page, stem="x")


_PARTS = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<h2>A",
        "</h2>",
        "<table>",
        "</table>",
        "<main>",
        "</main>",
        "a b.",
        "<!--",
        "-->",
        "<![",
        "&#0;",
    ]
)


@given(st.lists(_PARTS, max_size=14).map("".join) | st.text(max_size=30))
def test_offsets_hold_whatever_the_page(page: str) -> None:
    try:
        found = format_html.parse(page, stem="x")
    except Unreadable:
        return
    assert found.text == stored(found.text)
    assert all(0 <= part.start < part.end <= len(found.text) for part in found.sections)


@pytest.mark.data
def test_a_real_page(data: Path) -> None:
    (found,) = format_html.read(data / "documents" / "flag_day.html")
    assert isinstance(found, Document)
    assert found.paper.title == "National Flag of Canada Day"
    quotable = passages(found.paper, found.text, found.sections)
    assert len(quotable) > 10
    assert not any(
        "Toggle" in item.text or "[edit" in item.text or "Jump to" in item.text for item in quotable
    )
