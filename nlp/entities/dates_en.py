"""Dates in English words: days, months, quarters, and years that stand alone."""

from __future__ import annotations

import re
from dataclasses import replace

from .date_parts import Date
from .normal import holds, pattern
from .number_words import english

_MONTHS = (
    "january february march april may june july august september october november december".split()
)
_MONTH_OF = {name[:3]: i + 1 for i, name in enumerate(_MONTHS)}
_M = (
    r"(?:jan(?:uary)?|feb(?:ruary|uray)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember|emeber)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![a-z])\.?"
)
_ORDINALS = {
    w: i + 1
    for i, w in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth"
        " fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split()
    )
}
_ORDINALS |= {f"twenty-{w}": 20 + i for w, i in list(_ORDINALS.items())[:9]}
_ORDINALS |= {"thirtieth": 30, "thirty-first": 31}
_OW = "|".join(sorted((w.replace("-", "[ -]") for w in _ORDINALS), key=len, reverse=True))
_D = (
    rf"(?:(?:0?[1-9]|[12]\d|3[01])(?:[ ]?(?:st|nd|rd|th)(?![a-z]))?(?![\d%]|[.,:]\d)"
    rf"|(?:{_OW})(?![a-z]))"
)
_SMALL = "one|two|three|four|five|six|seven|eight|nine"
_TEENS = "ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_TENS = rf"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ -](?:{_SMALL}))?"
_YW = (
    rf"(?:(?:nineteen(?: +hundred(?: +and)?)?|twenty)[ -](?:{_TENS}|{_TEENS})"
    rf"|two +thousand(?: +(?:and +)?(?:{_TENS}|{_TEENS}|{_SMALL}))?)(?![a-z])"
)
_Y = rf"(?:(?:19|20)\d\d(?![\d%]|[.,]\d)|'\d\d(?!\d)|{_YW})"
_TO = r"(?:-{1,2}|~|to|and|&|,|through|thru|till|until|or)"
_DAYS = rf"{_D}(?: *+{_TO}(?: +the)? *+{_D}){{0,6}}"
_OF = r"(?:,? *+(?:of|in) +|[ ,./-]{0,3}+)"

_EN = pattern(
    rf"""(?<![a-z\d])(?=[\djfmasondqhtle])(?:
      (?<!\d[/.,-])(?P<y1>(?:19|20)\d\d)[ /.-]{{1,2}}(?P<m1>{_M})(?:[ /-]{{1,2}}(?P<d1>{_D}))?+
      |(?<!\d[/.,-])(?P<y9>(?:19|20)\d\d)[/-](?P<d9>\d\d?)[/-](?P<m9>{_M})
      |(?<!\d[/.,-])(?<!\$)(?<!\$ )(?<!version )(?<!revision )(?P<d2>{_DAYS})(?:[ ]*+(?:day[ ]+)?of[ ]+|[ /-]{{1,2}}
        |(?<=[a-z])[ ]*)(?P<m2>{_M})(?:{_OF}(?P<y2>{_Y})|(?<=[a-z])(?P<short>[/-])(?P<y8>\d\d)(?![\d%]|[.,/-]\d))?+
      |(?P<m3>{_M})(?:[ ]+the[ ]+|[ /,-]{{0,2}}+)(?P<d3>{_DAYS})(?:{_OF}(?P<y3>{_Y}))?+
      |(?P<m4>{_M}){_OF}(?P<y4>{_Y})
      |(?P<m5>{_M})
      |(?:(?P<y6>(?:19|20)\d\d)(?:[ ]*+年)?[ -]*+)?(?:q(?P<q6>[1-4])|h(?P<h6>[12]))(?![a-z\d])(?:(?:[ ]*+of
        |,)?[ '-]*+(?P<yq6>(?:19|20)\d\d)(?!\d))?+
      |(?:the[ ]+)?(?P<nth>first|second|third|fourth|1st|2nd|3rd|4th|last)[ ]+(?P<part>quarter
        |half)(?:[ ]+of)?[ ]+(?:the[ ]+year[ ]+)?(?P<y7>(?:19|20)\d\d)(?!\d)
    )"""
)
# A year alone: behind a word of time, or beside another date; never before what it would count.
_YEAR_ALONE = pattern(
    r"""(?P<y>19[5-9]\d|20[0-4]\d)(?<=(?:(?<![\w.,/$¥€-])|(?<=mid-)|(?<=late-)|(?<=early-)|(?<=fy))\d{4})(?:(?P<to>-{1,2}|~|/)(?P<y2>(?:19[5-9]|20[0-4])\d|\d\d(?!-)))?(?![\w%]|[.,:/-]\d)
    (?! *(?:hours?|hrs|days?|workers?|employees|people|persons|staff|yuan|rmb|cny|usd|dollars?|pieces?|pcs|sets?|units?|kg|tons?|m2|square|meters?|metres?|copies|pairs|cartons|times|per|lux|liters?|litres?|元|名|人|个|台|件|份|套|条|双)(?![a-z]))"""
)
_YEAR_SPOKEN = re.compile(rf"(?<=[ ])(?:in|since) +(?P<y>{_YW})")
_YEAR_AFTER = pattern(
    r"(?<![a-z])(?:(?P<strong>in|since|during|until|till|before|after|years?|early|late|mid|fy"
    r"|cy|dated|throughout|than|spring|summer|autumn|winter|year +of|(?:end|beginning|start|middle|rest) +of)"
    r"|of|from|through|to|by|and|or|the|between|for|\(|=|calendar|fiscal)[ -]*$|[(=]$"
)
_YEAR_BEFORE = pattern(
    r" +(?:annual|training|payroll|wages?|attendance|salary|records?|edition|version|audit"
    r"|financial|calendar|plan|report|data|season|internal|external|monitoring|and +(?:19"
    r"|20)\d\d|to +(?:19|20)\d\d)(?![a-z])|\)"
)
_GAP_TAIL = pattern(
    r"(?: *+(?:-{1,2}|~|/|,|&|;)| +(?:to|through|till|until|and|or|but not)) *(?:the +)?$"
)


