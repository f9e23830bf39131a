"""Counts told in prose against the records: "20 included", "11 claims from 7 papers", "three independent works"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from assignee.claims import Flow, Outcome, Report

from ..tools.quantities import quantities
from .cited_names import prose
from .record_checks import count_headline, included, key_claims
from .scoring import SERIOUS, Fault
from .wording import own_words

__all__ = ["prose_count_faults"]

_SMALL = (
    "no one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_UNITS = "|".join(_SMALL[1:10])
_WORDED = rf"(?:{'|'.join(_TENS)})(?:[- ](?:{_UNITS}))?|{'|'.join(reversed(_SMALL))}|(?:a|one) hundred"
_N = rf"(?<![\w.,])(\d[\d,]*|{_WORDED})(?![\w%]|\.\d)"
_WERE = r"(?:was |were |have been |had been )?"
_ANY = r"(?:papers?|works?|studies|records?|articles?|publications?)"


# Where a count is one of this review. Elsewhere ("two works would settle it") it may be of something else.
_TOLD = ("the answer", "the abstract", "the title", "introduction", "limitations_evidence")


def prose_count_faults(report: Report) -> list[Fault]:
    """Counts in our own words that the records do not bear out: labelled ones strictly, other numbers by what exists."""
    labelled = list(_labelled(report))
    told = {(where, value) for where, value, _ in labelled}
    loose = [fault for where, value, fault in _loose(report) if (where, value) not in told]
    return [*(fault for _, _, fault in labelled), *loose]


def _rules(report: Report) -> list[tuple[re.Pattern[str], frozenset[int], str]]:
    """(pattern with one group for the number, the values it may have, what is counted)."""
    flow, head = report.flow, count_headline(report.claims)
    outcomes = Counter(item.outcome for item in report.claims)
    papers = len({item.claim.paper_id for item in report.claims})
    count = len(report.claims)
    found = rf"\bidentified {_N}\b|{_N} (?:\w+ )?(?:records?|hits?) (?:{_WERE}identified|found|retrieved)"
    made = (
        rf"{_N} claims? from\b|\b(?:states?|makes?|draws?) {_N} claims?|"
        rf"{_N} claims? {_WERE}(?:extracted|drawn|made|stated)|\bof the {_N} claims"
    )
    compared = (
        rf"{_N} (?:of them )?(?:could be|{_WERE}|can be) ?(?:examined|held against|compared with other)"
    )
    rules = [
        (found, {flow.identified, flow.identified - flow.chased}, "records identified"),
        (rf"{_N} duplicates?\b", {flow.duplicates}, "duplicates"),
        (rf"{_N} (?:{_ANY} )?{_WERE}screened|\bscreened {_N}\b", {flow.screened}, "papers screened"),
        (rf"{_N} (?:{_ANY} )?{_WERE}excluded|\bexcluded {_N}\b", {flow.excluded}, "papers excluded"),
        (
            rf"{_N} {_WERE}included\b(?! (?:works?|papers?))|\bincluded {_N}\b",
            {flow.included},
            "papers included",
        ),
        (
            rf"{_N} (?:included )?(?:{_ANY} )?(?:of them )?(?:is a preprint|are preprints)\b|"
            rf"{_N} preprints? {_WERE}(?:read|included)",
            {flow.preprints},
            "preprints",
        ),
        (
            rf"full texts? of {_N} (?:included )?(?:{_ANY} )?{_WERE}(?:sought|looked for)",
            {flow.sought},
            "full texts looked for",
        ),
        (rf"references and citations {_N} more\b", {flow.chased}, "records chased"),
        (made, {count}, "claims"),
        (rf"\bclaims? from {_N} {_ANY}", {papers}, "papers with claims"),
        (compared, {head.examined}, "claims examined"),
        (rf"{_N} independent works?\b", {report.answer.independent_works}, "independent works"),
        (rf"{_N} (?:are|is) supported by an independent", {head.corroborated}, "claims corroborated"),
    ]
    for outcome in Outcome:
        may = {outcomes[outcome]} | ({head.quoted} if outcome is Outcome.QUOTED else set())
        name = outcome.value.replace("_", " ")
        rules.append(
            (
                rf"{_N} (?:of (?:them|these|the claims) )?(?:claims? )?(?:is |are |was |were )?{name}\b",
                may,
                f"claims {name}",
            )
        )
    return [(re.compile(pattern, re.IGNORECASE), frozenset(may), what) for pattern, may, what in rules]


def _labelled(report: Report) -> Iterator[tuple[str, float, Fault]]:
    """(where, the number told, the fault)."""
    rules = _rules(report)
    for where, text in prose(report):
        if where not in _TOLD:
            continue
        own = own_words(text)
        for pattern, may, what in rules:
            for match in pattern.finditer(own):
                said = next(value for value in match.groups() if value is not None)
                if _value(said) not in may:
                    right = " or ".join(str(value) for value in sorted(may))
                    told = f"{where} says “{match.group()}”, the records give {right} {what}"
                    yield where, float(_value(said)), Fault(SERIOUS, told)


def _value(text: str) -> int:
    low = text.casefold().replace(",", "")
    if low[0].isdigit():
        return int(low)
    if low in _SMALL:
        return _SMALL.index(low)
    if low.endswith("hundred"):
        return 100
    tens, _, rest = low.replace("-", " ").partition(" ")
    return 10 * (_TENS.index(tens) + 2) + (_SMALL.index(rest) if rest else 0)


def _loose(report: Report) -> Iterator[tuple[str, float, Fault]]:
    """Numbers in answer, abstract and limits, outside quotation marks, that neither records nor quotes hold."""
    allowed = _allowed(report)
    for where, text in prose(report):
        if where not in ("the answer", "the abstract", "the title", "limitations_evidence"):
            continue
        own = re.sub(r"\[[^\]]*\]", " ", own_words(text).replace(report.question, " "))
        for one in quantities(own):
            if own[one.start : one.start + 1].isdigit() and one.value not in allowed:
                told = f"{where} says “{own[one.start : one.end]}”, which no record and no quote holds"
                yield where, one.value, Fault(SERIOUS, told)


def _counts(flow: Flow) -> list[int]:
    """Every count of a flow, also those by source and by kind of reason, and what the searches returned."""
    values = [*flow.to_dict().values(), flow.identified - flow.chased]
    return [number for value in values for number in (value.values() if isinstance(value, dict) else [value])]


def _allowed(report: Report) -> set[float]:
    papers = [paper for paper in report.papers if paper.included]
    by_paper = Counter(item.claim.paper_id for item in report.claims)
    keys = key_claims(report)
    counts = [
        len(report.answer.claim_ids), report.answer.independent_works, *report.headline.to_dict().values(),
        *_counts(report.flow), len(by_paper), len(papers) - len(by_paper), len(report.manifest.queries),
        len({item.claim.paper_id for item in keys}), *by_paper.values(),
        *Counter(item.outcome for item in report.claims).values(),
        *Counter(paper.basis for paper in papers).values(), len(included(report)),
    ]  # fmt: skip
    allowed = {float(value) for value in counts}
    allowed |= {float(paper.year) for paper in report.papers if paper.year is not None}
    for text in (
        report.question,
        *(item.claim.quote for item in report.claims),
        *(paper.title for paper in papers),
    ):
        allowed |= {one.value for one in quantities(text)}
    return allowed
