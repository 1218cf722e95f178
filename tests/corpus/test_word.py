"""Findings from Word documents: lists in tables, extracts in paragraphs, and what people do to both."""

import io
import zipfile

import pytest
from bifinding.corpus.readers import read_bytes
from bifinding.corpus.schema import InputError
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

EN = "No fire drill was held for the night shift in 2024."
ZH = "2024年未对夜班进行消防演习。"
GUARD = "Two presses had no guard.\nOne was in use."
GUARD_ZH = "两台冲床无防护罩。\n其中一台正在使用。"


def saved(document):
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def document(*tables, before="Corrective action plan"):
    made = Document()
    made.add_paragraph(before)
    for rows in tables:
        fill(made.add_table(len(rows), len(rows[0])), rows)
        made.add_paragraph("")
    return made


def fill(table, rows):
    for i, row in enumerate(rows):
        for j, text in enumerate(row):
            table.cell(i, j).text = text
    return table


def texts(data):
    report = read_bytes(data, "list.docx")
    return [(f.id, f.en, f.zh) for f in report.findings], report


@pytest.mark.parametrize(
    "header",
    [
        ["No.", "Finding (English)", "Finding (Chinese)", "Status"],
        ["编号", "英文", "中文", "整改情况"],
        ["编号 No.", "Description (English) 英文描述", "中文 Chinese", "状态 Status"],
    ],
)
def test_a_table_with_a_header_in_either_language(header):
    rows = [header, ["A1", EN, ZH, "未改善"], ["A2", GUARD, GUARD_ZH, "corrected"]]
    found, report = texts(saved(document(rows)))
    assert found == [("A1", EN, ZH), ("A2", GUARD, GUARD_ZH)]
    assert [f.given.status for f in report.findings] == ["not_corrected", "corrected"]
    assert report.layout == "table"


def test_both_languages_in_one_column():
    found, _ = texts(saved(document([["No.", "Finding 发现"], ["1", f"{EN}\n{ZH}"]])))
    assert found == [("1", EN, ZH)]


def test_a_title_above_the_header_and_all_tables_of_a_document():
    first = [["Findings of the audit", ""], ["English", "Chinese"], [EN, ZH]]
    other = [["Auditor", "Date"], ["Li Na", "2024-05-01"]]
    last = [["English", "Chinese"], [GUARD, GUARD_ZH]]
    found, report = texts(saved(document(first, other, last)))
    assert [(en, zh) for _, en, zh in found] == [(EN, ZH), (GUARD, GUARD_ZH)]
    assert len({identity for identity, *_ in found}) == 2
    assert not report.problems


def test_merged_cells_say_their_word_for_every_row():
    made = document([["Area", "English", "Chinese"], ["PA7", EN, ZH], ["", GUARD, GUARD_ZH]])
    table = made.tables[0]
    table.cell(2, 0).text = ""
    table.cell(1, 0).merge(table.cell(2, 0))
    _, report = texts(saved(made))
    assert [f.given.area for f in report.findings] == ["PA7", "PA7"]


def test_a_row_merged_across_is_a_heading_and_no_finding():
    made = document([["English", "Chinese"], ["PA 7", ""], [EN, ZH]])
    made.tables[0].cell(1, 0).merge(made.tables[0].cell(1, 1))
    made.tables[0].cell(1, 0).text = ""
    found, _ = texts(saved(made))
    assert [(en, zh) for _, en, zh in found] == [(EN, ZH)]


def test_a_table_inside_a_cell_of_a_layout():
    made = document([["", ""]])
    inner = made.tables[0].cell(0, 1).add_table(2, 2)
    fill(inner, [["English", "中文"], [EN, ZH]])
    found, _ = texts(saved(made))
    assert [(en, zh) for _, en, zh in found] == [(EN, ZH)]


def test_tracked_changes_read_as_if_accepted():
    made = document([["English", "Chinese"], ["", ZH], [GUARD, GUARD_ZH]])
    paragraph = made.tables[0].cell(1, 0).paragraphs[0]._p
    for part in (
        "<w:r {0}><w:t xml:space='preserve'>No fire drill was held for the </w:t></w:r>",
        "<w:del {0} w:id='1' w:author='x'><w:r><w:delText>day</w:delText></w:r></w:del>",
        "<w:ins {0} w:id='2' w:author='x'><w:r><w:t>night</w:t></w:r></w:ins>",
        "<w:r {0}><w:t xml:space='preserve'> shift in 2024.</w:t></w:r>",
    ):
        paragraph.append(parse_xml(part.format(nsdecls("w"))))
    struck = made.tables[0].rows[2]._tr
    struck.get_or_add_trPr().append(parse_xml(f"<w:del {nsdecls('w')} w:id='3' w:author='x'/>"))
    found, _ = texts(saved(made))
    assert [(en, zh) for _, en, zh in found] == [(EN, ZH)]


