"""`assignee eval …`: how good the checkers, the retrieval and the extraction are, on gold sets of ours or yours.

Every command prints tables on standard output and progress on standard error, and writes its figures as JSON where
`--out` says. The work lies in `evals/`, imported when a command runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

__all__ = ["app"]

app = typer.Typer(
    name="eval",
    help="Measure the checkers, the retrieval and the extraction on gold sets.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


class Lists(TyperCommand):
    """Options that may stand more than once also take several values: `--gold a.jsonl b.jsonl`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Repeat the option before each further value."""
        many = {name for option in self.params if getattr(option, "multiple", False) for name in option.opts}
        spread: list[str] = []
        last, values = "", 0
        for arg in args:
            if arg.startswith("-") and arg != "-":
                last, values = arg, 0
            else:
                if last in many and values:
                    spread.append(last)
                values += 1
            spread.append(arg)
        return super().parse_args(ctx, spread)


Gold = Annotated[
    list[Path], typer.Option("--gold", metavar="FILE.jsonl...", help="Gold rows; several files are one set.")
]
OwnGold = Annotated[
    list[Path] | None,
    typer.Option("--gold", metavar="FILE.jsonl...", help="Gold rows; the packaged set by default."),
]
Engine = Annotated[
    str, typer.Option(metavar="NAME", help="embedded (no key, the default), auto, or another engine.")
]
Verifiers = Annotated[
    list[str] | None,
    typer.Option("--verifier", metavar="NAME...", help="Only these seats; all that ship by default."),
]
Out = Annotated[Path | None, typer.Option(metavar="FILE", help="Write the figures as JSON; overwritten.")]
Predictions = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Write one prediction a row as JSONL; overwritten.")
]
Claims = Annotated[Path, typer.Option(metavar="FILE", help="Claims in SciFact's format.")]
Abstracts = Annotated[Path, typer.Option(metavar="FILE", help="The corpus in SciFact's format.")]


@app.command(cls=Lists)
def verification(
    gold: Gold,
    task: Annotated[
        str,
        typer.Option(
            metavar="stance|grounding",
            help="stance: does the evidence support the claim? grounding: does the cited paper say it?",
        ),
    ] = "stance",
    predictions: Predictions = None,
    engine: Engine = "embedded",
    verifier: Verifiers = None,
    out: Out = None,
) -> int:
    """Claims against their evidence: rows {id, claim, evidence[], label SUPPORT|REFUTE|NEI}."""
    options = {"gold": gold, "task": task, "engine": engine, "verifiers": verifier}
    return _evaluate("verification", options, gold, out, predictions)


@app.command(cls=Lists)
def scifact(
    claims: Claims,
    corpus: Abstracts,
    oracle: Annotated[
        bool, typer.Option("--oracle", help="Give the cited abstracts instead of searching.")
    ] = False,
    predictions: Predictions = None,
    engine: Engine = "embedded",
    verifier: Verifiers = None,
    out: Out = None,
) -> int:
    """SciFact with its official metrics, open retrieval or oracle."""
    options = {"claims": claims, "corpus": corpus, "oracle": oracle, "engine": engine, "verifiers": verifier}
    return _evaluate("scifact", options, [claims, corpus], out, predictions)


@app.command()
def corroboration(
    gold: Annotated[
        Path | None, typer.Option(metavar="FILE.jsonl", help="Gold pairs; the packaged set by default.")
    ] = None,
    out: Out = None,
) -> int:
    """Findings of different papers: does one support the other, contradict it, or are they not comparable?"""
    return _evaluate("corroboration", {"gold": gold}, [gold] if gold else [], out)


@app.command()
def duplicates(
    gold: Annotated[
        Path | None, typer.Option(metavar="FILE.jsonl", help="Pairs of records; the packaged set by default.")
    ] = None,
    out: Out = None,
) -> int:
    """Pairs of records: are those of one work folded, and no others?"""
    return _evaluate("duplicates", {"gold": gold}, [gold] if gold else [], out)


@app.command(cls=Lists)
def screening(
    records: Annotated[
        list[Path],
        typer.Option("--records", metavar="FILE.jsonl...", help="The records that the gold rows name."),
    ],
    gold: Annotated[
        Path | None, typer.Option(metavar="FILE.jsonl", help="Labelled records; the packaged set by default.")
    ] = None,
    out: Out = None,
) -> int:
    """Records of a search: are those that bear on the question included, and how much reading is saved?"""
    inputs = [*records, *([gold] if gold else [])]
    return _evaluate("screening", {"gold": gold, "records": records}, inputs, out)


@app.command()
def retrieval(claims: Claims, corpus: Abstracts, out: Out = None) -> int:
    """Does the index find a claim's abstracts? recall@k, nDCG@10, hit-one, hit-all."""
    return _evaluate("retrieval", {"claims": claims, "corpus": corpus}, [claims, corpus], out)


