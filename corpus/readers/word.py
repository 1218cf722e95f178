"""Word documents (DOCX): lists of findings in tables, and audit extracts with their paragraphs.

The text is the one that is left when all tracked changes are accepted. A table inside a cell is a
table of its own.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, cast

from docx import Document
from docx.oxml.ns import qn

from ..schema import InputError, Problem, Report
from ..text import clean
from .amfori import looks_like_amfori
from .amfori_lines import Line, column_heads
from .columns import Row, findings_of, unknown_columns
from .tables import MAX_UNPACKED, fields_named, table_rows

_GONE = {qn(f"w:{tag}") for tag in ("del", "moveFrom", "instrText", "delText", "rPr", "pPr")}
_GONE.add("{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback")
_BREAKS = {qn("w:br"), qn("w:cr")}
_PARAGRAPH, _TABLE = qn("w:p"), qn("w:tbl")
_MAX_DEPTH = 20  # tables within tables; layouts have two or three
_MAX_COLUMNS = 200


@dataclass
class Table:
    """Rows of cells, a cell being its blocks: paragraphs as text, tables. A merged cell stands at
    every place that it covers."""

    rows: list[list[list[Any]]] = field(default_factory=list)


def read_word(data: bytes, file: str) -> Report:
    """The report or the list of findings in a document.

    Raises:
        InputError: for a broken document, one that unpacks to more than ``MAX_UNPACKED`` bytes, or one
            without a finding.
    """
    from . import read_text

    blocks = _blocks_of(data, file)
    lines = [Line(text, None, number) for number, text in enumerate(_lines(blocks), 1)]
    text = "\n".join(line.text for line in lines)
    if looks_like_amfori(text):
        return read_text(text, file, lines)
    if rows := list(_finding_rows(blocks, file)):
        return findings_of(rows, file)
    for table in _tables(blocks):
        if len(table.rows) > 1 and len(header := _distinct(table.rows[0])) > 1:
            raise unknown_columns(file, map(_cell_text, header))
    return read_text("\n\n".join(line.text for line in lines), file)


def _blocks_of(data: bytes, file: str) -> list[Any]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
        if unpacked > MAX_UNPACKED // 8:  # the tree of a document takes many times its size
            what = f"unpacks to {unpacked >> 20:,} MB; {MAX_UNPACKED >> 23:,} are read"
            raise InputError(file, what, "take out its pictures, or split it")
        body = Document(io.BytesIO(data)).element.find(qn("w:body"))
        return list(_blocks(body))
    except InputError:
        raise
    except Exception as error:  # python-docx lets pass whatever a broken part of a document causes
        what = f"broken Word document ({type(error).__name__})"
        raise InputError(file, what, "save it again as DOCX") from None


# --- from XML to blocks ---------------------------------------------------------------------


def _blocks(parent: Any, depth: int = 0) -> Iterator[Any]:
    """The paragraphs and tables of a body or a cell, content controls and the like opened."""
    for child in parent:
        if child.tag == _PARAGRAPH:
            yield from (line.strip() for line in _text(child).split("\n") if line.strip())
        elif child.tag == _TABLE:
            if depth < _MAX_DEPTH:
                yield _table(child, depth + 1)
        elif isinstance(child.tag, str) and child.tag not in _GONE:
            yield from _blocks(child, depth)


def _text(paragraph: Any) -> str:
    parts: list[str] = []
    waiting = [paragraph]
    while waiting:
        node = waiting.pop()
        if node.tag == qn("w:t"):
            parts.append(node.text or "")
        elif node.tag == qn("w:tab"):
            parts.append("\t")
        elif node.tag in _BREAKS:
            parts.append("\n")
        elif node.tag == qn("w:noBreakHyphen"):
            parts.append("-")
        else:
            waiting += [child for child in reversed(node) if child.tag not in _GONE]
    return clean("".join(parts))


def _table(element: Any, depth: int) -> Table:
    table = Table()
    for row in _rows(element):
        cells: list[list[Any]] = []
        above = table.rows[-1] if table.rows else []
        for cell in _cells(row):
            properties = cell.find(qn("w:tcPr"))
            span, goes_on = _span(properties)
            at = len(cells)
            content = above[at] if goes_on and at < len(above) else list(_blocks(cell, depth))
            cells += [content] * min(span, _MAX_COLUMNS)
        table.rows.append(cells[:_MAX_COLUMNS])
    return table


def _rows(element: Any) -> Iterator[Any]:
    """The rows of a table that are not struck out; a content control may stand around them."""
    for child in element:
        if child.tag == qn("w:tr"):
            if child.find(f"{qn('w:trPr')}/{qn('w:del')}") is None:
                yield child
        elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml")):
            yield from _rows(child)


def _cells(row: Any) -> Iterator[Any]:
    for child in row:
        if child.tag == qn("w:tc"):
            yield child
        elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:customXml")):
            yield from _cells(child)


def _span(properties: Any) -> tuple[int, bool]:
    """How many columns a cell covers, and whether it goes on from the one above."""
    if properties is None:
        return 1, False
    span, merge = properties.find(qn("w:gridSpan")), properties.find(qn("w:vMerge"))
    width = span.get(qn("w:val"), "1") if span is not None else "1"
    goes_on = merge is not None and merge.get(qn("w:val"), "continue") == "continue"
    return max(1, int(width)) if width.isdigit() else 1, goes_on


# --- from blocks to findings ----------------------------------------------------------------


def _cell_text(cell: list[Any]) -> str:
    """The paragraphs of a cell, those of tables in it included, a line each."""
    return "\n".join(
        block if isinstance(block, str) else "\n".join(map(_cell_text, _distinct_all(block)))
        for block in cell
    )


def _distinct_all(table: Table) -> Iterator[list[Any]]:
    for row in table.rows:
        yield from _distinct(row)


def _distinct(row: list[list[Any]]) -> list[list[Any]]:
    """A row's cells, a merged one once."""
    return [cell for i, cell in enumerate(row) if i == 0 or cell is not row[i - 1]]


