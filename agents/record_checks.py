"""What the records of a report bear out: quotes, citations, counts. No judgement, only comparison."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from assignee.claims import Basis, CheckedClaim, Evidence, Headline, Outcome, Paper, Report, Stance

from ..tools.text import content_stems
from .cited_names import strange_citations
from .exclusion import exclusion_kind
from .independence import works
from .reviewer import Texts

__all__ = [
    "Ground",
    "count_faults",
    "count_headline",
    "duplicates",
    "evidence_of",
    "foreign_citations",
    "included",
    "independent_works",
    "key_claims",
    "quote_faults",
    "same_place",
]


class Ground(NamedTuple):
    """A fault and where it stands: a claim id, or a part of the report. `text` quotes its ground."""

    where: str
    text: str


def included(report: Report) -> dict[str, Paper]:
    """The papers that may be cited, by id: included and not retracted."""
    return {paper.id: paper for paper in report.papers if paper.included and not paper.retracted}


def key_claims(report: Report) -> list[CheckedClaim]:
    """The claims that the answer rests on, in the answer's order; ids that name no claim are left out."""
    by_id = {checked.claim.id: checked for checked in report.claims}
    return [by_id[name] for name in report.answer.claim_ids if name in by_id]


def evidence_of(checked: CheckedClaim) -> Iterator[tuple[str, Evidence]]:
    """(verifier, evidence) over all verdicts of a claim, in order."""
    for verdict in checked.verdicts:
        for item in verdict.evidence:
            yield verdict.verifier, item


def same_place(paper_id: str, start: int, end: int, quote: str, texts: Texts) -> str | None:
    """None where `stored[start:end] == quote`; else what is wrong, in words."""
    try:
        text = texts(paper_id)
    except KeyError:
        return f"the text of {paper_id} is not at hand"
    if quote and text[start:end] == quote:
        return None
    if quote and quote in text:
        return f"it stands elsewhere in {paper_id} than at {start}–{end}"
    return f"it is not in the text of {paper_id}"


def quote_faults(report: Report, texts: Texts) -> list[Ground]:
    """Every quote of a claim, of its evidence or of a contradiction that is not in the stored text at its place."""
    found: list[Ground] = []
    for checked in report.claims:
        claim = checked.claim
        fault = same_place(claim.paper_id, claim.start, claim.end, claim.quote, texts)
        if fault:
            found.append(Ground(claim.id, f"quote of {claim.id}: {fault}: “{claim.quote}”"))
        for verifier, item in evidence_of(checked):
            fault = same_place(item.paper_id, item.start, item.end, item.quote, texts)
            if fault:
                found.append(
                    Ground(claim.id, f"evidence of {verifier} for {claim.id}: {fault}: “{item.quote}”")
                )
    for entry in report.sections.get("contradictions") or ():
        for side in entry.get("against") or ():
            place = (str(side.get("paper_id")), int(side.get("start") or 0), int(side.get("end") or 0))
            fault = same_place(*place, str(side.get("quote") or ""), texts)
            if fault:
                found.append(Ground("contradictions", f"quote against {entry.get('claim_id')}: {fault}"))
    return found


def foreign_citations(report: Report, texts: Texts | None = None) -> list[Ground]:
    """Everything cited that is not an included, unretracted paper or a claim of this report.

    With `texts`, also included papers whose text is not at hand, as long as others' are: nobody can have read them.
    """
    allowed, found = included(report), []
    claim_ids = {checked.claim.id for checked in report.claims}
    for checked in report.claims:
        claim = checked.claim
        if claim.paper_id not in allowed:
            found.append(
                Ground(claim.id, f"{claim.id} cites {claim.paper_id}, which is not among the included papers")
            )
        for verifier, item in evidence_of(checked):
            if item.paper_id not in allowed:
                found.append(
                    Ground(
                        claim.id, f"{verifier} cites {item.paper_id} for {claim.id}: not an included paper"
                    )
                )
    for name in report.answer.claim_ids:
        if name not in claim_ids:
            found.append(Ground("answer", f"the answer rests on {name}, which is no claim of this report"))
    for part in ("agreements", "contradictions", "themes"):
        for entry in report.sections.get(part) or ():
            sides = [side.get("paper_id") for side in entry.get("against") or ()]
            for name in [*(entry.get("paper_ids") or ()), *sides]:
                if name not in allowed:
                    found.append(Ground(part, f"{part} cite {name}, which is not among the included papers"))
            for name in [*(entry.get("claim_ids") or ()), *filter(None, [entry.get("claim_id")])]:
                if name not in claim_ids:
                    found.append(Ground(part, f"{part} name {name}, which is no claim of this report"))
    found += [Ground(where, text) for where, text in strange_citations(report, allowed)]
    return [*found, *(_unread(report, texts) if texts else ())]


