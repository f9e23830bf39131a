"""The reader's own papers as a source: files and folders of records, PDFs and texts."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assignee.claims import Basis, Paper

from .database_query import plain
from .document_cache import DocumentCache
from .folding import same_works
from .library_files import LibraryContent, read_library
from .source import Document, Found
from .text import content_hash
from .toolbox import Toolbox
from .until import published_by

__all__ = ["LibrarySource"]

# Of a full text this much is searched, in characters: the abstract and the beginning, where a paper says what it did.
_SEARCHED = 1500


@dataclass(frozen=True, slots=True)
class _Loaded:
    """The documents with their keys in the index, and the indices of each work's documents."""

    content: LibraryContent
    keys: tuple[str, ...]
    works: tuple[tuple[int, ...], ...]


class LibrarySource:
    """Searches the given files and folders. Reads them once, at the first search; safe across threads.

    `paths` are searched as one library. Raises LibraryError as `read_library` does.
    """

    name = "library"

    def __init__(self, toolbox: Toolbox, paths: Sequence[Path]) -> None:
        self._toolbox, self._paths = toolbox, tuple(paths)
        self._loaded: _Loaded | None = None
        self._turn = threading.Lock()

    def search(self, queries: Sequence[str], *, limit: int, until: str | None) -> Found:
        """At most `limit` papers in the order of the fused rank, the versions of a work side by side.

        A query that is an identifier or a title of a document returns that document first; of a boolean query the terms
        are searched, without its operators. A work that would pass
        the limit is left out whole, except the first. `until` ("2020", "2020-06" or
        "2020-06-30") leaves out what is dated later, as far as a record's date is known: one with a year only is
        kept when its year has begun by then, one without a date is kept and told of in `problems`.
        """
        loaded = self._load()
        documents, keys = loaded.content.documents, loaded.keys
        open_to = {at for at in range(len(documents)) if published_by(documents[at].paper, until)}
        among = sorted({keys[at] for at in open_to})
        problems = list(loaded.content.problems)
        undated = sum(documents[at].paper.year is None for at in open_to) if until else 0
        if undated:
            problems.append(
                f"{undated} document{'s' * (undated > 1)} without a date kept in spite of --until"
            )
        told = [plain(query) for query in queries]
        ranked = self._toolbox.index.search(told, among=among, limit=limit) if among else []
        place = {hit.text_hash: rank for rank, hit in reversed(list(enumerate(ranked)))}
        named = {query.casefold() for query in (*queries, *told)}
        place |= {keys[at]: -1 for at in open_to if named & _names(documents[at].paper)}
        papers: list[Paper] = []
        for members in sorted(
            (work for work in loaded.works if any(keys[at] in place and at in open_to for at in work)),
            key=lambda work: (min(place.get(keys[at], len(place)) for at in work if at in open_to), work),
        ):
            versions = [at for at in members if at in open_to]
            if papers and len(papers) + len(versions) > limit:
                continue
            versions.sort(key=lambda at: (place.get(keys[at], len(place)), at))
            papers += [self._stored(documents[at]) for at in versions]
        counts = self._toolbox.index.hit_counts(told, among=among) if among else [0] * len(queries)
        return Found(
            papers=tuple(papers),
            hits=tuple(zip(queries, counts, strict=True)),
            problems=tuple(problems),
            library=tuple(loaded.content.entries),
        )

    def papers(self) -> list[Paper]:
        """Every document as a paper, its text stored: for reading the sources of a report again."""
        return [self._stored(document) for document in self._load().content.documents]

    def problems(self) -> tuple[str, ...]:
        """What could not be read, or not as it stands, one line each."""
        return tuple(self._load().content.problems)

    def _load(self) -> _Loaded:
        with self._turn:
            if self._loaded is None:
                cache = DocumentCache(self._toolbox.settings.index / "documents.sqlite")
                try:
                    content = read_library(self._paths, cache)
                finally:
                    cache.close()
                _distinct(content)
                texts = [_searched(item) for item in content.documents]
                keys = tuple(content_hash(text) for text in texts)
                self._toolbox.index.add(zip(keys, texts, strict=True))
                works = same_works([item.paper for item in content.documents])
                self._loaded = _Loaded(content, keys, tuple(tuple(work) for work in works))
            return self._loaded

    def _stored(self, document: Document) -> Paper:
        key = self._toolbox.texts.put(document.text, document.sections)
        return replace(document.paper, text_hash=key, sources=(self.name,))


def _searched(document: Document) -> str:
    text = document.text if document.paper.basis is not Basis.FULL_TEXT else document.text[:_SEARCHED]
    return f"{document.paper.title}. {text}"


def _distinct(content: LibraryContent) -> None:
    """Drop records given twice, and number the ids of different ones that share an id; both are said."""
    kept: list[Document] = []
    seen: dict[str, set[tuple[str, str]]] = {}
    taken = {item.paper.id for item in content.documents}
    repeated = 0
    renamed: Counter[str] = Counter()
    for item in content.documents:
        name = item.paper.id
        mark = (item.paper.title, item.text)
        if name not in seen:
            seen[name] = {mark}
            kept.append(item)
        elif mark in seen[name]:
            repeated += 1
        else:
            seen[name].add(mark)
            number = len(seen[name])
            while f"{name}#{number}" in taken:
                number += 1
            taken.add(f"{name}#{number}")
            renamed[name] += 1
            kept.append(replace(item, paper=replace(item.paper, id=f"{name}#{number}")))
    content.documents[:] = kept
    if repeated:
        content.problems.append(
            f"{repeated} record{'s' * (repeated > 1)} given twice, with the same id and text"
        )
    for name, count in sorted(renamed.items()):
        content.problems.append(
            f"the id {name!r} stands for {count + 1} different records; they were numbered"
        )


def _names(paper: Paper) -> set[str]:
    """What a paper may be asked for by, in lower case."""
    return {name.casefold() for name in (paper.id, paper.title, *paper.ids.values()) if name}
