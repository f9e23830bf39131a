"""Search with a model: more queries than the question's own words give, and screening by what a record is about.

Both start from what the embedded engine does, and keep it where the model gives no answer: the run goes on, and says so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from assignee.claims import Paper
from assignee.errors import AssigneeError, UserError
from assignee.settings import ReviewRequest

from ..tools.toolbox import Toolbox
from . import planner, screener
from .model_calls import ModelCalls, why
from .question import parse

__all__ = ["plan", "screen"]

_LONGEST_QUERY = 16  # words
_BATCH = 10  # papers a call
_CANDIDATES = 2  # times the papers that may be included are shown to the model
_LEAST = 0.22  # relevance below which a record shares words with the question by chance
_OPENING = 1500  # characters of a text that the screener sees

_REASONS = {
    "answers_the_question": "reports a result on the question",
    "answers_a_part": "reports a result on a part of the question",
    "same_subject_no_result": "on the subject, but without a result on it",
    "other_population_or_setting": "another population or setting",
    "other_subject": "off topic: another subject",
}
_TAKEN = ("answers_the_question", "answers_a_part")


def plan(
    calls: ModelCalls, request: ReviewRequest, widen: bool, beside: Callable[[], None] = lambda: None
) -> tuple[dict[str, Any], ...]:
    """The embedded queries first, then the model's sub-questions and queries, for each source.

    `beside` is called on the loop when the model has been asked, to begin what can be asked meanwhile.
    """
    from ..prompts.answers import Queries

    question = parse(request.question)
    base = planner.queries(question, request.sources, request.seed_paper, widen)
    asked = list(dict.fromkeys(query["query"] for query in base))
    data = {
        "question": request.question,
        "wider": int(widen),
        "asked": {f"q{at}": text for at, text in enumerate(asked, start=1)},
    }

    async def work() -> Queries:
        asked_first = asyncio.ensure_future(calls.ask("searcher", "searcher", Queries, data))
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
    known = {text.casefold() for text in asked}
    more: list[str] = []
    for raw in (*found.queries, *found.sub_questions):
        text = " ".join(raw.split())
        if text.casefold() in known or not any(char.isalnum() for char in text):
            continue
        if len(text.split()) > 2 * _LONGEST_QUERY:
            calls.tell("plan", queries=1)
            continue
        known.add(text.casefold())
        more.append(text)
    return tuple({"source": source, "query": text} for source in request.sources for text in (*asked, *more))


def screen(
    calls: ModelCalls, papers: Sequence[Paper], request: ReviewRequest, toolbox: Toolbox, widen: bool
) -> list[Paper]:
    """Every paper with `included`, `reason` and `relevance`: those nearest to the question as the model says,
    the rest as the embedded screener says. At most `max_papers`, the most relevant first."""
    most = request.max_papers
    first = screener.screen(papers, parse(request.question), request.seed_paper, most, toolbox, widen)
    ranked = sorted(first, key=lambda paper: (-(paper.relevance or 0.0), paper.id))
    seeds = [paper for paper in ranked if paper.included and paper.reason == "the seed paper"]
    shown = [
        paper
        for paper in ranked
        if paper not in seeds and not paper.retracted and (paper.relevance or 0.0) >= _LEAST
    ][: _CANDIDATES * most]
    batches = [shown[at : at + _BATCH] for at in range(0, len(shown), _BATCH)]
    grounds: dict[str, str] = {}
    if batches:
        for found in calls.run(
            lambda: _gathered([_batch(calls, part, request.question, toolbox) for part in batches])
        ):
            grounds |= found
    chosen = {paper.id for paper in seeds}
    out: dict[str, Paper] = {paper.id: paper for paper in first}
    for paper in shown:
        ground = grounds.get(paper.id)
        if ground is None:
            wanted, reason = paper.included, f"{paper.reason} (not judged by the model)"
        else:
            wanted, reason = ground in _TAKEN, _REASONS[ground]
        taken = wanted and len(chosen) < most
        if wanted and not taken:
            reason = f"relevant, but beyond the {most} most relevant ({reason})"
        if taken:
            chosen.add(paper.id)
        out[paper.id] = replace(paper, included=taken, reason=reason)
    return [
        paper
        if paper.id in chosen or not paper.included
        else replace(paper, included=False, reason="not shown to the model: others are more relevant")
        for paper in (out[item.id] for item in papers)
    ]


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
