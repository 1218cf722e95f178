"""The findings of an amfori report: from lines between two questions to two whole texts.

A finding is printed as a table of two cells. What reaches us is that table after a page has cut it
and a converter has flattened it: tab rows, or paragraphs one language after the other, in one or
more runs divided by the row label that every page repeats.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import cast

from rapidfuzz import fuzz

from ..catalogue import areas, questions
from ..labels import AREAS, Area, Lang
from ..schema import Finding, Given, Problem, Source, Text
from ..stated import split_states, stated
from ..text import has_chinese, unwrap
from .amfori_lines import Line, column_heads, is_label, paragraphs, structure
from .turns import POINT, by_language

_SENTENCE_END = tuple(".!?:;。！？：；…)）]】”\"'’")


@dataclass(slots=True)
class Block:
    """The lines of one finding and what the headings above them say."""

    number: str
    at: Line
    area: str | None = None
    site_id: str | None = None
    crucial: bool | None = None
    body: list[Line] = field(default_factory=list)


def blocks(rows: Iterable[Line]) -> Iterator[Block]:
    """The findings of a findings section, each with the area and the site it stands under.

    Findings start at "Question: 2.4 …" lines, or at "2.4 - …" lines where there are no such.
    """
    rows = list(rows)
    kinds = [structure(row.text) for row in rows]
    dashes = not any(kind and kind[0] == "question" for kind in kinds)
    area = site_id = None
    block: Block | None = None
    for i, (row, kind) in enumerate(zip(rows, kinds, strict=True)):
        name, match = kind or ("", None)
        if match and name == "area" and _is_heading(match["name"], kinds[i + 1 : i + 2]):
            area = f"PA{int(match['number'])}"
        elif match and name == "site":
            site_id = match["id"]
        elif match and (name == "question" or (name == "dashed" and dashes)):
            if block:
                yield block
            crucial = bool(match["crucial"]) if name == "question" else None
            block = Block(match["number"], row, area, site_id, crucial)
            if name == "dashed":
                block.body.append(row._replace(text=match["text"]))
            elif _is_open(match["text"]):
                block.body.append(row._replace(text=""))  # its question may go on below
            continue
        elif block:
            block.body.append(row)
            continue
        else:
            continue
        if block:
            yield block
            block = None
    if block:
        yield block


def _is_open(question: str) -> bool:
    return not question.rstrip().endswith(("?", "？"))


def _is_heading(name: str, following: list[tuple[str, re.Match[str]] | None]) -> bool:
    """Whether a line that reads like an area's heading is one, and not the start of a sentence."""
    if following and following[0]:
        return True
    names = [n.casefold() for info in areas().values() for n in (*info.names_en, *info.names_zh)]
    bare = name.split("\t")[0].strip().casefold()
    return any(fuzz.ratio(bare, known) >= 85 for known in names)


def read_findings(
    parts: Iterable[Block], file: str, only_site: str | None, many_sites: bool
) -> tuple[list[Finding], list[Problem]]:
    """Findings with whole texts, and what was odd about them; nothing with text is left out."""
    findings: list[Finding] = []
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for block in _merged(parts):
        place = f"page {block.at.page}" if block.at.number is None else f"line {block.at.number}"

        def note(what: str, mend: str, place: str = place) -> None:
            problems.append(Problem(place=place, what=what, mend=mend))

        texts: dict[Lang, Text] = {
            lang: split_states(text, lang) for lang, text in cell_texts(block.body).items()
        }
        if not texts:
            note(f"question {block.number} has no text", "see whether the file is complete")
            continue
        site_id = block.site_id or only_site
        stem = PurePath(file).stem
        identity = f"{stem}#{site_id}#{block.number}" if many_sites else f"{stem}#{block.number}"
        seen[identity] = seen.get(identity, 0) + 1
        if seen[identity] > 1:
            identity += f"-{seen[identity]}"
            note(f"question {block.number} stands here again", "see whether both are meant")
        status, rating = stated(texts)
        findings.append(
            Finding(
                id=identity,
                source=Source(file=file, page=block.at.page, line=block.at.number),
                site_id=site_id,
                texts=texts,
                given=Given(
                    area=_area(block, note),
                    question=block.number,
                    crucial=block.crucial,
                    rating=rating,
                    status=status,
                ),
            )
        )
    return findings, problems


