"""Numbers that name or order things instead of counting them.

Ids, phone numbers, codes, list and question numbers are no quantity at all. Floors, buildings,
ages, clock times and the like are no entities, but two texts can be compared by them. The forms
are in identifiers.yaml.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from itertools import count
from typing import Any, Literal, NamedTuple

import yaml

from .normal import CJK, pattern
from .numerals import chinese

Kind = Literal["count", "multiple", "floor", "building", "storey", "place", "age", "clock"]


class Named(NamedTuple):
    """A number at [start, end) that is no quantity; ``kind`` is None where it says nothing."""

    start: int
    end: int
    kind: Kind | None
    value: float = 0


_NTH = dict(
    zip(
        "ground first second third fourth fifth sixth seventh eighth ninth tenth".split(),
        range(11),
        strict=True,
    )
)
_WORDS = dict(
    zip("one two three four five six seven eight nine ten".split(), range(1, 11), strict=True)
)
_VALUES = _NTH | _WORDS | {"double": 2, "twice": 2, "triple": 3, "both": 2, "双": 2}
_PLACES = (
    "workshops?|warehouses?|production lines?|lines?|dormitory|dormitories|dorm|gate|exit|staircase"
    "|stairway|plant|factory|canteen|zone|area|room|machine"
)
# Units that may touch their number: 36hrs is a quantity, 36X a code.
_UNITS = (
    "st|nd|rd|th|hrs?|mins?|h|days?|weeks?|months?|years?|yrs?|hours?|minutes?|k|pcs|rmb|usd|cny|hkd"
    "|eur|yuan|workers?|employees?|persons?|f|sets?|units?|m2|m|km|kg|g|db|dba|mg|ml|l|mm|cm|w|kw|kv"
    "|v|ppm|t|tons?|lx|lux"
)
_NAMES = {
    "ZN": r"(?:\d{1,3}|[一二三四五六七八九十]{1,3})",
    "HAN": f"[{CJK}]",
    "WORD": "|".join(_WORDS),
    "NTH": "|".join(_NTH),
    "PLACE": _PLACES,
    "UNIT": _UNITS,
}
# What a rule can begin with; everything else is passed over at one look.
_GATE = (
    "(?=[\\d(#+]|[一二三四五六七八九十两双早上凌中下晚傍第周星礼日问条编证电版附表图领单号工型批楼栋])"
    "|(?<![a-z])(?=[a-z])"
)


@cache
def _rules() -> tuple[re.Pattern[str], list[str]]:
    """One pattern of all rules, rule i in the group r<i>, and the rules' kinds."""
    text = files(__package__ or "").joinpath("identifiers.yaml").read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = yaml.safe_load(text)
    groups = "|".join(_group(i, row["pattern"].strip()) for i, row in enumerate(rows))
    return pattern(f"(?:{_GATE})(?:{groups})"), [row["kind"] for row in rows]


def _group(i: int, source: str) -> str:
    """Rule i as a group, its names filled in and its marked parts as groups of their own."""
    source = re.sub("|".join(_NAMES), lambda m: _NAMES[m[0]], source)
    number = count()
    source = re.sub("<(n|min|late)>", lambda m: f"(?P<{m[1]}{i}_{next(number)}>", source)
    return f"(?P<r{i}>{re.sub('</(?:n|min|late)>', ')', source)})"


def find_identifiers(low: str) -> list[Named]:
    """The naming numbers of a text in normal form and lower case, in order."""
    rule, kinds = _rules()
    out = []
    for m in rule.finditer(low):
        found = {k: v for k, v in m.groupdict().items() if v is not None}
        i = next(k for k in found if k[0] == "r")[1:]
        kind = kinds[int(i)]
        if kind == "none":
            out.append(Named(m.start(), m.end(), None))
            continue
        parts = {re.sub(r"\d.*", "", k): v for k, v in found.items() if k[0] != "r"}
        value = _clock(parts) if kind == "clock" else _number(parts["n"])
        out.append(Named(m.start(), m.end(), kind, value))  # type: ignore[arg-type]
    return out


def _clock(parts: dict[str, str]) -> float:
    """Hours since midnight."""
    hour, minute = _number(parts["n"]), parts.get("min", "0")
    late = parts.get("late") in ("p", "下午", "晚上", "晚", "傍晚") and hour < 12
    return hour + 12 * late + (30 if minute == "半" else _number(minute)) / 60


def _number(text: str) -> float:
    return _VALUES[text] if text in _VALUES else chinese(text) or 0
