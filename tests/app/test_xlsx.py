"""The workbook and the CSV file of ``analyse``: to look at, to correct, to read back."""

import csv
import io

import pytest
from bifinding.app.export import write
from bifinding.app.export.wording import both
from bifinding.app.export.workbook import _COLOURS
from bifinding.corpus.catalogue import questions
from bifinding.corpus.labels import AREAS, SEVERITIES, STATUSES
from bifinding.corpus.readers import read_bytes
from bifinding.corpus.readers.columns import Row, findings_of
from bifinding.corpus.schema import Given
from bifinding.training.collect import own
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from .conftest import record

FORMULAS = ["=1+1", "+86 20", "-5 °C", "@home", "=cmd|' /C calc'!A0", "'=quoted", "\t=tab", "＝1+1"]


def written(analysed, kind):
    stream = io.BytesIO()
    write(kind, [analysed], stream, ("align", "extract", "classify", "check"))
    return stream.getvalue()


@pytest.fixture(scope="module")
def book(analysed):
    return written(analysed, "xlsx")


def edited(data, **changes):
    """The workbook with cells changed: finding id and column to value, saved by openpyxl."""
    workbook = load_workbook(io.BytesIO(data))
    sheet = workbook["Findings"]
    headings = [cell.value for cell in sheet[1]]
    for (identity, column), value in changes["cells"].items():
        at = next(i for i, h in enumerate(headings, 1) if h.startswith(column))
        row = next(r for r in range(2, sheet.max_row + 1) if sheet.cell(r, 1).value == identity)
        sheet.cell(row, at, value)
    saved = io.BytesIO()
    workbook.save(saved)
    return saved.getvalue()


def test_three_sheets_are_seen_and_the_lists_are_hidden(book):
    workbook = load_workbook(io.BytesIO(book))
    assert {sheet.title: sheet.sheet_state for sheet in workbook} == {
        "Findings": "visible",
        "Report checks": "visible",
        "How to use 使用说明": "visible",
        "Labels": "hidden",
    }
    findings = workbook["Findings"]
    assert findings.freeze_panes == "B2"
    assert findings.auto_filter.ref.startswith("A1:")
    assert findings["B2"].alignment.wrap_text
    how = [cell.value for cell in workbook["How to use 使用说明"]["B"]]
    assert "从下拉列表中选择" in how[2]


def test_each_label_column_has_the_list_of_its_labels(book):
    workbook = load_workbook(io.BytesIO(book))
    findings, lists = workbook["Findings"], workbook["Labels"]
    heading = {cell.column_letter: cell.value for cell in findings[1]}
    found = {}
    for choice in findings.data_validations.dataValidation:
        column = "".join(c for c in str(choice.sqref).split(":")[0] if c.isalpha())
        first, last = choice.formula1.split("!")[1].replace("$", "").split(":")
        found[heading[column]] = [cell.value for (cell,) in lists[f"{first}:{last}"]]
    assert {name: len(labels) for name, labels in found.items()} == {
        "Area 领域": 13,
        "Question 问题": 81,
        "Status 状态": 4,
        "Severity 严重程度": 5,
    }
    assert "PA6 Decent Working Hours / 体面劳动时间" in found["Area 领域"]
    assert findings["D2"].value in found["Area 领域"]


def test_another_reader_sees_the_same_cells(book, analysed):
    rows = (
        CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_name("Findings").to_python()
    )
    assert [row[:3] for row in rows[1:]] == [
        [r.id, r.en or "", r.zh or ""] for r in analysed.findings
    ]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_sheet_that_nobody_changed_says_nothing_new(analysed, kind):
    report = read_bytes(written(analysed, kind), f"s.{kind}")
    assert [f.id for f in report.findings] == [r.id for r in analysed.findings]
    assert [f.en for f in report.findings] == [r.en or "" for r in analysed.findings]
    assert [f.given for f in report.findings] == [r.given for r in analysed.findings]
    assert all(f.changed == Given() for f in report.findings)
    assert not any(own([report]).corrected)
    assert not report.problems


def test_only_what_a_person_changed_is_a_correction(book):
    cells = {
        ("yueqing#6.2", "Question"): both("6.2"),
        ("yueqing#6.2", "Severity"): "Major / 主要不符合",
        ("yueqing#7.6", "Status"): "未改善",  # typed, not chosen
        ("yueqing#7.6", "Area"): None,  # emptied
    }
    report = read_bytes(edited(book, cells=cells), "s.xlsx")
    changed = {f.id: f.changed for f in report.findings if f.changed != Given()}
    assert changed == {
        "yueqing#6.2": Given(area="PA6", question="6.2", severity="major"),
        "yueqing#7.6": Given(status="not_corrected"),
    }
    found = own([report])
    by_person = {f.id: f.given for f, c in zip(found.findings, found.corrected, strict=True) if c}
    assert set(by_person) == {"yueqing#6.2", "yueqing#7.6"}
    assert by_person["yueqing#6.2"].status == "not_corrected"  # what the report itself states
    assert not report.problems


