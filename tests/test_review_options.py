"""What a review can be asked beyond its question: sources as objects, overrides, chasing; and what is printed of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fake_engine import TEXTS, FakeEngine, FakeSource

from assignee import review
from assignee.claims import RunManifest
from assignee.cli_found import search_lines
from assignee.errors import UserError
from assignee.graphs.events import Phase, Progress
from assignee.progress import ProgressLines
from assignee.request import checked, from_dict, to_dict
from assignee.run_id import run_id
from assignee.runs import all_runs
from assignee.service import resume, run_sync
from assignee.settings import ReviewRequest, Settings
from assignee.tools.source import Found
from assignee.tools.source_arxiv import Arxiv
from assignee.tools.text_store import TextStore

QUESTION = "Does English training raise transfer accuracy?"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


@pytest.fixture
def mine(settings: Settings) -> Iterator[FakeSource]:
    store = TextStore(settings.index / "texts.sqlite")
    yield FakeSource(store, TEXTS, name="mine")
    store.close()


def test_a_source_may_be_an_object(mine: FakeSource, settings: Settings) -> None:
    report = review(QUESTION, sources=[mine], engine=FakeEngine(), settings=settings, date="2026-11-21")
    assert report.flow.identified_by == {"mine": 3}
    assert report.manifest.settings["sources"] == ["mine"]
    [run] = all_runs(settings)
    (run.path / "checkpoints.sqlite").unlink()

    def again(**more: Any) -> Any:
        return run_sync(lambda: resume(run.id, settings, engine=FakeEngine(), **more))

    with pytest.raises(
        UserError, match=rf"run {run.id} asks the source 'mine', an object of a Python program"
    ):
        again()
    assert again(sources={"mine": mine}).report == report


class Nameless:
    def search(self, queries: Sequence[str], *, limit: int, until: str | None) -> Found:
        return Found()


class Named(Nameless):
    def __init__(self, name: object) -> None:
        self.name = name


@pytest.mark.parametrize(
    ("sources", "told"),
    [
        ([Named("one"), Named("one")], "two sources are called 'one'"),
        (["one", Named("one")], "two sources are called 'one'"),
        ([3], "the source 3 cannot be asked: it has no search"),
        ([Arxiv], "cannot be asked"),
        ([Nameless()], "needs a name"),
        ([Named("a, b")], "needs a name of letters, digits, '_', '-' or '.', not 'a, b'"),
        ([Named("all")], "needs a name"),
        ([Named(None)], "needs a name"),
        ([Named("arxiv")], "'arxiv' is the name of a registered source; give your Named another"),
        (["one"], "unknown source 'one'"),
    ],
)
def test_what_is_no_source_is_refused(sources: list[Any], told: str, settings: Settings) -> None:
    with pytest.raises(UserError, match=told):
        review(QUESTION, sources=sources, engine=FakeEngine(), settings=settings)
    assert not settings.home.exists()


def test_a_registered_source_may_be_handed_in_with_settings_of_its_own(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def search(self: Arxiv, queries: Sequence[str], *, limit: int, until: str | None) -> Found:
        asked.extend(queries)
        return Found()

    monkeypatch.setattr(Arxiv, "search", search)
    report = review(QUESTION, sources=[Arxiv(None)], engine=FakeEngine(), settings=settings)  # type: ignore[arg-type]
    assert (asked, report.status) == ([QUESTION], "no_evidence")


def test_every_new_option_is_part_of_what_is_asked(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A text.")
    first = checked(ReviewRequest(question=QUESTION, library=(tmp_path,), date="2026-11-21"))
    others = [
        replace(first, include=("a",)),
        replace(first, exclude=("a",)),
        replace(first, chase=1),
        replace(first, full_text=False),
    ]
    ids = {run_id(request, "fake", "1") for request in (first, *others)}
    assert len(ids) == 5
    for request in others:
        assert from_dict(to_dict(request)) == request


def test_overrides_are_kept_once_and_without_surrounding_space(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A text.")
    given = ReviewRequest(question=QUESTION, library=(tmp_path,), include=(" 1811.01088 ", "1811.01088", ""))
    assert checked(given).include == ("1811.01088",)
    with pytest.raises(UserError, match="--exclude has 201 papers; at most 200"):
        checked(replace(given, exclude=tuple(f"p{at}" for at in range(201))))


def test_a_paper_that_nobody_has_is_told_of(mine: FakeSource, settings: Settings) -> None:
    report = review(
        QUESTION, sources=[mine], engine=FakeEngine(), settings=settings, include="p2", exclude=["nobody"]
    )
    [line] = [line for line in report.manifest.problems if "nobody" in line]
    assert "--exclude" in line


# --- what is printed -------------------------------------------------------------------------------------------


def batch(number: int, what: str, records: int, relevant: int) -> dict[str, Any]:
    return {
        "batch": number,
        "round": 0,
        "what": what,
        "records": records,
        "new": records,
        "relevant": relevant,
    }


MANIFEST = RunManifest(
    settings={"chase": 2, "kept_round": 0},
    batches=(
        batch(1, "queries", 1096, 12),
        batch(2, "acronyms", 31, 2),
        batch(3, "chase", 88, 0),
        batch(4, "queries", 7, 0) | {"round": 1},
    ),
    stopped="The chasing of references and citations stopped as saturated.",
    overlap=(
        {"sources": ["arxiv"], "works": 9, "included": 5},
        {"sources": ["arxiv", "openalex"], "works": 4, "included": 4},
        {"sources": ["openalex"], "works": 1, "included": 0},
    ),
)


def test_the_end_of_a_run_with_databases_tells_what_the_search_brought() -> None:
    assert search_lines(MANIFEST) == [
        "New relevant works in new records: 12 in 1,096 by queries, 2 in 31 by acronyms, 0 in 88 by citations.",
        MANIFEST.stopped,
        "Overlap: of 14 relevant or unsure works that searches returned, 10 came from one source alone.",
        "Databases share their sources: overlap is no proof that nothing is missing.",
    ]
    assert search_lines(replace(MANIFEST, settings={})) == []
    alone = replace(MANIFEST, overlap=MANIFEST.overlap[:1])
    assert "Overlap" not in " ".join(search_lines(alone))


def test_progress_counts_each_batch_for_itself(capsys: pytest.CaptureFixture[str]) -> None:
    def both(stage: str, **more: Any) -> Iterator[Progress]:
        counts = more.pop("counts", {})
        yield Progress(stage=stage, phase=Phase.STARTED, **more)
        yield Progress(stage=stage, phase=Phase.FINISHED, counts=counts, **more)

    with ProgressLines() as progress:
        for event in (
            *both("screen", batch=1, counts={"included": 3}),
            *both("expand", batch=1),
            *both("screen", batch=2, counts={"included": 4}),
            *both("chase", batch=2, round=1, counts={"records": 7}),
            *both("look_up", counts={"answers": 2}),
            *both("look_up", counts={"answers": 1}),
        ):
            progress(event)
    assert capsys.readouterr().err.splitlines() == [
        "screen: 3 included",
        "screen (batch 2): 4 included",
        "chase (revision 1, batch 2): 7 records",
        "look_up: 2 answers",
        "look_up: 3 answers",
    ]
