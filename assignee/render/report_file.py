"""A report.json on disk, read back: one way for `export`, `show` and `score`, and one line for each thing wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assignee.claims import Report
from assignee.errors import UserError

from .report_json import read, seal_of

__all__ = ["LoadedReport", "load_report"]


@dataclass(frozen=True, slots=True)
class LoadedReport:
    """A report and the file it came from. `edited`: its content_sha256 does not fit what the file holds now."""

    report: Report
    path: Path
    edited: bool
    data: Mapping[str, Any]


def load_report(path: Path, *, allow_edited: bool = False) -> LoadedReport:
    """Read a report.json, or the one in a report folder.

    Raises UserError, in one line that names the file, where it is not there, cannot be read, is no report of ours,
    has a newer schema version or does not fit the schema; and where it was changed after it was written, unless
    `allow_edited` (for judging such a file: whoever passes it must say so).
    """
    if path.is_dir():
        path = path / "report.json"
    data = _json(path)
    try:
        report = read(data, allow_edited=allow_edited)
    except UserError as error:
        raise UserError(f"{path}: {error}") from error
    return LoadedReport(report, path, seal_of(data) != data["content_sha256"], data)


def _json(path: Path) -> Any:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{path} is no report.json: it is not UTF-8 text") from error
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        told = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise UserError(f"{path} is no report.json: {told}") from error


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON number")
