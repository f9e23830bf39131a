"""The reader's own papers as a source: ranked, versions together, every failure in one line."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import pytest
from pdf_maker import make_pdf, paper_pdf

from assignee.claims import Basis
from assignee.errors import LibraryError
from assignee.settings import Settings
from assignee.tools import library_files
from assignee.tools.embedder import Embedder
from assignee.tools.hybrid_index import Hit, HybridIndex
from assignee.tools.library import LibrarySource
from assignee.tools.source import Found
from assignee.tools.text import content_stems, stored
from assignee.tools.text_store import TextStore
from assignee.tools.toolbox import Toolbox


class _Index:
    """Ranks by the number of words in common, so that the order is plain to see."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    def add(self, items: Iterable[tuple[str, str]]) -> None:
        self.texts.update(items)

    def search(self, queries: Sequence[str], *, among: Collection[str], limit: int) -> list[Hit]:
        scored = [(self._score(queries, key), key) for key in among]
        best = sorted((item for item in scored if item[0]), key=lambda item: (-item[0], item[1]))
        return [Hit(key, score, None, None, None) for score, key in best[:limit]]

    def hit_counts(self, queries: Sequence[str], *, among: Collection[str]) -> list[int]:
        return [sum(self._score([query], key) > 0 for key in among) for query in queries]

    def _score(self, queries: Sequence[str], key: str) -> int:
        return len(
            {stem for query in queries for stem in content_stems(query)} & set(content_stems(self.texts[key]))
        )


@pytest.fixture
def toolbox(tmp_path: Path) -> Iterator[Toolbox]:
    settings = Settings(home=tmp_path / "home")
    texts = TextStore(settings.index / "texts.sqlite")
    yield Toolbox(settings, texts, cast(Embedder, None), cast(HybridIndex, _Index()))
    texts.close()


def _row(id: str, title: str, abstract: str | None = "Naps help.", **fields: Any) -> dict[str, Any]:
    return {"id": id, "title": title, "abstract": abstract, "authors": ["Ada Brandt"], "year": 2019, **fields}


