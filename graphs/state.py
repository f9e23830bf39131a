"""What flows through the graph: plain JSON data, so that a checkpoint can be read by anything.

Texts are never in it: a paper carries the hash of its stored text, and `corpus` is the hash under which the list
of included papers lies in the text store.
"""

from __future__ import annotations

import operator
from collections.abc import Awaitable, Iterable
from typing import Annotated, Any, Protocol, TypedDict, TypeVar

from assignee.json_form import Record

__all__ = ["Batch", "Json", "Node", "ReviewInput", "ReviewOutput", "ReviewState", "SearchTask", "dicts"]

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
    source and round, `verdicts` one {"round", "claim", "verdict"} per claim and seat, `reviews` one
    {"round", "review"} per reviewer. `problems` are told in the report; `failures` also make it partial.
    `told` is what stages say beside their results (`engine_extras.told`). `best` is the better of the drafts so far:
    {"report", "score"}.
    """

    request: Json
    round: int
    demands: list[str]
    queries: list[Json]
    found: Annotated[list[Json], operator.add]
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
    """What one `Send` to `search` carries: one source and its queries."""

    source: str
    queries: list[str]
    request: Json
    round: int


class Batch(TypedDict):
    """What one `Send` to a verifier seat carries: claims in batches, and the corpus to check them against."""

    batches: list[list[Json]]
    corpus: str
    round: int


def dicts(records: Iterable[Record]) -> list[Json]:
    """The plain form of records, in order."""
    return [record.to_dict() for record in records]
