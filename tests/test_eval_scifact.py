"""The official SciFact metrics to the last digit, and its files read strictly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignee.errors import UserError
from assignee.evals.scifact_data import read_set
from assignee.evals.scifact_metrics import METRICS, GoldAbstract, Named, claim_counts, f1_measure, scores

Gold = dict[str, GoldAbstract]
Said = dict[str, Named]


def told(*claims: tuple[Gold, Said]) -> dict[str, dict[str, float]]:
    return scores(np.sum([claim_counts(gold, said) for gold, said in claims], axis=0))


def test_the_worked_example() -> None:
    """Two gold abstracts, two named, one right. Four gold sentences, five named; 2 is in a rationale that lacks 3."""
    gold = {
        "1": GoldAbstract("SUPPORT", ((0,), (2, 3))),
        "2": GoldAbstract("REFUTE", ((1,),)),
    }
    said = {"1": Named("SUPPORT", (0, 2, 5)), "9": Named("SUPPORT", (0, 1))}
    found = told((gold, said))
    for name in ("abstract_label_only", "abstract_rationalized"):
        assert found[name] == {"precision": 1 / 2, "recall": 1 / 2, "f1": 1 / 2}
    for name in ("sentence_selection", "sentence_label"):
        assert (found[name]["precision"], found[name]["recall"]) == (1 / 5, 1 / 4)
        assert found[name]["f1"] == pytest.approx(2 / 9, abs=1e-16)


def test_a_wrong_label_keeps_the_selection_only() -> None:
    gold = {"1": GoldAbstract("SUPPORT", ((0,),))}
    found = told((gold, {"1": Named("REFUTE", (0,))}))
    assert [found[name]["f1"] for name in METRICS] == [0.0, 0.0, 1.0, 0.0]


def test_only_the_first_three_listed_sentences_bear_out_an_abstract() -> None:
    gold = {"1": GoldAbstract("SUPPORT", ((7,),))}
    late = told((gold, {"1": Named("SUPPORT", (1, 2, 3, 7))}))
    early = told((gold, {"1": Named("SUPPORT", (7, 1, 2, 3))}))
    assert late["abstract_rationalized"]["f1"] == 0.0
    assert early["abstract_rationalized"]["f1"] == 1.0
    assert late["sentence_label"] == early["sentence_label"]
    assert late["sentence_label"]["precision"] == 1 / 4


def test_odd_cases_follow_the_public_evaluators() -> None:
    gold = {"1": GoldAbstract("SUPPORT", ((0,), ()))}
    twice = told((gold, {"1": Named("SUPPORT", (0, 0))}))
    assert twice["sentence_selection"] == {"precision": 1 / 2, "recall": 1.0, "f1": pytest.approx(2 / 3)}
    nothing = told((gold, {"1": Named("SUPPORT", ())}))
    assert nothing["abstract_rationalized"]["f1"] == 1.0  # the empty rationale is in everything
    assert told((gold, {}))["abstract_label_only"] == {"precision": 0.0, "recall": 0.0, "f1": 0.0}
    assert told(({}, {}))["sentence_label"]["f1"] == 0.0


def test_macro_is_not_meant_counts_are_summed_over_claims() -> None:
    right = ({"1": GoldAbstract("SUPPORT", ((0,),))}, {"1": Named("SUPPORT", (0,))})
    wrong = ({}, {"2": Named("SUPPORT", (0,)), "3": Named("REFUTE", (0,))})
    assert told(right, wrong)["abstract_label_only"] == {
        "precision": 1 / 3,
        "recall": 1.0,
        "f1": pytest.approx(1 / 2),
    }


documents = st.dictionaries(st.sampled_from("abc"), st.sampled_from(("SUPPORT", "REFUTE")), max_size=3)


@given(st.lists(st.tuples(documents, documents), min_size=1, max_size=6))
def test_the_bootstrap_measures_what_the_scores_say(claims: list[tuple[dict, dict]]) -> None:
    counts = np.array(
        [
            claim_counts(
                {doc: GoldAbstract(label, ((0, 1), (2,))) for doc, label in gold.items()},
                {doc: Named(label, (2, 0)) for doc, label in said.items()},
            )
            for gold, said in claims
        ]
    )
    once = f1_measure(counts)(np.ones((1, len(claims))))
    for name, held in scores(counts.sum(axis=0)).items():
        assert once[name][0] == pytest.approx(held["f1"])
        assert 0.0 <= held["precision"] <= 1.0
    assert once["abstract_rationalized"][0] <= once["abstract_label_only"][0]
    assert once["sentence_label"][0] <= once["sentence_selection"][0]


CORPUS = [{"doc_id": 1, "title": "T", "abstract": ["One.", "Two."]}, {"doc_id": 2, "abstract": ["Three."]}]


def claim(**changes: Any) -> dict[str, Any]:
    evidence = {"1": [{"sentences": [0], "label": "SUPPORT"}]}
    return {"id": 1, "claim": "One.", "evidence": evidence, "cited_doc_ids": [1], **changes}


def files(
    folder: Path, claims: list[dict[str, Any]], corpus: list[dict[str, Any]] = CORPUS
) -> tuple[Path, Path]:
    paths = folder / "claims.jsonl", folder / "corpus.jsonl"
    for path, rows in zip(paths, (claims, corpus), strict=True):
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return paths


def test_both_spellings_of_a_contradiction_are_read_and_told_apart(tmp_path: Path) -> None:
    for spelling in ("CONTRADICT", "REFUTE"):
        evidence = {"2": [{"sentences": [0], "label": spelling}]}
        found = read_set(*files(tmp_path, [claim(evidence=evidence, cited_doc_ids=[1])]))
        assert found.claims[0].evidence["2"].label == "REFUTE"
        assert found.spelling == spelling
        assert found.claims[0].documents == ("1", "2")
    assert read_set(*files(tmp_path, [claim()])).spelling == "CONTRADICT"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"evidence": {"7": [{"sentences": [0], "label": "SUPPORT"}]}}, "not in the corpus"),
        ({"evidence": {"1": []}}, "empty evidence"),
        ({"evidence": {"1": [{"sentences": [2], "label": "SUPPORT"}]}}, "there is no sentence 2"),
        ({"evidence": {"1": [{"sentences": [0], "label": "MAYBE"}]}}, "unknown label 'MAYBE'"),
        ({"evidence": {"1": [{"sentences": [0], "label": "NEI"}]}}, "unknown label 'NEI'"),
        ({"evidence": {"1": [{"sentences": [0]}]}}, "'label' is missing"),
        (
            {
                "evidence": {
                    "1": [{"sentences": [0], "label": "SUPPORT"}, {"sentences": [1], "label": "CONTRADICT"}]
                }
            },
            "conflicting labels",
        ),
        ({"evidence": ["1"]}, "must be an object"),
        ({"cited_doc_ids": [9]}, "the cited document 9"),
        ({"claim": " "}, "'claim' is empty"),
    ],
)
def test_a_wrong_claim_is_named_with_file_and_line(
    tmp_path: Path, change: dict[str, Any], reason: str
) -> None:
    paths = files(tmp_path, [claim(id=0), claim(**change)])
    with pytest.raises(UserError) as error:
        read_set(*paths)
    assert f"{paths[0]}:2: " in str(error.value)
    assert reason in str(error.value)


def test_a_document_that_stands_twice_is_refused(tmp_path: Path) -> None:
    paths = files(tmp_path, [claim()], [*CORPUS, {"doc_id": "1", "abstract": ["Again."]}])
    with pytest.raises(UserError, match=r"corpus\.jsonl:3: duplicated id '1'"):
        read_set(*paths)
