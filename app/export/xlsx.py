"""Findings as a workbook to filter and to correct: a row a finding, labels to choose from lists."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from ...corpus.labels import LEVELS, SEVERITIES, STATUSES
from ...corpus.schema import AnalysedReport
from ...corpus.tasks import TASKS
from .sheet import HEADER, row
from .wording import both
from .workbook import add_choice, add_label_lists, cell, rule, widths

# Heading and width, in characters, of each column that is shown; the others are hidden.
_SHOWN = {
    "id": ("ID 编号", 20),
    "en": ("English 英文", 62),
    "zh": ("Chinese 中文", 44),
    "area": ("Area 领域", 21),
    "question": ("Question 问题", 34),
    "status": ("Status 状态", 15),
    "severity": ("Severity 严重程度", 15),
    **{f"{task}_probability": ("Probability 概率", 11) for task in TASKS},
    "review": ("To review 待复核", 10),
    "defects": ("Defects 两种语言不一致之处", 44),
    "report_says": ("Report says 报告原标注", 24),
    "file": ("File 文件", 22),
    "page": ("Page 页", 7),
    "line": ("Line 行", 7),
    "site_id": ("Site ID 场所编号", 19),
}
_CHECKS = {
    "File 文件": 24,
    "Check 检查项": 26,
    "Level 级别": 11,
    "Message 说明": 70,
    "Places 出处": 64,
}
_PERCENT = '[>=0.995]">99%";[<0.005]"<1%";0%'  # no model is 100 % sure
_UNSURE = 0.6  # below it a probability is coloured
_HOW = (
    ("How to use this workbook", "如何使用本工作簿"),
    (
        "Each row of the sheet Findings is one finding: both texts, what the model says of it, and where "
        "the two texts part ways (Defects).",
        "“Findings”工作表每行为一条发现：中英文原文、模型给出的判断，以及两种语言不一致之处。",
    ),
    (
        "Area, question, status and severity are there to be corrected: click the cell and choose from "
        "its list. What you change turns blue.",
        "领域、问题、状态和严重程度可以更正：点击单元格，从下拉列表中选择。更改过的单元格会变为蓝色。",
    ),
    (
        "Leave a right label as it is. Only what you change counts as your correction.",
        "正确的标注无需改动，只有您更改过的内容才算作人工更正。",
    ),
    (
        "Start with the rows marked yes under To review: there the model is not sure. Probabilities below "
        f"{_UNSURE:.0%} are red.",
        f"请先看“待复核”列标为 yes 的行，模型对这些发现没有把握。低于 {_UNSURE:.0%} 的概率以红色显示。",
    ),
    (
        "Report says shows a label that the report itself states where the model says another.",
        "“报告原标注”列出报告自身标注且与模型判断不同之处。",
    ),
    (
        "Sort and filter as you like. Do not delete columns, hidden ones included: they hold what the "
        "labels were before.",
        "可随意排序和筛选。请勿删除任何列（包括隐藏列），其中保存着更改前的标注。",
    ),
    (
        "Save as XLSX, then:  bifinding train reports/ this-file.xlsx",
        "保存为 XLSX 格式，然后运行：bifinding train reports/ 本文件.xlsx",
    ),
)  # fmt: skip


def write_xlsx(reports: Iterable[AnalysedReport], stream: IO[bytes]) -> None:
    """Sheets Findings, Report checks and How to use; the labels to choose from are on a hidden one."""
    book = Workbook(write_only=True)
    findings, checks = book.create_sheet("Findings"), book.create_sheet("Report checks")
    rows: list[tuple[dict[str, Any], str | None]] = []
    notes: list[tuple[str, ...]] = []
    for report in reports:
        for record in report.findings:
            levels = {defect.level for defect in record.defects}
            worst = next((level for level in LEVELS if level in levels), None)
            rows.append((row(record), worst))
        for issue in report.issues:
            places = "\n".join(f"{place.where}: {place.text}" for place in issue.places)
            notes.append((report.report.file, issue.check, issue.level, issue.message, places))
    _write_findings(findings, rows)
    _write_checks(checks, notes)
    _write_how(book.create_sheet("How to use 使用说明"))
    add_label_lists(book)
    book.save(stream)


def _write_findings(sheet: Any, rows: list[tuple[dict[str, Any], str | None]]) -> None:
    letters = {name: get_column_letter(i) for i, name in enumerate(HEADER, 1)}
    for name, letter in letters.items():
        sheet.column_dimensions[letter].width = _SHOWN.get(name, ("", 14))[1]
        sheet.column_dimensions[letter].hidden = name not in _SHOWN
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{letters[HEADER[-1]]}{len(rows) + 1}"
    if rows:
        for task in TASKS:
            _make_editable(sheet, letters, task, len(rows))
    sheet.append([cell(sheet, _SHOWN.get(name, (name,))[0], head=True) for name in HEADER])
    for cells, worst in rows:
        line = []
        for name in HEADER:
            made = cell(sheet, cells[name], worst if name == "defects" else None)
            if name.endswith("_probability"):
                made.number_format = _PERCENT
            line.append(made)
        sheet.append(line)


def _make_editable(sheet: Any, letters: dict[str, str], task: str, rows: int) -> None:
    """A task's drop-downs, and its colours: what was changed first, then the label's own."""
    column, was = letters[task], letters[f"predicted_{task}"]
    add_choice(sheet, column, task, rows)
    area = f"{column}2:{column}{rows + 1}"
    changed = rule(f"${column}2<>${was}2", "changed", bold=True)
    changed.stopIfTrue = True
    sheet.conditional_formatting.add(area, changed)
    for label in {"status": STATUSES[1:], "severity": SEVERITIES}.get(task, ()):
        sheet.conditional_formatting.add(area, rule(f'${column}2="{both(label)}"', label))
    probability = letters[f"{task}_probability"]
    sheet.conditional_formatting.add(
        f"{probability}2:{probability}{rows + 1}",
        rule(f"AND(ISNUMBER(${probability}2),${probability}2<{_UNSURE})", "unsure", bold=True),
    )


def _write_checks(sheet: Any, notes: list[tuple[str, ...]]) -> None:
    widths(sheet, list(_CHECKS.values()))
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:E{len(notes) + 1}"
    sheet.append([cell(sheet, name, head=True) for name in _CHECKS])
    for note in notes:
        sheet.append(
            [cell(sheet, value, note[2] if i == 2 else None) for i, value in enumerate(note)]
        )


def _write_how(sheet: Any) -> None:
    widths(sheet, (72, 58))
    for i, pair in enumerate(_HOW):
        sheet.append([cell(sheet, text, head=not i) for text in pair])
