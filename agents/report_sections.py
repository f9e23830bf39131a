"""The parts of the report behind the answer: themes, agreements, contradictions, limits. All from records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from assignee.claims import Answer, Basis, CheckedClaim, Evidence, Flow, Outcome, Paper, RunManifest, Stance
from assignee.settings import ReviewRequest

from ..tools.corpus import Corpus
from ..tools.text import content_stems
from .number_table import number_table
from .paper_names import answers_to
from .process_limits import process_limits
from .prose import counted, opened
from .question import Question
from .relevance import covers
from .settings_table import settings_lines, settings_told
from .would_change import would_change

__all__ = ["sections"]


def sections(
    question: Question,
    request: ReviewRequest,
    papers: Sequence[Paper],
    checked: Sequence[CheckedClaim],
    flow: Flow,
    manifest: RunManifest,
    corpus: Corpus,
    limits: Sequence[str],
    given: Answer,
) -> dict[str, Any]:
    """What the report says beside its records. Maps and lists of plain values, named as the renderers know them."""
    return {
        "would_change": would_change(question, given, papers, checked),
        "introduction": _introduction(question, request, papers),
        "themes": _themes(question, checked),
        "agreements": _agreements(checked, corpus),
        "contradictions": _contradictions(checked, corpus),
        "numbers": number_table(checked, {paper.id: paper.work_id or paper.id for paper in papers}),
        "not_comparable": _near_misses(checked),
        "limitations_evidence": _evidence_limits(papers, checked, flow, corpus),
        "limitations_process": [
            *limits,
            *process_limits(request, papers, flow, manifest),
            *_measured(manifest),
        ],
        "confidence_note": manifest.calibration.get("note", ""),
    }


def _introduction(question: Question, request: ReviewRequest, papers: Sequence[Paper]) -> str:
    text = f"The question is: “{request.question}”"
    text += " " + _read_as(question)
    if request.seed_paper:
        seed = next((paper for paper in papers if answers_to(paper, request.seed_paper)), None)
        text += (
            f" The review starts from {seed.cite}, “{seed.title}”."
            if seed
            else f" The seed paper {request.seed_paper} is not among the papers found."
        )
    return text


def _read_as(question: Question) -> str:
    """How the rules read the question, so that a reader sees where they read it wrong."""
    if question.form == "comparison":
        told = f"It was read as a comparison of “{question.first}” with “{question.second}”"
    elif question.subject and question.outcome:
        told = f"It was read as asking what “{question.subject}” does to “{question.outcome_head}”"
    else:
        told = "It was read as an open question"
    phrases = ", ".join(f"“{phrase}”" for phrase in question.phrases)
    return f"{told}; phrases looked for in the papers: {phrases}." if phrases else f"{told}."


def _themes(question: Question, checked: Sequence[CheckedClaim]) -> list[dict[str, Any]]:
    """Claims by the most telling phrase of the question that their quote mentions: the one fewest claims mention."""
    stems = {item.claim.id: frozenset(content_stems(item.claim.quote)) for item in checked}
    mentions = {
        phrase: [item.claim.id for item in checked if covers(phrase, stems[item.claim.id], item.claim.quote)]
        for phrase in question.topics
    }
    groups: dict[str, list[str]] = {}
    for item in checked:
        own = [phrase for phrase, ids in mentions.items() if item.claim.id in ids]
        heading = min(
            own, key=lambda phrase: (len(mentions[phrase]), question.topics.index(phrase)), default=""
        )
        groups.setdefault(heading, []).append(item.claim.id)
    order = [phrase for phrase in question.topics if phrase in groups]
    themes = [
        {"heading": f"{phrase[:1].upper()}{phrase[1:]}", "claim_ids": groups[phrase]} for phrase in order
    ]
    if "" in groups:
        themes.append({"heading": "Related findings", "claim_ids": groups[""]})
    return themes


def _agreements(checked: Sequence[CheckedClaim], corpus: Corpus) -> list[dict[str, Any]]:
    """Claims that an independent work backs, each with what backs it and the settings of both."""
    found = []
    for item in checked:
        independent = [evidence for evidence in _crossing(item, Stance.SUPPORT) if evidence.independent]
        if not independent:
            continue
        ids = list(dict.fromkeys(evidence.paper_id for evidence in independent))
        cites = ", ".join(corpus.papers[paper_id].cite for paper_id in ids)
        found.append(
            {
                "claim_id": item.claim.id,
                "paper_ids": ids,
                "with": [_side(item, evidence) for evidence in independent],
                "text": f"{corpus.papers[item.claim.paper_id].cite} and, independently, {cites} report the same.",
            }
        )
    return found


def _contradictions(checked: Sequence[CheckedClaim], corpus: Corpus) -> list[dict[str, Any]]:
    found = []
    for item in checked:
        against = _crossing(item, Stance.CONTRADICT)
        if item.outcome not in {Outcome.CONTESTED, Outcome.REFUTED} or not against:
            continue
        sides = [_side(item, evidence) for evidence in against]
        mine = corpus.papers[item.claim.paper_id].cite
        others = list(dict.fromkeys(corpus.papers[evidence.paper_id].cite for evidence in against))
        same = {evidence.paper_id for evidence in against} == {item.claim.paper_id}
        told = [settings_told(side["settings"]) for side in sides]
        found.append(
            {
                "claim_id": item.claim.id,
                "against": sides,
                "settings": "; ".join(dict.fromkeys(told)),
                "text": "An earlier view, and the sentence of the same paper that contradicts it."
                if same
                else f"{', '.join(others)} report the opposite of {mine}.",
            }
        )
    return found


def _side(item: CheckedClaim, evidence: Evidence) -> dict[str, Any]:
    return {
        "paper_id": evidence.paper_id,
        "quote": evidence.quote,
        "start": evidence.start,
        "end": evidence.end,
        "settings": settings_lines(item.claim.quote, evidence.quote),
    }


def _crossing(item: CheckedClaim, stance: Stance) -> list[Evidence]:
    return [
        evidence
        for verdict in item.verdicts
        for evidence in verdict.evidence
        if evidence.stance is stance
        and (evidence.paper_id != item.claim.paper_id or stance is Stance.CONTRADICT)
    ]


def _near_misses(checked: Sequence[CheckedClaim]) -> list[str]:
    """Why claims that were compared with other works matched none, most frequent reason first."""
    reasons: dict[str, list[str]] = {}
    for item in checked:
        for verdict in item.verdicts:
            if verdict.verifier == "corroboration" and verdict.reason.startswith("not comparable: "):
                reason = verdict.reason.removeprefix("not comparable: ").split(" (")[0].split("; nearest")[0]
                reasons.setdefault(reason, []).append(item.claim.id)
    ranked = sorted(reasons.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return [f"{opened(reason)}: {', '.join(ids)}." for reason, ids in ranked]


def _evidence_limits(
    papers: Sequence[Paper], checked: Sequence[CheckedClaim], flow: Flow, corpus: Corpus
) -> list[str]:
    out = []
    bases = Counter(paper.basis for paper in papers if paper.included)
    if bases[Basis.ABSTRACT]:
        out.append(f"Of {counted(bases[Basis.ABSTRACT], 'included paper')} only the abstract was read.")
    if bases[Basis.DIGEST]:
        out.append(
            f"Of {counted(bases[Basis.DIGEST], 'included paper')} only a digest written by others was read, "
            "not the paper's own words."
        )
    if flow.preprints:
        out.append(
            f"{opened(counted(flow.preprints, 'included paper'))} {'is a preprint' if flow.preprints == 1 else 'are preprints'}: "
            "no peer review of what was read is on record."
        )
    if flow.not_retrieved:
        out.append(
            f"The full text of {counted(flow.sought, 'included paper')} was looked for; that of "
            f"{flow.not_retrieved if flow.not_retrieved > 1 else 'one'} was not to be had."
        )
    if not checked:
        return out
    alone = sum(item.outcome is Outcome.QUOTED for item in checked)
    if alone:
        out.append(
            f"{opened(counted(alone, 'claim'))} "
            f"{'is' if alone == 1 else 'are'} quoted only: no other included work bears on {'it' if alone == 1 else 'them'}."
        )
    untold = [
        paper
        for paper in papers
        if paper.included and not any(item.claim.paper_id == paper.id for item in checked)
    ]
    if untold:
        out.append(f"From {counted(len(untold), 'included paper')} no finding on the question was extracted.")
    share = Counter(item.claim.paper_id for item in checked).most_common(1)[0]
    if share[1] > 0.25 * len(checked) and len(checked) > 3:
        out.append(f"{share[1]} of the {len(checked)} claims come from {corpus.papers[share[0]].cite}.")
    return out


def _measured(manifest: RunManifest) -> list[str]:
    note = manifest.calibration.get("entailment", "")
    return [note] if note else []
