"""What the commands share: their arguments, reading what the user names, and ending with one line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from ...corpus.schema import InputError, Problem, Report
    from .redaction import Redaction

IN = typer.Argument(
    metavar="IN…",
    help="amfori extracts (text, PDF), JSON, JSONL, CSV, XLSX, DOCX, Parquet, plain text; folders of these; - for standard input",
    show_default=False,
)
Inputs = Annotated[list[str], IN]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", help="file to write instead of the terminal")
]
OptionalInputs = Annotated[list[str] | None, IN]
Model = Annotated[
    str,
    typer.Option(
        "--model",
        help="'default' (the one in use), 'shipped', a version of the registry, or a model's folder",
    ),
]


def read(inputs: Sequence[str], redaction: Redaction | None = None) -> tuple[list[Report], bool]:
    """The readable reports, masked where that is asked for, and whether anything was lost; says on
    standard error what was."""
    from ...corpus.readers import read_all
    from ...corpus.schema import InputError

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
        failed |= tell_problems(report.file, report.problems)
    if redaction:
        reports = [redaction.apply(report) for report in reports]
    return reports, failed


def tell_problems(file: str, problems: Sequence[Problem]) -> bool:
    """Says them on standard error; whether anything was lost."""
    from ...corpus.schema import one_line

    for problem in problems:
        word = "error" if problem.lost else "warning"
        line = f"{file}: {problem.place}: {problem.what}; {problem.mend}"
        typer.echo(f"{word}: {one_line(line)}", err=True)
    return any(problem.lost for problem in problems)


def stop(error: InputError) -> NoReturn:
    typer.echo(f"error: {error}", err=True)
    raise typer.Exit(2)
