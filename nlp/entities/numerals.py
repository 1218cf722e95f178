"""Numbers as auditors write them: digits, English words, Chinese numerals, and mixtures of these.

``find`` gives every number of a text with its span and value; nothing here knows what it counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from .normal import lower, normal
from .number_words import ARABIC, BEGINNING, BIG_WORDS, OPEN, WORDS, Part, chinese, english, span


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number in a text: its span and value; ``upper`` where it is itself a range (两三), ``bound``
    where it says so itself (十余: more_than), ``words`` whether it is written without digits."""

    start: int
    end: int
    value: float
    upper: float | None = None
    bound: str | None = None
    words: bool = False


_Z = "零一二两三四五六七八九十百千万亿兆廿卅壹贰叁肆伍陆柒捌玖拾佰仟倆俩"
_ZD = "零一二三四五六七八九壹贰叁肆伍陆柒捌玖"
_ZU = "百千万亿兆佰仟"
_KILO = "千[ ]*+[克瓦米卡帕伏赫]"  # a unit: 460万千瓦时 are 460万
# A currency or sign may touch its number; any other letter before it makes it a code (PA6, GB5083).
_CLEAN = (
    r"(?:(?<![a-z\d_.])|(?<=\dh)|(?<=rmb)|(?<=cny)|(?<=usd)|(?<=hkd)|(?<=eur)|(?<=hk)|(?<=rmb\.))"
)
# "RMB 2, 360" is one sum, but "RMB 50, 120 workers" a sum and a headcount.
_SIGNS = ("rmb", "cny", "usd", "hkd", "eur", "¥", r"\$", "€", "人民币", r"rmb\.")
_SUM = "(?:" + "|".join(f"(?<={s})|(?<={s}[ ])|(?<={s}[ ][ ])" for s in _SIGNS) + ")"
_COUNTED = (
    r"[ ]++(?!(?:per|and|but|for|only|each|every|while|which|was|were|monthly|yearly|daily"
    r"|instead|respectively|yuan|rmb|cny|usd)\b)[a-z]{3,}|[ ]*+[名位个人台件份天]|[ ]*+小[ ]*+时"
)
_AND_HALF = (
    r"(?:[ ]++and[ ]++(?:an?[ ]++)?(?:half|quarter)(?=[ -]++(?:hour|day|week|month|year"
    r"|minute)s?(?![a-z])))?+"
)
_HALF_BIG = rf"and[ ]++an?[ ]++half(?=[ ]++{BIG_WORDS}(?![a-z]))"  # two and a half million
_FIND = re.compile(
    rf"""
    (?:(?=[\d.½¼¾半{_Z}])|(?=[abcdefhlmnoqstz])(?<![a-z])(?={BEGINNING}))(?:
    (?P<zh>
      (?:(?=\d){_CLEAN}{ARABIC}[ ]*+(?:[余多几][ ]*+)?[{_ZU}](?![ ]*+[克瓦米卡帕伏赫])|(?<!唯)[{_Z}])
      (?:(?![ ]*+{_KILO})[ ]*+(?:[{_Z}]|[余多几](?=[ ]*+[{_ZU}十拾])|{ARABIC}(?=[ ]*+[{_ZU}]))
        |(?<=[{_ZU}零]){ARABIC})*+
      (?:[ ]*+点[ ]*+[{_ZD}](?:[ ]*+[{_ZD}])*+(?:[ ]*+[万亿])*+)?+
      (?P<more>[ ]*+(?:[余多几](?![ ]*+[次种方样地])|(?<=[十百])来(?=[ ]*+[名位个人年天岁元块小周月])))?+
      (?!(?<=[百千万佰仟])[ ]*+分[ ]*+之)
      (?P<dozen>[ ]*+打(?![印包开扫卡折架击磨标样工孔火针电断磨孔]))?+
    )
    | (?P<half>半(?<!个半)(?<![上下]半(?=年))(?=[ ]*+(?:个[ ]*+多?[ ]*+)?(?:小[ ]*+时|钟[ ]*+头|工[ ]*+时|天|年(?!级|度)|月|日(?!制)|周(?!岁)
      |星[ ]*+期|成(?![品型])|折|百))
      | half(?<!-half)(?=(?:[ -]++an?)?+[ -]++(?:hour|day|week|month|year|minute)s?(?![a-z]))
      | (?<![a-z-])(?:a[ ]++)?quarter(?=[ ]++of[ ]++an?[ ]++(?:hour|year)(?![a-z]))
      )
    | (?P<vulgar>(?=[\d½¼¾])(?<![\d.,])(?:(?:\d++[ ]?)?[½¼¾]|(?<!/)\d{{1,3}}[ ](?:1/2|1/4|3/4)(?![\d/.])))
    | (?P<single>an?(?=[ ]++(?:hour|day|week|month|year)[ ]++and[ ]++an?[ ]++(?:half|quarter)(?![a-z])))
    | (?P<en>
      (?<![a-z\d])(?:
        (?:half[ ]++(?:a[ ]++)?|(?:a[ ]++)?quarter[ ]++|an?[ ]++)?{BIG_WORDS}
        | {WORDS}
        | {ARABIC}(?:[ ]*+-?[ ]*+{BIG_WORDS}|(?=[ ]++{_HALF_BIG}))
      )(?![a-z])
      (?:[ ]++{_HALF_BIG}|(?:[ ]*-[ ]*|[ ]++(?:and[ ]++)?)(?:{BIG_WORDS}|{WORDS}|{ARABIC}(?!/|[ ]*-[ ]*\d)
        |point)(?![a-z]))*
      {_AND_HALF}
    )
    | (?P<digits>
      (?=\d){_CLEAN}(?:
        \d{{1,3}}(?:[ ]\d{{3}}){{1,6}}+(?![ ]?\d|[ ]*-\d)(?:\.\d++)?+
        | {_SUM}\d{{1,3}}(?:[ ]?,[ ]{{1,2}}\d{{3}}){{1,6}}+(?![\d%]|,\d|{_COUNTED})(?:\.\d++)?+
        | \d{{1,3}}(?:[ ]?,[ ]{{1,2}}\d{{3}}){{1,6}}+(?:\.\d++)?+(?=[ ]*+(?:元|人民币|rmb|yuan|cny|usd))
        | \d{{1,2}}(?:,\d{{2}}(?=,)){{1,5}},\d{{3}}(?!\d)(?:\.\d++)?+
        | \d{{1,3}}(?:\.\d{{3}}){{1,6}}+,\d{{2}}(?!\d)
        | \d{{1,3}}(?:\.\d{{3}}){{2,6}}+(?!\d|[.,]\d)
        | {ARABIC}(?:e[+-]?\d{{1,2}}(?![a-z\d.]))?+
      )
      | (?<![\w.\ue000-\ue01f])\.\d++
    )(?P<k>[ ]?k(?![a-z\d]))?(?P<plus>{_AND_HALF})(?P<over>[ ]*+[余多来几](?=[ ]*+[名位个人年天小月周分元块台]))?
    )""",
    re.X,
)
_NEGATIVE = re.compile(r"(?:(?:^|(?<=[ (\[,;:]))-|负 *|minus +|negative +)$")
_PRONOUN = re.compile(r"(?:no|any|each|every|this|that|which|the|some|another|either) +$")
_SOME = re.compile(r"(?:few|several|many) +$")
_BIG_ALONE = re.compile(rf"{BIG_WORDS}(?:[ ]++{BIG_WORDS})*")
_NOT_ONE = re.compile(
    r" +(?:another|by +one)\b|'s|s\b|-(?!(?:hour|day|week|month|year|minute|half|third|quarter|fourth|fifth|sixth"
    r"|seventh|eighth|ninth|tenth))"
)
# 一 and its like inside words that count nothing.
_ZH_WORD = re.compile(
    "|".join(
        """一(?=般|些|定|样|切|起|直|致|旦|律|并|下|方面|体|线|贯|概|向|再|看|流|旁|同|边|带|揽|如|味|一|是|见)
        (?<=[统唯单同万进专第周划])一(?!\\d) (?<=不)一 (?<=非)二(?=元) 四(?=川|处|肢|面|害|周(?![内后前])) 三(?=明|角|轮|废|方|同时|防|亚|聚|相|通)
        五(?=金|险|台山|一路|指|角) 六(?=安|合) 七(?=夕) 八(?=宝|仙) 九(?=江|龙|华) 十(?=分(?!钟|之)|足|堰|全)
        二(?=维|手|氧|甲|次(?:元|[防容围盛污加供包密泄保装封分利])) 百(?=货|姓|科) 千(?=克|瓦|米|帕) 万(?=一|能|向|分) 两(?=侧|旁|岸|边|端|者|两|用)
        (?<=[星礼]期)[一二三四五六] (?<=礼拜)[一二三四五六]""".split()
    )
)
_NO_MORE = dict.fromkeys(map(ord, "余多几来"))
_LONE_FORMAL = frozenset("陆拾伍肆百千万亿兆佰仟")
# 百 counts alone where it counts people: 近百名, 上百人, 百余名 (but 成百上千 counts nobody).
_HUNDRED = re.compile("(?:(?<=[近约逾超达])[百千]|(?<=(?<!百)上)[百千]|[百千] *[余多]) *[名位人]")


