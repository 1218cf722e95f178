"""Tables of labels alone: an id, and what a person says of the finding that has it.

Tables that hold texts are read by ``corpus.readers``; here are those that leave them out, as a
reviewer's list of corrections does: JSON, JSONL, CSV, TSV or XLSX.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ..corpus.readers.columns import TEXTS, Row, column, findings_of
from ..corpus.readers.tables import MAX_UNPACKED
from ..corpus.schema import InputError, Problem, Report
from ..corpus.tasks import TASKS
from ..corpus.text import decode

_STAND_IN = "."  # for the text that a row must have to be read as a finding


def read_corrections(path: Path) -> Report:
    """The labels in a file, as findings without texts, with a problem for each row that has none.

    Raises:
        InputError: for a file that is no table with a column for the id and one for a label.
    """
    rows: list[Row | Problem] = []
    for number, cells in _rows(path):
        fields = {column(str(name)) for name, cell in cells.items() if cell not in (None, "")}
        if fields & {*TEXTS}:
            raise _no_table(path)
        if not _has_labels(fields):
            what = "there is no id with a label in this row"
            mend = "give both, or the finding's text"
            rows.append(Problem(place=f"row {number}", what=what, mend=mend, lost=True))
        else:
            rows.append(Row(number, "row", {**cells, "en": _STAND_IN}))
    if not any(isinstance(row, Row) for row in rows):
        raise _no_table(path)
    report = findings_of(rows, str(path))
    report.findings = [finding.model_copy(update={"texts": {}}) for finding in report.findings]
    return report


def _has_labels(fields: Iterable[str | None]) -> bool:
    plain = {(field or "").removeprefix("given.") for field in fields}
    return "id" in plain and bool(plain & {*TASKS, "rating"})


def _no_table(path: Path) -> InputError:
    return InputError(
        str(path),
        "no table of corrections",
        "name a column id, and one of area, question, status, severity",
    )


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """(number, cells by column name) of each row."""
    data = path.read_bytes()
    if data.startswith(b"PK\x03\x04"):
        yield from _with_header(_sheet(data, path))
        return
    text = decode(data, str(path))
    if text.lstrip()[:1] in ("{", "["):
        yield from _objects(text)
        return
    lines = io.StringIO(text, newline="")
    try:
        dialect = csv.Sniffer().sniff(text[:4096], delimiters=",;\t")
        yield from _with_header(csv.reader(lines, dialect))
    except csv.Error:
        raise _no_table(path) from None


def _objects(text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    try:
        value = json.loads(text)
        items = value if isinstance(value, list) else [value]
    except (ValueError, RecursionError):
        items = [_object(line) for line in text.splitlines()]
    for number, item in enumerate(items, 1):
        if isinstance(item, Mapping):
            given = item.get("given")
            yield number, {**item, **(given if isinstance(given, Mapping) else {})}
        elif item is not None:
            yield number, {}


def _object(line: str) -> Any:
    try:
        return json.loads(line) if line.strip() else None
    except (ValueError, RecursionError):
        return line


def _sheet(data: bytes, path: Path) -> Iterator[tuple[Any, ...]]:
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
        if unpacked > MAX_UNPACKED:
            raise _no_table(path)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        yield from book.worksheets[0].iter_rows(values_only=True)
    except Exception:  # openpyxl lets pass whatever a broken part of a workbook causes
        raise _no_table(path) from None


def _with_header(rows: Iterable[Any]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    names: list[str] | None = None
    for number, cells in enumerate(rows, 1):
        if names is None:
            found = ["" if cell is None else str(cell) for cell in cells]
            names = found if _has_labels(column(name) for name in found) else None
        elif any(cell not in (None, "") for cell in cells):
            yield number, dict(zip(names, cells, strict=False))
