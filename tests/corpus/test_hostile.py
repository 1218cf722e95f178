"""Files made to break their reader: each ends in one line, soon and in little memory."""

import io
import json
import zipfile
import zlib

import pytest
from bifinding.corpus.readers import pdf_limits, read_bytes
from bifinding.corpus.schema import InputError, one_line
from bifinding.corpus.settings import read_settings
from openpyxl import Workbook

EN = "No fire drill was held in the year 2024."
CARDS = ("a" if i == 0 else f"&e{i - 1};" for i in range(9))
ENTITIES = "".join(f'<!ENTITY e{i} "{card * 40}">' for i, card in enumerate(CARDS))


def refused(data: bytes) -> str:
    with pytest.raises(InputError) as error:
        read_bytes(data, "f")
    assert "\n" not in str(error.value)
    return str(error.value)


# --- archives -------------------------------------------------------------------------------


def workbook(**parts: str) -> bytes:
    """A workbook of one finding; ``parts`` replace members, by name without ending."""
    book, made = Workbook(), io.BytesIO()
    for row in ["en"], [EN]:
        book.worksheets[0].append(row)
    book.save(made)
    out = io.BytesIO()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            stem = name.rpartition("/")[2].partition(".")[0]
            new.writestr(name, parts.pop(stem, None) or old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


def sheet(rows: str, doctype: str = "") -> str:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'{doctype}<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'


def text_cell(text: str, at: str = "") -> str:
    return f'<c {at} t="inlineStr"><is><t>{text}</t></is></c>'


def document(body: str, doctype: str = "", **more: str) -> bytes:
    """A Word document with that body."""
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    rels = "application/vnd.openxmlformats-package.relationships+xml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{types}"><Default Extension="rels" ContentType="{rels}"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{relations}"><Relationship Id="r1" Type="{kind}" '
        'Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'{doctype}<w:document xmlns:w="{w}"><w:body>{body}</w:body></w:document>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (parts | more).items():
            archive.writestr(name, content)
    return out.getvalue()


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def test_a_workbook_that_unpacks_to_hundreds_of_times_its_size_is_not_unpacked():
    assert "unpacks to 64 MB" in refused(workbook(bomb="0" * (64 << 20)))


def test_a_cell_far_to_the_right_costs_its_row_and_no_memory():
    far = "<row>" + text_cell(EN, 'r="XFD2"') + "</row>"
    rows = f"<row>{text_cell('en')}</row><row>{text_cell(EN)}</row>{far * 3000}"
    report = read_bytes(workbook(sheet1=sheet(rows)), "f")
    assert ([finding.en for finding in report.findings], report.problems) == ([EN], [])


def test_members_that_name_places_outside_are_not_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    data = workbook(**{"../evil.txt": "x", "/tmp/evil.txt": "x", "..\\evil.txt": "x"})
    assert [finding.en for finding in read_bytes(data, "f").findings] == [EN]
    assert not [*tmp_path.parent.glob("evil*")]
    assert not [*tmp_path.iterdir()]


# --- XML ------------------------------------------------------------------------------------


def tmx(text: str, doctype: str = "") -> bytes:
    tu = f'<tu><tuv xml:lang="en"><seg>{text}</seg></tuv></tu>'
    return f'<?xml version="1.0"?>{doctype}<tmx version="1.4"><body>{tu}</body></tmx>'.encode()


@pytest.mark.parametrize("reader", ["tmx", "workbook", "document"])
@pytest.mark.parametrize("name", ["bomb", "file"])
def test_entities_are_neither_unfolded_nor_followed(tmp_path, reader, name):
    secret = tmp_path / "secret"
    secret.write_text("Secrets of the auditor.", encoding="utf-8")
    entities = ENTITIES if name == "bomb" else f'<!ENTITY e8 SYSTEM "{secret.as_uri()}">'
    doctype, text = f"<!DOCTYPE x [{entities}]>", f"{EN} &e8;"
    data = {
        "tmx": lambda: tmx(text, doctype),
        "workbook": lambda: workbook(sheet1=sheet(f"<row>{text_cell(text)}</row>", doctype)),
        "document": lambda: document(paragraph(text), doctype),
    }[reader]()
    try:
        read = read_bytes(data, "f").model_dump_json()
    except InputError as error:
        read = str(error)
    assert "Secret" not in read
    assert len(read) < 2000


def test_elements_nested_a_hundred_thousand_deep():
    refused(tmx("<x>" * 100_000 + EN + "</x>" * 100_000))
    refused(document("<w:tbl><w:tr><w:tc>" * 30_000))


# --- JSON and settings ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":' * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"en": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
        b'{"en": ' + b"9" * 100_000 + b"}",
        b'[{"en": "' + b"a" * 200_000 + b'"}]',
    ],
    ids=["objects", "lists", "a cell", "digits", "a text"],
)
def test_json_too_deep_or_too_long(data):
    refused(data)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: &a [1, 1]\nb: &b [*a, *a]\nc: [*b, *b]", "an alias"),
        ("a: " + "[" * 20_000, "nested too deeply|expected"),
        ("a: 2024-02-30", "day is out of range"),
        ("!!python/object/apply:os.system [ls]", "could not determine a constructor"),
        ("- a", "names with their values"),
        ("1: a", "names with their values"),
        ("a: " + "x" * (2 << 20), "larger than 1 MB"),
        ("\0", "unacceptable character"),
    ],
    ids=lambda value: value[:20],
)
def test_settings_that_are_a_trap(tmp_path, text, message):
    path = tmp_path / "s.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        read_settings(path)


