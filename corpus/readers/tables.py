"""Files of many findings: JSON, JSONL, CSV and TSV, XLSX, Parquet; here they become rows.

What the columns mean is said in ``columns``. A row or line that is broken becomes a problem and
costs no other.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any

from ..labels import LANGS
from ..schema import InputError, Problem, Report
from .amfori_lines import is_label
from .columns import FORMULA, TEXTS, Row, are_labels, column, findings_of, folded, unknown_columns
from .content import SAMPLE, text_columns
from .forms import form_rows, is_form
from .labelled import as_row

MAX_UNPACKED = 1 << 30  # bytes of a workbook or a Parquet file once unpacked
# What unpacks to so many times its size, and to more than a few MB.
_MAX_RATIO, _SMALL = 200, 32 << 20
_MAX_COLUMNS = 256  # a row may name a cell 16,000 columns to the right, and all before it count
_HEADER_ROWS = 20  # a header stands among the first rows; titles may come before it
_SNIFFED = 1 << 16  # characters that are enough to tell what a text is
_LISTS = ("findings", "records", "data", "items", "rows")

# --- JSON and JSONL -------------------------------------------------------------------------

_JSON = re.compile(r"\s*(?:\{\s*[\"}]|\[\s*[\[{\"\]])")
_JSON_LINE = re.compile(r"(?m)^[ \t]*\{[ \t]*\"")


def looks_like_json(text: str) -> bool:
    """Whether a text begins as JSON does, or half of its first lines begin as objects."""
    start = text[:_SNIFFED]
    lines = sum(bool(line.strip()) for line in start.split("\n"))
    return bool(_JSON.match(start)) or 2 * len(_JSON_LINE.findall(start)) >= max(lines, 2)


def read_json(text: str, file: str) -> Report:
    """Findings from a list of objects, an object that holds such a list, or objects one a line.

    Raises:
        InputError: for broken JSON, or where no object holds a finding's text.
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        if len(_JSON_LINE.findall(text)) < 2 and not _is_object(text.lstrip().partition("\n")[0]):
            raise _broken_json(file, error) from None
        return findings_of(_json_lines(text), file)
    return _with_tables(value, findings_of(_objects(value, 1, "object", step=1), file))


def _with_tables(value: Any, read: Report) -> Report:
    """The report with the header and the tables that our own export of a whole report has."""
    try:
        whole = Report.model_validate(value["report"])
    except (KeyError, TypeError, ValueError):
        return read
    own = {"file": read.file, "findings": read.findings}
    return whole.model_copy(update=own | {"problems": [*whole.problems, *read.problems]})


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _broken_json(file: str, error: Exception) -> InputError:
    if isinstance(error, json.JSONDecodeError):
        place = f"line {error.lineno}, column {error.colno}"
        return InputError(file, f"broken JSON ({error.msg})", "mend it or export it again", place)
    return InputError(file, "JSON nested too deeply or with an endless number", "export it again")


def _json_lines(text: str) -> Iterator[Row | Problem]:
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.strip().rstrip(",")  # a list broken elsewhere still has its objects
        if bare in ("", "[", "]"):
            continue
        try:
            value = json.loads(bare)
        except (ValueError, RecursionError) as error:
            what = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deeply"
            yield _lost(f"line {number}", f"broken JSON ({what})", "mend the line or take it out")
            continue
        yield from _objects(value, number, "line")


def _objects(value: Any, number: int, kind: str, step: int = 0) -> Iterator[Row | Problem]:
    """The objects of a JSON value; ``step`` counts them up where they do not stand one a line."""
    items = _inner(value) or (value if isinstance(value, list) else [value])
    for item in items:
        for one in _inner(item) or [item]:  # a list may be one of reports
            if isinstance(one, Mapping):
                yield Row(number, kind, as_row(one))
            else:
                yield _lost(
                    f"{kind} {number}", f"{str(one)[:40]!r} is no object", 'write {"en": "…"}'
                )
            number += step


def _inner(value: Any) -> list[Any] | None:
    """The list of findings that an object holds, where it is none itself."""
    if not isinstance(value, Mapping) or as_row(value) is not value:
        return None
    if any(isinstance(cell, str) and column(name) in TEXTS for name, cell in value.items()):
        return None
    return next((value[key] for key in _LISTS if isinstance(value.get(key), list)), None)


def _lost(place: str, what: str, mend: str) -> Problem:
    return Problem(place=place, what=what, mend=mend, lost=True)


