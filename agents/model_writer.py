"""The summary that a model writes under the answer: each sentence rests on claims, and is checked like one.

The direction of the answer is computed before and never asked for. A sentence is kept only when its claims are in the
report and usable, its numbers stand in them, it copies nothing, and advocate and sceptic both find it borne out by them.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assignee.claims import Answer, CheckedClaim, Passage, Stance
from assignee.errors import AssigneeError, UserError

from ..tools.corpus import Corpus
from ..tools.text import stored
from .model_calls import ModelCalls, why
from .model_case import Case
from .model_controls import Controls
from .model_passages import number_tokens
from .model_votes import ask
from .readings import USABLE
from .wording import incomplete, overclaims, shared_run

if TYPE_CHECKING:
    from ..prompts.answers import SummarySentence

__all__ = ["summarised"]

_MOST = 40  # claims shown, in the report's order
_JUDGES = ("advocate", "sceptic")
_FOREIGN = re.compile(r"[“”\"<>\[\]{}|]|\bet al\b|\((?:19|20)\d\d\)|\b(?:we|our|us|I)\b")


def summarised(
    calls: ModelCalls,
    controls: Controls,
    question: str,
    answer: Answer,
    checked: Sequence[CheckedClaim],
    corpus: Corpus,
) -> tuple[Answer, int]:
    """(the answer with the sentences that hold behind its text, each with the ids of its claims; how many do not hold)."""
    from ..prompts.answers import Summary
    from ..tools.gateway import ContextTooSmall

    usable = {item.claim.id: item for item in checked if item.outcome in USABLE}
    shown = dict(list(usable.items())[:_MOST])
    if not shown:
        return answer, 0
    data = {
        "question": question,
        "answer": answer.text,
        "claims": {name: f"({item.outcome.value}) {item.claim.statement}" for name, item in shown.items()},
    }

    async def work() -> tuple[list[str], int]:
        found = await calls.ask("writer", "writer", Summary, data)
        held = await asyncio.gather(
            *(_holds(calls, controls, sentence, shown, corpus) for sentence in found.sentences)
        )
        kept = [_told(sentence) for sentence, good in zip(found.sentences, held, strict=True) if good]
        return kept, held.count(False)

    try:
        sentences, lost = calls.run(work)
    except ContextTooSmall:
        calls.tell(
            "write", failure="the summary was not written: the claims do not fit into the model's context"
        )
        return answer, 0
    except UserError:
        raise
    except AssigneeError as error:
        calls.tell("write", failure=f"the summary was not written: {why(error)}")
        return answer, 0
    return replace(answer, text=" ".join([answer.text, *sentences])), lost


def _told(sentence: SummarySentence) -> str:
    words = stored(sentence.text)
    return f"{words[:-1]} [{', '.join(dict.fromkeys(sentence.claims))}]{words[-1]}"


async def _holds(
    calls: ModelCalls,
    controls: Controls,
    sentence: SummarySentence,
    shown: dict[str, CheckedClaim],
    corpus: Corpus,
) -> bool:
    words = stored(sentence.text)
    if not set(sentence.claims) <= set(shown) or not words.endswith(".") or _FOREIGN.search(words):
        return False
    claims = [shown[name].claim for name in dict.fromkeys(sentence.claims)]
    quotes = " ".join(claim.quote for claim in claims)
    sources = [(claim.paper_id, corpus.text(claim.paper_id)) for claim in claims]
    if (
        not number_tokens(words) <= number_tokens(quotes)
        or incomplete(words) is not None
        or overclaims(words)
        or shared_run(words, sources) is not None
    ):
        return False
    source = tuple(
        Passage(
            paper_id=claim.paper_id, section=claim.section, start=claim.start, end=claim.end, text=claim.quote
        )
        for claim in claims
    )
    votes = await asyncio.gather(*(_vote(calls, controls, seat, Case(words, source)) for seat in _JUDGES))
    return set(votes) == {Stance.SUPPORT}


async def _vote(calls: ModelCalls, controls: Controls, seat: str, case: Case) -> Stance:
    from ..tools.gateway import BadAnswer

    if await controls.unfit(seat):
        return Stance.NOT_ADJUDICATED
    try:
        return (await ask(calls, seat, case)).stance
    except BadAnswer:
        return Stance.NOT_ADJUDICATED