def find(text: str) -> list[Numeral]:
    """Every number of a text in normal form and lower case, in order; linear in its length."""
    found: list[Numeral] = []
    for m in _FIND.finditer(text):
        if m["zh"]:
            numerals = _from_chinese(m, text)
        elif m["en"]:
            numerals = _from_english(m, text)
        elif m["half"]:
            part = 0.25 if m["half"].endswith("quarter") else 0.5
            numerals = [Numeral(m.start(), m.end(), part, words=True)]
        elif m["vulgar"]:
            part = next(part for part in _VULGAR if m[0].endswith(part))
            whole = float(m[0].removesuffix(part).strip() or 0)
            numerals = [Numeral(m.start(), m.end(), whole + _VULGAR[part])]
        elif m["single"]:  # an hour and a half
            numerals = [Numeral(m.start(), m.end(), 1, words=True)]
        else:
            numerals = [_from_digits(m)]
        found += [_signed(n, text) for n in numerals if n.value < _LIMIT]
        more = _AND_MORE.match(text, m.end())
        if more and numerals:
            found[-1] = replace(found[-1], end=more.end(), bound="more_than")
    return found


_AND_MORE = re.compile(r"-odd(?![a-z])|\+(?= *[a-z])")  # thirty-odd workers, 200+ workers
_LIMIT = 1e30  # more is no number that a report states
_LONGEST = 64
_VULGAR = {"½": 0.5, "¼": 0.25, "¾": 0.75, "1/2": 0.5, "1/4": 0.25, "3/4": 0.75}


