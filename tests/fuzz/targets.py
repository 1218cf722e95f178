"""What is fuzzed: each target takes any bytes and may fail on none; its seeds show what is meant.

Formats that are packed (a workbook, a PDF's streams) are fuzzed unpacked and packed here, for behind
a checksum random changes would find nothing.
"""

from __future__ import annotations

import io
import json
import re
import tempfile
import zipfile
from collections.abc import Callable
from functools import cache, partial
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
from bifinding import load
from bifinding.app.lint import Accepted, read_config
from bifinding.corpus.readers import read_bytes
from bifinding.corpus.schema import Finding, InputError, Report, Source
from bifinding.corpus.stated import split_states
from bifinding.models.storage import FILE
from bifinding.models.storage import load as load_model
from bifinding.nlp.entities import extract, numbers
from bifinding.nlp.pipeline import Pipeline
from bifinding.nlp.sentences import split_sentences
from bifinding.training.recipe import read_recipe
from docx import Document
from openpyxl import Workbook

from ..contract import faults

ROOT = Path(__file__).parents[2]
EN = (
    'Previous finding: 9 out of 12 workers had overtime. This question was rated "No".\n'
    "Current status: Partially corrected. In March 2025, 3 of 12 sampled workers (25%) worked 62-78 "
    "hours of overtime; RMB 21.56 per hour. (Article 41 of the Labour Law of the PRC)"
)
ZH = (
    "部分改善。2025年3月，12名抽样工人中有3名（25%）加班六十二至78小时；每小时21.56元。"
    "（《中华人民共和国劳动法》第四十一条）"
)


class Target(NamedTuple):
    """``run`` raises for bytes that show a fault."""

    run: Callable[[bytes], None]
    seeds: Callable[[], list[bytes]]


# --- readers --------------------------------------------------------------------------------


def _read(data: bytes) -> None:
    try:
        report = read_bytes(data, "f")
    except InputError as error:
        assert "\n" not in str(error), str(error)
        return
    assert report.findings
    assert Report.model_validate_json(report.model_dump_json()) == report


def _text_seeds() -> list[bytes]:
    report = (ROOT / "corpus/sample/report.txt").read_bytes()
    texts = [report[:6000], f"{EN}\n{ZH}".encode(), ZH.encode("gb18030"), EN.encode("utf-16")]
    return [*texts, "Finding\nENGLISH\tLOCAL LANGUAGE\n<p>No drill.</p>\t<p>无演习。</p>".encode()]


def _json_seeds() -> list[bytes]:
    row = {"id": "1", "en": EN, "zh": ZH, "given": {"area": "PA6", "question": "6.2"}}
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for _ in range(2))
    nested = {"findings": [{"texts": {"en": {"text": EN}}, "rating": "no", "severity": "major"}]}
    exports = (ROOT / "tests/corpus/exports").iterdir()
    return [lines.encode(), json.dumps([nested]).encode(), *(p.read_bytes() for p in exports)]


def _csv_seeds() -> list[bytes]:
    rows = f'id,en,zh,area,status\n1,"{EN.replace(chr(34), chr(34) * 2)}",{ZH},PA6,未改善\n2,,{ZH},7,x\n'
    return [
        rows.encode(),
        rows.replace(",", ";").encode("gb18030"),
        b"sep=\t\nid\ten\n1\tNo drill.",
    ]


def _bitext_seeds() -> list[bytes]:
    sides = f'<tuv xml:lang="en"><seg>{EN}</seg></tuv><tuv lang="zh-CN"><seg>{ZH}</seg></tuv>'
    tmx = f'<?xml version="1.0"?><tmx version="1.4"><body><tu tuid="a">{sides}</tu></body></tmx>'
    unit = f"<trans-unit id='1'><source>{EN}</source><target>{ZH}</target></trans-unit>"
    file = f"<file source-language='en' target-language='zh'><body>{unit}</body></file>"
    xliff = f"<xliff xmlns='urn:oasis:names:tc:xliff:document:1.2' version='1.2'>{file}</xliff>"
    return [tmx.encode(), xliff.encode()]


# --- packed formats -------------------------------------------------------------------------


def _workbook() -> bytes:
    book, stream = Workbook(), io.BytesIO()
    for row in ["id", "en", "zh", "severity"], ["1", EN, ZH, "major"], [2, 3.5, True, None]:
        book.worksheets[0].append(row)
    book.save(stream)
    return stream.getvalue()