@app.command(cls=Lists)
def extraction(gold: Gold, predictions: Predictions = None, out: Out = None) -> int:
    """Are sentences that state a finding found? Rows {id, sentence, label}, or documents with marked outcomes."""
    return _evaluate("extraction", {"gold": gold}, gold, out, predictions)


@app.command(cls=Lists)
def corruptions(
    gold: OwnGold = None, engine: Engine = "embedded", verifier: Verifiers = None, out: Out = None
) -> int:
    """Is a supported claim still called supported after one small change makes it false?"""
    options = {"gold": gold or [], "engine": engine, "verifiers": verifier}
    return _evaluate("corruptions", options, gold or [], out)


@app.command()
def panel(engine: Engine = "embedded", out: Out = None) -> int:
    """Does the reviewer panel notice deliberately broken reports?"""
    return _evaluate("panel", {"engine": engine}, [], out)


@app.command()
def run(
    suite: Annotated[Path, typer.Argument(metavar="SUITE.yaml", help="Which evaluations, with which data.")],
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where results go; what the suite says by default.")
    ] = None,
) -> int:
    """Run the evaluations of a suite; those already done with the same data and checkers are not run again."""
    from assignee.evals.output import ProgressLine, print_tables
    from assignee.evals.suites import run_suite

    _, tables = run_suite(suite, ProgressLine(), out)
    print_tables(tables)
    return 0


@app.command(cls=Lists)
def compare(
    a: Annotated[Path, typer.Argument(metavar="A", help="A result file, or predictions (then give --gold).")],
    b: Annotated[Path, typer.Argument(metavar="B", help="The other, on the same rows.")],
    gold: OwnGold = None,
    out: Out = None,
) -> int:
    """Is B better than A on the same rows, or is it chance? Paired bootstrap."""
    from assignee.evals import compare as work
    from assignee.evals.output import check_out, print_tables, write_json

    check_out(out, [a, b, *(gold or [])])
    body = work.compare(a, b, gold or [])
    write_json(out, body)
    print_tables(work.tables(body))
    return 0


def _evaluate(
    kind: str,
    options: dict[str, Any],
    inputs: Sequence[Path],
    out: Path | None,
    predictions: Path | None = None,
) -> int:
    """Run one evaluation, print it, write what is to be written; 0. Raises UserError for bad input, writing nothing."""
    from assignee.errors import UserError
    from assignee.evals.kinds import names
    from assignee.evals.kinds import run as evaluate
    from assignee.evals.output import ProgressLine, check_out, print_tables, write_json, write_rows

    for target in (out, predictions):
        check_out(target, inputs)
    if out is not None and predictions is not None and out.absolute() == predictions.absolute():
        raise UserError(f"{out} is named twice; give the figures and the predictions a file each")
    if "verifiers" in options:
        options = {**options, "verifiers": names(options["verifiers"])}
    outcome = evaluate(kind, options, ProgressLine())
    write_json(out, outcome.body)
    if outcome.predictions is not None:
        write_rows(predictions, outcome.predictions)
    print_tables(outcome.tables, outcome.notes)
    return 0
