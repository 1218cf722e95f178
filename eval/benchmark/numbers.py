"""Numbers in words, for the benchmarks that write them (the product only reads them)."""

from __future__ import annotations

_DIGITS = "零一二三四五六七八九"
EN_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
_EN_TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()


def chinese(n: int) -> str:
    """A number below 10,000 in Chinese characters."""
    out, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, n = divmod(n, unit)
        if digit:
            out += ("零" if zero and out else "") + _DIGITS[digit] + name
            zero = False
        elif out:
            zero = True
    return out.replace("一十", "十", 1) if out.startswith("一十") else out or "零"


def english(n: int) -> str:
    """A number below 100 in English words."""
    if n < 20:
        return EN_SMALL[n]
    tens, unit = divmod(n, 10)
    return _EN_TENS[tens] + (f"-{EN_SMALL[unit]}" if unit else "")
