"""Headcounts and ratios: how many people, and how many out of how many people or things."""

from __future__ import annotations

import re
from functools import cache

from .normal import AGE, CJK, OPAQUE, N, pattern, tables, words
from .quantities import OFFICE, _key, _names, _zh
from .scan import Amount, Fact, Scan, stated, tidy

# --- headcounts ----------------------------------------------------------------------------


@cache
def _nouns() -> dict[str, str]:
    return {_key(w): k for w, k in (_names("person", "en") | _names("person", "zh")).items()}


@cache
def _english() -> re.Pattern[str]:
    stop, listed = words(tables()["not_between"]), words(_names("person", "en"))
    role, thing = tables()["role"]["en"], words(tables()["not_role"]["en"])
    noun = rf"(?:{listed}|(?!(?:{stop}|(?:[a-z]+-)?(?:{thing})s?)\b)(?:{role})(?![a-z]|-[a-z]))"
    return pattern(
        rf"(?: *+\([^()]{{1,12}}\))?+(?:[ -]+(?P<filler>(?:(?!"
        rf"(?:{stop})\b(?!(?<=hr) +{OFFICE}))[a-z][a-z'/&-]*,? +){{0,5}}?)|)"
        rf"(?P<noun>{noun})(?![a-z]|-[a-z])(?:(?:/|'s?|'s? +| +(?:or|and) +"
        rf"| +)(?P<next>{noun})(?![a-z]|-[a-z]))*+"
    )


_THINGS = pattern(
    r"(?<![a-z])(?!sales|goods|accounts|logistics|plastics|electronics|resources|previous"
    r"|various|gas)"
    r"[a-z]+[^su' ]s,? "
)
_SINGULAR_GO = pattern(
    r" *(?:$|[.,;:)(!?/]|(?:was|were|is|are|had|has|have|did|do|does|who|whose|that|which|in|at"
    r"|of|from|on|by|for|to|"
    r"with|without|and|or|but|because|only|out|said|could|not|per|didn|wore|under|as|each|also"
    r"|(?:[a-z]+(?:ed|ing)))\b)"
)


def _headcount_en(scan: Scan, amount: Amount) -> Fact | None:
    m = _english().match(scan.shadow, amount.end)
    if not m or _THINGS.search(m["filler"] or ""):
        return None
    last, end = _key(m["next"] or m["noun"]), m.end()
    listed = last in _nouns()
    if not listed and not last.endswith("s") and not _PLURAL.search(last):
        described = (m["filler"] or "").split()  # one bottle containing rust remover is no person
        if amount.value != 1 or len(described) > 2 or any(w.endswith("ing") for w in described):
            return None
    if last in _COLLECTIVE or _PLURAL.search(last):
        described = _described(scan.shadow, end) and last in ("staff", "personnel")
    elif last.endswith("s"):
        described = False
    else:  # "2 worker dormitories" counts dormitories
        described = _described(scan.shadow, end)
        described |= amount.value != 1 and not _SINGULAR_GO.match(scan.shadow, end)
    if described:
        return None
    value = stated(scan, amount, amount.start, end, noun=_nouns().get(last))
    return Fact(amount.start, end, "HEADCOUNT", value)


_COLLECTIVE = frozenset(("staff", "personnel", "people", "children"))
_PLURAL = re.compile(r"(?:men|folk|people|staff)$")


@cache
def _not_people() -> re.Pattern[str]:
    return pattern(rf"(?:'s?)?[ -]+(?:{words(tables()['not_people'])})(?![a-z])")


def _described(shadow: str, at: int) -> bool:
    return bool(_not_people().match(shadow, at))


@cache
def _role() -> str:
    """A job by its ending, not in the list: 拌料工."""
    role = pattern(tables()["role"]["zh"]).pattern
    thing = _zh(tables()["not_role"]["zh"])
    return rf"(?:(?!{thing}|{_NO_NAME})[{CJK}] *+){{1,4}}?(?:{role})(?!{_NO_ROLE})"


@cache
def _bare_role() -> re.Pattern[str]:
    return pattern(rf" *+{_role()}")


