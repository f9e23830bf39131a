"""The closed sets of words that the records use: stances, outcomes, kinds, decisions. Imports nothing of ours."""

from __future__ import annotations

from enum import StrEnum

__all__ = [
    "AnswerStrength",
    "Basis",
    "Decided",
    "Direction",
    "Grade",
    "Kind",
    "Outcome",
    "Stance",
    "Status",
]


class Stance(StrEnum):
    """What a piece of evidence, or a verifier, says of a claim."""

    SUPPORT = "support"
    CONTRADICT = "contradict"
    NEUTRAL = "neutral"
    NOT_ADJUDICATED = "not_adjudicated"


class Outcome(StrEnum):
    """What adjudication makes of a claim's verdicts (DESIGN section 3)."""

    CORROBORATED = "corroborated"
    GROUNDED = "grounded"
    QUOTED = "quoted"
    CONTESTED = "contested"
    REFUTED = "refuted"
    UNSUPPORTED = "unsupported"
    NOT_ADJUDICATED = "not_adjudicated"

    @property
    def mark(self) -> str:
        """The sign in the claims table: ✓ corroborated or grounded, ± contested, – quoted, × the rest."""
        return {"corroborated": "✓", "grounded": "✓", "contested": "±", "quoted": "–"}.get(self.value, "×")


class Basis(StrEnum):
    """What of a paper was read."""

    ABSTRACT = "abstract"
    FULL_TEXT = "full_text"
    DIGEST = "digest"


class Kind(StrEnum):
    """What sort of statement a claim is."""

    FINDING = "finding"
    COMPARISON = "comparison"
    NULL_RESULT = "null_result"
    BACKGROUND = "background"
    ANNOUNCEMENT = "announcement"


class Direction(StrEnum):
    """Which way the included papers answer the question."""

    YES = "yes"
    NO = "no"
    MIXED = "mixed"
    FIRST = "first"
    SECOND = "second"
    NO_DIFFERENCE = "no_difference"
    UNDETERMINED = "undetermined"


class AnswerStrength(StrEnum):
    """How much independent work the answer rests on."""

    NONE = "none"
    SINGLE_WORK = "single_work"
    SEVERAL_CONSISTENT = "several_consistent"
    SEVERAL_INCONSISTENT = "several_inconsistent"


class Decided(StrEnum):
    """What the gate does with a draft."""

    APPROVE = "approve"
    REVISE = "revise"
    REJECT = "reject"


class Grade(StrEnum):
    """What a reader may take a finished report for."""

    REJECTED = "rejected"
    DRAFT = "draft"
    SOURCE_CHECKED = "source_checked"
    CORROBORATED = "corroborated"


class Status(StrEnum):
    """How a run ended."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    NO_EVIDENCE = "no_evidence"
    FAILED = "failed"
