"""Search with a model: more queries than the question's own words give, and screening by what a record is about.

Both start from what the embedded engine does, and keep it where the model gives no answer: the run goes on, and says so.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from assignee.claims import Paper
from assignee.errors import AssigneeError, UserError
from assignee.settings import ReviewRequest

from ..tools.database_query import asked_for, boolean
from ..tools.database_settings import DATABASES
from ..tools.text import content_stems
from ..tools.toolbox import Toolbox
from . import planner, screener
from .model_calls import ModelCalls, why
from .overrides import Overrides
from .question import parse
from .spellings import spellings

if TYPE_CHECKING:
    from ..prompts.answers import Queries

__all__ = ["plan", "screen"]

_LONGEST_QUERY = 16  # words
_LONGEST_TERM = 6
_MOST_TERMS = 8  # of one concept
_MORE = 8  # queries of the model to one database
_BATCH = 10  # papers a call
_CANDIDATES = 2  # times the papers that may be included are shown to the model
_LEAST = 0.22  # relevance below which a record shares words with the question by chance
_OPENING = 1500  # characters of a text that the screener sees

_REASONS = {
    "answers_the_question": "reports a result on the question",
    "answers_a_part": "reports a result on a part of the question",
    "same_subject_no_result": "unsure: on the subject, but without a result on it",
    "other_population_or_setting": "unsure: another population or setting",
    "other_subject": "off topic: another subject",
}
_TAKEN = ("answers_the_question", "answers_a_part")
_SCREENING = {
    "answers_the_question": "include",
    "answers_a_part": "include",
    "same_subject_no_result": "unsure",
    "other_population_or_setting": "unsure",
    "other_subject": "exclude",
}


def plan(
    calls: ModelCalls, request: ReviewRequest, widen: bool, beside: Callable[[], None] = lambda: None
) -> tuple[dict[str, Any], ...]:
    """The embedded queries first, then what the model adds: boolean queries of the terms it knows for the question's
    concepts, to databases; its queries and sub-questions. A database is asked eight more at most.

    `beside` is called on the loop when the model has been asked, to begin what can be asked meanwhile.
    """
    from ..prompts.answers import Queries as Answer

    question = parse(request.question)
    base = planner.queries(question, request.sources, request.seed_paper, widen)
    asked = list(dict.fromkeys(query["query"] for query in base))
    data = {
        "question": request.question,
        "wider": int(widen),
        "asked": {f"q{at}": text for at, text in enumerate(asked, start=1)},
    }

    async def work() -> Queries:
        asked_first = asyncio.ensure_future(calls.ask("searcher", "searcher", Answer, data))
        await asyncio.sleep(0)  # it is in line now; what is begun beside it comes behind it
        beside()
        return await asked_first

    try:
        found = calls.run(work)
    except UserError:
        raise
    except AssigneeError as error:
        calls.tell("plan", failure=f"the search was planned without the model: {why(error)}")
        return base
    said: list[str] = []
    known = {text.casefold() for text in asked}
    for raw in (*found.queries, *found.sub_questions):
        text = _words(raw)
        if len(text.split()) > 2 * _LONGEST_QUERY:
            calls.tell("plan", queries=1)
        elif text and text.casefold() not in known:
            known.add(text.casefold())
            said.append(text)
    fielded = _fielded(calls, found)
    more = {
        source: (*fielded, *said)[:_MORE] if source in DATABASES else tuple(said)
        for source in request.sources
    }
    own = {source: [query["query"] for query in base if query["source"] == source] for source in more}
    return tuple(
        {"source": source, "query": text}
        for source in request.sources
        for text in dict.fromkeys((*own[source], *more[source]))
    )


def _fielded(calls: ModelCalls, found: Queries) -> list[str]:
    """Boolean queries of the concepts that the model named: the first two, then the first three."""
    groups: list[list[str]] = []
    for item in found.synonyms:
        terms = [_words(term) for term in (item.concept, *item.terms)]
        kept = [term for term in terms if content_stems(term) and len(term.split()) <= _LONGEST_TERM]
        if len(kept) < len(terms):
            calls.tell("plan", synonyms=len(terms) - len(kept))
        spelled = [other for term in kept for other in spellings(term)]
        groups.append(list(dict.fromkeys((*kept, *spelled)))[:_MOST_TERMS])
    groups = [group for group in groups if group]
    queries = [boolean(groups[:size]) for size in (2, 3) if len(groups) >= size]
    return [query for query in dict.fromkeys(queries) if " AND " in query]


def _words(raw: str) -> str:
    """A model's text as words to search for: no quotes, brackets or operators, and no paper by its number."""
    text = " ".join(re.sub(r"[^\w\s.,;:?'’/+&-]", " ", raw).split())
    text = re.sub(r"\b(?:AND|OR|NOT|ANDNOT)\b", lambda operator: operator.group().lower(), text)
    return "" if asked_for(text).ids or not any(char.isalnum() for char in text) else text


