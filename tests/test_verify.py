"""`verify_claim` and `assignee verify`: one claim against a library, with quotes that stand in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import assignee
from assignee.cli import main
from assignee.errors import LibraryError, UserError
from assignee.settings import Settings
from assignee.tools.text import stored
from assignee.verify import Verification, verify_claim

ABSTRACTS = {
    "aspirin": "Colorectal cancer is common. We followed 1,000 adults for ten years. Daily aspirin lowered the risk of "
    "colorectal cancer. The authors thank the participants.",
    "noaspirin": "Aspirin is cheap. In our trial, aspirin did not lower the risk of colorectal cancer.",
    "heat": "Heat exchangers move heat between two fluids. Their walls are thin.",
    "gone": "Aspirin lowered the risk of colorectal cancer in every patient.",
}
CLAIM = "Aspirin lowers the risk of colorectal cancer."


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("papers")
    rows = [
        {
            "id": name,
            "title": f"On {name}",
            "authors": [f"Ada {name.title()}"],
            "year": 2020,
            "abstract": text,
            "retracted": name == "gone",
        }
        for name, text in ABSTRACTS.items()
    ]
    (folder / "papers.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    (folder / "broken.pdf").write_bytes(b"no PDF at all")
    return folder


@pytest.fixture(scope="module")
def found(library: Path, tmp_path_factory: pytest.TempPathFactory) -> Verification:
    return verify_claim(f"  {CLAIM}\n", library, settings=Settings(home=tmp_path_factory.mktemp("home")))


def test_a_claim_is_held_against_the_papers_that_bear_on_it(found: Verification) -> None:
    assert found.claim == CLAIM
    by_paper = {paper.paper_id: paper for paper in found.papers}
    assert by_paper["aspirin"].label == "SUPPORT"
    assert "heat" not in by_paper
    assert found.label == found.papers[0].label
    assert found.contested == (len({paper.label for paper in found.papers}) > 1)
    assert found.read == 3, "the retracted one is not read"


def test_quotes_are_verbatim_at_their_places(found: Verification) -> None:
    quoted = 0
    for paper in found.papers:
        text = stored(ABSTRACTS[paper.paper_id])
        for quote in paper.quotes:
            assert text[quote.start : quote.end] == quote.text
            quoted += 1
        assert 1 <= len(paper.quotes) <= 3
    assert quoted
    best = {paper.paper_id: paper.quotes[0].text for paper in found.papers}
    assert best["aspirin"] == "Daily aspirin lowered the risk of colorectal cancer."


def test_a_probability_is_that_of_the_label_or_none(found: Verification) -> None:
    for paper in found.papers:
        assert paper.probability is None or 0.0 < paper.probability <= 1.0
        assert set(paper.seats) >= {"regression"}
    expected = None if found.contested or not found.papers else found.papers[0].probability
    assert found.probability == expected


def test_what_could_not_count_is_told(found: Verification) -> None:
    told = "\n".join(found.problems)
    assert "broken.pdf" in told
    assert "marked as retracted and is no evidence" in told


def test_a_claim_on_nothing_in_the_library_is_nei(library: Path, tmp_path: Path) -> None:
    nothing = verify_claim("The moon is made of basalt.", library, settings=Settings(home=tmp_path))
    assert (nothing.label, nothing.probability, nothing.papers) == ("NEI", None, ())
    foreign = verify_claim(
        "Aspirin senkt das Risiko für Darmkrebs bei den Erwachsenen.",
        library,
        settings=Settings(home=tmp_path),
    )
    assert (foreign.label, foreign.note.split(":")[0]) == ("NEI", "not adjudicated")


def test_a_long_text_is_judged_in_pieces_and_quoted_at_its_place(tmp_path: Path) -> None:
    filler = " ".join(f"Sentence number {number} speaks of walls and of water only." for number in range(60))
    text = f"{filler} Daily aspirin lowered the risk of colorectal cancer in our trial. {filler}"
    (tmp_path / "long.txt").write_text(text)
    found = verify_claim(CLAIM, tmp_path / "long.txt", settings=Settings(home=tmp_path / "home"))
    [paper] = found.papers
    quote = paper.quotes[0]
    assert quote.text == "Daily aspirin lowered the risk of colorectal cancer in our trial."
    assert stored(text)[quote.start : quote.end] == quote.text


@pytest.mark.parametrize(
    ("claim", "library_is", "why"),
    [
        ("", "here", "the claim is empty"),
        (" ?! ", "here", "the claim is empty"),
        ("a" * 2001, "here", "2,001 characters"),
        (CLAIM, "nowhere", "is not there"),
        (CLAIM, None, "no library given"),
    ],
)
def test_misuse_is_one_line(
    library: Path, tmp_path: Path, claim: str, library_is: str | None, why: str
) -> None:
    paths = {"here": [library], "nowhere": [tmp_path / "nowhere"], None: []}[library_is]
    with pytest.raises(UserError, match=why) as caught:
        verify_claim(claim, paths, settings=Settings(home=tmp_path))
    assert "\n" not in str(caught.value)


def test_an_unknown_checker_and_an_unreadable_library_are_named(library: Path, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    with pytest.raises(UserError, match="unknown pair_seat 'nobody'"):
        verify_claim(CLAIM, library, verifiers=["nobody"], settings=settings)
    (tmp_path / "only.pdf").write_bytes(b"no PDF")
    with pytest.raises(LibraryError, match=r"only\.pdf"):
        verify_claim(CLAIM, tmp_path / "only.pdf", settings=settings)


def test_it_is_public() -> None:
    assert assignee.verify_claim is verify_claim
    assert "verify_claim" in dir(assignee)


def test_the_command_prints_verdict_quote_and_place(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", CLAIM, "--library", str(library)]) == 0
    shown = capsys.readouterr()
    assert "Daily aspirin lowered the risk of colorectal cancer." in shown.out
    assert "On aspirin [aspirin], read as abstract" in shown.out
    assert "note: " in shown.err
    assert main(["verify", CLAIM, "--library", str(library), "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data == Verification.from_dict(data).to_dict()
    assert data["claim"] == CLAIM


def test_the_command_refuses_misuse_with_exit_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "", "--library", "/nowhere"]) == 2
    assert main(["verify", CLAIM]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(";")[0] for line in lines] == [
        "assignee: the claim is empty",
        "assignee: no library given",
    ]
