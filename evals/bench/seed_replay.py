"""The five seed questions with arXiv and a library as sources, arXiv being a server of ours that replays real feeds.

    ASSIGNEE_DATA=FOLDER python evals/bench/seed_replay.py [--questions N] [--library PATH] [--fast]

The entries are those recorded in FOLDER/http/arxiv.jsonl (about a hundred, most of them on software testing: none answers a
seed question, so the figures say what a database brings that is beside the point, and what asking it costs). The server
understands arXiv's syntax as far as we write it: fields, phrases, AND, OR, brackets, dates, id_list, paging; it ranks by the
number of terms that match. Nobody else is asked, and no citation is chased. `--fast` asks without arXiv's three seconds
between two requests.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

__all__ = ["Replay", "arxiv_at", "ask", "main"]

_NAMESPACES = (
    'xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom"'
    ' xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"'
)
_TOKEN = re.compile(
    r'\s*(\(|\)|AND\b|OR\b|submittedDate:\[(\d+) TO (\d+)\]|(ti|abs|all):(?:"([^"]*)"|(\w+)))'
)
_Test = Callable[[Mapping[str, str]], int]  # how many terms match, 0 for no match


class Replay:
    """The recorded entries behind an HTTP server on loopback. `asked` lists each request's parameters."""

    def __init__(self, recordings: Path) -> None:
        self.entries: dict[str, dict[str, str]] = {}
        for line in recordings.read_text(encoding="utf-8").splitlines():
            for raw in re.findall(r"<entry>.*?</entry>", json.loads(line)["body"], re.S):
                entry = _read(raw)
                self.entries.setdefault(entry["id"], entry)
        self.asked: list[dict[str, str]] = []

    def answer(self, params: Mapping[str, str]) -> str:
        """The feed for one request. Raises ValueError for a query that arXiv would not understand."""
        if params.get("id_list"):
            wanted = params["id_list"].split(",")
            found = [
                entry
                for name in wanted
                for key, entry in self.entries.items()
                if name in (key, key.split("v")[0])
            ]
        else:
            test = _parsed(params["search_query"])
            scored = [(-test(entry), at, entry) for at, entry in enumerate(self.entries.values())]
            found = [entry for score, _, entry in sorted(scored, key=lambda item: item[:2]) if score]
        start, size = int(params.get("start", 0)), int(params.get("max_results", 10))
        return (
            f"<?xml version='1.0' encoding='UTF-8'?><feed {_NAMESPACES}><title>replayed</title>"
            f"<opensearch:totalResults>{len(found)}</opensearch:totalResults>"
            f"<opensearch:startIndex>{start}</opensearch:startIndex>"
            f"{''.join(entry['raw'] for entry in found[start : start + size])}</feed>"
        )

    @contextmanager
    def running(self) -> Iterator[str]:
        """The server's address while the block runs."""
        replay = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                pass

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                params = dict(parse_qsl(parts.query, keep_blank_values=True))
                replay.asked.append(params)
                try:
                    status, body = (200, replay.answer(params)) if parts.path == "/query" else (404, "")
                except (KeyError, ValueError):
                    status, body = 400, "the query is not understood"
                self.send_response(status)
                self.send_header("content-type", "application/atom+xml; charset=utf-8")
                self.send_header("content-length", str(len(body.encode())))
                self.end_headers()
                self.wfile.write(body.encode())

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def _read(raw: str) -> dict[str, str]:
    def part(tag: str) -> str:
        match = re.search(rf"<{tag}[^>]*>(.*?)</{tag}>", raw, re.S)
        return match.group(1) if match else ""

    return {
        "raw": raw,
        "id": part("id").rsplit("/abs/", 1)[-1],
        "ti": _words(part("title")),
        "abs": _words(part("summary")),
        "all": _words(re.sub(r"<[^>]*>", " ", raw)),
        "date": re.sub(r"\D", "", part("published"))[:12],
    }


def _words(text: str) -> str:
    return " " + " ".join(re.findall(r"[^\W_]+", text.casefold())) + " "


def _parsed(query: str) -> _Test:
    """A test out of a search_query: terms, AND before OR, brackets."""
    tokens: list[re.Match[str]] = []
    at = 0
    while query[at:].strip():
        match = _TOKEN.match(query, at)
        if match is None:
            raise ValueError(query[at:])
        tokens.append(match)
        at = match.end()
    test, end = _either(tokens, 0)
    if end != len(tokens):
        raise ValueError(query)
    return test


