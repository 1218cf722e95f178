"""Tables of findings: what columns are called, what labels are called, what a broken row costs."""

import io
import json
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from bifinding.corpus.readers import read_bytes
from bifinding.corpus.readers.columns import area_of, question_of
from bifinding.corpus.schema import InputError
from hypothesis import given, settings
from hypothesis import strategies as st

from .table_files import EN, ZH, csv, jsonl, xlsx


def only(data, file="findings"):
    (finding,) = read_bytes(data, file).findings
    return finding


def test_our_own_export_of_a_whole_report_keeps_its_header_and_tables():
    header = {"Audit start date": "3 March 2025"}
    report = {"file": "a.txt", "layout": "amfori-d", "header": header, "ratings": {"PA6": "C"}}
    found = [{"id": "a#1", "en": EN, "zh": ZH, "given": {"question": "6.2"}}]
    read = read_bytes(json.dumps({"report": report, "findings": found}).encode(), "b.json")
    assert (read.file, read.header, read.ratings) == ("b.json", header, {"PA6": "C"})
    assert [f.given.question for f in read.findings] == ["6.2"]


# --- columns --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("en", "zh"),
        ("EN", "ZH-CN"),
        ("English", "Chinese"),
        ("english text", "Chinese text"),
        ("finding_en", "finding_zh"),
        ("Finding (English)", "Finding (Chinese)"),
        ("ENGLISH", "LOCAL LANGUAGE"),
        ("英文", "中文"),
        ("英文描述", "中文描述"),
        ("发现（英文）", "发现（中文）"),
        ("Description (English)", "Description (Chinese)"),
        ("Finding description EN", "Finding description CN"),
        ("英文原文", "中文译文"),
        ("问题描述（英）", "问题描述（中）"),
    ],
)
def test_text_columns_by_their_many_names(english, chinese):
    finding = only(csv(f"{english},{chinese}", f"{EN},{ZH}"))
    assert (finding.en, finding.zh) == (EN, ZH)


@pytest.mark.parametrize(
    "header",
    [
        "id,site_id,area,question,crucial,status,severity,en",
        "Finding No.,Site amfori ID,Performance Area,Question Number,Crucial?,Status,Severity,English",
        "编号,工厂编号,领域,问题编号,是否关键,整改状态,严重程度,英文",
        "序号,现场编号,执行领域,问题,关键问题,状态,严重性,英语",
    ],
)
def test_label_columns_by_their_many_names(header):
    finding = only(csv(header, f"F-07,156-1,PA7,7.14,yes,not corrected,major,{EN}"))
    assert (finding.id, finding.site_id) == ("F-07", "156-1")
    stated = finding.given.model_dump(exclude_none=True)
    assert stated == {
        "area": "PA7",
        "question": "7.14",
        "crucial": True,
        "status": "not_corrected",
        "severity": "major",
    }


def test_one_text_column_tells_its_language_itself():
    rows = [["编号", "问题描述"], [1, EN], [2, ZH], [3, f"{EN}\n{ZH}"]]
    english, chinese, both = read_bytes(xlsx(rows), "x").findings
    assert (english.en, english.zh) == (EN, "")
    assert (chinese.en, chinese.zh) == ("", ZH)
    assert (both.en, both.zh) == (EN, ZH)


def test_an_english_text_in_the_chinese_column_stays_there():
    finding = only(csv("en,zh", f"{EN},{EN}"))
    assert finding.zh == EN


def test_the_header_may_come_after_a_title_and_on_a_later_sheet():
    notes = [["Audit of May 2025"], ["see next sheet"]]
    findings = [
        ["Findings of the audit"],
        [],
        ["No.", "English", "中文"],
        ["a", EN, ZH],
        [],
        ["b", EN],
    ]
    report = read_bytes(xlsx(notes, findings), "book.xlsx")
    assert [(f.id, f.source.line) for f in report.findings] == [("a", 4), ("b", 6)]


