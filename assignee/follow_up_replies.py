"""The replies to questions about a run: each reads one kind of record, or passes (None) where it finds none."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assignee.claims import CheckedClaim, Outcome, Paper, Review, Stance
from assignee.follow_up_match import Records
from assignee.follow_up_types import FollowUp, Quoted
from assignee.tools.text import content_stems

__all__ = [
    "about",
    "against",
    "answer",
    "claim",
    "claims",
    "confidence",
    "counts",
    "decision",
    "excluded",
    "in_favour",
    "included",
    "limits",
    "made_by",
    "of_paper",
    "panel",
    "quote",
    "retracted",
    "searched",
]

_OF_CONFIDENCE = frozenset(
    content_stems("confidence confidences calibrated calibration calibrate probability")
)
_SHOWN = 8  # entries of one answer; the number left out is told


def counts(records: Records) -> FollowUp | None:
    """Numbers of papers, claims, queries."""
    asked, flow, head = records.question.casefold(), records.report.flow, records.report.headline
    if re.search(r"\b(?:support|contradict|agree|disagree|oppos|confirm|back)", asked):
        return None  # about evidence, not about screening
    by_outcome = {str(kind): sum(item.outcome is kind for item in records.report.claims) for kind in Outcome}
    if re.search(r"\bclaims?\b|\bfindings?\b", asked):
        for kind, number in by_outcome.items():
            if kind.replace("_", " ") in asked.replace("_", " "):
                ids = tuple(item.claim.id for item in records.report.claims if item.outcome == kind)
                return _held(
                    f"{number} of {_n(len(records.report.claims), 'claim')}: {kind.replace('_', ' ')}.",
                    ids=ids,
                )
        if "examined" in asked:
            return _held(f"{head.examined} of {_n(head.claims, 'claim')} were examined against other works.")
        mix = ", ".join(f"{number} {kind.replace('_', ' ')}" for kind, number in by_outcome.items() if number)
        return _held(f"{_n(len(records.report.claims), 'claim')}: {mix or 'none'}.")
    if re.search(r"\bquer(?:y|ies)\b|\bsearches\b", asked):
        return _held(
            f"{_n(len(records.report.manifest.queries), 'query', 'queries')} were sent to the sources."
        )
    if re.search(r"\breviewers?\b", asked):
        return _held(f"{_n(len(records.report.reviews), 'reviewer')} read the report.")
    named = {
        "duplicate": f"{_n(flow.duplicates, 'duplicate')} removed",
        "screened": f"{_n(flow.screened, 'paper')} screened",
        "exclu": f"{_n(flow.excluded, 'paper')} excluded",
        "left out": f"{_n(flow.excluded, 'paper')} excluded",
        "full": f"{_n(flow.read_full, 'paper')} read in full",
        "includ": f"{_n(flow.included, 'paper')} included",
        "identif": f"{_n(flow.identified, 'record')} identified",
        "retract": f"{_n(sum(p.retracted for p in records.report.papers), 'paper')} marked as retracted",
    }
    if not re.search(
        r"\bpapers?\b|\bworks?\b|\brecords?\b|\bstud(?:y|ies)\b|\barticles?\b|\breferences?\b|\bduplicates?\b",
        asked,
    ):
        return None
    told = [text for word, text in named.items() if word in asked]
    whole = (
        f"{_n(flow.identified, 'record')} identified, {flow.duplicates} duplicates removed, {flow.screened} screened, "
        f"{flow.excluded} excluded, {flow.included} included, {flow.read_full} read in full"
    )
    return _held(f"{_cap('; '.join(dict.fromkeys(told)))} ({whole})." if told else f"{whole}.")


def panel(records: Records) -> FollowUp | None:
    """What the reviewers wrote."""
    asked = records.question.casefold()
    reviews = [item for item in records.report.reviews if _said(item, asked)] or list(records.report.reviews)
    if not reviews:
        return FollowUp(text="The run holds no review: its panel did not read the report.", held=False)
    lines = []
    for item in reviews:
        scores = ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in item.scores.items())
        lines.append(f"{item.reviewer.replace('_', ' ')} — {item.mandate}")
        lines.append(f"  scores of 10: {scores or 'none'}")
        lines += [f"  - {comment}" for comment in item.comments] or ["  - no objection"]
    return _held("\n".join([*lines, _decided(records)]))


def _said(review: Review, asked: str) -> bool:
    return any(word in asked for word in review.reviewer.split("_") if len(word) > 5)


def decision(records: Records) -> FollowUp | None:
    """Score, grade, and why."""
    if records.named_claims():
        return None
    made = records.report.decision
    lines = [_decided(records), *(f"- {line}" for line in (*made.reasons, *made.caps, *made.deductions))]
    return _held("\n".join(dict.fromkeys(lines)))


def _decided(records: Records) -> str:
    made = records.report.decision
    score = "no score" if made.score is None else f"{made.score:g} of 10"
    return f"Score: {score}; decision: {made.decision}; grade: {str(made.grade).replace('_', ' ')}."


def excluded(records: Records) -> FollowUp | None:
    """Why a paper was left out, or the list of those that were."""
    out = [paper for paper in records.report.papers if not paper.included]
    if not records.subject:
        lines = [_reason(paper) for paper in out]
        return (
            _listed(f"{_n(len(out), 'paper')} found and not included:", lines)
            if out
            else _held("Every paper found was included.")
        )
    found = records.named_papers()
    if not found:
        return FollowUp(
            text=f"The run has no paper that fits “{_subject(records)}”; it screened {records.report.flow.screened}.",
            held=False,
        )
    return _listed("", [_reason(paper) for paper in found])


def _reason(paper: Paper) -> str:
    done = "included" if paper.included else "excluded"
    retracted = ", retracted" if paper.retracted else ""
    return f"{paper.cite}, {_title(paper)} [{paper.id}{retracted}]: {done}; reason kept: {paper.reason or 'none'}"


def retracted(records: Records) -> FollowUp | None:
    """Papers marked as retracted."""
    found = [paper for paper in records.report.papers if paper.retracted]
    if not found:
        return _held("No paper of the run is marked as retracted.")
    return _listed(f"{_n(len(found), 'paper')} marked as retracted:", [_reason(paper) for paper in found])


def against(records: Records) -> FollowUp | None:
    """Evidence that contradicts a claim, the answer, or any claim."""
    return _bearing(records, Stance.CONTRADICT, "contradicted")


def in_favour(records: Records) -> FollowUp | None:
    """Evidence that supports a claim, the answer, or any claim."""
    return _bearing(records, Stance.SUPPORT, "supported")


def _bearing(records: Records, stance: Stance, done: str) -> FollowUp | None:
    chosen = records.named_claims()
    if not chosen and not records.subject:
        if re.search(r"\banswer\b|\bconclusion\b", records.question, re.I):
            chosen = [records.by_id[id] for id in records.report.answer.claim_ids if id in records.by_id]
            if not chosen:
                return _held("The answer rests on no claim.")
        else:
            chosen = [item for item in records.report.claims if records.evidence(item, stance)]
            if not chosen:
                return _held(f"No claim of the run is {done} by an included paper.")
    elif not chosen:
        named = records.named_papers()
        chosen = [item for item in records.report.claims if item.claim.paper_id in {p.id for p in named}]
        chosen = chosen or records.claims_about()
    if not chosen:
        return None
    lines, quotes = [], []
    for item in chosen[:_SHOWN]:
        found = records.evidence(item, stance)
        if found:
            who = ", ".join(dict.fromkeys(records.cite(piece.paper_id) for piece in found))
            lines.append(f"{_claim_line(item)} — {done} by {who}")
            quotes += [records.quoted_evidence(item, piece) for piece in found]
        else:
            lines.append(
                f"{_claim_line(item)} — {done} by no other sentence of an included paper. {_why(item)}"
            )
            if stance is Stance.SUPPORT:
                quotes.append(records.quoted_claim(item))
    return _listed("", lines, quotes, chosen, more=len(chosen) - _SHOWN)


def quote(records: Records) -> FollowUp | None:
    """The verbatim quote of a claim and its place."""
    chosen = records.named_claims() or records.claims_about()
    if not chosen:
        return None
    lines = [f"{item.claim.id}: “{item.claim.quote}” — {_source(records, item)}" for item in chosen]
    return _listed("", lines, [records.quoted_claim(item) for item in chosen], chosen)


def claim(records: Records) -> FollowUp | None:
    """All that is kept of the claims named."""
    chosen = records.named_claims()
    if not chosen:
        return None
    lines, quotes = [], []
    for item in chosen:
        sure = "not calibrated here" if item.confidence is None else f"{item.confidence:g}"
        lines.append(
            f"{_claim_line(item)} — outcome: {_words(item.outcome)}; confidence: {sure}. {_why(item)}"
        )
        lines += [
            f"  {verdict.verifier}: {_words(verdict.stance)}; {verdict.reason}" for verdict in item.verdicts
        ]
        quotes.append(records.quoted_claim(item))
        for stance in (Stance.SUPPORT, Stance.CONTRADICT):
            quotes += [records.quoted_evidence(item, piece) for piece in records.evidence(item, stance)]
    return FollowUp(text="\n".join(lines), held=True, quotes=tuple(quotes), claim_ids=_ids(chosen))


def claims(records: Records) -> FollowUp | None:
    """The claims of one outcome, about a subject, or all."""
    asked = records.question.casefold().replace("_", " ")
    kinds = [kind for kind in Outcome if _words(kind) in asked]
    if re.search(r"\bfail(?:ed|s)?\b|×", asked):
        kinds += [kind for kind in Outcome if kind.mark == "×"]
    if kinds:
        chosen = [item for item in records.report.claims if item.outcome in kinds]
        told = " or ".join(_words(kind) for kind in kinds)
        head = f"{_n(len(chosen), 'claim')} of {len(records.report.claims)}: {told}."
        return _listed(head, [_claim_line(item) for item in chosen], _quotes(records, chosen), chosen)
    if records.subject:
        return None
    chosen = list(records.report.claims)
    return _listed(
        f"{_n(len(chosen), 'claim')}:",
        [_claim_line(item) for item in chosen],
        _quotes(records, chosen),
        chosen,
    )


def searched(records: Records) -> FollowUp | None:
    """What was sent to which source."""
    kept = records.report.manifest.queries
    lines = [f"{query.get('source')}: “{query.get('query')}”, {query.get('hits')} hits" for query in kept]
    return _listed(f"{_n(len(lines), 'query', 'queries')}:", lines) if lines else None


def limits(records: Records) -> FollowUp | None:
    """The limitations that the report tells, what would change the answer, what went wrong."""
    sections = records.report.sections
    lines = [
        *(str(line) for line in sections.get("limitations_evidence", ())),
        *(str(line) for line in sections.get("limitations_process", ())),
        *(f"What would change the answer: {line}" for line in sections.get("would_change", ())),
        *(f"Went wrong: {line}" for line in records.report.manifest.problems),
    ]
    if records.report.answer.not_covered:
        lines.append(
            f"In the question and in no included paper: {', '.join(records.report.answer.not_covered)}"
        )
    return _listed("", lines) if lines else None


def included(records: Records) -> FollowUp | None:
    """The papers included, or why one was."""
    if records.subject:
        found = records.named_papers()
        return _listed("", [_reason(paper) for paper in found]) if found else None
    kept = [paper for paper in records.report.papers if paper.included]
    lines = [f"{paper.cite}, {_title(paper)} [{paper.id}], read as {_words(paper.basis)}" for paper in kept]
    return _listed(f"{_n(len(kept), 'paper')} included:", lines)


def of_paper(records: Records) -> FollowUp | None:
    """The claims taken from the papers named."""
    found = records.named_papers()
    if not found:
        return None
    ids = {paper.id for paper in found}
    chosen = [item for item in records.report.claims if item.claim.paper_id in ids]
    if not chosen:
        return _listed("No claim was taken from this paper.", [_reason(paper) for paper in found])
    return _listed("", [_claim_line(item) for item in chosen], _quotes(records, chosen), chosen)


def answer(records: Records) -> FollowUp | None:
    """The answer of the report and the claims that it rests on."""
    told = records.report.answer
    chosen = [records.by_id[id] for id in told.claim_ids if id in records.by_id]
    text = f"{told.text}\nDirection: {_words(told.direction)}; strength: {_words(told.strength)}."
    return FollowUp(text=text, held=True, quotes=tuple(_quotes(records, chosen)), claim_ids=_ids(chosen))


def made_by(records: Records) -> FollowUp | None:
    """Engine, models, date."""
    kept = records.report.manifest
    models = ", ".join(f"{name}: {model}" for name, model in kept.models.items()) or "none"
    return _held(f"Engine: {records.report.engine}; models: {models}; dated {kept.date or 'not at all'}.")


def confidence(records: Records) -> FollowUp | None:
    """How far confidence is calibrated."""
    note = records.report.sections.get("confidence_note")
    return _held(str(note)) if note and not set(records.subject) - _OF_CONFIDENCE else None


def about(records: Records) -> FollowUp:
    """The claims nearest to the question's subject, or that there are none."""
    chosen = records.claims_about()
    if chosen:
        head = f"{_n(len(chosen), 'claim')} of the run {'speaks' if len(chosen) == 1 else 'speak'} of “{_subject(records)}”:"
        shown = chosen[:_SHOWN]
        lines, more = [_claim_line(item) for item in shown], len(chosen) - len(shown)
        return _listed(head, lines, _quotes(records, shown), chosen, more=more)
    unmet = records.unmet()
    why = f"; no claim or title has the words {', '.join(f'“{word}”' for word in unmet[:5])}" if unmet else ""
    tried = "contradicting or supporting papers, quotes, excluded papers, counts, the panel, or a claim by its number"
    return FollowUp(
        text=f"The run does not hold the answer to this{why}. It can be asked for {tried}.", held=False
    )


