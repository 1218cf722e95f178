"""Do the two texts state the same facts? Laws, percentages, dates and numbers, compared by value.

Equal values are paired off first, near ones before far ones; what is left and can be reckoned from
the other text (half of 18 and 9, 3 of 10 and the other 7, six months and 半年) is explained; what
then still stands against another value in the same place is a mismatch.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import combinations
from typing import TypeVar

from ...corpus.labels import LANGS, DefectType, Lang
from ...corpus.schema import Defect
from . import lexicon
from .pair import Pair, inside, other
from .values import MEASURED, DateValue, LawValue, Value, in_english

Item = Value | DateValue | LawValue
Fact = TypeVar("Fact", Value, DateValue, LawValue)


class Comparison:
    """The facts of both texts side by side: what is left once equal ones are paired off.

    ``left_values``, ``left_dates`` and ``left_laws`` hold, for each language, what the other text
    neither states nor lets one reckon; ``spare_values`` also what it states, but not as often.
    """

    def __init__(self, pair: Pair):
        self.pair = pair
        en, zh = pair.stated["en"], pair.stated["zh"]
        self.left_laws = _left_laws(en.laws, zh.laws)
        self.left_dates = _left_dates(en.dates, zh.dates)
        self.spare_values = _spare_values(en.values, zh.values)
        values = {lang: _by_bead(pair.stated[lang].values) for lang in LANGS}
        self.left_values: dict[Lang, list[Value]] = {
            lang: [
                v
                for v in self.spare_values[lang]
                if not _explained(pair, v, lang, _around(values[other(lang)], v, 1))
            ]
            for lang in LANGS
        }
        for lang in LANGS:
            beyond = pair.stated_beyond[other(lang)]
            self.left_values[lang] = _unlike_any(self.left_values[lang], beyond)
            self.left_dates[lang] = _unlike_any(self.left_dates[lang], beyond)
            self.left_laws[lang] = _unlike_any(self.left_laws[lang], beyond)

    @cached_property
    def lost(self) -> dict[Lang, list[Item]]:
        """The facts that have neither an equal nor a rival in the other text."""
        out: dict[Lang, list[Item]] = {}
        for lang in LANGS:
            there = other(lang)
            out[lang] = _in_order(
                [
                    *_orphans(self.left_values[lang], self.left_values[there], _may_stand_for),
                    *_orphans(self.left_dates[lang], self.left_dates[there], _same_place),
                    *_orphans(self.left_laws[lang], self.left_laws[there], _same_place),
                ]
            )
        return out

    @cached_property
    def left(self) -> dict[Lang, list[Item]]:
        """All facts that the other text neither states nor lets one reckon, rivals or none."""
        return {
            lang: _in_order(
                [*self.left_values[lang], *self.left_dates[lang], *self.left_laws[lang]]
            )
            for lang in LANGS
        }

    @cached_property
    def told(self) -> dict[Lang, list[Item]]:
        """The facts that have an equal or a rival in the other text."""
        return {lang: self.without(lang, self.lost[lang]) for lang in LANGS}

    def without(self, lang: Lang, some: Sequence[Item]) -> list[Item]:
        """The facts that a text states, but for some."""
        stated = self.pair.stated[lang]
        gone = {id(v) for v in some}
        values = [v for v in stated.values if not v.soft and v.number not in (0, 1)]
        return _in_order(v for v in (*values, *stated.dates, *stated.laws) if id(v) not in gone)

    def mismatches(self) -> list[Defect]:
        """Defects of laws, dates, percentages and numbers."""
        return [*self._law_defects(), *self._date_defects(), *self._number_defects()]

    def _law_defects(self) -> Iterator[Defect]:
        en, zh = list(self.left_laws["en"]), list(self.left_laws["zh"])
        near = [(a, b) for a, b in _closest(en, zh, lambda a, b: _distance(a, b) <= 2)]
        for a, b in sorted(near, key=lambda pair: not _same_law(*pair)):
            yield _law_defect(self.pair, a, b, 0.95 if _same_law(a, b) else 0.85)

    def _date_defects(self) -> Iterator[Defect]:
        en, zh = (self._free(self.left_dates[lang], lang) for lang in LANGS)
        for a, b in _closest(en, zh, _same_place):
            yield _differ(self.pair, "date_mismatch", 0.93 if a.bead == b.bead else 0.75, a, b)

    def _number_defects(self) -> Iterator[Defect]:
        left, spare = self.left_values, self.spare_values
        # A value that the other text merely repeats elsewhere may still be the wrong one of its place.
        for en, zh, confidence in (
            (left["en"], left["zh"], 0.95),
            (left["en"], spare["zh"], 0.75),
            (spare["en"], left["zh"], 0.75),
        ):
            yield from self._rivals(self._free(en, "en"), self._free(zh, "zh"), confidence)
        yield from self._share_defects()

    def _share_defects(self) -> Iterator[Defect]:
        """A percentage against the fraction that stands in its place (35% and a quarter)."""
        shares = {lang: _fractions(self.pair.stated[lang].values) for lang in LANGS}
        for lang in LANGS:
            percents = self._free([v for v in self.left_values[lang] if v.kind == "percent"], lang)
            theirs = [
                share
                for share in self._free(shares[other(lang)], other(lang))
                if not any(
                    abs(share.number - own.number) < 1
                    for own in (*shares[lang], *self.pair.stated[lang].values)
                    if own.kind == "percent" and not own.soft
                )
            ]
            for mine, share in _closest(percents, theirs, _may_differ):
                roughly = self._roughly(mine, lang) or self._roughly(share, other(lang))
                if abs(mine.number - share.number) <= (0.15 if roughly else 0.05) * share.number:
                    continue
                en, zh = (mine, share) if lang == "en" else (share, mine)
                if self.pair.free("en", en.span) and self.pair.free("zh", zh.span):
                    yield _differ(self.pair, "percent_mismatch", 0.76, en, zh)

    def _roughly(self, value: Value, lang: Lang) -> bool:
        """Whether a number is given as about right."""
        low = self.pair.low[lang]
        return bool(
            _ABOUT.search(low[max(0, value.start - 14) : value.start])
            or _ABOUT.match(low, value.end)
        )

    def _rivals(self, en: list[Value], zh: list[Value], confidence: float) -> Iterator[Defect]:
        en, zh = ([v for v in side if v.number not in (0, 1)] for side in (en, zh))
        beads = [Counter(v.bead for v in side) for side in (en, zh)]
        for a, b in _closest(en, zh, lambda a, b: _may_differ(a, b) or _only_ones(a, b, *beads)):
            if self.pair.free("en", a.span) and self.pair.free("zh", b.span):
                percent = "percent" in (a.kind, b.kind)
                type_: DefectType = "percent_mismatch" if percent else "number_mismatch"
                sure = confidence * (1 if a.kind == b.kind else 0.8)
                yield _differ(self.pair, type_, sure, a, b)

    def _free(self, items: Sequence, lang: Lang) -> list:
        return [v for v in items if self.pair.free(lang, v.span)]


def _in_order(items: Iterable[Item]) -> list[Item]:
    return sorted(items, key=lambda item: item.start)


def _unlike_any(items: list[Fact], others: Sequence[Item]) -> list[Fact]:
    return [item for item in items if not any(equal(item, o) for o in others)]


def equal(a: Item, b: Item) -> bool:
    """Whether two facts, one of each text, are the same outright."""
    if isinstance(a, Value):
        return isinstance(b, Value) and not b.soft and _same_number(a, b)
    if isinstance(a, DateValue):
        return isinstance(b, DateValue) and _date_explained(a, [b])
    return isinstance(b, LawValue) and _same_law(a, b) and a.articles <= b.articles


def _orphans(mine: Sequence, theirs: Sequence, rival: Callable) -> list:
    near = _by_bead(theirs)
    return [v for v in mine if not any(rival(v, o) for o in _around(near, v, 2))]


def _differ(pair: Pair, type_: DefectType, confidence: float, a: Item, b: Item) -> Defect:
    chinese = None if isinstance(b, LawValue) else in_english(b)
    message = f"English says {pair.text(a.span, 'en')}, Chinese says {chinese or pair.text(b.span, 'zh')}."
    level = "error" if confidence >= 0.8 else "warning"
    return pair.defect(type_, level, confidence, message, a.span, b.span)


# --- pairing -------------------------------------------------------------------------------------


def _distance(a: Item, b: Item) -> float:
    return abs(a.bead - b.bead) * 2 + abs(a.rank - b.rank)


REACH = 40  # beads within which two facts are looked at as one: all those of a finding


def _by_bead(items: Sequence) -> dict[int, list]:
    table: dict[int, list] = {}
    for item in items:
        table.setdefault(item.bead, []).append(item)
    return table


def _around(table: dict[int, list], item: Item, reach: int) -> list:
    """What a table by bead holds at most so many beads from an item."""
    beads = range(item.bead - reach, item.bead + reach + 1)
    return [found for bead in beads for found in table.get(bead, ())]


def _closest(en: Sequence, zh: Sequence, fit: Callable, reach: int = REACH) -> list[tuple]:
    """One-to-one pairs of what fits, the nearest first."""
    table = _by_bead(zh)
    pairs = [
        (_distance(a, b) + _unlike(a, b), a, b)
        for a in en
        for b in _around(table, a, reach)
        if fit(a, b)
    ]
    used: set[int] = set()
    out = []
    for _, a, b in sorted(pairs, key=lambda pair: (pair[0], pair[1].start, pair[2].start)):
        if id(a) not in used and id(b) not in used:
            used |= {id(a), id(b)}
            out.append((a, b))
    return out


def _unlike(a: Item, b: Item) -> float:
    """What sets two facts apart beside their places: another kind of number, another law."""
    if isinstance(a, Value) and isinstance(b, Value):
        return 0.3 if a.kind != b.kind else 0.0
    return 1.0 if isinstance(a, LawValue) and isinstance(b, LawValue) and a.id != b.id else 0.0


def _without_pairs(en: list, zh: list, same: Callable, near: float = math.inf) -> tuple[list, list]:
    """What is left of both lists once what is the same has been paired off."""
    reach = min(int(near // 2), REACH) if near < math.inf else REACH
    pairs = _closest(en, zh, lambda a, b: same(a, b) and _distance(a, b) <= near, reach)
    gone = {id(item) for pair in pairs for item in pair}
    return [a for a in en if id(a) not in gone], [b for b in zh if id(b) not in gone]


# --- laws ----------------------------------------------------------------------------------------


def _left_laws(en: list[LawValue], zh: list[LawValue]) -> dict[Lang, list[LawValue]]:
    left_en, left_zh = _without_pairs(
        en, zh, lambda a, b: _same_law(a, b) and a.articles == b.articles
    )
    # One citation may be two in the other language: compare the articles of a law as a whole.
    return {
        "en": [a for a in left_en if not _covered(a, zh)],
        "zh": [b for b in left_zh if not _covered(b, en)],
    }


def _covered(law: LawValue, others: Sequence[LawValue]) -> bool:
    same = [o for o in others if _same_law(o, law)]
    return bool(same) and law.articles <= frozenset().union(*(o.articles for o in same))


def _same_law(a: LawValue, b: LawValue) -> bool:
    return (a.id or a.name) == (b.id or b.name)


def _law_defect(pair: Pair, a: LawValue, b: LawValue, confidence: float) -> Defect:
    en, zh = pair.text(a.span, "en"), pair.text(b.span, "zh")
    said = f"English cites {en}, Chinese cites {zh}."
    if (_same_law(a, b) or not (a.id and b.id)) and not (a.articles and b.articles):
        message = f"Only one text gives the article: {said}"
        return pair.defect("law_mismatch", "note", 0.5, message, a.span, b.span)
    if a.id and b.id:
        return pair.defect("law_mismatch", "error", confidence, said, a.span, b.span)
    # A law that the catalogue does not have may be the same one all the same.
    if a.articles == b.articles:
        message = f"The laws may differ: {said}"
        return pair.defect("law_mismatch", "note", 0.3, message, a.span, b.span)
    return pair.defect("law_mismatch", "warning", 0.7, said, a.span, b.span)


# --- dates ---------------------------------------------------------------------------------------


def _left_dates(en: list[DateValue], zh: list[DateValue]) -> dict[Lang, list[DateValue]]:
    left_en, left_zh = _without_pairs(en, zh, lambda a, b: (a.first, a.last) == (b.first, b.last))
    return {
        "en": [a for a in left_en if not _date_explained(a, zh)],
        "zh": [b for b in left_zh if not _date_explained(b, en)],
    }


def _same_place(a: Item, b: Item) -> bool:
    return _distance(a, b) <= 2.5


def _date_explained(date: DateValue, others: Sequence[DateValue]) -> bool:
    """Whether the other text has the date in another form, more or less exact, or within a range."""
    if date.last:
        return all(any(_same_day(end, date, o) for o in others) for end in (date.first, date.last))
    return any(_same_day(date.first, date, o) or _within(date.first, o) for o in others)


def _within(iso: str, range_: DateValue) -> bool:
    return bool(range_.last) and range_.first <= iso <= f"{range_.last}~"


def _same_day(iso: str, date: DateValue, other: DateValue) -> bool:
    """Whether a range or a date has this day of the date, written in another way or less exactly, as an
    end."""
    turned = _swapped(iso) if date.in_figures or other.in_figures else ""
    for mark in (other.first, other.last):
        if mark and (iso.startswith(mark) or mark.startswith(iso) or turned == mark):
            return True
        if mark and mark.startswith("--") and iso.endswith(mark[1:]):
            return True
        if mark and iso.startswith("--") and mark.endswith(iso[1:]):
            return True
    return False


def _swapped(iso: str) -> str:
    """05/11/2024 read the other way round."""
    parts = iso.split("-")
    if len(parts) == 3 and parts[0] and int(parts[2]) <= 12:
        return f"{parts[0]}-{parts[2]}-{parts[1]}"
    return ""


# --- numbers and percentages ---------------------------------------------------------------------

_DAY = re.compile(r" ?[日号]|(?:st|nd|rd|th)\b")


def _spare_values(en: list[Value], zh: list[Value]) -> dict[Lang, list[Value]]:
    left_en, left_zh = [v for v in en if not v.soft], [v for v in zh if not v.soft]
    for near in (1.0, math.inf):
        left_en, left_zh = _without_pairs(left_en, left_zh, _same_kind, near)
        left_en, left_zh = _without_pairs(left_en, left_zh, _same_number, near)
    return {"en": left_en, "zh": left_zh}


def _same_kind(a: Value, b: Value) -> bool:
    return a.kind == b.kind and _same_number(a, b)


def _same_number(a: Value, b: Value) -> bool:
    """Equal, of one kind or of kinds that stand for each other (a headcount for a ratio's whole)."""
    kinds = {a.kind, b.kind}
    if kinds & MEASURED and len(kinds) == 2:
        return _close(_plain(a), _plain(b))
    if kinds == {"percent", "multiple"}:
        percent, multiple = (a, b) if a.kind == "percent" else (b, a)
        return _close(percent.number, 100 * multiple.number)
    if kinds == {"floor"} and {a.number, b.number} == {0, 1}:
        return True  # the ground floor is 一楼
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


def _explained(pair: Pair, value: Value, lang: Lang, near: Sequence[Value]) -> bool:
    """Whether the other text states the value nearby in other words, or lets one reckon it."""
    n = _plain(value)
    if any(_same_number(value, o) for o in near if not o.soft):
        return True
    if n in (0, 1) and (value.kind in ("count", "part") or value.kind in MEASURED - {"time"}):
        return True  # "a", "the" and 一 come and go in translation
    soft = {o.number for o in near if o.soft and o.kind == "count"}
    if n in soft or _day(pair, value, lang):
        return True
    shares = _shares(near) | ({0.25, 0.5} & soft)
    if value.kind == "time" and _in_a_sum(pair, value, lang, near):
        return True
    if value.kind in ("part", "whole") and _fraction(pair, value, lang) in shares:
        return True  # three quarters and 30 of 40
    if value.kind == "percent":
        return (n == 200 and 2 in soft) or any(abs(100 * share - n) < 0.6 for share in shares)
    if value.kind in ("count", "part", "whole"):
        wholes = {o.number for o in near if not o.soft and o.kind in ("count", "whole")}
        if any(_close(share * whole, n) for share in shares for whole in wholes):
            return True
        # 3 of 10 wear them, 7 do not: only where one of the two texts negates.
        negated = _negated(pair, value, lang)
        return any(negated != _negated(pair, o, other(lang)) for o in _rests(near, n))
    return False


def _day(pair: Pair, value: Value, lang: Lang) -> bool:
    """Whether a number is the bare day (11日) of a date that the other text states in full."""
    text = pair.side(lang).text
    if value.kind != "count" or not _DAY.match(text, value.end):
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
_IN_WORDS = {0.5: 50.0, 0.25: 25.0}


def _fractions(values: Sequence[Value]) -> list[Value]:
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


def _rests(values: Sequence[Value], n: float) -> list[Value]:
    """The parts of ratios that leave n of their wholes."""
    wholes = {v.span: v.number for v in values if v.kind == "whole"}
    return [v for v in values if v.kind == "part" and _close(wholes.get(v.span, 0) - v.number, n)]


def _negated(pair: Pair, value: Value, lang: Lang) -> bool:
    """Whether the clause of a value negates."""
    sentences = [s for s in pair.spans(pair.beads[value.bead], lang) if inside(value.span, s)]
    here = [c for c in pair.clauses(sentences, lang) if c[0] <= value.start < c[1]]
    return bool(pair.marks(lexicon.negations, here, lang))


def _may_differ(a: Value, b: Value) -> bool:
    """Whether two unequal values stand in the same place and count the same sort of thing."""
    return a.bead == b.bead and abs(a.rank - b.rank) <= 0.45 and _same_sort(a, b)


def _may_stand_for(a: Value, b: Value) -> bool:
    """The same, a fraction and a percentage among them."""
    share = {a.kind, b.kind} in ({"percent", "part"}, {"percent", "whole"})
    return _may_differ(a, b) or (share and a.bead == b.bead and abs(a.rank - b.rank) <= 0.45)


def _same_sort(a: Value, b: Value) -> bool:
    kinds = {a.kind, b.kind}
    if len(kinds) == 1 or kinds == {"percent", "multiple"}:
        return a.kind != "time" or a.unit == b.unit or abs(a.rank - b.rank) < 0.25
    return kinds <= {"count", "part", "whole", "money"} or (
        "count" in kinds and bool(kinds & {"age", "floor", "multiple", "monthday", *MEASURED})
    )


def _only_ones(a: Value, b: Value, en: Counter[int], zh: Counter[int]) -> bool:
    """Whether two of a kind are all that is left of their bead, wherever in it they stand."""
    return a.bead == b.bead and a.kind == b.kind and en[a.bead] == 1 == zh[a.bead]
