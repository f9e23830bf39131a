"""Imports point one way only, between folders relatively, from the spine absolutely, and no file grows too long."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("prompts", "tools", "agents", "graphs", "evals")
# A module may import from its own layer and those before it. What is not named here is a front end: the last layer.
LAYERS = (
    {"authors", "json_form", "vocabulary", "claims", "errors"},
    {"settings", "registry", "request", "run_id", "outputs", "runs"},
    {"prompts"},
    {"tools"},
    {"agents"},
    {"graphs"},
    {"render", "run_record", "service", "progress"},
    {"follow_up", "follow_up_match", "follow_up_replies", "follow_up_types", "verify"},
    {"jobs", "jobs_review", "jobs_store", "jobs_work"},
)
FILES = sorted(
    path
    for folder in ("assignee", *FOLDERS)
    for path in (ROOT / folder).rglob("*.py")
    if "__pycache__" not in path.parts
)


def layer(part: str) -> int:
    return next((at for at, parts in enumerate(LAYERS) if part in parts), len(LAYERS))


def owner(path: Path) -> str:
    """ "tools" for tools/text.py, "render" for assignee/render/html.py, "claims" for assignee/claims.py."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return parts[0] if parts[0] in FOLDERS else parts[1]


def imports(path: Path) -> Iterator[tuple[int, str, bool]]:
    """(line, what of ours is imported, whether relatively)."""
    here = path.relative_to(ROOT).with_suffix("").parts
    package = (here if here[0] == "assignee" else ("assignee", *here))[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for name in node.names:
                if name.name.split(".")[0] == "assignee":
                    yield node.lineno, name.name, False
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            full = ".".join((*base, *((node.module or "").split(".") if node.module else ())))
            if full.split(".")[0] != "assignee":
                continue
            if full == "assignee":
                for name in node.names:
                    yield node.lineno, f"assignee.{name.name}", bool(node.level)
            else:
                yield node.lineno, full, bool(node.level)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_point_left(path: Path) -> None:
    mine = owner(path)
    for line, name, relative in imports(path):
        other = name.split(".")[1]
        where = f"{path.relative_to(ROOT)}:{line} imports {name}"
        if other == "__version__":
            continue
        assert mine == "__init__" or layer(other) <= layer(mine), f"{where}, which lies in a later layer"
        if mine == "evals" and len(path.relative_to(ROOT).parts) > 2:
            assert not relative, f"{where}: a script imports absolutely"
        elif mine in FOLDERS and other in FOLDERS:
            assert relative, f"{where}: import relatively between folders"
        elif mine != other:
            assert not relative, f"{where}: import absolutely from the spine"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_file_holds_one_idea(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_the_rule_sees_a_wrong_import(tmp_path: Path) -> None:
    assert layer("tools") < layer("agents") < layer("graphs") < layer("service") < layer("cli_review")
    assert list(imports(ROOT / "graphs" / "engine_choice.py")) == [
        (5, "assignee.registry", False),
        (7, "assignee.agents.engine", True),
    ]


def test_every_module_has_a_docstring_and_says_what_it_exports() -> None:
    for path in FILES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if not tree.body:
            continue
        assert ast.get_docstring(tree), f"{path} has no docstring"
        inside = path.relative_to(ROOT).parts
        if path.name == "__main__.py" or (inside[0] == "evals" and len(inside) > 2):
            continue  # scripts
        if path.name == "__init__.py" and path.parent.name != "assignee":
            continue
        assigned = {
            target.id
            for node in tree.body
            if isinstance(node, (ast.Assign, ast.AnnAssign))
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            if isinstance(target, ast.Name)
        }
        assert "__all__" in assigned, f"{path} has no __all__"


def test_the_typing_links_are_complete() -> None:
    """mypy and pyright see the mapped packages through `.typing`: one link per entry of assignee/ and per folder."""
    links = ROOT / ".typing" / "assignee"
    wanted = {path.name for path in (ROOT / "assignee").iterdir() if path.name != "__pycache__"} | set(
        FOLDERS
    )
    found = {path.name for path in links.iterdir()}
    assert found == wanted
    for path in links.iterdir():
        assert path.is_symlink()
        assert path.resolve() == (ROOT / path.name if path.name in FOLDERS else ROOT / "assignee" / path.name)