@cache
def _chinese() -> re.Pattern[str]:
    no = _zh(tables()["not_people_zh"])
    filler = rf"(?:[^{N[0]}{OPAQUE}a-z。;,.、:()《》?!%/]|(?<![a-z])[a-z]{{2,4}}(?![a-z])|{N}(?= *(?:[至到~-] *)?{AGE}))"
    people = f"(?:{_zh([w for w in _names('person', 'zh') if len(w) > 1])})(?!人(?!均|数|员|次)|(?<=员)工)(?:人员|员工)?+"
    own = _role()
    return pattern(
        rf" *+(?:(?P<measure>[名位])(?![单称字义额次列于置下])"
        rf"(?:(?P<long>{filler}{{0,16}}?(?<![给为向对让由被把与跟和])(?P<noun1>{people}))| *+(?P<role>(?:{filler}{{1,10}}?[的{AGE}] *+)??{own}))?+|(?:"
        rf"个?(?:[新老男女]|受访的?|抽样的?|[{CJK}]{{1,4}}[籍族]|(?:[{CJK}]{{0,4}}?的))?(?P<noun2>{people})|个 *+(?P<role2>{own})"
        rf"|[个号]?(?P<ren>人)(?! *{N} *(?:岗|档|机|证|卡|床|柜|表|册|票|案|间|桌|牌|号|锁)|[员士类才格为名数身体流机权际口工民次份力事造字行间桌床]))(?!{no}))"
    )


# Characters that begin a clause instead of a role, and those that make its last one another word.
_NO_NAME = "[了没未都均给向将把被也却则仍还有是戴穿持因从使参离接受得需应须能可会要不与和及为对让由作进无做到于或且均各]"
_NO_ROLE = (
    "[工族作资时厂具件序艺伤会地程龄种号段休产活指套册机续部位长工期品证宿食制牌卡岗]|服(?!务)|用"
)
_VERB = re.compile(r"[没未都均给向将把被已也却则仍还有]|发现|显示|需要|应当|必须|可以")
# 6男4女: each sex is a headcount of its own.
_SEX = pattern(rf" *+(?P<sex>[男女])(?P<next> *[,、和及]? *{N} *+[男女])?")
_SEX_BEFORE = pattern(r"[男女] *[,、和及]? *$")
_RANK = pattern(r"第 *$")


def _headcount_zh(scan: Scan, amount: Amount) -> Fact | None:
    m = _chinese().match(scan.shadow, amount.end)
    sex = None if m else _SEX.match(scan.shadow, amount.end)
    if sex and (
        sex["next"] or _SEX_BEFORE.search(scan.shadow[max(0, amount.start - 6) : amount.start])
    ):
        noun = _nouns()[sex["sex"]]
        value = stated(scan, amount, amount.start, sex.end("sex"), noun=noun)
        return Fact(amount.start, sex.end("sex"), "HEADCOUNT", value)
    if not m or _RANK.search(scan.before(amount.start, 4)):
        return None
    end, noun = m.end(), m["noun1"] or m["noun2"] or m["ren"]
    if m["noun1"]:
        between = m["long"][: -len(m["noun1"])].rpartition("的")[2]
        if _VERB.search(between):  # a clause begins: 8名未戴口罩，but 8名未戴口罩的女工
            role = _bare_role().match(scan.shadow, m.end("measure"))
            end, noun = role.end() if role else m.end("measure"), None
    key = _nouns().get(_key(noun)) if noun else None
    return Fact(amount.start, end, "HEADCOUNT", stated(scan, amount, amount.start, end, noun=key))


def headcount(scan: Scan, amount: Amount) -> Fact | None:
    """A number of people with the noun phrase beside it."""
    if amount.value != int(amount.value) or amount.value < 0:
        return None
    return _headcount_en(scan, amount) or _headcount_zh(scan, amount)


# --- ratios --------------------------------------------------------------------------------


@cache
def _measure() -> str:
    return _zh(tables()["measure"])


