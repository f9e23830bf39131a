"""A review request: checked before anything is written, and its plain form for the graph's state."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

from assignee.errors import LibraryError, UserError
from assignee.registry import names
from assignee.settings import ReviewRequest

__all__ = [
    "ALL",
    "LIMITS",
    "MAX_CHASE",
    "MAX_OVERRIDES",
    "MAX_PAPERS",
    "MAX_QUESTION",
    "check_library",
    "checked",
    "from_dict",
    "to_dict",
]

MAX_QUESTION = 2000  # characters
MAX_PAPERS = 200
MAX_CHASE = 5  # batches
MAX_OVERRIDES = 200  # lines to include, and as many to exclude
_LONGEST_OVERRIDE = 500  # characters
LIMITS = ("max_cost", "max_tokens", "max_calls", "no_cache")  # how far a run goes, not what it asks

ALL = "all"  # among the sources: every database there is

_PARTIAL_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


def checked(request: ReviewRequest, known: Collection[str] = ()) -> ReviewRequest:
    """The request with its defaults filled in: sources, date, the question without surrounding space.

    `known` names sources beside those that are registered. A seed paper that is a file joins the library and is
    afterwards known by its file name. Raises UserError or LibraryError, with one line that says what to do, for
    everything that can be seen without reading a document.
    """
    question = " ".join(request.question.split())
    if not question or not any(char.isalnum() for char in question):
        raise UserError('the question is empty; ask one, for example: assignee review "Does A improve B?"')
    if len(question) > MAX_QUESTION:
        raise UserError(f"the question has {len(question):,} characters; at most {MAX_QUESTION:,} are read")
    if not 1 <= request.max_papers <= MAX_PAPERS:
        raise UserError(f"--max-papers is {request.max_papers}; give a number from 1 to {MAX_PAPERS}")
    if not 0 <= request.chase <= MAX_CHASE:
        raise UserError(f"--chase is {request.chase}; give a number from 0 to {MAX_CHASE}")
    if request.engine != "auto" and request.engine not in names("engines"):
        raise UserError(f"unknown engine {request.engine!r}; known: auto, {', '.join(names('engines'))}")
    _limits(request)
    for source in request.sources:
        if source not in (ALL, *names("sources"), *known):
            raise UserError(f"unknown source {source!r}; known: {ALL}, {', '.join(names('sources'))}")
    seed, library = _seed(request)
    for path in library:
        check_library(path)
    sources = _sources(request.sources, bool(library))
    if not sources:
        raise UserError("no library and no source given; point --library at a folder or file with papers")
    if "library" in sources and not library:
        raise UserError("the source 'library' needs --library PATH")
    if library and "library" not in sources:
        raise UserError("--library is given, but --sources leaves it out; add 'library' to --sources")
    return replace(
        request,
        question=question,
        library=library,
        sources=sources,
        seed_paper=seed,
        until=_until(request.until),
        date=_day(request.date),
        include=_overrides("--include", request.include),
        exclude=_overrides("--exclude", request.exclude),
    )


def to_dict(request: ReviewRequest) -> dict[str, Any]:
    """Plain data. Paths become absolute strings, so that a run can be resumed from another folder."""
    data = {name: value for name, value in asdict(request).items() if name not in LIMITS or value}
    data["library"] = [str(Path(path).absolute()) for path in request.library]
    for name in ("sources", "include", "exclude"):
        data[name] = list(data[name])
    return data


def from_dict(data: Mapping[str, Any]) -> ReviewRequest:
    """The inverse of `to_dict`; only "question" is required. Raises UserError for an unknown or missing key."""
    known = {name: data[name] for name in ReviewRequest.__dataclass_fields__ if name in data}
    if "question" not in known or set(data) - set(known):
        odd = ", ".join(sorted(set(data) - set(known))) or "question is missing"
        raise UserError(
            f"a request takes {', '.join(ReviewRequest.__dataclass_fields__)}; not understood: {odd}"
        )
    library = known.get("library") or ()
    known["library"] = tuple(
        Path(path) for path in ([library] if isinstance(library, (str, Path)) else library)
    )
    for name in ("sources", "include", "exclude"):
        known[name] = tuple(known.get(name) or ())
    return ReviewRequest(**known)


def _overrides(option: str, lines: tuple[str, ...]) -> tuple[str, ...]:
    """Each line once, without surrounding space."""
    found = tuple(dict.fromkeys(" ".join(line.split()) for line in lines))
    found = tuple(line for line in found if line)
    if len(found) > MAX_OVERRIDES:
        raise UserError(f"{option} has {len(found)} papers; at most {MAX_OVERRIDES} can be named")
    for line in found:
        if len(line) > _LONGEST_OVERRIDE:
            raise UserError(f"{option} has a line of {len(line):,} characters; give one id a line")
    return found


def _limits(request: ReviewRequest) -> None:
    for name in LIMITS[:3]:
        value = getattr(request, name)
        if value is not None and not 0 < value < float("inf"):
            raise UserError(f"--{name.replace('_', '-')} is {value}; give a number above 0")


def _sources(given: tuple[str, ...], library: bool) -> tuple[str, ...]:
    """Each once; "all" is every database that is registered, and the library where one is given."""
    if not given:
        return ("library",) if library else ()
    every = tuple(name for name in names("sources") if name != "library" or library)
    return tuple(dict.fromkeys(name for item in given for name in (every if item == ALL else (item,))))


def _seed(request: ReviewRequest) -> tuple[str | None, tuple[Path, ...]]:
    if not request.seed_paper or not request.seed_paper.strip():
        return None, request.library
    path = Path(request.seed_paper).expanduser()
    if path.is_file():
        return path.name, (*request.library, path)
    if path.suffix.lower() in {
        ".pdf",
        ".txt",
        ".md",
        ".bib",
        ".jsonl",
        ".ris",
        ".docx",
        ".html",
        ".nxml",
        ".tex",
    }:
        raise LibraryError(f"the seed paper {request.seed_paper} is not there; give a file or a paper's id")
    return request.seed_paper.strip(), request.library


def check_library(path: Path) -> None:
    """Raises LibraryError for a path that is missing, empty or closed to us. Reads no document."""
    try:
        if not path.exists():
            raise LibraryError(f"the library {path} is not there; give a folder or file with papers")
        if path.is_dir():
            if next(path.iterdir(), None) is None:
                raise LibraryError(
                    f"the library {path} is empty; put papers into it (PDF, BibTeX, RIS, JSONL, html, ...)"
                )
        else:
            with path.open("rb"):
                pass
    except OSError as error:
        raise LibraryError(f"the library {path} cannot be read: {error.strerror}") from error


def _day(text: str) -> str:
    if not text:
        return date.today().isoformat()
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise UserError(f"--date {text!r} is not a date; write it as 2026-11-20") from None


def _until(text: str | None) -> str | None:
    if not text:
        return None
    try:
        if not _PARTIAL_DATE.fullmatch(text):
            raise ValueError
        date.fromisoformat(text + "-01-01"[len(text) - 4 :])  # the first day of the year or month
    except ValueError:
        raise UserError(f"--until {text!r} is not a date; write 2021, 2021-06 or 2021-06-30") from None
    return text
