"""Aligned findings as translators keep them: TMX 1.4b, XLIFF 1.2, tab-separated values.

A bead is a unit. Its id is the finding's with the bead's number; the defects of its sentences are notes.
A sentence that nothing translates is a unit with one side; a TMX, a memory of translations, is without.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO

from lxml import etree

from ... import __version__
from ...corpus.labels import LANGS, Lang
from ...corpus.schema import AnalysedReport, Analysis, Bead, Defect
from .sheet import safe

_CODES = {"en": "en", "zh": "zh-CN"}
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_XLIFF = "urn:oasis:names:tc:xliff:document:1.2"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Unit:
    id: str
    texts: dict[Lang, str]
    similarity: float
    defects: list[Defect]


def units(record: Analysis) -> Iterator[Unit]:
    """The beads of a record, in its order."""
    for n, bead in enumerate(record.alignment, 1):
        spans = {lang: [record.sentences[lang][i] for i in getattr(bead, lang)] for lang in LANGS}
        yield Unit(
            f"{record.id}:{n}",
            {
                lang: (" " if lang == "en" else "").join(
                    (getattr(record, lang) or "")[a:b] for a, b in spans[lang]
                )
                for lang in LANGS
            },
            bead.similarity,
            [d for d in record.defects if _bead_of(d, record) is bead],
        )


def _bead_of(defect: Defect, record: Analysis) -> Bead | None:
    """The first bead with a sentence that the defect touches; the first of all for a defect of the
    whole finding."""
    for bead in record.alignment:
        for lang in LANGS:
            if span := getattr(defect, lang):
                for a, b in (record.sentences[lang][i] for i in getattr(bead, lang)):
                    if a < span.end and span.start < b:
                        return bead
    return record.alignment[0] if record.alignment else None


def write_tmx(reports: Iterable[AnalysedReport], stream: IO[bytes]) -> None:
    header = {
        "creationtool": "bifinding",
        "creationtoolversion": __version__,
        "segtype": "sentence",
        "o-tmf": "bifinding",
        "adminlang": "en",
        "srclang": _CODES["en"],
        "datatype": "plaintext",
    }
    with etree.xmlfile(stream, encoding="utf-8") as file:
        file.write_declaration()
        file.write_doctype('<!DOCTYPE tmx SYSTEM "tmx14.dtd">')
        with file.element("tmx", version="1.4"):
            file.write(etree.Element("header", header))
            with file.element("body"):
                for report in reports:
                    for record in report.findings:
                        for unit in units(record):
                            if all(unit.texts.values()):
                                file.write(_tu(unit, report.report.file), pretty_print=True)


def _tu(unit: Unit, name: str) -> etree._Element:
    tu = etree.Element("tu", tuid=_xml(unit.id))
    for defect in unit.defects:
        etree.SubElement(tu, "note").text = _note(defect)
    for kind, value in (("file", name), ("similarity", f"{unit.similarity:.3f}")):
        etree.SubElement(tu, "prop", type=kind).text = _xml(value)
    for lang, text in unit.texts.items():
        tuv = etree.SubElement(tu, "tuv", {_XML_LANG: _CODES[lang]})
        etree.SubElement(tuv, "seg").text = _xml(text)
    return tu


def write_xliff(reports: Iterable[AnalysedReport], stream: IO[bytes]) -> None:
    with etree.xmlfile(stream, encoding="utf-8") as file:
        file.write_declaration()
        with file.element(f"{{{_XLIFF}}}xliff", nsmap={None: _XLIFF}, version="1.2"):
            for report in reports:
                about = {
                    "original": _xml(report.report.file),
                    "source-language": _CODES["en"],
                    "target-language": _CODES["zh"],
                    "datatype": "plaintext",
                }
                with (
                    file.element(f"{{{_XLIFF}}}file", about),
                    file.element(f"{{{_XLIFF}}}body"),
                ):
                    for record in report.findings:
                        for unit in units(record):
                            file.write(_trans_unit(unit), pretty_print=True)


def _trans_unit(unit: Unit) -> etree._Element:
    element = etree.Element(f"{{{_XLIFF}}}trans-unit", {"id": _xml(unit.id)}, nsmap={None: _XLIFF})
    etree.SubElement(element, f"{{{_XLIFF}}}source").text = _xml(unit.texts["en"])
    if unit.texts["zh"]:
        etree.SubElement(element, f"{{{_XLIFF}}}target").text = _xml(unit.texts["zh"])
    for defect in unit.defects:
        etree.SubElement(element, f"{{{_XLIFF}}}note", {"from": "bifinding"}).text = _note(defect)
    return element


def write_tsv(reports: Iterable[AnalysedReport], stream: IO[bytes]) -> None:
    """With a byte-order mark, so that Excel shows the Chinese, and no cell that it takes for a formula."""
    text = io.TextIOWrapper(stream, "utf-8-sig", newline="", write_through=True)
    rows = csv.writer(text, "excel-tab")
    rows.writerow(["id", "en", "zh", "similarity", "defects"])
    for report in reports:
        for record in report.findings:
            for unit in units(record):
                notes = "\n".join(map(_note, unit.defects))
                cells = [unit.id, *unit.texts.values(), f"{unit.similarity:.3f}", notes]
                rows.writerow([safe(cell) for cell in cells])
    text.detach()


def _note(defect: Defect) -> str:
    return _xml(f"{defect.level}: {defect.type}: {defect.message}")


def _xml(text: str) -> str:
    """The text without the few characters that XML cannot hold."""
    return _NOT_XML.sub("\ufffd", text)