def _signed(n: Numeral, text: str) -> Numeral:
    before = text[max(0, n.start - 9) : n.start]
    m = _NEGATIVE.search(before) if before and before[-1] in "- 负" else None
    if not m:
        return n
    if m[0] == "-" and re.match(r" *[a-z\u4e00-\u9fff]", text[n.end : n.end + 8]):
        return n  # a bullet, not a sign: "-5 workers"
    return Numeral(n.start - len(m[0]), n.end, -n.value, None, n.bound, n.words)


def _from_digits(m: re.Match[str]) -> Numeral:
    raw = m["digits"]
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+,\d{2}|\d{1,3}(?:\.\d{3}){2,}", raw):
        raw = raw.replace(".", "").replace(",", ".")
    value = float(raw.replace(",", "").replace(" ", ""))
    value = (value * 1000 if m["k"] else value) + _half(m["plus"])
    return Numeral(m.start(), m.end(), value, None, _OVER.get(m["over"] and m["over"].strip()))


_OVER = {"余": "more_than", "多": "more_than", "几": "more_than", "来": "about"}


def _half(words: str) -> float:
    return 0.25 if words.endswith("quarter") else 0.5 if words.endswith("half") else 0


_TENS_OF = re.compile(r"几 ?$|(?<![人件次台份天总工时户])数 ?$")
_CUT = re.compile(r"(?<=[十拾廿卅])[百千佰仟]|(?<=[百佰])[千仟]")


