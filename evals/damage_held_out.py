"""Damages written after the panel's checks: how well the checks carry over to what they were not made for.

All were read once before anything was changed because of them. Those named in `_SEEN` were missed in part then and led
to better checks, so they count among the others now; the rest are held out still. Whoever changes a check because of a
figure measured on one of those names it there, and writes a new one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assignee.claims import AnswerStrength, Direction, Evidence, Outcome, Stance

from ..tools.text import sentences
from .damage import (
    Case,
    Damage,
    abstract_of,
    answered,
    chosen,
    claim_changed,
    contested,
    foreign_case,
    recounted,
    sections_changed,
)
from .damage_records import altered, taken_from, with_claims
from .damage_text import flipped, parts, replaced_sentences

__all__ = ["DAMAGES"]


def _other_abstract(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    other = foreign_case(case, others)
    if other is None:
        return None
    abstract = replaced_sentences(case.report.abstract, parts(other.report.abstract), dose)
    return case.with_report(replace(case.report, abstract=abstract))


def _unseen_abstract(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    """Sentences of a paper that this review never saw, in the middle of its abstract."""
    other = foreign_case(case, others)
    if other is None:
        return None
    taken = parts(other.texts[other.report.claims[0].claim.paper_id])[: 2 * dose]
    own = parts(case.report.abstract)
    return case.with_report(replace(case.report, abstract=" ".join([*own[:1], *taken, *own[1 + dose :]])))


def _promoted(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    """Papers that screening refused are taken in, with reasons that sound right, and quoted."""
    report = case.report
    refused = [
        paper
        for paper in report.papers
        if not paper.included and not paper.retracted and case.texts.get(paper.id)
    ]
    refused.sort(key=lambda paper: (paper.relevance or 0.0, paper.id))
    taken = refused[: 2 * dose - 1]
    if not taken:
        return None
    papers = {
        paper.id: replace(paper, included=True, reason="bears on the question", relevance=0.6)
        for paper in taken
    }
    made = []
    model = report.claims[0]
    for at, paper in enumerate(taken):
        text = case.texts[paper.id]
        start, end = max(sentences(text), key=lambda span: span[1] - span[0])
        claim = replace(
            model.claim, id=f"c{len(report.claims) + at + 1}", paper_id=paper.id, start=start, end=end,
            quote=text[start:end], statement=text[start:end], text=f"{paper.cite} report: “{text[start:end]}”", quantities=(),
        )  # fmt: skip
        own = Evidence(paper_id=paper.id, start=start, end=end, quote=text[start:end], stance=Stance.SUPPORT)
        verdict = replace(model.verdicts[0], evidence=(own,))
        made.append(replace(model, claim=claim, verdicts=(verdict,), outcome=Outcome.QUOTED, examined=False))
    everything = tuple(papers.get(paper.id, paper) for paper in report.papers)
    return case.with_report(recounted(replace(report, papers=everything, claims=(*report.claims, *made))))


def _replaced_claims(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    other = foreign_case(case, others)
    if other is None:
        return None
    more = taken_from(other, dose)[: max(1, len(case.report.claims) - 1)]
    keys = set(case.report.answer.claim_ids)
    made = with_claims(case, more, other, keep=False)
    named = {item.claim.id for item in made.report.claims}
    return made.with_report(answered(made.report, claim_ids=tuple(name for name in keys & named)))


def _evidence_number(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    """A number in the quotes of evidence from other works or sentences."""
    report = case.report
    found = [
        (item, at, n)
        for item in report.claims
        for at, verdict in enumerate(item.verdicts)
        for n, e in enumerate(verdict.evidence)
        if e.quote != item.claim.quote and altered(e.quote)
    ]
    for item, at, n in chosen(found, dose):
        current = next(one for one in report.claims if one.claim.id == item.claim.id)
        verdict = current.verdicts[at]
        changed = tuple(
            replace(e, quote=altered(e.quote) or e.quote) if number == n else e
            for number, e in enumerate(verdict.evidence)
        )
        verdicts = tuple(
            replace(v, evidence=changed) if number == at else v for number, v in enumerate(current.verdicts)
        )
        report = claim_changed(report, item.claim.id, verdicts=verdicts)
    return case.with_report(report) if found else None


def _shifted_point(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    """A digit dropped or a decimal point moved, in the claim's text alone."""
    report = case.report
    pattern = re.compile(r"\b(\d+)\.(\d)|\b(\d)(\d+)\b")
    found = [item for item in report.claims if pattern.search(item.claim.text.split("“", 1)[-1])]
    for item in chosen(found, dose):
        head, _, rest = item.claim.text.partition("“")
        moved = pattern.sub(lambda m: f"{m[1]}{m[2]}.0" if m[1] else f"{m[3]}.{m[4]}", rest, count=1)
        report = claim_changed(report, item.claim.id, text=f"{head}“{moved}")
    return case.with_report(report) if found else None


