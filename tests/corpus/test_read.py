"""Reading any input: what is in a file decides, and what cannot be read gets one clear line."""

import csv
import io
import json
import random
import sys

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from bifinding.corpus.catalogue import questions
from bifinding.corpus.readers import read, read_all, read_bytes
from bifinding.corpus.sample import FOLDER, make
from bifinding.corpus.schema import InputError, Report

SOURCE = make.source()
EN = "The factory held no fire drill in 2024."
ZH = "工厂2024年未进行消防演习。"

# --- the same findings from every format ----------------------------------------------------

ROWS = [
    {
        "id": f"report#{told['question']}",
        "site_id": SOURCE["site"]["id"],
        "area": questions()[told["question"]].area,
        "question": told["question"],
        "crucial": questions()[told["question"]].crucial,
        "en": make.cell(told["en"]),
        "zh": make.cell(told["zh"]),
    }
    for told in SOURCE["findings"]
]


def separated(delimiter, encoding):
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, ROWS[0], delimiter=delimiter)
    writer.writeheader()
    writer.writerows(ROWS)
    return out.getvalue().encode(encoding)


def xlsx():
    book = openpyxl.Workbook()
    for row in ([*ROWS[0]], *(list(row.values()) for row in ROWS)):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def parquet():
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(ROWS), out)
    return out.getvalue()


TEXT = (FOLDER / "report.txt").read_text(encoding="utf-8")
FORMATS = {
    "text": lambda: TEXT.encode(),
    "text, UTF-8 with BOM, CRLF": lambda: TEXT.replace("\n", "\r\n").encode("utf-8-sig"),
    "text, UTF-16": lambda: TEXT.encode("utf-16"),
    "text, GB18030": lambda: TEXT.encode("gb18030"),
    "PDF": (FOLDER / "report.pdf").read_bytes,
    "JSON": lambda: json.dumps(ROWS, indent=1).encode(),
    "JSON, UTF-16": lambda: json.dumps({"findings": ROWS}, ensure_ascii=False).encode("utf-16"),
    "JSONL": lambda: "\n".join(json.dumps(row) for row in ROWS).encode(),
    "CSV": lambda: separated(",", "utf-8"),
    "CSV, GB18030": lambda: separated(";", "gb18030"),
    "TSV, UTF-16": lambda: separated("\t", "utf-16"),
    "XLSX": xlsx,
    "Parquet": parquet,
}


def essence(findings):
    return [
        (f.id, f.site_id, " ".join(f.en.split()), " ".join(f.zh.split()), f.given) for f in findings
    ]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_same_findings(name, tmp_path):
    path = tmp_path / "report"  # without a suffix: what is in it decides
    path.write_bytes(FORMATS[name]())
    report = read(path)
    assert essence(report.findings) == essence(read(FOLDER / "report.txt").findings)
    assert report.problems == []


@pytest.mark.parametrize("suffix", [".pdf", ".xlsx", ".json", ".txt"])
def test_a_wrong_suffix_changes_nothing(suffix, tmp_path):
    path = tmp_path / f"findings{suffix}"
    path.write_text(json.dumps({"en": EN}), encoding="utf-8")
    assert read(path).findings[0].en == EN


def test_standard_input(monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(ZH.encode()))
    monkeypatch.setattr(sys, "stdin", stream)
    (finding,) = read("-").findings
    assert (finding.id, finding.zh) == ("stdin#1", ZH)


# --- plain text -----------------------------------------------------------------------------

QUOTING = "The sign “严禁烟火” was missing at the store."
NAMING = "工厂张贴了amfori BSCI Code of Conduct，但PA2和PA7的要求未落实。"


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        (EN, EN, None),
        (ZH, None, ZH),
        ("未佩戴耳塞", None, "未佩戴耳塞"),
        ("No guard on 3 of 12 presses.", "No guard on 3 of 12 presses.", None),
        (f"{EN}\n{ZH}", EN, ZH),
        (f"{ZH}\n\n{EN}\n", EN, ZH),
        (f"{EN} {ZH}", EN, ZH),
        (f"{ZH}{EN}", EN, ZH),
        (f"{EN}\t{ZH}", EN, ZH),
        (f"ENGLISH\nLOCAL LANGUAGE\nFinding\n{EN}\n{ZH}", EN, ZH),
        (QUOTING, QUOTING, None),
        (NAMING, None, NAMING),
        ("NO DRILL WAS HELD", "NO DRILL WAS HELD", None),
        ("未佩戴口罩/耳塞", None, "未佩戴口罩/耳塞"),
        ("See https://example.org/a/very/long/address: no drill was held.",) * 2 + (None,),
    ],
)
def test_plain_text_of_one_finding(text, english, chinese):
    report = read_bytes(text.encode(), "note.txt")
    (finding,) = report.findings
    assert (report.layout, finding.id) == ("text", "note#1")
    assert (finding.en, finding.zh) == (english, chinese)


