"""The whole Markdown of one report, kept in the tree: a change of what readers get is seen in the change that makes it."""

from __future__ import annotations

import os
from pathlib import Path

from sample_report import sample, texts_of

from assignee.render.markdown import render

KEPT = Path(__file__).parent / "snapshots" / "report.md"


def test_the_report_reads_as_it_did() -> None:
    # Meant to change: ASSIGNEE_RENEW=1 pytest tests/test_snapshot.py, and read the difference.
    made = render(sample(), texts_of(sample()))
    if os.environ.get("ASSIGNEE_RENEW"):
        KEPT.write_text(made, encoding="utf-8", newline="\n")
    assert made == KEPT.read_text(encoding="utf-8")
