"""The sample report, broken on purpose in one way each: the regression test of the panel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sample_report import TEXTS, with_claim

from assignee.claims import Claim, Direction, Evidence, Headline, Kind, Outcome, Report, Stance

__all__ = ["GRAVE", "LIGHT", "Damage"]

Damage = Callable[[Report], Report]


def claim(report: Report, id: str) -> Claim:
    return next(item.claim for item in report.claims if item.claim.id == id)


def answer(report: Report, **changes: object) -> Report:
    return replace(report, answer=replace(report.answer, **changes))  # type: ignore[arg-type]


def sections(report: Report, **changes: object) -> Report:
    return replace(report, sections={**report.sections, **changes})


def altered_number(report: Report) -> Report:
    c7 = claim(report, "c7")
    return with_claim(
        report, "c7", statement=c7.statement.replace("5.1", "15.1"), text=c7.text.replace("5.1", "15.1")
    )


def altered_quote(report: Report) -> Report:
    c1 = claim(report, "c1")
    return with_claim(report, "c1", quote=c1.quote.replace("12.4", "42.4"))


def altered_evidence(report: Report) -> Report:
    item = report.claims[0]
    verdict = item.verdicts[-1]
    evidence = replace(verdict.evidence[0], quote=verdict.evidence[0].quote.replace("10", "30"))
    return with_claim(report, "c1", verdicts=(*item.verdicts[:-1], replace(verdict, evidence=(evidence,))))


def shifted_span(report: Report) -> Report:
    c1 = claim(report, "c1")
    return with_claim(report, "c1", start=c1.start + 3, end=c1.end + 3)


def foreign_abstract(report: Report) -> Report:
    return replace(report, abstract=TEXTS["lind20"][:250])


def abstract_of_nobody(report: Report) -> Report:
    return replace(
        report, abstract="We present a new optimiser for large vision models, and we find that it conv"
    )


def invented_citation(report: Report) -> Report:
    return answer(report, text=report.answer.text + " Harmon et al. (2021) confirm it.")


def invented_paper(report: Report) -> Report:
    return with_claim(report, "c2", paper_id="harm21")


def excluded_evidence(report: Report) -> Report:
    quote = TEXTS["gone20"]
    evidence = Evidence(paper_id="gone20", start=0, end=len(quote), quote=quote, stance=Stance.SUPPORT)
    item = next(one for one in report.claims if one.claim.id == "c8")
    verdict = replace(item.verdicts[-1], stance=Stance.SUPPORT, evidence=(evidence,))
    return with_claim(report, "c8", verdicts=(*item.verdicts[:-1], verdict))


def cut_claim(report: Report) -> Report:
    return with_claim(report, "c2", text=claim(report, "c2").text[:120])


def cut_quote(report: Report) -> Report:
    c2 = claim(report, "c2")
    return with_claim(
        report, "c2", quote=c2.quote[:50], end=c2.start + 50, text=f"It is said: “{c2.quote[:50]}”"
    )


def cut_abstract(report: Report) -> Report:
    return replace(report, abstract=report.abstract[:150])


def duplicated(report: Report) -> Report:
    more = tuple(
        replace(item, claim=replace(item.claim, id=f"{item.claim.id}x")) for item in report.claims[:3]
    )
    return replace(
        report,
        claims=report.claims + more,
        headline=Headline(claims=15, quoted=15, examined=9, corroborated=6),
        abstract=report.abstract.replace("12 claims", "15 claims")
        .replace("; 6 of", "; 9 of")
        .replace("and 3", "and 6"),
    )


def false_headline(report: Report) -> Report:
    return replace(report, headline=replace(report.headline, corroborated=9))


def false_flow(report: Report) -> Report:
    return replace(report, flow=replace(report.flow, identified=410))


def false_number_in_abstract(report: Report) -> Report:
    return replace(report, abstract=report.abstract.replace("6 included papers", "64 included papers"))


def false_works(report: Report) -> Report:
    return answer(report, independent_works=12)


def raised_outcome(report: Report) -> Report:
    return with_claim(report, "c9", outcome=Outcome.CORROBORATED)


def raised_unsupported(report: Report) -> Report:
    return with_claim(report, "c10", outcome=Outcome.CORROBORATED)


def self_corroborated(report: Report) -> Report:
    item = next(one for one in report.claims if one.claim.id == "c8")
    verdict = replace(item.verdicts[-1], stance=Stance.SUPPORT, evidence=item.verdicts[0].evidence)
    return with_claim(report, "c8", verdicts=(*item.verdicts[:-1], verdict), outcome=Outcome.CORROBORATED)


def flipped_direction(report: Report) -> Report:
    return answer(report, direction=Direction.NO)


def flipped_answer(report: Report) -> Report:
    text = (
        "No, with disagreement: most of the included works that measure zero-shot cross-lingual transfer find that "
        "English intermediate-task training hurts it, and van der Berg et al. (2022) find a gain."
    )
    return answer(report, direction=Direction.NO, text=text)


def dropped_contradictions(report: Report) -> Report:
    return sections(report, contradictions=[])


def hidden_contradiction(report: Report) -> Report:
    """A contested claim printed as corroborated, the disagreement nowhere named."""
    item = next(one for one in report.claims if one.claim.id == "c4")
    against = replace(item.verdicts[-1], stance=Stance.CONTRADICT)
    report = with_claim(report, "c4", outcome=Outcome.CORROBORATED, verdicts=(*item.verdicts[:-1], against))
    return sections(report, contradictions=report.sections["contradictions"][1:])


def unmentioned_disagreement(report: Report) -> Report:
    return answer(
        report, text="Yes: the included works find that English intermediate-task training improves transfer."
    )


def overclaiming(report: Report) -> Report:
    return answer(
        report,
        text="Yes, it is proven beyond doubt that English intermediate-task training always improves "
        "zero-shot cross-lingual transfer, although Nakamura (2019) disagrees.",
    )


def lost_hedge(report: Report) -> Report:
    quote = "Translating the intermediate data into the target languages may improve transfer for distant scripts."
    start = TEXTS["lind20"].index(quote)
    statement = "Translating the intermediate data improves transfer for distant scripts."
    return with_claim(
        report,
        "c7",
        quote=quote,
        start=start,
        end=start + len(quote),
        statement=statement,
        text=f"Lindqvist et al. (2020) find that {statement}",
    )


def silent_gap(report: Report) -> Report:
    return answer(report, not_covered=())


def background_claims(report: Report) -> Report:
    for name in ("c5", "c8", "c9"):
        report = with_claim(report, name, kind=Kind.BACKGROUND)
    return report


def no_calibration(report: Report) -> Report:
    return replace(report, manifest=replace(report.manifest, calibration={}))


def no_queries(report: Report) -> Report:
    return replace(report, manifest=replace(report.manifest, queries=()))


def one_source(report: Report) -> Report:
    kept = [item for item in report.claims if item.claim.paper_id in ("berg22", "marc21", "lind20", "sow21")]
    kept = [item for item in kept if item.claim.paper_id == "berg22" or item.claim.id in ("c1", "c6")]
    return replace(
        report,
        claims=tuple(kept),
        headline=Headline(claims=len(kept), quoted=len(kept), examined=4, corroborated=2),
    )


GRAVE = (
    altered_quote, altered_evidence, shifted_span, invented_citation, invented_paper, excluded_evidence, raised_outcome,
    raised_unsupported, self_corroborated, false_headline, false_flow, false_works, flipped_direction, flipped_answer,
    hidden_contradiction,
)  # fmt: skip
LIGHT = (
    altered_number, foreign_abstract, abstract_of_nobody, cut_claim, cut_quote, cut_abstract, duplicated,
    false_number_in_abstract, dropped_contradictions, unmentioned_disagreement, overclaiming, lost_hedge, silent_gap,
    background_claims, no_calibration, no_queries, one_source,
)  # fmt: skip
