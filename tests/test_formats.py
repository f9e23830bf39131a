"""What files of each format are read to, and how bad ones are told of."""

from __future__ import annotations

import gzip
import json
import os
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pdf_maker import make_pdf, paper_pdf

from assignee.claims import Basis
from assignee.evals.bench.pdf_text import causes, gold_sentences, shares
from assignee.registry import load, names
from assignee.tools import format_bibtex, format_jsonl, format_pdf, format_text
from assignee.tools.child_readers import read_all
from assignee.tools.composer import Composer
from assignee.tools.decoding import decode
from assignee.tools.identifiers import identifiers, link
from assignee.tools.latex_text import plain
from assignee.tools.passages import passages
from assignee.tools.pdf_lines import open_pdf
from assignee.tools.pdf_text import Mender
from assignee.tools.record import NO_ABSTRACT, iso_date, people, year_of
from assignee.tools.source import Document, Problem, Unreadable
from assignee.tools.text import stored

_RECORD = {"id": "a", "title": "Naps", "abstract": "Naps help.", "authors": ["Ada Brandt"], "year": 2019}


def _documents(items: list[Document | Problem]) -> list[Document]:
    assert all(isinstance(item, Document) for item in items), items
    return [item for item in items if isinstance(item, Document)]


def _pdf(path: Path, data: bytes) -> Document:
    path.write_bytes(data)
    (document,) = _documents(list(format_pdf.read(path)))
    return document


def test_every_format_is_registered_with_its_suffixes() -> None:
    suffixes = [suffix for name in names("formats") for suffix in load("formats", name).suffixes]
    assert {".jsonl", ".jsonl.gz", ".json", ".bib", ".pdf", ".txt", ".md"} <= set(suffixes)
    assert len(suffixes) == len(set(suffixes))


# JSON


def test_a_record_keeps_its_fields_and_its_abstract_is_its_text() -> None:
    row = {
        **_RECORD,
        "abstract": "Naps  help.\n Much.",
        "doi": "https://doi.org/10.1000/AB.c",
        "date": "2019-03-01",
        "venue": "Nights",
        "basis": "digest",
    }
    (document,) = _documents(list(format_jsonl.parse(json.dumps(row), stem="x")))
    paper = document.paper
    assert document.text == "Naps help. Much."
    assert (paper.id, paper.title, paper.authors, paper.year) == ("a", "Naps", ("Ada Brandt",), 2019)
    assert (paper.date, paper.venue, paper.basis) == ("2019-03-01", "Nights", Basis.DIGEST)
    assert paper.ids == {"doi": "10.1000/ab.c"}
    assert paper.url == "https://doi.org/10.1000/ab.c"


def test_a_malformed_line_is_told_with_its_number_and_the_rest_is_read() -> None:
    text = "\n".join([json.dumps(_RECORD), "{oops", "3", json.dumps({**_RECORD, "id": "b"})])
    found = list(format_jsonl.parse(text, stem="x"))
    assert [item.paper.id for item in found if isinstance(item, Document)] == ["a", "b"]
    problems = [item for item in found if isinstance(item, Problem)]
    assert [item.line for item in problems] == [2, 3]
    assert all(item.malformed for item in problems)


@pytest.mark.parametrize("row", ["[" * 100_000, "1" * 5000, '{"title": NaN}', "\x00", '"\\ud800"'])
def test_hostile_json_is_a_problem_and_no_crash(row: str) -> None:
    (problem,) = format_jsonl.parse(row, stem="x")
    assert isinstance(problem, Problem)
    assert problem.malformed


def test_json_may_be_a_list_a_wrapped_list_one_record_or_lines() -> None:
    for text in (
        json.dumps([_RECORD]),
        json.dumps({"papers": [_RECORD]}),
        json.dumps(_RECORD, indent=2),
        json.dumps(_RECORD) + "\n" + json.dumps({**_RECORD, "id": "b"}),
    ):
        found = _documents(list(format_jsonl.parse(text, stem="x", whole=True)))
        assert found[0].paper.id == "a"


