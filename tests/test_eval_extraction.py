"""`assignee eval extraction`, `retrieval` and `scifact` over small sets, and over a few rows of the data folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assignee.cli import main
from assignee.errors import UserError
from assignee.evals import extraction, retrieval, scifact
from assignee.evals.extraction_rows import read_sentences
from assignee.evals.metrics import scored_measure
from assignee.evals.scifact_data import read_set
from assignee.evals.scifact_metrics import Named, claim_counts, scores


def rows_file(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_average_precision_by_hand() -> None:
    truth = np.array([True, False, True, False])
    found = scored_measure(truth, np.array([0.9, 0.8, 0.7, 0.1]), np.array([True, True, False, False]))
    told = {name: held[0] for name, held in found(np.ones((1, 4))).items()}
    assert told == {"precision": 0.5, "recall": 0.5, "f1": 0.5, "ap": pytest.approx((1 + 2 / 3) / 2)}


def test_equal_scores_share_a_rank() -> None:
    truth = np.array([True, False, False, False])
    found = scored_measure(truth, np.full(4, 0.5), np.ones(4, bool))(np.ones((1, 4)))
    assert found["ap"][0] == pytest.approx(1 / 4)


SENTENCES = [
    {"id": 1, "paper_id": 7, "sentence": "Dropout is widely used.", "label": 0},
    {"id": 2, "paper_id": 7, "sentence": "We show that dropout reduces overfitting by 12 %.", "label": 1},
]


def test_every_form_of_row_is_read(tmp_path: Path) -> None:
    forms = [
        *SENTENCES,
        {"id": "x-0", "sentence": "Background.", "label": "background"},
        {"id": "x-1", "sentence": "Result.", "label": "result"},
        {"id": "y-7", "text": "Alone.", "label": "outcomes"},
        {"id": "cs", "abstract_id": 1, "pos": 0, "sentence": "Same id.", "label": "method"},
        {"id": "cs", "abstract_id": 2, "pos": 0, "sentence": "Same id.", "label": "method"},
    ]
    found = read_sentences([rows_file(tmp_path / "rows.jsonl", forms)])
    assert [row.finding for row in found] == [False, True, False, True, True, False, False]
    assert found[0].group == found[1].group != ""
    assert found[2].group == found[3].group == "run:x-0"
    assert found[4].group == ""
    assert found[5].group != found[6].group


def test_ids_that_count_up_for_ever_are_no_abstract(tmp_path: Path) -> None:
    many = [{"id": f"row-{at}", "sentence": f"Sentence {at}.", "label": at % 2} for at in range(100)]
    found = read_sentences([rows_file(tmp_path / "rows.jsonl", many)])
    assert {row.group for row in found} == {""}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"id": 1, "sentence": "A.", "label": 1}, "duplicated id 1"),
        ({"id": 3, "sentence": "A.", "label": "perhaps"}, "unknown label 'perhaps'"),
        ({"id": 3, "sentence": "A.", "label": 2}, "unknown label 2"),
        ({"id": 3, "label": 1}, "the field 'sentence' is missing"),
        ({"id": 3, "sentence": "", "label": 1}, "'sentence' is empty"),
        ({"id": 3, "sentences": []}, "'sentences' must be a list of objects"),
        ({"id": 3, "sentences": [{"text": "A."}]}, "the field 'outcome' is missing"),
    ],
)
def test_a_bad_row_is_named(tmp_path: Path, row: dict[str, Any], reason: str) -> None:
    path = rows_file(tmp_path / "rows.jsonl", [*SENTENCES, row])
    with pytest.raises(UserError) as error:
        read_sentences([path])
    assert f"{path}:3: {reason}" in str(error.value)


def test_documents_and_sentences_are_measured_apart(tmp_path: Path) -> None:
    document = {"id": "d", "sentences": [{"sec": "abstract", "text": "We win.", "outcome": 1}]}
    path = rows_file(tmp_path / "rows.jsonl", [*SENTENCES, document])
    with pytest.raises(UserError, match="measured apart"):
        read_sentences([path])


def test_outcome_sentences_of_documents_are_measured(tmp_path: Path) -> None:
    parts = [
        ("abstract", "We study transfer between languages .", 0),
        ("abstract", "Our model outperforms all baselines by 3 points .", 1),
        ("introduction", "Transfer is widely used .", 0),
        ("conclusion", "We showed that transfer helps for distant languages .", 1),
    ]
    document = {"id": "d", "sentences": [{"sec": s, "text": t, "outcome": o} for s, t, o in parts]}
    body, predictions = extraction.measure([rows_file(tmp_path / "docs.jsonl", [document])])
    assert body["n"] == 4
    assert body["findings"] == body["baselines"]["all"]["recall"] * 2
    assert [each["id"] for each in predictions] == ["d:0", "d:1", "d:2", "d:3"]
    assert predictions[1]["score"] > predictions[2]["score"]


CORPUS = [
    {"doc_id": 1, "title": "Aspirin", "abstract": ["Aspirin lowered the risk of cancer."]},
    {"doc_id": 2, "title": "Dropout", "abstract": ["Dropout reduces overfitting."]},
]
CLAIMS = [
    {
        "id": 1,
        "claim": "Aspirin lowers the risk of cancer.",
        "evidence": {"1": [{"sentences": [0], "label": "SUPPORT"}]},
        "cited_doc_ids": [1],
    },
    {"id": 2, "claim": "Dropout is popular.", "evidence": {}, "cited_doc_ids": [2]},
]


def test_retrieval_measures_both_sets(tmp_path: Path) -> None:
    claims, corpus = rows_file(tmp_path / "c.jsonl", CLAIMS), rows_file(tmp_path / "d.jsonl", CORPUS)
    body, _ = retrieval.measure(claims, corpus)
    assert (body["A"]["n"], body["B"]["n"]) == (1, 2)
    assert body["A"]["rankings"]["index"]["recall@1"] == 1.0
    assert body["B"]["rankings"]["words"]["hit_all@10"] == 1.0
    assert [row["id"] for row in body["rows"]] == [1, 2]


def test_claims_without_evidence_cannot_be_scored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    rows_file(Path("c.jsonl"), [{"id": 1, "claim": "A.", "evidence": {}}])
    rows_file(Path("d.jsonl"), CORPUS)
    for command in ("scifact", "retrieval"):
        assert main(["eval", command, "--claims", "c.jsonl", "--corpus", "d.jsonl", "--out", "o.json"]) == 2
        assert capsys.readouterr().err.startswith("assignee: c.jsonl: no claim has evidence")
    assert not Path("o.json").exists()


def test_an_oracle_without_cited_documents_is_refused(tmp_path: Path) -> None:
    claims = [CLAIMS[0], {"id": 2, "claim": "A.", "evidence": {}, "cited_doc_ids": []}]
    paths = rows_file(tmp_path / "c.jsonl", claims), rows_file(tmp_path / "d.jsonl", CORPUS)
    with pytest.raises(UserError, match="claim 2 cites no document"):
        scifact.measure(*paths, oracle=True)


@pytest.mark.data
def test_scifact_over_a_few_claims_of_the_data_folder(data: Path, tmp_path: Path) -> None:
    """The printed figures are those of the predictions, scored anew; contradictions are spelt as in the file."""
    folder = data / "scifact"
    lines = (folder / "claims_train.jsonl").read_text(encoding="utf-8").splitlines()
    claims = tmp_path / "claims.jsonl"
    refuted = next(at for at, line in enumerate(lines) if '"REFUTE"' in line)
    claims.write_text("\n".join([lines[refuted], *(lines[:refuted] + lines[refuted + 1 :])[:2]]) + "\n")
    wanted = {doc for line in claims.read_text().splitlines() for doc in json.loads(line)["cited_doc_ids"]}
    wanted |= {int(doc) for line in claims.read_text().splitlines() for doc in json.loads(line)["evidence"]}
    with (folder / "corpus.jsonl").open(encoding="utf-8") as file:
        corpus = rows_file(
            tmp_path / "corpus.jsonl", [row for row in map(json.loads, file) if row["doc_id"] in wanted]
        )
    for oracle in (True, False):
        body, predictions = scifact.measure(claims, corpus, oracle=oracle)
        gold = read_set(claims, corpus)
        assert gold.spelling == "REFUTE"
        counts = sum(
            claim_counts(
                claim.evidence,
                {doc: Named(held["label"], held["sentences"]) for doc, held in each["evidence"].items()},
            )
            for claim, each in zip(gold.claims, predictions, strict=True)
        )
        assert {name: body[name] for name in scores(counts)} == scores(counts)
        assert {held["label"] for each in predictions for held in each["evidence"].values()} <= {
            "SUPPORT",
            "REFUTE",
        }