def _merged(parts: Iterable[Block]) -> Iterator[Block]:
    """Blocks, one a finding: a page may repeat the question above the rest of a cut cell."""
    last: Block | None = None
    for block in parts:
        if last and (last.number, last.area, last.site_id) == (
            block.number,
            block.area,
            block.site_id,
        ):
            heads, rests = cell_texts(last.body), cell_texts(block.body)
            if any(not heads[lang].endswith(_SENTENCE_END) for lang in heads if lang in rests):
                last.body += [block.at._replace(text="Finding"), *block.body]
                continue
        if last:
            yield last
        last = block
    if last:
        yield last


def _area(block: Block, note) -> Area | None:
    """The area above a finding, or the question's own where no heading is; doubts are noted."""
    own = f"PA{block.number.split('.')[0]}"
    area = block.area or own
    if area not in AREAS:
        note(f"{area} is no performance area", "there are PA1 to PA13; mend the heading")
        return None
    if block.number not in questions():
        note(
            f"there is no question {block.number} in {area}",
            "mend the number where it is a slip; the finding is kept",
        )
    elif own != area:
        note(f"question {block.number} stands under {area}", "mend the heading or the number")
    return cast(Area, area)


def cell_texts(body: Iterable[Line]) -> dict[Lang, str]:
    """The text of each language that lines between two questions hold, made whole again."""
    pieces: dict[Lang, list[tuple[str, bool]]] = {"en": [], "zh": []}
    cut = {"en": False, "zh": False}
    last: Lang | None = None
    columns: tuple[Lang, ...] = ("en", "zh")

    def add(lang: Lang, text: str) -> None:
        pieces[lang].append((text, cut[lang]))
        cut[lang] = False

    for row in _without_question(list(body)):
        if is_label(row.text):
            cut, last = {"en": True, "zh": True}, None
            heads = column_heads(row.text)
            columns = heads if len(set(heads)) == 2 else columns
            continue
        cells = [paragraphs(cell) for cell in row.text.split("\t")]
        if len(cells) > 1 and cells[0] and all(map(is_label, cells[0])):
            cells, cut = cells[1:], {"en": True, "zh": True}
        if len(cells) == 2:
            for lang, cell in zip(columns, cells, strict=True):
                for paragraph in cell:
                    add(lang, paragraph)
            last = None
        else:
            for paragraph in (p for cell in cells for p in cell):
                for lang, piece in by_language(paragraph, last):
                    if piece:  # not a language's label on a line of its own
                        add(lang, piece)
                    last = lang
    whole: dict[Lang, str] = {lang: _join(pieces[lang], lang) for lang in pieces}
    return {lang: text for lang, text in whole.items() if text}


def _without_question(body: list[Line]) -> list[Line]:
    """The lines without the rest of a question's text, which an empty first line announces."""
    if body and not body[0].text:
        for i, row in enumerate(body[1:6], 1):
            if column_heads(row.text):
                return body[i:]
            if is_label(row.text) or "\t" in row.text or has_chinese(row.text):
                break
            if not _is_open(row.text):
                return body[i + 1 :]
    return body


def _join(pieces: list[tuple[str, bool]], lang: Lang) -> str:
    """Pieces of a cell, each with whether a page's end stands before it, as one text. Lines that
    start a point or follow a whole sentence stay lines."""
    lines = [text for text, _ in pieces]
    fresh = {
        i
        for i, (text, cut) in enumerate(pieces)
        if i and (POINT.match(text) or (not cut and lines[i - 1].endswith(_SENTENCE_END)))
    }
    return unwrap(lines, lang, fresh)