def screen(
    calls: ModelCalls, papers: Sequence[Paper], request: ReviewRequest, toolbox: Toolbox, widen: bool
) -> list[Paper]:
    """As `screener.screen`, where the records nearest to the question are judged by the model and the rest by rule.

    What the model judged at an earlier screening of the same record it is not asked again.
    """
    overrides, most = Overrides.of(request), request.max_papers
    named = {paper.id for paper in papers if overrides.decision(paper) is not None}
    before = {
        paper.id: ground
        for paper in papers
        if paper.id not in named and (ground := _ground_told(paper)) is not None
    }
    judged = screener.judged(papers, parse(request.question), toolbox, widen)
    shown = [
        paper
        for paper in sorted(judged, key=lambda paper: (-(paper.relevance or 0.0), paper.id))
        if not paper.retracted
        and (paper.relevance or 0.0) >= _LEAST
        and not screener.is_seed(paper, request.seed_paper)
        and paper.id not in named
    ][: _CANDIDATES * most]
    asked = [paper for paper in shown if paper.id not in before]
    batches = [asked[at : at + _BATCH] for at in range(0, len(asked), _BATCH)]
    grounds = dict(before)
    if batches:
        for found in calls.run(
            lambda: _gathered([_batch(calls, part, request.question, toolbox) for part in batches])
        ):
            grounds |= found
    unheard = {paper.id for paper in asked} - grounds.keys()
    return screener.chosen(
        [_judged(paper, grounds.get(paper.id), paper.id in unheard) for paper in judged],
        request.seed_paper,
        most,
        overrides,
    )


def _judged(paper: Paper, ground: str | None, unheard: bool) -> Paper:
    """The paper as the model judged it; without its judgement as the rules did, said where it was asked for."""
    if ground is None:
        return replace(paper, reason=f"{paper.reason} (not judged by the model)") if unheard else paper
    return replace(paper, screening=_SCREENING[ground], reason=_REASONS[ground] + screener.standing(paper))


def _ground_told(paper: Paper) -> str | None:
    """The ground that the model gave at an earlier screening, read from the reason it left."""
    return next(
        (ground for ground, reason in _REASONS.items() if paper.screening and reason in paper.reason), None
    )


async def _batch(
    calls: ModelCalls, papers: Sequence[Paper], question: str, toolbox: Toolbox
) -> dict[str, str]:
    """Paper id -> ground, for the papers that the model judged."""
    from ..prompts.answers import Screening
    from ..tools.gateway import ContextTooSmall

    ids = {f"p{at}": paper for at, paper in enumerate(papers, start=1)}
    texts = {name: _shown(paper, toolbox) for name, paper in ids.items()}
    try:
        answer = await calls.ask("screener", "screener", Screening, {"question": question, "papers": texts})
    except ContextTooSmall:
        if len(papers) < 2:
            raise
        half = len(papers) // 2
        one, other = await asyncio.gather(
            _batch(calls, papers[:half], question, toolbox), _batch(calls, papers[half:], question, toolbox)
        )
        return one | other
    except UserError:
        raise
    except AssigneeError as error:
        calls.tell("screen", failure=f"some papers were screened without the model: {why(error)}")
        return {}
    found: dict[str, str] = {}
    for item in answer.papers:
        agrees = (item.decision == "include") == (item.ground in _TAKEN)
        if item.paper in ids and ids[item.paper].id not in found and agrees:
            found[ids[item.paper].id] = item.ground
        else:
            calls.tell("screen", screenings=1)
    return found


async def _gathered(work: Sequence[Any]) -> list[Any]:
    return list(await asyncio.gather(*work))


def _shown(paper: Paper, toolbox: Toolbox) -> str:
    """Title and opening, ended at a word; the model sees an excerpt, no reader does."""
    text = toolbox.texts.get(paper.text_hash)
    opening = text if len(text) <= _OPENING else text[:_OPENING].rsplit(" ", 1)[0]
    year = f" ({paper.year})" if paper.year else ""
    return f"{paper.title}{year}. {opening}"