def _unread(report: Report, texts: Texts) -> list[Ground]:
    taken = [paper for paper in report.papers if paper.included]
    missing = [paper for paper in taken if _absent(paper.id, texts)]
    if len(missing) == len(taken):
        return []
    return [
        Ground(item.id, f"{item.cite}, “{item.title}”, is included and its text is not at hand")
        for item in missing
    ]


def _absent(paper_id: str, texts: Texts) -> bool:
    try:
        return not texts(paper_id)
    except KeyError:
        return True


def independent_works(claims: Sequence[CheckedClaim], report: Report) -> int:
    """How many groups of authors, none shared, the claims come from."""
    allowed = included(report)
    return works(allowed[item.claim.paper_id] for item in claims if item.claim.paper_id in allowed)


def count_headline(claims: Sequence[CheckedClaim]) -> Headline:
    """The headline counted from the claims: a claim counts as quoted when the quote check found it in its source."""
    quoted = sum(
        any(
            verdict.verifier == "quote_check" and verdict.stance is Stance.SUPPORT
            for verdict in checked.verdicts
        )
        for checked in claims
    )
    return Headline(
        claims=len(claims),
        quoted=quoted,
        examined=sum(checked.examined for checked in claims),
        corroborated=sum(checked.outcome is Outcome.CORROBORATED for checked in claims),
    )


def count_faults(report: Report) -> list[Ground]:
    """Every count that the records do not bear out: headline, flow, independent works."""
    found = []
    counted = count_headline(report.claims).to_dict()
    for name, value in report.headline.to_dict().items():
        if counted[name] != value:
            found.append(
                Ground("headline", f"the headline says {name} {value}, the claims give {counted[name]}")
            )
    flow, papers = report.flow, report.papers
    taken = sum(paper.included for paper in papers)
    for name, value, right in (
        ("screened", flow.screened, flow.identified - flow.duplicates),
        ("screened", flow.screened, flow.included + flow.excluded),
        ("screened", flow.screened, len(papers)),
        ("included", flow.included, taken),
        ("excluded", flow.excluded, len(papers) - taken),
    ):
        if value != right:
            found.append(Ground("flow", f"the flow says {name} {value}, the records give {right}"))
    found += _search_faults(report)
    most = independent_works(report.claims, report)
    if report.answer.independent_works > most:
        said = report.answer.independent_works
        found.append(
            Ground("answer", f"the answer says {said} independent works, the claims come from {most}")
        )
    return found


def _search_faults(report: Report) -> list[Ground]:
    """Counts of where records came from and what became of them that do not add up, or that the papers do not bear out."""
    flow = report.flow
    taken = [paper for paper in report.papers if paper.included]
    chased = sum(paper.found_by in ("references", "citations") for paper in report.papers)
    full = sum(paper.basis is Basis.FULL_TEXT for paper in taken)
    kinds = Counter(exclusion_kind(paper) for paper in report.papers if not paper.included)
    sources = sum(flow.identified_by.values()) + flow.chased
    equal = [
        ("read_full", flow.read_full, full),
        ("preprints", flow.preprints, sum(paper.publication == "preprint" for paper in taken)),
        *([("identified", flow.identified, sources)] if flow.identified_by or flow.chased else []),
        *(
            (f"excluded as {kind}", flow.excluded_by.get(kind, 0), kinds[kind])
            for kind in sorted({*kinds, *flow.excluded_by})
            if flow.excluded_by
        ),
    ]
    found = [
        Ground("flow", f"the flow says {name} {said}, the records give {right}")
        for name, said, right in equal
        if said != right
    ]
    for name, low, high, why in (
        ("chased", chased, flow.identified, "records came through references and citations"),
        ("sought", flow.not_retrieved, len(taken), "papers were included"),
        ("not_retrieved", max(0, flow.sought - full), flow.sought, "full texts were looked for"),
    ):
        said = getattr(flow, name)
        if not low <= said <= high:
            found.append(Ground("flow", f"the flow says {name} {said}, but between {low} and {high} {why}"))
    return found


def duplicates(report: Report) -> list[Ground]:
    """Claims that repeat an earlier one: an overlapping place, or nearly the same words (Jaccard ≥ 0.85)."""
    found: list[Ground] = []
    seen: list[tuple[CheckedClaim, frozenset[str]]] = []
    ids: set[str] = set()
    for checked in report.claims:
        claim, stems = checked.claim, frozenset(content_stems(checked.claim.statement))
        if claim.id in ids:
            found.append(Ground(claim.id, f"two claims carry the id {claim.id}"))
        for earlier, other in seen:
            place = (
                claim.paper_id == earlier.claim.paper_id
                and claim.start < earlier.claim.end
                and earlier.claim.start < claim.end
            )
            both = stems | other
            same_words = (
                both and claim.paper_id == earlier.claim.paper_id and len(stems & other) / len(both) >= 0.85
            )
            if place or same_words:
                found.append(Ground(claim.id, f"{claim.id} repeats {earlier.claim.id}: “{claim.statement}”"))
                break
        seen.append((checked, stems))
        ids.add(claim.id)
    return found
