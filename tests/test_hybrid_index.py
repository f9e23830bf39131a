"""The index: nothing in a query can break it, nothing outside the library can change its order."""

from __future__ import annotations

import json
import logging
import math
import os
import random
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from assignee.settings import Settings
from assignee.tools import hybrid_index
from assignee.tools.chroma_store import ChromaStore
from assignee.tools.embedder import Embedder
from assignee.tools.hybrid_index import Hit, HybridIndex
from assignee.tools.lexical_index import LexicalIndex
from assignee.tools.text import content_hash
from assignee.tools.toolbox import Toolbox
from assignee.tools.vector_store import MemoryStore, VectorStore, VectorStoreError

TEXTS = [
    "Training on an intermediate task helps zero-shot transfer to other languages.",
    "Intermediate fine-tuning often hurts the target task.",
    "Multilingual encoders transfer across languages without parallel data.",
    "A cross-flow heat exchanger moves heat between two fluids.",
    "Aspirin lowers the risk of stroke in older adults.",
    "Acetylsalicylic acid prevents brain infarction among the elderly.",
    "Sign languages have few annotated corpora.",
    "Question answering data improves reading of tables.",
]
LIBRARY = {content_hash(text): text for text in TEXTS}
QUERIES = ["Does intermediate-task training help cross-lingual transfer?", "transfer languages"]


@pytest.fixture(scope="module")
def embedder() -> Iterator[Embedder]:
    opened = Embedder(threads=2)
    yield opened
    opened.close()


@pytest.fixture
def index(tmp_path: Path, embedder: Embedder) -> Iterator[HybridIndex]:
    opened = HybridIndex(tmp_path / "index", embedder)
    opened.add(LIBRARY.items())
    yield opened
    opened.close()


@pytest.fixture
def lexical(tmp_path: Path) -> Iterator[LexicalIndex]:
    opened = LexicalIndex(tmp_path / "lexical.sqlite")
    opened.add(LIBRARY.items())
    yield opened
    opened.close()


def found(index: HybridIndex, limit: int = 8) -> list[Hit]:
    return index.search(QUERIES, among=LIBRARY, limit=limit)


# words --------------------------------------------------------------------------------------------


def test_stems_match_and_stopwords_do_not(lexical: LexicalIndex) -> None:
    ranked = lexical.rank(["the trainings", "of the and to", "Ärger"], among=LIBRARY)
    assert [[LIBRARY[key] for key in keys] for keys in ranked] == [[TEXTS[0]], [], []]


@examples(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100, deadline=None)
@given(query=st.text() | st.text(alphabet="\"'*^():-+{}[]NEAR ORANDT\x00\ud800a"))
def test_no_query_can_break_the_index(lexical: LexicalIndex, query: str) -> None:
    (ranking,) = lexical.rank([query], among=LIBRARY)
    assert set(ranking) <= set(LIBRARY)


@pytest.mark.parametrize(
    "query",
    [
        '"',
        "'); DROP TABLE documents;--",
        "NEAR(a b",
        "text:",
        "transfer\x00languages",
        "* ^ OR AND NOT",
        "",
        "   ",
        "a" * 9999,
    ],
)
def test_hostile_queries_raise_nothing_and_break_nothing(index: HybridIndex, query: str) -> None:
    before = found(index)
    index.search([query], among=LIBRARY, limit=3)
    index.hit_counts([query], among=LIBRARY)
    assert found(index) == before


def test_scores_are_those_of_bm25_when_the_library_is_the_whole_index(lexical: LexicalIndex) -> None:
    plain = sqlite3.connect(":memory:")
    plain.execute("CREATE VIRTUAL TABLE t USING fts5(text, key UNINDEXED, tokenize='porter unicode61')")
    rng = random.Random(7)
    words = [f"w{n}" for n in range(60)]
    library = {f"k{n:03}": " ".join(rng.choices(words, k=rng.randint(3, 60))) for n in range(200)}
    plain.executemany("INSERT INTO t VALUES (?, ?)", [(text, key) for key, text in library.items()])
    lexical.add(library.items())
    for query in ("w1 w2 w3", "w10", "w5 w50 w33 w7 w5"):
        match = " OR ".join(query.split())
        rows = plain.execute("SELECT key, bm25(t) FROM t WHERE t MATCH ?", (match,)).fetchall()
        expected = [key for key, score in sorted(rows, key=lambda row: (round(row[1], 9), row[0]))]
        assert lexical.rank([query], among=library) == [expected]


