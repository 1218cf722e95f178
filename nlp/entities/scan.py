"""One text as the quantity rules see it: its numbers marked, and what stands before and after them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from ...corpus.labels import EntityLabel
from .normal import NUMBER, NUMBER_REST, N, mask, pattern, tables, words
from .numerals import Numeral, find


@dataclass(slots=True)
class Fact:
    """An entity on its way: where it stands, what it says, and why it was only partly understood."""

    start: int
    end: int
    label: EntityLabel
    value: dict[str, Any]
    partial: str | None = None


@dataclass(slots=True)
class Scan:
    """A text in normal form; in ``shadow`` every number is one mark and its continuation.

    ``done`` is the end of the last fact taken: nothing may reach back behind it.
    """

    low: str
    shadow: str = ""
    numerals: list[Numeral] = field(default_factory=list)
    done: int = 0

    @classmethod
    def of(cls, low: str) -> Scan:
        numerals = find(low)
        parts, at = [], 0
        for n in numerals:
            parts += [low[at : n.start], NUMBER, NUMBER_REST * (n.end - n.start - 1)]
            at = n.end
        return cls(low, "".join([*parts, low[at:]]), numerals)

    def before(self, start: int, width: int = 32) -> str:
        """The text right before a place, back to the last fact taken."""
        return self.shadow[max(self.done, start - width) : start]

    def chinese(self, at: int) -> bool:
        """Whether what stands at a place, blanks left out, is Chinese (or another number)."""
        return self.shadow[at : at + 8].lstrip(" ")[:1] >= "\u4e00"

    def numeral(self, start: int) -> Numeral:
        """The number that starts at a place."""
        low, high = 0, len(self.numerals) - 1
        while low < high:
            middle = (low + high) // 2
            if self.numerals[middle].start < start:
                low = middle + 1
            else:
                high = middle
        return self.numerals[low]


@dataclass(slots=True)
class Amount:
    """One number, or two that make a range, with the span they fill."""

    start: int
    end: int
    value: float
    upper: float | None = None
    bound: str | None = None
    words: bool = False

    @classmethod
    def of(cls, first: Numeral, last: Numeral | None = None) -> Amount:
        if last is None:
            return cls(first.start, first.end, first.value, first.upper, first.bound, first.words)
        return cls(first.start, last.end, first.value, last.value, None, first.words)


def tidy(value: float) -> int | float:
    """Whole numbers as int, others rounded past the noise of binary fractions."""
    return int(value) if value == int(value) else round(value, 10)


def stated(
    scan: Scan, amount: Amount, start: int, end: int, factor: float = 1, **more: Any
) -> dict[str, Any]:
    """The value of an entity at [start, end): number, range and bound, then what else it has."""
    value: dict[str, Any] = {"value": tidy(amount.value * factor)}
    if amount.upper is not None:
        value["upper"] = tidy(amount.upper * factor)
    value |= {k: v for k, v in more.items() if v is not None}
    bound = bound_of(scan, start, end) or amount.bound
    if bound:
        value["bound"] = bound
    return value


# What may stand between a Chinese bound and its number: 至少保存二年, 超过法定36小时.
_VERB = pattern(
    r"当地|法定|工作|加班|休息|上班|支付|保存|保留|保管|留存|存档|储存|存放|配备|配置|配有?|设置|设立|设有?|安排|缴纳|缴存|发放|提前|培训"
    r"|保证|享受|享有|给予|给|休|组织|开展|进行|举行|演练|检查|检测|检验|体检|更换|须|需要?|应|要|有|具备|持有|每[年月周天日季]|每季度"
    r"|停工|延长|间隔|持续|保持|维持|照明|学习|参加|完成|预留|留出?|扣|罚款?|补偿|赔偿|报销|住|雇佣|雇用|招用|聘用|任命|选举|选出|由|占|满|再|连续"
).pattern


@cache
def _bounds() -> tuple[re.Pattern[str], re.Pattern[str], dict[str, str], dict[str, str]]:
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    for name, row in tables()["bound"].items():
        before |= {re.sub(" +", " ", w): name for w in row["en"] + row["zh"]}
        after |= {w: name for w in row["after"]["en"] + row["after"]["zh"]}
    en = words(w for w in before if w[0].isalpha() and w.isascii())
    zh = words(w for w in before if not w.isascii())
    signs = words(w for w in before if w.isascii() and not w[0].isalpha())
    return (
        re.compile(
            rf"(?:(?<![a-z])(?P<en>{en})(?: +(?:the|a|of|to|total|around|about|for|or|only|legal|statutory))*"
            rf"|(?P<zh>{zh})(?: *+(?:[了为达到至是于]|{_VERB}))*|(?P<sign>{signs})) *$"
        ),
        re.compile(
            rf" *+(?:(?P<en>{words(w for w in after if w.isascii())})(?![a-z])"
            rf"|"
            rf"(?P<zh>{words(w for w in after if not w.isascii())}))"
        ),
        before,
        after,
    )


_THAN = pattern(r"比[^,，。；;]{0,10}$")  # 比法定30日多一倍: the 30 is what it is measured by


def bound_of(scan: Scan, start: int, end: int) -> str | None:
    """The bound that words next to [start, end) put on its number: at most, 不超过, 以上."""
    before, after, names, names_after = _bounds()
    m = after.match(scan.shadow, end)
    if m and not (m["zh"] == "多" and _THAN.search(scan.before(start, 16))):
        return names_after[re.sub(" +", " " if m["en"] else "", m[0].strip())]
    window = scan.before(start, 28)
    m = before.search(window)
    if not m:
        return None
    word = m["en"] or m["zh"] or m["sign"]
    return names[re.sub(" +", " " if m["en"] else "", word.strip())]


# A change is no range: "rose from 12% to 15%", "increased from 8 to 12 workers".
_CHANGE = pattern(
    r"(?<![a-z])(?:ris|rose|rais|increas|grew|grow|went|improv|extend|extension|mov|chang|adjust|lengthen|up"
    r"|jump|climb|upgrad|expand)[a-z]*(?: +[a-z]+){0,4} +from *+(?:(?:rmb|cny|usd|hkd|eur|¥|us\$|\$|€) *+)?$"
)


def changed(low: str, start: int) -> bool:
    """Whether the quantity at a place is what something was before it grew."""
    return bool(_CHANGE.search(low[max(0, start - 64) : start]))


_RANGE = pattern(
    r" *+(?:-{1,2}|~|to|through|till|until|至|到|—)(?: *+(?:a +maximum +of|rmb|¥))?+ *+"
)
_AND = pattern(r" *+(?:and|和|与|到|至) *+")
_BETWEEN = re.compile(r"(?:between|从|在|介于|介乎) *(?:[a-z]{2,3} *|[¥$€£] *|the +)?$")
_SIZES = {
    "thousand": 1e3,
    "lakh": 1e5,
    "million": 1e6,
    "crore": 1e7,
    "billion": 1e9,
    "万": 1e4,
    "亿": 1e8,
}
_SCALE = re.compile(f"(?:{'|'.join(_SIZES)})$")


def range_with(scan: Scan, i: int) -> Amount | None:
    """The range that numeral i opens with the next one (60 to 62, 60-62, between 60 and 62)."""
    if i + 1 >= len(scan.numerals):
        return None
    a, b = scan.numerals[i], scan.numerals[i + 1]
    if b.start - a.end > 12 or b.value <= a.value or a.value < 0:
        return None
    gap = scan.shadow[a.end : b.start]
    if gap.split()[:1] == ["to"] and changed(scan.low, a.start):
        return None
    between = _AND.fullmatch(gap) and _BETWEEN.search(scan.before(a.start))
    if not between and not _RANGE.fullmatch(gap):
        return None
    # 2.4 to 2.9 million, 3至5万: both ends count in what the second says.
    scale = _SCALE.search(scan.low[b.start : b.end])
    size = _SIZES[scale[0]] if scale and not _SCALE.search(scan.low[a.start : a.end]) else 1
    return Amount.of(replace(a, value=a.value * size) if a.value < b.value / size else a, b)


__all__ = ["Amount", "Fact", "N", "Scan", "bound_of", "mask", "range_with", "stated", "tidy"]
