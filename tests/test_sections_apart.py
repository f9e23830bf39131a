"""Tables, captions, notes and reference lists in every format of full texts: kept under their names, quoted by nobody."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest

from assignee.tools import format_docx, format_html, format_jats, format_latex, format_text
from assignee.tools.composer import Composer
from assignee.tools.headings import caption_label, float_label, is_apart
from assignee.tools.passages import passages
from assignee.tools.source import Document

_BEFORE, _AFTER = "Naps reduce errors from 8.3 to 7.3 a month,", "and most of all in winter."
_MICE = "Mice that nap find their way home."
_CAPTION = "Errors a month without and with naps."
_ROWS = ["Station | 8.3 | 7.3", "Cape | 7.5 | 6.7"]
_REFERENCE = "M. Poe. Naps are good for all of us. 2001."
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def _latex() -> Document:
    text = rf"""\documentclass{{a}}\title{{Naps}}\begin{{document}}
    \newcommand{{\unused}}[1]{{Never #1 shown.}}\section{{Results}} {_BEFORE}\footnote{{A note is kept.}}
    \begin{{table}}[t]\centering\begin{{tabular}}{{@{{}}lrr@{{}}}}\toprule Station & 8.3 & \textbf{{7.3}} \\ \cmidrule(lr){{2-3}}
    \multicolumn{{1}}{{l}}{{Cape}} & 7.5 & 6.7 \\ \bottomrule\end{{tabular}}\caption{{{_CAPTION}}}\label{{tab:e}}\end{{table}}
    {_AFTER} Table~\ref{{tab:e}} has more of it.
    \begin{{figure*}}\includegraphics{{x}}\caption{{A nap of a mouse.}}\end{{figure*}}

    \subsection{{Mice}}\begin{{itemize}}[leftmargin=*]\item {_MICE}\end{{itemize}}
    \begin{{thebibliography}}{{1}}\bibitem{{p}} {_REFERENCE}\end{{thebibliography}}\end{{document}}"""
    return format_latex.parse({"main.tex": text}, stem="x")


def _jats() -> Document:
    rows = "".join(f"<tr><td>{'</td><td>'.join(row.split(' | '))}</td></tr>" for row in _ROWS)
    text = f"""<article><front><article-meta><title-group><article-title>Naps</article-title></title-group></article-meta>
    </front><body><sec><title>Results</title><p>{_BEFORE}<table-wrap><label>Table 1</label><caption><p>{_CAPTION}</p></caption>
    <table>{rows}</table></table-wrap> {_AFTER} Table 1 has more of it.</p><fig><label>Fig. 1</label><caption><p>A nap of a
    mouse.</p></caption></fig><sec><title>Mice</title><p>{_MICE}</p></sec></sec></body><back><fn-group><fn><p>A note is kept.
    </p></fn></fn-group><ref-list><ref><mixed-citation>{_REFERENCE}</mixed-citation></ref></ref-list></back></article>"""
    (found,) = format_jats.parse(text.encode(), stem="x")
    assert isinstance(found, Document)
    return found


def _html() -> Document:
    rows = "".join(f"<tr><th>{'</th><td>'.join(row.split(' | '))}</td></tr>" for row in _ROWS)
    text = f"""<h1>Naps</h1><h2>2 Results</h2><p>{_BEFORE} {_AFTER} Table 1 has more of it.</p>
    <table><caption>Table 1: {_CAPTION}</caption><tbody>{rows}</tbody></table>
    <figure><img src=x><figcaption>Figure 1. A nap of a mouse.</figcaption></figure>
    <table role="presentation"><tr><td><h3>2.1 Mice</h3><p>{_MICE}</p></td></tr></table>
    <h2>References</h2><ol><li>{_REFERENCE}</li></ol>"""
    return format_html.parse(text, stem="x")


def _docx() -> Document:
    def paragraph(text: str, style: str = "") -> str:
        return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>'

    cells = ("".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row.split(" | ")) for row in _ROWS)
    table = "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"
    body = (
        paragraph("Naps", "title"), paragraph("Results", "heading 1"),
        paragraph(f"{_BEFORE} {_AFTER} Table 1 has more of it.", ""), paragraph(f"Table 1: {_CAPTION}"), table,
        paragraph("Figure 1: A nap of a mouse.", "caption"), paragraph("2.1 Mice", "heading 2"), paragraph(_MICE),
        paragraph("References", "heading 1"), paragraph(_REFERENCE),
    )  # fmt: skip
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(
            "word/document.xml", f"<w:document {_W}><w:body>{''.join(body)}</w:body></w:document>"
        )
    return format_docx.parse(held.getvalue(), stem="x")


def _markdown() -> Document:
    rows = f"|{_ROWS[0]}|\n|---|--:|--:|\n|{_ROWS[1]}|"
    text = f"""# Naps\n\n## Results\n\n{_BEFORE}\n{_AFTER} Table 1 has more of it.\n\nTable 1: {_CAPTION}\n\n{rows}\n
Fig. 1. A nap of a mouse.\n\n### Mice\n\n{_MICE}\n\n## References\n\n- {_REFERENCE}\n"""
    return format_text.parse(text, stem="x", markdown=True)


@pytest.mark.parametrize("made", [_latex, _jats, _html, _docx, _markdown])
def test_what_is_no_running_text_is_kept_under_its_name_and_never_quoted(
    made: Callable[[], Document],
) -> None:
    found = made()
    named: dict[str, list[str]] = {}
    for item in found.sections:
        named.setdefault(item.name, []).append(found.text[item.start : item.end])
    caption, *rows = named["Table 1"]
    assert rows == _ROWS
    assert caption.endswith(_CAPTION)
    assert named["Figure 1"][0].endswith("A nap of a mouse.")
    assert named["References"] == [_REFERENCE]
    assert all(note == "A note is kept." for note in named.get("Notes", []))
    assert ("Notes" in named) == (made in (_latex, _jats))
    quoted = [(item.section, item.text) for item in passages(found.paper, found.text, found.sections)]
    # The sentence goes on over the table that stands in its middle; a part of the results is named as such.
    assert quoted == [
        ("Results", f"{_BEFORE} {_AFTER}"),
        ("Results", "Table 1 has more of it."),
        ("Results: Mice", _MICE),
    ]


@pytest.mark.parametrize(
    ("caption", "label", "name"),
    [
        ("Table 3: Errors", "Table 3", "Table 3"),
        ("Tab. 3. Errors", "Table 3", "Table 3"),
        ("FIG. 2 | Mice", "Figure 2", "Figure 2"),
        ("Supplementary Fig. S2. Mice", "Supplementary figure S2", "Supplementary figure S2"),
        ("Table 3 shows errors", None, "Table 3"),
        ("Table of contents", None, "Table"),
        ("Figures and tables", None, "Table"),
        ("Tabby cats: a study", None, "Table"),
    ],
)
def test_captions_and_their_names(caption: str, label: str | None, name: str) -> None:
    assert (caption_label(caption), float_label(caption)) == (label, name)
    assert is_apart(name)


@pytest.mark.parametrize(
    "name",
    [
        "Results",
        "Table tennis",
        "Figure eights",
        "Boxing",
        "Algorithm",
        "Scheme",
        "Notes on method",
        "Text",
        "Abstract",
    ],
)
def test_other_sections_are_running_text(name: str) -> None:
    assert not is_apart(name)


def test_sections_within_results_thanks_and_references_are_named_after_both() -> None:
    composer = Composer("Text")
    for level, name, expected in (
        (1, "Results", "Results"),
        (2, "Mice", "Results: Mice"),
        (3, "Old mice", "Results: Old mice"),
        (2, "Results", "Results"),
        (1, "Model", "Model"),
        (2, "Layers", "Layers"),
        (1, "References", "References"),
        (2, "Further", "References: Further"),
    ):
        composer.heading(name, level=level)
        assert composer.section == expected
    assert is_apart(composer.section)
