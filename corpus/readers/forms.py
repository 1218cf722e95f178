"""Forms to rows: labels on the left and values beside them, a finding in each block or column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from .columns import TEXTS, column
from .plain import is_prose

_HEADER_ROWS = 20
Cells = dict[str, Any]


def is_form(rows: Sequence[Sequence[Any]]) -> bool:
    """Whether the first cells of some rows name fields, with a text among them, and no row names
    columns."""
    fields: set[str] = set()
    told = False
    for row in rows[:_HEADER_ROWS]:
        filled = [str(cell).strip() for cell in row if not _is_empty(cell)]
        if len({*filled}) < 2:
            continue
        known = [column(cell) for cell in filled]
        if all(known) and len({*known}) > 1 and {*known} & {*TEXTS}:
            return False  # a header
        if known[0] and not known[1]:
            fields.add(filled[0])
            told = told or (known[0] in TEXTS and is_prose(filled[1]))
    return told and len(fields) > 1


def form_rows(rows: Sequence[tuple[int, Sequence[Any]]]) -> Iterator[tuple[int, Cells]]:
    """The findings of a form, each with the row it starts in: a label that comes again starts the next
    block, and where several values stand beside a label, or blocks side by side, each is a finding."""
    block: dict[tuple[int, int], Cells] = {}
    start, last = 0, ""
    for number, row in rows:
        groups = _groups(row)
        if not groups:
            continue
        first, values = groups[0]
        if not first and last and len(values) == 1:
            first = last  # what stands below a label goes on with its value
        again = first in block.get((0, 0), {})
        if again and first == last:
            cell = block[0, 0]
            cell[first] = "\n".join(str(part) for part in (cell[first], *values))
            continue
        if again:
            yield from _findings(block, start)
            block = {}
        start = start if block else number
        seen: list[str] = []
        for name, beside in groups:
            side = seen.count(name)
            seen.append(name)
            for i, value in enumerate(beside if name else []):
                block.setdefault((side, i), {})[name] = value
        last = first
    yield from _findings(block, start)


def _findings(block: dict[tuple[int, int], Cells], start: int) -> Iterator[tuple[int, Cells]]:
    told: list[Cells] = []
    for _, cells in sorted(block.items()):
        # A value merged over several columns stands in each of them.
        if cells not in told and any(column(name) in TEXTS for name in cells):
            told.append(cells)
            yield start + len(told) - 1, cells


def _groups(row: Sequence[Any]) -> list[tuple[str, list[Any]]]:
    """The labels of a row, each with the values beside it; "" for values without a label."""
    filled = [(at, cell) for at, cell in enumerate(row) if not _is_empty(cell)]
    if not filled or len({str(cell) for _, cell in filled}) < 2:
        # A title, alone or merged over the row; or a value below the one above.
        return [("", [filled[0][1]])] if filled and filled[0][0] and len(filled) == 1 else []
    groups: list[tuple[str, list[Any]]] = []
    for k, (_, cell) in enumerate(filled):
        follows = k + 1 < len(filled)
        if not k or (groups[-1][1] and follows and column(str(cell))):
            groups.append((str(cell).strip(), []))
        else:
            groups[-1][1].append(cell)
    return groups


def _is_empty(cell: Any) -> bool:
    return cell is None or not str(cell).strip()
