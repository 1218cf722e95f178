"""Findings as a sheet to filter: one row a finding, frozen header, defects coloured."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from ...corpus.schema import AnalysedReport
from .records import flat

_WIDTHS = {"id": 26, "en": 70, "zh": 55, "defects": 60, "file": 20, "site_id": 18}
_FILL = {
    "error": PatternFill("solid", start_color="FFF4C7C3"),
    "warning": PatternFill("solid", start_color="FFFCE8B2"),
}
_CELL_LIMIT = 32_767  # characters; Excel refuses a file with a longer cell


def write_xlsx(reports: Iterable[AnalysedReport], stream: IO[bytes]) -> None:
    book = Workbook(write_only=True)
    findings, issues = book.create_sheet("Findings"), book.create_sheet("Report checks")
    rows: list[tuple[dict[str, Any], str | None]] = []
    notes: list[tuple[str, ...]] = []
    for report in reports:
        for record in report.findings:
            levels = {defect.level for defect in record.defects}
            worst = next((level for level in ("error", "warning") if level in levels), None)
            rows.append((flat(record), worst))
        for issue in report.issues:
            places = "\n".join(f"{place.where}: {place.text}" for place in issue.places)
            notes.append((report.report.file, issue.check, issue.level, issue.message, places))
    header = list(rows[0][0]) if rows else ["id"]
    for i, name in enumerate(header, 1):
        findings.column_dimensions[get_column_letter(i)].width = _WIDTHS.get(name, 14)
    findings.freeze_panes = "B2"
    findings.append([_cell(findings, name, bold=True) for name in header])
    for row, worst in rows:
        cells = [_cell(findings, row[name]) for name in header]
        if worst:
            cells[header.index("defects")].fill = _FILL[worst]
        findings.append(cells)
    findings.auto_filter.ref = f"A1:{get_column_letter(len(header))}{len(rows) + 1}"
    for i, width in enumerate((20, 24, 10, 70, 60), 1):
        issues.column_dimensions[get_column_letter(i)].width = width
    issues.freeze_panes = "A2"
    issues.append(
        [_cell(issues, n, bold=True) for n in ("file", "check", "level", "message", "places")]
    )
    for note in notes:
        issues.append([_cell(issues, value) for value in note])
    book.save(stream)


def _cell(sheet: Any, value: Any, bold: bool = False) -> Cell:
    if isinstance(value, str):
        value = "".join(c for c in value if c >= " " or c in "\n\t")[:_CELL_LIMIT]
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        cell.data_type = "s"  # never a formula, whatever a finding's text begins with
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    if bold:
        cell.font = Font(bold=True)
    return cell
