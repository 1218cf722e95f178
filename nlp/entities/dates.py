"""Dates, months, years and ranges of them, as ISO 8601 strings.

"2025-01" is a month, "--11-20" a day without its year (ISO 8601:1988 truncated form, as XML Schema's
gMonthDay). Days come before months in 03/04/2025, as the amfori platform prints them, unless only
the other order is a date.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, replace

from .normal import pattern
from .numerals import chinese, english
from .scan import Fact

_MONTHS = "january february march april may june july august september october november december".split()
_MONTH_OF = {name[:3]: i + 1 for i, name in enumerate(_MONTHS)}
_M = (
    r"(?:jan(?:uary)?|feb(?:ruary|uray)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember|emeber)?"
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
_D = rf"(?:(?:0?[1-9]|[12]\d|3[01])(?:[ ]?(?:st|nd|rd|th)(?![a-z]))?(?![\d%]|[.,:]\d)|(?:{_OW})(?![a-z]))"
_SMALL = "one|two|three|four|five|six|seven|eight|nine"
_TEENS = "ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_TENS = rf"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ -](?:{_SMALL}))?"
_YW = (
    rf"(?:(?:nineteen(?: +hundred(?: +and)?)?|twenty)[ -](?:{_TENS}|{_TEENS})"
    rf"|two +thousand(?: +(?:and +)?(?:{_TENS}|{_TEENS}|{_SMALL}))?)(?![a-z])"
)
_Y = rf"(?:(?:19|20)\d\d(?![\d%]|[.,]\d)|'\d\d(?!\d)|{_YW})"
_TO = r"(?:-{1,2}|~|to|and|&|,|through|thru|till|until|or)"
_DAYS = rf"{_D}(?: *+{_TO}(?: +the)? *+{_D})*"
_OF = r"(?:,? *+(?:of|in) +|[ ,./-]{0,3}+)"

_EN = pattern(
    rf"""(?<![a-z\d])(?:
      (?<!\d[/.,-])(?P<y1>(?:19|20)\d\d)[ /.-]{{1,2}}(?P<m1>{_M})(?:[ /-]{{1,2}}(?P<d1>{_D}))?+
      |(?<!\d[/.,-])(?P<y9>(?:19|20)\d\d)[/-](?P<d9>\d\d?)[/-](?P<m9>{_M})
      |(?<!\d[/.,-])(?<!\$)(?<!\$ )(?P<d2>{_DAYS})(?:[ ]*+(?:day[ ]+)?of[ ]+|[ /-]{{1,2}}|(?<=[a-z])[ ]*)(?P<m2>{_M})(?:{_OF}(?P<y2>{_Y}))?+
      |(?P<m3>{_M})(?:[ ]+the[ ]+|[ /,-]{{0,2}}+)(?P<d3>{_DAYS})(?:{_OF}(?P<y3>{_Y}))?+
      |(?P<m4>{_M}){_OF}(?P<y4>{_Y})
      |(?P<m5>{_M})
      |(?:(?P<y6>(?:19|20)\d\d)[ -]*+)?(?:q(?P<q6>[1-4])|h(?P<h6>[12]))(?![a-z\d])(?:(?:[ ]*+of|,)?[ '-]*+(?P<yq6>(?:19|20)\d\d)(?!\d))?+
      |(?:the[ ]+)?(?P<nth>first|second|third|fourth|1st|2nd|3rd|4th|last)[ ]+(?P<part>quarter|half)(?:[ ]+of)?[ ]+(?:the[ ]+year[ ]+)?(?P<y7>(?:19|20)\d\d)(?!\d)
    )"""
)
_NUMERIC_BODY = r"""(?:
      (?P<y1>(?:19|20)\d\d)(?P<s1>[-/. ])(?P<m1>\d\d?)(?P=s1)(?P<d1>\d\d?)
      |(?P<da>\d\d?)-(?P<db>\d\d?)[/](?P<mb>\d\d?)[/](?P<yb>(?:19|20)\d\d)
      |(?P<d2>\d\d?)(?P<s2>[-/.])(?P<m2>\d\d?)(?P=s2)(?P<y2>(?:19|20)\d\d)
      |(?P<d4>\d\d?)/(?P<m4>\d\d?)/(?P<y4>\d\d)(?!/)
      |(?P<y3>(?:19|20)\d\d)[-/.](?P<m3>0[1-9]|1[0-2]|[1-9](?!\d))(?![-/.]\d)
      |(?P<m5>0?[1-9]|1[0-2])[-/](?P<y5>20\d\d)(?![-/.]\d)
    )(?!\d|%|,\d{3})"""
_NUMERIC = pattern(r"(?<![\d/.a-z])(?<!\d-)" + _NUMERIC_BODY)
_NUMERIC_TO = pattern(r"(?:-|~|至|到)" + _NUMERIC_BODY)
# A year alone: behind a word of time, or beside another date; never before what it would count.
_YEAR_ALONE = pattern(
    r"""(?<![\w.,/$¥€-])(?<!\d-)(?P<y>19[5-9]\d|20[0-4]\d)(?:(?P<to>-{1,2}|~|/)(?P<y2>(?:19[5-9]|20[0-4])\d|\d\d(?!-)))?(?![\w%]|[.,:/-]\d)
    (?! *(?:hours?|hrs|days?|workers?|employees|people|persons|staff|yuan|rmb|cny|usd|dollars?|pieces?|pcs|sets?|units?|kg|tons?|m2|square|meters?|metres?|copies|pairs|cartons|times|per|lux|liters?|litres?|元|名|人|个|台|件|份|套|条|双)(?![a-z]))"""
)
_YEAR_AFTER = re.compile(
    r"(?<![a-z])(?:(?P<strong>in|since|during|until|till|before|after|years?|early|late|mid|fy|cy|dated|throughout|than|year +of|(?:end|beginning|start|middle|rest) +of)"
    r"|of|from|through|to|by|and|or|the|between|for|\(|=|calendar|fiscal)[ -]*$|[(=]$"
)
_YEAR_BEFORE = re.compile(
    r" +(?:annual|training|payroll|wages?|attendance|salary|records?|edition|version|audit|financial|calendar|plan|report|data|season|internal|external|monitoring|and +(?:19|20)\d\d|to +(?:19|20)\d\d)(?![a-z])|\)"
)
_Z = "零一二三四五六七八九"
_ZY = rf"(?:(?:19|20)\d\d|[{_Z}]{{4}}|(?<!\d)\d\d(?= *年 *(?:[01]?\d|[一二三四五六七八九十]) *月))"
_ZN = rf"(?:\d{{1,2}}|[{_Z}十]{{1,3}})"
_ZTO = r"(?:-{1,2}|~|至|到|、|和|及|与|或|,|—)"
_ZH = pattern(
    rf"""(?<![\d.])(?:(?P<y0>{_ZY})(?:年?度?) *+(?:-{{1,2}}|~|至|到|—) *+(?P<y9>{_ZY}) *+年(?:度|份)?(?! *+{_ZN} *+月)"""
    rf"""|(?:农历)?(?P<y>{_ZY}) *+年(?:度|份)?(?:(?: *+的?)*+(?P<part>[上下]半年|第?[一二三四1-4]季度?|前[一二三]季度|第[一二三四五六七八九十]+个月))?"""
    rf"""(?: *+(?:的)?(?P<ms>(?:{_ZN} *+月?份? *+{_ZTO} *+)*{_ZN} *+月)(?:份(?!额|数))?(?: *+(?P<ds>(?:{_ZN} *+[日号]? *+{_ZTO} *+)*{_ZN} *+[日号](?![楼栋厂车线机门仓宿])))?)?"""
    rf"""|(?P<ms2>(?:{_ZN} *+月?份? *+{_ZTO} *+)*{_ZN} *+月)(?!龄|经|饼|嫂|薪|工资标)(?:份(?!额|数))?(?: *+(?P<ds2>(?:{_ZN} *+[日号]? *+{_ZTO} *+)*{_ZN} *+[日号](?![楼栋厂车线机门仓宿])))?)"""
)


@dataclass(frozen=True, slots=True)
class _Atom:
    """A date as written, before its neighbours lend it what it lacks."""

    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    to: tuple[int | None, int | None, int | None] | None = None

    @property
    def iso(self) -> str:
        return iso(self.year, self.month, self.day)


def iso(year: int | None, month: int | None, day: int | None) -> str:
    """ISO form of the parts that are known: 2025, 2025-01, 2025-01-31, --01, --01-31."""
    head = f"{year:04d}" if year else "-"
    return head + "".join(f"-{part:02d}" for part in (month, day) if part)


def _valid(month: int | None, day: int | None, year: int | None = None) -> bool:
    return (month is None or 1 <= month <= 12) and (
        day is None or 1 <= day <= (31 if month is None else monthrange(year or 2024, month)[1])
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


_CAPITAL = re.compile(r"(?:in|of|since|from|until|till|to|by|during|and|between|or|for|before|after|on|this|last|,|/|-|&|\() *$")
# Month names that are words too: they need a capital letter and a date's surroundings.
_WORDS_TOO = re.compile(r"(?:may|march|mar|sec|dec|jan|sep|oct|nov|apr|aug|jun|jul|feb)\.?$")


def _english(low: str, cased: str) -> list[_Atom]:
    out: list[_Atom] = []
    for m in _EN.finditer(low):
        g = m.groupdict()
        start, end = m.span()
        if g["m1"]:
            out.append(_Atom(start, end, int(g["y1"]), _month(g["m1"]), _day(g["d1"]) if g["d1"] else None))
        elif g["m9"]:
            out.append(_Atom(start, end, int(g["y9"]), _month(g["m9"]), int(g["d9"])))
        elif g["d2"] or g["d3"]:
            days, key = (g["d2"], "2") if g["d2"] else (g["d3"], "3")
            month, year = _month(g["m" + key]), _year(g["y" + key])
            if g["m" + key][0:3] in ("may", "mar") and not _is_month(low, cased, m, key):
                continue
            out += _days(low, m.start("d" + key), days, year, month, start, end)
        elif g["m4"]:
            out.append(_Atom(start, end, _year(g["y4"]), _month(g["m4"])))
        elif g["m5"]:
            if g["m5"].endswith("."):
                end -= 1
            if _lone_month(low, cased, start, end):
                out.append(_Atom(start, end, None, _month(g["m5"])))
        elif g["q6"] or g["h6"]:
            year = _year(g["y6"] or g["yq6"])
            if year:
                size, n = (3, int(g["q6"])) if g["q6"] else (6, int(g["h6"]))
                out.append(_Atom(start, end, year, (n - 1) * size + 1, None, (year, n * size, None)))
        elif g["part"]:
            size = 3 if g["part"] == "quarter" else 6
            n = {"f": 1, "1": 1, "s": 2, "2": 2, "t": 3, "3": 3, "l": 12 // size}[g["nth"][0]]
            n = 4 if g["nth"] in ("fourth", "4th") else n
            year = int(g["y7"])
            if n * size <= 12:
                start = m.start("nth")
                out.append(_Atom(start, end, year, (n - 1) * size + 1, None, (year, n * size, None)))
    return out


def _is_month(low: str, cased: str, m: re.Match[str], key: str) -> bool:
    return cased[m.start("m" + key)].isupper() or bool(m["y" + key]) or bool(
        re.search(r"\d(?:st|nd|rd|th)", m[0]) or key == "2"
    )


_LISTED = re.compile(rf" *(?:,|and|&|to|-|/|~|or|through) *{_M}")


def _lone_month(low: str, cased: str, start: int, end: int) -> bool:
    """Whether a month name without day and year is one: "in May" is, "may" and "dec" are not."""
    name = low[start:end].rstrip(".")
    full = name in _MONTHS or bool(_LISTED.match(low, end) and cased[start].isupper())
    placed = bool(_CAPITAL.search(low[max(0, start - 9) : start]))
    if name in ("may", "march"):
        return (_LISTED.match(low, end) is not None and cased[start].isupper()) or placed and (cased[start].isupper() or bool(re.search(r"\b(?:in|of|since|from) +$", low[max(0, start - 7) : start])))
    return full or (placed and cased[start].isupper())


def _days(
    low: str, at: int, text: str, year: int | None, month: int, start: int, end: int
) -> list[_Atom]:
    """The atoms of a day list: "21-23 February" is one range, "3 and 5 May" are two dates."""
    parts = list(re.finditer(_D, text))
    atoms = [_Atom(at + p.start(), at + p.end(), year, month, _day(p[0])) for p in parts]
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


def _numeric(low: str) -> list[_Atom]:
    out: list[_Atom] = []
    at = 0
    while m := _NUMERIC.search(low, at):
        out += _number_date(m)
        at = m.end()
        if second := _NUMERIC_TO.match(low, at):  # a range, not the rest of an id
            out += _number_date(second)
            at = second.end()
    return out


def _number_date(m: re.Match[str]) -> list[_Atom]:
    g = {k: int(v) for k, v in m.groupdict().items() if v and v.isdigit()}
    end = m.end()
    start = m.start() + (not m[0][0].isdigit())
    if "y1" in g:
        atom = _Atom(start, end, g["y1"], g["m1"], g["d1"])
    elif "yb" in g:
        atom = _Atom(start, end, g["yb"], g["mb"], g["da"], (g["yb"], g["mb"], g["db"]))
    elif "y2" in g:
        atom = _Atom(start, end, g["y2"], g["m2"], g["d2"])
    elif "y4" in g:
        atom = _Atom(start, end, 2000 + g["y4"], g["m4"], g["d4"])
    elif "y3" in g:
        atom = _Atom(start, end, g["y3"], g["m3"])
    else:
        atom = _Atom(start, end, g["y5"], g["m5"])
    turned = replace(atom, month=atom.day, day=atom.month)
    if atom.day and not _valid(atom.month, atom.day, atom.year) and (
        _valid(turned.month, turned.day, turned.year) or (atom.month or 0) > 12 >= atom.day
    ):
        atom = turned
    return [atom] if 1 <= (atom.month or 1) <= 12 and 1 <= (atom.day or 1) <= 31 else []


def _years(low: str, others: list[_Atom]) -> list[_Atom]:
    """Years alone ("in 2003", "2014-2018"), where the words around leave no doubt."""
    spoken = re.finditer(rf"(?<=[ ])(?:in|since) +(?P<y>{_YW})", low)
    out = [_Atom(m.start("y"), m.end(), _spoken(m["y"])) for m in spoken]
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
        sure = before and before["strong"] or joined or to
        sure = sure or (before or _YEAR_BEFORE.match(low, m.end())) and 1990 <= year <= 2035 and year != 2000
        if sure:
            out.append(_Atom(m.start(), m.end(), year, None, None, to))
            beside.add(m.end())
    return out


def _int(text: str) -> int:
    value = chinese(text.replace(" ", ""))
    return int(value or 0)


def _chinese(low: str) -> list[_Atom]:
    out: list[_Atom] = []
    for m in _ZH.finditer(low):
        start, end = m.span()
        if m["y9"]:
            out.append(_Atom(start, end, _full(m["y0"]), None, None, (_full(m["y9"]), None, None)))
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
            atoms = [replace(a, month=month) for a in _list(days, m.start("ds" if m["ds"] else "ds2"), "day")]
        elif days:
            month = atoms[-1].month
            tail = [replace(a, month=month) for a in _list(days, m.start("ds" if m["ds"] else "ds2"), "day")]
            atoms = [*atoms[:-1], replace(tail[0], start=atoms[-1].start), *tail[1:]]
        if not atoms or not all(1 <= (a.month or 1) <= 12 and 1 <= (a.day or 1) <= 31 for a in atoms):
            continue
        if key == "ms2" and not days and _no_month(low, start, end):
            continue
        atoms = [
            replace(a, year=year, to=(_wrap(year, a), a.to[1] or a.month, a.to[2]) if a.to else None)
            for a in atoms
        ]
        atoms[0] = replace(atoms[0], start=start)
        atoms[-1] = replace(atoms[-1], end=end)
        out += atoms
    return out


def _wrap(year: int | None, a: _Atom) -> int | None:
    """The end of 2024年11月至2月 lies in the year after."""
    return year + 1 if year and a.to and a.to[1] and a.month and a.to[1] < a.month else year


def _full(text: str) -> int:
    value = _int(text)
    return value if value >= 100 else 2000 + value


def _no_month(low: str, start: int, end: int) -> bool:
    """Whether "3 月" is no month of the year: 每3月, 第3月, 近3月."""
    return bool(re.search(r"[每第近满] *$", low[max(0, start - 3) : start]))


def _part(start: int, end: int, year: int, part: str | None) -> _Atom:
    if not part:
        return _Atom(start, end, year)
    part = part.replace(" ", "")
    if part[1:] == "半年":
        first = 1 if part[0] == "上" else 7
        return _Atom(start, end, year, first, None, (year, first + 5, None))
    n = _int(part.strip("第前季度个月"))
    if part.endswith("月"):
        return _Atom(start, end, year, n) if 1 <= n <= 12 else _Atom(start, end, year)
    first = 1 if part[0] == "前" else 3 * n - 2
    return _Atom(start, end, year, first, None, (year, 3 * n, None))


def _list(text: str, at: int, kind: str) -> list[_Atom]:
    """The months or days of a Chinese list: 3月至5月 is one range, 3月、5月 are two."""
    parts = list(re.finditer(rf"{_ZN} *[月日号]?份?", text))
    values = [_int(re.sub("[月日号份 ]", "", p[0])) for p in parts]
    if not all(values):
        return []
    if len(parts) == 2 and re.search("[-~至到—]", text[parts[0].end() : parts[1].start()]):
        end = (None, values[1], None) if kind == "month" else (None, None, values[1])
        return [_Atom(at, at + len(text), None, **{kind: values[0]}, to=end)]
    return [_Atom(at + p.start(), at + p.end(), None, **{kind: v}) for p, v in zip(parts, values, strict=True)]


# --- neighbours ----------------------------------------------------------------------------

_RANGE_GAP = re.compile(r" *+(?:-{1,2}|~|to|through|thru|till|until|up +to|至|到|—|直 *到)(?: +the)? *+")
_AND_GAP = re.compile(r" *+(?:and|和|与|及)(?: +the)? *+")
_LIST_GAP = re.compile(r" *+(?:,|、|/|&|;|and|or|, *and|, *or|和|及|与|以及|或|跟)(?: +(?:in|the|of))? *+")
_GAP_TAIL = re.compile(r"(?: *+(?:-{1,2}|~|/|,|&|;)| +(?:to|through|till|until|and|or|but not)) *(?:the +)?$")
_BETWEEN = re.compile(r"(?:between|在|介于) *(?:the +)?$")


def _complete(a: _Atom, b: _Atom) -> bool:
    """Whether both dates are written out, so that each is a fact of its own."""
    return bool(a.year and b.year)


def _joined(low: str, atoms: list[_Atom]) -> list[_Atom]:
    """Ranges made one, and the year that "May and June 2024" states once given to both."""
    atoms = list(atoms)
    for i in range(len(atoms) - 2, -1, -1):  # English names the year last
        a, b = atoms[i], atoms[i + 1]
        gap = low[a.end : b.start]
        if len(gap) < 14 and not a.year and b.year and a.month and b.month and not a.to:
            if _RANGE_GAP.fullmatch(gap) or _LIST_GAP.fullmatch(gap):
                atoms[i] = replace(a, year=b.year - (a.month > b.month and not b.to))
    out: list[_Atom] = []
    lent = {i for i, a in enumerate(atoms) if a.year}
    for b in atoms:
        if out:
            a = out[-1]
            gap = low[a.end : b.start]
            near = len(gap) < 14
            ranged = near and (
                _RANGE_GAP.fullmatch(gap)
                or _AND_GAP.fullmatch(gap)
                and (_BETWEEN.search(low[max(0, a.start - 10) : a.start]) or re.match(" *之? *间", low[b.end : b.end + 5]))
            )
            if near and a.year and not b.year and b.month and (ranged or _LIST_GAP.fullmatch(gap)):
                b = replace(b, year=a.year + (1 if ranged and a.month and b.month < a.month else 0))
                if b.to and not b.to[0]:
                    b = replace(b, to=(b.year, *b.to[1:]))
                own = False
            else:
                own = True
            if ranged and not a.to and not b.to and _alike(a, b) and not (own and _written(low, a) and _written(low, b)):
                out[-1] = replace(a, end=b.end, to=(b.year, b.month, b.day))
                continue
        out.append(b)
    return out


def _alike(a: _Atom, b: _Atom) -> bool:
    return bool(a.month) == bool(b.month)


def _written(low: str, a: _Atom) -> bool:
    """Whether the date as written names its year."""
    return bool(re.search(rf"(?:19|20)\d\d|'\d\d|/\d\d$|[{_Z}]{{4}}|\d\d *年", low[a.start : a.end]))


_BOUND = pattern(
    r"(?:(?P<since>(?<![a-z])(?:since|starting(?: +(?:from|on))?|beginning(?: +on)?)|自从?|始于)"
    r"|(?P<before>(?<![a-z])(?:before|prior +to|earlier +than))"
    r"|(?P<after>(?<![a-z])(?:after|later +than|greater +than))"
    r"|(?P<until>(?<![a-z])(?:until|till|up +to|by|no +later +than)|截止到?|截至|直到))(?: +(?:the +)?(?:year|month +of))? *$"
)
_PART = re.compile(
    r"(?:(?P<late>(?<![a-z])(?:end +of|late))|(?P<mid>(?<![a-z])(?:middle +of|mid))|(?P<early>(?<![a-z])(?:beginning +of|start +of|early)))[ -]+(?:the +)?(?:year +)?$"
)
_PART_AFTER = pattern(r" *(?:(?P<late>年底|年末|月底|月末|底|末|下旬)|(?P<mid>年中|月中|中旬)|(?P<early>年初|月初|初|上旬))")
_BOUND_AFTER = pattern(r" *(?:(?P<onward>(?:and|or) +(?:after|later|greater|onwards?)(?![a-z])(?! +(?:my|the|that|he|it))|onwards?(?![a-z]))|(?P<before>以前|之前|前)|(?P<after>以后|之后|后(?!勤|续))|(?P<since>以来|起|开始|至今)|(?P<until>为?止))")


def _bound(low: str, start: int, end: int) -> str | None:
    m = _BOUND.search(low[max(0, start - 26) : start]) or _BOUND_AFTER.match(low, end)
    return {"onward": "since"}.get(m.lastgroup or "", m.lastgroup) if m else None


def _part_of(low: str, start: int, end: int) -> tuple[str | None, int]:
    """early, mid or late in the month or year, and where the words that say so begin."""
    m = _PART.search(low[max(0, start - 20) : start])
    if m:
        return m.lastgroup, start - len(m[0])
    m = _PART_AFTER.match(low, end)
    return (m.lastgroup if m else None), start


def find_dates(low: str, cased: str) -> list[Fact]:
    """The dates of a text in normal form (lower case, and with its case), in order."""
    kept = _apart([*_numeric(low), *_english(low, cased), *_chinese(low)])
    kept = _apart([*kept, *_years(low, kept)])
    facts = []
    for atom in _joined(low, kept):
        value: dict[str, object] = {"value": atom.iso}
        if atom.to:
            value["upper"] = iso(*atom.to)
        part, start = (None, atom.start) if atom.day else _part_of(low, atom.start, atom.end)
        if part:
            value["part"] = part
        bound = _bound(low, re.search(r"(?:the +)?$", low[max(0, start - 5) : start]).start() + max(0, start - 5), atom.end)
        if bound:
            value["bound"] = bound
        good = _valid(atom.month, atom.day, atom.year) and _valid(*(atom.to or (None,) * 3)[1:], (atom.to or [None])[0])
        facts.append(Fact(atom.start, atom.end, "DATE", value, None if good else "there is no such day"))
    return facts


def _apart(atoms: list[_Atom]) -> list[_Atom]:
    """The dates in order; of two that overlap, the one that starts first and is longer."""
    kept: list[_Atom] = []
    for atom in sorted(atoms, key=lambda a: (a.start, -a.end)):
        if not kept or atom.start >= kept[-1].end:
            kept.append(atom)
    return kept


__all__ = ["find_dates", "iso"]
