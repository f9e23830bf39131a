"""Good reports broken on purpose: the vocabulary of the damage suite, and how records are made to agree with a damage.

A damage changes a case (a report with the stored texts it stands on) in one way, at dose 1, 2 or 3: a tenth, a third,
or six tenths of what it can touch, at least one, two, three places. `consistent` damages leave records that agree with
each other: headline, flow, abstract, evidence and outcomes are made to fit. `held_out` ones were written after the
panel's checks, and no check was changed because of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from assignee.claims import Basis, CheckedClaim, Claim, Direction, Flow, Outcome, Report, Stance

from ..agents.exclusion import exclusion_kind
from ..agents.record_checks import count_headline

__all__ = [
    "DOSES", "KINDS", "Case", "Damage", "abstract_of", "answered", "chosen", "claim_changed", "foreign_case",
    "recounted", "sections_changed",
]  # fmt: skip

DOSES = (1, 2, 3)
_SHARES = (0.1, 0.34, 0.6)
KINDS = (
    "foreign_abstract", "off_topic_source", "altered_number", "flipped_direction", "dropped_contradiction",
    "invented_citation", "unsupported_claim", "cut_text", "duplicated_claims", "unanswered_question", "overclaiming",
    "false_counts",
)  # fmt: skip

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Case:
    """A report and the stored texts of its papers, by paper id."""

    name: str
    report: Report
    texts: Mapping[str, str]

    def with_report(self, report: Report) -> Case:
        """The same texts under another report."""
        return Case(self.name, report, self.texts)


@dataclass(frozen=True, slots=True)
class Damage:
    """One way to break a case: `apply(case, dose, others)` returns the broken case, None where it cannot be applied.

    `kind` is one of `KINDS`, or "style" for rewrites that break nothing.
    """

    kind: str
    variant: str
    apply: Callable[[Case, int, Sequence[Case]], Case | None]
    consistent: bool = False
    held_out: bool = False

    @property
    def name(self) -> str:
        return f"{self.kind}/{self.variant}"


def chosen(items: Sequence[T], dose: int) -> list[T]:
    """The items that a dose touches, spread over the sequence; at least `dose` of them where there are so many."""
    count = min(len(items), max(dose, round(_SHARES[dose - 1] * len(items))))
    return [items[at * len(items) // count] for at in range(count)] if count else []


def claim_changed(report: Report, claim_id: str, **changes: Any) -> Report:
    """The report with fields of one claim, or of its check, changed."""
    inner = {name: value for name, value in changes.items() if name in Claim.__dataclass_fields__}
    outer = {name: value for name, value in changes.items() if name not in inner}

    def one(item: CheckedClaim) -> CheckedClaim:
        return replace(item, claim=replace(item.claim, **inner), **outer)

    return replace(
        report, claims=tuple(one(item) if item.claim.id == claim_id else item for item in report.claims)
    )


def answered(report: Report, **changes: Any) -> Report:
    """The report with fields of its answer changed."""
    return replace(report, answer=replace(report.answer, **changes))


def sections_changed(report: Report, **changes: Any) -> Report:
    """The report with some of its sections replaced."""
    return replace(report, sections={**report.sections, **changes})


def foreign_case(case: Case, others: Sequence[Case]) -> Case | None:
    """The first other case, in order after this one, with another question and no paper of this one among its claims' papers."""
    names = [other.name for other in others]
    start = names.index(case.name) + 1 if case.name in names else 0
    own = {paper.id for paper in case.report.papers if paper.included}
    for other in (*others[start:], *others[:start]):
        theirs = {item.claim.paper_id for item in other.report.claims}
        if other.report.question != case.report.question and theirs and not theirs & own:
            return other
    return None


def recounted(report: Report) -> Report:
    """The report with every count made to agree with its claims and papers, in records, abstract, title and limits."""
    included = [paper for paper in report.papers if paper.included]
    taken, total = len(included), len(report.papers)
    kinds = Counter(exclusion_kind(paper) for paper in report.papers if not paper.included)
    flow = replace(
        report.flow,
        identified=total + report.flow.duplicates,
        screened=total,
        included=taken,
        excluded=total - taken,
        read_full=sum(paper.basis is Basis.FULL_TEXT for paper in included),
        identified_by=_by_source(report.flow, total + report.flow.duplicates),
        excluded_by={kind: kinds[kind] for kind in sorted(kinds)},
        preprints=sum(paper.publication == "preprint" for paper in included),
    )
    title = re.sub(r"\b\d+ included papers?", f"{taken} included papers", report.title)
    ids = {item.claim.id for item in report.claims}
    sections = {
        **report.sections,
        "limitations_evidence": ["Only what the library holds of each work was read."],
        "themes": [{"heading": "Findings", "claim_ids": [item.claim.id for item in report.claims]}],
        "agreements": [
            entry for entry in report.sections.get("agreements") or () if entry["claim_id"] in ids
        ],
        "contradictions": [
            entry for entry in report.sections.get("contradictions") or () if entry["claim_id"] in ids
        ],
    }
    report = replace(
        report, headline=count_headline(report.claims), flow=flow, title=title, sections=sections
    )
    return replace(report, abstract=abstract_of(report))


def _by_source(flow: Flow, identified: int) -> dict[str, int]:
    """The records by source, the first one's changed so that all add up."""
    held = dict(flow.identified_by)
    if held:
        first = next(iter(held))
        held[first] += identified - flow.chased - sum(held.values())
    return held


def abstract_of(report: Report) -> str:
    """A plain true abstract from the records."""
    flow, head, given = report.flow, report.headline, report.answer
    outcomes = Counter(item.outcome for item in report.claims)
    papers = len({item.claim.paper_id for item in report.claims})
    told = ", ".join(f"{outcomes[name]} {name.value.replace('_', ' ')}" for name in Outcome if outcomes[name])
    works = (
        "one independent work bears"
        if given.independent_works == 1
        else f"{given.independent_works} independent works bear"
    )
    way = (
        f"The direction of the answer is undetermined; {works} on it directly."
        if given.direction is Direction.UNDETERMINED
        else f"The answer is “{given.direction.value.replace('_', ' ')}”; {works} on it directly."
    )
    missing = f" Not covered: {', '.join(given.not_covered)}." if given.not_covered else ""
    return (
        f"This review takes up the question “{report.question}” A search identified {flow.identified} records; "
        f"{flow.screened} papers were screened and {flow.included} included. "
        f"{head.claims} claims from {papers} papers were extracted; {head.examined} could be examined against other works. "
        f"By outcome: {told}. {way}{missing}"
    )


def contested(report: Report) -> list[CheckedClaim]:
    """The claims with evidence against them."""
    return [
        item
        for item in report.claims
        if any(e.stance is Stance.CONTRADICT for verdict in item.verdicts for e in verdict.evidence)
    ]
