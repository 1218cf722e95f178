"""Writes the sample report as text and as PDF from ``source.yaml``: run with ``python -m``.

The text has every shape that extracts take on their way out of a PDF; the PDF has the tables those
shapes come from. The same source gives the same bytes. The PDF takes the extra ``[sample]``:
reportlab, and a font for the Chinese, of which the characters used are embedded.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import yaml

from ..catalogue import areas, questions
from . import FOLDER

if TYPE_CHECKING:
    from reportlab.platypus import Flowable, Table

CUT = "‖"  # where a page of the text file ends inside a cell


def source() -> dict[str, Any]:
    """The content of ``source.yaml``; its comments say what the fields mean."""
    return yaml.safe_load((FOLDER / "source.yaml").read_text(encoding="utf-8"))


def cell(paragraphs: list[str]) -> str:
    """One language's text of a finding as the report means it, a paragraph a line."""
    return "\n".join(paragraphs).replace(CUT, "")


def metric_rows(report: dict[str, Any], table: str) -> Iterator[tuple[str, str, str]]:
    """(name, number, unit) for each line of a metrics table."""
    for name, value in report["metrics"][table].items():
        if isinstance(value, str):
            number, unit = value.split()
            yield name, number, unit
        elif isinstance(value, int):
            yield name, str(value), "Workers"
        else:
            for group, number in zip(("Male", "Female", "Non-binary"), value, strict=True):
                yield f"{name} - {group}" if name else f"{group} workers", str(number), "Workers"


