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

from assignee.cli_eval import app as eval_app
from assignee.cli_options import AsJson, Library, MaxCalls, MaxCost, MaxTokens, Run, Trace
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

app.add_typer(eval_app, name="eval")


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
        str,
        typer.Option(
            metavar="NAME,...", help="Databases to search, or all; 'library' when --library is given."
        ),
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
    include: Annotated[
        list[str] | None,
        typer.Option(metavar="ID|FILE", help="Include this paper, or those of a file; may be given again."),
    ] = None,
    exclude: Annotated[
        list[str] | None,
        typer.Option(metavar="ID|FILE", help="The same to exclude; '# why' after an id is the reason."),
    ] = None,
    chase: Annotated[
        int, typer.Option(metavar="N", help="Follow references and citations so often at most, 0 to 5.")
    ] = 2,
    full_text: Annotated[
        bool, typer.Option("--full-text/--no-full-text", help="Read open full texts of included papers.")
    ] = True,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where the report goes; assignee-report-<run> by default."),
    ] = None,
    max_cost: MaxCost = None,
    max_tokens: MaxTokens = None,
    max_calls: MaxCalls = None,
    no_cache: Annotated[
        bool,
        typer.Option("--no-cache", help="Ask language models anew, whatever earlier runs were answered."),
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a report that is already there.")] = False,
    json: AsJson = False,
    trace: Trace = False,
) -> int:
    """Answer a research question from the literature, every claim checked."""
    from assignee.agents.overrides import read_lines
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
        include=read_lines(include or ()),
        exclude=read_lines(exclude or ()),
        chase=chase,
        full_text=full_text,
        max_cost=max_cost,
        max_tokens=max_tokens,
        max_calls=max_calls,
        no_cache=no_cache,
    )
    return review_command(request, out=out, force=force, as_json=json, trace=trace)


