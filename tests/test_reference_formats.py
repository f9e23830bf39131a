"""RIS and CSL-JSON: what reference managers export is read, and what is broken is told of."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignee.claims import Basis
from assignee.tools import format_jsonl, format_ris
from assignee.tools.library_files import read_library
from assignee.tools.source import Document, Problem, Unreadable
from assignee.tools.text import stored

_RIS = """TY  - JOUR
AU  - Brandt, Ada
AU  - Poe, Max, Jr
TI  - Naps and memory
T2  - Nights
PY  - 2019
DA  - 2019/03/01/
DO  - 10.1000/ab.c
AN  - arXiv:1903.01234
AB  - Naps help
memory. Much.
ID  - brandt
ER  - 

TY  - CONF
T1  - No end
N2  - It has no end mark.
Y1  - 2020
TY  - JOUR
TI  - No abstract
ER  - 
"""


def test_ris_records_with_their_fields_and_lines_that_go_on() -> None:
    first, second, third = format_ris.parse(_RIS, stem="x")
    assert isinstance(first, Document)
    paper = first.paper
    assert first.text == "Naps help memory. Much."
    assert (paper.id, paper.title, paper.venue) == ("brandt", "Naps and memory", "Nights")
    assert paper.authors == ("Ada Brandt", "Max Poe Jr")
    assert (paper.year, paper.date) == (2019, "2019-03-01")
    assert paper.ids == {"arxiv": "1903.01234", "doi": "10.1000/ab.c"}
    assert isinstance(second, Document)
    assert (second.paper.id, second.paper.year, second.text) == ("x:15", 2020, "It has no end mark.")
    assert third == Problem("no abstract", 19)


def test_ris_that_is_none_is_told_with_its_line() -> None:
    assert list(format_ris.parse("hello", stem="x")) == [Problem("no RIS record", 1, malformed=True)]
    stray = next(iter(format_ris.parse("\nAU  - A\n", stem="x")))
    assert stray == Problem("a field AU outside a record (TY is missing)", 2, malformed=True)
    with pytest.raises(Unreadable, match="empty"):
        list(format_ris.parse(" \n", stem="x"))


@given(st.lists(st.sampled_from(["TY  - JOUR", "ER  -", "AB  - a", "TI  - ", "x", ""]) | st.text(max_size=9)))
def test_ris_never_fails_and_texts_are_stored(lines: list[str]) -> None:
    try:
        found = list(format_ris.parse("\n".join(lines), stem="x"))
    except Unreadable:
        return
    assert all(item.text == stored(item.text) for item in found if isinstance(item, Document))


_CSL = {
    "id": "http://example.org/items/1",
    "type": "article-journal",
    "title": "Naps in <i>Rattus</i>",
    "author": [
        {"family": "Berg", "given": "Ada", "non-dropping-particle": "van den"},
        {"literal": "Nap Group"},
    ],
    "container-title": "Nights",
    "issued": {"date-parts": [["2019", 3]]},
    "abstract": "<jats:p>Naps help if p &lt; 0.05.</jats:p><jats:p>Much.</jats:p>",
    "DOI": "10.1000/AB.c",
    "note": "PMID: 123",
}


def test_csl_items_are_known_by_their_fields() -> None:
    (found,) = format_jsonl.parse(json.dumps([_CSL]), stem="x", whole=True)
    assert isinstance(found, Document)
    assert found.text == "Naps help if p < 0.05. Much."
    assert found.paper.title == "Naps in Rattus"
    assert found.paper.authors == ("Ada van den Berg", "Nap Group")
    assert (found.paper.year, found.paper.date, found.paper.venue) == (2019, "2019-03", "Nights")
    assert found.paper.ids == {"doi": "10.1000/ab.c", "pmid": "123"}


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(sorted(_CSL)), _JSON), _JSON)
def test_csl_fields_of_any_kind_do_no_harm(fields: dict[str, object], issued: object) -> None:
    record = {**_CSL, **fields, "issued": issued}
    (found,) = format_jsonl.parse(json.dumps([record]), stem="x", whole=True)
    assert isinstance(found, Document | Problem)


@pytest.mark.parametrize("kind", ["bib", "ris"])
def test_a_zotero_export_gives_records_the_text_of_their_files(tmp_path: Path, kind: str) -> None:
    for number, text in (("1", "Naps helped all of the mice."), ("2", "Rats slept more than the mice.")):
        (tmp_path / "files" / number).mkdir(parents=True)
        page = f"<html><body><h1>A page</h1><p>{text}</p></body></html>"
        (tmp_path / "files" / number / "a page.html").write_text(page, "utf-8")
    bib = """@article{a, title={Naps}, author={Brandt, Ada}, year=2019, abstract={Short.},
      file={Snapshot:files/1/a page.html:text/html}}
    @article{b, title={Lost}, file={X:../../etc/passwd:text/plain}}"""
    ris = """TY  - JOUR\nID  - a\nTI  - Naps\nAU  - Brandt, Ada\nPY  - 2019\nAB  - Short.\nL1  - files/1/a page.html\nER  -
TY  - JOUR\nTI  - Lost\nL1  - ../../etc/passwd\nER  -\n"""
    (tmp_path / f"export.{kind}").write_text(bib if kind == "bib" else ris, "utf-8")
    content = read_library([tmp_path], None)
    first, second = content.documents
    assert (first.paper.id, first.paper.title, first.paper.year) == ("a", "Naps", 2019)
    assert (first.text, first.paper.basis) == ("Naps helped all of the mice.", Basis.FULL_TEXT)
    assert second.text == "Rats slept more than the mice."
    assert content.problems == [f"export.{kind}: 1 record without an abstract"]


def test_a_value_of_very_many_lines_is_read_whole() -> None:
    (found,) = format_ris.parse("TY  - JOUR\nTI  - T\nAB  - a" + "\nb" * 200_000, stem="x")
    assert isinstance(found, Document)
    assert found.text == "a" + " b" * 200_000
