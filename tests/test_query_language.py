"""The language of queries: read, written, and put into each database's own syntax, from which nothing can escape."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignee.settings import Settings
from assignee.tools.database import Database
from assignee.tools.database_query import LONGEST, Asked, asked_for, boolean, plain
from assignee.tools.database_settings import DatabaseSettings
from assignee.tools.library import LibrarySource
from assignee.tools.source_arxiv import Arxiv
from assignee.tools.source_crossref import Crossref
from assignee.tools.source_europe_pmc import EuropePmc
from assignee.tools.source_openalex import OpenAlex
from assignee.tools.source_semantic_scholar import SemanticScholar
from assignee.tools.toolbox import Toolbox

ALL: tuple[type[Database], ...] = (Arxiv, OpenAlex, SemanticScholar, Crossref, EuropePmc)
QUERY = '"intermediate-task training" AND ("cross-lingual transfer" OR XTREME)'

TERMS = st.text(alphabet="ab Zé9-.'\"()[]:,|*?AORND", max_size=14)


def shown(kind: type[Database], query: str, until: str | None = None) -> str | None:
    """The query as that database is sent it."""
    request = kind(None, settings=DatabaseSettings()).request(asked_for(query), until, 10, None)  # type: ignore[arg-type]
    return request.shown if request else None


@pytest.mark.parametrize(
    ("query", "groups"),
    [
        (QUERY, (("intermediate task training",), ("cross lingual transfer", "XTREME"))),
        ("zero-shot transfer OR mBERT", (("zero shot transfer", "mBERT"),)),
        ('"one phrase of more than four words"', (("one phrase of more than four words",),)),
        ("(a1 OR b2) AND (c3)", (("a1", "b2"), ("c3",))),
        ("NLI AND XTREME", (("NLI",), ("XTREME",))),
        ('"Search AND Rescue" AND drones', (("Search AND Rescue",), ("drones",))),
        ('"is it?" AND "so"', (("is it",), ("so",))),
        ('a1 AND A1 AND ("b" OR "B")', (("a1",), ("A1",), ("b",))),
    ],
)
def test_a_boolean_query_is_an_and_of_ors(query: str, groups: tuple[tuple[str, ...], ...]) -> None:
    asked = asked_for(query)
    assert asked.groups == groups
    assert not asked.ids
    assert not asked.phrase


@pytest.mark.parametrize(
    "query",
    [
        '"open quote AND transfer',
        "(open bracket AND transfer",
        "closed) AND transfer",
        "AND transfer learning",
        "transfer learning OR",
        "one AND two OR three",
        "((one OR two) AND three)",
        "(one AND two)",
        "one AND NOT two",
        "one AND () AND two",
        '"--" AND two',
        'one "two three" AND four',
        "Does BERT AND mBERT help?",
        "TRANSFER LEARNING AND ITS LIMITS IN NLP",
        "plain words and or not",
        f'"{"x" * LONGEST}" AND two',
    ],
)
def test_what_is_not_well_formed_is_plain_words_without_operators(query: str) -> None:
    asked = asked_for(query)
    assert asked.groups == ()
    assert asked.words
    assert not {"AND", "OR", "NOT"} & set(asked.words)


def test_plain_words_phrases_and_ids_are_read_as_before() -> None:
    assert asked_for("zero-shot transfer") == Asked(words=("zero", "shot", "transfer"), phrase=True)
    assert asked_for("Does zero-shot transfer help the transfer?").words == (
        "zero",
        "shot",
        "transfer",
        "help",
    )
    assert asked_for(" arXiv:2005.13013v2 ").id("arxiv") == "2005.13013v2"
    assert asked_for("") == asked_for("?!") == Asked()


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (
            Arxiv,
            '(ti:"intermediate task training" OR abs:"intermediate task training") AND (ti:"cross lingual transfer" OR '
            'abs:"cross lingual transfer" OR ti:"XTREME" OR abs:"XTREME")',
        ),
        (
            OpenAlex,
            'title_and_abstract.search:("intermediate task training") AND ("cross lingual transfer" OR "XTREME")',
        ),
        (
            EuropePmc,
            '(TITLE_ABS:"intermediate task training") AND (TITLE_ABS:"cross lingual transfer" OR TITLE_ABS:"XTREME")',
        ),
        (SemanticScholar, "intermediate task training cross lingual transfer"),
        (
            Crossref,
            "query.bibliographic=intermediate task training cross lingual transfer filter=has-abstract:true",
        ),
    ],
)
def test_each_database_is_asked_in_its_own_syntax(kind: type[Database], expected: str) -> None:
    assert shown(kind, QUERY) == expected


def test_a_date_bounds_all_groups() -> None:
    assert str(shown(Arxiv, QUERY, "2020")).startswith('((ti:"intermediate task training"')
    assert str(shown(Arxiv, QUERY, "2020")).endswith(") AND submittedDate:[199101010000 TO 202012312359]")
    assert str(shown(OpenAlex, QUERY, "2020")).endswith(",to_publication_date:2020-12-31")
    assert str(shown(EuropePmc, QUERY, "2020")).endswith(") AND FIRST_PDATE:[1500-01-01 TO 2020-12-31]")


@given(st.lists(st.lists(TERMS, max_size=4), max_size=6))
def test_what_is_written_is_read_back(groups: list[list[str]]) -> None:
    query = boolean(groups)
    assert len(query.encode()) <= LONGEST
    read = asked_for(query).groups
    words = [[" ".join(re.findall(r"[^\W_]+", term)) for term in group] for group in groups]
    wanted = [list(dict.fromkeys(term for term in group if term)) for group in words]
    kept = [group for group in wanted if group]
    assert [{term.casefold() for term in group} for group in read] == [
        {term.casefold() for term in group} for group in kept
    ][: len(read)]
    if sum(len(term) + 8 for group in kept for term in group) < LONGEST:
        assert len(read) == len(kept)


@pytest.mark.parametrize(("word", "most"), [("t", 4096), ("検査", 8192)])
@pytest.mark.parametrize("many", [1, 2, 4])
def test_the_longest_query_fits_into_an_address(word: str, most: int, many: int) -> None:
    terms = [[f"{word} " * (many - 1) + f"{word}{at}x{place}" for place in range(8)] for at in range(30)]
    query = boolean(terms)
    assert len(query.encode()) > LONGEST // 2
    assert len(asked_for(query).groups) > 1
    for kind in ALL:
        request = kind(None, settings=DatabaseSettings()).request(asked_for(query), "2020", 100, None)  # type: ignore[arg-type]
        assert request is not None
        assert len(urlencode(request.params)) < most


def test_a_broken_sign_is_no_word() -> None:
    assert asked_for("tests \ud800 AND faults").groups == (("tests",), ("faults",))


@given(st.text(alphabet='ab Z9-"()ANDORT:,|*\\[]{}é?', max_size=60))
def test_no_query_is_an_error_and_none_leaves_its_place(query: str) -> None:
    asked = asked_for(query)
    for word in (*asked.words, *(term for group in asked.groups for term in group)):
        assert re.fullmatch(r"[^\W_]+( [^\W_]+)*", word)
    for kind in ALL:
        said = shown(kind, query)
        if said is None or asked.ids:
            continue
        bare = re.sub(r'"[^"]*"', '""', said.removeprefix("query.bibliographic=").split(" filter=")[0])
        if kind in (Arxiv, OpenAlex, EuropePmc):
            assert said.count('"') % 2 == 0
            assert re.fullmatch(r"(?:[\w. ]|ti:|abs:|all:|TITLE_ABS:|\.search:|\"\"|[()])*", bare), said
            assert not re.search(r"\b(?:AND|OR) *(?:AND|OR|\)|$)|[(:] *(?:AND|OR)\b", bare), said
        else:
            assert not set(bare) & set('":()[]*|')
    assert plain(query) == query or asked.groups


def test_the_library_is_asked_for_the_terms_alone(tmp_path: Path) -> None:
    papers = [
        {"id": "A1", "title": "Tests find faults", "abstract": "Mutation testing finds faults in parsers."},
        {"id": "A2", "title": "Gardens", "abstract": "Roses and other flowers grow in parks or gardens."},
    ]
    shelf = tmp_path / "shelf.jsonl"
    shelf.write_text("".join(json.dumps(paper) + "\n" for paper in papers))
    with Toolbox.open(Settings(home=tmp_path / "home")) as box:
        library = LibrarySource(box, [shelf])
        query = '"mutation testing" AND (faults OR "bugs")'
        found = library.search([query], limit=5, until=None)
        same = library.search(["mutation testing faults bugs"], limit=5, until=None)
        assert found.hits == ((query, 1),)
        assert [paper.id for paper in found.papers] == [paper.id for paper in same.papers]
        assert library.search(['"Gardens" AND "zzz"'], limit=1, until=None).papers[0].id == "A2"
