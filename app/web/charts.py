"""The dashboard's charts as numbers that a template draws as SVG, with the same numbers as a table."""

from __future__ import annotations

from dataclasses import dataclass

from ...corpus.labels import AREAS, SEVERITIES, STATUSES
from ..store import Counts

_MONTHS = 12
_ORDER: dict[str, tuple[str, ...]] = {
    "area": AREAS,
    "severity": tuple(reversed(SEVERITIES)),
    "status": STATUSES,
}
WIDTH, HEIGHT, GAP = 640, 180, 0.3  # of a drawing; the gap as a share of a month's place


@dataclass(frozen=True, slots=True)
class Block:
    """One label in one month's column, in units of the drawing."""

    label: str
    findings: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    period: str
    total: int
    x: float
    blocks: list[Block]


@dataclass(frozen=True, slots=True)
class Chart:
    """Findings by label and month: ``counts[label]`` has a number for each of ``periods`` (None is the
    month of reports without a date), ``totals`` all of them; ``top`` is the largest number of a month."""

    task: str
    labels: list[str]
    periods: list[str | None]
    counts: dict[str, list[int]]
    totals: dict[str, int]
    columns: list[Column]
    top: int

    @property
    def most(self) -> int:
        return max(self.totals.values(), default=0)

    @property
    def highest(self) -> int:
        return max((n for row in self.counts.values() for n in row), default=0)

    def shade(self, findings: int) -> int:
        """How dark a cell of the table is, 0 to 5."""
        return -(-findings * 5 // self.highest) if self.highest else 0


def of(counts: Counts) -> dict[str, Chart]:
    """The charts of areas, severities and statuses over the last months with an audit."""
    return {task: _chart(counts, task) for task in _ORDER}


def _chart(counts: Counts, task: str) -> Chart:
    found = [one for one in counts.over_time.get(task, ()) if one.label]
    dated = sorted({one.period for one in found if one.period})[-_MONTHS:]
    periods: list[str | None] = [*dated, *([None] if any(not one.period for one in found) else [])]
    table = {(one.label, one.period): one.findings for one in found}
    labels = [label for label in _ORDER[task] if any(key[0] == label for key in table)]
    numbers = {label: [table.get((label, p), 0) for p in periods] for label in labels}
    totals = {label: sum(n for (name, _), n in table.items() if name == label) for label in labels}
    sums = [sum(numbers[label][i] for label in labels) for i in range(len(periods))]
    top = max(sums, default=0)
    columns = [
        _column(period or "", i, len(periods), labels, numbers, top)
        for i, period in enumerate(periods)
    ]
    return Chart(task, labels, periods, numbers, totals, columns, top)


def _column(
    period: str, i: int, of: int, labels: list[str], numbers: dict[str, list[int]], top: int
) -> Column:
    place = min(WIDTH / max(of, 1), 110)  # few months make no broad bars
    x, width = round(place * (i + GAP / 2), 1), round(place * (1 - GAP), 1)
    blocks, y = [], float(HEIGHT)
    for label in reversed(labels):  # the mildest at the bottom
        n = numbers[label][i]
        height = HEIGHT * n / top if top else 0
        y -= height
        if n:
            blocks.append(Block(label, n, x, round(y, 1), width, round(height, 1)))
    total = sum(numbers[label][i] for label in labels)
    return Column(period, total, round(x + width / 2, 1), blocks)