def test_two_columns_for_one_field():
    report = read_bytes(csv("finding,description,en", f"x,y,{EN}"), "t.csv")
    assert report.findings[0].en == EN
    assert "two columns say what text is" in report.problems[0].what


def test_previous_and_current_state_are_told_apart():
    text = "Previous finding: no drill was held. Current status: Corrected. A drill was held in May 2025."
    part = only(jsonl({"en": text})).texts["en"]
    assert text[slice(*part.current)].startswith("Corrected. A drill")
    assert "no drill was held" in text[slice(*part.previous)]


# --- labels ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "area"),
    [
        ("PA7", "PA7"),
        ("PA 7", "PA7"),
        ("pa07", "PA7"),
        ("ＰＡ７", "PA7"),
        (7, "PA7"),
        (7.0, "PA7"),
        ("7", "PA7"),
        ("PA 7: Occupational Health and Safety", "PA7"),
        ("7. Occupational Health and Safety", "PA7"),
        ("Occupational health and safety", "PA7"),
        ("职业健康与安全", "PA7"),
        ("绩效领域12", "PA12"),
        ("Fair Remuneration", "PA5"),
        ("H&S", "PA7"),
        ("消防", "PA7"),
        ("工资", "PA5"),
        ("Working Hours 工时", "PA6"),
        ("3 - Health and Safety", "PA7"),  # another scheme's number
        ("1. Child labour", "PA8"),
        ("3. Housekeeping", None),
        ("PA 7: Haus und Hof", "PA7"),
        ("PA3: Health and Safety", None),
        ("PA14", None),
        ("PA0", None),
        ("7.1", None),
        ("Miscellaneous", None),
    ],
)
def test_areas(value, area):
    assert area_of(value) == area


@pytest.mark.parametrize(
    ("value", "question"),
    [
        ("6.2", "6.2"),
        (6.2, "6.2"),
        ("7.10", "7.10"),
        ("Q6.2", "6.2"),
        ("6.2 CRUCIAL: is overtime lawful?", "6.2"),
        ("问题6.2", "6.2"),
        ("6.2.1", None),
        ("six", None),
    ],
)
def test_questions(value, question):
    assert question_of(value) == question


@pytest.mark.parametrize(
    ("column", "word", "label"),
    [
        ("status", "New", "new"),
        ("status", "新发现", "new"),
        ("status", "Not corrected", "not_corrected"),
        ("status", "NOT_CORRECTED", "not_corrected"),
        ("status", "still open", "not_corrected"),
        ("status", "未整改", "not_corrected"),
        ("status", "Open", None),  # a new point may be open as well as an old one
        ("status", "整改中", None),
        ("status", "Completed", "corrected"),
        ("status", "已完成", "corrected"),
        ("status", "Partially corrected", "partially_corrected"),
        ("status", "部分改善", "partially_corrected"),
        ("status", "Closed", "corrected"),
        ("status", "已整改", "corrected"),
        ("severity", "Observation", "observation"),
        ("severity", "建议项", "observation"),
        ("status", "In progress", None),
        ("status", "待整改", None),
        ("status", "未关闭", "not_corrected"),
        ("status", "未完成", "not_corrected"),
        ("status", "部分完成", "partially_corrected"),
        ("status", "Verified", "corrected"),
        ("severity", "Minor NC", "minor"),
        ("severity", "Major Nonconformity", "major"),
        ("severity", "严重不符合", "major"),
        ("severity", "一般不符合项", "minor"),
        ("severity", "High", None),
        ("severity", "Minor non-compliance", "minor"),
        ("severity", "轻微不符合", "minor"),
        ("severity", "MAJOR", "major"),
        ("severity", "主要不符合", "major"),
        ("severity", "Critical", "critical"),
        ("severity", "zero_tolerance", "zero_tolerance"),
        ("severity", "零容忍", "zero_tolerance"),
        ("severity", "Major 主要", "major"),
        ("severity", "次要（Minor）", "minor"),
        ("severity", "Minor 主要", None),
        ("status", "Closed 已关闭", "corrected"),
        ("status", "未整改 (still open)", "not_corrected"),
        ("rating", "Partially", "partially"),
        ("rating", "部分", "partially"),
        ("rating", "N/A", "not_applicable"),
        ("rating", "否", "no"),
        ("crucial", "是", True),
        ("crucial", "FALSE", False),
        ("crucial", "0", False),
        ("crucial", "perhaps", None),
    ],
)
def test_label_words(column, word, label):
    report = read_bytes(csv(f"en,{column}", f"{EN},{word}"), "t.csv")
    assert getattr(report.findings[0].given, column) == label
    assert [word in problem.what for problem in report.problems] == [True] * (label is None)


