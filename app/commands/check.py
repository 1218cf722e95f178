"""``check``: the translation and the report against itself, as a linter does it."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .common import OptionalInputs, Output, stop
from .redaction import Redact, Redaction, RedactList
from .stages import AsFormat, write_analysed

if TYPE_CHECKING:
    from ...corpus.schema import AnalysedReport


class Level(StrEnum):
    error = "error"
    warning = "warning"
    note = "note"


def check(
    inputs: OptionalInputs = None,
    format: AsFormat = None,
    output: Output = None,
    fail_on: Annotated[
        Level | None,
        typer.Option(
            "--fail-on", help="exit 1 when something at this level is found", show_default="error"
        ),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config", help="checks to switch off, as YAML", show_default="bifinding.yaml"
        ),
    ] = None,
    accept: Annotated[
        Path | None, typer.Option("--accept", help="list of what a person has dismissed")
    ] = None,
    update: Annotated[
        bool, typer.Option("--update", help="put all that is found now on the --accept list")
    ] = False,
    redact: Redact = False,
    redact_list: RedactList = None,
    list_checks: Annotated[bool, typer.Option("--list", help="name the checks and exit")] = False,
) -> None:
    """Where English and Chinese part ways, and where a report contradicts itself.

    Example:  bifinding check report.txt --fail-on warning --accept accepted.jsonl
    """
    from ...corpus.labels import LEVELS
    from ...corpus.schema import InputError
    from ..lint import Accepted, checks, read_config

    if list_checks:
        for name, about in checks().items():
            typer.echo(f"{name:26}{about}")
        return
    if not inputs:
        raise typer.BadParameter("name a file or a folder, or - for standard input")
    try:
        settings = read_config(config)
        path = accept or settings.accept
        if update and path is None:
            raise InputError("--update", "there is no list to put it on", "add --accept FILE")
        accepted = Accepted.read(path) if path else Accepted()
    except InputError as error:
        stop(error)
    grave = LEVELS[: LEVELS.index(fail_on or settings.fail_on) + 1]
    found = False

    def watch(reports: Iterator[AnalysedReport]) -> Iterator[AnalysedReport]:
        nonlocal found
        for report in reports:
            kept = accepted.filter(settings.filter(report), update)
            defects = [d.level for record in kept.findings for d in record.defects]
            found |= any(level in grave for level in (*defects, *(i.level for i in kept.issues)))
            yield kept

    redaction = Redaction.of(redact, redact_list)
    stages = ("align", "extract", "check")
    code = write_analysed(inputs, stages, format, output, None, redaction, watch)
    if path:
        if update:
            try:
                accepted.write(path)
            except InputError as error:
                stop(error)
        typer.echo(accepted.summary(path), err=True)
    raise typer.Exit(code or int(found))
