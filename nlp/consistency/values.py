"""Every value that a text states, in a form that compares across languages.

Entities give most of them; the rest are bare numbers (floors, machines, decibels) and words that
stand for a number without being written as one ("both", 双, "third").
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, field
from typing import Literal

from ...corpus.labels import Lang
from ...corpus.schema import Entity
from ..bitext import Span
from ..entities import Number, numbers
from .lexicon import lower
from .named import named

Kind = Literal[
    "count", "part", "whole", "time", "money", "percent", "multiple", "floor", "building", "storey",
    "place", "age", "clock", "monthday", "length", "mass", "volume", "area", "energy", "name", "turn",
]  # fmt: skip

SECONDS = {
    "second": 1, "minute": 60, "hour": 3600, "day": 86400,
    "week": 604800, "month": 2592000, "year": 31536000,
}  # fmt: skip
# Units of measure, as they are written, with their size.
_MEASURES: tuple[tuple[Kind, float, str], ...] = (
    ("length", 0.001, "mm|millimet(?:re|er)s?|毫米"),
    ("length", 0.01, "cm|centimet(?:re|er)s?|厘米|公分"),
    ("length", 1, "m|met(?:re|er)s?|米"),
    ("length", 1000, "km|kilomet(?:re|er)s?|公里|千米"),
    ("mass", 0.001, "g|grams?|克"),
    ("mass", 1, "kgs?|kilos?|kilograms?|公斤|千克"),
    ("mass", 1000, "t|tons?|tonnes?|吨"),
    ("volume", 0.001, "ml|millilit(?:re|er)s?|毫升"),
    ("volume", 1, "l|lit(?:re|er)s?|升"),
    ("volume", 1000, "m3|m³|cubic met(?:re|er)s?|立方米?"),
    ("area", 1, "m2|m²|sqm|sq\\.? ?m|square met(?:re|er)s?|平方米|平米"),
    ("area", 10_000, "ha|hectares?|公顷"),
    ("energy", 1, "kwh|千瓦时"),
    ("energy", 1000, "mwh|兆瓦时"),
)
_UNIT = re.compile(
    "[ -]?(?:{})(?![a-z0-9²³])".format(
        "|".join(f"(?P<u{n}>{written})" for n, (*_, written) in enumerate(_MEASURES))
    )
)


class _Placed:
    """Something that stands in a text."""

    __slots__ = ()
    start: int
    end: int

    @property
    def span(self) -> Span:
        return self.start, self.end


@dataclass(slots=True)
class Value(_Placed):
    """A number in a text. ``number`` is in the base unit of its kind (seconds, per cent, metres), and
    ``size`` times what is written; ``soft`` values explain others but are never reported themselves."""

    start: int
    end: int
    kind: Kind
    number: float
    unit: str = ""
    upper: float | None = None
    soft: bool = False
    label: str = ""
    size: float = 1
    bound: str = ""  # at_most, more_than ..., where its words put one on it
    bead: int = -1
    rank: float = 0.0  # where in its bead it stands, 0 to 1


@dataclass(slots=True)
class DateValue(_Placed):
    """A date, or a range of them, as ISO strings; ``in_figures`` where day and month might be meant the
    other way round (05/11/2024)."""

    start: int
    end: int
    first: str
    last: str | None = None
    bead: int = -1
    rank: float = 0.0
    in_figures: bool = False


@dataclass(slots=True)
class LawValue(_Placed):
    """A law with its articles, and the paragraphs and items of these; ``id`` is None for one that the
    catalogue does not have."""

    start: int
    end: int
    id: str | None
    name: str
    articles: frozenset[str]
    parts: frozenset[str] = frozenset()
    bead: int = -1
    rank: float = 0.0


@dataclass(slots=True)
class Stated:
    """The values of one text."""

    values: list[Value] = field(default_factory=list)
    dates: list[DateValue] = field(default_factory=list)
    laws: list[LawValue] = field(default_factory=list)

    def all(self) -> list[Value | DateValue | LawValue]:
        return [*self.values, *self.dates, *self.laws]


def in_english(item: Value | DateValue) -> str | None:
    """A value as an English report would write it, for a reader without Chinese; None for one whose
    noun or other half stands in the text alone."""
    if isinstance(item, DateValue):
        return " to ".join(map(_english_date, filter(None, (item.first, item.last))))
    if item.kind not in ("time", "percent", "money") and item.label != "HEADCOUNT":
        return None
    ends = [f"{n / item.size:,.10g}" for n in (item.number, item.upper) if n is not None]
    number = " to ".join(ends)
    if item.kind == "money":
        return f"{item.unit} {number}".strip()
    if item.kind == "percent":
        return f"{number}%"
    noun = item.unit if item.kind == "time" else "people"
    return f"{number} {noun}{'s' if noun != 'people' and number != '1' else ''}".strip()


_DATE = re.compile(r"(\d{4}|-)(?:-(0[1-9]|1[0-2])(?:-(\d\d))?)?")  # the first is - for any year


def _english_date(iso: str) -> str:
    match = _DATE.fullmatch(iso)
    if not match:
        return iso
    year, month, day = match.groups()
    parts = [str(int(day)) if day else "", calendar.month_name[int(month)] if month else ""]
    return " ".join(filter(None, [*parts, year.strip("-")])) or iso


# Words that stand for a small number without being written as one.
_SOFT = {
    "en": re.compile(
        r"\b(?:(?P<n6>half[ -](?:an? )?dozen)|(?P<n2>both|double[ds]?|twice|pair|couple|either|neither|bi-?(?:annual|monthly|weekly)|second)"
        r"|(?P<n1>once|single|sole|an?|another|each|per|one|first|only|daily|weekly|monthly|annual(?:ly)?|yearly)"
        r"|(?P<half>(?<!and a )half|halves)|(?P<quarter>quarter(?:s|ly)?)|(?P<n12>dozens?)"
        r"|(?P<n0>no|none|zero|nil|without)|(?P<n100>all|every|everyone|whole|entire|full(?:y)?)|(?P<fortnight>fortnight(?:ly)?))\b"
    ),
    "zh": re.compile(
        r"(?P<n2>双|两|俩|二|均|都|翻倍|加倍)|(?P<n1>一|单|首|某|唯|仅)|(?P<half>半)|(?P<quarter>季)|(?P<n0>零|无|未|没有|不)|(?P<n100>全|所有|每)"
    ),
}
# References that name a clause and count nothing ("SA8000 3.1", 准则第4.7条).
_CLAUSE = re.compile(
    r"(?:cfr|eti(?: base code)?|base code|clauses?|sections?|code|sa ?8000(?::20\d\d)?|bsci|rba|vap|iso ?\d+(?::20\d\d)?|provision|element"
    r"|requirement|principle|criterion|条款|要素|准则|守则|标准|原则)[ :：]*(?:第 ?)?\d+(?:\.\d+)*"
    r"(?:(?: ?[,、和及与&/]| and) ?(?:第 ?)?\d+(?:\.\d+)+)*(?: ?[a-g]\))?|第 ?\d+(?:\.\d+)+ ?[条款项节]?|\b[a-f]\d{1,2}(?:\.\d+)*\b"
    r"|[\u4e00-\u9fff]号 ?[:：]? ?(?:no\.? ?)?\d+(?:[-/]\d+)+"
)
MEASURED: frozenset[Kind] = frozenset(("time", *(kind for kind, *_ in _MEASURES)))
NAMING: frozenset[Kind] = frozenset(("name", "turn"))  # see ``named``
_YEARS = range(1990, 2041)
_COMMA = re.compile(r",? ?")  # before the year of a law: the Factories Act, 1948
_EXACT = ("PERCENT", "MONEY", "DATE")
_SOFT_NUMBER = {
    "n0": 0,
    "n1": 1,
    "n2": 2,
    "n6": 6,
    "n12": 12,
    "n100": 100,
    "half": 0.5,
    "quarter": 0.25,
    "fortnight": 14,
}


def stated(text: str, lang: Lang, entities: list[Entity], skip: list[Span]) -> Stated:
    """The values of a text; what lies in ``skip`` (evidence lists) states none."""
    out = Stated()
    for entity in entities:
        if not _within(entity.start, skip):
            _add(out, entity)
    clauses = [m.span() for m in _CLAUSE.finditer(lower(text))]
    years = {m.end() for law in out.laws if (m := _COMMA.match(text, law.end))}
    names = {n.at: n for n in named(lower(text), lang) if not _within(n.start, skip)}
    held = {i for e in entities for i in range(e.start, e.end)}
    for n in numbers(text, lang):
        if n.kind == "count" and n.start in names:
            continue
        held.update(range(n.start, n.end))
        if n.entity is None and not _within(n.start, clauses) and not _within(n.start, skip):
            if n.end - n.start == 4 and (n.value in _YEARS or n.start in years):
                out.dates.append(DateValue(n.start, n.end, str(int(n.value))))
            else:
                out.values.append(_bare(text, lang, n))
    for name in names.values():
        if name.at not in held:
            number = float(name.number)
            out.values.append(Value(name.start, name.end, name.kind, number, name.sort))
    exact = {i for e in entities if e.label in _EXACT for i in range(e.start, e.end)}
    for m in _SOFT[lang].finditer(lower(text)):
        if m.start() in exact:
            continue  # the half of 五成半
        number = _SOFT_NUMBER[str(m.lastgroup)]
        kind = "percent" if number == 100 else "count"  # "all" stands for 100%, not for 100 workers
        out.values.append(Value(m.start(), m.end(), kind, number, soft=True))
    for items in (out.values, out.dates, out.laws):
        items.sort(key=lambda v: v.start)
    return out


# What makes a number of the one before it, and what leaves it open (十几, "a dozen"). Ordinals are
# soft, too: 第16届 counts nothing.
_AND_HALF = re.compile(r" and a half\b")
_OPEN = re.compile(r"[几来余多]|(?:st|nd|rd|th)\b")


# The day of every month on which something is due: 每月15日, "the 10th of each month".
_DAY_OF = {
    "en": re.compile(
        r"(?:st|nd|rd|th)?(?: day)? of (?:each|every|the (?:following|next|same|month))\b"
    ),
    "zh": re.compile(r"(?<=[每次当下]月)\d+ ?[日号]"),
}


def _bare(text: str, lang: Lang, n: Number) -> Value:
    """A number that no fact holds."""
    value = n.value + (0.5 if _AND_HALF.match(text, n.end) else 0)
    day = _DAY_OF[lang].match(text, n.start if lang == "zh" else n.end)
    if day:
        return Value(n.start, n.end, "monthday", value)
    if unit := _UNIT.match(lower(text[n.end : n.end + 20])):
        kind, size, _ = _MEASURES[int(str(unit.lastgroup)[1:])]
        return Value(n.start, n.end, kind, value * size, size=size)
    rough = _OPEN.match(text, n.end) or "dozen" in text[n.start : n.end]
    return Value(n.start, n.end, n.kind or "count", value, soft=bool(rough))


def _within(position: int, spans: list[Span]) -> bool:
    return any(a <= position < b for a, b in spans)


_IN_FIGURES = re.compile(r"(?<![\d./-])\d{1,2} ?[./-] ?\d{1,2}(?: ?[./-] ?\d{2,4})?(?!\d)")


def _add(out: Stated, e: Entity) -> None:
    v, at = e.value, (e.start, e.end)
    if e.label == "LAW_ARTICLE":
        name = v.get("law") or e.text
        parts = {
            str(number)
            for detail in v.get("details", ())
            for part, number in detail.items()
            if part != "article"
        }
        articles = frozenset(map(str, v.get("articles", ())))
        out.laws.append(LawValue(*at, v.get("id"), str(name), articles, frozenset(parts)))
    elif e.label == "DATE":
        figures = bool(_IN_FIGURES.search(e.text))
        out.dates.append(DateValue(*at, str(v["value"]), v.get("upper"), in_figures=figures))
    elif e.label == "RATIO":
        out.values.append(Value(*at, "part", v["part"], label=e.label))
        out.values.append(Value(*at, "whole", v["whole"], label=e.label))
    elif e.label == "DURATION":
        size = SECONDS.get(v.get("unit", ""), 1)
        upper = v["upper"] * size if "upper" in v else None
        out.values.append(
            Value(
                *at, "time", v["value"] * size, v.get("unit", ""), upper, label=e.label, size=size
            )
        )
    elif e.label == "MONEY":
        out.values.append(
            Value(*at, "money", v["value"], v.get("currency", ""), v.get("upper"), label=e.label)
        )
    elif e.label == "PERCENT":
        out.values.append(Value(*at, "percent", v["value"], "%", v.get("upper"), label=e.label))
    else:
        out.values.append(Value(*at, "count", v["value"], upper=v.get("upper"), label=e.label))
    if e.label not in ("LAW_ARTICLE", "DATE", "RATIO"):
        out.values[-1].bound = v.get("bound", "")
