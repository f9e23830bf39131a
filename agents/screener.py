"""Which of the papers found bear on the question, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from assignee.claims import Paper

from ..tools.identifiers import arxiv_version, identifiers
from ..tools.text import content_stems, sentences
from ..tools.toolbox import Toolbox
from .question import Question
from .question_words import MEASURES, specific_stems
from .relevance import covers, mentions

__all__ = ["INCLUDE", "screen"]

INCLUDE = 0.40  # relevance from which a paper is included
UNSURE = 0.34  # between the two the reason says "unsure"
_WIDER = 0.04  # how much a widened second round lowers both
_ON_TOPIC, _CLOSE = 0.5, 0.6  # the best paper must reach this relevance, or some paper this cosine
_NAMED = 0.06  # what mentioning a name of the question (XTREME-R, BERT) adds
_READ = 4000  # characters of a text that screening looks at


def screen(
    papers: Sequence[Paper],
    question: Question,
    seed_paper: str | None,
    most: int,
    toolbox: Toolbox,
    widen: bool,
) -> list[Paper]:
    """Every paper with `included`, `reason` and `relevance` (0..1) set, in the order given.

    Relevance is 0.6 times the cosine of question and title with text, plus 0.4 times the share of the
    question's noun phrases that one of its sentences mentions, plus a little for a name of the question. Of the
    papers above the bar the `most` highest are included; the seed paper always is. Retracted papers never are.
    """
    if not papers:
        return []
    bar = INCLUDE - (_WIDER if widen else 0.0)
    opening = {paper.id: toolbox.texts.get(paper.text_hash)[:_READ] for paper in papers}
    rows = toolbox.index.vectors(
        [question.text, *(f"{paper.title}. {opening[paper.id]}" for paper in papers)]
    )
    cosines = rows[1:] @ rows[0]
    judged = [
        _judge(paper, opening[paper.id], question, float(cosine))
        for paper, cosine in zip(papers, cosines, strict=True)
    ]
    best = max(relevance for relevance, _, _ in judged)
    astray = (
        best < _ON_TOPIC
        and max(item[2] for item in judged) < _CLOSE
        and not _named(question, papers, opening)
    )
    ranked = sorted(range(len(papers)), key=lambda at: (-judged[at][0], papers[at].id))
    chosen: set[int] = {at for at in ranked if _is_seed(papers[at], seed_paper) and not papers[at].retracted}
    for at in ranked:
        if len(chosen) >= most:
            break
        if judged[at][0] >= bar and not papers[at].retracted and not astray:
            chosen.add(at)
    out = []
    for at, paper in enumerate(papers):
        relevance, mentioned, cosine = judged[at]
        if paper.retracted:
            reason = "retracted: never used as evidence"
        elif at in chosen and _is_seed(paper, seed_paper):
            reason = "the seed paper"
        elif at in chosen:
            reason = f"{mentioned}; cosine {cosine:.2f}"
        elif astray and relevance >= bar:
            reason = f"off topic: {mentioned}, but no paper found is near the question as a whole"
        elif relevance >= bar:
            reason = f"relevant, but beyond the {most} most relevant ({mentioned}; relevance {relevance:.2f})"
        elif relevance >= UNSURE - (_WIDER if widen else 0.0):
            reason = f"unsure: {mentioned}; relevance {relevance:.2f} is below {bar:.2f}"
        else:
            reason = f"off topic: {mentioned}; relevance {relevance:.2f} is below {bar:.2f}"
        out.append(replace(paper, included=at in chosen, reason=reason, relevance=relevance))
    return out


def _judge(paper: Paper, opening: str, question: Question, cosine: float) -> tuple[float, str, float]:
    spans = [paper.title, *(opening[start:end] for start, end in sentences(opening))]
    stems = [frozenset(content_stems(span)) for span in spans]
    found = [
        phrase
        for phrase in question.topics
        if any(covers(phrase, own, span) for own, span in zip(stems, spans, strict=True))
    ]
    share = len(found) / len(question.topics) if question.topics else max(0.0, cosine)
    named = any(mentions(name, span) for name in _names(question) for span in spans)
    relevance = round(max(0.0, 0.6 * max(cosine, 0.0) + 0.4 * share + (_NAMED if named else 0.0)), 3)
    if found:
        mentioned = "mentions " + ", ".join(found)
    else:
        shared = question.stems & frozenset().union(*stems)
        loose = [word for word in question.text.split() if specific_stems(word) & shared]
        words = ", ".join(dict.fromkeys(word.strip(".,?()") for word in loose))
        mentioned = f"shares only single words ({words})" if words else "shares no word of the question"
    return relevance, mentioned, round(cosine, 2)


def _names(question: Question) -> list[str]:
    """The names of the question that tell its subject: a paper that reports F1 is no nearer to it."""
    return [name for name in question.names if name.casefold() not in MEASURES]


def _named(question: Question, papers: Sequence[Paper], opening: Mapping[str, str]) -> bool:
    return any(
        mentions(name, f"{paper.title}. {opening[paper.id]}") for name in _names(question) for paper in papers
    )


def _is_seed(paper: Paper, seed_paper: str | None) -> bool:
    if not seed_paper:
        return False
    names = {paper.id, *paper.ids.values(), *paper.versions}
    if seed_paper in names or seed_paper.casefold() == paper.title.casefold():
        return True
    asked = identifiers([seed_paper])  # in whatever form: an address, an arXiv id with or without a version
    return any(arxiv_version(asked[key])[0] == arxiv_version(paper.ids.get(key, ""))[0] for key in asked)
