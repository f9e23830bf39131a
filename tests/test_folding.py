"""Which records are one work, whatever their order, and which version is read."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignee.claims import Basis, Paper
from assignee.tools.folding import fold_versions, same_works

_TITLE = "Short Naps Help the Keepers of Remote Lighthouses"
_PEOPLE = ("Ada Brandt", "Max Meer")


def _paper(id: str, **fields: Any) -> Paper:
    given: dict[str, Any] = {"title": _TITLE, "authors": _PEOPLE, "year": 2019, **fields}
    return Paper(id=id, **given)


def _folds(one: dict[str, Any], other: dict[str, Any]) -> bool:
    found, duplicates = fold_versions([_paper("a", **one), _paper("b", **other)])
    assert duplicates == 2 - len(found)
    return duplicates == 1


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
        ({"title": "Preface"}, {"title": "Preface", "authors": ("Ada Brandt", "Jo Park")}),
        ({"title": "Preface"}, {"title": "Preface", "authors": ()}),
        (
            {"ids": {"doi": "10.1/x"}},
            {"ids": {"doi": "10.1/x"}, "title": "Protein folding at sea", "authors": ("Jo Park",)},
        ),
        ({"title": "", "authors": ()}, {"title": "", "authors": ()}),
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
    found, duplicates = fold_versions([record, _paper("pdf", authors=(), year=None, basis=Basis.FULL_TEXT)])
    (paper,) = found
    assert duplicates == 1
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


@given(_PAPERS, st.randoms())
def test_folding_does_not_depend_on_the_order(papers: list[Paper], random: Any) -> None:
    shuffled = list(papers)
    random.shuffle(shuffled)
    one, first = fold_versions(papers)
    other, second = fold_versions(shuffled)
    assert first == second
    assert sorted(one, key=lambda paper: paper.id) == sorted(other, key=lambda paper: paper.id)


@given(_PAPERS)
def test_folding_again_changes_nothing(papers: list[Paper]) -> None:
    once, _ = fold_versions(papers)
    twice, duplicates = fold_versions(once)
    assert duplicates == 0
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
    found, duplicates = fold_versions(papers)
    # Read by hand: 23 pairs, all of them one text in two places or a title of the same authors a year apart.
    assert duplicates == 23
    assert all(len(paper.versions) <= 1 for paper in found)
