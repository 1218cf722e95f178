"""Sums of money: a number with its currency before or behind it, and pay without one."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from .normal import N, pattern, tables, words
from .number_words import chinese
from .quantities import rate, table_key, table_words
from .scan import Amount, Fact, Scan, stated


@cache
def _money() -> tuple[re.Pattern[str], re.Pattern[str], dict[str, str]]:
    table = tables()["currency"]
    names = {w: code for code, row in table.items() for w in row["en"] + row["zh"] + row["sign"]}
    names = {table_key(w): code for w, code in names.items()}
    en = words(w for row in table.values() for w in row["en"])
    zh = words([w for row in table.values() for w in row["zh"] if w != "块"])
    sign = words(w for row in table.values() for w in row["sign"])
    after = pattern(
        rf" *+-?(?:(?P<en>{en}|{sign})(?![a-z])|(?P<zh>{zh})(?![件素旦宵器化组老首帅音气区]))"
        rf"(?: *+(?P<cny>rmb|人 *民 *币|renminbi)(?![a-z]))?"
        rf"|(?P<kuai> *+块 *+(?P<mao>{N})(?: *+[角毛])?)"
    )
    before = pattern(
        rf"(?:(?<![a-z])(?P<en>{en})[ .:]*|(?P<sign>{sign}) *|(?<!二)(?P<zh>{zh}) *:? *)$"
    )
    return after, before, names


_NEXT = re.compile(rf" ?{N}")
# A price for one thing or one day: 两块五一件, 30元一天.
_FOR_ONE = pattern(
    r" *+一 *+(?P<zh>件|个(?!月)|只|双|对|套|条|箱|打|公?斤|吨|米|天|日|个?月|小时|人)"
)
_COINS = pattern(
    rf"(?: *, *| +and +| *又?) *(?P<n>{N})(?: *(?P<coin>cents?(?![a-z])|美分|[角毛])(?: *(?P<fen>{N}) *分)?"
    rf"|(?P<bare>(?<!,)(?= *(?:[.;,]|$|more(?![a-z])))))"
)
_SCALED = pattern(r" +(?P<scale>thousand|million|billion)(?![a-z])")
_SCALE = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
# 块 alone is money only where it is paid: 各交300块, but 300块 of tiles.
_KUAI = pattern(r" *+块(?= *(?:$|[,;.、。)/每一/不没罚]|好处费|红包|押金|现金|工资|奖金))")
# 角 and 分 without a 元: 每件扣5角, 八毛钱.
_SMALL = pattern(
    rf" *+(?P<coin>[角毛分])(?:(?P<sure> *+钱| *+(?P<fen>{N}) *+分)|(?<!分)(?= *(?:$|[,;.、。)/每]|{N})))"
)
_PAID = pattern(
    r"(?:[交收扣罚付给赔补奖借欠领拿挣发算薪价]|押金|工资|底薪|时薪|罚款|津贴|补贴|奖金|费用?|花)[了款过]?(?:[我你他她]们?)?(?:约|共|每月|每天|是|为)? *$"
)
# Pay without a currency: 月薪四千五, 底薪2800.
_PAY = pattern(
    r"(?:[月年日时底周起]薪|[月年]收?入|工资|薪[水酬资]|押金)(?:标准)?(?:[:是为约共仅才近达]|只有|不到|大约|左右){0,2} *$"
)
_END = pattern(r"(?: *[元块])?(?= *(?:$|[,;.、。)(不未没包含/]|左右|以[上下]))")


def money(scan: Scan, amount: Amount) -> Fact | None:
    """A sum with its currency before or behind it, or one that is plainly paid: 月薪四千五."""
    found = _with_currency(scan, amount) or _colloquial(scan, amount)
    if not found:
        return None
    total, code = found
    one = _FOR_ONE.match(scan.low, total.end)
    if one:
        per = table_words("per", "zh").get(table_key(one["zh"]), "piece")
    else:
        per = rate(scan, total.start, total.end)
    value = stated(scan, total, total.start, total.end, currency=code, per=per)
    return Fact(total.start, total.end, "MONEY", value)


def _with_currency(scan: Scan, amount: Amount) -> tuple[Amount, str] | None:
    """The sum with the span of its currency, and the currency's code."""
    after, before, names = _money()
    start, end, code, coins = amount.start, amount.end, None, 0.0
    m = before.search(scan.before(start, 24))
    if m and (m["en"] not in _WORDLIKE or _is_sum(scan, amount)):
        code = names[table_key(next(g for g in m.groups() if g))]
        start -= len(m[0])
    m = after.match(scan.shadow, end)
    if m and m["kuai"]:
        if not _FOR_ONE.match(scan.low, m.start("mao")):  # 15块一小时
            code, (coins, end) = "CNY", _mao(scan, m)
    elif m:
        suffix = "CNY" if m["cny"] else names[table_key(m["en"] or m["zh"])]
        if m["zh"] in ("元", "圆"):  # 港币3,000元 are no yuan
            suffix = code or suffix
        if code in (None, suffix) and not _opens_next(scan, m, start < amount.start):
            code = suffix
            coins, end = _coins(scan, amount, m.end(), code)
            scaled = None if amount.upper else _SCALED.match(scan.low, end)
            if scaled:  # 75 USD million
                coins, end = amount.value * (_SCALE[scaled["scale"]] - 1), scaled.end()
    if code is None:
        return None
    if code in _DOTTED and _THOUSANDS.fullmatch(scan.low[amount.start : amount.end]):
        upper = amount.upper and amount.upper * 1000
        return Amount(start, end, amount.value * 1000, upper, amount.bound), code
    return Amount(start, end, amount.value + coins, amount.upper, amount.bound), code


