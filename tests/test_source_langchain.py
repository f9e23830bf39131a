"""LangChain's retrievers as a source: real ones of langchain-core and langchain-community, and broken ones."""

from __future__ import annotations

import datetime
import runpy
import threading
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import langsmith.utils
import pytest
from fake_engine import FakeEngine
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from langchain_core.vectorstores import InMemoryVectorStore
from stand_in_database import Reply, StandInDatabase, WallTimeOfTests, feed

import assignee
from assignee.claims import Basis, Paper
from assignee.errors import UserError
from assignee.graphs.tracing import SWITCHES
from assignee.settings import Settings
from assignee.tools.http_errors import NoAnswer
from assignee.tools.langchain_records import LONGEST, Piece, paper_of, piece_of
from assignee.tools.source import Found, Problem
from assignee.tools.source_langchain import LangChainSource
from assignee.tools.toolbox import Toolbox

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])

ARXIV = {
    "Entry ID": "http://arxiv.org/abs/2005.13013v2",
    "Published": datetime.date(2020, 9, 30),
    "Title": "Tests of Tests",
    "Authors": "Ada Poe, Max Roe",
}


class Handed(BaseRetriever):
    """Hands out what it was given, whatever the query."""

    documents: list[Any]

    def _get_relevant_documents(self, query: str, *, run_manager: Any) -> list[Any]:
        return self.documents


class Late(BaseRetriever):
    """Has only an asynchronous way."""

    def _get_relevant_documents(self, query: str, *, run_manager: Any) -> list[Document]:
        raise NotImplementedError

    async def _aget_relevant_documents(self, query: str, *, run_manager: Any) -> list[Document]:
        return [Document(page_content=f"About {query}.", metadata={"title": "Later"})]


class Failing:
    def __init__(self, errors: dict[str, Exception]) -> None:
        self.errors, self.asked = errors, list[str]()

    def invoke(self, query: str) -> list[Document]:
        self.asked.append(query)
        if query in self.errors:
            raise self.errors[query]
        return [Document(page_content=f"Found for {query}.", metadata={"title": query})]


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Toolbox:
    return Toolbox.open(Settings(home=tmp_path_factory.mktemp("langchain")))


def search(
    box: Toolbox, documents: Sequence[Any], until: str | None = None, limit: int = 9, **more: Any
) -> Found:
    source = LangChainSource(Handed(documents=list(documents)), "shelf", **more)
    return source.bound(box).search(["tests"], limit=limit, until=until)


def one(box: Toolbox, text: str, metadata: dict[str, Any]) -> Paper:
    (paper,) = search(box, [Document(page_content=text, metadata=metadata)]).papers
    return paper


def arxiv_retriever(url: str, monkeypatch: pytest.MonkeyPatch) -> BaseRetriever:
    """langchain-community's own, over the `arxiv` package, which asks `url` once and does not wait."""
    import arxiv

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the package says that it is at its end
        from langchain_community.retrievers import ArxivRetriever
    monkeypatch.setattr(arxiv.Client, "query_url_format", url + "/api/query?{}")
    monkeypatch.setattr(arxiv.Client.__init__, "__defaults__", (100, 0.0, 0))
    return ArxivRetriever()