def _by_area(report: dict[str, Any]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for area in areas():
        found = [f for f in report["findings"] if questions()[f["question"]].area == area]
        if found:
            yield area, found


def _area_title(area: str, space: str = " ") -> str:
    return f"PA{space}{area[2:]}: {areas()[area].names_en[0]}"


def _question_title(finding: dict[str, Any]) -> str:
    crucial = " CRUCIAL:" if questions()[finding["question"]].crucial else ""
    return f"Question: {finding['question']}{crucial} {finding['asks']}"


# --- text -----------------------------------------------------------------------------------


def text(report: dict[str, Any]) -> str:
    """The report as a PDF-to-text tool gives it."""
    site = f"Site: {report['site']['name']} | Site amfori ID: {report['site']['id']}"
    parts = ["\n".join("\t".join(map(" ".join, row)) for row in report["header"])]
    parts += report["notices"] + ["OVERALL RATING", "SECTION RATING"]
    ratings = [
        # Extracts write the first heading without the space.
        f"{_area_title(area, '' if area == 'PA1' else ' ')}\t{letter}\t"
        for area, letter in report["ratings"].items()
    ]
    parts += ["\n".join(ratings[:5]), "\n".join(ratings[5:]), "GENERAL DESCRIPTION"]
    parts += [f"{label}: {said}" for label, said in report["description"].items()]
    parts += ["SITE DETAILS", f"Site\n{report['site']['name']}"]
    parts += [f"Site amfori ID\n{report['site']['id']}"]
    for heading, said in report["site_details"].items():
        rows = said if isinstance(said, list) else [[[said]]]
        parts += [heading, "\n".join("\t".join(map(" ".join, row)) for row in rows)]
    parts.append("METRICS")
    for table in report["metrics"]:
        parts += [table, "\n".join("\t".join(row) for row in metric_rows(report, table))]
    parts.append("FINDINGS")
    for area, found in _by_area(report):
        parts += [_area_title(area, "" if area == "PA1" else " "), site]
        for finding in found:
            parts += [_question_title(finding), *_SHAPES[finding["shape"]](finding)]
    return "\n\n".join(parts) + "\n"


def _cut(paragraphs: list[str]) -> tuple[list[str], list[str]]:
    """Paragraphs before and after the page's end."""
    head, _, rest = "\n".join(paragraphs).partition(CUT)
    return head.strip().split("\n"), rest.split("\n") if rest else []


def _row(en: list[str], zh: list[str]) -> str:
    return "\t".join(" ".join(f"<p>{p}</p>" for p in side) for side in (en, zh))


def _as_row(finding: dict[str, Any]) -> list[str]:
    (en, more_en), (zh, _) = _cut(finding["en"]), _cut(finding["zh"])
    block = "ENGLISH\tLOCAL LANGUAGE\nFinding\t\n" + _row(en, zh)
    return [block, "Finding", *more_en] if more_en else [block]


def _as_paragraphs(finding: dict[str, Any]) -> list[str]:
    (en, more_en), (zh, more_zh) = _cut(finding["en"]), _cut(finding["zh"])
    block = ["ENGLISH", "LOCAL LANGUAGE", "Finding", "\n".join(en), "\n".join(zh)]
    return [*block, "Finding", *more_en, *more_zh] if more_en or more_zh else block


def _as_mixed(finding: dict[str, Any]) -> list[str]:
    (en, more_en), (zh, more_zh) = _cut(finding["en"]), _cut(finding["zh"])
    # The fragment of Chinese that a page cut leaves over stands in the row without tags.
    rest = _row(more_en, []) + "".join(more_zh)
    return ["ENGLISH", "LOCAL LANGUAGE", "Finding", *en, *zh, f"Finding\t\n{rest}"]


_SHAPES = {"row": _as_row, "paragraphs": _as_paragraphs, "mixed": _as_mixed}


# --- PDF ------------------------------------------------------------------------------------


def pdf(report: dict[str, Any]) -> bytes:
    """The report as a PDF of A4 pages, with tables of two columns that go on over page breaks.

    Raises:
        ImportError: where the extra ``[sample]`` is not installed.
    """
    from paperang_p2_fonts_cjk import __file__ as font_package
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import mm
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus import SimpleDocTemplate

    font = Path(font_package).parent / "fonts" / "wqy-microhei.ttc"
    pdfmetrics.registerFont(TTFont("Body", str(font), subfontIndex=0))

    def build(pages: int | None) -> tuple[bytes, int]:
        out = io.BytesIO()
        document = SimpleDocTemplate(
            out, pagesize=A4, leftMargin=16 * mm, rightMargin=16 * mm, topMargin=16 * mm,
            bottomMargin=22 * mm, invariant=1, lang="en",
            title="Monitoring result (fictional sample)", author="bifinding",
        )  # fmt: skip

        def footer(canvas: Any, document: Any) -> None:
            canvas.setFont("Helvetica", 7.5)
            canvas.setFillGray(0.45)
            line = f"Monitoring result for {report['site']['name']} - {canvas.getPageNumber()}"
            canvas.drawString(16 * mm, 10 * mm, f"{line} / {pages}")

        document.build(list(_story(report)), onFirstPage=footer, onLaterPages=footer)
        return out.getvalue(), document.page

    _, pages = build(None)
    return build(pages)[0]


def _story(report: dict[str, Any]) -> Iterator[Flowable]:
    from reportlab.lib.colors import HexColor
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.lib.units import mm
    from reportlab.platypus import CondPageBreak, Paragraph, Spacer
    from reportlab.platypus import Table as PdfTable

    ink, grey = HexColor("#1d3c4a"), HexColor("#c9d3d8")
    style = partial(ParagraphStyle, "", fontName="Body", fontSize=9, leading=12)
    body, small = style(spaceAfter=4), style(fontSize=8, leading=11)
    chinese = style(wordWrap="CJK", spaceAfter=4)
    bold = partial(style, fontName="Helvetica-Bold", textColor=ink)
    title, part = bold(fontSize=17, leading=22), bold(fontSize=13, leading=18, spaceBefore=12)
    heading, label = bold(fontSize=10.5, leading=15, spaceBefore=8), bold(fontSize=8, leading=12)
    grid = ("LINEBELOW", (0, 0), (-1, -1), 0.4, grey)

    def say(text: str, style: ParagraphStyle = body) -> Paragraph:
        return Paragraph(escape(text), style)

    def table(rows: list[list[Any]], widths: list[float], *more: Any, **options: Any) -> Table:
        padding = [("TOPPADDING", (0, 0), (-1, -1), 2), ("BOTTOMPADDING", (0, 0), (-1, -1), 2)]
        look = [("VALIGN", (0, 0), (-1, -1), "TOP"), grid, *padding, *more]
        return PdfTable(rows, [w * mm for w in widths], style=look, hAlign="LEFT", **options)

    def labelled(rows: list[list[list[str]]]) -> Table:
        cells = [[[say(p[0], label), say(p[1], small)] for p in row] for row in rows]
        return table([row + [""] * (3 - len(row)) for row in cells], [59, 59, 60])

    yield say("Monitoring result", title)
    yield Spacer(0, 3 * mm)
    yield labelled(report["header"])
    yield Spacer(0, 4 * mm)
    for notice in report["notices"]:
        yield say(notice, small)
    yield say("OVERALL RATING", part)
    yield _badge()
    yield say("SECTION RATING", part)
    ratings = [[say(_area_title(a), small), say(r, label)] for a, r in report["ratings"].items()]
    yield table(ratings, [110, 20])
    yield say("GENERAL DESCRIPTION", part)
    for name, said in report["description"].items():
        yield Paragraph(f"<b>{escape(name)}:</b> {escape(said)}", body)
    yield say("SITE DETAILS", part)
    yield labelled([[["Site", report["site"]["name"]], ["Site amfori ID", report["site"]["id"]]]])
    for name, said in report["site_details"].items():
        yield say(name, heading)
        yield labelled(said) if isinstance(said, list) else say(said, small)
    yield say("METRICS", part)
    for name in report["metrics"]:
        yield say(name, heading)
        rows = [[say(c, small) for c in row] for row in metric_rows(report, name)]
        yield table(rows, [100, 30, 30])
    yield CondPageBreak(80 * mm)
    yield say("FINDINGS", part)
    for area, found in _by_area(report):
        yield CondPageBreak(48 * mm)
        yield say(_area_title(area), heading)
        yield say(f"Site: {report['site']['name']} | Site amfori ID: {report['site']['id']}", small)
        for finding in found:
            yield CondPageBreak(30 * mm)
            yield say(_question_title(finding), bold(fontSize=9, leading=13, spaceBefore=7))
            yield Spacer(0, 2 * mm)
            cells = [
                [say(p.replace(CUT, ""), look) for p in finding[lang]]
                for lang, look in (("en", body), ("zh", chinese))
            ]
            # The row label "Finding", alone, comes again at the head of the next page.
            rows = [
                [say("ENGLISH", label), say("LOCAL LANGUAGE", label)],
                [say("Finding", label), ""],
            ]
            yield table(
                [*rows, cells], [89, 89], ("SPAN", (0, 1), (-1, 1)), ("BOX", (0, 0), (-1, -1), 0.4, grey),
                ("LINEAFTER", (0, 0), (0, -1), 0.4, grey), ("BACKGROUND", (0, 0), (-1, 0), HexColor("#e8eef1")),
                repeatRows=(1,), splitInRow=1,
            )  # fmt: skip


def _badge() -> Flowable:
    """The overall rating, drawn: extracts show it as an image, which leaves no text behind."""
    from reportlab.graphics.shapes import Drawing, PolyLine, Rect
    from reportlab.lib.colors import HexColor, white

    badge, plate = Drawing(44, 34), Rect(0, 2, 44, 28, rx=4, ry=4)
    plate.fillColor = plate.strokeColor = HexColor("#a3262b")
    badge.add(plate)
    for points in ([8.0, 23, 19, 23, 8, 9, 19, 9], [24.0, 23, 36, 23], [30.0, 23, 30, 9]):
        badge.add(PolyLine(points, strokeColor=white, strokeWidth=2.4))
    return badge


def main() -> None:
    report = source()
    (FOLDER / "report.txt").write_text(text(report), encoding="utf-8", newline="\n")
    (FOLDER / "report.pdf").write_bytes(pdf(report))


if __name__ == "__main__":
    main()
