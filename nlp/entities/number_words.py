"""The value of one numeral: Chinese (一百零五, 贰拾, 1.2万) or English (two hundred and five)."""

from __future__ import annotations

import re
from typing import NamedTuple

from .normal import words

# --- Chinese: digits, units, and how a run of them adds up -----------------------------------

DIGITS = dict(zip("零一二三四五六七八九", range(10), strict=True))
DIGITS |= dict(zip("壹贰叁肆伍陆柒捌玖", range(1, 10), strict=True)) | {"两": 2, "倆": 2, "俩": 2}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "廿": 20, "卅": 30}
_BIG = {"万": 10**4, "亿": 10**8, "兆": 10**12}
ARABIC = r"(?:\d{1,3}(?:,\d{3}){1,6}+(?!\d)|\d++)(?:\.\d++)?+"
_ZH_TOKEN = re.compile(rf"{ARABIC}|\S")


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
        if token in DIGITS:
            digit = DIGITS[token]
            if number is not None and tokens[at - 1] in DIGITS:
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
                section, last = section + (number or 1) * unit, unit
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
            digits = "".join(str(DIGITS.get(t, t)) for t in after)
            if not digits.isdigit():
                return None
            whole = total + section + _last(number, one_digit, last)
            return (whole + float("0." + digits)) * size
        else:
            return None
    return total + section + _last(number, one_digit, last) if tokens else None


def _last(number: float | None, one_digit: bool, unit: int) -> float:
    return (number or 0) * (unit / 10 if one_digit and unit >= 100 else 1)


def span(text: str) -> tuple[float, float] | None:
    """两三 = 2 to 3, 七八十 = 70 to 80, 一万六七千 = 16,000 to 17,000: two digits that follow each other,
    at the beginning or behind a unit, and no other digit behind them. 三五 is 3 to 5."""
    if text == "三五":
        return 3, 5
    for i in range(len(text) - 1):
        a, b = DIGITS.get(text[i], 0), DIGITS.get(text[i + 1], 0)
        if (
            a
            and b == a + 1
            and (a > 1 or text[i + 1] == "两")
            and (i == 0 or text[:i].rstrip("零")[-1:] in {*_UNITS, *_BIG})
            and not any(c in DIGITS for c in text[i + 2 :])
        ):
            low, high = (chinese(text[:at] + text[at + 1 :]) for at in (i + 1, i))
            if low and high:
                return low, high
    return None


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
    for size, names in {
        10**3: "thousand thousands",
        10**5: "lakh lakhs",
        10**6: "million millions mil mln",
        10**7: "crore crores",
        10**9: "billion billions bln bn",
        10**12: "trillion trillions tln",
    }.items()
    for word in names.split()
}
BIG_WORDS = words(["hundred", "hundreds", *_SCALE, *_DOZEN])
WORDS = words([*_SMALL, *_TENS])
# Thousands, tens of thousands: they say no number (but "a thousand" and dozens do).
OPEN = re.compile(words(w for w in ("hundreds", *_SCALE) if len(w) > 5 and w.endswith("s")))
# The two letters that an English numeral begins with, which most other words do not.
BEGINNING = words(
    {w[:2] for w in (*_SMALL, *_TENS, *_SCALE, *_DOZEN, "hundred", "half", "quarter", "an ", "a ")}
)
_EN_TOKEN = re.compile(rf"{ARABIC}|[a-z]+")


class Part(NamedTuple):
    start: int
    end: int
    value: float


def english(text: str, offset: int = 0) -> list[Part]:
    """The numbers in a run of lower-case English number words, as spans and values.

    "two hundred and five" is one number, "five six" are two.
    """
    parts: list[Part] = []
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
            parts.append(Part(offset + start, offset + end, value))
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
        if word == "half":  # two and a half million
            current, end, joined = (current or 0) + 0.5, m.end(), False
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
