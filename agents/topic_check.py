"""Whether the works that claims come from are about the question: by the words they share with it, compared among themselves."""

from __future__ import annotations

import re
from statistics import median

from assignee.claims import Report

from ..tools.text import content_stems, sentences
from .question import parse
from .record_checks import included
from .relevance import covers
from .reviewer import Texts
from .scoring import SERIOUS, SLIGHT, TRACE, Fault

__all__ = ["off_question", "off_topic"]

_LEAST = 0.15  # share of the question's words that any paper on it holds
_READ = 6000  # characters
_REFUSED = re.compile(r"^\W*(?:off topic|unsure|retracted|words in common)", re.IGNORECASE)


def off_topic(report: Report, texts: Texts) -> list[Fault]:
    """Papers that claims come from and that are not on the question; each is one fault.

    A paper is off topic when its own record refuses it, when no sentence of it mentions any phrase of the question
    (which is what the embedded engine includes a paper for; a model may know other words for it, so that there it must
    also hold fewer of the question's words than the middle one of the claims' papers), or when it holds hardly any.
    """
    question, papers = parse(report.question), included(report)
    if not question.stems:
        return []
    shares: dict[str, float] = {}
    silent: set[str] = set()
    for name in dict.fromkeys(item.claim.paper_id for item in report.claims):
        if name not in papers:
            continue
        try:
            text = f"{papers[name].title}. {texts(name)[:_READ]}"
        except KeyError:
            continue
        shares[name] = len(question.stems & frozenset(content_stems(text))) / len(question.stems)
        if question.topics and not _mentions(text, question.topics):
            silent.add(name)
    middle = median(shares.values()) if shares else 0.0
    found = []
    for name, share in shares.items():
        quote = next(item.claim.quote for item in report.claims if item.claim.paper_id == name)
        cite = f"{papers[name].cite}, “{papers[name].title}”"
        if _REFUSED.search(papers[name].reason):
            found.append(
                Fault(SERIOUS, f"{cite} is used, and its own record refuses it: “{papers[name].reason}”")
            )
        elif name in silent and (report.engine == "embedded" or share < 0.75 * middle):
            found.append(Fault(SERIOUS, f"{cite} mentions nothing that the question asks about: “{quote}”"))
        elif name in silent or share < _LEAST:
            found.append(Fault(SLIGHT, f"{cite} hardly speaks of the question: “{quote}”"))
    return found


def _mentions(text: str, phrases: tuple[str, ...]) -> bool:
    """Whether a sentence mentions one of the phrases: what the screener includes a paper for."""
    spans = [text[start:end] for start, end in sentences(text)]
    return any(covers(phrase, frozenset(content_stems(span)), span) for span in spans for phrase in phrases)


def off_question(report: Report) -> list[Fault]:
    """Claims that hold fewer than two of the question's content words (one, where it has fewer than three)."""
    asked = frozenset(content_stems(report.question))
    least = 2 if len(asked) > 2 else 1
    return [
        Fault(TRACE, f"{item.claim.id} hardly speaks of what was asked: “{item.claim.quote}”")
        for item in report.claims
        if asked
        and len(asked & frozenset(content_stems(f"{item.claim.quote} {item.claim.statement}"))) < least
    ]
