"""What a model may answer: one model of pydantic per prompt, one vocabulary, closed sets wherever a set is known.

Every field is required and nothing else is allowed. Ids are places in a list (`s1`, `s2`, …) from a set that is the
same in every call, so that a schema never changes from call to call and a provider can keep it in its prompt
cache; who asks checks that an id was really shown. No field asks how sure the model is.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema

__all__ = [
    "ANSWERS",
    "MOST_CLAIMS",
    "MOST_NEAR",
    "MOST_PAPERS",
    "MOST_SENTENCES",
    "Answer",
    "Compared",
    "Concept",
    "CrossVote",
    "Finding",
    "Findings",
    "Ground",
    "Judged",
    "Level",
    "Marks",
    "Noted",
    "Notes",
    "Queries",
    "Raised",
    "Research",
    "Screened",
    "Screening",
    "Stance",
    "Summary",
    "SummarySentence",
]

MOST_SENTENCES, MOST_NEAR, MOST_PAPERS, MOST_CLAIMS = 40, 12, 12, 60


def _one_of(letter: str, most: int) -> Any:
    """An id from `letter`1 to `letter`most: an enum in the schema, checked again when the answer is read."""
    ids = [f"{letter}{number}" for number in range(1, most + 1)]

    def known(value: str) -> str:
        if value not in ids:
            raise ValueError(f"{value!r} is no id; ids go from {ids[0]} to {ids[-1]}")
        return value

    return Annotated[str, AfterValidator(known), WithJsonSchema({"type": "string", "enum": ids})]


SentenceId: Any = _one_of("s", MOST_SENTENCES)
NearId: Any = _one_of("s", MOST_NEAR)
PaperId: Any = _one_of("p", MOST_PAPERS)
ClaimId: Any = _one_of("c", MOST_CLAIMS)

Stance = Literal["support", "contradict", "neutral"]
Ground = Literal[
    "says_the_same",
    "says_more_than_source",
    "number_differs",
    "direction_differs",
    "population_or_setting_differs",
    "hedge_dropped",
    "not_said_there",
]
Text = Annotated[str, Field(max_length=2000)]


class Answer(BaseModel):
    """Base of all answers."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Concept(Answer):
    """One thing the question is about, and the terms that papers use for it."""

    concept: Text
    terms: list[Text] = Field(max_length=8)


class Queries(Answer):
    """Of the searcher: what to look for."""

    sub_questions: list[Text] = Field(max_length=6)
    synonyms: list[Concept] = Field(max_length=4)
    queries: list[Text] = Field(max_length=8)


class Screened(Answer):
    """One paper: why comes before what."""

    paper: PaperId
    ground: Literal[
        "answers_the_question",
        "answers_a_part",
        "same_subject_no_result",
        "other_population_or_setting",
        "other_subject",
    ]
    decision: Literal["include", "exclude"]


class Screening(Answer):
    """Of the screener."""

    papers: list[Screened] = Field(max_length=MOST_PAPERS)


class Finding(Answer):
    """A finding in the model's words and the words of the paper it rests on."""

    sentence: SentenceId
    quote: Text
    statement: Text
    kind: Literal["finding", "comparison", "null_result"]


class Findings(Answer):
    """Of the extractor."""

    findings: list[Finding] = Field(max_length=12)


class CrossVote(Answer):
    """What a sentence of another paper says of a statement."""

    sentence: NearId
    same_measure: bool
    same_things_compared: bool
    quote: Text
    stance: Stance


class Judged(Answer):
    """Of the advocate and of the sceptic: the statement against its own source, then against other papers."""

    sentence: NearId
    quote: Text
    ground: Ground
    stance: Stance
    others: list[CrossVote] = Field(max_length=8)


class Noted(Answer):
    """One thing that the evidence says."""

    sentence: NearId
    quote: Text
    says: Text


class Notes(Answer):
    """Of evidence-first, first pass: the evidence, before the statement is known."""

    notes: list[Noted] = Field(max_length=8)


class Compared(Answer):
    """Of evidence-first, second pass."""

    sentence: NearId
    quote: Text
    ground: Ground
    stance: Stance


class Level(Answer):
    """A reviewer's mark in one dimension, with the words of the draft it rests on."""

    dimension: Annotated[str, Field(max_length=60)]
    quote: Text
    objection: Text
    level: Annotated[int, Field(ge=0, le=10)]


class Marks(Answer):
    """Of the reviewers and the chair."""

    marks: list[Level] = Field(max_length=10)


class SummarySentence(Answer):
    """A sentence and the claims it rests on."""

    text: Text
    claims: list[ClaimId] = Field(min_length=1, max_length=8)


class Summary(Answer):
    """Of the writer."""

    sentences: list[SummarySentence] = Field(max_length=6)


class Raised(Answer):
    """A research question and the words of the paper it comes from."""

    sentence: SentenceId
    quote: Text
    question: Text


class Research(Answer):
    """Of the questioner."""

    questions: list[Raised] = Field(max_length=20)


ANSWERS: dict[str, type[Answer]] = {
    kind.__name__: kind
    for kind in (Queries, Screening, Findings, Judged, Notes, Compared, Marks, Summary, Research)
}