def _lines(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def _search(
    toolbox: Toolbox, *paths: Path, query: str = "naps", limit: int = 10, until: str | None = None
) -> Found:
    return LibrarySource(toolbox, paths).search([query], limit=limit, until=until)


def test_papers_come_ranked_with_their_texts_stored(toolbox: Toolbox, tmp_path: Path) -> None:
    path = _lines(
        tmp_path / "a.jsonl",
        _row("one", "Naps", "Keepers  sleep."),
        _row("two", "Naps of keepers at night", "Keepers nap at\nnight."),
        _row("off", "Proteins", "They fold."),
    )
    found = _search(toolbox, path, query="naps of keepers at night")
    assert [paper.id for paper in found.papers] == ["two", "one"]
    first = found.papers[0]
    assert toolbox.texts.get(first.text_hash) == stored("Keepers nap at\nnight.") == "Keepers nap at night."
    assert (first.sources, first.basis, first.work_id, first.included) == (
        ("library",),
        Basis.ABSTRACT,
        "",
        False,
    )
    assert found.hits == (("naps of keepers at night", 2),)
    assert found.library[0]["path"] == "a.jsonl"
    assert (found.library[0]["documents"], found.library[0]["unreadable"]) == (3, 0)


def test_the_limit_never_parts_the_versions_of_a_work(toolbox: Toolbox, tmp_path: Path) -> None:
    path = _lines(
        tmp_path / "a.jsonl",
        _row("v1", "Short Naps Help the Keepers", "Naps at night help keepers.", venue="arXiv"),
        _row("other", "Naps", "Naps at night."),
        _row("v2", "Short Naps Help the Keepers", "Something else entirely.", year=2020),
    )
    found = _search(toolbox, path, query="naps at night help keepers", limit=2)
    assert [paper.id for paper in found.papers] == ["v1", "v2"]
    assert [
        paper.id for paper in _search(toolbox, path, query="naps at night help keepers", limit=1).papers
    ] == ["v1", "v2"]


@pytest.mark.parametrize(
    ("until", "ids"),
    [
        (None, ["day", "month", "none", "year"]),
        ("2019-06-15", ["day", "month", "none", "year"]),
        ("2019-06-14", ["month", "none", "year"]),
        ("2019-05-31", ["none", "year"]),
        ("2018", ["none"]),
    ],
)
def test_until_compares_at_the_precision_known(
    toolbox: Toolbox, tmp_path: Path, until: str | None, ids: list[str]
) -> None:
    path = _lines(
        tmp_path / "a.jsonl",
        _row("day", "Naps one", "Naps one.", date="2019-06-15"),
        _row("month", "Naps two", "Naps two.", date="2019-06"),
        _row("year", "Naps three", "Naps three."),
        _row("none", "Naps four", "Naps four.", year=None),
    )
    found = _search(toolbox, path, until=until)
    assert sorted(paper.id for paper in found.papers) == ids
    assert any("without a date" in line for line in found.problems) is (until is not None)


def test_a_folder_of_every_format_with_bad_files_among_them(toolbox: Toolbox, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    (folder / "deep").mkdir(parents=True)
    (folder / ".hidden").mkdir()
    _lines(folder / ".hidden" / "x.jsonl", _row("hidden", "Naps hidden"))
    _lines(folder / "a.jsonl", _row("json", "Naps in JSON"), _row("bare", "Naps bare", None))
    (folder / "b.bib").write_text(
        "@misc{bib, title={Naps in BibTeX}, abstract={Naps.}}\n@misc{x, title={", "utf-8"
    )
    (folder / "deep" / "c.pdf").write_bytes(paper_pdf())
    (folder / "d.md").write_text("# Naps in Markdown\n\nNaps help keepers.", "utf-8")
    (folder / "e.txt").write_bytes("Naps in Größe\n\nNaps help.".encode("latin-1"))
    (folder / "images.pdf").write_bytes(make_pdf([[]]))
    (folder / "empty.txt").write_bytes(b"")
    (folder / "README.md").write_text("# Naps of the folder\n\nNaps.", "utf-8")
    (folder / "figure.png").write_bytes(b"png")
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    found = _search(toolbox, folder)
    assert sorted(paper.id for paper in found.papers) == ["bib", "c", "d", "e", "json"]
    assert {paper.id: paper.basis for paper in found.papers}["c"] is Basis.FULL_TEXT
    assert next(paper for paper in found.papers if paper.id == "e").title == "Naps in Größe"
    text = "\n".join(found.problems)
    assert "a.jsonl: 1 record without an abstract" in text
    assert "b.bib, line 2: " in text
    assert "images.pdf: holds no text" in text
    assert "empty.txt: holds no text" in text
    assert "1 .png" in text
    assert len(found.problems) == 5
    assert (found.library[0]["documents"], found.library[0]["unreadable"]) == (5, 3)


def test_ids_are_made_distinct_and_repeated_records_are_dropped(toolbox: Toolbox, tmp_path: Path) -> None:
    path = _lines(
        tmp_path / "a.jsonl",
        _row("a", "Naps one"),
        _row("a", "Naps two"),
        _row("a#2", "Naps three"),
        _row("a", "Naps one"),
    )
    found = _search(toolbox, path, path)
    assert sorted(paper.id for paper in found.papers) == ["a", "a#2", "a#3"]
    assert any("'a' stands for 2 different records" in line for line in found.problems)
    assert any("1 record given twice" in line for line in found.problems)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("missing.jsonl", None, "there is no such file"),
        ("a.xlsx", b"x", "this kind of file is not read"),
        ("a.jsonl", b"", "is empty"),
        ("a.jsonl", b'{"id": "a"', "a.jsonl, line 1: not valid JSON"),
        ("a.jsonl", b'\n{"id": "a"}\n', "a.jsonl, line 2: record without a title"),
        ("a.jsonl", b'{"title": "T"}', "a.jsonl: 1 record without an abstract"),
        ("a.bib", b"@misc{a,\n title={T\n", "a.bib, line 2: no closing brace"),
        ("a.bib", b"just text", "a.bib, line 1: no BibTeX entry"),
        ("a.pdf", b"%PDF-1.4 broken", "a.pdf: is not a readable PDF"),
        ("a.jsonl.gz", b"no gzip", "is not a whole gzip file"),
    ],
)
def test_a_single_bad_path_is_one_line(
    toolbox: Toolbox, tmp_path: Path, name: str, content: bytes | None, says: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(LibraryError) as caught:
        _search(toolbox, path)
    assert says in str(caught.value)
    assert str(tmp_path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_folder_with_nothing_to_read_is_one_line(toolbox: Toolbox, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    with pytest.raises(LibraryError, match="holds no file to read"):
        _search(toolbox, folder)
    (folder / "a.pdf").write_bytes(b"x")
    (folder / "b.txt").write_bytes(b"")
    with pytest.raises(LibraryError, match=r"no readable document \(a\.pdf: .*; and 1 more problem\)"):
        _search(toolbox, folder)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_named(toolbox: Toolbox, tmp_path: Path) -> None:
    path = _lines(tmp_path / "a.jsonl", _row("a", "Naps"))
    path.chmod(0)
    with pytest.raises(LibraryError, match=r"a\.jsonl: cannot be opened \(Permission denied\)"):
        _search(toolbox, path)


def test_nul_bytes_and_a_five_megabyte_abstract_do_no_harm(toolbox: Toolbox, tmp_path: Path) -> None:
    long = "Naps help keepers of lighthouses. " * 160_000
    path = _lines(tmp_path / "a.jsonl", _row("a", "Na\x00ps", "Naps\x00 help."), _row("b", "Naps", long))
    found = _search(toolbox, path)
    assert {paper.id: len(toolbox.texts.get(paper.text_hash)) for paper in found.papers} == {
        "a": len("Naps help."),
        "b": len(long) - 1,
    }


def test_a_second_run_reads_no_pdf_again(
    toolbox: Toolbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "naps.pdf"
    path.write_bytes(paper_pdf())
    first = _search(toolbox, path)

    def refuse(files: Sequence[Any]) -> list[Any]:
        assert not files
        return []

    monkeypatch.setattr(library_files, "read_all", refuse)
    second = _search(toolbox, path)
    assert second == first
    assert second.papers[0].title == "Short Naps Help the Keepers of Lighthouses"
    assert toolbox.texts.sections(second.papers[0].text_hash)[0].name == "Abstract"


def test_a_query_that_nothing_fits_finds_nothing(toolbox: Toolbox, tmp_path: Path) -> None:
    found = _search(toolbox, _lines(tmp_path / "a.jsonl", _row("a", "Naps")), query="proteins")
    assert (found.papers, found.hits) == ((), (("proteins", 0),))
