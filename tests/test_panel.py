"""The panel against reports broken on purpose: every damage must cost points, and the grave ones the approval."""

from __future__ import annotations

from dataclasses import replace

import pytest
from damaged_reports import (
    GRAVE,
    LIGHT,
    Damage,
    altered_number,
    altered_quote,
    excluded_evidence,
    invented_citation,
    overclaiming,
    raised_outcome,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_report import TEXTS, sample, texts_of, with_claim

from assignee.agents.challenger import Challenger
from assignee.agents.cited_names import strange_citations
from assignee.agents.count_check import prose_count_faults
from assignee.agents.direction_check import winner
from assignee.agents.evidence_auditor import EvidenceAuditor
from assignee.agents.panel import APPROVE_AT, DEMANDS, decide
from assignee.agents.points import MOST, computed_points, wilson_lower
from assignee.agents.question import parse
from assignee.agents.readers_advocate import ReadersAdvocate
from assignee.agents.record_checks import included
from assignee.agents.rescore import rescore
from assignee.agents.rubric import LEVELS, anchors, asks, dimensions
from assignee.agents.scoring import Fault, bounded, dimension_score, offset_of
from assignee.agents.wording import incomplete, own_words, shared_run
from assignee.claims import (
    Decided,
    Decision,
    Grade,
    Headline,
    Outcome,
    Report,
    Review,
    Status,
)

SEATS = (Challenger(), EvidenceAuditor(), ReadersAdvocate())


def judge(report: Report, round: int = 1) -> Decision:
    return judged(report, round)[0]


def judged(report: Report, round: int = 1) -> tuple[Decision, tuple[str, ...]]:
    texts = texts_of(report)
    return decide(report, [seat.review(report, texts) for seat in SEATS], texts, round)


def named(damage: Damage) -> str:
    return damage.__name__


def test_the_sample_is_approved_and_its_two_loose_claims_are_named() -> None:
    decision = judge(sample())
    assert decision.decision is Decided.APPROVE
    assert decision.grade is Grade.CORROBORATED
    assert decision.caps == ()
    challenger, auditor, advocate = (seat.review(sample(), texts_of(sample())).comments for seat in SEATS)
    assert challenger == auditor == ()
    assert [comment[:12] for comment in advocate] == ["coverage: c3", "coverage: c1"]


@pytest.mark.parametrize("damage", GRAVE, ids=named)
def test_grave_damage_costs_the_approval(damage: Damage) -> None:
    decision = judge(damage(sample()))
    assert decision.decision is Decided.REJECT
    assert decision.caps
    assert decision.score is not None
    assert decision.score <= 6


@pytest.mark.parametrize("damage", LIGHT, ids=named)
def test_other_damage_costs_points(damage: Damage) -> None:
    before, after = judge(sample()), judge(damage(sample()))
    assert before.score is not None
    assert after.score is not None
    assert after.score <= before.score - 0.1, after.deductions


@pytest.mark.parametrize("damage", [*GRAVE, *LIGHT], ids=named)
def test_the_largest_deductions_come_first_and_every_loss_is_named(damage: Damage) -> None:
    report = damage(sample())
    decision = judge(report)
    losses = [float(line.split()[0].lstrip("−")) for line in decision.deductions]
    assert losses == sorted(losses, reverse=True)
    assert decision.score is not None
    if not decision.caps:
        assert decision.score == pytest.approx(10 - sum(losses), abs=0.25)


@pytest.mark.parametrize("damage", [altered_quote, invented_citation, excluded_evidence], ids=named)
def test_a_false_quote_or_citation_is_at_most_three_and_rejected(damage: Damage) -> None:
    decision = judge(damage(sample()))
    assert decision.score is not None
    assert decision.score <= 3
    assert decision.grade is Grade.REJECTED


def test_a_key_claim_unsupported_caps_at_six() -> None:
    decision = judge(with_claim(sample(), "c2", outcome=Outcome.UNSUPPORTED))
    assert decision.score is not None
    assert decision.score <= 6
    assert any("c2" in cap for cap in decision.caps)


def test_no_score_when_more_than_a_fifth_was_not_adjudicated() -> None:
    report = sample()
    for name in ("c7", "c8"):
        report = with_claim(report, name, outcome=Outcome.NOT_ADJUDICATED)
    decision, demands = judged(report, 0)
    assert decision.score is None
    assert decision.decision is Decided.REJECT
    assert decision.grade is Grade.SOURCE_CHECKED
    assert demands == ()
    assert "3 of 12 claims were not adjudicated" in decision.reasons[0]


def test_without_two_corroborated_claims_at_most_six_and_source_checked() -> None:
    report = sample()
    for name in ("c2", "c3"):
        report = with_claim(report, name, outcome=Outcome.QUOTED)
    report = replace(
        report,
        headline=replace(report.headline, corroborated=1),
        abstract=report.abstract.replace("3 are supported", "1 is supported"),
    )
    decision, demands = judged(report, 0)
    assert decision.score is not None
    assert 5.9 < decision.score <= 6
    assert decision.decision is Decided.REVISE
    assert "widen_search" in demands
    assert set(demands) <= set(DEMANDS)
    last = judge(report)
    assert (last.decision, last.grade) == (Decided.REJECT, Grade.SOURCE_CHECKED)
    assert any("corroborated" in reason for reason in last.reasons)


def test_five_examined_claims_are_needed_whatever_the_score() -> None:
    report = sample()
    for name in ("c4", "c5"):
        report = with_claim(report, name, examined=False)
    report = replace(
        report,
        headline=replace(report.headline, examined=4),
        abstract=report.abstract.replace("6 of them", "4 of them"),
    )
    decision = judge(report)
    assert decision.score is not None
    assert decision.score >= 6.5
    assert decision.decision is Decided.REJECT
    assert decision.reasons == ("4 claims examined against other works, 5 are needed",)


def test_no_evidence_is_rejected_with_its_reason_and_without_a_score() -> None:
    report = replace(sample(), claims=(), status=Status.NO_EVIDENCE, headline=Headline())
    decision, demands = judged(report, 0)
    assert (decision.score, decision.decision, decision.grade) == (None, Decided.REJECT, Grade.REJECTED)
    assert decision.reasons == ("no evidence",)
    assert demands == ()


def test_computed_points_are_six_at_most() -> None:
    points = computed_points(sample(), texts_of(sample()))
    assert sum(item.most for item in points) == pytest.approx(MOST)
    assert all(0 <= item.given <= item.most for item in points)


def test_a_reviewer_says_that_it_is_a_checklist_and_quotes_its_ground() -> None:
    review = Challenger().review(overclaiming(sample()), texts_of(sample()))
    assert review.mandate.startswith("Checklist")
    assert any("“always”" in comment for comment in review.comments)


def test_rescore_agrees_with_an_honest_report() -> None:
    honest, _ = rescore(sample(), texts_of(sample()))
    again, differences = rescore(honest, texts_of(honest))
    assert again == honest
    assert differences == []


@pytest.mark.parametrize("damage", [*GRAVE, altered_number], ids=named)
def test_rescore_names_what_the_file_gets_wrong(damage: Damage) -> None:
    honest, _ = rescore(sample(), texts_of(sample()))
    found, differences = rescore(damage(honest), texts_of(honest))
    assert differences
    assert found.decision.score is not None
    assert honest.decision.score is not None
    assert found.decision.score < honest.decision.score


def test_rescore_lowers_an_outcome_and_recounts() -> None:
    found, differences = rescore(raised_outcome(sample()), texts_of(sample()))
    assert next(item for item in found.claims if item.claim.id == "c9").outcome is Outcome.QUOTED
    assert found.headline.corroborated == 3
    assert any(line.startswith("c9: the file says corroborated") for line in differences)


def test_rescore_without_the_texts_says_which_are_missing() -> None:
    found, differences = rescore(sample(), {"lind20": TEXTS["lind20"]}.__getitem__)
    assert any(line.startswith("marc21: its text is not in the library given") for line in differences)
    assert found.decision.decision is Decided.REJECT


def test_rescore_names_a_text_that_changed() -> None:
    _, differences = rescore(sample(), {**TEXTS, "naka19": TEXTS["naka19"] + " More."}.__getitem__)
    assert any(line.startswith("naka19: its text is not the one") for line in differences)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("English intermediate training outperforms multilingual intermediate training.", "first"),
        ("Multilingual intermediate training outperforms English intermediate training.", "second"),
        ("English data is worse than multilingual data for this purpose.", "second"),
        ("Multilingual intermediate training does not outperform English training.", "no_difference"),
        ("English and multilingual data were used.", None),
    ],
)
def test_the_winner_of_a_comparison(text: str, expected: str | None) -> None:
    question = parse("How does English intermediate training compare to multilingual intermediate training?")
    assert winner(text, question) == expected


