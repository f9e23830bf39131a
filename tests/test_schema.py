"""report.json: the shape of its schema, its seal, and what is refused on the way back."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from sample_report import sample, texts_of, with_claim

from assignee.claims import SCHEMA_VERSION, Report
from assignee.errors import UserError
from assignee.render.report_json import read, render, schema, seal_of

# Issue 2 lists these; a reader of the file may rely on each being there.
SHAPE = {
    "": "schema_version question seed_paper status title engine answer papers claims reviews decision flow headline manifest",
    "answer": "text direction strength independent_works not_covered claim_ids",
    "papers": "id ids title authors year url basis sources included reason publication found_by screening notices given_by "
    "conflicts where_open",
    "claims": "id text quote paper_id section start end kind outcome confidence verdicts",
    "reviews": "reviewer mandate scores comments",
    "decision": "score spread caps decision grade reasons",
    "flow": "identified duplicates screened excluded included read_full identified_by chased left_out excluded_by sought "
    "not_retrieved preprints",
    "manifest": "queries batches overlap stopped not_answered problems",
    "headline": "claims quoted examined corroborated",
}


def data_of(report: Report) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(render(report, texts_of(report)))
    return loaded


def reseal(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "content_sha256": seal_of(data)}


def test_the_schema_is_a_schema_and_the_sample_fits_it() -> None:
    Draft202012Validator.check_schema(schema())
    Draft202012Validator(schema()).validate(data_of(sample()))


@pytest.mark.parametrize("part", SHAPE)
def test_every_key_is_always_present(part: str) -> None:
    for report in (sample(), replace(sample(), claims=(), papers=(), reviews=())):
        value = data_of(report)
        rows = [value] if not part else value[part] if isinstance(value[part], list) else [value[part]]
        for row in rows:
            assert set(SHAPE[part].split()) <= set(row)


def test_verdicts_and_evidence_have_their_keys() -> None:
    for row in data_of(sample())["claims"]:
        for verdict in row["verdicts"]:
            assert {"verifier", "stance", "probability", "reason", "evidence"} <= set(verdict)
            for item in verdict["evidence"]:
                assert {"paper_id", "start", "end", "quote", "stance"} <= set(item)


def test_every_object_of_the_schema_requires_all_it_names() -> None:
    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if "properties" in node and isinstance(node["properties"], dict) and node.get("type") == "object":
                assert node["required"] == list(node["properties"])
                assert node["additionalProperties"] is False
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(schema())


def test_what_is_written_is_read_back_the_same() -> None:
    text = render(sample(), texts_of(sample()))
    again = read(json.loads(text))
    assert render(again, texts_of(again)) == text
    assert again.claims[0].claim == replace(sample().claims[0].claim, relevance=0.612)


def test_probabilities_have_three_places_and_quantities_all() -> None:
    data = data_of(sample())
    assert data["claims"][0]["verdicts"][1]["probability"] == 0.588
    assert data["papers"][0]["relevance"] == 0.731
    assert data["manifest"]["calibration"]["entailment"]["accuracy"] == 0.612


def test_no_number_that_json_does_not_know() -> None:
    report = with_claim(sample(), "c1", confidence=float("nan"))
    assert data_of(report)["claims"][0]["confidence"] is None


def test_a_lone_surrogate_does_not_stop_the_file_from_being_written() -> None:
    text = render(replace(sample(), question="What is \udcff?"), texts_of(sample()))
    assert "�" in text
    assert read(json.loads(text.encode("utf-8").decode("utf-8"))).question == "What is �?"


@pytest.mark.parametrize(
    "data",
    [None, [], "text", 3, {}, {"schema_version": 1.0}, {"schema_version": "1.0"}, {"claims": []}],
    ids=repr,
)
def test_what_is_not_ours_is_refused_in_one_line(data: Any) -> None:
    with pytest.raises(UserError, match=r"not a report\.json of assignee") as error:
        read(data)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("version", ["2.0", "1.2", "10.0"])
def test_a_newer_schema_is_refused_by_name(version: str) -> None:
    data = reseal({**data_of(sample()), "schema_version": version, "surprise": 1})
    with pytest.raises(UserError, match=f"schema version {version}.*reads {SCHEMA_VERSION}: update"):
        read(data)


@pytest.mark.parametrize("version", ["1.0", "0.9"])
def test_an_older_report_is_refused_in_one_line_that_says_to_make_it_again(version: str) -> None:
    data = reseal({**data_of(sample()), "schema_version": version})
    del data["flow"]["chased"]
    for allow_edited in (False, True):
        with pytest.raises(
            UserError, match=f"version {version}.*make it again with assignee review$"
        ) as error:
            read(data, allow_edited=allow_edited)
        assert "\n" not in str(error.value)


def test_a_hand_edited_report_is_named_and_can_still_be_judged() -> None:
    data = data_of(sample())
    data["headline"]["corroborated"] = 11
    with pytest.raises(UserError, match="content_sha256"):
        read(data)
    assert read(data, allow_edited=True).headline.corroborated == 11


def _drop(data: dict[str, Any]) -> None:
    del data["claims"][0]["verdicts"]


def _unknown_outcome(data: dict[str, Any]) -> None:
    data["claims"][2]["outcome"] = "true"


def _number_for_text(data: dict[str, Any]) -> None:
    data["papers"][0]["title"] = 5


def _extra(data: dict[str, Any]) -> None:
    data["answer"]["mood"] = "good"


def _impossible(data: dict[str, Any]) -> None:
    data["claims"][0]["confidence"] = 1.7


@pytest.mark.parametrize(
    ("damage", "place"),
    [
        (_drop, "claims[0]: verdicts missing"),
        (_unknown_outcome, "claims[2].outcome"),
        (_number_for_text, "papers[0].title"),
        (_extra, "answer: unknown key 'mood'"),
        (_impossible, "claims[0].confidence"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(damage: Any, place: str) -> None:
    data = data_of(sample())
    damage(data)
    with pytest.raises(UserError) as error:
        read(reseal(data))
    assert place in str(error.value)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 400


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=6,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(data_of(sample()))), _JSON)
def test_any_other_value_at_any_key_is_refused_or_read(key: str, value: Any) -> None:
    data = reseal({**data_of(sample()), key: value})
    told = ""
    try:
        assert isinstance(read(data), Report)
    except UserError as error:
        told = str(error)
    assert "\n" not in told
