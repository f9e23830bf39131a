"""The queries of the second search: what the papers found so far teach about the question's words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assignee.claims import Paper
from assignee.settings import ReviewRequest

from ..tools.toolbox import Toolbox
from . import planner
from .acronyms import expanded
from .question import parse
from .screener import is_seed

__all__ = ["more_queries"]

_READ = (
    4000  # characters of a text: an abstract, or the beginning of a full text, where acronyms are spelled out
)


def more_queries(
    request: ReviewRequest, papers: Sequence[Paper], toolbox: Toolbox, asked: Sequence[str]
) -> tuple[dict[str, Any], ...]:
    """`planner.more_queries` with what the papers spell out and what the seed paper, once found, is about.

    Retracted papers teach nothing. `asked` are the texts of the queries that were put before.
    """
    question = parse(request.question)
    texts = {
        paper.id: f"{paper.title}. {toolbox.texts.get(paper.text_hash)[:_READ]}"
        for paper in papers
        if not paper.retracted
    }
    seed = next((paper.id for paper in papers if is_seed(paper, request.seed_paper)), "")
    pairs = expanded(question, texts.values())
    return planner.more_queries(question, pairs, request.sources, asked, texts.get(seed, ""))
