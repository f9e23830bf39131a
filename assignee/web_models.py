"""The JSON of the web interface, typed for the OpenAPI document."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from assignee.follow_up import FollowUp
from assignee.jobs import Found, Job, State
from assignee.request import MAX_CHASE, MAX_OVERRIDES, MAX_PAPERS, MAX_QUESTION

__all__ = [
    "PAPER",
    "Answer",
    "Asked",
    "Begun",
    "Claim",
    "Error",
    "FoundSoFar",
    "Library",
    "Paper",
    "Question",
    "Quote",
    "Result",
    "Review",
    "Session",
    "SignIn",
    "Stored",
]


# A paper's id: nothing that could be a path upwards, from the root or of an address.
PAPER = r"^([A-Za-z]+:)?[A-Za-z0-9_()-]+([./;][A-Za-z0-9_;()-]+)*$"
# Patterns are told, not enforced here: the jobs say in words what is wrong.
Text = Annotated[
    str, Field(min_length=1, max_length=MAX_QUESTION, json_schema_extra={"pattern": r"[\p{L}\p{N}]"})
]


def _whole(value: Any) -> Any:
    """To JSON, 20.0 is an integer."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Error(BaseModel):
    """What went wrong, in one line that says what to do."""

    error: str


class SignIn(_Strict):
    """The token that the server was started with."""

    token: Annotated[str, Field(max_length=512)]


class Session(BaseModel):
    """What this server is and may be asked."""

    version: str
    token_needed: bool
    signed_in: bool
    engine: str
    library: Annotated[bool, Field(description="Whether the server has a library of its own.")]
    formats: Annotated[list[str], Field(description="What a report can be downloaded as.")]
    file_types: list[str]
    max_file: Annotated[int, Field(description="Bytes of one uploaded file.")]
    max_files: int
    max_question: int


PaperId = Annotated[str, Field(max_length=200, json_schema_extra={"pattern": PAPER})]


class Asked(_Strict):
    """A review to carry out. The same question over the same papers joins the review that is there."""

    question: Text
    library: Annotated[
        str | None, Field(description="The id of an uploaded library; the server's own by default.")
    ] = None
    max_papers: Annotated[int, Field(ge=1, le=MAX_PAPERS), BeforeValidator(_whole)] = 20
    until: Annotated[
        str | None,
        Field(
            description="Only papers published by then: 2021, 2021-06 or 2021-06-30.",
            max_length=10,
            json_schema_extra={"pattern": "^([12][0-9]{3}(-(0[1-9]|1[0-2])(-(0[1-9]|1[0-9]|2[0-8]))?)?)?$"},
        ),
    ] = None
    seed_paper: Annotated[
        str | None,
        Field(
            description="A paper to start from, by its id.",
            max_length=200,
            json_schema_extra={"pattern": PAPER},
        ),
    ] = None
    include: Annotated[
        list[PaperId],
        Field(description="Ids of papers to include whatever screening says.", max_length=MAX_OVERRIDES),
    ] = []
    exclude: Annotated[
        list[PaperId], Field(description="Ids of papers to exclude.", max_length=MAX_OVERRIDES)
    ] = []
    chase: Annotated[
        int,
        Field(
            description="Where databases are asked: how often to follow references and citations.",
            ge=0,
            le=MAX_CHASE,
        ),
        BeforeValidator(_whole),
    ] = 2
    full_text: Annotated[
        bool, Field(description="Where databases are asked: read open full texts of included papers.")
    ] = True


class Result(BaseModel):
    """What the report says, in short. The report itself is at `/api/reviews/{id}/report.json`."""

    status: Literal["complete", "partial", "no_evidence", "failed"]
    title: str
    answer: str
    direction: str
    strength: str
    score: float | None
    decision: str
    grade: str
    headline: dict[str, int]
    flow: dict[str, Any]
    problems: list[str]


class Review(BaseModel):
    """A review as a job."""

    id: Annotated[str, Field(description="Twelve hexadecimal digits.")]
    question: str
    state: State
    created: Annotated[str, Field(description="When it was asked, UTC.")]
    error: str
    result: Result | None

    @classmethod
    def of(cls, job: Job) -> Review:
        """The form of a job that is shown: without paths of this machine."""
        result = Result(**job.result) if job.result else None
        return cls(
            id=job.id,
            question=job.question,
            state=job.state,
            created=job.created,
            error=job.error,
            result=result,
        )


class Paper(BaseModel):
    """A paper that was screened."""

    id: str
    title: str
    cite: str
    year: int | None
    included: bool
    reason: str


class Claim(BaseModel):
    """A claim as last told; `mark` and `outcome` are empty until it is judged."""

    round: int
    id: str
    text: str
    quote: str
    paper_id: str
    cite: str
    mark: str
    outcome: str
    confidence: float | None
    why: str


class FoundSoFar(BaseModel):
    """What a review has found so far, finished or not."""

    papers: list[Paper]
    claims: list[Claim]

    @classmethod
    def of(cls, found: Found) -> FoundSoFar:
        """The form of what `Jobs.found` gives."""
        return cls(
            papers=[Paper(**item) for item in found.papers], claims=[Claim(**item) for item in found.claims]
        )


class Question(_Strict):
    """A question about a finished review."""

    question: Text


class Quote(BaseModel):
    """A verbatim quote with its source."""

    text: str
    cite: str
    paper_id: str
    where: str


class Answer(BaseModel):
    """An answer from the review's records only; `held` is false where they do not hold one."""

    text: str
    held: bool
    quotes: list[Quote]
    claim_ids: list[str]

    @classmethod
    def of(cls, found: FollowUp) -> Answer:
        """The form of a follow-up."""
        return cls(**found.to_dict())


class Begun(BaseModel):
    """A library of your own, empty so far."""

    id: str


class Stored(BaseModel):
    """A file as it was stored: its name may have been made safe."""

    name: str
    size: int


class Library(BaseModel):
    """An uploaded library. Once it was asked about, it takes no more files."""

    id: str
    files: list[Stored]
    sealed: bool