def _document() -> bytes:
    document, stream = Document(), io.BytesIO()
    document.add_paragraph("Findings")
    table = document.add_table(rows=2, cols=3)
    for row, texts in zip(table.rows, (("id", "en", "zh"), ("1", EN, ZH)), strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    document.save(stream)
    return stream.getvalue()


@cache
def _parts(whole: Callable[[], bytes]) -> dict[str, bytes]:
    """The members of an archive, those with a finding's text first."""
    with zipfile.ZipFile(io.BytesIO(whole())) as archive:
        names = sorted(archive.namelist(), key=lambda name: not _TEXTS.search(name))
        return {name: archive.read(name) for name in names}


_TEXTS = re.compile("sheet1|/document.xml|sharedStrings")


def _archive(whole: Callable[[], bytes], data: bytes) -> None:
    """The first byte names the part of an archive that the others replace; 255: all of the file."""
    if not data or data[0] == 255:
        return _read(data[1:])
    part = [*_parts(whole)][data[0] % len(_parts(whole))]
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in _parts(whole).items():
            archive.writestr(name, data[1:] if name == part else content)
    return _read(stream.getvalue())


def _archive_seeds(whole: Callable[[], bytes]) -> list[bytes]:
    parts = [bytes([i]) + content for i, content in enumerate(_parts(whole).values())]
    return [*(part for part in parts if len(part) < 8000), b"\xff" + whole()]


def _parquet_seeds() -> list[bytes]:
    plain = pa.table({"id": [1, 2], "en": [EN, None], "zh": [ZH, "无"], "score": [0.5, 1.0]})
    nested = pa.table({"translation": [{"en": EN, "zh": ZH}], "given": [{"area": "PA6"}]})
    streams = []
    for table in plain, nested:
        stream = io.BytesIO()
        pq.write_table(table, stream, compression="none")
        streams.append(stream.getvalue())
    return streams


def _pdf_seeds() -> list[bytes]:
    from reportlab.pdfgen.canvas import Canvas  # not where only findings are replayed

    seeds = []
    for pages in 1, 2:
        stream = io.BytesIO()
        canvas = Canvas(stream, pageCompression=0, invariant=True)
        for _ in range(pages):
            for i, line in enumerate(EN.split(". ")):
                canvas.drawString(50, 700 - 14 * i, line)
            canvas.showPage()
        canvas.save()
        seeds.append(stream.getvalue())
    return seeds


# --- rules, line, model, settings -----------------------------------------------------------


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _extract(data: bytes) -> None:
    text = _decoded(data)
    for lang in ("en", "zh"):
        end = 0
        for entity in extract(text, lang):
            assert end <= entity.start < entity.end <= len(text), entity
            assert text[entity.start : entity.end] == entity.text == entity.text.strip(), entity
            assert json.loads(json.dumps(entity.value, allow_nan=False)) == entity.value, entity
            end = entity.end
        assert all(0 <= n.start < n.end <= len(text) for n in numbers(text, lang))
        spans = split_sentences(text)
        assert all(a < b for a, b in spans)
        assert all(a[1] <= b[0] for a, b in pairwise(spans))


@cache
def _pipeline() -> Pipeline:
    return load("shipped")


def _finding(data: bytes) -> Finding:
    en, _, zh = _decoded(data).partition("\0")
    texts = {"en": split_states(en, "en"), "zh": split_states(zh.replace("\0", ""), "zh")}
    return Finding(id="x", source=Source(file="x"), texts=texts)


def _analyse(data: bytes) -> None:
    finding = _finding(data[:4000])
    report = Report(file="x", layout="table", findings=[finding, finding])
    analysed = _pipeline().analyse(report)
    assert not (found := [f for record in analysed.findings for f in faults(record)]), found
    assert analysed.findings[0] == analysed.findings[1]


@cache
def _model() -> bytes:
    with zipfile.ZipFile(ROOT / "tests/models/format1.zip") as archive, _folder() as folder:
        archive.extractall(folder)
        from bifinding.models.storage import save

        save(load_model(folder), folder / "m")
        return (folder / "m" / FILE).read_bytes()


class _folder(tempfile.TemporaryDirectory):
    def __enter__(self) -> Path:
        return Path(super().__enter__())


def _load_model(data: bytes) -> None:
    """A header with the tensors of a sound model behind it, or from a first byte 255 a whole file."""
    if data[:1] != b"\xff":
        whole = _model()
        length = int.from_bytes(whole[:8], "little")
        data = b"\xff" + len(data).to_bytes(8, "little") + data + whole[8 + length :]
    with _folder() as folder:
        (folder / FILE).write_bytes(data[1:])
        try:
            model = load_model(folder)
        except InputError:
            return
        if model.encoder == "use":
            finding = _finding(f"{EN}\0{ZH}".encode())
            [record] = Pipeline(_pipeline().encoder, model).pipe([finding], ["classify"])
            assert not (found := faults(record)), found


def _model_seeds() -> list[bytes]:
    whole = _model()
    length = int.from_bytes(whole[:8], "little")
    header: dict[str, Any] = json.loads(whole[8 : 8 + length])
    return [whole[8 : 8 + length], b"\xff" + whole[:4096], json.dumps(header).encode()[:500]]


def _settings(data: bytes) -> None:
    with _folder() as folder:
        path = folder / "f"
        path.write_bytes(data)
        for read in read_config, read_recipe, Accepted.read:
            try:
                read(path)
            except InputError as error:
                assert "\n" not in str(error), str(error)
                assert len(str(error)) < 2000, "a message longer than a screen"


def _settings_seeds() -> list[bytes]:
    recipe = (ROOT / "models/default/recipe.yaml").read_bytes()
    accepted = {"finding": "a", "check": "date_mismatch", "quotes": ["a", "b"], "message": "m"}
    config = b"disable: [untranslated]\nfail_on: warning\naccept: list.jsonl\n"
    return [recipe, config, json.dumps(accepted).encode(), b"a: &a [1]\nb: [*a, *a]\nc: 2024-02-30"]


TARGETS = {
    "text": Target(_read, _text_seeds),
    "json": Target(_read, _json_seeds),
    "csv": Target(_read, _csv_seeds),
    "bitext": Target(_read, _bitext_seeds),
    "xlsx": Target(partial(_archive, _workbook), partial(_archive_seeds, _workbook)),
    "word": Target(partial(_archive, _document), partial(_archive_seeds, _document)),
    "parquet": Target(_read, _parquet_seeds),
    "pdf": Target(_read, _pdf_seeds),
    "entities": Target(_extract, lambda: [EN.encode(), ZH.encode()]),
    "pair": Target(_analyse, lambda: [f"{EN}\0{ZH}".encode(), ZH.encode(), f"\0{EN}".encode()]),
    "model": Target(_load_model, _model_seeds),
    "settings": Target(_settings, _settings_seeds),
}
