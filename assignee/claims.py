"""The vocabulary: frozen records that every layer speaks. Imports nothing of ours but their JSON form and how authors are named.

`start` and `end` are Unicode code points in a *stored text* (NFC, whitespace runs folded to one space);
`text[start:end] == quote` holds byte for byte for every quote in a report.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from assignee.authors import cited
from assignee.json_form import Record

__all__ = [
    "SCHEMA_VERSION",
    "Answer",
    "AnswerStrength",
    "Basis",
    "CheckedClaim",
    "Claim",
    "Decided",
    "Decision",
    "Direction",
    "Evidence",
    "Flow",
    "Grade",
    "Headline",
    "Kind",
    "Outcome",
    "Paper",
    "Passage",
    "Quantity",
    "Record",
    "Report",
    "Review",
    "RunManifest",
    "Stance",
    "Status",
    "Verdict",
    "Work",
]

SCHEMA_VERSION = "1.0"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity(Record):
    """A number as a text gives it: `value` in `unit`, at `[start, end)` of that text.

    `unit` is canonical: "%", "points", "x", "" and so on. `role` is "change", "level", "count" or "year".
    """

    value: float
    unit: str
    start: int
    end: int
    role: str = "level"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper(Record):
    """One paper, with what was read of it.

    `id` is canonical inside a run. `text_hash` names the stored text in the text store; texts are never kept
    in graph state. `work_id` is shared by the versions of one work. `rank` is its place in the fused ranking.
    """

    id: str
    title: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    date: str | None = None
    venue: str | None = None
    url: str | None = None
    ids: dict[str, str] = field(default_factory=dict)
    version: str | None = None
    licence: str | None = None
    retracted: bool = False
    basis: Basis = Basis.ABSTRACT
    sources: tuple[str, ...] = ()
    work_id: str = ""
    text_hash: str = ""
    versions: tuple[str, ...] = ()
    included: bool = False
    reason: str = ""
    relevance: float | None = None

    @property
    def cite(self) -> str:
        """Author and year as running text cites them: "Phang et al. (2020)"."""
        return cited(self.authors, self.year, self.title or self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work(Record):
    """What the versions of one paper fold into. `paper_ids[0]` is the version that is read."""

    id: str
    paper_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage(Record):
    """One sentence of a paper's stored text: `stored[start:end] == text`."""

    paper_id: str
    section: str
    start: int
    end: int
    text: str
    page: int | None = None
    hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(Record):
    """A self-contained statement with its verbatim quote and the place of the quote.

    `text` is what the report says; `statement` is the bare finding in it, which is what verifiers judge.
    """

    id: str
    text: str
    statement: str
    quote: str
    paper_id: str
    section: str
    start: int
    end: int
    kind: Kind
    quantities: tuple[Quantity, ...] = ()
    relevance: float = 0.0
    verbatim: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence(Record):
    """A span that bears on a claim, and how. `quote` is the span's text."""

    paper_id: str
    start: int
    end: int
    quote: str
    stance: Stance
    probability: float | None = None
    independent: bool | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict(Record):
    """What one verifier says of one claim. `probability` is that of the stance, None where not estimated."""

    verifier: str
    stance: Stance
    probability: float | None
    reason: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedClaim(Record):
    """A claim with all its verdicts, the adjudicated outcome, and why."""

    claim: Claim
    verdicts: tuple[Verdict, ...]
    outcome: Outcome
    confidence: float | None
    why: str
    examined: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Review(Record):
    """What one reviewer says. `scores` maps a dimension to 0..10; every comment quotes its ground."""

    reviewer: str
    mandate: str
    scores: dict[str, float]
    comments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(Record):
    """The gate. `score` is out of 10, None where more than 20 % of the claims were not adjudicated.

    `spread` is the largest minus the smallest reviewer mean. `deductions` are (points lost, why), largest first.
    """

    score: float | None
    spread: float | None
    caps: tuple[str, ...]
    decision: Decided
    grade: Grade
    reasons: tuple[str, ...]
    deductions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Record):
    """The question answered, or said to be open."""

    text: str
    direction: Direction
    strength: AnswerStrength
    independent_works: int
    not_covered: tuple[str, ...]
    claim_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow(Record):
    """PRISMA counts. identified - duplicates = screened = included + excluded; read_full <= included."""

    identified: int = 0
    duplicates: int = 0
    screened: int = 0
    excluded: int = 0
    included: int = 0
    read_full: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline(Record):
    """The three numbers a reader sees first, and the number of claims they are out of."""

    claims: int = 0
    quoted: int = 0
    examined: int = 0
    corroborated: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunManifest(Record):
    """What a run was asked and what made it, as far as it is the same for the same input."""

    queries: tuple[dict[str, Any], ...] = ()
    date: str = ""
    until: str | None = None
    engine: str = ""
    models: dict[str, str] = field(default_factory=dict)
    prompts: dict[str, str] = field(default_factory=dict)
    packages: dict[str, str] = field(default_factory=dict)
    library: tuple[dict[str, Any], ...] = ()
    problems: tuple[str, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)
    calibration: dict[str, Any] = field(default_factory=dict)
    tokens: int = 0
    cost: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report(Record):
    """A finished review: everything the renderers print comes from here."""

    question: str
    seed_paper: str | None
    status: Status
    title: str
    engine: str
    answer: Answer
    papers: tuple[Paper, ...]
    claims: tuple[CheckedClaim, ...]
    reviews: tuple[Review, ...]
    decision: Decision
    flow: Flow
    headline: Headline
    manifest: RunManifest
    abstract: str = ""
    sections: dict[str, Any] = field(default_factory=dict)
    schema_version: str = SCHEMA_VERSION

    def paper(self, paper_id: str) -> Paper:
        """The paper of that id. Raises KeyError."""
        for paper in self.papers:
            if paper.id == paper_id:
                return paper
        raise KeyError(paper_id)
