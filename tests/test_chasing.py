"""Citation chasing through OpenAlex and Semantic Scholar, on answers made by hand (tests/finding_world.py)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from finding_world import INCLUDED, abstract_index, paper, services, settings, toolbox
from stand_in_database import Answerer, Reply, StandInDatabase, WallTimeOfTests

from assignee.claims import Paper
from assignee.tools.chase_openalex import ChaseOpenAlex
from assignee.tools.chase_semantic_scholar import ChaseSemanticScholar
from assignee.tools.source import Found

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])


def chase(
    kind: Any,
    home: Path,
    answer: Answerer = services,
    papers: tuple[Paper, ...] = INCLUDED,
    limit: int = 100,
    until: str | None = None,
) -> tuple[Found, list[tuple[str, dict[str, str]]]]:
    """What is found, and what was asked."""
    with StandInDatabase(answer) as server, toolbox(home) as box:
        asking = kind(box, settings=settings(server.url, key="sesame"), clock=WallTimeOfTests())
        found = asking.chase(papers, limit=limit, until=until)
        for one in found.papers:
            assert one.text_hash
            text = box.texts.get(one.text_hash)
            assert (text == "") == one.retracted
        return found, server.asked


def titles(found: Found) -> list[tuple[str, str]]:
    return [(one.title.removeprefix("On "), one.found_by) for one in found.papers]


def test_openalex_brings_references_and_citations_ranked_by_who_names_them(tmp_path: Path) -> None:
    found, asked = chase(ChaseOpenAlex, tmp_path)
    # r2 is named by a, b and c; r1 and x1 by two; of the others references and citations take turns, the newer first.
    assert titles(found) == [
        ("r2", "references"),
        ("r1", "references"),
        ("x1", "citations"),
        ("x2", "citations"),
        ("x3", "citations"),
        ("r4", "references"),
    ]
    retracted = [(one.title, one.notices) for one in found.papers if one.retracted]
    assert retracted == [("On r4", ("retracted (record of openalex)",))]
    assert all(one.sources == ("openalex",) for one in found.papers)
    assert found.left_out == ("OpenAlex:W100006",)
    assert found.problems == (
        "openalex knows no references or citations of d",
        "openalex: 1 of its records left out, no abstract",
    )
    assert found.hits == (
        ("openalex_id:W100001", 1),
        ("doi:10.1000/b|10.48550/arxiv.2005.00003|10.1000/none", 2),
        ("pmid:4711", 0),
        ("openalex_id:W100005|W100004|W100006|W100002|W100007", 5),
        ("cites:W100002|W100001", 4),
    )
    assert [params["filter"] for _, params in asked] == [query for query, _ in found.hits]
    assert {params["api_key"] for _, params in asked} == {"sesame"}


def test_semantic_scholar_brings_them_by_any_id_it_knows(tmp_path: Path) -> None:
    found, asked = chase(ChaseSemanticScholar, tmp_path)
    assert titles(found) == [
        ("r2", "references"),
        ("x1", "citations"),
        ("x2", "citations"),
        ("x3", "citations"),
        ("r1", "references"),
    ]
    paths = [path.removeprefix("/semantic_scholar") for path, _ in asked]
    assert paths == [
        "/paper/DOI:10.1000/a/references",
        "/paper/DOI:10.1000/a/citations",
        "/paper/ARXIV:2005.00002/references",  # unknown by this name
        "/paper/DOI:10.1000/b/references",
        "/paper/DOI:10.1000/b/citations",
        "/paper/ARXIV:2005.00003/references",
        "/paper/ARXIV:2005.00003/citations",
        "/paper/DOI:10.1000/none/references",
        "/paper/PMID:4711/references",
    ]
    assert found.hits[0] == ("/paper/DOI:10.1000/a/references", 4)
    assert found.left_out == (
        "A report that nobody indexed",
        *(f"S2:{place:040x}" for place in (6, 7)),
    )
    assert found.problems == (
        "semantic_scholar knows no references or citations of d",
        "semantic_scholar: the publishers of 1 of the papers withhold their references",
        "semantic_scholar: 3 of its records left out, no abstract",
    )


@pytest.mark.parametrize("kind", [ChaseOpenAlex, ChaseSemanticScholar])
def test_until_goes_into_the_request_and_holds_for_what_comes_back(kind: Any, tmp_path: Path) -> None:
    found, asked = chase(kind, tmp_path, until="2021-06")
    assert {name for name, _ in titles(found)} >= {"r1", "r2", "x1"}
    assert not {name for name, _ in titles(found)} & {"x2", "x3"}
    if kind is ChaseOpenAlex:
        assert asked[-1][1]["filter"].endswith(",to_publication_date:2021-06-30")
    else:
        assert asked[1][1]["publicationDateOrYear"] == ":2021-06-30"

    def heedless(path: str, params: dict[str, str]) -> Reply:
        params = {key: value.split(",to_publication")[0] for key, value in params.items()}
        params.pop("publicationDateOrYear", None)
        return services(path, params)

    again, _ = chase(kind, tmp_path / "again", heedless, until="2021-06")
    assert titles(again) == titles(found)


@pytest.mark.parametrize("kind", [ChaseOpenAlex, ChaseSemanticScholar])
def test_the_limit_keeps_those_named_most_often(kind: Any, tmp_path: Path) -> None:
    found, _ = chase(kind, tmp_path, limit=2)
    assert [name for name, _ in titles(found)] == (["r2", "r1"] if kind is ChaseOpenAlex else ["r2", "x1"])
    assert found.left_out == ()  # what would not have been taken is not missed
    nothing, asked = chase(kind, tmp_path, papers=())
    assert (nothing.papers, nothing.hits, nothing.problems, asked) == ((), (), (), [])


def test_a_paper_without_any_id_is_told_and_asks_nobody(tmp_path: Path) -> None:
    for kind in (ChaseOpenAlex, ChaseSemanticScholar):
        found, asked = chase(kind, tmp_path, papers=(paper("nameless"),))
        assert asked == []
        assert found.problems == (f"{kind.name} knows no references or citations of nameless",)


def much_cited(path: str, params: dict[str, str]) -> Reply:
    """Every paper has 90 references of its own and is cited by as many as its number says, in a world of dois."""
    counts = {"10.1000/p0": 0, "10.1000/p1": 150, "10.1000/p2": 40, "10.1000/p3": 100_000}
    query = params["filter"]
    name = {doi: f"W{90_000 + at}" for at, doi in enumerate(counts)}
    if query.startswith("doi:"):
        works = [
            {
                "id": f"https://openalex.org/{name[doi]}",
                "doi": f"https://doi.org/{doi}",
                "cited_by_count": count,
                "referenced_works": [f"https://openalex.org/W{at * 1000 + 10_000 + i}" for i in range(90)],
            }
            for at, (doi, count) in enumerate(counts.items())
        ]
        return Reply({"meta": {"count": len(works)}, "results": works})
    size, page = int(params["per_page"]), int(params.get("page", 1))
    asked = query.partition(":")[2].split("|")
    total = (
        sum(counts[doi] for doi in counts if name[doi] in asked) if query.startswith("cites:") else len(asked)
    )
    start, base = (page - 1) * size, 10_000 + 100 * len(query)
    ids = (
        asked
        if query.startswith("openalex_id:")
        else [f"W{base + at}" for at in range(start, min(total, start + size))]
    )
    works = [
        {
            "id": f"https://openalex.org/{one}",
            "display_name": f"On {one}",
            "publication_year": 2020,
            "abstract_inverted_index": abstract_index("It helps."),
            "referenced_works": [],
        }
        for one in ids
    ]
    return Reply({"meta": {"count": total}, "results": works})


def test_openalex_is_asked_little_whatever_is_cited(tmp_path: Path) -> None:
    papers = tuple(paper(f"p{at}", doi=f"10.1000/p{at}") for at in range(4))
    found, asked = chase(ChaseOpenAlex, tmp_path, much_cited, papers)
    filters = [params["filter"] for _, params in asked]
    # 360 references: the first 200, some of each paper. W90000 is cited by nobody; W90002 and W90001 are read together.
    assert [len(query.split("|")) for query in filters[1:5]] == [50, 50, 50, 50]
    first = {int(name[1:]) // 1000 for name in filters[1].removeprefix("openalex_id:").split("|")}
    assert first == {10, 11, 12, 13}
    assert filters[5:] == ["cites:W90002|W90001", "cites:W90002|W90001", "cites:W90003"]
    assert [params["page"] for _, params in asked[5:]] == ["1", "2", "1"]
    assert len(found.papers) == 100
    assert {one.found_by for one in found.papers} == {"references", "citations"}
    assert dict(found.hits)["cites:W90003"] == 100_000
    assert found.problems == (
        "openalex: 160 of 360 references were not read, those named least",
        "openalex: not all that cite 1 of the papers were read, only those most cited",
    )


def test_a_long_list_of_semantic_scholar_is_read_to_its_bound_and_told(tmp_path: Path) -> None:
    def answer(path: str, params: dict[str, str]) -> Reply:
        assert params["limit"] == "200"
        key = "citedPaper" if path.endswith("references") else "citingPaper"
        edge = {"paperId": "f" * 40, "title": "On f", "abstract": "It helps.", "year": 2020}
        return Reply({"offset": 0, "next": 200, "data": [{key: edge}, {key: None}, None, {}]})

    found, asked = chase(ChaseSemanticScholar, tmp_path, answer, INCLUDED[:2])
    assert len(asked) == 4
    assert [one.title for one in found.papers] == ["On f"]
    assert found.problems == (
        "semantic_scholar: 4 lists of references or citations are longer than the 200 papers read",
    )


def test_what_is_found_both_ways_is_found_by_references(tmp_path: Path) -> None:
    def answer(path: str, params: dict[str, str]) -> Reply:
        edge = {"paperId": "f" * 40, "title": "On f", "abstract": "It helps.", "year": 2020}
        cites_a = path.endswith("/a/citations")
        data = (
            [{"citingPaper": edge}]
            if cites_a
            else [{"citedPaper": edge}]
            if path.endswith("/b/references")
            else []
        )
        return Reply({"offset": 0, "data": data})

    papers = (paper("a", doi="10.1000/a"), paper("b", doi="10.1000/b"))
    found, _ = chase(ChaseSemanticScholar, tmp_path, answer, papers)
    assert titles(found) == [("f", "references")]


def test_a_paper_of_many_names_is_asked_for_by_two(tmp_path: Path) -> None:
    many = paper("many", doi="10.1000/many", arxiv="2001.00001", pmid="4711", s2="0" * 39 + "f")
    found, asked = chase(ChaseSemanticScholar, tmp_path, lambda *_: Reply({}, 404), (many,))
    assert [path.split("/paper/")[1] for path, _ in asked] == [
        f"{'0' * 39}f/references",
        "ARXIV:2001.00001/references",
    ]
    assert found.problems == ("semantic_scholar knows no references or citations of many",)


def test_an_id_with_signs_of_an_address_stays_in_its_place(tmp_path: Path) -> None:
    odd = paper("odd", doi="10.1000/(sici)12:8#4?x=1,2!a")
    _, asked = chase(ChaseSemanticScholar, tmp_path, lambda path, params: Reply({}, 404), (odd,))
    assert [path for path, _ in asked] == [
        "/semantic_scholar/paper/DOI:10.1000/(sici)12:8%234%3Fx%3D1%2C2%21a/references"
    ]
    found, asked = chase(ChaseOpenAlex, tmp_path, papers=(odd,))
    assert asked == []  # its filters have no way to say this
    assert found.problems == ("openalex knows no references or citations of odd",)


@pytest.mark.parametrize("kind", [ChaseOpenAlex, ChaseSemanticScholar])
def test_what_one_request_brought_is_kept_when_the_next_fails(kind: Any, tmp_path: Path) -> None:
    def answer(path: str, params: dict[str, str]) -> Reply:
        failing = path.endswith("/a/citations") or params.get("filter", "").startswith("cites:")
        return Reply("", 503) if failing else services(path, params)

    found, _ = chase(kind, tmp_path, answer)
    assert {name for name, _ in titles(found)} >= {"r1", "r2"}
    assert (
        found.problems[0]
        == f"{kind.name} did not answer all requests: 503 Service Unavailable (asked 3 times)"
    )
