"""Every value that a text states, in a form that compares across languages.

Entities give most of them; the rest are bare numbers (floors, machines, decibels), clock times and
words that stand for a number without being one ("both", 双, "third").
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from ...corpus.labels import Lang
from ...corpus.schema import Entity
from ..bitext import Span
from ..entities.normal import lower, mask, normal
from ..entities.numerals import find

Kind = Literal["count", "part", "whole", "time", "money", "percent", "clock", "ordinal"]

SECONDS = {
    "second": 1, "minute": 60, "hour": 3600, "day": 86400,
    "week": 604800, "month": 2592000, "year": 31536000,
}  # fmt: skip


@dataclass(slots=True)
class Value:
    """A number in a text. ``number`` is in the base unit of its kind (seconds, per cent, minutes of
    the day); ``soft`` values explain others but are never reported themselves."""

    start: int
    end: int
    kind: Kind
    number: float
    unit: str = ""
    upper: float | None = None
    soft: bool = False
    label: str = ""
    bead: int = -1
    rank: float = 0.0  # where in its bead it stands, 0 to 1

    @property
    def span(self) -> Span:
        return self.start, self.end


@dataclass(slots=True)
class DateValue:
    """A date, or a range of them, as ISO strings."""

    start: int
    end: int
    first: str
    last: str | None = None
    bead: int = -1
    rank: float = 0.0

    @property
    def span(self) -> Span:
        return self.start, self.end


@dataclass(slots=True)
class LawValue:
    """A law with its articles; ``id`` is None for one that the catalogue does not have."""

    start: int
    end: int
    id: str | None
    name: str
    articles: frozenset[str]
    bead: int = -1
    rank: float = 0.0

    @property
    def span(self) -> Span:
        return self.start, self.end


@dataclass(slots=True)
class Stated:
    """The values of one text."""

    values: list[Value] = field(default_factory=list)
    dates: list[DateValue] = field(default_factory=list)
    laws: list[LawValue] = field(default_factory=list)

    def all(self) -> list[Value | DateValue | LawValue]:
        return [*self.values, *self.dates, *self.laws]


_ORDINALS = dict(
    zip("first second third fourth fifth sixth seventh eighth ninth tenth".split(), range(1, 11), strict=True)
)
_SOFT = {
    "en": re.compile(
        r"\b(?:(?P<n2>both|double[ds]?|twice|pair|couple|either|neither|bi-?(?:annual|monthly|weekly)|second)"
        r"|(?P<n1>once|single|sole|an?|another|each|every|per|one|first|only|daily|weekly|monthly|annual(?:ly)?|yearly)"
        r"|(?P<half>half|halves)|(?P<quarter>quarter(?:s|ly)?)|(?P<n3>triple|thrice|third)|(?P<n12>dozens?)"
        r"|(?P<n0>no|none|zero|nil)|(?P<fortnight>fortnight(?:ly)?))\b"
    ),
    "zh": re.compile(
        r"(?P<n2>双|两|俩|二|均|都|翻倍|加倍)|(?P<n1>一|单|每|首|某|唯|仅)|(?P<half>半)|(?P<quarter>季)|(?P<n3>三)|(?P<n0>零|无|未|没有|不)"
    ),
}
_SOFT_NUMBER = {"n0": 0, "n1": 1, "n2": 2, "n3": 3, "n12": 12, "half": 0.5, "quarter": 0.25, "fortnight": 14}
_ORDINAL = re.compile(
    r"\b(?P<w>" + "|".join(_ORDINALS) + r")(?=[ -](?:floors?|stor(?:e?y|eys|ies)|buildings?|workshops?|time|shift|line|levels?|blocks?)\b)"
    r"|\b(?P<n>\d{1,2})(?:st|nd|rd|th)\b"
)
_CLOCK = re.compile(
    r"(?<![\d:.])(?P<pm1>下午|晚上|晚|中午|傍晚)? ?(?P<h>[01]?\d|2[0-4])[:时点](?P<m>[0-5]\d)?(?:分)?(?![\d:])(?: ?(?P<pm>[ap])\.?m\b)?"
    r"|(?<![\d:.])(?P<h2>1[0-2]|\d) ?(?P<pm2>[ap])\.?m\b"
)
# Numbers that name something and count nothing: list points, clauses, codes, questions, areas.
_NAMES = re.compile(
    r"(?:(?<=\s)|(?<=[。；;：:.])|^)\(?(?:\d{1,2}[.)、）](?!\d)|[①-⑳])"
    r"|[(（](?:\d|[一二三四五六七八九十])[)）]"
    r"|(?<![a-z])(?:pa|sa|iso|gb|gbz|gb/t|ohsas|p|q|t|en|ilo c|c|b|k|no\.?|nos\.?|nr\.?|point|finding|nc|car|item|page)[ -]?\d[\d.\-/:]*"
    r"|(?:eti|base code|clause|section|code|sa8000|bsci|provision|element|requirement|principle|criterion|question|par(?:agraph|\.)?)[ :]*(?:no\.? ?)?\d+(?:\.\d+)*(?:(?: ?[,、和&]| and) ?\d+(?:\.\d+)+)*"
    r"|第 ?[\d一二三四五六七八九十百]+(?:\.\d+)*[条款章节项]|(?:条款|准则|守则|要素|原则|编号|标准|第) ?\d+(?:\.\d+)+"
    r"|\d+(?:\.\d+){2,}|(?<![\d.])\d{1,2}\.\d{1,2}\.\d{1,2}"
)


def stated(text: str, lang: Lang, entities: list[Entity], skip: list[Span]) -> Stated:
    """The values of a text; what lies in ``skip`` (evidence lists, quoted names) states none."""
    out = Stated()
    low = lower(normal(text))
    taken = [(e.start, e.end) for e in entities]
    for entity in entities:
        if not _within(entity.start, skip):
            _add(out, entity)
    masked = mask(low, sorted(taken))
    names = [m.span() for m in _NAMES.finditer(masked)]
    for m in _CLOCK.finditer(masked):
        minutes = _minutes(m)
        if minutes is not None and not _within(m.start(), names):
            out.values.append(Value(m.start(), m.end(), "clock", minutes, label="clock"))
            names.append(m.span())
    for m in _ORDINAL.finditer(masked):
        number = _ORDINALS[m["w"]] if m["w"] else int(m["n"])
        out.values.append(Value(m.start(), m.end(), "ordinal", number))
        names.append(m.span())
    for n in find(masked):
        if _within(n.start, names) or _within(n.start, skip):
            continue
        if 1990 <= n.value <= 2040 and n.value == int(n.value) and n.end - n.start == 4:
            out.dates.append(DateValue(n.start, n.end, str(int(n.value))))
        else:
            out.values.append(Value(n.start, n.end, "count", n.value, upper=n.upper))
    for m in _SOFT[lang].finditer(low):
        number = _SOFT_NUMBER[str(m.lastgroup)]
        out.values.append(Value(m.start(), m.end(), "count", number, soft=True))
    for items in (out.values, out.dates, out.laws):
        items.sort(key=lambda v: v.start)
    return out


def _within(position: int, spans: list[Span]) -> bool:
    return any(a <= position < b for a, b in spans)


def _minutes(m: re.Match[str]) -> int | None:
    if m["h2"]:
        return (int(m["h2"]) % 12 + (12 if m["pm2"] == "p" else 0)) * 60
    if not m["m"] and not m["pm1"] and not m["pm"]:
        return None  # "8点" is a time, but "3:" is not
    hour = int(m["h"])
    if hour < 12 and (m["pm1"] in ("下午", "晚上", "晚", "傍晚") or m["pm"] == "p"):
        hour += 12
    return hour * 60 + int(m["m"] or 0)


def _add(out: Stated, e: Entity) -> None:
    v, at = e.value, (e.start, e.end)
    if e.label == "LAW_ARTICLE":
        name = v.get("law") or e.text
        out.laws.append(LawValue(*at, v.get("id"), str(name), frozenset(map(str, v.get("articles", ())))))
    elif e.label == "DATE":
        out.dates.append(DateValue(*at, str(v["value"]), v.get("upper")))
    elif e.label == "RATIO":
        out.values.append(Value(*at, "part", v["part"], label=e.label))
        out.values.append(Value(*at, "whole", v["whole"], label=e.label))
    elif e.label == "DURATION":
        size = SECONDS.get(v.get("unit", ""), 1)
        upper = v["upper"] * size if "upper" in v else None
        out.values.append(Value(*at, "time", v["value"] * size, v.get("unit", ""), upper, label=e.label))
    elif e.label == "MONEY":
        out.values.append(Value(*at, "money", v["value"], v.get("currency", ""), v.get("upper"), label=e.label))
    elif e.label == "PERCENT":
        out.values.append(Value(*at, "percent", v["value"], "%", v.get("upper"), label=e.label))
    else:
        out.values.append(Value(*at, "count", v["value"], upper=v.get("upper"), label=e.label))
