"""`assignee export` and reading a report back: every format from a run, a folder or a file, and one line for each fault."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cli_world import FILES, home, library, one_line
from sample_report import TEXTS, sample

from assignee import registry
from assignee.cli import main
from assignee.errors import UserError
from assignee.outputs import place
from assignee.registry import load, names
from assignee.render.files import report_files
from assignee.render.report_file import load_report
from assignee.render.report_json import seal_of
from assignee.runs import RunFolder
from assignee.settings import Settings
from assignee.tools.text_store import TextStore

__all__ = ["home", "library"]  # fixtures

FORMATS = names("renderers")


@pytest.fixture
def run(home: Path) -> str:
    """The id of a finished run as a review leaves it: its report lies in ./answer, its texts in the store."""
    settings = Settings.from_env()
    settings.index.mkdir(parents=True)
    store = TextStore(settings.index / "texts.sqlite")
    hashes = {name: store.put(text) for name, text in TEXTS.items()}
    store.close()
    report = sample()
    report = replace(
        report, papers=tuple(replace(item, text_hash=hashes.get(item.id, "")) for item in report.papers)
    )
    files = report_files(report, TEXTS.__getitem__)
    folder = RunFolder(settings.runs / "0123456789ab")
    folder.path.mkdir(parents=True)
    folder.begin({"request": {}, "engine": "embedded", "out": "answer", "force": False, "created": ""})
    folder.finish({"status": "complete"}, files["report.json"])
    place(Path("answer"), files)
    return folder.id


def change(path: Path, **fields: Any) -> None:
    data = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**data, **fields}), encoding="utf-8")


def test_a_review_writes_the_default_formats_and_no_others(run: str) -> None:
    assert {path.name for path in Path("answer").iterdir()} == set(FILES)
    defaults = {load("renderers", name).file for name in FORMATS if load("renderers", name).default}
    assert defaults == set(FILES)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_from_a_run_a_folder_and_a_file(
    run: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if name == "pdf":
        pytest.importorskip("typst")
    file = load("renderers", name).file
    made = []
    for at, source in enumerate((run[:5], "answer", "answer/report.json")):
        folder = Path(f"out{at}")
        folder.mkdir()
        assert main(["export", source, "--to", name, "--out", str(folder)]) == 0
        assert capsys.readouterr().out.strip() == str(folder / file)
        made.append((folder / file).read_bytes())
    assert made[0] == made[1] == made[2]
    if file in FILES:
        assert made[0] == (Path("answer") / file).read_bytes()


def test_by_default_the_current_folder_and_never_over_another_file(
    run: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", run, "--to", "ris"]) == 0
    written = Path("references.ris").read_bytes()
    assert main(["export", run, "--to", "ris"]) == 0  # the same bytes: nothing is lost
    capsys.readouterr()
    Path("references.ris").write_text("mine")
    assert main(["export", run, "--to", "ris"]) == 2
    assert "references.ris is there already and differs" in one_line(capsys)
    assert Path("references.ris").read_text() == "mine"
    assert main(["export", run, "--to", "ris", "--force"]) == 0
    assert Path("references.ris").read_bytes() == written


def test_to_a_file_of_any_name_and_to_standard_output(
    run: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main(["export", run, "--to", "bib", "--out", "mine.txt"]) == 0
    capfdbinary.readouterr()
    assert main(["export", run, "--to", "bib", "--out", "-"]) == 0
    assert (
        capfdbinary.readouterr().out
        == Path("mine.txt").read_bytes()
        == Path("answer/references.bib").read_bytes()
    )


def test_a_format_that_cannot_be_made_is_one_line_and_the_others_are_made(
    run: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> bytes:
        raise UserError("PDF needs typst; install it")

    monkeypatch.setattr(
        "assignee.render.pdf.RENDERER", load("renderers", "ris").__class__("pdf", "report.pdf", fail)
    )
    assert main(["export", run, "--to", "pdf,csl-json"]) == 2
    captured = capsys.readouterr()
    assert captured.err == "assignee: PDF needs typst; install it\n"
    assert captured.out == "references.csl.json\n"
    assert not Path("report.pdf").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["export", "answer", "--to", "docx"], "unknown format 'docx'; known: md, html, json, bib, pdf, ris, csl-json"),
        (["export", "answer", "--to", ","], "no format given"),
        (["export", "answer", "--to", "md,bib", "--out", "one.md"], "several formats need a folder; one.md is none"),
        (["export", "answer", "--to", "md", "--out", "no/such/folder.md"], "no/such/folder.md cannot be written"),
        (["export", "nowhere/report.json", "--to", "md"], "nowhere/report.json cannot be read"),
        (["export", "ffffffff", "--to", "md"], "the run 'ffffffff' is unknown; see: assignee runs"),
        (["export", "empty", "--to", "md"], "empty/report.json cannot be read: No such file or directory"),
        (["export", "answer"], "--to"),
    ],
)  # fmt: skip
def test_misuse_is_one_line(
    run: str, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("empty").mkdir()
    before = sorted(path for path in Path().rglob("*") if path.is_file())
    assert main(arguments) == 2
    assert message in one_line(capsys)
    assert sorted(path for path in Path().rglob("*") if path.is_file()) == before


DEEP = "[" * 100_000 + "]" * 100_000


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is no report.json: Expecting value"),
        (b"\xff\xfe", "is no report.json: it is not UTF-8 text"),
        (b"42", "this is not a report.json of assignee"),
        (b"[]", "this is not a report.json of assignee"),
        (b'{"title": "A paper"}', "it has no schema_version and content_sha256"),
        (b'{"schema_version": 1, "content_sha256": ""}', "this is not a report.json of assignee"),
        (b'{"schema_version": "2.0", "content_sha256": ""}', "has schema version 2.0, this assignee reads 1.1: update it"),
        (b'{"schema_version": "1.99", "content_sha256": ""}', "the report has schema version 1.99"),
        (b'{"schema_version": "1.0", "content_sha256": ""}', "has schema version 1.0, this assignee reads 1.1: make it again"),
        (b'{"schema_version": "1.1", "content_sha256": ""}', "this is not a valid report.json"),
        (b'{"schema_version": "1.1", "content_sha256": NaN}', "NaN is no JSON number"),
        (DEEP.encode(), "nested too deeply"),
        (b"9" * 5000, "is no report.json"),
    ],
    ids=range(13),
)  # fmt: skip
@pytest.mark.parametrize("command", ["export", "score"])
def test_what_is_no_report_of_ours_is_one_line(
    content: bytes,
    message: str,
    command: str,
    tmp_path: Path,
    library: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("report.json").write_bytes(content)
    more = ["--to", "md"] if command == "export" else ["--library", str(library)]
    assert main([command, "report.json", *more]) == 2
    assert message in one_line(capsys)
    assert not Path("report.md").exists()


def test_a_report_edited_by_hand_is_named_and_not_exported(
    run: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = Path("answer/report.json")
    change(path, title="A better title")
    assert main(["export", "answer", "--to", "md", "--out", "x.md"]) == 2
    assert "answer/report.json: the report was changed after it was written: its content_sha256" in one_line(
        capsys
    )
    loaded = load_report(path, allow_edited=True)
    assert loaded.edited
    assert loaded.report.title == "A better title"


def test_a_report_that_was_sealed_again_is_read(run: str) -> None:
    path = Path("answer/report.json")
    assert not load_report(path).edited
    data = json.loads(path.read_text(encoding="utf-8"))
    data["title"] = "Another title"
    path.write_text(json.dumps({**data, "content_sha256": seal_of(data)}), encoding="utf-8")
    loaded = load_report(path.parent)
    assert not loaded.edited
    assert loaded.path == path


def test_show_refuses_a_kept_report_that_was_edited(
    run: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(home / "runs" / run / "report.json", abstract="Nothing to see.")
    assert main(["show", run]) == 2
    assert "the report was changed after it was written" in one_line(capsys)


def test_a_colleagues_report_without_its_texts_still_prints(run: str, home: Path, tmp_path: Path) -> None:
    for path in sorted((home / "index").rglob("*")):
        if path.is_file():
            path.unlink()
    assert main(["export", "answer", "--to", "html", "--out", "theirs.html"]) == 0
    assert "The text around this quote is not at hand here." in Path("theirs.html").read_text(
        encoding="utf-8"
    )


def test_a_renderer_of_another_package_is_one_file(
    run: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    site = tmp_path / "other"
    info = site / "plain_renderer-1.0.dist-info"
    info.mkdir(parents=True)
    (site / "plain_renderer.py").write_text(
        "from assignee.render.renderer import Renderer\n"
        "PLAIN = Renderer('plain', 'report.txt', lambda report, texts: report.answer.text + '\\n')\n"
    )
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: plain-renderer\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[assignee.renderers]\nplain = plain_renderer:PLAIN\n")
    monkeypatch.syspath_prepend(str(site))
    registry._group.cache_clear()
    assert main(["export", run, "--to", "plain"]) == 0
    told = json.loads(Path("answer/report.json").read_text(encoding="utf-8"))["answer"]["text"]
    assert Path("report.txt").read_text(encoding="utf-8") == f"{told}\n"
