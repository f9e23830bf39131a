"""What a user may get wrong in model mode: one line that names the setting, exit 2, nothing written, no key shown."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sensible_model
from cli_world import one_line
from model_world import CANARY, QUESTION, RECORDS
from stand_in_server import Bad, StandIn

from assignee.cli import main

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])
Call = Callable[..., int]


@pytest.fixture
def review(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Call]:
    """`assignee review --engine openai` under an environment."""
    library = tmp_path / "library.jsonl"
    library.write_text("".join(json.dumps(record) + "\n" for record in RECORDS))
    monkeypatch.setenv("ASSIGNEE_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)

    def call(*more: str, **env: str) -> int:
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        return main(["review", QUESTION, "--library", str(library), "--engine", "openai", *more])

    yield call
    assert not list(tmp_path.glob("assignee-report-*"))


def always(bad: Bad) -> Callable[[Any], Any]:
    return lambda request: bad


def test_no_model(review: Call, capsys: pytest.CaptureFixture[str]) -> None:
    assert review() == 2
    assert "set ASSIGNEE_MODEL" in one_line(capsys)


def test_no_key_and_no_address(review: Call, capsys: pytest.CaptureFixture[str]) -> None:
    assert review(ASSIGNEE_MODEL="some-model") == 2
    told = one_line(capsys)
    assert "OPENAI_API_KEY is not set" in told
    assert "OPENAI_BASE_URL" in told


@pytest.mark.parametrize(
    ("answer", "names"),
    [
        (always(Bad("key", body=CANARY)), "OPENAI_API_KEY"),
        (always(Bad("model")), "ASSIGNEE_MODEL"),
        (always(Bad("html")), "OPENAI_BASE_URL"),
    ],
    ids=["wrong key", "unknown model", "not an API"],
)
def test_an_endpoint_that_does_not_answer_as_it_should(
    review: Call, capsys: pytest.CaptureFixture[str], answer: Callable[[Any], Any], names: str
) -> None:
    with StandIn(answer) as server:
        assert review(**server.env(OPENAI_API_KEY=CANARY)) == 2
    told = one_line(capsys)
    assert names in told
    assert CANARY not in told


def test_nobody_at_the_address(review: Call, capsys: pytest.CaptureFixture[str]) -> None:
    with StandIn() as server:
        env = server.env()
    assert review(**env) == 2
    assert "OPENAI_BASE_URL" in one_line(capsys)


def test_a_context_too_small_for_one_sentence(review: Call, capsys: pytest.CaptureFixture[str]) -> None:
    def small(request: dict[str, Any]) -> Any:
        reading = sensible_model.task(request) == "extractor"
        return Bad("context") if reading else sensible_model.answer(request)

    with StandIn(small) as server:
        assert review(**server.env()) == 2
        shown = [
            len(sensible_model.blocks(item)["sentences"])
            for item in server.requests
            if sensible_model.task(item) == "extractor"
        ]
    assert min(shown) == 1
    assert max(shown) == 3
    assert "ASSIGNEE_MODEL" in one_line(capsys)


@pytest.mark.parametrize(
    ("option", "value"),
    [("--max-cost", "0"), ("--max-tokens", "-5"), ("--max-calls", "0"), ("--max-cost", "nan")],
)
def test_a_limit_that_is_none(
    review: Call, capsys: pytest.CaptureFixture[str], option: str, value: str
) -> None:
    assert review(option, value, ASSIGNEE_MODEL="m", OPENAI_BASE_URL="http://127.0.0.1:9/v1") == 2
    assert f"{option} is" in one_line(capsys)


def test_a_cost_limit_needs_a_price(review: Call, capsys: pytest.CaptureFixture[str]) -> None:
    with StandIn(sensible_model.answer) as server:
        assert review("--max-cost", "1", **server.env()) == 2
    assert "ASSIGNEE_PRICE_INPUT" in one_line(capsys)


def test_a_bad_setting(review: Call, capsys: pytest.CaptureFixture[str]) -> None:
    assert review(ASSIGNEE_MODEL="m", OPENAI_BASE_URL="not an address") == 2
    assert "OPENAI_BASE_URL must be an address" in one_line(capsys)


def test_doctor_shows_the_models_and_no_key(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ASSIGNEE_HOME", str(tmp_path))
    assert main(["doctor"]) == 0
    assert "models: none; set ASSIGNEE_MODEL" in capsys.readouterr().out
    monkeypatch.setenv("ASSIGNEE_MODEL", "big")
    monkeypatch.setenv("ASSIGNEE_MODEL_SCEPTIC", "other")
    monkeypatch.setenv("OPENAI_API_KEY", CANARY)
    assert main(["doctor"]) == 0
    told = capsys.readouterr().out
    assert "engine that auto takes: openai" in told
    assert "other at api.openai.com, key set: sceptic" in told
    assert CANARY not in told
    monkeypatch.setenv("ASSIGNEE_MODEL_TIMEOUT", "soon")
    assert main(["doctor"]) == 1
    assert "ASSIGNEE_MODEL_TIMEOUT is 'soon'" in capsys.readouterr().out


def test_the_graph_of_the_model_engine_has_its_seats(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["graph"]) == 0
    assert "sceptic" not in capsys.readouterr().out
    monkeypatch.setenv("ASSIGNEE_MODEL", "big")
    monkeypatch.setenv("OPENAI_API_KEY", CANARY)
    assert main(["graph"]) == 0
    drawn = capsys.readouterr().out
    for seat in ("quote_check", "advocate", "sceptic", "evidence_first", "cross_reader"):
        assert f"extract -.-> {seat};" in drawn
        assert f"{seat} --> adjudicate;" in drawn
