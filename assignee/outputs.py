"""Putting the files of a report in place, so that nothing is ever half-written."""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from assignee.errors import AssigneeError, RunError, UserError

__all__ = ["check_target", "disk_error", "place", "write_atomic"]

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def check_target(out: Path, *, force: bool, run: str = "") -> None:
    """See that a report may be put at `out`, without leaving a trace.

    Raises UserError when it is a file, when it holds something (unless `force`, or it is the report of `run`
    itself), or when nothing can be written there.
    """
    if out.exists() and not out.is_dir():
        raise UserError(f"the output folder {out} is a file; give another --out")
    if out.is_dir() and any(out.iterdir()) and not force and not (run and _run_of(out) == run):
        raise UserError(
            f"the output folder {out} is occupied; give another --out, or --force to replace the report"
        )
    ancestor = out.absolute()
    while not ancestor.exists():
        ancestor = ancestor.parent
    try:
        Path(tempfile.mkdtemp(prefix=".assignee-", dir=ancestor)).rmdir()
    except OSError as error:
        raise UserError(
            f"the output folder {out} cannot be written: {error.strerror}; give another --out"
        ) from error


def place(out: Path, files: Mapping[str, str]) -> None:
    """Write `files` (name to text) into the folder `out`: into a folder beside it first, then moved.

    Other files in `out` stay. An empty or missing `out` appears whole or not at all. Raises OSError with the
    folder beside removed.
    """
    out = out.absolute()
    out.parent.mkdir(parents=True, exist_ok=True)
    for left in out.parent.glob(f".{out.name}.*.tmp"):  # of a process that was killed right here
        shutil.rmtree(left, ignore_errors=True)
    beside = out.parent / f".{out.name}.{os.getpid()}.tmp"
    try:
        beside.mkdir()
        for name, text in files.items():
            (beside / name).write_text(text, encoding="utf-8", newline="\n")
        if out.is_dir() and any(out.iterdir()):
            for name in files:
                os.replace(beside / name, out / name)
        else:
            if out.is_dir():
                out.rmdir()
            os.replace(beside, out)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def write_atomic(path: Path, content: str | bytes) -> None:
    """Write one file, text in UTF-8: whole or not at all. Raises OSError."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        beside.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def disk_error(error: BaseException, run: str) -> AssigneeError | None:
    """The error to show for a full disk or another failure to write, None when it is neither."""
    again = f"then: assignee resume {run}"
    if "disk is full" in str(error) or (isinstance(error, OSError) and error.errno in _FULL):
        return UserError(f"the disk is full; free some space, {again}")
    if isinstance(error, OSError) and error.errno is not None:
        where = f" ({error.filename})" if error.filename else ""
        return RunError(f"writing failed: {error.strerror}{where}; mend that, {again}")
    return None


def _run_of(out: Path) -> str:
    try:
        return str(json.loads((out / "run.json").read_text(encoding="utf-8"))["run_id"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
