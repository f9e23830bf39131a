"""Screening on labelled records: the gold set, the figures by hand, and what `assignee eval screening` measures."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignee.cli import main
from assignee.errors import UserError
from assignee.evals import screening
from assignee.evals.screening import Read, figures, wss
from assignee.evals.screening_gold import LABELS, Labelled, Question, read_questions, read_records

_ROOT = Path(__file__).parents[1]
_PAGE = " ".join((_ROOT / "docs" / "evaluation.md").read_text(encoding="utf-8").split())
_README = " ".join((_ROOT / "evals" / "gold" / "README.md").read_text(encoding="utf-8").split())


def test_the_gold_set_is_what_the_readme_says() -> None:
    questions = read_questions(screening.GOLD)
    labels = Counter(row.label for question in questions for row in question.rows)
    count = sum(labels.values())
    assert len(questions) >= 8
    assert min(len(question.rows) for question in questions) >= 40
    assert sum(question.held_out for question in questions) * 2 == len(questions)
    told = f"{count} records for {len(questions)} questions: " + ", ".join(
        f"{labels[label]} {label}" for label in LABELS
    )
    assert told in _README
    assert f"{len(questions)} questions of our own, {count} labelled records" in _PAGE
    fields = {
        name for line in screening.GOLD.read_text(encoding="utf-8").splitlines() for name in json.loads(line)
    }
    assert not fields - {"id", "question_id", "question", "set", "record", "label", "held_out", "note"}, (
        "no text of others"
    )


def test_work_saved_over_sampling_by_hand() -> None:
    wanted = np.array([True, True, False, False, False, False, False, False, False, False])
    falling = np.arange(10, 0, -1).astype(float)
    assert wss(wanted, falling) == pytest.approx(0.8 - 0.05)
    assert wss(wanted, -falling) == pytest.approx(0.0 - 0.05)
    assert wss(wanted, np.zeros(10)) == pytest.approx(-0.05), "what cannot be told apart is all read"
    assert np.isnan(wss(np.zeros(10, bool), falling))
    many = np.array([True] * 20 + [False] * 20)
    late = np.concatenate([np.arange(40, 21, -1), [0], np.arange(21, 1, -1)]).astype(float)
    assert wss(many, late) == pytest.approx(1 - 19 / 40 - 0.05), "the twentieth is beyond 95 % of twenty"


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=1, max_size=30))
def test_no_ranking_saves_more_than_reading_the_wanted_first(rows: list[tuple[bool, int]]) -> None:
    wanted = np.array([row[0] for row in rows])
    saved = wss(wanted, np.array([float(row[1]) for row in rows]))
    if wanted.any():
        assert -0.05 - 1e-9 <= saved <= wss(wanted, wanted.astype(float)) + 1e-9


def read_of(name: str, rows: list[tuple[str, str, float]]) -> Read:
    """One question, rows of (label, what screening says, score)."""
    question = Question(name, "Why?", False, tuple(Labelled(str(at), row[0]) for at, row in enumerate(rows)))
    scores = np.array([row[2] for row in rows])
    every = {"assignee": scores, "cosine": scores[::-1].copy(), "BM25": scores}
    return Read(question, np.array([row[0] for row in rows]), np.array([row[1] for row in rows]), every)


def test_precision_recall_and_f1_in_both_countings_by_hand() -> None:
    one = read_of(
        "a",
        [
            ("include", "include", 0.9),
            ("unsure", "include", 0.8),
            ("include", "unsure", 0.5),
            ("exclude", "exclude", 0.1),
        ],
    )
    two = read_of("b", [("include", "include", 0.9), ("exclude", "include", 0.8)])
    found = figures([one, two], 0.5)
    ours = found["assignee"]
    assert (ours["n"], ours["wanted"], ours["called"]) == (6, 3, 4)
    assert (ours["precision"], ours["recall"]) == (0.5, pytest.approx(2 / 3, abs=1e-6))
    assert ours["f1"] == pytest.approx(4 / 7, abs=1e-6)
    assert (ours["precision_wide"], ours["recall_wide"]) == (0.75, 0.75)
    assert found["assignee, unsure too"]["recall"] == 1.0
    assert found["BM25, as many"]["called"] == found["cosine, as many"]["called"] == 4
    assert found["BM25, as many"]["recall"] == ours["recall"]
    assert found["assignee and BM25, as many"]["wss95"] == ours["wss95"]  # here BM25 ranks as we do
    one = replace(one, scores=one.scores | {"BM25": np.array([0.0, 0.0, 0.9, 0.0])})
    better = figures([one, two], 0.5)["assignee and BM25, as many"]
    assert (better["recall"], better["wss95"] > ours["wss95"]) == (1.0, True)
    assert found["cosine, as many"]["recall"] == pytest.approx(2 / 3, abs=1e-6)
    assert (found["all"]["precision"], found["all"]["recall"], found["all"]["wss95"]) == (0.5, 1.0, -0.05)
    assert ours["wss95"] == pytest.approx(((1 - 3 / 4 - 0.05) + (1 - 1 / 2 - 0.05)) / 2, abs=1e-6)


_ROW = {"id": 1, "question_id": "q", "question": "Why?", "record": "a", "label": "include"}


@pytest.mark.parametrize(
    ("second", "told"),
    [
        ({"id": 1}, "duplicated id"),
        ({"label": "maybe"}, "'label' is 'maybe'"),
        ({"question": "How?"}, "another text or half"),
        ({"held_out": True}, "another text or half"),
        ({"held_out": "no"}, "must be true or false"),
        ({"record": ""}, "'record' must be"),
    ],
)
def test_a_wrong_row_is_said_in_one_line(tmp_path: Path, second: dict[str, object], told: str) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text(f"{json.dumps(_ROW)}\n{json.dumps({**_ROW, 'id': 2, **second})}\n", encoding="utf-8")
    with pytest.raises(UserError, match=rf"gold\.jsonl:2: .*{told}"):
        read_questions(gold)


def test_records_are_read_with_a_text_or_sentences_and_without_an_abstract_left_out(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    rows = [
        {"id": "a", "title": "A", "abstract": "One  two."},
        {"doc_id": 7, "title": "B", "abstract": ["Three.", "Four."]},
        {"id": "c", "title": "C"},
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert read_records([path]) == [{"a": ("A", "One two."), "7": ("B", "Three. Four.")}]
    path.write_text('{"id": "a", "title": "A", "abstract": {"b": 1}}\n', encoding="utf-8")
    with pytest.raises(UserError, match="'abstract' must be"):
        read_records([path])


def test_the_command_prints_and_writes_the_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ASSIGNEE_HOME", str(tmp_path / "home"))
    records, gold, out = tmp_path / "records.jsonl", tmp_path / "gold.jsonl", tmp_path / "figures.json"
    texts = {
        "on": ("Spaced practice and vocabulary", "Spaced practice improves vocabulary retention of pupils."),
        "near": ("Songs", "Pupils learn vocabulary from songs."),
        "off": ("Zinc", "Zinc coatings reduce rust on steel."),
    }
    records.write_text(
        "".join(json.dumps({"id": k, "title": t, "abstract": a}) + "\n" for k, (t, a) in texts.items()),
        encoding="utf-8",
    )
    asked = {
        "question_id": "spaced",
        "question": "Does spaced practice improve vocabulary retention of pupils?",
    }
    rows: list[dict[str, Any]] = [
        {"id": name, **asked, "record": name, "label": label}
        for name, label in zip(texts, LABELS, strict=True)
    ]
    rows.append({"id": "x", "question_id": "other", "question": "Why?", "record": "gone", "label": "exclude"})
    gold.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    command = ["eval", "screening", "--records", str(records), "--gold", str(gold), "--out", str(out)]
    assert main(command) == 0
    body = json.loads(out.read_text(encoding="utf-8"))
    assert (body["eval"], body["n"], body["questions"], body["missing"]) == ("screening", 3, 1, ["other"])
    assert body["by_question"]["spaced"]["recall"] == 1.0
    assert {row["record"]: row["said"] for row in body["rows"]}["off"] == "exclude"
    assert "their records are not in the files given: other" in capsys.readouterr().out
    gold.write_text(json.dumps(rows[-1]) + "\n", encoding="utf-8")
    assert main(command) == 2
    assert "no question has all its records" in capsys.readouterr().err


@pytest.mark.data
def test_the_page_prints_what_is_measured(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSIGNEE_HOME", str(tmp_path / "home"))
    lines = screening.GOLD.read_text(encoding="utf-8").splitlines(keepends=True)
    gold = tmp_path / "gold.jsonl"
    gold.write_text("".join(line for line in lines if '"question_id": "adapters"' in line), encoding="utf-8")
    records = [data / "library" / "acl-anthology-transfer.jsonl"]
    [part] = screening.measure(gold, records, lambda done, total, what: None)["by_question"].values()

    def short(number: float) -> str:
        return f"{number:.3f}".removeprefix("0")

    shown = " | ".join(short(part[name]) for name in ("precision", "recall", "f1", "wss95"))
    assert f"| adapters | held out | {part['wanted']} | {part['called']} | {shown} |" in _PAGE
