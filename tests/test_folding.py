"""Which records are one work, whatever their order, and which version is read."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignee.claims import Basis, Paper
from assignee.tools.folding import fold_versions, same_works
from assignee.tools.text import content_hash

_TITLE = "Short Naps Help the Keepers of Remote Lighthouses"
_PEOPLE = ("Ada Brandt", "Max Meer")


def _paper(id: str, **fields: Any) -> Paper:
    given: dict[str, Any] = {"title": _TITLE, "authors": _PEOPLE, "year": 2019, **fields}
    return Paper(id=id, **given)


def _folds(one: dict[str, Any], other: dict[str, Any]) -> bool:
    found, count = fold_versions([_paper("a", **one), _paper("b", **other)])
    assert count == 2 - len(found)
    return count == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {"title": "short naps help the keepers of remote light-houses".replace("light-h", "lighth")}),
        ({}, {"title": f"{_TITLE}.", "year": 2021}),
        ({}, {"title": "Short naps help keepers of remote lighthouses"}),
        ({}, {"title": f"{_TITLE}: A Year on Forty Stations"}),
        ({}, {"title": "Short Naps Help the Keepers of Remote Lighthuoses"}),
        ({}, {"title": f"{_TITLE} (Extended Abstract)"}),
        ({}, {"title": f"RETRACTED: {_TITLE}"}),
        ({}, {"title": f"Retraction Note to: {_TITLE}", "year": 2021}),
        ({}, {"title": f"{_TITLE} (Retracted article)"}),
        ({}, {"title": f"LAMP: {_TITLE}"}),
        ({}, {"authors": ("M. Meer", "A. Brandt")}),
        ({"title": "Modelling Colours of Grey Seals"}, {"title": "Modeling the Colors of Gray Seals"}),
        ({"title": "Using Drones to Count Cliff Nests"}, {"title": "Counting Cliff Nests Using Drones"}),
        (
            {"title": "Kurze Wege zum Leuchtturm [Short Ways to the Light]"},
            {"title": "Short ways to the light"},
        ),
        ({"title": "Growth of <i>Ulva</i> near $\\beta$ Reefs"}, {"title": "Growth of Ulva near β reefs"}),
        ({"authors": ("The Lamp Study Group",)}, {}),
        ({}, {"authors": ("Brandt, A.", "Meer, M.", "Eve Lind"), "year": 2020}),
        ({}, {"authors": ("Adá Brandt",), "year": None}),
        ({}, {"authors": (), "year": 2019}),
        ({"ids": {"doi": "10.1/x"}}, {"ids": {"doi": "10.1/X"}, "title": "Naps", "year": 2010}),
        (
            {"ids": {"arxiv": "2005.13013v1"}},
            {"ids": {"arxiv": "2005.13013v3"}, "title": "On Naps", "year": 2024},
        ),
    ],
)
def test_versions_of_one_work_fold(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert _folds(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"title": f"{_TITLE}, Part I"}, {"title": f"{_TITLE}, Part II"}),
        ({"title": f"{_TITLE} 1"}, {"title": f"{_TITLE} 2"}),
        ({}, {"title": f"{_TITLE}: Part II"}),
        ({}, {"title": f"{_TITLE}, Revisited"}),
        (
            {"title": "English Intermediate-Task Training Improves Transfer"},
            {"title": "Multilingual Intermediate-Task Training Improves Transfer"},
        ),
        ({"title": f"Supervised {_TITLE}"}, {"title": f"Unsupervised {_TITLE}"}),
        ({}, {"authors": ("Eve Lind", "Jo Park")}),
        ({}, {"year": 2023}),
        ({}, {"title": f"Erratum to: {_TITLE}"}),
        ({}, {"title": f"Data from: {_TITLE}"}),
        ({}, {"title": f"{_TITLE}: Protocol for a Trial"}),
        ({}, {"venue": "PhD thesis, University of Northport"}),
        (
            {"title": "HarbourQA: Questions about Sea Charts"},
            {"title": "HarbourVQA: Questions about Sea Charts"},
        ),
        ({"title": "Men Judge Dogs by Owners"}, {"title": "Owners Judge Men by Dogs"}),
        ({"authors": ("Wei Zhang", "Lin Li")}, {"authors": ("Jun Zhang", "Hao Li")}),
        ({"title": "Editorial"}, {"title": "Editorial", "year": 2020}),
        (
            {"title": "The Melody Challenge of Northport", "venue": "Melody 2018", "year": 2018},
            {"title": "The Melody Challenge of Northport", "venue": "Melody 2019"},
        ),
        ({"title": "Preface"}, {"title": "Preface", "authors": ("Ada Brandt", "Jo Park")}),
        ({"title": "Preface"}, {"title": "Preface", "authors": ()}),
        (
            {"ids": {"doi": "10.1/x"}},
            {"ids": {"doi": "10.1/x"}, "title": "Protein folding at sea", "authors": ("Jo Park",)},
        ),
        ({"title": "", "authors": ()}, {"title": "", "authors": ()}),
        ({"authors": (), "ids": {"doi": "10.5555/a"}}, {"ids": {"doi": "10.5555/b"}}),
    ],
)
def test_different_works_do_not_fold(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert not _folds(one, other)


def test_a_record_without_authors_joins_no_work_when_two_could_claim_it() -> None:
    papers = [_paper("a"), _paper("b", authors=("Eve Lind",)), _paper("c", authors=())]
    for order in itertools.permutations(papers):
        assert len(same_works(order)) == 3


def test_the_full_text_is_read_and_knows_what_the_record_knew() -> None:
    record = _paper("acl", ids={"acl": "P19-1439", "doi": "10.1/x"}, venue="Nights", url="https://x.y")
    found, count = fold_versions([record, _paper("pdf", authors=(), year=None, basis=Basis.FULL_TEXT)])
    (paper,) = found
    assert count == 1
    assert (paper.id, paper.work_id, paper.versions) == ("pdf", "pdf", ("acl",))
    assert (paper.authors, paper.year, paper.venue, paper.url) == (_PEOPLE, 2019, "Nights", "https://x.y")
    assert paper.ids == {"acl": "P19-1439", "doi": "10.1/x"}


def test_the_published_version_is_read_before_a_preprint_and_the_newest_first() -> None:
    papers = [
        _paper("v1", ids={"arxiv": "1901.00001v1"}, venue="arXiv"),
        _paper("v2", ids={"arxiv": "1901.00001v2"}, venue="arXiv", year=2021),
        _paper("acl", ids={"acl": "P19-1439"}, venue="ACL", year=2019, sources=("library",)),
    ]
    (paper,), _ = fold_versions(papers)
    assert (paper.id, paper.versions) == ("acl", ("v1", "v2"))
    (paper,), _ = fold_versions(papers[:2])
    assert paper.id == "v2"


def test_one_retracted_version_retracts_the_work() -> None:
    (paper,), _ = fold_versions([_paper("a"), _paper("b", title=f"RETRACTED: {_TITLE}", retracted=True)])
    assert paper.retracted


_TITLES = (
    _TITLE,
    _TITLE.lower(),
    f"{_TITLE}: Part II",
    f"{_TITLE}: Forty Stations",
    "Preface",
    "Another Study of Many Naps",
)
_PAPERS = st.lists(
    st.builds(
        lambda title, authors, year, ids, basis, venue: {
            "title": title,
            "authors": authors,
            "year": year,
            "ids": ids,
            "basis": basis,
            "venue": venue,
        },
        st.sampled_from(_TITLES),
        st.sampled_from([(), _PEOPLE, ("Eve Lind",), ("Ada Brandt", "Eve Lind"), ("Max Meer",)]),
        st.sampled_from([None, 2017, 2019, 2021, 2022]),
        st.sampled_from(
            [{}, {}, {}, {"doi": "10.1/x"}, {"arxiv": "1901.00001v1"}, {"arxiv": "1901.00001v2"}]
        ),
        st.sampled_from(Basis),
        st.sampled_from([None, "arXiv", "ACL"]),
    ),
    max_size=7,
).map(lambda rows: [_paper(f"p{at}", **row) for at, row in enumerate(rows)])


_RECORDS = st.tuples(
    _PAPERS,
    st.lists(st.sampled_from(["arxiv", "crossref", "library", ""]), min_size=7, max_size=7),
    st.lists(st.sampled_from(["", "one", "two"]), min_size=7, max_size=7),
).map(
    lambda given: [
        replace(
            paper,
            sources=(source,) if source else (),
            text_hash=content_hash(text) if text else "",
            licence=f"licence of {text}" if text else None,
        )
        for paper, source, text in zip(*given, strict=False)
    ]
)


@given(_RECORDS, st.randoms())
def test_folding_does_not_depend_on_the_order(papers: list[Paper], random: Any) -> None:
    shuffled = list(papers)
    random.shuffle(shuffled)
    one, first = fold_versions(papers)
    other, second = fold_versions(shuffled)
    assert first == second
    assert sorted(one, key=lambda paper: paper.id) == sorted(other, key=lambda paper: paper.id)


@given(_RECORDS)
def test_what_is_kept_stands_in_a_record_of_the_source_that_is_named(papers: list[Paper]) -> None:
    records = {paper.id: paper for paper in papers}
    for work in fold_versions(papers)[0]:
        group = [records[id] for id in (work.id, *work.versions)]
        read = records[work.id]
        # Nothing of the text that is read is of another version.
        assert (work.text_hash, work.basis, work.version) == (read.text_hash, read.basis, read.version)
        for name in ("title", "authors", "year", "venue", "licence"):
            value = getattr(work, name)
            assert not value or value in [getattr(record, name) for record in group]
            if source := work.given_by.get(name):
                assert value in [getattr(record, name) for record in group if record.sources == (source,)]
        for conflict in work.conflicts:
            assert len({value["value"] for value in conflict["values"]}) > 1
            assert conflict["note"]


@given(_RECORDS)
def test_folding_again_changes_nothing(papers: list[Paper]) -> None:
    once, _ = fold_versions(papers)
    twice, count = fold_versions(once)
    assert count == 0
    assert twice == once
    assert sorted(id for paper in once for id in (paper.id, *paper.versions)) == sorted(
        paper.id for paper in papers
    )


@pytest.mark.data
def test_a_real_anthology_folds_reprints_only(data: Any) -> None:
    from assignee.tools.format_jsonl import read
    from assignee.tools.source import Document

    papers = [
        item.paper
        for item in read(data / "library" / "acl-anthology-2016-2021.jsonl.gz")
        if isinstance(item, Document)
    ]
    found, count = fold_versions(papers)
    # Read by hand: 24 pairs, 23 of them one work in two places; wrong is a tutorial held in two years.
    assert count == 24
    assert all(len(paper.versions) <= 1 for paper in found)
