"""The draft report: composed from records and templates, in whole sentences. No count is typed by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from assignee.claims import (
    Answer,
    AnswerStrength,
    CheckedClaim,
    Decided,
    Decision,
    Direction,
    Flow,
    Grade,
    Outcome,
    Paper,
    Report,
    RunManifest,
    Status,
)
from assignee.settings import ReviewRequest

from ..tools.corpus import Corpus
from .answer import answer
from .prose import counted, listed, opened, were
from .question import Question, parse
from .record_checks import count_headline
from .report_sections import sections

__all__ = ["EMBEDDED_LIMITS", "write"]

EMBEDDED_LIMITS = (
    "The embedded engine does not paraphrase: every claim is a sentence of its source, attributed, with references "
    "resolved in square brackets.",
    "The embedded engine does not read tables, figures or equations, and compares English sentences only.",
    "The embedded engine compares findings across papers by rules that prefer silence to error: works that agree or "
    "disagree in words it cannot match are not counted.",
    "The three reviewers of the embedded engine are checklists: there is no judgement of novelty and no agreement "
    "between readers in the score.",
)

_PENDING = Decision(
    score=None,
    spread=None,
    caps=(),
    decision=Decided.REVISE,
    grade=Grade.DRAFT,
    reasons=("not yet reviewed",),
)


def write(
    request: ReviewRequest,
    papers: Sequence[Paper],
    checked: Sequence[CheckedClaim],
    flow: Flow,
    manifest: RunManifest,
    corpus: Corpus,
    limits: Sequence[str],
) -> Report:
    """A draft of the whole report. Status `no_evidence` where nothing was included or nothing was found to claim."""
    question = parse(request.question)
    nothing = not checked
    given = _no_answer(question, flow) if nothing else answer(question, checked, corpus)
    headline = count_headline(checked)
    return Report(
        question=request.question,
        seed_paper=request.seed_paper,
        status=Status.NO_EVIDENCE if nothing else Status.COMPLETE,
        title=_title(question, flow),
        engine=manifest.engine,
        answer=given,
        papers=tuple(papers),
        claims=tuple(checked),
        reviews=(),
        decision=_PENDING,
        flow=flow,
        headline=headline,
        manifest=manifest,
        abstract=_abstract(request, checked, flow, given, corpus),
        sections=sections(question, request, papers, checked, flow, manifest, corpus, limits, given),
    )


def _no_answer(question: Question, flow: Flow) -> Answer:
    if flow.included:
        why = f"None of the {counted(flow.included, 'included paper')} holds a finding that bears on it."
    elif flow.screened:
        why = f"{opened(counted(flow.screened, 'paper'))} {were(flow.screened)} screened, none of them on the subject."
    else:
        why = "The search returned no paper."
    return Answer(
        text=f"No paper found answers this. {why}",
        direction=Direction.UNDETERMINED,
        strength=AnswerStrength.NONE,
        independent_works=0,
        not_covered=question.phrases,
        claim_ids=(),
    )


def _title(question: Question, flow: Flow) -> str:
    papers = counted(flow.included, "included paper")
    if question.form == "comparison":
        subject = f"{question.first} and {question.second} compared"
        subject = f"{question.subject}: {subject}" if question.subject else subject
    elif question.subject and question.form in {"effect", "polar"}:
        head = question.outcome_head
        subject = f"{question.subject} and {head}" if head else question.subject
    else:
        subject = question.text.rstrip("?. ")
    return f"{opened(subject)}: evidence from {papers}"


def _abstract(
    request: ReviewRequest, checked: Sequence[CheckedClaim], flow: Flow, given: Answer, corpus: Corpus
) -> str:
    names = ["the given library" if name == "library" else name.replace("_", " ") for name in request.sources]
    sources, searched = listed(names or ["no source"]), flow.identified - flow.chased
    more = f", and references and citations {flow.chased:,} more" if flow.chased else ""
    out = [
        f"This review takes up the question “{request.question}”",
        f"A search of {sources} identified {counted(searched, 'record')}{more}; "
        f"{counted(flow.duplicates, 'duplicate')} {were(flow.duplicates)} folded, "
        f"{counted(flow.screened, 'paper')} {were(flow.screened)} screened and {flow.included} included.",
    ]
    out[0] += "" if request.question.rstrip().endswith(("?", ".", "!")) else "."
    if not checked:
        out.append("No paper found answers the question, and no claim is made.")
        return " ".join(out)
    outcomes = Counter(item.outcome for item in checked)
    works = len({item.claim.paper_id for item in checked})
    examined = sum(item.examined for item in checked)
    out.append(
        f"{opened(counted(len(checked), 'claim'))} from {counted(works, 'paper')} {were(len(checked))} extracted, "
        f"each with its verbatim quote; {examined} could be examined against other works."
    )
    told = [f"{outcomes[outcome]} {outcome.replace('_', ' ')}" for outcome in Outcome if outcomes[outcome]]
    out.append(f"By outcome: {', '.join(told)}.")
    out.append(_verdict(given))
    return " ".join(out)


def _verdict(given: Answer) -> str:
    missing = f" Not covered: {', '.join(given.not_covered)}." if given.not_covered else ""
    works = counted(given.independent_works, "independent work")
    if given.direction is Direction.UNDETERMINED:
        bear = "bears" if given.independent_works == 1 else "bear"
        return f"The direction of the answer is undetermined; {works} {bear} on it directly.{missing}"
    strength = given.strength.replace("_", " ")
    return f"The answer is “{given.direction.replace('_', ' ')}”, resting on {works} ({strength}).{missing}"
