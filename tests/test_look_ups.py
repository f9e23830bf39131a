"""What is told of papers already found: retractions, corrections, withdrawals, open copies. Answers are made by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from finding_world import INCLUDED, paper, services, settings, toolbox
from stand_in_database import Answerer, Reply, StandInDatabase, WallTimeOfTests

from assignee.claims import Paper
from assignee.tools.finding_more import Learned, Location
from assignee.tools.http_errors import NoAnswer
from assignee.tools.look_up_arxiv import LookUpArxiv
from assignee.tools.look_up_crossref import LookUpCrossref
from assignee.tools.look_up_openalex import LookUpOpenAlex
from assignee.tools.look_up_unpaywall import LookUpUnpaywall

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])

Asked = list[tuple[str, dict[str, str]]]


def look_up(
    kind: Any,
    home: Path,
    answer: Answerer = services,
    papers: tuple[Paper, ...] = INCLUDED,
    contact: str = "reader@library.example",
) -> tuple[list[Learned], list[str], Asked]:
    with StandInDatabase(answer) as server, toolbox(home) as box:
        asking = kind(box, settings=settings(server.url, contact=contact), clock=WallTimeOfTests())
        return *asking.look_up(papers), server.asked


def test_crossref_tells_who_says_what_and_marks_the_retracted(tmp_path: Path) -> None:
    learned, problems, asked = look_up(LookUpCrossref, tmp_path)
    assert learned == [
        Learned(
            "a",
            retracted=True,
            notices=(
                "retracted (Crossref, by Retraction Watch, 10.1000/a.retraction, 2021-03-04)",
                "corrected (Crossref, by the publisher, 10.1000/a.correction, 2020-01-02)",
            ),
        ),
        Learned(
            "b",
            notices=("expression of concern (Crossref, by the publisher, 10.1000/b.concern, 2022-02-03)",),
        ),
    ]
    assert problems == []
    # One request for all; arXiv's own DOI is registered elsewhere. Then the works that update those without a word.
    assert [params["filter"] for _, params in asked] == [
        "doi:10.1000/a,doi:10.1000/b,doi:10.1000/none",
        "updates:10.1000/b",
    ]
    assert asked[0][1]["select"] == "DOI,updated-by"
    assert asked[0][1]["mailto"] == "reader@library.example"


@pytest.mark.parametrize(
    ("kind", "retracted", "said"),
    [
        ("retraction", True, "retracted"),
        ("withdrawal", True, "withdrawn"),
        ("removal", True, "removed"),
        ("Expression-of-Concern", False, "expression of concern"),
        ("erratum", False, "corrected"),
        ("new_version", False, "has a newer version"),
        ("<script>", False, "updated"),
    ],
)
def test_kinds_of_notices(kind: str, retracted: bool, said: str, tmp_path: Path) -> None:
    notes: list[Any] = [
        {"type": kind, "DOI": "10.1000/n", "updated": {"date-time": None}},
        None,
        "retraction",
        {},
    ]
    message = {"items": [{"DOI": "10.1000/A", "updated-by": notes}, {"DOI": None}, 7]}
    learned, _, _ = look_up(LookUpCrossref, tmp_path, lambda *_: Reply({"message": message}), INCLUDED[:1])
    assert learned[0].retracted == retracted
    assert learned[0].notices[0] == f"{said} (Crossref, 10.1000/n)"


def test_a_doi_with_a_comma_is_asked_for_alone_and_may_be_unknown(tmp_path: Path) -> None:
    def answer(path: str, params: dict[str, str]) -> Reply:
        if path.endswith("known"):
            note = {"type": "retraction", "DOI": "10.1000/n", "source": "publisher"}
            return Reply({"message": {"DOI": "10.1000/1,known", "updated-by": [note]}})
        return Reply("Resource not found.", 404)

    papers = (paper("one", doi="10.1000/1,known"), paper("two", doi="10.1000/1,unknown"))
    learned, problems, asked = look_up(LookUpCrossref, tmp_path, answer, papers)
    assert [(one.paper_id, one.retracted) for one in learned] == [("one", True)]
    assert problems == []
    assert [path for path, _ in asked] == [
        "/crossref/works/10.1000%2F1%2Cknown",
        "/crossref/works/10.1000%2F1%2Cunknown",
    ]


def test_openalex_marks_the_retracted_and_names_open_pdfs(tmp_path: Path) -> None:
    def answer(path: str, params: dict[str, str]) -> Reply:
        reply = services(path, params)
        for work in reply.body["results"]:
            work["is_retracted"] = work["id"].endswith("W100002")
            work["locations"] += [
                {"is_oa": True, "pdf_url": url}
                for url in (
                    "file://host/etc/passwd",
                    "ftp://host/x.pdf",
                    "https://user:word@host/x.pdf",
                    "http://",
                    None,
                    7,
                )
            ]
        return reply

    learned, problems, asked = look_up(LookUpOpenAlex, tmp_path, answer)
    assert [(one.paper_id, one.retracted, one.notices) for one in learned] == [
        ("a", False, ()),
        ("b", True, ("retracted (OpenAlex, W100002)",)),
        ("c", False, ()),
    ]
    assert learned[0].locations == (
        Location("https://repository.example/a.pdf", "pdf", "openalex", "acceptedVersion", "cc-by"),
    )
    assert (problems, len(asked)) == ([], 3)


def test_arxiv_tells_withdrawals_and_the_ids_that_it_leaves_out(tmp_path: Path) -> None:
    papers = (
        *INCLUDED,
        paper("old", arxiv="math.GT/0309136v1"),
        paper("gone", arxiv="2013.99999"),
        paper("gone too", arxiv="2013.99999v3"),
    )
    learned, problems, asked = look_up(LookUpArxiv, tmp_path, papers=papers)
    assert learned == [
        Learned("b"),
        Learned("c", retracted=True, notices=("withdrawn (arXiv, 2005.00003v2, 2020-06-01)",)),
        Learned("old"),
    ]
    assert problems == ["arxiv has no paper 2013.99999"]
    assert [params["id_list"] for _, params in asked] == ["2005.00002,2005.00003,math.GT/0309136,2013.99999"]


@pytest.mark.parametrize("kind", [LookUpCrossref, LookUpOpenAlex, LookUpArxiv])
def test_one_id_that_a_service_refuses_takes_few_others_with_it(kind: Any, tmp_path: Path) -> None:
    def answer(path: str, params: dict[str, str]) -> Reply:
        asked = params.get("filter", "") + params.get("id_list", "")
        return Reply({"message": "malformed"}, 400) if "2001.00007" in asked else services(path, params)

    odd = paper("odd", doi="10.1000/2001.00007", arxiv="2001.00007")
    learned, problems, asked = look_up(kind, tmp_path, answer, (*INCLUDED[:2], odd, INCLUDED[2]))
    alone, _, _ = look_up(kind, tmp_path / "alone", papers=INCLUDED[:3])
    assert learned == alone
    assert problems == [f"{kind.name} did not answer all requests: 400 Bad Request"]
    assert len(asked) <= 10


def test_many_ids_that_are_refused_end_the_halving(tmp_path: Path) -> None:
    def answer(path: str, params: dict[str, str]) -> Reply:
        odd = any(int(name[-1]) % 2 for name in params["id_list"].split(","))
        return Reply("", 400) if odd else services(path, params)

    papers = tuple(paper(f"p{at}", arxiv=f"2001.{at:05}") for at in range(40))
    with pytest.raises(NoAnswer, match="400 Bad Request"):
        look_up(LookUpArxiv, tmp_path, answer, papers[1::2])
    _, problems, asked = look_up(LookUpArxiv, tmp_path / "some", answer, papers)
    assert "arxiv did not answer all requests: 400 Bad Request" in problems
    assert len(asked) <= 1 + 2 * 6


def test_a_service_that_refuses_everything_is_not_asked_for_long(tmp_path: Path) -> None:
    papers = tuple(paper(f"p{at}", doi=f"10.1000/{at}", arxiv=f"2001.{at:05}") for at in range(40))
    for kind in (LookUpCrossref, LookUpOpenAlex, LookUpArxiv):
        asked = 0

        def answer(path: str, params: dict[str, str]) -> Reply:
            nonlocal asked
            asked += 1
            return Reply({"message": "no such filter"}, 400)

        with pytest.raises(NoAnswer, match="400 Bad Request"):
            look_up(kind, tmp_path, answer, papers)
        assert asked <= 10


def test_many_papers_are_few_requests_in_arxivs_line(tmp_path: Path) -> None:
    clock = WallTimeOfTests()
    papers = [paper(f"p{at}", arxiv=f"2001.{at:05}") for at in range(101)]
    with StandInDatabase(services) as server, toolbox(tmp_path) as box:
        LookUpArxiv(box, settings=settings(server.url), clock=clock).look_up(papers)
        assert [len(params["id_list"].split(",")) for _, params in server.asked] == [50, 50, 1]
    assert [round(wait, 1) for wait in clock.slept if wait] == [3.1, 3.1]


def test_unpaywall_gives_pdfs_first_the_best_of_them_first(tmp_path: Path) -> None:
    learned, problems, asked = look_up(LookUpUnpaywall, tmp_path)
    assert learned == [
        Learned(
            "a",
            locations=(
                Location("https://publisher.example/a.pdf", "pdf", "unpaywall", "publishedVersion", "cc-by"),
                Location("https://archive.example/a.pdf", "pdf", "unpaywall", "submittedVersion", ""),
                Location("https://archive.example/a", "page", "unpaywall"),
            ),
        )
        if one == "a"
        else Learned("b")
        for one in ("a", "b")
    ]
    assert problems == []  # d is not in its data, which is no fault
    assert [params for _, params in asked] == [{"email": "reader@library.example"}] * 3


@pytest.mark.parametrize("contact", ["", "https://library.example/about"])
def test_unpaywall_is_not_asked_without_a_mail_address(contact: str, tmp_path: Path) -> None:
    assert look_up(LookUpUnpaywall, tmp_path, contact=contact) == ([], [], [])


def test_the_mail_address_is_kept_nowhere(tmp_path: Path) -> None:
    look_up(LookUpUnpaywall, tmp_path, contact="mailto:secret-reader@library.example")
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.name == "answers.db" for path in files)
    assert not [path for path in files if b"secret-reader" in path.read_bytes()]


def test_a_flood_of_places_is_bounded(tmp_path: Path) -> None:
    flood = [{"url_for_pdf": f"https://archive.example/{at % 500}.pdf"} for at in range(3000)]
    answer = Reply({"doi": "10.1000/a", "oa_locations": flood})
    learned, _, _ = look_up(LookUpUnpaywall, tmp_path, lambda *_: answer, INCLUDED[:1])
    assert [place.url for place in learned[0].locations] == [place["url_for_pdf"] for place in flood[:20]]


def test_an_answer_about_another_doi_is_not_believed(tmp_path: Path) -> None:
    other = {"doi": "10.1000/other", "oa_locations": [{"url_for_pdf": "https://evil.example/x.pdf"}]}
    with pytest.raises(NoAnswer, match="it is not about the DOI that was asked for"):
        look_up(LookUpUnpaywall, tmp_path, lambda *_: Reply(other), INCLUDED[:1])


def test_who_has_no_id_for_it_asks_nobody(tmp_path: Path) -> None:
    for kind in (LookUpCrossref, LookUpOpenAlex, LookUpArxiv, LookUpUnpaywall):
        assert look_up(kind, tmp_path, papers=(paper("nameless"),)) == ([], [], [])
