"""The wheel, built from the sdist as an index would build it, holds every module and every data file."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("agents", "graphs", "prompts", "tools", "evals")
TRACKED = tuple(
    name
    for name in subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout.split("\0")
    if (ROOT / name).is_file() and not (ROOT / name).is_symlink()
)


def in_package(name: str) -> str | None:
    """Where a file of the tree must lie in the wheel; None for what is no part of a package."""
    top = name.split("/")[0]
    if top not in ("assignee", *FOLDERS):
        return None
    if top == "evals" and name.count("/") > 1 and not name.startswith("evals/gold/"):
        return None  # scripts, run from a checkout
    return name if top == "assignee" else f"assignee/{name}"


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The content of the wheel built from the sdist of what is (or would be) committed."""
    work = tmp_path_factory.mktemp("package")
    for name in TRACKED:
        target = work / "source" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((ROOT / name).read_bytes())
    built = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(work), str(work / "source")],
        capture_output=True,
        text=True,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    with zipfile.ZipFile(next(work.glob("*.whl"))) as wheel:
        wheel.extractall(work / "unpacked")
    return work / "unpacked"


def run_there(unpacked: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=unpacked,
        env=os.environ | {"PYTHONPATH": str(unpacked)},
        capture_output=True,
        text=True,
    )


def test_the_wheel_holds_every_file_of_the_packages(unpacked: Path) -> None:
    wanted = {path for name in TRACKED if (path := in_package(name))}
    found = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*") if path.is_file()}
    assert wanted - found == set()
    assert {name for name in found - wanted if ".dist-info/" not in name} == set()


def test_every_module_imports_from_the_wheel(unpacked: Path) -> None:
    names = sorted(
        path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for name in TRACKED
        if (path := in_package(name)) and path.endswith(".py") and not path.endswith("__main__.py")
    )
    code = (
        "import importlib, sys\n"
        f"for name in {names!r}:\n"
        "    module = importlib.import_module(name)\n"
        f"    assert module.__file__.startswith({str(unpacked)!r}), (name, module.__file__)\n"
        "print(len(sys.modules))\n"
    )
    done = run_there(unpacked, "-c", code)
    assert done.returncode == 0, done.stderr
    assert len(names) > 40


def test_the_command_works_from_the_wheel(unpacked: Path) -> None:
    done = run_there(unpacked, "-m", "assignee", "--version")
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert (done.returncode, done.stdout) == (0, f"assignee {version}\n"), done.stderr


def test_every_package_is_listed() -> None:
    setup = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    found = {
        ".".join(path.split("/")[:-1])
        for name in TRACKED
        if (path := in_package(name)) and path.endswith("/__init__.py")
    }
    assert set(setup["packages"]) == found


def test_no_file_names_a_path_of_this_machine() -> None:
    """Nothing committed points into the checkout of the one who wrote it."""
    for name in TRACKED:
        content = (ROOT / name).read_bytes()
        assert str(ROOT).encode() not in content, name