def test_a_sheet_of_words_to_choose_from_is_no_table_of_findings():
    words = [
        ["PA1 Social Management System / 社会管理体系", "New / 新发现", "Observation / 观察项"],
        ["PA2 Workers Involvement / 工人参与", "Not corrected / 未改善", "Minor / 轻微不符合"],
    ]
    report = read_bytes(xlsx([["English", "中文"], [EN, ZH]], words), "t.xlsx")
    assert [(f.en, f.zh) for f in report.findings] == [(EN, ZH)]
    assert report.problems == []


def test_a_word_that_may_mean_several_is_told_as_such():
    report = read_bytes(csv("en,status", f"{EN},Open"), "t.csv")
    assert report.problems[0].what == "the status 'Open' does not say which it is"
    assert not report.problems[0].lost


def test_an_unknown_area_or_question_is_a_warning_and_the_finding_is_kept():
    report = read_bytes(csv("area,question,en", f"PA20,,{EN}", f"PA7,7.99,{EN}"), "t.csv")
    assert [finding.given.area for finding in report.findings] == [None, "PA7"]
    assert [(p.place, p.what, p.lost) for p in report.problems] == [
        ("row 2", "the area 'PA20' is not known", False),
        ("row 3", "there is no question 7.99", False),
    ]


def test_a_question_alone_names_its_area_and_one_of_another_area_is_a_warning():
    report = read_bytes(csv("area,question,en", f",6.2,{EN}", f"PA5,6.2,{EN}"), "t.csv")
    assert [finding.given.area for finding in report.findings] == ["PA6", "PA5"]
    assert report.problems[0].what == "question 6.2 belongs to PA6, not PA5"


def test_an_unknown_word_is_reported_once():
    rows = [f"{EN},grave"] * 500
    assert len(read_bytes(csv("en,severity", *rows), "t.csv").problems) == 1


def test_what_the_text_says_of_itself_counts_where_no_column_does():
    text = "Corrected. The main auditee respects this principle: both drivers now hold a licence."
    assert only(csv("en", f'"{text}"')).given.status == "corrected"
    assert only(csv("en;status", f"{text};未改善")).given.status == "not_corrected"


# --- records of our own ---------------------------------------------------------------------

RECORD = {
    "id": "audit#7.14",
    "source": {"file": "audit.txt", "page": None, "line": 12},
    "site_id": "156-1",
    "en": "Corrected. " + EN,
    "zh": ZH,
    "given": {"area": "PA7", "question": "7.14", "crucial": True, "rating": None, "status": None},
    "area": {"label": "PA2", "probability": 0.9, "alternatives": [], "evidence": []},
    "status": {"label": "new", "probability": 0.9, "alternatives": [], "evidence": []},
    "sentences": {"en": [[0, 10]], "zh": []},
    "entities": {"en": [], "zh": []},
    "defects": [],
    "model": "default-1.0.0",
}


