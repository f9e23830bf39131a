"""JATS: sections, sentences, references and metadata of an article; hostile XML is one clause."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignee.claims import Basis
from assignee.tools import format_jats
from assignee.tools.passages import passages
from assignee.tools.source import Document, Problem, Unreadable
from assignee.tools.text import stored

_HEAD = '<!DOCTYPE article PUBLIC "-//NLM//DTD JATS//EN" "JATS-archivearticle1.dtd">'
_FRONT = """<front><journal-meta><journal-title>Nights</journal-title></journal-meta><article-meta>
<article-id pub-id-type="doi">10.1000/ab.c</article-id><article-id pub-id-type="pmid">123</article-id>
<title-group><article-title>Naps in <italic>mice</italic></article-title></title-group>
<contrib-group><contrib contrib-type="author"><name><surname>Brandt</surname><given-names>Ada</given-names></name>
<xref ref-type="aff" rid="a"><sup>1</sup></xref></contrib><contrib contrib-type="editor"><name><surname>No</surname>
</name></contrib></contrib-group><pub-date><month>3</month><year>2019</year></pub-date>
<abstract><sec><title>Results</title><p>Naps help mice a lot.</p></sec></abstract></article-meta></front>"""
_BODY = """<body><sec><title>RESULTS</title><p>Memory&nbsp;rose by 10<sup>5</sup> units<sup><xref ref-type="bibr">7
</xref></sup> in CO<sub>2</sub> [<xref ref-type="bibr">1</xref>].<table-wrap><table><tr><td>Cells of a table are no
sentence.</td></tr></table></table-wrap> It fell later in the night.</p><sec><title>Rats</title><p>Rats are not mice at
all.<fig><caption><p>A caption stands here.</p></caption></fig></p></sec></sec></body><back><ack><p>We thank the mice
here.</p></ack><ref-list><title>References</title><ref><mixed-citation>Poe M. Naps are good. 2001.</mixed-citation></ref>
</ref-list></back>"""


def _one(text: str) -> Document:
    (found,) = format_jats.parse(text.encode(), stem="x")
    assert isinstance(found, Document), found
    return found


def test_an_article_is_read_with_sections_and_without_tables_captions_and_raised_marks() -> None:
    found = _one(f"{_HEAD}<article>{_FRONT}{_BODY}</article>")
    paper = found.paper
    assert (paper.title, paper.authors, paper.venue) == ("Naps in mice", ("Ada Brandt",), "Nights")
    assert (paper.date, paper.ids, paper.basis) == (
        "2019-03",
        {"doi": "10.1000/ab.c", "pmid": "123"},
        Basis.FULL_TEXT,
    )
    quoted = [(item.section, item.text) for item in passages(paper, found.text, found.sections)]
    assert quoted == [
        ("Abstract", "Naps help mice a lot."),
        ("Results", "Memory rose by 10⁵ units in CO2 [1]."),
        ("Results", "It fell later in the night."),
        ("Results: Rats", "Rats are not mice at all."),
    ]
    assert found.text == stored(found.text)
    assert found.text.endswith("References Poe M. Naps are good. 2001.")


def test_an_article_without_a_body_is_a_record() -> None:
    found = _one(f"<article>{_FRONT}</article>")
    assert (found.text, found.sections, found.paper.basis) == ("Naps help mice a lot.", (), Basis.ABSTRACT)


_BOMB = '<!DOCTYPE article [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><article>&b;</article>'


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (_BOMB, "declares entities"),
        ("<a>" * 5000, "nested too deeply"),
        ("<article>", "no well-formed XML"),
        ("<tei/>", "no JATS article"),
        ("\x00\x01", "no well-formed XML"),
    ],
)
def test_hostile_and_foreign_xml_is_one_clause(text: str, what: str) -> None:
    with pytest.raises(Unreadable, match=what):
        list(format_jats.parse(text.encode(), stem="x"))


_PARTS = st.sampled_from(
    ["<p>", "</p>", "<sec>", "</sec>", "<title>A</title>", "<list>", "</list>", "a b.", "&amp;"]
)


@given(st.lists(_PARTS, max_size=12).map("".join) | st.text(max_size=20), st.booleans())
def test_offsets_hold_whatever_the_body(body: str, wrapped: bool) -> None:
    text = f"<article>{_FRONT}<body>{body}</body></article>" if wrapped else body
    try:
        found = list(format_jats.parse(text.encode(errors="replace"), stem="x"))
    except Unreadable:
        return
    for item in found:
        assert isinstance(item, Document | Problem)
        if isinstance(item, Document):
            assert item.text == stored(item.text)
            assert all(0 <= part.start < part.end <= len(item.text) for part in item.sections)


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "authors", "sentence", "section"),
    [
        (
            "PMC5828200",
            7,
            "However, Aβ42 is more aggregation-prone and more neurotoxic than other Aβ species",
            "Introduction",
        ),
        ("PMC6398430", 6, "Living in social groups can facilitate predator protection", "Introduction"),
        (
            "PMC7417471",
            3,
            "Recently, the demands for highly sensitive, selective, and low detection",
            "Introduction",
        ),
    ],
)
def test_real_articles(data: Path, name: str, authors: int, sentence: str, section: str) -> None:
    (found,) = format_jats.read(data / "documents" / f"{name}.nxml")
    assert isinstance(found, Document)
    assert len(found.paper.authors) == authors
    assert "doi" in found.paper.ids
    quotable = passages(found.paper, found.text, found.sections)
    assert any(item.text.startswith(sentence) and item.section == section for item in quotable)
    assert len(quotable) > 100
