"""Headcounts and ratios: how many people, and how many out of how many people or things."""

from __future__ import annotations

import re
from functools import cache

from .normal import CJK, N, pattern, tables, words
from .quantities import _key, _names, _zh
from .scan import Amount, Fact, Scan, stated, tidy

# --- headcounts ----------------------------------------------------------------------------


@cache
def _people() -> tuple[re.Pattern[str], re.Pattern[str], dict[str, str]]:
    en, zh = _names("person", "en"), _names("person", "zh")
    stop = words(tables()["not_between"])
    noun = words(en)
    english = re.compile(
        rf"(?: *+\([^()]{{1,12}}\))?+[ -]+(?:(?!(?:{stop})\b)[a-z][a-z'/&-]*,? +){{0,5}}?"
        rf"(?P<noun>{noun})(?![a-z]|-[a-z])(?:(?:/| +(?:or|and) +| +)(?P<next>{noun})(?![a-z]|-[a-z]))*+"
    )
    no = _zh(tables()["not_people_zh"])
    filler = rf"[^{N[0]}a-z，。；;,.、:：()（）《》？?!！%/]"
    people = _zh([w for w in zh if len(w) > 1])
    chinese = pattern(
        rf" *+(?:(?P<measure>[名位])(?!单|称|字|义|额|次|列|于|置|下|上)"
        rf"(?:(?P<long>{filler}{{0,16}}?(?<![给为向对让由被把与跟和])(?P<noun1>{people})))?+"
        rf"|个?(?:[新老男女]|受访的?|抽样的?|(?:[{CJK}]{{0,4}}?的))?(?P<noun2>{people})"
        rf"|个?(?P<ren>人)(?!{no}|员|士|均|类|才|格|为|名|数|身|体|流|机|权|际|口|工|民))"
        rf"(?!{no})"
    )
    return english, chinese, {_key(w): k for w, k in (en | zh).items()}


_SINGULAR_GO = re.compile(
    r" *(?:$|[.,;:)(!?/]|(?:was|were|is|are|had|has|have|did|do|does|who|whose|that|which|in|at|of|from|on|by|for|to|"
    r"with|without|and|or|but|because|working|operating|interviewed|only|out|worked|said|stated|could|not|per|"
    r"did|didn|reported|used|wore|signed|joined|aged|under|as|each|also|using|per|(?:[a-z]+(?:ed|ing)))\b)"
)
_VERB_BREAK = re.compile(r"[没未都均给向将把被已也却则仍还]|发现|显示|需要|应当|必须|可以")


def headcount(scan: Scan, amount: Amount) -> Fact | None:
    english, chinese, names = _people()
    start, end = amount.start, amount.end
    if amount.value != int(amount.value) or amount.value < 0:
        return None
    m = english.match(scan.shadow, end)
    if m:
        last = _key(m["next"] or m["noun"])
        stop = m.end()
        plural = last.endswith("s") or last in _COLLECTIVE
        if (
            not plural
            and last != "head"
            and (
                _described(scan.shadow, stop)
                or (amount.value != 1 and not _SINGULAR_GO.match(scan.shadow, stop))
            )
        ):
            return None
        if last == "head":
            return None
        if plural and _described(scan.shadow, stop) and last in ("staff", "personnel"):
            return None
        if re.match(r"'s? +(?:dormitor|canteen|handbook)", scan.shadow[stop : stop + 14]):
            pass
        return Fact(start, stop, "HEADCOUNT", stated(scan, amount, start, stop, noun=names[last]))
    m = chinese.match(scan.shadow, end)
    if not m or re.search(r"第 *$", scan.before(start, 4)):
        return None
    stop, noun = m.end(), m["noun1"] or m["noun2"] or m["ren"]
    if m["measure"] and m["long"]:
        between = m["long"][: -len(m["noun1"])]
        if (_VERB_BREAK.search(between) and not between.rstrip().endswith("的")) or (
            "有" in between and not between.rstrip().endswith("的")
        ):
            stop, noun = m.end("measure"), None
    key = names.get(_key(noun)) if noun else None
    return Fact(start, stop, "HEADCOUNT", stated(scan, amount, start, stop, noun=key))