# --- CSV and TSV ----------------------------------------------------------------------------

_DELIMITERS = ",\t;|"
_MAX_QUOTE_ERRORS = 50
_MAX_NAME = 60  # characters of a column's name
_NAMED_DELIMITER = re.compile(r"\s*\"?sep=(.)\"?[ \t]*\n")  # a first line that Excel understands


def looks_like_csv(text: str) -> bool:
    """Whether the first line names a delimiter, a row among the first names columns, or the rows are
    plainly those of a table."""
    return bool(_NAMED_DELIMITER.match(text[:_SNIFFED]) or _dialect(text) or _foreign_dialect(text))


def read_csv(text: str, file: str) -> Report:
    """Findings from a text whose header row is followed by a row for each finding.

    Raises:
        InputError: where no column holds a finding's text.
    """
    dialect = _dialect(text) or _foreign_dialect(text)
    named = _NAMED_DELIMITER.match(text[:_SNIFFED])
    if dialect is None and named:
        dialect = {"delimiter": named[1], "skipinitialspace": False}
    if dialect is None:
        raise unknown_columns(file, [])
    skipped = text[: named.end()].count("\n") if named else 0
    rows = (row for row in _csv_rows(text, dialect) if isinstance(row, Problem) or row[0] > skipped)
    if "predicted_area" in text[:_SNIFFED].partition("\n")[0]:  # what ``analyse`` has written
        rows = map(_without_apostrophes, rows)
    return findings_of(table_rows(rows, file), file)


def _without_apostrophes(row: tuple[int, list[str]] | Problem) -> tuple[int, list[str]] | Problem:
    if isinstance(row, Problem):
        return row
    cells = (c[1:] if c[:1] == "'" and FORMULA.match(c[1:]) else c for c in row[1])
    return row[0], list(cells)


def _dialect(text: str) -> dict[str, Any] | None:
    """How the cells are divided: so that the header names the most fields, text among them."""
    start, delimiters = _start(text)
    rows = start.split("\n", _HEADER_ROWS)[:_HEADER_ROWS]
    best: tuple[int, dict[str, Any] | None] = 0, None
    for delimiter in delimiters:
        for i, cells in enumerate(csv.reader(rows, delimiter=delimiter)):
            named = fields_named(cells)
            if named > best[0] and _is_csv_header(cells, rows[i + 1 :]):
                spaced = any(cell.startswith(" ") for cell in cells)
                best = named, {"delimiter": delimiter, "skipinitialspace": spaced}
    return best[1]


def _start(text: str) -> tuple[str, str]:
    """The beginning of a text, and the delimiters that it may have: one where its first line says."""
    start = text[:_SNIFFED]
    named = _NAMED_DELIMITER.match(start)
    return (start[named.end() :], named[1]) if named else (start, _DELIMITERS)


def _is_csv_header(cells: list[str], following: list[str]) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    if len(filled) == 1:  # "Finding" alone on a line is a label in a report's text
        return folded(filled[0]) in TEXTS
    if all(map(is_label, filled)) and any(map(is_label, following[:2])):
        return False  # the column heads of a report's finding
    return all(map(column, filled)) or all(map(_is_name, filled))


def _is_name(cell: str) -> bool:
    # Prose has a space after its commas, and a full stop; a shortened word ("No.") has that too.
    bare = cell.removesuffix(".")
    short = bare == cell or " " not in bare or column(cell) is not None
    return short and 0 < len(bare.strip(" .。")) == len(bare) <= _MAX_NAME


def _foreign_dialect(text: str) -> dict[str, Any] | None:
    """How the cells of a table whose columns are not known are divided: a header of short cells, and
    rows of as many cells as it has."""
    start, delimiters = _start(text)
    for delimiter in delimiters:
        filled = filter(None, csv.reader(io.StringIO(start, newline=""), delimiter=delimiter))
        rows = list(islice(filled, 7))
        rows = rows[:-1] if len(rows) > 2 else rows  # the last may be cut
        header = rows[0] if rows else []
        wide = len(rows) > 1 and len(header) > 1 and all(len(row) == len(header) for row in rows)
        named = all(map(_is_name, header)) and not all(map(is_label, header))
        if wide and named and len({*header}) == len(header):
            spaced = any(cell.startswith(" ") for cell in header)
            return {"delimiter": delimiter, "skipinitialspace": spaced}
    return None


