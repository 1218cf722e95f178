"""Dates, months, years and ranges of them, as ISO 8601 strings.

"2025-01" is a month, "--11-20" a day without its year (as ISO 8601:1988 and XML Schema write it).
"""

from __future__ import annotations

import re
from dataclasses import replace

from .date_parts import Date, iso, numeric_dates, valid
from .dates_en import english_dates, lone_years
from .dates_zh import ZH_DIGITS, chinese_dates
from .normal import OPAQUE, pattern
from .scan import Fact

_RANGE_GAP = pattern(
    r"\.? *+(?:-{1,2}|~|to|through|thru|till|until|up +to|至|到|—|直 *到)(?: +the)? *+"
)
_AND_GAP = pattern(r" *+(?:and|和|与|及)(?: +the)? *+")
_LIST_GAP = pattern(
    r"\.? *+(?:,|、|/|&|;|and|or|, *and|, *or|和|及|与|以及|或|跟)(?: +(?:in|the|of))? *+"
)
_BETWEEN = pattern(r"(?:between|在|介于) *(?:the +)?$")
_WITHIN = pattern(r" *之? *间")
_THE = re.compile(r"the +$")
_NEAR = 14  # characters that may stand between dates that share a year


def _joined(low: str, dates: list[Date]) -> list[Date]:
    """Ranges made one, and the year that "May and June 2024" states once given to both."""
    dates = list(dates)
    for i in range(len(dates) - 2, -1, -1):  # English names the year last
        a, b = dates[i], dates[i + 1]
        gap = low[a.end : b.start][:_NEAR]
        if a.year or a.to or not (a.month and b.year and b.month):
            continue
        if _RANGE_GAP.fullmatch(gap) or _LIST_GAP.fullmatch(gap):
            dates[i] = replace(a, year=b.year - (a.month > b.month and not b.to))
    out: list[Date] = []
    for b in dates:
        a = out[-1] if out else None
        gap = low[a.end : b.start][:_NEAR] if a else "?"
        ranged = a is not None and _is_range(low, a, b, gap)
        if a and a.year and not b.year and b.month and (ranged or _LIST_GAP.fullmatch(gap)):
            year = a.year + bool(ranged and a.month and b.month < a.month)
            b, own = replace(b, year=year, to=b.to and (b.to[0] or year, *b.to[1:])), False
        else:
            own = True
        whole = a and own and _written(low, a) and _written(low, b)
        if a and ranged and not a.to and not b.to and bool(a.month) == bool(b.month) and not whole:
            out[-1] = replace(a, end=b.end, to=(b.year, b.month, b.day))
        else:
            out.append(b)
    return out


def _is_range(low: str, a: Date, b: Date, gap: str) -> bool:
    if _RANGE_GAP.fullmatch(gap):
        return True
    between = _BETWEEN.search(low[max(0, a.start - 10) : a.start]) or _WITHIN.match(low, b.end)
    return bool(between and _AND_GAP.fullmatch(gap))


_YEAR_WRITTEN = re.compile(rf"(?:19|20)\d\d|'\d\d|/\d\d$|[{ZH_DIGITS}]{{4}}|\d\d *年")


def _written(low: str, a: Date) -> bool:
    """Whether the date as written names its year."""
    return bool(_YEAR_WRITTEN.search(low[a.start : a.end]))


_BOUND = pattern(
    r"(?:(?P<since>(?<![a-z])(?:since|starting(?: +(?:from|on))?|beginning(?: +on)?)|自从?|始于)"
    r"|(?P<before>(?<![a-z])(?:before|prior +to|earlier +than))"
    r"|(?P<after>(?<![a-z])(?:after|later +than|greater +than))"
    r"|(?P<until>(?<![a-z])(?:until|till|up +to|by|no +later +than)|截止到?|截至"
    r"|直到|有效期?限?至|期限?至|延[长期]?至))(?: +(?:the +)?(?:year|month +of))? *$"
)
_PART = pattern(
    r"(?:(?P<late>(?<![a-z])(?:end +of|late))|(?P<mid>(?<![a-z])(?:middle +of|mid))"
    r"|(?P<early>(?<![a-z])(?:beginning +of|start +of|early)))[ -]+(?:the +)?(?:year +)?$"
)
_PART_AFTER = pattern(
    r" *(?:(?P<late>年底|年末|月底|月末|底|末|下旬)|(?P<mid>年中|月中|中旬)|(?P<early>年初|月初|初|上旬))"
)
_BOUND_AFTER = pattern(
    r" *(?:(?P<onward>(?:and|or) +(?:after|later|greater|onwards?)(?![a-z])(?! +(?:my|the|that"
    r"|he|it))|onwards?(?![a-z]))|(?P<before>以前|之前|前)|(?P<after>以后|之后|后(?!勤|续))|(?P<since>以来|起"
    r"|开始|至今)|(?P<until>为?止))"
)


# What stands in brackets right behind a law (a mark by now) is its edition: Work Safety Law (2021).
_LAW_BEFORE = pattern(rf"{OPAQUE}(?: *(?:19|20)\d\d)? *\( *(?:[a-z]+ +){{0,3}}$")
_EDITION_AFTER = pattern(r" *[a-z修正订版本 ]{0,16}\)")


def _edition(low: str, a: Date) -> bool:
    before = _LAW_BEFORE.search(low[max(0, a.start - 24) : a.start])
    return bool(before and _EDITION_AFTER.match(low, a.end))


# "NC 2022/05" and "ref. OBS 2021-07" number a record.
_REFERENCE = pattern(
    r"(?<![a-z])(?:ncr?|car|capa|obs|ref|no|id|finding|observation|ticket)s?[.:#]* *$"
)
_NUMBERED = pattern(r"\d{4} ?[-/] ?\d{2}$")


def _reference(low: str, a: Date) -> bool:
    numbered = not a.day and _NUMBERED.match(low[a.start : a.end])
    return bool(numbered and _REFERENCE.search(low[max(0, a.start - 14) : a.start]))


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
    kept = _apart([*numeric_dates(low), *english_dates(low, cased), *chinese_dates(low)])
    kept = _apart([*kept, *lone_years(low, kept)])
    kept = [a for a in kept if not (_edition(low, a) or _reference(low, a))]
    facts = []
    for atom in _joined(low, kept):
        value: dict[str, object] = {"value": atom.iso}
        if atom.to:
            value["upper"] = iso(*atom.to)
        part, start = (None, atom.start) if atom.day else _part_of(low, atom.start, atom.end)
        if part:
            value["part"] = part
        the = _THE.search(low[max(0, start - 5) : start])
        bound = _bound(low, start - len(the[0]) if the else start, atom.end)
        if bound:
            value["bound"] = bound
        year, month, day = atom.to or (None, None, None)
        good = valid(atom.month, atom.day, atom.year) and valid(month, day, year)
        facts.append(
            Fact(atom.start, atom.end, "DATE", value, None if good else "there is no such day")
        )
    return facts


def _apart(atoms: list[Date]) -> list[Date]:
    """The dates in order; of two that overlap, the one that starts first and is longer."""
    kept: list[Date] = []
    for atom in sorted(atoms, key=lambda a: (a.start, -a.end)):
        if not kept or atom.start >= kept[-1].end:
            kept.append(atom)
    return kept


__all__ = ["find_dates", "iso"]
