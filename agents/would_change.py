"""What evidence would change the answer: told from what the answer lacks, nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from assignee.claims import Answer, AnswerStrength, Basis, CheckedClaim, Direction, Paper

from .prose import counted, listed
from .protocol import FIELDS, compare, protocol
from .question import Question

__all__ = ["would_change"]


def would_change(
    question: Question, given: Answer, papers: Sequence[Paper], checked: Sequence[CheckedClaim]
) -> list[str]:
    """Whole sentences, the most direct first; at least one, whatever the answer."""
    sides = (
        (question.first, question.second)
        if question.form == "comparison"
        else (question.subject, question.outcome_head)
    )
    both = f"{sides[0]} and {sides[1]}" if all(sides) else "what the question asks about"
    out = []
    if given.not_covered:
        it = "it" if len(given.not_covered) == 1 else "them"
        out.append(f"Results on {listed(given.not_covered)}: no included paper on the subject mentions {it}.")
    if given.direction is Direction.MIXED:
        quotes = [item.claim.quote for item in checked if item.claim.id in given.claim_ids]
        fields = _apart(quotes)
        out.append(
            "A work that tests it under one protocol: the works that disagree "
            + (
                f"do not all name the same {listed(fields)}."
                if fields
                else "name no setting to tell them apart."
            )
        )
    elif given.direction is not Direction.UNDETERMINED:
        out.append("A comparable, independent finding to the contrary: the direction would become “mixed”.")
    elif given.strength is AnswerStrength.NONE and question.form != "open":
        out.append(f"Two independent works that report a result naming {both}; there is none now.")
    elif given.strength is AnswerStrength.SINGLE_WORK:
        out.append(f"A second, independent work that reports a result naming {both}.")
    elif given.strength is not AnswerStrength.NONE and not given.not_covered:
        out.append(f"Works that name {both} and say which way the effect goes.")
    unread = [paper for paper in papers if paper.included and paper.basis is not Basis.FULL_TEXT]
    if unread:
        out.append(
            f"The full texts of {counted(len(unread), 'included paper')}, of which only an abstract or a digest was read."
        )
    return out or ["A search that returns papers on the question."]


def _apart(quotes: Sequence[str]) -> list[str]:
    """The fields in which any two quotes differ, or that only one of them names."""
    told = [protocol(quote) for quote in quotes]
    return [
        field
        for field in FIELDS
        if any(compare(field, one, other) not in {"", "same"} for one, other in combinations(told, 2))
    ]
