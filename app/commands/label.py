"""``label``: the findings from which the model would learn most, for people to label."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from .common import Inputs, Model, read, stop
from .redaction import Redact, Redaction, RedactList


class Tool(StrEnum):
    label_studio = "label-studio"
    doccano = "doccano"
    xlsx = "xlsx"


def label(
    inputs: Inputs,
    output: Annotated[Path, typer.Option("--output", "-o", help="file to write")],
    tool: Annotated[
        Tool, typer.Option("--for", help="where people will label it")
    ] = Tool.label_studio,
    most: Annotated[int, typer.Option("--most", min=1, help="how many findings")] = 50,
    model: Model = "default",
    redact: Redact = False,
    redact_list: RedactList = None,
) -> None:
    """Picks the findings that would teach the model most: unsure ones, unlike one another.

    Example:  bifinding label reports/ --for doccano -o tasks.jsonl     then: bifinding train export.jsonl
    """
    from ... import load
    from ...corpus.schema import InputError
    from ...training.choose import most_telling
    from ..export import destination, labelling
    from ..export.table import progress

    writers = {
        Tool.label_studio: labelling.write_label_studio,
        Tool.doccano: labelling.write_doccano,
        Tool.xlsx: labelling.write_labelling_sheet,
    }
    try:
        redaction = Redaction.of(redact, redact_list)
        reports, failed = read(inputs, redaction)
        findings = [finding for report in reports for finding in report.findings]
        pipeline = load(model)
        records = []
        with progress(len(findings)) as advance, destination(output, "file") as stream:
            for record in pipeline.pipe(findings, ("extract", "classify")):
                records.append(record)
                advance()
            vectors = pipeline.encoder.encode([f.en or f.zh or "" for f in findings])
            writers[tool]([records[i] for i in most_telling(records, vectors, most)], stream)
        if tool is Tool.label_studio:
            config = output.with_suffix(".xml")
            with destination(config, "xml") as stream:
                stream.write(labelling.label_studio_config().encode())
            typer.echo(f"{config}: the labelling interface for the project", err=True)
        redaction.tell()
    except InputError as error:
        stop(error)
    raise typer.Exit(3 if failed else 0)