def test_other_libraries_do_not_change_the_order(lexical: LexicalIndex) -> None:
    before = lexical.rank(QUERIES, among=LIBRARY)
    lexical.add((f"other {n}", "transfer " * (n % 7) + "languages task " + "filler " * n) for n in range(300))
    assert lexical.rank(QUERIES, among=LIBRARY) == before
    assert lexical.rank(QUERIES, among=[*LIBRARY, "never added"]) == before


def test_a_replaced_text_is_found_by_its_new_words_only(lexical: LexicalIndex) -> None:
    lexical.add([("k", "old zebra")])
    lexical.add([("k", "new giraffe")])
    assert lexical.rank(["zebra", "giraffe"], among=["k"]) == [[], ["k"]]
    assert lexical.count() == len(LIBRARY) + 1


def test_hit_counts_count_the_members_that_share_a_word(index: HybridIndex) -> None:
    assert index.hit_counts(["languages", "protein folding", "the"], among=LIBRARY) == [3, 0, 0]
    assert index.hit_counts(["languages"], among=list(LIBRARY)[:1]) == [1]
    assert index.hit_counts(["languages"], among=[]) == [0]


# fusion -------------------------------------------------------------------------------------------


def test_meaning_finds_what_words_do_not(index: HybridIndex) -> None:
    hits = index.search(["Does aspirin guard old people against strokes?"], among=LIBRARY, limit=2)
    assert {LIBRARY[hit.text_hash] for hit in hits} == set(TEXTS[4:6])
    assert next(hit for hit in hits if LIBRARY[hit.text_hash] == TEXTS[5]).lexical_rank is None


def test_scores_add_words_meaning_and_the_nearest_sentence(
    index: HybridIndex, lexical: LexicalIndex, embedder: Embedder
) -> None:
    query = "languages without parallel data"
    (words,) = lexical.scores([query], among=LIBRARY)
    (asked,) = embedder.embed([query]).astype(np.float64)
    for hit in index.search([query], among=LIBRARY, limit=8):
        near = round(float(asked @ embedder.embed([LIBRARY[hit.text_hash]])[0].astype(np.float64)), 6)
        share = words.get(hit.text_hash, 0.0) / max(words.values())
        # every text here is one sentence, so its nearest sentence is itself
        assert math.isclose(hit.score, 0.6 * share + near + 0.5 * max(near, 0.0), abs_tol=1e-8)
        assert hit.cosine == near


