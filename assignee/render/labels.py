"""The vocabulary in words, and small turns of phrase."""

from __future__ import annotations

from assignee.claims import AnswerStrength, Basis, Direction, Outcome, Status

__all__ = [
    "BASIS",
    "DIRECTION",
    "FOUND_BY",
    "OUTCOME",
    "STATUS",
    "STRENGTH",
    "plural",
    "reviewer_title",
    "sentence",
    "spoken",
]

BASIS = {Basis.ABSTRACT: "abstract", Basis.DIGEST: "digest", Basis.FULL_TEXT: "full text"}
DIRECTION = {
    Direction.YES: "yes",
    Direction.NO: "no",
    Direction.MIXED: "mixed",
    Direction.FIRST: "the first of the two things compared",
    Direction.SECOND: "the second of the two things compared",
    Direction.NO_DIFFERENCE: "no difference",
    Direction.UNDETERMINED: "undetermined",
}
STRENGTH = {
    AnswerStrength.NONE: "no work answers it",
    AnswerStrength.SINGLE_WORK: "a single work",
    AnswerStrength.SEVERAL_CONSISTENT: "several independent works, consistent",
    AnswerStrength.SEVERAL_INCONSISTENT: "several independent works, inconsistent",
}
FOUND_BY = {
    "references": "found in the references of an included paper",
    "citations": "found among papers that cite an included one",
    "named": "named by you",
}
OUTCOME = {
    Outcome.CORROBORATED: "an independent work supports it",
    Outcome.GROUNDED: "a claim in our words that its own source supports",
    Outcome.QUOTED: "a verbatim sentence; no other work bears on it",
    Outcome.CONTESTED: "evidence on both sides",
    Outcome.REFUTED: "the evidence speaks against it",
    Outcome.UNSUPPORTED: "the evidence does not carry it",
    Outcome.NOT_ADJUDICATED: "the checkers failed, which is no verdict",
}
STATUS = {
    Status.COMPLETE: "complete",
    Status.PARTIAL: "partial: part of the work failed, see the problems",
    Status.NO_EVIDENCE: "no evidence: no paper found bears on the question",
    Status.FAILED: "failed",
}


def reviewer_title(name: str) -> str:
    """A reviewer's name as a heading: "readers_advocate" gives "Reader’s advocate"."""
    return name.replace("readers_", "reader’s ").replace("_", " ").capitalize()


def spoken(name: str) -> str:
    """A name of ours in words: "semantic_scholar" gives "semantic scholar"."""
    return name.replace("_", " ")


def sentence(text: str) -> str:
    """A title that ends as a sentence does: with its own mark, else with a full stop."""
    return text if text.rstrip('”"’)').endswith((".", "?", "!")) else f"{text}."


def plural(count: int, one: str, many: str = "") -> str:
    """ "1 paper", "2 papers"."""
    return f"{count} {one if count == 1 else many or one + 's'}"
