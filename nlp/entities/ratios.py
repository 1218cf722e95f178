"""Ratios: how many out of how many, of people or things."""

from __future__ import annotations

import re
from functools import cache

from .normal import CJK, DATED, OPAQUE, N, holds, pattern, tables, words
from .people import noun_phrase, whose
from .scan import Amount, Fact, Scan, tidy


@cache
def _measure() -> str:
    return words(tables()["measure"])


_OUT_OF = pattern(
    rf"(?: *+\([^()]{{1,12}}\))?(?P<noun>(?: +(?!of\b|out\b|and\b|or\b|per\b|hours?\b|days?\b"
    rf"|months?\b|years?\b|percent\b)[a-z][a-z'-]*){{0,5}}?) +"
    rf"(?P<how>out +of|of|among|amongst|from +among) +"
    rf"(?P<the>(?:(?:the|a|an|total|of|all|these|those|our|sampled|selected|randomly|interviewed"
    rf"|number|every|in)\b +){{0,6}})"
    rf"(?P<whole>{N})(?: *\({N}\))?(?! *[%/])"
)
_SLASH = pattern(rf" */ *(?P<whole>{N})(?! */|\.\d| *(?:k?v|hz|a|w|mm|cm|m|kg|g|h)\b)")
# The whole first: "out of 55 employees, 12 had ...", "of the 26 grinders 7 were ...".
_OF_ALL = pattern(
    r"(?:(?<![a-z])out +of|(?:^|[.;:,(]|\band) *(?:of|among|amongst)) +(?:(?:the|all|these|those|our|its|a +total +of) +)*$"
)
_DID = (
    r" +(?:of +(?:them|these|those) +)?(?:had|have|has|were|was|are|is|did|do|does|could|said|lack|knew|still"
    r"|only|never|show|bear|bore|hold|held|wear|wore|work|went|kept|got|ran|stood|gave|[a-z]+ed)\b"
)
_PART = pattern(
    rf"(?: +(?!and\b|or\b|to\b)[a-z][a-z'-]*){{1,6}} +(?:only +)?(?P<part>{N})(?={_DID})"
    rf"|(?: +[a-z][a-z'-]*){{0,14}}, +(?:only +|just +|at +least +)?(?P<behind>{N})(?={_DID})"
)
_ONE_IN = pattern(
    rf" +in +(?:every +)?(?P<whole>{N})(?= +[a-z])"
    rf"|(?: +(?!(?:hour|day|night|week|month|year)s?\b)[a-z]+){{1,2}} +in +(?:every +)?(?P<every>{N})"
    r"(?= *(?:[.,;:)]|$)| +(?:is|are|was|were|has|had|have|does|did|do|can|could|said)\b)"
)
_FRACTION = {
    "half": 2, "halves": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5,
    "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
}  # fmt: skip
_PART_WORD = pattern(
    r"[ -]+(?P<word>halves|half|(?:third|quarter|fourth|fifth|sixth|seventh|eighth|ninth"
    r"|tenth)s?)(?![a-z])(?! +(?:an|a)\b)(?! +of +an? +(?:hour|year)\b)"
)
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december|20|19|the +year"
_HALVES = pattern(
    rf"""(?<![a-z-])(?<!first )(?<!second )(?<!last )(?:an? +)?(?P<word>half|third|quarter|fifth|tenth)
    (?! +of +an? +(?:hour|year)\b)(?= +(?:of +(?:the +)?(?!{_MONTHS})|the +(?!time|day|year))[a-z])|(?P<zh>半数|过半数|(?<![大多])一半|[近过]半(?= *(?:的|[男女]?[员职]?工(?!时)|受访)))(?![天年小个])"""
)


def find_halves(low: str) -> list[Fact]:
    """Fractions without a number word: half of, a third of, 半数, 一半."""
    if not holds(low, ("半", "half", "third", "quarter", "fifth", "tenth")):
        return []
    return [
        Fact(
            m.start(),
            m.end(),
            "RATIO",
            {"part": 1, "whole": 2 if m["zh"] else _FRACTION[m["word"]]},
        )
        for m in _HALVES.finditer(low)
        if m["zh"] or m["word"] == "half" or m[0].startswith("a")
    ]


