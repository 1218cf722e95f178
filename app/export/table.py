"""The terminal: a report a person enjoys reading, a progress bar, a training summary."""

from __future__ import annotations

import io
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any

from rich.console import Console, Group
from rich.markup import escape
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from ...corpus.catalogue import questions
from ...corpus.labels import LANGS, LEVELS
from ...corpus.schema import AnalysedReport, Analysis, Defect, Issue, Prediction, one_line
from ...corpus.text import excerpt
from .wording import plural

_LEVEL = {"error": "bold red", "warning": "yellow", "note": "cyan"}
_SEVERITY = {
    "zero_tolerance": "bold white on red",
    "critical": "bold red",
    "major": "red",
    "minor": "yellow",
    "observation": "green",
}
_STATUS = {"corrected": "green", "partially_corrected": "yellow", "not_corrected": "red"}


class _Console(Console):
    """Leaves it to the command what a reader means that has gone (`bifinding … | head`)."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def console_for(stream: Any) -> Console:
    """A console on a text stream; 100 columns where it is no terminal, so that a file reads well."""
    if stream.isatty():
        return _Console(file=stream)
    return _Console(file=stream, width=int(os.environ.get("COLUMNS", 100)), highlight=False)


@contextmanager
def progress(total: int) -> Iterator[Callable[[], None]]:
    """A bar on standard error while findings are worked through; silent when piped."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda: None
        return
    columns = (
        TextColumn("reading findings"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda: bar.advance(task)


@contextmanager
def progress_of_shards() -> Iterator[Callable[[int, int, int], None]]:
    """A bar with rate and time left on standard error, moved on by (findings done, of how many,
    written by this run); silent when piped."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda done, total, written: None
        return
    columns = (
        BarColumn(),
        TextColumn("{task.fields[told]}"),
        TimeRemainingColumn(),
    )
    # No thread of its own: worker processes are forked while it is shown.
    with Progress(*columns, console=console, transient=True, auto_refresh=False) as bar:
        task, began = bar.add_task("", total=None, told="reading"), time.monotonic()

        def advance(done: int, total: int, written: int) -> None:
            passed = time.monotonic() - began
            told = f"{done:,} of {plural(total, 'finding')}"
            told += f", {written / passed:.0f}/s" if written else ""
            bar.update(task, completed=done, total=total, told=told, refresh=True)

        yield advance


def write_table(
    reports: Iterable[AnalysedReport], stream: IO[bytes], stages: Sequence[str]
) -> None:
    """Prints each report: header, findings, defects and, at the end, a line that counts them."""
    if stream is sys.stdout.buffer:
        console = console_for(sys.stdout)
    else:
        console = _Console(file=io.TextIOWrapper(stream, "utf-8", write_through=True), width=100)
    for report in reports:
        for part in _report(report, stages, console.width):
            console.print(part)
    if stream is not sys.stdout.buffer:
        console.file.detach()  # type: ignore[attr-defined]


def _report(analysed: AnalysedReport, stages: Sequence[str], width: int) -> Iterator[Any]:
    report = analysed.report
    yield Rule(Text(one_line(report.file), style="bold"), align="left")
    header = report.header
    shown = [
        header[key]
        for key in (
            "Monitored Party",
            "Monitoring Type",
            "Monitoring Start Date",
            "Submission Date",
        )
        if header.get(key)
    ]
    if shown:
        yield Text(" · ".join(shown), style="dim")
    if report.ratings:
        ratings = Text("Ratings", style="dim")
        for letter in sorted(set(report.ratings.values()), reverse=True):  # the worst first
            ratings.append(f"  {letter}", _rating_style(letter))
            ratings.append(
                "".join(f" {a}" for a, given in report.ratings.items() if given == letter)
            )
        yield ratings
    yield Text()
    if "classify" in stages:
        yield _labels(analysed.findings, width)
    if "classify" not in stages and "check" not in stages:
        for record in analysed.findings:
            yield from _stage(record, stages)
    if "check" in stages:
        yield from _defects(analysed)
        yield _count(analysed)


def _rating_style(letter: str) -> str:
    return {"A": "green", "B": "green", "C": "yellow"}.get(letter, "red")


def _labels(records: Sequence[Analysis], width: int) -> Table:
    """One line a finding; where the line is too short for all, the question's topic is cut."""
    rows: list[list[Text]] = []
    for record in records:
        name = Text(record.id.rpartition("#")[2] or record.id, style="bold")
        if record.area is None or record.area.label is None:
            rows.append([name, Text("no finding", style="dim"), *(Text() for _ in range(4))])
            continue
        rows.append(
            [
                name,
                _against(record.area, record.given.area),
                _question(record),
                _against(record.status, record.given.status, _STATUS),
                _against(record.severity, record.given.severity, _SEVERITY),
                Text("review" if record.review else "", style="magenta"),
            ]
        )
    table = Table(box=None, pad_edge=False, header_style="dim")
    headers = ("Finding", "Area", "Question", "Status", "Severity", "")
    natural = [max((row[i].cell_len for row in rows), default=0) for i in range(len(headers))]
    others = sum(max(natural[i], len(h)) + 2 for i, h in enumerate(headers) if h != "Question")
    for header in headers:
        table.add_column(header, no_wrap=True)
    for row in rows:
        row[2].truncate(max(width - others, 12), overflow="ellipsis")
        table.add_row(*row)
    return table


def _against(prediction: Prediction | None, given: str | None, styles: Any = None) -> Text:
    """The predicted label with its probability; what the report gives beside it where they differ."""
    if prediction is None or prediction.label is None:
        return Text("–", style="dim")
    label = prediction.label
    text = Text(label.replace("_", " "), style=(styles or {}).get(label, ""))
    text.append(f" {prediction.probability:.0%}", style="dim")
    if given and given != label:
        text.append(f"  report: {given.replace('_', ' ')}", style="magenta")
    return text


def _question(record: Analysis) -> Text:
    prediction = record.question
    if prediction is None or prediction.label is None:
        return Text("–", style="dim")
    text = Text(prediction.label)
    text.append(f" {prediction.probability:.0%}", style="dim")
    if record.given.question and record.given.question != prediction.label:
        text.append(f"  report: {record.given.question}", style="magenta")
    return text.append(f"  {questions()[prediction.label].topic_en}")


def _defects(analysed: AnalysedReport) -> Iterator[Any]:
    for record in analysed.findings:
        if not record.defects:
            continue
        yield Text(f"\n{record.id.rpartition('#')[2] or record.id}", style="bold")
        for defect in sorted(record.defects, key=lambda d: LEVELS.index(d.level)):
            yield Padding(_defect(defect), (0, 0, 0, 2))
    if analysed.issues:
        yield Text("\nReport", style="bold")
        for issue in sorted(analysed.issues, key=lambda i: LEVELS.index(i.level)):
            yield Padding(_issue(issue), (0, 0, 0, 2))


def _defect(defect: Defect) -> Group:
    head = Text(defect.level, style=_LEVEL[defect.level])
    head.append(f" {defect.message}", style="default not bold").append(
        f"  {defect.type}", style="dim"
    )
    quotes = [
        Text(f"  {lang}  {excerpt(span.text, 88)}", style="dim")
        for lang in LANGS
        if (span := getattr(defect, lang))
    ]
    return Group(head, *quotes)


def _issue(issue: Issue) -> Group:
    head = Text(issue.level, style=_LEVEL[issue.level])
    head.append(f" {issue.message}", style="default not bold").append(
        f"  {issue.check}", style="dim"
    )
    return Group(
        head, *(Text(f"  {p.where}: {excerpt(p.text, 88)}", style="dim") for p in issue.places)
    )


def _count(analysed: AnalysedReport) -> Text:
    levels = Counter(d.level for record in analysed.findings for d in record.defects)
    levels.update(issue.level for issue in analysed.issues)
    text = Text(f"\n{plural(len(analysed.findings), 'finding')}", style="bold")
    for level in LEVELS:
        text.append(" · ", style="dim")
        text.append(plural(levels[level], level), style=_LEVEL[level] if levels[level] else "dim")
    review = sum(record.review for record in analysed.findings)
    if review:
        text.append(" · ", style="dim").append(f"{review} to review", style="magenta")
    return text


def _stage(record: Analysis, stages: Sequence[str]) -> Iterator[Any]:
    yield Text(record.id.rpartition("#")[2] or record.id, style="bold")
    texts = {"en": record.en or "", "zh": record.zh or ""}
    if "extract" in stages:
        table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
        for name in ("", "Label", "Text", "Value", "Same as"):
            table.add_column(name, overflow="fold")
        for lang in LANGS:
            other = record.entities["zh" if lang == "en" else "en"]
            for entity in record.entities[lang]:
                linked = other[entity.link].text if entity.link is not None else ""
                value = " ".join(f"{k}={_plain(v)}" for k, v in entity.value.items())
                if entity.partial:
                    value += f"  ({entity.partial})"
                table.add_row(
                    Text(lang, style="dim"),
                    entity.label,
                    escape(entity.text),
                    escape(value),
                    escape(linked),
                )
        yield Padding(table, (0, 0, 1, 2))
    if "align" in stages:
        table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
        table.add_column(style="dim", no_wrap=True)
        for _ in LANGS:
            table.add_column(ratio=1, overflow="fold")
        for bead in record.alignment:
            cells = [
                " ".join(
                    texts[lang][slice(*record.sentences[lang][i])] for i in getattr(bead, lang)
                )
                for lang in LANGS
            ]
            score = f"{bead.similarity:.2f}" if bead.en and bead.zh else "–"
            table.add_row(score, *(escape(cell) for cell in cells))
        yield Padding(table, (0, 0, 1, 2))


def _plain(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