def test_own_words_leave_quotations_out() -> None:
    assert own_words("Lee (2020) report: “it always wins.” It may.").split() == [
        "Lee",
        "(2020)",
        "report:",
        "It",
        "may.",
    ]


def test_shared_run_needs_eight_words() -> None:
    source = [("p", "one two three four five six seven eight nine")]
    assert shared_run("So one two three four five six seven eight.", source) == (
        "p",
        "one two three four five six seven eight",
    )
    assert shared_run("So one two three four five six seven.", source) is None


@given(st.text(max_size=200))
def test_a_text_with_its_end_cut_off_is_never_called_whole(text: str) -> None:
    assert incomplete(f"{text} and then it st") is not None


@given(st.integers(0, 50), st.integers(1, 50))
def test_wilson_lower_bound_lies_below_the_share(successes: int, trials: int) -> None:
    successes = min(successes, trials)
    low = wilson_lower(successes, trials)
    assert 0 <= low <= successes / trials
    assert low <= wilson_lower(2 * successes, 2 * trials) + 1e-12


levels = st.lists(st.floats(0, 1), max_size=8)


@given(levels, st.floats(0, 1))
def test_a_further_fault_never_raises_a_dimension(found: list[float], more: float) -> None:
    faults = [Fault(level, "x") for level in found]
    before, after = dimension_score(faults), dimension_score([*faults, Fault(more, "y")])
    assert 0 <= after <= before <= 10


