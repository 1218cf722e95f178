"""Pages of a PDF as rows of characters: what stands where, before anyone asks what it means."""

from __future__ import annotations

import io
import logging
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from ..schema import InputError
from ..text import clean, is_ideograph


class Char(NamedTuple):
    """A printed character: its left and right edge and baseline in points from the page's top left
    corner, and its font size."""

    text: str
    x0: float
    x1: float
    y: float
    size: float


@dataclass(slots=True)
class Row:
    """Characters on one baseline, from left to right; pages count from 1."""

    chars: list[Char]
    page: int

    @property
    def y(self) -> float:
        return self.chars[0].y

    @property
    def x0(self) -> float:
        return self.chars[0].x0

    @property
    def x1(self) -> float:
        return max(char.x1 for char in self.chars if char.text != " ")

    @property
    def size(self) -> float:
        return max(char.size for char in self.chars)

    @property
    def text(self) -> str:
        """The row's text, its cells divided by tabs."""
        return "\t".join("".join(char.text for char in cell.chars) for cell in self.cells())

    def cells(self, gap: float = 0.9) -> list[Row]:
        """The row divided where white that no space character explains is wider than ``gap`` ems;
        what stands behind a space is justified text, and needs two."""
        cells = [[self.chars[0]]]
        end = self.chars[0].x1
        for last, char in pairwise(self.chars):
            if char.text == " ":
                end += char.x1 - char.x0
            else:
                justified = last.text == " " and last.x1 > last.x0
                if char.x0 - end > (2 if justified else gap) * char.size:
                    cells.append([])
                end = char.x1
            cells[-1].append(char)
        return [Row(chars, self.page) for chars in map(_stripped, cells) if chars]


def _stripped(chars: list[Char]) -> list[Char]:
    while chars and chars[-1].text == " ":
        chars = chars[:-1]
    return chars


def read_pages(data: bytes, file: str) -> list[list[Char]]:
    """The characters of each page, cleaned; what is printed twice on one spot counts once.

    Raises:
        InputError: when the file is no PDF, is broken or encrypted, or holds no text.
    """
    import pdfplumber
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfplumber.utils.exceptions import PdfminerException

    from .pdf_limits import MAX_PAGES, TooMuch, limited

    if b"%PDF-" not in data[:1024]:
        raise InputError(file, "this is no PDF", "give a PDF, or the report as text")
    log = logging.getLogger("pdfminer")
    level = log.level
    log.setLevel(logging.CRITICAL)  # it warns of every font that leaves out a detail
    try:
        with limited(), pdfplumber.open(io.BytesIO(data)) as pdf:
            if len(pdf.pages) > MAX_PAGES:
                raise TooMuch(f"it has {len(pdf.pages):,} pages; {MAX_PAGES:,} are read")
            pages = [_characters(page) for page in pdf.pages]
            pictures = any(page.images for page in pdf.pages)
    except Exception as error:  # the parser raises whatever a broken file makes it stumble over
        cause = error.args[0] if isinstance(error, PdfminerException) and error.args else error
        if isinstance(cause, PDFPasswordIncorrect) or "Password" in repr(error):
            what, mend = "it is encrypted", "save a copy without a password"
        elif isinstance(cause, TooMuch):
            what, mend = str(cause), "split it, or give the report as text"
        else:
            what, mend = "the PDF is broken", "export it anew, or give the report as text"
        raise InputError(file, what, mend) from error
    finally:
        log.setLevel(level)
    letters = sum(char.text.isalpha() for page in pages for char in page)
    if letters < 20 * len(pages) and (pictures or not letters):
        raise InputError(
            file, "its pages are pictures without text", "run text recognition (OCR) over it first"
        )
    unknown = sum(char.text == "\ufffd" for page in pages for char in page)
    if unknown > letters / 4:
        raise InputError(
            file, "its fonts do not tell which characters they draw", "give the report as text"
        )
    return pages


def _characters(page) -> list[Char]:
    chars, seen = [], set()
    for char in page.chars:
        if not char["upright"]:
            continue  # a watermark, or a note in the margin
        # A soft hyphen that a page shows is a hyphen: fonts draw both with one glyph.
        text = clean(char["text"].replace("\xad", "-")) if "(cid:" not in char["text"] else "\ufffd"
        x0, x1, y = char["x0"], char["x1"], page.bbox[3] - char["matrix"][5]
        spot = (text, round(x0), round(y))
        if text and spot not in seen:
            seen.add(spot)
            chars.append(Char(text.replace("\n", " "), x0, x1, y, char["size"]))
    return chars


def rows_of(chars: Sequence[Char], page: int, spaced: bool) -> list[Row]:
    """Rows from top to bottom. ``spaced`` says that the PDF writes its spaces as characters;
    where it does not, gaps between letters become spaces."""
    lines: list[list[Char]] = []
    for char in sorted(chars, key=lambda c: c.y):
        if lines and char.y - lines[-1][-1].y < 0.3 * max(char.size, lines[-1][-1].size):
            lines[-1].append(char)
        else:
            lines.append([char])
    rows = [Row(sorted(line, key=lambda c: c.x0), page) for line in _with_scripts(lines)]
    for row in rows:
        while row.chars and row.chars[0].text == " ":
            row.chars.pop(0)
        if not spaced:
            row.chars = _with_spaces(row.chars)
    return [row for row in rows if row.chars]


def _with_scripts(lines: list[list[Char]]) -> list[list[Char]]:
    """Lines with raised or lowered small characters (m²) put where they belong."""
    whole: list[list[Char]] = []
    for line in lines:
        if whole and line[0].y - whole[-1][0].y < 0.6 * max(c.size for c in whole[-1] + line):
            small, large = sorted((line, whole[-1]), key=lambda cs: max(c.size for c in cs))
            inside = min(c.x0 for c in large) < small[0].x0 < max(c.x1 for c in large) + 2
            if inside and max(c.size for c in small) < 0.8 * max(c.size for c in large):
                y = large[0].y
                whole[-1] = large + [char._replace(y=y) for char in small]
                continue
        whole.append(line)
    return whole


def _with_spaces(chars: list[Char]) -> list[Char]:
    spaced = chars[:1]
    for last, char in pairwise(chars):
        gap = char.x0 - last.x1 > 0.18 * char.size and " " not in (last.text, char.text)
        if gap and not (is_ideograph(last.text[-1]) or is_ideograph(char.text[0])):
            spaced.append(Char(" ", last.x1, last.x1, char.y, char.size))
        spaced.append(char)
    return spaced


def without_furniture(pages: list[list[Row]], keep: Callable[[str], object]) -> list[list[Row]]:
    """Pages without the rows at their top and bottom that come back at the same height on most of
    them, digits aside; rows whose text ``keep`` is true for stay."""
    spots: dict[tuple[str, int], set[int]] = defaultdict(set)
    for number, rows in enumerate(pages):
        for row in _edges(rows):
            if not keep(row.text):
                spots[_spot(row)].add(number)
    need = max(2, (len(pages) + 1) // 2)
    gone = {spot for spot, on in spots.items() if len(on) >= need}
    return [[row for row in rows if _spot(row) not in gone] for rows in pages]


def _edges(rows: list[Row]) -> list[Row]:
    return rows if len(rows) < 12 else rows[:6] + rows[-6:]


def _spot(row: Row) -> tuple[str, int]:
    """A row's text, digits aside, and its height on the page."""
    return re.sub(r"\d+", "0", row.text), round(row.y)
