"""Which of the papers found bear on the question, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from assignee.claims import Paper

from ..tools.publication import publication
from ..tools.text import content_stems, sentences
from ..tools.toolbox import Toolbox
from .overrides import Overrides
from .paper_names import answers_to
from .question import Question
from .question_words import MEASURES, specific_stems
from .relevance import covers, mentions

__all__ = ["INCLUDE", "UNSURE", "chosen", "is_seed", "judged", "screen", "standing"]

INCLUDE = 0.40  # relevance from which a paper is included
UNSURE = 0.34  # between the two screening is "unsure"
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
    overrides: Overrides | None = None,
) -> list[Paper]:
    """Every paper with `included`, `screening`, `reason` and `relevance` (0..1) set, in the order given.

    `judged` says what screening thinks of each paper, `chosen` what is done with it.
    """
    found = judged(papers, question, toolbox, widen)
    return chosen(found, seed_paper, most, overrides or Overrides())


def judged(papers: Sequence[Paper], question: Question, toolbox: Toolbox, widen: bool) -> list[Paper]:
    """Every paper with `screening` ("include", "unsure" or "exclude"), `relevance` and the grounds as its `reason`.

    Relevance is 0.6 times the cosine of question and title with text, plus 0.4 times the share of the question's noun
    phrases that one of its sentences mentions, plus a little for a name of the question. Nothing is included yet.
    """
    if not papers:
        return []
    lower = _WIDER if widen else 0.0
    opening = {paper.id: toolbox.texts.get(paper.text_hash)[:_READ] for paper in papers}
    rows = toolbox.index.vectors(
        [question.text, *(f"{paper.title}. {opening[paper.id]}" for paper in papers)]
    )
    cosines = rows[1:] @ rows[0]
    read = [
        _judge(paper, opening[paper.id], question, float(cosine))
        for paper, cosine in zip(papers, cosines, strict=True)
    ]
    astray = (
        max(relevance for relevance, _, _ in read) < _ON_TOPIC
        and max(cosine for _, _, cosine in read) < _CLOSE
        and not _named(question, papers, opening)
    )
    out = []
    for paper, (relevance, mentioned, cosine) in zip(papers, read, strict=True):
        bar = round(INCLUDE - lower, 3)
        below = f"{mentioned}; relevance {relevance:.2f} is below {bar:.2f}"
        if relevance >= bar and astray:
            found, reason = (
                "exclude",
                f"off topic: {mentioned}, but no paper found is near the question as a whole",
            )
        elif relevance >= bar:
            found, reason = "include", f"{mentioned}; cosine {cosine:.2f}"
        elif relevance >= UNSURE - lower and not astray:
            found, reason = "unsure", f"unsure: {below}"
        else:
            found, reason = "exclude", f"off topic: {below}"
        out.append(
            replace(
                paper,
                included=False,
                screening=found,
                reason=reason + standing(paper),
                relevance=relevance,
            )
        )
    return out


def chosen(papers: Sequence[Paper], seed_paper: str | None, most: int, overrides: Overrides) -> list[Paper]:
    """What is done with papers that were judged: the same papers with `included` and the final `reason`.

    Of those that screening includes, the `most` of highest relevance, the seed paper first. What the asker includes comes
    on top of these, what the asker excludes is out; retracted papers always are.
    """
    asked = {paper.id: overrides.decision(paper) for paper in papers}
    open_to = [paper for paper in papers if not paper.retracted and asked[paper.id] is None]
    ranked = sorted(open_to, key=lambda paper: (-(paper.relevance or 0.0), paper.id))
    seeds = [paper.id for paper in ranked if is_seed(paper, seed_paper)]
    relevant = [paper.id for paper in ranked if paper.screening == "include" and paper.id not in seeds]
    taken = {*seeds, *relevant[: max(0, most - len(seeds))]}
    out = []
    for paper in papers:
        decision, included, reason = asked[paper.id], paper.id in taken, paper.reason
        if paper.retracted:
            who = "; ".join(paper.notices) or "its record says so"
            reason = f"retracted: never used as evidence ({who})" if paper.notices else _RETRACTED
            if decision is not None and decision[0] == "include":
                reason = f"you asked for it; it is retracted: {who}"
        elif decision is not None:
            included, reason = decision[0] == "include", decision[1]
        elif paper.id in seeds:
            reason = "the seed paper" + standing(paper)
        elif paper.screening == "include" and not included:
            reason = f"relevant, but beyond the {most} most relevant ({paper.reason}; relevance {paper.relevance:.2f})"
        out.append(replace(paper, included=included, reason=reason))
    return out


_RETRACTED = "retracted: never used as evidence"


def standing(paper: Paper) -> str:
    """Whether it is published or a preprint, as the end of a reason: "; published"; nothing where that is not known."""
    return {"published": "; published", "preprint": "; a preprint"}.get(publication(paper), "")


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


def is_seed(paper: Paper, seed_paper: str | None) -> bool:
    """Whether the paper is the one that the review starts from, in whatever form that was named."""
    return bool(seed_paper) and answers_to(paper, str(seed_paper))
