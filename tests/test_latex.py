"""LaTeX sources: archives read in memory and in bounds, prose by section, no formulas, tables or notes."""

from __future__ import annotations

import gzip
import io
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignee.tools import format_latex, unpacked
from assignee.tools.latex_project import source_files
from assignee.tools.passages import passages
from assignee.tools.source import Document, Unreadable
from assignee.tools.text import stored

_MAIN = r"""\documentclass{article} % a comment \section{No}
\newcommand{\ours}{\textsc{Nap}\xspace} \newcommand{\note}[1]{(#1)}
\title{Naps \& mice\thanks{Paid.}} \author{Ada Brandt$^1$ \and Max Poe\\ University of Sleep, Big City}
\begin{document}\maketitle
\begin{abstract}We show that \ours helps mice.\end{abstract}
\input{parts/body}
\bibliography{refs}
\end{document} After the end nothing counts."""
_BODY = r"""\section{Results}
Memory rose by 5\% \citep{poe}.\footnote{A note is {not} here.} Figure~\ref{fig:a} and \citet{poe} agree on it.
\begin{table}\begin{tabular}{l}A cell is no sentence.\end{tabular}\caption{Nor a caption.}\end{table}
\begin{equation} a = b \end{equation}

\begin{itemize}\item One item says \note{so} much.\end{itemize}"""
_BBL = r"""\begin{thebibliography}{1}
\bibitem[Poe et~al.(2001)Poe and Roe]{poe} M. Poe. \newblock Naps are good for all. 2001.
\end{thebibliography}"""


def _tar(**files: str) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(name.replace("__", "/").replace("_dot_", "."))
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return held.getvalue()


def test_an_archive_is_read_by_section_with_inputs_macros_and_references(tmp_path: Path) -> None:
    path = tmp_path / "2001.12345v2.tar.gz"
    files = {"main_dot_tex": _MAIN, "parts__body_dot_tex": _BODY, "main_dot_bbl": _BBL, "old_dot_tex": "Old."}
    path.write_bytes(gzip.compress(_tar(**files)))
    (found,) = format_latex.read(path)
    assert isinstance(found, Document)
    paper = found.paper
    assert (paper.title, paper.authors) == ("Naps & mice", ("Ada Brandt", "Max Poe"))
    assert paper.ids == {"arxiv": "2001.12345v2"}
    quoted = [(item.section, item.text) for item in passages(paper, found.text, found.sections)]
    assert quoted == [
        ("Abstract", "We show that Nap helps mice."),
        ("Results", "Memory rose by 5%."),
        ("Results", "Figure [fig:a] and Poe et al. (2001) agree on it."),
        ("Results", "One item says (so) much."),
    ]
    assert found.sections[-1].name == "References"
    assert found.text.endswith("M. Poe. Naps are good for all. 2001.")


def test_names_in_an_archive_lead_nowhere() -> None:
    data = _tar(**{"..__..__etc__main_dot_tex": r"\begin{document}\input{/etc/passwd}One sentence is here."})
    found = format_latex.parse(source_files(data), stem="x")
    assert found.text == "One sentence is here."


def test_hostile_and_foreign_files_are_one_clause(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for data, what in (
        (b"hello", "no LaTeX source"),
        (_tar(a_dot_txt="a"), "without LaTeX source"),
        (b"\x00" * 600, "tar archive|without LaTeX"),
        (rb"\begin{document}\end{document}", "holds no text"),
    ):
        with pytest.raises(Unreadable, match=what):
            format_latex.parse(source_files(data), stem="x")
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(bytes(3 << 20)))
    with pytest.raises(Unreadable, match="more than 1 MB"):
        unpacked.read_bytes(path, 1 << 20)


def test_macros_and_inputs_without_end_do_end() -> None:
    head = r"\documentclass{a}\newcommand{\a}{\a\a x}\def\b#1{\b{#1#1}}\begin{document}\a \b{x} A sentence is here. "
    found = format_latex.parse({"main.tex": head + r"\input{main}\input{main}"}, stem="x")
    assert "A sentence is here." in found.text
    assert len(found.text) < 1_000_000


_PARTS = st.sampled_from(
    [
        "{",
        "}",
        r"\begin{table}",
        r"\end{table}",
        r"\section",
        "{A}",
        r"\item",
        "$",
        "%",
        "\n\n",
        "a b.",
        "\\",
        r"\cite{",
    ]
)


@given(st.lists(_PARTS, max_size=14).map("".join) | st.text(max_size=30))
def test_offsets_hold_whatever_the_source(body: str) -> None:
    try:
        found = format_latex.parse({"main.tex": _MAIN.replace(r"\input{parts/body}", body)}, stem="x")
    except Unreadable:
        return
    assert found.text == stored(found.text)
    assert all(0 <= part.start < part.end <= len(found.text) for part in found.sections)


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "title", "authors", "sentence"),
    [
        (
            "1911.02782",
            "S2ORC: The Semantic Scholar Open Research Corpus",
            "Kyle Lo",
            "We introduce S2ORC, a large corpus",
        ),
        (
            "2004.14974",
            "Fact or Fiction: Verifying Scientific Claims",
            "David Wadden",
            "To study this task, we construct",
        ),
    ],
)
def test_real_sources(data: Path, name: str, title: str, authors: str, sentence: str) -> None:
    (found,) = format_latex.read(data / "documents" / f"{name}.gz")
    assert isinstance(found, Document)
    assert (found.paper.title, found.paper.authors[0], found.paper.ids) == (title, authors, {"arxiv": name})
    quotable = passages(found.paper, found.text, found.sections)
    assert any(item.text.startswith(sentence) and item.section == "Abstract" for item in quotable)
    assert not any("\\" in item.text or "begin{" in item.text for item in quotable)
