"""Lines of an amfori report from its PDF, in the form in which ``read_amfori`` takes them.

Only word positions are used, no ruling lines: the two columns of a finding are told apart by the
empty strip between them, wrapped lines by whether the next word would still have fitted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from math import inf
from statistics import median

from ..text import has_chinese, is_wide, unwrap
from .amfori_lines import FIELDS, Line, column_heads, is_label, section, structure
from .amfori_lines import field as field_of
from .pdf_page import Char, Row, read_pages, rows_of, without_furniture

_SITE = re.compile(r"(?i)Site\s*[:：].{1,300}\bSite\s+amfori\s+ID")
_QUESTION = re.compile(r"(?i)(?:Question|问题)\s*[:：]\s*\d")
_CLOSING = "，。；：！？、）》”】,.;:!?) "  # what no line starts with
_OPENING = "（(《“‘【["  # what no line ends with
_CELL_GAP = 0.4  # ems of white that divide the cells of a table; running text may be justified
_LABEL = re.compile(r"[A-Z][A-Za-z ()&/'’-]{2,60}[:：]\s")
_POINT = re.compile(r"\(?\d{1,2}[.)、）](?!\d)|[•●-]\s")


def pdf_lines(data: bytes, file: str) -> list[Line]:
    """The report's lines with their pages; each finding's two cells are one line, divided by a tab,
    whole over page breaks, their paragraphs in <p> tags.

    Raises:
        InputError: when the file is no PDF, is broken or encrypted, or holds no text.
    """
    pages = read_pages(data, file)
    chars = [char for page in pages for char in page]
    spaced = sum(char.text == " " for char in chars) > 0.02 * len(chars)
    kept = without_furniture(
        [rows_of(page, number, spaced) for number, page in enumerate(pages, 1)],
        keep=lambda text: is_label(text) or section(text) or structure(text),
    )
    parts = list(_parts(_with_whole_heads([row for rows in kept for row in rows])))
    tables = _tables([part for part in parts if part.kind == "table"], spaced)
    flow_edge = _right_edge(row for part in parts for row in part.rows)
    lines: list[Line] = []
    for part in parts:
        match part.kind:
            case "table":
                lines += tables[id(part)]
            case "header" | "site":
                lines += _fields(part.rows)
            case "metrics":
                lines += _metrics(part.rows)
            case "overall" | "ratings":
                lines += [_tabbed(row) for row in part.rows]
            case _:
                lines += [
                    Line(_text(rows), rows[0].page) for rows in _paragraphs(part.rows, flow_edge)
                ]
    return lines


@dataclass(slots=True)
class Part:
    """Rows of one kind: a section, or the two-column table of a finding with its head row."""

    kind: str
    rows: list[Row] = field(default_factory=list)
    heads: list[Row] = field(default_factory=list)


def _parts(rows: list[Row]) -> Iterator[Part]:
    part = Part("header")
    question = False  # whether the rows are still those of a question's text
    repeated = False  # whether the page has just repeated the heads of the table that goes on
    for i, row in enumerate(rows):
        text = row.text
        heads = [cell for cell in row.cells(_CELL_GAP) if column_heads(cell.text)]
        top = i == 0 or rows[i - 1].page != row.page
        label_place = top or repeated or (part.kind == "table" and not part.rows)
        repeated = False
        if len(heads) == 2:
            if part.kind == "table" and top:
                repeated = True
                continue
            yield part
            part, question = Part("table", heads=heads), False
        elif part.kind == "table" and is_label(text) and text[0].isupper() and label_place:
            continue
        elif _QUESTION.match(text):
            yield part
            part, question = Part("findings", [row]), True
        elif name := section(text):
            yield part
            part, question = Part(name, [row]), False
        elif _begins(rows, i) and (part.kind == "table" or not question):
            if part.kind != "findings":
                yield part
                part = Part("ratings" if part.kind in ("overall", "ratings") else "findings")
            part.rows.append(row)
        else:
            part.rows.append(row)
    yield part


def _with_whole_heads(rows: list[Row]) -> list[Row]:
    """Rows with a column head that wraps in a narrow column put on one row."""
    whole: list[Row] = []
    for row in rows:
        if whole and row.text.upper() == "LANGUAGE" and whole[-1].text.upper().endswith("LOCAL"):
            last = whole[-1].chars[-1]
            space = last._replace(text=" ", x0=last.x1)
            whole[-1].chars += [space, *(c._replace(y=last.y) for c in row.chars)]
        else:
            whole.append(row)
    return whole


def _begins(rows: list[Row], i: int) -> bool:
    """Whether a row is the heading of an area or a site, and no line of a cell."""
    here, *below = (row.text for row in rows[i : i + 3])
    if _SITE.match(" ".join([here, *below[:1]])):
        return True
    kind = structure(here)
    if not kind or kind[0] != "area":
        return False
    # The area's name may take two rows; then comes the site, or a question.
    return any(_QUESTION.match(text) or re.match(r"(?i)site\s*[:：]", text) for text in below)


# --- findings -------------------------------------------------------------------------------


def _tables(parts: list[Part], spaced: bool) -> dict[int, list[Line]]:
    """The table of each finding as one line, by the identity of its part; the columns are found
    over all tables whose heads stand at the same place."""
    alike: dict[tuple[int, ...], list[Part]] = {}
    for part in parts:
        alike.setdefault(tuple(round(head.x0 / 3) for head in part.heads), []).append(part)
    lines: dict[int, list[Line]] = {}
    for tables in alike.values():
        heads = tables[0].heads
        split = _gutter([c for t in tables for r in t.rows for c in r.chars], heads)
        cells: list[list[str]] = [[] for _ in tables]
        for side in 0, 1:
            columns = [_side(table.rows, split, side, spaced) for table in tables]
            edge = _right_edge(row for rows in columns for row in rows)
            for cell, rows in zip(cells, columns, strict=True):
                texts = [_text(paragraph) for paragraph in _paragraphs(rows, edge)]
                cell.append("".join(f"<p>{text}</p>" for text in texts))
        for table, cell in zip(tables, cells, strict=True):
            page = table.heads[0].page
            names = "\t".join(head.text for head in table.heads)
            lines[id(table)] = [Line(names, page), Line("\t".join(cell), page)]
    return lines


def _gutter(chars: list[Char], heads: list[Row]) -> float:
    """Where the two columns part: the right end of the widest strip without ink between the two
    heads."""
    low = heads[0].x0
    high = (heads[1].x0 + heads[1].x1) / 2
    step = 0.5
    ink = [0] * max(1, int((high - low) / step))
    for char in chars:
        if char.text != " ":
            for k in range(int((char.x0 - low) / step), int((char.x1 - low) / step) + 1):
                if 0 <= k < len(ink):
                    ink[k] += 1
    most = min(ink) + len(chars) // 2000  # a word too long for its column may stand out
    best, start = (0, 0), None
    for k, amount in enumerate([*ink, most + 1]):
        if amount <= most and start is None:
            start = k
        elif amount > most and start is not None:
            best, start = max(best, (k - start, k)), None
    # The right column's left edge is straight, the left one's right edge may be ragged.
    return low + (best[1] - 1) * step


def _side(rows: list[Row], split: float, side: int, spaced: bool) -> list[Row]:
    """The rows of one column, in order over all pages."""
    found: list[Row] = []
    for page in sorted({row.page for row in rows}):
        chars = [char for row in rows if row.page == page for char in row.chars]
        inside = [char for char in chars if ((char.x0 + char.x1) / 2 > split) == bool(side)]
        found += rows_of(inside, page, spaced)
    return found


# --- running text ---------------------------------------------------------------------------


def _right_edge(rows: Iterable[Row]) -> float:
    """How far to the right lines reach, not counting punctuation, which may hang over."""
    return max((c.x1 for row in rows for c in row.chars if c.text not in _CLOSING), default=0.0)


def _paragraphs(rows: list[Row], edge: float) -> list[list[Row]]:
    """Rows grouped to paragraphs: a row goes on with the one above it where its first word would
    not have fitted there."""
    steps = [b.y - a.y for a, b in pairwise(rows) if a.page == b.page]
    leading = median(steps) if steps else 0.0
    groups: list[list[Row]] = []
    for row in rows:
        last = groups[-1][-1] if groups else None
        if last and _goes_on(last, row, edge, leading):
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def _goes_on(above: Row, row: Row, edge: float, leading: float) -> bool:
    if abs(above.size - row.size) > 0.5 or _is_heading(above) or _is_heading(row):
        return False
    if above.page == row.page:
        step = row.y - above.y
        if step > 1.6 * leading or (step > 1.2 * leading and _POINT.match(row.text)):
            return False
    if _LABEL.match(row.text) and not (above.text[-1].islower() or above.text[-1] == ","):
        return False
    return above.x1 + _first_word(row) > edge - 1


def _is_heading(row: Row) -> bool:
    return bool(section(row.text) or is_label(row.text))


def _first_word(row: Row) -> float:
    """Width of what a line break could not have divided at the start of a row, in points."""
    chars = row.chars
    end = 1
    while end < len(chars) and chars[end - 1].text in _OPENING:
        end += 1
    if not is_wide(chars[end - 1].text):
        while end < len(chars) and not (chars[end].text == " " or is_wide(chars[end].text)):
            end += 1
    while end < len(chars) and chars[end].text in _CLOSING.strip():
        end += 1
    return chars[end - 1].x1 - chars[0].x0


def _text(rows: list[Row]) -> str:
    lines = ["".join(char.text for char in row.chars) for row in rows]
    return unwrap(lines, "zh" if _is_chinese(rows) else "en").strip()


def _is_chinese(rows: list[Row]) -> bool:
    chars = [char.text for row in rows for char in row.chars if char.text != " "]
    return 4 * sum(map(has_chinese, chars)) > len(chars)


# --- tables ---------------------------------------------------------------------------------


def _tabbed(row: Row) -> Line:
    return Line("\t".join(cell.text for cell in row.cells(_CELL_GAP)), row.page)


def _fields(rows: list[Row]) -> list[Line]:
    """Cells "Label value" put together where they wrap: a cell goes on below its first line until
    another label stands there."""
    parts = [row.cells(_CELL_GAP) for row in rows]
    cells: list[list[Row]] = []
    for i, row in enumerate(parts):
        for cell in row:
            below = [
                c.text for later in parts[i + 1 : i + 3] for c in later if abs(c.x0 - cell.x0) < 2
            ]
            opens = _opens(cell.text, below)
            if not opens and (above := _cell_above(cells, cell)):
                above.append(cell)
            else:
                cells.append([cell])
    return [Line(_text(cell), cell[0].page) for cell in cells]


def _opens(text: str, below: list[str]) -> bool:
    """Whether a cell starts with a label, one that goes on in the cell below included, or is a point."""
    if field_of(text) or section(text) or _POINT.match(text):
        return True
    words = text.casefold() + " "
    longer = [label.casefold() for label in FIELDS if label.casefold().startswith(words)]
    return any((words + rest.casefold()).startswith(tuple(longer)) for rest in below[:1] if longer)


def _cell_above(cells: list[list[Row]], cell: Row) -> list[Row] | None:
    for above in reversed(cells):
        last = above[-1]
        if abs(above[0].x0 - cell.x0) < 2 or (last.x0 < cell.x1 and cell.x0 < last.x1):
            near = last.page != cell.page or cell.y - last.y < 2.2 * cell.size
            return above if near and abs(above[0].x0 - cell.x0) < 2 else None
    return None


def _metrics(rows: list[Row]) -> list[Line]:
    """Rows of label, number and unit; what a long label left on rows of its own goes back to the
    row that it stands nearest to."""
    groups: list[list[Row]] = []
    waiting = False  # whether the last group still waits for its number
    for i, row in enumerate(rows):
        alone = len(row.cells(_CELL_GAP)) == 1 and not _is_heading(row)
        # Over a page's end, what is left of a label goes to the row before.
        up = row.y - rows[i - 1].y if i and rows[i - 1].page == row.page else 0
        same_page = i + 1 < len(rows) and rows[i + 1].page == row.page
        down = rows[i + 1].y - row.y if same_page else inf
        if groups and not _is_heading(rows[i - 1]) and (waiting or (alone and up <= down + 0.5)):
            groups[-1].append(row)
        else:
            groups.append([row])
        waiting = alone and up > down + 0.5
    return [_metric(group) for group in groups]


def _metric(group: list[Row]) -> Line:
    label: list[Row] = []
    rest: list[str] = []
    for row in group:
        value = False
        for cell in row.cells(_CELL_GAP):
            value = value or bool(re.fullmatch(r"-?[\d.,]+|N\.?/?A\.?", cell.text))
            if value:
                rest.append(cell.text)
            else:
                label.append(cell)
    return Line("\t".join([_text(label), *rest]) if label else "\t".join(rest), group[0].page)
