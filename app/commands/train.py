"""``bifinding train``: a model of the corpus and the user's own audits, against the one in use."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .common import OptionalInputs, read, stop, tell_problems
from .redaction import Redact, Redaction, RedactList

if TYPE_CHECKING:
    from rich.console import Console

    from ...corpus.schema import Report
    from ...training.compare import TaskChange
    from ...training.progress import Tell
    from ...training.train import OwnResult, TrainingResult

_SHOWN = 5  # label errors on the terminal; all are in the file


def train(
    inputs: OptionalInputs = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="folder of the new model, instead of a version in the registry"),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option("--config", help="a recipe: YAML as in any model's recipe.yaml"),
    ] = None,
    model: Annotated[
        str, typer.Option("--model", help="the model to compare with: as for other commands")
    ] = "default",
    redact: Redact = False,
    redact_list: RedactList = None,
) -> None:
    """Learns from your own audits and corrections, and compares with the model in use.

    The labels of a report are its structure; those of a table (id, and any of area, question, status,
    severity) are a person's, and replace a report's where the ids agree.

    Example:  bifinding train reports/ corrections.jsonl
    """
    from ...corpus.schema import InputError
    from ...training.train import train as run
    from ..export.table import console_for

    try:
        redaction = Redaction.of(redact, redact_list)
        reports, corrections, failed = _read(inputs or [], redaction)
        said = [finding for table in corrections for finding in table.findings]
        with training_progress() as tell:
            result = run(reports, said, out, config, model, tell)
        redaction.tell()
    except InputError as error:
        stop(error)
    for problem in result.problems:
        typer.echo(f"error: {problem}", err=True)
    _show(console_for(sys.stdout), result, registered=out is None)
    raise typer.Exit(3 if failed or result.problems else 0)


def _read(inputs: Sequence[str], redaction: Redaction) -> tuple[list[Report], list[Report], bool]:
    """The reports, the tables of labels alone, and whether anything was lost."""
    from ...corpus.schema import InputError
    from ...training.corrections import read_corrections

    corrections, others, failed = [], [], False
    for item in inputs:
        try:
            corrections.append(read_corrections(Path(item)))
        except (InputError, OSError):  # "-", a folder, or a file that holds texts
            others.append(item)
    for table in corrections:
        failed |= tell_problems(table.file, table.problems)
    if not others:
        return [], [redaction.apply(table) for table in corrections], failed
    reports, lost = read(others, redaction)
    corrections = [redaction.apply(table) for table in corrections]
    return reports, corrections, failed or lost


@contextmanager
def training_progress() -> Iterator[Tell]:
    """A bar on standard error that says what is being done; silent when piped."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from ...training.progress import silent

    console = Console(stderr=True)
    if not console.is_terminal:
        yield silent
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("starting", total=None)

        def tell(what: str, done: int = 0, of: int | None = None) -> None:
            bar.tasks[0].total = of  # update() takes None for no change
            bar.update(task, description=what, completed=done)

        yield tell


# --- the terminal ---------------------------------------------------------------------------


def _show(console: Console, result: TrainingResult, registered: bool) -> None:
    from ...training.frozen import objections

    own = result.own
    if own:
        _show_own(console, own, result)
    console.print(
        f"\nOn the frozen reference set, {result.tested_on:,} written findings never trained on:",
        style="bold",
    )
    if result.change:
        _show_changes(console, result.change["both"], result.in_use or "")
    else:
        for task, scores in result.metrics["both"].items():
            console.print(f"  {task} accuracy {scores['accuracy']:.3f}")
    against = list(objections(result.change)) if result.change else []
    console.print()
    for line in _verdict(result, against):
        console.print(line, soft_wrap=True)
    console.print(f"Model {result.model.name} written to {result.folder}", soft_wrap=True)
    if registered and result.in_use != result.model.name:
        console.print(f"To put it in use: bifinding models promote {result.model.name}")


def _show_own(console: Console, own: OwnResult, result: TrainingResult) -> None:
    from ...training.train import LABEL_ERRORS
    from ..export.wording import plural

    kept = own.findings - own.repeated
    where = plural(own.reports, "report or site", "reports or sites")
    console.print(
        f"{kept} of {plural(own.findings, 'labelled finding')} from {where} learned "
        f"({own.corrected} labelled by a person, {own.repeated} told twice and left out), "
        f"with {result.trained_on - kept:,} of the corpus."
    )
    if own.label_errors:
        console.print(
            f"\n{plural(len(own.label_errors), 'label looks wrong', 'labels look wrong')} "
            f"(all in {LABEL_ERRORS} beside the model):",
            style="bold",
        )
        for e in own.label_errors[:_SHOWN]:
            line = f", line {e.line}" if e.line else ""
            console.print(
                f"  {e.file}{line}: {e.id}: {e.task} {e.given} ({e.given_probability:.0%}); "
                f"others like it are {e.suggested} ({e.suggested_probability:.0%})",
                soft_wrap=True,
                highlight=False,
            )
    if own.change:
        console.print(
            f"\nOn {own.compared} of your own, each asked of a model without its report:",
            style="bold",
        )
        _show_changes(console, own.change, result.in_use or "")


def _show_changes(console: Console, changes: Sequence[TaskChange], in_use: str) -> None:
    from rich.table import Table

    from ...training.compare import SURE

    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 3, 0, 0))
    for name in ("Task", "Findings", in_use, "New", "Gained", "Lost", "p", ""):
        table.add_column(name, justify="left" if name in ("Task", "") else "right")
    for c in changes:
        table.add_row(
            c.task, str(c.n), f"{c.before:.3f}", f"{c.after:.3f}", f"+{c.gained}", f"-{c.lost}",
            f"{c.p:.3f}", c.verdict,
        )  # fmt: skip
    console.print(table)
    for change in changes:
        moved = [c for c in change.classes if c.p < SURE]
        if moved:
            said = [f"{c.label} {c.f1_before:.2f} → {c.f1:.2f} ({c.n})" for c in moved]
            console.print(f"  {change.task}, F1 of {', '.join(said)}", soft_wrap=True)


def _verdict(result: TrainingResult, against: Sequence[str]) -> Iterator[str]:
    """Whether it helped, as far as the numbers can tell."""
    own = result.own
    if own and own.change:
        yield f"On your own findings: {_told(own.change)}."
    elif own and result.in_use:
        yield (
            "Whether it helps on your own findings cannot be told: that takes two reports or more "
            f"that {result.in_use} has not learned from."
        )
    if result.change:
        yield f"On the reference set: {_told(result.change['both'])}."
    if against:
        yield f"`models promote` would refuse it: {'; '.join(against)}."


def _told(changes: Sequence[TaskChange]) -> str:
    words = {
        verdict: [c.task for c in changes if c.verdict == verdict]
        for verdict in ("better", "worse")
    }
    said = [f"{verdict} in {', '.join(tasks)}" for verdict, tasks in words.items() if tasks]
    return "; ".join(said) or "no difference that this many findings could show"
