"""The command line. Thin: each command reads, calls one function below it, writes, and exits.

Exit codes: 0 done; 1 `check` found something at the level asked for; 2 the call or the input is
wrong, nothing was written; 3 partly done, what failed is listed, what worked is kept.
Heavy imports stand inside the commands, so that --help answers at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from ..corpus.schema import AnalysedReport, InputError, Report
    from ..nlp.pipeline import Stage

app = typer.Typer(
    name="bifinding",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Reads bilingual (English / Chinese) social-audit findings: aligns the two texts, "
    "classifies, extracts facts, checks the translation, learns from new audits.",
)


class Format(StrEnum):
    table = "table"
    jsonl = "jsonl"
    json = "json"
    html = "html"
    xlsx = "xlsx"
    parquet = "parquet"


class Level(StrEnum):
    error = "error"
    warning = "warning"
    note = "note"


_IN = typer.Argument(
    metavar="IN…",
    help="amfori extracts (text, PDF), JSON, JSONL, CSV, XLSX, Parquet, plain text; folders of these; - for standard input",
    show_default=False,
)
Inputs = Annotated[list[str], _IN]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", help="file to write instead of the terminal")
]
AsFormat = Annotated[
    Format | None,
    typer.Option("--format", "-f", help="taken from the file name given with -o; otherwise table"),
]
Model = Annotated[str, typer.Option("--model", help="'default' or the folder of a trained model")]


@app.command()
def analyse(
    inputs: Inputs, format: AsFormat = None, output: Output = None, model: Model = "default"
) -> None:
    """All stages: align, extract, classify, check.

    Example:  bifinding analyse report.pdf -o report.html
    """
    _run(inputs, ("align", "extract", "classify", "check"), format, output, model)


@app.command()
def classify(
    inputs: Inputs, format: AsFormat = None, output: Output = None, model: Model = "default"
) -> None:
    """Area, question, status and severity of each finding; free text too.

    Example:  echo "No fire drill in 2024. 2024年未进行消防演习。" | bifinding classify -
    """
    _run(inputs, ("classify",), format, output, model)


@app.command()
def extract(inputs: Inputs, format: AsFormat = None, output: Output = None) -> None:
    """Laws, percentages, headcounts, ratios, durations, money and dates, with their values.

    Example:  bifinding extract reports/ -o facts.html   (which laws, how often, which articles)
    """
    _run(inputs, ("extract",), format, output, None)


@app.command()
def align(inputs: Inputs, format: AsFormat = None, output: Output = None) -> None:
    """Which sentences of the two texts translate each other.

    Example:  bifinding align findings.csv -f jsonl -o pairs.jsonl
    """
    _run(inputs, ("align",), format, output, None)


@app.command()
def check(
    inputs: Inputs,
    format: AsFormat = None,
    output: Output = None,
    fail_on: Annotated[
        Level, typer.Option("--fail-on", help="exit 1 when something at this level is found")
    ] = Level.error,
) -> None:
    """Where English and Chinese part ways, and where a report contradicts itself.

    Example:  bifinding check report.txt --fail-on warning
    """
    from ..corpus.labels import LEVELS

    grave = LEVELS[: LEVELS.index(fail_on.value) + 1]
    found = False

    def watch(reports: Iterator[AnalysedReport]) -> Iterator[AnalysedReport]:
        nonlocal found
        for report in reports:
            defects = [d.level for record in report.findings for d in record.defects]
            found |= any(level in grave for level in (*defects, *(i.level for i in report.issues)))
            yield report

    code = _write(inputs, ("align", "extract", "check"), format, output, None, watch)
    raise typer.Exit(code or int(found))


@app.command()
def train(
    inputs: Annotated[list[str] | None, _IN] = None,
    out: Annotated[Path, typer.Option("--out", help="folder of the new model")] = Path("model"),
    config: Annotated[
        Path | None, typer.Option("--config", help="a recipe as YAML; see training/recipe.py")
    ] = None,
    model: Annotated[
        str, typer.Option("--model", help="the model in use, to compare with")
    ] = "default",
) -> None:
    """Fits a model on the corpus and on labelled findings of your own, and compares it.

    Example:  bifinding train reports/ corrections.jsonl --out models/2025
    """
    from ..corpus.schema import InputError
    from ..training.train import train as run
    from .export.table import console_for, training_report

    errors = console_for(sys.stderr)
    try:
        reports, failed = _read(inputs) if inputs else ([], False)
        with errors.status("training") as status:
            result = run(reports, out, config, model, lambda what: status.update(what))
    except InputError as error:
        _stop(error)
    training_report(console_for(sys.stdout), result)
    raise typer.Exit(3 if failed else 0)


def _run(
    inputs: Sequence[str],
    stages: Sequence[Stage],
    format: Format | None,
    output: Path | None,
    model: str | None,
) -> None:
    raise typer.Exit(_write(inputs, stages, format, output, model))


def _write(
    inputs: Sequence[str],
    stages: Sequence[Stage],
    format: Format | None,
    output: Path | None,
    model: str | None,
    through: Callable[[Iterator[AnalysedReport]], Iterator[AnalysedReport]] = lambda r: r,
) -> int:
    """Reads, analyses and writes; returns the exit code. Ends the program where nothing can be done."""
    from ..corpus.schema import InputError
    from .export import destination, write

    try:
        kind = _format(format, output)
        with destination(output, kind) as stream:
            reports, failed = _read(inputs)
            write(kind, through(_analysed(reports, stages, model)), stream, stages)
    except InputError as error:
        _stop(error)
    except BrokenPipeError:  # `bifinding … | head`
        sys.stderr.close()
        return 0
    return 3 if failed else 0


def _format(format: Format | None, output: Path | None) -> str:
    from ..corpus.schema import InputError

    if format:
        return format.value
    if output is None:
        return "table"
    suffix = output.suffix.lstrip(".").lower()
    if suffix in Format.__members__:
        return suffix
    raise InputError(
        str(output),
        "the file name does not say the format",
        "add --format, or end it in .html, .jsonl, .json, .xlsx or .parquet",
    )


def _read(inputs: Sequence[str]) -> tuple[list[Report], bool]:
    """The readable reports, and whether anything was lost; says on standard error what was."""
    from ..corpus.readers import read_all
    from ..corpus.schema import InputError

    reports: list[Report] = []
    errors: list[InputError] = []
    for item in read_all(inputs):
        if isinstance(item, InputError):
            errors.append(item)
        else:
            reports.append(item)
    if not reports:
        for error in errors[:-1]:
            typer.echo(f"error: {error}", err=True)
        raise errors[-1]
    failed = bool(errors)
    for error in errors:
        typer.echo(f"error: {error}", err=True)
    for report in reports:
        for problem in report.problems:
            failed |= problem.lost
            word = "error" if problem.lost else "warning"
            typer.echo(
                f"{word}: {report.file}: {problem.place}: {problem.what}; {problem.mend}", err=True
            )
    return reports, failed


def _analysed(
    reports: Sequence[Report], stages: Sequence[Stage], model: str | None
) -> Iterator[AnalysedReport]:
    """Analyses one report after the other, with a progress bar on a terminal."""
    from .. import load
    from ..nlp.encoder import encoder
    from ..nlp.pipeline import Pipeline
    from .export.table import progress

    pipeline = load(model) if model else Pipeline(encoder())
    total = sum(len(report.findings) for report in reports)
    with progress(total) as advance:
        for report in reports:
            yield pipeline.analyse(report, stages, advance)


def _stop(error: InputError) -> NoReturn:
    typer.echo(f"error: {error}", err=True)
    raise typer.Exit(2)


def main() -> None:
    """Runs the command line; whatever goes wrong inside, the user sees one line, not a traceback."""
    try:
        app()
    except Exception as error:
        if os.environ.get("BIFINDING_DEBUG"):
            raise
        what = f"{type(error).__name__}: {error}".splitlines()[0]
        typer.echo(
            f"error: this should not happen ({what}); "
            "set BIFINDING_DEBUG=1 to see where, and please report it",
            err=True,
        )
        sys.exit(2)


if __name__ == "__main__":
    main()