def _either(tokens: list[re.Match[str]], at: int) -> tuple[_Test, int]:
    tests = []
    while True:
        test, at = _both(tokens, at)
        tests.append(test)
        if at == len(tokens) or tokens[at].group(1) != "OR":
            return (lambda entry: sum(test(entry) for test in tests)), at
        at += 1


def _both(tokens: list[re.Match[str]], at: int) -> tuple[_Test, int]:
    tests = []
    while True:
        test, at = _term(tokens, at)
        tests.append(test)
        if at == len(tokens) or tokens[at].group(1) != "AND":
            break
        at += 1

    def all_of(entry: Mapping[str, str]) -> int:
        scores = [test(entry) for test in tests]
        return sum(scores) if all(scores) else 0

    return all_of, at


def _term(tokens: list[re.Match[str]], at: int) -> tuple[_Test, int]:
    if at >= len(tokens):
        raise ValueError("an operator without its other side")
    whole, first, last, field, phrase, word = tokens[at].groups()
    if whole == "(":
        test, end = _either(tokens, at + 1)
        if end >= len(tokens) or tokens[end].group(1) != ")":
            raise ValueError("a bracket left open")
        return test, end + 1
    if first:
        return (lambda entry: int(first <= entry["date"] <= last)), at + 1
    if not field:
        raise ValueError(whole)
    said = _words(phrase or word)
    return (lambda entry: int(said in entry[field])), at + 1


@contextmanager
def arxiv_at(url: str) -> Iterator[None]:
    """arXiv at `url` while the block runs."""
    before = os.environ.get("ASSIGNEE_ARXIV_URL")
    os.environ["ASSIGNEE_ARXIV_URL"] = url
    try:
        yield
    finally:
        if before is None:
            del os.environ["ASSIGNEE_ARXIV_URL"]
        else:
            os.environ["ASSIGNEE_ARXIV_URL"] = before


def ask(question: str, library: Path, home: Path) -> dict[str, Any]:
    """One question over arXiv and the library, in figures. No other service is asked."""
    from assignee.service import run_sync, start
    from assignee.settings import ReviewRequest, Settings

    request = ReviewRequest(
        question=question,
        library=(library,),
        sources=("arxiv", "library"),
        engine="embedded",
        date="2026-11-20",
        chase=0,
        full_text=False,
    )
    nobody: dict[str, dict[str, Any]] = {"chasers": {}, "look_ups": {}, "full_texts": {}}
    began = time.perf_counter()
    done = run_sync(lambda: start(request, Settings(home=home), files=False, services=nobody))
    report = done.report
    seconds = time.perf_counter() - began
    included = [paper for paper in report.papers if paper.included]
    return {
        "question": question,
        "status": str(report.status),
        "queries": [(query["source"], query["query"], query["hits"]) for query in report.manifest.queries],
        "identified": dict(report.flow.identified_by) or report.flow.identified,
        "duplicates": report.flow.duplicates,
        "left_out": report.flow.left_out,
        "included": {
            source: sum(source in paper.sources for paper in included) for source in ("arxiv", "library")
        },
        "claims": len(report.claims),
        "score": report.decision.score,
        "not_answered": list(report.manifest.not_answered),
        "seconds": round(seconds, 1),
    }


def main() -> None:
    """Run the questions and print what came of each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--questions", type=int, default=5)
    parser.add_argument("--library", type=Path, default=None)
    parser.add_argument("--fast", action="store_true")
    given = parser.parse_args()
    if not os.environ.get("ASSIGNEE_DATA"):
        sys.exit("set ASSIGNEE_DATA to the data folder")
    data = Path(os.environ["ASSIGNEE_DATA"])
    library = given.library or data / "library" / "acl-anthology-transfer.jsonl"
    page = Path(__file__).parents[2] / "docs" / "comparison.md"
    questions = re.findall(r"^### \d\. (.*)$", page.read_text(encoding="utf-8"), re.M)[: given.questions]
    if given.fast:
        from assignee.tools.source_arxiv import Arxiv

        Arxiv.interval = 0.0
    replay = Replay(data / "http" / "arxiv.jsonl")
    print(f"{len(replay.entries)} entries replayed")
    with tempfile.TemporaryDirectory() as home, replay.running() as url, arxiv_at(url):
        for question in questions:
            found = ask(question, library, Path(home))
            print(f"\n{found['question']}")
            for source, query, hits in found["queries"]:
                print(f"  {hits:>6}  {source}: {query}")
            for name in [*list(found)[3:], "status"]:
                print(f"  {name}: {found[name]}")
    print(f"\n{len(replay.asked)} requests")


if __name__ == "__main__":
    main()
