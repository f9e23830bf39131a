"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["AsJson", "Library", "MaxCalls", "MaxCost", "MaxTokens", "Run", "Trace"]

Run = Annotated[str, typer.Argument(metavar="RUN", help="A run id, or its first four digits or more.")]
Library = Annotated[
    list[Path] | None,
    typer.Option(
        "--library",
        metavar="PATH",
        help="A folder or file with papers (PDF, docx, html, LaTeX, JATS, txt, md, BibTeX, RIS, CSL-JSON, JSONL).",
    ),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print report.json, and nothing else, on standard output.")
]
Trace = Annotated[
    bool,
    typer.Option("--trace", help="Let LangSmith and LangChain tracing variables of the environment act."),
]
MaxCost = Annotated[
    float | None,
    typer.Option(metavar="USD", help="Most that language models may cost; the run then stops partial."),
]
MaxTokens = Annotated[
    int | None, typer.Option(metavar="N", help="Most tokens of language models, in and out.")
]
MaxCalls = Annotated[int | None, typer.Option(metavar="N", help="Most requests to language models.")]
