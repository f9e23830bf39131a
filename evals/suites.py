"""`assignee eval run SUITE.yaml`: several evaluations, one after the other, each with its own result file.

    out: results                 # beside the suite; results/NAME.json, results/NAME.predictions.jsonl
    runs:
      - name: my-claims
        eval: verification
        gold: [claims.jsonl]     # paths count from the suite's folder
        task: grounding

A run whose result is already there, from the same data, options and checkers, is not run again: an interrupted suite
goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from assignee.errors import UserError

from .gold_lines import file_hash
from .kinds import KINDS, names, run
from .output import Progress, Table, write_json, write_rows
from .run_loop import code_hash, models_of

__all__ = ["Planned", "read_suite", "run_suite"]

_FILES = {"gold", "claims", "corpus", "records"}
_ONE_GOLD = ("corroboration", "duplicates", "screening")
_ALLOWED: dict[str, tuple[set[str], set[str]]] = {  # needed, allowed besides
    "verification": ({"gold"}, {"task", "engine", "verifier", "seed"}),
    "scifact": ({"claims", "corpus"}, {"oracle", "engine", "verifier", "seed"}),
    "retrieval": ({"claims", "corpus"}, {"seed"}),
    "extraction": ({"gold"}, {"seed"}),
    "corroboration": (set(), {"gold"}),
    "duplicates": (set(), {"gold"}),
    "screening": ({"records"}, {"gold"}),
    "corruptions": (set(), {"gold", "engine", "verifier"}),
    "panel": (set(), {"engine"}),
}
_TYPES: dict[str, type] = {"task": str, "engine": str, "oracle": bool, "seed": int}
_SHOWN = ("accuracy", "macro_f1", "false_support_rate", "ece", "f1", "ap")


class Planned(NamedTuple):
    """One run of a suite: its name, its evaluation, the options for it, and its files."""

    name: str
    kind: str
    options: dict[str, Any]
    files: list[Path]


def read_suite(path: Path) -> tuple[Path, list[Planned]]:
    """The folder for results and the runs. Raises UserError for anything that is not as described, before any work."""
    data = _yaml(path)
    if not isinstance(data, dict) or not isinstance(data.get("runs"), list) or not data["runs"]:
        raise UserError(f"{path} is no suite: it needs a list 'runs'")
    if unknown := sorted(set(map(str, data)) - {"name", "out", "runs"}):
        raise UserError(f"{path}: unknown key {unknown[0]!r}; known: name, out, runs")
    found: list[Planned] = []
    for number, item in enumerate(data["runs"], start=1):
        where = f"{path}: run {number}"
        if not isinstance(item, dict):
            raise UserError(f"{where} is no mapping with 'eval' and options")
        planned = _planned(item, where, path.parent)
        if planned.name in {each.name for each in found}:
            raise UserError(f"{where}: a run named {planned.name!r} stands before")
        found.append(planned)
    return path.parent / str(data.get("out") or f"{path.stem}-results"), found


def run_suite(path: Path, progress: Progress, out: Path | None = None) -> tuple[dict[str, Any], list[Table]]:
    """Run what is not there yet; the summary (also written as `suite.json` beside the results) and its table.

    Raises UserError for a bad suite or bad gold; what was finished before stays.
    """
    folder, plan = read_suite(path)
    folder = out or folder
    summary: list[dict[str, Any]] = []
    for number, each in enumerate(plan, start=1):
        progress(number - 1, len(plan), f"suite, next {each.name}")
        target = folder / f"{each.name}.json"
        key = _key(each)
        body = _kept(target, key)
        if body is None:
            outcome = run(each.kind, each.options, progress)
            body = {**outcome.body, "suite_key": key}
            if outcome.predictions is not None:
                write_rows(folder / f"{each.name}.predictions.jsonl", outcome.predictions)
            write_json(target, body)
        summary.append({"name": each.name, "eval": each.kind, "file": target.name, **_main(body)})
    progress(len(plan), len(plan), "suite")
    whole = {"eval": "suite", "suite": path.name, "runs": summary}
    write_json(folder / "suite.json", whole)
    rows: list[tuple[object, ...]] = [
        (
            each["name"],
            each["eval"],
            each.get("n"),
            ", ".join(f"{name} {each[name]:.3f}" for name in each if isinstance(each[name], float)),
        )
        for each in summary
    ]
    return whole, [
        Table(f"{path.name}: {len(rows)} runs, results in {folder.name}/", ("", "eval", "n", "figures"), rows)
    ]


def _planned(item: Mapping[str, Any], where: str, base: Path) -> Planned:
    kind = item.get("eval")
    if kind not in KINDS:
        raise UserError(f"{where}: unknown eval {kind!r}; known: {', '.join(KINDS)}")
    name = str(item.get("name") or kind)
    if not name.replace("-", "").replace("_", "").replace(".", "").isalnum() or name == "suite":
        raise UserError(
            f"{where}: the name {name!r} becomes a file name; use letters, digits, - and _ (and not 'suite')"
        )
    needed, besides = _ALLOWED[str(kind)]
    given = {str(key): held for key, held in item.items() if key not in ("eval", "name")}
    if missing := sorted(needed - set(given)):
        raise UserError(f"{where}: {kind} needs {missing[0]!r}")
    if unknown := sorted(set(given) - needed - besides):
        raise UserError(
            f"{where}: {kind} has no option {unknown[0]!r}; known: {', '.join(sorted(needed | besides))}"
        )
    options: dict[str, Any] = {}
    files: list[Path] = []
    for key, held in given.items():
        if key in _FILES:
            paths = [base / str(one) for one in (held if isinstance(held, list) else [held])]
            if absent := next((one for one in paths if not one.is_file()), None):
                raise UserError(f"{where}: {absent} is no file")
            files += paths
            several = key == "records" or (key == "gold" and kind not in _ONE_GOLD)
            if not several and len(paths) != 1:
                raise UserError(f"{where}: {key!r} takes one file")
            options[key] = paths if several else paths[0]
        elif key == "verifier":
            options["verifiers"] = names(held)
        elif type(held) is not _TYPES[key]:
            raise UserError(f"{where}: {key!r} must be {_TYPES[key].__name__}, it is {held!r}")
        else:
            options[key] = held
    return Planned(name, str(kind), options, files)


def _key(each: Planned) -> str:
    """Changes with the data, the options and the code that judges."""
    plain = {key: held for key, held in each.options.items() if key not in _FILES}
    models = models_of(str(each.options.get("engine", "embedded")))
    facts = [each.kind, sorted(plain.items()), models, [file_hash(path) for path in each.files], code_hash()]
    return hashlib.sha256(json.dumps(facts, default=str).encode()).hexdigest()


def _kept(target: Path, key: str) -> dict[str, Any] | None:
    try:
        body = json.loads(target.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return body if isinstance(body, dict) and body.get("suite_key") == key else None


def _main(body: Mapping[str, Any]) -> dict[str, Any]:
    """The figures for the summary: those that stand at the top, or the F1s of SciFact, recall@10 of retrieval."""
    found: dict[str, Any] = {"n": body.get("n")}
    found.update({name: body[name] for name in _SHOWN if isinstance(body.get(name), float)})
    for name, held in body.items():
        if isinstance(held, dict) and "f1" in held and "precision" in held:
            found[name] = held["f1"]
        if name == "halves" and isinstance(held, dict):
            found |= {
                f"{half} f1": part["assignee"]["f1"] for half, part in held.items() if "assignee" in part
            }
        if name in ("A", "B") and isinstance(held, dict) and held.get("n"):
            found[f"{name} recall@10"] = held["rankings"]["index"]["recall@10"]
    return found


def _yaml(path: Path) -> Any:
    import yaml

    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: wrong encoding: it is not UTF-8") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise UserError(f"{path}{line}: not YAML: {getattr(error, 'problem', None) or error}") from error
