"""A draft as reviewers see it, and finding their quotes in it."""

from __future__ import annotations

from assignee.claims import Report, Stance

from ..tools.text import stored
from .record_checks import evidence_of

__all__ = ["quoted_in", "shown"]


def shown(draft: Report) -> dict[str, str]:
    """What of a draft is judged, by a label a line: question, answer, counts, claims with quotes and other works."""
    cites = {paper.id: paper.cite for paper in draft.papers}
    head, flow = draft.headline, draft.flow
    lines = {
        "question": draft.question,
        "answer": draft.answer.text,
        "abstract": draft.abstract,
        "counts": f"{flow.identified} records, {flow.included} papers included; {head.claims} claims, {head.quoted} with "
        f"their quote found, {head.examined} examined against other works, {head.corroborated} corroborated",
    }
    for item in draft.claims:
        lines[item.claim.id] = f"({item.outcome.value.replace('_', ' ')}) {item.claim.text}"
        if item.claim.quote not in item.claim.text:
            lines[f"{item.claim.id} quote"] = item.claim.quote
        for at, (_, found) in enumerate(evidence_of(item), start=1):
            if found.paper_id != item.claim.paper_id and found.stance is not Stance.NEUTRAL:
                lines[f"{item.claim.id} other {at}"] = (
                    f"{cites.get(found.paper_id, '')} ({found.stance.value}): {found.quote}"
                )
    for part in ("limitations_evidence", "limitations_process"):
        for at, text in enumerate(draft.sections.get(part) or (), start=1):
            lines[f"{part} {at}"] = str(text)
    return {label: stored(text) for label, text in lines.items() if text}


def quoted_in(quote: str, lines: dict[str, str]) -> bool:
    """Whether a quote of at least two words stands in one of the lines, byte for byte after stored form."""
    words = stored(quote)
    return len(words.split()) > 1 and any(words in text for text in lines.values())