@pytest.mark.parametrize("between", ["\n", " "])
def test_points_in_both_languages_by_turns(between):
    points = (
        "1. No drill was held.",
        "1. 未进行演习。",
        "2. An exit was locked.",
        "2. 一个出口上锁。",
    )
    text = between.join(points)
    (finding,) = read_bytes(text.encode(), "x").findings
    assert finding.en == "1. No drill was held.\n2. An exit was locked."
    assert finding.zh == "1. 未进行演习。\n2. 一个出口上锁。"


def test_plain_text_keeps_its_lines_and_knows_its_states():
    text = "Previous finding: an exit\nwas locked.\n\nCurrent status: Corrected. It is open."
    (finding,) = read_bytes(text.encode(), "x").findings
    assert finding.en == text
    part = finding.texts["en"]
    assert text[slice(*part.current)] == "Corrected. It is open."
    assert finding.given.status == "corrected"


# --- what cannot be read --------------------------------------------------------------------

_NOISE = random.Random(7).randbytes(4000)
_FRENCH = "Les salariés n'ont pas été formés à l'évacuation, où sont-ils ? ".encode("latin-1") * 20
_NO_FINDINGS = TEXT.partition("FINDINGS")[0].encode()
_NO_FILE_TYPE = (
    "this is no PDF, no XLSX, no DOCX, no Parquet and no text in UTF-8, UTF-16 or GB18030"
)
_NO_SENTENCE = "there is no sentence of a finding in English or Chinese here"

