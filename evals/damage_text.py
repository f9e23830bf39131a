"""Damages to what a report says: its abstract, answer, directions, whole sentences; and rewrites that break nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assignee.claims import Direction, Report

from ..tools.text import sentences
from .damage import Case, Damage, answered, chosen, claim_changed

__all__ = ["DAMAGES", "FLIPS", "STYLES", "flipped", "parts", "replaced_sentences"]

FLIPS = (
    ("improves", "worsens"), ("improve", "worsen"), ("increases", "decreases"), ("raises", "lowers"),
    ("outperforms", "falls behind"),
    ("outperform", "fall behind"), ("better", "worse"), ("higher", "lower"), ("gains", "losses"), ("reduces", "increases"),
    ("effective", "ineffective"), ("helps", "hurts"), ("hurts", "helps"), ("significantly", "hardly"), ("decreases", "increases"),
)  # fmt: skip
_CERTAIN = (
    "It is proven beyond doubt.",
    "The evidence is overwhelming and always holds.",
    "This settles the question definitively for all languages and tasks.",
)


def parts(text: str) -> list[str]:
    """The sentences of a text."""
    return [text[start:end] for start, end in sentences(text)]


def replaced_sentences(text: str, others: Sequence[str], dose: int) -> str:
    """The text with a third, two thirds or all of its sentences replaced by others, from the first on."""
    own = parts(text)
    count = max(1, round(len(own) * dose / 3))
    return " ".join([*others[:count], *own[count:]])


def _source_abstract(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    report = case.report
    taken = next((paper.id for paper in report.papers if paper.included and paper.id in case.texts), None)
    if taken is None:
        return None
    return case.with_report(
        replace(report, abstract=replaced_sentences(report.abstract, parts(case.texts[taken]), dose))
    )


def _turned(report: Report) -> Direction:
    opposite = {
        Direction.YES: Direction.NO, Direction.NO: Direction.YES, Direction.MIXED: Direction.NO,
        Direction.FIRST: Direction.SECOND, Direction.SECOND: Direction.FIRST, Direction.NO_DIFFERENCE: Direction.FIRST,
    }  # fmt: skip
    return opposite.get(report.answer.direction, Direction.NO)


def _direction(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    """1: the direction recorded; 2: the answer's text as well; 3: and the abstract's, so that all three agree."""
    way = _turned(case.report)
    report = answered(case.report, direction=way)
    if dose >= 2:
        named = " ".join(f"[{name}]" for name in report.answer.claim_ids[:3])
        report = answered(report, text=f"{_SAID[way]}: the included works agree on it {named}.")
    if dose == 3:
        own = [
            line for line in parts(report.abstract) if "direction" not in line and "The answer is" not in line
        ]
        report = replace(report, abstract=" ".join([*own, f"The answer is “{way.value.replace('_', ' ')}”."]))
    return case.with_report(report)


_SAID = {
    Direction.YES: "Yes",
    Direction.NO: "No",
    Direction.FIRST: "The first does better",
    Direction.SECOND: "The second does better",
    Direction.MIXED: "The works disagree",
}


def flipped(text: str) -> str | None:
    """The text with its first word of direction turned, None where it has none."""
    for word, other in FLIPS:
        turned = re.sub(rf"\b{word}\b", other, text, count=1)
        if turned != text:
            return turned
    return None


def _flipped_claims(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    report = case.report
    found = [item for item in report.claims if flipped(item.claim.statement) and flipped(item.claim.text)]
    for item in chosen(found, dose):
        claim = item.claim
        report = claim_changed(report, claim.id, text=flipped(claim.text), statement=flipped(claim.statement))
    return case.with_report(report) if found else None


def _cut_claims(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    report = case.report
    found = [item for item in report.claims if len(item.claim.text) > 130]
    for item in chosen(found, dose):
        report = claim_changed(report, item.claim.id, text=item.claim.text[:120])
    return case.with_report(report) if found else None


def _cut_abstract(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    text = case.report.abstract
    end = int(len(text) * (0.85, 0.6, 0.3)[dose - 1])
    while end and not (text[end - 1].isalpha() and text[end : end + 1].isalpha()):
        end -= 1
    return case.with_report(replace(case.report, abstract=text[:end]))


def _evasive(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    vague = "This is a complex topic, and more research is needed."
    text = {1: f"{parts(case.report.answer.text)[0]} {vague}", 2: vague, 3: ""}[dose]
    report = answered(case.report, text=text)
    return case.with_report(report)


def _certain(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    report = answered(case.report, text=f"{case.report.answer.text} {_CERTAIN[0]}")
    if dose >= 2:
        report = replace(report, abstract=f"{report.abstract} {_CERTAIN[1]}")
    if dose == 3:
        report = answered(report, text=f"{report.answer.text} {_CERTAIN[2]}")
    return case.with_report(report)


def _reordered(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    own = parts(case.report.abstract)
    if len(own) < 3:
        return None
    turned = own[:1] + own[1:][::-1] if dose < 3 else own[::-1]
    return case.with_report(replace(case.report, abstract=" ".join(turned)))


_WORDS = (
    ("takes up the question", "looks at the question"), ("identified", "found"), ("were screened", "were looked through"),
    ("could be examined against", "could be held against"), ("were extracted", "were drawn"), ("resting on", "based on"),
    ("each with its verbatim quote", "each together with its exact quotation"), ("By outcome:", "Their outcomes:"),
    ("No included paper", "None of the included papers"), ("names both", "speaks of both"), ("name both", "speak of both"),
    ("and agree", "and they agree"), ("Nearest to it:", "What comes closest:"), ("stays undetermined", "remains undetermined"),
)  # fmt: skip


def _reworded(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    def told(text: str) -> str:
        for old, new in _WORDS[: 5 * dose]:
            text = text.replace(old, new)
        return text

    report = replace(case.report, abstract=told(case.report.abstract))
    return case.with_report(answered(report, text=told(report.answer.text)))


def _split(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    """Longer sentences at dose 1 (joined by semicolons), shorter ones at 2 and 3 (split at them)."""
    start = case.report.abstract.find("”") + 1
    own = case.report.abstract[start:]
    if dose == 1:
        own = re.sub(r"\. (?=[A-Z0-9])", "; ", own, count=1)
    else:
        own = re.sub(r"; (\w)", lambda match: f". {match[1].upper()}", own)
    return case.with_report(replace(case.report, abstract=case.report.abstract[:start] + own))


def _attributed(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    report = case.report
    for item in chosen(report.claims, dose):
        cite = report.paper(item.claim.paper_id).cite
        text = item.claim.text
        for verb in ("report", "reports"):
            text = text.replace(f"{cite} {verb}: “", f"According to {cite}: “")
        report = claim_changed(report, item.claim.id, text=text)
    return case.with_report(report)


DAMAGES = (
    Damage("foreign_abstract", "of_an_included_paper", _source_abstract),
    Damage("flipped_direction", "of_the_answer", _direction),
    Damage("flipped_direction", "in_claims", _flipped_claims),
    Damage("cut_text", "claims_at_120_characters", _cut_claims),
    Damage("cut_text", "abstract_inside_a_word", _cut_abstract),
    Damage("unanswered_question", "evasive", _evasive),
    Damage("overclaiming", "certainty", _certain, consistent=True),
)
STYLES = (
    Damage("style", "reordered", _reordered),
    Damage("style", "reworded", _reworded),
    Damage("style", "longer_or_shorter", _split),
    Damage("style", "attributed", _attributed),
)