@given(st.floats(0, 10), st.floats(0, 10), st.sampled_from([3.0, 6.0, 10.0]), st.floats(0, 3))
def test_a_score_keeps_its_cap_and_still_falls_below_it(
    lacking: float, broken: float, ceiling: float, more: float
) -> None:
    score = bounded(lacking, broken, ceiling)
    assert 0 <= score <= ceiling
    assert bounded(lacking + more, broken, ceiling) <= score
    assert bounded(lacking, broken + more, ceiling) <= score
    assert bounded(lacking, broken, 3.0) <= score
    if more > 0.01 and score > 0 and broken + more < 10:
        assert bounded(lacking, broken + more, ceiling) < score


@settings(max_examples=15)
@given(st.lists(st.sampled_from(Outcome), min_size=1, max_size=12))
def test_no_outcome_of_a_claim_carries_a_score_past_its_cap(outcomes: list[Outcome]) -> None:
    report = sample()
    for item, outcome in zip(report.claims, outcomes, strict=False):
        report = with_claim(report, item.claim.id, outcome=outcome)
    decision = judge(report)
    limits = [float(cap.split()[2].rstrip(":")) for cap in decision.caps if cap.startswith("at most")]
    if any(cap.startswith("no score") for cap in decision.caps):
        assert decision.score is None
    else:
        assert decision.score is not None
        assert decision.score <= min([10.0, *limits])
    if decision.decision is Decided.APPROVE:
        assert decision.score is not None
        assert decision.score >= APPROVE_AT
        assert decision.caps == ()