@app.command()
def resume(
    run: Run,
    max_cost: MaxCost = None,
    max_tokens: MaxTokens = None,
    max_calls: MaxCalls = None,
    json: AsJson = False,
    trace: Trace = False,
) -> int:
    """Continue a run that was interrupted, or that stopped at a limit; limits given here replace its own."""
    from assignee.cli_review import resume_command

    given = {"max_cost": max_cost, "max_tokens": max_tokens, "max_calls": max_calls}
    limits = {name: value for name, value in given.items() if value is not None}
    return resume_command(run, limits=limits, as_json=json, trace=trace)


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
def export(
    run: Annotated[
        str,
        typer.Argument(metavar="RUN", help="A run id or its beginning, a report folder, or a report.json."),
    ],
    to: Annotated[
        str, typer.Option("--to", metavar="FORMAT,...", help="md, html, pdf, json, bib, ris or csl-json.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A file, a folder, or - ; the current folder by default."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is already there.")] = False,
) -> int:
    """Write a finished report in another format."""
    from assignee.cli_export import export_command

    return export_command(run, [name for item in to.split(",") if (name := item.strip())], out, force=force)


@app.command()
def score(
    report: Annotated[
        Path,
        typer.Argument(
            metavar="REPORT",
            help="A report.json of ours, also a colleague's; a report's folder or page; or a run.",
        ),
    ],
    library: Library = None,
    json: Annotated[bool, typer.Option("--json", help="Print the judgement as JSON.")] = False,
) -> int:
    """Read the sources of a report again and give the panel's judgement of it."""
    from assignee.cli_score import score_command

    return score_command(report, [path.expanduser() for path in library or ()], as_json=json)


@app.command()
def serve(
    host: Annotated[
        str, typer.Option(metavar="H", help="Where to listen; beyond this machine only with a token.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="P", help="The port; 0 takes a free one.")] = 8000,
    token: Annotated[
        str, typer.Option(metavar="T", help="What people must know to use it; better set as ASSIGNEE_TOKEN.")
    ] = "",
    library: Library = None,
    engine: Annotated[
        str, typer.Option(metavar="auto|NAME", help="auto takes a model when one is set up.")
    ] = "auto",
    name: Annotated[
        list[str] | None,
        typer.Option("--name", metavar="NAME", help="A further host name it answers to, behind a proxy."),
    ] = None,
    concurrency: Annotated[int, typer.Option(metavar="N", help="How many reviews run at once.")] = 2,
) -> int:
    """Serve the web page and the JSON interface."""
    from assignee.cli_serve import serve_command

    paths = [path.expanduser() for path in library or ()]
    return serve_command(
        host=host,
        port=port,
        token=token,
        library=paths,
        engine=engine,
        names=name or (),
        concurrency=concurrency,
    )


@app.command()
def verify(
    claim: Annotated[str, typer.Argument(metavar="CLAIM", help="One claim, in one sentence.")],
    library: Library = None,
    verifiers: Annotated[
        str, typer.Option(metavar="NAME,...", help="Which checkers; all that ship by default.")
    ] = "",
    json: Annotated[bool, typer.Option("--json", help="Print the verdicts as JSON.")] = False,
) -> int:
    """Check one claim against a library: supported, refuted, or not enough information, with quotes."""
    from assignee.cli_verify import verify_command

    seats = [name for item in verifiers.split(",") if (name := item.strip())]
    return verify_command(claim, library or (), seats, as_json=json)


@app.command()
def questions(
    seed_paper: Annotated[
        str, typer.Option("--seed-paper", metavar="ID|FILE", help="The paper to derive questions from.")
    ],
    n: Annotated[int, typer.Option("-n", metavar="N", help="How many questions.")] = 5,
    library: Library = None,
    sources: Annotated[
        str, typer.Option(metavar="NAME,...", help="Databases to look the paper up in, without a library.")
    ] = "",
    engine: Annotated[
        str, typer.Option(metavar="auto|NAME", help="auto takes a model when one is set up.")
    ] = "auto",
    json: Annotated[bool, typer.Option("--json", help="Print the questions as JSON.")] = False,
) -> int:
    """Derive research questions from a seed paper, none that an earlier run has asked."""
    from assignee.cli_questions import questions_command

    paths = [path.expanduser() for path in library or ()]
    asked = [name for item in sources.split(",") if (name := item.strip())]
    return questions_command(seed_paper, paths, asked, n=n, engine=engine, as_json=json)


@app.command()
def mcp(
    http: Annotated[bool, typer.Option("--http", help="Serve streamable HTTP; stdio by default.")] = False,
    host: Annotated[
        str, typer.Option(metavar="HOST", help="With --http: the address to listen on.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="PORT", help="With --http: the port.")] = 8766,
    token: Annotated[
        str | None,
        typer.Option(
            metavar="TOKEN",
            envvar="ASSIGNEE_TOKEN",
            help="With --http: what callers must show as bearer token.",
        ),
    ] = None,
    library: Library = None,
) -> int:
    """Serve reviews and claim checks to MCP clients."""
    from assignee.mcp_command import mcp_command

    return mcp_command(library or (), http=http, host=host, port=port, token=token)


@app.command()
def slack(
    library: Library = None,
    socket: Annotated[
        bool, typer.Option("--socket", help="Connect to Slack by Socket Mode (the default).")
    ] = False,
    http: Annotated[
        bool, typer.Option("--http", help="Have Slack send requests to --host and --port.")
    ] = False,
    host: Annotated[str, typer.Option(metavar="HOST", help="Where to listen, with --http.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="PORT", help="Where to listen, with --http.")] = 3000,
    channel: Annotated[
        list[str] | None,
        typer.Option(metavar="ID=PATH", help="A library of its own for one channel; may be given again."),
    ] = None,
    sources: Annotated[
        str, typer.Option(metavar="NAME,...", help="Where to search; 'library' when --library is given.")
    ] = "",
    engine: Annotated[
        str, typer.Option(metavar="auto|NAME", help="auto takes a model when one is set up.")
    ] = "auto",
    concurrency: Annotated[int, typer.Option(metavar="N", help="How many reviews may run at once.")] = 2,
) -> int:
    """Answer the people of a Slack workspace; docs/slack.md says how to set it up."""
    from assignee.cli_slack import slack_command

    return slack_command(
        socket=socket,
        http=http,
        host=host,
        port=port,
        library=[path.expanduser() for path in library or ()],
        channels=channel or (),
        sources=[name for item in sources.split(",") if (name := item.strip())],
        engine=engine,
        concurrency=concurrency,
    )


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
