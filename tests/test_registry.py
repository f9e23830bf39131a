"""Every registered piece loads, has its registered name, and is printed as the README promises."""

from __future__ import annotations

from pathlib import Path

import pytest

from assignee import registry
from assignee.errors import UserError

PIECES = [(entry.group, entry.name) for entry in registry.entries() if entry.origin == "assignee"]


@pytest.mark.parametrize(("group", "name"), PIECES)
def test_a_registered_piece_loads(group: str, name: str) -> None:
    piece = registry.load(group, name)
    if group in ("verifiers", "reviewers", "engines", "sources"):
        assert piece.name == name
    else:
        assert callable(piece) or piece.name == name


def test_the_engine_seats_are_the_registered_verifiers_in_order() -> None:
    engine = registry.load("engines", "embedded")()
    assert tuple(engine.seats) == registry.names("verifiers")
    assert tuple(engine.reviewers) == registry.names("reviewers")


def test_unknown_names_say_what_is_known() -> None:
    with pytest.raises(UserError, match=r"unknown engine 'psychic'; known: embedded"):
        registry.load("engines", "psychic")
    with pytest.raises(UserError, match="there is no registry group 'gods'"):
        registry.names("gods")


def test_a_third_party_piece_takes_the_same_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "other_verifiers.py").write_text("class Oracle:\n    name = 'oracle'\n")
    info = tmp_path / "other_verifiers-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: other-verifiers\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[assignee.verifiers]\noracle = other_verifiers:Oracle\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    registry._group.cache_clear()
    try:
        assert registry.names("verifiers")[-1] == "oracle"
        entry = next(item for item in registry.entries() if item.name == "oracle")
        assert entry.origin == "other-verifiers"
        assert registry.load("verifiers", "oracle").name == "oracle"
    finally:
        registry._group.cache_clear()
