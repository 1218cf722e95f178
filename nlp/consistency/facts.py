"""Do the two texts state the same facts? Laws, percentages, dates and numbers, compared by value.

Equal values are paired off first, near ones before far ones; what is left and can be reckoned from
the other text (half of 18 and 9, 3 of 10 and the other 7, six months and 半年) is explained; what
then still stands against another value in the same place is a mismatch.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import TypeVar

from ...corpus.labels import LANGS, DefectType, Lang
from ...corpus.schema import Defect
from .amounts import (
    explained,
    fractions,
    may_differ,
    may_stand_for,
    only_ones,
    roughly,
    same_number,
    spare_values,
)
from .pair import Pair, other
from .pairing import Item, around, by_bead, closest, distance, without_pairs
from .values import NAMING, DateValue, LawValue, Value, in_english

Fact = TypeVar("Fact", Value, DateValue, LawValue)


_NORM = re.compile(
    r"standard|regulation|\b(?:rba|vap|eicc|osha|cfr|iso|sa ?8000|wrap)\b|\b(?:law|act|code|norm|decree|proclamation|ordinance|convention|circular|prakas)\b|公约|部令|通函|标准|法规|规范|法律|公告|[法令]》"
)


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
        self.spare_values = spare_values(en.values, zh.values)
        values = {lang: by_bead(pair.stated[lang].values) for lang in LANGS}
        self.left_values: dict[Lang, list[Value]] = {
            lang: [
                v
                for v in self.spare_values[lang]
                if not explained(pair, v, lang, around(values[other(lang)], v, 1))
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
                    *_orphans(
                        _counting(self.left_values[lang]), self.left_values[there], may_stand_for
                    ),
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
        """Defects of laws, dates, percentages, numbers and codes."""
        numbers = [*self._number_defects(), *self._code_defects()]
        laws = [*self._law_defects(), *self._paragraph_defects()]
        return [*laws, *self._date_defects(), *numbers]

    def _law_defects(self) -> Iterator[Defect]:
        en, zh = list(self.left_laws["en"]), list(self.left_laws["zh"])
        near = [(a, b) for a, b in closest(en, zh, lambda a, b: distance(a, b) <= 2)]
        for a, b in sorted(near, key=lambda pair: not _same_law(*pair)):
            if self.pair.free("en", a.span) and self.pair.free("zh", b.span):
                yield _law_defect(self.pair, a, b, 0.95 if _same_law(a, b) else 0.85)

    def _paragraph_defects(self) -> Iterator[Defect]:
        """Another paragraph or item of the same article, where each text names but one."""
        en, zh = ([law for law in self.pair.stated[lang].laws if law.parts] for lang in LANGS)
        for a in en:
            near = [b for b in zh if _same_law(a, b)]
            alone = len(near) == 1 == sum(_same_law(b, a) for b in en)
            if not alone or a.articles != near[0].articles or len(a.articles) > 1:
                continue
            b = near[0]
            both = a.parts, b.parts
            if all(len(parts) == 1 and all(map(str.isdigit, parts)) for parts in both):
                free = self.pair.free("en", a.span) and self.pair.free("zh", b.span)
                if a.parts != b.parts and free:
                    said = f"English cites {self.pair.text(a.span, 'en')}, Chinese cites {self.pair.text(b.span, 'zh')}."
                    yield self.pair.defect("law_mismatch", "warning", 0.7, said, a.span, b.span)

    def _date_defects(self) -> Iterator[Defect]:
        en, zh = (self._free(self.left_dates[lang], lang) for lang in LANGS)
        for a, b in closest(en, zh, _same_place):
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
        shares = {lang: fractions(self.pair.stated[lang].values) for lang in LANGS}
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
            for mine, share in closest(percents, theirs, may_differ):
                rough = roughly(self.pair, mine, lang) or roughly(self.pair, share, other(lang))
                if abs(mine.number - share.number) <= (0.15 if rough else 0.05) * share.number:
                    continue
                en, zh = (mine, share) if lang == "en" else (share, mine)
                if self.pair.free("en", en.span) and self.pair.free("zh", zh.span):
                    yield _differ(self.pair, "percent_mismatch", 0.76, en, zh)

    def _rivals(self, en: list[Value], zh: list[Value], confidence: float) -> Iterator[Defect]:
        en, zh = ([v for v in s if v.number not in (0, 1) or v.kind == "floor"] for s in (en, zh))
        beads = [Counter(v.bead for v in side) for side in (en, zh)]
        for a, b in closest(en, zh, lambda a, b: may_differ(a, b) or only_ones(a, b, *beads)):
            if self.pair.free("en", a.span) and self.pair.free("zh", b.span):
                percent = "percent" in (a.kind, b.kind)
                type_: DefectType = "percent_mismatch" if percent else "number_mismatch"
                sure = confidence * (1 if a.kind == b.kind else 0.8)
                yield _differ(self.pair, type_, sure, a, b)

    def _code_defects(self) -> Iterator[Defect]:
        """Codes that begin alike and go on differently: NR-12 and NR-10, machine B4 and B5."""
        codes = self.pair.codes
        known = {lang: {code[2:] for code in codes[lang]} for lang in LANGS}
        left = {lang: [c for c in codes[lang] if c[2:] not in known[other(lang)]] for lang in LANGS}
        rivals = {lang: Counter(code.letters for code in left[lang]) for lang in LANGS}
        there = {code.letters: code for code in left["zh"]}
        for mine in left["en"]:
            if not rivals["en"][mine.letters] == 1 == rivals["zh"][mine.letters]:
                continue
            en, zh = mine[:2], there[mine.letters][:2]
            law = any(
                _NORM.search(self.pair.low[lang], max(0, start - 24), end + 8)
                for lang, (start, end) in zip(LANGS, (en, zh), strict=True)
            )
            type_: DefectType = "law_mismatch" if law else "number_mismatch"
            says = self.pair.text(en, "en"), self.pair.text(zh, "zh")
            message = "English says {}, Chinese says {}.".format(*says)
            if self.pair.free("en", en) and self.pair.free("zh", zh):
                yield self.pair.defect(type_, "error", 0.85, message, en, zh)

    def _free(self, items: Sequence, lang: Lang) -> list:
        return [v for v in items if self.pair.free(lang, v.span)]


def _in_order(items: Iterable[Item]) -> list[Item]:
    return sorted(items, key=lambda item: item.start)


def _unlike_any(items: list[Fact], others: Sequence[Item]) -> list[Fact]:
    return [item for item in items if not any(equal(item, o) for o in others)]


def equal(a: Item, b: Item) -> bool:
    """Whether two facts, one of each text, are the same outright."""
    if isinstance(a, Value):
        return isinstance(b, Value) and not b.soft and same_number(a, b)
    if isinstance(a, DateValue):
        return isinstance(b, DateValue) and _date_explained(a, [b])
    return isinstance(b, LawValue) and _same_law(a, b) and a.articles <= b.articles


def _counting(values: Sequence[Value]) -> list[Value]:
    """Those that say how much: a name (第二天 for the next day) comes and goes in translation."""
    return [v for v in values if v.kind not in NAMING]


def _orphans(mine: Sequence, theirs: Sequence, rival: Callable) -> list:
    near = by_bead(theirs)
    return [v for v in mine if not any(rival(v, o) for o in around(near, v, 2))]


def _differ(pair: Pair, type_: DefectType, confidence: float, a: Item, b: Item) -> Defect:
    chinese = None if isinstance(b, LawValue) else in_english(b)
    message = f"English says {pair.text(a.span, 'en')}, Chinese says {chinese or pair.text(b.span, 'zh')}."
    level = "error" if confidence >= 0.8 else "warning"
    return pair.defect(type_, level, confidence, message, a.span, b.span)


# --- laws ----------------------------------------------------------------------------------------


def _left_laws(en: list[LawValue], zh: list[LawValue]) -> dict[Lang, list[LawValue]]:
    left_en, left_zh = without_pairs(
        en, zh, lambda a, b: _same_law(a, b) and a.articles == b.articles
    )
    left_en, left_zh = without_pairs(left_en, left_zh, _may_be_one)
    # One citation may be two in the other language: compare the articles of a law as a whole.
    return {
        "en": [a for a in left_en if not _covered(a, zh)],
        "zh": [b for b in left_zh if not _covered(b, en)],
    }


def _covered(law: LawValue, others: Sequence[LawValue]) -> bool:
    same = [o for o in others if _same_law(o, law)]
    return bool(same) and law.articles <= frozenset().union(*(o.articles for o in same))


def _may_be_one(a: LawValue, b: LawValue) -> bool:
    """Whether two laws that the catalogue does not have, each named in its language, are cited with the
    same articles: Section 59 of the Factories Act, 印度《工厂法》第59条."""
    unknown = not (a.id or b.id) and a.name.isascii() and not b.name.isascii()
    return unknown and bool(a.articles) and a.articles == b.articles


def _same_law(a: LawValue, b: LawValue) -> bool:
    return (a.id or a.name) == (b.id or b.name)


# A standard or a convention by its number: the letters say the same in both languages.
_SERIES = re.compile(
    r"(GBZ?|AQ|HJ|ISO|IEC|EN|NFPA|NR|ILO)(?: ?Conventions?| ?No\.|第|[ /T-])*+(\d{2,6})"
)


_NUMBER = re.compile(r"\d{2,}(?:[/.]\d+)*")  # of an act or a standard: Regulation (EC) 1907/2006


def _law_defect(pair: Pair, a: LawValue, b: LawValue, confidence: float) -> Defect:
    en, zh = pair.text(a.span, "en"), pair.text(b.span, "zh")
    said = f"English cites {en}, Chinese cites {zh}."
    series = [_SERIES.search(text.replace("国际劳工组织", "ILO")) for text in (en, zh)]
    if series[0] and series[1] and series[0][1] == series[1][1] and series[0][2] != series[1][2]:
        return pair.defect("law_mismatch", "error", confidence, said, a.span, b.span)
    numbers = [set(_NUMBER.findall(law.name)) for law in (a, b)]
    if all(numbers) and not numbers[0] & numbers[1]:
        return pair.defect("law_mismatch", "error", confidence, said, a.span, b.span)
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
    left_en, left_zh = without_pairs(en, zh, lambda a, b: (a.first, a.last) == (b.first, b.last))
    # "In 2024 (on 6 November 2024)" against 2024年（9月25日）: the year has its equal, and explains no day.
    spare_en = [a for a in left_en if not _date_explained(a, left_zh)]
    spare_zh = [b for b in left_zh if not _date_explained(b, left_en)]
    return {
        "en": [a for a in left_en if not _date_explained(a, zh) or _rivalled(a, zh, spare_zh)],
        "zh": [b for b in left_zh if not _date_explained(b, en) or _rivalled(b, en, spare_en)],
    }


def _rivalled(date: DateValue, others: Sequence[DateValue], spare: Sequence[DateValue]) -> bool:
    """Whether the other text has another date, as exact, in the place of one that only less exact dates
    explain."""
    exact = [o for o in others if o.last or len(o.first) >= len(date.first)]
    rivals = [o for o in spare if len(o.first) == len(date.first) and not (o.last or date.last)]
    return not _date_explained(date, exact) and any(_same_place(date, o) for o in rivals)


def _same_place(a: Item, b: Item) -> bool:
    return distance(a, b) <= 2.5


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
