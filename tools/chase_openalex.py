"""Citation chasing through OpenAlex: the works that the included ones refer to, and those that cite them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from assignee.claims import Paper

from .asks_database import AsksDatabase
from .chased import CITATIONS, REFERENCES, Chased, unknown
from .database_records import Records
from .openalex_works import AT_ONCE, Works, read_works, work_ids, works_by, works_of
from .paper_ids import batches
from .patient_client import Patient
from .source import Found
from .source_openalex import FIELDS, OpenAlex, record_of
from .until import last_day

__all__ = ["ChaseOpenAlex"]

_MOST_REFERENCES = 200  # works fetched of all that the papers refer to
_PAGE = 100
_MOST_CITING = 2 * _PAGE  # works fetched that cite a group of papers


class ChaseOpenAlex(AsksDatabase):
    """References are fetched by id, 50 at a time; citations of papers that few cite together, of others one by one.

    At most two requests a paper and a few more.
    """

    name = "openalex"
    database = OpenAlex

    def chase(self, papers: Sequence[Paper], *, limit: int, until: str | None) -> Found:
        """As `Chaser.chase` says. `hits` are filters with the number of works that match."""
        hits: dict[str, int] = {}
        with self.patient() as patient:
            works = works_of(patient, papers, "id,doi,ids,cited_by_count,referenced_works", hits)
            walk = _Walk(patient, works.values(), Chased(papers, record_of), until, hits)
            told = [*walk.references(), *walk.citations(most=2 * len(papers))]
        failed = patient.settled()
        missing = [] if failed else [paper for paper in papers if paper.id not in works]
        records = Records(self._toolbox, self.name)
        return Found(
            papers=walk.chased.taken(records, limit, until),
            hits=tuple(hits.items()),
            problems=(
                *failed,
                *unknown(self.name, missing),
                *(f"{self.name}: {line}" for line in told),
                *records.problems(),
            ),
            left_out=records.left_out,
        )


class _Walk:
    """One batch of papers, each named by its work ("W2741809807")."""

    def __init__(
        self,
        patient: Patient,
        works: Iterable[Mapping[str, Any]],
        chased: Chased,
        until: str | None,
        hits: dict[str, int],
    ) -> None:
        self.chased = chased
        self._patient, self._hits = patient, hits
        self._works = {own: work for work in works for own in work_ids([work.get("id")])}
        self._dated = f",to_publication_date:{last_day(until)}" if until else ""

    def references(self) -> list[str]:
        """Fetch what the papers refer to. Returns lines about what was not fetched."""
        named_by: dict[str, list[str]] = {}
        place: dict[str, int] = {}
        for own, work in self._works.items():
            for at, cited in enumerate(dict.fromkeys(work_ids(work.get("referenced_works")))):
                named_by.setdefault(cited, []).append(own)
                place[cited] = min(at, place.get(cited, at))
        # Those named most often; of equals some of each paper, so that no long list crowds out the others.
        ranked = sorted(named_by, key=lambda work: (-len(named_by[work]), place[work], work))
        for batch in batches(ranked[:_MOST_REFERENCES], AT_ONCE):
            for work in works_by(self._patient, "openalex_id", batch, FIELDS, self._hits, self._dated):
                for cited in work_ids([work.get("id")]):
                    if cited in named_by:  # and not another into which it was merged
                        self.chased.add(cited, work, REFERENCES, named_by[cited])
        rest = len(ranked) - _MOST_REFERENCES
        return [f"{rest} of {len(ranked)} references were not read, those named least"] if rest > 0 else []

    def citations(self, most: int) -> list[str]:
        """Fetch what cites the papers, in `most` requests. Returns lines about what was not fetched."""
        asked = cut = 0
        for group, total in _groups(self._works):
            pages = 1 if total > _MOST_CITING else -(-total // _PAGE)
            for page in range(1, pages + 1):
                if asked == most:
                    cut += len(group) if page == 1 else 0
                    break
                asked += 1
                got = self._citing(group, page)
                if got is None:
                    break
                if got[1] <= page * _PAGE or not got[0]:
                    break
                cut += page == pages
        return [f"not all that cite {cut} of the papers were read, only those most cited"] if cut else []

    def _citing(self, group: Sequence[str], page: int) -> Works | None:
        query = f"cites:{'|'.join(group)}{self._dated}"
        params = (
            ("filter", query),
            ("select", f"{FIELDS},referenced_works"),
            ("sort", "cited_by_count:desc"),
            ("per_page", str(_PAGE)),
            ("page", str(page)),
        )
        got = self._patient.get("/works", params, read_works)
        for work in got[0] if got else ():
            cited = set(work_ids(work.get("referenced_works"))) & self._works.keys()
            for key in work_ids([work.get("id")]):
                # It answered the filter: where its references do not say whom of the group it cites, the first.
                self.chased.add(key, work, CITATIONS, cited or group[:1])
        if got:
            self._hits[query] = got[1]
        return got


def _groups(works: Mapping[str, Mapping[str, Any]]) -> list[tuple[list[str], int]]:
    """Works that are cited, in groups whose citations can all be read, with their number; those cited more stand alone."""
    counts = {own: work.get("cited_by_count") for own, work in works.items()}
    cited_by = {own: count if isinstance(count, int) else 1 for own, count in counts.items()}
    groups: list[tuple[list[str], int]] = []
    for own in sorted(cited_by, key=lambda work: (cited_by[work], work)):
        count = cited_by[own]
        if count <= 0:
            continue
        if groups and groups[-1][1] + count <= _MOST_CITING and len(groups[-1][0]) < AT_ONCE:
            group, total = groups[-1]
            groups[-1] = ([*group, own], total + count)
        else:
            groups.append(([own], count))
    return groups
