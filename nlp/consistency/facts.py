"""Do the two texts state the same facts? Laws, percentages, dates and numbers, compared by value.

Equal values are paired off first, near ones before far ones; what is left and can be reckoned from
the other text (half of 18 and 9, 3 of 10 and the other 7, six months and 半年) is explained; what
then still stands against another value in the same place is a mismatch.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations

from ...corpus.labels import DefectType, Lang
from ...corpus.schema import Defect
from ..bitext import Span
from .pair import Pair, other
from .values import SECONDS, DateValue, LawValue, Value

Item = Value | DateValue | LawValue


def fact_mismatches(pair: Pair) -> list[Defect]:
    """Mismatches of laws, percentages, dates and numbers."""
    sides = pair.stated
    found = _laws(pair, sides["en"].laws, sides["zh"].laws)
    found += _dates(pair, sides["en"].dates, sides["zh"].dates)
    return found + _numbers(pair, sides["en"].values, sides["zh"].values)


def unexplained(pair: Pair, span: Span, lang: Lang) -> tuple[int, int]:
    """How many facts of a passage the other text does not state, and how many it does."""
    mine, theirs = pair.stated[lang], pair.stated[other(lang)]
    lost = kept = 0
    for value in mine.values:
        if span[0] <= value.start < span[1] and not value.soft and value.number not in (0, 1):
            known = any(_same_number(value, o) for o in theirs.values if not o.soft)
            known = known or _explained(value, theirs.values)
            lost, kept = lost + (not known), kept + known
    for date in mine.dates:
        if span[0] <= date.start < span[1]:
            known = _date_explained(date, theirs.dates)
            lost, kept = lost + (not known), kept + known
    return lost, kept


def _pair_off(
    en: list, zh: list, same: Callable[[object, object], bool], near: float = math.inf
) -> tuple[list, list]:
    """Takes out pairs that are the same, nearest first; returns what is left of both."""
    pairs = sorted(
        (_distance(a, b), i, j)
        for i, a in enumerate(en)
        for j, b in enumerate(zh)
        if same(a, b) and _distance(a, b) <= near
    )
    gone_en: set[int] = set()
    gone_zh: set[int] = set()
    for _, i, j in pairs:
        if i not in gone_en and j not in gone_zh:
            gone_en.add(i)
            gone_zh.add(j)
    return [a for i, a in enumerate(en) if i not in gone_en], [
        b for j, b in enumerate(zh) if j not in gone_zh
    ]


def _distance(a: Item, b: Item) -> float:
    return abs(a.bead - b.bead) * 2 + abs(a.rank - b.rank)


# --- laws ----------------------------------------------------------------------------------------


def _laws(pair: Pair, en: list[LawValue], zh: list[LawValue]) -> list[Defect]:
    all_en, all_zh = list(en), list(zh)
    en, zh = _pair_off(en, zh, lambda a, b: _same_law(a, b) and a.articles == b.articles)
    found: list[Defect] = []
    # One citation may be two in the other language: compare the articles of a law as a whole.
    en = [a for a in en if not a.articles <= _articles(all_zh, a) or not a.articles and _cited(all_zh, a)]
    zh = [b for b in zh if not b.articles <= _articles(all_en, b) or not b.articles and _cited(all_en, b)]
    for same, confidence in ((True, 0.95), (False, 0.85)):
        for a, b in _closest(en, zh, lambda a, b: _same_law(a, b) == same and _close_laws(a, b)):
            en.remove(a)
            zh.remove(b)
            found.append(_law_defect(pair, a, b, confidence))
    return found


def _same_law(a: LawValue, b: LawValue) -> bool:
    return bool(a.id) and a.id == b.id


def _close_laws(a: LawValue, b: LawValue) -> bool:
    return _distance(a, b) <= 2.0


def _articles(laws: Iterable[LawValue], law: LawValue) -> frozenset[str]:
    return frozenset().union(*(other.articles for other in laws if _same_law(other, law)))


def _cited(laws: Iterable[LawValue], law: LawValue) -> bool:
    return any(_same_law(other, law) for other in laws)


def _law_defect(pair: Pair, a: LawValue, b: LawValue, confidence: float) -> Defect:
    en, zh = pair.text(a.span, "en"), pair.text(b.span, "zh")
    if _same_law(a, b) and not (a.articles and b.articles):
        message = f"Only one text gives the article: English cites {en}, Chinese cites {zh}."
        return pair.defect("law_mismatch", "note", 0.5, message, a.span, b.span)
    unknown = not (a.id and b.id)
    if unknown and a.articles == b.articles:
        message = f"The laws may differ: English cites {en}, Chinese cites {zh}."
        return pair.defect("law_mismatch", "note", 0.3, message, a.span, b.span)
    message = f"English cites {en}, Chinese cites {zh}."
    level = "error" if not unknown else "warning"
    return pair.defect(
        "law_mismatch", level, confidence if not unknown else 0.7, message, a.span, b.span
    )


# --- dates ---------------------------------------------------------------------------------------


def _dates(pair: Pair, en: list[DateValue], zh: list[DateValue]) -> list[Defect]:
    all_en, all_zh = list(en), list(zh)
    en, zh = _pair_off(en, zh, lambda a, b: (a.first, a.last) == (b.first, b.last))
    en = [a for a in en if not _date_explained(a, all_zh)]
    zh = [b for b in zh if not _date_explained(b, all_en)]
    found = []
    for a, b in _closest(en, zh, lambda a, b: _distance(a, b) <= 2.5):
        level = "error" if a.bead == b.bead else "warning"
        found.append(_differ(pair, "date_mismatch", level, 0.93, a, b))
    return found


def _date_explained(date: DateValue, others: Sequence[DateValue]) -> bool:
    """Whether the other text has the date in another form, more or less exact, or within a range."""
    return all(
        any(_compatible(part, other) for other in others)
        for part in ([date.first, date.last] if date.last else [date.first])
    )


def _compatible(iso: str, other: DateValue) -> bool:
    for mark in (other.first, other.last):
        if mark and (iso.startswith(mark) or mark.startswith(iso) or _swapped(iso) == mark):
            return True
        if mark and mark.startswith("--") and iso.endswith(mark[1:]):
            return True
        if mark and iso.startswith("--") and mark.endswith(iso[1:]):
            return True
    return bool(other.last) and not iso.startswith("--") and other.first <= iso <= str(other.last) + "~"


def _swapped(iso: str) -> str:
    """05/11/2024 read the other way round."""
    parts = iso.split("-")
    if len(parts) == 3 and parts[0] and int(parts[2]) <= 12:
        return f"{parts[0]}-{parts[2]}-{parts[1]}"
    return ""


# --- numbers and percentages ---------------------------------------------------------------------


def _numbers(pair: Pair, en: list[Value], zh: list[Value]) -> list[Defect]:
    every = {"en": list(en), "zh": list(zh)}
    hard_en, hard_zh = [v for v in en if not v.soft], [v for v in zh if not v.soft]
    for near in (1.0, math.inf):
        hard_en, hard_zh = _pair_off(hard_en, hard_zh, _same_kind, near)
        hard_en, hard_zh = _pair_off(hard_en, hard_zh, _same_number, near)
    left_en = [v for v in hard_en if not _explained(v, every["zh"])]
    left_zh = [v for v in hard_zh if not _explained(v, every["en"])]
    found = []
    # A value that the other text merely repeats elsewhere may still be the wrong one of its place.
    for ours, theirs, confidence in (
        (left_en, left_zh, 0.95),
        (left_en, [v for v in hard_zh if v not in left_zh], 0.75),
        ([v for v in hard_en if v not in left_en], left_zh, 0.75),
    ):
        ours = [v for v in ours if pair.free("en", v.span)]
        theirs = [v for v in theirs if pair.free("zh", v.span)]
        for a, b in _closest(ours, theirs, _may_differ):
            if not pair.free("en", a.span) or not pair.free("zh", b.span):
                continue
            type_: DefectType = (
                "percent_mismatch" if "percent" in (a.kind, b.kind) else "number_mismatch"
            )
            sure = confidence * (1.0 if a.kind == b.kind else 0.8)
            level = "error" if sure >= 0.8 else "warning"
            found.append(_differ(pair, type_, level, sure, a, b))
            left_en = [v for v in left_en if v is not a]
            left_zh = [v for v in left_zh if v is not b]
    return found


def _same_kind(a: Value, b: Value) -> bool:
    return a.kind == b.kind and _same_number(a, b)


def _same_number(a: Value, b: Value) -> bool:
    """Equal, of kinds that may stand for each other (a headcount for the whole of a ratio)."""
    if "money" in (a.kind, b.kind) and a.kind != b.kind:
        return _close(a.number, b.number)
    if a.kind == "time" and b.kind != "time":
        return _close(a.number / SECONDS.get(a.unit, 1), b.number)
    if b.kind == "time" and a.kind != "time":
        return _close(b.number / SECONDS.get(b.unit, 1), a.number)
    if {a.kind, b.kind} == {"percent", "multiple"}:
        percent, multiple = (a, b) if a.kind == "percent" else (b, a)
        return _close(percent.number, 100 * multiple.number)
    if a.kind == "floor" == b.kind and {a.number, b.number} == {0, 1}:
        return True  # the ground floor is 一楼
    if a.kind == "clock" == b.kind:
        return _close(a.number % 12, b.number % 12)
    return _equal(a, b)


def _equal(a: Value, b: Value) -> bool:
    if a.kind == "money" and b.kind == "money" and a.unit != b.unit:
        return False
    if a.kind == "time" == b.kind and _months(a) and _months(b):
        return _close(_months(a), _months(b)) and _ends(a, b)
    return _close(a.number, b.number) and _ends(a, b)


def _ends(a: Value, b: Value) -> bool:
    return a.upper is None or b.upper is None or _close(a.upper, b.upper)


def _months(v: Value) -> float:
    """A duration in months where it is one of months or years (12 months are a year, not 360 days)."""
    return v.number / SECONDS[v.unit] * (12 if v.unit == "year" else 1) if v.unit in ("month", "year") else 0


def _close(a: float, b: float) -> bool:
    return abs(a - b) <= 1e-6 * max(abs(a), abs(b), 1)


def _explained(value: Value, others: Sequence[Value]) -> bool:
    """Whether the other text states the value in other words, or lets one reckon it."""
    n = value.number / SECONDS.get(value.unit, 1) if value.kind == "time" else value.number
    near = [o for o in others if abs(o.bead - value.bead) <= 1]
    if any(_same_number(value, o) for o in near if not o.soft):
        return True
    if n in (0, 1) and value.kind in ("count", "part"):
        return True  # "a", "the" and 一 come and go in translation
    if any(o.soft and _close(o.number, n) for o in near) and n in (0, 0.25, 0.5, 1, 2, 3, 12, 14):
        return True
    numbers = {o.number for o in near if not o.soft and o.kind in ("count", "part", "whole", "money")}
    soft = {o.number for o in near if o.soft}
    if value.kind in ("count", "part", "whole", "money"):
        if any(_close(abs(a - b), n) or _close(a + b, n) for a, b in combinations(numbers, 2)):
            return value.kind != "money"
        for share in _shares(near) | ({0.5} if 0.5 in soft else set()) | ({0.25} if 0.25 in soft else set()):
            if any(_close(share * whole, n) for whole in numbers):
                return True
    if value.kind == "percent":
        if n == 200 and 2 in soft or n == 50 and 0.5 in soft or n == 100 or n == 25 and 0.25 in soft:
            return True
        return any(abs(100 * share - n) < 0.6 for share in _shares(near))
    return False


def _shares(values: Sequence[Value]) -> set[float]:
    """Fractions that ratios and percentages state, and what they leave."""
    shares = {v.number / 100 for v in values if v.kind == "percent"}
    ratios = {}
    for v in values:
        if v.kind in ("part", "whole"):
            ratios.setdefault(v.span, {})[v.kind] = v.number
    for r in ratios.values():
        if r.get("whole"):
            shares |= {r["part"] / r["whole"], 1 - r["part"] / r["whole"]}
    return shares


def _may_differ(a: Value, b: Value) -> bool:
    """Whether two unequal values stand in the same place and count the same sort of thing."""
    if a.bead != b.bead or abs(a.rank - b.rank) > 0.45:
        return False
    if a.kind == b.kind:
        return a.kind != "time" or a.unit == b.unit or abs(a.rank - b.rank) < 0.25
    return {a.kind, b.kind} <= {"count", "part", "whole", "money"} or (
        {a.kind, b.kind} == {"count", "time"}
    )


def _closest(en: Sequence, zh: Sequence, fit: Callable) -> list[tuple]:
    """One-to-one pairs of what fits, the nearest first."""
    pairs = sorted(
        (_distance(a, b) + (0.3 if isinstance(a, Value) and a.kind != b.kind else 0), i, j)
        for i, a in enumerate(en)
        for j, b in enumerate(zh)
        if fit(a, b)
    )
    used_en: set[int] = set()
    used_zh: set[int] = set()
    out = []
    for _, i, j in pairs:
        if i not in used_en and j not in used_zh:
            used_en.add(i)
            used_zh.add(j)
            out.append((en[i], zh[j]))
    return out


def _differ(pair: Pair, type_: DefectType, level, confidence: float, a: Item, b: Item) -> Defect:
    message = f"English says {pair.text(a.span, 'en')}, Chinese says {pair.text(b.span, 'zh')}."
    return pair.defect(type_, level, confidence, message, a.span, b.span)