_COLLECTIVE = frozenset(
    "staff personnel people men women children workmen foremen watchmen".split()
)


@cache
def _not_people() -> re.Pattern[str]:
    return re.compile(rf"(?:'s?)?[ -]+(?:{words(tables()['not_people'])})(?![a-z])")


def _described(shadow: str, at: int) -> bool:
    return bool(_not_people().match(shadow, at))


# --- ratios --------------------------------------------------------------------------------


@cache
def _measure() -> str:
    return _zh(tables()["measure"])


_OUT_OF = re.compile(
    rf"(?: *+\([^()]{{1,12}}\))?(?P<noun>(?: +(?!of\b|out\b|and\b|or\b|per\b|hours?\b|days?\b|months?\b|years?\b|percent\b)[a-z][a-z'-]*){{0,5}}?) +"
    rf"(?P<how>out +of|of|among|amongst|from +among) +"
    rf"(?P<the>(?:(?:the|a|an|total|of|all|these|those|our|sampled|selected|randomly|interviewed|number|every|in)\b +){{0,6}})"
    rf"(?P<whole>{N})(?! *[%/])"
)
_SLASH = re.compile(rf" */ *(?P<whole>{N})(?! */|\.\d| *(?:k?v|hz|a|w|mm|cm|m|kg|g|h)\b)")
_ONE_IN = re.compile(rf" +in +(?:every +)?(?P<whole>{N})(?= +[a-z])")
_FRACTION = {
    "half": 2, "halves": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5,
    "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
}  # fmt: skip
_PART_WORD = re.compile(
    r"[ -]+(?P<word>halves|half|(?:third|quarter|fourth|fifth|sixth|seventh|eighth|ninth|tenth)s?)(?![a-z])(?! +(?:an|a)\b)"
)
HALF = pattern(
    r"(?<![a-z-])(?P<a>an? +)?(?P<word>half|third|quarter|fifth|tenth)(?= +(?:of(?! +(?:january|february|march|april|may|june|july|august|september|october|november|december|20))\b|the\b))"
    r"|(?:半数|(?<![多大])一半)(?!天)"
)
_NO_MONTH = r"(?! *+(?:january|february|march|april|may|june|july|august|september|october|november|december)\b)"


@cache
def _zh_ratio() -> re.Pattern[str]:
    m = _measure()
    return pattern(
        rf" *+(?:{m})?[^{N[0]}，。；;.：:()（）！？?!]{{0,24}}?(?:之中|当中|中|里)(?:的)? *[,，、]? *"
        rf"(?:有|仅有|只有|共有|就有|仅|只|均有|其中|其中有|约有|至少有|超过|发现有?|各有|也有)? *(?P<part>{N}) *+(?:{m})"
    )


_ZH_PARTS = pattern(rf" *+分之 *+(?P<part>{N})")
_ZH_SLASH = r" *+/ *+(?P<whole>{N})"


def ratio(scan: Scan, amount: Amount) -> Fact | None:
    if amount.upper is not None or amount.value < 0:
        return None
    start, end = amount.start, amount.end
    shadow = scan.shadow
    m = _OUT_OF.match(shadow, end)
    if m and (m["how"] not in ("of",) or m["the"] or not m["noun"]):
        return _ratio(scan, start, m.end(), amount.value, scan.numeral(m.start("whole")).value)
    m = _SLASH.match(shadow, end)
    if m and not re.search(r"(?:/|\d|[a-z]) *$", scan.low[max(0, start - 2) : start]):
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
        return _ratio(scan, start, m.end(), scan.numeral(m.start("part")).value, amount.value)
    return None


def _ratio(scan: Scan, start: int, end: int, part: float, whole: float) -> Fact | None:
    if part > whole or whole <= 0 or part != int(part) or whole != int(whole):
        return None
    return Fact(start, end, "RATIO", {"part": tidy(part), "whole": tidy(whole)})