def _tables(blocks: list[Any]) -> Iterator[Table]:
    """Every table, those inside cells too; a merged cell is opened once."""
    seen: set[int] = set()
    waiting = [block for block in reversed(blocks) if isinstance(block, Table)]
    while waiting:
        table = waiting.pop()
        yield table
        for row in table.rows:
            for cell in _distinct(row):
                if id(cell) not in seen:
                    seen.add(id(cell))
                    waiting += [block for block in cell if isinstance(block, Table)]


def _finding_rows(blocks: list[Any], file: str) -> Iterator[Row | Problem]:
    """The rows of all tables with a header that names a text column, counted through the document;
    where there is none, of all that hold texts."""
    number = 0
    tables: list[list[tuple[int, list[str]]]] = []
    for table in _tables(blocks):
        cells = [[_cell_text(cell) for cell in row] for row in table.rows]
        tables.append([(number + i, row) for i, row in enumerate(cells, 1)])
        number += len(cells)
    named = [rows for rows in tables if any(fields_named(row) for _, row in rows)]
    for rows in named or tables:
        with suppress(InputError):  # another table, of addresses or signatures
            for row in table_rows(cast(Any, rows), file):
                yield row._replace(kind="table row") if isinstance(row, Row) else row


def _lines(blocks: list[Any]) -> Iterator[str]:
    """The document as the lines of a report: a row a line, its cells divided by tabs; in the table of a
    finding, the paragraphs of a cell in <p> tags."""
    for block in blocks:
        if isinstance(block, str):
            yield block
            continue
        heads = False
        done: set[int] = set()
        for row in block.rows:
            cells = _distinct(row)
            cells = [[] if id(cell) in done else cell for cell in cells]  # merged downwards
            done.update(map(id, cells))
            filled = [cell for cell in cells if cell]
            if len(filled) == 1 and len(cells) < 3 and not (heads and len(cells) > 1):
                yield from _lines(filled[0])
                continue
            texts = [_cell_text(cell) for cell in cells]
            named = [bool(column_heads(text)) for text in texts if text.strip()]
            heads = (heads or all(named)) and bool(named)
            if heads and not all(named):
                texts = ["".join(f"<p>{p}</p>" for p in text.split("\n") if p) for text in texts]
            yield "\t".join(text.replace("\n", " ") for text in texts)