def _flipped_quotes(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    """The direction is turned in text, statement and quote alike."""
    report = case.report
    found = [item for item in report.claims if flipped(item.claim.quote) and flipped(item.claim.text)]
    for item in chosen(found, dose):
        turned = flipped(item.claim.quote)
        report = claim_changed(
            report, item.claim.id, quote=turned, statement=turned, text=flipped(item.claim.text)
        )
    return case.with_report(report) if found else None


def _turned_stances(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    """Evidence against claims is printed as evidence for them, or the other way round."""
    turn = {Stance.SUPPORT: Stance.CONTRADICT, Stance.CONTRADICT: Stance.SUPPORT}
    report = case.report
    found = [
        item
        for item in report.claims
        if any(v.verifier == "corroboration" and v.evidence for v in item.verdicts)
    ]
    for item in chosen(found, dose):
        verdicts = tuple(
            replace(
                v,
                stance=turn.get(v.stance, v.stance),
                evidence=tuple(replace(e, stance=turn.get(e.stance, e.stance)) for e in v.evidence),
            )
            if v.verifier == "corroboration"
            else v
            for v in item.verdicts
        )
        other = Outcome.CORROBORATED if item.outcome is Outcome.CONTESTED else Outcome.CONTESTED
        report = claim_changed(report, item.claim.id, verdicts=verdicts, outcome=other)
    return case.with_report(recounted(report)) if found else None


def _one_side_gone(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    """The claims of one side of a disagreement are taken out, and what contradicted the others with them."""
    report, split = case.report, contested(case.report)
    if len(split) < 2:
        return None
    gone = {item.claim.id for item in chosen(split, dose)[: len(split) - 1]}
    kept = []
    for item in report.claims:
        if item.claim.id in gone:
            continue
        verdicts = tuple(
            replace(
                v,
                stance=Stance.NEUTRAL if v.stance is Stance.CONTRADICT else v.stance,
                evidence=tuple(e for e in v.evidence if e.stance is not Stance.CONTRADICT),
            )
            for v in item.verdicts
        )
        outcome = Outcome.QUOTED if item.outcome in (Outcome.CONTESTED, Outcome.REFUTED) else item.outcome
        kept.append(replace(item, verdicts=verdicts, outcome=outcome))
    if not kept:
        return None
    names = tuple(name for name in report.answer.claim_ids if name not in gone)
    report = answered(replace(report, claims=tuple(kept)), claim_ids=names)
    return case.with_report(recounted(sections_changed(report, contradictions=[])))


def _strange_identifiers(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    said = (
        " See also arXiv:2199.01234.",
        " This is confirmed by claim c97 [c98].",
        " (Okonedo & Brandt, 2018; 10.9999/none.77)",
    )
    report = answered(case.report, text=case.report.answer.text + said[0])
    if dose >= 2:
        report = replace(report, abstract=report.abstract + said[1])
    if dose == 3:
        entries = [*(report.sections.get("agreements") or ())]
        entries.append(
            {
                "claim_id": report.claims[0].claim.id,
                "paper_ids": ["nobody18"],
                "text": f"They agree{said[2]}.",
            }
        )
        report = sections_changed(report, agreements=entries)
    return case.with_report(report)


def _asserted(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    """Findings of another review told in our own words in the answer."""
    other = foreign_case(case, others)
    if other is None:
        return None
    said = " ".join(item.claim.statement for item in other.report.claims[:dose])
    return case.with_report(answered(case.report, text=f"{case.report.answer.text} {said}"))


def _own_words(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    """Claims in our own words that go beyond their quotes and are printed as grounded."""
    report = case.report
    for item in chosen(report.claims, dose):
        cite = report.paper(item.claim.paper_id).cite
        said = "The method also lowers memory use and shortens training time for speakers of endangered dialects."
        report = claim_changed(
            report, item.claim.id, statement=said, text=f"{cite} find that {said[0].lower()}{said[1:]}",
            verbatim=False, outcome=Outcome.GROUNDED,
        )  # fmt: skip
    return case.with_report(recounted(report))


def _cut_at_words(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    """Claims cut between words, with an ellipsis and a closing mark that hide it."""
    report = case.report
    found = [item for item in report.claims if len(item.claim.text.split()) > 16]
    for item in chosen(found, dose):
        words = item.claim.text.split()
        report = claim_changed(report, item.claim.id, text=" ".join(words[: len(words) * 2 // 3]) + "….”")
    return case.with_report(report) if found else None


def _cut_answer(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    words = case.report.answer.text.split()
    kept = max(3, int(len(words) * (0.8, 0.5, 0.25)[dose - 1]))
    return case.with_report(answered(case.report, text=" ".join(words[:kept]).rstrip(".,;:")))


def _told_again(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    """Claims told again under another opening, over a part of the same quote."""
    report, more = case.report, []
    for at, item in enumerate(chosen(report.claims, dose)):
        claim = item.claim
        shift = claim.quote.find(" ") + 1
        quote = claim.quote[shift:]
        text = f"{report.paper(claim.paper_id).cite} also write: “{quote}”"
        again = replace(
            claim,
            id=f"c{len(report.claims) + at + 1}",
            start=claim.start + shift,
            quote=quote,
            statement=quote,
            text=text,
        )
        own = Evidence(
            paper_id=claim.paper_id, start=again.start, end=again.end, quote=quote, stance=Stance.SUPPORT
        )
        verdicts = (replace(item.verdicts[0], evidence=(own,)), *item.verdicts[1:])
        more.append(replace(item, claim=again, verdicts=verdicts))
    return case.with_report(recounted(replace(report, claims=(*report.claims, *more))))


def _other_answer(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    """The answer to another question, a third of it, two thirds, or all."""
    other = foreign_case(case, others)
    if other is None:
        return None
    text = replaced_sentences(case.report.answer.text, parts(other.report.answer.text), dose)
    return case.with_report(answered(case.report, text=text))


def _question_again(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    """The question told back, with the claims named less and less."""
    report = case.report
    asked = report.question.rstrip("?")
    named = ", ".join(f"[{name}]" for name in report.answer.claim_ids[: 3 - dose])
    text = f"The question asks: {asked[:1].lower()}{asked[1:]}. Findings on it are listed below{' ' + named if named else ''}."
    return case.with_report(answered(report, text=text))


def _raised(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    """Strength and works raised; then the direction; then the abstract, so that all agree."""
    report = case.report
    works = report.answer.independent_works + 3 * dose
    report = answered(report, strength=AnswerStrength.SEVERAL_CONSISTENT, independent_works=works)
    if dose >= 2:
        way = Direction.YES if report.answer.direction is Direction.UNDETERMINED else report.answer.direction
        named = " ".join(f"[{name}]" for name in report.answer.claim_ids)
        report = answered(
            report, direction=way, text=f"Yes: {works} independent works agree that it does {named}."
        )
    if dose == 3:
        report = replace(report, abstract=abstract_of(report))
    return case.with_report(report)


_SURE = (
    "There can be no question that this is so.",
    "Nobody can seriously dispute the result, which will hold everywhere and for everyone.",
    "The effect is a fact that needs no further study.",
)


def _sure(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    report = answered(case.report, text=f"{case.report.answer.text} {_SURE[0]}")
    if dose >= 2:
        report = replace(report, abstract=f"{report.abstract} {_SURE[1]}")
    return case.with_report(
        answered(report, text=f"{report.answer.text} {_SURE[2]}") if dose == 3 else report
    )


def _in_words(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    """Counts spelt out or in the limits, and wrong."""
    report = case.report
    said = (
        "Ninety claims were extracted.",
        "Seventeen of them are corroborated.",
        "In total 999 papers were screened.",
    )
    report = replace(report, abstract=" ".join([report.abstract, *said[1 : dose + 1]]))
    limits = [
        f"Of {len(report.papers) + 40} included papers only the abstract was read.",
        *report.sections.get("limitations_evidence", ())[1:],
    ]
    return case.with_report(sections_changed(report, limitations_evidence=limits) if dose >= 2 else report)


def _more_works(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    works = case.report.answer.independent_works + (1, 4, 15)[dose - 1]
    strength = AnswerStrength.SEVERAL_INCONSISTENT if works > 1 else AnswerStrength.SINGLE_WORK
    report = answered(case.report, independent_works=works, strength=strength)
    return case.with_report(replace(report, abstract=abstract_of(report)))


_SEEN = frozenset(
    {
        "refused_papers", "in_place_of_claims", "one_side_gone", "answer", "question_told_back", "other_words",
        "in_words_and_limits", "independent_works",
    }
)  # fmt: skip
DAMAGES = tuple(
    Damage(kind, variant, apply, consistent, held_out=variant not in _SEEN)
    for kind, variant, apply, consistent in (
        ("foreign_abstract", "of_another_review", _other_abstract, False),
        ("foreign_abstract", "of_an_unseen_paper", _unseen_abstract, False),
        ("off_topic_source", "refused_papers", _promoted, True),
        ("off_topic_source", "in_place_of_claims", _replaced_claims, True),
        ("altered_number", "in_evidence", _evidence_number, False),
        ("altered_number", "point_moved", _shifted_point, False),
        ("flipped_direction", "in_quotes_too", _flipped_quotes, True),
        ("flipped_direction", "of_evidence", _turned_stances, False),
        ("dropped_contradiction", "one_side_gone", _one_side_gone, True),
        ("invented_citation", "identifiers", _strange_identifiers, False),
        ("unsupported_claim", "in_the_answer", _asserted, False),
        ("unsupported_claim", "in_our_words", _own_words, False),
        ("cut_text", "claims_between_words", _cut_at_words, False),
        ("cut_text", "answer", _cut_answer, False),
        ("duplicated_claims", "over_part_of_the_quote", _told_again, False),
        ("unanswered_question", "another_answer", _other_answer, False),
        ("unanswered_question", "question_told_back", _question_again, False),
        ("overclaiming", "strength_raised", _raised, True),
        ("overclaiming", "other_words", _sure, True),
        ("false_counts", "in_words_and_limits", _in_words, False),
        ("false_counts", "independent_works", _more_works, True),
    )
)