def _csv_rows(text: str, dialect: dict[str, Any]) -> Iterator[tuple[int, list[str]] | Problem]:
    """(line it starts on, cells) for each row. Where a quotation mark is never closed, the row is
    read as one line, so that it does not swallow the rows below it."""
    lines = io.StringIO(text, newline="\n").readlines()
    at, errors = 0, 0
    while at < len(lines):
        start = at
        reader = csv.reader(islice(lines, start, None), strict=True, **dialect)
        try:
            for cells in reader:
                yield at + 1, cells
                at = start + reader.line_num
            return
        except csv.Error:
            errors += 1
            if errors > _MAX_QUOTE_ERRORS:
                what = "too many broken rows from here on"
                yield _lost(f"line {at + 1}", what, "export it again")
                return
            yield _one_line(lines[at], at + 1, dialect)
            at += 1


def _one_line(line: str, number: int, dialect: dict[str, Any]) -> tuple[int, list[str]] | Problem:
    try:
        return number, next(csv.reader([line], **dialect))
    except csv.Error:
        return _lost(f"line {number}", "a cell is too long or badly quoted", "export it again")


def table_rows(
    rows: Iterable[tuple[int, Sequence[Any]] | Problem], file: str, sheet: str = ""
) -> Iterator[Row | Problem]:
    """Rows by column name, after that of the first rows which names the most fields; where none names
    a text, after the one below which the columns hold texts. A form becomes a row for each finding.

    Raises:
        InputError: where no column of the first rows holds a text.
    """
    rows = iter(rows)
    head = list(islice(rows, _HEADER_ROWS))
    cells = [() if isinstance(row, Problem) else row[1] for row in head]
    if is_form(cells):
        yield from (row for row in head if isinstance(row, Problem))
        numbered = [row for row in chain(head, rows) if not isinstance(row, Problem)]
        yield from (Row(number, "row", named, sheet) for number, named in form_rows(numbered))
        return
    at = _header_by_name(cells)
    if at is None:
        head += islice(rows, SAMPLE)
        at = _header_by_content([() if isinstance(row, Problem) else row[1] for row in head])
    if at is None:
        raise unknown_columns(file, _filled(max(cells, key=_header_likeness, default=())))
    names = ["" if cell is None else str(cell) for cell in cells[at]]
    for row in chain(head[at + 1 :], rows):
        if isinstance(row, Problem):
            yield row
        elif not all(map(_is_empty, row[1])):
            yield Row(row[0], "row", _by_name(names, row[1]), sheet)


def _header_by_name(rows: Sequence[Sequence[Any]]) -> int | None:
    known = [0 if _is_title(rows, i) else fields_named(row) for i, row in enumerate(rows)]
    at = max(range(len(rows)), key=known.__getitem__, default=0)
    return at if any(known) else None


def _is_title(rows: Sequence[Sequence[Any]], at: int) -> bool:
    """Whether a cell stands alone above a table of several columns, as "Findings" may."""
    below = [len(_filled(row)) > 1 for row in rows[at + 1 :] if _filled(row)]
    return len(_filled(rows[at])) == 1 and 2 * sum(below) > len(below)


def _header_by_content(rows: Sequence[Sequence[Any]], languages: int = 1) -> int | None:
    """The first row of several short cells, below which columns hold texts in so many languages."""
    for at, row in enumerate(rows[:_HEADER_ROWS]):
        names = [str(cell).strip() for cell in _filled(row)]
        if len(names) < 2 or len({*names}) < len(names) or not all(map(_is_name, names)):
            continue
        header = ["" if cell is None else str(cell) for cell in row]
        found = text_columns((_by_name(header, below) for below in rows[at + 1 :]), column)
        used = len(LANGS) if "text" in found.values() else len(found)
        if used >= languages and not any(map(_YEAR.search, names)):
            return at
    return None


def _header_likeness(row: Sequence[Any]) -> tuple[int, bool]:
    """How much a row of a table without any known column looks like its header: how many names it
    holds, and nothing else."""
    names = [str(cell).strip() for cell in _filled(row)]
    alike = all(map(_is_name, names)) and not any(map(_YEAR.search, names))
    return (len(names) if alike else 0), len(names) > 1


def _filled(row: Sequence[Any]) -> list[Any]:
    return [cell for cell in row if not _is_empty(cell)]


def fields_named(cells: Iterable[object]) -> int:
    """How many cells are the name of a field; 0 where none of them is that of a text."""
    names = [str(cell) for cell in cells if cell is not None]
    fields = [column(name) for name in names]
    if not {*fields} & {*TEXTS} or are_labels(names):
        return 0
    return sum(field is not None for field in fields)


