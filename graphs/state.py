"""What flows through the graph: plain JSON data, so that a checkpoint can be read by anything.

Texts are never in it: a paper carries the hash of its stored text, and `corpus` is the hash under which the list
of included papers lies in the text store.
"""

from __future__ import annotations

import operator
from collections.abc import Awaitable, Iterable
from typing import Annotated, Any, Protocol, TypedDict, TypeVar

from assignee.json_form import Record

__all__ = [
    "Batch",
    "ChaseTask",
    "FetchTask",
    "Json",
    "LookUpTask",
    "Node",
    "ReviewInput",
    "ReviewOutput",
    "ReviewState",
    "SearchTask",
    "dicts",
]

Json = dict[str, Any]

_In = TypeVar("_In", contravariant=True)


class Node(Protocol[_In]):
    """A node made for a seat or a reviewer, in the form that LangGraph takes."""

    def __call__(self, state: _In) -> Awaitable[Json]:
        """What of the state changes."""
        ...


class ReviewInput(TypedDict):
    """What `ainvoke` takes: a request in the form of `assignee.request.to_dict`; only "question" is required."""

    request: Json


class ReviewOutput(TypedDict):
    """What `ainvoke` returns: `Report.to_dict()`."""

    report: Json


class ReviewState(TypedDict, total=False):
    """Everything a run knows.

    Lists with a reducer grow; what belongs to one revision round carries its `round`. `found` holds one entry per
    source (or chaser) and batch of the search; `latest` is the batch that was found and not screened yet, {} once it
    was; `batches` are those of `RunManifest`. `expanded` says that the queries of what was found have been made.
    `learned` holds one entry per look-up, `fetched` one per paper whose full text was sought. `verdicts` has one
    {"round", "claim", "verdict"} per claim and seat, `reviews` one {"round", "review"} per reviewer. `problems` are told
    in the report; `failures` also make it partial. `told` is what stages say beside their results
    (`engine_extras.told`). `best` is the better of the drafts so far: {"report", "score", "round"}.
    """

    request: Json
    round: int
    demands: list[str]
    queries: list[Json]
    found: Annotated[list[Json], operator.add]
    latest: Json
    batches: Annotated[list[Json], operator.add]
    expanded: bool
    learned: Annotated[list[Json], operator.add]
    fetched: Annotated[list[Json], operator.add]
    failures: Annotated[list[str], operator.add]
    told: Annotated[list[Json], operator.add]
    papers: list[Json]
    corpus: str
    flow: Json
    claims: list[Json]
    verdicts: Annotated[list[Json], operator.add]
    checked: list[Json]
    report: Json
    reviews: Annotated[list[Json], operator.add]
    best: Json


class SearchTask(TypedDict):
    """What one `Send` to `search` carries: one source and its queries; `named` are ids of papers to be included."""

    source: str
    queries: list[str]
    named: list[str]
    request: Json
    round: int
    batch: int
    what: str


class ChaseTask(TypedDict):
    """What one `Send` to `chase` carries: one chaser, and the papers whose references and citations it is asked for."""

    chaser: str
    papers: list[Json]
    request: Json
    round: int
    batch: int


class LookUpTask(TypedDict):
    """What one `Send` to `look_up` carries: one service and the papers it is asked about. `turn` counts from 1."""

    service: str
    papers: list[Json]
    round: int
    turn: int


class FetchTask(TypedDict):
    """What one `Send` to `fetch` carries: a paper, and where open copies of it are said to lie."""

    paper: Json
    locations: list[Json]
    round: int


class Batch(TypedDict):
    """What one `Send` to a verifier seat carries: claims in batches, and the corpus to check them against."""

    batches: list[list[Json]]
    corpus: str
    round: int


def dicts(records: Iterable[Record]) -> list[Json]:
    """The plain form of records, in order."""
    return [record.to_dict() for record in records]
