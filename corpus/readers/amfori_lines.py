"""The lines of an amfori report, and what each of them is.

Here pages are put together again: running headers, footers and page numbers go. What stands between
the headings is read in ``amfori`` (the tables) and ``amfori_findings`` (the findings).
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from ..labels import Lang
from ..text import clean


class Line(NamedTuple):
    """One line of a report; tabs divide the cells of a table row, <p> tags paragraphs in a cell.

    ``page`` and ``number`` count from 1; ``number`` is the line in a text file, None in a PDF.
    """

    text: str
    page: int | None = None
    number: int | None = None


_SECTIONS = {
    name: re.compile(rf"(?i)(?:{headings})\s*[:：]?")
    for name, headings in {
        "overall": r"overall\s+(?:rating|result)",
        "ratings": r"section\s+ratings?|ratings?\s+per\s+performance\s+area",
        "description": r"general\s+description|audit\s+details",
        "site": r"site\s+details|main\s+auditee\s+information",
        "metrics": r"(?:(?:key|other)\s+)?metrics",
        "definitions": r"rating\s+definitions?",
        "findings": r"findings(?:\s+(?:per|by)\s+performance\s+area)?",
    }.items()
}
_AREA = re.compile(
    r"(?i)(?:PA|Performance\s+Area)\s*(?P<number>\d{1,2})\s*(?:[:：.\-–—]|\s(?=\D))\s*(?P<name>\S.*)"
)
_SITE = re.compile(
    r"(?i)Site\s*[:：](?P<name>[^|\t]*)[|\t][|\s]*Site\s+amfori\s+ID\s*[:：]?\s*(?P<id>\S+)"
)
_QUESTION = re.compile(
    r"(?i)(?:Question|问题)\s*(?:[:：]|\s(?=\d))\s*(?P<number>\d{1,2}\.\d{1,2})(?!\d)[\s.:：\-–—]*"
    r"(?P<crucial>\(?CRUCIAL\b\)?\s*[:：]?)?(?P<text>.*)"
)
_DASHED = re.compile(r"(?P<number>\d{1,2}\.\d{1,2})\s*[-–—]\s*(?P<text>\S.*)")
_STRUCTURE_STARTS = frozenset("PpSsQq问0123456789")
_STRUCTURE = {"area": _AREA, "site": _SITE, "question": _QUESTION, "dashed": _DASHED}

# Labels of header and site fields that stand without a colon, as the layout of 2024 prints them.
FIELDS = (
    "Monitored Party", "amfori ID", "Address", "Monitoring Activity", "Monitoring Type",
    "Monitoring Partner", "Monitoring Start Date", "Closing Meeting Finished Date",
    "Submission Date", "Expiration Date", "Announcement Type", "Site amfori ID", "Site",
    "Overall Rating", "GICS Classification", "Sector", "Industry Group", "Sub Industry", "Industry",
    "amfori Process Classifications", "GS1 Classifications", "NACE Classification",
    "Water Stress Situation",
)  # fmt: skip
_FIELD = re.compile(
    rf"(?i)(?P<label>{'|'.join(FIELDS)})(?:\s*[:：]\s*|\s+|$)(?P<value>.*)"
    r"|(?P<other>[^:：\t]{2,60})[:：]\s*(?P<said>.*)"
)
_CANONICAL = {label.casefold(): label for label in FIELDS}

_COLUMN = r"ENGLISH|英文|LOCAL\s+LANGUAGE|CHINESE|中文|本地语言|当地语言"
_COLUMN_HEADS = re.compile(rf"(?i)({_COLUMN})(?:[\t |/]+({_COLUMN}))?")
_ROW_LABEL = re.compile(r"(?i)findings?\s*[:：]?")

_BLOCK_TAG = re.compile(r"(?i)</?(?:p|br|div|li|ul|ol|tr|td|th|table|h[1-6])(?:\s[^<>]{0,500})?/?>")
_INLINE_TAG = re.compile(r"(?i)</?(?:span|b|strong|i|em|u|font|a|sup|sub)(?:\s[^<>]{0,500})?>")

_PAGE_NUMBER = re.compile(
    r"(?i)(?P<before>(?:.*\s)?)(?:page\s*:?\s*)?(?P<page>\d{1,3})\s*(?:/|of)\s*(?P<total>\d{1,3})"
    r"|page\s*:?\s*(?P<alone>\d{1,3})"
    r"|第\s*(?P<zh>\d{1,3})\s*页(?:\s*[,，/]?\s*共\s*\d{1,3}\s*页)?"
)
_BARE_NUMBER = re.compile(r"[-–— ]*(\d{1,3})[-–— ]*")
_ALWAYS_FURNITURE = re.compile(
    r"(?i)Created with EO\.Pdf for \.NET.{0,40}|Generated on\s*:.{0,40}"
    r"|Monitoring result for .{1,300} - \d{1,3}\s*/\s*\d{1,3}"
)


_SECTION_STARTS = frozenset("OoSsRrGgAaMmKkFf")


def paragraphs(cell: str) -> list[str]:
    """The paragraphs of a cell, with its tags taken as what they stand for."""
    text = _INLINE_TAG.sub("", _BLOCK_TAG.sub("\n", cell))
    return [part.strip() for part in text.replace("\t", " ").split("\n") if part.strip()]


def section(text: str) -> str | None:
    """The section that a line is the heading of: overall, ratings, description, site, metrics,
    definitions or findings."""
    bare = text.strip()
    if bare[:1] not in _SECTION_STARTS or len(bare) > 60:
        return None
    return next((name for name, heading in _SECTIONS.items() if heading.fullmatch(bare)), None)


@lru_cache(maxsize=4096)
def structure(text: str) -> tuple[str, re.Match[str]] | None:
    """What divides findings: an "area" or "site" line, a "question" or a "dashed" finding."""
    bare = text.strip()
    if bare[:1] not in _STRUCTURE_STARTS or (len(bare) > 1000 and not bare[0].isdigit()):
        return None
    for name, pattern in _STRUCTURE.items():
        if match := pattern.fullmatch(bare):
            return name, match
    return None


def field(cell: str) -> tuple[str, str] | None:
    """Label and value of a header or site field, "Label value" or "Label : value"."""
    match = _FIELD.fullmatch(cell.strip())
    if not match:
        return None
    label = " ".join((match["label"] or match["other"]).split())
    return _CANONICAL.get(label.casefold(), label), (match["value"] or match["said"] or "").strip()


def column_heads(text: str) -> tuple[Lang, ...]:
    """The languages of the columns whose heads a line holds, from left to right; else empty."""
    bare = text.strip()
    match = _COLUMN_HEADS.fullmatch(bare) if len(bare) < 60 else None
    if not match:
        return ()
    return tuple("en" if h.casefold() in ("english", "英文") else "zh" for h in match.groups() if h)


def is_label(text: str) -> bool:
    """Whether a line is a column head or the row label that pages repeat, and no text."""
    bare = text.strip()
    return len(bare) < 60 and bool(_ROW_LABEL.fullmatch(bare) or column_heads(bare))


def lines_of(text: str) -> list[Line]:
    """The lines of a report's text, cleaned, with pages counted where form feeds divide them."""
    pages = text.replace("\r\n", "\n").split("\f")
    lines, number = [], 1
    for page, content in enumerate(pages, 1):
        rows = clean(html.unescape(content)).split("\n")
        for offset, row in enumerate(rows):
            lines.append(Line(row.strip(" "), page if len(pages) > 1 else None, number + offset))
        number += len(rows) - 1  # a form feed ends no line
    return lines