def test_no_title_is_malformed_and_no_abstract_is_only_counted() -> None:
    rows = [{"id": "a", "abstract": "x"}, {"id": "b", "title": "T", "abstract": None}]
    first, second = format_jsonl.parse("\n".join(map(json.dumps, rows)), stem="x")
    assert isinstance(first, Problem)
    assert first.malformed
    assert isinstance(second, Problem)
    assert second.what == NO_ABSTRACT


def test_gzip_is_read_and_half_a_gzip_file_is_told(tmp_path: Path) -> None:
    whole = tmp_path / "a.jsonl.gz"
    whole.write_bytes(gzip.compress(json.dumps(_RECORD).encode()))
    assert len(list(format_jsonl.read(whole))) == 1
    whole.write_bytes(whole.read_bytes()[:-9])
    with pytest.raises(Unreadable, match="gzip"):
        list(format_jsonl.read(whole))


@given(st.text())
def test_json_lines_never_raise_anything_but_unreadable(text: str) -> None:
    for whole in (False, True):
        try:
            list(format_jsonl.parse(text, stem="x", whole=whole))
        except Unreadable:
            assert not text.strip()


def test_a_retracted_record_is_marked_by_its_flag_or_its_title() -> None:
    rows = [{**_RECORD, "retracted": True}, {**_RECORD, "title": "RETRACTED: Naps"}, _RECORD]
    found = _documents(list(format_jsonl.parse("\n".join(map(json.dumps, rows)), stem="x")))
    assert [item.paper.retracted for item in found] == [True, True, False]


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("Ada Brandt; Max Meer", ("Ada Brandt", "Max Meer")),
        ("Ada Brandt and Max Meer", ("Ada Brandt", "Max Meer")),
        ("Ada Brandt, Max Meer, and Eve Lind", ("Ada Brandt", "Max Meer", "Eve Lind")),
        ("Brandt, Ada", ("Brandt, Ada",)),
        (
            [{"name": "Ada Brandt"}, {"first": "Max", "middle": ["Q."], "last": "Meer"}],
            ("Ada Brandt", "Max Q. Meer"),
        ),
        (None, ()),
        ([None, 3, ""], ()),
    ],
)
def test_people(value: object, names: tuple[str, ...]) -> None:
    assert people(value) == names


def test_years_and_dates() -> None:
    assert [year_of(value) for value in (2019, "2019-05", "c. 2019", 12, True, None, 2019.0)] == [
        2019,
        2019,
        2019,
        None,
        None,
        None,
        2019,
    ]
    assert iso_date("2019/5/1T00:00") == "2019-05-01"
    assert iso_date("2019-13") == "2019"
    assert iso_date("May 2019") is None


# identifiers


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        ("https://arxiv.org/abs/2005.13013v2", {"arxiv": "2005.13013v2"}),
        ("arXiv:2005.13013", {"arxiv": "2005.13013"}),
        ("cs.CL/0102003", {"arxiv": "cs.CL/0102003"}),
        ("https://doi.org/10.18653/v1/P19-1439", {"doi": "10.18653/v1/p19-1439", "acl": "P19-1439"}),
        ("10.48550/arXiv.2005.13013", {"doi": "10.48550/arxiv.2005.13013", "arxiv": "2005.13013"}),
        ("https://aclanthology.org/2020.aacl-main.56/", {"acl": "2020.aacl-main.56"}),
        ("2020.acl-main.467", {"acl": "2020.acl-main.467"}),
        ("https://openalex.org/W2741809807", {"openalex": "W2741809807"}),
        ("https://www.ncbi.nlm.nih.gov/pmc/articles/PMC7417471/pdf/a.pdf", {"pmcid": "PMC7417471"}),
        ("https://europepmc.org/articles/pmc7417471?pdf=render", {"pmcid": "PMC7417471"}),
        ("PMC7417471", {"pmcid": "PMC7417471"}),
        ("RPMC7417471", {}),
        ("10.1000/x\x1b[31m\x07", {"doi": "10.1000/x"}),
        ("10.1000/x\u202ey", {"doi": "10.1000/x"}),
        ("https://pubmed.ncbi.nlm.nih.gov/12345/", {"pmid": "12345"}),
        ("smith2020", {}),
    ],
)
def test_identifiers(value: str, ids: dict[str, str]) -> None:
    assert identifiers([value]) == dict(sorted(ids.items()))


