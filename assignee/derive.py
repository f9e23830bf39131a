"""Research questions from a seed paper, near-duplicates of each other and of earlier runs refused.

from assignee import questions
for item in questions("2005.13013", "papers", n=5).questions:
    print(item.question, item.quote)
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from assignee.claims import Paper
from assignee.errors import AssigneeError, LibraryError, RunError, UserError
from assignee.json_form import Record
from assignee.registry import load, names
from assignee.request import ALL, check_library
from assignee.settings import Settings

if TYPE_CHECKING:
    from assignee.agents.questions import Derived
    from assignee.tools.source import Source
    from assignee.tools.toolbox import Toolbox

__all__ = ["MOST", "RefusedQuestion", "SeedQuestion", "SeedQuestions", "questions"]

MOST = 50

PathArgument = str | PathLike[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedQuestion(Record):
    """A question and the sentence that raised it, verbatim: stored text at [start, end), or the paper's title (`section`
    "Title", no place). `form` is how `review` reads it; `why` is how the paper came to raise it."""

    question: str
    form: str
    why: str
    quote: str
    section: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedQuestion(Record):
    """A near-duplicate: of the question `like`, asked by the run `run` ("": one of this answer); `likeness` 0..1."""

    question: str
    like: str
    run: str
    likeness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedQuestions(Record):
    """At most `asked_for` questions, the best first; fewer where the paper raises fewer. `problems` has one line each."""

    paper_id: str
    cite: str
    title: str
    basis: str
    engine: str
    asked_for: int
    questions: tuple[SeedQuestion, ...]
    refused: tuple[RefusedQuestion, ...] = ()
    problems: tuple[str, ...] = ()


def questions(
    seed_paper: PathArgument,
    library: PathArgument | Iterable[PathArgument] = (),
    *,
    n: int = 5,
    sources: Iterable[str | Source] = (),
    engine: str = "auto",
    settings: Settings | None = None,
    toolbox: Toolbox | None = None,
) -> SeedQuestions:
    """Derive research questions from a seed paper: a file, or an id or title in a library or a database.

    Raises UserError for a paper that is not found or not in English, LibraryError for a file that cannot be read, and
    RunError when no source answers. A paper that raises no question gives none, and `problems` says so.
    """
    from assignee.graphs.engine_choice import choose_engine
    from assignee.tools.toolbox import Toolbox

    seed = str(seed_paper).strip()
    if not seed:
        raise UserError("the seed paper is empty; give a file, or a paper's id")
    if not 1 <= n <= MOST:
        raise UserError(f"-n is {n}; give a number from 1 to {MOST}")
    if engine != "auto" and engine not in names("engines"):
        raise UserError(f"unknown engine {engine!r}; known: auto, {', '.join(names('engines'))}")
    given = [library] if isinstance(library, (str, PathLike)) else list(library)
    paths = [Path(path).expanduser() for path in given]
    for path in paths:
        check_library(path)
    chosen = choose_engine(engine)
    settings = settings or Settings.from_env()
    with nullcontext(toolbox) if toolbox else Toolbox.open(settings) as box:
        paper, problems = _found(seed, paths, list(sources), box)
        return _derived(paper, problems, n, chosen, settings, box)


def _derived(
    paper: Paper, problems: list[str], n: int, engine: object, settings: Settings, box: Toolbox
) -> SeedQuestions:
    from assignee.agents.question import parse
    from assignee.agents.questions import derive
    from assignee.tools.corpus import Corpus
    from assignee.tools.language import is_english

    text = box.texts.get(paper.text_hash)
    if not text.strip():
        raise UserError(f"the seed paper {paper.id} has no text to derive questions from")
    if not is_english(text[:20_000]):
        raise UserError(f"the seed paper {paper.id} is not in English, which is all that is read")
    if paper.retracted:
        problems.append(f"the seed paper {paper.id} is marked as retracted")
    corpus = Corpus([replace(paper, included=True, retracted=False)], box)
    own = getattr(engine, "questions", None)
    if own is None:
        found: Sequence[Derived] = derive(paper, corpus)
    else:
        found, told = own(paper, corpus, n, settings)
        problems += told
    kept, refused = _distinct(found, _asked_before(settings), n, box)
    if len(kept) < n:
        many = f"{len(kept)} question{'s' * (len(kept) != 1)} instead of {n}"
        problems.append(f"{many}: {_why_fewer(len(found), len(refused), paper)}")
    return SeedQuestions(
        paper_id=paper.id,
        cite=paper.cite,
        title=paper.title,
        basis=str(paper.basis),
        engine=str(getattr(engine, "name", "")),
        asked_for=n,
        questions=tuple(
            SeedQuestion(
                question=item.question,
                form=parse(item.question).form,
                why=item.why,
                quote=item.quote,
                section=item.section,
                start=item.start,
                end=item.end,
            )
            for item in kept
        ),
        refused=tuple(refused),
        problems=tuple(problems),
    )


def _why_fewer(found: int, refused: int, paper: Paper) -> str:
    if not found:
        return f"no sentence of the seed paper, read as {str(paper.basis).replace('_', ' ')}, raises one that stands alone"
    rest = (
        f", and {refused} of these {'were' if refused > 1 else 'was'} refused as near-duplicates"
        if refused
        else ""
    )
    return f"the seed paper raises {found} that stand{'s' * (found == 1)} alone{rest}"


def _distinct(
    found: Sequence[Derived], before: Sequence[tuple[str, str]], n: int, box: Toolbox
) -> tuple[list[Derived], list[RefusedQuestion]]:
    """The first `n` that nobody asked, and those passed over on the way."""
    from assignee.agents.question_likeness import apart, likeness, same

    kept: list[Derived] = []
    refused: list[RefusedQuestion] = []
    for item in found:
        if len(kept) == n:
            break
        asked = [*before, *((other.question, "") for other in kept)]
        near = [(text, run) for text, run in asked if not apart(item.question, text)]
        vectors = box.index.vectors([item.question, *(text for text, _ in near)])
        for at, (text, run) in enumerate(near, start=1):
            pair = vectors[[0, at]]
            if same(item.question, text, pair):
                like = likeness(item.question, text, pair)
                refused.append(RefusedQuestion(question=item.question, like=text, run=run, likeness=like))
                break
        else:
            kept.append(item)
    return kept, refused


def _asked_before(settings: Settings) -> list[tuple[str, str]]:
    """The questions of all runs in the home with the runs' ids, in the order of the ids; what cannot be read is no run."""
    found = []
    for path in sorted(settings.runs.glob("*/request.json")) if settings.runs.is_dir() else ():
        try:
            question = json.loads(path.read_text(encoding="utf-8"))["request"]["question"]
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if isinstance(question, str) and question.strip():
            found.append((question, path.parent.name))
    return found


