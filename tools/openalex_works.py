"""Works of OpenAlex asked for by their ids, many at a time."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assignee.claims import Paper

from .http_client import Garbled, Params
from .json_answer import inner, items, number, parsed, word
from .paper_ids import batches, dois
from .patient_client import Patient

__all__ = ["AT_ONCE", "Works", "read_works", "work_ids", "works_by", "works_of"]

AT_ONCE = 50
"""Ids in one request."""

Works = tuple[list[Mapping[str, Any]], int]
"""Works as they came, and how many there are in all."""

_WORK = re.compile(r"(?:https?://openalex\.org/)?(W\d{4,12})", re.I)
_SIGNS = frozenset(",|!+")  # of its filters: ids that hold one cannot be asked for


def read_works(body: bytes) -> Works:
    """A list of works. Raises Garbled for anything else."""
    answer = parsed(body)
    if not isinstance(answer.get("results"), list):
        raise Garbled("it holds no results")
    return items(answer, "results"), number(answer, "meta", "count")


def work_ids(values: Any) -> list[str]:
    """ "W2741809807" of each id or address in a list; what is none is left out."""
    found = (
        _WORK.fullmatch(value)
        for value in (values if isinstance(values, list) else ())
        if isinstance(value, str)
    )
    return [match.group(1).upper() for match in found if match]


def works_of(
    patient: Patient, papers: Sequence[Paper], fields: str, hits: dict[str, int]
) -> dict[str, Mapping[str, Any]]:
    """The works of those papers that OpenAlex knows by any of their ids, by `Paper.id`. `hits` gets the requests.

    `fields` names what to fetch; id, doi and ids are always among it.
    """
    found: dict[str, Mapping[str, Any]] = {}
    ways = {paper.id: list(_ways(paper)) for paper in papers}
    for turn in range(max(map(len, ways.values()), default=0)):
        wanted: defaultdict[str, dict[str, list[str]]] = defaultdict(dict)
        for name, known in ways.items():
            if name not in found and turn < len(known):
                kind, value = known[turn]
                wanted[kind].setdefault(value, []).append(name)
        for kind, values in wanted.items():
            for batch in batches(values, AT_ONCE):
                for work in works_by(patient, kind, batch, fields, hits):
                    for name in values.get(_value(kind, work), ()):
                        found.setdefault(name, work)
    return found


def works_by(
    patient: Patient, kind: str, values: Sequence[str], fields: str, hits: dict[str, int], more: str = ""
) -> list[Mapping[str, Any]]:
    """The works with one of at most AT_ONCE values of a filter. `more` is another filter, with the comma before it."""

    def request(some: Sequence[str]) -> tuple[str, Params]:
        query = f"{kind}:{'|'.join(some)}{more}"
        return "/works", (("filter", query), ("select", fields), ("per_page", str(AT_ONCE)))

    works: list[Mapping[str, Any]] = []
    for params, (found, count) in patient.get_all(values, request, read_works):
        hits[dict(params)["filter"]] = count
        works += found
    return works


def _ways(paper: Paper) -> Iterator[tuple[str, str]]:
    if work := paper.ids.get("openalex"):
        yield "openalex_id", work.upper()
    yield from (("doi", doi) for doi in dois(paper.ids) if not _SIGNS & set(doi))
    if pmid := paper.ids.get("pmid"):
        yield "pmid", pmid


def _value(kind: str, work: Mapping[str, Any]) -> str:
    if kind == "openalex_id":
        return "".join(work_ids([word(work, "id")]))
    if kind == "doi":
        return re.sub(r"^https?://(?:dx\.)?doi\.org/", "", word(work, "doi"), flags=re.I).lower()
    pmid = inner(work, "ids", "pmid")
    return str(pmid).rstrip("/").rsplit("/", 1)[-1]
