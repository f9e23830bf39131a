"""Findings that bear on the question, from all included papers, as claims that stand alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from assignee.claims import Claim, Kind, Passage, Stance

from ..tools.corpus import Corpus
from ..tools.quantities import quantities
from .attribution import belief, doubtful
from .comparability import relate
from .finding import frames
from .own_findings import OwnFindings
from .question import Question
from .relevance import Relevance
from .selection import BACKGROUND, SHARE, thinned
from .wording_of_claims import Statement, attribute, statement

__all__ = ["Limits", "extract"]

_SHORTEST, _LONGEST = 6, 70  # words of a sentence that can be one claim
_NEAR = 0.4  # cosine from which a finding may deny a view


@dataclass(frozen=True, slots=True)
class Limits:
    """How many claims, and from where. `share` bounds one paper's part of all claims, `background` that of remarks."""

    claims: int = 24
    per_paper: int = 4
    share: float = SHARE
    background: float = BACKGROUND
    relevance: float = 0.39
    finding: float = 0.40  # P(finding) of a sentence that no frame is found in
    told: float = 0.02  # the same where the sentence says which way something went


@dataclass(frozen=True, slots=True)
class _Candidate:
    passage: Passage
    stated: Statement
    kind: Kind
    relevance: float
    value: float
    row: int


def extract(corpus: Corpus, question: Question, limits: Limits) -> list[Claim]:
    """The claims, most relevant first within the limits; ids c1, c2, … in that order."""
    if not corpus.passages:
        return []
    found = _candidates(corpus, question, limits)
    kept = _select(found, corpus, limits)
    return [_claim(f"c{number}", candidate, corpus) for number, candidate in enumerate(kept, start=1)]


def _candidates(corpus: Corpus, question: Question, limits: Limits) -> list[_Candidate]:
    relevance, findings = Relevance(question, corpus), OwnFindings.of(corpus)
    found: list[_Candidate] = []
    for paper_id in corpus.papers:
        passages = corpus.of(paper_id)
        head = " ".join(passage.text for passage in passages[:12])
        for passage, row in zip(passages, corpus.rows(paper_id), strict=True):
            told, bears = bool(frames(passage.text)), relevance.of(row)
            if bears < limits.relevance or not _SHORTEST <= len(passage.text.split()) <= _LONGEST:
                continue
            if findings.remark(row):
                # Of the remarks on earlier work only views that a finding of the corpus denies are worth a claim.
                if not (told and belief(passage.text) and _denied(row, corpus, findings)):
                    continue
                kind = Kind.BACKGROUND
            elif not findings.own(row) or findings.likely[row] < (limits.told if told else limits.finding):
                continue
            else:
                kind = _kind(passage.text)
            stated = statement(passage.text, passage.start, head, whole=kind is Kind.BACKGROUND)
            if stated is None or (kind is not Kind.BACKGROUND and doubtful(stated.text)):
                continue
            weight = min(1.0, findings.likely[row] + (0.25 if told else 0.0))
            value = round(bears * (0.5 + 0.5 * weight), 6)
            found.append(_Candidate(passage, stated, kind, round(bears, 3), value, row))
    return sorted(found, key=lambda item: (-item.value, item.passage.paper_id, item.passage.start))


def _denied(row: int, corpus: Corpus, findings: OwnFindings) -> bool:
    """Whether a comparable finding of the corpus contradicts the view in that row."""
    view = corpus.passages[row].text
    near = corpus.vectors @ corpus.vectors[row] >= _NEAR
    return any(
        near[other]
        and other != row
        and findings.own(other)
        and relate(view, corpus.passages[other].text).stance is Stance.CONTRADICT
        for other in range(len(corpus.passages))
    )


def _kind(sentence: str) -> Kind:
    parsed = frames(sentence)
    if parsed and all(frame.direction == 0 for frame in parsed):
        return Kind.NULL_RESULT
    if any(frame.comparative for frame in parsed):
        return Kind.COMPARISON
    return Kind.FINDING


def _select(found: Sequence[_Candidate], corpus: Corpus, limits: Limits) -> list[_Candidate]:
    """Best first, several papers before several claims of one; duplicates across papers are told once."""
    kept: list[_Candidate] = []
    papers: Counter[str] = Counter()
    for quota in range(1, limits.per_paper + 1):
        for candidate in found:
            if len(kept) == limits.claims:
                break
            if candidate in kept or papers[candidate.passage.paper_id] >= quota:
                continue
            if any(_same(candidate, other, corpus) for other in kept):
                continue
            kept.append(candidate)
            papers[candidate.passage.paper_id] += 1
    # Remarks and one paper's claims are thinned until both shares hold.
    kept.sort(key=lambda item: (-item.value, item.passage.paper_id, item.passage.start))
    return thinned(
        kept,
        lambda item: item.passage.paper_id,
        lambda item: item.kind is Kind.BACKGROUND,
        background=limits.background,
        share=limits.share,
    )


def _same(one: _Candidate, other: _Candidate, corpus: Corpus) -> bool:
    if one.passage.paper_id == other.passage.paper_id:
        return float(corpus.vectors[one.row] @ corpus.vectors[other.row]) > 0.92
    return one.stated.text.casefold() == other.stated.text.casefold()


def _claim(number: str, candidate: _Candidate, corpus: Corpus) -> Claim:
    passage, stated = candidate.passage, candidate.stated
    paper = corpus.papers[passage.paper_id]
    quote = corpus.text(passage.paper_id)[stated.start : stated.end]
    return Claim(
        id=number,
        text=attribute(paper, stated.text, candidate.kind),
        statement=quote,
        quote=quote,
        paper_id=passage.paper_id,
        section=passage.section,
        start=stated.start,
        end=stated.end,
        kind=candidate.kind,
        quantities=quantities(quote),
        relevance=candidate.relevance,
        verbatim=True,
    )
