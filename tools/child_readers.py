"""Slow formats read in child processes, so that a broken or hostile file costs its time limit and nothing else.

A child is `python -m assignee.tools.child_readers`: it takes one JSON line {"format", "path" or "data"} on standard input and
answers with one on standard output. Not multiprocessing: its children import the caller's script again, which breaks
in scripts without a main guard and in notebooks.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue

from assignee.registry import load

from .source import Document, Format, Problem, Unreadable

__all__ = ["main", "read_all", "read_in_child"]

_WORKERS = 2
_MEMORY_BYTES = 4 << 30
_SECRET = re.compile(r"KEY|TOKEN|SECRET|PASSW|CREDENTIAL", re.I)


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


def read_in_child(
    format: Format, data: bytes, *, time_limit: float = 60.0
) -> list[Document | Problem] | Unreadable:
    """What these bytes hold, read as a file of that format; where the system allows it, they never lie on disk."""
    child = _Child()
    try:
        return child.ask({"format": format.name, "data": base64.b64encode(data).decode()}, time_limit)
    finally:
        child.stop()


class _Child:
    def __init__(self) -> None:
        # -P: a file named json.py beside the papers must not become a module of ours.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "assignee.tools.child_readers"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            env={**_harmless(os.environ), "PYTHONIOENCODING": "utf-8"},
        )

    @property
    def ended(self) -> bool:
        return self._process.poll() is not None

    def read(self, format: Format, path: Path, time_limit: float) -> list[Document | Problem] | Unreadable:
        return self.ask({"format": format.name, "path": os.fspath(path.absolute())}, time_limit)

    def ask(self, request: dict[str, str], time_limit: float) -> list[Document | Problem] | Unreadable:
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        timer = threading.Timer(time_limit, process.kill)
        timer.start()
        try:
            process.stdin.write(json.dumps(request) + "\n")
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


def _harmless(env: Mapping[str, str]) -> dict[str, str]:
    """The environment without what a hostile file must never find."""
    return {name: value for name, value in env.items() if not _SECRET.search(name)}


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
            with _path_of(request) as path:
                for item in load("formats", request["format"]).read(path):
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


@contextlib.contextmanager
def _path_of(request: dict[str, str]) -> Iterator[Path]:
    """Where to read: the path given, or one that leads to the bytes given, in memory where the system has such files."""
    if "path" in request:
        yield Path(request["path"])
        return
    data = base64.b64decode(request["data"])
    if hasattr(os, "memfd_create"):
        with os.fdopen(os.memfd_create("paper"), "wb") as stream:
            stream.write(data)
            stream.flush()
            yield Path(f"/proc/self/fd/{stream.fileno()}")
        return
    with tempfile.TemporaryDirectory(prefix="assignee-") as folder:  # for this user's eyes only
        path = Path(folder, "paper")
        path.write_bytes(data)
        yield path


def _bound_memory() -> None:
    try:
        import resource
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, hard))


if __name__ == "__main__":
    main()
