"""The contradictions among the included works, looked for again in their stored texts, against those the report shows.

The rules are those of the corroboration seat (`comparability.relate`), without its encoder: only words decide.
"""

from __future__ import annotations

from functools import lru_cache

from assignee.claims import Basis, CheckedClaim, Outcome, Report, Stance

from ..tools.text import content_stems, sentences
from .attribution import announcement, asserted, of_others
from .comparability import Relation, relate
from .finding import frames
from .question import parse
from .record_checks import evidence_of, included
from .reviewer import Texts
from .scoring import SERIOUS, SLIGHT, Fault

__all__ = ["hidden_contradictions", "unfounded_agreements"]

_SURE = 0.6
_SHARED = 4  # content words that two sentences must share to be compared
_READ = 20000  # characters of a text
_HELD = frozenset({Outcome.CONTESTED, Outcome.REFUTED})


def hidden_contradictions(report: Report, texts: Texts) -> list[Fault]:
    """Claims that a sentence of another included work denies, where the report does not say that they are contested."""
    found = []
    for item in report.claims:
        if item.outcome in _HELD and any(e.stance is Stance.CONTRADICT for _, e in evidence_of(item)):
            continue
        against = _against(item, report, texts)
        if against:
            name, quote = against
            found.append(
                Fault(
                    SERIOUS,
                    f"{item.claim.id} is printed as {item.outcome.value}, and {included(report)[name].cite} says "
                    f"otherwise: “{quote}”",
                )
            )
    return [*found, *_untold(report, texts)]


def _untold(report: Report, texts: Texts) -> list[Fault]:
    """Findings on the question in two included works that deny each other, of which the report tells neither."""
    asked = parse(report.question).stems
    told = " ".join(
        [item.claim.quote for item in report.claims]
        + [evidence.quote for item in report.claims for _, evidence in evidence_of(item)]
    )
    held: list[tuple[str, str]] = []
    for name, paper in included(report).items():
        try:
            text = "" if paper.basis is Basis.FULL_TEXT else texts(name)[:_READ]
        except KeyError:
            continue
        near = [line for line in _findings(text) if asked and 2 * len(asked & _stems(line)) >= len(asked)]
        held += [(name, line) for line in near]
    for at, (name, line) in enumerate(held):
        for other, denied in held[at + 1 :]:
            if (
                name == other
                or line in told
                or denied in told
                or len(_stems(line) & _stems(denied)) < _SHARED
            ):
                continue
            relation = _relate(line, denied)
            if relation.stance is Stance.CONTRADICT and relation.match >= _SURE:
                cite = included(report)[name].cite
                return [
                    Fault(
                        SERIOUS,
                        f"{cite}, “{line}”, and “{denied}” deny each other, and the report tells neither",
                    )
                ]
    return []


def unfounded_agreements(report: Report) -> list[Fault]:
    """Evidence from other works that is printed as support, and that says the opposite or nothing comparable."""
    found = []
    for item in report.claims:
        for verifier, evidence in evidence_of(item):
            if evidence.paper_id == item.claim.paper_id or evidence.stance is not Stance.SUPPORT:
                continue
            relation = _relate(item.claim.statement, evidence.quote)
            if relation.stance is Stance.CONTRADICT:
                found.append(
                    Fault(
                        SERIOUS,
                        f"{verifier} takes “{evidence.quote}” as support of {item.claim.id}, which says the opposite: "
                        f"“{item.claim.statement}”",
                    )
                )
            elif len(_stems(item.claim.statement) & _stems(evidence.quote)) < 2:
                found.append(
                    Fault(
                        SLIGHT,
                        f"{verifier} takes “{evidence.quote}” as support of {item.claim.id}: not comparable",
                    )
                )
    return found


def _against(item: CheckedClaim, report: Report, texts: Texts) -> tuple[str, str] | None:
    claim = item.claim
    if not _told(claim.statement):
        return None
    stems = _stems(claim.statement)
    for name, paper in included(report).items():
        if name == claim.paper_id or paper.basis is Basis.FULL_TEXT:
            continue
        try:
            text = texts(name)[:_READ]
        except KeyError:
            continue
        for sentence in _findings(text):
            if len(stems & _stems(sentence)) < _SHARED:
                continue
            relation = _relate(claim.statement, sentence)
            if relation.stance is Stance.CONTRADICT and relation.match >= _SURE:
                return name, sentence
    return None


@lru_cache(maxsize=1024)
def _findings(text: str) -> tuple[str, ...]:
    """The sentences of a text that tell a result as its own."""
    found = (text[start:end] for start, end in sentences(text))
    return tuple(
        line
        for line in found
        if _told(line) and asserted(line) and not announcement(line) and not of_others(line)
    )


@lru_cache(maxsize=8192)
def _told(sentence: str) -> bool:
    return bool(frames(sentence))


@lru_cache(maxsize=16384)
def _relate(one: str, other: str) -> Relation:
    return relate(one, other)


@lru_cache(maxsize=16384)
def _stems(sentence: str) -> frozenset[str]:
    return frozenset(content_stems(sentence))