def _listed(
    head: str,
    lines: Sequence[str],
    quotes: Sequence[Quoted] = (),
    chosen: Sequence[CheckedClaim] = (),
    *,
    more: int = 0,
) -> FollowUp:
    left = max(more, len(lines) - _SHOWN * 3, 0)
    shown = [*([head] if head else []), *(f"- {line}" if head else line for line in lines[: _SHOWN * 3])]
    if left:
        shown.append(f"… and {left} more in the report.")
    kept = tuple(dict.fromkeys(quotes))[: _SHOWN * 3]
    return FollowUp(text="\n".join(shown), held=True, quotes=kept, claim_ids=_ids(chosen))


def _held(text: str, ids: tuple[str, ...] = ()) -> FollowUp:
    return FollowUp(text=text, held=True, claim_ids=ids)


def _ids(chosen: Sequence[CheckedClaim]) -> tuple[str, ...]:
    return tuple(item.claim.id for item in chosen)


def _quotes(records: Records, chosen: Sequence[CheckedClaim]) -> list[Quoted]:
    return [records.quoted_claim(item) for item in chosen]


def _claim_line(item: CheckedClaim) -> str:
    return f"{item.claim.id} {item.outcome.mark} {item.claim.text}"


def _source(records: Records, item: CheckedClaim) -> str:
    paper = records.papers.get(item.claim.paper_id)
    named = f"{paper.cite}, {_title(paper)} [{paper.id}]" if paper else item.claim.paper_id
    return f"{named}, {item.claim.section}, characters {item.claim.start}–{item.claim.end}"


def _why(item: CheckedClaim) -> str:
    return f"{_cap(item.why.rstrip('.'))}." if item.why else ""


def _title(paper: Paper) -> str:
    return f"“{paper.title}”"


def _subject(records: Records) -> str:
    asked = records.question.rstrip("?.! ").split()
    return " ".join(word for word in asked if set(content_stems(word)) & set(records.subject))


def _words(name: str) -> str:
    return str(name).replace("_", " ")


def _n(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _cap(text: str) -> str:
    return text[:1].upper() + text[1:]