def _is_empty(cell: Any) -> bool:
    return cell is None or not str(cell).strip()


def _by_name(names: list[str], cells: Sequence[Any]) -> dict[str, Any]:
    """Cells by column name. Of two columns with one name the first that says something counts."""
    row: dict[str, Any] = {}
    for name, cell in zip(names, cells, strict=False):
        if name and _is_empty(row.get(name)):
            row[name] = cell
    return row


_YEAR = re.compile(r"\d{4}")  # in a cell that is a value, not a name

# --- XLSX and Parquet -----------------------------------------------------------------------


def read_xlsx(data: bytes, file: str) -> Report:
    """Findings from the sheets of a workbook that have a text column; formulas count by the value they
    had when the workbook was saved.

    Raises:
        InputError: for another zip archive, a broken workbook, one that unpacks to more than
            ``MAX_UNPACKED`` bytes, or one without a text column.
    """
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {member.filename for member in archive.infolist()}
            unpacked = sum(member.file_size for member in archive.infolist())
    except zipfile.BadZipFile:
        raise InputError(file, "broken workbook or archive", "save it again as XLSX") from None
    if "xl/workbook.xml" not in names:
        what = "this is an archive, but neither a workbook nor a Word document"
        raise InputError(file, what, "save it as XLSX, DOCX, text or PDF")
    if unpacked > min(MAX_UNPACKED, max(_SMALL, _MAX_RATIO * len(data))):
        raise InputError(
            file, f"unpacks to {unpacked >> 20:,} MB; {MAX_UNPACKED >> 20:,} are read", "split it"
        )
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheets = {sheet.title: list(_sheet_rows(sheet)) for sheet in book.worksheets}
    except Exception as error:  # openpyxl lets pass whatever a broken part of a workbook causes
        what = f"broken workbook ({type(error).__name__})"
        raise InputError(file, what, "save it again as XLSX") from None
    return findings_of(_workbook_rows(sheets, file), file)


def _workbook_rows(
    sheets: Mapping[str, list[tuple[int, Sequence[Any]]]], file: str
) -> Iterator[Row | Problem]:
    """The rows of each sheet that names a text column; where none does, of each that holds both
    languages, or else one."""
    if not sheets:
        raise InputError(file, "the workbook has no sheet", "save it again")
    tops = {title: [row for _, row in rows[:SAMPLE]] for title, rows in sheets.items()}
    named = [t for t, rows in tops.items() if _header_by_name(rows[:_HEADER_ROWS]) is not None]
    named = named or [t for t, rows in tops.items() if _header_by_content(rows, 2) is not None]
    errors: list[InputError] = []
    found = 0
    for title in named or sheets:
        try:
            # The first goes without its sheet's name: its rows are what most workbooks hold.
            yield from table_rows(sheets[title], file, title if found else "")
            found += 1
        except InputError as error:
            errors.append(error)
    if not found:
        raise max(errors, key=lambda error: str(error).count(", "))


def _sheet_rows(sheet: Any) -> Iterator[tuple[int, Sequence[Any]]]:
    sheet.reset_dimensions()  # what some programs write there is wrong
    return enumerate(sheet.iter_rows(max_col=_MAX_COLUMNS, values_only=True), 1)


def read_parquet(data: bytes, file: str) -> Report:
    """Findings from a Parquet file, a row each; other columns are not unpacked.

    Raises:
        InputError: for a broken file, one that unpacks to more than ``MAX_UNPACKED`` bytes, or one
            without a text column.
    """
    import pyarrow.parquet as pq

    from .parquet import choose_columns

    try:
        table = pq.ParquetFile(io.BytesIO(data))
        groups = [table.metadata.row_group(i) for i in range(table.metadata.num_row_groups)]
        if sum(group.total_byte_size for group in groups) > MAX_UNPACKED:
            raise InputError(file, f"unpacks to more than {MAX_UNPACKED >> 20:,} MB", "split it")
        names, _ = choose_columns(table)
        if not names:
            raise unknown_columns(file, table.schema_arrow.names)
        batches = table.iter_batches(512, columns=names)
        rows = (row for batch in batches for row in batch.to_pylist())
        return findings_of((Row(i, "row", row) for i, row in enumerate(rows, 1)), file)
    except InputError:
        raise
    except Exception as error:  # values that Python has no like of, text that is no UTF-8
        reason = " ".join(str(error).split())[:80]
        raise InputError(file, f"broken Parquet file ({reason})", "write it again") from None
