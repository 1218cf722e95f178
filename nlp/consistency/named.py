"""Numbers that name one of many instead of counting: worker no. 53, 53号工人, week 2, 第2周.

Those of one sort are compared with each other, and never with a count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from ...corpus.labels import Lang

# What bears a number: its sort, and its nouns in both languages.
_BEARERS = {
    "person": (
        "worker|employee|operator|interviewee|guard|driver|welder|packer|sewer|technician",
        "工人|员工|职工|雇员|工友|操作工|操作员|作业员|保安|司机|电工|焊工|包装工|缝纫工|受访者|技工|普工|女工|男工",
    ),
    "machine": (
        "machine|press|lathe|boiler|lift|elevator|hoist|crane|forklift|oven|furnace|loom|compressor"
        "|saw|mixer|extruder|dryer|vessel|tank|generator|conveyor|robot|grinder",
        "机器|机台|设备|冲床|车床|锅炉|电梯|升降机|行车|起重机|叉车|烤箱|烘箱|炉|织机|空压机|锯|搅拌机|挤出机"
        "|烘干机|容器|储罐|罐|发电机|输送带|机器人|砂轮机|压机|机",
    ),
    "room": ("room|dormitory|dorm", "房间|房|室|宿舍"),
    "line": ("line|production line|assembly line", "生产线|产线|流水线|线"),
    "station": ("workstation|station|post|bench|table", "工位|岗位|工作台|台位"),
}
# What is counted off in order.
_TURNS = {
    "week": ("week", "周|星期|个星期"),
    "month": ("month", "个月"),
    "quarter": ("quarter", "季度|季"),
    "day": ("day", "天|日"),
    "shift": ("shift", "班"),
}
_NTH = {
    word: n
    for n, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth".split(), 1
    )
}
_HAN = {char: n for n, char in enumerate("一二三四五六七八九", 1)}
_NO = r"(?:no\.? ?|number |#)"
_NOT_MORE = r"(?!\d|[.,/:-]\d| ?%)"


def _any(table: dict[str, tuple[str, str]], which: int) -> str:
    return "|".join(
        sorted("|".join(row[which] for row in table.values()).split("|"), key=len)[::-1]
    )


def _sort(table: dict[str, tuple[str, str]], which: int, word: str | None) -> str:
    return next(
        (sort for sort, row in table.items() if word and re.fullmatch(row[which], word)), ""
    )


# No noun of more behind "worker 53": in "of the line 12 workers" the 12 counts.
_EN = re.compile(
    rf"(?<![a-z])(?:(?P<b>{_any(_BEARERS, 0)})s? {_NO}(?P<bn>\d{{1,4}}){_NOT_MORE}"
    rf"|(?P<c>{_any(_BEARERS, 0)}) (?P<cn>\d{{1,4}}){_NOT_MORE}(?= ?[.,;:)]| (?:was|were|had|has|did|is|worked)\b|$)"
    rf"|(?P<t>{_any(_TURNS, 0)}) {_NO}?(?P<tn>\d{{1,2}}){_NOT_MORE}"
    rf"|(?P<w>{'|'.join(_NTH)}) (?P<wt>{_any(_TURNS, 0)})(?![a-z]))"
    rf"|(?<![\d.,])(?P<on>\d{{1,2}})(?:st|nd|rd|th) (?P<ot>{_any(_TURNS, 0)})(?![a-z])"
    rf"|(?<![a-z\d]){_NO}(?P<an>\d{{1,4}}) (?P<a>{_any(_BEARERS, 0)})(?![a-z])"
)
_ZH = re.compile(
    rf"第 ?(?P<tn>\d{{1,2}}|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九]) ?(?P<t>{_any(_TURNS, 1)})(?![组长次级])"
    rf"|(?<![\d.,/第 -])(?P<bn>\d{{1,4}}) ?[号#] ?(?P<b>{_any(_BEARERS, 1)})?"
)


class Named(NamedTuple):
    """A mention at [start, end) with its number at ``at``. ``sort`` is "" where what bears the number is not
    known, and ``turn`` says whether it is counted off (week 2)."""

    start: int
    end: int
    at: int
    number: int
    kind: Literal["name", "turn"]
    sort: str


def named(low: str, lang: Lang) -> Iterator[Named]:
    """The numbers of a text in lower case that name one of many, in order."""
    for m in (_EN if lang == "en" else _ZH).finditer(low):
        found = {key: text for key, text in m.groupdict().items() if text}
        which = 0 if lang == "en" else 1
        digits = next(key for key in ("bn", "cn", "tn", "w", "on", "an") if key in found)
        number = _number(found[digits])
        turn = found.get("t") or found.get("wt") or found.get("ot")
        if turn:
            sort, kind = _sort(_TURNS, which, turn), "turn"
        else:
            bearer = found.get("b") or found.get("c") or found.get("a")
            sort, kind = _sort(_BEARERS, which, bearer), "name"
        yield Named(m.start(), m.end(), m.start(digits), number, kind, sort)


def _number(text: str) -> int:
    if text in _NTH:
        return _NTH[text]
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    return (_HAN.get(tens, 1) * 10 if ten else 0) + _HAN.get(ones, 0)
