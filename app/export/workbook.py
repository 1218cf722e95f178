"""What the workbooks for people share: cells, drop-down lists of labels, colours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from openpyxl.cell.cell import Cell, WriteOnlyCell
from openpyxl.formatting.rule import FormulaRule, Rule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation

from ...corpus.tasks import LABELS, TASKS
from .wording import both

_LISTS = "Labels"
_CELL_LIMIT = 32_767  # characters; Excel refuses a file with a longer cell
# Text and fill of each: at least 4.5 to 1, in WCAG's measure of contrast.
_COLOURS = {
    "zero_tolerance": ("FFFFFF", "7F1D1D"),
    "critical": ("7F1D1D", "F8B4B4"),
    "major": ("7C2D12", "FDD3A9"),
    "minor": ("713F12", "FDF0B0"),
    "observation": ("14532D", "D3F2DC"),
    "not_corrected": ("7F1D1D", "F8B4B4"),
    "partially_corrected": ("713F12", "FDF0B0"),
    "corrected": ("14532D", "D3F2DC"),
    "error": ("7F1D1D", "F8B4B4"),
    "warning": ("713F12", "FDF0B0"),
    "note": ("1E3A5F", "DCE9F7"),
    "changed": ("1D3FA6", "DDE6FF"),
    "unsure": ("8A2A0B", "FFFFFF"),
}
_TOP = Alignment(vertical="top", wrap_text=True)
_RULE = Side(style="thin", color="D9DCE1")
_GRID = Border(bottom=_RULE)
_HEAD = PatternFill("solid", start_color="FF24364B")
_HEAD_FONT = Font(bold=True, color="FFFFFFFF")


def fill(kind: str) -> PatternFill:
    return PatternFill(
        "solid", start_color=f"FF{_COLOURS[kind][1]}", end_color=f"FF{_COLOURS[kind][1]}"
    )


def font(kind: str, bold: bool = False) -> Font:
    return Font(color=f"FF{_COLOURS[kind][0]}", bold=bold)


def rule(formula: str, kind: str, bold: bool = False) -> Rule:
    """Colours where a formula holds, so that the colour follows what a person changes."""
    return FormulaRule([formula], font=font(kind, bold), fill=fill(kind))


def cell(sheet: Any, value: Any, kind: str | None = None, head: bool = False) -> Cell:
    """A cell for ``sheet.append``; text is text, whatever it begins with."""
    if isinstance(value, str):
        value = "".join(c for c in value if c >= " " or c in "\n\t")[:_CELL_LIMIT]
    made = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        made.data_type = "s"  # never a formula
    made.alignment = _TOP
    made.border = _GRID
    if kind:
        made.fill, made.font = fill(kind), font(kind)
    if head:
        made.fill, made.font = _HEAD, _HEAD_FONT
    return made


def widths(sheet: Any, columns: Sequence[float]) -> None:
    for i, width in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(i)].width = width


def add_label_lists(book: Workbook) -> None:
    """The hidden sheet that the drop-downs take their labels from, a task a column."""
    lists = book.create_sheet(_LISTS)
    lists.sheet_state = "hidden"
    for i in range(max(len(LABELS[task]) for task in TASKS)):
        named = (LABELS[task][i] if i < len(LABELS[task]) else None for task in TASKS)
        lists.append([label and both(label) for label in named])


def add_choice(sheet: Any, column: str, task: str, rows: int) -> None:
    """A drop-down of the task's labels on the column's cells below the header."""
    letter = get_column_letter(TASKS.index(task) + 1)
    choice = DataValidation(
        "list",
        f"{_LISTS}!${letter}$1:${letter}${len(LABELS[task])}",
        allow_blank=True,
        showErrorMessage=True,
        errorTitle="bifinding",
        error="Please choose from the list. 请从列表中选择。",
    )
    choice.add(f"{column}2:{column}{rows + 1}")
    sheet.data_validations.append(choice)
