"""One table: the peers of every task and ours, on the same input in the same run.

    python -m bifinding.eval.benchmark [--only KIND] [--quick] [--mac PATH] [--specs PATH] [-o FILE.md|FILE.json]

KIND is classification, facts, alignment, consistency or speed. What a peer needs comes with the extra
"benchmark"; one that is missing takes a line that says so. With --mac, a clone of bfsujason/mac,
alignment is measured on chapters of its test part too; with --specs, a clone of microsoft/Recognizers-Text,
facts on its specifications.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Collection, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from rich.console import Console

from .measure import Figures, measure
from .systems import System
from .table import Row, markdown, report, surroundings, terminal
from .tasks import KINDS, Task, tasks


def compare(
    task: Task, systems: Collection[System] | None = None, console: Console | None = None
) -> Iterator[Row]:
    """The row of each system on a task, in order."""
    for system in systems or task.systems:
        if console:
            console.print(f"{task.name}: {system.name}", style="dim")
        with tempfile.TemporaryDirectory() as folder:
            found = measure(task, system, Path(folder))
        yield row(task, system, found)


def row(task: Task, system: System, found: Figures | str) -> Row:
    if isinstance(found, str):
        return Row(task.name, system.name, task.measure, note=found)
    return Row(
        task.name,
        system.name,
        task.measure,
        task.score(found.answers) if task.score else None,
        task.unit,
        task.count / max(found.seconds, 1e-3),
        found.start,
        found.memory,
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog=f"python -m {__package__}",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--only", choices=KINDS, help="one kind of task")
    parser.add_argument("--quick", action="store_true", help="small samples: does it run?")
    parser.add_argument("--mac", type=Path, metavar="PATH", help="a clone of bfsujason/mac")
    parser.add_argument("--specs", type=Path, metavar="PATH", help="one of Recognizers-Text")
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        action="append",
        default=[],
        help="also write a .md page, or everything as .json; may be given twice",
    )
    options = parser.parse_args(arguments)
    chosen = list(tasks(options.only, options.quick, options.mac, options.specs))
    packages = [name for task in chosen for system in task.systems for name in system.packages]
    about = surroundings(_command(options), packages)
    found: list[Row] = []
    for made in chain.from_iterable(compare(task, console=Console(stderr=True)) for task in chosen):
        found.append(made)
        for path in options.output:  # after each row: a run takes long
            path.write_text(_document(path, found, about), encoding="utf-8")
    Console(width=None if sys.stdout.isatty() else 120).print(terminal(found))


def _command(options: argparse.Namespace) -> str:
    """What was asked, without the places on this machine."""
    parts = [f"python -m {__package__}"]
    parts += [f"--only {options.only}"] if options.only else []
    parts += ["--quick"] if options.quick else []
    parts += [f"--{name} PATH" for name in ("mac", "specs") if getattr(options, name)]
    return " ".join(parts)


def _document(path: Path, rows: Sequence[Row], about: dict[str, Any]) -> str:
    if path.suffix == ".json":
        return json.dumps(report(rows, about), ensure_ascii=False, indent=1) + "\n"
    return markdown(rows, about)


if __name__ == "__main__":
    main()
