"""`assignee eval` as a user meets it: files, exit codes, bad rows, interrupted runs, comparisons, suites."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest

from assignee.agents.pair_checker import Judgement, Pair, PairChecker
from assignee.cli import main
from assignee.errors import RunError
from assignee.evals import run_loop

KEYS = """n accuracy macro_f1 per_class false_support_rate false_support_at_recall_60 ece brier coverage_at_precision_90
ci95 claims_per_second peak_mb seats best_seat error_correlation n_eff calibrated_on controls data_hash versions engine
seed""".split()
CLAIMS = ("Aspirin lowers the risk.", "Dropout reduces overfitting.", "The model beats the baseline.")


def gold_row(at: int, **changes: Any) -> dict[str, Any]:
    claim = f"{CLAIMS[at % 3]} In group {at} too."
    label = ("SUPPORT", "NEI", "REFUTE")[at % 3]
    return {"id": at, "claim": claim, "evidence": [claim, "We thank all."], "label": label, **changes}


Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes rows into a file of the working folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ASSIGNEE_HOME", str(tmp_path / "home"))

    def to(rows: Sequence[Any], name: str = "gold.jsonl") -> Path:
        lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
        (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
        return Path(name)

    return to


@pytest.fixture
def checker(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A pair checker made up here, by the claim's words; holds how many pairs each call judged."""
    calls: list[int] = []

    def judge(self: PairChecker, pairs: Sequence[Pair]) -> list[Judgement]:
        calls.append(len(pairs))
        return [said(pair) for pair in pairs]

    monkeypatch.setattr(PairChecker, "judge", judge)
    return calls


def said(pair: Pair) -> Judgement:
    if "Foreign" in pair.claim:
        return Judgement(None, {"regression": None}, ())
    near = pair.claim in pair.evidence
    probs = (
        (0.7, 0.2, 0.1)
        if near and "beats" not in pair.claim
        else (0.1, 0.6, 0.3)
        if near
        else (0.1, 0.1, 0.8)
    )
    return Judgement(probs, {"regression": probs}, (0,))


def run(*arguments: object) -> int:
    return main(["eval", *map(str, arguments)])


def read(name: str) -> Any:
    return json.loads(Path(name).read_text(encoding="utf-8"))