def test_arxivs_retriever_over_http(box: Toolbox, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = (
        "<entry><id>http://arxiv.org/abs/2005.13013v2</id><updated>2020-09-30T10:00:00Z</updated>"
        "<published>2020-05-26T10:00:00Z</published><title>Tests of Tests</title><summary>Tests find faults.\n"
        "We count them.</summary><author><name>Ada Poe</name></author><author><name>Max Roe</name></author>"
        '<link href="http://arxiv.org/abs/2005.13013v2" rel="alternate" type="text/html"/>'
        '<arxiv:primary_category term="cs.CL"/><category term="cs.CL"/></entry>'
    )
    with StandInDatabase(lambda path, params: Reply(feed(entry))) as server:
        retriever = arxiv_retriever(server.url, monkeypatch)
        source = LangChainSource(retriever, "arxiv_langchain", toolbox=box)
        with pytest.warns(DeprecationWarning, match="results"):
            found = source.search(["which tests find faults"], limit=5, until="2020-06")
    assert [params["search_query"] for _, params in server.asked] == ["which tests find faults"]
    (paper,) = found.papers
    assert (paper.id, paper.title, paper.authors) == (
        "arXiv:2005.13013v2",
        "Tests of Tests",
        ("Ada Poe", "Max Roe"),
    )
    # The day that the retriever gives is the last version's; the first is as old as the id.
    assert (paper.date, paper.version, paper.basis) == ("2020-05", "v2", Basis.ABSTRACT)
    assert box.texts.get(paper.text_hash) == "Tests find faults. We count them."
    assert found.hits == (("which tests find faults", 1),)
    assert found.problems == ("arxiv_langchain: 1 of its papers read in a version newer than --until",)


def test_arxivs_retriever_when_arxiv_fails(box: Toolbox, monkeypatch: pytest.MonkeyPatch) -> None:
    with StandInDatabase(lambda path, params: Reply(status=503)) as server:
        retriever = arxiv_retriever(server.url, monkeypatch)
        source = LangChainSource(retriever, "arxiv_langchain", toolbox=box)
        with (
            pytest.warns(DeprecationWarning, match="results"),
            pytest.raises(NoAnswer, match=r"HTTPError: .*503"),
        ):
            source.search(["tests"], limit=5, until=None)


def test_a_vector_stores_pieces_of_one_paper_become_one_digest(box: Toolbox) -> None:
    class Length(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return [self.embed_query(text) for text in texts]

        def embed_query(self, text: str) -> list[float]:
            return [1.0, len(text) / 1000]

    def piece(at: int, text: str) -> Document:
        return Document(page_content=text, metadata={"source": "papers/poe2020.pdf", "start_index": at})

    shared = "It was a long sentence that both hold."
    store = InMemoryVectorStore(Length())
    store.add_documents(
        [
            piece(900, "The end is elsewhere."),
            piece(0, f"First. {shared}"),
            piece(7, f"{shared} And then more."),
        ]
    )
    source = LangChainSource(store.as_retriever(search_kwargs={"k": 3}), toolbox=box)
    (paper,) = source.search(["tests", "faults"], limit=5, until=None).papers
    assert (paper.title, paper.basis) == ("poe2020.pdf", Basis.DIGEST)
    text = box.texts.get(paper.text_hash)
    assert text == f"First. {shared} And then more. The end is elsewhere."
    assert [text[item.start : item.end] for item in box.texts.sections(paper.text_hash)] == [
        f"First. {shared} And then more.",
        "The end is elsewhere.",
    ]


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        (ARXIV, {"ids": {"arxiv": "2005.13013v2"}, "date": "2020-05", "basis": "abstract"}),
        (
            {"uid": "123456", "Title": "A Trial", "Published": "2021-03-", "Copyright Information": ""},
            {"ids": {"pmid": "123456"}, "date": "2021-03", "basis": "abstract"},
        ),
        (
            {"title": "A Page", "summary": "Short.", "source": "https://en.wikipedia.org/wiki/A_Page"},
            {"basis": "digest"},
        ),
        ({"title": "Same", "abstract": "The text."}, {"basis": "abstract"}),
        ({"title": "Whole", "basis": "full_text"}, {"basis": "full_text"}),
        (
            {"title": "T", "DOI": "https://doi.org/10.1000/AB", "publication_year": 2019},
            {"year": 2019, "id": "DOI:10.1000/ab"},
        ),
        (
            {"title": "T", "authors": [{"name": "Ada Poe"}, "Max Roe"], "uid": 7},
            {"authors": ["Ada Poe", "Max Roe"], "ids": {}},
        ),
        (
            {"title": "T", "creator": ("Poe, Ada",), "journal_ref": "J. of T."},
            {"authors": ["Poe, Ada"], "venue": "J. of T."},
        ),
        ({"source": "https://example.org/a/report.html?x=1"}, {"title": "report.html"}),
        (
            {"TITLE": "T", "published": object(), "authors": object(), 7: "x", "url": b"no"},
            {"authors": [], "url": None},
        ),
        ({"title": "RETRACTED: T", "retracted": True}, {"retracted": True}),
    ],
)
def test_the_table_of_metadata(box: Toolbox, metadata: dict[str, Any], expected: dict[str, Any]) -> None:
    told = one(box, "The text.", metadata).to_dict()
    assert {name: told[name] for name in expected} == expected


