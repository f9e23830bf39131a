"""The documents say what is so: commands, options, links, figures, and the verifier that CONTRIBUTING shows.

The Python example and the drawing of the graph are checked in `test_api.py` and `test_graph.py`.
"""

from __future__ import annotations

import json
import re
import struct
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import typer
from planted import HELD_OUT

from assignee.agents.comparability import relate
from assignee.claims import Claim, Kind, Paper, Stance
from assignee.cli import app
from assignee.settings import Settings
from assignee.tools.corpus import Corpus
from assignee.tools.toolbox import Toolbox

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
DOCUMENTS = sorted(
    path.relative_to(ROOT).as_posix()
    for pattern in ("*.md", "docs/*.md", "examples/*.md", "NOTICE", "CITATION.cff")
    for path in ROOT.glob(pattern)
)
# Homes and work folders of a machine, and hosts that packages are fetched from.
ELSEWHERE = re.compile(
    r"(?<![\w.~])/(?:home|root|tmp|work|opt|mnt|srv|var|Users)/|[A-Z]:\\"
    r"|pypi\.org|pythonhosted|anaconda\.org|conda-forge|npmjs|registry\.(?!py)|artifactory|index-url",
    re.I,
)


def commands() -> dict[str, set[str]]:
    """The options of each command; of a command with commands of its own, those of all of them."""
    group: Any = typer.main.get_command(app)
    return {
        name: {
            option
            for part in (command, *getattr(command, "commands", {}).values())
            for parameter in part.params
            for option in parameter.opts
        }
        | {"--help"}
        for name, command in group.commands.items()
    }