# Where a dot stands before thousands, and no cents are written with three digits: Rp 50.000.
_DOTTED = frozenset(("IDR", "VND", "TRY", "BRL", "COP", "KHR", "LAK"))
_THOUSANDS = re.compile(r"-?\d{1,3}\.\d{3}(?:\D+\d{1,3}\.\d{3})?")
_WORDLIKE = frozenset(("try", "rm"))  # "they try 3 times", room RM 204


def _is_sum(scan: Scan, amount: Amount) -> bool:
    """Whether a number is written as a sum is, with a comma or a dot, or large."""
    return amount.value >= 1000 or bool(re.search(r"[.,]", scan.low[amount.start : amount.end]))


def _colloquial(scan: Scan, amount: Amount) -> tuple[Amount, str] | None:
    """A sum in 块, 角 or 分 alone, or without any unit behind a word for pay."""
    start, end = amount.start, amount.end
    m = _KUAI.match(scan.low, end)
    if m and _is_paid(scan, start, m.end()):
        return replace(amount, end=m.end()), "CNY"
    m = _SMALL.match(scan.shadow, end)
    if m and (m["sure"] or rate(scan, start, end) or _is_paid(scan, start, m.end())):
        fen = scan.numeral(m.start("fen")).value / 100 if m["fen"] else 0
        yuan = amount.value / (100 if m["coin"] == "分" else 10) + fen
        return Amount(start, m.end(), yuan, None, amount.bound), "CNY"
    if amount.value >= 100 and _PAY.search(scan.before(start)) and _END.match(scan.shadow, end):
        return amount, "CNY"
    return None


def _is_paid(scan: Scan, start: int, end: int) -> bool:
    paid = _PAID.search(scan.before(start)) or _FOR_ONE.match(scan.low, end)
    return bool(paid or rate(scan, start, end))


def _mao(scan: Scan, m: re.Match[str]) -> tuple[float, int]:
    """The 角 of 12块8毛 in 元, and where they end; of the 五一 in 两块五一件 the first digit."""
    numeral = scan.numeral(m.start("mao"))
    if numeral.value < 10:
        return numeral.value / 10, m.end()
    if not numeral.words:
        return numeral.value / 100, m.end()
    return (chinese(scan.low[numeral.start]) or 0) / 10, numeral.start + 1


def _opens_next(scan: Scan, m: re.Match[str], has_own: bool) -> bool:
    """Whether the currency found behind a sum stands before the next one: 3 USD50 cards, $5 $6."""
    if not m["en"] or not _NEXT.match(scan.shadow, m.end()):
        return False
    sign = not m["en"][-1].isalpha()
    return (sign and has_own) or (scan.shadow[m.end()] == N[0] and not (sign and not has_own))


def _coins(scan: Scan, amount: Amount, end: int, code: str) -> tuple[float, int]:
    """The cents, 角 and 分 behind a sum that ends at a place, and where they end."""
    m = _COINS.match(scan.shadow, end)
    if not m:
        return 0, end
    value = scan.numeral(m.start("n")).value
    if m["coin"] is None:  # "15 dollars 50", but not "2000 yuan, 12"
        whole = code in ("USD", "EUR") and amount.value % 1 == 0 and 10 <= value < 100
        return (value / 100, m.end()) if whole and "," not in m[0] else (0, end)
    if m["coin"] in "角毛":
        fen = scan.numeral(m.start("fen")).value if m["fen"] else 0
        return value / 10 + fen / 100, m.end()
    return value / 100, m.end()
