"""Audit reports as PDF: columns, page breaks, fonts; and PDFs that cannot be read."""

import io
import re
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from bifinding.corpus.readers.amfori import read_amfori
from bifinding.corpus.readers.pdf import pdf_lines
from bifinding.corpus.schema import InputError
from bifinding.corpus.text import decode
from reportlab.lib.pagesizes import A4, landscape, letter
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
SOURCE = Path(__file__).parent / "reports" / "two_sites_c.txt"
LONG_EN = (
    "Previous finding: At the audit of May 2021 the auditor saw that the store held 14 drums of "
    "bleach without secondary containment, and that none of the 6 storekeepers had been trained. "
    "Current status: Partially corrected. Trays stood under 11 of 14 drums (78.6 %). The others, "
    "in the yard of building 2, drained towards the river. 4 of 6 storekeepers were trained on "
    "March 8, 2022; the two on night shift were not."
)
LONG_ZH = (
    "部分改善。审核员现场观察到14桶漂白剂中有11桶（78.6%）已放置防泄漏托盘，其余3桶存放在2号楼的院子里，"
    "雨水可流入河道。6名仓管员中有4名于2022年3月8日接受了培训，2名夜班仓管员仍未接受培训。"
)


@pytest.fixture(scope="module")
def report():
    report = read_amfori(decode(SOURCE.read_bytes(), SOURCE.name), "r.txt")
    long = report.findings[2].model_copy(deep=True)
    long.given.question = "7.7"
    long.texts["en"].text, long.texts["zh"].text = LONG_EN, LONG_ZH
    report.findings.insert(3, long)
    return report


def make(report, size=9, page=A4, widths=(0.5, 0.5), grid=True, heads=2, **options):
    """The report as a PDF with a footer on every page."""
    style = ParagraphStyle("x", fontName="STSong-Light", fontSize=size, leading=size * 1.35)
    chinese = ParagraphStyle("c", parent=style, wordWrap="CJK")
    width = page[0] - 90

    def say(text, style=style):
        return Paragraph(escape(text), style)

    def table(rows, shares, **options):
        look = [("VALIGN", (0, 0), (-1, -1), "TOP")]
        look += [("GRID", (0, 0), (-1, -1), 0.5, "#888888")] if grid else []
        return Table(rows, [width * share for share in shares], style=look, **options)

    fields = [say(f"{label} {value}") for label, value in list(report.header.items())[:6]]
    story = [table([fields[:3], fields[3:]], [1 / 3] * 3), Spacer(0, 20), say("SECTION RATING")]
    rows = [[say(f"PA {area[2:]}: Area"), letter] for area, letter in report.ratings.items()]
    story += [table(rows, [0.5, 0.2]), say("METRICS"), say("Key Metrics")]
    rows = [[say(m.name), f"{m.value:,}", say(m.unit)] for m in report.metrics]
    story += [table(rows, [0.4, 0.3, 0.3]), say("FINDINGS")]
    for (site, area), found in groupby(report.findings, lambda f: (f.site_id, f.given.area)):
        story += [say(f"PA {area[2:]}: Area"), say(f"Site: Workshop | Site amfori ID: {site}")]
        for f in found:
            crucial = " CRUCIAL:" if f.given.crucial else ""
            story.append(say(f"Question: {f.given.question}{crucial} Is it so?"))
            cells = [[say(line, s) for line in (text or "").split("\n")]
                     for text, s in ((f.en, style), (f.zh, chinese))]  # fmt: skip
            rows = [["ENGLISH", "LOCAL LANGUAGE"], ["Finding", ""], cells]
            story.append(table(rows, widths, repeatRows=heads, splitInRow=1))

    def footer(canvas, document):
        canvas.setFont("Helvetica", 7)
        canvas.drawString(45, 20, f"Monitoring result for X on site X - {document.page} / 9")
        canvas.drawString(45, page[1] - 20, "Extract for the archive")

    out = io.BytesIO()
    margins = {f"{side}Margin": 45 for side in ("left", "right", "top", "bottom")}
    document = SimpleDocTemplate(out, pagesize=page, **margins, **options)
    document.build(story, onFirstPage=footer, onLaterPages=footer)
    return out.getvalue()


def squeezed(text):
    return re.sub(r"\s", "", text or "")


LAYOUTS = {
    "A4 with a grid": {},
    "without ruling lines": {"grid": False, "widths": (0.62, 0.38)},
    "large type, small pages": {"size": 13, "page": (330, 400), "grid": False},
    "landscape, heads not repeated": {"page": landscape(letter), "size": 8, "heads": 0},
    "narrow English column": {"widths": (0.3, 0.7), "page": (420, 300)},
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_every_layout_gives_the_findings_of_the_text(layout, report):
    read = read_amfori(pdf_lines(make(report, **layout), "r.pdf"), "r.pdf")
    for got, told in zip(read.findings, report.findings, strict=True):
        assert got.given.question == told.given.question
        assert (got.site_id, got.given.crucial) == (told.site_id, told.given.crucial)
        assert squeezed(got.en) == squeezed(told.en)
        assert squeezed(got.zh) == squeezed(told.zh)
        assert got.source.page
    assert read.ratings == report.ratings
    assert [(m.name, m.value, m.unit) for m in read.metrics] == [
        (m.name, m.value, m.unit) for m in report.metrics
    ]
    for label in list(report.header)[:6]:
        assert squeezed(read.header[label]) == squeezed(report.header[label])


def test_words_and_paragraphs_are_kept_apart(report):
    read = read_amfori(pdf_lines(make(report, **LAYOUTS["A4 with a grid"]), "r.pdf"), "r.pdf")
    assert read.findings[3].en == LONG_EN
    assert read.findings[3].zh == LONG_ZH
    assert read.findings[1].en == report.findings[1].en  # two paragraphs


def test_a_broken_pdf():
    with pytest.raises(InputError, match=r"^r\.pdf: the PDF is broken; "):
        pdf_lines(b"%PDF-1.7\n" + b"\x93\x00junk" * 99, "r.pdf")


def test_a_pdf_cut_off_in_the_middle_is_no_crash(report):
    data = make(report)
    with pytest.raises(InputError):
        read_amfori(pdf_lines(data[: len(data) // 2], "r.pdf"), "r.pdf")


def test_no_pdf_at_all():
    with pytest.raises(InputError, match=r"^r\.pdf: this is no PDF; "):
        pdf_lines(b"\x89PNG\r\n\x1a\n" + bytes(99), "r.pdf")


def test_an_encrypted_pdf(report):
    data = make(report, encrypt=StandardEncryption("secret"))
    with pytest.raises(InputError, match=r"^r\.pdf: it is encrypted; save a copy without"):
        pdf_lines(data, "r.pdf")


def test_a_scanned_pdf():
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    for _ in range(2):
        canvas.drawInlineImage(_picture(), 0, 0, *A4)
        canvas.showPage()
    canvas.save()
    with pytest.raises(InputError, match=r"pictures without text; run text recognition \(OCR\)"):
        pdf_lines(out.getvalue(), "r.pdf")


def _picture():
    from PIL import Image

    return Image.new("L", (40, 60), 200)
