"""The Python face: what it exports, in a script and in a notebook, and the README's example."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fake_engine import FakeEngine

import assignee
from assignee import Report, areview, build_graph, review
from assignee.claims import Status
from assignee.errors import UserError
from assignee.graphs.events import Progress
from assignee.settings import Settings

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples" / "library"
QUESTION = "Does intermediate-task training in English improve zero-shot cross-lingual transfer?"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


def test_exports() -> None:
    assert assignee.__all__ == [
        "LangChainSource", "Report", "__version__", "areview", "build_graph", "questions", "review", "verify_claim",
    ]  # fmt: skip
    assert set(assignee.__all__) <= set(dir(assignee))
    for name in assignee.__all__:
        assert getattr(assignee, name)
    with pytest.raises(AttributeError, match="no attribute 'utils'"):
        assignee.utils  # noqa: B018


def test_review_returns_a_report_and_writes_nothing_unasked(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    seen: list[Progress] = []
    report = review(QUESTION, EXAMPLES, engine=FakeEngine(), settings=settings, on_event=seen.append)
    assert isinstance(report, Report)
    assert report.status is Status.COMPLETE
    assert {event.stage for event in seen} >= {"plan", "search", "quote_check", "decide"}
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


async def test_review_works_inside_a_running_event_loop(settings: Settings, tmp_path: Path) -> None:
    """As in a notebook, where a loop is always running."""
    inside = review(QUESTION, str(EXAMPLES), engine=FakeEngine(), settings=settings, date="2026-11-20")
    awaited = await areview(
        QUESTION, [EXAMPLES], engine=FakeEngine(), settings=settings, date="2026-11-20", out=tmp_path / "out"
    )
    assert inside == awaited
    assert (tmp_path / "out" / "report.html").is_file()
    with pytest.raises(UserError, match="the question is empty"):
        review(" ", EXAMPLES, settings=settings)


async def test_build_graph_gives_a_graph_to_ask(settings: Settings) -> None:
    graph = build_graph(settings, FakeEngine())
    done = await graph.ainvoke({"request": {"question": QUESTION, "library": str(EXAMPLES)}})
    assert Report.from_dict(done["report"]).question == QUESTION


def test_the_readme_example_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    [example] = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    assert len(example.strip().splitlines()) <= 5
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    exec(compile(example, "README.md", "exec"), {"__name__": "readme"})
    assert capsys.readouterr().out.strip()
