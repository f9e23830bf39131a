"""From a question to the queries that are put to every source."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .question import Question
from .question_words import specific_stems

__all__ = ["queries"]

_PHRASES = 6  # noun phrases that become queries of their own


def queries(
    question: Question, sources: Sequence[str], seed_paper: str | None, widen: bool
) -> tuple[dict[str, Any], ...]:
    """`{"source", "query"}` for each source: the question, the seed paper, then noun phrases of two words or more.

    `widen` adds neighbouring phrases in pairs and the specific words alone: the second search of a revision.
    """
    texts = [question.text, *([seed_paper] if seed_paper else [])]
    phrases = [phrase for phrase in question.topics if len(phrase.split()) > 1 or "-" in phrase]
    texts += [phrase for phrase in phrases if specific_stems(phrase)][:_PHRASES]
    if widen:
        texts += [f"{one} {other}" for one, other in zip(question.topics, question.topics[1:], strict=False)]
        texts += [" ".join(sorted(question.stems))] if question.stems else []
    unique = list(dict.fromkeys(texts))
    return tuple({"source": source, "query": text} for source in sources for text in unique)
