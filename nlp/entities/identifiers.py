"""Numbers that name or order things instead of counting them.

Ids, phone numbers, codes, list and question numbers are no quantity at all. Floors, buildings,
ages, clock times and the like are no entities, but two texts can be compared by them. The forms
are in identifiers.yaml.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any, Literal, NamedTuple

import yaml

from .normal import CJK, pattern
from .number_words import chinese, span

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
_HOURS = {"eleven": 11, "twelve": 12}
_VALUES = _NTH | _WORDS | _HOURS | {"double": 2, "twice": 2, "triple": 3, "both": 2, "双": 2}
_VALUES |= {"time and a half": 1.5, "one and a half": 1.5}
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
    "ZN": r"(?:\d{1,3}|[一二三四五六七八九十]{1,4})",
    "HAN": f"[{CJK}]",
    "WORD": "|".join(_WORDS),
    "NTH": "|".join(_NTH),
    "PLACE": _PLACES,
    "UNIT": _UNITS,
}
# Where a rule can begin, by the kinds of character that identifiers.yaml names.
_STARTS = {
    "digit": r"(?=[\d(#+])",
    "word": r"(?<![a-z])(?=[a-z])",
    "han": "(?=[一二三四五六七八九十两双早上凌中下晚傍第周星礼日问条编证电版附表图领单号工型批楼栋])",
}


class _Form(NamedTuple):
    """A rule of the table: its kind, and the names of its groups by what they hold."""

    kind: str
    groups: dict[str, list[str]]


@cache
def _rules() -> tuple[re.Pattern[str], dict[str, _Form]]:
    """One pattern of all rules; the last group that matched names the form. Rules stand under each
    kind of character that they can start with, so that only those are tried at a place."""
    text = files(__package__ or "").joinpath("identifiers.yaml").read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = yaml.load(
        text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    )
    forms: dict[str, _Form] = {}
    branches = []
    for start, gate in _STARTS.items():
        rules = "|".join(_rule(row, forms) for row in rows if start in row["at"])
        branches.append(f"{gate}(?:{rules})")
    return pattern("|".join(branches)), forms


def _rule(row: dict[str, Any], forms: dict[str, _Form]) -> str:
    """The source of a rule, its names filled in and its marked parts as groups; adds its form."""
    groups: dict[str, list[str]] = {"n": [], "min": [], "late": []}
    name = f"r{len(forms)}"

    def group(m: re.Match[str]) -> str:
        groups[m[1]].append(f"{name}{m[1]}{len(groups[m[1]])}")
        return f"(?P<{groups[m[1]][-1]}>"

    source = re.sub("|".join(_NAMES), lambda m: _NAMES[m[0]], row["pattern"].strip())
    source = re.sub("<(n|min|late)>", group, source)
    forms[name] = _Form(row["kind"], groups)
    return f"(?:{re.sub('</(?:n|min|late)>', ')', source).removeprefix('(?<![a-z])')})(?P<{name}>)"


def find_identifiers(low: str) -> list[Named]:
    """The naming numbers of a text in normal form and lower case, in order."""
    rule, forms = _rules()
    out = []
    for m in rule.finditer(low):
        form = forms[m.lastgroup or ""]
        if form.kind == "none":
            out.append(Named(m.start(), m.end(), None))
            continue
        parts = {k: next((m[g] for g in named if m[g]), "") for k, named in form.groups.items()}
        value = _clock(parts) if form.kind == "clock" else _number(parts["n"])
        out.append(Named(m.start(), m.end(), form.kind, value))  # type: ignore[arg-type]
    return out


def _clock(parts: dict[str, str]) -> float:
    """Hours since midnight."""
    hour, minute = _number(parts["n"]), parts["min"]
    late = (
        parts["late"] in ("p", "下午", "晚上", "晚", "傍晚", "afternoon", "evening") and hour < 12
    )
    if minute.endswith(("past", "to")):
        told = 30 if minute.startswith("half") else -15 if minute.endswith("to") else 15
        return hour + 12 * late + told / 60
    return hour + 12 * late + (30 if minute == "半" else _number(minute)) / 60


def _number(text: str) -> float:
    if text in _VALUES:
        return _VALUES[text]
    between = span(text)  # 二十二三岁
    return between[0] if between else chinese(text) or 0