def test_a_named_identifier_in_no_known_form_is_dropped() -> None:
    assert identifiers([], doi="forthcoming", arxiv="n/a", s2="x") == {}
    assert link({"arxiv": "2005.13013v2", "doi": "10.1/x"}) == "https://arxiv.org/abs/2005.13013v2"
    assert link({}) is None


# BibTeX

_BIB = r"""
Anything here is a comment, and so is
% @article{gone, title = {Never}, abstract = {seen}}
@string{nights = "Journal of " # {Nights}}
@comment{ @article{inner } }
@article{brandt2019,
  title     = {The {LIGHTHOUSE} keeper's na{\"\i}ve \'etude},   % a remark
  author    = {Br{\"a}ndt, Ad{\'e}le and {\O}rsted, Jr., Hans and {World Health Organization} and others},
  journal   = nights, year = 2019, month = may,
  doi       = {10.1000/a\_b},
  abstract  = {We find {nested {braces}}, 5\% \& $p<0.05$, $10^{-3}$, \emph{stress} -- and ``quotes''.},
}
@InProceedings(other, title = "A {"}quoted{"} title", abstract = "Plain.", year = "2020"
  author = "Ada Brandt")
@misc{pre, title={Pre}, eprint={2005.13013v2}, archiveprefix={arXiv}, abstract={Early.}}
@book{bare, title={No abstract}}
"""


def test_bibtex_values_accents_strings_comments_and_parentheses() -> None:
    found = list(format_bibtex.parse(_BIB))
    documents = [item for item in found if isinstance(item, Document)]
    assert [item.paper.id for item in documents] == ["brandt2019", "other", "pre"]
    assert [item.what for item in found if isinstance(item, Problem)] == [NO_ABSTRACT]
    first, second, third = documents
    assert first.paper.title == "The LIGHTHOUSE keeper's naïve étude"
    assert first.paper.authors == (
        "Adèle Brändt".replace("è", "é"),
        "Hans Ørsted Jr.",
        "World Health Organization",
    )
    assert (first.paper.venue, first.paper.year, first.paper.date) == ("Journal of Nights", 2019, "2019-05")
    assert first.paper.ids == {"doi": "10.1000/a_b"}
    assert first.text == "We find nested braces, 5% & p<0.05, 10⁻³, stress – and “quotes”."
    assert second.paper.title == 'A "quoted" title'
    assert second.paper.authors == ("Ada Brandt",)
    assert third.paper.url == "https://arxiv.org/abs/2005.13013v2"


def test_one_lost_brace_costs_one_entry_and_is_told_with_its_lines() -> None:
    text = (
        "@misc{a,\n title={A},\n abstract={One.}\n}\n"
        "@misc{b,\n title={B,\n abstract={Two.}\n}\n"
        "@misc{c, title={C}, abstract={Three.}}"
    )
    found = list(format_bibtex.parse(text))
    assert [item.paper.id for item in found if isinstance(item, Document)] == ["a", "c"]
    (problem,) = [item for item in found if isinstance(item, Problem)]
    assert problem.malformed
    assert "line 5" in problem.what
    assert problem.line is not None
    assert 5 <= problem.line <= 8


def test_an_entry_inherits_year_and_venue_from_its_proceedings() -> None:
    text = "@inproceedings{a, title={A}, abstract={x}, crossref={p}} @proceedings{p, booktitle={Nights}, year=2018}"
    (document,) = _documents(list(format_bibtex.parse(text)))
    assert (document.paper.year, document.paper.venue) == (2018, "Nights")


_VALUE = st.text(string.ascii_letters + string.digits + " .,;:()=äöé", min_size=1).map(stored).filter(bool)


@given(st.lists(st.tuples(_VALUE, _VALUE, st.integers(1900, 2030)), min_size=1, max_size=5), st.booleans())
def test_bibtex_gives_back_what_was_written(rows: list[tuple[str, str, int]], braces: bool) -> None:
    opening, closing = "{}" if braces else '""'
    text = "\n".join(
        f"@article{{k{at},\n  title = {opening}{title}{closing},\n"
        f"  abstract = {opening}{abstract}{closing},\n  year = {year}\n}}"
        for at, (title, abstract, year) in enumerate(rows)
    )
    found = _documents(list(format_bibtex.parse(text)))
    assert [(item.paper.title, item.text, item.paper.year) for item in found] == [
        (stored(plain(title)), stored(plain(abstract)), year) for title, abstract, year in rows
    ]