def _from_chinese(m: re.Match[str], text: str) -> list[Numeral]:
    raw = m["zh"]
    cut = _CUT.search(raw)
    if cut:  # 七十百 is no numeral, 七十 is
        raw = raw[: cut.start()]
    more = None if cut else m["more"]
    dozen = None if cut else m["dozen"]
    end = m.start() + len(raw)
    body = raw.removesuffix(dozen or "").removesuffix(more or "").replace(" ", "")
    plain = body.translate(_NO_MORE)
    parts = text[max(0, m.start() - 4) : m.start()].replace(" ", "").endswith("分之")
    if raw[0] in _ZU + "十" and _TENS_OF.search(text[max(0, m.start() - 2) : m.start()]):
        return []  # 几十名, 数百元
    if plain[0] in "万亿兆" or plain == "两两":
        return []
    lone = plain in _LONE_FORMAL and not parts
    if lone and not _HUNDRED.match(text, m.start()):
        return []
    if len(plain) == 1 and _ZH_WORD.match(text, m.start()):
        return []
    pair = span(plain) if len(plain) <= _LONGEST else None
    if pair:
        return [Numeral(m.start(), end, pair[0], pair[1], "about", True)]
    value = 100.0 if plain == "百" else chinese(plain) if len(plain) <= _LONGEST else None
    if value is None:
        return []
    bound = "more_than" if len(plain) < len(body) or more else None
    bound = "about" if (more and "来" in more) or (lone and plain == raw) else bound
    return [
        Numeral(m.start(), end, value * (12 if dozen else 1), None, bound, not raw[0].isdigit())
    ]


def _from_english(m: re.Match[str], text: str) -> list[Numeral]:
    raw = m["en"]
    factor = 1.0
    first = re.match(r"(?:(half) +(?:a +)?|(?:a +)?(quarter) +|an? +)", raw)
    skip = 0
    if first:
        factor, skip = (0.5 if first[1] else 0.25 if first[2] else 1.0), first.end()
    tail = re.search(r" +and +(?:an? +)?(?:half|quarter)$", raw)
    parts = english(raw[skip : tail.start() if tail else None], m.start() + skip)
    parts = [p for p in parts if p.end - p.start < 4 * _LONGEST]
    if not parts or OPEN.fullmatch(raw) or _some(raw, text[max(0, m.start() - 9) : m.start()]):
        return []
    if tail:
        parts[-1] = Part(parts[-1].start, m.end(), parts[-1].value + _half(raw))
    if first:
        parts[0] = Part(m.start(), parts[0].end, parts[0].value * factor)
    nth = _NTH.match(text, parts[-1].end) if 20 <= parts[-1].value < 100 else None
    if nth and not parts[-1].value % 10:  # the forty-fifth hour
        value = parts[-1].value + _ORDINALS[nth[1]]
        parts[-1] = Part(parts[-1].start, nth.end(), value)
    out = []
    for part in parts:
        word = text[part.start : part.end]
        if word == "one" and (
            _PRONOUN.search(text[max(0, part.start - 9) : part.start])
            or _NOT_ONE.match(text, part.end)
        ):
            continue
        out.append(Numeral(part.start, part.end, part.value, words=not word[0].isdigit()))
    return out


_ORDINALS = {
    word: n
    for n, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth".split(), start=1
    )
}
_NTH = re.compile(rf"-({'|'.join(_ORDINALS)})(?![a-z])")


def _some(raw: str, before: str) -> bool:
    """Whether a numeral is the scale of an unknown number: a few thousand, like 几千."""
    return bool(_SOME.search(before) and _BIG_ALONE.fullmatch(raw))


def read(text: str) -> float | None:
    """The value of a text that is one number and nothing else, or None."""
    found = find(lower(normal(text.strip())))
    return (
        found[0].value
        if len(found) == 1 and found[0].end - found[0].start == len(text.strip())
        else None
    )