def _month(text: str) -> int:
    return _MONTH_OF[text[:3]]


def _day(text: str) -> int:
    text = text.strip()
    m = re.match(r"\d+", text)
    return int(m[0]) if m else _ORDINALS[text.replace(" ", "-")]


def _year(text: str | None) -> int | None:
    if not text:
        return None
    if text[0].isalpha():
        return _spoken(text)
    return 2000 + int(text[1:]) if text[0] == "'" else int(text)


def _spoken(text: str) -> int:
    """A year in words: two thousand and five, nineteen eighty-six."""
    numbers = [int(p.value) for p in english(text.replace(" hundred", ""))]
    return numbers[0] * 100 + numbers[1] if len(numbers) > 1 and numbers[0] < 21 else sum(numbers)


# Without one of these there is no date in words: month names, q3, h1, quarter and half.
_NAMED = (*_MONTH_OF, "quarter", "half", *(f"q{i}" for i in "1234"), "h1", "h2")
_CAPITAL = pattern(
    r"(?:in|of|since|from|until|till|to|by|during|and|between|or|for|before|after|on|this|last|,"
    r"|/|-|&|\() *$"
)


def english_dates(low: str, cased: str) -> list[Date]:
    out: list[Date] = []
    if not holds(low, _NAMED):
        return out
    for m in _EN.finditer(low):
        g = m.groupdict()
        start, end = m.span()
        end -= (
            low[end - 1] == "."
        )  # the stop of an abbreviation at the end is the sentence's as well
        if g["m1"]:
            out.append(
                Date(start, end, int(g["y1"]), _month(g["m1"]), _day(g["d1"]) if g["d1"] else None)
            )
        elif g["m9"]:
            out.append(Date(start, end, int(g["y9"]), _month(g["m9"]), int(g["d9"])))
        elif g["d2"] or g["d3"]:
            days, key = (g["d2"], "2") if g["d2"] else (g["d3"], "3")
            month, year = _month(g["m" + key]), _year(g["y" + key])
            if key == "2" and g["y8"] and low[m.start("m2") - 1] == g["short"]:
                year = 2000 + int(g["y8"])  # 31-Jan-25
            elif g["y8"]:
                end = m.start("short")
            if g["m" + key][0:3] in ("may", "mar") and not _is_month(low, cased, m, key):
                continue
            out += _days(low, m.start("d" + key), days, year, month, start, end)
        elif g["m4"]:
            out.append(Date(start, end, _year(g["y4"]), _month(g["m4"])))
        elif g["m5"]:
            if _lone_month(low, cased, start, end):
                out.append(Date(start, end, None, _month(g["m5"])))
        elif g["q6"] or g["h6"]:
            year = _year(g["y6"] or g["yq6"])
            if year:
                size, n = (3, int(g["q6"])) if g["q6"] else (6, int(g["h6"]))
                out.append(Date(start, end, year, (n - 1) * size + 1, None, (year, n * size, None)))
        elif g["part"]:
            size = 3 if g["part"] == "quarter" else 6
            n = {"f": 1, "1": 1, "s": 2, "2": 2, "t": 3, "3": 3, "l": 12 // size}[g["nth"][0]]
            n = 4 if g["nth"] in ("fourth", "4th") else n
            year = int(g["y7"])
            if n * size <= 12:
                start = m.start("nth")
                out.append(Date(start, end, year, (n - 1) * size + 1, None, (year, n * size, None)))
    return out


def _is_month(low: str, cased: str, m: re.Match[str], key: str) -> bool:
    """Whether the word beside a day is the month: "16 may work" is not."""
    written = cased[m.start("m" + key)].isupper() or m["y" + key]
    return bool(written or re.search(r"\d(?:st|nd|rd|th)|(?<![a-z])of ", m[0]))


_LISTED = pattern(rf" *(?:,|and|&|to|-|/|~|or|through) *{_M}")


def _lone_month(low: str, cased: str, start: int, end: int) -> bool:
    """Whether a month name without day and year is one: "in May" is, "may" and "dec" are not."""
    name = low[start:end].rstrip(".")
    full = name in _MONTHS or bool(_LISTED.match(low, end) and cased[start].isupper())
    placed = bool(_CAPITAL.search(low[max(0, start - 9) : start]))
    if name in ("may", "march"):
        return (_LISTED.match(low, end) is not None and cased[start].isupper()) or (
            placed
            and (
                cased[start].isupper()
                or bool(re.search(r"\b(?:in|of|since|from) +$", low[max(0, start - 7) : start]))
            )
        )
    return full or (placed and cased[start].isupper())


def _days(
    low: str, at: int, text: str, year: int | None, month: int, start: int, end: int
) -> list[Date]:
    """The atoms of a day list: "21-23 February" is one range, "3 and 5 May" are two dates."""
    parts = list(re.finditer(_D, text))
    atoms = [Date(at + p.start(), at + p.end(), year, month, _day(p[0])) for p in parts]
    if len(parts) == 2 and len(atoms) == 2:
        gap = text[parts[0].end() : parts[1].start()].strip().removesuffix("the").strip()
        ranged = gap in ("-", "--", "~", "to", "through", "thru", "till", "until") or (
            gap == "and" and re.search(r"between +(?:the +)?$", low[max(0, start - 14) : start])
        )
        if ranged and (atoms[0].day or 0) < (atoms[1].day or 0):
            return [replace(atoms[0], start=start, end=end, to=(year, month, atoms[1].day))]
    first, last = min(start, atoms[0].start), max(end, atoms[-1].end)
    atoms[0] = replace(atoms[0], start=first)
    atoms[-1] = replace(atoms[-1], end=last)
    return atoms


def lone_years(low: str, others: list[Date]) -> list[Date]:
    """Years alone ("in 2003", "2014-2018"), where the words around leave no doubt."""
    spoken = (
        _YEAR_SPOKEN.finditer(low) if holds(low, ("nineteen", "twenty", "two thousand")) else ()
    )
    out = [Date(m.start("y"), m.end(), _spoken(m["y"])) for m in spoken]
    if not holds(low, ("19", "20")):
        return out
    beside = {a.end for a in others} | {-a.start for a in others if a.start}
    for m in _YEAR_ALONE.finditer(low):
        year, to = int(m["y"]), None
        if m["y2"]:
            last = int(m["y2"]) + (year // 100 * 100 if len(m["y2"]) == 2 else 0)
            if last <= year or last - year > 60 or (len(m["y2"]) == 2 and last != year + 1):
                continue
            to = (last, None, None)
        before = _YEAR_AFTER.search(low[max(0, m.start() - 16) : m.start()])
        near = _GAP_TAIL.search(low[max(0, m.start() - 10) : m.start()])
        joined = near and m.start() - len(near[0]) in beside
        sure = (before and before["strong"]) or joined or to
        sure = sure or (
            (before or _YEAR_BEFORE.match(low, m.end())) and 1990 <= year <= 2035 and year != 2000
        )
        if sure:
            out.append(Date(m.start(), m.end(), year, None, None, to))
            beside.add(m.end())
    return out
