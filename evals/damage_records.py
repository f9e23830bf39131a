"""Damages to what a report's records say of its sources: sources, numbers, stances, citations, claims, counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assignee.claims import CheckedClaim, Outcome, Report, Stance

from ..tools.quantities import quantities
from .damage import (
    Case,
    Damage,
    abstract_of,
    answered,
    chosen,
    claim_changed,
    contested,
    foreign_case,
    recounted,
    sections_changed,
)

__all__ = ["DAMAGES", "altered", "taken_from", "undisputed", "with_claims"]

_NAMES = (("Harmon", 2021), ("Okonedo", 2019), ("Vestergaard", 2022))


def with_claims(case: Case, more: Sequence[CheckedClaim], source: Case, *, keep: bool = True) -> Case:
    """The case with claims of another one added, their papers included, their texts at hand, all counts fitting."""
    report = case.report
    known = {paper.id for paper in report.papers}
    wanted = dict.fromkeys(item.claim.paper_id for item in more)
    papers = [replace(source.report.paper(name), included=True) for name in wanted if name not in known]
    start = len(report.claims) + 1
    bare = [_bare(item, f"c{start + at}") for at, item in enumerate(more)]
    claims = (*report.claims, *bare) if keep else (*report.claims[: len(report.claims) - len(bare)], *bare)
    made = replace(report, papers=(*report.papers, *papers), claims=tuple(claims))
    return Case(case.name, recounted(made), {**source.texts, **case.texts})


def _bare(item: CheckedClaim, name: str) -> CheckedClaim:
    """The claim under another id, quoted and examined, without evidence from works that do not come with it."""
    verdicts = tuple(
        replace(
            verdict,
            stance=verdict.stance if verdict.verifier == "quote_check" else Stance.NEUTRAL,
            evidence=tuple(e for e in verdict.evidence if e.paper_id == item.claim.paper_id),
        )
        for verdict in item.verdicts
    )
    return replace(
        item, claim=replace(item.claim, id=name), verdicts=verdicts, outcome=Outcome.QUOTED, examined=False
    )


def taken_from(other: Case, dose: int) -> list[CheckedClaim]:
    """Claims of another case, as many as the dose asks for, of different papers first."""
    by_paper: dict[str, CheckedClaim] = {}
    for item in other.report.claims:
        by_paper.setdefault(item.claim.paper_id, item)
    return list(by_paper.values())[: 2 * dose - 1]


def _off_topic(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    other = foreign_case(case, others)
    return with_claims(case, taken_from(other, dose), other) if other else None


def altered(text: str) -> str | None:
    """The text with its first plain number changed, None where it has none."""
    for one in quantities(text):
        found = re.match(r"\d+(?:\.\d+)?", text[one.start : one.end])
        if found and one.role != "year":
            number = found.group()
            other = f"{float(number) * 3 + 1:.1f}" if "." in number else str(int(number) * 3 + 1)
            return text[: one.start] + other + text[one.start + len(number) :]
    return None


def _numbered(report: Report) -> list[tuple[CheckedClaim, str]]:
    return [(item, new) for item in report.claims if (new := altered(item.claim.quote))]


def _number_in_text(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    report, found = case.report, _numbered(case.report)
    for item, new in chosen(found, dose):
        quote = item.claim.quote
        text = item.claim.text.replace(quote, new) if quote in item.claim.text else None
        if text is None:
            text = altered(item.claim.text) or item.claim.text
        report = claim_changed(report, item.claim.id, text=text, statement=new)
    return case.with_report(report) if found else None


def _number_everywhere(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    """The number is changed in claim, statement, quote and every copy of the quote, so that all records agree."""
    report, found = case.report, _numbered(case.report)
    plain = report.to_dict()
    for item, new in chosen(found, dose):
        plain = _replaced(plain, item.claim.quote, new)
        text = altered(item.claim.text)
        plain = _replaced(plain, item.claim.text, text) if text else plain
    return case.with_report(Report.from_dict(plain)) if found else None


def _replaced(value: object, old: str, new: str) -> dict:  # type: ignore[type-arg]
    if isinstance(value, str):
        return value.replace(old, new)  # type: ignore[return-value]
    if isinstance(value, list):
        return [_replaced(item, old, new) for item in value]  # type: ignore[return-value]
    if isinstance(value, dict):
        return {name: _replaced(item, old, new) for name, item in value.items()}
    return value  # type: ignore[return-value]


def _dropped_section(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    entries = list(case.report.sections.get("contradictions") or ())
    gone = chosen(entries, dose)
    kept = [entry for entry in entries if entry not in gone]
    return case.with_report(sections_changed(case.report, contradictions=kept)) if entries else None


def undisputed(item: CheckedClaim) -> CheckedClaim:
    """The claim as if nothing spoke against it: evidence gone, stances and outcome to match."""
    verdicts = []
    for verdict in item.verdicts:
        kept = tuple(e for e in verdict.evidence if e.stance is not Stance.CONTRADICT)
        stance = verdict.stance
        if stance is Stance.CONTRADICT:
            stance = Stance.SUPPORT if any(e.stance is Stance.SUPPORT for e in kept) else Stance.NEUTRAL
        verdicts.append(replace(verdict, evidence=kept, stance=stance, reason="no contradiction found"))
    backed = any(
        e.stance is Stance.SUPPORT and e.paper_id != item.claim.paper_id and e.independent
        for verdict in verdicts
        for e in verdict.evidence
    )
    outcome = Outcome.CORROBORATED if backed else Outcome.QUOTED
    return replace(item, verdicts=tuple(verdicts), outcome=outcome, why="nothing speaks against it")


def _dropped_everywhere(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    split = contested(case.report)
    gone = {item.claim.id for item in chosen(split, dose)}
    if not gone:
        return None
    claims = tuple(undisputed(item) if item.claim.id in gone else item for item in case.report.claims)
    entries = [e for e in case.report.sections.get("contradictions") or () if e["claim_id"] not in gone]
    return case.with_report(
        recounted(sections_changed(replace(case.report, claims=claims), contradictions=entries))
    )


def _cited_nobody(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    said = " ".join(f"{name} et al. ({year}) report the same." for name, year in _NAMES[:dose])
    return case.with_report(answered(case.report, text=f"{case.report.answer.text} {said}"))


def _invented_papers(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    report = case.report
    for (name, year), item in zip(_NAMES, chosen(report.claims, dose), strict=False):
        paper = replace(
            report.paper(item.claim.paper_id), id=f"{name.lower()}{year}", title=f"Notes of {name}", year=year,
            authors=(f"Nils {name}",), ids={}, url=None, work_id=f"w-{name}", text_hash="0" * 64,
        )  # fmt: skip
        report = replace(report, papers=(*report.papers, paper))
        verdicts = tuple(
            replace(v, evidence=tuple(replace(e, paper_id=paper.id) for e in v.evidence))
            for v in item.verdicts
        )
        report = claim_changed(report, item.claim.id, paper_id=paper.id, verdicts=verdicts)
    return case.with_report(recounted(report))


def _mispaired(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    """Claims that say what a claim of another report says, over their own quotes."""
    other, report = foreign_case(case, others), case.report
    if other is None:
        return None
    for at, item in enumerate(chosen(report.claims, dose)):
        said = other.report.claims[at % len(other.report.claims)].claim
        report = claim_changed(report, item.claim.id, text=said.text, statement=said.statement)
    return case.with_report(report)


def _invented_claims(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    """Claims with quotes that stand in no text."""
    report = case.report
    made = []
    for at, item in enumerate(chosen(report.claims, dose)):
        quote = (
            f"The proposed change improves every score by {7 + at} points over the strongest earlier system."
        )
        claim = replace(
            item.claim, id=f"c{len(report.claims) + at + 1}", quote=quote, statement=quote,
            end=item.claim.start + len(quote), text=f"{report.paper(item.claim.paper_id).cite} report: “{quote}”",
        )  # fmt: skip
        evidence = tuple(
            replace(e, quote=quote, start=claim.start, end=claim.end) for e in item.verdicts[0].evidence[:1]
        )
        made.append(
            replace(
                item,
                claim=claim,
                verdicts=(replace(item.verdicts[0], evidence=evidence),),
                examined=False,
                outcome=Outcome.QUOTED,
            )
        )
    return case.with_report(recounted(replace(report, claims=(*report.claims, *made))))


def _copied(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    report = case.report
    start = len(report.claims) + 1
    more = tuple(
        replace(item, claim=replace(item.claim, id=f"c{start + at}"))
        for at, item in enumerate(chosen(report.claims, dose))
    )
    return case.with_report(recounted(replace(report, claims=report.claims + more)))


def _headline(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    head = case.report.headline
    raised = {
        name: getattr(head, name) + 3 * (at + 1)
        for at, name in enumerate(("corroborated", "examined", "quoted"))
    }
    changed = dict(list(raised.items())[:dose])
    return case.with_report(replace(case.report, headline=replace(head, **changed)))


def _abstract_counts(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    report = case.report
    start = report.abstract.find("”") + 1
    own = report.abstract[start:]
    found = [one for one in quantities(own) if own[one.start].isdigit()]
    for one in sorted(chosen(found, dose), key=lambda one: -one.start):
        own = own[: one.start] + str(int(one.value) * 2 + 3) + own[one.start :].lstrip("0123456789,")
    return case.with_report(replace(report, abstract=report.abstract[:start] + own)) if found else None


def _flow(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    """More papers screened and included than there are records of, and the abstract says the same."""
    report, flow = case.report, case.report.flow
    more = (3, 12, 40)[dose - 1]
    changed = replace(
        flow, identified=flow.identified + more, screened=flow.screened + more, included=flow.included + more
    )
    report = replace(report, flow=changed)
    return case.with_report(replace(report, abstract=abstract_of(report)))


def _by_source(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    """More records from each source, or a source that was never asked, than were identified."""
    flow = case.report.flow
    if not flow.identified_by:
        return None
    more = {name: count + (2, 15, 60)[dose - 1] for name, count in flow.identified_by.items()}
    changed = replace(flow, identified_by=more, chased=flow.chased + dose - 1)
    return case.with_report(replace(case.report, flow=changed))


def _exclusions(case: Case, dose: int, others: Sequence[Case]) -> Case | None:
    """Exclusions under other reasons than the papers', and full texts and preprints that nobody read."""
    flow = case.report.flow
    moved = {"beyond the limit": flow.excluded} if flow.excluded else {}
    if moved == flow.excluded_by:
        return None
    changed = replace(flow, excluded_by=moved)
    if dose > 1:
        changed = replace(changed, read_full=flow.included, sought=flow.included)
    if dose > 2:
        changed = replace(changed, preprints=flow.included - flow.preprints)
    return case.with_report(replace(case.report, flow=changed))


DAMAGES = (
    Damage("off_topic_source", "claims_of_another_review", _off_topic, consistent=True),
    Damage("altered_number", "in_the_text", _number_in_text),
    Damage("altered_number", "in_claim_and_quote", _number_everywhere, consistent=True),
    Damage("dropped_contradiction", "from_the_section", _dropped_section),
    Damage("dropped_contradiction", "from_all_records", _dropped_everywhere, consistent=True),
    Damage("invented_citation", "in_the_answer", _cited_nobody),
    Damage("invented_citation", "papers_with_claims", _invented_papers),
    Damage("unsupported_claim", "over_another_quote", _mispaired),
    Damage("unsupported_claim", "with_an_invented_quote", _invented_claims),
    Damage("duplicated_claims", "under_new_ids", _copied),
    Damage("false_counts", "headline", _headline),
    Damage("false_counts", "abstract", _abstract_counts),
    Damage("false_counts", "flow_and_abstract", _flow),
    Damage("false_counts", "records_by_source", _by_source),
    Damage("false_counts", "exclusions_by_reason", _exclusions),
)