def _found(
    seed: str, library: Sequence[Path], sources: Sequence[str | Source], box: Toolbox
) -> tuple[Paper, list[str]]:
    """The seed paper with its text stored, and what could not be read on the way."""
    try:
        path = Path(seed).expanduser()
        there = path.is_file()
    except (OSError, ValueError, RuntimeError):
        there = False
    if there:
        return _of_files(path.name, [path], box, whole=True)
    suffixes = {suffix for name in names("formats") for suffix in load("formats", name).suffixes}
    if any(seed.lower().endswith(suffix) for suffix in suffixes):
        raise LibraryError(f"the seed paper {seed} is not there; give a file or a paper's id")
    if library:
        return _of_files(seed, library, box, whole=False)
    if not sources:
        raise UserError(
            f"the seed paper {seed!r} is no file; say where to look it up: --library PATH or --sources arxiv"
        )
    return _of_sources(seed, sources, box)


def _of_files(seed: str, paths: Sequence[Path], box: Toolbox, *, whole: bool) -> tuple[Paper, list[str]]:
    from assignee.agents.screener import is_seed
    from assignee.tools.document_cache import DocumentCache
    from assignee.tools.library_files import read_library

    cache = DocumentCache(box.settings.index / "documents.sqlite")
    try:
        content = read_library(paths, cache)
    finally:
        cache.close()
    documents = (
        content.documents if whole else [item for item in content.documents if is_seed(item.paper, seed)]
    )
    if whole and len(documents) > 1:
        raise UserError(
            f"{seed} holds {len(documents)} papers; name one of them: --seed-paper ID --library {paths[0]}"
        )
    if not documents:
        told = f" ({content.problems[0]})" if content.problems else ""
        raise UserError(f"no paper of the library is called {seed!r}{told}; give its id or its whole title")
    best = max(documents, key=lambda item: (_BASES.index(str(item.paper.basis)), item.paper.date or ""))
    key = box.texts.put(best.text, best.sections)
    return replace(best.paper, text_hash=key), list(content.problems) if whole else []


_BASES = ("digest", "abstract", "full_text")


def _of_sources(seed: str, sources: Sequence[str | Source], box: Toolbox) -> tuple[Paper, list[str]]:
    from assignee.agents.screener import is_seed

    failures: list[str] = []
    every = [name for name in names("sources") if name != "library"]
    for given in (one for item in sources for one in (every if item == ALL else (item,))):
        if isinstance(given, str):
            if given == "library":
                raise UserError("the source 'library' needs --library PATH")
            source: Source = load("sources", given)(box, ())
        else:
            bound = getattr(given, "bound", None)
            source = given if bound is None else bound(box)
        try:
            found = source.search([seed], limit=5, until=None)
        except UserError:
            raise
        except Exception as error:
            what = str(error) if isinstance(error, AssigneeError) else f"{type(error).__name__}: {error}"
            failures.append(f"the source {source.name} did not answer: {' '.join(what.split())}")
            continue
        for paper in found.papers:
            if is_seed(paper, seed):
                return paper, failures
    if failures:
        raise RunError(f"{'; '.join(failures)}; the seed paper {seed!r} was not found")
    raise UserError(
        f"no source has a paper called {seed!r}; give its id (2005.13013, 10.1000/x) or its whole title"
    )