@cache
def _zh_ratio() -> re.Pattern[str]:
    m = _measure()
    return pattern(
        rf" *+(?P<of>{m})?(?:{whose()})?[^{N[0]}{OPAQUE}{DATED},。;.:()?!]{{0,24}}?(?:之中|当中|里头|里面|(?=就 *有)|(?<!其)中|里)(?:的)? *[,，、]? *"
        rf"(?:有|仅有|只有|共有|就有|仅|只|均有|其中|其中有|约有|至少有|超过|发现有?|各有|也有|(?P<done>[已未]?[{CJK}]{{1,3}}?))? *(?P<part>{N}) *+(?P<these>{m})"
    )


@cache
def _items() -> re.Pattern[str]:
    """抽查25份合同，其中23份; of people such two numbers are headcounts."""
    things = words(w for w in tables()["measure"] if w not in ("名", "位", "人", "个月"))
    return pattern(
        rf" *+(?P<of>{things})(?!人) *[{CJK}]{{0,8}}?,? *(?:其中(?:仅?有|只有)?|(?<=[{CJK}],)(?:仅|只)?有)"
        rf" *(?P<part>{N}) *+(?P=of)(?!人)"
    )


_ZH_PARTS = pattern(rf" *+分之 *+(?P<part>{N})")
_EVERY = pattern(r"每 *$")


def ratio(scan: Scan, amount: Amount) -> Fact | None:
    """How many out of how many, of people or things."""
    if amount.upper is not None or amount.value < 0:
        return None
    english = None if scan.chinese(amount.end) else _ratio_en(scan, amount)
    return english or _ratio_zh(scan, amount)


def _ratio_en(scan: Scan, amount: Amount) -> Fact | None:
    start, end, shadow = amount.start, amount.end, scan.shadow
    m = _OUT_OF.match(shadow, end)
    if m and m["noun"] and m["how"].startswith("among") and not m["the"]:
        return None  # 212 members among 430 employees: two headcounts
    if m and m["noun"] and noun_phrase(shadow, m.end()):
        return None  # so are 54 employees out of 120 employees
    if m and (m["how"] not in ("of",) or m["the"] or not m["noun"]):
        return _ratio(scan, start, m.end(), amount.value, scan.numeral(m.start("whole")).value)
    m = _SLASH.match(shadow, end)
    if m and not re.search(r"(?:/|\d|[a-z])$", scan.low[max(0, start - 2) : start]):
        return _ratio(scan, start, m.end(), amount.value, scan.numeral(m.start("whole")).value)
    m = _PART.match(shadow, end)
    of = _OF_ALL.search(scan.before(start)) if m else None
    if m and of:
        start -= len(of[0].lstrip(" .;:,("))
        part = scan.numeral(m.start(m.lastgroup or 0)).value
        return _ratio(scan, start, m.end(), part, amount.value)
    m = _ONE_IN.match(shadow, end)
    if m:
        whole = scan.numeral(m.start(m.lastgroup or 0)).value
        if (
            amount.value == 1
            or "every" in m[0]
            or whole in (10, 100)
            or (amount.words and whole in (3, 4, 5))
        ):
            return _ratio(scan, start, m.end(), amount.value, whole)
    m = _PART_WORD.match(shadow, end)
    if m and amount.words:
        whole = _FRACTION[m["word"] if m["word"] in _FRACTION else m["word"].rstrip("s")]
        hyphen = shadow[end : end + 1] == "-" or whole not in (4, 2)
        if hyphen or re.match(r" +of\b", shadow[m.end() : m.end() + 6]):
            return _ratio(scan, start, m.end(), amount.value, whole)
    return None


def _ratio_zh(scan: Scan, amount: Amount) -> Fact | None:
    start, end = amount.start, amount.end
    m = _ZH_PARTS.match(scan.shadow, end)
    if m:
        return _ratio(scan, start, m.end(), scan.numeral(m.start("part")).value, amount.value)
    m = _items().match(scan.shadow, end)
    if m:
        return _ratio(scan, start, m.end(), scan.numeral(m.start("part")).value, amount.value)
    m = _zh_ratio().match(scan.shadow, end)
    if m and (not m["done"] or m["of"] == m["these"]):  # 15扇门中已更换10扇
        every = _EVERY.search(scan.before(start, 4))
        start -= len(every[0]) if every else 0
        return _ratio(scan, start, m.end(), scan.numeral(m.start("part")).value, amount.value)
    return None


def _ratio(scan: Scan, start: int, end: int, part: float, whole: float) -> Fact | None:
    if part > whole or whole <= 0 or part != int(part) or whole != int(whole):
        return None
    return Fact(start, end, "RATIO", {"part": tidy(part), "whole": tidy(whole)})