def test_one_near_sentence_lifts_a_long_record(index: HybridIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    near = "Acetylsalicylic acid prevents brain infarction among the elderly."
    beside = (
        "The hospital repainted its wards in spring and hired eleven nurses. Meals cost more than a year before. "
        "A new car park opened beside the library, and trees were planted. Visitors liked the benches. "
        "The chapel choir sang on Sundays, and a bakery moved into the old laundry."
    )
    texts = [f"{beside} {near}", "Older adults and their drugs: a list of open questions about the heart."]
    library = {content_hash(text): text for text in texts}
    index.add(library.items())
    query = "Does aspirin guard against strokes?"
    first = [library[hit.text_hash] for hit in index.search([query], among=library, limit=2)]
    assert first == texts
    monkeypatch.setattr(hybrid_index, "_CLOSELY", 0)
    unread = [library[hit.text_hash] for hit in index.search([query], among=library, limit=2)]
    assert unread == texts[::-1]


def test_words_that_stand_in_every_record_decide_nothing(index: HybridIndex) -> None:
    texts = ["Steel: transfer of heat in hot steel.", "Multilingual encoders carry over to other tongues."]
    library = {content_hash(text): text for text in texts}
    index.add(library.items())
    hits = index.search(["transfer between languages"], among=library, limit=2)
    assert [library[hit.text_hash] for hit in hits] == texts[::-1]


def test_only_members_are_found_and_the_limit_holds(index: HybridIndex) -> None:
    some = list(LIBRARY)[:3]
    assert {hit.text_hash for hit in index.search(QUERIES, among=some, limit=9)} == set(some)
    assert len(found(index, limit=2)) == 2
    assert found(index, limit=2) == found(index)[:2]
    assert found(index, limit=0) == index.search(QUERIES, among=[], limit=5) == []
    assert index.search([], among=LIBRARY, limit=5) == []


def test_cold_and_warm_give_the_same_bytes(tmp_path: Path, embedder: Embedder, index: HybridIndex) -> None:
    cold = found(index)
    vectors = index.vectors(TEXTS).tobytes()
    assert found(index) == cold
    index.close()
    again = HybridIndex(tmp_path / "index", embedder)
    assert again.size() == {"texts": len(TEXTS), "vectors": len(TEXTS)}
    assert found(again) == cold
    assert again.vectors(TEXTS).tobytes() == vectors == embedder.embed(TEXTS).tobytes()
    again.close()


def test_what_other_runs_embedded_does_not_change_the_order(
    tmp_path: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hybrid_index, "PROPOSED", 3)
    results = []
    for name in ("cold", "warm"):
        index = HybridIndex(tmp_path / name, embedder)
        if name == "warm":
            index.add((content_hash(text), text) for text in ["Languages in transfer.", *reversed(TEXTS)])
            index.vectors([*TEXTS, "Languages in transfer."])
        index.add(LIBRARY.items())
        results.append(found(index))
        if name == "cold":
            assert index.size()["vectors"] == 3, "a cold library is not embedded whole"
        index.close()
    assert results[0] == results[1]


def test_a_text_is_embedded_once(
    index: HybridIndex, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: Counter[str] = Counter()
    embed = embedder.embed
    monkeypatch.setattr(embedder, "embed", lambda texts: (seen.update(texts), embed(texts))[1])
    rows = index.vectors([TEXTS[0], TEXTS[1], TEXTS[0]])
    index.vectors(TEXTS[:2])
    assert seen == {TEXTS[0]: 1, TEXTS[1]: 1}
    assert rows[0].tobytes() == rows[2].tobytes()
    assert index.vectors([]).shape == (0, 384)


def test_threads_share_one_index(index: HybridIndex) -> None:
    expected = found(index)

    def work(n: int) -> list[Hit]:
        index.add([(f"extra {n}", f"Extra record {n} about transfer.")])
        index.vectors([f"Extra record {n} about transfer."])
        return found(index)

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(work, range(18))) == [expected] * 18


# vector stores ------------------------------------------------------------------------------------


@pytest.fixture(params=["chroma", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VectorStore]:
    opened: VectorStore = (
        ChromaStore(tmp_path / "vectors", "rows") if request.param == "chroma" else MemoryStore()
    )
    yield opened
    opened.close()


def test_stores_give_back_the_same_bits(store: VectorStore) -> None:
    rng = np.random.default_rng(3)
    rows = rng.normal(size=(6000, 384)).astype(np.float32)  # more than one batch
    rows[0] *= 1e-30
    keys = [f"{n:064x}" for n in range(len(rows))]
    store.upsert(keys, rows)
    store.upsert(keys[:1], rows[1:2])
    back = store.get([*keys, "unknown"])
    assert store.count() == len(back) == 6000
    assert back[keys[0]].tobytes() == rows[1].tobytes()
    assert all(back[key].tobytes() == row.tobytes() for key, row in zip(keys[1:], rows[1:], strict=True))
    assert store.get([]) == {}


def test_chroma_is_quiet_and_its_client_ignores_the_environment(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; import numpy as np\n"
        "from assignee.tools.chroma_store import ChromaStore\n"
        "store = ChromaStore(Path(sys.argv[1]), 'rows')\n"
        "store.upsert(['a'], np.ones((1, 384), np.float32)); print(store.count()); store.close()"
    )
    hostile = {
        "CHROMA_API_IMPL": "chromadb.api.fastapi.FastAPI",
        "CHROMA_OTEL_GRANULARITY": "all",
        "CHROMA_SERVER_HOST": "h",
    }
    (tmp_path / ".env").write_text("CHROMA_API_IMPL=chromadb.api.fastapi.FastAPI\n")
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "v")],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, **hostile},
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "1\n", "")


