"""The vocabulary: frozen records that every layer speaks. Imports nothing of ours but their words
and JSON form and how authors are named.

`start` and `end` are Unicode code points in a *stored text* (NFC, whitespace runs folded to one space);
`text[start:end] == quote` holds byte for byte for every quote in a report.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from assignee.authors import cited
from assignee.json_form import Record
from assignee.vocabulary import (
    AnswerStrength,
    Basis,
    Decided,
    Direction,
    Grade,
    Kind,
    Outcome,
    Stance,
    Status,
)

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

SCHEMA_VERSION = "1.1"


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
    in graph state. `work_id` is shared by the versions of one work.

    `publication` is "published", "preprint" or "" (not known). `found_by` is "search", "references" or "citations"
    (chased from an included paper) or "named" (by an override). `screening` is what screening judged: "include",
    "exclude" or "unsure"; `included` is what was done, after overrides and the limit. `notices` says who marks the paper
    as retracted or corrected. `given_by` maps a field (title, authors, year, venue, abstract, …) to the source whose value
    was kept. `conflicts` has one {"field", "values": [{"source", "value"}], "note"} for each field in which the records
    folded into this paper differ; an abstract's value is the hash of its stored text. `where_open` names where an open
    copy lies that was not read: {"url", "source", "note"}.
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
    publication: str = ""
    found_by: str = "search"
    screening: str = ""
    notices: tuple[str, ...] = ()
    given_by: dict[str, str] = field(default_factory=dict)
    conflicts: tuple[dict[str, Any], ...] = ()
    where_open: tuple[dict[str, str], ...] = ()

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
    """PRISMA 2020 counts. identified - duplicates = screened = included + excluded; read_full <= included.

    `identified_by` counts records by source and `chased` those that came through references and citations; both are
    parts of `identified`. `left_out` records could not be screened (no title or abstract) and are not in `identified`.
    `excluded_by` counts the excluded by kind of reason. Of the included, `sought` full texts were looked for and
    `not_retrieved` of these not got; of `preprints` no published version is on record.
    """

    identified: int = 0
    duplicates: int = 0
    screened: int = 0
    excluded: int = 0
    included: int = 0
    read_full: int = 0
    identified_by: dict[str, int] = field(default_factory=dict)
    chased: int = 0
    left_out: int = 0
    excluded_by: dict[str, int] = field(default_factory=dict)
    sought: int = 0
    not_retrieved: int = 0
    preprints: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline(Record):
    """The three numbers a reader sees first, and the number of claims they are out of."""

    claims: int = 0
    quoted: int = 0
    examined: int = 0
    corroborated: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunManifest(Record):
    """What a run was asked and what made it, as far as it is the same for the same input.

    `queries` has {"source", "query" as sent, "hits", "round", "batch", "what": as in batches, or "look_up"} for each, of
    every round; `settings["kept_round"]` names the round of the draft that was kept, where a later one was not.
    `batches` has one entry for each step of the search, in order: {"batch", "round", "what": "queries" | "acronyms" |
    "chase", "records", "new" (works not seen before), "relevant" (of these, judged "include")}. `overlap` counts, over
    the works that are included or were judged relevant or unsure, which sources' searches returned them: {"sources":
    [...], "works", "included"}; what only chasing brought, and retracted works, are left out.
    `stopped` says why the search ended. `not_answered` names the sources and services that did not answer.
    """

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
    batches: tuple[dict[str, Any], ...] = ()
    overlap: tuple[dict[str, Any], ...] = ()
    stopped: str = ""
    not_answered: tuple[str, ...] = ()
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
