"""The lists of papers to include and to exclude: read as people write them, and refused in one line where they cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_corpus import paper

from assignee.agents.exclusion import KINDS, exclusion_kind
from assignee.agents.overrides import Overrides, read_lines
from assignee.agents.paper_names import answers_to
from assignee.errors import UserError
from assignee.settings import ReviewRequest

S2 = "0123456789abcdef0123456789abcdef01234567"
KNOWN = paper(
    "2020.acl-main.747",
    title="Étude of Transfer: When Is It Worth It?",
    ids={
        "acl": "2020.acl-main.747",
        "arxiv": "1911.02116v2",
        "doi": "10.18653/v1/2020.acl-main.747",
        "openalex": "W3035390927",
        "pmid": "12345678",
        "s2": S2,
    },
    versions=("solv-int/9901001v1", "notes.pdf"),
    conflicts=(
        {
            "field": "title",
            "values": [{"source": "a", "value": "Transfer Learning at Scale"}, {"source": "b", "value": "x"}],
            "note": "differ",
        },
    ),
)


def made(include: tuple[str, ...] = (), exclude: tuple[str, ...] = ()) -> Overrides:
    return Overrides.of(ReviewRequest(question="Why?", include=include, exclude=exclude))


@pytest.mark.parametrize(
    "line",
    [
        "10.18653/v1/2020.acl-main.747",
        "https://doi.org/10.18653/V1/2020.ACL-MAIN.747",
        "doi: 10.18653/v1/2020.acl-main.747",
        "1911.02116",
        "arXiv:1911.02116v1",
        "arXiv:1911.02116v2 [cs.CL]",
        "https://arxiv.org/abs/1911.02116v2#S3",
        "solv-int/9901001",
        "2020.acl-main.747",
        "https://aclanthology.org/2020.acl-main.747/",
        f"https://www.semanticscholar.org/paper/{S2}",
        S2,
        "https://openalex.org/W3035390927",
        "PMID: 12345678",
        "NOTES.PDF",
        '"Etude of transfer: when is it   worth it?"',
        "“Étude of Transfer: When Is It Worth It?” # curly",
        "Étude of Transfer: When Is It Worth It?",
        "Transfer learning at scale.",
    ],
)
def test_a_paper_answers_to_any_form_of_its_name(line: str) -> None:
    assert made(include=(line,)).decision(KNOWN) is not None, line
    assert made(include=(line,)).unmatched([KNOWN]) == ()


@pytest.mark.parametrize("name", ["1911.02117", "10.18653/v1/2020.acl-main.748", "Transfer", "W30353909"])
def test_and_to_no_other(name: str) -> None:
    assert not answers_to(KNOWN, name)
    assert made(exclude=(name,)).unmatched([KNOWN]) == (f"no paper found answers to --exclude {name}",)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("1911.02116 # the base model", "included by you: the base model"),
        ("1911.02116# tight", "included by you: tight"),
        ("1911.02116", "included by you"),
        ("1911.02116 #", "included by you"),
        ('"Transfer Learning at Scale" # issue #4 says so', "included by you: issue #4 says so"),
    ],
)
def test_the_reason_is_what_stands_behind_the_sign(line: str, reason: str) -> None:
    assert made(include=(line,)).decision(KNOWN) == ("include", reason)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('"half a title', "no title in quotes"),
        ('""', "no title in quotes"),
        ('"A Title" because', "no title in quotes"),
        ("...", "names no paper"),
        ("10.1000/one # \x1b[31mred", r"U\+001B"),
        ("10.1000/one # turned \u202e round", r"U\+202E"),
        ("1911.02116, 1911.02117", "names 2 papers"),
        ("1911.02116 since it is good", "more than an id"),
    ],
)
def test_a_malformed_line_is_said_with_its_place(tmp_path: Path, line: str, told: str) -> None:
    with pytest.raises(UserError, match=told) as raised:
        made(exclude=(line,))
    assert str(raised.value).startswith("--exclude: ")
    listed = tmp_path / "out.txt"
    listed.write_text(f"# those that are out\n\n{line}\n", encoding="utf-8")
    with pytest.raises(UserError, match=rf"out\.txt, line 3: .*{told}") as raised:
        read_lines([listed])
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("include", "exclude"),
    [
        ("1911.02116 # yes", "1911.02116 # no"),
        ("https://arxiv.org/abs/1911.02116v1", "arXiv:1911.02116v3"),
        ("10.48550/arXiv.1911.02116", "1911.02116"),
        ("10.18653/v1/2020.acl-main.747", "2020.acl-main.747"),
        ('"A Title"', "a title"),
    ],
)
def test_one_paper_in_both_lists_is_refused(include: str, exclude: str) -> None:
    with pytest.raises(UserError, match="say one of the two"):
        made((include,), (exclude,))


def test_under_two_names_the_exclusion_wins_and_says_so() -> None:
    both = made(("1911.02116",), ('"Transfer Learning at Scale" # known to be wrong',))
    assert both.decision(KNOWN) == (
        "exclude",
        "excluded by you: known to be wrong (under another name you asked to include it)",
    )


def test_a_paper_named_twice_is_named_once() -> None:
    assert made(("1911.02116 # one", "arXiv:1911.02116v2 # two")).included == (("1911.02116", "one"),)


@pytest.mark.parametrize(
    "raw",
    [
        b"\xef\xbb\xbf1911.02116\r\n\r\n# note\r\n2020.acl-main.747 # why\r\n",
        b"1911.02116\r\r# note\r2020.acl-main.747 # why",
        b"  1911.02116  \n\t\n  # note\n2020.acl-main.747 # why\n\n",
    ],
    ids=["marked-crlf", "old-mac", "spaced"],
)
def test_a_file_is_read_however_it_was_saved(tmp_path: Path, raw: bytes) -> None:
    listed = tmp_path / "keep"
    listed.write_bytes(raw)
    assert read_lines([listed, "10.1/x", ""]) == ("1911.02116", "2020.acl-main.747 # why", "10.1/x")


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", "names no paper"),
        (b"# nothing yet\n\n", "names no paper"),
        (b"1911.02116\n\xff\xfa\n", "line 2: not UTF-8"),
        (b"\xff\xfe1\x00", "UTF-16"),
        (b"%PDF-1.7\n", "no text"),
        (b"1911\x00", "no text"),
        (b"1911.02116\n" * 100_000, "more than a megabyte"),
    ],
    ids=["empty", "comments", "latin", "utf16", "pdf", "binary", "large"],
)
def test_a_file_that_cannot_be_used_is_said_in_one_line(tmp_path: Path, raw: bytes, told: str) -> None:
    listed = tmp_path / "keep.txt"
    listed.write_bytes(raw)
    with pytest.raises(UserError, match=told) as raised:
        read_lines([str(listed)])
    assert "\n" not in str(raised.value)


def test_a_file_or_folder_where_none_should_be(tmp_path: Path) -> None:
    for value, told in ((tmp_path / "missing.txt", "is not there"), (tmp_path, "is a folder")):
        with pytest.raises(UserError, match=told):
            read_lines([value])
    # What looks like no file is an id, even one that no system could have as a file name.
    long = "x" * 501
    given = ("phang.pdf", "10.1000/list.txt", long)
    assert read_lines(given) == given
    with pytest.raises(UserError, match=r"U\+0000"):
        read_lines(["a\0b"])


@given(st.text(max_size=40))
def test_any_line_is_read_or_refused_in_one_line(line: str) -> None:
    refused, again = "", made()
    try:
        again = made(include=read_lines([f" {line}"]))
    except UserError as error:
        refused = str(error)
    assert len(refused.splitlines()) <= 1
    for name in again.include:
        assert any(char.isalnum() for char in name)
        assert again.decision(paper("p", title=name)) is not None


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"screening": "include"}, "beyond the limit"),
        ({"screening": "unsure"}, "unsure"),
        ({"screening": "exclude"}, "off topic"),
        ({"screening": "include", "reason": "excluded by you: why"}, "excluded by you"),
        ({"screening": "include", "reason": "excluded by you", "retracted": True}, "retracted"),
    ],
)
def test_each_exclusion_is_of_one_kind(fields: dict[str, object], kind: str) -> None:
    assert exclusion_kind(paper("p", included=False, **fields)) == kind
    assert kind in KINDS
