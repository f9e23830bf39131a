"""Which sentences of a paper may be quoted, and that their places are true."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assignee.claims import Basis, Paper
from assignee.tools.composer import Composer
from assignee.tools.format_text import parse
from assignee.tools.passages import passages
from assignee.tools.source import Unreadable
from assignee.tools.text import content_hash, stored
from assignee.tools.text_store import Section


def _paper(basis: Basis) -> Paper:
    return Paper(id="a", title="T", basis=basis)


def test_an_abstract_is_one_section_and_keeps_every_sentence() -> None:
    text = "Naps help. By 12% (p<0.05; 95% CI 3-9, n=40). much"
    found = passages(_paper(Basis.ABSTRACT), text, [])
    assert [item.text for item in found] == ["Naps help.", "By 12% (p<0.05; 95% CI 3-9, n=40). much"]
    assert {item.section for item in found} == {"Abstract"}
    assert [item.hash for item in found] == [content_hash(item.text) for item in found]
    assert {item.section for item in passages(_paper(Basis.DIGEST), text, [])} == {"Digest"}
    # A full text may have the same words as an abstract, and its sections then come along: they are not the abstract's.
    assert passages(_paper(Basis.ABSTRACT), text, [Section("References", 0, len(text), 1)]) == found


def test_of_a_full_text_only_whole_sentences_of_prose_are_taken() -> None:
    composer = Composer("Text")
    composer.heading("Results", printed="2 Results")
    composer.paragraph("Naps reduce errors by 12%. Let the number be defined as", page=3)
    composer.paragraph("where x is the number of naps taken.", page=3)
    composer.paragraph("8.3 7.3 Island 9.1 7.9 Cape 7.5 6.7.", page=3)
    composer.paragraph("The effect is larger in", page=3)
    composer.paragraph("winter than in summer.", page=4, runs_on=True)
    composer.heading("Acknowledgements", printed="Acknowledgements")
    composer.paragraph("We thank all of the keepers.", page=4)
    composer.heading("References", printed="References")
    composer.paragraph("Ada Brandt. 2011. On the sleep of keepers.", page=5)
    found = passages(_paper(Basis.FULL_TEXT), composer.text, composer.sections)
    assert [(item.section, item.page, item.text) for item in found] == [
        ("Results", 3, "Naps reduce errors by 12%."),
        ("Results", 3, "The effect is larger in winter than in summer."),
    ]


@given(
    st.text(st.sampled_from(" .\nAb1(#-") | st.characters(codec="utf-8"), max_size=300),
    st.sampled_from(Basis),
)
def test_every_passage_is_a_slice_of_the_text(raw: str, basis: Basis) -> None:
    try:
        document = parse(raw, stem="x", markdown=True)
    except Unreadable:
        text, sections = stored(raw), ()
    else:
        text, sections = document.text, document.sections
    last = 0
    for item in passages(_paper(basis), text, sections):
        assert text[item.start : item.end] == item.text
        assert item.text == item.text.strip() != ""
        assert last <= item.start
        last = item.end