@pytest.mark.parametrize(
    "data",
    [
        jsonl(RECORD),
        json.dumps({"report": {"header": {}}, "findings": [RECORD], "issues": []}).encode(),
        json.dumps([{"report": {}, "findings": [RECORD], "issues": []}]).encode(),
        json.dumps([RECORD], indent=2).encode(),
    ],
    ids=["jsonl", "json", "reports", "list"],
)
def test_records_come_back_and_predictions_are_not_taken_for_what_was_given(data):
    finding = only(data)
    assert finding.id == "audit#7.14"
    assert (finding.en, finding.zh, finding.site_id) == (RECORD["en"], ZH, "156-1")
    assert finding.given.model_dump() == RECORD["given"] | {"severity": None}


def test_flat_records_come_back():
    finding = only(csv("id,en,area,status,given_area,given_status", f"a#1,{EN},PA2,new,PA7,"))
    assert finding.given.model_dump(exclude_none=True) == {"area": "PA7"}


@pytest.mark.parametrize("key", ["texts", "translation"])
def test_texts_by_language_as_data_sets_have_them(key):
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([{"id": 4, key: {"en": EN, "zh": ZH}}]), out)
    finding = only(out.getvalue())
    assert (finding.id, finding.en, finding.zh) == ("4", EN, ZH)


# --- ids ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "identity", ["x#7.1", " spaced ", "007", "编号-1", 7, 12345678901234567890]
)
def test_a_given_id_comes_back_unchanged(identity):
    assert only(jsonl({"id": identity, "en": EN})).id == str(identity)


def test_without_an_id_the_row_names_the_finding():
    report = read_bytes(csv("en", EN, "", EN), "audits/may.csv")
    assert [finding.id for finding in report.findings] == ["may#2", "may#4"]


def test_an_id_given_twice_is_a_warning():
    report = read_bytes(csv("id,en", f"a,{EN}", f"a,{EN}"), "t.csv")
    assert len(report.findings) == 2
    assert [(p.what, p.lost) for p in report.problems] == [("the id 'a' stands here again", False)]


# --- CSV ------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_delimiters_encodings_and_line_ends(delimiter, encoding, line_end):
    rows = [("编号", "English", "中文"), ("1", f'"{EN} Seen{delimiter} twice."', ZH), ("2", EN, ZH)]
    data = line_end.join(delimiter.join(row) for row in rows).encode(encoding)
    first, second = read_bytes(data, "t").findings
    assert first.en == f"{EN} Seen{delimiter} twice."
    assert (second.id, second.en, second.zh) == ("2", EN, ZH)


def test_a_quoted_cell_may_hold_lines():
    first, second = read_bytes(
        csv("id,en", f'1,"{EN}\n\nThis is ""grave""."', f"2,{EN}"), "t"
    ).findings
    assert first.en == f'{EN}\n\nThis is "grave".'
    assert (second.id, second.source.line) == ("2", 5)


def test_a_quotation_mark_never_closed_does_not_swallow_the_rows_below():
    rows = [f"{i},{EN}" for i in range(2, 40)]
    findings = read_bytes(csv("id,en", f'1,"{EN}', *rows), "t").findings
    assert [finding.id for finding in findings] == [str(i) for i in range(1, 40)]


def test_spaces_after_the_delimiter():
    finding = only(csv("id, en, zh", f'1, "{EN} Seen, twice.", {ZH}'))
    assert (finding.id, finding.en, finding.zh) == ("1", f"{EN} Seen, twice.", ZH)


@pytest.mark.parametrize(
    "text",
    [
        "Finding, English: the exit was locked.\nThe guard, who had the key, was away.",
        "In May 2024, no drill was held\nIn June 2024, no drill was held either",
        "ENGLISH\tLOCAL LANGUAGE\nFinding\t\n<p>No drill was held.</p>\t<p>未进行消防演习。</p>",
        "Finding\nNo drill was held.\nNo exit sign was there.",
    ],
)
def test_text_that_resembles_a_table_is_none(text):
    report = read_bytes(text.encode(), "t")
    assert (report.layout, len(report.findings)) == ("text", 1)


