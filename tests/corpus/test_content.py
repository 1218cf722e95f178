"""Which columns hold the findings' texts where their names do not tell."""

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from bifinding.corpus.readers import read_bytes

from .table_files import EN, ZH, csv, jsonl, xlsx

ROWS = [
    (EN, ZH),
    ("The eye shower gave no water.", "洗眼器没有水。"),
    ("Nobody could say where the drills were recorded.", "无人知道演习记录在哪里。"),
]


def told(report):
    return [(f.en, f.zh) for f in report.findings]


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("Non-compliance", "不符合项"),
        ("Finding", "问题描述"),
        ("Finding", "Finding (local language)"),
        ("What the auditor saw", "审核员所见"),
        ("Source", "Target"),
        ("NC text EN", "NC text CN"),
        ("Issue", "问题点"),
        ("Finding in English", "中文描述"),
        ("Eng", "Chi"),
        ("English version", "中文版"),
    ],
)
@pytest.mark.parametrize("form", ["csv", "xlsx", "jsonl", "parquet"])
def test_text_columns_by_what_they_hold(english, chinese, form):
    header = ["No", "Workshop", chinese, english, "Severity"]
    rows = [[str(i), "车间3", zh, en, "minor"] for i, (en, zh) in enumerate(ROWS)]
    records = [dict(zip(header, row, strict=True)) for row in rows]
    if form == "csv":
        data = csv(",".join(header), *(",".join(row) for row in rows))
    elif form == "xlsx":
        data = xlsx([header, *rows])
    elif form == "jsonl":
        data = jsonl(*records)
    else:
        out = io.BytesIO()
        pq.write_table(pa.Table.from_pylist(records), out)
        data = out.getvalue()
    report = read_bytes(data, "t")
    assert told(report) == ROWS
    assert len(report.problems) <= 1  # the names may tell, too
    for problem in report.problems:
        assert english in problem.what
        assert chinese in problem.what
        assert not problem.lost


def test_columns_of_causes_actions_and_remarks_are_no_findings():
    header = "Finding,Root cause 原因分析,Corrective action 整改措施,备注"
    rows = [
        f"{en},管理人员不了解要求。,将在{i}月底前完成整改工作。,照片见附件第{i}页"
        for i, (en, _) in enumerate(ROWS)
    ]
    report = read_bytes(csv(header, *rows), "t")
    assert told(report) == [(en, None) for en, _ in ROWS]
    assert report.problems == []


def test_a_text_column_is_not_left_out_without_a_word():
    report = read_bytes(csv("English,中文,Details", f"{EN},{ZH},Seen at night."), "t")
    assert told(report) == [(EN, ZH)]
    assert "a column of text beside those" in report.problems[0].what


def test_a_column_that_is_empty_counts_for_nothing():
    rows = [f"{en},,{zh}" for en, zh in ROWS]
    assert told(read_bytes(csv("English,Chinese,审核员所见", *rows), "t")) == ROWS


def test_both_languages_in_a_cell_of_either_column():
    both = f"{EN} {ZH}"
    assert told(read_bytes(csv("en,zh", f"{both},", f",{both}"), "t")) == [(EN, ZH)] * 2
    assert told(read_bytes(csv("No,Finding", f"1,{both}"), "t")) == [(EN, ZH)]


def test_a_cover_sheet_is_passed_over_and_every_sheet_of_findings_is_read():
    cover = [
        ["Site 工厂", "Huizhou Lanxi 惠州兰溪"],
        ["Days", "2025-05-20"],
        ["Type", "periodic 定期"],
    ]
    first = [["Ref", "What we saw", "所见问题"], *([f"A{i}", *row] for i, row in enumerate(ROWS))]
    more = [["What we saw", "所见问题"], *ROWS]
    report = read_bytes(xlsx(cover, first, more), "book.xlsx")
    assert told(report) == ROWS * 2
    assert [f.id for f in report.findings] == ["A0", "A1", "A2"] + [
        f"book#Sheet2#{i}" for i in (2, 3, 4)
    ]
    named = [["English", "中文"], *ROWS[:1]]
    assert told(read_bytes(xlsx(first, named, named), "b.xlsx")) == ROWS[:1] * 2


@pytest.mark.parametrize(
    "name",
    [
        "NC description / 不符合描述",
        "Details of Non-Compliance 不符合项详情",
        "Issue found 发现的问题",
        "Observation 观察项",
        "Findings (EN/CN)",
        "What we saw 所见",
        "Comments",
    ],
)
@pytest.mark.parametrize("between", ["\n", " / "])
def test_one_column_of_both_languages(name, between):
    rows = [[i, "车间3", between.join(row), "minor"] for i, row in enumerate(ROWS, 1)]
    report = read_bytes(xlsx([["NC #", "Workshop", name, "Grade (1-3)"], *rows]), "t")
    assert told(report) == ROWS
    assert [f.given.severity for f in report.findings] == ["minor"] * 3
    assert [f.id for f in report.findings] == ["1", "2", "3"]
    assert not any(problem.lost for problem in report.problems)


def test_evidence_and_remarks_are_the_texts_where_nothing_else_is():
    rows = [",".join(row) for row in ROWS]
    report = read_bytes(csv("NC evidence EN,NC evidence 中文", *rows), "t")
    assert told(report) == ROWS
    assert "'NC evidence EN'" in report.problems[0].what


def test_of_two_columns_with_a_name_for_texts_the_one_with_sentences_counts():
    report = read_bytes(csv("NC,Finding", *(f"NC-{i},{en}" for i, (en, _) in enumerate(ROWS))), "t")
    assert [f.en for f in report.findings] == [en for en, _ in ROWS]
