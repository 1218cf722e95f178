"""``analyse``, ``classify``, ``extract``, ``align``: read, run stages, write."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .common import Inputs, Model, Output, read, stop
from .redaction import Redact, Redaction, RedactList

if TYPE_CHECKING:
    from ...corpus.schema import AnalysedReport, Report
    from ...nlp.pipeline import Stage


class Language(StrEnum):
    en = "en"
    zh = "zh"


class Format(StrEnum):
    table = "table"
    jsonl = "jsonl"
    json = "json"
    html = "html"
    xlsx = "xlsx"
    csv = "csv"
    parquet = "parquet"
    tmx = "tmx"
    xliff = "xliff"
    tsv = "tsv"
    docbin = "docbin"
    conll = "conll"


AsFormat = Annotated[
    Format | None,
    typer.Option("--format", "-f", help="taken from the file name given with -o; otherwise table"),
]


Workers = Annotated[
    int | None,
    typer.Option(
        "--workers", min=1, help="processes, each on one core, for a folder of Parquet files"
    ),
]
Resume = Annotated[
    bool,
    typer.Option("--resume", help="go on with the run that is in the folder, as often as needed"),
]
Cluster = Annotated[
    str | None,
    typer.Option(
        "--cluster", metavar="ADDRESS", help="work on that Ray cluster ('auto': the one this is in)"
    ),
]


def analyse(
    inputs: Inputs,
    format: AsFormat = None,
    output: Output = None,
    model: Model = "default",
    redact: Redact = False,
    redact_list: RedactList = None,
    workers: Workers = None,
    resume: Resume = False,
    cluster: Cluster = None,
) -> None:
    """All stages: align, extract, classify, check.

    Any number of findings: with --format parquet and a name without an ending, -o is a folder that
    is filled shard by shard.

    Example:  bifinding analyse report.pdf -o report.html
    Example:  bifinding analyse audits/ -o analysed --format parquet --workers 8
    """
    stages: tuple[Stage, ...] = ("align", "extract", "classify", "check")
    if format is Format.parquet and output and not output.suffix:
        if redact or redact_list:
            raise typer.BadParameter(
                "a folder of shards is not redacted: stand-ins are counted through a whole run; "
                "leave --redact out, or write one file"
            )
        raise typer.Exit(write_shards(inputs, stages, output, model, workers, resume, cluster))
    if workers or resume or cluster:
        raise typer.BadParameter(
            "--workers, --resume and --cluster fill a folder: add --format parquet -o FOLDER"
        )
    _run(inputs, stages, format, output, model, Redaction.of(redact, redact_list))


def classify(
    inputs: Inputs,
    format: AsFormat = None,
    output: Output = None,
    model: Model = "default",
    redact: Redact = False,
    redact_list: RedactList = None,
) -> None:
    """Area, question, status and severity of each finding; free text too.

    Example:  echo "No fire drill in 2024. 2024年未进行消防演习。" | bifinding classify -
    """
    _run(inputs, ("classify",), format, output, model, Redaction.of(redact, redact_list))


def extract(
    inputs: Inputs,
    format: AsFormat = None,
    output: Output = None,
    lang: Annotated[
        Language | None, typer.Option("--lang", help="the facts of the texts in one language alone")
    ] = None,
    redact: Redact = False,
    redact_list: RedactList = None,
) -> None:
    """Laws, percentages, headcounts, ratios, durations, money and dates, with their values.

    Example:  bifinding extract reports/ -o facts.html   (which laws, how often, which articles)

    To train on them elsewhere:  bifinding extract reports/ --lang zh -o train.spacy   (or .conll)
    """
    redaction = Redaction.of(redact, redact_list)
    stages = ("extract",)

    def through(reports: Iterator[AnalysedReport]) -> Iterator[AnalysedReport]:
        return _in_language(reports, lang.value) if lang else reports

    raise typer.Exit(write_analysed(inputs, stages, format, output, None, redaction, through))


def _in_language(reports: Iterator[AnalysedReport], lang: str) -> Iterator[AnalysedReport]:
    """The records without the text and the facts of the other language."""
    from ...corpus.labels import LANGS

    for report in reports:
        for record in report.findings:
            for other in LANGS:
                if other != lang:
                    setattr(record, other, None)
                    record.entities[other], record.sentences[other] = [], []
                for fact in record.entities[other]:
                    fact.link = None
        yield report


def align(
    inputs: Inputs,
    format: AsFormat = None,
    output: Output = None,
    redact: Redact = False,
    redact_list: RedactList = None,
) -> None:
    """Which sentences of the two texts translate each other.

    Example:  bifinding align findings.csv -o memory.tmx   (for translators; also .xliff and .tsv)
    """
    _run(inputs, ("align",), format, output, None, Redaction.of(redact, redact_list))


def _run(
    inputs: Sequence[str],
    stages: Sequence[Stage],
    format: Format | None,
    output: Path | None,
    model: str | None,
    redaction: Redaction,
) -> None:
    raise typer.Exit(write_analysed(inputs, stages, format, output, model, redaction))


def write_analysed(
    inputs: Sequence[str],
    stages: Sequence[Stage],
    format: Format | None,
    output: Path | None,
    model: str | None,
    redaction: Redaction,
    through: Callable[[Iterator[AnalysedReport]], Iterator[AnalysedReport]] = lambda r: r,
) -> int:
    """Reads, analyses and writes; returns the exit code. Ends the program where nothing can be done."""
    from ...corpus.schema import InputError
    from ..export import RECORDS, destination, write
    from ..export.wording import plural

    issues = 0

    def counted(analysed: Iterator[AnalysedReport]) -> Iterator[AnalysedReport]:
        nonlocal issues
        for report in analysed:
            issues += len(report.issues)
            yield report

    try:
        kind = _format(format, output)
        with destination(output, kind) as stream:
            reports, failed = read(inputs, redaction)
            write(kind, counted(through(_analysed(reports, stages, model))), stream, stages)
            redaction.tell()  # where the list cannot be written, nothing is
    except InputError as error:
        stop(error)
    if issues and kind in RECORDS:
        said = plural(issues, "report-level issue")
        typer.echo(f"note: {said} left out of .{kind}; .json, .html and .xlsx hold them", err=True)
    return 3 if failed else 0


def write_shards(
    inputs: Sequence[str],
    stages: Sequence[Stage],
    folder: Path,
    model: str | None,
    workers: int | None,
    resume: bool,
    cluster: str | None,
) -> int:
    """Analyses into a folder of Parquet files; returns the exit code."""
    from ...corpus.schema import InputError
    from ..bulk.manifest import QUARANTINE
    from ..bulk.run import run
    from ..export.table import progress_of_shards
    from ..export.wording import plural

    try:
        with progress_of_shards() as advance:
            manifest = run(inputs, folder, stages, model, workers, cluster, resume, advance)
    except InputError as error:
        stop(error)
    except KeyboardInterrupt:
        typer.echo(f"stopped; {folder} holds what is done: go on with --resume", err=True)
        return 3
    rows = sum(manifest.rows.values())
    done = f"{plural(rows, 'finding')} in {plural(len(manifest.rows), 'file')}"
    typer.echo(f"{folder}: {done}", err=True)
    if manifest.lost:
        typer.echo(f"error: {manifest.lost:,} not read, see {folder / QUARANTINE}", err=True)
    return 3 if manifest.lost else 0


def _format(format: Format | None, output: Path | None) -> str:
    from ...corpus.schema import InputError

    if format:
        return format.value
    if output is None:
        return "table"
    suffix = output.suffix.lstrip(".").lower().replace("xlf", "xliff").replace("spacy", "docbin")
    if suffix in Format.__members__:
        return suffix
    raise InputError(
        str(output),
        "the file name does not say the format",
        f"add --format, or end it in one of {', '.join(f'.{name}' for name in Format if name != 'table')}",
    )


def _analysed(
    reports: Sequence[Report], stages: Sequence[Stage], model: str | None
) -> Iterator[AnalysedReport]:
    """Analyses one report after the other, with a progress bar on a terminal."""
    from ... import load
    from ...nlp.encoder import encoder
    from ...nlp.pipeline import Pipeline
    from ..export.table import progress

    pipeline = load(model) if model else Pipeline(encoder())
    total = sum(len(report.findings) for report in reports)
    with progress(total) as advance:
        for report in reports:
            yield pipeline.analyse(report, stages, advance)
