"""Forms with the labels on the left: a block, or a column of values, for each finding."""

import io

import pytest
from bifinding.corpus.readers import read_bytes
from docx import Document

from .table_files import EN, ZH, xlsx

MORE = ("The eye shower of hall 2 gave no water.", "2号车间的洗眼器没有水。")
ONE = [["NC No. 编号", "A"], ["Requirement 要求", "Local law"], ["Finding (EN)", EN]]
ONE += [["发现（中文）", ZH], ["Severity", "Minor"]]
TWO = [["NC No. 编号", "B"], ["Requirement 要求", "Local law"], ["Finding (EN)", MORE[0]]]
TWO += [["发现（中文）", MORE[1]], ["Severity", "Major"]]


def document(*tables):
    made = Document()
    for rows in tables:
        table = made.add_table(len(rows), len(rows[0]))
        for i, row in enumerate(rows):
            for j, text in enumerate(row):
                table.cell(i, j).text = text
        made.add_paragraph("")
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def beside(left, right):
    return [[*a, *b] for a, b in zip(left, right, strict=True)]


@pytest.mark.parametrize(
    "data",
    [
        xlsx([["CAP of May 2025"], *ONE, [], *TWO]),
        xlsx([*ONE, *TWO]),
        xlsx([[*a, b[1]] for a, b in zip(ONE, TWO, strict=True)]),
        xlsx(beside(ONE, TWO)),
        xlsx(ONE, TWO),
        document(ONE, TWO),
        document(ONE + TWO),
        document(beside(ONE, TWO)),
    ],
    ids=["blocks", "no gap", "columns", "side by side", "sheets", "tables", "a table", "beside"],
)
def test_a_form(data):
    report = read_bytes(data, "form")
    assert [(f.id, f.en, f.zh) for f in report.findings] == [("A", EN, ZH), ("B", *MORE)]
    assert [f.given.severity for f in report.findings] == ["minor", "major"]
    assert report.problems == []


def test_several_labels_in_a_row_and_a_value_that_goes_on_below():
    rows = [["NC No.", "A", "Severity", "Minor"], ["Finding", EN], [None, ZH], ["Status", "Closed"]]
    (finding,) = read_bytes(xlsx(rows), "form").findings
    assert (finding.id, finding.en, finding.zh) == ("A", EN, ZH)
    assert (finding.given.severity, finding.given.status) == ("minor", "corrected")


def test_a_label_in_each_language():
    rows = [["Finding", EN], ["发现", ZH], ["Finding", MORE[0]], ["发现", MORE[1]]]
    report = read_bytes(document(rows), "form")
    assert [(f.en, f.zh) for f in report.findings] == [(EN, ZH), MORE]


def test_lines_above_a_table_make_no_form():
    rows = [["Rating", "C"], ["Reference", "R-17"], ["Finding", "Photo"], [EN, "1"], [ZH, "2"]]
    assert len(read_bytes(xlsx(rows), "t").findings) == 2