def test_what_is_no_paper_is_left_out_and_told(box: Toolbox) -> None:
    found = search(
        box,
        [
            Document(page_content="A text.", metadata={"title": "Kept"}),
            Document(page_content="A text.", metadata={"title": "Kept"}),
            Document(page_content=" \x00 ", metadata={"title": "Empty"}),
            Document(page_content="No abstract available", metadata={"Title": "A Trial", "uid": "1"}),
            Document(page_content="Nobody knows whose.", metadata={"source": "1234"}),
            Document(page_content="x" * (LONGEST + 1), metadata={"title": "Huge"}),
        ],
    )
    assert [paper.title for paper in found.papers] == ["Kept"]
    assert found.hits == (("tests", 6),)
    assert len(found.left_out) == 4
    assert found.problems == (
        "shelf: 1 of its documents left out, longer than 2,000,000 characters",
        "shelf: 2 of its documents left out, without a text",
        "shelf: 1 of its documents left out, without a title",
    )


def test_until_and_limit(box: Toolbox) -> None:
    documents = [
        Document(page_content=f"Text {year}.", metadata={"title": f"T{year}", "year": year})
        for year in (2019, 2020, 2021)
    ]
    undated = Document(page_content="Text.", metadata={"title": "No date"})
    found = search(box, [*documents, undated], until="2020-06")
    assert [paper.title for paper in found.papers] == ["T2019", "T2020", "No date"]
    assert found.problems == ("shelf: 1 of its papers without a date kept in spite of --until",)
    assert len(search(box, documents, limit=2).papers) == 2
    assert search(box, []).papers == ()


def test_ranks_are_fused_over_the_queries(box: Toolbox) -> None:
    class Twice:
        def invoke(self, query: str) -> list[Document]:
            order = {"one": ["A", "B", "C"], "two": ["C", "B"], "three": ["B"]}[query]
            return [Document(page_content=f"Text of {name}.", metadata={"title": name}) for name in order]

    found = LangChainSource(Twice(), toolbox=box).search(["one", "two", "three", "two"], limit=9, until=None)
    assert [paper.title for paper in found.papers] == ["B", "C", "A"]
    assert [count for _, count in found.hits] == [3, 2, 1]


async def test_an_asynchronous_retriever_also_inside_a_loop(box: Toolbox) -> None:
    (paper,) = LangChainSource(Late(), toolbox=box).search(["tests"], limit=5, until=None).papers
    assert box.texts.get(paper.text_hash) == "About tests."


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (
            "Client error '401' for url 'https://a.example/s?api_key=QUX'",
            "RuntimeError: Client error '401' for url",
        ),
        ("Authorization: Bearer QUX", "RuntimeError"),
        ("bad api-key QUX", "RuntimeError: bad"),
    ],
)
def test_what_a_retriever_raises_is_told_without_addresses_and_keys(
    box: Toolbox, raised: str, told: str
) -> None:
    source = LangChainSource(Failing({"a": RuntimeError(raised)}), toolbox=box)
    with pytest.raises(NoAnswer) as caught:
        source.search(["a"], limit=5, until=None)
    assert str(caught.value) == told


def test_a_retriever_that_fails_did_not_answer(box: Toolbox) -> None:
    broken = Failing({"a": OSError("no route\nto host"), "b": OSError(), "c": OSError("gone")})
    source = LangChainSource(broken, toolbox=box)
    with pytest.raises(NoAnswer, match=r"^OSError: no route to host$"):
        source.search(["a", "b"], limit=5, until=None)
    assert broken.asked == ["a"]
    found = source.search(["fine", "b", "also"], limit=5, until=None)
    assert [paper.title for paper in found.papers] == ["also", "fine"]
    assert found.problems == ("langchain did not answer all queries: OSError",)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("a text", "no list of documents but str"),
        (None, "no list of documents but NoneType"),
        (
            [Document(page_content="Arxiv exception: Page of results was unexpectedly empty")],
            "unexpectedly empty",
        ),
    ],
)
def test_an_answer_that_is_none(box: Toolbox, answer: Any, said: str) -> None:
    class Odd:
        def invoke(self, query: str) -> Any:
            return answer

    with pytest.raises(NoAnswer, match=said):
        LangChainSource(Odd(), toolbox=box).search(["tests"], limit=5, until=None)


