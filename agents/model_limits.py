"""What the report of a model engine says of its own limits: from the records of the run, none of it typed by hand."""

from __future__ import annotations

from assignee.claims import RunManifest

from .grounding import SEATS
from .prose import counted, opened, were

__all__ = ["NOT_CALIBRATED", "limits", "summary_limit"]

NOT_CALIBRATED = "no confidence is printed: the verdicts of the language models that were asked are calibrated on no gold set"
_DROPPED = {
    "quotes": "whose quote is not in the sentence it names",
    "numbers": "with a number that the quoted sentence does not have",
    "wordings": "that could not be told without leaning on other sentences",
}


def limits(manifest: RunManifest) -> list[str]:
    """Lines for the report's limitations of the process."""
    models = {role: name for role, name in manifest.models.items() if role in SEATS}
    facts = manifest.settings
    told = [
        "Findings are told in a language model's words beside the sentence each rests on; such a claim counts as grounded "
        "only where at least two seats find that the sentence says it.",
        "The language model reads sentences of prose: no tables, figures or equations.",
    ]
    kinds = sorted(set(models.values()))
    if len(kinds) == 1:
        told.append(
            f"Advocate, sceptic and evidence-first ask the same model ({kinds[0]}): their agreement is that of one reader "
            "asked three times, not of three."
        )
    marks = [
        f"{seat.replace('_', '-')} {facts[f'model_controls_{seat}']}"
        for seat in SEATS
        if f"model_controls_{seat}" in facts
    ]
    if marks:
        told.append(f"Control questions judged rightly: {', '.join(marks)}.")
    dropped = {name: facts.get(f"model_dropped_{name}", 0) for name in _DROPPED}
    parts = [f"{dropped[name]} {why}" for name, why in _DROPPED.items() if dropped[name]]
    if parts:
        told.append(f"Of the findings that the model returned, dropped were: {'; '.join(parts)}.")
    return told


def summary_limit(lost: int) -> list[str]:
    """What the report says of sentences that the writer wrote and its claims do not bear out."""
    if not lost:
        return []
    which = "it" if lost == 1 else "them"
    sentences = f"{opened(counted(lost, 'sentence'))} of the model's summary {were(lost)} dropped"
    return [f"{sentences}: the claims named do not bear {which} out."]