BAD = {
    "empty": (b"", "the file is empty"),
    "whitespace": (b" \r\n\t\n", "the file is empty"),
    "only a BOM": (b"\xef\xbb\xbf\n", "the file is empty"),
    "noise": (_NOISE, _NO_FILE_TYPE),
    "an image": (b"\x89PNG\r\n\x1a\n" + _NOISE, _NO_FILE_TYPE),
    "Latin-1": (_FRENCH, _NO_FILE_TYPE),
    "noise after a PDF's head": (b"%PDF-1.7\n" + _NOISE, "the PDF is broken"),
    "one line of 30 MB": (b"a" * 30_000_000, "30,000,000 characters, too many for one finding"),
    "a long text": (EN.encode() * 5_000, "longer than 100,000 characters"),
    "a 30 MB cell": (b'{"en": "' + b"a" * 30_000_000 + b'"}', "longer than 100,000 characters"),
    "JSON without texts": (b'{"name": "x", "grade": 3}', "(columns found: name, grade)"),
    "CSV with another header": (b"name,ort\nA,B\nC,D\n", "(columns found: name, ort)"),
    "a report without findings": (_NO_FINDINGS, "no finding in it"),
    "addresses": (b"https://example.org/a\nhttps://example.org/b?c=d\n", _NO_SENTENCE),
    "markup": (b"<b>x</b> key=value path/to/file f(x){y}\n" * 9, _NO_SENTENCE),
    "numbers": (b"12 13 14\n15.5 16 17\n", _NO_SENTENCE),
    "a web page": (f"<!DOCTYPE html><html><p>{EN}</p></html>".encode(), _NO_SENTENCE),
    "a Word document of old": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + _NOISE,
        "Office file of before",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_gets_one_clear_line(name, tmp_path):
    data, what = BAD[name]
    path = tmp_path / "audit.pdf"
    path.write_bytes(data)
    with pytest.raises(InputError) as error:
        read(path)
    assert str(error.value).startswith(f"{path}: ")
    assert what in str(error.value)
    assert "\n" not in str(error.value) and "; " in str(error.value)


def pdf(draw, **options):
    canvas = pytest.importorskip("reportlab.pdfgen.canvas")
    out = io.BytesIO()
    page = canvas.Canvas(out, **options)
    draw(page)
    page.save()
    return out.getvalue()


def test_a_pdf_with_a_password():
    encrypt = pytest.importorskip("reportlab.lib.pdfencrypt").StandardEncryption("secret")
    with pytest.raises(InputError, match=r"a\.pdf: .*password"):
        read_bytes(pdf(lambda page: page.drawString(50, 500, EN), encrypt=encrypt), "a.pdf")


def test_a_pdf_that_is_only_an_image():
    with pytest.raises(InputError, match=r"a\.pdf: its pages are pictures without text"):
        read_bytes(pdf(lambda page: page.rect(50, 50, 300, 500, fill=1)), "a.pdf")


def test_a_pdf_of_one_finding_without_a_report_around_it():
    (finding,) = read_bytes(pdf(lambda page: page.drawString(50, 500, EN)), "a.pdf").findings
    assert finding.en == EN


def test_a_missing_file_and_a_folder(tmp_path):
    with pytest.raises(InputError, match=r"no\.txt: there is no such file; check the path"):
        read(tmp_path / "no.txt")
    with pytest.raises(InputError, match="this is a folder"):
        read(tmp_path)


def test_a_file_larger_than_the_limit(monkeypatch, tmp_path):
    monkeypatch.setattr("bifinding.corpus.readers.MAX_FILE", 1 << 20)
    (tmp_path / "big").write_bytes(b"a" * (2 << 20))
    with pytest.raises(InputError, match="big: larger than 1 MB; split it"):
        read(tmp_path / "big")


# --- many files -----------------------------------------------------------------------------


def told(results):
    return [
        [f.en or f.zh for f in item.findings] if isinstance(item, Report) else str(item)
        for item in results
    ]


def test_a_folder_is_read_in_order_and_bad_files_cost_no_other(tmp_path):
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / ".hidden").mkdir()
    (tmp_path / "b.txt").write_text(EN, encoding="utf-8")
    (tmp_path / "a.bin").write_bytes(_NOISE)
    (tmp_path / "c.txt").write_bytes(b"")
    (tmp_path / ".d.txt").write_text(EN, encoding="utf-8")
    (tmp_path / ".hidden" / "e.txt").write_text(EN, encoding="utf-8")
    (tmp_path / "deep" / "er" / "f.jsonl").write_text(json.dumps({"zh": ZH}), encoding="utf-8")
    broken, english, empty, chinese = told(read_all([tmp_path]))
    assert broken == f"{tmp_path / 'a.bin'}: {_NO_FILE_TYPE}; export it again in one of these"
    assert english == [EN]
    assert "c.txt: the file is empty" in empty
    assert chinese == [ZH]


def test_files_and_folders_mixed_and_one_that_is_missing(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(EN, encoding="utf-8")
    (tmp_path / "b.txt").write_text(ZH, encoding="utf-8")
    found = told(read_all([str(tmp_path / "b.txt"), tmp_path / "none", str(tmp_path / "in")]))
    assert found == [[ZH], f"{tmp_path / 'none'}: there is no such file; check the path", [EN]]


def test_a_folder_with_nothing_readable_is_one_error(tmp_path):
    (error,) = read_all([tmp_path])
    assert str(error) == f"{tmp_path}: the folder holds no file; put reports or tables there"
    for name in ("a.png", "b.bin"):
        (tmp_path / name).write_bytes(_NOISE)
    (error,) = read_all([tmp_path])
    assert str(error).startswith(f"{tmp_path}: none of its 2 files can be read; ")
    assert "a.png" in str(error)


def test_a_side_that_a_bilingual_file_lacks_is_empty_and_a_language_not_used_is_absent():
    bilingual = b'{"en": "Exit locked.", "zh": "\xe5\x87\xba\xe5\x8f\xa3\xe4\xb8\x8a\xe9\x94\x81\xe3\x80\x82"}\n{"en": "Aisle blocked."}\n'
    english = b'{"en": "Exit locked."}\n{"en": "Aisle blocked."}\n'
    cell = b'{"en": "Exit locked.", "zh": ""}\n'
    assert [f.zh for f in read_bytes(bilingual, "x").findings] == ["出口上锁。", ""]
    assert [f.zh for f in read_bytes(english, "x").findings] == [None, None]
    assert [f.zh for f in read_bytes(cell, "x").findings] == [""]