def test_verification_writes_figures_and_one_prediction_a_row(
    write: Write, checker: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [gold_row(at) for at in range(6)] + [gold_row(6, id="x", claim="Foreign.")]
    gold = write(rows)
    code = run("verification", "--gold", gold, "--out", "deep/er/out.json", "--predictions", "said.jsonl")
    assert code == 0
    body = read("deep/er/out.json")
    assert next(iter(body)) == "eval"
    assert set(KEYS) <= set(body)
    assert body["n"] == 7
    assert body["not_adjudicated"] == 1
    assert body["accuracy"] == pytest.approx(4 / 7, abs=1e-6)  # SUPPORT and REFUTE right, NEI called SUPPORT
    assert body["false_support_rate"] == 0.5
    assert body["controls"]["shuffled_evidence"]["called_support"] == 0.0
    assert body["baselines"]["majority"]["label"] == "SUPPORT"
    predictions = [json.loads(line) for line in Path("said.jsonl").read_text().splitlines()]
    assert [each["id"] for each in predictions] == [0, 1, 2, 3, 4, 5, "x"]
    assert predictions[0] == {
        "id": 0,
        "label": "SUPPORT",
        "probs": {"SUPPORT": 0.7, "REFUTE": 0.2, "NEI": 0.1},
    }
    assert predictions[6] == {"id": "x", "label": None, "probs": None}
    captured = capsys.readouterr()
    assert "1 rows were not adjudicated and count as wrong" in captured.out
    assert "majority (SUPPORT)" in captured.out
    assert "pairs judged: 7 of 7" in captured.err
    assert "\x1b" not in captured.out + captured.err


def test_a_second_run_overwrites_with_the_same_figures(write: Write, checker: list[int]) -> None:
    gold = write([gold_row(at) for at in range(6)])
    found = []
    for _ in range(2):
        assert run("verification", "--gold", gold, "--out", "out.json") == 0
        body = read("out.json")
        found.append({key: held for key, held in body.items() if key not in ("claims_per_second", "peak_mb")})
    assert found[0] == found[1]


def test_several_files_after_one_option_are_one_set(write: Write, checker: list[int]) -> None:
    one, two = write([gold_row(0)], "one.jsonl"), write([gold_row(1), gold_row(2)], "two.jsonl")
    assert run("verification", "--gold", one, two, "--verifier", "regression", "--out", "out.json") == 0
    body = read("out.json")
    assert body["n"] == 3
    assert [each["file"] for each in body["data"]] == ["one.jsonl", "two.jsonl"]
    assert run("verification", "--gold", one, "--gold", two) == 0


def test_one_class_only_is_scored_and_said(
    write: Write, checker: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("verification", "--gold", write([gold_row(0), gold_row(3)]), "--out", "out.json") == 0
    body = read("out.json")
    assert (body["macro_f1"], body["false_support_rate"], body["ci95"]["false_support_rate"]) == (
        1.0,
        None,
        None,
    )
    assert "one label only" in capsys.readouterr().out


def test_other_languages_are_said(
    write: Write, checker: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    german = "Die Ergebnisse zeigen, dass das Modell auf allen Aufgaben besser ist als die Basis."
    assert (
        run("verification", "--gold", write([gold_row(0), gold_row(1, claim=german)]), "--out", "out.json")
        == 0
    )
    assert read("out.json")["other_languages"]["ids"] == [1]
    assert "1 rows do not look English" in capsys.readouterr().out


def test_labels_read_otherwise_are_said(
    write: Write, checker: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    gold = write([gold_row(0), gold_row(1, label="PARTIAL"), gold_row(2, label="contradict")])
    assert run("verification", "--gold", gold, "--out", "out.json") == 0
    assert read("out.json")["labels"] == {"PARTIAL (as NEI)": 1, "SUPPORT": 1, "contradict (as REFUTE)": 1}
    assert "1 PARTIAL (as NEI)" in capsys.readouterr().out


BAD: dict[str, tuple[Any, str]] = {
    "missing field": ({"id": 1, "claim": "A.", "label": "NEI"}, "the field 'evidence' is missing"),
    "unknown label": (gold_row(1, label="MAYBE"), "unknown label 'MAYBE'"),
    "label of a wrong kind": (gold_row(1, label=None), "unknown label None"),
    "empty evidence": (gold_row(1, evidence=[]), "empty evidence"),
    "blank evidence": (gold_row(1, evidence=[" ", ""]), "empty evidence"),
    "evidence of a wrong kind": (
        gold_row(1, evidence=[{"text": "A."}]),
        "'evidence' must be a list of texts",
    ),
    "empty claim": (gold_row(1, claim=" "), "'claim' is empty"),
    "duplicated id": (gold_row(1, id=0), "duplicated id 0: it already stands at gold.jsonl:1"),
    "duplicated id as text": (gold_row(1, id="0"), "duplicated id '0'"),
    "id of a wrong kind": (gold_row(1, id=[1]), "'id' must be an integer or a text, it is a list"),
    "no JSON": ('{"id": 1', "not JSON"),
    "no object": ("[1]", "not a JSON object but a list"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_row_ends_with_file_line_and_reason(
    case: str, write: Write, checker: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    row, reason = BAD[case]
    gold = write([gold_row(0), row, gold_row(2)])
    assert run("verification", "--gold", gold, "--out", "out.json", "--predictions", "said.jsonl") == 2
    error = capsys.readouterr().err
    assert error.startswith(f"assignee: gold.jsonl:2: {reason}")
    assert error.count("\n") == 1
    assert checker == []  # nothing was judged
    assert not Path("out.json").exists()
    assert not Path("said.jsonl").exists()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (json.dumps(gold_row(0)).encode("utf-16"), "gold.jsonl:1: wrong encoding: this is UTF-16"),
        (b'{"id": 1}\n{"id": "\xe9"}\n', "gold.jsonl:2: wrong encoding: byte 9 is not UTF-8"),
        (b"\n\n", "gold.jsonl: the file holds no rows"),
    ],
)
def test_a_file_in_another_encoding_is_refused(
    content: bytes, reason: str, write: Write, checker: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    if b"id" in content and content.startswith(b"{"):
        content = json.dumps(gold_row(0)).encode() + b"\n" + content.split(b"\n")[1] + b"\n"
    Path("gold.jsonl").write_bytes(content)
    assert run("verification", "--gold", "gold.jsonl") == 2
    assert reason in capsys.readouterr().err


def test_a_byte_order_mark_and_blank_lines_are_passed_over(write: Write, checker: list[int]) -> None:
    Path("gold.jsonl").write_bytes(b"\xef\xbb\xbf" + json.dumps(gold_row(0)).encode() + b"\r\n\r\n")
    assert run("verification", "--gold", "gold.jsonl") == 0


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--gold", "none.jsonl"], "none.jsonl: No such file"),
        (["--gold", "gold.jsonl", "--task", "sentiment"], "unknown task 'sentiment'"),
        (["--gold", "gold.jsonl", "--verifier", "oracle"], "'oracle'"),
        (["--gold", "gold.jsonl", "--engine", "steam"], "unknown engine 'steam'"),
        (["--gold", "gold.jsonl", "--out", "gold.jsonl"], "gold.jsonl is read by this command"),
        (["--gold", "gold.jsonl", "--out", "."], "is a folder"),
        (["--gold", "gold.jsonl", "--out", "a.json", "--predictions", "a.json"], "named twice"),
        ([], "Missing option"),
    ],
)
def test_misuse_is_one_line_and_exit_code_2(
    arguments: list[str], reason: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write([gold_row(0)])
    assert run("verification", *arguments) == 2
    error = capsys.readouterr().err
    assert reason in error
    assert error.count("\n") == 1


def test_an_interrupted_evaluation_goes_on_where_it_stopped(
    write: Write, checker: list[int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    gold = write([gold_row(at) for at in range(7)])
    monkeypatch.setattr(run_loop, "_BATCH", 2)
    whole = PairChecker.judge

    def breaks(self: PairChecker, pairs: Sequence[Pair]) -> list[Judgement]:
        if len(checker) == 2:
            raise RunError("the endpoint is gone")
        return whole(self, pairs)

    with monkeypatch.context() as patch:
        patch.setattr(PairChecker, "judge", breaks)
        assert run("verification", "--gold", gold, "--out", "out.json") == 1
    assert not Path("out.json").exists()
    [side] = (tmp_path / "home" / "evals").iterdir()
    with side.open("a") as file:
        file.write('["cut short')
    checker.clear()
    assert run("verification", "--gold", gold, "--out", "out.json") == 0
    assert checker[:2] == [2, 1]  # four of seven were judged before
    resumed = read("out.json")
    assert list((tmp_path / "home" / "evals").iterdir()) == []
    assert run("verification", "--gold", gold, "--out", "out.json") == 0
    fresh = read("out.json")
    assert {k: v for k, v in resumed.items() if k not in ("claims_per_second", "peak_mb")} == {
        k: v for k, v in fresh.items() if k not in ("claims_per_second", "peak_mb")
    }


def test_compare_results_and_predictions(
    write: Write, checker: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    gold = write([gold_row(at) for at in range(12)])
    assert run("verification", "--gold", gold, "--out", "a.json", "--predictions", "a.jsonl") == 0
    better = [
        {
            "id": at,
            "label": gold_row(at)["label"],
            "probs": {name: float(name == gold_row(at)["label"]) for name in LABELS},
        }
        for at in range(12)
    ]
    write(better, "b.jsonl")
    assert run("compare", "a.jsonl", "b.jsonl", "--gold", gold, "--out", "diff.json") == 0
    figures = read("diff.json")["figures"]
    assert figures["accuracy"]["a"] == pytest.approx(2 / 3, abs=1e-6)
    assert figures["accuracy"]["b"] == 1.0
    assert figures["accuracy"]["difference"] == pytest.approx(1 / 3, abs=1e-6)
    low, high = figures["accuracy"]["ci95"]
    assert 0 < low < 1 / 3 < high
    assert figures["accuracy"]["b_better"] > 0.95
    assert figures["false_support_rate"]["difference"] < 0
    assert figures["false_support_rate"]["b_better"] > 0.95  # lower is better
    assert run("compare", "a.json", "a.json", "--out", "same.json") == 0
    assert read("same.json")["figures"]["macro_f1"]["ci95"] == [0.0, 0.0]
    assert "lower is better" in capsys.readouterr().out


LABELS = ("SUPPORT", "REFUTE", "NEI")


def test_compare_refuses_what_is_not_the_same_rows(
    write: Write, checker: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = write([gold_row(0), gold_row(1)], "1.jsonl"), write([gold_row(0), gold_row(2)], "2.jsonl")
    for gold, out in ((one, "a.json"), (two, "b.json")):
        assert run("verification", "--gold", gold, "--out", out, "--predictions", f"{out}l") == 0
    for arguments, reason in (
        (["a.json", "b.json"], "they differ from row 2 on"),
        (["a.jsonl", "b.jsonl"], "give the gold rows with --gold"),
        (["a.jsonl", "b.jsonl", "--gold", "1.jsonl"], "one prediction for each gold row"),
        (["a.json", "none.json"], "none.json: No such file"),
    ):
        assert run("compare", *arguments) == 2
        assert reason in capsys.readouterr().err


def test_a_suite_runs_once_and_again_only_what_changed(write: Write, checker: list[int]) -> None:
    write([gold_row(at) for at in range(3)], "one.jsonl")
    write([gold_row(at) for at in range(4)], "two.jsonl")
    Path("suite.yaml").write_text(
        "out: results\nruns:\n"
        "  - {name: one, eval: verification, gold: one.jsonl}\n"
        "  - {name: two, eval: verification, gold: [two.jsonl], task: grounding}\n"
    )
    assert run("run", "suite.yaml") == 0
    first = len(checker)
    assert read("results/two.json")["task"] == "grounding"
    assert [each["n"] for each in read("results/suite.json")["runs"]] == [3, 4]
    assert run("run", "suite.yaml") == 0
    assert len(checker) == first
    write([gold_row(at) for at in range(5)], "two.jsonl")
    assert run("run", "suite.yaml") == 0
    assert first < len(checker) < 2 * first
    assert [each["n"] for each in read("results/suite.json")["runs"]] == [3, 5]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("runs: []", "needs a list 'runs'"),
        ("runs: [{eval: guess}]", "unknown eval 'guess'"),
        ("runs: [{eval: verification}]", "verification needs 'gold'"),
        ("runs: [{eval: verification, gold: none.jsonl}]", "none.jsonl is no file"),
        ("runs: [{eval: verification, gold: gold.jsonl, oracle: true}]", "no option 'oracle'"),
        ("runs: [{eval: verification, gold: gold.jsonl, task: 3}]", "'task' must be str"),
        ("runs: [{eval: verification, gold: gold.jsonl, name: ../x}]", "becomes a file name"),
        (
            "runs: [{eval: extraction, gold: gold.jsonl}, {eval: extraction, gold: gold.jsonl}]",
            "stands before",
        ),
        ("runs: [\n", "suite.yaml:2: not YAML"),
    ],
)
def test_a_bad_suite_is_refused_before_anything_runs(
    text: str, reason: str, write: Write, checker: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    write([gold_row(0)])
    Path("suite.yaml").write_text(text)
    assert run("run", "suite.yaml") == 2
    assert reason in capsys.readouterr().err
    assert checker == []


class Judged:
    """An engine's own pair checker."""

    seats = ("one",)
    weights: ClassVar[dict[str, float]] = {"one": 1.0}
    calibrated_on = None

    def judge(self, pairs: Sequence[Pair]) -> list[Judgement]:
        return [Judgement((0.2, 0.2, 0.6), {"one": (0.2, 0.2, 0.6)}, ()) for _ in pairs]


def test_an_engine_of_ones_own_is_measured_and_one_without_a_checker_refused(
    write: Write, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[tuple[str, tuple[str, ...]]] = []

    class Mine:
        def pair_checker(self, task: str, verifiers: tuple[str, ...]) -> Judged:
            asked.append((task, verifiers))
            return Judged()

    gold = write([gold_row(at) for at in range(3)])
    monkeypatch.setattr(run_loop, "load", lambda group, name: {"mine": Mine, "bare": object}[name])
    arguments = ("--gold", gold, "--task", "grounding", "--verifier", "one", "two", "--out", "out.json")
    assert run("verification", "--engine", "mine", *arguments) == 0
    assert asked == [("grounding", ("one", "two"))]
    body = read("out.json")
    assert (body["engine"], body["verifiers"], body["accuracy"]) == (
        "mine",
        ["one"],
        pytest.approx(1 / 3, abs=1e-6),
    )
    assert run("verification", "--engine", "bare", *arguments) == 2
    assert "the engine 'bare' judges no single pairs" in capsys.readouterr().err
