"""Numbers as auditors write them: digits, English words, Chinese numerals, and mixtures of these.

``find`` gives every number of a text with its span and value; ``english`` and ``chinese`` read one
numeral. Nothing here knows what a number counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from .normal import lower, normal

# --- Chinese: digits, units, and how a run of them adds up -----------------------------------

_DIGITS = dict(zip("零一二三四五六七八九", range(10), strict=True))
_DIGITS |= dict(zip("壹贰叁肆伍陆柒捌玖", range(1, 10), strict=True)) | {"两": 2, "倆": 2, "俩": 2}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "廿": 20, "卅": 30}
_BIG = {"万": 10**4, "亿": 10**8, "兆": 10**12}
_ARABIC = r"(?:\d{1,3}(?:,\d{3})++(?!\d)|\d++)(?:\.\d++)?+"
_ZH_TOKEN = re.compile(rf"{_ARABIC}|\S")


def chinese(text: str) -> float | None:
    """The value of a Chinese numeral (plain, formal, with digits: 一百零五, 贰拾, 1.2万, 四百五).

    Returns None for what is no numeral. Units above 兆 (10**12) do not occur.
    """
    total: float = 0
    section: float = 0
    number: float | None = None
    scale = last = 0  # the latest big unit, and the latest unit of any size
    tail = False  # whether the next digit stands right behind a unit, as the 五 of 四百五
    one_digit = False
    tokens = _ZH_TOKEN.findall(text)
    for at, token in enumerate(tokens):
        if token in _DIGITS:
            digit = _DIGITS[token]
            if number is not None and tokens[at - 1] in _DIGITS:
                number, one_digit = number * 10 + digit, False
            else:
                number, one_digit = digit, tail and digit > 0
            tail = False
            if token == "零" and (number == 0 and last):
                number = None
        elif token[0].isdigit():
            number, one_digit, tail = float(token.replace(",", "")), False, False
        elif token in _UNITS:
            unit = _UNITS[token]
            if token in "廿卅":
                section, last = section + unit, 10
            else:
                section, last = section + (1 if number is None else number) * unit, unit
            number, tail, one_digit = None, True, False
        elif token in _BIG:
            unit = _BIG[token]
            part = section + (number or 0)
            if not part and not total:
                return None
            if not part:
                total *= unit
            elif unit > scale and scale:
                total = (total + part) * unit
            else:
                total += part * unit
            section, number, scale, last, tail, one_digit = 0, None, unit, unit, True, False
        elif token == "点" and at:
            after = tokens[at + 1 :]
            size = 1
            while after and after[-1] in _BIG:
                size *= _BIG[after.pop()]
            digits = "".join(str(_DIGITS.get(t, t)) for t in after)
            if not digits.isdigit():
                return None
            whole = total + section + _last(number, one_digit, last)
            return (whole + float("0." + digits)) * size
        else:
            return None
    return total + section + _last(number, one_digit, last) if tokens else None


def _last(number: float | None, one_digit: bool, unit: int) -> float:
    return (number or 0) * (unit / 10 if one_digit and unit >= 100 else 1)


# --- English: words, and where one number ends and the next begins ---------------------------

_SMALL = {
    w: i
    for i, w in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
        " fifteen sixteen seventeen eighteen nineteen".split()
    )
} | {"nought": 0, "naught": 0}
_TENS = dict(
    zip(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(),
        range(20, 100, 10),
        strict=True,
    )
) | {"fourty": 40, "ninty": 90}
_DOZEN = dict.fromkeys("dozen dozens doz dozs dz dzs".split(), 12)
_SCALE = {
    word: size
    for size, words in {
        10**3: "thousand thousands",
        10**5: "lakh lakhs",
        10**6: "million millions mil mln mm",
        10**7: "crore crores",
        10**9: "billion billions bln bn",
        10**12: "trillion trillions tln",
    }.items()
    for word in words.split()
}
_BIG_WORDS = "|".join(sorted(["hundred", "hundreds", *_SCALE, *_DOZEN], key=len, reverse=True))
_WORDS = "|".join(sorted([*_SMALL, *_TENS], key=len, reverse=True))
_EN_TOKEN = re.compile(rf"{_ARABIC}|[a-z]+")


class _Part(NamedTuple):
    start: int
    end: int
    value: float


def english(text: str, offset: int = 0) -> list[_Part]:
    """The numbers in a run of lower-case English number words, as spans and values.

    "two hundred and five" is one number, "five six" are two.
    """
    parts: list[_Part] = []
    total: float = 0
    current: float | None = None
    start = end = -1
    scale = 0
    joined = False  # an "and" that waits for its number
    previous = ""
    decimals: str | None = None

    def close() -> None:
        nonlocal total, current, start, scale, decimals
        if start >= 0:
            value = total + (current or 0)
            if decimals:
                value += float("0." + decimals) * (-1 if value < 0 else 1)
            parts.append(_Part(offset + start, offset + end, value))
        total, current, start, scale, decimals = 0, None, -1, 0, None

    for m in _EN_TOKEN.finditer(text):
        word = m[0]
        if word == "and":
            joined = True
            continue
        if word in ("a", "an"):
            continue
        if word == "point":
            decimals = ""
            continue
        number: float | None = _SMALL.get(word, _TENS.get(word))
        if word[0].isdigit():
            number = float(word.replace(",", ""))
        loose = joined and previous not in ("hundred", "scale")
        if decimals is not None and number is not None and not loose:
            tens = (
                previous == "digit"
                and decimals.endswith("0")
                and len(decimals) > 1
                and 0 < number < 10
            )
            decimals = decimals[:-1] + f"{number:g}" if tens else decimals + f"{number:g}"
            end = m.end()
            previous, joined = "digit", False
            continue
        if number is not None:
            fits = start >= 0 and not loose and _fits(current, number, previous, scale)
            if not fits:
                close()
                start = m.start()
            current = (current or 0) + number
            previous = "number"
        elif word.startswith("hundred"):
            if loose or (previous == "scale" and current is None and scale >= 10**3 and joined):
                close()
            if current is not None and current % 100 == 0 and current >= 100 and current < 1000:
                close()
            start = m.start() if start < 0 else start
            current = (1 if current is None else current) * 100
            previous = "hundred"
        elif word in _DOZEN:
            start = m.start() if start < 0 else start
            total, current = (total + (1 if current is None else current)) * 12, None
            previous = "dozen"
        else:
            size = _SCALE[word]
            if start < 0:
                start, current = m.start(), 1
            if decimals:
                current = (current or 0) + float("0." + decimals)
                decimals = None
            if scale and size > scale:
                total, current = (total + (current or 0)) * size, None
            else:
                total, current = total + (1 if current is None else current) * size, None
            scale, previous = size, "scale"
        end, joined = m.end(), False
    close()
    return parts


def _fits(current: float | None, number: float, previous: str, scale: int) -> bool:
    """Whether a number word continues the numeral before it: twenty + one, two hundred + five."""
    if previous == "scale":
        return number < scale and number > 0
    if previous == "hundred":
        return 0 < number < 100
    return bool(current) and current % 10 == 0 and current % 100 >= 20 and 0 < number < 10


# --- finding -------------------------------------------------------------------------------


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
# A currency or sign may touch its number; any other letter before it makes it a code (PA6, GB5083).
_CLEAN = r"(?:(?<![a-z\d_.])|(?<=rmb)|(?<=cny)|(?<=usd)|(?<=hkd)|(?<=eur)|(?<=hk)|(?<=rmb\.))"
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
_FIND = re.compile(
    rf"""
    (?:(?=[\d.½¼¾半{_Z}])|(?<![a-z])(?=[abcdefhlmnoqstz]))(?:
    (?P<zh>
      (?:{_CLEAN}{_ARABIC}[ ]*+(?:[余多几][ ]*+)?[{_ZU}](?![ ]*+[克瓦米卡帕伏赫])|[{_Z}])
      (?:[ ]*+(?:[{_Z}]|[余多几](?=[ ]*+[{_ZU}十拾])|{_ARABIC}(?=[ ]*+[{_ZU}]))
        |(?<=[{_ZU}零]){_ARABIC})*+
      (?:[ ]*+点[ ]*+[{_ZD}](?:[ ]*+[{_ZD}])*+(?:[ ]*+[万亿])*+)?+
      (?P<more>[ ]*+(?:[余多几](?![ ]*+[次种方样地])|(?<=[十百])来(?=[ ]*+[名位个人年天岁元块小周月])))?+
      (?!(?<=[百千万佰仟])[ ]*+分[ ]*+之)
      (?P<dozen>[ ]*+打(?![印包开扫卡折架击磨标样工孔火针电断磨孔]))?+
    )
    | (?P<half>(?<!个)半(?=[ ]*+(?:个[ ]*+多?[ ]*+)?(?:小[ ]*+时|钟[ ]*+头|工[ ]*+时|天|年(?!级|度)|月|日(?!制)|周(?!岁)
      |星[ ]*+期|成(?![品型])|折|百))
      | (?<![a-z-])half(?=(?:[ -]++an?)?+[ -]++(?:hour|day|week|month|year|minute)s?(?![a-z]))
      )
    | (?P<vulgar>(?<![\d.,])(?:\d++[ ]?)?[½¼¾])
    | (?P<en>
      (?<![a-z\d])(?:
        (?:half[ ]++(?:a[ ]++)?|(?:a[ ]++)?quarter[ ]++|an?[ ]++)?(?:{_BIG_WORDS})
        | (?:{_WORDS})
        | {_ARABIC}[ ]*+-?[ ]*+(?:{_BIG_WORDS})
      )(?![a-z])
      (?:(?:[ ]*-[ ]*|[ ]++(?:and[ ]++)?)(?:{_BIG_WORDS}|{_WORDS}|{_ARABIC}(?!/|[ ]*-[ ]*\d)
        |point)(?![a-z]))*
      {_AND_HALF}
    )
    | (?P<digits>
      {_CLEAN}(?:
        \d{{1,3}}(?:[ ]\d{{3}})++(?![ ]?\d|[ ]*-\d)(?:\.\d++)?+
        | {_SUM}\d{{1,3}}(?:[ ]?,[ ]{{1,2}}\d{{3}})++(?![\d%]|,\d|{_COUNTED})(?:\.\d++)?+
        | \d{{1,3}}(?:[ ]?,[ ]{{1,2}}\d{{3}})++(?:\.\d++)?+(?=[ ]*+(?:元|人民币|rmb|yuan|cny|usd))
        | \d{{1,2}}(?:,\d{{2}}(?=,)){{1,5}},\d{{3}}(?!\d)(?:\.\d++)?+
        | \d{{1,3}}(?:\.\d{{3}})++,\d{{2}}(?!\d)
        | {_ARABIC}(?:e[+-]?\d{{1,2}}(?![a-z\d.]))?+
      )
      | (?<![\w.])\.\d++
    )(?P<k>[ ]?k(?![a-z\d]))?(?P<plus>{_AND_HALF})(?P<over>[ ]*+[余多来](?=[ ]*+[名位个人年天小月周分元块台]))?
    )""",
    re.X,
)
_NEGATIVE = re.compile(r"(?:(?:^|(?<=[ (\[,;:]))-|负 *|minus +|negative +)$")
_PRONOUN = re.compile(r"(?:no|any|each|every|this|that|which|the|some|another|either) +$")
_NOT_ONE = re.compile(
    r" +(?:another|by +one)\b|'s|s\b|-(?!(?:hour|day|week|month|year|minute|half|third|quarter|fourth|fifth|sixth"
    r"|seventh|eighth|ninth|tenth))"
)
# 一 and its like inside words that count nothing.
_ZH_WORD = re.compile(
    "|".join(
        """一(?=般|些|定|样|切|起|直|致|旦|律|并|下|方面|体|线|贯|概|向|再|看|流|旁|同|边|带|揽|如|味|一|是|见)
        (?<=[统唯单同万进专第周划])一(?!\\d) (?<=不)一 四(?=川|处|肢|面|害|周) 三(?=明|角|轮|废|方|同时|防|亚|聚|相|通)
        五(?=金|险|台山|一路|指|角) 六(?=安|合) 七(?=夕) 八(?=宝|仙) 九(?=江|龙|华) 十(?=分(?!钟|之)|足|堰|全)
        二(?=维|手|氧|甲|次元) 百(?=货|姓|科) 千(?=克|瓦|米|帕) 万(?=一|能|向|分) 两(?=侧|旁|岸|边|端|者|两|用)
        (?<=[星礼]期)[一二三四五六] (?<=礼拜)[一二三四五六]""".split()
    )
)
_LONE_FORMAL = frozenset("陆拾伍肆百千万亿兆佰仟")


def find(text: str) -> list[Numeral]:
    """Every number of a text in normal form and lower case, in order; linear in its length."""
    found: list[Numeral] = []
    for m in _FIND.finditer(text):
        if m["zh"]:
            numerals = _from_chinese(m, text)
        elif m["en"]:
            numerals = _from_english(m, text)
        elif m["half"]:
            numerals = [Numeral(m.start(), m.end(), 0.5, words=True)]
        elif m["vulgar"]:
            whole = m[0][:-1].strip()
            numerals = [Numeral(m.start(), m.end(), float(whole or 0) + _VULGAR[m[0][-1]])]
        else:
            numerals = [_from_digits(m)]
        found += [_signed(n, text) for n in numerals if n.value < _LIMIT]
    return found


_LIMIT = 1e30  # more is no number that a report states
_LONGEST = 64
_VULGAR = {"½": 0.5, "¼": 0.25, "¾": 0.75}


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
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+,\d{2}", raw):
        raw = raw.replace(".", "").replace(",", ".")
    value = float(raw.replace(",", "").replace(" ", ""))
    value = (value * 1000 if m["k"] else value) + _half(m["plus"])
    return Numeral(m.start(), m.end(), value, None, _OVER.get(m["over"] and m["over"].strip()))


_OVER = {"余": "more_than", "多": "more_than", "来": "about"}


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
    plain = re.sub("[余多几来]", "", body)
    parts = text[max(0, m.start() - 4) : m.start()].replace(" ", "").endswith("分之")
    if raw[0] in _ZU + "十" and _TENS_OF.search(text[max(0, m.start() - 2) : m.start()]):
        return []  # 几十名, 数百元
    if plain[0] in "万亿兆" or (plain in _LONE_FORMAL and not parts) or plain == "两两":
        return []
    if len(plain) == 1 and _ZH_WORD.match(text, m.start()):
        return []
    pair = _pair(plain)
    if pair:
        return [Numeral(m.start(), end, pair[0], pair[1], "about", True)]
    value = 100.0 if plain == "百" else chinese(plain) if len(plain) <= _LONGEST else None
    if value is None:
        return []
    bound = "more_than" if len(plain) < len(body) or more else None
    bound = "about" if more and "来" in more else bound
    return [
        Numeral(m.start(), end, value * (12 if dozen else 1), None, bound, not raw[0].isdigit())
    ]


def _pair(s: str) -> tuple[float, float] | None:
    """两三 = 2 to 3, 七八十 = 70 to 80, 十五六 = 15 to 16: two digits that follow each other."""
    for i in range(len(s) - 1):
        a, b = _DIGITS.get(s[i], 0), _DIGITS.get(s[i + 1], 0)
        if a and b == a + 1 and a + b > 3 and not any(c in _DIGITS for c in s[:i] + s[i + 2 :]):
            low, high = chinese(s[: i + 1] + s[i + 2 :]), chinese(s[:i] + s[i + 1 :])
            if low and high:
                return low, high
    return None


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
    if not parts:
        return []
    if tail:
        parts[-1] = _Part(parts[-1].start, m.end(), parts[-1].value + _half(raw))
    if first:
        parts[0] = _Part(m.start(), parts[0].end, parts[0].value * factor)
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


def read(text: str) -> float | None:
    """The value of a text that is one number and nothing else, or None."""
    found = find(lower(normal(text.strip())))
    return (
        found[0].value
        if len(found) == 1 and found[0].end - found[0].start == len(text.strip())
        else None
    )