def test_excel_may_name_the_delimiter_on_the_first_line():
    assert only(csv("sep=;", "en;zh", f"{EN};{ZH}")).zh == ZH
    finding = only(csv("sep=;", "What was seen;所见问题;Due", f"{EN};{ZH};60 d"))
    assert (finding.en, finding.zh, finding.source.line) == (EN, ZH, 3)


def test_a_name_may_end_in_a_full_stop():
    both = f'"{EN}\n{ZH}"'
    report = read_bytes(csv("No.,Issue", *(f"{i},{both}" for i in range(9))), "t.csv")
    assert [(f.en, f.zh) for f in report.findings] == [(EN, ZH)] * 9
    header = "Lfd.,Finding EN,Finding CN,Corrective action EN,Corrective action CN"
    report = read_bytes(csv(header, f"1,{EN},{ZH},Train both drivers.,培训司机。"), "t.csv")
    assert [(f.en, f.zh) for f in report.findings] == [(EN, ZH)]


# --- a finding over several rows ------------------------------------------------------------


@pytest.mark.parametrize("second", ["", "1"])
def test_a_row_for_each_language(second):
    header = "No.,Finding,Language,Severity"
    data = csv(header, f"1,{EN},EN,minor", f"{second},{ZH},CN,", f"2,{EN},英文,", f",{ZH},中文,")
    report = read_bytes(data, "t.csv")
    assert [(f.id, f.en, f.zh) for f in report.findings] == [("1", EN, ZH), ("2", EN, ZH)]
    assert report.findings[0].given.severity == "minor"
    assert report.problems == []


def test_rows_in_two_languages_with_numbers_of_their_own_are_two_findings():
    report = read_bytes(csv("No.,Finding,语言", f"1,{EN},EN", f"2,{ZH},ZH"), "t.csv")
    assert [(f.en, f.zh) for f in report.findings] == [(EN, ""), ("", ZH)]


# --- what cannot be used --------------------------------------------------------------------


@pytest.mark.parametrize("empty", ["", "   ", "\u200b"])
def test_a_row_without_text_is_reported_by_its_number_and_costs_no_other(empty):
    report = read_bytes(csv("id,en,zh", f"1,{EN},", f"2,{empty},", f"3,,{ZH}"), "t.csv")
    assert [finding.id for finding in report.findings] == ["1", "3"]
    (problem,) = report.problems
    assert (problem.place, problem.lost) == ("row 3", False)
    assert problem.what == "there is no text in this row"


def test_headings_and_totals_between_the_findings_are_passed_over():
    rows = [
        ["No.", "English", "中文", "Fines"],
        ["Wages and hours 工资与工时"],
        ["1", EN, ZH, 200],
        ["Workshop 2", "Workshop 2"],
        ["2", EN, ZH, 100],
    ]
    counts = [["Area", "Findings"], ["Wages", 2], ["Hours", 0]]
    report = read_bytes(xlsx(rows[:3] + rows[4:]), "t.xlsx")
    assert [f.id for f in report.findings] == ["1", "2"]
    assert report.problems == []
    report = read_bytes(xlsx(counts, [*rows[:3], ["Total 合计", None, None, 300]]), "t.xlsx")
    assert [f.id for f in report.findings] == ["1"]
    assert not any(problem.lost for problem in report.problems)


@pytest.mark.parametrize("line", ['{"en": "cut', "not json", '{"en": NaN1}', "[" * 99_999])
def test_one_broken_line_of_jsonl_costs_only_itself(line):
    data = jsonl({"id": "a", "en": EN}) + f"\n{line}\n".encode() + jsonl({"id": "b", "zh": ZH})
    report = read_bytes(data, "t.jsonl")
    assert [finding.id for finding in report.findings] == ["a", "b"]
    (problem,) = report.problems
    assert (problem.place, problem.lost) == ("line 2", True)
    assert "broken JSON" in problem.what


