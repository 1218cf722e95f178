"""Which columns hold the findings' texts where the names do not tell: known by what is in them.

A text column holds sentences, nearly all in one language or in both, and hardly one of them twice.
Columns named for something else that is told in sentences (causes, actions) are none, and remarks only
where nothing else is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain, product
from typing import Any, NamedTuple, cast

from ..labels import LANGS, Lang
from ..text import clean, is_ideograph
from .plain import split_languages

SAMPLE = 200  # rows that are enough to know a column by
_NEARLY_ALL = 2 / 3  # what was not translated stands in the wrong language too
_CELL = 4000  # characters of a cell that are looked at
_WORD = re.compile(r"[A-Za-z]{2,}")
# In the name of a column that is likely, or is not, the finding's text.
_LIKELY = re.compile(
    r"(?i)find|non-?\s?(?:compl|conf)|\bNCs?\b|observ|issue|descri|detail|statement|problem|violation|deviation"
    r"|english|chinese|local|translat|\b(?:en|eng|zh|cn|chi)\b|发现|不符合|问题|描述|详情|说明|事实|违规|缺失|内容|中文|英文|译"
)
_OTHER = re.compile(
    r"(?i)action|correct|improve|cause|plan|recommend|respon|suggest|require|law|legal"
    r"|regulation|clause|criteri|standard|question|reference|categor|title|address|name|owner|progress"
    r"|follow|prevent|attach|photo|good|best|defect|message|model|file|prompt|given|predicted"
    r"|整改|改善|措施|纠正|预防|原因|计划|意见|建议|回复|要求|法规|法律|法条|依据|条款|标准|题目|类别|分类|标题|地址|名称"
    r"|责任|进展|跟进|附件|照片|良好|亮点"
)
_ASIDE = re.compile(r"(?i)remark|comment|note|evidence|备注|证据")


class _Column(NamedTuple):
    """A column's name and place, the language of nearly all of its cells (None: both or neither),
    whether it holds both, whether most cells are sentences, whether they differ and are no texts of
    another sort by the column's name, whether they are remarks by it, whether it is likely, and how long
    they are on the average."""

    name: str
    place: int
    lang: Lang | None
    both: bool
    long: bool
    varied: bool
    aside: bool
    likely: bool
    length: float


def text_columns(
    rows: Iterable[Mapping[str, Any]], field: Callable[[str], str | None]
) -> dict[str, str]:
    """The columns that hold the texts in a language in which no named column has any, by name, with
    the language, or "text" for one that holds both. ``field`` says what a name stands for. Empty where
    the names tell enough, or nothing is found."""
    cells: dict[str, list[str]] = {}
    for row in rows:
        for name, value in row.items():
            column = cells.setdefault(name, [])
            if isinstance(value, str) and value.strip():
                column.append(clean(value[:_CELL]).strip())
    fields = {name: field(name) for name in cells}
    if any(known and "." in known for known in fields.values()):
        return {}  # records of our own: what they lack is not there
    columns = [_column(name, i, cells[name]) for i, name in enumerate(cells) if cells[name]]
    named = [
        column
        for column in columns
        if fields[column.name] in LANGS or (fields[column.name] == "text" and column.long)
    ]
    texts: dict[str, Lang] = {
        column.name: cast(Lang, lang)
        for column in named
        if (lang := column.lang if fields[column.name] == "text" else fields[column.name])
    }
    said = [name for name, known in fields.items() if known == "text"]
    if {*LANGS} <= {fields[column.name] for column in named}:
        return {}
    if len(texts) < len(named):  # one column holds both
        (best,) = _best(c for c in named if c.name not in texts)
        return {} if best.name == said[0] else {best.name: "text"}
    free = [c for c in columns if fields[c.name] is None and c.long and c.varied]
    found = _chosen(texts, columns, [column for column in free if not column.aside])
    if not found and not named:
        found = _chosen(texts, columns, free)
    if set(found) <= {*texts} and len(found) < len(LANGS):
        # One language, in a column that is named for a text, tells that itself; but one with such a name
        # may hold numbers or words, and another the sentences.
        own = named[0].name if len(named) == 1 else ""
        return {own: "text"} if own in said[1:] else {}
    return found


def _chosen(
    texts: Mapping[str, Lang], columns: Sequence[_Column], free: Sequence[_Column]
) -> dict[str, str]:
    sides = [
        [column for column in columns if texts.get(column.name) == lang]
        or [column for column in free if column.lang == lang]
        for lang in LANGS
    ]
    best = _best_pair(*sides) if all(sides) else _best(chain(*sides))
    whole = [] if texts else _best(column for column in free if column.both)
    if whole and (len(best) < 2 or whole[0].likely > min(column.likely for column in best)):
        return {whole[0].name: "text"}
    return {
        column.name: lang
        for lang, side in zip(LANGS, sides, strict=True)
        for column in best
        if column in side
    }


def _best_pair(english: Sequence[_Column], chinese: Sequence[_Column]) -> Sequence[_Column]:
    """Likely names count first, then standing side by side, then length."""
    return max(
        product(english, chinese),
        key=lambda pair: (
            pair[0].likely + pair[1].likely,
            -abs(pair[0].place - pair[1].place),
            pair[0].length + pair[1].length,
        ),
    )


def _best(columns: Iterable[_Column]) -> Sequence[_Column]:
    return sorted(columns, key=lambda column: (column.likely, column.length))[-1:]


def _column(name: str, place: int, cells: Sequence[str]) -> _Column:
    used = [_languages(cell) for cell in cells]
    likely = bool(_LIKELY.search(name))
    lang: Lang | None = next(
        (x for x in LANGS if used.count({x}) >= _NEARLY_ALL * len(cells)), None
    )
    return _Column(
        name=name,
        place=place,
        lang=lang,
        both=lang is None and sum(map(bool, used)) >= _NEARLY_ALL * len(cells),
        long=2 * sum(_is_sentence(cell, 2 if likely else 4) for cell in cells) >= len(cells),
        varied=not _OTHER.search(name) and (2 * len({*cells}) > len(cells) or len(cells) < 3),
        aside=bool(_ASIDE.search(name)),
        likely=likely,
        length=sum(map(len, cells)) / len(cells),
    )


def _languages(cell: str) -> set[Lang]:
    if not (_WORD.search(cell) or any(map(is_ideograph, cell))):
        return set()
    return {*split_languages(cell)}


def _is_sentence(cell: str, words: int) -> bool:
    """Whether a cell holds so many English words, or half as many again Chinese characters."""
    return len(_WORD.findall(cell)) >= words or 2 * sum(map(is_ideograph, cell)) >= 3 * words
