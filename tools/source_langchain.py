"""Any retriever of LangChain as a source: `review(question, sources=[LangChainSource(retriever)])`.

The extra `langchain` brings langchain-community with its retrievers; a retriever of any other package, or of your own,
is taken alike. `langchain_records.KEYS` says which metadata are read.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from assignee.claims import Basis, Paper
from assignee.errors import UserError
from assignee.registry import names

from .database_query import plain
from .http_clock import WallClock, WallTime
from .http_errors import NoAnswer
from .langchain_records import Piece, paper_of, piece_of
from .source import Document, Found, Problem
from .toolbox import Toolbox
from .until import published_by

__all__ = ["LangChainSource"]

T = TypeVar("T")
_RANK = 60  # reciprocal rank fusion (Cormack, Clarke and Büttcher, 2009)
_TOLD = 300  # characters of a retriever's own error that are passed on
# ArxivRetriever hands its errors out as documents.
# Clients put the whole address, with its key, into what they raise: an error is told up to there.
_UNTOLD = re.compile(
    r"\w*://|\b\w*(?:api.?key|token|secret|passw|credential|authori[sz]ation|bearer)|\bsk-", re.I
)
_ERROR_AS_TEXT = re.compile(r"Arxiv exception: ")


class LangChainSource:
    """Searches with a retriever; safe across threads as far as the retriever is.

    `name` is what the report calls it. `basis` says what the texts are where their metadata do not: "digest" (not
    known, the default), "abstract" or "full_text". `interval` is the least time between two questions, in seconds
    (arXiv asks for 3), `patience` how long one may take. A source made without a toolbox is `bound` to one by the run.
    Raises UserError for what is no retriever, and for a name that a registered source has.
    """

    def __init__(
        self,
        retriever: Any,
        name: str = "langchain",
        *,
        toolbox: Toolbox | None = None,
        basis: str = "digest",
        interval: float = 0.0,
        patience: float = 120.0,
        clock: WallClock | None = None,
    ) -> None:
        if not (
            callable(getattr(retriever, "invoke", None)) or callable(getattr(retriever, "ainvoke", None))
        ):
            raise UserError(
                f"LangChainSource takes a retriever of LangChain, with invoke or ainvoke; this is a {type(retriever).__name__}"
            )
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name):
            raise UserError(f"a source's name is lower case letters, digits and _; {name!r} is none")
        if name in names("sources"):
            raise UserError(f"{name!r} is the name of a source of assignee; give LangChainSource another one")
        if basis not in set(Basis):
            raise UserError(f"basis is {basis!r}; give {', '.join(Basis)}")
        if interval < 0 or patience <= 0:
            raise UserError("interval and patience are seconds: at least 0, and more than 0")
        self.name = name
        self._retriever, self._toolbox, self._basis = retriever, toolbox, Basis(basis)
        self._interval, self._patience = interval, patience
        self._clock: WallClock = clock or WallTime()
        self._asked_at: float | None = None
        self._turn = threading.Lock()

    def bound(self, toolbox: Toolbox) -> LangChainSource:
        """The same source with texts kept in the stores of `toolbox`."""
        return LangChainSource(
            self._retriever,
            self.name,
            toolbox=toolbox,
            basis=self._basis,
            interval=self._interval,
            patience=self._patience,
            clock=self._clock,
        )

    def search(self, queries: Sequence[str], *, limit: int, until: str | None) -> Found:
        """At most `limit` papers for the queries, fused by reciprocal rank; pieces of one paper are put together.

        `hits` counts the documents of each query. Documents that are no papers (without a title or a text) are left
        out and told. A retriever knows no dates: what is dated later than `until` is left out here, and what has no
        date is kept and told. Raises NoAnswer when the retriever fails, UserError without a toolbox.
        """
        if self._toolbox is None:
            raise UserError(
                "this LangChainSource has no toolbox; give it to review(sources=[...]), or call bound(toolbox)"
            )
        hits: list[tuple[str, int]] = []
        failed: list[str] = []
        left: defaultdict[str, set[str]] = defaultdict(set)
        pieces: dict[str, list[Piece]] = {}
        scores: defaultdict[str, float] = defaultdict(float)
        for query in dict.fromkeys(plain(query) for query in queries):
            try:
                documents = self._ask(query)
            except NoAnswer as error:
                failed.append(str(error))
                if not hits or len(failed) > 1:
                    break
                continue
            hits.append((query, len(documents)))
            ranked: list[str] = []
            for at, found in enumerate(documents):
                piece = piece_of(found, self._basis)
                if isinstance(piece, Problem):
                    left[piece.what].add(f"{query} [{at + 1}]")
                    continue
                if piece not in pieces.setdefault(piece.key, []):
                    pieces[piece.key].append(piece)
                if piece.key not in ranked:
                    ranked.append(piece.key)
                    scores[piece.key] += 1 / (_RANK + len(ranked))
        if failed and not hits:
            raise NoAnswer(failed[-1])
        return self._found(pieces, scores, hits, failed, left, limit, until)

    def _found(
        self,
        pieces: dict[str, list[Piece]],
        scores: dict[str, float],
        hits: list[tuple[str, int]],
        failed: list[str],
        left: dict[str, set[str]],
        limit: int,
        until: str | None,
    ) -> Found:
        papers: list[Paper] = []
        undated = newer = 0
        for key in sorted(pieces, key=lambda key: (-round(scores[key], 9), key)):
            item = paper_of(pieces[key])
            if not published_by(item.paper, until):
                continue
            if len(papers) == limit:
                break
            revised = max((piece.revised or "" for piece in pieces[key]), default="")
            newer += bool(until and revised[: len(until)] > until)
            undated += bool(until and item.paper.date is None and item.paper.year is None)
            papers.append(self._stored(item))
        problems = [f"{self.name} did not answer all queries: {failed[-1]}"] if failed else []
        problems += [
            f"{self.name}: {len(which)} of its documents left out, {what}"
            for what, which in sorted(left.items())
        ]
        if newer:
            problems.append(f"{self.name}: {newer} of its papers read in a version newer than --until")
        if undated:
            problems.append(f"{self.name}: {undated} of its papers without a date kept in spite of --until")
        return Found(
            papers=tuple(papers),
            hits=tuple(hits),
            problems=tuple(problems),
            left_out=tuple(sorted(set().union(*left.values()))),
        )

    def _stored(self, item: Document) -> Paper:
        assert self._toolbox is not None
        key = self._toolbox.texts.put(item.text, item.sections)
        return replace(item.paper, text_hash=key, sources=(self.name,))

    def _ask(self, query: str) -> list[Any]:
        """What the retriever hands out. Raises NoAnswer for whatever it raises, and when it takes too long."""
        with self._turn:
            now = self._clock.now()
            if self._asked_at is not None and (wait := self._asked_at + self._interval - now) > 0:
                self._clock.sleep(wait)
            self._asked_at = self._clock.now()
        try:
            found = _within(self._patience, lambda: self._invoke(query))
        except TimeoutError:
            raise NoAnswer(f"no answer within {self._patience:g} s") from None
        except Exception as error:
            said = _UNTOLD.split(" ".join(str(error).split()), maxsplit=1)[0].rstrip(" '\"(:=")
            said = said if len(said) <= _TOLD else f"{said[:_TOLD].rsplit(' ', 1)[0]} …"
            raise NoAnswer(f"{type(error).__name__}: {said}" if said else type(error).__name__) from error
        if isinstance(found, (str, bytes)) or not isinstance(found, Sequence):
            raise NoAnswer(f"its answer is no list of documents but {type(found).__name__}")
        for item in found:
            text = getattr(item, "page_content", None)
            if isinstance(text, str) and not getattr(item, "metadata", None) and _ERROR_AS_TEXT.match(text):
                raise NoAnswer(" ".join(text[:_TOLD].split()))
        return list(found)

    def _invoke(self, query: str) -> Any:
        """`invoke`, or `ainvoke` where the retriever has no synchronous way. In a thread of its own, hence a loop of its own."""
        invoke = getattr(self._retriever, "invoke", None)
        if callable(invoke):
            try:
                return invoke(query)
            except NotImplementedError:
                if not callable(getattr(self._retriever, "ainvoke", None)):
                    raise

        async def asked() -> Any:
            return await self._retriever.ainvoke(query)

        return asyncio.run(asked())


def _within(seconds: float, work: Callable[[], T]) -> T:
    """Run it in a daemon thread: a hung retriever costs `seconds`, not the run. Raises what it raises, or TimeoutError."""
    done: list[T] = []
    failed: list[BaseException] = []

    def body() -> None:
        try:
            done.append(work())
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=body, daemon=True, name="assignee-retriever")
    thread.start()
    thread.join(seconds)
    if failed:
        if isinstance(failed[0], Exception):
            raise failed[0]
        raise RuntimeError(type(failed[0]).__name__)
    if not done:
        raise TimeoutError
    return done[0]