@given(st.text(st.sampled_from('@{}"%#=,\\\n ab1()') | st.characters(), max_size=200))
def test_bibtex_never_raises_anything_but_unreadable(text: str) -> None:
    try:
        found = list(format_bibtex.parse(text))
    except Unreadable:
        assert not text.strip()
    else:
        lines = text.count("\n") + 1
        assert all(1 <= item.line <= lines for item in found if isinstance(item, Problem) and item.line)


@given(st.text(st.sampled_from("\\{}$^_'`\"~-abcoL =") | st.characters(codec="utf-8"), max_size=100))
def test_latex_leaves_no_markup(text: str) -> None:
    made = plain(text.replace("\\\\", "").replace("\\{", "").replace("\\}", "").replace("\\_", ""))
    assert "\\" not in made or "\\" in text
    if "\\" not in text:
        assert "{" not in made
        assert "}" not in made


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (
            r"G{\"o}del, \'Etude, \c{c}a, \v{S}koda, \ss{}, \L{}ukasz, {\aa}rhus, \~n",
            "Gödel, Étude, ça, Škoda, ß, Łukasz, århus, ñ",
        ),
        (r"costs \$5 and \$10", "costs $5 and $10"),
        ("it costs $5 and then $10 more", "it costs $5 and then $10 more"),
        (r"$\alpha = 0.5$, $\geq 3$, 95\,\%, a~b", "α = 0.5, ≥ 3, 95 %, a b"),
        (r"the 44$^{th}$ and $5^{\mathrm{th}}$ time", "the 44th and 5th time"),
        (r"Poe$^\dagger$ and Roe$^{*}$", "Poe and Roe"),
        (r"\dashuline{In} it, \ours helps", "In it, ours helps"),
        (r"\textbf{bold} {\em old} \textsc{Small} see \cite{x}\footnote{y}.", "bold old Small see ."),
        (r"\href{https://x.y}{a link}, \url{https://x.y}", "a link, https://x.y"),
    ],
)
def test_latex(latex: str, text: str) -> None:
    assert stored(plain(latex)) == text


# plain text and Markdown


def test_markdown_marks_go_and_meaning_stays() -> None:
    text = (
        "---\ntitle: 'A Study: Naps'\nauthors:\n  - Ada Brandt\n  - Max Meer\nyear: 2019\n---\n"
        "# A Study: Naps\n\nWe **do** find *much* with `x_y` and snake_case, 2 * 3 * 4.\n\n"
        "## Results\n\n> See [the *page*](https://x.y/a_(b)) and ![pic](p.png).\n\n- one item\n- two items\n\n"
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n```\ncode\n```\n\n<!-- hidden --><b>Bold</b> &amp; more.[^1]\n\n[^1]: https://x.y\n"
    )
    document = format_text.parse(text, stem="x", markdown=True)
    paper = document.paper
    assert (paper.title, paper.authors, paper.year) == ("A Study: Naps", ("Ada Brandt", "Max Meer"), 2019)
    assert paper.basis is Basis.FULL_TEXT
    assert [(item.name, document.text[item.start : item.end]) for item in document.sections] == [
        ("Text", "We do find much with x_y and snake_case, 2 * 3 * 4."),
        ("Results", "See the page and ."),
        ("Results", "one item"),
        ("Results", "two items"),
        ("Table", "a | b"),
        ("Table", "1 | 2"),
        ("Results", "Bold & more."),
    ]


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("On Naps\n\nThey help.", "On Naps", "They help."),
        ("On Naps\nAda Brandt\n\nThey help.", "On Naps", "Ada Brandt They help."),
        (
            "We study naps and we\nfind that they help.\n\nMuch.",
            "stem",
            "We study naps and we find that they help. Much.",
        ),
        ("Naps help.", "stem", "Naps help."),
    ],
)
def test_the_title_of_a_plain_text(text: str, title: str, body: str) -> None:
    document = format_text.parse(text, stem="stem", markdown=False)
    assert (document.paper.title, document.text) == (title, body)


