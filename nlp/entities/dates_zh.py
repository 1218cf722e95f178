"""Dates in Chinese: 2024年3月5日, 二零二四年三月, 2024年上半年, and lists and ranges of months or days."""

from __future__ import annotations

import re
from dataclasses import replace

from .date_parts import Date
from .normal import holds, pattern
from .number_words import chinese

ZH_DIGITS = "零一二三四五六七八九"
_ZY = rf"(?:(?:19|20)\d\d|[{ZH_DIGITS}]{{4}}|(?<!\d)\d\d(?= *年 *(?:[01]?\d|[一二三四五六七八九十]) *月))"
_ZN = rf"(?:\d{{1,2}}|[{ZH_DIGITS}十]{{1,3}})"
_ZTO = r"(?:-{1,2}|~|至|到|、|和|及|与|或|,|—)"
_ZH = pattern(
    rf"""(?=[\d{ZH_DIGITS}十农])(?<![\d.])(?:(?P<y0>{_ZY})(?:年?度?) *+(?:-{{1,2}}|~|至|到|—) *+(?P<y9>{_ZY}) *+年(?:度|份)?(?! *+{_ZN} *+月)"""
    rf"""|(?:农历)?(?P<y>{_ZY}) *+年(?:度|份)?(?:(?: *+的?)*+(?P<part>[上下]半年|第?[一二三四1-4]季度?|前[一二三]季度|第[一二三四五六七八九十]+个月))?"""
    rf"""(?: *+(?:的)?(?P<ms>(?:{_ZN} *+月?份? *+{_ZTO} *+){{0,11}}{_ZN} *+月)(?:份(?!额|数))?(?: *+(?P<ds>(?:{_ZN} *+[日号]? *+{_ZTO} *+){{0,11}}{_ZN} *+[日号](?![楼栋厂车线机门仓宿])))?)?"""
    rf"""|(?P<ms2>(?:{_ZN} *+月?份? *+{_ZTO} *+){{0,11}}{_ZN} *+月)(?!龄|经|饼|嫂|薪|工资标)(?:份(?!额|数))?(?: *+(?P<ds2>(?:{_ZN} *+[日号]? *+{_ZTO} *+){{0,11}}{_ZN} *+[日号](?![楼栋厂车线机门仓宿])))?)"""
)


def _int(text: str) -> int:
    value = chinese(text.replace(" ", ""))
    return int(value or 0)


def chinese_dates(low: str) -> list[Date]:
    out: list[Date] = []
    if not holds(low, "年月"):
        return out
    for m in _ZH.finditer(low):
        start, end = m.span()
        if m["y9"]:
            out.append(Date(start, end, _full(m["y0"]), None, None, (_full(m["y9"]), None, None)))
            continue
        year = _full(m["y"]) if m["y"] else None
        months, days = m["ms"] or m["ms2"], m["ds"] or m["ds2"]
        key = "ms" if m["ms"] else "ms2"
        if not months:
            out.append(_part(start, end, year or 0, m["part"]))
            continue
        at = m.start(key)
        atoms = _list(months, at, "month")
        if days and len(atoms) == 1:
            month = atoms[0].month
            atoms = [
                replace(a, month=month)
                for a in _list(days, m.start("ds" if m["ds"] else "ds2"), "day")
            ]
        elif days and atoms:
            month = atoms[-1].month
            tail = [
                replace(a, month=month)
                for a in _list(days, m.start("ds" if m["ds"] else "ds2"), "day")
            ]
            first = [replace(day, start=atoms[-1].start) for day in tail[:1]]
            atoms = [*atoms[:-1], *first, *tail[1:]] if tail else []  # there is no day 0
        if not atoms or not all(
            1 <= (a.month or 1) <= 12 and 1 <= (a.day or 1) <= 31 for a in atoms
        ):
            continue
        if key == "ms2" and not days and _no_month(low, start, end):
            continue
        atoms = [
            replace(
                a, year=year, to=(_wrap(year, a), a.to[1] or a.month, a.to[2]) if a.to else None
            )
            for a in atoms
        ]
        atoms[0] = replace(atoms[0], start=start)
        atoms[-1] = replace(atoms[-1], end=end)
        out += atoms
    return out


def _wrap(year: int | None, a: Date) -> int | None:
    """The end of 2024年11月至2月 lies in the year after."""
    return year + 1 if year and a.to and a.to[1] and a.month and a.to[1] < a.month else year


def _full(text: str) -> int:
    value = _int(text)
    return value if value >= 100 else 2000 + value


def _no_month(low: str, start: int, end: int) -> bool:
    """Whether "3 月" is no month of the year: 每3月, 第3月, 近3月."""
    return bool(re.search(r"[每第近满] *$", low[max(0, start - 3) : start]))


def _part(start: int, end: int, year: int, part: str | None) -> Date:
    if not part:
        return Date(start, end, year)
    part = part.replace(" ", "")
    if part[1:] == "半年":
        first = 1 if part[0] == "上" else 7
        return Date(start, end, year, first, None, (year, first + 5, None))
    n = _int(part.strip("第前季度个月"))
    if part.endswith("月"):
        return Date(start, end, year, n) if 1 <= n <= 12 else Date(start, end, year)
    first = 1 if part[0] == "前" else 3 * n - 2
    return Date(start, end, year, first, None, (year, 3 * n, None))


def _list(text: str, at: int, kind: str) -> list[Date]:
    """The months or days of a Chinese list: 3月至5月 is one range, 3月、5月 are two."""
    parts = list(re.finditer(rf"{_ZN} *[月日号]?份?", text))
    values = [_int(re.sub("[月日号份 ]", "", p[0])) for p in parts]
    if not all(values):
        return []
    if len(parts) == 2 and re.search("[-~至到—]", text[parts[0].end() : parts[1].start()]):
        first, last = values
        whole = Date(at, at + len(text))
        if kind == "month":
            return [replace(whole, month=first, to=(None, last, None))]
        return [replace(whole, day=first, to=(None, None, last))]
    dates = [Date(at + p.start(), at + p.end()) for p in parts]
    if kind == "month":
        return [replace(d, month=v) for d, v in zip(dates, values, strict=True)]
    return [replace(d, day=v) for d, v in zip(dates, values, strict=True)]