@pytest.mark.parametrize("name", DOCUMENTS)
def test_commands_and_options_exist(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    known = commands()
    for line in re.findall(r"(?<![\w/-])(?:\.venv/bin/)?assignee (\w+[^`|\n]*)", code(text)):
        command, *rest = line.split()
        assert command in known, f"{name}: assignee {line}"
        wanted = {word.split("=")[0] for word in rest if word.startswith("--")}
        assert wanted <= known[command], f"{name}: assignee {line}"


def code(text: str) -> str:
    """Fenced blocks without Python and drawings, and spans in backticks, one a line."""
    fenced = re.findall(r"^```(?:sh|bash|)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    rest = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return "\n".join([*fenced, *re.findall(r"`([^`]+)`", rest.replace("\n", " "))])


def test_every_command_is_in_the_readme() -> None:
    assert {name for name in commands() if f"`assignee {name}" not in README} == set()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_make_targets_exist(name: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    text = code((ROOT / name).read_text(encoding="utf-8"))
    assert set(re.findall(r"^make ([a-z]+)", text, re.MULTILINE)) <= targets


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_somewhere(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        if not target.startswith(("http://", "https://")):
            assert ((ROOT / name).parent / target).exists(), f"{name}: {target}"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_machine_and_no_registry_is_named(name: str) -> None:
    found = ELSEWHERE.search((ROOT / name).read_text(encoding="utf-8"))
    assert found is None, f"{name}: {found}"


def test_files_named_in_the_contributing_guide_exist() -> None:
    for path in re.findall(r"`((?:assignee|agents|tools|graphs|evals|tests)/[\w/.-]+\.\w+)`", CONTRIBUTING):
        assert (ROOT / path).exists() or path == "agents/caveats.py", path


def test_the_printed_figures_are_the_measured_ones() -> None:
    def measured(name: str, part: str) -> dict[str, Any]:
        data = json.loads((ROOT / "agents" / "weights" / f"{name}.json").read_text(encoding="utf-8"))
        found: dict[str, Any] = data[part]["measured"]
        return found

    def short(value: float) -> str:
        return f"{value:.2f}".lstrip("0")

    finding, seat = measured("claim_sentences", "finding"), measured("entailment", "entailment")
    known, unseen, votes = seat["cross_validation"], seat["left_out"], seat["votes"]
    three = [name for name, each in unseen.items() if each["classes"] == 3]
    worst, best = (short(pick(unseen[name]["macro_f1"] for name in three)) for pick in (min, max))
    for line in (
        f"F1 {short(finding['csabstruct_dev']['f1'])} on CSAbstruct dev "
        f"({short(finding['csabstruct_dev_agreed']['f1'])} where its annotators agree); "
        f"{short(finding['claim_validation']['f1'])} on another set",
        f"macro-F1 {short(known['scifact_train']['macro_f1'])} on SciFact, "
        f"{short(known['checkcovid_train']['macro_f1'])} on Check-COVID, "
        f"{short(known['citint_train']['macro_f1'])} on Citation-Integrity; {worst} to {best} on each",
        f'Of its {votes["support"]["votes"]} held-out "supports" {votes["support"]["pooled"]:.0%}'.replace(
            "%", " %"
        ),
    ):
        assert line in README
    assert votes["contradict"]["votes"] == 0


def test_the_printed_agreement_of_a_reader_is_the_measured_one() -> None:
    calibrated = json.loads((ROOT / "agents" / "weights" / "confidence.json").read_text(encoding="utf-8"))
    for domain in calibrated["domains"]:
        measured = domain["measured"]
        parts = [
            f"{round(each['agreed'] * each['outcomes'])} of {each['outcomes']} {name}"
            for name in ("quoted", "corroborated", "contested")
            if (each := measured["by_outcome"].get(name))
        ]
        told = f"agreed with {100 * measured['agreed']:.0f} % of {measured['outcomes']} outcomes: {', '.join(parts)}"
        assert told in README, f"now measured: {told}"


def test_the_printed_reach_of_the_corroboration_seat_is_the_measured_one() -> None:
    due = [pair.label in ("support", "contradict") for pair in HELD_OUT]
    said = [relate(pair.claim, pair.evidence).stance for pair in HELD_OUT]
    right = sum(pair.label == stance for pair, stance in zip(HELD_OUT, said, strict=True))
    voiced = sum(stance is not Stance.NEUTRAL for stance in said)
    told = (
        f"on {len(HELD_OUT)} held-out sentence pairs that we wrote: {right} of {voiced} stances voiced were right, "
        f"{right} of {sum(due)} due were voiced"
    )
    assert told in README, f"now measured: {told}"


def test_the_pictures_are_small_pictures_of_the_page() -> None:
    for target in re.findall(r"!\[[^\]]+\]\((docs/\w+\.png)\)", README):
        head = (ROOT / target).read_bytes()
        assert head.startswith(b"\x89PNG\r\n")
        assert struct.unpack(">I", head[16:20]) == (1200,)
        assert len(head) < 400_000


def test_version_and_date_agree() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    released = re.findall(r"^## \[([\d.]+)\] - (\S+)$", changes, re.MULTILINE)
    assert released[0][0] == project["version"]
    assert f"version: {released[0][0]}\n" in citation
    assert f'date-released: "{released[0][1]}"\n' in citation


def test_the_verifier_of_the_contributing_guide_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [source] = re.findall(r"```python\n(.*?)```", CONTRIBUTING, re.DOTALL)
    module = ModuleType("caveats")
    monkeypatch.setitem(sys.modules, "caveats", module)
    exec(compile(source, "CONTRIBUTING.md", "exec"), module.__dict__)
    finding, limit = "More languages help most tasks.", "The gain holds only for related languages."
    with Toolbox.open(Settings(home=tmp_path)) as toolbox:
        papers = []
        for name, text in (("A", f"{finding} {limit}"), ("B", limit)):
            papers.append(Paper(id=name, title=name, text_hash=toolbox.texts.put(text), included=True))
        corpus = Corpus(papers, toolbox)
        claims = [
            Claim(
                id=f"c{number}",
                text=quote,
                statement=quote,
                quote=quote,
                paper_id=paper,
                section="",
                start=0,
                end=len(quote),
                kind=Kind.FINDING,
            )
            for number, (paper, quote) in enumerate((("A", finding), ("B", limit)))
        ]
        shown, own = module.Caveats().check(claims, corpus)
    assert [item.quote for item in shown.evidence] == [limit]
    assert {shown.stance, own.stance} == {Stance.NEUTRAL}
    assert own.evidence == ()
