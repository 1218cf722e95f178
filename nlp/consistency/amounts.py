"""Numbers and percentages of the two texts: which are equal, which the other text lets one reckon
(half of 18 and 9, 3 of 10 and the other 7, six months and 半年), and which stand in the same place.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, takewhile

from ...corpus.labels import Lang
from ..bitext import Span
from . import lexicon
from .pair import Pair, inside, other
from .pairing import without_pairs
from .values import MEASURED, NAMING, Value

_DAY = re.compile(r" ?[日号]|(?:st|nd|rd|th)\b")


def spare_values(en: list[Value], zh: list[Value]) -> dict[Lang, list[Value]]:
    left_en, left_zh = [v for v in en if not v.soft], [v for v in zh if not v.soft]
    left_en, left_zh = without_pairs(left_en, left_zh, _same_kind, 1.0)
    left_en, left_zh = without_pairs(left_en, left_zh, same_number, 1.0)
    left_en, left_zh = without_pairs(left_en, left_zh, _same_kind, math.inf)
    # Further away 3 months are no third month.
    left_en, left_zh = without_pairs(left_en, left_zh, same_number, _BESIDE)
    return {"en": left_en, "zh": left_zh}


_BESIDE = 2.9  # distance of what stands in neighbouring beads


def _same_kind(a: Value, b: Value) -> bool:
    return a.kind == b.kind and a.unit == b.unit and same_number(a, b)


def same_number(a: Value, b: Value) -> bool:
    """Equal, of one kind or of kinds that stand for each other (a headcount for a ratio's whole)."""
    kinds = {a.kind, b.kind}
    if kinds & MEASURED and len(kinds) == 2:
        return _close(_plain(a), _plain(b))
    if kinds == {"percent", "multiple"}:
        percent, multiple = (a, b) if a.kind == "percent" else (b, a)
        return _close(percent.number, 100 * multiple.number)
    if kinds == {"floor"} and {a.number, b.number} == {0, 1}:
        return True  # the ground floor is 一楼
    if "age" in kinds and kinds <= {"age", "count"}:
        return int(a.number) == int(b.number)  # sixteen and a half, 16岁6个月
    if kinds == {"clock"}:
        return _close(a.number % 12, b.number % 12)
    if kinds == {"money"} and a.unit != b.unit:
        return False
    if kinds == {"time"} and _months(a) and _months(b):
        return _close(_months(a), _months(b)) and _ends(a, b)
    return _close(a.number, b.number) and _ends(a, b)


def _ends(a: Value, b: Value) -> bool:
    return a.upper is None or b.upper is None or _close(a.upper, b.upper)


def _plain(v: Value) -> float:
    """The number as written, without its unit."""
    return v.number / v.size


def _months(v: Value) -> float:
    """A duration in months where it is one of months or years (a year is 12 months, not 360 days)."""
    return _plain(v) * (12 if v.unit == "year" else 1) if v.unit in ("month", "year") else 0


def _close(a: float, b: float) -> bool:
    return abs(abs(a) - abs(b)) <= 1e-6 * max(abs(a), abs(b), 1)  # 零下18度 and 18 below zero


def explained(pair: Pair, value: Value, lang: Lang, near: Sequence[Value]) -> bool:
    """Whether the other text states the value nearby in other words, or lets one reckon it."""
    n = _plain(value)
    if any(same_number(value, o) or _is_end(value, o) for o in near if not o.soft):
        return True
    if n in (0, 1) and (value.kind in ("count", "part") or value.kind in MEASURED - {"time"}):
        return True  # "a", "the" and 一 come and go in translation
    if value.kind == "floor" and "ground floor" in pair.low["en"]:
        up = 1 if lang == "en" else -1  # the first floor above it is 二楼
        return any(o.kind == "floor" and o.number == value.number + up for o in near)
    soft = {o.number for o in near if o.soft and o.kind == "count"}
    if n in soft or _day(pair, value, lang):
        return True
    shares = _shares(near) | ({0.25, 0.5} & soft)
    fraction = _fraction(pair, value, lang)
    if value.kind == "time" and _in_a_sum(pair, value, lang, near):
        return True
    if fraction and (fraction in shares or _of_counts(pair, fraction, lang, near)):
        return True  # three quarters and 30 of 40
    if value.kind == "percent":
        return (n == 200 and 2 in soft) or any(abs(100 * share - n) < 0.6 for share in shares)
    if value.kind in ("count", "part", "whole") or value.kind in MEASURED:
        wholes = {o.number for o in near if not o.soft and o.kind in ("count", "whole")}
        wholes |= pair.wholes if shares else set()
        if any(_close(share * whole, n) for share in shares for whole in wholes):
            return True
        rests = _rests(pair, value, lang, near)
        return any(_opposed(pair, (value, lang), (o, other(lang))) for o in rests) or _is_beyond(
            pair, value, lang, near
        )
    return False


def _is_end(value: Value, o: Value) -> bool:
    """Whether a value is the upper end of a range."""
    return value.kind == o.kind and o.upper is not None and _close(value.number, o.upper * o.size)


_BEYOND: dict[Lang, re.Pattern[str]] = {
    "en": re.compile(
        r"\b(?:above|below|over|under|short of|beyond|in excess of) (?:the|what|its|that)\b"
    ),
    "zh": re.compile(
        r"[高超多少低短][出于了过][^，。；]{0,8}(?:限值|标准|上限|下限|要求|规定)|[高超]出|[少多低]了"
    ),
}


def _is_beyond(pair: Pair, value: Value, lang: Lang, near: Sequence[Value]) -> bool:
    """Whether one text gives the difference and the other the limit: 88, three above it; 88, 限值为85."""
    if not any(
        _BEYOND[side].search(pair.low[side], span[0], span[1])
        for side in (lang, other(lang))
        for span in pair.spans(pair.beads[value.bead], side)
    ):
        return False
    theirs = [_plain(o) for o in near if not o.soft]
    both = [n for n in theirs if n in pair.numbers[lang]]
    return any(_close(abs(n - m), _plain(value)) for n in both for m in theirs if n != m)


def _day(pair: Pair, value: Value, lang: Lang) -> bool:
    """Whether a number is the bare day (11日) of a date that the other text states in full."""
    text = pair.side(lang).text
    if value.kind not in ("count", "name") or not _DAY.match(
        text, value.end - (value.kind == "name")
    ):
        return False
    day = f"-{value.number:02.0f}"
    dates = pair.stated[other(lang)].dates
    return any(mark and mark.endswith(day) for d in dates for mark in (d.first, d.last))


def _shares(values: Sequence[Value]) -> set[float]:
    """Fractions that ratios and percentages state."""
    wholes = {v.span: v.number for v in values if v.kind == "whole"}
    parts = {v.number / wholes[v.span] for v in values if v.kind == "part" and wholes.get(v.span)}
    return parts | {v.number / 100 for v in values if v.kind == "percent"}


_ABOUT = re.compile(
    r" ?(?:about|around|nearly|almost|roughly|approximately|some|close to|over|under|约|近|大约|左右|上下|将近|不到|逾|超过)"
)


def roughly(pair: Pair, value: Value, lang: Lang) -> bool:
    """Whether a number is given as about right."""
    low = pair.low[lang]
    before = low[max(0, value.start - 14) : value.start]
    return bool(_ABOUT.search(before) or _ABOUT.match(low, value.end))


_IN_WORDS = {0.5: 50.0, 0.25: 25.0}


def fractions(values: Sequence[Value]) -> list[Value]:
    """What is told as a fraction (a third, 一半, 3 of 10), in per cent."""
    wholes = {v.span: v.number for v in values if v.kind == "whole"}
    found = []
    for v in values:
        if v.kind == "part" and wholes.get(v.span):
            share: float | None = 100 * v.number / wholes[v.span]
        elif v.soft and v.kind == "count" and not any(inside(v.span, w) for w in wholes):
            share = _IN_WORDS.get(v.number)
        else:
            share = None
        if share is not None:
            found.append(replace(v, kind="percent", number=share, soft=False))
    return found


def _in_a_sum(pair: Pair, value: Value, lang: Lang, others: Sequence[Value]) -> bool:
    """Whether "41 hours 40 minutes" is one value in one text and two in the other."""
    theirs = [o.number for o in others if o.kind == "time"]
    ours = [
        v.number
        for v in pair.stated[lang].values
        if v.kind == "time" and v is not value and abs(v.start - value.start) < 20
    ]
    return any(_close(a + b, value.number) for a, b in combinations(theirs, 2)) or any(
        _close(value.number + v, o) for v in ours for o in theirs
    )


def _fraction(pair: Pair, value: Value, lang: Lang) -> float | None:
    """The share that a value's ratio states, where the ratio may be a fraction and not two counts."""
    ratio = {v.kind: v.number for v in pair.stated[lang].values if v.span == value.span}
    part, whole = ratio.get("part", 0), ratio.get("whole", 0)
    return part / whole if 0 < part < whole else None


def _of_counts(pair: Pair, fraction: float, lang: Lang, near: Sequence[Value]) -> bool:
    """Whether two counts make up a fraction (a quarter of the 120 and 30人), of which both texts name the
    whole."""
    theirs = [v.number for v in near if v.kind in ("count", "whole") and not v.soft]
    both = [n for n in theirs if n in pair.numbers[lang]]
    return any(_close(fraction * n, m) for n in both for m in theirs)


def _rests(pair: Pair, value: Value, lang: Lang, near: Sequence[Value]) -> list[Value]:
    """Numbers of the other text that make, with this one, a whole that both name or that a ratio gives."""
    wholes = {
        v.number
        for v in near
        if v.kind == "whole" or (v.kind == "count" and v.number in pair.numbers[lang])
    }
    return [
        o
        for o in near
        if o.kind in ("count", "part")
        and not o.soft
        and any(_close(o.number + value.number, whole) for whole in wholes)
    ]


REST: dict[Lang, re.Pattern[str]] = {
    "en": re.compile(r"\b(?:the (?:rest|others?)|remaining|remainder)\b"),
    "zh": re.compile("其[余他它]|余下|剩[下余]|另"),
}


def _opposed(pair: Pair, *both: tuple[Value, Lang]) -> bool:
    """Whether one text counts those who do and the other those who do not: one of the two clauses negates
    (3 of 10 wear them, 7 do not), or one text goes on to speak of the rest."""
    negated = [
        bool(pair.marks(lexicon.negations, _clause(pair, value, lang), lang))
        for value, lang in both
    ]
    return negated[0] != negated[1] or any(
        REST[lang].search(pair.low[lang], span[0], span[1])
        for value, lang in both
        for span in pair.spans(pair.beads[value.bead], lang)
    )


def _clause(pair: Pair, value: Value, lang: Lang) -> list[Span]:
    """The clause that a value stands in, with those behind it that count nothing: "of the 40 exposed to dust,
    15 | and noise were not examined"."""
    sentences = [s for s in pair.spans(pair.beads[value.bead], lang) if inside(value.span, s)]
    clauses = [c for c in pair.clauses(sentences, lang) if c[1] > value.start]
    counts = [
        v.start for v in pair.stated[lang].values if v.kind in ("count", "part") and not v.soft
    ]
    return clauses[:1] + list(
        takewhile(lambda c: not any(c[0] <= at < c[1] for at in counts), clauses[1:])
    )


def may_differ(a: Value, b: Value) -> bool:
    """Whether two unequal values stand in the same place and count the same sort of thing."""
    return a.bead == b.bead and abs(a.rank - b.rank) <= 0.45 and _same_sort(a, b)


def may_stand_for(a: Value, b: Value) -> bool:
    """The same, a fraction and a percentage among them."""
    share = {a.kind, b.kind} in ({"percent", "part"}, {"percent", "whole"})
    return may_differ(a, b) or (share and a.bead == b.bead and abs(a.rank - b.rank) <= 0.45)


def _same_sort(a: Value, b: Value) -> bool:
    kinds = {a.kind, b.kind}
    if kinds & NAMING:
        # 15号 alone may be the 15th of the month.
        alone = kinds == {"name", "monthday"} and not (a if a.kind == "name" else b).unit
        return alone or (len(kinds) == 1 and a.unit == b.unit != "")
    if "floor" in kinds and {a.number, b.number} & {0, 1}:
        # The first floor is 一楼 in America, 二楼 in Britain.
        return kinds == {"floor"} and {a.number, b.number} != {1, 2}
    if len(kinds) == 1 or kinds == {"percent", "multiple"}:
        return a.kind != "time" or a.unit == b.unit or abs(a.rank - b.rank) < 0.25
    return kinds <= {"count", "part", "whole", "money"} or (
        "count" in kinds and bool(kinds & {"age", "floor", "multiple", "monthday", *MEASURED})
    )


def only_ones(a: Value, b: Value, en: Counter[int], zh: Counter[int]) -> bool:
    """Whether two of a kind are all that is left of their bead, wherever in it they stand."""
    if (a.kind in NAMING or a.kind == "floor") and not _same_sort(a, b):
        return False
    return a.bead == b.bead and a.kind == b.kind and en[a.bead] == 1 == zh[a.bead]