# --- PDF ------------------------------------------------------------------------------------

FONT = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
LINE = f"BT /F 9 Tf 50 700 Td ({EN}) Tj ET"


def pdf(*objects: str | bytes, content: bytes = LINE.encode(), font: str = FONT, more: str = ""):
    """A PDF of one page; ``objects`` are numbered from 6."""
    resources = f"<< /Font << /F 5 0 R >> {more} >>"
    bodies = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources {resources} >>",
        stream(content),
        font,
        *objects,
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        body = body if isinstance(body, bytes) else body.encode()
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(bodies) + 1
    head = b"xref\n0 %d\n0000000000 65535 f \n%strailer << /Root 1 0 R /Size %d >>\n"
    return out + head % (size, table, size) + b"startxref\n%d\n%%%%EOF" % len(out)


def stream(data: bytes, attributes: str = "") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), attributes.encode(), data)


def form(data: str, resources: str = "") -> bytes:
    about = f"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << {resources} >>"
    return stream(data.encode(), about)


def squeezed(data: bytes, times: int = 1) -> bytes:
    for _ in range(times):
        data = zlib.compress(data, 9)
    return stream(data, f"/Filter [{'/FlateDecode ' * times}]")


def composite(widths: str = "", encoding: str = "/Identity-H") -> str:
    below = f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /A {widths} /FontDescriptor << /Type /FontDescriptor /FontName /A >> >>"
    return f"<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding {encoding} /ToUnicode 6 0 R /DescendantFonts [{below}] >>"


CMAP = b"begincmap 1 beginbfrange <00000000> <ffffffff> <0041> endbfrange endcmap"
PLAIN = stream(b"")


def bloated() -> bytes:
    return pdf().replace(stream(LINE.encode()), squeezed(b"q Q " * (40 << 20 >> 2), 2))


def nested() -> bytes:
    forms = [form("/X Do " * 30, f"/XObject << /X {i} 0 R >>") for i in range(7, 14)]
    content = ("/X Do " * 30).encode()
    return pdf(*forms, form(LINE), content=content, more="/XObject << /X 6 0 R >>")


def test_the_pdf_of_these_tests_is_read_where_nothing_is_wrong_with_it():
    assert [finding.en for finding in read_bytes(pdf(), "f").findings] == [EN]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (bloated(), "unpacks to more than 1 MB"),
        (nested(), "its pages draw more than"),
        (pdf(PLAIN, font=composite("/W [0 4294967295 500]")), "a font names more characters"),
        (pdf(stream(CMAP), font=composite()), "a font names more characters"),
    ],
    ids=["unpacks", "forms in forms", "widths", "characters"],
)
def test_a_pdf_that_asks_for_more_than_a_report_needs(monkeypatch, data, message):
    monkeypatch.setattr(pdf_limits, "MAX_UNPACKED", 1 << 20)
    monkeypatch.setattr(pdf_limits, "MAX_DRAWN", 1 << 19)
    assert message in refused(data)


def test_a_pdf_of_too_many_pages(monkeypatch):
    monkeypatch.setattr(pdf_limits, "MAX_PAGES", 0)
    assert "it has 1 pages; 0 are read" in refused(pdf())


# --- what a terminal shows ------------------------------------------------------------------


def test_nothing_of_a_file_steers_the_terminal():
    row = {"id": "\x1b[2J\x9b1m7\u202e\n8", "site_id": "\x1b]0;x\x07", "en": EN, "area": "\x1b[31m"}
    report = read_bytes(json.dumps([row]).encode(), "f")
    shown = [report.findings[0].id.replace("\n", ""), report.findings[0].site_id]
    assert all(text.isprintable() for text in shown)
    assert one_line("a\x1b[31m\n\u202eb") == "a [31m b"
    assert len(one_line("x" * 10_000)) <= 600