def test_a_draft_is_what_a_fault_caps_or_nothing_was_held_against() -> None:
    assert judge(overclaiming(sample())).grade is Grade.DRAFT
    report = sample()
    for item in report.claims:
        report = with_claim(report, item.claim.id, examined=False)
    report = replace(
        report,
        headline=replace(report.headline, examined=0),
        abstract=report.abstract.replace("6 of them", "0 of them"),
    )
    decision = judge(report)
    assert (decision.decision, decision.grade) == (Decided.REJECT, Grade.DRAFT)
    assert "0 claims examined against other works, 5 are needed" in decision.reasons


def test_a_chair_stands_in_place_of_the_others_where_it_speaks() -> None:
    report, texts = sample(), texts_of(sample())
    reviews = [seat.review(report, texts) for seat in SEATS]
    chair = Review(
        reviewer="chair",
        mandate="settles what they differ on",
        scores={"coverage": 4.0},
        comments=("coverage: thin",),
    )
    with_chair, _ = decide(report, [*reviews, chair], texts, 1)
    alone, _ = decide(report, reviews, texts, 1)
    assert alone.score is not None
    assert with_chair.score is not None
    assert with_chair.score < alone.score
    assert with_chair.caps == ("at most 6: readers_advocate puts coverage at 4: thin",)


def test_reviewers_of_a_model_may_name_dimensions_and_themselves_as_they_like() -> None:
    report, texts = sample(), texts_of(sample())
    reviews = [
        Review(
            reviewer=f"model {name}",
            mandate="m",
            scores={"novelty": 8.0, "evidence_strength": 9.0},
            comments=(),
        )
        for name in "abc"
    ]
    decision, _ = decide(report, reviews, texts, 1)
    assert decision.decision is Decided.APPROVE
    assert decision.spread == 0
    without, _ = decide(report, [], texts, 1)
    assert without.score is not None
    assert without.score <= 6


def test_every_dimension_has_its_anchors_and_the_checklists_score_those_that_need_no_model() -> None:
    scored = [name for seat in SEATS for name in seat.review(sample(), texts_of(sample())).scores]
    assert sorted(scored) == sorted(dimensions(model=False))
    assert set(dimensions(model=True)) - set(scored) == {"novelty"}
    for name in dimensions(model=True):
        assert asks(name).endswith("?")
        assert list(anchors(name)) == list(LEVELS)
        assert all(anchors(name).values())


def test_an_offset_only_ever_takes_off() -> None:
    assert offset_of("nobody") == 0
    assert all(offset_of(seat.name) <= 0 for seat in SEATS)


@pytest.mark.parametrize(
    ("text", "strange"),
    [
        ("Lindqvist et al. (2020) and Marchetti and Ruiz (2021) agree.", 0),
        ("It holds (van der Berg et al., 2022; Sow & Brandt, 2021).", 0),
        ("It holds (Harmon et al., 2021).", 1),
        ("Lindqvist et al. (2012) agree.", 1),
        ("In May 2021 and since 2020 it held [c1].", 0),
        ("It holds [c99], see arXiv:2101.00001 and 10.1000/xyz.", 3),
        ("It holds, see arXiv:9999.00001 and 10.9999/ex.1.", 0),
    ],
)
def test_citations_in_our_own_words(text: str, strange: int) -> None:
    report = replace(sample(), abstract=text)
    assert len(list(strange_citations(report, included(report)))) == strange


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("12 claims from 6 papers were extracted.", 0),
        ("Twelve claims were drawn; six could be examined, three are corroborated.", 0),
        ("Thirteen claims were drawn.", 1),
        ("12 claims from 7 papers; 64 included.", 2),
        ("10 records were identified, 2 duplicates folded, 8 papers screened, 2 excluded.", 0),
        ("100 records were identified.", 1),
        ("Twenty-one papers were screened.", 1),
        ("Three independent works bear on it.", 0),
        ("Four independent works bear on it.", 1),
    ],
)
def test_counts_in_prose(text: str, wrong: int) -> None:
    assert len(prose_count_faults(replace(sample(), abstract=text))) == wrong
