"""The command line: what there is to say, and how every error becomes one line.

Each command's work lies in a `cli_*` module that is imported when the command runs, so that `--help` stays fast.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from assignee.errors import AssigneeError

__all__ = ["app", "main"]

app = typer.Typer(
    name="assignee",
    help="Assign it a research question; get back a literature synthesis whose every claim can be checked.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Run = Annotated[str, typer.Argument(metavar="RUN", help="A run id, or its first four digits or more.")]
Library = Annotated[
    list[Path] | None,
    typer.Option(
        "--library", metavar="PATH", help="A folder or file with papers (JSONL, BibTeX, PDF, txt, md)."
    ),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print report.json, and nothing else, on standard output.")
]
Trace = Annotated[
    bool,
    typer.Option("--trace", help="Let LangSmith and LangChain tracing variables of the environment act."),
]


def _version(wanted: bool) -> None:
    if wanted:
        from assignee import __version__

        typer.echo(f"assignee {__version__}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Assign it a research question; get back a literature synthesis whose every claim can be checked."""


@app.command()
def review(
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="The research question.")],
    library: Library = None,
    sources: Annotated[
        str, typer.Option(metavar="NAME,...", help="Where to search; 'library' when --library is given.")
    ] = "",
    engine: Annotated[
        str, typer.Option(metavar="auto|NAME", help="auto takes a model when one is set up.")
    ] = "auto",
    seed_paper: Annotated[str | None, typer.Option(metavar="ID|FILE", help="A paper to start from.")] = None,
    max_papers: Annotated[int, typer.Option(metavar="N", help="How many papers may be included.")] = 20,
    until: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Only papers published by then: 2021, 2021-06, 2021-06-30."),
    ] = None,
    date: Annotated[str, typer.Option(metavar="DATE", help="The date on the report; today by default.")] = "",
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where the report goes; assignee-report-<run> by default."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a report that is already there.")] = False,
    json: AsJson = False,
    trace: Trace = False,
) -> int:
    """Answer a research question from the literature, every claim checked."""
    from assignee.cli_review import review_command
    from assignee.settings import ReviewRequest

    request = ReviewRequest(
        question=question,
        library=tuple(path.expanduser() for path in library or ()),
        sources=tuple(name for item in sources.split(",") if (name := item.strip())),
        engine=engine,
        seed_paper=seed_paper,
        max_papers=max_papers,
        until=until,
        date=date,
    )
    return review_command(request, out=out, force=force, as_json=json, trace=trace)


@app.command()
def resume(run: Run, json: AsJson = False, trace: Trace = False) -> int:
    """Continue a run that was interrupted."""
    from assignee.cli_review import resume_command

    return resume_command(run, as_json=json, trace=trace)


@app.command()
def runs() -> int:
    """List the runs, the newest first."""
    from assignee.cli_show import runs_command

    return runs_command()


@app.command()
def show(
    run: Run,
    claim: Annotated[
        str | None, typer.Option(metavar="ID", help="One claim, with every verdict and quote.")
    ] = None,
) -> int:
    """Show a finished run, or one of its claims in full."""
    from assignee.cli_show import show_command

    return show_command(run, claim)


@app.command()
def score(
    report: Annotated[
        Path, typer.Argument(metavar="REPORT.json", help="A report.json of ours, also a colleague's.")
    ],
    library: Library = None,
    json: Annotated[bool, typer.Option("--json", help="Print the judgement as JSON.")] = False,
) -> int:
    """Read the sources of a report again and give the panel's judgement of it."""
    from assignee.cli_score import score_command

    return score_command(report, [path.expanduser() for path in library or ()], as_json=json)


@app.command()
def graph() -> int:
    """Print the review graph as Mermaid, as LangGraph draws it."""
    from assignee.graphs.review import build

    typer.echo(build().get_graph().draw_mermaid(), nl=False)
    return 0


@app.command()
def doctor() -> int:
    """Say what is installed and configured: engines, extras, keys, sources, the index."""
    from assignee.cli_doctor import doctor_command

    return doctor_command()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code. Every error is one line on standard error.

    With `ASSIGNEE_DEBUG` set, the traceback stands before it.
    """
    try:
        return _run(arguments)
    except AssigneeError as error:
        return _fail(str(error), error.exit_code)
    except KeyboardInterrupt:
        return _fail("interrupted", 130)
    except BrokenPipeError:
        os.dup2(
            os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno()
        )  # the reader has gone: say nothing more
        return 1
    except Exception as error:
        told: Callable[[], str] | None = getattr(error, "format_message", None)
        if told is not None:  # Typer's own: a wrong option or argument
            return _fail(f"{told().rstrip('.')}; see: assignee --help", 2)
        if isinstance(error, typer.Abort):
            return _fail("interrupted", 130)
        return _fail(f"unexpected {type(error).__name__}: {error}; set ASSIGNEE_DEBUG=1 for the traceback", 1)


def _run(arguments: Sequence[str] | None) -> int:
    command = typer.main.get_command(app)
    code = command.main(None if arguments is None else list(arguments), "assignee", standalone_mode=False)
    if code == 130:  # what Typer makes of Ctrl-C
        raise KeyboardInterrupt
    return code if isinstance(code, int) else 0


def _fail(message: str, code: int) -> int:
    if os.environ.get("ASSIGNEE_DEBUG"):
        import traceback

        traceback.print_exc()
    print(f"assignee: {' '.join(message.split())}", file=sys.stderr)
    return code
