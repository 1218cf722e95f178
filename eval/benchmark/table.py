"""The one table of the benchmark: on the terminal, as Markdown, as JSON."""

from __future__ import annotations

import datetime as dt
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from rich.markup import escape
from rich.table import Table

_COLUMNS = ("task", "measure", "system", "quality", "a second", "start, s", "memory, MB")


@dataclass(frozen=True)
class Row:
    """A line of the table. Where the system was not measured, ``note`` says why."""

    task: str
    system: str
    measure: str = ""
    quality: float | None = None
    unit: str = ""
    rate: float | None = None
    start: float | None = None
    memory: float | None = None
    note: str = ""

    def cells(self) -> tuple[str, ...]:
        if self.note:
            return self.task, self.measure, self.system, self.note, "", "", ""
        quality = "" if self.quality is None else f"{self.quality:.3f}"
        rate = "" if self.rate is None else f"{_round(self.rate)} {self.unit}"
        return (
            *(self.task, self.measure, self.system),
            *(quality, rate, f"{self.start:.1f}", f"{self.memory:.0f}"),
        )


def _round(rate: float) -> str:
    """To two digits: more would not come again."""
    kept = float(f"{rate:.2g}")
    return f"{kept:,.0f}" if kept >= 10 else f"{kept:g}"


def terminal(rows: Iterable[Row]) -> Table:
    table = Table(show_edge=False)
    for name in _COLUMNS:
        figures = name in _COLUMNS[-2:]
        table.add_column(name, justify="right" if figures else "left", no_wrap=name == "system")
    task = ""
    for row in rows:
        if task and row.task != task:
            table.add_section()
        head, rest = row.cells()[:2], row.cells()[2:]
        table.add_row(*map(escape, (("", "") if row.task == task else head) + rest))
        task = row.task
    return table


def markdown(rows: Sequence[Row], about: dict[str, Any]) -> str:
    """A page with the table, the command that made it and where it ran."""
    lines = [_line(_COLUMNS), _line(["---"] * 5 + ["---:"] * 2)]
    lines += [_line(row.cells()) for row in rows]
    versions = ", ".join(f"{name} {number}" for name, number in about["versions"].items())
    return f"""\
# Benchmark

Made by `{about["command"]}` on {about["date"]}: {about["system"]}, {about["processors"]} processors, Python \
{about["python"]}; {versions}.

Each system ran in a process of its own, on the same items. Times are processor seconds of all threads, from text to
answer; the start is all from the process's first step to its first answer; memory is the peak. Systems that rest on
spaCy pay for torch in both, where it is installed, for spaCy loads it.

{chr(10).join(lines)}
"""


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def report(rows: Sequence[Row], about: dict[str, Any]) -> dict[str, Any]:
    """Everything, for JSON."""
    return about | {"rows": [asdict(row) for row in rows]}


def surroundings(command: str, packages: Iterable[str]) -> dict[str, Any]:
    """The command, the machine, and the versions of ours and of those packages that are there."""
    versions = {}
    for name in ("bifinding", *dict.fromkeys(packages), "torch"):
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    return {
        "command": command,
        "date": dt.date.today().isoformat(),
        "system": f"{platform.system()} {platform.machine()}",
        "processors": os.cpu_count(),
        "python": platform.python_version(),
        "versions": versions,
    }
