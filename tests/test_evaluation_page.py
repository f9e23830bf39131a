"""docs/evaluation.md prints what the weights files measured, what the gold sets hold, and what the rules do on them.

Figures that only a run of `assignee eval` gives are not looked at here.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from assignee.evals import corroboration, corruptions

_ROOT = Path(__file__).parents[1]
_PAGE = " ".join((_ROOT / "docs" / "evaluation.md").read_text(encoding="utf-8").split())


def _weights(name: str) -> Any:
    return json.loads((_ROOT / "agents" / "weights" / f"{name}.json").read_text(encoding="utf-8"))


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _short(value: float, places: int = 3) -> str:
    """As the page prints it: `.670`, `1.000`, `2.01`."""
    return f"{value:.{places}f}".removeprefix("0")


def _three(part: dict[str, float]) -> str:
    return " / ".join(_short(part[key]) for key in ("accuracy", "macro_f1", "ece"))


def _says(*told: str) -> None:
    missing = [line for line in told if line not in _PAGE]
    assert not missing, f"now measured: {missing}"


def test_the_checker_out_of_fold() -> None:
    panel = _weights("pair_panel")
    stance, grounding = panel["stance"], panel["grounding"]
    names = {
        "scifact_train": "SciFact train",
        "checkcovid_train": "Check-COVID train",
        "clinifact_train": "CliniFact train",
        "altered": "claims altered by rules",
    }
    for name, title in names.items():
        part = stance["measured"]["held_out"][name]
        seats = ("panel", "cross_encoder", "regression", "numbers")
        _says(f"| {title} | {part['panel']['n']:,} | {' | '.join(_three(part[seat]) for seat in seats)} |")
    part = grounding["measured"]["held_out"]["citint_train"]
    cells = " | ".join(_three(part[seat]) for seat in ("panel", "cross_encoder", "regression"))
    _says(f"| Citation-Integrity train (grounding) | {part['panel']['n']:,} | {cells} |")
    best = stance["measured"]["held_out"]["scifact_train"]["panel"]
    cited, dev = part["panel"], grounding["measured"]["development"]["citint_dev"]["panel"]
    _says(
        f"| {_short(best['macro_f1'])} / {_short(best['accuracy'])} | {best['n']}, out of fold",
        f"| ECE, SciFact | .05 | {_short(best['ece'])} |",
        f"| {_short(cited['accuracy'])} / {_short(cited['macro_f1'])} | {cited['n']:,}, out of fold |",
        f"| Citation-Integrity dev | grounding | {dev['n']} | dev | {_short(dev['accuracy'])} [",
    )


def test_the_seats() -> None:
    panel = _weights("pair_panel")
    for task in ("stance", "grounding"):
        part = panel[task]
        weights = {name: _short(seat["weight"]) for name, seat in part["seats"].items()}
        apart = {name: _short(value) for name, value in part["error_correlation"].items()}
        count = sum(seat["weight"] > 0 for seat in part["seats"].values())
        worth = f"{_short(part['n_eff'], 2)} of {count} |"
        if task == "stance":
            _says(
                f"| stance | numbers {weights['numbers']}, cross-encoder {weights['cross_encoder']}, "
                f"regression {weights['regression']} | cross-encoder with regression "
                f"{apart['cross_encoder/regression']}, with numbers {apart['cross_encoder/numbers']}; "
                f"numbers with regression {apart['numbers/regression']} | {worth}"
            )
        else:
            _says(
                f"| grounding | cross-encoder {weights['cross_encoder']}, regression {weights['regression']}, "
                f"numbers {weights['numbers']} (shown, abstains) | {apart['cross_encoder/regression']} | {worth}"
            )


def test_the_seat_and_the_confidence_of_a_review() -> None:
    seat = _weights("entailment")["entailment"]["measured"]
    sets = ("scifact_train", "checkcovid_train", "clinifact_train", "citint_train")
    known = [_short(seat["cross_validation"][name]["macro_f1"]) for name in sets]
    unseen = [_short(seat["left_out"][name]["macro_f1"]) for name in sets]
    votes = seat["votes"]["support"]
    _says(
        f"SciFact {known[0]}, Check-COVID {known[1]}, CliniFact {known[2]}, Citation-Integrity {known[3]}; "
        f"on each when it was not fitted on it: {', '.join(unseen)}.",
        f'Of its {votes["votes"]} held-out "supports", {100 * votes["pooled"]:.0f} % were right',
    )
    assert seat["votes"]["contradict"]["votes"] == 0
    [domain] = _weights("confidence")["domains"]
    measured = domain["measured"]
    low, high = measured["ece_interval"]
    _says(
        f"agreed with {_short(measured['agreed'])} of {measured['outcomes']} printed outcomes; "
        f"ECE {_short(measured['ece'])} [{_short(low)}, {_short(high)}], "
        f"and {_short(measured['fresh']['ece'])} on {measured['fresh']['outcomes']} outcomes",
        f"Brier {_short(measured['brier'])}, base rate {_short(measured['brier_of_base_rate'])}",
        f"{_short(measured['self_consistency'])} of {measured['read_twice']}",
    )


def test_open_retrieval() -> None:
    weights = _weights("claim_check")
    candidate = weights["candidate"]["measured"]["cross_validation"]
    opened, given = (weights["judged"]["measured"][name] for name in ("open", "given"))
    named = weights["sentence"]["measured"]["cross_validation"]
    _says(
        f"abstract label-only F1 | .43 (184M encoder, zero-shot) | {_short(opened['f1'])} |",
        f"proposes {_short(candidate['evidence_proposed'])} of the abstracts with evidence; "
        f"{candidate['judged_per_claim']} abstracts are judged per claim; "
        f"precision {_short(opened['precision'])}, recall {_short(opened['recall'])}, "
        f"F1 {_short(opened['f1'])}; with the cited abstracts given, F1 {_short(given['f1'])}.",
        f"in {_short(named['abstract_rationalized'])} of the cases; "
        f"sentence F1 {_short(named['sentence_selection'])}",
        f"({_short(opened['f1'])} × {_short(named['abstract_rationalized'])})",
    )


def test_extraction() -> None:
    sentences = _weights("claim_sentences")
    concluded = sentences["concluded"]["measured"]["claim_validation"]
    finding = sentences["finding"]["measured"]
    alone = _weights("claim_wording")["measured"]["claim_validation"]
    outcome = _weights("outcome_sentences")["outcome"]["measured"]
    _says(
        f"| claim sentences (`sent_claim`), F1 | .76 | {_short(concluded['f1'])} [",
        f"| {concluded['sentences']:,}, dev | .80 |",
        f"without its abstract: F1 {_short(alone['f1'])}.",
        f"F1 {_short(finding['csabstruct_dev']['f1'])} on CSAbstruct dev "
        f"({finding['csabstruct_dev']['sentences']:,} sentences; "
        f"{_short(finding['csabstruct_dev_agreed']['f1'])} where its annotators agree), "
        f"{_short(finding['claim_validation']['f1'])} on `sent_claim`",
        f"out of fold on train {_short(outcome['cross_validation']['f1'])} | "
        f"{outcome['aclsum_val']['sentences']:,}, dev |",
        f"| ACLSum outcome sentences, F1 | – | {_short(outcome['aclsum_val']['f1'])} [",
    )


def test_own_gold() -> None:
    claims, pairs = _rows(corruptions.GOLD), _rows(corroboration.GOLD)
    labels, relations = Counter(row["label"] for row in claims), Counter(row["relation"] for row in pairs)
    same = sum(row["label_first"] == row["label_second"] for row in claims)
    both = sum(row["relation_first"] == row["relation_second"] for row in pairs)
    _says(
        f"{len(claims)} rows ({labels['SUPPORT']} SUPPORT, {labels['REFUTE']} REFUTE, {labels['NEI']} NEI), "
        f"{len({row['kind'] for row in claims})} kinds",
        f"Self-consistency {same} of {len(claims)}",
        f"{len(pairs)} pairs ({relations['supports']} supports, {relations['contradicts']} contradicts, "
        f"{relations['not_comparable']} not comparable)",
        f"passes agree on {both} of {len(pairs)}",
    )


@pytest.mark.parametrize("label", ["SUPPORT", "REFUTE", "NEI"])
def test_own_gold_by_kind(label: str) -> None:
    table = _PAGE[_PAGE.index("## Own gold by kind") : _PAGE.index("## Corruptions by kind")]
    line = table.split(f"| {label} | ")[1].split("|")[0]
    told = re.findall(r"([a-z][a-z ]+) (\d+) / (\d+)", line)
    kinds = Counter(row["kind"].replace("_", " ") for row in _rows(corruptions.GOLD) if row["label"] == label)
    assert {kind: int(rows) for kind, _, rows in told} == dict(kinds)
    assert all(int(right) <= int(rows) for _, right, rows in told)


def test_the_cross_paper_seat() -> None:
    body = corroboration.measure(None, lambda done, total, what: None)
    titles = {"dev": "dev (rules made on it)", "opened": "opened (errors read)", "held_out": "held out"}
    assert set(body["halves"]) == set(titles)
    for name, part in body["halves"].items():
        cells = []
        for relation in ("supports", "contradicts"):
            each = part["relations"][relation]
            cells.append(f"{each['right']} of {each['called']}, {each['right']} of {each['gold']}")
        if name == "held_out":
            cells[0] += f" {_interval(part, 'supports')}"
            cells[1] += f" {_interval(part, 'contradicts')}"
        _says(f"| {titles[name]} | {part['n']} | {cells[0]} | {cells[1]} |")
    held = body["halves"]["held_out"]["relations"]
    right = sum(body["confusion"][name][name] for name in body["confusion"])
    supports, contradicts = held["supports"], held["contradicts"]
    _says(
        f"| {supports['right']} of {supports['called']} / {contradicts['right']} of {contradicts['called']} |",
        f"recall {_short(supports['recall'])} / {_short(contradicts['recall'])} |",
        f'"not comparable" is right on {body["relations"]["not_comparable"]["gold"]} of {body["n"]}; '
        f"the seat on {right}. All {body['n'] - right} misses are silence",
    )
    assert all(each["called"] == each["right"] for each in (supports, contradicts))


def _interval(part: dict[str, Any], relation: str) -> str:
    low, high = part["ci95"][f"{relation}_recall"]
    return f"[{_short(low)}, {_short(high)}]"


def test_the_corruptions_are_as_many_as_told() -> None:
    rows = [row for row in _rows(corruptions.GOLD) if row["label"] == "SUPPORT"]
    made = [corruptions.corrupt(row["claim"], row["evidence"]) for row in rows]
    kinds = Counter(each.kind for found in made for each in found)
    _says(f"{kinds.total()} changes of {sum(bool(found) for found in made)} supported claims")
    for kind, count in kinds.items():
        title = "benchmark name" if kind == "benchmark" else kind
        _says(f"| {title} | {count} |")
