"""What a written date says, and dates in digits alone (2025-01-31, 21/02/2025).

Days come before months in 03/04/2025, as the amfori platform prints them, unless only the other
order is a date.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, replace

from .normal import pattern


@dataclass(frozen=True, slots=True)
class Date:
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


def valid(month: int | None, day: int | None, year: int | None = None) -> bool:
    return (month is None or 1 <= month <= 12) and (
        day is None or 1 <= day <= (31 if month is None else monthrange(year or 2024, month)[1])
    )


_NUMERIC_BODY = r"""(?:
      (?P<y1>(?:19|20)\d\d)(?P<s1>[-/. ])(?P<m1>\d\d?)(?P=s1)(?P<d1>\d\d?)
      |(?P<da>\d\d?)-(?P<db>\d\d?)[/](?P<mb>\d\d?)[/](?P<yb>(?:19|20)\d\d)
      |(?P<d2>\d\d?)(?P<s2>[-/.])(?P<m2>\d\d?)(?P=s2)(?P<y2>(?:19|20)\d\d)
      |(?P<d4>\d\d?)/(?P<m4>\d\d?)/(?P<y4>\d\d)(?!/)
      |(?P<y3>(?:19|20)\d\d)[-/.](?P<m3>0[1-9]|1[0-2]|[1-9](?!\d))(?![-/.]\d)
      |(?P<m5>0?[1-9]|1[0-2])[-/](?P<y5>20\d\d)(?![-/.]\d)
    )(?!\d|%|,\d{3})"""
_NUMERIC = pattern(r"(?<![\d/.a-z])(?<![\da-z]-)" + _NUMERIC_BODY)
_DIGITS_APART = re.compile(r"\d[-/.]\d|\d{4} \d")  # what every date in digits has
_NUMERIC_TO = pattern(r"(?:-|~|至|到)" + _NUMERIC_BODY)


def numeric_dates(low: str) -> list[Date]:
    out: list[Date] = []
    at = 0
    if not _DIGITS_APART.search(low):
        return out
    while m := _NUMERIC.search(low, at):
        out += _number_date(m)
        at = m.end()
        if second := _NUMERIC_TO.match(low, at):  # a range, not the rest of an id
            out += _number_date(second)
            at = second.end()
    return out


def _number_date(m: re.Match[str]) -> list[Date]:
    g = {k: int(v) for k, v in m.groupdict().items() if v and v.isdigit()}
    end = m.end()
    start = m.start() + (not m[0][0].isdigit())
    if "y1" in g:
        atom = Date(start, end, g["y1"], g["m1"], g["d1"])
    elif "yb" in g:
        atom = Date(start, end, g["yb"], g["mb"], g["da"], (g["yb"], g["mb"], g["db"]))
    elif "y2" in g:
        atom = Date(start, end, g["y2"], g["m2"], g["d2"])
    elif "y4" in g:
        atom = Date(start, end, 2000 + g["y4"], g["m4"], g["d4"])
    elif "y3" in g:
        atom = Date(start, end, g["y3"], g["m3"])
    else:
        atom = Date(start, end, g["y5"], g["m5"])
    turned = replace(atom, month=atom.day, day=atom.month)
    if (
        atom.day
        and not valid(atom.month, atom.day, atom.year)
        and (valid(turned.month, turned.day, turned.year) or (atom.month or 0) > 12 >= atom.day)
    ):
        atom = turned
    return [atom] if 1 <= (atom.month or 1) <= 12 and 1 <= (atom.day or 1) <= 31 else []
