"""Slow formats read in child processes, so that a broken or hostile file costs its time limit and nothing else.

A child is `python -m assignee.tools.child_readers`: it takes one JSON line {"format", "path"} on standard input and
answers with one on standard output. Not multiprocessing: its children import the caller's script again, which breaks
in scripts without a main guard and in notebooks.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from queue import Empty, SimpleQueue

from assignee.registry import load

from .source import Document, Format, Problem, Unreadable

__all__ = ["main", "read_all"]

_WORKERS = 2
_MEMORY_BYTES = 4 << 30


def read_all(
    files: Sequence[tuple[Format, Path]], *, time_limit: float = 60.0, workers: int = _WORKERS
) -> list[list[Document | Problem] | Unreadable]:
    """What each file holds, in the order given; an Unreadable instead where a file cannot be read.

    `time_limit` is in seconds, for each file. A child that dies or runs over it is replaced.
    """
    results: list[list[Document | Problem] | Unreadable] = [Unreadable("was not read")] * len(files)
    waiting: SimpleQueue[int] = SimpleQueue()
    for at in range(len(files)):
        waiting.put(at)

    def work() -> None:
        child = None
        try:
            while True:
                try:
                    at = waiting.get_nowait()
                except Empty:
                    return
                if child is None or child.ended:
                    child = _Child()
                results[at] = child.read(*files[at], time_limit)
        finally:
            if child is not None:
                child.stop()

    threads = [threading.Thread(target=work, daemon=True) for _ in range(min(workers, len(files)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


class _Child:
    def __init__(self) -> None:
        # -P: a file named json.py beside the papers must not become a module of ours.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "assignee.tools.child_readers"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        )

    @property
    def ended(self) -> bool:
        return self._process.poll() is not None

    def read(self, format: Format, path: Path, time_limit: float) -> list[Document | Problem] | Unreadable:
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        timer = threading.Timer(time_limit, process.kill)
        timer.start()
        try:
            process.stdin.write(
                json.dumps({"format": format.name, "path": os.fspath(path.absolute())}) + "\n"
            )
            process.stdin.flush()
            answer = process.stdout.readline()
        except OSError:
            answer = ""
        finally:
            timed_out = timer.finished.is_set()
            timer.cancel()
        if not answer.endswith("\n"):
            self.stop()
            if timed_out:
                return Unreadable(f"was given up after {time_limit:g} s")
            return Unreadable("made its reader fail")
        data = json.loads(answer)
        if "unreadable" in data:
            return Unreadable(data["unreadable"])
        return [Document.from_dict(item) for item in data["documents"]] + [
            Problem(item["what"], item["line"], item["malformed"]) for item in data["problems"]
        ]

    def stop(self) -> None:
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        self._process.wait()


def main() -> None:
    """Answer requests until standard input ends."""
    _bound_memory()
    # Libraries that print must not be taken for an answer.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for line in sys.stdin:
        request = json.loads(line)
        documents, problems = [], []
        try:
            for item in load("formats", request["format"]).read(Path(request["path"])):
                if isinstance(item, Document):
                    documents.append(item.to_dict())
                else:
                    problems.append({"what": item.what, "line": item.line, "malformed": item.malformed})
            answer: dict[str, object] = {"documents": documents, "problems": problems}
        except Unreadable as error:
            answer = {"unreadable": str(error)}
        except MemoryError:
            answer = {"unreadable": "needs too much memory"}
        except (
            Exception
        ) as error:  # a reader's own fault on a file nobody foresaw: named, and the next file is read
            answer = {"unreadable": f"made its reader fail ({type(error).__name__})"}
        print(json.dumps(answer), file=answers, flush=True)


def _bound_memory() -> None:
    try:
        import resource
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, hard))


if __name__ == "__main__":
    main()