def without_furniture(lines: Iterable[Line]) -> list[Line]:
    """The lines with text that are no page number, running header or footer."""
    rows = list(lines)
    gone = {i for i, row in enumerate(rows) if _ALWAYS_FURNITURE.fullmatch(row.text)}
    gone |= _page_numbers(rows)
    gone |= _repeated_at_edges(rows, gone)
    return [row for i, row in enumerate(rows) if i not in gone and row.text.strip()]


def _page_numbers(rows: list[Line]) -> set[int]:
    """Lines that count the pages: "3 / 12" with one total, or bare numbers that go up by one."""
    counted: dict[tuple[str, str | None], list[tuple[int, int]]] = {}
    bare: list[int] = []
    expected = None
    for i, row in enumerate(rows):
        if not row.text or len(row.text) > 300 or "\t" in row.text:
            continue
        if match := _PAGE_NUMBER.fullmatch(row.text):
            page = int(match["page"] or match["alone"] or match["zh"])
            if not match["total"] or page <= int(match["total"]):
                key = _shape(match["before"] or ""), match["total"]
                counted.setdefault(key, []).append((page, i))
        elif (match := _BARE_NUMBER.fullmatch(row.text)) and _stands_alone(rows, i):
            page = int(match[1])
            if page == expected or (expected is None and page <= 2):
                expected = page + 1
                bare.append(i)
    found = set(bare) if len(bare) > 1 else set()
    for (before, _), places in counted.items():
        # A sentence may end in "8 of 8" too: a line with words must count on, page by page.
        rising = all(a[0] < b[0] for a, b in pairwise(places))
        if not before or (rising and len(places) > 1):
            found.update(i for _, i in places)
    return found


def _stands_alone(rows: list[Line], i: int) -> bool:
    """Whether an empty line or the edge of a page is beside a line."""
    beside = [rows[k] for k in (i - 1, i + 1) if 0 <= k < len(rows)]
    return len(beside) < 2 or any(not row.text or row.page != rows[i].page for row in beside)


def _repeated_at_edges(rows: list[Line], gone: set[int]) -> set[int]:
    """Lines that stand next to the edge of most pages, digits aside."""
    turns = [i for i in range(1, len(rows)) if rows[i].page != rows[i - 1].page]
    found: set[int] = set()
    if not gone and not turns:
        return found
    told = [i for i, row in enumerate(rows) if row.text and i not in gone]

    def after(i: int) -> int | None:
        k = bisect_right(told, i)
        return told[k] if k < len(told) else None

    def before(i: int) -> int | None:
        k = bisect_left(told, i)
        return told[k - 1] if k else None

    starts = [-1, *gone, *(i - 1 for i in turns)]
    for beside, edges in (after, starts), (before, [*gone, *turns, len(rows)]):
        # Walk away from the edges, one line with text at a time, for as long as lines agree.
        at = {beside(edge) for edge in edges}
        need = max(2, len(at) // 2)
        for _ in range(6):
            standing = [i for i in at if i is not None and not _is_structural(rows[i].text)]
            shapes = Counter(_shape(rows[i].text) for i in standing)
            alike = {i for i in standing if shapes[_shape(rows[i].text)] >= need}
            found |= alike
            at = {beside(i) for i in alike} - found
    return found


def _is_structural(text: str) -> bool:
    return "\t" in text or is_label(text) or bool(section(text) or structure(text))


def _shape(text: str) -> str:
    return re.sub(r"\d+", "0", text.strip())
