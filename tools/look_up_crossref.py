"""Retractions and corrections that publishers and Retraction Watch register with Crossref."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import quote

from assignee.claims import Paper

from .asks_database import AsksDatabase
from .finding_more import Learned
from .http_client import Garbled, Params
from .http_errors import NotThere
from .identifiers import identifiers
from .json_answer import inner, items, parsed, word
from .notices import notice
from .paper_ids import batches, crossref_doi
from .patient_client import Patient
from .record import iso_date
from .source_crossref import GONE, Crossref

__all__ = ["LookUpCrossref", "read_notes"]

_AT_ONCE = 25
_SAID = {
    "retraction": "retracted",
    "withdrawal": "withdrawn",
    "removal": "removed",
    "partial_retraction": "partly retracted",
    "expression_of_concern": "expression of concern",
    "correction": "corrected",
    "corrigendum": "corrected",
    "erratum": "corrected",
    "addendum": "has an addendum",
    "clarification": "clarified",
    "reinstatement": "reinstated",
    "new_version": "has a newer version",
    "new_edition": "has a newer edition",
}
_SOURCES = {"publisher": "Crossref, by the publisher", "retraction-watch": "Crossref, by Retraction Watch"}

Notes = dict[str, list[Mapping[str, Any]]]


class LookUpCrossref(AsksDatabase):
    """By DOI, 25 at a time: `updated-by` of the works, and for those without any the works that say they update them.

    A retraction, withdrawal or removal marks a paper as retracted; other notices are told only.
    """

    name = "crossref"
    database = Crossref

    def look_up(self, papers: Sequence[Paper]) -> tuple[list[Learned], list[str]]:
        """What is told of the papers whose DOI Crossref has registered. Raises NoAnswer where nothing was answered."""
        wanted = [paper for paper in papers if crossref_doi(paper.ids)]
        if not wanted:
            return [], []
        with self.patient() as patient:
            notes = _updated_by(patient, [crossref_doi(paper.ids) for paper in wanted])
            for doi, more in _updating(patient, [doi for doi, known in notes.items() if not known]).items():
                notes[doi] = more
        problems = patient.settled()
        return [
            _learned(paper, notes[crossref_doi(paper.ids)])
            for paper in wanted
            if crossref_doi(paper.ids) in notes
        ], problems


def read_notes(body: bytes) -> list[Mapping[str, Any]]:
    """The works of a list, or the one that was asked for. Raises Garbled for anything else."""
    message = inner(parsed(body), "message")
    if isinstance(inner(message, "items"), list):
        return items(message, "items")
    if not word(message, "DOI"):
        raise Garbled("it holds no work")
    return [message]


def _updated_by(patient: Patient, dois: Sequence[str]) -> Notes:
    """The updates of each DOI that is registered; an empty list where none is named."""
    found: Notes = {}
    for work in _asked(patient, dois, "doi", "DOI,updated-by"):
        found.setdefault(word(work, "DOI").lower(), []).extend(items(work, "updated-by"))
    return found


def _updating(patient: Patient, dois: Sequence[str]) -> Notes:
    """What works that update these DOIs say of them."""
    found: Notes = defaultdict(list)
    wanted = set(dois)
    for work in _asked(patient, dois, "updates", "DOI,update-to"):
        for note in items(work, "update-to"):
            updated = word(note, "DOI").lower()
            if updated in wanted:
                found[updated].append({**note, "DOI": word(work, "DOI")})
    return found


def _asked(patient: Patient, dois: Sequence[str], kind: str, fields: str) -> list[Mapping[str, Any]]:
    works: list[Mapping[str, Any]] = []
    # A comma ends a filter: what holds one is asked for by its own address, or not at all.
    for batch in batches((doi for doi in dois if "," not in doi), _AT_ONCE):
        for _, found in patient.get_all(batch, partial(_list, kind, fields), read_notes):
            works += found
    for doi in dict.fromkeys(doi for doi in dois if "," in doi and kind == "doi"):
        try:
            works += patient.get(f"/works/{quote(doi, safe='')}", (), read_notes, named=True) or []
        except NotThere:
            continue
    return works


def _list(kind: str, fields: str, dois: Sequence[str]) -> tuple[str, Params]:
    query = ",".join(f"{kind}:{doi}" for doi in dois)
    return "/works", (("filter", query), ("select", fields), ("rows", str(4 * _AT_ONCE)))


def _learned(paper: Paper, notes: Sequence[Mapping[str, Any]]) -> Learned:
    told = {}
    for note in notes:
        kind = word(note, "type").lower().replace("-", "_").replace(" ", "_")
        who = _SOURCES.get(word(note, "source").lower(), "Crossref")
        by = identifiers((), doi=word(note, "DOI")).get("doi", "")
        day = iso_date(word(note, "updated", "date-time")) or ""
        if not kind and not by:
            continue
        if by != crossref_doi(paper.ids):
            line = notice(_SAID.get(kind, "updated"), who, by, day)
            told[line] = (kind not in GONE, day, line)
        elif kind in GONE:  # its own record says so, and names itself as the notice
            line = notice(_SAID[kind], who, "", day)
            told[line] = (False, day, line)
    ranked = sorted(told.values())
    return Learned(
        paper.id,
        retracted=any(not only_told for only_told, *_ in ranked),
        notices=tuple(line for *_, line in ranked),
    )