def test_a_digest_says_so_and_an_empty_file_holds_no_text() -> None:
    document = format_text.parse("---\ntitle: T\nbasis: digest\n---\nNaps help.", stem="x", markdown=True)
    assert document.paper.basis is Basis.DIGEST
    for text in ("", " \n\n", "# Only a title", "---\ntitle: T\n---\n"):
        with pytest.raises(Unreadable):
            format_text.parse(text, stem="x", markdown=True)


@given(
    st.text(st.sampled_from("#*_`[]()<>!|-\n ab.") | st.characters(codec="utf-8"), max_size=200),
    st.booleans(),
)
def test_sections_are_spans_of_a_stored_text(text: str, markdown: bool) -> None:
    try:
        document = format_text.parse(text, stem="x", markdown=markdown)
    except Unreadable:
        return
    assert stored(document.text) == document.text
    last = 0
    for section in document.sections:
        assert last <= section.start < section.end <= len(document.text)
        last = section.end


@given(st.lists(st.tuples(st.text(max_size=20), st.booleans(), st.booleans()), max_size=12))
def test_the_composer_keeps_spans_true(parts: list[tuple[str, bool, bool]]) -> None:
    composer = Composer("Text")
    for text, heading, runs_on in parts:
        if heading:
            composer.heading(text, printed=text)
        else:
            composer.paragraph(text, runs_on=runs_on)
    assert stored(composer.text) == composer.text
    assert all(composer.text[item.start : item.end].strip() for item in composer.sections)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_encodings(encoding: str) -> None:
    assert decode("naïve Größe\r\nzwei".encode(encoding)) == "naïve Größe\nzwei"


@given(st.binary())
def test_any_bytes_decode(data: bytes) -> None:
    assert "\r" not in decode(data)


# PDF


def test_a_two_column_pdf_is_read_in_order(tmp_path: Path) -> None:
    document = _pdf(tmp_path / "naps.pdf", paper_pdf())
    paper = document.paper
    assert paper.title == "Short Naps Help the Keepers of Lighthouses"
    assert (paper.authors, paper.year, paper.basis) == (("Ada Brandt", "Max Meer"), 2019, Basis.FULL_TEXT)
    parts: dict[tuple[str, int | None], str] = {}
    for item in document.sections:
        parts.setdefault((item.name, item.page), document.text[item.start : item.end])
    assert parts["Abstract", 1].startswith("We measure how well lighthouse keepers sleep.")
    introduction = parts["Introduction", 1]
    # Broken words are mended, hyphens of compounds stay, and the text runs from column to column.
    assert "a subject of research, although" in introduction
    assert "long-term effects" in introduction
    assert "over one year and counted every error" in introduction
    assert "Table 1 shows that naps reduce errors from 8.3 to 7.3 a month." in parts["Results", 1]
    assert parts["Results", 2].startswith("Errors fell at every one of the stations, and in each")
    assert parts["References", 2].startswith("Ada Brandt. 2011.")
    assert "Proceedings of" not in document.text
    # What is no running text stands apart, row by row, and is read by nobody.
    rows = [document.text[item.start : item.end] for item in document.sections if item.name == "Table 1"]
    assert rows == [
        "Table 1: Errors a month without and with naps.",
        "Station | 8.3 | 7.3",
        "Island | 9.1 | 7.9",
        "Cape | 7.5 | 6.7",
    ]
    assert parts["Notes", 1] == "Paid for by nobody at all, as footnotes say."
    quoted = " ".join(item.text for item in passages(paper, document.text, document.sections))
    assert not any(word in quoted for word in ("footnotes", "Island", "Errors a month", "2011"))


def test_a_broken_off_sentence_goes_on_over_the_page(tmp_path: Path) -> None:
    words = "Keepers of lighthouses work at night and must read their many instruments very often"
    lines = [(60.0, 760.0 - 14 * at, 11.0, words) for at in range(6)]
    last = (60.0, 676.0, 11.0, "This sentence is torn between two pages of the very same doc-")
    first = (60.0, 760.0, 11.0, "ument about lighthouses. It ends here with a full stop and a last word.")
    document = _pdf(tmp_path / "a.pdf", make_pdf([[*lines, last], [first]]))
    assert "the very same document about lighthouses. It ends" in document.text
    one, two = document.sections[-2:]
    assert one.end == two.start
    assert (one.page, two.page) == (1, 2)