def test_a_break_within_a_paragraph_is_a_line():
    made = document([["English"], [""]])
    run = made.tables[0].cell(1, 0).paragraphs[0].add_run("The first point is open.")
    run.add_break()
    run.add_text("The second is closed.")
    found, _ = texts(saved(made))
    assert found[0][1] == "The first point is open.\nThe second is closed."


def extract(one_table):
    made = Document()
    for line in (
        "OVERALL RATING",
        "C",
        "SECTION RATING",
        "PA 7: Occupational Health and Safety\tC",
    ):
        made.add_paragraph(line)
    made.add_paragraph("GENERAL DESCRIPTION")
    made.add_paragraph("Good practices: none.")
    made.add_paragraph("FINDINGS")
    for line in (
        "PA 7: Occupational Health and Safety",
        "Site: Qiaoyue Kitchenware | Site amfori ID: 156-900418-001",
        "Question: 7.8 Are fire drills held?",
    ):
        made.add_paragraph(line)
    if one_table:
        rows = [
            ["", "ENGLISH", "LOCAL LANGUAGE"],
            ["Finding", f"Not corrected. {EN}", f"未改善。{ZH}"],
        ]
        fill(made.add_table(2, 3), rows)
    else:
        fill(
            made.add_table(2, 2),
            [["ENGLISH", "LOCAL LANGUAGE"], [f"Not corrected. {EN}\n{GUARD}", f"未改善。{ZH}"]],
        )
    made.add_paragraph("Question: 7.17 Are machines guarded?")
    fill(made.add_table(2, 2), [["ENGLISH", "LOCAL LANGUAGE"], [GUARD, GUARD_ZH]])
    return saved(made)


@pytest.mark.parametrize("one_table", [True, False])
def test_an_amfori_extract_saved_as_a_document(one_table):
    report = read_bytes(extract(one_table), "r.docx")
    assert report.layout == "amfori-d"
    assert [f.given.question for f in report.findings] == ["7.8", "7.17"]
    first, second = report.findings
    assert first.en.startswith(f"Not corrected. {EN}")
    assert first.zh == f"未改善。{ZH}"
    assert first.given.status == "not_corrected"
    assert second.en == GUARD
    assert second.zh == GUARD_ZH
    assert report.ratings == {"PA7": "C"}


def test_a_document_of_plain_paragraphs_is_one_finding():
    made = document(before=EN)
    made.add_paragraph(ZH)
    found, _ = texts(saved(made))
    assert [(en, zh) for _, en, zh in found] == [(EN, ZH)]


def member(data, name, content):
    """The document with one member replaced."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", 8) as new:
        for item in old.infolist():
            new.writestr(item.filename, content if item.filename == name else old.read(item))
    return stream.getvalue()


GOOD = saved(document([["English", "Chinese"], [EN, ZH]]))
BOMB = (
    b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY a 'ha'>"
    + b"".join(b"<!ENTITY %c '%s'>" % (c, b"&%c;" % (c - 1) * 10) for c in range(98, 110))
    + b"]><a>&m;</a>"
)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (GOOD[:-60], "broken"),
        (GOOD[: len(GOOD) // 2], "broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "before 2007 or with a password"),
        (member(GOOD, "word/document.xml", b"<w:document"), "broken"),
        (member(GOOD, "word/document.xml", BOMB), "broken"),
        (member(GOOD, "word/document.xml", b" " * (300 << 20)), "unpacks to 300 MB"),
        (saved(Document()), "the file is empty"),
        (saved(document([["Name", "Date"], ["Li", "1 May"]])), "(columns found: Name, Date)"),
    ],
    ids=["truncated", "half", "doc", "not XML", "entities", "zip bomb", "empty", "other table"],
)  # fmt: skip
def test_what_is_no_good_document_is_refused_in_one_line(data, what):
    with pytest.raises(InputError) as refused:
        read_bytes(data, "x.docx")
    assert what in str(refused.value)
    assert "\n" not in str(refused.value)