def test_what_was_changed_corrects_the_report_it_was_made_from(book, analysed):
    cells = {("yueqing#6.2", "Area"): both("PA5")}
    sheet = read_bytes(edited(book, cells=cells), "s.xlsx")
    plain = findings_of(
        [Row(i, "row", {"id": r.id, "en": r.en, "zh": r.zh, "status": "new"})
         for i, r in enumerate(analysed.findings, 1)], "r.txt"
    )  # fmt: skip
    audit = plain.model_copy(update={"layout": "amfori-d"})
    for source in (audit, plain):  # a report, or a table that a person labelled
        found = own([source, sheet])
        assert len(found.findings) == len(plain.findings)
        given = {f.id: f.given for f in found.findings}
        assert given["yueqing#6.2"].area == "PA5"
        assert {g.status for g in given.values()} == {"new"}
        assert not found.problems
    found = own([audit, sheet])
    corrected = {f.id: said for f, said in zip(found.findings, found.corrected, strict=True)}
    assert [id_ for id_, said in corrected.items() if said] == ["yueqing#6.2"]


@pytest.mark.parametrize("label", [*AREAS, *questions(), *STATUSES, *SEVERITIES])
def test_every_label_is_read_as_it_is_shown(label):
    column = (
        "area" if label in AREAS else "question" if label in questions()
        else "status" if label in STATUSES else "severity"
    )  # fmt: skip
    row = Row(1, "row", {"en": "No drill.", column: both(label)})
    assert getattr(findings_of([row], "t").findings[0].given, column) == label


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_is_never_a_formula_and_comes_back_as_it_was(analysed, kind, text):
    said = analysed.model_copy(
        update={"findings": [record("f#1", f"{text} was noted.", "未改善。")]}
    )
    data = written(said, kind)
    if kind == "xlsx":
        cell = load_workbook(io.BytesIO(data))["Findings"]["B2"]
        assert (cell.data_type, cell.value) == ("s", f"{text} was noted.")
    else:
        shown = next(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))["en"]
        assert shown[0] == "'"
    assert read_bytes(data, f"s.{kind}").findings[0].en == f"{text} was noted.".strip()


def test_csv_begins_with_the_mark_by_which_excel_knows_utf_8(analysed):
    data = written(analysed, "csv")
    assert data.startswith(b"\xef\xbb\xbf")
    assert "未改善" in data.decode("utf-8")


def test_csv_saved_by_a_chinese_excel_is_read(analysed):
    rows = list(csv.DictReader(io.StringIO(written(analysed, "csv").decode("utf-8-sig"))))
    rows[0]["severity"] = "轻微不符合"
    saved = io.StringIO()
    writer = csv.DictWriter(saved, rows[0], delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    report = read_bytes(saved.getvalue().encode("gb18030"), "s.csv")
    assert report.findings[0].changed == Given(severity="minor")
    assert report.findings[0].zh == analysed.findings[0].zh


@settings(max_examples=60, deadline=None)
@given(text=st.text(min_size=1, max_size=40))
def test_any_text_survives_the_csv(text):
    base = record("f#1", text + " x.", "未改善。")
    from bifinding.corpus.schema import AnalysedReport, Report
    from bifinding.corpus.text import clean

    analysed = AnalysedReport(report=Report(file="r", layout="table"), findings=[base])
    report = read_bytes(written(analysed, "csv"), "s.csv")
    assert (
        report.findings[0].en == clean(text.replace("\0", "").replace("\r", "\n") + " x.").strip()
    )


def test_colours_can_be_read():
    def luminance(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
        linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for text, ground in _COLOURS.values():
        light, dark = sorted((luminance(text), luminance(ground)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("Status 整改情况", "status"), ("编号 No.", "id"), ("Finding / 发现", "text"),
        ("Description (English) 英文描述", "en"), ("严重程度/Severity", "severity"),
    ],
)  # fmt: skip
def test_a_heading_in_both_languages_is_known(name, field):
    from bifinding.corpus.readers.columns import column

    assert column(name) == field
    assert column("Site 工厂情况") is None
