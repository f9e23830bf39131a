"""Corruptions of supported claims: always another text, never twice the same, the same for the same seed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignee.agents.pair_checker import Judgement, Pair
from assignee.errors import UserError
from assignee.evals import corroboration
from assignee.evals.corruptions import GOLD, KINDS, corrupt, measure, tables
from assignee.evals.gold_rows import read_claims
from assignee.tools.text import words

_SUPPORTED = [row for row in read_claims([GOLD]) if row.label == "SUPPORT"]
_EVIDENCE = ("On XTREME, BERT improves accuracy by 5.4 points in all five tasks and takes 3 days.",)


def _quiet(done: int, total: int, what: str) -> None:
    return None


@pytest.mark.parametrize(
    ("kind", "claim", "became"),
    [
        ("number", "BERT improves accuracy by 5.4 points.", "BERT improves accuracy by 6.5 points."),
        ("unit", "BERT takes 3 days.", "BERT takes 3 weeks."),
        ("negation", "BERT improves accuracy.", "BERT does not improve accuracy."),
        ("negation", "BERT does not improve accuracy.", "BERT does improve accuracy."),
        ("direction", "Accuracy is higher with BERT.", "Accuracy is lower with BERT."),
        ("entity", "BERT improves accuracy.", "GPT-2 improves accuracy."),
        ("quantifier", "BERT always improves accuracy.", "BERT never improves accuracy."),
        ("benchmark", "BERT improves accuracy on XTREME.", "BERT improves accuracy on XTREME-R."),
    ],
)
def test_each_kind_changes_one_thing(kind: str, claim: str, became: str) -> None:
    assert became in [item.text for item in corrupt(claim, _EVIDENCE) if item.kind == kind]


@pytest.mark.parametrize(
    ("claim", "kind"),
    [
        ("BERT may improve accuracy.", "negation"),  # both readings of a hedge may hold
        ("BERT improves accuracy by 7 points.", "number"),  # the evidence does not give this number
        ("RoBERTa is better.", "entity"),  # nor this name
        ("XGLUE is hard.", "benchmark"),
        (
            "Higher accuracy goes with lower cost.",
            "direction",
        ),  # two directions: turning one need not turn the claim
        ("Accuracy falls when BERT is removed.", "negation"),  # the auxiliary belongs to another clause
        ("On XTREME-R BERT is good.", "benchmark"),  # only whole names
    ],
)
def test_what_is_not_surely_false_is_left_alone(claim: str, kind: str) -> None:
    assert kind not in [item.kind for item in corrupt(claim, _EVIDENCE)]


def test_a_bound_is_left_behind_by_its_number() -> None:
    evidence = ("The score rose by more than 13 points, in fewer than 20 steps.",)
    (up,) = [item for item in corrupt("It rose by more than 13 points.", evidence) if item.kind == "number"]
    (down,) = [item for item in corrupt("It took fewer than 20 steps.", evidence) if item.kind == "number"]
    assert float(up.became) > 13
    assert float(down.became) < 20


def test_every_corruption_of_our_gold_is_another_text_and_none_comes_twice() -> None:
    seen = 0
    for row in _SUPPORTED:
        made = corrupt(row.claim, row.evidence)
        texts = [item.text for item in made]
        assert len({text.casefold() for text in (row.claim, *texts)}) == len(texts) + 1
        assert len({item.kind for item in made}) == len(made)
        assert made == corrupt(row.claim, row.evidence)
        for item in made:
            assert item.was in row.claim
            if item.kind in {"number", "entity", "benchmark"}:
                assert item.became not in words(" ".join(row.evidence))
        seen += len(made)
    assert seen > len(_SUPPORTED)
    kinds = {item.kind for row in _SUPPORTED for item in corrupt(row.claim, row.evidence)}
    assert kinds == set(KINDS)


def test_another_seed_makes_other_numbers_somewhere() -> None:
    one = [corrupt(row.claim, row.evidence, seed=1) for row in _SUPPORTED]
    two = [corrupt(row.claim, row.evidence, seed=2) for row in _SUPPORTED]
    assert one != two


@given(st.text(max_size=120), st.text(max_size=120), st.integers(0, 5))
def test_any_text_is_corrupted_without_an_error(claim: str, evidence: str, seed: int) -> None:
    made = corrupt(claim, [evidence, claim], seed)
    assert made == corrupt(claim, [evidence, claim], seed)
    assert claim not in [item.text for item in made]


class _Judge:
    """Says SUPPORT of what it does not know, else the label given (None: not adjudicated)."""

    def __init__(self, known: dict[str, int | None]) -> None:
        self.known = known

    def __call__(self, pairs: Sequence[Pair]) -> list[Judgement]:
        found = []
        for pair in pairs:
            at = self.known.get(pair.claim, 0)
            probs = None if at is None else tuple(0.8 if n == at else 0.1 for n in range(3))
            found.append(Judgement(probs, {}, ()))  # type: ignore[arg-type]
        return found


def test_the_measure_counts_pairs_of_a_kept_original_and_a_seen_corruption(tmp_path: Path) -> None:
    rows = [
        {
            "id": "a",
            "claim": "BERT improves accuracy by 5.4 points.",
            "evidence": _EVIDENCE,
            "label": "SUPPORT",
        },
        {"id": "b", "claim": "BERT takes 3 days.", "evidence": _EVIDENCE, "label": "SUPPORT"},
        {"id": "c", "claim": "BERT takes 9 days.", "evidence": _EVIDENCE, "label": "REFUTE"},
    ]
    path = tmp_path / "gold.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    made = {row["id"]: corrupt(str(row["claim"]), _EVIDENCE) for row in rows[:2]}
    total = sum(map(len, made.values()))

    def both(known: dict[str, int | None]) -> float:
        body = measure([path], _Judge(known), _quiet)
        assert body["n"] == total
        assert body["n_support_rows"] == 2
        assert [table.title for table in tables(body)]
        return float(body["both"])

    assert both({}) == 0.0  # everything is supported: nothing noticed
    noticed: dict[str, int | None] = {item.text: 1 for items in made.values() for item in items}
    assert both(noticed) == 1.0
    lost = {**noticed, "BERT takes 3 days.": 2}  # this original is no longer supported
    assert both(lost) == pytest.approx(len(made["a"]) / total)
    assert both(dict.fromkeys(noticed)) == 0.0  # not adjudicated is not noticed


def test_wrong_pairs_end_in_one_line_with_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    row = {"id": 1, "claim": "A helps B.", "evidence": "A hurts B.", "relation": "contradicts"}
    for change, reason in (
        ({"relation": "maybe"}, "unknown relation 'maybe'"),
        ({"evidence": ""}, "'evidence' is empty"),
        ({"claim": None}, "'claim' must be a text"),
    ):
        path.write_text(json.dumps(row) + "\n" + json.dumps({**row, "id": 2, **change}), encoding="utf-8")
        with pytest.raises(UserError, match=r"pairs\.jsonl:2: ") as caught:
            corroboration.measure(path, _quiet)
        assert reason in str(caught.value)


def test_the_cross_paper_figures_of_a_small_set(tmp_path: Path) -> None:
    claim = "Spaced practice improves vocabulary retention of pupils."
    rows = [
        ("Spaced practice increased vocabulary retention of pupils.", "supports"),
        ("Spaced practice does not improve vocabulary retention of pupils.", "contradicts"),
        ("Sleep deprivation lowers reading speed of nurses.", "not_comparable"),
        ("Spaced practice increased vocabulary retention of pupils.", "contradicts"),  # a label that is wrong
    ]
    path = tmp_path / "pairs.jsonl"
    lines = [
        json.dumps({"id": n, "claim": claim, "evidence": text, "relation": relation, "half": "dev"})
        for n, (text, relation) in enumerate(rows)
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    body = corroboration.measure(path, _quiet)
    assert body["relations"]["supports"]["precision"] == 0.5
    assert body["relations"]["contradicts"]["recall"] == 0.5
    assert body["confusion"]["contradicts"] == {"supports": 1, "contradicts": 1, "not_comparable": 0}
    assert body["halves"]["dev"]["n"] == 4
    assert [item["id"] for item in body["wrong"]] == [3]
    assert len(corroboration.tables(body)) == 2


# Measured on the half that only measures (`assignee eval corroboration`); the floors lie a little below.
PRECISION, SUPPORT_RECALL, CONTRADICT_RECALL = 0.90, 0.55, 0.75


def test_what_the_cross_paper_seat_voices_is_right_nine_times_in_ten() -> None:
    told = corroboration.measure(None, _quiet)["halves"]["held_out"]["relations"]
    assert told["supports"]["precision"] >= PRECISION
    assert told["contradicts"]["precision"] >= PRECISION
    assert told["supports"]["recall"] >= SUPPORT_RECALL
    assert told["contradicts"]["recall"] >= CONTRADICT_RECALL