def test_a_first_line_that_is_broken_costs_only_itself():
    data = b'id;en\n{"en": \n' + jsonl({"id": "a", "en": EN}, {"id": "b", "en": EN})
    assert [finding.id for finding in read_bytes(data, "t").findings] == ["a", "b"]


def test_a_list_cut_at_its_end_keeps_the_objects_before():
    rows = ",\n".join(json.dumps({"id": i, "en": EN}) for i in range(3))
    report = read_bytes(f"[\n{rows}".encode()[:-9], "t.json")
    assert [finding.id for finding in report.findings] == ["0", "1"]
    assert [problem.place for problem in report.problems] == ["line 4"]


def test_a_text_too_long_for_a_finding_is_left_out():
    report = read_bytes(jsonl({"en": EN}, {"en": "no drill " * 20_000}), "t")
    assert len(report.findings) == 1
    assert "longer than 100,000 characters" in report.problems[0].what


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            b'[{"title": "x", "body": "y"}]',
            "t: no column holds the text of a finding (columns found: title, body); "
            "name one en, zh or text; these are read too: id, site_id, area, question, crucial, "
            "rating, status, severity, language",
        ),
        (b"name;wert\nA;1\nB;2\n", "(columns found: name, wert)"),
        (
            xlsx([["Hof 3", "12-13 May 2025"], ["Lfd.", "Ort", "Wert"], [1, "A", "B"]]),
            "(columns found: Lfd., Ort, Wert)",
        ),
        (xlsx([["Firma\nName", "Ort"], ["A", "B"]]), "(columns found: Firma Name, Ort)"),
        (b"en,zh\n", "t: the table has no rows"),
        (b"id,en\n1,\n", "t: row 2: there is no text in this row"),
        (b'["a", "b"]', "t: object 1: 'a' is no object"),
        (b'{"en": "abc', "t: line 1, column 8: broken JSON"),
        (b"[" * 100_000, "t: JSON nested too deeply"),
        (xlsx([]), "columns found: none"),
    ],
)
def test_a_table_that_cannot_be_used(data, message):
    with pytest.raises(InputError) as error:
        read_bytes(data, "t")
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_a_formula_counts_by_its_saved_value_and_one_without_is_no_text():
    data = xlsx([["id", "en"], ["a", EN], ["b", '="No " & "drill"']])
    report = read_bytes(data, "t.xlsx")
    assert [finding.id for finding in report.findings] == ["a"]
    assert report.problems[0].place == "row 3"


def test_a_workbook_that_unpacks_to_gigabytes_is_refused(monkeypatch):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * 3_000_000)
    monkeypatch.setattr("bifinding.corpus.readers.tables.MAX_UNPACKED", 2_000_000)
    with pytest.raises(InputError, match="t: unpacks to 2 MB; 1 are read; split it"):
        read_bytes(out.getvalue(), "t")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (xlsx([["en"], [EN]])[:-40], "broken workbook"),
        (b"PK\x03\x04 not a zip", "broken workbook"),
        (b"PAR1 not parquet PAR1", "broken Parquet file"),
    ],
)
def test_broken_workbooks_and_parquet(data, message):
    with pytest.raises(InputError, match=message):
        read_bytes(data, "t")


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_but_an_input_error(data):
    for start in (b"", b'{"en": ', b"id,en\n1,", b"PAR1", b"[", b"\xff\xfe"):
        try:
            report = read_bytes(start + data, "t")
        except InputError as error:
            assert "\n" not in str(error)
        else:
            assert report.findings


cell = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp")), max_size=30)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(cell.map(lambda s: s.strip() or "x"), cell), min_size=1, max_size=5))
def test_jsonl_gives_back_every_text_and_id(rows):
    data = jsonl(*({"id": name, "en": f"The point is {text}."} for name, text in rows))
    report = read_bytes(data, "t")
    assert [finding.id for finding in report.findings] == [name for name, _ in rows]
