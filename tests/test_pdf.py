"""report.pdf: the same bytes, the same text as the other formats, and nothing of a source that acts or breaks it."""

from __future__ import annotations

import builtins
import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_report import sample, texts_of, with_claim

from assignee.claims import Report
from assignee.errors import UserError
from assignee.registry import load
from assignee.render.pdf_data import pdf_data
from assignee.render.view import View

pytest.importorskip("typst")

NASTY = [
    r"#panic() $x_1$ \alpha @ref <label> *bold* _it_ [x] `raw` // no /* no */ = h - l + n ~ \u{1F600} #{1 + 1}",
    '"] #set page(width: 1pt) #sys.inputs #read("/etc/hostname") #eval("1") ',
    "<script>alert('x')</script>",
    "עברית מימין \u202eto the left\u202c and \u2067isolated",
    "line one\nline two\r\n\r\n= heading\n- list \x00\x07\x1b",
    "word " * 1000,
    "x" * 5000,
    "broken hyphen\u00ad-\nation\u200b",
    " ",
]


def pdf(report: Report, texts: Callable[[str], str] | None = None) -> bytes:
    made = load("renderers", "pdf").render(report, texts or texts_of(report))
    assert isinstance(made, bytes)
    return made


def text_of(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def squeezed(text: str) -> str:
    """Without what setting changes: white space, hyphens at line ends, invisible signs."""
    text = re.sub(r"assignee · embedded engine · [\d-]+ · complete\s+\d+ / \d+", "", text)
    return re.sub("[\\s\u00ad\u200b\u200e\u200f\u2066-\u2069\u202a-\u202e\ufeff\ufffe\ufffb\x02-]+", "", text)


def test_same_report_same_bytes() -> None:
    assert pdf(sample()) == pdf(sample())


def test_it_holds_claims_quotes_counts_and_references() -> None:
    text = squeezed(text_of(pdf(sample())))
    for item in sample().claims:
        assert squeezed(f"“{item.claim.quote}”") in text, item.claim.id
    for paper in sample().papers:
        assert squeezed(paper.title) in text
    for told in (
        "of 12 claims quoted word for word",
        "What the panel said",
        "Records screened n = 8",
        "Confidence against measured",
    ):
        assert squeezed(told) in text


def test_it_is_tagged_and_holds_no_clock_time() -> None:
    data = pdf(sample())
    assert b"/StructTreeRoot" in data
    assert b"/CreationDate" not in data
    assert b"/Lang" in data


@pytest.mark.parametrize("bad", NASTY, ids=range(len(NASTY)))
def test_a_source_is_set_as_it_is_and_never_run(bad: str) -> None:
    paper = replace(sample().papers[0], title=bad, authors=(bad, "B"), venue=bad, url=bad, ids={"doi": bad})
    report = replace(
        sample(), papers=(paper, *sample().papers[1:]), title=bad, abstract=bad, question=bad, seed_paper=bad
    )
    report = with_claim(report, "c1", quote=bad.strip() or "x", text=bad, why=bad, section=bad)
    text = text_of(pdf(report))
    wanted = squeezed(re.sub("[\x00-\x1f\x7f]", "", bad))
    if not re.search(
        "[\u0590-\u05ff]", bad
    ):  # right-to-left text is laid out, and read back, in visual order
        assert wanted in squeezed(text)
    assert "panic" not in text or "#panic()" in text


def test_no_markup_reaches_the_template() -> None:
    data = pdf_data(View(sample(), texts_of(sample())))
    kinds: set[type] = set()

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            for name, item in value.items():
                assert isinstance(name, str)
                walk(item)
        elif isinstance(value, list):
            for item in value:
                walk(item)
        else:
            kinds.add(type(value))

    walk(data)
    assert kinds <= {str, int, bool, type(None)}
    assert json.loads(json.dumps(data)) == data


@settings(max_examples=8)
@given(st.text(max_size=60))
def test_any_title_and_quote_is_set_or_its_font_is_named(text: str) -> None:
    report = replace(sample(), title=text, question=text, claims=sample().claims[:1])
    report = with_claim(report, "c1", quote=text or "x", text=text, statement=text)
    try:
        told = pdf(report)[:5].decode()
    except UserError as error:
        told = str(error)
    assert re.fullmatch(r"%PDF-|PDF needs a font for .+: install one .*", told)


def test_an_empty_report_is_a_report() -> None:
    empty = replace(sample(), claims=(), papers=(), reviews=(), sections={}, title="", abstract="")
    assert "There is no claim." in text_of(pdf(empty))


def test_without_typst_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def refuse(name: str, *rest: Any, **more: Any) -> Any:
        if name == "typst":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(UserError, match=r"PDF needs typst; install it: pip install 'assignee\[pdf\]'"):
        pdf(sample())