def test_the_information_of_a_pdf_is_believed_only_if_the_page_agrees(tmp_path: Path) -> None:
    told = {"Title": "Short Naps Help the Keepers of Lighthouses", "Author": "Ada Brandt; Max Meer"}
    assert _pdf(tmp_path / "a.pdf", paper_pdf(told)).paper.authors == ("Ada Brandt", "Max Meer")
    wrong = {"Title": "Microsoft Word - draft7.doc", "Author": "scanner"}
    paper = _pdf(tmp_path / "b.pdf", paper_pdf(wrong)).paper
    assert (paper.title, paper.authors) == (
        "Short Naps Help the Keepers of Lighthouses",
        ("Ada Brandt", "Max Meer"),
    )


def test_bad_pdfs_are_named_by_what_is_wrong(tmp_path: Path) -> None:
    from pypdf import PdfReader, PdfWriter

    path = tmp_path / "a.pdf"
    path.write_bytes(make_pdf([[]]))
    with pytest.raises(Unreadable, match="no text"):
        list(format_pdf.read(path))
    for data in (b"", b"%PDF-1.4\n", b"not a pdf at all", paper_pdf()[:300]):
        path.write_bytes(data)
        with pytest.raises(Unreadable):
            list(format_pdf.read(path))
    source = tmp_path / "b.pdf"
    source.write_bytes(paper_pdf())
    writer = PdfWriter(clone_from=PdfReader(source))
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(path)
    with pytest.raises(Unreadable, match="password"):
        list(format_pdf.read(path))


def test_without_pdfium_pypdf_reads_the_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    path = tmp_path / "a.pdf"
    path.write_bytes(paper_pdf())
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    assert not open_pdf(path).placed
    (document,) = _documents(list(format_pdf.read(path)))
    assert "keepers who took short naps made 12% fewer errors" in document.text


def test_words_are_mended_by_how_the_document_writes_them() -> None:
    mender = Mender(["cross-lingual transfer and information", "a pretrained model"])
    assert mender.join("the cross-", "lingual transfer") == "the cross-lingual transfer"
    assert mender.join("the infor-", "mation here") == "the information here"
    assert mender.join("a BERT-", "Base model") == "a BERT-Base model"
    assert mender.join("from MED-", "LINE") == "from MEDLINE"
    assert mender.join("two", "words") == "two words"
    assert mender.join("pages 1–", "9") == "pages 1–9"


def test_children_read_the_good_files_and_survive_the_bad_ones(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.pdf", tmp_path / "bad.pdf"
    good.write_bytes(paper_pdf())
    bad.write_bytes(b"%PDF-1.4 nothing")
    form = load("formats", "pdf")
    results = read_all([(form, bad), (form, good), (form, bad), (form, good)])
    assert [isinstance(item, Unreadable) for item in results] == [True, False, True, False]
    assert results[1] == list(format_pdf.read(good))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_file_that_never_ends_is_given_up(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)
    (only,) = read_all([(load("formats", "text"), pipe)], time_limit=1.0)
    assert isinstance(only, Unreadable)
    assert "given up after 1 s" in str(only)


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "verbatim", "unspaced", "letters"),
    [("2020.acl-main.207", 0.61, 0.76, 0.92), ("N18-3011", 0.62, 0.81, 0.91)],
)
def test_the_sentences_of_gold_parses_are_found(
    data: Path, name: str, verbatim: float, unspaced: float, letters: float
) -> None:
    (document,) = _documents(list(format_pdf.read(data / "documents" / f"{name}.pdf")))
    gold = json.loads((data / "documents" / f"{name}.json").read_text(encoding="utf-8"))
    found = shares(causes(gold_sentences(gold), document.text))
    assert found["verbatim"] >= verbatim
    assert found["unspaced"] >= unspaced
    assert found["letters"] >= letters
    assert document.paper.title == gold["title"]
    assert len(document.paper.authors) == len(gold["authors"])
