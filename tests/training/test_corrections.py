"""Tables of ids and labels, without texts."""

from pathlib import Path

import pytest
from bifinding.corpus.schema import InputError
from bifinding.training.corrections import read_corrections
from openpyxl import Workbook

ROWS = [("id", "area", "严重程度"), ("r#6.2", "PA6", "轻微"), ("r#7.8", None, "major")]


def written(path: Path):
    if path.suffix == ".xlsx":
        book = Workbook()
        for row in [("Corrections of May",), *ROWS]:
            book.active.append(row)
        book.save(path)
    elif path.suffix == ".jsonl":
        path.write_text(
            '{"id": "r#6.2", "area": "PA6", "severity": "minor"}\n'
            '\n{"id": "r#7.8", "given": {"severity": "major"}}\n',
            encoding="utf-8",
        )
    elif path.suffix == ".json":
        path.write_text(
            '[{"id": "r#6.2", "area": "PA 6", "severity": "minor"}, {"id": "r#7.8", "severity": "major"}]',
            encoding="utf-8",
        )
    else:
        line = {".csv": ",", ".tsv": "\t", ".txt": ";"}[path.suffix].join
        text = "\n".join(line(cell or "" for cell in row) for row in ROWS)
        path.write_text(text, encoding="utf-16" if path.suffix == ".tsv" else "utf-8")
    return path


@pytest.mark.parametrize("name", ["c.jsonl", "c.json", "c.csv", "c.tsv", "c.txt", "c.xlsx"])
def test_a_list_of_labels_in_any_form(tmp_path, name):
    report = read_corrections(written(tmp_path / name))
    found = [(f.id, f.texts, f.given.area, f.given.severity) for f in report.findings]
    assert found == [("r#6.2", {}, "PA6", "minor"), ("r#7.8", {}, None, "major")]
    assert report.problems == []


@pytest.mark.parametrize(
    "text",
    [
        '{"id": "1", "area": "PA7", "en": "The exit was locked."}\n',
        "id,area,text\n1,PA7,The exit was locked.\n",
        "The exit of the warehouse was locked, and nobody had the key.",
        "",
        "id,name\n1,Li\n",
        '{"id": "1"',
    ],
)
def test_what_holds_texts_or_no_labels_is_none(tmp_path, text):
    (tmp_path / "c.txt").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"no table of corrections|empty"):
        read_corrections(tmp_path / "c.txt")


def test_a_bad_row_costs_no_other(tmp_path):
    path = tmp_path / "c.jsonl"
    path.write_text(
        '{"id": "1", "area": "PA7"}\n{"area": "PA1"}\n{"id": "3", \n{"id": "4", "status": "closd"}\n',
        encoding="utf-8",
    )
    report = read_corrections(path)
    assert [(f.id, f.given.area) for f in report.findings] == [("1", "PA7"), ("4", None)]
    assert [(p.place, p.lost) for p in report.problems] == [
        ("row 2", True), ("row 3", True), ("row 4", False),
    ]  # fmt: skip
