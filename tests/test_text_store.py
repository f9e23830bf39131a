"""The text store: what goes in comes out, across threads, processes and bad disks."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assignee.errors import AssigneeError, RunError, UserError
from assignee.tools.sqlite_file import SqliteFile
from assignee.tools.text import content_hash, stored
from assignee.tools.text_store import Section, TextStore


@pytest.fixture
def store(tmp_path: Path):
    opened = TextStore(tmp_path / "deep" / "texts.sqlite")
    yield opened
    opened.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(raw=st.text())
def test_a_stored_text_comes_back_unchanged(store: TextStore, raw: str) -> None:
    text = stored(raw)
    assert store.put(text) == content_hash(text)
    assert store.get(content_hash(text)) == text


def test_an_unknown_hash_is_a_key_error(store: TextStore) -> None:
    with pytest.raises(KeyError):
        store.get("00")
    with pytest.raises(KeyError):
        store.sections("00")


def test_sections_keep_their_order_and_survive_a_put_without_them(store: TextStore) -> None:
    text = "Abstract. We find nothing. Results. Still nothing."
    sections = [Section("Abstract", 0, 26, 1), Section("Results", 27, 50, None)]
    key = store.put(text)
    assert store.sections(key) == []
    store.put(text, sections)
    store.put(text)
    assert store.sections(key) == sections


def test_threads_share_one_store(store: TextStore) -> None:
    texts = [f"Text number {n}." for n in range(200)]
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(store.put, texts * 2))
        assert list(pool.map(store.get, keys)) == texts * 2


def test_processes_share_one_file(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from assignee.tools.text_store import TextStore\n"
        "store = TextStore(Path(sys.argv[1]))\n"
        "[store.put(f'{sys.argv[2]} {n}') for n in range(100)]"
    )
    path = tmp_path / "texts.sqlite"
    runs = [subprocess.Popen([sys.executable, "-c", script, str(path), name]) for name in ("a", "b", "c")]
    assert [run.wait() for run in runs] == [0, 0, 0]
    store = TextStore(path)
    for name in ("a", "b", "c"):
        assert store.get(content_hash(f"{name} 99")) == f"{name} 99"


def test_a_home_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file, not a folder")
    with pytest.raises(UserError, match="ASSIGNEE_HOME") as caught:
        TextStore(tmp_path / "home" / "index" / "texts.sqlite")
    assert "\n" not in str(caught.value)


def test_a_folder_where_the_file_should_be_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "texts.sqlite").mkdir()
    with pytest.raises(UserError, match="ASSIGNEE_HOME"):
        TextStore(tmp_path / "texts.sqlite")


def test_a_damaged_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "texts.sqlite").write_bytes(b"not a database" * 100)
    with pytest.raises(RunError, match="damaged"):
        TextStore(tmp_path / "texts.sqlite")


def test_a_full_disk_is_one_line_and_leaves_the_file_usable(tmp_path: Path) -> None:
    file = SqliteFile(tmp_path / "f.sqlite", "CREATE TABLE IF NOT EXISTS t (x TEXT)")
    with file.writing() as connection:
        connection.execute("PRAGMA max_page_count = 4")
        connection.execute("INSERT INTO t VALUES ('kept')")
    with pytest.raises(UserError, match="full") as caught, file.writing() as connection:
        connection.executemany("INSERT INTO t VALUES (?)", [("x" * 3000,) for _ in range(50)])
    assert "\n" not in str(caught.value)
    with file.reading() as connection:
        assert connection.execute("SELECT x FROM t").fetchall() == [("kept",)]


def test_a_failed_block_writes_nothing(tmp_path: Path) -> None:
    file = SqliteFile(tmp_path / "f.sqlite", "CREATE TABLE IF NOT EXISTS t (x TEXT)")
    with pytest.raises(ZeroDivisionError), file.writing() as connection:
        connection.executemany("INSERT INTO t VALUES (?)", ((str(1 / n),) for n in (1, 0)))
    with file.reading() as connection:
        assert connection.execute("SELECT count(*) FROM t").fetchone() == (0,)


def test_a_mistake_of_ours_is_not_dressed_up(tmp_path: Path) -> None:
    file = SqliteFile(tmp_path / "f.sqlite", "")
    with pytest.raises(sqlite3.OperationalError) as caught, file.reading() as connection:
        connection.execute("SELECT nothing FROM nowhere")
    assert not isinstance(caught.value, AssigneeError)