_OUT_OF = pattern(
    rf"(?: *+\([^()]{{1,12}}\))?(?P<noun>(?: +(?!of\b|out\b|and\b|or\b|per\b|hours?\b|days?\b"
    rf"|months?\b|years?\b|percent\b)[a-z][a-z'-]*){{0,5}}?) +"
    rf"(?P<how>out +of|of|among|amongst|from +among) +"
    rf"(?P<the>(?:(?:the|a|an|total|of|all|these|those|our|sampled|selected|randomly|interviewed"
    rf"|number|every|in)\b +){{0,6}})"
    rf"(?P<whole>{N})(?: *\({N}\))?(?! *[%/])"
)
_SLASH = pattern(rf" */ *(?P<whole>{N})(?! */|\.\d| *(?:k?v|hz|a|w|mm|cm|m|kg|g|h)\b)")
_ONE_IN = pattern(rf" +in +(?:every +)?(?P<whole>{N})(?= +[a-z])")
_FRACTION = {
    "half": 2, "halves": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5,
    "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
}  # fmt: skip
_PART_WORD = pattern(
    r"[ -]+(?P<word>halves|half|(?:third|quarter|fourth|fifth|sixth|seventh|eighth|ninth"
    r"|tenth)s?)(?![a-z])(?! +(?:an|a)\b)"
)
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december|20|19|the +year"
_HALVES = pattern(
    rf"""(?<![a-z-])(?<!first )(?<!second )(?<!last )(?:an? +)?(?P<word>half|third|quarter|fifth|tenth)
    (?= +(?:of +(?:the +)?(?!{_MONTHS})|the +(?!time|day|year))[a-z])|(?P<zh>半数|过半数|(?<![大多])一半|[近过]半(?= *(?:的|[男女]?[员职]?工(?!时)|受访)))(?![天年小个])"""
)


def find_halves(low: str) -> list[Fact]:
    """Fractions without a number word: half of, a third of, 半数, 一半."""
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
        rf" *+(?:{m})?[^{N[0]}{OPAQUE},。;.:()?!]{{0,24}}?(?:之中|当中|里头|里面|(?=就 *有)|(?<!其)中|里)(?:的)? *[,，、]? *"
        rf"(?:有|仅有|只有|共有|就有|仅|只|均有|其中|其中有|约有|至少有|超过|发现有?|各有|也有)? *(?P<part>{N}) *+(?:{m})"
    )


_ZH_PARTS = pattern(rf" *+分之 *+(?P<part>{N})")
_EVERY = pattern(r"每 *$")


def ratio(scan: Scan, amount: Amount) -> Fact | None:
    if amount.upper is not None or amount.value < 0:
        return None
    start, end = amount.start, amount.end
    shadow = scan.shadow
    m = _OUT_OF.match(shadow, end)
    if m and m["noun"] and m["how"].startswith("among") and not m["the"]:
        return None  # 212 members among 430 employees: two headcounts
    if m and (m["how"] not in ("of",) or m["the"] or not m["noun"]):
        return _ratio(scan, start, m.end(), amount.value, scan.numeral(m.start("whole")).value)
    m = _SLASH.match(shadow, end)
    if m and not re.search(r"(?:/|\d|[a-z])$", scan.low[max(0, start - 2) : start]):
        return _ratio(scan, start, m.end(), amount.value, scan.numeral(m.start("whole")).value)
    m = _ONE_IN.match(shadow, end)
    if m and amount.value == 1:
        return _ratio(scan, start, m.end(), 1, scan.numeral(m.start("whole")).value)
    m = _PART_WORD.match(shadow, end)
    if m and amount.words:
        whole = _FRACTION[m["word"] if m["word"] in _FRACTION else m["word"].rstrip("s")]
        hyphen = shadow[end : end + 1] == "-" or whole not in (4, 2)
        if hyphen or re.match(r" +of\b", shadow[m.end() : m.end() + 6]):
            return _ratio(scan, start, m.end(), amount.value, whole)
    m = _ZH_PARTS.match(shadow, end)
    if m:
        return _ratio(scan, start, m.end(), scan.numeral(m.start("part")).value, amount.value)
    m = _zh_ratio().match(shadow, end)
    if m:
        every = _EVERY.search(scan.before(start, 4))
        start -= len(every[0]) if every else 0
        return _ratio(scan, start, m.end(), scan.numeral(m.start("part")).value, amount.value)
    return None


def _ratio(scan: Scan, start: int, end: int, part: float, whole: float) -> Fact | None:
    if part > whole or whole <= 0 or part != int(part) or whole != int(whole):
        return None
    return Fact(start, end, "RATIO", {"part": tidy(part), "whole": tidy(whole)})
