"""What of each record of one work is kept, who gave it, and where the records differ."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from assignee.claims import Basis, Paper
from assignee.tools.folding import fold_versions
from assignee.tools.publication import publication
from assignee.tools.text import content_hash

_TITLE = "Short Naps Help the Keepers of Remote Lighthouses"
_PEOPLE = ("Ada Brandt", "Max Meer")


def _paper(id: str, **fields: Any) -> Paper:
    given: dict[str, Any] = {"title": _TITLE, "authors": _PEOPLE, "year": 2019, **fields}
    return Paper(id=id, **given)


def _merged(*papers: Paper, **texts: str) -> Paper:
    stored = {content_hash(text): text for text in texts.values()}
    (paper,), _ = fold_versions(papers, stored.__getitem__ if texts else None)
    return paper


def _conflict(paper: Paper, field: str) -> dict[str, Any] | None:
    return next((conflict for conflict in paper.conflicts if conflict["field"] == field), None)


def test_each_field_is_of_the_record_that_knows_it_best() -> None:
    preprint = _paper(
        "arXiv:1901.00001v2",
        title=f"{_TITLE}: A Year on Forty Stations",
        authors=("Ada Marie Brandt", "Max Meer"),
        year=2019,
        date="2019-01-02",
        venue="arXiv",
        ids={"arxiv": "1901.00001v2", "doi": "10.48550/arxiv.1901.00001"},
        licence="cc-by",
        url="https://arxiv.org/abs/1901.00001v2",
        version="v2",
        basis=Basis.FULL_TEXT,
        text_hash="f" * 64,
        sources=("arxiv",),
        found_by="references",
    )
    published = _paper(
        "DOI:10.5555/naps",
        authors=("A. Brandt", "M. Meer"),
        year=2020,
        venue="Journal of Night Work",
        ids={"doi": "10.5555/naps"},
        url="https://doi.org/10.5555/naps",
        licence="all rights reserved",
        sources=("crossref",),
        notices=("corrected (Crossref)",),
    )
    paper = _merged(preprint, published)
    assert (paper.id, paper.version, paper.basis, paper.text_hash) == (
        "arXiv:1901.00001v2",
        "v2",
        Basis.FULL_TEXT,
        "f" * 64,
    )
    assert (paper.url, paper.licence) == (preprint.url, "cc-by")
    assert (paper.title, paper.year, paper.venue, paper.date) == (_TITLE, 2020, "Journal of Night Work", None)
    assert paper.authors == ("Ada Marie Brandt", "Max Meer")
    assert paper.ids == {"arxiv": "1901.00001v2", "doi": "10.5555/naps"}
    assert (paper.publication, paper.found_by, paper.notices) == (
        "published",
        "search",
        ("corrected (Crossref)",),
    )
    assert paper.given_by == {
        "authors": "arxiv",
        "doi": "crossref",
        "licence": "arxiv",
        "text": "arxiv",
        "title": "crossref",
        "url": "arxiv",
        "venue": "crossref",
        "year": "crossref",
    }
    assert {conflict["field"]: conflict["note"] for conflict in paper.conflicts} == {
        "title": "8 of 13 words are in all titles",
        "authors": "spellings of the same names",
        "year": "1 year apart; a preprint is among them",
        "doi": "of the published version and of a preprint",
    }


def test_a_licence_is_not_lent_to_the_text_of_another_version() -> None:
    read = _paper("a", ids={"doi": "10.5555/naps"}, venue="Nights", text_hash="a" * 64, sources=("crossref",))
    other = _paper("b", ids={"arxiv": "1901.00001"}, licence="cc-by", text_hash="b" * 64, sources=("arxiv",))
    assert _merged(read, other).licence is None
    same = replace(other, ids={"doi": "10.5555/naps"}, venue="Nights", id="c")
    paper = _merged(read, same)
    assert (paper.licence, paper.given_by["licence"]) == ("cc-by", "arxiv")


def test_abstracts_that_differ_only_in_case_and_punctuation_are_no_conflict() -> None:
    one, two, three = "Naps help. A lot!", "naps help – a lot", "Naps help a little"
    records = [
        _paper(name, text_hash=content_hash(text), sources=(name,))
        for name, text in (("arxiv", one), ("crossref", two), ("openalex", three))
    ]
    assert _conflict(_merged(*records[:2], one=one, two=two), "abstract") is None
    conflict = _conflict(_merged(*records, one=one, two=two, three=three), "abstract")
    assert conflict == {
        "field": "abstract",
        "values": [
            {"source": name, "value": content_hash(text)}
            for name, text in (("arxiv", one), ("crossref", two), ("openalex", three))
        ],
        "note": "3 of 5 words are in all abstracts",
    }
    bare = _conflict(_merged(*records), "abstract")
    assert bare is not None
    assert bare["note"] == "not compared beyond their hashes"
    gone = _merged(records[0], replace(records[2], text_hash="0" * 64), one=one)
    assert _conflict(gone, "abstract") is None


@pytest.mark.parametrize(
    ("one", "other", "field", "note"),
    [
        ({"title": _TITLE.upper()}, {"title": f"<i>{_TITLE}</i>."}, "title", None),
        ({}, {"title": f"{_TITLE}: A Year"}, "title", "8 of 10 words are in all titles"),
        ({}, {"authors": ("J. Brandt", "Max Meer"), "ids": {"doi": "10.5/a"}}, "authors", "other authors"),
        ({}, {"authors": ("A. Brandt", "M. Meer")}, "authors", "spellings of the same names"),
        ({}, {"authors": (*_PEOPLE, "Eve Lind")}, "authors", "another number of authors"),
        ({}, {"authors": _PEOPLE[::-1]}, "authors", "another order of authors"),
        ({}, {"authors": ("ada brandt", "MAX MEER")}, "authors", None),
        ({"year": 2018}, {}, "year", "1 year apart"),
        ({"venue": "Proc. ACL"}, {"venue": "Proceedings of ACL 2019"}, "venue", None),
        ({"venue": "NWC"}, {"venue": "The Night Work Conference"}, "venue", None),
        ({"venue": "arXiv"}, {"venue": "Night Work"}, "venue", None),
        (
            {"venue": "Sleep Letters"},
            {"venue": "Night Work"},
            "venue",
            "published in two places, or one place under two names",
        ),
        ({"ids": {"doi": "10.5555/a"}}, {"ids": {"doi": "10.5555/b"}}, "doi", "two publishers' DOIs"),
    ],
)
def test_where_the_records_differ_is_recorded(
    one: dict[str, Any], other: dict[str, Any], field: str, note: str | None
) -> None:
    first = _paper("a", **{"ids": {"doi": "10.5/a"}, **one}, sources=("arxiv",))
    conflict = _conflict(_merged(first, _paper("b", **other, sources=("crossref",))), field)
    if note is None:
        assert conflict is None
    else:
        assert conflict is not None
        assert conflict["note"] == note
        assert [value["source"] for value in conflict["values"]] == ["arxiv", "crossref"]


def test_a_folded_work_brings_its_conflicts_and_sources_when_it_is_folded_with_more() -> None:
    records = [
        _paper("a", year=2018, sources=("arxiv",)),
        _paper("b", year=2019, sources=("crossref",)),
        _paper("c", year=2020, sources=("openalex",)),
    ]
    work = _merged(_merged(*records[:2]), records[2])
    assert work.sources == ("arxiv", "crossref", "openalex")
    conflict = _conflict(work, "year")
    assert conflict is not None
    assert [(value["source"], value["value"]) for value in conflict["values"]] == [
        ("arxiv", "2018"),
        ("crossref", "2019"),
        ("openalex", "2020"),
    ]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"venue": "arXiv", "ids": {"arxiv": "1901.00001"}}, "preprint"),
        ({"venue": "arXiv (Cornell University)"}, "preprint"),
        ({"venue": "SSRN Electronic Journal", "ids": {"doi": "10.2139/ssrn.1"}}, "preprint"),
        ({"venue": "arXiv", "ids": {"arxiv": "1901.00001", "doi": "10.5555/naps"}}, "published"),
        ({"ids": {"doi": "10.48550/arxiv.1901.00001"}}, "preprint"),
        ({"ids": {"doi": "10.1101/2020.01.01.20000001"}}, "preprint"),
        ({"ids": {"doi": "10.1101/gr.1"}}, "published"),
        ({"venue": "Night Work"}, "published"),
        ({"ids": {"acl": "P19-1439"}}, "published"),
        ({}, ""),
    ],
)
def test_preprint_or_published(fields: dict[str, Any], expected: str) -> None:
    assert publication(_paper("a", **fields)) == expected


def test_a_preprint_with_a_published_version_is_published() -> None:
    paper = _merged(_paper("a", venue="arXiv", ids={"arxiv": "1901.00001"}), _paper("b", venue="Night Work"))
    assert paper.publication == "published"
