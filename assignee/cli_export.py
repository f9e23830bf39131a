"""`assignee export`: a finished report in other formats, from its run, its folder or its report.json."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from assignee.claims import Report
from assignee.errors import UserError
from assignee.outputs import write_atomic
from assignee.registry import names
from assignee.runs import find_run
from assignee.settings import Settings

__all__ = ["export_command", "report_path"]


def export_command(name: str, formats: Sequence[str], out: Path | None, *, force: bool) -> int:
    """Write a report in each of the formats; one that cannot be made is one line, and the others are still made.

    `out` is a file (one format only), a folder, "-" for standard output, or None for the current folder under the
    usual name. Returns 0, or 2 where a format could not be made. Raises UserError before anything is written for
    an unknown format, for what is no report of ours, and for a file that is in the way (unless `force`).
    """
    from assignee.render.files import render_as
    from assignee.render.report_file import load_report

    known = names("renderers")
    if not formats:
        raise UserError(f"no format given; give --to with one of: {', '.join(known)}")
    for wanted in formats:
        if wanted not in known:
            raise UserError(f"unknown format {wanted!r}; known: {', '.join(known)}")
    settings = Settings.from_env()
    loaded = load_report(report_path(settings, name))
    if out is not None and len(formats) > 1 and not out.is_dir():
        raise UserError(f"several formats need a folder; {out} is none")
    code = 0
    with _texts(loaded.report, settings) as texts:
        for wanted in dict.fromkeys(formats):
            try:
                file, content = render_as(wanted, loaded.report, texts)
            except UserError as error:
                if len(formats) == 1:
                    raise
                print(f"assignee: {' '.join(str(error).split())}", file=sys.stderr)
                code = error.exit_code
                continue
            _put(content, file, out, force=force)
    return code


def report_path(settings: Settings, name: str) -> Path:
    """The report.json of a run by its id or the beginning of one, of a report folder, or the file itself.

    Raises UserError where there is none; a run goes before a file of the same name.
    """
    path = Path(name).expanduser()
    if re.fullmatch(r"[0-9a-f]{4,12}", name) or not path.exists():
        try:
            run = find_run(settings, name)
        except UserError:
            if path.exists():
                return path
            if os.sep in name or path.suffix:
                raise UserError(f"{path} cannot be read: there is no such file") from None
            raise
        if run.record() is None:
            raise UserError(f"run {run.id} has not finished; continue with: assignee resume {run.id}")
        return run.report
    return path


def _put(content: bytes, file: str, out: Path | None, *, force: bool) -> None:
    if out is not None and str(out) == "-":
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    path = out / file if out is not None and out.is_dir() else out or Path(file)
    try:
        if path.exists() and not force and path.read_bytes() != content:
            raise UserError(
                f"{path} is there already and differs; give another --out, or --force to replace it"
            )
        write_atomic(path, content)
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}; give another --out") from error
    print(path)


@contextmanager
def _texts(report: Report, settings: Settings) -> Iterator[Callable[[str], str]]:
    """The stored texts that are still at hand here, by paper id; a report of a colleague may have none."""
    from assignee.tools.text_store import TextStore

    hashes = {paper.id: paper.text_hash for paper in report.papers}
    file = settings.index / "texts.sqlite"
    if not file.is_file():
        nothing: dict[str, str] = {}
        yield nothing.__getitem__
        return
    store = TextStore(file)
    try:
        yield lambda paper_id: store.get(hashes[paper_id])
    finally:
        store.close()
