"""The figures of verification: examples worked by hand, and properties that hold whatever the checker says."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignee.agents.pair_checker import Judgement
from assignee.evals.metrics import (
    FIGURES,
    Answers,
    bootstrap,
    calibrated_ece,
    figures,
    intervals,
    mean_measure,
    per_class,
    value,
)
from assignee.evals.ranking import measures
from assignee.evals.seat_figures import answers_of, panel_figures

# Six rows: gold S S R N N S; said S S S N R -; the last was not adjudicated.
TRUTH = [0, 0, 1, 2, 2, 0]
PROBS = [
    (0.95, 0.03, 0.02),
    (0.60, 0.10, 0.30),
    (0.70, 0.20, 0.10),
    (0.25, 0.15, 0.60),
    (0.05, 0.80, 0.15),
    None,
]


def figure(name: str, answers: Answers) -> float | None:
    return value(figures(answers)[name][0])


@pytest.fixture
def six() -> Answers:
    return answers_of(TRUTH, PROBS)


def test_accuracy_counts_rows_not_adjudicated_as_wrong(six: Answers) -> None:
    assert figure("accuracy", six) == pytest.approx(3 / 6)


def test_macro_f1_by_hand(six: Answers) -> None:
    # SUPPORT: TP 2, called 3, gold 3 -> 4/6. REFUTE: TP 0. NEI: TP 1, called 1, gold 2 -> 2/3.
    assert figure("macro_f1", six) == pytest.approx((4 / 6 + 0 + 2 / 3) / 3, abs=1e-6)
    assert per_class(six)["SUPPORT"] == {
        "precision": 0.666667,
        "recall": 0.666667,
        "f1": 0.666667,
        "support": 3,
        "called": 3,
    }


def test_false_support_by_hand(six: Answers) -> None:
    assert figure("false_support_rate", six) == pytest.approx(1 / 3)
    # By P(SUPPORT): .95 S, .70 R, .60 S: two of three SUPPORT rows are reached at .60, with one false call.
    assert figure("false_support_at_recall_60", six) == pytest.approx(1 / 3, abs=1e-6)


def test_false_support_at_recall_is_undefined_when_the_recall_is_never_reached() -> None:
    answers = answers_of([0, 0, 1], [(0.9, 0.05, 0.05), None, (0.1, 0.8, 0.1)])
    assert figure("false_support_at_recall_60", answers) is None


def test_ece_by_hand() -> None:
    # Bin (.6, .7]: .7 right, .7 wrong -> gap .2. Bin (.9, 1]: 1.0 right -> gap 0. Weighted: 2/3 * .2.
    answers = answers_of([0, 1, 0], [(0.7, 0.2, 0.1), (0.7, 0.2, 0.1), (1.0, 0.0, 0.0)])
    assert figure("ece", answers) == pytest.approx(2 / 3 * 0.2, abs=1e-6)
    assert figure("brier", answers) == pytest.approx(
        ((0.3**2 + 0.2**2 + 0.1**2) + (0.7**2 + 0.8**2 + 0.1**2)) / 3, abs=1e-6
    )


def test_a_probability_on_the_edge_of_a_bin_belongs_to_the_lower_bin() -> None:
    # .7 and .65 share (.6, .7]; were .7 in the next bin, the two gaps would not cancel.
    answers = answers_of([0, 1], [(0.70, 0.3, 0.0), (0.65, 0.35, 0.0)])
    assert figure("ece", answers) == pytest.approx(abs(1 - 0.70 - 0.65) / 2)


def test_coverage_by_hand() -> None:
    sure = [(0.99, 0.01, 0.0)] * 10
    answers = answers_of([0] * 9 + [1] + [2, 2], [*sure, (0.5, 0.4, 0.1), None])
    # Ten sure answers stand together, nine are right: 90 %; the eleventh is wrong.
    assert figure("coverage_at_precision_90", answers) == pytest.approx(10 / 12, abs=1e-6)


def test_one_class_only() -> None:
    answers = answers_of([0, 0], [(0.9, 0.1, 0.0), (0.2, 0.1, 0.7)])
    assert figure("macro_f1", answers) == pytest.approx(2 / 3, abs=1e-6)
    assert figure("false_support_rate", answers) is None
    assert per_class(answers)["REFUTE"]["recall"] is None


def test_nothing_adjudicated() -> None:
    answers = answers_of([0, 1], [None, None])
    told = {name: figure(name, answers) for name in FIGURES}
    assert told["accuracy"] == 0.0
    assert told["macro_f1"] == 0.0
    assert told["coverage_at_precision_90"] == 0.0
    assert told["ece"] is None
    assert told["brier"] is None
    assert calibrated_ece(answers) is None


def test_a_calibrated_checker_shows_some_ece_at_small_n() -> None:
    probs = [(p, (1 - p) / 2, (1 - p) / 2) for p in np.linspace(0.5, 0.95, 339)]
    floor = calibrated_ece(answers_of([0] * 339, probs))
    assert floor is not None
    assert 0.03 < floor < 0.06


row = st.tuples(
    st.integers(0, 2),
    st.one_of(st.none(), st.tuples(*[st.integers(1, 20)] * 3)),
)


def of(rows: list[tuple[int, tuple[int, int, int] | None]]) -> Answers:
    probs = [None if raw is None else tuple(part / sum(raw) for part in raw) for _, raw in rows]
    return answers_of([label for label, _ in rows], probs)


@given(st.lists(row, min_size=1, max_size=30))
def test_figures_are_shares_and_do_not_hang_on_the_order(rows: list) -> None:
    forth, back = figures(of(rows)), figures(of(rows[::-1]))
    for name in FIGURES:
        one, other = value(forth[name][0]), value(back[name][0])
        assert one == (None if other is None else pytest.approx(other, abs=2e-6))
        assert one is None or -1e-9 <= one <= (2 if name == "brier" else 1) + 1e-9


@given(st.lists(row, min_size=1, max_size=12), st.data())
def test_a_weight_of_two_is_the_row_given_twice(rows: list, data: st.DataObject) -> None:
    weights = data.draw(st.lists(st.integers(1, 3), min_size=len(rows), max_size=len(rows)))
    repeated = [each for each, times in zip(rows, weights, strict=True) for _ in range(times)]
    once = figures(of(rows), np.array([weights], np.float64))
    many = figures(of(repeated))
    for name in FIGURES:
        assert value(once[name][0]) == (
            None if value(many[name][0]) is None else pytest.approx(value(many[name][0]), abs=2e-6)
        )


@given(st.lists(st.integers(0, 2), min_size=1, max_size=20))
def test_a_checker_that_is_right_and_sure_is_perfect(truth: list[int]) -> None:
    told = figures(answers_of(truth, np.eye(3)[truth].tolist()))
    assert value(told["accuracy"][0]) == value(told["macro_f1"][0]) == 1.0
    assert value(told["ece"][0]) == value(told["brier"][0]) == 0.0
    assert value(told["coverage_at_precision_90"][0]) == 1.0


def test_the_bootstrap_is_seeded_and_moves_whole_groups(six: Answers) -> None:
    groups = ["a", "a", "b", "b", "c", "c"]
    seen: list[np.ndarray] = []

    def spy(weights: np.ndarray) -> dict[str, np.ndarray]:
        seen.append(weights)
        return figures(six, weights)

    one = bootstrap(spy, groups, draws=200, seed=7)
    two = bootstrap(partial(figures, six), groups, draws=200, seed=7)
    np.testing.assert_array_equal(one["accuracy"], two["accuracy"])
    weights = np.vstack(seen)
    assert (weights[:, 0] == weights[:, 1]).all()
    assert (weights.sum(axis=1) == 6).all()
    low, high = intervals(one)["accuracy"] or (1, 0)
    assert low <= 0.5 <= high
    assert bootstrap(spy, groups, draws=200, seed=8)["accuracy"].tolist() != one["accuracy"].tolist()


def test_weighted_means() -> None:
    measure = mean_measure([{"r": 1.0}, {"r": 0.0}])
    assert measure(np.array([[3.0, 1.0]]))["r"].tolist() == [0.75]


def judged(**seats: tuple[float, float, float] | None) -> Judgement:
    return Judgement((1.0, 0.0, 0.0), dict(seats), ())


SUPPORTS, REFUTES, NEITHER = (0.8, 0.1, 0.1), (0.1, 0.8, 0.1), (0.1, 0.1, 0.8)


def test_seats_abstention_counts_as_nei_and_equal_errors_make_one_vote() -> None:
    truth = [0, 1, 2, 0]
    said = [
        judged(one=SUPPORTS, two=SUPPORTS),
        judged(one=SUPPORTS, two=SUPPORTS),
        judged(one=None, two=None),
        judged(one=SUPPORTS, two=SUPPORTS),
    ]
    found = panel_figures(truth, said, {"one": 0.5, "two": 0.5})
    assert found["seats"]["one"]["accuracy"] == 0.75
    assert found["seats"]["one"]["abstained"] == 1
    assert found["error_correlation"] == 1.0
    assert found["n_eff"] == 1.0
    assert found["best_seat"] == "one"


def test_seats_that_err_apart_count_apart_and_weight_zero_does_not_count() -> None:
    truth = [0, 0, 0, 0]
    said = [
        judged(one=SUPPORTS, two=SUPPORTS, flag=NEITHER),
        judged(one=SUPPORTS, two=REFUTES, flag=NEITHER),
        judged(one=REFUTES, two=SUPPORTS, flag=NEITHER),
        judged(one=REFUTES, two=REFUTES, flag=SUPPORTS),
    ]
    found = panel_figures(truth, said, {"one": 0.5, "two": 0.5, "flag": 0.0})
    assert found["error_correlation"] == pytest.approx(0.0)
    assert found["n_eff"] == pytest.approx(2.0)
    assert found["seats"]["flag"]["weight"] == 0.0
    assert found["best_seat"] in {"one", "two"}


def test_ranking_measures_by_hand() -> None:
    found = measures(["x", "a", "y", "b"], ["a", "b"], cuts=(1, 3, 5))
    assert (found["recall@1"], found["recall@3"], found["recall@5"]) == (0.0, 0.5, 1.0)
    assert (found["hit_one@3"], found["hit_all@3"], found["hit_all@5"]) == (1.0, 0.0, 1.0)
    assert found["ndcg@10"] == pytest.approx((1 / np.log2(3) + 1 / np.log2(5)) / (1 + 1 / np.log2(3)))
    with pytest.raises(ValueError, match="relevant"):
        measures(["x"], [])