def test_two_stores_of_one_process_share_the_folder(tmp_path: Path) -> None:
    first, second = (ChromaStore(tmp_path, "rows") for _ in range(2))
    first.upsert(["a"], np.ones((1, 384), np.float32))
    first.close()
    first.close()
    assert second.count() == 1
    second.close()
    third = ChromaStore(tmp_path, "rows")
    assert third.count() == 1
    third.close()


def test_another_process_keeps_the_store_and_results_stay_the_same(
    tmp_path: Path, embedder: Embedder
) -> None:
    script = (
        "import sys; from pathlib import Path; from assignee.tools.chroma_store import ChromaStore\n"
        "store = ChromaStore(Path(sys.argv[1]), 'rows')\n"
        "print('held', flush=True); sys.stdin.read(); store.close()"
    )
    folder = tmp_path / "index" / "vectors"
    holder = subprocess.Popen(
        [sys.executable, "-c", script, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdin is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(VectorStoreError, match="another process"):
        ChromaStore(folder, "rows", wait_s=0.05)
    index = HybridIndex(tmp_path / "index", embedder)
    index.add(LIBRARY.items())
    alone = found(index)
    assert index.degraded is not None
    assert "another process" in index.degraded
    assert "\n" not in index.degraded
    index.close()
    holder.communicate("")
    assert holder.returncode == 0
    index = HybridIndex(tmp_path / "index", embedder)
    assert found(index) == alone
    assert index.degraded is None
    index.close()


def test_a_damaged_vector_store_costs_time_and_no_result(tmp_path: Path, embedder: Embedder) -> None:
    (tmp_path / "index" / "vectors").mkdir(parents=True)
    (tmp_path / "index" / "vectors" / "chroma.sqlite3").write_bytes(b"not a database" * 400)
    index = HybridIndex(tmp_path / "index", embedder)
    index.add(LIBRARY.items())
    assert len(found(index)) == len(LIBRARY)
    assert index.degraded is not None
    assert "\n" not in index.degraded
    assert index.size() == {"texts": len(LIBRARY), "vectors": len(LIBRARY)}
    index.close()


def test_a_store_that_fails_midway_is_left_behind(
    index: HybridIndex, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise VectorStoreError("the disk is full")

    monkeypatch.setattr(ChromaStore, "upsert", full)
    with caplog.at_level(logging.WARNING):
        assert len(found(index)) == len(LIBRARY)
    assert index.degraded == "the disk is full"


# the toolbox and real data ------------------------------------------------------------------------


def test_a_toolbox_opens_its_home_and_closes_it(tmp_path: Path) -> None:
    with Toolbox.open(Settings(home=tmp_path / "home", concurrency=2)) as box:
        key = box.texts.put(TEXTS[0])
        box.index.add([(key, TEXTS[0])])
        assert [hit.text_hash for hit in box.index.search(["transfer"], among=[key], limit=1)] == [key]
        with Toolbox.open(box.settings) as other:
            assert other.texts.get(key) == TEXTS[0]
            assert other.index.size() == {"texts": 1, "vectors": 1}


@pytest.mark.data
@pytest.mark.skipif(not os.environ.get("ASSIGNEE_DATA"), reason="ASSIGNEE_DATA is not set")
def test_recall_on_scifact_stays_where_it_was_measured(tmp_path: Path, embedder: Embedder) -> None:
    folder = Path(os.environ["ASSIGNEE_DATA"]) / "scifact"
    records = [json.loads(line) for line in (folder / "corpus.jsonl").read_text("utf-8").splitlines()]
    index = LexicalIndex(tmp_path / "lexical.sqlite")
    library = {
        str(record["doc_id"]): f"{record['title']} {' '.join(record['abstract'])}" for record in records
    }
    index.add(library.items())
    claims = [json.loads(line) for line in (folder / "claims_train.jsonl").read_text("utf-8").splitlines()]
    recalls = []
    for claim, ranking in zip(
        claims, index.rank([claim["claim"] for claim in claims], among=library), strict=True
    ):
        cited = {str(doc) for doc in claim["cited_doc_ids"]}
        recalls.append(len(cited & set(ranking[:10])) / len(cited))
    assert sum(recalls) / len(recalls) > 0.80