def test_a_retriever_that_hangs_is_given_up(box: Toolbox) -> None:
    over = threading.Event()

    class Hung:
        def invoke(self, query: str) -> list[Document]:
            over.wait(20)
            return []

    with pytest.raises(NoAnswer, match=r"no answer within 0\.05 s"):
        LangChainSource(Hung(), toolbox=box, patience=0.05).search(["a", "b"], limit=5, until=None)
    over.set()


def test_questions_keep_their_distance(box: Toolbox) -> None:
    clock = WallTimeOfTests()
    source = LangChainSource(Failing({}), toolbox=box, interval=3.1, clock=clock)
    source.search(["a", "b", "a AND b"], limit=5, until=None)
    assert clock.slept == pytest.approx([3.1, 3.1])


@pytest.mark.parametrize(
    ("retriever", "more", "said"),
    [
        ("text", {}, "takes a retriever of LangChain"),
        (Late(), {"name": "arxiv"}, "the name of a source of assignee"),
        (Late(), {"name": "My Shelf"}, "lower case"),
        (Late(), {"basis": "whole"}, "abstract, full_text, digest"),
        (Late(), {"patience": 0}, "seconds"),
    ],
)
def test_misuse_is_told_when_it_is_made(retriever: Any, more: dict[str, Any], said: str) -> None:
    with pytest.raises(UserError, match=said):
        LangChainSource(retriever, **more)


def test_without_a_toolbox_it_says_what_to_do() -> None:
    with pytest.raises(UserError, match="bound"):
        LangChainSource(Late()).search(["a"], limit=1, until=None)


def test_it_is_at_hand_at_the_top() -> None:
    assert assignee.LangChainSource is LangChainSource


_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=30),
    st.binary(max_size=5),
    st.dates(),
)
_KEYS = st.one_of(
    st.sampled_from(
        [
            "Title",
            "title",
            "Authors",
            "Published",
            "Entry ID",
            "source",
            "uid",
            "doi",
            "page",
            "Summary",
            "year",
        ]
    ),
    st.text(max_size=8),
    st.integers(),
)


@given(
    st.text(max_size=60),
    st.dictionaries(_KEYS, st.one_of(_VALUES, st.lists(_VALUES, max_size=3)), max_size=6),
)
def test_any_metadata_gives_a_paper_or_a_reason(text: str, metadata: dict[Any, Any]) -> None:
    class Loose:
        page_content = text

    loose: Any = Loose()
    loose.metadata = metadata
    piece = piece_of(loose, Basis.DIGEST)
    if isinstance(piece, Problem):
        assert piece.what
        return
    assert isinstance(piece, Piece)
    item = paper_of([piece, piece])
    assert item.text == piece.text != ""
    assert item.paper.id
    assert item.paper.title
    assert Paper.from_dict(item.paper.to_dict()) == item.paper


def test_the_example_reviews_over_a_retriever_and_nobody_traces_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    example = runpy.run_path(str(Path(__file__).parents[1] / "examples" / "langchain_source.py"))
    traced = []

    class Watched(example["Shelf"]):  # type: ignore[misc]
        def _get_relevant_documents(self, query: str, *, run_manager: Any) -> list[Document]:
            traced.append(langsmith.utils.tracing_is_enabled())
            found: list[Document] = super()._get_relevant_documents(query, run_manager=run_manager)
            return found

    monkeypatch.setenv("ASSIGNEE_HOME", str(tmp_path))
    for name in SWITCHES:
        monkeypatch.setenv(name, "true")
    langsmith.utils.get_env_var.cache_clear()
    watched = Watched(documents=example["shelf"]().documents, k=3)
    monkeypatch.setitem(example["main"].__globals__, "shelf", lambda: watched)
    report = example["main"]("Does intermediate-task training improve zero-shot transfer?", FakeEngine())
    assert capsys.readouterr().out.startswith(report.answer.text)
    assert report.manifest.problems == ()
    assert {query["source"] for query in report.manifest.queries} == {"shelf"}
    found = [paper for paper in report.papers if paper.included]
    assert {paper.sources for paper in found} == {("shelf",)}
    assert {paper.basis for paper in found} == {Basis.DIGEST}
    assert "2020.aacl-main.56" in {paper.ids.get("acl") for paper in found}
    assert traced
    assert not any(traced)
    monkeypatch.undo()
    langsmith.utils.get_env_var.cache_clear()
