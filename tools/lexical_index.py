"""Retrieval by words: SQLite FTS5 keeps the postings, BM25 counts over one library."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .sqlite_file import SqliteFile
from .text import STOPWORDS, stored

__all__ = ["LexicalIndex"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, text TEXT NOT NULL, length INTEGER NOT NULL
);
CREATE VIRTUAL TABLE IF NOT EXISTS postings
  USING fts5(text, content='documents', content_rowid='id', tokenize='porter unicode61');
CREATE VIRTUAL TABLE IF NOT EXISTS occurrences USING fts5vocab(postings, 'instance');
CREATE VIRTUAL TABLE temp.query USING fts5(text, tokenize='porter unicode61');
CREATE VIRTUAL TABLE temp.query_terms USING fts5vocab('temp', 'query', 'instance');
"""
# FTS5's own constants, so that a library that fills the whole index is scored as bm25() scores it.
_K1, _B, _LEAST_IDF = 1.2, 0.75, 1e-6
_TOKEN = re.compile(r"[^\W_]+")


class _Members(NamedTuple):
    digest: str
    keys: list[str]  # sorted
    ids: NDArray[np.int64]  # of the documents, ascending
    places: NDArray[np.int64]  # in `keys`, by ascending id
    lengths: NDArray[np.float64]  # in tokens, by place


class LexicalIndex:
    """Records by key in one SQLite file that all runs share; safe across threads and processes.

    bm25() of FTS5 counts over everything that was ever indexed, so the order of one library would change with
    what other runs have added. Here the counts are taken over the library asked about, and nothing else.
    Queries are cut into words, never parsed: no query can be malformed.
    """

    def __init__(self, path: Path) -> None:
        self._file = SqliteFile(path, _SCHEMA)
        self._cached: _Members | None = None

    def add(self, items: Iterable[tuple[str, str]]) -> None:
        """Index (key, text) pairs. A known key is left alone if its text is the same, else replaced."""
        texts = dict(items)
        with self._file.writing() as connection:
            for key, text in texts.items():
                known = connection.execute("SELECT id, text FROM documents WHERE key = ?", (key,)).fetchone()
                if known is not None:
                    if known[1] == text:
                        continue
                    connection.execute(
                        "INSERT INTO postings (postings, rowid, text) VALUES ('delete', ?, ?)", known
                    )
                    connection.execute("DELETE FROM documents WHERE id = ?", (known[0],))
                row = connection.execute(
                    "INSERT INTO documents (key, text, length) VALUES (?, ?, ?)",
                    (key, text, len(_TOKEN.findall(text))),
                )
                connection.execute("INSERT INTO postings (rowid, text) VALUES (?, ?)", (row.lastrowid, text))
            self._cached = None

    def texts(self, keys: Collection[str]) -> dict[str, str]:
        """The indexed text of each key; keys that are not indexed are left out."""
        with self._file.reading() as connection:
            found = (
                connection.execute("SELECT key, text FROM documents WHERE key = ?", (key,)) for key in keys
            )
            return dict(row for cursor in found for row in cursor)

    def rank(self, queries: Sequence[str], *, among: Collection[str]) -> list[list[str]]:
        """For each query the keys in `among` that share a word with it, best first; see `scores`."""
        return [list(found) for found in self.scores(queries, among=among)]

    def scores(self, queries: Sequence[str], *, among: Collection[str]) -> list[dict[str, float]]:
        """For each query the keys in `among` that share a word with it and their scores, best first.

        Okapi BM25 with the constants of FTS5 and the counts of `among`; equal scores stand in key order.
        """
        with self._file.reading() as connection:
            members = self._members(connection, among)
            if not members.keys:
                return [{} for _ in queries]
            average = members.lengths.mean() or 1.0
            room = _K1 * (1 - _B + _B * members.lengths / average)
            weights: dict[str, tuple[NDArray[np.int64], NDArray[np.float64]]] = {}
            rankings = []
            for query in queries:
                scores = np.zeros(len(members.keys))
                for term, times in self._terms(connection, query):
                    if term not in weights:
                        places, counts = self._postings(connection, term, members)
                        total, having = len(members.keys), len(places)
                        idf = max(float(np.log((total - having + 0.5) / (having + 0.5))), _LEAST_IDF)
                        weights[term] = places, idf * counts * (_K1 + 1) / (counts + room[places])
                    places, weight = weights[term]
                    scores[places] += times * weight
                scores = np.round(scores, 9)
                found = np.flatnonzero(scores)
                order = found[np.argsort(-scores[found], kind="stable")]
                rankings.append({members.keys[place]: float(scores[place]) for place in order})
            return rankings

    def counts(self, queries: Sequence[str], *, among: Collection[str]) -> list[int]:
        """For each query how many keys in `among` share a word with it."""
        with self._file.reading() as connection:
            members = self._members(connection, among)
            found = []
            for query in queries:
                held = np.zeros(len(members.keys), bool)
                for term, _ in self._terms(connection, query) if members.keys else ():
                    held[self._postings(connection, term, members)[0]] = True
                found.append(int(held.sum()))
            return found

    def count(self) -> int:
        """How many records are indexed, over all libraries."""
        with self._file.reading() as connection:
            return int(connection.execute("SELECT count(*) FROM documents").fetchone()[0])

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _members(self, connection: sqlite3.Connection, among: Collection[str]) -> _Members:
        wanted = sorted(set(among))
        digest = hashlib.sha256("\n".join(wanted).encode()).hexdigest()
        if self._cached is None or self._cached.digest != digest:
            rows = []
            for key in wanted:
                row = connection.execute(
                    "SELECT key, id, length FROM documents WHERE key = ?", (key,)
                ).fetchone()
                if row is not None:
                    rows.append(row)
            ids = np.array([row[1] for row in rows], np.int64)
            places = np.argsort(ids, kind="stable")
            lengths = np.array([row[2] for row in rows], np.float64)
            self._cached = _Members(digest, [row[0] for row in rows], ids[places], places, lengths)
        return self._cached

    def _terms(self, connection: sqlite3.Connection, query: str) -> list[tuple[str, int]]:
        """The query's stems and how often each stands there; stopwords dropped, stemmed as the postings."""
        kept = [word for word in _TOKEN.findall(stored(query)) if word.casefold() not in STOPWORDS]
        connection.execute("DELETE FROM temp.query")
        connection.execute("INSERT INTO temp.query (text) VALUES (?)", (" ".join(kept),))
        rows = connection.execute("SELECT term, count(*) FROM temp.query_terms GROUP BY term ORDER BY term")
        return [(term, times) for term, times in rows]

    def _postings(
        self, connection: sqlite3.Connection, term: str, members: _Members
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Places of the members that hold the term, and how often each does."""
        rows = connection.execute("SELECT doc FROM occurrences WHERE term = ?", (term,))
        ids, counts = np.unique(np.fromiter((row[0] for row in rows), np.int64), return_counts=True)
        at = np.minimum(np.searchsorted(members.ids, ids), len(members.ids) - 1)
        inside = members.ids[at] == ids
        return members.places[at[inside]], counts[inside].astype(np.float64)
