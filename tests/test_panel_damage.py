"""The damage suite over small reports: every damage is noticed, none is approved, rewrites change nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from sample_report import TEXTS, sample

import assignee
from assignee.claims import Direction
from assignee.evals import panel as evaluation
from assignee.evals.damage import DOSES, KINDS, Case, Damage, answered, chosen, claim_changed, recounted
from assignee.evals.panel import DAMAGES, STYLES, auc, judge_with, measure, notes, spearman, tables
from assignee.render.html import render as render_html
from assignee.render.html_text import page_text
from assignee.render.markdown import render
from assignee.render.printed_text import as_printed
from assignee.settings import Settings
from assignee.tools.toolbox import Toolbox

_GOLD = Path(evaluation.__file__).parent / "gold"
JUDGE = judge_with("embedded")


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> list[Case]:
    """The sample report, and two reviews of the packaged made-up library: one approved, one with contradictions."""
    settings = Settings.from_env({"ASSIGNEE_HOME": str(tmp_path_factory.mktemp("home"))})
    rows = [json.loads(line) for line in (_GOLD / "panel_questions.jsonl").read_text("utf-8").splitlines()]
    found = [Case("sample", sample(), TEXTS)]
    for row in (rows[0], rows[2]):
        library = _GOLD / row["library"]
        report = assignee.review(
            row["question"], library, engine="embedded", settings=settings, date="2026-01-01"
        )
        with Toolbox.open(settings) as toolbox:
            texts = {paper.id: toolbox.texts.get(paper.text_hash) for paper in report.papers}
        found.append(Case(row["question"], report, texts))
    return found


@pytest.fixture(scope="module")
def good(cases: Sequence[Case]) -> dict[str, float]:
    return {case.name: JUDGE(case, None).value for case in cases}


def named(damage: Damage) -> str:
    return damage.name


def test_two_of_the_good_reports_are_approved(cases: Sequence[Case]) -> None:
    assert [JUDGE(case, None).approved for case in cases] == [True, True, False]


@pytest.mark.parametrize("damage", DAMAGES, ids=named)
def test_a_damage_costs_points_at_its_highest_dose(
    damage: Damage, cases: Sequence[Case], good: dict[str, float]
) -> None:
    fallen = 0
    for case in cases:
        broken = damage.apply(case, 3, cases)
        if broken is None or broken.report == case.report:
            continue
        score = JUDGE(broken, None)
        assert score.value <= good[case.name], case.name
        assert not score.approved, case.name
        fallen += score.value < good[case.name]
    assert fallen


@pytest.mark.parametrize("damage", [item for item in DAMAGES if not item.held_out], ids=named)
def test_nothing_broken_is_approved_at_the_lowest_dose(damage: Damage, cases: Sequence[Case]) -> None:
    case = cases[1]
    broken = damage.apply(case, 1, cases)
    if broken is not None and broken.report != case.report:
        assert not JUDGE(broken, None).approved


@pytest.mark.parametrize("damage", STYLES, ids=named)
def test_a_rewrite_hardly_moves_the_score(
    damage: Damage, cases: Sequence[Case], good: dict[str, float]
) -> None:
    for case in cases:
        rewritten = damage.apply(case, 3, cases)
        if rewritten is not None:
            assert abs(JUDGE(rewritten, None).value - good[case.name]) <= 0.3


def test_every_kind_of_damage_is_there_and_the_sample_can_be_broken_in_most() -> None:
    assert {item.kind for item in DAMAGES if not item.held_out} == set(KINDS)
    assert len({item.kind for item in DAMAGES if item.held_out}) >= 8
    assert len({item.name for item in (*DAMAGES, *STYLES)}) == len(DAMAGES) + len(STYLES)


def test_a_higher_dose_touches_no_fewer_places() -> None:
    for size in range(30):
        sizes = [len(chosen(range(size), dose)) for dose in DOSES]
        assert sizes == sorted(sizes)
        assert all(count >= min(dose, size) for count, dose in zip(sizes, DOSES, strict=True))


def test_consistent_counts_agree_with_the_records(cases: Sequence[Case], good: dict[str, float]) -> None:
    for case in cases:
        assert abs(JUDGE(case.with_report(recounted(case.report)), None).value - good[case.name]) <= 0.3


@pytest.mark.parametrize("form", [render, render_html], ids=["md", "html"])
def test_a_page_of_a_report_says_what_its_records_do(form: object, cases: Sequence[Case]) -> None:
    for case in cases:
        text = case.texts.__getitem__
        page = as_printed(case.report, form(case.report, text), text)  # type: ignore[operator]
        assert (page.report, page.faults) == (case.report, ())


@pytest.mark.parametrize("form", [render, render_html], ids=["md", "html"])
def test_what_only_a_page_says_is_judged_as_it_reads(form: object, cases: Sequence[Case]) -> None:
    case = cases[1]
    text, report = case.texts.__getitem__, case.report
    first = report.claims[0].claim
    turned = first.text.replace("sleep", "dream").replace("insomnia", "fatigue")
    assert turned != first.text
    changes = (
        claim_changed(report, first.id, text=turned),
        answered(report, direction=Direction.NO),
        answered(report, text=report.answer.text + " This is proven beyond doubt."),
    )
    for changed in changes:
        page = as_printed(report, form(changed, text), text)  # type: ignore[operator]
        assert page.report != report or page.faults


def test_a_page_of_something_else_is_no_page_of_the_report(cases: Sequence[Case]) -> None:
    case = cases[0]
    page = as_printed(case.report, "# Notes\n\nSomething else.\n", case.texts.__getitem__)
    assert page.report == case.report
    assert page.faults


def test_the_text_of_a_page_leaves_scripts_and_drawings_out() -> None:
    page = "<!doctype html><style>a{}</style><p>One <b>two</b>\nthree</p><script>x</script><svg><text>no</text></svg><p>&lt;four"
    assert page_text(page) == "One two three\n<four"


def test_auc_and_spearman_of_known_values() -> None:
    assert auc([3, 4], [1, 2]) == 1
    assert auc([1, 2], [1, 2]) == 0.5
    assert auc([], [1]) is None
    assert spearman([1, 2, 3], [9, 5, 1]) == pytest.approx(-1)
    assert spearman([1, 1, 2, 2], [1, 2, 1, 2]) == pytest.approx(0)
    assert spearman([1, 1], [1, 2]) is None


def test_measure_counts_what_it_broke(cases: Sequence[Case], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation, "DAMAGES", [item for item in DAMAGES if item.kind == "duplicated_claims"])
    monkeypatch.setattr(evaluation, "STYLES", STYLES[:1])
    body = measure("embedded", lambda done, total, what: None, cases[:2])
    assert body["reports"] == 2
    assert body["auc"] == body["per_damage"]["duplicated_claims"]["auc"] == 1
    assert body["held_out"]["auc"] == 1
    assert body["n"] == 8  # two reports, three doses as JSON and one as text
    assert body["per_damage"]["duplicated_claims"]["spearman"] < -0.5
    assert (body["rerun_sd"], body["style_shift"], body["approved"]) == (0, 0, 0)
    assert len(tables(body)) == 4
    assert notes(body)[0].startswith("2 good reports")
    json.dumps(body)
